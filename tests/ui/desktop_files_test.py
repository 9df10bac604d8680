"""Entry, metainfo, icon and MIME type are valid, and the type is recognised from a trace's bytes and its name."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from support import ROOT, check, finish, skip

DATA, ID = ROOT / "data/desktop", "io.github.pellucid.Pellucid"
missing = [tool for tool in ("desktop-file-validate", "appstreamcli", "update-mime-database", "gio", "rsvg-convert") if not shutil.which(tool)]
if missing:
    skip("not installed: " + ", ".join(missing))


def valid(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0 and "error" not in done.stdout.lower(), f"{command[0]}: {(done.stdout + done.stderr).strip()[-300:]!r}")


valid("desktop-file-validate", DATA / f"{ID}.desktop")
valid("appstreamcli", "validate", "--no-net", DATA / f"{ID}.metainfo.xml")
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    valid("rsvg-convert", DATA / f"{ID}.svg", "-o", folder / "icon.png")
    (folder / "mime/packages").mkdir(parents=True)
    shutil.copy(DATA / f"{ID}.xml", folder / "mime/packages")
    shutil.copy("/usr/share/mime/packages/freedesktop.org.xml", folder / "mime/packages")
    valid("update-mime-database", folder / "mime")
    shutil.copy(ROOT / "data/samples/short.pel", folder / "run.pel")
    shutil.copy(ROOT / "data/samples/short.pel", folder / "unnamed")
    env = {**os.environ, "XDG_DATA_DIRS": name, "XDG_DATA_HOME": name}
    for file in ("run.pel", "unnamed"):
        said = subprocess.run(["gio", "info", "-a", "standard::content-type", folder / file], env=env, capture_output=True, text=True).stdout
        check("application/x-pellucid-trace" in said, f"{file} is a trace: {said.strip()[-60:]!r}")
finish()
