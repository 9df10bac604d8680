"""pellucid eval gdl2 from outside: a small guideline against a test file that is right in one output and wrong in another."""
import json
import pathlib

from support import check, fails, finish, run, temporary

GUIDELINE = {
    "id": "Small.v1", "concept": "gt0001", "language": {"original_language": "ISO_639-1::en"},
    "definition": {
        "data_bindings": {
            "gt0002": {"model_id": "m", "type": "INPUT", "elements": {"gt0003": {"path": "/a", "data_type": "DV_QUANTITY", "units": ["kg"]}}},
            "gt0010": {"model_id": "m", "type": "OUTPUT", "elements": {"gt0011": {"path": "/b"}, "gt0012": {"path": "/c"}}}},
        "rules": {"gt0021": {"priority": 1, "when": ["$gt0003>=60,kg"], "then": ["$gt0011=1|local::at0001|High|", "$gt0012.magnitude=$gt0003.magnitude/2"]}}},
    "ontology": {"term_definitions": {"en": {"terms": {"gt0003": {"text": "Weight"}, "gt0011": {"text": "Risk"}}}}}}
TESTS = """guidelines:
  1: Small.v1
test_cases:
- id: heavy
  input:
    1:
      gt0003|Weight: 61,kg
  expected_output:
    1:
      gt0011|Risk: 1|local::at0001|High|
      gt0012|Half: 31
- id: light
  input:
    1:
      gt0003|Weight: 50,kg
  expected_output:
    1: {}
"""


def sets(folder):
    (folder / "Small.v1.gdl2.json").write_text(json.dumps(GUIDELINE))
    (folder / "Small.v1.test.yml").write_text(TESTS)
    done = run("eval", "gdl2", folder, "--failures")
    check(done.status == 4, "a difference: exit status 4")
    check("gt0012 Half: expected 31, got 30" in done.out.decode(), "the difference is told")
    check("2: 1 equal, 1 different, 0 not run" in done.out.decode() and "1 cases expect no output: 1 give none" in done.out.decode(), "totals")
    told = json.loads(run("eval", "gdl2", folder, "--json").out)
    check(told["outputs"] == 2 and told["equal"] == 1 and told["differences"][0]["element"] == "gt0012", "the same as JSON")
    (folder / "Small.v1.test.yml").write_text(TESTS.replace("Half: 31", "Half: 30"))
    check(run("eval", "gdl2", folder).status == 0, "all equal: exit status 0")
    (folder / "Small.v1.gdl2.json").write_text(json.dumps(GUIDELINE).replace(": ", ":" + " " * 20000))
    check(run("eval", "gdl2", folder).status == 0, "a guideline of a megabyte")


def long_guideline(rules):
    """Each rule adds one to the output: with 10,000 of them the proof is too long to be kept, so that nobody can check it."""
    then = [f"$gt0011.magnitude={'$gt0011.magnitude+' if i else ''}1" for i in range(rules)]
    whole = json.loads(json.dumps(GUIDELINE)) | {"id": "Long.v1"}
    whole["definition"]["rules"] = {f"gt1{i:05d}": {"priority": rules - i, "when": ["$gt0003>=60,kg"], "then": [then[i]]} for i in range(rules)}
    return whole


def stages(folder):
    folder.mkdir()
    (folder / "Small.v1.gdl2.json").write_text(json.dumps(GUIDELINE))
    (folder / "Small.v1.test.yml").write_text(TESTS + "- id: not silent\n  input:\n    1:\n      gt0003|Weight: 70,kg\n  expected_output:\n    1: {}\n")
    (folder / "Long.v1.gdl2.json").write_text(json.dumps(long_guideline(10000)))
    (folder / "Long.v1.test.yml").write_text("guidelines:\n  1: Long.v1\ntest_cases:\n- id: heavy\n  input:\n    1:\n      gt0003|Weight: 61,kg\n  expected_output:\n    1:\n      gt0011|Risk: 10000\n")
    r = run("eval", "gdl2", folder, "--failures")
    check(r.status == 4 and "Long.v1.test.yml: heavy: gt0011 Risk: its proof was not accepted: 10000" in r.out.decode(), f"a large guideline is run, and what cannot be checked is told: {r.status} {r.out} {r.err}")
    r = run("eval", "gdl2", folder, "--without", "deduce", "--without", "verify", "--json")
    told = json.loads(r.out or "{}")
    check((told["proofs"], told["proofs_accepted"]) == (4, 3), f"proofs: {told}")
    values = {name: [f if name == "whole" else f["value"] for f in part.values()] for name, part in told["stages"].items()}
    third = 1 / 3
    check(values == {"whole": [third, third, third, 0.5], "without_deduce": [0, 0, 1, 1], "without_verify": [2 * third, third, 0, 0.5]}, f"right, wrong, not given, rightly silent: {values}")
    change = told["stages"]["without_verify"]["right"]
    check(abs(change["change"] - third) < 1e-9 and (change["change_low"], change["change_high"]) == (0, 1), f"resampled by guideline: none, or all, are of the long one: {change}")
    check("outputs right, %                           whole 33.33; without verify 66.67, +33.33 [+0.00, +100.00]" in run("eval", "gdl2", folder, "--without", "verify").out.decode(), "as text")
    fails(2, "eval", "gdl2", folder, "--without", "retrieve", says=["no passages", "nothing to leave out"])
    fails(2, "eval", "gdl2", folder, "--without", says=["lacks its value"])


def refusals(folder):
    check(run("eval").status == 2 and run("eval", "nothing").status == 2 and run("eval", "gdl2").status == 2, "usage")
    check(run("eval", "gdl2", folder / "nowhere").status in (1, 3), "no such folder")
    empty = folder / "empty"
    empty.mkdir()
    check(run("eval", "gdl2", empty).status == 3, "a folder without test files")


def guidelines_in_packs(folder):
    (folder / "Small.v1.gdl2.json").write_text(json.dumps(GUIDELINE))
    pack, case = folder / "s.pack", folder / "case.json"
    check(run("kb", "build", folder / "Small.v1.gdl2.json", "-o", pack).status == 0, "kb build takes a guideline")
    check(run("kb", "check", pack).status == 0, "and makes a sound pack")
    case.write_text(json.dumps({"pellucid_case": 1, "as_of": "2020-01-01", "question": "small_v1_concludes(gt0011, Risk)",
                                "facts": [{"quantity": "small_v1_gt0003", "value": 61, "unit": "kg"}]}))
    out = run("audit", case, "--kb", pack)
    check(out.status == 0 and "High" in out.out.decode() and "gt0021" in out.out.decode(), "an audit rests on its rule")


with temporary() as name:
    where = pathlib.Path(name)
    sets(where)
    stages(where / "stages")
    refusals(where)
    guidelines_in_packs(where)
finish()
