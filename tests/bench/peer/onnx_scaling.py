#!/usr/bin/env python3
"""CPU time of exported networks against the length of the event, one thread (needs onnxruntime, numpy).

  onnx_scaling.py MODEL.onnx...
"""
import sys, time
import numpy as np
import onnxruntime as ort

for path in sys.argv[1:]:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(path, options)
    columns = session.get_inputs()[0].shape[2]
    lengths, times = [256, 1024, 4096, 16384], []
    for length in lengths:
        x = np.random.default_rng(1).uniform(0.5, 2, (1, length, columns)).astype(np.float32)
        x[..., 0] = 1 + (np.arange(length) % 2)
        feed = {"features": x, "mask": np.ones((1, length), bool)}
        session.run(None, feed)
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            session.run(None, feed)
            best = min(best, time.process_time() - start)
        times.append(best)
    exponent = np.polyfit(np.log(lengths), np.log(times), 1)[0]
    print(path, " ".join(f"{n}: {1e3 * t:.1f} ms" for n, t in zip(lengths, times)), f"exponent {exponent:.2f}")
