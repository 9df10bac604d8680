"""A case made in the real window from a pack: filled in by keyboard, wrong input said at its place, saved as a file, run, its conclusion shown; what is
unknown leaves it open; opened from a file, another unit converted, the reasoning kept in a file or not; nothing of it stays behind, in no list and no folder."""
import json
import os
import pathlib
import signal
import stat
import subprocess
import tempfile
import time

from support import App, PROGRAM, ROOT, check, finish, hands, inside, places, press, save_case, to_the_form, until

PACKS = pathlib.Path(os.environ["PELLUCID_PACKS"])
inside()


def traces_of(folder, *words):
    """Files in the program's own folders that have one of these words in their name or inside: none should."""
    found = []
    for name in ("run", "config", "data", "state", "cache"):
        for path in (folder / name).rglob("*"):
            inside_it = path.read_bytes() if path.is_file() else b""
            found += [f"{path.relative_to(folder)}: {word}" for word in words if word in path.name or word.encode() in inside_it or word.encode("utf-16-le") in inside_it]
    return found


def into(app, title, path):
    """A file dialog is answered by its keyboard: one that opens files has no field until a path begins."""
    app.find(title)
    time.sleep(2.5)
    if title.startswith("Keep"):
        press("ctrl+a")
    hands("type", str(path))
    press("Return")


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
        check(save_case(first), "Ctrl+S writes the case")
        check(save_case(again) and first.read_bytes() == again.read_bytes(), "twice the same bytes")
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
    left = traces_of(folder, "man of 70", "first.json", "again.json", "2024-02-11")
    check(not left, f"nor is anything that was typed in the program's folders: {left}")


def from_a_file(folder):
    case = ROOT / "data/packs/home-sale/cases/single.json"
    with App("--kb", PACKS / "home-sale.pack", case, **places(folder)) as app:
        check(app.titled("A case") and app.find("A home sold after four years", 5) is None, "a case from the command line: its title is no window's title")
        press("ctrl+Return")
        check(conclusion(app, "conclusion: ", "holds"), f"holds as recorded: {app.heard('Logic tree: ')}")
        to_the_form(app)
        search(app, "did the taxpayer use the home as the principal residence?")
        tab(2)  # past number and unit
        press("space")
        press("ctrl+Return")
        check(conclusion(app, "conclusion: ", "not known"), f"with a fact unknown it is unknown: {app.heard('Logic tree: ')}")
        to_the_form(app)
        check(save_case(folder / "unknown.json"), "saved,")
        done = subprocess.run([PROGRAM, "audit", folder / "unknown.json", "--kb", PACKS / "home-sale.pack"], capture_output=True, text=True)
        check("NOT DECIDED" in done.stdout, f"  the command line says NOT DECIDED as well: {done.stdout[:200]}")


def by_another_unit(folder):
    """730 days of use are asked for; 104 weeks are 728 days."""
    case = ROOT / "data/packs/home-sale/cases/single.json"
    with App("--kb", PACKS / "home-sale.pack", **places(folder)) as app:
        app.titled("A case")
        time.sleep(0.5)
        press("alt+c")
        into(app, "Open a case", case)
        time.sleep(2)
        read = folder / "read.json"
        check(save_case(read), "a case that was opened is saved again")
        values = {fact.get("quantity", fact.get("term", fact.get("choice", fact.get("date_of")))): fact["value"] for fact in json.loads(read.read_text())["facts"]}
        wanted = {"sale_of_home": True, "sale": "2016-06-20", "days_owned": 1461, "days_used": 1200, "return": "single", "gain": 180000}
        check(values == wanted, f"  with the same facts: {values}")
        field(app, "did the taxpayer use the home as the principal residence?", 104)
        tab(1)
        press("space")
        time.sleep(1.2)
        press("Home", *["Down"] * 6, "Return")
        press("ctrl+Return")
        check(conclusion(app, "conclusion: ", "nothing found that says so"), f"104 weeks are too few days: {app.heard('Logic tree: ')}")
        to_the_form(app)
        field(app, "did the taxpayer use the home as the principal residence?", 105)
        press("ctrl+Return")
        check(conclusion(app, "conclusion: ", "holds"), f"105 are enough: {app.heard('Logic tree: ')}")
        to_the_form(app)
        check(save_case(folder / "weeks.json"), "saved,")
        fact = next(fact for fact in json.loads((folder / "weeks.json").read_text())["facts"] if fact.get("quantity") == "days_used")
        check(fact["value"] == 105 and fact["unit"] == "wk", f"  it has the unit that was chosen: {fact}")


