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
        lines += [f"a{i}\tparent\tb{i}", f"b{i}\tparent\tc{i}", f"a{i}\tgrandparent\tc{i if i % 5 else (i + 5) % 40}", f"b{i}\tsees\td{i}", f"a{i}\thears\td{i}", f"a{i}\thears\tc{i}"]
    (folder / "many.tsv").write_text("\n".join(lines + ["x\tparent\ty", "y\tparent\tz"]) + "\n")
    pack, links, rules, kept, trace = (folder / n for n in ("many.pack", "many.links", "many.rules", "kept.pack", "trusted.pel"))
    check(run("kb", "build", folder / "many.tsv", "-o", pack).status == 0, "the pack is built")
    r = run("learn", "links", pack, "-o", links)
    check(r.status == 0 and b"the first answer: right in" in r.out and b"by its best chain alone: right in" in r.out, f"how far links can be trusted is learnt: {r.out} {r.err}")
    told = json.loads(run("learn", "links", pack, "-o", links, "--force", "--json").out)
    first, other, chain = (told[k] for k in ("first", "other", "chain"))
    check(told["asked"] >= told["answered"] == first["cases"] >= 50 and 0.5 < first["right"] < 1 and first["ece"] < 0.2, f"from questions whose answers were kept back: {told}")
    check(other["right"] < first["right"] and chain["cases"] == first["cases"] + other["cases"], f"of the answers after the first, and of all by their best chain: {told}")
    check(run("learn", "rules", pack, "-o", rules).status == 0, "and the rules")
    r = run("kb", "build", folder / "many.tsv", "--learnt", links, "--learnt", rules, "-o", kept)
    check(r.status == 0 and b"2 learnt files" in r.out, f"a pack keeps both: {r.err}")
    said = run("kb", "info", kept).out.decode()
    check("learnt:   chains: " in said and "learnt:   links: confidence of links, from" in said and run("kb", "check", kept).status == 0, f"and says so: {said[-500:]}")
    question = case(folder, "linked(x, grandparent, Who)", name="trusted.json")
    told = audit(question, kept, "-o", trace)
    check(told["state"] == "likely", f"a link is likely by its confidence: {told['state']}")
    (p, low, high, event), = rows(trace, "SELECT confidence, low, high, event FROM node WHERE confidence IS NOT NULL AND kind = 'conclusion'")
    check(0.5 < p < 1 and low <= p <= high and "that the first answer to a question which the pack itself does not answer is right, where there is one" in event, f"which says of what it is: {p} {low} {high} {event}")
    chains = rows(trace, "SELECT confidence, low, high, event FROM node WHERE kind = 'claim' AND term LIKE '%<-%'")
    check(chains and all(lo <= c <= hi and "whose best chain has such a count" in e for c, lo, hi, e in chains), f"the chain has one of its own: {chains}")
    parts = dict(rows(trace, "SELECT name, value FROM attribute WHERE name LIKE 'log odds %'"))
    check(len(parts) == 4 and abs(sum(map(float, parts.values())) - math.log(p / (1 - p))) < 1e-4, f"and is made of parts: {parts}")
    check(rows(trace, "SELECT count(*) FROM reliability") == [(15,)] and run("verify", trace).status == 0, "with its reliability")
    sure = audit(question, kept, "--abstain", "1")
    check(sure["state"] == "unknown" and "no answer is given" in sure["reason"], f"below the level no answer is given: {sure['state']} {sure['reason']}")
    two = audit(case(folder, "linked(a1, hears, Who)", name="two.json"), kept, "-o", folder / "two.pel")
    check(two["state"] == "holds" and not rows(folder / "two.pel", "SELECT 1 FROM node WHERE confidence IS NOT NULL AND state = 'holds'"), f"what the pack states needs none: {two['state']}")
    further = audit(case(folder, "linked(a0, grandparent, Who)", name="further.json"), kept, "-o", folder / "further.pel")
    rated = rows(folder / "further.pel", "SELECT n.says, n.confidence, n.event FROM node n WHERE n.confidence IS NOT NULL")
    check(further["state"] == "holds" and further["answers"][0] == "a0 grandparent c5", f"what the pack states comes first: {further['answers']}")
    check(len(rated) == 1 and rated[0][0] == "A0 grandparent c0" and "that the first answer beyond what the pack itself states is right" in rated[0][2], f"the first answer beyond it has a confidence of its own: {rated}")
    check(audit(question, pack)["state"] == "likely", "without what was learnt there is no confidence that could be too low")
    plain = audit(question, pack, "--abstain", "0.9")
    check(plain["state"] == "unknown" and "no confidence that could reach the level" in plain["reason"], f"but none that could reach a level that is asked for: {plain['state']} {plain['reason']}")
    check(audit(question, pack, "--links", links)["answers"] == told["answers"], "it can be given as a file, too")
    (folder / "many.bad").write_text("# Pellucid chain rules, version 2\nno rule\n")
    check(run("kb", "build", folder / "many.tsv", "--learnt", folder / "many.bad", "-o", folder / "bad.pack").status == 0, "rules that are none are looked at when they are used")
    for what in (("kb", "info", folder / "bad.pack"), ("audit", question, "--kb", folder / "bad.pack")):
        fails(3, *what, says=("bad.pack: what was learnt (chains): line 2: ",))
    r = run("kb", "build", folder / "family.tsv", "--learnt", links, "-o", folder / "others.pack")
    check(r.status == 0 and run("kb", "check", folder / "others.pack").status != 0, "kb check says that they are another graph's")
    fails(3, "audit", case(folder, "linked(jim, grandparent, Who)"), "--kb", folder / "others.pack", says=("another graph",))
    (folder / "whole.links").write_text(links.read_text())
    links.write_text(links.read_text().replace("part\tlead", "part\tled"))
    fails(3, "audit", question, "--kb", pack, "--links", links, says=("many.links: line ", "part's name is not known"))
    fails(3, "audit", question, "--kb", pack, "--links", rules, says=("many.rules: line 1", "learn it anew"))
    lines = (folder / "whole.links").read_text()
    for old, new, says in (("claim\tfirst", "claim\tsecond", "a claim is first, other, chain or further"), ("claim\tother", "claim\tfirst", "is there already"), ("length\t3\n", "", "either 'length' or 'network'"),
                           ("length\t3\n", "length\t3\nnetwork\t77\n", "either 'length' or 'network'"), ("length\t3\n", "network\t77\n", "is about a network's answers"), ("claim\tchain\n", "claim\tchain\nbin\t1\t0\t2\n", "a bin has")):
        check(old in lines, f"{old!r} is in the file")
        links.write_text(lines.replace(old, new, 1))
        fails(3, "audit", question, "--kb", pack, "--links", links, says=("many.links: ", says))
    fails(3, "learn", "links", folder / "family.pack", "-o", folder / "few.links", says=("too few to say",))
    check(not (folder / "few.links").exists(), "and nothing is left of it")


