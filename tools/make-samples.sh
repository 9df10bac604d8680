#!/usr/bin/env bash
# Records the sample traces of data/samples anew with the default model; see data/samples/README.md.
#   tools/make-samples.sh [BUILD_FOLDER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pellucid=${1:-build}/src/pellucid
samples=data/samples
model=$(tools/get-model.sh smollm2)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# All layers and heads of a short answer.
"$pellucid" record "$model" -p 'Why is the sky blue?' -n 28 --force -o "$work/short.pel"

# Two layers and two heads of a long text: the beginning of the project's licence, to be summed up.
{
  echo 'Sum up this licence in a few sentences.'
  echo
  head -c 7000 LICENSE
} >"$work/long.txt"
"$pellucid" record "$model" -f "$work/long.txt" -n 64 --layers 5,16 --heads 0,4 --force -o "$work/long.pel"

for name in short long; do "$pellucid" verify "$work/$name.pel" --model "$model"; done
bytes=$(($(stat -c %s "$work/short.pel") + $(stat -c %s "$work/long.pel")))
if ((bytes > 8000000)); then
  echo "the samples take $bytes bytes, over 8 MB" >&2
  exit 1
fi
mkdir -p "$samples"
mv -f "$work/short.pel" "$work/long.pel" "$samples/"
ls -l "$samples"
