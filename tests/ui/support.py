"""What the tests of the window share: a screen without a monitor, the program in it, its accessible tree, hands.

A test runs itself again inside Xvfb and a session bus of its own, with the Python that has pyatspi."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from checks import PROGRAM, ROOT, check, finish, real_model, skip  # noqa: E402, F401: handed on

DESKTOP, PYTHON = os.environ["PELLUCID_DESKTOP"], "/usr/bin/python3"
PATIENCE = float(os.environ.get("PELLUCID_UI_SECONDS", "20"))
KEPT = os.environ.get("PELLUCID_UI_PICTURES")  # a folder for pictures of the screen, to be looked at


def inside():
    """Returns inside the screen; outside, runs this script there and ends with its status."""
    if os.environ.get("PELLUCID_UI_INSIDE"):
        return
    missing = [name for name in ("xvfb-run", "dbus-run-session", "xdotool", "import", "xclip") if not shutil.which(name)]
    if subprocess.run([PYTHON, "-c", "import pyatspi"], capture_output=True).returncode:
        missing.append("python3-pyatspi")
    if missing:
        skip("not installed: " + ", ".join(missing))
    env = {**os.environ, "PELLUCID_UI_INSIDE": "1", "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "atspi",
           "LC_ALL": "C.UTF-8", "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "0"}
    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24 -noreset", "dbus-run-session", "--", PYTHON, sys.argv[0]]
    sys.exit(subprocess.run(command, env=env).returncode)


def until(condition, seconds=PATIENCE):
    """The first true answer, or the last false one."""
    end = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return answer


class App:
    """The program on a file; the accessible tree is asked again each time, for it changes."""

    def __init__(self, *arguments, program=DESKTOP, **env):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([program, *map(str, arguments)], env={**os.environ, **env},
                                        stdout=subprocess.DEVNULL, stderr=self.errors, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
            check(False, "the program ends within 30 s of being asked to")
        self.errors.seek(0)
        words = ("CRITICAL", "Sanitizer", "runtime error", "WARNING", "assert")
        own = ("reported min width",  # of GTK's shortcuts window
               "snapshot GtkGizmo")  # a part that only GTK makes, sizes and draws: a progress bar's or a scroll bar's, drawn between two layouts
        said = [line for line in self.errors if any(word in line for word in words) and not any(part in line for part in own)]
        check(not said and status in (0, -signal.SIGTERM, -signal.SIGKILL), f"status {status}, no complaints on standard error: {''.join(said)[-900:]}")

    def alive(self):
        return self.process.poll() is None

    def nodes(self):
        import pyatspi
        for app in pyatspi.Registry.getDesktop(0):
            if app and app.get_process_id() == self.process.pid:
                yield from self._below(app)

    def _below(self, node):
        yield node
        try:
            if node.childCount > 40:  # hundreds of rows: each question is a message between programs
                return
            for child in list(node):
                if child is not None:
                    yield from self._below(child)
        except Exception:  # a part of the tree went while it was read
            return

    def find(self, name, seconds=PATIENCE):
        """The first node whose name begins so (a button adds its label), or None. GTK 4.8 does not tell which of a stack's
        pages is shown: that is in the window's title."""
        def look():
            for node in self.nodes():
                try:
                    if node.name.startswith(name):
                        return node
                except Exception:
                    continue
        return until(look, seconds)

    def titled(self, *parts, seconds=PATIENCE):
        return until(lambda: any(all(part in name for part in parts) for name in self.titles()), seconds)

    def titles(self):
        import pyatspi
        found = []
        for node in self.nodes():
            try:
                if node.getRole() == pyatspi.ROLE_FRAME:
                    found.append(node.name)
            except Exception:  # a dialog went while it was read
                continue
        return found

    def heard(self, start):
        """The rest of the first name that begins so: pictures say what they show after their name."""
        return next((name[len(start):] for name in self.names() if name.startswith(start)), "")

    def readout(self):
        """The line at the bottom: a label, so its name is its text."""
        return next((name for name in self.names() if name.startswith(("Layer ", "Mean of all heads"))), "")

    def share(self):
        """How much of the attention is in view, what is hidden, what is filtered."""
        return next((name for name in self.names() if "of these queries' attention" in name or name.startswith("filter: ")), "")

    def transcript(self):
        node = self.find("Transcript", seconds=2)
        return node.queryText().getText(0, -1) if node else ""

    def says(self, what, *parts, seconds=PATIENCE):
        return until(lambda: all(part in what() for part in parts), seconds)

    def names(self):
        found = []
        for node in self.nodes():
            try:
                found.append(node.name)
            except Exception:
                continue
        return found


