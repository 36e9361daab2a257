#!/usr/bin/env python3
"""The time of one suggestion, ours against Optuna's in the same run: a space of eight mixed parameters, 100 and 1,000
trials told, one core, CPU time.

  hpo_bench.py --bin build/bin [--quick] [--python PYTHON] [--json FILE]

Prints one table. Nothing here fails on a slow machine: the ratios are for reading. Optuna is looked for in .deps/python,
where `cmake/bootstrap check` puts it; its GP needs torch and scipy as well: name a PYTHON that has them, or go without.
"""
import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

PEER = """
import json, math, random, sys, time, warnings
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
method, trials, pending, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
space = {"p0": FloatDistribution(1e-6, 3e-2, log=True), "p1": FloatDistribution(1e-6, 1e-1, log=True),
         "p2": FloatDistribution(0, 0.5), "p3": IntDistribution(0, 4), "p4": IntDistribution(0, 4),
         "p5": IntDistribution(0, 4), "p6": IntDistribution(8, 256, log=True),
         "p7": CategoricalDistribution([8, 16, 32, 64, 128])}
def draw(d):
    if isinstance(d, CategoricalDistribution):
        return random.choice(d.choices)
    if isinstance(d, IntDistribution):
        return round(math.exp(random.uniform(math.log(d.low), math.log(d.high)))) if d.log else random.randint(d.low, d.high)
    return math.exp(random.uniform(math.log(d.low), math.log(d.high))) if d.log else random.uniform(d.low, d.high)
random.seed(1)
sampler = optuna.samplers.TPESampler(seed=1) if method == "tpe" else optuna.samplers.GPSampler(seed=1)
study = optuna.create_study(sampler=sampler)
for _ in range(trials):
    p = {name: draw(d) for name, d in space.items()}
    study.add_trial(optuna.trial.create_trial(params=p, distributions=space,
                                              value=math.log(p["p0"] / 1e-3) ** 2 + p["p3"] + p["p2"]))
for _ in range(pending):
    study.add_trial(optuna.trial.create_trial(state=optuna.trial.TrialState.RUNNING, distributions=space,
                                              params={name: draw(d) for name, d in space.items()}))
times = []
for _ in range(repeats):
    start = time.process_time()
    trial = study.ask(space)
    times.append(1e3 * (time.process_time() - start))
    study.tell(trial, state=optuna.trial.TrialState.FAIL)
print(json.dumps({"ms": sorted(times)[len(times) // 2], "version": optuna.__version__}))
"""


def ours(folder):
    said = subprocess.run([os.path.join(folder, "tests", "bench_hpo_search"), "latency"], capture_output=True, text=True,
                          check=True).stdout
    rows = re.findall(r"(\w+) +ask, n = (\d+), (\d+) pending: median ([\d.]+) ms", said)
    return {(method, int(n), int(pending)): float(ms) for method, n, pending, ms in rows}


def peer(python, method, trials, pending):
    environment = dict(os.environ, OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    if python == sys.executable:
        environment["PYTHONPATH"] = os.path.join(ROOT, ".deps", "python")
    repeats = 9 if method == "tpe" else 3 if trials < 1000 else 1
    try:
        said = subprocess.run([python, "-c", PEER, method, str(trials), str(pending), str(repeats)], env=environment,
                              capture_output=True, text=True, timeout=900)
    except subprocess.TimeoutExpired:
        return None, "took longer than 900 s"
    if said.returncode != 0:
        return None, said.stderr.strip().splitlines()[-1]
    answer = json.loads(said.stdout)
    return answer["ms"], answer["version"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--quick", action="store_true", help="without the minutes of Optuna's GP at 1,000 trials")
    parser.add_argument("--json")
    options = parser.parse_args()
    rows = []
    print(f"{'suggestion':28} {'ours':>12} {'Optuna':>12}")
    measured = ours(options.bin)
    for method in ("tpe", "gp"):
        for trials, pending in ((100, 0), (100, 8), (1000, 0), (1000, 8)):
            mine = measured[(method, trials, pending)]
            if options.quick and method == "gp" and trials >= 1000:
                continue
            theirs, note = peer(options.python, method, trials, pending)
            text = f"{theirs:9.2f} ms  {theirs / mine:.1f} times ours (Optuna {note})" if theirs else f"none: {note}"
            print(f"{method}, n = {trials}, {pending} pending".ljust(28), f"{mine:9.2f} ms {text}", flush=True)
            rows.append({"method": method, "n": trials, "pending": pending, "ours_ms": mine, "optuna_ms": theirs})
    if options.json:
        with open(options.json, "w") as file:
            json.dump(rows, file, indent=2)


if __name__ == "__main__":
    main()
