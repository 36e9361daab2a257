#!/usr/bin/env bash
# Are the references what the programs say, does every link lead somewhere, is every stage and every setting described?
set -euo pipefail
root=$SLUICE_SOURCE_DIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0
complain() { echo "docs_test: $*" >&2; wrong=1; }

"$root/docs/reference/make" "$SLUICE_BIN_DIR" "$work"
for page in workflow cli stages; do
  diff -u "$root/docs/reference/$page.md" "$work/$page.md" ||
    complain "docs/reference/$page.md is stale: \`make docs\` writes it anew, then commit it"
done

for main in "$root"/stages/*/main.cpp; do
  stage=$(basename "$(dirname "$main")")
  grep -q "^## sluice-${stage//_/-}$" "$work/stages.md" || complain "docs/reference/make forgets sluice-${stage//_/-}"
done

# Whatever lies in bin/ says what it is.
for program in "$SLUICE_BIN_DIR"/sluice*; do
  said=$(timeout 60 "$program" --help 2>&1 < /dev/null) || true
  grep -q "$(basename "$program")" <<< "${said:0:200}" || complain "$(basename "$program") --help doesn't say what it is: ${said:0:200}"
done

# Every relative link of every page, in the repository and therefore in an installed tree.
while IFS=: read -r page link; do
  target=${link#*](}
  target=${target%%)*}
  case $target in http* | mailto* | '#'*) continue ;; esac
  [[ -e $(dirname "$page")/${target%%#*} ]] || complain "${page#"$root"/}: the link to $target leads nowhere"
done < <(grep -oE '\]\([^) ]+\)' --with-filename "$root"/*.md "$root"/docs/*.md "$root"/docs/reference/*.md)

# Settings of [executor.slurm]: each key that is read is explained.
for key in $(grep -oE '\{"[a-z_]+", (&config|[A-Z])' "$root/executors/slurm/settings.cpp" | grep -oE '[a-z_]+"' | tr -d '"'); do
  grep -q "\`$key\`" "$root/docs/slurm.md" || complain "docs/slurm.md does not explain '$key'"
done
"$(dirname "${BASH_SOURCE[0]}")/quoted_messages.py" "$root" || wrong=1
exit $wrong
