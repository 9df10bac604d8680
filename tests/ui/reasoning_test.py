"""A recorded reasoning in the real window: the tree, its sentences, the node in full, reviews, what was looked up, what leaves the window. Its
traces are audits of the packs that come with the program; every number that is said is compared with that of an export."""
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time

from support import App, PROGRAM, ROOT, check, clipboard, colors, export_as, finish, hands, inside, keep, picture, press, toasts, until

PACKS = {"pneumonia": ["severe", "urea-unknown-borderline", "covid-test-negative", "differential"], "home-sale": ["use-disputed", "days-unknown"]}
inside()
import pyatspi  # noqa: E402: only inside the screen, with the Python that has it


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)


def audits(folder):
    for pack, cases in PACKS.items():
        run("kb", "build", ROOT / "data/packs" / pack, "-o", folder / f"{pack}.pack")
        for case in cases:
            made = run("audit", ROOT / f"data/packs/{pack}/cases/{case}.json", "--kb", folder / f"{pack}.pack", "-o", folder / f"{case}.pel")
            check((folder / f"{case}.pel").exists(), f"{pack}: {case} is audited {made.stderr}")


def exported(trace, *options):
    with tempfile.TemporaryDirectory() as folder:
        run("export", trace, "tree", *options, "-o", f"{folder}/t.json")
        return json.loads(pathlib.Path(folder, "t.json").read_text())


# ---- what the window says ----

def below(node):
    yield node
    try:
        children = [child for child in node if child is not None]
    except Exception:  # it went while it was read
        return
    for child in children:
        yield from below(child)


def held(app, start):
    """A part that lives as long as the window: it is looked for once, for the tree of all names is long."""
    kept = app.__dict__.setdefault("held", {})
    if not kept.get(start):
        kept[start] = app.find(start)
    return kept[start]


def name_of(node):
    try:
        return node.name
    except Exception:
        return ""


def among(app, name, start):
    """The first of a part's labels that begins so, or matches; labels live as long as their part."""
    kept = app.__dict__.setdefault("held", {})
    if not kept.get(start):
        kept[start] = next((n for n in below(held(app, name)) if re.match(start, name_of(n))), None)
    return kept[start].name if kept[start] else ""


def tree(app):
    node = held(app, "Logic tree")
    return node.name.partition(": ")[2] if node else ""


def part(app, name):
    """The names inside a part of the window."""
    return [name_of(node) for node in below(held(app, name))]


def inspector(app):
    return part(app, "PelNodeInspector")


def rows(app):
    return [row for row in held(app, "The reasoning in words") if row is not None]


def is_in(node, state):
    return node.getState().contains(state)


def sentence(app):
    """The sentence that is chosen, as a screen reader says it."""
    return next((row.name for row in rows(app) if is_in(row, pyatspi.STATE_SELECTED)), "")


def facts(app):
    return among(app, "PelReasoningPage", r"\d+ of \d+ nodes shown · ")


def reviews(app):
    return among(app, "PelReasoningPage", r"\d+ reviews? ·")


def focused(app):
    for page in ("PelReasoningPage", "PelEvidencePage"):
        for node in below(held(app, page)):
            try:
                if is_in(node, pyatspi.STATE_FOCUSED):
                    return node
            except Exception:
                continue
    return None


def act(app, name):
    node = held(app, name)
    check(node is not None and is_in(node, pyatspi.STATE_SENSITIVE), f"there is '{name}'")
    node.queryAction().doAction(0)
    time.sleep(0.2)


def tab_to(app, name, key="Tab", most=60):
    for _ in range(most):
        node = focused(app)
        if node and node.name.startswith(name):
            return True
        press(key)
    return False


def entry(app, name):
    return next(n for n in below(held(app, "PelNodeInspector")) if name_of(n) == name and n.getRole() in (pyatspi.ROLE_TEXT, pyatspi.ROLE_ENTRY))


def typed(app, name):
    text = entry(app, name).queryText()
    return text.getText(0, text.characterCount)


def ready(app):
    return app.says(lambda: tree(app), "conclusion") and until(lambda: colors((330, 110, 600, 500)) > 30)


def says_all(app, what, *parts):
    return until(lambda: all(p in what(app) for p in parts))


