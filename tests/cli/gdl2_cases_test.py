"""Test files of GDL2 guidelines as the cases of a pack: what they become, what is left out and said, what is refused."""
import copy
import json
import os
import pathlib
import sqlite3

from support import check, fails, finish, run, temporary

GUIDELINE = {
    "id": "Dose.v1", "concept": "gt0001", "language": {"original_language": "ISO_639-1::en"},
    "definition": {
        "data_bindings": {
            "gt0002": {"model_id": "m", "type": "INPUT", "elements": {
                "gt0003": {"path": "/a", "data_type": "DV_QUANTITY", "units": ["kg"]},
                "gt0004": {"path": "/b", "data_type": "DV_CODED_TEXT", "allowed_values": ["local::at0001|Child|", "local::at0002|Adult|"]},
                "gt0005": {"path": "/c", "data_type": "DV_BOOLEAN"}, "gt0006": {"path": "/d", "data_type": "DV_TEXT"},
                "gt0007": {"path": "/e", "data_type": "DV_DATE"}}},
            "gt0010": {"model_id": "n", "type": "OUTPUT", "elements": {
                "gt0011": {"path": "/a"}, "gt0012": {"path": "/b"}, "gt0013": {"path": "/c"}}}},
        "rules": {
            "gt0021": {"priority": 3, "when": ["$gt0003>=60,kg", "$gt0004==local::at0002|Adult|"],
                       "then": ["$gt0011=1|local::at0005|Full dose|", "$gt0012.magnitude=$gt0003.magnitude/2", "$gt0012.precision=1", "$gt0012.unit='mg'"]},
            "gt0022": {"priority": 2, "when": ["$gt0005==true", "$gt0006=='renal'"], "then": ["$gt0011=0|local::at0006|Half dose|"]},
            "gt0023": {"priority": 1, "when": ["$gt0003!=null"], "then": ["$gt0013=$gt0003"]}}},
    "ontology": {"term_definitions": {"en": {"terms": {"gt0003": {"text": "Weight"}, "gt0004": {"text": "Age group"}, "gt0011": {"text": "Dose"}}}}}}
DATED = copy.deepcopy(GUIDELINE)
DATED["definition"]["rules"]["gt0024"] = {"priority": 4, "when": ["$gt0007<=($currentDateTime-65,a)"], "then": ["$gt0011=2|local::at0007|Old|"]}

HEAD = "guidelines:\n  1: Dose.v1\ntest_cases:\n"


def case(name, given, expected):
    def lines(pairs):
        return "".join(f"      {key}: {value}\n" for key, value in pairs) or "      {}\n"
    return f"- id: {name}\n  input:\n    1:\n{lines(given)}  expected_output:\n    1:\n{lines(expected)}"


ADULT, CHILD = ("gt0004|Age group", "local::at0002|Adult|"), ("gt0004|Age group", "local::at0001|Child|")
FULL = ("gt0011|Dose", "1|local::at0005|The full dose|")  # the label is only how the code reads
TESTS = HEAD + (
    case("full", [("gt0003|Weight", "61,kg"), ADULT], [FULL, ("gt0012|Amount", "30.5,mg"), ("gt0013|Weight", "61,kg")])
    + case("full", [("gt0003|Weight", "60.0,kg"), ADULT], [FULL, ("gt0013|Weight", "60.0,kg")])
    + case("half", [("gt0005|Impaired", "true"), ("gt0006|What", "renal")], [("gt0011|Dose", "0|local::at0006|Half dose|")])
    + case("none", [("gt0005|Impaired", "false"), CHILD], []))


def build(folder, guideline=GUIDELINE, tests=TESTS):
    (folder / "Dose.v1.gdl2.json").write_text(json.dumps(guideline))
    (folder / "Dose.v1.test.yml").write_text(tests)
    return run("kb", "build", folder / "Dose.v1.test.yml", folder / "Dose.v1.gdl2.json", "-o", folder / "dose.pack", "--force")


def rows(pack):
    with sqlite3.connect(pack) as db:
        return [(name, json.loads(text), json.loads(expected)) for name, text, expected in db.execute("SELECT name, text, expected FROM case_test ORDER BY id")]


def says(r, *words):
    for word in words:
        check(word in r.out.decode() + r.err, f"  it says '{word}': {r.out.decode()[-400:]!r} {r.err!r}")