def places(folder):
    """Folders of its own for everything that the program keeps."""
    for name in ("run", "config", "data", "state"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    return {"XDG_RUNTIME_DIR": str(folder / "run"), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data"),
            "XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")}


def hands(*arguments):
    subprocess.run(["xdotool", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
    time.sleep(0.15)


def press(*keys):
    for key in keys:
        hands("key", key)


def click(x, y):
    hands("mousemove", x, y)
    hands("click", 1)


def save_case(path):
    """The case of the form, by the dialog that saves; returns when that is gone."""
    press("ctrl+s")
    time.sleep(2.5)
    press("ctrl+a")
    hands("type", str(path))
    press("Return")
    done = until(path.exists, 10)
    time.sleep(1)
    return done


def to_the_form(app):
    """From a conclusion back to the case."""
    app.find("Edit the case")
    press("alt+c")
    check(app.titled("A case"), "back to the form")
    time.sleep(0.5)


def toasts(app):
    return " | ".join(name for name in app.names() if name.startswith(("Written", "Export ", "Copied", "Picture copied", "Numbers copied")))


def export_as(app, path):
    """True, or what is said when it fails: a toast is there for seconds only, and each look takes long, so it is looked at once."""
    def failure():
        said = toasts(app)
        return said if "failed" in said else ""
    return save_as(app, path, lambda: path.exists() or failure())


def save_as(app, path, done):
    """Writes a path into the dialog that saves, once that has the keyboard, and returns the first true answer of `done`; a machine too slow for that gets a second try."""
    import pyatspi
    for _ in range(3):
        press("ctrl+e")
        field = app.find("Name:")
        until(lambda: field and field.getState().contains(pyatspi.STATE_FOCUSED))
        time.sleep(1)  # it reads its folder, and then chooses the whole name
        press("ctrl+a")
        hands("type", str(path))
        press("Return")
        if answer := until(done, 20):
            return answer
        press("Escape")
    return ""


def picture():
    """The screen as (width, height, bytes of RGB)."""
    return 1280, 800, subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], check=True, capture_output=True).stdout


def keep(name):
    if KEPT:
        time.sleep(0.3)
        subprocess.run(["import", "-window", "root", f"{KEPT}/{name}.png"], check=True)


def colors(box):
    """How many different colours a rectangle x, y, w, h of the screen has."""
    width, _, data = picture()
    x, y, w, h = box
    seen = set()
    for row in range(y, y + h):
        line = data[3 * (row * width + x):3 * (row * width + x + w)]
        seen.update(line[i:i + 3] for i in range(0, len(line), 3))
    return len(seen)


def choose(x, y, place):
    """Opens the drop-down at a point and takes the entry at a place of its list."""
    click(x, y)
    time.sleep(0.4)
    press("Home", *["Down"] * place, "Return")
    hands("mousemove", 640, 795)  # or its tooltip comes, and takes the next click
    time.sleep(0.5)


# Where things are in a window of 1280 x 800: the drop-downs over the map, and cells of the map.
MEASURE, LEVEL, SCALE, SINK = (425, 74), (575, 74), (710, 74), (832, 74)
MAP_LEFT, MAP_TOP, MAP_SIDE = 448, 190, 384


def map_drawn():
    """Whether the map comes to be there, to be clicked: what is said of it comes before it."""
    return until(lambda: colors((450, 200, 370, 360)) > 40)


def cell(row, key, n):
    """The middle of a cell of a fitted map of n x n."""
    side = MAP_SIDE / n
    return round(MAP_LEFT + (key + 0.5) * side), round(MAP_TOP + (row + 0.5) * side)


def matrix(trace, *options):
    """Exact weights as a list of rows."""
    import array
    import struct
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "w.npy"
        subprocess.run([PROGRAM, "export", trace, "attention", *map(str, options), "-o", out], check=True)
        data = out.read_bytes()
    size = struct.unpack("<H", data[8:10])[0]
    rows, cols = eval(data[10:10 + size].decode(), {"__builtins__": {}})["shape"]
    values = array.array("f")
    values.frombytes(data[10 + size:])
    return [list(values[r * cols:(r + 1) * cols]) for r in range(rows)]


def clipboard(target="UTF8_STRING"):
    done = subprocess.run(["xclip", "-selection", "clipboard", "-o", "-t", target], capture_output=True, timeout=20)
    return done.stdout if done.returncode == 0 else b""
