#!/usr/bin/env bash
# Types what README.md and docs/tutorial.md say, as it stands there: the chapters that need neither a cluster nor minutes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work PATH=$SLUICE_BIN_DIR:$PATH

# chapter NUMBER: its code.
chapter() {
  awk -v begin="## $1." '
    /^## / { inside = index($0, begin) == 1 }
    /^```/ { is_code = !is_code && /^```sh/; next }
    inside && is_code' "$SLUICE_SOURCE_DIR/docs/tutorial.md"
}

# The workflow that README.md shows.
mkdir "$work/readme"
cd "$work/readme"
awk '/^```toml/ { inside = !done; next } /^```/ { done = done || inside; inside = 0 } inside' \
  "$SLUICE_SOURCE_DIR/README.md" > hello.toml
sluice run hello.toml
sluice run hello.toml 2>&1 | grep -F '0 done, 9 up to date'
sluice explain decay > explained
sluice report

# As `make hello` leaves it.
mkdir -p "$work/clone/workflows"
cd "$work/clone"
cp "$SLUICE_SOURCE_DIR/workflows/hello.toml" workflows
sluice run workflows/hello.toml --dir build/hello

for number in 2 3 6 8; do
  chapter "$number" > "$work/chapter.sh"
  # A second is enough for a person on an idle machine, and the driver is gone by the time of the next command.
  sed -i -E 's/^sleep 1; (kill -9 \$!).*/until sluice status | grep -q " running$"; do sleep 0.05; done; \1; wait $! || true/' \
    "$work/chapter.sh"
  [[ -s $work/chapter.sh ]] || { echo "tutorial_test: chapter $number has no code" >&2; exit 1; }
  echo "== chapter $number"
  cd "$work/clone"
  [[ $number != 3 ]] || cd build/hello  # where chapter 2 has led
  bash -eux "$work/chapter.sh" > "$work/chapter.out" 2>&1 ||
    { cat "$work/chapter.out"; echo "tutorial_test: a command of chapter $number fails" >&2; exit 1; }
  cat "$work/chapter.out"
  case $number in
    2) expected='16 tasks: 0 done, 16 up to date, 0 failed' ;;
    3) expected='its driver is gone; `sluice run` goes on where it was' ;;
    6) expected='6 words in' ;;
    8) expected='1 check, all passed' ;;
  esac
  grep -qF "$expected" "$work/chapter.out" ||
    { echo "tutorial_test: chapter $number does not come to: $expected" >&2; exit 1; }
done