def become_cases(folder):
    pack = folder / "dose.pack"
    r = build(folder)
    check(r.status == 0 and b"4 cases" in r.out and r.err == "", f"kb build takes the test file: {r.out} {r.err}")
    check(run("kb", "check", pack).status == 0, "and makes a sound pack")
    check(json.loads(run("kb", "info", pack, "--json").out)["n_cases"] == 4 and b"4 test cases" in run("kb", "info", pack).out, "kb info counts them")
    r = run("kb", "test", pack)
    check(r.status == 0 and b"4 passed, 0 failed" in r.out, f"they come out: {r.out.decode()} {r.err}")
    cases = rows(pack)
    check([name for name, _, _ in cases] == [f"Dose.v1.test.yml: {name}" for name in ("full", "full (2)", "half", "none")], f"names: {[c[0] for c in cases]}")
    facts = [{key: fact.get(key) for key in ("quantity", "choice", "term", "value", "unit") if key in fact} for _, text, _ in cases for fact in text["facts"]]
    weight, group = "dose_v1_gt0003", {"choice": "dose_v1_gt0004", "value": "Adult"}
    check(facts[:2] == [{"quantity": weight, "value": 61, "unit": "kg"}, group], f"inputs are fields of the form: {facts[:2]}")
    check(facts[2:4] == [{"term": "dose_v1_given('gt0003', quantity(600r10, \"kg\", 1))"}, group], f"or terms, where a field has no place for it: {facts[2:4]}")
    check(facts[4:6] == [{"term": "dose_v1_gt0005", "value": True}, {"choice": "dose_v1_gt0006", "value": "renal"}], f"yes or no, text: {facts[4:6]}")
    check(cases[0][1]["facts"][0]["says"] == "Weight: 61 kg" and cases[0][1]["facts"][0]["document"] == "Dose.v1.test.yml, line 7", "in words, with their line")
    question = "dose_v1_concludes_of([gt0011,gt0012,gt0013],"
    check(cases[0][2] == {"state": "holds", "answers": [f'{question}gt0011,"1|local::at0005|Full dose|")', f'{question}gt0012,"30.5,mg")', f'{question}gt0013,"61,kg")']},
          f"outputs are answers, as the guideline spells them: {cases[0][2]}")
    check(cases[3][2] == {"state": "not found", "answers": []}, f"where nothing is expected nothing may come out: {cases[3][2]}")
    case_file = folder / "case.json"
    case_file.write_text(json.dumps(cases[0][1]))
    r = run("audit", case_file, "--kb", pack)
    check(r.status == 0 and "Dose: Full dose (1)" in r.out.decode(), f"a case can be audited by itself: {r.out[:300]}")
    first = pack.read_bytes()
    build(folder)
    check(pack.read_bytes() == first, "the same inputs give the same bytes")


def differences(folder):
    build(folder, tests=TESTS.replace("30.5,mg", "31.5,mg"))
    r = run("kb", "test", folder / "dose.pack")
    check(r.status == 4 and b"3 passed, 1 failed" in r.out, f"a wrong output fails its case: {r.status} {r.out}")
    says(r, 'expected dose_v1_concludes_of([gt0011,gt0012,gt0013],gt0012,"31.5,mg")')
    build(folder, tests=HEAD + case("silent", [("gt0003|Weight", "5,kg")], []))
    r = run("kb", "test", folder / "dose.pack")
    check(r.status == 4, "an output where none is expected fails, too")


def many_outputs(folder):
    wide = copy.deepcopy(GUIDELINE)
    outputs = [f"gt{100 + i:04}" for i in range(25)]
    wide["definition"]["data_bindings"]["gt0010"]["elements"].update({code: {"path": f"/x{code}"} for code in outputs})
    wide["definition"]["rules"]["gt0099"] = {"priority": 5, "when": ["$gt0003!=null"], "then": [f"${code}.magnitude={i}" for i, code in enumerate(outputs)]}
    r = build(folder, wide, HEAD + case("wide", [("gt0003", "5,kg")], [(code, i) for i, code in enumerate(outputs)]))
    check(r.status == 0 and [c[0][-14:] for c in rows(folder / "dose.pack")] == [": wide, part 1", ": wide, part 2"], f"more outputs than an audit answers: {r.err}")
    check(run("kb", "test", folder / "dose.pack").status == 0, "  become two cases")


def left_out(folder):
    tests = TESTS + case("foreign", [("gt0003|Weight", "61,kg"), ADULT, ("gt0098|Height", "2,m")], [FULL, ("gt0099|Other", "1")]) + case("all foreign", [], [("gt0099|Other", "1")])
    r = build(folder, tests=tests)
    check(r.status == 0 and b"5 cases" in r.out, f"what the guideline lacks: {r.out}")
    line = 1 + tests[:tests.index("gt0098")].count("\n")
    says(r, f"3 rows were left out; the first: Dose.v1.test.yml, line {line}: the input gt0098", "1 test cases were left out", "none of the outputs")
    check(run("kb", "test", folder / "dose.pack").status == 0, "  the rest comes out")
    r = build(folder, DATED)
    check(r.status == 0 and b"cases" not in r.out, f"a guideline that reads the day: {r.out}")
    says(r, "4 test cases were left out; the first: Dose.v1.test.yml, line 4: what comes out depends on the day", "current_datetime: 2019-11-28")
    r = run("kb", "test", folder / "dose.pack")
    check(r.status == 4 and b"0 passed" in r.out, f"a pack without cases is not tested: {r.status}")
    says(r, "holds no test cases")
    check(b"0 test cases" in run("kb", "info", folder / "dose.pack").out, "  kb info says so")


