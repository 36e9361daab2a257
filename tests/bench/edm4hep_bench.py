#!/usr/bin/env python3
"""Reading EDM4hep, measured against uproot decoding the same columns of the same file in the same run, on one thread;
both by the CPU time of their process, so that what else runs on the machine does not count.

  edm4hep_bench.py --bin build/bin [--quick] [--json FILE]

Prints one table and, with --json, the same as JSON. Nothing here fails on a slow machine: the ratios are for reading.
uproot is looked for in .deps/python, where `cmake/bootstrap check` puts it.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REAL = os.path.join(ROOT, "..", "shared", "edm4hep")

# Opening counts, importing uproot and making its classes (the first reading) do not.
UPROOT = """
import sys, time, json
import uproot
path, names = sys.argv[1], sys.argv[2:]
best = 1e9
for repeat in range(4):
    start = time.process_time()
    with uproot.open(path) as file:
        arrays = file["events"].arrays(names, library="ak")
        seconds = time.process_time() - start
    if repeat > 0:
        best = min(best, seconds)
import awkward
print(json.dumps({"seconds": best, "numbers": sum(int(awkward.count(arrays[name])) for name in names)}))
"""

HITS = [f"ECALBarrel.{member}" for member in
        ("cellID", "energy", "energyError", "time", "position.x", "position.y", "position.z", "type")]
PARTICLES = [f"MCParticles.{member}" for member in
             ("PDG", "generatorStatus", "momentum.x", "momentum.y", "momentum.z", "mass", "charge")]
ODD = [f"{collection}.{member}" for collection in ("ECalBarrelCollection", "HCalBarrelCollection")
       for member in ("cellID", "energy", "position.x", "position.y", "position.z")] + PARTICLES


class Bench:
    def __init__(self, options):
        self.program = os.path.join(options.bin, "tests", "edm4hep-bench")
        self.rows = []

    def row(self, what, bar, value, met, **details):
        self.rows.append({"what": what, "bar": bar, "value": value, "met": met, **details})
        print(f"{what:<58} {value:<52} bar {bar:<18} {'met' if met else 'MISSED'}", flush=True)

    def ours(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"edm4hep-bench {' '.join(map(str, arguments))}: {done.stderr}")
        return json.loads(done.stdout)

    def uproot(self, path, columns):
        environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, ".deps", "python"), "OMP_NUM_THREADS": "1"}
        done = subprocess.run([sys.executable, "-c", UPROOT, path, *columns], capture_output=True, text=True,
                              env=environment)
        if done.returncode != 0:
            sys.exit(f"uproot can't read {path}:\n{done.stderr}")
        return json.loads(done.stdout)

    def decoding(self, what, path, columns):
        """Pairs, one after the other, so that a drifting machine hurts both; the median ratio counts."""
        pairs = []
        for _ in range(3):
            theirs = self.uproot(path, columns)
            mine = min((self.ours("read", path, 1, *columns) for _ in range(3)), key=lambda run: run["seconds"])
            if mine["numbers"] != theirs["numbers"]:
                sys.exit(f"{path}: {mine['numbers']} numbers here, {theirs['numbers']} there")
            pairs.append((theirs["seconds"] / mine["seconds"], mine, theirs))
        ratio, mine, theirs = sorted(pairs, key=lambda pair: pair[0])[1]
        self.row(what, ">= 3 x uproot",
                 f"{ratio:.1f} x ({1000 * mine['seconds']:.1f} against {1000 * theirs['seconds']:.1f} ms)", ratio >= 3,
                 numbers=mine["numbers"], ours=mine, uproot=theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/bin")
    parser.add_argument("--quick", action="store_true", help="a tenth of the events")
    parser.add_argument("--json", help="write the table here, too")
    options = parser.parse_args()
    bench = Bench(options)
    events = 300 if options.quick else 3000
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as folder:
        path = os.path.join(folder, "events.root")
        wrote = bench.ours("write", path, events, 2000)
        megabytes = os.path.getsize(path) / 1e6
        bench.row(f"writing {events} events of 2,000 hits", "<= 300 MB memory",
                  f"{megabytes / wrote['seconds']:.0f} MB of file a second, {wrote['peak_mb']:.0f} MB memory",
                  wrote["peak_mb"] <= 300, **wrote)
        bench.decoding(f"decoding {events} events of 2,000 hits (zstd)", path, HITS + PARTICLES)
        bench.decoding("  of them one column", path, ["ECALBarrel.energy"])
        peak = bench.ours("read", path, 1, *HITS, *PARTICLES)["peak_mb"]
        bench.row("  memory for reading it", "<= 300 MB memory", f"{peak:.0f} MB", peak <= 300)
        for name, columns in (("odd_pion_sim_10ev", ODD), ("fcc_idea_spring2021_ZH", ["Particle.momentum.x", "Particle.PDG"])):
            real = os.path.join(REAL, name + ".root")
            if os.path.exists(real):
                bench.decoding(f"decoding {name} (zlib)", real, columns)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"rows": bench.rows}, file, indent=1)


main()
