"""Questions for a diagnosis from outside: a made-up ontology and three made-up diseases; what speaks for each, what would change it, how sure it is."""
import json
import math
import pathlib

from support import audit, check, fails, finish, rows, run, temporary
import ontology
from ontology import term


def pack_of(folder, name, **which):
    r = run("kb", "build", *ontology.write(folder, **which), "-o", folder / name)
    check(r.status == 0, f"the pack {name} is built: {r.err}")
    return folder / name


def packet(folder, observed, excluded=()):
    return ontology.packet(folder / "packet.json", observed, excluded)


def diagnosed(path, pack, *more):
    return audit(path, pack, "--weights", path.parent / "weights.json", *more)


def ranks(folder, pack):
    trace = folder / "run.pel"
    told = diagnosed(packet(folder, [3, 4]), pack, "--abstain", "0", "-o", trace)
    check(told["answers"][0] == "OMIM:1" and set(told["answers"]) == {"OMIM:1", "OMIM:2"}, f"what fits best comes first, what has none of the findings is no candidate: {told['answers']}")
    check(told["warnings"] == [], f"findings are no facts that nobody asks for: {told['warnings']}")
    check(told["state"] == "likely" and told["proof_checked"] and told["proof_steps"] > 0, f"a diagnosis is likely, never proved: {told['state']}")
    text = json.dumps(told)
    check("Large heart is a finding of Heart disease (in 9/10 of those described)" in text, "how often is said as the source writes it")
    check("Fits is a finding of Heart disease (in 1/10 of those described) that the case does not mention" in text, "what is missing is said")
    (event, low, p, high), *others = rows(trace, "SELECT event, low, confidence, high FROM node WHERE confidence IS NOT NULL ORDER BY id")
    check("calibrated on 1500 published cases of 300 publications" in event and 0 <= low <= p <= high <= 1, f"the confidence says of what, and how sure: {event} {low} {p} {high}")
    check(len(others) == 1 and all("comes after the first" in event and 0 <= low <= p <= high <= 1 for event, low, p, high in others), f"those after it have one, too: {others}")
    parts = dict(rows(trace, "SELECT name, value FROM attribute WHERE name LIKE 'log odds %'"))
    check(len(parts) == 8 and abs(sum(map(float, parts.values())) - math.log(p / (1 - p))) < 1e-4, f"what it is made of sums to it: {parts} {p}")
    check("log odds by verify: how much better its proof is than any other's" in parts and float(parts["log odds of the mean case"]) == 0.25, "stage by stage")
    (says, note), = rows(trace, "SELECT says, note FROM node WHERE kind = 'check' AND says LIKE 'That Heart disease is the diagnosis has a confidence of %'")
    check("log odds: the mean case +0.25; retrieve " in note and "deduce " in note and "verify " in note and "the case " in note, f"and the tree tells it: {says} {note}")
    check(rows(trace, "SELECT value FROM attribute WHERE name = 'excluded findings'") == [("count against a disease that has them",)], "and what is made of excluded findings")
    bins = rows(trace, "SELECT n, accuracy FROM reliability")
    check(len(bins) == 15 and sum(n for n, _ in bins) > 1000, f"with the calibration's reliability: {bins[:3]}")
    check([name for name, in rows(trace, "SELECT name FROM span ORDER BY id")][-4:] == ["deduce over the graph", "explain", "verify", "confidence"], "the stages are there")
    check(run("verify", trace).status == 0 and diagnosed(folder / "packet.json", pack, "--abstain", "0", "-o", folder / "again.pel")["hash"] == told["hash"], "the same packet gives the same hash")
    sure = diagnosed(folder / "packet.json", pack, "--abstain", "1")
    check(sure["state"] == "unknown" and "no answer is given" in sure["reason"], f"below the level no answer is given: {sure['state']} {sure['reason']}")


def excludes(folder, pack):
    trace = folder / "excluded.pel"
    told = diagnosed(packet(folder, [3], [7]), pack, "--abstain", "0", "-o", trace)
    check(told["answers"][0] == "OMIM:1", f"an excluded finding counts against: {told['answers']}")
    check("Blue skin is excluded, and Blue disease has Blue skin (obligate: in all of those described)" in json.dumps(told), "and is told")
    refuted = [says for says, in rows(trace, "SELECT says FROM search_node WHERE state = 'refuted'")]
    check(any("Blue disease" in says for says in refuted) and not any(says.startswith("It is Heart") for says in refuted), f"a disease that always has it is refuted: {refuted}")
    r = run("audit", folder / "packet.json", "--kb", pack, "--json")
    check(r.status == 0 and len(json.loads(r.out)["answers"]) == 2, f"with what is built in: {r.err}")
    told = diagnosed(packet(folder, [6, 8]), pack, "--abstain", "0", "-o", folder / "denied.pel")
    check("which is said not to have it" in json.dumps(told), "what a disease is said not to have speaks against it")