# ---- the tree, the sentence, the node: one selection ----

def shows(folder):
    with App(folder / "severe.pel") as app:
        check(ready(app), f"the tree is drawn, and says what is chosen: {tree(app)[:90]}")
        names = app.names()
        check("What is the CURB-65 score, and how severe is that?" in names, "the question is said")
        check(sentence(app).startswith("The CURB-65 score is 3 (severity: severe)"), f"the conclusion is the chosen sentence: {sentence(app)}")
        check("The CURB-65 score is 3 (severity: severe)" in inspector(app), "and fills the inspector")
        t = exported(folder / "severe.pel")
        check(facts(app).startswith(f"{t['nodes_shown']} of {len(t['nodes'])} nodes shown · nothing hidden · trace {t['trace'][:8]}"), f"how much is shown: {facts(app)}")
        check(reviews(app) == "0 reviews · 0 open points", f"and what is open: {reviews(app)}")
        keep("reasoning")


def one_selection(folder):
    with App(folder / "severe.pel") as app:
        ready(app)
        press("Right", "Right", "Right")
        check(says_all(app, tree, "1.1.1 fact: The patient is newly disoriented"), f"arrows move in the tree: {tree(app)[:80]}")
        check(says_all(app, sentence, "1.1.1 The patient is newly disoriented", "“She does not know what day it is, which is new”"), f"tree to text: {sentence(app)}")
        check("1.1.1  The patient is newly disoriented in person, place or time" in inspector(app), "tree to inspector")
        row = next(row for row in rows(app) if row.name.startswith("4.1.1 "))
        check(tab_to(app, "1.1.1 The"), "Tab leads to the chosen sentence")
        press(*["Down"] * (row.getIndexInParent() - next(r for r in rows(app) if r.name.startswith("1.1.1 ")).getIndexInParent()), "space")
        check(says_all(app, tree, "4.1.1 fact: The diastolic blood pressure is 58 mmHg"), f"text to tree: {tree(app)[:80]}")
        check(any(name.startswith("4.1.1  The diastolic") for name in inspector(app)), "text to inspector")
        leads = next(n for n in below(held(app, "PelNodeInspector")) if n.getRole() == pyatspi.ROLE_PUSH_BUTTON and n.name.startswith("4.1 "))
        leads.queryAction().doAction(0)
        check(says_all(app, tree, "4.1 claim: The blood pressure is low") and says_all(app, sentence, "4.1 The blood pressure is low"), "from the inspector's relations to tree and text")
        press("alt+Left")
        check(says_all(app, tree, "4.1.1 fact"), "Alt+Left: what was chosen before")
        press("alt+Left")
        check(says_all(app, tree, "4.1 claim"), "  and before that")
        press("alt+Right")
        check(says_all(app, tree, "4.1.1 fact"), "Alt+Right leads on again")
        hands("mousemove", 480, 155)
        press("F6", "Home", "Right")
        readout = lambda: "1 claim: Confusion scores 1" in " ".join(part(app, "PelReasoningPage")[-6:])
        check(until(readout, 3), f"with the pointer on another card the line at the bottom says what the keys choose: {[n[:50] for n in part(app, 'PelReasoningPage')[-6:]]}")


def exact_words(folder):
    with App(folder / "severe.pel") as app:
        ready(app)
        t = exported(folder / "severe.pel")
        fact = next(n for n in t["nodes"] if n["number"] == "1.1.1")
        text = t["documents"][fact["document"] - 1]["text"]
        press("Right", "Right")
        claim = next(n for n in t["nodes"] if n["number"] == "1.1")
        clause = next(c for c in t["clauses"] if c["id"] == claim["clause"])
        words = next(p for p in t["passages"] if p["id"] == clause["passage"])["text"]
        check(until(lambda: words in inspector(app)), "the cited passage is quoted whole in the inspector")
        check(clause["label"] in inspector(app), "  and its rule")
        press("Right")
        until(lambda: text in inspector(app))
        label = next(n for n in below(held(app, "PelNodeInspector")) if n.name == text)
        marked = []
        for at in range(len(text)):
            attributes = label.queryText().getAttributeRun(at, False)[0]
            marked.append(any(a.startswith("bg-color") for a in attributes) and "underline:single" in attributes)
        found = "".join(c for c, on in zip(text, marked) if on)
        check(found == text[fact["from"]:fact["to"]] == "She does not know what day it is, which is new", f"the very words stand out in the case's text: {found!r}")


