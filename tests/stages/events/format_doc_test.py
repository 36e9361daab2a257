#!/usr/bin/env python3
"""Runs the Python that docs/event-format.md shows, on a file that sluice-import has just written."""
import os
import re
import subprocess
import sys
import tempfile

source, programs = os.environ["SLUICE_SOURCE_DIR"], os.environ["SLUICE_BIN_DIR"]
with open(os.path.join(source, "docs/event-format.md"), encoding="utf-8") as page:
    code = re.search(r"```python\n(.*?)```", page.read(), re.S).group(1)
assert len(code.strip().splitlines()) == 5, "the page promises five lines"
with tempfile.TemporaryDirectory() as folder:
    sample = os.path.join(source, "tests/stages/golden/sluice-import/sample/events.root")
    output = os.path.join(folder, "events.h5")
    subprocess.run([os.path.join(programs, "sluice-import"), "--input.events", sample, "--output.events", output], check=True,
                   stderr=subprocess.DEVNULL, timeout=60)
    run = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60)
    print(run.stdout, run.stderr)
    assert run.returncode == 0
    assert re.fullmatch(r"\d+ tracks; the hardest has [\d.]+ GeV; events: 3\n", run.stdout), run.stdout

    # Every chunk has its checksum, and HDF5's own library agrees with it.
    import h5py

    with h5py.File(output) as file:
        seen = []
        file.visititems(lambda name, item: seen.append(name) if isinstance(item, h5py.Dataset) else None)
        for name in seen:
            assert file[name].fletcher32, name
            file[name][:]
        assert len(seen) >= 24, seen
