#!/usr/bin/env bash
# Frame times of the window's logic tree on a screen without a monitor, drawn in software.
#   tests/bench/tree.sh BUILD-FOLDER [NODES]
set -euo pipefail
build=$(realpath "$1")
ninja -C "$build" --quiet tests/tree_bench tests/make_reasoning
trace=$(mktemp --suffix=.pel)
trap 'rm -f "$trace"' EXIT
"$build/tests/make_reasoning" "$trace" tree "${2:-30000}"
GDK_BACKEND=x11 GSK_RENDERER=cairo xvfb-run -a -s "-screen 0 1280x800x24" dbus-run-session -- \
  "$build/tests/tree_bench" "$trace" "${PELLUCID_FRAMES:-600}" 2>/dev/null | grep -v SpiRegistry
