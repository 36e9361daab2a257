#!/usr/bin/env bash
# Kills the driver at every one of its side effects during a 20-task workflow, one run for each, and goes on with an
# ordinary `sluice run`: the result must be what an uninterrupted run gives, with every task run exactly once.
#   kill_points.sh [FIRST [LAST]]     only these points
set -euo pipefail
bin=${SLUICE_BIN_DIR:?}
work=$(mktemp -d "${TMPDIR:-/tmp}/sluice-kill-points-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"  # the program looks for its runner beside itself
cp "$bin/tests/sluice-dies" "$bin/sluice-runner" "$work/bin/"
cat >"$work/workflow.toml" <<END
sluice = 1
name = "kill-points"

[params]
ledger = "LEDGER"

[stage.make]
command = ["sh", "-c", 'echo make-\$1 >> "\$2"; echo \$1 > "\$3"', "make", "{i}", "{ledger}", "{outputs.out}"]
each    = { i = "1..8" }
outputs = { out = "make/{i}" }

[stage.twist]
command = ["sh", "-c", 'echo twist-\$1 >> "\$2"; mkdir "\$4"; cat "\$3" "\$3" > "\$4/twice"; echo printed', "twist", "{i}", "{ledger}", "{inputs.in}", "{outputs.folder}"]
each    = "make"
inputs  = { in = "make.out" }
outputs = { folder = "twist/{i}" }

[stage.half]
command = ["sh", "-c", 'echo half-\$1 >> "\$2"; cat "\$3" > "\$4"', "half", "{i}", "{ledger}", "{inputs.in}", "{outputs.out}"]
each    = { i = "1..3" }
inputs  = { in = "make.out" }
outputs = { out = "half/{i}" }

[stage.join]
command = ["sh", "-c", 'echo join >> "\$1"; out=\$2; shift 2; cat "\$@" > "\$out"', "join", "{ledger}", "{outputs.out}", "{inputs.all}"]
inputs  = { all = "half.out" }
outputs = { out = "joined" }
END
fail() { echo "kill point $n: $*" >&2; tail -n 20 "$folder"/*.err >&2; exit 1; }
fresh() {
  folder=$work/run-$1
  mkdir "$folder"
  sed "s|LEDGER|$folder/ledger|" "$work/workflow.toml" >"$folder/workflow.toml"
}
digest() { (cd "$1" && find make twist half joined -type f | sort | xargs sha256sum); }
launch() {  # the group keeps the shell from reporting each kill
  { (cd "$folder" && exec "$@" run workflow.toml -j 3 >"$folder/run.out" 2>>"$folder/run.err"); } 2>/dev/null
}

n=0; fresh whole; launch "$bin/sluice"
digest "$folder" >"$work/whole"; sort "$folder/ledger" >"$work/whole-ledger"
[[ $(wc -l <"$work/whole-ledger") == 20 ]] || fail "the workflow does not have its 20 tasks"
fresh counted; SLUICE_DIE_COUNT=$work/count launch "$work/bin/sluice-dies" || fail "the count failed"
points=$(cat "$work/count")
for ((n = ${1:-1}; n <= ${2:-points}; ++n)); do
  fresh "$n"
  SLUICE_DIE_AT=$n launch "$work/bin/sluice-dies" && code=0 || code=$?
  # The number of turns differs a little from run to run, so the last points may never come.
  ((code == 137 || (code == 0 && n > points * 3 / 4))) || fail "the driver ended with $code instead of being killed"
  launch "$bin/sluice" || fail "the next run failed with $?"
  digest "$folder" | cmp -s - "$work/whole" || fail "the outputs differ from an uninterrupted run's"
  sort "$folder/ledger" | cmp -s - "$work/whole-ledger" || fail "tasks were lost or run twice: $(sort "$folder/ledger" | uniq -d | tr '\n' ' ')"
  (cd "$folder" && "$bin/sluice" plan workflow.toml 2>>"$folder/run.err") | grep -q '^20 tasks: 0 to run, 0 to decide' || fail "after success there is still something to do"
  rm -rf "$folder"
done
echo "kill points ${1:-1} to ${2:-$points} of $points: nothing lost, nothing run twice"
