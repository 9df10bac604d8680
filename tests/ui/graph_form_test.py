"""Cases that ask a pack's graph, made in the real window by the keyboard: findings searched for, added as observed or excluded, taken away; a link with an end
left open; what the pack does not have is told at its field; saved, opened again, a phenopacket edited. What comes out is compared with the command line's."""
import json
import os
import pathlib
import subprocess
import tempfile
import time

from support import App, PROGRAM, check, finish, hands, inside, keep, press, save_case, to_the_form, until
import ontology
from ontology import term

PACKS = pathlib.Path(os.environ["PELLUCID_PACKS"])
inside()
import pyatspi  # noqa: E402: only inside the screen, with the Python that has it


def small_pack(folder):
    pack = folder / "small.pack"
    subprocess.run([PROGRAM, "kb", "build", *ontology.write(folder, also={8: "Convulsions"}), "-o", pack], check=True, capture_output=True)
    return pack


def audited(case, pack):
    done = subprocess.run([PROGRAM, "audit", case, "--kb", pack, "--json"], capture_output=True, text=True)
    check(done.returncode == 0, f"the command line audits the saved case: {done.stderr}")
    return json.loads(done.stdout) if done.returncode == 0 else {"says": "?", "state": "?", "answers": []}


def find(app, words):
    """Types into the entry of findings and waits for what is found."""
    press("ctrl+f", "ctrl+a")
    hands("type", words)


def facts(path):
    return {fact["term"]: fact.get("value", True) for fact in json.loads(path.read_text())["facts"]}


def concludes(app, case, pack):
    """Runs the form, and holds the first conclusion in the window against the command line's."""
    said = audited(case, pack)
    press("ctrl+Return")
    words = said["says"].split(":")[0].split(" explains")[0]
    check(app.says(lambda: app.heard("Logic tree: ").lower(), words.lower()), f"the window concludes the same, “{words}”: {app.heard('Logic tree: ')[:100]}")
    return said


def by_keyboard(folder):
    pack = small_pack(folder)
    with App("--kb", pack) as app:
        check(app.titled("A case") and app.find("Question: Which disease explains these findings?") is not None, "an empty case of such a pack asks for the disease")
        check(app.find("No finding yet.") is not None, "it has a list of findings, which is empty")
        time.sleep(0.5)
        press("ctrl+Return")
        check(app.find("A diagnosis needs one finding at least that was observed.") is not None, "which is told at the list")
        find(app, "heart")
        check(app.find("Large heart, HP:0000003") is not None and app.find("Hole in the heart, HP:0000004") is not None, "words find terms of the pack")
        keep("findings-found")
        press("Return")
        check(app.find("Abnormal heart Observed") is None and app.find("Remove: Large heart", 1) is not None, "Return takes the first, the shortest")
        find(app, "skin")
        check(app.find("Excluded: Blue skin") is not None, "each can be excluded, too")
        press("Down", "Down", "shift+Return")
        check(app.find("Remove: Blue skin") is not None, "arrows lead into the list, Shift+Return excludes")
        find(app, "convuls")
        check(app.find("Fits, HP:0000008 · also called Convulsions") is not None, "a synonym finds its term")
        press("Return")
        check(app.find("Remove: Fits") is not None, "  which is added")
        find(app, "no such thing")
        check(app.find("No term of the pack has these words.") is not None, "words that no term has are told")
        press("ctrl+Return")
        check(app.find("This is not among the findings yet") is not None, "  and are not passed over by a run")
        press("ctrl+a", "BackSpace")
        keep("findings")
        first = folder / "first.json"
        check(save_case(first) and facts(first) == {f"finding('{term(3)}')": True, f"finding('{term(7)}')": False, f"finding('{term(8)}')": True}, f"saved as the command line takes it: {facts(first)}")
        check(json.loads(first.read_text())["question"] == "diagnosis(Disease)", "  with its question")
        press("Tab")  # without a window manager no widget has the keys when the dialog is gone
        press("ctrl+f", *["Tab"] * 4)  # past the first finding's answers and its two buttons
        press("Delete")
        check(until(lambda: app.find("Remove: Blue skin", 0.2) is None), "Delete takes a finding away")
        again = folder / "again.json"
        check(save_case(again) and facts(again) == {f"finding('{term(3)}')": True, f"finding('{term(8)}')": True}, f"  also from the case: {facts(again)}")
        concludes(app, again, pack)
        keep("diagnosis")
        to_the_form(app)
        check(app.find("Remove: Fits") is not None, "  with its findings")


def details(folder):
    pack = small_pack(folder)
    case = folder / "case.json"
    case.write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-03-01", "question": "diagnosis(Disease)", "facts": [
        {"term": f"finding('{term(3)}')", "says": "a heart of 14 cm", "document": "X-ray", "date": "2024-02-28"}]}))
    with App("--kb", pack, case) as app:
        app.titled("A case")
        check(app.find("Document: Large heart") is not None, "what else is said of a finding can be read and mended")
        time.sleep(0.5)
        press("ctrl+f", *["Tab"] * 4, "ctrl+a")  # answers, details, remove, day
        hands("type", "2024-02-30")
        press("Tab", "Tab", "ctrl+a")
        check(app.find("The date is none; write it as 2016-12-31.") is not None, "a day that is none is told there")
        keep("findings-details")
        hands("type", "X-ray of 1 March")
        press("shift+Tab", "shift+Tab", "ctrl+a")
        hands("type", "2024-02-27")
        saved = folder / "saved.json"
        check(save_case(saved), "saved,")
        fact = json.loads(saved.read_text())["facts"][0]
        check(fact["document"] == "X-ray of 1 March" and fact["says"] == "a heart of 14 cm" and fact["date"] == "2024-02-27", f"  with them: {fact}")


