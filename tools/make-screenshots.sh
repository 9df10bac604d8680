#!/usr/bin/env bash
# Makes screenshots/*.png from the sample traces; run by 'ninja -C build screenshots'.
#   tools/make-screenshots.sh PELLUCID [PELLUCID-DESKTOP]
# The window is taken on a screen of its own, where Xvfb, xdotool and ImageMagick are installed.
set -euo pipefail
pellucid=$(realpath "$1") desktop=${2:+$(realpath "$2")}
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

# Folders of its own: no picture shows whose machine made it.
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT

window() { # FILE TRACE HANDS [VARIABLE=VALUE...]: keys and clicks as arguments of xdotool, a line each; TRACE of data/samples, or a whole path, or options, may be empty
  local file=$1 trace=$2 hands=$3
  shift 3
  [[ -z $trace || $trace == /* || $trace == --* ]] || trace=data/samples/$trace
  env GDK_BACKEND=x11 GSK_RENDERER=cairo XDG_DATA_HOME="$home" XDG_STATE_HOME="$home" XDG_CONFIG_HOME="$home" XDG_RUNTIME_DIR="$home" "$@" \
    xvfb-run -a -s "-screen 0 1280x800x24" dbus-run-session -- bash -c '
    "$1" $3 & app=$! # words: options
    sleep 4
    while read -a hand; do [[ ${#hand[@]} -eq 0 ]] || { xdotool "${hand[@]}"; sleep 0.6; }; done <<<"$4"
    sleep 1.5
    import -window root -strip "screenshots/$2"
    kill $app' _ "$desktop" "$file" "$trace" "$hands" 2>/dev/null >/dev/null
  echo "screenshots/$file"
}

[[ -n $desktop ]] || exit 0
for tool in xvfb-run dbus-run-session xdotool import; do
  command -v "$tool" >/dev/null || { echo "no $tool: the window's screenshots are left as they are" >&2; exit 0; }
done
window welcome.png "" ''
window window.png short.pel $'mousemove 305 418\nclick 1\nmousemove 600 450\nclick 1\nkey 1\nmousemove 640 795'
window window-heads.png long.pel $'mousemove 240 75\nclick 1\nmousemove 100 254\nclick 1\nmousemove 560 500\nclick 1\nmousemove 640 795'
window window-words.png short.pel $'mousemove 425 74\nclick 1\nkey Down\nkey Return\nmousemove 640 795\nmousemove 575 74\nclick 1\nkey Down\nkey Return\nmousemove 640 795\nmousemove 832 74\nclick 1\nmousemove 170 690\nmousedown 1\nmousemove 250 690\nmousemove 318 690\nmouseup 1\nmousemove 600 500\nclick 1\nmousemove 640 795'
window window-dark.png long.pel $'mousemove 600 500\nclick 1\nkey bracketright\nkey bracketright\nmousemove 485 600\nclick 1\nkey End\nkey Return\nmousemove 640 795' ADW_DEBUG_COLOR_SCHEME=prefer-dark
"$pellucid" kb build data/packs/pneumonia -o "$home/pneumonia.pack" >"$home/built.txt"
"$pellucid" audit data/packs/pneumonia/cases/severe.json --kb "$home/pneumonia.pack" -o "$home/pneumonia.pel" >"$home/audited.txt"
window reasoning.png "$home/pneumonia.pel" $'key Right\nkey Right\nkey Right\nmousemove 640 795'
"$pellucid" kb build data/packs/mechanisms -o "$home/mechanisms.pack" >"$home/built.txt"
"$pellucid" audit data/packs/mechanisms/cases/imatinib.json --kb "$home/mechanisms.pack" -o "$home/mechanisms.pel" >"$home/audited.txt"
window graph.png "$home/mechanisms.pel" $'key ctrl+3\nsleep 1\nmousemove 640 795'
window time.png "$home/mechanisms.pel" $'key ctrl+4\nsleep 1\nkey Home\nkey Down\nkey Down\nmousemove 640 795'
# A calibration is that of the built-in weights for diagnoses, which are for thousands of diseases: here three that are made up, and as many as it takes of which there is little to say.
mkdir "$home/diseases"
printf '%s\n' '{"pellucid_pack": 1, "name": "diseases", "title": "Diseases that are made up", "version": "1", "sources": [{"key": "nobody", "title": "Made up for a picture"}],' \
  ' "imports": [{"file": "terms.tsv", "format": "tsv", "source": "nobody"}, {"file": "edges.tsv", "format": "tsv", "source": "nobody"}]}' >"$home/diseases/pack.json"
printf '%s\t%s\t%s\n' key label type HP:0000118 'Phenotypic abnormality' phenotype HP:0001250 Seizure phenotype HP:0000252 Microcephaly phenotype HP:0001249 'Intellectual disability' phenotype \
  X:1 'First disease' disease X:2 'Second disease' disease X:3 'Third disease' disease >"$home/diseases/terms.tsv"
printf '%s\t%s\t%s\t%s\n' subject relation object weight HP:0001250 is_a HP:0000118 '' HP:0000252 is_a HP:0000118 '' HP:0001249 is_a HP:0000118 '' X:1 has_phenotype HP:0001250 0.9 \
  X:1 has_phenotype HP:0000252 0.5 X:2 has_phenotype HP:0001249 0.9 X:2 has_phenotype HP:0001250 0.3 X:3 has_phenotype HP:0000252 0.3 X:3 has_phenotype HP:0001250 0.1 >"$home/diseases/edges.tsv"
for i in $(seq 4 6500); do
  printf 'X:%d\tAnother disease, %d\tdisease\n' "$i" "$i" >>"$home/diseases/terms.tsv"
  printf 'X:%d\thas_phenotype\tHP:0001249\t0.05\n' "$i" >>"$home/diseases/edges.tsv"
done
printf '%s\n' '{"pellucid_case": 1, "as_of": "2024-03-01", "question": "diagnosis(Disease)", "asks": "Which disease explains these findings?",' \
  $' "facts": [{"term": "finding(\'HP:0001250\')"}, {"term": "finding(\'HP:0001249\')", "value": false}]}' >"$home/case.json"
"$pellucid" kb build "$home/diseases" -o "$home/diseases.pack" >"$home/built.txt"
"$pellucid" audit "$home/case.json" --kb "$home/diseases.pack" -o "$home/diagnosis.pel" >"$home/audited.txt"
window search.png "$home/diagnosis.pel" $'key ctrl+2\nsleep 1\nmousemove 640 795'
window calibration.png "$home/diagnosis.pel" $'key ctrl+5\nsleep 1\nkey End\nmousemove 640 795'
window evidence.png "$home/pneumonia.pel" $'key alt+3\nkey Down\nmousemove 640 795'
window case-form.png "--kb $home/pneumonia.pack data/packs/pneumonia/cases/urea-unknown-severe.json" $'mousemove 790 510\nclick 1\nkey ctrl+a\ntype 310\nkey Tab\nmousemove 640 795'
window what-if.png "$home/pneumonia.pel" $'key ctrl+f\ntype disoriented\nkey Escape\nkey ctrl+i\nsleep 1\nkey n\nkey ctrl+Return\nsleep 3\nmousemove 640 795'
if model=$(tools/get-model.sh smollm2 2>/dev/null); then
  window window-record.png "" $'key ctrl+r\ntype Why\\ is\\ the\\ sky\\ blue?\nmousemove 640 795\nkey shift' PELLUCID_MODELS="$(dirname "$model")"
  mogrify -crop 560x620+0+0 +repage screenshots/window-record.png
fi
