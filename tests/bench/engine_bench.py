#!/usr/bin/env python3
"""What the engine advertises, measured against ninja running the same commands in the same run.

  engine_bench.py --bin build/bin [--quick] [--json FILE]

Prints one table and, with --json, the same as JSON. Nothing here fails on a slow machine: the ratios are for reading.
"""
import argparse
import json
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CORES = os.cpu_count() or 1


def wait_for(process):
    """Wall seconds are the caller's; this gives the child's own CPU seconds and peak memory."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def run(argv, folder):
    start = time.monotonic()
    process = subprocess.Popen(argv, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    code, cpu, peak = wait_for(process)
    wall = time.monotonic() - start
    if code != 0:
        sys.exit(f"{' '.join(argv)} ended with {code} in {folder}:\n{error.decode(errors='replace')}")
    return {"wall_s": wall, "cpu_s": cpu, "peak_bytes": peak}


def fan_out_toml(n):
    return f"""sluice = 1
name = "fan"

[stage.work]
command = ["touch", "{{outputs.out}}"]
each    = {{ i = "1..{n}" }}
outputs = {{ out = "out/{{i}}" }}

[stage.join]
command = ["touch", "{{outputs.done}}"]
inputs  = {{ all = "work.out" }}
outputs = {{ done = "done" }}
"""


def fan_out_ninja(n):
    lines = ["rule touch", "  command = touch $out"]
    lines += [f"build out/{i}: touch" for i in range(1, n + 1)]
    lines += ["build done: touch " + " ".join(f"out/{i}" for i in range(1, n + 1)), "default done", ""]
    return "\n".join(lines)


def chain_toml(n):
    parts = ['sluice = 1\nname = "chain"\n']
    for i in range(n):
        inputs = f'inputs = {{ before = "s{i - 1}.out" }}\n' if i else ""
        parts.append(f'[stage.s{i}]\ncommand = ["touch", "{{outputs.out}}"]\n{inputs}outputs = {{ out = "out/{i}" }}\n')
    return "\n".join(parts)


def chain_ninja(n):
    lines = ["rule touch", "  command = touch $out"]
    lines += [f"build out/{i}: touch" + (f" out/{i - 1}" if i else "") for i in range(n)]
    return "\n".join(lines) + "\n"


class Bench:
    def __init__(self, options):
        self.sluice = os.path.abspath(os.path.join(options.bin, "sluice"))
        self.root = tempfile.mkdtemp(prefix="sluice-bench-", dir=options.scratch)
        self.rows = []

    def folder(self, name, toml, ninja):
        path = os.path.join(self.root, name)
        for kind in ("sluice", "ninja"):
            os.makedirs(os.path.join(path, kind))
        with open(os.path.join(path, "sluice", "workflow.toml"), "w") as file:
            file.write(toml)
        with open(os.path.join(path, "ninja", "build.ninja"), "w") as file:
            file.write(ninja)
        return path

    def row(self, what, bar, value, met, **details):
        self.rows.append({"what": what, "bar": bar, "value": value, "met": met, **details})
        print(f"{what:<58} {value:<42} bar {bar:<18} {'met' if met else 'MISSED'}", flush=True)

    def sluice_run(self, folder, *more):
        return run([self.sluice, "run", "workflow.toml", "-j", str(CORES), *more], os.path.join(folder, "sluice"))

    def ninja_run(self, folder):
        return run(["ninja", "--quiet", "-j", str(CORES)], os.path.join(folder, "ninja"))

    def against_ninja(self, name, n, toml, ninja, bar, repeats=3):
        """Pairs, first one then the other, so that a drifting machine hurts both; the median ratio counts."""
        ratios, ours, theirs = [], [], []
        for repeat in range(repeats):
            folder = self.folder(f"{name}{n}-{repeat}", toml(n), ninja(n))
            theirs.append(self.ninja_run(folder))
            ours.append(self.sluice_run(folder))
            ratios.append(ours[-1]["wall_s"] / theirs[-1]["wall_s"])
            if repeat < repeats - 1:
                shutil.rmtree(folder)
        ratios.sort()
        ratio = ratios[len(ratios) // 2]
        per_task = 1000 * min(o["wall_s"] for o in ours) / n
        ninja_per_task = 1000 * min(t["wall_s"] for t in theirs) / n
        self.row(f"{name}, {n} tasks", f"<= {bar} x ninja",
                 f"{ratio:.2f} x ({per_task:.2f} against {ninja_per_task:.2f} ms a task)", ratio <= bar,
                 ratios=ratios, ours=ours, ninja=theirs)
        return folder, ours

    def nothing_to_do(self, folder, n):
        runs = [self.sluice_run(folder) for _ in range(5)][1:]
        wall = sorted(r["wall_s"] for r in runs)[len(runs) // 2]
        peak = max(r["peak_bytes"] for r in runs)
        ninja = min(self.ninja_run(folder)["wall_s"] for _ in range(3))
        self.row(f"nothing to do, {n} tasks", "<= 1.0 s, 250 MB",
                 f"{wall:.2f} s, {peak / 1e6:.0f} MB (ninja {ninja:.2f} s)", wall <= 1.0 and peak <= 250e6, runs=runs)

    def restart_after_kill(self, n):
        """kill -9 half-way; what was finished stays, what ran is adopted, nothing runs twice."""
        toml = f"""sluice = 1
