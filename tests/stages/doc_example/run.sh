#!/bin/bash
# Tosses ten coins with the program of docs/writing-a-stage.md.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
toss=$SLUICE_BIN_DIR/tests/sluice-toss
"$toss" --tosses 10 --output.counts "$folder/counts.csv"
IFS=, read -r heads tails < "$folder/counts.csv"
[ $((heads + tails)) -eq 10 ] || { echo "heads $heads, tails $tails: not ten tosses"; exit 1; }
"$toss" --describe | grep -q '"name": "sluice-toss"' || { echo "--describe does not say its name"; exit 1; }
