"""The window in Chinese, in dark, with high contrast, at twice the size, in a small window, from the keyboard alone; every part has a name that a
screen reader can say. The folder that PELLUCID_UI_PICTURES names keeps the pictures."""
import subprocess
import tempfile
import time

from support import App, ROOT, check, click, finish, inside, keep, map_drawn, picture, press, until

SHORT = ROOT / "data/samples/short.pel"
inside()


def chinese(folder):
    made = subprocess.run(["localedef", "-i", "zh_CN", "-f", "UTF-8", f"{folder}/zh_CN.UTF-8"], capture_output=True, text=True)
    check(made.returncode <= 1, f"a Chinese locale can be made: {made.stderr}")
    with App(SHORT, LOCPATH=folder, LC_ALL="zh_CN.UTF-8", LANGUAGE="zh_CN") as app:
        check(app.find("打开") is not None, "in Chinese: the buttons")
        check(until(lambda: any(name.startswith("层 0") for name in app.names())), "  the read-out")
        english = [name for name in app.names() if name in ("Open", "Record", "Weights", "Tokens", "Log scale", "Hide sink", "Grid", "Table", "Filter by", "Clear", "Colour by")]
        check(not english, f"  and nothing of these is left in English: {english}")
        map_drawn()
        keep("zh_CN")


def catalogue_is_whole():
    with tempfile.TemporaryDirectory() as folder:
        pot = f"{folder}/all.pot"
        files = (ROOT / "po/POTFILES.in").read_text().split()
        used = [str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("ui/*.c")) if "_(" in p.read_text()]
        check(not set(used) - set(files), f"every file with words is in POTFILES.in: {set(used) - set(files)}")
        subprocess.run(["xgettext", "--from-code=UTF-8", "-k_", "-kN_", "-kngettext:1,2", "-o", pot, *files], cwd=ROOT, check=True, capture_output=True)
        for po in sorted(ROOT.glob("po/*.po")):
            checked = subprocess.run(["msgcmp", po, pot], capture_output=True, text=True)
            check(checked.returncode == 0, f"{po.name} has every word: {checked.stderr[-300:]}")
            valid = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", po], capture_output=True, text=True)
            check(valid.returncode == 0, f"  and every placeholder: {valid.stderr[-300:]}")


def styles():
    shots = {}
    for name, env in {"light": {}, "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, "contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"}}.items():
        with App(SHORT, **env) as app:
            check(app.says(app.readout, "Layer 0, head 0") and map_drawn(), f"{name}: shown")
            click(600, 400)
            time.sleep(0.5)
            keep(name)
            shots[name] = picture()[2]
    corner = 3 * (1280 * 500 + 1000)  # beside the map
    check(shots["dark"][corner] < 80 < shots["light"][corner], "dark is dark, light is light")
    check(shots["contrast"] != shots["light"], "high contrast is another picture")


def twice_the_size():
    with App(SHORT, GDK_SCALE="2") as app:
        check(app.says(app.readout, "Layer 0, head 0"), "at twice the size: shown")
        time.sleep(1)
        keep("twice")
        check(app.alive(), "  and alive")


def small_window():
    with App(SHORT) as app:
        app.says(app.readout, "Layer 0, head 0")
        ids = subprocess.run(["xdotool", "search", "--name", "Pellucid"], capture_output=True, text=True).stdout.split()
        for window in ids:
            subprocess.run(["xdotool", "windowsize", window, "1024", "600"])
        time.sleep(1)
        keep("small")
        width = max(int(line.split()[1].split("x")[0]) for window in ids for line in
                    subprocess.run(["xdotool", "getwindowgeometry", window], capture_output=True, text=True).stdout.splitlines() if "Geometry" in line)
        check(width <= 1024, f"the window fits 1024 x 600 ({width} wide)")


def named_parts():
    import pyatspi
    wanted = {pyatspi.ROLE_PUSH_BUTTON, pyatspi.ROLE_TOGGLE_BUTTON, pyatspi.ROLE_COMBO_BOX, pyatspi.ROLE_IMAGE, pyatspi.ROLE_TABLE, pyatspi.ROLE_TEXT,
              pyatspi.ROLE_ENTRY, pyatspi.ROLE_PROGRESS_BAR, pyatspi.ROLE_SPIN_BUTTON}
    with App(SHORT) as app:
        app.says(app.readout, "Layer 0, head 0")
        click(600, 400)
        app.says(app.readout, "locked")
        nameless = []
        for node in app.nodes():
            try:
                raw = node.name.startswith(("Gtk", "Adw", "Pel"))  # what GTK says of a part without a name
                if node.getRole() in wanted and (not node.name or raw):
                    nameless.append(f"{node.getRoleName()} {node.name!r} in {node.parent.getRoleName() if node.parent else '-'}")
            except Exception:
                continue
        check(not nameless, f"every part has a name: {nameless[:6]}")
        check("query" in app.heard("Attention map: ") and "rank" in app.heard("Attention map: "), "the map says both tokens, value and rank")


def by_keyboard():
    with App(SHORT) as app:
        app.says(app.readout, "Layer 0, head 0")
        press("F6", "Up", "Up", "Left")
        check(app.says(app.readout, "locked"), "F6 goes to the map, arrows lock a cell")
        image = picture()[2]
        press("Tab")
        check(until(lambda: picture()[2] != image), "Tab goes on from it")
        before = {name for name in app.names()}
        press("question")
        check(app.find("Large cells with their tokens") is not None, f"? shows the shortcuts ({len(before)} parts before)")
        keep("shortcuts")
        press("Escape", "F9")
        keep("folded")
        check(app.alive(), "F9 folds the heads away")


with tempfile.TemporaryDirectory() as locales:
    chinese(locales)
for part in (catalogue_is_whole, styles, twice_the_size, small_window, named_parts, by_keyboard):
    part()
finish()
