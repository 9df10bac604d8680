#!/bin/bash
# Builds the fuzz targets (*_fuzz.c beside this script) with clang's libFuzzer, ASan and UBSan and runs each for a while.
#
#   tests/fuzz/run.sh [SECONDS] [TARGET...]        300 seconds each; targets: case chains gdl2 gguf gnn import
#                                            pack rules safetensors tokenizer trace wordpiece
#
# Needs clang with compiler-rt (Debian: clang libclang-rt-dev or libclang-rt-14-dev), python3 for the seeds, and the
# development files that the engine needs. Objects, corpora and findings go to $PELLUCID_FUZZ (build-fuzz in the project).
# A corpus is kept, so that the next run goes on from there. Ends with a line a target: executions, edges covered, findings.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
out=${PELLUCID_FUZZ:-$root/build-fuzz}
seconds=${1:-300}
shift || true
targets=("$@")
if [ ${#targets[@]} = 0 ]; then
  for file in "$root"/tests/fuzz/*_fuzz.c; do targets+=("$(basename "$file" _fuzz.c)"); done
fi
cc=${CLANG:-clang}
flags=(-std=gnu11 -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all -ffp-contract=off -fno-math-errno -D_GNU_SOURCE
  '-DPEL_VERSION="fuzz"' -fvisibility=hidden -I"$root" -I"$root/include")
libs=(-lnettle -lutf8proc -lsqlite3 -ljson-c -lyaml -lgmp -lm -lpthread)

seed_model() { # files of models that load
  python3 "$root/tests/data/make_bad_gguf.py" "$out/made" > /dev/null
  cp "$out/made/00_valid.gguf" "$out/made/voc_spm_valid.gguf" "$1/"
  cp "$root"/tests/data/reference/gemma3.gguf "$1/"
  python3 "$root/tests/fuzz/gguf_seeds.py" "$1"
}
seed() {
  case $1 in
    gguf) seed_model "$2" ;;
    tokenizer) printf '\0\0Hello, world' > "$2/bpe"; printf '\200\0Hello, world' > "$2/spm" ;;
    gnn) "$cc" "${flags[@]}" -fsanitize=fuzzer-no-link,address,undefined tests/fuzz/gnn_seeds.c "$out/engine.a" -fsanitize=address,undefined -o "$out/gnn_seeds" "${libs[@]}"
         ASAN_OPTIONS=detect_leaks=0 "$out/gnn_seeds" "$2" ;;
    safetensors) python3 "$root/tests/fuzz/safetensors_seeds.py" "$2" ;;
    gdl2) python3 "$root/tests/fuzz/gdl2_seeds.py" "$2" ;;
    chains) cp "$root"/tests/fuzz/chains/*.rules "$2/" ;;
    rules) cp "$root"/tests/fuzz/rules/*.pl "$root/engine/logic/library.pl" "$2/" ;;
    case) for c in "$root"/data/packs/*/cases/*.json; do cp "$c" "$2/$(basename "$(dirname "$(dirname "$c")")")-$(basename "$c")"; done ;;
    wordpiece) printf 'Caf\303\251 unaffable, \344\275\240 [SEP] \362\377' > "$2/text" ;;
    trace) "$cc" "${flags[@]}" -fsanitize=fuzzer-no-link,address,undefined tests/fuzz/trace_seeds.c tests/unit/trace_source.c tests/unit/span_source.c \
             "$out/engine.a" -fsanitize=address,undefined -o "$out/trace_seeds" "${libs[@]}"
           ASAN_OPTIONS=detect_leaks=0 "$out/trace_seeds" "$2" ;;
    pack | import) "$cc" "${flags[@]}" -fsanitize=fuzzer-no-link,address,undefined tests/fuzz/pack_seeds.c tests/unit/pack_source.c \
             "$out/engine.a" -fsanitize=address,undefined -o "$out/pack_seeds" "${libs[@]}"
           ASAN_OPTIONS=detect_leaks=0 "$out/pack_seeds" "$2" "$1" ;;
  esac
}

# Sources that a target needs besides itself.
more() {
  case $1 in
    trace) echo "$root/tests/unit/trace_read_all.c" ;;
    pack | import | gdl2) echo "$root/tests/unit/pack_read_all.c" ;;
  esac
}

# The graph network's arithmetic, which is compiled once a level.
compile_levels() {
  local name=$out/objects/${1//\//_}
  "$cc" "${flags[@]}" -Wno-psabi -DPEL_PATH_OF=plain -fsanitize=fuzzer-no-link,address,undefined -c "$root/$1" -o "$name.plain.o"
  "$cc" "${flags[@]}" -Wno-psabi -DPEL_PATH_OF=double_ -DPEL_PATH_DOUBLE -fsanitize=fuzzer-no-link,address,undefined -c "$root/$1" -o "$name.double.o"
}

compile() { # one source of the engine
  local object=$out/objects/${1//\//_}.o extra=()
  case $1 in
    */path_attention.c | */path_backward.c | */path_forward.c) compile_levels "$1"; return ;;
    */avx2.c) extra=(-mavx2 -mfma -mf16c) ;;
    */avx512.c) extra=(-mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni -mfma -mf16c) ;;
  esac
  "$cc" "${flags[@]}" "${extra[@]}" -fsanitize=fuzzer-no-link,address,undefined -c "$root/$1" -o "$object"
}

mkdir -p "$out/objects"
rm -f "$out"/objects/*.o
cd "$root"
for source in engine/*/*.c; do compile "$source"; done
for pair in "engine/logic/library.pl pel_library_text" "engine/knowledge/gdl2_library.pl pel_gdl2_library"; do # rules that are C strings in the build
  read -r rules name <<< "$pair"
  python3 engine/logic/embed.py "$rules" "$out/$name.c" "$name"
  "$cc" "${flags[@]}" -fsanitize=fuzzer-no-link,address,undefined -c "$out/$name.c" -o "$out/objects/$name.o"
done
rm -f "$out/engine.a"
ar rcs "$out/engine.a" "$out"/objects/*.o # so that a target counts only the edges of what it uses

status=0
summary=()
for target in "${targets[@]}"; do
  # shellcheck disable=SC2046
  "$cc" "${flags[@]}" -fsanitize=fuzzer,address,undefined "tests/fuzz/${target}_fuzz.c" $(more "$target") \
    "$out/engine.a" -o "$out/${target}_fuzz" "${libs[@]}"
  corpus=$out/corpus-$target
  mkdir -p "$corpus" "$out/seeds-$target" "$out/findings"
  seed "$target" "$out/seeds-$target"
  dictionary=()
  [ ! -f "tests/fuzz/$target.dict" ] || dictionary=("-dict=tests/fuzz/$target.dict")
  found=clean
  "$out/${target}_fuzz" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -malloc_limit_mb=256 -print_final_stats=1 \
    "${dictionary[@]}" -artifact_prefix="$out/findings/$target-" "$corpus" "$out/seeds-$target" > "$out/$target.log" 2>&1 \
    || { found="A FINDING, see $out/$target.log"; status=1; }
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$target.log")
  cov=$(grep -o 'cov: [0-9]*' "$out/$target.log" | tail -1)
  edges=$(sed -n 's/^INFO: Loaded 1 modules *(\([0-9]*\) inline.*/\1/p' "$out/$target.log")
  summary+=("$target: $seconds s, ${runs:-?} executions, ${cov:-cov: ?} of ${edges:-?} edges, $found")
done
printf '%s\n' "${summary[@]}"
exit $status
