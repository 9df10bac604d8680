"""pellucid eval drugmechdb from outside: made-up drugs of a few mechanisms, most of them shared, so that what other drugs show is worth something."""
import json
import pathlib
import random
import resource

from support import check, fails, finish, run, temporary

DRUGS, TARGETS, PROCESSES, DISEASES = 60, 6, 8, 5


def link(a, key, b):
    return {"source": a, "key": key, "target": b}


def path(drug, target, process, disease):
    nodes = [{"id": drug, "label": "Drug"}, {"id": target, "label": "Protein"}, {"id": process, "label": "BiologicalProcess"}, {"id": disease, "label": "Disease"}]
    links = [link(drug, "decreases activity of", target), link(target, "regulates", process), link(process, "causes", disease)]
    return {"graph": {"drug_mesh": drug, "disease_mesh": disease}, "nodes": nodes, "links": links}


def make(folder):
    dice = random.Random(2)
    lines = []
    for d in range(DRUGS):
        target = dice.randrange(TARGETS)
        # Each target has one process that is curated often, and leads to one disease; now and then another.
        process = target if dice.random() < 0.8 else dice.randrange(PROCESSES)
        lines.append(json.dumps(path(f"D{d}", f"T{target}", f"P{process}", f"Z{target % DISEASES}")))
    lines.append(json.dumps(path("D0", "T1", "P1", "Z1") | {"graph": {"drug_mesh": "nowhere", "disease_mesh": "Z1"}}))
    (folder / "drugmechdb.paths.jsonl").write_text("\n".join(lines) + "\n")


with temporary() as place:
    here = pathlib.Path(place)
    make(here)
    r = run("eval", "drugmechdb", here, "--json")
    check(r.status == 0, f"it runs: {r.err}")
    told = json.loads(r.out) if r.status == 0 else {"paths": 0, "methods": {}}
    check(told["paths"] == DRUGS and 0 < told["reached"] <= told["asked"] < DRUGS, f"one path is left out, a part is kept for the constants: {told}")
    means = {name: figures["entities F1"][0] for name, figures in told["methods"].items()}
    check(means["evidence of other drugs"] > means["shortest path (control)"] > 0, f"what many drugs show is found before what is as short: {means}")
    check(all(f[1] <= f[0] <= f[2] for figures in told["methods"].values() for f in figures.values()), "every figure is inside its interval")
    r = run("eval", "drugmechdb", here / "drugmechdb.paths.jsonl")
    check(r.status == 0 and b"evidence less shortest path" in r.out, f"as a text, of the file itself: {r.err}")
    fails(2, "eval", "drugmechdb", here, "--folds", "3", says=("drugmechdb",))
    fails(1, "eval", "drugmechdb", here / "none", says=("none",))
    with open(here / "bad.jsonl", "wb") as sparse:
        sparse.truncate(1500 << 20)
    fails(3, "eval", "drugmechdb", here / "bad.jsonl", says=("line 1", "megabyte"))
    check(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1 << 20, "a line without an end is not taken whole into memory")
    for text, what in [("[]", "no JSON object"), (" \n[]", "line 2"), ("{}\0", "zero byte"), ("{" + " " * (1 << 20), "megabyte"), ("{\"nodes\": 3, \"links\": []}", "'nodes'"), ("{\"nodes\": [{}], \"links\": []}", "'id'"), ("{\"nodes\": [], \"links\": [{\"source\": \"a\", \"key\": \"b\", \"target\": \"c\"}]}", "does not have"),
                       ("{\"nodes\": [], \"links\": []}", "no path")]:
        (here / "bad.jsonl").write_text(text + "\n")
        fails(3, "eval", "drugmechdb", here / "bad.jsonl", says=("bad.jsonl", what))
finish()
