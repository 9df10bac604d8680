"""pellucid eval phenopackets from outside: a made-up ontology, diseases with findings of it, patients of ten publications."""
import json
import pathlib
import random

from support import check, fails, finish, run, temporary
import ontology

TERMS, DISEASES, PUBLICATIONS = 60, 20, 10


def annotation(disease, t, often="", reference=0, no=""):
    return ontology.annotation(100000 + disease, t, often, no, reference=f"PMID:{reference}")


def write(folder, parents, annotations, cases):
    """A pack of terms, which from 0 have these parents, and of diseases' annotations; the cases beside it."""
    files = ontology.write(folder, {t: f"finding {t}" for t in [0, *parents]}, parents, annotations)
    (folder / "phenopackets.compact.jsonl").write_text("\n".join(json.dumps(c) for c in cases) + "\n")
    r = run("kb", "build", *files, "-o", folder / "hpo.pack")
    check(r.status == 0, f"the pack: {r.err}")


def make(folder):
    dice = random.Random(4)
    parents = {t: dice.randrange(max(1, t // 4), t) if t > 3 else 0 for t in range(1, TERMS)}
    rows, profiles = [], []
    for d in range(DISEASES):
        profile = {t: dice.choice(["9/10", "5/10", "HP:0040283", ""]) for t in dice.sample(range(8, TERMS), 6)}
        profiles.append(profile)
        rows += [annotation(d, t, often, d % PUBLICATIONS) for t, often in profile.items()]
    shares = {"9/10": 0.9, "5/10": 0.5, "HP:0040283": 0.2, "": 0.5}
    cases = []
    for i in range(150):
        d = dice.randrange(DISEASES)
        seen = {t: dice.random() < shares[often] for t, often in profiles[d].items()}
        observed = [t for t in seen if seen[t]] + ([dice.randrange(8, TERMS)] if dice.random() < 0.7 else [])
        cases.append({"id": f"c{i}", "observed": [[ontology.term(t), "x"] for t in observed], "excluded": [[ontology.term(t), "x"] for t in dice.sample(range(4, TERMS), 8) if t not in seen],
                      "disease": [[f"OMIM:{100000 + d}" if i % 7 else "OMIM:999999", "x"]], "pmid": [f"PMID:{i % PUBLICATIONS}"]})
    write(folder, parents, rows, cases)


def measures(folder):
    told = json.loads(run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--json").out)
    check((told["cases"], told["diseases"], told["terms"], told["publications"], told["folds"]) == (150, DISEASES, TERMS, PUBLICATIONS, 5), f"counts: {str(told)[:300]}")
    check(told["covered"] < 130, "cases of a disease that the pack lacks are not covered")
    ranks = {row["name"]: row for row in told["ranks"]}
    learnt = ranks["learnt"]
    check(learnt["cases"] == told["covered"] and learnt["top_1"] > 0.6 and learnt["top_10"] > 0.9, f"of twenty diseases: {learnt['top_1']}")
    check(learnt["top_1"] <= learnt["top_3"] <= learnt["top_10"] and learnt["top_1"] <= learnt["mrr"] <= 1, "hits grow")
    check(all(row[f"{k}_interval"][0] <= row[k] <= row[f"{k}_interval"][1] for row in told["ranks"] for k in ("top_1", "mrr")), "intervals hold their figures")
    check(ranks["learnt, among the diseases of its own catalogue"]["top_1"] == learnt["top_1"], "there is one catalogue")
    check(0 < told["annotated_by_own_publication"] < told["covered"], "some cite their own publication")
    for map_ in told["confidence"][:3]:
        check(sum(b["n"] for b in map_["bins"]) == told["covered"] and abs(map_["accuracy"] - learnt["top_1"]) < 0.05, f"confidence: {map_['map']}")
        check(len(map_["risk_coverage"]) == 5 and map_["risk_coverage"][0]["risk"] >= map_["aurc"] - 0.2, "risk falls")
    stages = told["stages"]
    check(set(stages) == {"whole", "without_retrieve", "without_deduce", "without_verify"} and abs(stages["whole"]["top_1"] - learnt["top_1"]) < 1e-9, f"what each stage is worth: {stages}")
    for name in ("retrieve", "deduce", "verify"):
        for figure, f in stages[f"without_{name}"].items():
            check(abs(f["value"] - stages["whole"][figure] - f["change"]) < 1e-9 and f["change_low"] <= f["change_high"], f"without {name}, {figure}: {f}")
    check(stages["without_verify"]["top_1"]["change"] == 0, "verification changes no order")
    check(any(abs(f["change"]) > 0 for f in stages["without_verify"].values()) and any(abs(f["change"]) > 0 for f in stages["without_retrieve"].values()), "and still each stage changes something")
    check(stages["without_deduce"]["top_1"]["value"] == ranks["Resnik"]["top_1"], "without deduction the most similar one is the answer")
    text = run("eval", "phenopackets", folder / "phenopackets.compact.jsonl", "--pack", folder / "hpo.pack").out.decode()
    check("top 10, %" in text and "least confidence" in text and "learnt, without its own" in text, f"as text: {text[:80]!r}")
    again = json.loads(run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--json").out)
    check([again["ranks"], again["confidence"]] == [told["ranks"], told["confidence"]], "the same again")


def refuted_by_its_own(folder):
    """The one disease with a finding of the cases is said not to have the other; without retrieval the diagnosis is first, which has neither and which nothing refutes."""
    folder.mkdir()
    parents = {1: 0, 2: 0, 3: 1, 4: 1, **{t: 2 for t in range(5, 14)}}
    annotations = [annotation(1, 3, "5/10"), annotation(1, 4, no="NOT")]
    for t in range(5, 14):
        annotations += [annotation(2, t, "9/10"), annotation(t, t, "5/10")]
    cases = [{"id": f"c{i}", "observed": [[ontology.term(3), "x"], [ontology.term(4), "x"]], "excluded": [], "disease": [["OMIM:100002", "x"]], "pmid": [f"PMID:{i % PUBLICATIONS}"]} for i in range(60)]
    write(folder, parents, annotations, cases)
    stages = json.loads(run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--json").out)["stages"]
    without = {name: round(stages["without_retrieve"][name]["value"], 9) for name in ("top_1", "answered_right", "answered_wrong")}
    check(stages["whole"]["top_1"] == stages["whole"]["answered_right"] == stages["whole"]["answered_wrong"] == 0, f"a refuted one is no answer: {stages['whole']}")
    check(without["top_1"] == without["answered_right"] == 1 and without["answered_wrong"] == 0, f"without retrieval the first is not the one that is refuted: {without}")


def another_pack(folder):
    (folder / "family.tsv").write_text("a\tparent\tb\n")
    check(run("kb", "build", folder / "family.tsv", "-o", folder / "family.pack").status == 0, "a pack without terms")
    fails(3, "eval", "phenopackets", folder, "--pack", folder / "family.pack", says=("family.pack: has no disease with phenotypes",))


def leaves_out(folder):
    base = json.loads(run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--json").out)
    for what in ("asked", "excluded", "frequency", "ic"):
        told = json.loads(run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--without", what, "--json").out)
        check(told["without"] == what and told["ranks"][0]["mrr"] != base["ranks"][0]["mrr"], f"without {what} something changes")
    only = json.loads(run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--without", "verify", "--json").out)
    check(set(only["stages"]) == {"whole", "without_verify"} and only["stages"]["without_verify"] == base["stages"]["without_verify"], "one stage that is asked for")
    check("without verify" in run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--without", "verify").out.decode(), "as text, too")
    check(json.loads(run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--folds", "3", "--json").out)["folds"] == 3, "--folds")


def saves(folder):
    out = folder / "w.json"
    r = run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--save", out)
    check(r.status == 0, f"--save: {r.err}")
    w = json.loads(out.read_text())
    check(w["pellucid_phenotype"] == 2 and w["calibration"]["publications"] == PUBLICATIONS and w["weights"]["excluded_log"] <= 0, f"weights: {w['calibration']}")
    fails(1, "eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--save", out, says=["exists"])
    check(run("eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--save", out, "--force").status == 0, "--force")
    for input_ in ("hpo.pack", "phenopackets.compact.jsonl"):
        before = (folder / input_).read_bytes()
        fails(2, "eval", "phenopackets", folder, "--pack", folder / "hpo.pack", "--save", folder / input_, "--force", says=[input_, "name another file"])
        check((folder / input_).read_bytes() == before, f"{input_} is as it was")


def refuses(folder):
    pack = folder / "hpo.pack"
    fails(2, "eval", "phenopackets", folder, says=["--pack"])
    fails(2, "eval", "phenopackets", "--pack", pack, says=["name the folder"])
    fails(2, "eval", "phenopackets", folder, "--pack", pack, "--folds", "1", says=["--folds"])
    fails(2, "eval", "phenopackets", folder, "--pack", pack, "--without", "sense", says=["retrieve, deduce, verify, asked, excluded, frequency or ic"])
    fails(1, "eval", "phenopackets", folder / "none", "--pack", pack, says=["no such file"])
    fails(3, "eval", "phenopackets", folder, "--pack", pack, "--catalogue", "ORPHA:", says=["no disease"])
    bad = folder / "bad.jsonl"
    good = {"observed": [["HP:0000009", "x"]], "disease": [["OMIM:100001", "x"]], "pmid": ["PMID:1"]}
    for case, says in (("{", ["line 2", "no JSON object"]), (json.dumps(good) + "\0", ["line 2", "zero byte"]), (" \n{", ["line 3", "no JSON object"]), ("[]", ["line 2", "no JSON object"]), ({**good, "observed": "HP:1"}, ["line 2", "'observed'"]),
                       ({**good, "excluded": [[1]]}, ["line 2", "'excluded'"]), ({**good, "pmid": []}, ["line 2", "'pmid'"]), ({"disease": []}, ["line 2", "'observed'"])):
        bad.write_text(json.dumps(good) + "\n" + (case if isinstance(case, str) else json.dumps(case)) + "\n")
        fails(3, "eval", "phenopackets", bad, "--pack", pack, says=["bad.jsonl", *says])
    bad.write_text(json.dumps(good) + "\n")
    fails(3, "eval", "phenopackets", bad, "--pack", pack, says=["1 publications", "too few for 5 folds"])
    bad.write_text("\n")
    fails(3, "eval", "phenopackets", bad, "--pack", pack, says=["holds no case"])
    bad.write_text(json.dumps({**good, "disease": []}) + "\n")
    fails(3, "eval", "phenopackets", bad, "--pack", pack, says=["holds no case"])


with temporary() as place:
    made = pathlib.Path(place)
    make(made)
    measures(made)
    leaves_out(made)
    saves(made)
    refuses(made)
    refuted_by_its_own(made / "refuted")
    another_pack(made)
finish()
