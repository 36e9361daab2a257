#!/usr/bin/env python3
"""The peer of sluice-train: the attention network of stages/model in plain PyTorch, batches padded to their longest event,
scaled_dot_product_attention, torch.optim.AdamW. Reads the same dataset (needs torch, h5py, numpy); prints events/s of
wall and of CPU time after a warm-up.

The same network in sluice-train: --face_radius 0 --pt_mode direct-elemtype-split, and --batch 32.

  train_peer.py DATASET --batch 32 --width 128 --layers 3 --heads 8 --threads 2 --steps 40
"""
import argparse, json, resource, time
import h5py
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class FeedForward(nn.Sequential):
    def __init__(self, inside, width, out):
        super().__init__(nn.Linear(inside, width), nn.ELU(), nn.LayerNorm(width), nn.Linear(width, out))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query, self.value, self.out = (nn.Linear(width, width) for _ in range(3))
        self.key = nn.Linear(width, width, bias=False)

    def forward(self, q, kv, bias):
        split = lambda x: x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)
        q = self.query(q).expand(kv.shape[0], -1, -1)
        seen = F.scaled_dot_product_attention(split(q), split(self.key(kv)), split(self.value(kv)), attn_mask=bias)
        return self.out(seen.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.feed_forward = nn.Sequential(nn.Linear(width, width), nn.ELU(), nn.Linear(width, width), nn.ELU())

    def forward(self, x, q, bias, mask):
        h = self.norm1(x)
        x = x + self.attention(h if q is None else q, h, bias)
        return (x + self.feed_forward(self.norm2(x))) * mask


class ReadOut(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.query = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(4))
        self.attention = Attention(width, heads)
        self.feed_forward = nn.Sequential(nn.Linear(width, width), nn.ELU(), nn.Linear(width, width), nn.ELU())

    def forward(self, x, bias, mask):
        s = x + self.attention(self.norms[0](self.query), self.norms[1](x), bias)
        return self.norms[3]((s + self.feed_forward(self.norms[2](s))) * mask)


class Network(nn.Module):
    def __init__(self, features, mean, deviation, width, layers, heads):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.encoders = nn.ModuleList(FeedForward(features + 2, width, width) for _ in range(2))
        self.layers = nn.ModuleList(Layer(width, heads) for _ in range(layers))
        self.read_class, self.read_momentum = ReadOut(width, heads), ReadOut(width, heads)
        self.binary, self.classes = FeedForward(width, width, 2), FeedForward(width, width, 6)
        self.linear = nn.ModuleList(FeedForward(width, width, 2) for _ in range(3))
        self.split = nn.ModuleList(FeedForward(width, width, 1) for _ in range(4))

    def forward(self, features, mask):
        kind = (features[..., 0] - 1).clamp(0).long()
        x = ((features - self.mean[kind]) / self.deviation[kind]).clamp(-20, 20)
        logs = torch.log(features[..., [1, 5]].clamp(1e-3, 1e6))
        x = torch.cat([x, logs], -1)
        first, second = (features[..., :1] == 1).float(), (features[..., :1] == 2).float()
        x = embedding = (self.encoders[0](x) * first + self.encoders[1](x) * second) * mask
        bias = ((mask - 1) * 1e9).transpose(1, 2).unsqueeze(1)
        for i, layer in enumerate(self.layers):
            x = layer(x, embedding if i + 1 == len(self.layers) else None, bias, mask)
        c, r = self.read_class(x, bias, mask), self.read_momentum(x, bias, mask)
        pt = (self.split[0](r) * first + self.split[1](r) * second).clamp(-8, 8)
        others = []
        for net, own in zip(self.linear, (2, 3, 4)):
            a = net(r)
            value = features[..., own:own + 1]
            others.append(value + value * a[..., :1] + a[..., 1:])
        more = (self.split[2](r) * first + self.split[3](r) * second).clamp(0, 8)
        p = pt.detach() + torch.log(features[..., 1:2].clamp(1e-6)) + torch.log(torch.cosh(others[0].detach().clamp(-10, 10)))
        energy = p - torch.log(features[..., 5:6].clamp(1e-6)) + more
        return self.binary(c), self.classes(c), torch.cat([pt, *others, energy], -1)


def loss_of(outputs, batch):
    binary, classes, regression = outputs
    mask, label, target = batch["mask"].squeeze(-1), batch["label"], batch["target"]
    particle = (label > 0).float() * mask
    elements, particles = mask.sum(), particle.sum()
    bce = (F.cross_entropy(binary.transpose(1, 2), (label > 0).long(), reduction="none") * mask).sum() / elements
    entropy = F.cross_entropy(classes.transpose(1, 2), label, reduction="none")
    focal = ((1 - torch.exp(-entropy)) ** 2 * entropy * particle).sum() / elements
    square = (regression - target) ** 2 * particle.unsqueeze(-1)
    weight = torch.tensor([1, 0.01, 0.01, 0.01, 1])
    importance = torch.stack([batch["root"], *[torch.ones_like(batch["root"])] * 3, batch["root"]], -1)
    return 10 * bce + focal + (square * weight * importance).sum() / particles


def read(folder):
    info = json.load(open(f"{folder}/dataset.json"))
    with h5py.File(f"{folder}/train.h5") as file:
        group = file["elements"]
        offsets, features = group["offsets"][:], group["features"][:]
        targets, labels = group["targets"][:], group["labels"][:] if "labels" in group else None
    mean, deviation = torch.zeros(2, features.shape[1]), torch.ones(2, features.shape[1])
    for kind in info["normalisation"]:
        index = int(kind["elemtype"]) - 1
        mean[index, 1:] = torch.tensor(kind["mean"])[1:]
        deviation[index, 1:] = torch.tensor(kind["standard_deviation"])[1:]
    return offsets, features, targets, labels, mean, deviation


def collate(events, data):
    offsets, features, targets, labels = data
    length = max(max(int(offsets[e + 1] - offsets[e]) for e in events), 1)
    x = np.zeros((len(events), length, features.shape[1]), np.float32)
    mask, root = np.zeros((len(events), length, 1), np.float32), np.zeros((len(events), length), np.float32)
    label, target = np.zeros((len(events), length), np.int64), np.zeros((len(events), length, 5), np.float32)
    for i, e in enumerate(events):
        rows = slice(offsets[e], offsets[e + 1])
        n = offsets[e + 1] - offsets[e]
        x[i, :n], mask[i, :n], label[i, :n], target[i, :n] = features[rows], 1, labels[rows, 0], targets[rows, :5]
    with np.errstate(all="ignore"):
        root[:] = np.sqrt(np.maximum(target[..., 0], 1e-6))
        target[..., 0] = np.nan_to_num(np.log(target[..., 0] / x[..., 1]), nan=0, posinf=0, neginf=0)
        target[..., 4] = np.nan_to_num(np.log(target[..., 4] / x[..., 5]), nan=0, posinf=0, neginf=0)
    return {k: torch.from_numpy(v) for k, v in dict(x=x, mask=mask, root=root, label=label, target=target).items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dataset")
    for name, value in dict(batch=32, width=128, layers=3, heads=8, threads=2, steps=40, warmup=4).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    *data, mean, deviation = read(options.dataset)
    events = len(data[0]) - 1
    order = np.random.default_rng(1).permutation(events)
    network = Network(data[1].shape[1], mean, deviation, options.width, options.layers, options.heads)
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-4, weight_decay=0.01)
    cpu = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    for step in range(options.warmup + options.steps):
        if step == options.warmup:
            wall_start, cpu_start = time.perf_counter(), cpu()
        chosen = [order[(step * options.batch + i) % events] for i in range(options.batch)]
        batch = collate(chosen, data)
        optimizer.zero_grad()
        loss = loss_of(network(batch["x"], batch["mask"]), batch)
        loss.backward()
        optimizer.step()
        loss.item()
    trained = options.steps * options.batch
    print(json.dumps({"events_per_s": trained / (time.perf_counter() - wall_start), "events_per_cpu_s": trained / (cpu() - cpu_start),
                      "loss": loss.item(), "parameters": sum(p.numel() for p in network.parameters())}))


main()