def refutes(folder, pack):
    """The first by its score, which a finding refutes: verification finds it, and no answer is given."""
    blind, trace = ontology.weigh(folder / "blind.json", denied=0), folder / "refuted.pel"
    told = json.loads(run("audit", packet(folder, [6, 8]), "--kb", pack, "--json", "--weights", blind, "--abstain", "0", "-o", trace).out)
    check(told["answers"][0] == "OMIM:3" and told["state"] == "unknown" and "another finding refutes it" in told["reason"], f"a refuted first disease is no answer: {told['state']} {told['reason']}")
    (says, state), = rows(trace, "SELECT says, state FROM node WHERE kind = 'check' AND says LIKE 'The search for%'")
    check("refutes it" in says and "fits Dry disease" in says and state == "refuted", f"the search says why: {says} {state}")
    check("fits Dry disease" in rows(trace, "SELECT value FROM attribute WHERE name = 'strongest refutation'")[0][0], "and names it")
    diagnosed(packet(folder, [3, 4]), pack, "--abstain", "0", "-o", folder / "found.pel")
    (says, note), = rows(folder / "found.pel", "SELECT says, note FROM node WHERE kind = 'check' AND says LIKE 'The search for%'")
    check("finds a proof of it" in says and note.startswith("value "), f"where it is not refuted a proof is found: {says} {note}")
    fails(3, "audit", packet(folder, [3], [3]), "--kb", pack, says=(term(3), "there and not to be there"))


def denies_a_link(folder, pack):
    """What the pack says is not so: the search refutes it, whatever chains lead there."""
    path, trace = folder / "denied.json", folder / "denied_link.pel"
    path.write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": f"linked('OMIM:3', has_phenotype, '{term(8)}')"}))
    r = run("audit", path, "--kb", pack, "--json", "-o", trace)
    told = json.loads(r.out)
    check(told["state"] == "refuted" and told["would_change"] == [], f"a denied link is refuted: {told['state']} {told['would_change']}")
    check(rows(trace, "SELECT state FROM search_node WHERE id = 1") == [("refuted",)], "by the search as well")
    check(rows(trace, "SELECT state FROM node WHERE kind = 'check'") == [("refuted",)], "which says so in the tree")
    check(rows(trace, "SELECT score FROM graph_node WHERE role = 'answer'") == [(None,)], "nothing leads there, so it has no score in the graph")