# ---- by keys ----

def folds(folder):
    n = len(exported(folder / "severe.pel")["nodes"])
    with App(folder / "severe.pel") as app:
        ready(app)
        press("Right", "space")
        check(says_all(app, sentence, "(+2)") and facts(app).startswith(f"{n - 2} of {n} nodes shown · 2 hidden, "), f"Space folds: {sentence(app)}; {facts(app)}")
        press("Return")
        check(until(lambda: facts(app).startswith(f"{n} of {n} nodes shown")), "Return opens again")
        act(app, "Fold all others")
        check(until(lambda: not facts(app).startswith(f"{n} of {n}")), f"all others are folded: {facts(app)}")
        act(app, "Unfold all")
        check(until(lambda: facts(app).startswith(f"{n} of {n}")), "and unfolded")
        before = picture()[2]
        act(app, "Top down")
        check(until(lambda: picture()[2] != before), "the tree grows down")
        press("F6", "Home", "Down")
        check(says_all(app, tree, "1 claim: Confusion"), "  then Down leads to the reasons")
        press("Right")
        check(says_all(app, tree, "2 claim: Urea"), f"  and Right to the next one: {tree(app)[:60]}")
        keep("reasoning-down")


def searches(folder):
    with App(folder / "differential.pel") as app:
        ready(app)
        press("ctrl+f")
        hands("type", "cough")
        found = lambda a: among(a, "PelTreeTools", r"\d+ of \d+$|nothing found")
        check(until(lambda: found(app).startswith("1 of")) and "cough" in tree(app).lower(), f"search: {found(app)} {tree(app)[:70]}")
        n = int(found(app).split()[-1])
        expected = sum("cough" in (node["says"] + node["note"]).lower() for node in exported(folder / "differential.pel")["nodes"])
        check(n >= max(expected, 2), f"  all that have the word, hidden ones, too: {n}, at least {expected}")
        press("Return")
        check(until(lambda: found(app) == f"2 of {n}"), "Return: the next")
        press("shift+Return", "shift+Return")
        check(until(lambda: found(app) == f"{n} of {n}"), f"Shift+Return: the one before, around the end: {found(app)}")
        press("ctrl+a")
        hands("type", "xyzzy")
        check(until(lambda: found(app) == "nothing found"), "what is not there is said")
        press("Escape", "Home")
        check(says_all(app, tree, "1 conclusion"), "Escape leads back to the tree")


def open_points(folder):
    for case in ("days-unknown", "use-disputed"):
        trace = folder / f"{case}.pel"
        ids = {point["node"] for point in json.loads(run("review", trace, "--json").stdout)["open"]}
        says = {n["id"]: n["says"] for n in exported(trace, "--all")["nodes"]}
        with App(trace) as app:
            ready(app)
            check(app.find(f"{len(ids)} open point") is not None and f"· {len(ids)} open points" in reviews(app), f"{case}: {len(ids)} open points are counted")
            seen = []
            for _ in range(len(ids)):
                press("ctrl+n")
                time.sleep(0.3)
                seen.append(tree(app))
            check(len(set(seen)) == len(ids), f"  Ctrl+N goes through them: {len(set(seen))}")
            check(all(any(says[i] in text for text in seen) for i in ids), "  each of them")
            press("ctrl+n")
            check(until(lambda: tree(app) == seen[0]), "  and around")


def prunes(folder):
    trace = folder / "days-unknown.pel"
    with App(trace) as app:
        ready(app)
        check(tab_to(app, "Share of the influence", "shift+Tab"), "Shift+Tab leads to the slider")
        press(*["Left"] * 15)
        t = exported(trace, "--cover", "80")
        share = 1 - t["covered"]
        hidden = f"{t['nodes_shown']} of {len(t['nodes'])} nodes shown · {len(t['nodes']) - t['nodes_shown']} hidden, {share:.3f} of the influence"
        check(until(lambda: facts(app).startswith(hidden)), f"80 %: {hidden}; the window: {facts(app)}")
        more = [row.name for row in rows(app) if re.match(r"\+\d+ more", row.name)]
        check(more, f"what is left out is counted where it is: {more[:2]}")
        press("End")
        check(until(lambda: facts(app).startswith(f"{len(t['nodes'])} of {len(t['nodes'])} nodes shown · nothing hidden")), f"all: {facts(app)}")


