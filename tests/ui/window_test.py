"""The real window: opening, heads, map, transcript, read-out; what cannot be opened; a file that goes away."""
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import time

from support import App, LEVEL, PROGRAM, ROOT, check, choose, click, colors, finish, hands, inside, map_drawn, press, real_model, until

SHORT, LONG = ROOT / "data/samples/short.pel", ROOT / "data/samples/long.pel"
MAP = (700, 350)
inside()


def weight(trace, layer, head, row, key):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "w.json"
        subprocess.run([PROGRAM, "export", trace, "attention", "--layer", str(layer), "--head", str(head), "-o", out], check=True)
        return json.loads(out.read_text())["weights"][row][key]


def share_of(sentence):
    return float(sentence.split(" %")[0].split()[-1])


def opens():
    with App(SHORT) as app:
        check(app.says(lambda: app.heard("Attention map"), "Layer 0, head 0"), "the map says what it shows")
        check(app.says(lambda: app.heard("All heads"), "Layer 0, head 0", "Entropy", "Induction"), "so does the grid of heads")
        check(app.titled("short.pel – Pellucid"), "the title names the file")
        check(app.says(app.transcript, "Why is the sky blue?"), "the transcript has the question")
        check(app.says(app.readout, "Layer 0, head 0"), "the first head is chosen")
        names = app.names()
        check(any("all 30 layers recorded" in name and "trace 267d3e0b" in name for name in names), "what was recorded, and the hash, are said")
        check(map_drawn(), "the map has many colours")
        check(until(lambda: colors((70, 140, 230, 450)) > 60), "so has the grid of heads")


def reads_a_head():
    with App(SHORT) as app:
        app.titled("short.pel")
        map_drawn()
        hands("mousemove", *MAP)
        check(app.says(app.readout, "query", "key"), "hovering says query and key")
        click(560, 450)
        check(app.says(app.readout, "locked", "rank"), "a click locks, with value and rank")
        said = app.readout()
        row, key = (int(said.split(word)[1].split()[0]) for word in ("query ", "→ key "))
        shown = float(said.split("”: ")[-1].split(",")[0])
        exact = weight(SHORT, 0, 0, row, key)
        check(abs(shown - exact) <= 0.006 * exact, f"the value is the trace's own: {shown} and {exact}")
        hands("mousemove", 800, 300)
        check(app.readout() == said, "locked, hovering changes nothing")
        press("Left")
        check(app.says(app.readout, f"→ key {key - 1} "), "Left moves to the key before")
        check(app.says(lambda: app.heard("Attention map"), f"→ key {key - 1} "), "a screen reader hears the same sentence")
        press("1")
        check(until(lambda: colors((450, 110, 590, 70)) > 20), "1 zooms to cells with token labels")
        press("Escape")
        hands("mousemove", 640, 20)
        check(app.says(app.readout, "Layer 0, head 0") and "locked" not in app.readout(), "Escape unlocks")


def finds_a_head():
    with App(SHORT) as app:
        app.says(app.readout, "Layer 0, head 0")
        map_drawn()
        click(*MAP)
        press("Escape", "bracketright")
        check(app.says(app.readout, "Layer 0, head 1"), "] is the next head")
        press("braceright")
        check(app.says(app.readout, "1, head 1"), "} is the same head of the next layer")
        press("bracketleft", "braceleft")
        check(app.says(app.readout, "Layer 0, head 0"), "[ and { lead back")
    with App(LONG) as app:
        check(app.says(app.readout, "5, head 0"), "heads that were not recorded are stepped over")
        check(any("4 of 270 heads recorded, in layers 5, 16 of 30" in name for name in app.names()), "and it is said how many layers there are")
        table = app.find("Table")
        check(table is not None, "the table can be chosen")
        table.queryAction().doAction(0) if table.queryAction().nActions else click(240, 75)
        check(app.find("Entropy") is not None, "the table has its columns")
        until(lambda: colors((5, 125, 320, 95)) > 8)  # the page has turned
        click(100, 160)
        first = app.readout()
        check(app.says(app.readout, "5, ") and "locked" not in first, f"a row of the table chooses its head: {first}")
        click(167, 113)
        click(100, 138)
        check(app.says(app.readout, "16, head 0"), f"sorted by entropy, the sharpest head comes first: {app.readout()}")