def phenopacket(folder):
    pack, packet, saved = small_pack(folder), folder / "packet.json", folder / "saved.json"
    packet.write_text(json.dumps({"id": "patient 1", "phenotypicFeatures": [{"type": {"id": term(7), "label": "Blue skin"}}, {"type": {"id": term(4), "label": "Hole in the heart"}, "excluded": True},
                                  {"type": {"id": "HP:7777777", "label": "Odd thing"}}], "metaData": {"created": "2024-03-01T00:00:00Z"}}))
    with App("--kb", pack, packet, PELLUCID_PACKS=str(folder)) as app:
        check(app.titled("A case") and app.find("Remove: Odd thing") is not None, "a phenopacket is such a case")
        time.sleep(0.5)
        press("ctrl+Return")
        check(app.find("The pack has no term “HP:7777777”; search for what it has.") is not None, "a term that the pack does not have is told at its finding")
        keep("findings-fault")
        press("Delete")  # the keys are there
        check(until(lambda: app.find("Remove: Odd thing", 0.2) is None), "  and taken away")
        check(save_case(saved) and facts(saved) == {f"finding('{term(7)}')": True, f"finding('{term(4)}')": False}, f"saved as a case: {facts(saved)}")
        concludes(app, saved, pack)
        press("ctrl+i")
        check(app.find("Suppose a finding") is not None, "what if: a finding can be supposed")
        time.sleep(0.5)
        press("ctrl+f", "shift+Tab")  # it stands before the facts
        hands("type", "large")
        press("Return")
        check(app.find("What if: “Large heart” is observed.") is not None, "  which the dialog says")
        keep("findings-what-if")


def link(folder):
    pack, saved = PACKS / "mechanisms.pack", folder / "link.json"
    with App() as app:
        app.find("Open a trace")
        press("ctrl+u")
        check(app.find("How some common drugs work") is not None, "the built-in graph is in the list of packs")
        press("Escape")
    with App("--kb", pack) as app:
        check(app.titled("A case") and app.find("Question: What is linked with what?") is not None, "a graph without findings is asked for links")
        time.sleep(0.5)
        press("ctrl+Return")
        check(app.find("Name one end at least.") is not None, "with no end named that is told there")
        hands("type", "imatin")
        check(app.find("imatinib, MESH:D000068877 · Drug") is not None, "words find an end")
        keep("link-found")
        press("ctrl+Return")
        check(app.find("The pack has no term “imatin”; search for what it has.") is not None, "what is only begun is no term, which is told there, too")
        press("Down", "Return")
        check(app.find("Question: imatinib treats what?") is not None and app.find("Relation: treats") is not None, "chosen, it is asked in words")
        press("Tab", "space")
        time.sleep(1.2)
        press("Home", "Down", "Return")
        check(until(lambda: app.find("Relation: treats", 0.2) is None), "the relation is chosen among those of the pack")
        relation = app.heard("Question: imatinib ")
        check(relation == app.heard("Relation: ") + " what?", f"  which asks another question: {relation}")
        press("space")
        time.sleep(1.2)
        press("Home", "Return")
        check(app.find("Question: imatinib treats what?") is not None, "  and back")
        keep("link")
        check(save_case(saved), "saved,")
        case = json.loads(saved.read_text())
        check(case["question"] == "linked('MESH:D000068877', treats, Object)" and case["asks"] == "imatinib treats what?", f"  as the command line takes it: {case}")
        said = concludes(app, saved, pack)
        check(said["state"] == "holds", f"  {said['state']}")
    with App("--kb", pack, saved) as app:
        app.titled("A case")
        check(app.find("MESH:D000068877 · Drug") is not None, "opened again, the end is there")
        time.sleep(0.5)
        press(*["Tab"] * 5)  # from the title
        hands("type", "MESH:D017681")
        again = folder / "both.json"
        check(save_case(again) and json.loads(again.read_text())["question"] == "linked('MESH:D000068877', treats, 'MESH:D017681')", "a key that is typed is the term")


def named(folder):
    """Each control has a name."""
    pack = small_pack(folder)
    with App("--kb", pack) as app:
        app.titled("A case")
        find(app, "skin")
        app.find("Excluded: Blue skin")
        press("Return")
        app.find("Further details: ")
        roles = {pyatspi.ROLE_PUSH_BUTTON, pyatspi.ROLE_TOGGLE_BUTTON, pyatspi.ROLE_ENTRY, pyatspi.ROLE_TEXT, pyatspi.ROLE_LIST_ITEM}
        nameless = [n.getRoleName() for n in app.nodes() if n.getRole() in roles and n.getState().contains(pyatspi.STATE_SHOWING) and not n.name]
        check(not nameless, f"every control of the form has a name: {nameless}")


for test in (by_keyboard, details, phenopacket, link, named):
    with tempfile.TemporaryDirectory() as name:
        test(pathlib.Path(name))
finish()
