#!/usr/bin/env python3
"""What sluice-simulate does in a second of one core, and how that and its memory grow with the number of events.

  simulate_bench.py --bin build/bin [--quick] [--json FILE]

Prints one table and, with --json, the same as JSON. Nothing here fails on a slow machine: the figures are for reading.
"""
import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile


def run(argv):
    """CPU seconds and peak memory of a command."""
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(argv)} ended with {process.returncode}:\n{error.decode(errors='replace')}")
    return {"cpu_s": usage.ru_utime + usage.ru_stime, "peak_bytes": usage.ru_maxrss * 1024}


class Bench:
    def __init__(self, options):
        self.program = os.path.abspath(os.path.join(options.bin, "sluice-simulate"))
        self.folder = tempfile.mkdtemp(prefix="sluice-bench-", dir=options.scratch)
        self.rows = []

    def simulate(self, events, process):
        path = os.path.join(self.folder, "events.root")
        result = run([self.program, "--process", process, "--events", str(events), "--threads", "1",
                      "--output.events", path])
        result["bytes"] = os.path.getsize(path)
        return result

    def row(self, what, bar, value, met):
        self.rows.append({"what": what, "bar": bar, "value": value, "met": met})
        print(f"{what:<58} {value:<42} bar {bar:<18} {'met' if met else 'MISSED'}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="where the program sluice-simulate is")
    parser.add_argument("--json", help="write the rows to this file, too")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes: to see that the benchmark works")
    parser.add_argument("--scratch", help="where to work (default: the system's temporary folder)")
    options = parser.parse_args()
    small = 40 if options.quick else 400
    bench = Bench(options)
    try:
        bench.simulate(1, "ee_ttbar_380")  # what starting costs is in the cache now, and taken off below
        start = bench.simulate(1, "ee_ttbar_380")["cpu_s"]
        first = bench.simulate(small, "ee_ttbar_380")
        second = bench.simulate(4 * small, "ee_ttbar_380")
        rate = 4 * small / second["cpu_s"]
        bench.row("simulate ee_ttbar_380 on CLIC, file included", ">= 50 events/s a core",
                  f"{rate:.0f} events/s ({second['bytes'] / 4 / small / 1e3:.0f} kB an event)", rate >= 50)
        qq = small / bench.simulate(small, "ee_qq_380")["cpu_s"]
        bench.row("simulate ee_qq_380", "none", f"{qq:.0f} events/s", True)
        exponent = math.log((second["cpu_s"] - start) / (first["cpu_s"] - start)) / math.log(4)
        bench.row(f"CPU time from {small} to {4 * small} events", "exponent <= 1.05", f"{exponent:.2f}",
                  exponent <= 1.05)
        bench.row("memory", "<= 300 MB", f"{second['peak_bytes'] / 1e6:.0f} MB", second["peak_bytes"] <= 300e6)
    finally:
        shutil.rmtree(bench.folder, ignore_errors=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"rows": bench.rows}, file, indent=2)


if __name__ == "__main__":
    main()
