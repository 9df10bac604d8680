"""pellucid eval drugmechdb from outside: made-up drugs of a few mechanisms, most of them shared, so that what other drugs show is worth something."""
import json
import pathlib
import random
import resource
import signal
import subprocess
import time

from support import PROGRAM, check, environment, fails, finish, run, temporary

DRUGS, TARGETS, PROCESSES, DISEASES, PAIRS, LEAVES = 60, 6, 8, 5, 20, 10050
NETWORK = "attention of a graph network"


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


def make_pairs(folder):
    """Pairs of drugs of one target each, far from what they treat: the way over the other drug costs less than the mechanism, of which nobody else speaks."""
    folder.mkdir()
    lines = []
    for d in range(2 * PAIRS):
        steps = [f"{kind}{d // 2}" for kind in "TABC"]
        chain = [f"D{d}", *steps, f"Z{d // 2}"]
        nodes = [{"id": key, "label": {"D": "Drug", "Z": "Disease"}.get(key[0], "Protein")} for key in chain]
        lines.append(json.dumps({"graph": {"drug_mesh": chain[0], "disease_mesh": chain[-1]}, "nodes": nodes, "links": [link(a, "acts on", b) for a, b in zip(chain, chain[1:])]}))
    (folder / "drugmechdb.paths.jsonl").write_text("\n".join(lines) + "\n")


def stages(folder):
    told = json.loads(run("eval", "drugmechdb", folder, "--without", "deduce", "--without", "retrieve", "--json").out or "{}")
    plain = json.loads(run("eval", "drugmechdb", folder, "--json").out or "{}")
    check("stages" not in plain and plain["methods"] == told["methods"], "what is told without it stays the same")
    whole, control = plain["methods"]["evidence of other drugs"], plain["methods"]["shortest path (control)"]
    for name, figure in (("entities_f1", "entities F1"), ("edges_f1", "edges F1"), ("path_right", "path right")):
        worth = told["stages"]["without_deduce"][name]
        check(told["stages"]["whole"][name] == whole[figure][0] and worth["value"] == control[figure][0], f"{name}: evidence, and the control without it: {worth}")
        check(abs(worth["change"] - (worth["value"] - whole[figure][0])) < 1e-9 and worth["change_low"] <= worth["change"] <= worth["change_high"] < 0, f"{name}: its change, drug by drug: {worth}")
    make_pairs(folder / "pairs")
    r = run("eval", "drugmechdb", folder / "pairs", "--without", "retrieve", "--json")
    pairs = json.loads(r.out or "{}")
    right, f1 = (pairs["stages"]["without_retrieve"][name] for name in ("path_right", "entities_f1"))
    check(pairs["reached"] > 5 and pairs["stages"]["whole"]["path_right"] == 1 and "without_deduce" not in pairs["stages"], f"all mechanisms are found: {pairs}")
    check(right == {"value": 0, "change": -1, "change_low": -1, "change_high": -1}, f"and none when ways may go over other drugs and what they treat: {right}")
    check(abs(f1["value"] - 1 / 3) < 1e-9, f"the target is right, the three steps after it are lost, the other drug is wrong: {f1}")
    text = run("eval", "drugmechdb", folder / "pairs", "--without", "retrieve").out.decode()
    check("path right, %                              whole 100.0; without retrieve 0.0, -100.0 [-100.0, -100.0]\n" in text, f"as text: {text}")
    fails(2, "eval", "drugmechdb", folder, "--without", "verify", says=("not verified by a search", "nothing to leave out"))
    fails(2, "eval", "drugmechdb", folder, "--without", "chess", says=("retrieve, deduce or verify, not 'chess'",))
    fails(2, "eval", "drugmechdb", folder, "--without", says=("lacks its value",))


def make_hub(folder):
    """A target of more neighbours than a question to a network may reach: no disease is among them."""
    folder.mkdir()
    lines = [path(f"D{d}", "T", "P", "Z") for d in range(12)]
    hub = path("D12", "T", "P", "Z")
    hub["nodes"] += [{"id": f"L{i}", "label": "Protein"} for i in range(LEAVES)]
    hub["links"] = hub["links"][:1] + [link("T", "a", f"L{i}") for i in range(LEAVES)] + hub["links"][1:]
    (folder / "drugmechdb.paths.jsonl").write_text("\n".join(map(json.dumps, [hub, *lines])) + "\n")


