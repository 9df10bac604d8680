"""The views beside the logic tree in the real window: the search with its scrubber, the graph that was attended to, where the time went, the calibration.
Each is drawn, said, bound to the tree and the text, and exported; what is said is compared with the command line's exports."""
import json
import os
import pathlib
import subprocess
import tempfile
import time

from support import App, check, clipboard, colors, finish, inside, keep, picture, press, save_as, until
from views import MIDDLE, TABS, exported, hears, pictures, ready, turn

MAKE = os.environ["PELLUCID_MAKE_REASONING"]
inside()


def search(app, trace):
    turn(app, "Search")
    check(until(lambda: colors(MIDDLE) > 60, 5), "the search is drawn")
    root = exported(trace, "search")["nodes"][0]
    check(hears(app, "Search", "at the end, 300 simulations", root["says"], f"{root['visits']} of {root['visits']} visits, value {root['value']:.3f}"),
          f"the root is said with its numbers: {pictures(app)['Search'].name}")
    keep("search")
    press("Right")
    check(hears(app, "Search", "all parts needed"), f"an arrow leads to a way: {pictures(app)['Search'].name}")
    press("Home", "f")
    keep("search-whole")


def scrubs(app, trace):
    scale = app.find("The search after so many simulations")
    check(scale is not None, "the scrubber has a name")
    before = picture()[2]
    press("F6", "shift+Tab", "shift+Tab", "Home")  # past the button that shows all of it
    check(hears(app, "Search", "after 1 of 300 simulations", "1 of 1 visits"), f"Home: after the first: {pictures(app)['Search'].name}")
    check(until(lambda: picture()[2] != before, 3), "  which is another picture")
    keep("search-first")
    press(*["Right"] * 4)
    at = exported(trace, "search", "--at", 5)["nodes"][0]
    check(hears(app, "Search", "after 5 of 300 simulations", f"5 of 5 visits, value {at['value']:.3f}"), f"arrows step: {pictures(app)['Search'].name}")
    check(hears(app, "Search", "on the path of simulation 5"), f"  the path of that simulation is said: {pictures(app)['Search'].name}")
    moment = exported(trace, "search", "--at", 5)
    told = f"Simulation 5: {sum(n['on_path'] for n in moment['nodes'])} nodes, "
    check(until(lambda: any(told in name and f"value {moment['path_value']:.3f}" in name for name in app.names()), 5), f"  and what it backed up: {told}")
    keep("search-fifth")
    press("ctrl+shift+c")
    check(until(lambda: b"search --at 5" in clipboard(), 5), f"the copied command has the moment: {clipboard()}")
    press("End")
    check(hears(app, "Search", "at the end, 300 simulations"), "End: the end")


def bound(app):
    """One selection: search and graph to the tree and back."""
    press("F6", "Home", "Right")
    way = pictures(app)["Search"].name
    disease = way.split("): ")[1].split(";")[0]
    check(hears(app, "Logic tree", f"{disease} explains the findings"), f"a way of the search is chosen in the tree: {pictures(app)['Logic tree'].name[:90]}")
    check(hears(app, "Graph", f"Graph: {disease}"), f"  and in the graph: {pictures(app)['Graph'].name[:80]}")
    before = picture()[2]
    press("Return")
    check(until(lambda: picture()[2] != before, 5), "Return leads to the tree")
    press("Left")
    check(hears(app, "Search", "Some disease explains the findings"), f"what is chosen in the tree is chosen in the search: {pictures(app)['Search'].name[:90]}")


def graph(app, trace):
    turn(app, "Graph")
    check(until(lambda: colors(MIDDLE) > 60, 5), "the graph is drawn")
    press("Home")
    asked = [n for n in exported(trace, "graph")["nodes"] if n["role"] == "asked"]
    check(any(hears(app, "Graph", f"Graph: {n['label']}, phenotype {n['key']}; asked") for n in asked if f"Graph: {n['label']}" in pictures(app)["Graph"].name),
          f"an asked entity is said: {pictures(app)['Graph'].name[:100]}")
    keep("graph")
    check(hears(app, "Logic tree", "The patient has: "), "  and chosen in the tree")
    press("End")
    check(hears(app, "Graph", "path 4, score 0.380"), f"the paths are said: {pictures(app)['Graph'].name[:100]}")


def time_and_trust(app, trace):
    turn(app, "Time")
    check(until(lambda: colors(MIDDLE) > 20, 5), "the stages are drawn")
    t = exported(trace, "timeline")
    press("Home")
    check(hears(app, "Time", f"1 {t['stages'][0]['name']}", "912 ms"), f"a stage is said with its time: {pictures(app)['Time'].name[:90]}")
    press("Down", "Down")
    check(hears(app, "Time", t["stages"][2]["name"]), "  arrows lead to the next")
    keep("time")
    turn(app, "Calibration")
    check(until(lambda: colors(MIDDLE) > 30, 5), "the calibration is drawn")
    press("End")
    last = exported(trace, "reliability")["bins"][-1]
    check(hears(app, "Calibration", f"{last['n']} cases", f"{last['accuracy']:.3f} were right"), f"a bin is said: {pictures(app)['Calibration'].name}")
    keep("calibration")


def exports(app, folder):
    out = folder / "saved.json"
    check(save_as(app, out, out.exists), "Ctrl+E writes what the view shows")
    if out.exists():
        check(json.loads(out.read_text())["format"] == "pellucid reliability", "  in its own format")


def whole(folder):
    trace = folder / "d.pel"
    subprocess.run([MAKE, trace, "diagnosis"], check=True)
    with App(trace) as app:
        check(ready(app), "the tree is there first")
        keep("tree")
        search(app, trace)
        scrubs(app, trace)
        bound(app)
        graph(app, trace)
        time_and_trust(app, trace)
        exports(app, folder)


def narrow(app):
    """The tabs leave the window as narrow as it was."""
    ids = subprocess.run(["xdotool", "search", "--name", "Pellucid"], capture_output=True, text=True).stdout.split()
    for window in ids:
        subprocess.run(["xdotool", "windowsize", window, "1024", "600"])
    time.sleep(0.6)
    told = [line for window in ids for line in subprocess.run(["xdotool", "getwindowgeometry", window], capture_output=True, text=True).stdout.splitlines()]
    width = max(int(line.split()[1].split("x")[0]) for line in told if "Geometry" in line)
    check(width <= 1024, f"the window fits 1024 x 600 ({width} wide)")
    keep("narrow")


def in_dark(folder):
    with App(folder / "d.pel", ADW_DEBUG_COLOR_SCHEME="prefer-dark") as app:
        ready(app)
        for tab in list(TABS)[1:]:
            turn(app, tab)
            width, _, data = picture()
            corner = 3 * (width * 600 + 345)
            check(data[corner] < 80, f"{tab} is dark in the dark")
            keep(f"{tab.lower()}-dark")
        turn(app, "Search")
        narrow(app)


def empty(folder):
    trace = folder / "t.pel"
    subprocess.run([MAKE, trace, "tree", "12"], check=True)
    with App(trace) as app:
        ready(app)
        names = app.names()
        for words in ("No search is recorded here", "Nothing was deduced over a graph here", "No calibration was used here"):
            check(any(words in name for name in names), f"where there is nothing, that is said: {words}")
        turn(app, "Search")
        keep("empty")
        press("ctrl+e")
        check(app.alive(), "there is nothing to export, which harms nobody")


with tempfile.TemporaryDirectory() as name:
    for part in (whole, in_dark, empty):
        part(pathlib.Path(name))
finish()