def kept_in_a_file(folder):
    case, before, after = ROOT / "data/packs/home-sale/cases/single.json", folder / "before.pel", folder / "after.pel"
    with App("--kb", PACKS / "home-sale.pack", case, **places(folder)) as app:
        app.titled("A case")
        time.sleep(0.5)
        press("ctrl+Return")
        app.titled("An audit that is not kept")
        conclusion(app, "conclusion: ")
        check(not after.exists() and len(private(folder)) == 1, "a reasoning that is not kept")
        app.find("Keep as a file…")
        press("alt+k")
        into(app, "Keep the reasoning", after)
        check(app.titled("after.pel"), "Keep as a file… keeps it afterwards")
        check(until(lambda: not private(folder)), "  and its private file is gone")
        check(until(lambda: not any(name.startswith("This reasoning is not kept") for name in app.names())), "  and the bar")
        press("ctrl+u")
        time.sleep(1)
        press("Escape")
        press("alt+Home")
    with App("--kb", PACKS / "home-sale.pack", case, **places(folder)) as app:
        app.titled("A case")
        time.sleep(0.5)
        press("alt+k", "ctrl+Return")
        into(app, "Keep the reasoning", before)
        check(app.titled("before.pel"), "chosen before, the run writes the file")
        check(not private(folder), "  and there is no private one")
    for path in (before, after):
        done = subprocess.run([PROGRAM, "verify", path], capture_output=True, text=True)
        check(done.returncode == 0, f"{path.name} verifies: {done.stderr}")
    left = traces_of(folder, "Alice", "A home sold", "180000", "180,000", "single.json", "before.pel", "after.pel", "excluded")
    check(not left, f"nothing that the case says, nor a name of a file, is in the program's folders: {left}")


def menu_remembers(folder):
    env, settings = places(folder), folder / "config/pellucid/settings.ini"
    trace = folder / "menu.pel"
    subprocess.run([PROGRAM, "audit", ROOT / "data/packs/home-sale/cases/single.json", "--kb", PACKS / "home-sale.pack", "-o", trace], check=True, capture_output=True)

    def switch(app):
        press("F10")
        time.sleep(0.8)
        press("Home", *["Down"] * 4, "Return")

    with App(trace, **env) as app:
        app.titled("menu.pel")
        check(not settings.exists(), "audits are not remembered unless the user says so")
        switch(app)
        check(app.find("Audits are now remembered") is not None and "true" in settings.read_text(), "the menu says so, and it is kept")
        press("ctrl+o")
        into(app, "Open a trace", trace)
        check(until(lambda: "menu.pel" in remembered(folder)), "an audit opened now is among the recent files")
    with App(trace, **env) as app:
        app.titled("menu.pel")
        switch(app)
        check(app.find("Audits are no longer remembered") is not None and "true" not in settings.read_text(), "and no more, another time")
        check(until(lambda: "menu.pel" not in remembered(folder)), "  nor is the one that was there")


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


def not_lost(folder):
    """What was filled in goes only when somebody says so."""
    case = ROOT / "data/packs/home-sale/cases/single.json"
    with App("--kb", PACKS / "home-sale.pack", case, **places(folder)) as app:
        app.titled("A case")
        time.sleep(0.5)
        app.find("Title")
        press("ctrl+a")
        hands("type", "Changed")
        tab(2)  # in an entry Ctrl+U empties it
        press("ctrl+u")
        app.find("Acute cough")
        time.sleep(0.5)
        press("Return")
        check(app.find("The case is not saved") is not None, "another pack: it is asked whether the case may go")
        press("Escape")
        time.sleep(0.5)
        check(save_case(folder / "kept.json") and json.loads((folder / "kept.json").read_text())["title"] == "Changed", "Escape: it stays, with what was filled in, which is saved")
        press("ctrl+u")
        app.find("Acute cough")
        time.sleep(0.5)
        press("Return")
        check(app.find("The case is not saved", 3) is None and app.find("Question: Choose a question") is not None, "a saved one goes without a question")


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


for test in (by_keyboard, from_a_file, by_another_unit, kept_in_a_file, menu_remembers, after_a_crash, remembers_when_asked, not_lost, errors):
    with tempfile.TemporaryDirectory() as name:
        test(pathlib.Path(name))
finish()
