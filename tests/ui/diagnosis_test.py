"""Audits over a graph in the real window: a link that the pack denies, a first disease that a finding refutes, a diagnosis over an ontology of a thousand terms. The state is said in
words wherever it is drawn, the search shows what is refuted, the calibration what the confidence is made of; all of it is held against the command line's exports."""
import json
import math
import pathlib
import random
import subprocess
import tempfile

from support import App, PROGRAM, check, colors, finish, inside, keep, press, until
import ontology
from views import MIDDLE, exported, hears, pictures, ready, turn

TERMS, DISEASES = 1200, 150
inside()


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    check(done.returncode == 0, f"{arguments[0]} {done.stderr}")


def pack_of(folder, **which):
    run("kb", "build", *ontology.write(folder, **which), "-o", folder / "made.pack")
    return folder / "made.pack"


def audit(folder, case, pack, *options):
    run("audit", case, "--kb", pack, *options, "-o", folder / "run.pel")
    return folder / "run.pel"


def listed(app, *parts):
    """A sentence of the reasoning in words."""
    return until(lambda: any(all(part in name for part in parts) for name in app.names()), 8)


def says_state(app, node):
    """The picture of the search says a node with its state and numbers."""
    visits = f"{node['visits']} of " if node["visits"] else "not visited"
    check(hears(app, "Search", f"{node['says']}; ", f"; {node['state']}; ", visits), f"the search says {node['says']}, {node['state']}: {pictures(app)['Search'].name}")


def walks(app, keys, start, wanted):
    """Presses keys in turn until a picture says what is looked for."""
    for key in keys:
        if wanted in pictures(app)[start].name:
            return True
        press(key)
    return hears(app, start, wanted)


def concluded(trace):
    return next(node for node in exported(trace, "tree")["nodes"] if node["kind"] == "conclusion" and node["number"] in ("", "1"))


def made_of(app, trace):
    """The calibration ends with the rows of the confidence: the mean case, each part, the sum."""
    first = concluded(trace)["confidence"]
    percent = f"{100 * first:.0f} %"
    turn(app, "Calibration")
    press("End")
    check(hears(app, "Calibration", "this conclusion: log odds", f"a confidence of {percent}"), f"what the confidence comes to, {percent}: {pictures(app)['Calibration'].name}")
    rows = []
    for _ in range(8):
        before = pictures(app)["Calibration"].name
        press("Up")
        check(until(lambda: pictures(app)["Calibration"].name != before, 8), "  an arrow leads to the row above")
        rows.append(pictures(app)["Calibration"].name.removeprefix("Calibration: "))
    adds = [float(row.split(": ")[-1].removeprefix("adds ").removeprefix("log odds ").split()[0]) for row in rows]
    check(abs(sum(adds) - math.log(first / (1 - first))) < 0.05 and rows[-1].startswith("the mean case"), f"  each part is said, and together they are it: {rows}")
    stages = [row.split(":")[0] for row in rows[:-1]]
    check(sorted(set(stages)) == ["deduce", "retrieve", "the case", "verify"] and stages.count("verify") == 3, f"  by stages: {stages}")


def denied_link(folder):
    case = folder / "case.json"
    case.write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": f"linked('OMIM:3', has_phenotype, '{ontology.term(8)}')"}))
    trace = audit(folder, case, pack_of(folder))
    with App(trace) as app:
        check(ready(app), "a link that the pack denies")
        check(hears(app, "Logic tree", "conclusion: Dry disease has phenotype Fits; refuted: its opposite is proved, the pack says that it is not so"), f"the tree says that it is refuted: {pictures(app)['Logic tree'].name}")
        check(app.find("conclusion · refuted") is not None and app.find("The pack says that it is not so") is not None, "the node in full says so, and why")
        check(listed(app, "Contradicted by: Dry disease has phenotype Fits", "refuted", "the pack"), "the edge that denies it stands in the list")
        check(listed(app, "The search for a proof and a refutation refutes it", "does not hold"), "  and what the search finds")
        turn(app, "Search")
        nodes = exported(trace, "search")["nodes"]
        press("Home")
        says_state(app, nodes[0])
        check(len(nodes) == 1 and nodes[0]["state"] == "refuted" and until(lambda: colors(MIDDLE) > 20, 5), "  which is drawn")
        check(app.find("No calibration was used here") is not None, "it has no confidence, which is said")
        keep("denied-link")