def reads_the_text():
    with App(SHORT) as app:
        app.says(app.transcript, "Rayleigh")
        map_drawn()
        click(412, 667)
        check(app.says(app.readout, "locked", "→ key"), f"a click on a word locks its query: {app.readout()}")
        hands("mousemove", 700, 350, "mousedown", 1)
        hands("mousemove", 740, 380, "mousemove", 780, 400, "mouseup", 1)
        before = app.readout()
        hands("mousemove", 640, 20)
        check("locked" in before and app.readout() == before, "panning locks nothing else")
        click(*MAP)
        press("ctrl+f")
        press("Escape")
        click(412, 667)
        press("Escape")
        check(until(lambda: "locked" not in app.readout()), "Escape unlocks from the text as well")
        press("ctrl+f")
        check(app.find("Find in the text") is not None, "Ctrl+F opens the search")
        hands("type", "dance")
        press("Return", "Escape")
        press("Return")
        check(app.says(app.readout, "dance", "locked"), f"the token that was found is a query in the map: {app.readout()}")
        hide = app.find("Hide the sink")
        hide.queryAction().doAction(0)
        check(app.says(app.share, "% of these queries' attention in view", "key 0 (sink) hidden"), f"a hidden sink is said, with the share that is drawn: {app.share()}")
        check(share_of(app.share()) < 99.5, f"  which is less than without: {app.share()}")


def what_cannot_be_opened(folder):
    image = ROOT / "tests/data/golden/heads.png"
    for path in (image, folder / "gone.pel"):
        with App(path) as app:
            check(app.titled(path.name, "can't be shown"), f"{path.name}: said in the window")
            check(any(str(path) in name for name in app.names()), "  with the whole path and the reason")
            check(app.alive() and app.find("Open a trace") is not None, "  and another can be opened")
    torn = folder / "torn.pel"
    torn.write_bytes(SHORT.read_bytes()[:200_000])
    with App(torn) as app:
        check(app.titled("torn.pel"), f"a torn trace: shown or said ({app.titles()})")
        check(app.alive(), "  and the app lives")


def the_file_goes(folder):
    copy = folder / "copy.pel"
    shutil.copy(SHORT, copy)
    with App(copy) as app:
        app.says(app.readout, "Layer 0, head 0")
        map_drawn()
        copy.unlink()
        click(*MAP)
        press("bracketright", "1", "Down", "Left")
        check(app.says(app.readout, "0, head 1", "locked"), f"the trace is deleted: what is open goes on: {app.readout()}")
        check(app.alive(), "  and the app lives")


