#!/usr/bin/env bash
# Frame times of the real window on a screen without a monitor, drawn in software: for each trace, first picture, frames, memory.
#   tests/bench/window.sh BUILD-FOLDER TRACE...
# A synthetic trace of 32,768 tokens, 30 layers x 9 heads (1.8 GB, minutes to make):
#   ninja -C build tests/make_trace && build/tests/make_trace /tmp/big.pel 32768
set -euo pipefail
build=$(realpath "$1")
shift
ninja -C "$build" --quiet tests/window_bench
for trace; do
  echo "== $trace"
  GDK_BACKEND=x11 GSK_RENDERER=cairo xvfb-run -a -s "-screen 0 1280x800x24" dbus-run-session -- \
    "$build/tests/window_bench" "$trace" "${PELLUCID_FRAMES:-1000}" 2>/dev/null | grep -v SpiRegistry
done