def long_names(folder):
    """Labels of three bytes a character, much longer than a line of the tree."""
    place = folder / "long"
    place.mkdir()
    names = {i: 500 * "\u6f22" + str(i) for i in range(9)}
    annotations = [ontology.annotation(d, h, "9/10", name=f"{500 * chr(0x6f22)}{d}", reference=600 * "\u6f22", onset=300 * "\u6f22") for d in range(1, 5) for h in (d, d + 1, d + 3)]
    pack = pack_of(place, "long.pack", names=names, kinds={i: (i - 1) // 2 for i in range(1, 9)}, annotations=annotations)
    told = audit(packet(folder, [2, 3, 5], [7]), pack, "-o", place / "long.pel", "--abstain", "0")
    check("(OMIM:1) explains the findings" in json.dumps(told), "what is cut leaves the rest of its sentence")
    check(run("verify", place / "long.pel").status == 0, "the trace is whole")


def many_findings(folder):
    """Of a long list fewer findings are taken away in turn: the work grows with the list, not with its square."""
    place = folder / "wide"
    place.mkdir()
    names = {i: f"finding {i}" for i in range(201)}
    pack = pack_of(place, "wide.pack", names=names, kinds=dict.fromkeys(range(1, 201), 0), annotations=[ontology.annotation(d, h, "9/10") for d in (1, 2) for h in range(d, 20)])
    for observed, excluded, not_tried in ((200, 0, [("181",)]), (50, 100, []), (50, 101, [("1",)])):
        trace = place / f"{observed}_{excluded}.pel"
        audit(ontology.packet(place / "many.json", range(1, observed + 1), range(observed + 1, observed + excluded + 1), names=names), pack, "--abstain", "0", "-o", trace)
        left = rows(trace, "SELECT value FROM attribute WHERE name = 'changes that were not tried'")
        check(left == not_tried, f"{observed} findings and {excluded} excluded: not taken away {left}")


def kept_in_the_pack(folder, pack):
    kept, packet_ = folder / "kept.pack", packet(folder, [3, 4])
    r = run("kb", "build", folder / "hp.json", folder / "phenotype.hpoa", "--learnt", folder / "weights.json", "-o", kept)
    check(r.status == 0 and b"1 learnt file" in r.out, f"a pack keeps what was learnt: {r.err}")
    told = json.loads(run("audit", packet_, "--kb", kept, "--json").out)
    check("calibrated on 1500 published cases of 300" in json.dumps(told), "and an audit uses it")
    told = run("kb", "info", kept).out
    check(b"weights of findings, from nothing; excluded findings count against a disease that has them" in told, f"kb info says so, and what they make of excluded findings: {told}")
    check(run("kb", "check", kept).status == 0, "and nothing is found wrong with it")
    fails(3, "kb", "build", folder / "hp.json", "--learnt", folder / "weights.json", "--learnt", folder / "weights.json", "-o", folder / "two.pack", says=("weights.json", "a pack keeps one"))
    fails(3, "kb", "build", folder / "hp.json", "--learnt", folder / "phenotype.hpoa", "-o", folder / "two.pack", says=("phenotype.hpoa", "is none of the files"))
    (folder / "broken.json").write_text('{"pellucid_phenotype": 2, "weights": {"exact": "x"}}')
    r = run("kb", "build", folder / "hp.json", folder / "phenotype.hpoa", "--learnt", folder / "broken.json", "-o", folder / "broken.pack")
    check(r.status == 0, "what a file says is looked at when it is used")
    fails(3, "audit", packet_, "--kb", folder / "broken.pack", says=("broken.pack: what was learnt (phenotype)", "byte 47"))
    r = run("kb", "check", folder / "broken.pack")
    fails(3, "kb", "info", folder / "broken.pack", says=("broken.pack: what was learnt (phenotype): byte 47",))
    check(r.status == 4 and "broken.pack: what was learnt (phenotype): byte 47" in r.err, f"kb check says it before: {r.status} {r.err}")


def asks_for_one(folder, pack):
    path = folder / "case.json"
    path.write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": "diagnosis('OMIM:3')", "facts": [{"term": f"finding('{term(3)}')"}, {"term": f"finding('{term(9)}')", "value": None}]}))
    told = diagnosed(path, pack, "--abstain", "0")
    check(told["answers"][0] == "OMIM:3" and told["state"] == "unknown", f"a disease that does not come first: {told['answers']} {told['state']}")
    path.write_text(path.read_text().replace("OMIM:3", term(3)))
    fails(3, "audit", path, "--kb", pack, says=("$.question", "no disease"))
    path.write_text(path.read_text().replace(f"diagnosis('{term(3)}')", "diagnosis(X)").replace(term(3), "HP:9999999"))
    fails(3, "audit", path, "--kb", pack, says=("$.facts[0].term", "HP:9999999"))
    fails(3, "audit", packet(folder, [], [7]), "--kb", pack, says=("at least one finding",))
    (folder / "bad.json").write_text("{\"pellucid_phenotype\": 1}")
    fails(3, "audit", packet(folder, [3]), "--kb", pack, "--weights", folder / "bad.json", says=("bad.json",))
    r = run("audit", packet(folder, [3]), "--kb", pack, "--json", "-o", folder / "small.pel")
    told = json.loads(r.out)
    check(told["state"] == "unknown" and "no confidence is known where so few are ranked" in told["reason"], f"what was learnt among thousands of diseases says nothing of a handful: {told['state']} {told['reason']}")
    check(not rows(folder / "small.pel", "SELECT 1 FROM node WHERE confidence IS NOT NULL") and not rows(folder / "small.pel", "SELECT 1 FROM span WHERE name = 'confidence'"), "no percentage stands anywhere")
    whole = json.loads((folder / "weights.json").read_text())
    for bad in ([1.5, 0.5, 1.5], [1, 0.5, 2], [1, 1.5, 1], [-1, 0.5, 0]):
        whole["calibration"]["bins"][3] = bad
        (folder / "bad.json").write_text(json.dumps(whole))
        fails(3, "audit", packet(folder, [3]), "--kb", pack, "--weights", folder / "bad.json", says=("bad.json", "15 bins are expected"))
    fails(2, "audit", folder / "packet.json", "--kb", pack, "--abstain", "2", says=("--abstain",))


with temporary() as place:
    here = pathlib.Path(place)
    built = pack_of(here, "small.pack")
    ontology.weigh(here / "weights.json")
    ranks(here, built)
    excludes(here, built)
    refutes(here, built)
    denies_a_link(here, built)
    kept_in_the_pack(here, built)
    long_names(here)
    many_findings(here)
    asks_for_one(here, built)
finish()