def a_trace_that_grows(folder):
    model = real_model("following a recording")
    if not model:
        return
    trace = folder / "grows.pel"
    with subprocess.Popen([PROGRAM, "record", model, "-p", "Write a long story about the sea.", "-n", "700", "-t", "1", "-o", trace],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as recording:
        holds = lambda: trace.exists() and json.loads(subprocess.run([PROGRAM, "info", trace, "--json"], capture_output=True).stdout or b"{}")
        until(lambda: (holds() or {}).get("n_rows", 0) > 20, 60)
        with App(trace) as app:
            tokens = lambda: int(next((name for name in app.names() if " tokens · " in name), "0 tokens").split()[0])
            first = until(tokens)
            check(recording.poll() is None and first > 0, f"a trace still being written is opened ({first} tokens)")
            check(until(lambda: tokens() > first), f"  and followed ({tokens()} tokens)")
            click(*MAP)
            press("bracketright")
            recording.terminate()
            recording.wait(30)
            total = json.loads(subprocess.run([PROGRAM, "info", trace, "--json"], capture_output=True).stdout)
            check(until(lambda: tokens() == total["n_tokens"] and any(f"trace {total['hash'][:8]}" in name for name in app.names())),
                  f"  to its end: {tokens()} of {total['n_tokens']} tokens, with its hash")
            check(app.says(app.readout, "Layer 0, head 1"), "  the chosen head stays chosen")


def changed_from_outside(folder):
    copy = folder / "shrinks.pel"
    shutil.copy(SHORT, copy)
    with sqlite3.connect(copy) as db:
        db.execute("UPDATE provenance SET value = '0' WHERE key = 'complete'")
        db.execute("UPDATE provenance SET value = '' WHERE key = 'hash'")
    with App(copy) as app:
        app.says(app.readout, "0, head 0")
        map_drawn()
        choose(*LEVEL, 1)
        click(600, 500)
        check(app.says(app.readout, "query word", "locked"), "an open trace, words, a cell locked")
        with sqlite3.connect(copy) as db:
            db.execute("UPDATE sequence SET n_tokens = 20, n_rows = 19")
        time.sleep(3)
        press("Left", "1")
        check(app.alive() and app.says(app.readout, "query word"), f"a trace that shrinks under the window does no harm: {app.readout()}")


def texts_without_lines(folder):
    """Megabytes in one paragraph, a token of 64 KiB: the window answers."""
    for name, sql in {"long lines": "UPDATE token SET piece = CAST(hex(zeroblob(30000)) AS BLOB)", "one token": "UPDATE token SET piece = CAST(hex(zeroblob(30000)) AS BLOB) WHERE pos = 30",
                      "many lines": "UPDATE token SET piece = CAST(replace(hex(zeroblob(30000)), '0', char(10)) AS BLOB)"}.items():
        copy = folder / f"{name}.pel"
        shutil.copy(SHORT, copy)
        with sqlite3.connect(copy) as db:
            db.execute(sql)
        with App(copy) as app:
            check(app.says(app.readout, "Layer 0, head 0", seconds=15), f"{name}: opened")
            choose(*LEVEL, 1)
            press("F6", "bracketright")
            check(app.says(app.readout, "Layer 0, head 1"), f"  and the window answers: {app.readout()[:60]}")


def little_memory(folder):
    """Under a limit that GTK itself can live with, a large trace is refused with the sizes, and a small one is shown."""
    limited = folder / "limited"
    limited.write_text(f'#!/bin/sh\nexec prlimit --data=150000000 {os.environ["PELLUCID_DESKTOP"]} "$@"\n')
    limited.chmod(0o755)
    with App(SHORT, program=limited) as app:
        check(app.says(app.readout, "Layer 0, head 0"), "150 MB are enough for a small trace")
    many = folder / "many.pel"
    made = subprocess.run([os.environ["PELLUCID_MAKE_TRACE"], many, "6000", "4", "9", "3", "64"], capture_output=True)
    check(made.returncode == 0, "a trace of 6,000 tokens is made")
    with App(many, program=limited) as app:
        check(app.titled("many.pel", "can't be shown"), f"they are not for a large one: {app.titles()}")
        check(any("raise its memory limit" in name for name in app.names()), "  which is said with the sizes")
        check(app.alive(), "  and the app lives")


def nothing_to_open():
    with App() as app:
        check(app.titled("Pellucid"), "without a file: a welcome")
        press("ctrl+f", "bracketright", "F9")
        check(app.alive(), "keys without a trace do no harm")


def no_display():
    env = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run([os.environ["PELLUCID_DESKTOP"], str(SHORT)], env=env, capture_output=True, text=True, timeout=30)
    check(done.returncode == 1 and "display" in done.stderr.lower(), f"no display: one line and status 1 ({done.stderr.strip()[-120:]!r})")


with tempfile.TemporaryDirectory(prefix="pellucid-ui-") as name:
    opens()
    reads_a_head()
    finds_a_head()
    reads_the_text()
    what_cannot_be_opened(pathlib.Path(name))
    the_file_goes(pathlib.Path(name))
    a_trace_that_grows(pathlib.Path(name))
    changed_from_outside(pathlib.Path(name))
    texts_without_lines(pathlib.Path(name))
    if os.environ.get("PELLUCID_MAKE_TRACE"):
        little_memory(pathlib.Path(name))
    nothing_to_open()
    no_display()
finish()
