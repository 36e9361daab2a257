#!/usr/bin/env python3
"""What `make demo` costs, and how much of it is the engine: runs workflows/mlpf.toml from nothing, then again.

  demo_bench.py --bin build/bin [--quick] [--json FILE]

The engine is the driver (as the kernel accounts it) and the runner (which starts, watches and hashes on behalf of the
driver); the tasks' time is that of their exit records. Prints one table. Nothing here fails on a slow machine.
"""
import argparse, json, os, shutil, subprocess, sys, tempfile, threading, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
QUICK = ["seeds=1", "events=20", "trials=2", "trial_events=16", "trial_epochs=1", "epochs=1"]


def cpu_s(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def runners(folder):
    """CPU seconds of the runners that serve this folder, by pid."""
    found = {}
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline") as file:
                words = file.read().split("\0")
            if words[0].endswith("sluice-runner") and any(folder in word for word in words):
                found[name] = cpu_s(name)
        except (OSError, ValueError, IndexError):
            pass
    return found


def run(argv, folder):
    """Wall seconds, the driver's CPU seconds, the runners' CPU seconds."""
    seen, over = {}, threading.Event()

    def watch():
        while not over.wait(0.5):
            seen.update(runners(folder))

    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    seen.update(runners(folder))
    over.set()
    watcher.join()
    if process.returncode != 0:
        sys.exit(f"{' '.join(argv)} ended with {process.returncode}:\n{error.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, sum(seen.values()), error.decode(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="where the programs are")
    parser.add_argument("--json", help="write the rows to this file, too")
    parser.add_argument("--quick", action="store_true", help="as little as possible: to see that the benchmark works")
    parser.add_argument("--scratch", help="where to work (default: the system's temporary folder)")
    options = parser.parse_args()
    rows = []

    def row(what, bar, value, met):
        rows.append({"what": what, "bar": bar, "value": value, "met": met})
        print(f"{what:<58} {value:<42} bar {bar:<18} {'met' if met else 'MISSED'}", flush=True)

    folder = tempfile.mkdtemp(prefix="sluice-bench-", dir=options.scratch)
    try:
        sluice = os.path.abspath(os.path.join(options.bin, "sluice"))
        argv = [sluice, "run", os.path.join(ROOT, "workflows/mlpf.toml"), "--dir", folder]
        for value in QUICK if options.quick else []:
            argv += ["--set", value]
        wall, driver, runner, _ = run(argv, folder)
        facts = json.loads(subprocess.run([sluice, "report", "--dir", folder, "--json"], capture_output=True, check=True).stdout)
        tasks = sum(stage["cpu_s"] for stage in facts["costs"])
        row("the demo, from nothing", "<= 10 min", f"{wall / 60:.1f} min; tasks {tasks / 60:.1f} min of CPU", wall <= 600)
        share = 100 * (driver + runner) / (driver + runner + tasks)
        row("the engine's share of its CPU time", "<= 0.5 %",
            f"{share:.2f} % (driver {driver:.2f} s, runner {runner:.2f} s)", share <= 0.5)
        wall, driver, runner, said = run(argv, folder)
        count = len([line for line in said.splitlines() if " done " in line])
        row("the demo again", "<= 1 s, 0 tasks", f"{wall:.2f} s, {count} tasks run", wall <= 1)
        for number in facts["numbers"]:
            print(f"  {number['name']}: {number['value']}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"rows": rows}, file, indent=2)


if __name__ == "__main__":
    main()