# ---- reviews ----

def reviewing(folder):
    trace = folder / "reviewed.pel"
    shutil.copy(folder / "severe.pel", trace)
    with App(trace) as app:
        ready(app)
        check(not is_in(app.find("Accept this node"), pyatspi.STATE_SENSITIVE), "without a name nothing can be reviewed")
        check(tab_to(app, "Your name"), "Tab leads to the name")
        hands("type", "Ada Example")
        press("Tab")
        hands("type", "as in the chart")
        press("alt+a")
        check(until(lambda: reviews(app).startswith("1 review · chain holds")), f"accepted by keys alone: {reviews(app)}")
        check(any(re.match(r"accepted by Ada Example, \d{4}-", name) and name.endswith("as in the chart") for name in inspector(app)), "  the inspector has it")
        check(says_all(app, sentence, "accepted by Ada Example", "as in the chart"), f"  and the sentence: {sentence(app)}")
        check(typed(app, "Reason") == "" and typed(app, "Your name") == "Ada Example", "  the name stays for the next one")
        for place, (keys, button, word) in enumerate(((["Right"], "Dispute this node", "disputed"), (["Down"], "This node needs evidence", "needs evidence"))):
            press("F6", *keys)
            act(app, button)
            check(until(lambda: reviews(app).startswith(f"{place + 2} reviews · chain holds · {place + 1} open point")), f"{word}: {reviews(app)}")
            check(any(f"open: {word}" in name for name in inspector(app)), "  an open point from now on")
        keep("reviewed")
        said = lambda: held(app, "What was retrieved").name
        press("alt+3")
        check(until(lambda: "rank 1" in said()), f"the evidence is that of the reasoning as it is now: {said()}")
        press("alt+2")
        ready(app)
        act(app, "Withdraw what was said of this node")
        check(until(lambda: reviews(app).startswith("4 reviews · chain holds · 1 open point")), f"withdrawn: {reviews(app)}")
        press("alt+3", "Down")
        check(until(lambda: "rank 2" in said()), f"and after a review while it had been looked at: {said()}")
    kept = json.loads(run("review", trace, "--json").stdout)
    words = [(r["verdict"], r["name"], r["reason"]) for r in kept["reviews"]]
    check(words == [("accepted", "Ada Example", "as in the chart"), ("disputed", "Ada Example", ""), ("needs evidence", "Ada Example", ""), ("withdrawn", "Ada Example", "")],
          f"the file has them: {words}")
    done = run("verify", trace)
    check(done.returncode == 0 and "reviews: 4, chain holds" in done.stdout, f"pellucid verify accepts the chain: {done.stdout} {done.stderr}")


def read_only(folder):
    """As somebody who may not write: root may write anywhere, so a folder in the file's place stands for it."""
    trace = folder / "gone.pel"
    shutil.copy(folder / "severe.pel", trace)
    with App(trace) as app:
        ready(app)
        trace.unlink()
        trace.mkdir()
        held(app, "Your name").queryEditableText().setTextContents("Ada Example")
        act(app, "Accept this node")
        check(until(lambda: any(str(trace) in name for name in inspector(app))), f"a review that can't be written says so where it was given: {inspector(app)[-3:]}")
        check(reviews(app).startswith("0 reviews") and app.alive(), "  and is not counted")


def broken_chain(folder):
    trace = folder / "broken.pel"
    shutil.copy(folder / "reviewed.pel", trace)
    base = sqlite3.connect(trace)
    table = next(name for (name,) in base.execute("select name from sqlite_master where type = 'table' and name like '%review%'"))
    base.execute(f"update {table} set reason = 'as I like it' where rowid = 1")
    base.commit()
    base.close()
    said = run("verify", trace)
    check(said.returncode == 4, "somebody changed a review: verify refuses the file")
    with App(trace) as app:
        check(ready(app) and until(lambda: "the chain of reviews is broken" in reviews(app)), f"the window shows the reasoning and names the fault: {reviews(app)}")
        check("1" in reviews(app).split("broken:")[1], "  and the entry")
        keep("broken-chain")


