#!/usr/bin/env python3
"""Latency of sluice-export's file in ONNX Runtime against torch.onnx's export of the same network (train_peer.py), one thread,
CPU time, best of several in turns. Ours decodes particles, too (needs torch, onnx, onnxruntime, numpy).

  onnx_latency.py MODEL.onnx        (attention, width 128, 3 layers, 8 heads, face_radius 0, pt_mode direct-elemtype-split)
"""
import os, sys, tempfile, time
import numpy as np
import onnxruntime as ort
import torch

torch.cosh = lambda x: (torch.exp(x) + torch.exp(-x)) / 2  # the exporter does not know it
source = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "train_peer.py")).read()
peer = {}
exec(source.rsplit("\nmain()", 1)[0], peer)
network = peer["Network"](17, torch.zeros(2, 17), torch.ones(2, 17), 128, 3, 8).eval()


def events(count, length):
    x = np.random.default_rng(1).uniform(0.5, 2, (count, length, 17)).astype(np.float32)
    x[..., 0] = 1 + (np.arange(length) % 2)
    return x


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "peer.onnx")
    axes = {0: "events", 1: "elements"}
    example = torch.from_numpy(events(2, 64)), torch.ones(2, 64, 1)
    torch.onnx.export(network, example, path, input_names=["features", "mask"], dynamic_axes={"features": axes, "mask": axes},
                      opset_version=17, dynamo=False)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    ours, theirs = ort.InferenceSession(sys.argv[1], options), ort.InferenceSession(path, options)
for length in (64, 256, 1024):
    x = events(1, length)
    feeds = [(ours, {"features": x, "mask": np.ones((1, length), bool)}),
             (theirs, {"features": x, "mask": np.ones((1, length, 1), np.float32)})]
    best = [1e9, 1e9]
    for turn in range(12):
        for i, (session, feed) in enumerate(feeds):
            start = time.process_time()
            session.run(None, feed)
            best[i] = min(best[i], time.process_time() - start)
    print(f"{length} elements: {1e3 * best[0]:.2f} ms, torch.onnx {1e3 * best[1]:.2f} ms, ratio {best[0] / best[1]:.2f}", flush=True)
