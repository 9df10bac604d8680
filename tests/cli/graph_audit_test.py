"""Questions to a pack's graph from outside: what is linked with what, by which chains of edges, and what a search makes of it."""
import json
import math
import pathlib

from support import ROOT, audit, check, fails, finish, rows, run, temporary, tiny_model

# Two generations of made-up families, of which all but one grandparent is told; one marriage is denied.
EDGES = """subject\trelation\tobject
ann\tparent\tbea
bea\tparent\tcid
ann\tgrandparent\tcid
dan\tparent\teve
eve\tparent\tfay
dan\tgrandparent\tfay
gus\tparent\thal
hal\tparent\tida
gus\tgrandparent\tida
jim\tparent\tkay
kay\tparent\tleo
"""


def case(folder, question, name="case.json", **more):
    path = folder / name
    path.write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": question} | more))
    return path


def answers(folder, pack):
    trace = folder / "run.pel"
    told = audit(case(folder, "linked(jim, grandparent, Who)", asks="Whose grandparent is Jim?"), pack, "-o", trace)
    check(told["state"] == "likely" and told["answers"][0] == "jim grandparent leo", f"what the pack does not say is likely: {told['state']} {told['answers']}")
    check(told["proof_checked"] and told["proof_steps"] > 0, f"the search's proof was checked: {told['proof_steps']}")
    text = json.dumps(told, ensure_ascii=False)
    check("im → kay → leo" in text, "the chain is told by its names")
    check("of 4 pairs that are joined like this in the pack, 3 are linked so" in text, f"and how often it is so: {text[:600]}")
    check(rows(trace, "SELECT key, role FROM graph_node WHERE role <> '' ORDER BY id")[:2] == [("jim", "asked"), ("leo", "answer")], "the graph has what was asked and what was answered")
    (edges, rule), = rows(trace, "SELECT edges, rule FROM graph_path WHERE id = 1")
    steps = [rows(trace, f"SELECT relation, backwards FROM graph_edge WHERE id = {i}")[0] for i in edges.split()]
    check(steps == [("parent", 0), ("parent", 0)] and rule == "grandparent(X, Y) <- parent(X, A), parent(A, Y)", f"the path is two steps: {steps} {rule}")
    check(rows(trace, "SELECT kind, state FROM search_node WHERE id = 1") == [("any", "likely")], "the search's root is likely, too")
    n, = rows(trace, "SELECT count(*) FROM simulation")[0]
    visits, = rows(trace, "SELECT visits FROM search_node WHERE id = 1")[0]
    check(n == visits > 0, f"every simulation is there: {n}, {visits} visits of the root")
    check(len(rows(trace, "SELECT 1 FROM edge WHERE kind = 'would change'")) == 2, "without either edge no chain leads there")
    check(run("verify", trace).status == 0, "the trace's hash holds")
    again = folder / "again.pel"
    check(audit(folder / "case.json", pack, "-o", again)["hash"] == told["hash"], "the same case and pack give the same hash")


def other_questions(folder, pack):
    told = audit(case(folder, "linked(ann, grandparent, Who)"), pack)
    check(told["state"] == "holds" and told["answers"][0] == "ann grandparent cid", f"what the pack says holds: {told['state']} {told['answers']}")
    told = audit(case(folder, "linked(Who, grandparent, leo)"), pack)
    check(told["state"] == "likely" and told["answers"] == ["jim grandparent leo"], f"asked from the other end: {told['answers']}")
    told = audit(case(folder, "linked(jim, grandparent, fay)"), pack)
    check(told["state"] == "not found", f"what no chain leads to is not found: {told['state']}")
    told = audit(case(folder, "linked(leo, grandparent, Who)"), pack)
    check(told["state"] == "not found" and told["answers"] == [], f"and neither is anything at all: {told['state']}")