def refuted_diagnosis(folder):
    """Weights that see nothing in what a disease is said not to have: verification alone finds it."""
    blind = ontology.weigh(folder / "blind.json", denied=0)
    trace = audit(folder, ontology.packet(folder / "packet.json", [6, 8]), pack_of(folder), "--weights", blind)
    with App(trace) as app:
        check(ready(app), "a first disease that a finding refutes")
        check(hears(app, "Logic tree", "Dry disease (OMIM:3) explains the findings best; not known", "another finding refutes it: no answer is given"), f"the tree says that there is no answer: {pictures(app)['Logic tree'].name[:200]}")
        check(app.find("conclusion · unknown") is not None, "  so does the node in full")
        check(listed(app, "Fits speaks against Dry disease, which is said not to have it"), "the finding stands in the list")
        check(listed(app, "has a confidence of", "but a finding refutes it", "verify "), "  and the confidence, which is not enough")
        turn(app, "Search")
        nodes = {node["id"]: node for node in exported(trace, "search")["nodes"]}
        way = next(node for node in nodes.values() if node["says"].startswith("It is Dry disease"))
        goal = next(node for node in nodes.values() if node["says"] == "Fits fits Dry disease")
        check(way["state"] == goal["state"] == "refuted", f"the search refutes it: {way} {goal}")
        press("Home", "Right")
        check(walks(app, ["Up"] * len(nodes), "Search", way["says"]), f"arrows lead to the way that is refuted: {pictures(app)['Search'].name}")
        says_state(app, way)
        keep("refuted-search")
        press("Right")
        check(walks(app, ["Up"] * len(nodes), "Search", goal["says"]), f"  and to the goal that refutes it: {pictures(app)['Search'].name}")
        says_state(app, goal)
        made_of(app, trace)
        keep("refuted-confidence")


def large_ontology(folder):
    dice = random.Random(11)
    names = {t: f"finding {t} of the made-up body" for t in range(TERMS)}
    kinds = {t: dice.randrange(t // 6, (t + 2) // 3) if t > 3 else 0 for t in range(1, TERMS)}
    profiles = [dice.sample(range(TERMS // 4, TERMS), 12) for _ in range(DISEASES)]
    annotations = [ontology.annotation(100 + d, t, dice.choice(["9/10", "5/10", "HP:0040282", ""])) for d, profile in enumerate(profiles) for t in profile]
    case = ontology.packet(folder / "packet.json", [profiles[7][0], *(kinds[kinds[t]] for t in profiles[7][1:6]), profiles[9][0]], profiles[8][:4], names)
    trace = audit(folder, case, pack_of(folder, names=names, kinds=kinds, annotations=annotations), "--weights", ontology.weigh(folder / "weights.json"), "--abstain", "0")
    with App(trace) as app:
        check(ready(app), f"a diagnosis over {TERMS} terms and {DISEASES} diseases")
        first = concluded(trace)
        check(first["says"].startswith("Disease 107 (OMIM:107)") and first["state"] == "likely", f"  {first['says']}: {first['state']}")
        check(hears(app, "Logic tree", "Disease 107 (OMIM:107) explains the findings best; likely: supported, not proved", f"{100 * first['confidence']:.0f} %"), f"the tree says it: {pictures(app)['Logic tree'].name[:200]}")
        keep("large-tree")
        turn(app, "Search")
        nodes = exported(trace, "search")["nodes"]
        press("Home")
        says_state(app, nodes[0])
        check(app.find(f"{sum(node['shown'] for node in nodes)} of {len(nodes)} nodes shown") is not None and len(nodes) > 40, f"of {len(nodes)} nodes it is said how many are shown")
        keep("large-search")
        turn(app, "Graph")
        entities = exported(trace, "graph")["nodes"]
        check(app.find(f"{sum(node.get('shown', True) for node in entities)} of {len(entities)} entities shown") is not None and len(entities) > 20, f"of {len(entities)} entities, too")
        check(until(lambda: colors(MIDDLE) > 60, 5), "  which are drawn")
        keep("large-graph")
        made_of(app, trace)
        keep("large-confidence")


for test in (denied_link, refuted_diagnosis, large_ontology):
    with tempfile.TemporaryDirectory() as name:
        test(pathlib.Path(name))
finish()