name = "restart"

[stage.work]
command = ["sh", "-c", 'echo $1 >> "$2" && touch "$3"', "work", "{{i}}", "{self.root}/ledger", "{{outputs.out}}"]
each    = {{ i = "1..{n}" }}
outputs = {{ out = "out/{{i}}" }}
"""
        ledger = os.path.join(self.root, "ledger")
        open(ledger, "w").close()
        folder = self.folder(f"restart{n}", toml, "")
        argv = [self.sluice, "run", "workflow.toml", "-j", str(CORES)]
        where = os.path.join(folder, "sluice")
        process = subprocess.Popen(argv, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while count_lines(ledger) < n // 2:
            if process.poll() is not None:
                sys.exit("the run ended before it could be killed")
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(1.0)  # what ran goes on without a driver and ends
        before = count_lines(ledger)
        start_wall = time.time()
        process = subprocess.Popen(argv, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while count_lines(ledger) == before and process.poll() is None:
            time.sleep(0.0005)
        first_start = time.time() - start_wall
        code, _, _ = wait_for(process)
        with open(ledger) as file:
            lines = file.read().split()
        lost = n - len(set(lines))
        twice = len(lines) - len(set(lines))
        self.row(f"restart after kill -9 half-way through {n}", "<= 0.5 s, 0, 0",
                 f"first start {first_start:.2f} s, {lost} lost, {twice} run twice",
                 code == 0 and first_start <= 0.5 and lost == 0 and twice == 0)

    def scaling(self, by_size):
        sizes = sorted(by_size)
        cpus = [min(r["cpu_s"] for r in by_size[n]) for n in sizes]
        exponent = math.log(cpus[-1] / cpus[0]) / math.log(sizes[-1] / sizes[0])
        text = ", ".join(f"{n}: {c:.2f} s" for n, c in zip(sizes, cpus))
        self.row("driver's CPU time against the number of tasks", "exponent <= 1.05", f"{exponent:.2f} ({text})",
                 exponent <= 1.05)


def count_lines(path):
    with open(path, "rb") as file:
        return file.read().count(b"\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="where the program sluice is")
    parser.add_argument("--json", help="write the rows to this file, too")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes: to see that the benchmark works")
    parser.add_argument("--scratch", help="where to work (default: the system's temporary folder)")
    options = parser.parse_args()
    if not shutil.which("ninja"):
        sys.exit("ninja is missing: cmake/bootstrap check installs it")
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    scale = 10 if options.quick else 1
    bench = Bench(options)
    by_size = {}
    try:
        _, by_size[1000 // scale] = bench.against_ninja("fan-out and join", 1000 // scale, fan_out_toml, fan_out_ninja, 1.3)
        _, by_size[10000 // scale] = bench.against_ninja("fan-out and join", 10000 // scale, fan_out_toml, fan_out_ninja, 1.3)
        bench.against_ninja("chain", 10000 // scale, chain_toml, chain_ninja, 1.2)
        bench.restart_after_kill(10000 // scale)
        n = 100000 // scale
        folder = bench.folder(f"big{n}", fan_out_toml(n), fan_out_ninja(n))
        bench.ninja_run(folder)
        by_size[n] = [bench.sluice_run(folder)]
        bench.scaling(by_size)
        bench.nothing_to_do(folder, n)
    finally:
        shutil.rmtree(bench.root, ignore_errors=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"cores": CORES, "rows": bench.rows}, file, indent=2)


if __name__ == "__main__":
    main()
