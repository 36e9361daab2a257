#!/usr/bin/env python3
"""What a sweep costs the engine, and what kills do to it, with real processes.

  sweep_bench.py --bin build/bin trials [--count 1000] [--parallel 16]
  sweep_bench.py --bin build/bin kills  [--count 100] [--seed 1]

`trials`: no-op trials on the local executor; CPU seconds of the driver alone, and the wall clock.
`kills`: SIGKILL of driver, sweep, runner or a trial at random moments, again and again; at the end every decision has to
be that of a study that nobody disturbed.
"""
import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "../../docs/trial-protocol.md")
NO_OP = r"""
folder=$2 number=${2##*/}
while [ "${number#0}" != "$number" ] && [ "$number" != 0 ]; do number=${number#0}; done
printf '{"v":1,"trial":%s,"run":1,"result":"completed","step":1,"metrics":{"loss":%s}}' "$number" "$number" > "$folder/s.tmp-$$"
mv "$folder/s.tmp-$$" "$folder/status.0001.json"
"""
WORKFLOW = """sluice = 1
name = "bench"
[stage.sweep]
program = "sluice-sweep"
inputs  = {{ study = "file:study.toml" }}
outputs = {{ best = "best.toml", trials = "trials.csv" }}
retry   = {{ attempts = 100 }}
trials  = {{ command = {command}, parallel = {parallel} }}
"""


def driver_seconds(process):
    """CPU seconds of the driver itself, without its children, as long as it can be asked."""
    ticks = 0
    while process.poll() is None:
        try:
            fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
            ticks = int(fields[11]) + int(fields[12])
        except (FileNotFoundError, ProcessLookupError):
            break
        time.sleep(0.02)
    return ticks / os.sysconf("SC_CLK_TCK")


def trials(arguments, folder):
    write(folder, "study.toml", f"trials = {arguments.count}\nparallel = {arguments.parallel}\n[search]\nmethod = \"random\"\n"
          "[space]\nlr = { float = [1e-5, 1], log = true }\n")
    write(folder, "trial.sh", NO_OP)
    write(folder, "w.toml", WORKFLOW.format(command=f'["/bin/sh", "{folder}/trial.sh"]', parallel=arguments.parallel))
    begin = time.monotonic()
    process = start(arguments, folder)
    seconds = driver_seconds(process)
    wall = time.monotonic() - begin
    if process.wait() != 0:
        sys.exit(f"sluice run ended with {process.returncode} in {folder}")
    done = len(open(os.path.join(folder, "trials.csv")).readlines()) - 1
    print(f"{done} no-op trials, {arguments.parallel} at once: {1000 * seconds / done:.2f} ms of driver time a trial, "
          f"{wall:.1f} s wall ({1000 * wall / done:.1f} ms a trial), load {os.getloadavg()[0]:.1f}")


def kills(arguments, folder):
    page = open(PAGE).read()
    program = re.search(r"```python\n(.*?)```", page, re.S).group(1)
    program = program.replace('append(f"metrics', 'time.sleep(0.03)\n    append(f"metrics')
    study = ("trials = 12\nparallel = 3\nseed = 4\ndeterministic = true\n[search]\nmethod = \"tpe\"\n[schedule]\n"
             "method = \"asha\"\nmost = 9\n[space]\nlr = { float = [0.01, 0.5], log = true }\n")

    def place(name):
        path = os.path.join(folder, name)
        os.makedirs(path)
        write(path, "study.toml", study)
        write(path, "trial.py", program)
        write(path, "w.toml", WORKFLOW.format(command=f'["{sys.executable}", "{path}/trial.py"]', parallel=3))
        return path

    calm = place("calm")
    if start(arguments, calm).wait() != 0:
        sys.exit("the undisturbed study failed")
    expected = open(os.path.join(calm, "trials.csv")).read()
    choice = random.Random(arguments.seed)
    killed, studies = {"driver": 0, "sweep": 0, "runner": 0, "trial": 0}, 0
    while sum(killed.values()) < arguments.count:
        path = place(f"s{studies}")
        studies += 1
        deaths_here = choice.randrange(4, 12)
        while True:
            process = start(arguments, path)
            while deaths_here > 0 and process.poll() is None:
                time.sleep(choice.random() * 0.6)
                victim = choice.choice(["driver", "sweep", "runner", "trial", "trial"])
                pids = [process.pid] if victim == "driver" else at_work(path, victim)
                if not pids or process.poll() is not None:
                    continue
                kill(choice.choice(pids))
                killed[victim] += 1
                deaths_here -= 1
                if victim == "driver":
                    break
            code = process.wait()
            if code == 0:
                break
            if code != -signal.SIGKILL:
                print(f"sluice run ended with {code} in {path}: it is run again")
        found = open(os.path.join(path, "trials.csv")).read()
        if found != expected:
            sys.exit(f"another decision in {path}")
        shutil.rmtree(path)
    print(f"{sum(killed.values())} kills in {studies} studies ({', '.join(f'{n} of {w}' for w, n in killed.items())}): "
          f"no decision differs")


def at_work(path, what):
    """Processes of a place: by command line."""
    marks = {"sweep": "sluice-sweep", "runner": "sluice-runner", "trial": f"{path}/trial.py"}
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{pid}/cmdline").read().split("\0")
            here = os.readlink(f"/proc/{pid}/cwd")
        except OSError:
            continue
        line = " ".join(words)
        if marks[what] in line and (path in line or here.startswith(path)) and int(pid) != os.getpid():
            found.append(int(pid))
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


def start(arguments, folder):
    log = open(os.path.join(folder, "log"), "a")
    return subprocess.Popen([os.path.join(arguments.bin, "sluice"), "run", "w.toml"], cwd=folder, stdout=log, stderr=log)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("what", choices=["trials", "kills"])
    parser.add_argument("--count", type=int)
    parser.add_argument("--parallel", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.bin = os.path.abspath(arguments.bin)
    arguments.count = arguments.count or {"trials": 1000, "kills": 100}[arguments.what]
    folder = os.path.realpath(tempfile.mkdtemp(prefix="sweep-bench-"))
    {"trials": trials, "kills": kills}[arguments.what](arguments, folder)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