def learnt(folder, pack):
    rules = folder / "family.rules"
    check(run("learn", "rules", pack, "-o", rules).status == 0, "chain rules are learnt")
    told = audit(case(folder, "linked(jim, grandparent, Who)"), pack, "--chains", rules)
    check(told["state"] == "likely" and told["answers"][0] == "jim grandparent leo", f"chains from a file: {told['answers']}")
    check("of 4 pairs that are joined like this in the pack, 3 are linked so" in json.dumps(told), "what was counted to the end is told as it is")
    check(run("learn", "rules", pack, "-o", rules, "--force", "--work", "55").status == 0 and "\n# sampled: 9 of 12 entities\n" in rules.read_text(), f"of a sample the file says so: {rules.read_text()}")
    told = audit(folder / "case.json", pack, "--chains", rules, "-o", folder / "sampled.pel")
    check("of about 5 pairs" in json.dumps(told) and ", about 3 are linked so" in json.dumps(told), f"and what is read from it is told as an estimate: {json.dumps(told)[:600]}")
    check(rows(folder / "sampled.pel", "SELECT value FROM attribute WHERE name = 'mined from a sample of the entities'") == [("9 of 12",)], "with how large the sample was")
    (folder / "bad.rules").write_text("no rules at all\n")
    fails(3, "audit", folder / "case.json", "--kb", pack, "--chains", folder / "bad.rules", says=("bad.rules",))
    (folder / "bad.safetensors").write_text("no weights at all\n")
    fails(3, "audit", folder / "case.json", "--kb", pack, "--gnn", folder / "bad.safetensors", says=("bad.safetensors",))
    weights = folder / "family.safetensors"
    r = run("learn", "gnn", pack, "-o", weights, "--epochs", "3", "--dim", "8", "--attention", "8", "--layers", "3", "--threads", "1")
    check(r.status == 0, f"a graph network is learnt: {r.err}")
    trace = folder / "gnn.pel"
    told = audit(folder / "case.json", pack, "--gnn", weights, "-o", trace)
    check(told["state"] == "likely", f"a network ranks: {told['answers']}")
    shares = rows(trace, "SELECT min(attention), max(attention), max(layer) FROM graph_edge WHERE attention IS NOT NULL")[0]
    check(shares[0] is not None and 0 <= shares[0] <= shares[1] <= 1 and shares[2] <= 3, f"its attention is recorded: {shares}")


def faults(folder, pack):
    fails(3, "audit", case(folder, "linked(jim, cousin, Who)"), "--kb", pack, says=("$.question", "cousin",))
    fails(3, "audit", case(folder, "linked(zoe, parent, Who)"), "--kb", pack, says=("$.question", "zoe",))
    fails(3, "audit", case(folder, "linked(A, parent, B)"), "--kb", pack, says=("$.question", "at least one end",))
    fails(3, "audit", case(folder, "linked(jim, Relation, B)"), "--kb", pack, says=("$.question", "relation",))
    fails(3, "audit", case(folder, "linked(1, parent, B)"), "--kb", pack, says=("$.question",))


def trusted(folder):
    """Forty families, of which every fifth says that a grandparent is somebody else's: how often chains are right can be learnt, and kept."""
    lines = ["subject\trelation\tobject"]
    for i in range(40):
        lines += [f"a{i}\tparent\tb{i}", f"b{i}\tparent\tc{i}", f"a{i}\tgrandparent\tc{i if i % 5 else (i + 5) % 40}"]
    (folder / "many.tsv").write_text("\n".join(lines + ["x\tparent\ty", "y\tparent\tz"]) + "\n")
    pack, links, rules, kept, trace = (folder / n for n in ("many.pack", "many.links", "many.rules", "kept.pack", "trusted.pel"))
    check(run("kb", "build", folder / "many.tsv", "-o", pack).status == 0, "the pack is built")
    r = run("learn", "links", pack, "-o", links)
    check(r.status == 0 and b"first answer is right in" in r.out, f"how far links can be trusted is learnt: {r.out} {r.err}")
    told = json.loads(run("learn", "links", pack, "-o", links, "--force", "--json").out)
    check(told["asked"] >= told["answered"] >= 50 and 0.5 < told["right"] < 1 and told["ece"] < 0.2, f"from questions whose answers were kept back: {told}")
    check(run("learn", "rules", pack, "-o", rules).status == 0, "and the rules")
    r = run("kb", "build", folder / "many.tsv", "--learnt", links, "--learnt", rules, "-o", kept)
    check(r.status == 0 and b"2 learnt files" in r.out, f"a pack keeps both: {r.err}")
    said = run("kb", "info", kept).out.decode()
    check("learnt:   chains: " in said and "learnt:   links: confidence of links, from" in said and run("kb", "check", kept).status == 0, f"and says so: {said[-500:]}")
    question = case(folder, "linked(x, grandparent, Who)", name="trusted.json")
    told = audit(question, kept, "-o", trace)
    check(told["state"] == "likely", f"a link is likely by its confidence: {told['state']}")
    (p, low, high, event), = rows(trace, "SELECT confidence, low, high, event FROM node WHERE confidence IS NOT NULL")
    check(0.5 < p < 1 and low <= p <= high and "answers were kept back" in event, f"which says of what it is: {p} {low} {high} {event}")
    parts = dict(rows(trace, "SELECT name, value FROM attribute WHERE name LIKE 'log odds %'"))
    check(len(parts) == 4 and abs(sum(map(float, parts.values())) - math.log(p / (1 - p))) < 1e-4, f"and is made of parts: {parts}")
    check(rows(trace, "SELECT count(*) FROM reliability") == [(15,)] and run("verify", trace).status == 0, "with its reliability")
    sure = audit(question, kept, "--abstain", "1")
    check(sure["state"] == "unknown" and "no answer is given" in sure["reason"], f"below the level no answer is given: {sure['state']} {sure['reason']}")
    plain = audit(question, pack, "--abstain", "1")
    check(plain["state"] == "likely", "without what was learnt there is no confidence that could be too low")
    check(audit(question, pack, "--links", links)["answers"] == told["answers"], "it can be given as a file, too")
    (folder / "many.bad").write_text("# Pellucid chain rules, version 2\nno rule\n")
    check(run("kb", "build", folder / "many.tsv", "--learnt", folder / "many.bad", "-o", folder / "bad.pack").status == 0, "rules that are none are looked at when they are used")
    for what in (("kb", "info", folder / "bad.pack"), ("audit", question, "--kb", folder / "bad.pack")):
        fails(3, *what, says=("bad.pack: what was learnt (chains): line 2: ",))
    r = run("kb", "build", folder / "family.tsv", "--learnt", links, "-o", folder / "others.pack")
    check(r.status == 0 and run("kb", "check", folder / "others.pack").status != 0, "kb check says that they are another graph's")
    fails(3, "audit", case(folder, "linked(jim, grandparent, Who)"), "--kb", folder / "others.pack", says=("another graph",))
    links.write_text(links.read_text().replace("part\tlead", "part\tled"))
    fails(3, "audit", question, "--kb", pack, "--links", links, says=("many.links: line ", "part's name is not known"))
    fails(3, "audit", question, "--kb", pack, "--links", rules, says=("many.rules: line 1", "learn it anew"))
    fails(3, "learn", "links", folder / "family.pack", "-o", folder / "few.links", says=("too few to say",))
    check(not (folder / "few.links").exists(), "and nothing is left of it")


