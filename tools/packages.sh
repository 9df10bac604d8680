#!/usr/bin/env bash
# Installs the Debian and Ubuntu packages that are missing; the one list of them.
#
#   tools/packages.sh run     what building and running needs
#   tools/packages.sh test    and what the tests need
#
# As root or with sudo it installs; elsewhere it prints what to install, and fails only if the build could not go on.
# Nothing is asked of the network when everything is there.
set -euo pipefail

run_packages=(
  gcc libc6-dev meson ninja-build pkg-config
  libsqlite3-dev libjson-c-dev libutf8proc-dev nettle-dev libgmp-dev libyaml-dev libcairo2-dev libpango1.0-dev
  libgtk-4-dev libadwaita-1-dev adwaita-icon-theme gettext
  fonts-dejavu-core fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji
  python3 python3-pip ca-certificates
)
test_packages=(g++ libsimde-dev python3-numpy poppler-utils locales librsvg2-bin binutils
  xvfb xauth xdotool imagemagick dbus at-spi2-core python3-pyatspi gir1.2-atspi-2.0
  xclip desktop-file-utils appstream shared-mime-info libglib2.0-bin)

wanted=("${run_packages[@]}")
case ${1:-run} in
  run) ;;
  test) wanted+=("${test_packages[@]}") ;;
  *) echo "usage: tools/packages.sh run|test" >&2; exit 2 ;;
esac

installed() {
  case $1 in # a Python of one's own may have them without the package
    python3) command -v python3 >/dev/null && return ;;
    python3-pip) python3 -m pip --version >/dev/null 2>&1 && return ;;
    python3-numpy) python3 -c 'import numpy' 2>/dev/null && return ;;
  esac
  [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]
}

buildable() {
  command -v cc >/dev/null && command -v meson >/dev/null && command -v ninja >/dev/null &&
    pkg-config --exists 'sqlite3 >= 3.40' 'json-c >= 0.16' libutf8proc nettle 'cairo >= 1.16' 'pangocairo >= 1.50' 2>/dev/null
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  buildable && exit 0
  echo "This is no Debian or Ubuntu. Install your system's equivalents of these packages, then run this again:" >&2
  echo "  ${wanted[*]}" >&2
  exit 1
fi

missing=()
for package in "${wanted[@]}"; do installed "$package" || missing+=("$package"); done
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
    echo "Missing packages; as root: apt-get install ${missing[*]}" >&2
    buildable && exit 0
    exit 1
  fi
  as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
