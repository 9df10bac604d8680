#!/bin/bash
# How -t 2 fares against -t 1 while other programs keep every processor busy: a pool that waits for a thread which does not
# get to run would fall far behind. Target: at least 0.8 for prefill and for decode.
#
#   PELLUCID=build/src/pellucid PELLUCID_MODEL_SMOLLM2=... tests/bench/busy.sh [ROUNDS] [BUSY]
#
# BUSY busy loops (default: one a processor) run throughout; -t 1 and -t 2 alternate. Exit status 4 when under the target.
set -eu
rounds=${1:-7}
busy=${2:-$(nproc)}
program=${PELLUCID:-pellucid}
model=${PELLUCID_MODEL_SMOLLM2:?is not set}
results=$(mktemp)
pids=()
finish() {
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2> /dev/null || true
  rm -f "$results"
}
trap finish EXIT
echo "load average before: $(cut -d' ' -f1 /proc/loadavg); $rounds rounds beside $busy busy loops on $(nproc) processors"
for ((i = 0; i < busy; i++)); do
  bash -c 'while :; do :; done' &
  pids+=($!)
done
sleep 1
for ((round = 0; round < rounds; round++)); do
  for threads in $((1 + round % 2)) $((2 - round % 2)); do
    "$program" bench "$model" -t "$threads" --prompt 512 --generate 64 --repeats 1 --json 2> /dev/null |
      sed "s/^{/{ \"threads\": $threads,/" | tr -d '\n' >> "$results"
    echo >> "$results"
  done
done
python3 - "$results" << 'END'
import json, statistics, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
worst = 9.0
for what in ('prefill', 'decode'):
    one, two = ([r[f'{what}_tokens_per_s'] for r in rows if r['threads'] == t] for t in (1, 2))
    ratio = statistics.median(two) / statistics.median(one)
    worst = min(worst, ratio)
    print(f'{what}: -t 1 {statistics.median(one):.1f} tokens/s, -t 2 {statistics.median(two):.1f}, ratio {ratio:.2f}'
          f' (-t 2 from {min(two):.1f} to {max(two):.1f})')
sys.exit(0 if worst >= 0.8 else 4)
END