def one_entity(folder):
    """Where all answers but the first ones are one entity's there is nothing to judge them by: such claims have no map, the others have theirs."""
    hub = "".join(f"hub\tr{k}\tleaf{i}\n" for i in range(60) for k in range(20))
    (folder / "hub.tsv").write_text("subject\trelation\tobject\n" + hub)
    pack, links = folder / "hub.pack", folder / "hub.links"
    check(run("kb", "build", folder / "hub.tsv", "-o", pack).status == 0, "the pack of a hub is built")
    r = run("learn", "links", pack, "-o", links, "--length", "1", "--json")
    told = json.loads(r.out) if r.status == 0 else {}
    check("first" in told and "chain" in told and "other" not in told and "further" not in told, f"a hub's links: {r.status} {list(told)} {r.err}")
    r = run("audit", case(folder, "linked(leaf1, r1, Who)", name="hub.json"), "--kb", pack, "--links", links)
    check(r.status == 0 and r.err == "", f"the file is one that an audit takes: {r.status} {r.err}")


def network_trusted(folder):
    """The answers of a graph network have a confidence of their own, from the edges that it was not learnt from; what the pack states comes first."""
    pack, gnn, links, trace = (folder / n for n in ("many.pack", "many.safetensors", "gnn.links", "network.pel"))
    options = ("--epochs", "6", "--layers", "2", "--dim", "16", "--held-out", "0.4", "-t", "1")
    r = run("learn", "gnn", pack, "-o", gnn, "--links", links, "--json", *options)
    told = json.loads(r.out) if r.status == 0 else {}
    check(told.get("links", {}).get("first", {}).get("cases", 0) >= 50 and "chain" not in told["links"], f"how far a network can be trusted is learnt from edges held out: {told} {r.err}")
    question = case(folder, "linked(b1, parent, Who)", name="network.json")
    told = audit(question, pack, "--gnn", gnn, "--links", links, "-o", trace)
    check(told["state"] == "holds" and told["answers"][0] == "b1 parent c1", f"what the pack states is said first: {told['state']} {told['answers']}")
    rated = rows(trace, "SELECT confidence, event FROM node WHERE confidence IS NOT NULL AND kind = 'conclusion'")
    check(rated and "that the first answer beyond what the pack itself states is right" in rated[0][1] and rated[0][0] < 0.5, f"beyond it an answer has a confidence: {rated}")
    parts = [name for name, in rows(trace, "SELECT name FROM attribute WHERE name LIKE 'log odds by%'")]
    check("log odds by deduce: its share among the answers" in parts and rows(trace, "SELECT count(*) FROM reliability") == [(15,)], f"made of parts: {parts}")
    r = run("audit", case(folder, "linked(z, grandparent, a0)", name="nowhere.json"), "--kb", pack, "--gnn", gnn, "--links", links)
    check(r.status == 0 and r.err == "" and b"NOTHING FOUND" in r.out, f"an answer that the network does not reach has nothing that was attended to: {r.status} {r.out[:300]} {r.err[:300]}")
    fails(3, "audit", question, "--kb", pack, "--links", links, says=("gnn.links: is about a network's answers", "--gnn"))
    check(run("learn", "gnn", pack, "-o", folder / "other.safetensors", "--seed", "2", *options).status == 0, "another network")
    fails(3, "audit", question, "--kb", pack, "--gnn", folder / "other.safetensors", "--links", links, says=("was learnt with another network",))
    fails(3, "learn", "gnn", pack, "-o", folder / "few.safetensors", "--links", folder / "few.links", *options[:-4], "--held-out", "0.02", says=("few.links: ", "too few to say", "--held-out"))
    check(not (folder / "few.links").exists(), "nothing is left of what could not be said")
    fails(2, "learn", "gnn", pack, "-o", folder / "same", "--links", folder / "same", says=("is the file of the weights", "another file"))


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
    one_entity(here)
    network_trusted(here)
    long_names(here)
    built_in(here)
finish()
