"""What leaves the window: files, the clipboard, the command that makes the same picture; a full disk, a folder that can't be written."""
import pathlib
import subprocess
import tempfile
import time

from support import (App, LEVEL, MEASURE, PROGRAM, ROOT, SCALE, SINK, check, choose, click, clipboard, export_as, finish, inside,
                     map_drawn, press, toasts, until)

SHORT = ROOT / "data/samples/short.pel"
inside()


def ready(app):
    app.says(app.readout, "0, head 0")
    map_drawn()


def command_of(app):
    press("F6", "ctrl+shift+c")
    return until(lambda: clipboard().decode() if clipboard().startswith(b"pellucid export") else "")


def run(command, folder):
    """In an empty folder, with the built program for 'pellucid'."""
    shell = f'pellucid() {{ "{PROGRAM}" "$@"; }}; {command}'
    done = subprocess.run(["bash", "-c", shell], cwd=folder, capture_output=True, text=True)
    made = list(pathlib.Path(folder).iterdir())
    return done, made[0].read_bytes() if len(made) == 1 else b""


def another_view():
    choose(*MEASURE, 1)
    choose(*LEVEL, 1)
    choose(*SCALE, 1)
    click(*SINK)
    click(305, 174)  # the mean of layer 1
    click(600, 400)
    press("1")


VIEWS = {"the view at first": lambda: None, "value-weighted words of a mean, a part, linear, without the sink": another_view}


def same_picture(folder):
    for place, (name, go) in enumerate(VIEWS.items()):
        with App(SHORT) as app:
            ready(app)
            go()
            time.sleep(1)
            shot = folder / f"window {place}.png"
            check(export_as(app, shot) and "failed" not in toasts(app), f"{name}: exported: {toasts(app)}")
            command = command_of(app)
            with tempfile.TemporaryDirectory() as empty:
                done, made = run(command, empty)
            if place:
                check(all(option in command for option in ("--layer 1 --average layer", "--value-weighted", "--level word", "--rows", "--cols", "--scale linear", "--range", "--no-sink")),
                      f"  every choice is in the command: {command}")
            check(done.returncode == 0 and made == shot.read_bytes(), f"  the copied command makes the same file: {command} {done.stderr}")
            press("F6", "Escape", "ctrl+c")
            got = until(lambda: clipboard("image/png"))
            check(got == shot.read_bytes(), f"  Ctrl+C puts the same picture on the clipboard ({len(got)} bytes)")
            press("ctrl+shift+n")
            numbers = until(lambda: clipboard().startswith(b"query") and clipboard())
            with tempfile.TemporaryDirectory() as empty:
                done, made = run(command.replace(".png", ".csv"), empty)
            check(numbers and numbers.replace(b"\r", b"") == made.replace(b"\r", b""), f"  and its numbers are those of the same command ({len(numbers)} bytes) {done.stderr}")


def every_format(folder):
    with App(SHORT) as app:
        ready(app)
        for suffix, magic in {"svg": b"<?xml", "pdf": b"%PDF", "npy": b"\x93NUMPY", "json": b"{"}.items():
            path = folder / f"map.{suffix}"
            check(export_as(app, path) and path.read_bytes().startswith(magic), f"the map as {suffix}")


def what_fails(folder):
    with App(SHORT) as app:
        ready(app)
        said = str(export_as(app, folder / "map.odt"))
        check("Export failed" in said and ".png" in said, f"an unknown suffix: said, with those there are: {said}")
    small = folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", small], capture_output=True).returncode == 0:
        try:
            with App(SHORT) as app:
                ready(app)
                said = str(export_as(app, small / "map.png"))
                check("Export failed" in said and "No space left" in said, f"a full disk: said: {said}")
                check(not list(small.iterdir()), "  and nothing half-written is left")
                check(app.alive() and app.says(app.readout, "head 0"), "  and the window goes on")
        finally:
            subprocess.run(["umount", small])
    else:
        print("# no small file system can be mounted here: a full disk was not tried")


with tempfile.TemporaryDirectory(prefix="pellucid-ui-") as name:
    same_picture(pathlib.Path(name))
    every_format(pathlib.Path(name))
    what_fails(pathlib.Path(name))
finish()
