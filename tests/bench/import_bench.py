#!/usr/bin/env python3
"""What the import advertises, measured in one run.

  import_bench.py --bin build/bin [--python-path .deps/python] [--file FILE.root] [--quick] [--json FILE]

Times are CPU seconds of the process (user and system), so that a busy machine changes little; memory is the peak resident set.
FILE is an EDM4hep file in CLIC's layout for the comparison with Python; without it a made-up one is taken.
"""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile


def run(argv, env=None):
    """CPU seconds and peak memory in MB of a process."""
    child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, argv
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--python-path", default=".deps/python")
    parser.add_argument("--file")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    parser.add_argument("--json")
    given = parser.parse_args()
    less = 10 if given.quick else 1
    rows = []

    def row(what, bar, seen, met):
        rows.append({"what": what, "bar": bar, "seen": seen, "met": met})
        print(f"{what:62} {bar:22} {seen:44} {'met' if met else 'MISSED'}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        def sample(events, particles, hits, name):
            path = os.path.join(folder, name + ".root")
            run([os.path.join(given.bin, "tests/import-sample"), path, str(events), str(particles), str(hits)])
            return path

        def imported(path, *flags):
            out = path.replace(".root", ".h5") if path.startswith(folder) else os.path.join(folder, "given.h5")
            seconds, memory, _ = run([os.path.join(given.bin, "sluice-import"), "--threads", "1", "--input.events", path,
                                      "--output.events", out, *flags])
            return seconds, memory, out

        peer = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peer_import.py")
        source = given.file or sample(200 // less, 60, 90, "compare")
        ours = min(imported(source)[0] for _ in range(3))
        theirs, _, _ = run([sys.executable, peer, source, os.path.join(folder, "peer.h5")],
                           dict(os.environ, PYTHONPATH=given.python_path))
        row("import, against Python (uproot, numpy, fastjet, h5py)", ">= 50 x", f"{theirs / ours:.1f} x ({ours:.2f} s, {theirs:.2f} s)",
            theirs / ours >= 50)

        few, many = 20, 2000 // less
        t1, _, _ = imported(sample(few, 40, 30, "few"))
        t2, m2, out = imported(sample(many, 40, 30, "many"))
        exponent = math.log(t2 / t1) / math.log(many / few)
        row(f"import, events x {many // few}: exponent of the time", "<= 1.05", f"{exponent:.2f} ({t1:.2f} s, {t2:.2f} s)", exponent <= 1.05)
        row(f"import of {many} events: memory", "<= 300 MB", f"{m2:.0f} MB", m2 <= 300)
        t3, _, _ = imported(sample(200 // less, 50, 60, "small"))
        t4, m4, _ = imported(sample(200 // less, 500, 60, "large"))
        exponent = math.log10(t4 / t3)
        row("import, particles x 10: exponent of the time", "<= 1.05", f"{exponent:.2f} ({t3:.2f} s, {t4:.2f} s)", exponent <= 1.05)
        row("import of events with 30,000 hits: memory", "<= 300 MB", f"{m4:.0f} MB", m4 <= 300)

        dataset = os.path.join(folder, "dataset")
        t5, m5, _ = run([os.path.join(given.bin, "sluice-preprocess"), "--threads", "1", "--input.events", out, "--output.dataset", dataset])
        row(f"preprocess of {many} events: memory", "<= 300 MB", f"{m5:.0f} MB ({many / t5:.0f} events/s)", m5 <= 300)
        reads = json.loads(run([os.path.join(given.bin, "tests/dataset-bench"), dataset, "200000"])[2])
        row("dataset, random reads, one thread", ">= 20,000 events/s",
            f"{reads['events_per_s']:,.0f} events/s of {reads['elements_per_event']:.0f} elements", reads["events_per_s"] >= 20000)
    if given.json:
        with open(given.json, "w", encoding="utf-8") as out:
            json.dump(rows, out, indent=1)


if __name__ == "__main__":
    main()