def dated(folder):
    old = [("gt0007|Birth", "1950-01-01"), ("gt0003", "5,kg")]
    tests = "current_datetime: 2019-11-28T00:00:00+01:00\n" + HEAD + case("old", old, [("gt0011", "2|local::at0007|Old|")]) + case("young", [("gt0007", "1990-01-01")], [])
    r = build(folder, DATED, tests)
    check(r.status == 0 and b"2 cases" in r.out, f"a test file that says the day: {r.err}")
    says(run("kb", "test", folder / "dose.pack"), "2 passed, 0 failed")
    text = rows(folder / "dose.pack")[0][1]
    check(text["as_of"] == "2019-11-28" and "gdl2_now(date_time(" in text["facts"][0]["term"], f"  is asked on it: {text}")
    check({"date_of": "dose_v1_gt0007", "value": "1950-01-01"}.items() <= text["facts"][1].items(), "  and a date is a field")


def folders(folder):
    where = folder / "dose"
    where.mkdir()
    (where / "Dose.v1.gdl2.json").write_text(json.dumps(GUIDELINE))
    (where / "tests.yml").write_text(TESTS)
    header = {"pellucid_pack": 1, "name": "dose", "version": "1", "imports": [{"file": "tests.yml", "format": "gdl2-tests"}, {"file": "Dose.v1.gdl2.json", "format": "gdl2"}]}
    (where / "pack.json").write_text(json.dumps(header))
    r = run("kb", "build", where, "-o", folder / "folder.pack")
    check(r.status == 0 and b"4 cases" in r.out, f"a folder names both: {r.out} {r.err}")
    says(run("kb", "test", folder / "folder.pack"), "4 passed, 0 failed", "tests.yml: full")
    (where / "Dose.v1.gdl2.json").rename(where / "other.gdl2.json")
    header["imports"][1]["file"] = "other.gdl2.json"
    (where / "pack.json").write_text(json.dumps(header))
    check(run("kb", "build", where, "-o", folder / "folder.pack", "--force").status == 0, "the guideline is found by its id, too")
    header["imports"].pop()
    (where / "pack.json").write_text(json.dumps(header))
    fails(3, "kb", "build", where, "-o", folder / "none.pack", says=["tests.yml", '"Dose.v1"', "not among the inputs"])


def refusals(folder):
    bad = {"- id: [x\n": ["line 5", "mend"], "current_datetime: yesterday\n": ["line 1", "2019-11-28T00:00:00+01:00"], "a: *b\n": ["line 1", "alias"]}
    pack, tests, guideline = folder / "dose.pack", folder / "Dose.v1.test.yml", folder / "Dose.v1.gdl2.json"
    build(folder, DATED)
    pack.unlink()
    for text, words in bad.items():
        tests.write_text(HEAD + text if text[0] == "-" else text + TESTS)
        fails(3, "kb", "build", guideline, tests, "-o", pack, says=["Dose.v1.test.yml", *words])
    tests.write_text("guidelines: {1: Dose.v1}\n")
    fails(3, "kb", "build", guideline, tests, "-o", pack, says=["Dose.v1.test.yml", "no test cases", "test_cases:"])
    tests.write_text(TESTS)
    fails(3, "kb", "build", tests, "-o", pack, says=["Dose.v1.test.yml", '"Dose.v1"', "not among the inputs", ".gdl2.json"])
    (folder / "alone.test.yml").write_text(TESTS.replace("guidelines:\n  1: Dose.v1\n", ""))
    fails(3, "kb", "build", guideline, folder / "alone.test.yml", "-o", pack, says=["alone.test.yml", "names no guideline"])
    check(not pack.exists() and not list(folder.glob(".*partial")), "nothing is left of a pack that was not made")


def public_set(folder):
    """Real guidelines with their test files: all that the files expect is asked, all of it comes out, or it is said what is left out."""
    where = os.environ.get("PELLUCID_GDL2")
    if not where:
        print("# PELLUCID_GDL2 is not set: openEHR's public guidelines were not tried")
        return
    for name, n, left in (("CURB-65.v1", 6, 0), ("CHA2DS2-VASc.v1", 15, 0), ("EORTC_QLQ_C30_Version3.v1", 12, 0), ("ABCD2_score.v1", 0, 7)):
        files = [pathlib.Path(where) / "guidelines" / f"{name}.{end}" for end in ("gdl2.json", "test.yml")]
        r = run("kb", "build", *files, "-o", folder / "public.pack", "--force")
        check(r.status == 0 and (f", {n} cases" if n else " rules\n") in r.out.decode(), f"{name}: {r.out} {r.err}")
        check(("left out" in r.err) == bool(left) and (not left or f"{left} test cases were left out" in r.err), f"  left out: {r.err}")
        known = 2 if "EORTC" in name else 0  # docs/gdl2-differences.md
        r = run("kb", "test", folder / "public.pack")
        check(r.status == (0 if n and not known else 4) and f"{n - known} passed, {known} failed" in r.out.decode(), f"  kb test: {r.status} {r.out[-300:]}")


with temporary() as name:
    for test in (become_cases, differences, many_outputs, left_out, dated, folders, refusals, public_set):
        test(pathlib.Path(name))
finish()
