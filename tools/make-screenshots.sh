#!/usr/bin/env bash
# Makes screenshots/*.png from the sample traces; run by 'ninja -C build screenshots'.
#   tools/make-screenshots.sh PELLUCID
set -euo pipefail
pellucid=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p screenshots

draw() { # FILE TRACE ARGUMENTS...
  local file=$1 trace=$2
  shift 2
  "$pellucid" export "data/samples/$trace" "$@" --force -o "screenshots/$file"
  echo "screenshots/$file"
}

draw heads.png short.pel heads
draw attention.png short.pel attention --layer 12 --head 5 --no-sink
draw tokens.png short.pel tokens
draw attention-dark.png long.pel attention --layer 5 --head 0 --no-sink --dark --palette magma
