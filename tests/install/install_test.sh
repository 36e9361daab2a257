#!/usr/bin/env bash
# Installs the build into a folder, moves the folder, and uses it as somebody would who has nothing else: with another
# home, a bare environment, and no way back to the build. Usage: install_test.sh BUILD
set -euo pipefail
build=$1
work=$(mktemp -d "$build/install-test.XXXXXX")  # beside .deps as a rule: the large libraries become hard links
trap 'rm -rf "$work"' EXIT

fail() { echo "install_test: $*" >&2; exit 1; }

cmake --install "$build" --prefix "$work/first" >"$work/install.log"
mv "$work/first" "$work/moved"
tree=$work/moved
cd "$work"
bare() { env -i PATH="/usr/bin:/bin" HOME="$work" LANG=C.UTF-8 "$@"; }

echo "== every program finds its libraries, and none of them in the build"
for program in "$tree"/bin/*; do
  [[ $(head -c 4 "$program") == $'\x7fELF' ]] || continue
  needs=$(bare ldd "$program")
  grep -F 'not found' <<<"$needs" && fail "$program lacks a library"
  grep -E '\.deps/|/build/(bin|lib)' <<<"$needs" | grep -vF "$tree/" && fail "$program uses a library of the build"
  true
done

echo "== sluice says its version; the stages describe themselves"
bare "$tree/bin/sluice" --version
described=0
for program in "$tree"/bin/sluice-*; do
  case ${program##*/} in sluice-executor-* | sluice-runner | sluice-particles) continue ;; esac
  bare "$program" --describe >describe.json
  grep -q '"sluice_stage"' describe.json || fail "${program##*/} --describe says nothing"
  described=$((described + 1))
done
echo "$described stages"
((described >= 9)) || fail "only $described stages are there"

echo "== a workflow of the tree runs, with a site and data of the tree"
bare "$tree/bin/sluice" run "$tree/share/sluice/workflows/hello.toml" --dir run --set muons=1000
test -s run/lifetimes.jsonl
bare "$tree/bin/sluice" run "$tree/share/sluice/workflows/hello.toml" --dir run --set muons=1000 2>&1 | tee again.log
grep -q "^16 tasks: 0 done, 16 up to date" again.log || fail "the second run did something"
bare "$tree/bin/sluice" plan "$tree/share/sluice/workflows/import.toml" --dir plan --site cluster >/dev/null
bare "$tree/bin/sluice-simulate" --detector clic --process gun --events 1 --output.events one.root
test -s one.root

echo "== what people write against is there, and the documentation's links lead somewhere"
for file in include/sluice/sluice_trial.h share/sluice/python/sluice_trial.py share/sluice/examples/sluice-executor-pool \
            share/doc/sluice/executors/external/protocol.md \
            share/doc/sluice/README.md share/doc/sluice/LICENSE share/doc/sluice/docs/workflow.md; do
  test -s "$tree/$file" || fail "$file is missing"
done
bare PYTHONPATH="$tree/share/sluice/python" python3 -c 'import sluice_trial'
echo 'int main() {}' | c++ -std=c++17 -I"$tree/include/sluice" -include sluice_trial.h -x c++ -fsyntax-only -
bare "$tree/bin/sluice" executor list
