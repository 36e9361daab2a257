#!/usr/bin/env python3
"""sluice-import against an importer in Python that shares no line with it (tests/bench/peer_import.py): every table is the same."""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

source, programs = os.environ["SLUICE_SOURCE_DIR"], os.environ["SLUICE_BIN_DIR"]
sample = os.path.join(source, "tests/stages/golden/sluice-import/sample/events.root")
with tempfile.TemporaryDirectory() as folder:
    ours, theirs = os.path.join(folder, "ours.h5"), os.path.join(folder, "theirs.h5")
    subprocess.run([os.path.join(programs, "sluice-import"), "--input.events", sample, "--output.events", ours], check=True,
                   stderr=subprocess.DEVNULL, timeout=60)
    subprocess.run([sys.executable, os.path.join(source, "tests/bench/peer_import.py"), sample, theirs], check=True, timeout=120)
    compared = []

    def compare(name, item):
        if isinstance(item, h5py.Dataset):
            numpy.testing.assert_allclose(file[name][:].astype(float), item[:].astype(float), rtol=1e-5, atol=1e-5, err_msg=name)
            compared.append(name)

    with h5py.File(ours) as file, h5py.File(theirs) as peer:
        peer.visititems(compare)
    print("the same:", *compared)
    assert len(compared) >= 20