def long_names(folder):
    """Names of any script and of any length are cut between characters, in the tree and in every row of the trace."""
    for letter, first in (("\u00e9", ""), ("\u6f22", "x"), ("\U0001f600", "xx")):
        name, relation = first + 500 * letter, first + 300 * letter
        edges = [f"{a}{i}{name}\t{r}\t{b}{i}{name}" for i in range(5) for a, r, b in (("a", relation, "b"), ("b", "q" + relation, "c"), ("a", "grand", "c"))]
        edges += [f"x{name}\t{relation}\ty{name}", f"y{name}\tq{relation}\tz{name}"]
        (folder / "long.tsv").write_text("\n".join(edges) + "\n")
        r = run("kb", "build", folder / "long.tsv", "-o", folder / "long.pack", "--force")
        check(r.status == 0, f"names of {len(name.encode())} bytes are built: {r.err}")
        told = audit(case(folder, f"linked('x{name}', grand, Who)"), folder / "long.pack", "-o", folder / "long.pel", "--force")
        check(told.get("state") == "likely" and run("verify", folder / "long.pel").status == 0, f"and asked: {told.get('answers', [])[:1]}")


def with_model(folder, pack):
    tiny, trace = folder / "tiny.gguf", folder / "model.pel"
    tiny_model(tiny)
    told = audit(case(folder, "linked(jim, grandparent, Who)", facts=[{"term": "finding(ann)", "value": True}]), pack, "--model", tiny, "--chat-template", "none", "-n", "12", "-o", trace)
    check(told["model"]["claim"] in ("agrees", "contradicts", "says nothing"), f"a model that is asked the same is heard: {told.get('model')}")
    (claim,), = rows(trace, "SELECT id FROM node WHERE says LIKE 'The model says:%'")
    check(rows(trace, f"SELECT lower(n.says) FROM edge e JOIN node n ON n.id = e.from_node WHERE e.to_node = {claim}") == [("jim grandparent leo",)], "beside the conclusion")
    check(len(rows(trace, "SELECT 1 FROM edge WHERE kind = 'attended to'")) == 1, "with its attention to the fact")
    check(run("verify", trace).status == 0, "one trace holds both")


def built_in(folder):
    pack = folder / "mechanisms.pack"
    r = run("kb", "build", pathlib.Path(ROOT) / "data/packs/mechanisms", "-o", pack)
    check(r.status == 0, f"the built-in graph is built: {r.err}")
    r = run("kb", "test", pack)
    check(r.status == 0 and b"5 passed, 0 failed" in r.out, f"its cases come out as it says: {r.out.decode()[-400:]}")
    check(run("kb", "check", pack).status == 0, "and nothing is found wrong with it")
    r = run("kb", "info", pack)
    check(b"113 treats" in r.out, f"kb info says which edges it has: {r.out.decode()[-600:]}")


with temporary() as place:
    here = pathlib.Path(place)
    (here / "family.tsv").write_text(EDGES)
    built = here / "family.pack"
    r = run("kb", "build", here / "family.tsv", "-o", built)
    check(r.status == 0, f"the pack is built: {r.err}")
    answers(here, built)
    other_questions(here, built)
    learnt(here, built)
    faults(here, built)
    with_model(here, built)
    trusted(here)
    long_names(here)
    built_in(here)
finish()
