#!/usr/bin/env python3
"""CPU time of training an event against its length, for the backbones that claim to be linear in it: one thread, 16,384 elements in each
step whatever their events are, differences of longer and shorter trainings so that starting up does not count.

  train_scaling.py BUILD [backbone...]
"""
import math
import os
import resource
import subprocess
import sys
import tempfile

build = os.path.abspath(sys.argv[1])
backbones = sys.argv[2:] or ["gnn_lsh", "kernel"]
lengths = [256, 1024, 4096, 16384]
steps = 4


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


with tempfile.TemporaryDirectory() as folder:
    for length in lengths:
        events = steps * lengths[-1] // length
        subprocess.run([f"{build}/bin/tests/toy-dataset", f"{folder}/{length}", str(events), "1", str(length), str(length)],
                       check=True)
    for backbone in backbones:
        times = []
        for length in lengths:
            def train(epochs):
                return cpu_seconds([f"{build}/bin/sluice-train", "--input.dataset", f"{folder}/{length}", "--output.model",
                                    f"{folder}/{backbone}-{length}-{epochs}", "--backbone", backbone, "--width", "64", "--hidden",
                                    "128", "--layers", "2", "--batch", str(lengths[-1] // length), "--threads", "1", "--epochs",
                                    str(epochs)])
            times.append((train(4) - train(1)) / (3 * steps * lengths[-1] // length))
        logs = [(math.log(n), math.log(t)) for n, t in zip(lengths, times)]
        mean_n, mean_t = (sum(pair[i] for pair in logs) / len(logs) for i in (0, 1))
        exponent = sum((n - mean_n) * (t - mean_t) for n, t in logs) / sum((n - mean_n) ** 2 for n, _ in logs)
        print(f"{backbone}: " + ", ".join(f"{n}: {1e3 * t:.2f} ms" for n, t in zip(lengths, times)) +
              f" an event; exponent {exponent:.2f} (bar 1.1)", flush=True)
