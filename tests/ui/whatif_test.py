"""What if, in the real window: a fact supposed otherwise, the conclusion turned, what differs marked and listed; back again; another pack refused; two traces
compared."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from support import App, PATIENCE, PROGRAM, ROOT, check, finish, hands, inside, places, press, until

PACKS = pathlib.Path(os.environ["PELLUCID_PACKS"])
inside()


def audit(folder, pack, case, name, kb=None):
    trace = folder / name
    subprocess.run([PROGRAM, "audit", ROOT / f"data/packs/{pack}/cases/{case}.json", "--kb", kb or PACKS / f"{pack}.pack", "-o", trace], check=True, capture_output=True)
    return trace


def tree(app, *parts):
    return app.says(lambda: app.heard("Logic tree: "), *parts)


def bar(app):
    return next((name for name in app.names() if name.startswith(("What if: ", "Compared with"))), "")


def find(app, text):
    """To a node of the tree by its words."""
    press("ctrl+f")
    hands("type", text)
    time.sleep(PATIENCE / 20)  # a search entry waits for a pause before it searches, on a slow machine a long one
    press("Escape")
    time.sleep(0.4)


def choose_file(app, title, path):
    app.find(title)
    time.sleep(1)
    hands("type", str(path))
    press("Return")
    time.sleep(1)


def turns_the_conclusion(folder):
    trace = audit(folder, "pneumonia", "severe", "severe.pel")
    before = trace.read_bytes()
    with App(trace, **places(folder)) as app:
        check(tree(app, "score is 3 (severity: severe)"), "the recorded conclusion")
        find(app, "disoriented")
        check(tree(app, "fact: The patient is newly disoriented"), "a fact is chosen")
        check(app.find("What if it were otherwise") is not None, "the inspector offers to suppose it otherwise")
        press("ctrl+i")
        check(app.find("Recorded: yes") is not None, "Ctrl+I asks, with what was recorded")
        time.sleep(0.5)
        press("n")
        check(app.find("What if: “the patient is newly disoriented in person, place or time” is no.") is not None, "and says what is supposed")
        press("ctrl+Return")
        check(app.says(lambda: bar(app), "is no. Conclusion: was “The CURB-65 score is 3 (severity: severe)”, is “The CURB-65 score is 2 (severity: intermediate)”", "steps differ"), f"the bar says what changed: {bar(app)}")
        check(tree(app, "≈ changed", "score is 2 (severity: intermediate)"), f"the conclusion is marked: {app.heard('Logic tree: ')}")
        check(app.find("− gone fact: The patient is newly disoriented") is not None, "what is gone is listed")
        check(app.find("≠ step: Confusion scores 0 (was: Confusion scores 1)") is not None, "and what changed")
        check(len(list((folder / "run").rglob("*.pel"))) == 1, "it lies in a private file")
        press("ctrl+d")
        check(tree(app, "score is 3 (severity: severe)"), "Ctrl+D shows the recorded one, marked")
        press("ctrl+d", "ctrl+i")
        check(app.find("Changed; recorded: yes") is not None, "more can be supposed on top")
        time.sleep(0.5)
        press("y")
        press("ctrl+f")
        hands("type", "respiratory rate")
        press("Return", "ctrl+a")
        hands("type", "20")
        press("ctrl+Return")
        check(app.says(lambda: bar(app), "“What is the respiratory rate?” 20 /min.", "is “The CURB-65 score is 2"), f"  alone or together: {bar(app)}")
        press("ctrl+BackSpace")
        check(until(lambda: not bar(app)) and tree(app, "score is 3 (severity: severe)"), "Ctrl+Backspace leads back to the recorded one")
        check(not list((folder / "run").rglob("*.pel")), "and the private file is gone")
    check(trace.read_bytes() == before, "the recorded trace is as it was")


def unknown_and_not_said(folder):
    trace = audit(folder, "home-sale", "single", "single.pel")
    with App(trace, **places(folder)) as app:
        tree(app, "conclusion: ")
        find(app, "principal residence for 1200 days")
        press("ctrl+i")
        app.find("Recorded: 1200 days")
        time.sleep(0.5)
        press("Tab", "Tab", "space")
        press("ctrl+Return")
        check(app.says(lambda: bar(app), "unknown. Conclusion: was “holds”, is “unknown”."), f"unknown: {bar(app)}")
        check(tree(app, "≠ was: holds", "not known"), "the state that it had stands at its card")
        press("ctrl+BackSpace")
        until(lambda: not bar(app))
        find(app, "principal residence was sold")
        press("ctrl+i")
        app.find("Recorded: yes")
        time.sleep(0.5)
        press("Delete", "ctrl+Return")
        check(app.says(lambda: bar(app), "not said. Conclusion: was “holds”, is “not found”."), f"not said: {bar(app)}")


def the_pack_has_to_be_the_same(folder):
    shutil.copytree(ROOT / "data/packs/home-sale", folder / "other")
    text = (folder / "other/pack.json").read_text()
    (folder / "other/pack.json").write_text(text.replace('"version": "1.0"', '"version": "1.1"', 1))
    (folder / "away").mkdir()
    pack = folder / "away/other.pack"
    subprocess.run([PROGRAM, "kb", "build", folder / "other", "-o", pack], check=True, capture_output=True)
    trace = audit(folder, "home-sale", "single", "single.pel", pack)
    with App(trace, **places(folder)) as app:
        tree(app, "conclusion: ")
        press("ctrl+i")
        check(until(lambda: any("is not on this machine" in name for name in app.names())), "a pack that is not there is asked for")
        choose_file(app, "Choose the pack of", PACKS / "home-sale.pack")
        check(until(lambda: any("That is another pack" in name for name in app.names())), "another one is refused")
        press("ctrl+i")
        choose_file(app, "Choose the pack of", pack)
        check(app.find("Change what you want to suppose.") is not None, "the right one is taken")
        press("Escape")
    shutil.copy(pack, folder / "beside.pack")
    with App(trace, **places(folder)) as app:
        tree(app, "conclusion: ")
        press("ctrl+i")
        check(app.find("Change what you want to suppose.") is not None, "one beside the trace is found")


def compares(folder):
    a, b = audit(folder, "pneumonia", "severe", "a.pel"), audit(folder, "pneumonia", "low", "b.pel")
    with App(a, **places(folder)) as app:
        tree(app, "conclusion: ")
        press("ctrl+m")
        choose_file(app, "Compare with another", b)
        check(app.says(lambda: bar(app), "Compared with b.pel. Asked for another day: was 2024-02-11, is 2024-02-12. Conclusion: was “The CURB-65 score is 3", "steps differ"), f"Ctrl+M compares: {bar(app)}")
        check(app.find("What differs") is not None and app.find("≠ conclusion: ") is not None, "what differs is listed")
        until(lambda: any(name.startswith("≠ step") for name in app.names()))
        press("ctrl+BackSpace")
        check(until(lambda: not bar(app)), "and it ends")
        press("ctrl+m")
        choose_file(app, "Compare with another", a)
        check(app.says(lambda: bar(app), "Nothing differs."), f"a trace and itself: {bar(app)}")
    recent = folder / "data/recently-used.xbel"
    check(not recent.exists() or "b.pel" not in recent.read_text(), "what was compared with is in no list of recent files")


for test in (turns_the_conclusion, unknown_and_not_said, the_pack_has_to_be_the_same, compares):
    with tempfile.TemporaryDirectory() as name:
        test(pathlib.Path(name))
finish()
