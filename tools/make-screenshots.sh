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

window() { # FILE TRACE HANDS: keys and clicks as arguments of xdotool, a line each
  GDK_BACKEND=x11 GSK_RENDERER=cairo xvfb-run -a -s "-screen 0 1280x800x24" dbus-run-session -- bash -c '
    "$1" "data/samples/$3" & app=$!
    sleep 4
    while read -r -a hand; do [[ ${#hand[@]} -eq 0 ]] || { xdotool "${hand[@]}"; sleep 0.5; }; done <<<"$4"
    sleep 1
    import -window root -strip "screenshots/$2"
    kill $app' _ "$desktop" "$1" "$2" "$3" 2>/dev/null
  echo "screenshots/$1"
}

[[ -n $desktop ]] || exit 0
for tool in xvfb-run dbus-run-session xdotool import; do
  command -v "$tool" >/dev/null || { echo "no $tool: the window's screenshots are left as they are" >&2; exit 0; }
done
window window.png short.pel $'mousemove 700 400\nclick 1\nkey 1\nkey bracketright\nkey braceright'
window window-heads.png long.pel $'mousemove 250 75\nclick 1\nmousemove 700 350\nclick 1\nkey plus\nkey plus\nkey plus'