# ---- what was looked up ----

def evidence(folder):
    trace = folder / "severe.pel"
    with tempfile.TemporaryDirectory() as out:
        run("export", trace, "retrieval", "-o", f"{out}/r.json")
        found = json.loads(pathlib.Path(out, "r.json").read_text())
    items = next(v for v in found.values() if isinstance(v, list) and v and "margin" in v[0])
    with App(trace) as app:
        ready(app)
        press("alt+3")
        said = lambda a: held(a, "What was retrieved").name
        support = sum(i["weight"] > 0 for i in items)
        check(says_all(app, said, "rank 1", f"weight {items[0]['weight']:.3f}", f"margin {items[0]['margin']:.3f}"), f"the first has its weight and margin: {said(app)}")
        with sqlite3.connect(f"file:{trace}?mode=ro", uri=True) as db:
            found = int(db.execute("SELECT value FROM attribute WHERE name = 'candidates'").fetchone()[0])
        check(any(name.startswith(f"{found} found, {support} with weight; the rules do not use them") for name in app.names()), f"how many were found, and what they count: {found}, {support}")
        check(until(lambda: colors((20, 60, 900, 600)) > 40), "the picture is drawn")
        keep("evidence")
        press(*["Down"] * support)
        miss = items[support]
        check(says_all(app, said, f"rank {support + 1}", "near miss, weight 0", f"margin {miss['margin']:.3f}"), f"then near misses with how far they are: {said(app)}")
        check(until(lambda: "Nothing in the reasoning rests on it." in part(app, "PelEvidencePage")), "  on which nothing rests")
        press("Home", "Down")
        check(says_all(app, said, "rank 2", "Confusion"), "back to one that supports it")
        check(any("disorientation in person, place or time" in name for name in part(app, "PelEvidencePage")), "  its words stand beside it")
        press("Return")
        check(says_all(app, tree, "1.1 claim: The patient is newly confused") and says_all(app, sentence, "1.1 "), f"Return: what rests on it, in tree and text: {tree(app)[:60]}")


# ---- what a language model said ----

def model_answer(folder):
    model, trace = os.environ.get("PELLUCID_MODEL_SMOLLM2", ""), folder / "asked.pel"
    if not os.path.exists(model):
        print("skipped: a model's answer in the window needs PELLUCID_MODEL_SMOLLM2")
        return
    made = run("audit", ROOT / "data/packs/pneumonia/cases/severe.json", "--kb", folder / "pneumonia.pack", "--model", model, "-n", "12", "-o", trace, "--json")
    said = json.loads(made.stdout)["model"]
    with App(trace) as app:
        press("alt+2")
        check(ready(app), f"a trace with a model's run shows its reasoning: {tree(app)[:60]}")
        check(any("The model says: " in row.name for row in rows(app)), "the answer is a line of the text, however little is shown")
        press("ctrl+f")
        hands("type", "The model says")
        words = said["answer"].split("\n")[0]
        check(until(lambda: words in tree(app)), f"the answer is found in the tree: {tree(app)[:90]}")
        claim = {"agrees": "It agrees with", "contradicts": "It contradicts", "says nothing": "It neither agrees with"}[said["claim"]]
        check(until(lambda: any(name.startswith(claim) for name in inspector(app))), f"the inspector says whether it is the pack's: {claim}")
        shown = "\n".join(inspector(app))
        check(said["answer"] in shown and said["name"] in shown, "  its words and the model's name")
        check(f"facts {said['attention_on_facts']:#.3g}, passages {said['attention_on_passages']:#.3g}" in shown, "  the sums of its attention")
        for looked in said["attention"]:
            check(f"weight {looked['weight']:#.3g}" in shown and looked["says"] in shown, f"  and each: {looked['says'][:50]} {looked['weight']:#.3g}")
        keep("model-answer")


# ---- what leaves the window ----

