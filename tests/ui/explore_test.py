"""Exploring a head in the real window: means, value-weighted, levels, scales, filter, colour range, overview, alternatives; each number that
the window says is compared with the trace's own."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

from support import (App, LEVEL, MEASURE, PROGRAM, ROOT, SCALE, SINK, cell, check, choose, click, clipboard, colors, finish, hands, inside,
                     map_drawn, matrix, picture, press, until)

SHORT, LONG = ROOT / "data/samples/short.pel", ROOT / "data/samples/long.pel"
N = 63  # rows of SHORT
inside()


def number_after(sentence, word):
    return float(sentence.split(word)[1].split()[0].strip(",·"))


def near(a, b):
    return abs(a - b) <= 0.006 * abs(b) + 5e-5


def ready(app):
    app.says(app.readout, "0, head 0")
    map_drawn()


def units(level):
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/u.json"
        subprocess.run([PROGRAM, "export", SHORT, "attention", "--layer", "0", "--head", "0", "--level", level, "-o", out], check=True)
        return json.load(open(out))


def means_of_heads():
    with App(SHORT) as app:
        ready(app)
        click(305, 150)  # the mean of layer 0
        check(app.says(app.readout, "Layer 0, mean of its heads"), f"the mean of a layer is a further head: {app.readout()}")
        click(*cell(40, 20, N))
        check(app.says(app.readout, "locked", "rank"), "it can be read like a head")
        exact = matrix(SHORT, "--layer", 0, "--average", "layer")[40][20]
        check(near(number_after(app.readout(), "”: "), exact), f"with the mean of the heads' weights: {app.readout()}, {exact}")
        click(305, 150)
        press(*["Down"] * 30)
        check(app.says(app.readout, "Mean of all heads"), f"and so is the mean of all: {app.readout()}")
        exact = matrix(SHORT, "--average", "all")[40][20]
        check(app.says(app.readout, "rank") and near(number_after(app.readout(), "”: "), exact), f"{app.readout()}, {exact}")


def value_weighted():
    with App(SHORT) as app:
        ready(app)
        click(*cell(40, 20, N))
        weighted = matrix(SHORT, "--layer", 0, "--head", 0, "--value-weighted")[40][20]
        raw = matrix(SHORT, "--layer", 0, "--head", 0)[40][20]
        check(app.says(app.readout, "value-weighted"), "beside the weight stands the value-weighted one")
        check(near(number_after(app.readout(), "value-weighted "), weighted), f"{app.readout()}, {weighted}")
        before = picture()[2]
        choose(*MEASURE, 1)
        check(app.says(app.readout, "raw weight"), f"value-weighted, the raw weight stands beside: {app.readout()}")
        check(near(number_after(app.readout(), "”: "), weighted) and near(number_after(app.readout(), "raw weight "), raw), "  both are the trace's own")
        check(until(lambda: picture()[2] != before), "  and the map is another one")


def levels():
    with App(SHORT) as app:
        ready(app)
        click(*cell(40, 20, N))
        for place, level in ((1, "word"), (2, "sentence"), (3, "segment")):
            choose(*LEVEL, place)
            check(app.says(app.readout, f"query {level} ", "locked"), f"{level}s: the locked tokens become their {level}s: {app.readout()}")
            told = units(level)
            row, key = (int(number_after(app.readout(), f"{side} {level} ")) for side in ("query", "key"))
            check(told["queries"][row]["start"] <= 40 < told["queries"][row]["end"], f"  the query's {level} holds its token")
            check(app.says(app.readout, "rank") and near(number_after(app.readout(), "”: "), told["weights"][row][key]), f"  exact sums: {app.readout()}, {told['weights'][row][key]}")
        choose(*LEVEL, 0)
        check(app.says(app.readout, "query "), "and back to tokens")


def scales():
    with App(SHORT) as app:
        ready(app)
        seen = {picture()[2]}
        for place, name in ((1, "linear"), (2, "row"), (3, "rank")):
            before = picture()[2]
            choose(*SCALE, place)
            check(until(lambda: picture()[2] not in seen and picture()[2] != before), f"the {name} scale is another picture")
            seen.add(picture()[2])
            colours = app.heard("Colours run from ")
            check(("to 1.0000" in colours) == (name != "linear") or name == "linear", f"  and the colour bar says its range: {colours}")


def colour_range():
    with App(SHORT) as app:
        ready(app)
        bar = app.find("Colours run from ")
        before, image = bar.name, picture()[2]
        click(1165, 263)  # between the handles: focus
        press("Left", "Left")
        check(app.says(lambda: app.heard("Colours run from "), "to ") and app.heard("Colours run from ") not in before, f"Left lowers the upper end: {app.heard('Colours run from ')}")
        check(until(lambda: picture()[2] != image), "  and the map shows it")
        press("shift+Right")
        hands("mousemove", 1105, 263, "mousedown", 1)
        hands("mousemove", 1150, 263, "mousemove", 1160, 263, "mouseup", 1)
        dragged = app.heard("Colours run from ")
        check(float(dragged.split()[0]) > 1e-5, f"a handle is dragged: {dragged}")
        press("Home")
        check(app.says(lambda: "Colours run from " + app.heard("Colours run from "), before), "Home lets them run by themselves again")


def minimap():
    with App(SHORT) as app:
        ready(app)
        check(app.says(lambda: app.heard("Overview: "), "rows 0 to 62 and columns 0 to 62 of 63"), "the overview says what is in view")
        press("F6", "1")
        check(app.says(lambda: app.heard("Overview: "), "of 63") and "rows 0 to 62" not in app.heard("Overview: "), f"zoomed in, a part: {app.heard('Overview: ')}")
        click(1085, 230)  # its lower left corner
        check(app.says(lambda: app.heard("Overview: "), "to 62 and columns 0 to"), f"a click goes there: {app.heard('Overview: ')}")
        press("Up", "Up", "Up", "Up", "Up", "Up", "Up", "Up")
        check(app.says(lambda: app.heard("Overview: "), "rows 0 to"), f"and so do arrow keys: {app.heard('Overview: ')}")


def share_in_view():
    with App(SHORT) as app:
        ready(app)
        press("F6", "1", "Escape")
        told = app.heard("Overview: ")
        rows, cols = ((int(part.split()[0]), int(part.split()[2])) for part in (told.split("rows ")[1], told.split("columns ")[1]))
        weights = matrix(SHORT, "--layer", 0, "--head", 0)
        exact = sum(sum(weights[r][cols[0]:cols[1] + 1]) for r in range(rows[0], rows[1] + 1)) / (rows[1] - rows[0] + 1)
        check(app.says(app.share, f"{100 * exact:.1f} % of these queries' attention"), f"the share in view is that of the weights in view: {app.share()}, {100 * exact:.2f}")
        click(*SINK)
        less = sum(sum(weights[r][max(1, cols[0]):cols[1] + 1]) for r in range(rows[0], rows[1] + 1)) / (rows[1] - rows[0] + 1)
        check(app.says(app.share, f"{100 * less:.1f} %", "key 0 (sink) hidden"), f"  less a hidden sink: {app.share()}, {100 * less:.2f}")


def scores(layer, head):
    weights = matrix(SHORT, "--layer", layer, "--head", head)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROGRAM, "export", SHORT, "tokens", "-o", f"{folder}/t.json"], check=True)
        ids = [token["id"] for token in json.load(open(f"{folder}/t.json"))["tokens"]]
    n = len(weights)
    distance = sum(w * (i - j) for i, row in enumerate(weights) for j, w in enumerate(row)) / n
    previous = sum(weights[i][i - 1] for i in range(1, n)) / (n - 1)
    copies = [(i, c) for i in range(n) for c in [next((j for j in range(i - 1, -1, -1) if ids[j] == ids[i]), None)] if c is not None and c + 1 < i]
    induction = sum(weights[i][c + 1] for i, c in copies) / len(copies)
    return distance, previous, induction


def measures_and_filter():
    with App(SHORT) as app:
        ready(app)
        for _ in range(2):
            press("bracketright", "braceright")
        told = lambda: app.heard("All heads: Layer 2, head 2")
        check(app.says(told, "Distance", "Previous", "Induction"), f"each head says its measures: {told()}")
        distance, previous, induction = scores(2, 2)
        check(abs(number_after(told(), "Distance ") - distance) <= 0.051, f"  distance {distance:.2f}: {told()}")
        check(abs(number_after(told(), "Previous ") - 100 * previous) <= 0.051, f"  previous-token score {100 * previous:.2f}")
        check(abs(number_after(told(), "Induction ") - 100 * induction) <= 0.051, f"  induction score {100 * induction:.2f}")
        choose(160, 631, 4)  # filter by: previous
        check(app.says(lambda: app.heard("Histogram of "), "Previous", "270 heads"), f"a histogram of one measure: {app.heard('Histogram of ')}")
        hands("mousemove", 170, 690, "mousedown", 1)
        hands("mousemove", 250, 690, "mousemove", 318, 690, "mouseup", 1)
        check(app.says(app.share, "filter: ", "of 270 heads: Previous"), f"brushing it filters, and the window says so: {app.share()}")
        passing = int(app.share().split("filter: ")[1].split()[0])
        check(0 < passing < 270, f"  {passing} heads are left")
        press("F6", "bracketright")
        low = float(app.share().split("Previous ")[1].split()[0])
        check(app.says(lambda: app.heard("All heads: "), "Previous") and number_after(app.heard("All heads: "), "Previous ") >= low - 0.1,
              f"] goes to the next head that is left: {app.heard('All heads: ')}")
        click(293, 631)
        check(until(lambda: "filter" not in app.share()), "Clear takes it away")
        click(170, 690)
        press("Right", "Right", "Right")
        check(app.says(app.share, "filter: "), "arrow keys brush as well")
        press("Escape")
        check(until(lambda: "filter" not in app.share()), "and Escape clears")


def cells_of(command):
    """Colours of the cells of a small map, from the picture that a copied command makes: a rectangle each, in the order of drawing."""
    with tempfile.TemporaryDirectory() as folder:
        shell = f'pellucid() {{ "{PROGRAM}" "$@"; }}; {command.replace(".png", ".svg")}'
        subprocess.run(["bash", "-c", shell], cwd=folder, check=True)
        text = next(pathlib.Path(folder).iterdir()).read_text()
    found = [tuple(map(float, place)) + (fill,) for *place, fill in
             re.findall(r'<rect x="([-0-9.]+)" y="([-0-9.]+)" width="([-0-9.]+)" height="([-0-9.]+)" fill="#([0-9a-f]{6})"', text)]
    side = max({round(w) for _, _, w, h, _ in found}, key=lambda side: sum(round(w) == side == round(h) for _, _, w, h, _ in found))
    return side, [(x, y, fill) for x, y, w, h, fill in found if round(w) == side == round(h)]


def exact_cells_of_a_long_trace():
    with App(LONG) as app:
        app.says(app.readout, "5, head 0")
        map_drawn()
        press("F6", "Up", "1")  # the last row and key 0 are locked: the lower left corner, in cells of 16 px
        press("Escape")
        hands("mousemove", 640, 795)
        told = until(lambda: "to 1455 and" in app.heard("Overview: ") and app.heard("Overview: "))  # 1,456 rows have attention
        first_row, last_col = int(told.split("rows ")[1].split()[0]), int(told.split("columns ")[1].split()[2])
        press("ctrl+shift+c")
        command = until(lambda: clipboard().decode() if clipboard().startswith(b"pellucid export") else "")
        side, rects = cells_of(command)
        left, bottom = min(x for x, _, _ in rects), max(y for _, y, _ in rects)
        width, _, data = picture()
        def agreement(x_of_first, y_of_last):
            good = total = 0
            for x, y, fill in rects:
                px, py = x_of_first + 16 * round((x - left) / side), y_of_last - 16 * round((bottom - y) / side)
                if 456 <= px <= 1030 and 200 <= py <= 560:
                    pixel = data[3 * (py * width + px):3 * (py * width + px) + 3]
                    total += 1
                    good += all(abs(a - b) <= 3 for a, b in zip(pixel, bytes.fromhex(fill)))  # the screen has 256 colours of the palette
            return good / max(total, 1)

        best = max(agreement(448 + dx, 566 + dy) for dx in range(0, 16, 2) for dy in range(0, 16, 2))  # cells may begin anywhere
        check(best > 0.97, f"the cells on the screen have the colours of the exact weights ({100 * best:.1f} %; rows from {first_row}, columns to {last_col})")


def a_damaged_head(folder):
    """One head's queries are gone: it is said in its place, and nothing of another head stands under its name."""
    import shutil
    import sqlite3
    copy = folder / "damaged.pel"
    shutil.copy(SHORT, copy)
    with sqlite3.connect(copy) as db:
        gone = db.execute("DELETE FROM attention_query WHERE layer = 0 AND head = 1").rowcount
    check(gone > 0, "a head's queries are deleted")
    with App(copy) as app:
        check(app.says(app.readout, "Layer 0, head 0") and until(lambda: colors((450, 200, 370, 360)) > 60), "the other heads are shown")
        check(until(lambda: any("1 head can't be read" in name for name in app.names())), "and it is said that one can't be read")
        press("bracketright")
        check(app.says(app.readout, "Layer 0, head 2"), f"] steps over it: {app.readout()}")


