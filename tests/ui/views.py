"""What the tests of the views beside the tree share: their tabs, what their pictures say, the command line's exports to hold that against."""
import json
import pathlib
import subprocess
import tempfile
import time

from support import PROGRAM, check, colors, press, until

TABS = {"Tree": 1, "Search": 2, "Graph": 3, "Time": 4, "Calibration": 5}  # with Ctrl
MIDDLE = (330, 180, 600, 500)


def exported(trace, what, *options):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([PROGRAM, "export", trace, what, *map(str, options), "-o", f"{folder}/x.json"], capture_output=True, text=True)
        check(done.returncode == 0, f"{what} is exported {done.stderr}")
        return json.loads(pathlib.Path(folder, "x.json").read_text())


def pictures(app):
    """The pictures, once found by their role: their names change with what they show."""
    import pyatspi
    if not app.__dict__.get("images"):
        found = [n for n in app.nodes() if n.getRole() == pyatspi.ROLE_IMAGE]
        app.images = {start: next((n for n in found if n.name.startswith(start)), None) for start in ("Logic tree", "Search", "Graph", "Time", "Calibration")}
    return app.images


def hears(app, start, *parts):
    node = pictures(app)[start]
    return until(lambda: node is not None and all(part in node.name for part in parts), 8)


def turn(app, tab):
    press(f"ctrl+{TABS[tab]}")
    time.sleep(0.4)


def ready(app):
    """The tree is there, said and drawn."""
    app.find("Logic tree: ")
    return hears(app, "Logic tree", "conclusion") and until(lambda: colors(MIDDLE) > 30)