def leaves(folder):
    trace = folder / "severe.pel"
    magic = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "graphml": b"<?xml", "dot": b"digraph", "json": b"{", "md": b"#"}
    with App(trace) as app:
        ready(app)
        press("Right", "space", "F6")
        for suffix, start in magic.items():
            path = folder / f"tree.{suffix}"
            check(export_as(app, path) and until(lambda: path.read_bytes().startswith(start), 5), f"the tree as {suffix}: {toasts(app)} {path.read_bytes()[:20] if path.exists() else ''}")
        press("F6", "ctrl+shift+c")
        command = until(lambda: clipboard().decode() if clipboard().startswith(b"pellucid export") else "")
        check("--collapse 2" in command, f"the command has what was folded: {command}")
        with tempfile.TemporaryDirectory() as empty:
            shell = f'pellucid() {{ "{PROGRAM}" "$@"; }}; {command}'
            subprocess.run(["bash", "-c", shell], cwd=empty)
            made = list(pathlib.Path(empty).iterdir())
            check(made and made[0].read_bytes() == (folder / "tree.svg").read_bytes(), "  and makes the same file")
        press("alt+3")
        path = folder / "found.csv"
        check(export_as(app, path) and until(lambda: b"margin" in path.read_bytes(), 5), f"what was retrieved as csv: {toasts(app)}")


# ---- looks ----

def named_parts(folder):
    wanted = {pyatspi.ROLE_PUSH_BUTTON, pyatspi.ROLE_TOGGLE_BUTTON, pyatspi.ROLE_IMAGE, pyatspi.ROLE_LIST, pyatspi.ROLE_LIST_ITEM, pyatspi.ROLE_TEXT, pyatspi.ROLE_ENTRY,
              pyatspi.ROLE_SLIDER}
    with App(folder / "severe.pel") as app:
        ready(app)
        press("Right")
        nameless = []
        for page in ("PelReasoningPage", "PelEvidencePage"):
            for node in below(app.find(page)):
                if node.getRole() in wanted and (not node.name or node.name.startswith(("Gtk", "Adw", "Pel"))):
                    nameless.append(f"{node.getRoleName()} {node.name!r} in {page}")
        check(not nameless, f"every part has a name: {nameless[:6]}")


def styles(folder):
    corner = 3 * (1280 * 700 + 340)  # in the tree's lower left
    for case in ("severe", "covid-test-negative", "days-unknown", "use-disputed"):
        shots = {}
        for name, env in {"light": {}, "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}}.items():
            with App(folder / f"{case}.pel", **env) as app:
                check(ready(app), f"{case}, {name}: shown")
                keep(f"reasoning-{case}-{name}")
                shots[name] = picture()[2]
        check(shots["dark"][corner] < 80 < shots["light"][corner], "  dark is dark, light is light")
    with App(folder / "severe.pel", GDK_SCALE="2") as app:
        check(app.says(lambda: tree(app), "conclusion") and app.alive(), "at twice the size: shown")
        time.sleep(1)
        keep("reasoning-twice")


def width_of_window():
    widths = [0]
    for window in subprocess.run(["xdotool", "search", "--name", "Pellucid"], capture_output=True, text=True).stdout.split():
        subprocess.run(["xdotool", "windowsize", window, "1024", "600"])
        time.sleep(1)
        said = subprocess.run(["xdotool", "getwindowgeometry", window], capture_output=True, text=True).stdout
        widths += [int(w) for w in re.findall(r"Geometry: (\d+)x", said)]
    return max(widths)


def small_window(folder):
    for case in ("days-unknown", "severe"):
        with App(folder / f"{case}.pel") as app:
            ready(app)
            width = width_of_window()
            keep(f"reasoning-small-{case}")
            check(width <= 1024, f"{case}: the window fits 1024 x 600 ({width} wide)")
            press("alt+3")
            time.sleep(0.5)
            keep(f"evidence-small-{case}")


with tempfile.TemporaryDirectory(prefix="pellucid-ui-") as made_for_it:
    place = pathlib.Path(made_for_it)
    audits(place)
    chosen = os.environ.get("PELLUCID_UI_PARTS", "").split()
    for test in (shows, one_selection, exact_words, folds, searches, open_points, prunes, reviewing, read_only, broken_chain, evidence, model_answer, leaves, named_parts, styles, small_window):
        if not chosen or test.__name__ in chosen:
            test(place)
finish()
