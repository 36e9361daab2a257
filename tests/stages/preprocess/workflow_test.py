#!/usr/bin/env python3
"""workflows/import.toml, small: simulate, import and preprocess with fan-out; then one shard again, which changes nothing."""
import json
import os
import subprocess
import tempfile

source, programs = os.environ["SLUICE_SOURCE_DIR"], os.environ["SLUICE_BIN_DIR"]


def sluice(folder, *flags):
    run = subprocess.run([os.path.join(programs, "sluice"), "run", os.path.join(source, "workflows/import.toml"), "--dir", folder,
                          "--set", "events=4", "--set", "shards=2", *flags], capture_output=True, text=True, timeout=250,
                         stdin=subprocess.DEVNULL)
    print(run.stdout[-2000:], run.stderr[-2000:])
    assert run.returncode == 0
    return (run.stdout + run.stderr).strip().splitlines()[-1]


with tempfile.TemporaryDirectory() as folder:
    assert sluice(folder).startswith("9 tasks: 9 done, 0 up to date, 0 failed"), "the whole workflow"
    with open(os.path.join(folder, "report/report.json"), encoding="utf-8") as text:
        report = json.load(text)
    assert report["facts"]["events of ee_qq_380"] == "8" and report["facts"]["events of ee_ttbar_380"] == "8", report["facts"]
    verdicts = {gate["name"]: gate["verdict"] for gate in report["gates"]}
    for gate in ("S1", "S4", "B1", "H1", "H3", "T2", "T3", "T4a", "E1"):
        assert verdicts[gate] == "pass", (gate, report["gates"])
    again = sluice(folder, "--force", "simulate[process=ee_qq_380,shard=2]")
    assert again.startswith("9 tasks: 1 done, 8 up to date, 0 failed"), "the same seed gives the same events"
    os.remove(os.path.join(folder, "events/ee_ttbar_380/1.h5"))
    assert sluice(folder).startswith("9 tasks: 1 done, 8 up to date, 0 failed"), "one import again"
