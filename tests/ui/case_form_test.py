"""A case made in the real window from a pack: filled in by keyboard, wrong input said at its place, saved as a file, run, its conclusion shown; what is
unknown leaves it open; nothing of it stays behind."""
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import tempfile
import time

from support import App, PROGRAM, ROOT, check, finish, hands, inside, press, until

PACKS = pathlib.Path(os.environ["PELLUCID_PACKS"])
inside()


def places(folder):
    """Folders of its own for everything that the program keeps."""
    for name in ("run", "config", "data", "state"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    return {"XDG_RUNTIME_DIR": str(folder / "run"), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data"),
            "XDG_STATE_HOME": str(folder / "state")}


def private(folder):
    return [path for path in (folder / "run").rglob("*.pel")]


def remembered(folder):
    list_of = folder / "data/recently-used.xbel"
    return list_of.read_text() if list_of.exists() else ""


def search(app, text):
    press("ctrl+f", "ctrl+a")
    hands("type", text)
    press("Return")


def tab(n):
    press(*["Tab"] * n)


def field(app, text, value=""):
    """Search; Return leads into the first field that was found."""
    search(app, text)
    press("ctrl+a")
    if value != "":
        hands("type", str(value))


def conclusion(app, *parts):
    return app.says(lambda: app.heard("Logic tree: "), *parts)


def save(path):
    press("ctrl+s")
    time.sleep(2.5)
    press("ctrl+a")
    hands("type", str(path))
    press("Return")
    return until(path.exists, 10)


def by_keyboard(folder):
    with App(**places(folder)) as app:
        app.find("Open a trace")
        press("ctrl+u")
        check(app.find("Acute cough") is not None, "Ctrl+U lists the packs that are there")
        time.sleep(0.5)
        press("Return")
        check(app.titled("A case"), "Return makes a form from the first")
        time.sleep(0.5)
        app.find("Title")
        hands("type", "A man of 70 years")
        tab(1)
        hands("type", "2024-02-30")
        tab(1)
        press("space")  # the list of questions opens, which takes its time
        time.sleep(1.2)
        press("Home", *["Up"] * 12, "Return")
        check(app.find("Question: What is the CURB-65 score") is not None, "the questions are those of the pack, in words")
        press("ctrl+Return")
        check(app.find("This is no date; write it as 2016-12-31.") is not None, "a day that is none is said below it")
        press("ctrl+a")
        hands("type", "2024-02-11")
        for text, value in (("urea", "8,1"), ("old is the patient", 70), ("respiratory", 20), ("systolic", 130), ("diastolic", 80)):
            field(app, text, value)
        press("ctrl+Return")
        time.sleep(0.5)
        press("ctrl+a")
        hands("type", "810")  # the keys are where the fault is
        field(app, "urea", "")
        check(app.find("Only 0 to 300 mmol/L is possible here.") is not None, "a number that cannot be is said at its field, where a run leads")
        press("ctrl+a")
        hands("type", "8,2")
        tab(1)
        check(app.find("Write the number with a point: 8.1.") is not None, "so is one with a comma")
        field(app, "urea", "8.1")
        search(app, "newly disoriented")
        press("n")
        check(app.find("Is the patient newly disoriented in person, place or time? No") is not None, "a yes or no is a letter")
        first, again = folder / "first.json", folder / "again.json"
        check(save(first), "Ctrl+S writes the case")
        check(save(again) and first.read_bytes() == again.read_bytes(), "twice the same bytes")
        case = json.loads(first.read_text())
        facts = {fact.get("quantity", fact.get("term")): fact["value"] for fact in case["facts"]}
        check(facts == {"urea": 8.1, "age": 70, "respiratory_rate": 20, "systolic": 130, "diastolic": 80, "finding(disorientation)": False}, f"  with what was said: {facts}")
        check(case["title"] == "A man of 70 years" and case["as_of"] == "2024-02-11", "  its title and its day")
        press("ctrl+Return")
        check(app.titled("An audit that is not kept"), "Ctrl+Return runs it")
        check(conclusion(app, "CURB-65 score is 2"), f"and its conclusion is shown: {app.heard('Logic tree: ')}")
        check(app.find("This reasoning is not kept") is not None, "a bar says that it is not kept")
        files = private(folder)
        check(len(files) == 1 and stat.S_IMODE(files[0].stat().st_mode) == 0o600 and stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700, f"its file is the user's alone: {files}")
        said = json.loads(subprocess.run([PROGRAM, "audit", first, "--kb", PACKS / "pneumonia.pack", "--json"], capture_output=True).stdout)
        check(said["state"] == "holds" and said["answers"] == ["curb65(2,intermediate)"], f"the command line says the same of the saved case: {said['answers']}")
    check(not list((folder / "run").iterdir()), "nothing is left when the window is closed")
    check("first.json" not in remembered(folder) and ".pel" not in remembered(folder), "nor in the list of recent files")


def from_a_file(folder):
    case = ROOT / "data/packs/home-sale/cases/single.json"
    with App("--kb", PACKS / "home-sale.pack", case, **places(folder)) as app:
        check(app.titled("A case") and app.find("A home sold after four years", 5) is None, "a case from the command line: its title is no window's title")
        press("ctrl+Return")
        check(conclusion(app, "conclusion: ", "holds"), f"holds as recorded: {app.heard('Logic tree: ')}")
        app.find("Edit the case")
        press("alt+e")
        check(app.titled("A case"), "Edit the case leads back to the form")
        time.sleep(0.5)
        search(app, "did the taxpayer use the home as the principal residence?")
        tab(2)  # past number and unit
        press("space")
        press("ctrl+Return")
        check(conclusion(app, "conclusion: ", "not known"), f"with a fact unknown it is unknown: {app.heard('Logic tree: ')}")


def after_a_crash(folder):
    with App("--kb", PACKS / "home-sale.pack", ROOT / "data/packs/home-sale/cases/single.json", **places(folder)) as app:
        app.titled("A case")
        press("ctrl+Return")
        app.titled("An audit that is not kept")
        app.process.send_signal(signal.SIGKILL)
        app.process.wait(10)
    check(len(private(folder)) == 1, "a program that is killed leaves its private file")
    with App(**places(folder)) as app:
        app.find("Open a trace")
        check(until(lambda: not private(folder)), "the next one removes it")


def remembers_when_asked(folder):
    env = places(folder)
    trace = folder / "kept.pel"
    subprocess.run([PROGRAM, "audit", ROOT / "data/packs/home-sale/cases/single.json", "--kb", PACKS / "home-sale.pack", "-o", trace], check=True, capture_output=True)
    with App(trace, **env) as app:
        check(app.titled("kept.pel"), "a kept audit opens")
        time.sleep(1)
    check("kept.pel" not in remembered(folder), "an audit is not among the recent files")
    (folder / "config/pellucid").mkdir()
    (folder / "config/pellucid/settings.ini").write_text("[window]\nremember-audits=true\n")
    with App(trace, **env) as app:
        app.titled("kept.pel")
        check(until(lambda: "kept.pel" in remembered(folder)), "unless the user wants it so")


def errors(folder):
    wrong = folder / "wrong.json"
    wrong.write_text('{"pellucid_case": 1, "as_of": "2020-01-01", "question": "excludable", "facts": [{"quantity": "gain", "value": 1, "unitt": "USD"}]}')
    with App("--kb", PACKS / "home-sale.pack", wrong, **places(folder)) as app:
        check(app.titled("A case") and until(lambda: any("unitt" in name for name in app.names())), "a case that cannot be read is said above an empty form")
    wrong.write_text('{"pellucid_case": 1, "as_of": "2020-01-01", "question": "excludable", "facts": [{"term": "odd(("}]}')
    with App("--kb", PACKS / "home-sale.pack", wrong, **places(folder)) as app:
        app.titled("A case")
        time.sleep(0.5)
        press("ctrl+Return")
        check(app.find("The case could not be audited; see below") is not None, "what the rules do not read is said, too")
    with App("--kb", ROOT / "README.md", **places(folder)) as app:
        check(app.find("Open a trace") is not None and until(lambda: any("README.md" in name for name in app.names())), "a file that is no pack is said")


for test in (by_keyboard, from_a_file, after_a_crash, remembers_when_asked, errors):
    with tempfile.TemporaryDirectory() as name:
        test(pathlib.Path(name))
finish()