def table_of_heads():
    with App(LONG) as app:
        app.says(app.readout, "5, head 0")
        click(240, 75)
        check(until(lambda: app.find("Induction", 2)), "the table has a column for each measure")
        click(100, 276)
        check(app.says(app.readout, "Mean of all heads"), f"means are rows of the table: {app.readout()}")


def alternatives():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROGRAM, "export", SHORT, "tokens", "-o", f"{folder}/t.json"], check=True)
        tokens = json.load(open(f"{folder}/t.json"))["tokens"]
    with App(SHORT) as app:
        ready(app)
        hands("mousemove", 360, 700)
        hands("mousemove", 362, 702)  # "You" in the text
        said = until(lambda: next((name for name in app.names() if name.lstrip("\u200e").startswith("3  You")), ""))
        check(said, f"pointing at a word of the text shows its token: {said}")
        first = tokens[3]["alternatives"][0]["piece"].strip()
        shown = lambda: next((name for name in app.names() if name.count(" %") == 5 and "\n" in name), "")
        check(app.says(shown, first), f"with what else might have come: {shown()!r}, {first}")


ALL = (means_of_heads, value_weighted, levels, scales, colour_range, minimap, share_in_view, measures_and_filter, table_of_heads, alternatives, exact_cells_of_a_long_trace)
for part in [p for p in ALL if not os.environ.get("PART") or p.__name__ == os.environ["PART"]]:
    part()
with tempfile.TemporaryDirectory(prefix="pellucid-ui-") as name:
    a_damaged_head(pathlib.Path(name))
finish()