def ask_network(folder, rest, *more):
    r = run("eval", "drugmechdb", folder, "--gnn", "--json", "-t", 1, *more, env=environment(TMPDIR=str(rest)))
    check(r.status == 0 and not list(rest.iterdir()), f"a network, and nothing of it is left: {r.err!r} {list(rest.iterdir())}")
    return json.loads(r.out or "{}")


def network(folder, rest):
    plain = json.loads(run("eval", "drugmechdb", folder, "--json").out)
    told = ask_network(folder, rest, "--minutes", "0.05")
    figures, net = told["methods"].pop(NETWORK), told.pop("network")
    check(told == plain and "network" not in plain, "without the network all is as it was")
    check(all(f[1] <= f[0] <= f[2] and 0 < f[0] < 1 for f in figures.values()), f"its figures are inside their intervals: {figures}")
    for other, less in net["less"].items():
        off = max(abs(less[k][0] - (figures[k][0] - plain["methods"][other][k][0])) for k in figures)
        check(off < 1e-9 and all(f[1] <= f[0] <= f[2] for f in less.values()), f"less {other}: {less}")
    check(list(net["less"]) == list(plain["methods"]) and net["least_epochs"] > 0 and 0 < net["learn_seconds"] < 60 and net["layers"] == 6, f"less every other, in its time: {net}")
    pairs = ask_network(folder / "pairs", rest, "--minutes", "0.001")
    check(pairs["methods"][NETWORK]["path right"] == [1, 1, 1] and pairs["network"]["without_way"] == 0, f"no path over other drugs, nor over what they treat: {pairs}")
    make_hub(folder / "hub")
    hub = ask_network(folder / "hub", rest, "--minutes", "0.001")
    check(0 < hub["network"]["without_way"] <= hub["reached"] and hub["methods"][NETWORK] == hub["methods"]["shortest path (control)"], f"where it reaches no disease the shortest is taken, and counted: {hub}")
    text = run("eval", "drugmechdb", folder / "pairs", "--gnn", "--minutes", "0.001").out.decode()
    check("attention less evidence" in text and "for 0 of the" in text and "graph network: 6 layers" in text, f"as text: {text}")
    fails(2, "eval", "drugmechdb", folder, "--minutes", "1", says=("--gnn",))
    fails(2, "eval", "drugmechdb", folder, "--gnn", "--minutes", "-1", says=("--minutes", "'-1'"))
    (folder / "one.jsonl").write_text(json.dumps(path("D0", "T0", "P0", "Z0")) + "\n")
    fails(3, "eval", "drugmechdb", folder / "one.jsonl", "--gnn", says=("one.jsonl", "too few to learn from"))


def stopped(folder, rest, number):
    """While the weights lie in a file."""
    p = subprocess.Popen([PROGRAM, "eval", "drugmechdb", str(folder), "--gnn", "--minutes", "2"], env=environment(TMPDIR=str(rest)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    seen = False
    for _ in range(1000):
        if seen := bool(list(rest.glob("*/*.safetensors"))):
            break
        time.sleep(0.01)
    p.send_signal(number)
    out, err = p.communicate(timeout=60)
    check(seen, "its file was there")
    return p.returncode, out, err.decode()


def few(folder):
    """Paths of one drug: whichever part it is in, nothing is reached, and no figure is made of that."""
    for drug in ("D0", "D1", "D2", "D3", "D4", "D5"):
        (folder / "few.jsonl").write_text(json.dumps(path(drug, "T", "P", "X")) + "\n")
        r = run("eval", "drugmechdb", folder / "few.jsonl")
        check(r.status == 0 and b"nan" not in r.out and b" - [     -,      -]" in r.out, f"no figures of nothing: {r.status} {r.out[:400]} {r.err}")


def interrupted(folder, rest):
    for number in (signal.SIGINT, signal.SIGTERM):
        status, out, err = stopped(folder, rest, number)
        check(status == 130 and out == b"" and "interrupted" in err, f"{number.name} ends it: {status} {err!r}")
        check(not list(rest.iterdir()), f"  and leaves no file: {list(rest.iterdir())}")
    stopped(folder, rest, signal.SIGKILL)
    check(list(rest.iterdir()), "what is killed leaves its folder")
    ask_network(folder, rest, "--minutes", "0.001")


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
    stages(here)
    few(here)
    rest = here / "rest"
    rest.mkdir()
    network(here, rest)
    interrupted(here, rest)
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
