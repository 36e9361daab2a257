#!/usr/bin/env python3
"""The same sums as `sluice-import --sums FILE`, made by uproot: for every column of numbers, fixed arrays aside, how many
numbers there are, how many in each of the first twelve entries, their sum and the first three."""
import json
import sys

import awkward
import numpy
import uproot


def leaves(branch):
    return [leaf for below in branch.branches for leaf in leaves(below)] if branch.branches else [branch]


def number(value):
    value = value.item()
    return str(value) if isinstance(value, int) and abs(value) > 2**53 else value


columns = {}
tree = uproot.open(sys.argv[1])["events"]
for leaf in (leaf for top in tree.branches for leaf in leaves(top)):
    if "[" in leaf.name or "std::" in leaf.typename.replace("std::vector", "", 1):
        continue
    array = leaf.array()
    flat = awkward.to_numpy(awkward.flatten(array, axis=None))
    # One after the other, as a running sum does it: other orders round otherwise.
    total = numpy.cumsum(flat.astype(float))[-1].item() if len(flat) else 0
    columns[leaf.name] = {"n": len(flat), "per_event": [len(entry) for entry in array[:12]], "sum": total,
                          "first": [number(value) for value in flat[:3]]}
json.dump({"entries": tree.num_entries, "columns": columns}, sys.stdout)
