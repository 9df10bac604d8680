"""What a case says, held against itself and against the pack: what an audit refuses, what it warns of; and the schema of the case format, which says the same as the program."""
import json
import pathlib

from support import ROOT, check, fails, finish, run, temporary

VOCABULARY = [
    {"term": "quantity(age, Value)", "says": "the age is {Value}", "type": "quantity", "unit": "a", "allowed": "0..130", "askable": True},
    {"term": "quantity(weight, Value)", "says": "the weight is {Value}", "type": "quantity", "unit": "kg", "allowed": "0..500", "askable": True},
    {"term": "quantity(depth, Value)", "says": "the depth is {Value}", "type": "quantity", "allowed": "..10", "askable": True},
    {"term": "choice(grade, Kind)", "says": "the grade is {Kind}", "type": "choice", "allowed": "mild|severe", "askable": True},
    {"term": "finding(cough)", "says": "there is a cough", "askable": True},
    {"term": "old(Class)", "says": "the class is {Class}", "type": "text"},
]
RULES = """:- dynamic other/1, extra/1.
old(yes) :- quantity(age, A), A >= 65.
old(no) :- quantity(age, A), A < 65.
heavy :- quantity(weight, W), W > 100.
ill(F) :- finding(F), \\+ other(F).
graded(X) :- choice(grade, X).
since(D) :- dated(visit(_), D).
extra(X) :- ill(X).
"""


def small_pack(folder, name, rules, vocabulary=()):
    place = folder / name
    place.mkdir()
    (place / "pack.json").write_text(json.dumps({"pellucid_pack": 1, "name": name, "version": "1", "rules": ["r.pl"], "vocabulary": list(vocabulary)}))
    (place / "r.pl").write_text(rules)
    r = run("kb", "build", place, "-o", folder / f"{name}.pack")
    check(r.status == 0, f"{name} builds: {r.err}")
    return folder / f"{name}.pack"


def case(folder, question, *facts):
    path = folder / "case.json"
    path.write_text(json.dumps({"pellucid_case": 1, "as_of": "2020-01-01", "question": question, "facts": list(facts)}))
    return path


def told(folder, pack, question, *facts):
    r = run("audit", case(folder, question, *facts), "--kb", pack, "--json")
    check(r.status == 0, f"{question} with {facts}: {r.err}")
    return json.loads(r.out) if r.status == 0 else {}


def age(value, unit="a", **more):
    return {"quantity": "age", "value": value, "unit": unit, **more}


def refuses_what_is_not_allowed(folder, pack):
    for fact, says in ((age(900), ["900 a", "0..130 a", "age"]), (age(-1), ["-1 a", "0..130"]), (age(130.5), ["130.5"]), ({"quantity": "weight", "value": 600000, "unit": "g"}, ["600000 g", "0..500 kg"]),
                       ({"quantity": "depth", "value": 11}, ["11", "..10"]), ({"choice": "grade", "value": "sevre"}, ["sevre", "mild|severe"])):
        fails(3, "audit", case(folder, "old(X)", {"term": "finding(cough)"}, fact), "--kb", pack, says=["$.facts[1].value: ", *says])
    for fact in (age(130), age(0), age(None), {"quantity": "weight", "value": 499000, "unit": "g"}, {"quantity": "depth", "value": -1000}, {"choice": "grade", "value": "severe"}, {"choice": "grade", "value": None}):
        check(told(folder, pack, "old(X)", fact).get("warnings") == [], f"{fact} is in order")


def refuses_two_values(folder, pack):
    one = {"term": "finding(cough)"}
    for facts, first, second, says in (((age(58), age(70)), 0, 1, []), ((one, age(70), one | {"id": "x"}, age(58)), 1, 3, []), ((age(58, date="2019-05-01"), age(70, date="2019-05-01")), 0, 1, [" on 2019-05-01"]),
                                       (({"quantity": "weight", "value": 80, "unit": "kg"}, {"quantity": "weight", "value": 80, "unit": "g"}), 0, 1, ["80 g", "80 kg"]), ((age(58), age(58), age(59)), 1, 2, [])):
        fails(3, "audit", case(folder, "old(X)", *facts), "--kb", pack, says=[f"$.facts[{second}].value: ", f"$.facts[{first}].value", "leave one out, or give each its date", *says])
    for facts in ((age(58), age(58)), (age(58, date="2019-05-01"), age(70, date="2019-05-02")), (age(58), age(None)), ({"quantity": "weight", "value": 80, "unit": "kg"}, {"quantity": "weight", "value": 80000, "unit": "g"})):
        check(told(folder, pack, "old(X)", *facts).get("state") in ("holds", "unknown", "not found"), f"{facts} do not speak against each other")
    both = told(folder, pack, "finding(cough)", one, {"term": "finding(cough)", "value": False})
    check(both["state"] == "conflict", f"a term that is given as true and as false is a conflict: {both}")


def warns(folder, pack):
    cough = {"term": "finding(cough)"}
    unknown, concluded = "no rule and no word of the pack names it", "the pack's rules conclude this themselves"
    for fact, says in (({"quantity": "agee", "value": 3}, unknown), ({"quantity": "agee", "value": None}, unknown), ({"term": "finding(zzz)"}, unknown), ({"term": "finding(zzz)", "value": False}, unknown),
                       ({"term": "nobody_asks(a)", "value": None}, unknown), ({"choice": "gradee", "value": "mild"}, unknown), ({"date_of": "sale", "value": "2019-01-01"}, unknown),
                       ({"term": "old(yes)"}, concluded), ({"term": "old(yes)", "value": False}, concluded), ({"term": "heavy"}, concluded), ({"term": "neg(heavy)", "value": None}, concluded)):
        facts = (cough, fact)
        got = told(folder, pack, "old(X)", *facts)
        check(len(got["warnings"]) == 1 and got["warnings"][0].startswith("$.facts[1]: ") and says in got["warnings"][0], f"{fact} is told as a warning: {got['warnings']}")
        text = run("audit", case(folder, "old(X)", *facts), "--kb", pack).out.decode()
        lines = [line for line in text.split("\n") if "Warning" in line]
        check(len(lines) == 1 and lines[0].endswith(".") and "Warning about fact 2" in lines[0] and says in lines[0] and "not known" not in lines[0], f"  once in the text: {text}")
    for fact in (cough, {"term": "other(zzz)"}, {"term": "extra(1)"}, {"term": "visit(london)", "date": "2019-01-01"}, {"term": "p(X) :- finding(X)"}, {"term": "weird(1)", "value": True}):
        question = "weird(X)" if "weird" in fact["term"] else "old(X)"
        check(told(folder, pack, question, fact)["warnings"] == [], f"{fact} is in order")
    many = told(folder, pack, "old(X)", *({"term": f"nobody(n{i})"} for i in range(100)))["warnings"]
    check(len(many) == 41 and many[-1] == "Warning: 60 more facts like these", f"many of them are counted: {len(many)} {many[-1:]}")
    rules = "q(X) :- call(X). q(X) :- r(Y), Y = X. s(L) :- maplist(t, L)."
    free = small_pack(folder, "free", rules)
    check(told(folder, free, "q(a)", {"term": "anything(b)"}, {"term": "t(1)"})["warnings"] == [], "where rules call what they are given, nothing is said of facts that no rule names")
    tied = small_pack(folder, "tied", "s(L) :- maplist(t, L). u(1) :- findall(X, v(X), _), \\+ w(_), forall(a1(X), b1(X)).")
    got = told(folder, tied, "s([1])", *({"term": t} for t in ("t(1)", "v(1)", "w(2)", "a1(3)", "b1(4)", "c1(5)")))["warnings"]
    check(len(got) == 1 and got[0].startswith("$.facts[5]"), f"goals within goals are asked for, too: {got}")


def built_in_packs(folder):
    for name in ("pneumonia", "home-sale"):
        place, odd = pathlib.Path(ROOT) / "data/packs" / name, []
        check(run("kb", "build", place, "-o", folder / f"{name}.pack").status == 0, f"{name} builds")
        for path in sorted((place / "cases").iterdir()):
            r = run("audit", path, "--kb", folder / f"{name}.pack", "--json", "--no-retrieve")
            odd += json.loads(r.out)["warnings"] if r.status == 0 else [f"{path.name}: {r.err}"]
        check(odd == [], f"no fact of the cases of {name} is odd: {odd}")


GOOD = {"pellucid_case": 1, "as_of": "2020-01-01", "question": "p(X)", "text": "One\ttwo\nthree", "facts": [{"term": "p(1)"}]}


def with_fact(**fact):
    return {**GOOD, "facts": [fact]}


def the_schema_says_the_same(folder):
    """A case that the schema takes is one that the program takes, and the other way round."""
    try:
        import jsonschema
    except ImportError:
        return print("# the Python module jsonschema is not there: the schema of the case format was not tried")
    schema = json.loads((pathlib.Path(ROOT) / "docs/case.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    takes = jsonschema.Draft202012Validator(schema).is_valid
    pack, path = small_pack(folder, "any", ":- dynamic p/1.\nq(1).\n"), folder / "one.json"
    good = [GOOD, {**GOOD, "$schema": "x"}, {**GOOD, "title": ""}, {**GOOD, "as_of": "2020-02-29"}, {**GOOD, "as_of": "2000-02-29"}, {**GOOD, "facts": []}, with_fact(term="p(1)", date="", unit="", id="", by=""),
            with_fact(term="p(1)", value=None), with_fact(term="p(1)", value=False, date="2019-12-31", span=[0, 3]), with_fact(quantity="n", value=1.5, unit="kg"), with_fact(quantity="n", value=None),
            with_fact(choice="c", value="d"), with_fact(choice="c", value=None, unit=""), with_fact(date_of="d", value="2019-04-30"), with_fact(date_of="d", value=None), {**GOOD, "text": ""}]
    bad = [{}, [], {**GOOD, "pellucid_case": 2}, {**GOOD, "pellucid_case": "1"}, {**GOOD, "as_of": ""}, {**GOOD, "as_of": "2020-1-1"}, {**GOOD, "as_of": "2020-02-30"}, {**GOOD, "as_of": "2019-02-29"}, {**GOOD, "as_of": "1900-02-29"},
           {**GOOD, "as_of": "2020-04-31"}, {**GOOD, "as_of": "2020-01-01\n"}, {**GOOD, "as_of": "2020-01-01T00:00"}, {**GOOD, "as_of": None}, {**GOOD, "question": ""}, {**GOOD, "question": "p(X)\n"}, {**GOOD, "title": 1},
           {**GOOD, "title": "a\tb"}, {**GOOD, "asks": "\x7f"}, {**GOOD, "text": "\x01"}, {**GOOD, "text": "\r\n"}, {**GOOD, "text": None}, {**GOOD, "titel": "x"}, {**GOOD, "facts": {}}, {**GOOD, "facts": None}, {**GOOD, "facts": [1]},
           {**GOOD, "facts": [None]}, with_fact(), with_fact(value=True), with_fact(term=""), with_fact(term=None), with_fact(term="p(1)", value="yes"), with_fact(term="p(1)", value=1), with_fact(term="p(1)", unit="kg"),
           with_fact(term="p(1)", quantity="n", value=3), with_fact(term="p(1)", choice="c", value=True), with_fact(quantity="n", choice="c", value=None), with_fact(quantity="n"), with_fact(quantity="n", value="3"),
           with_fact(quantity="n", value=True), with_fact(quantity="", value=3), with_fact(choice="c"), with_fact(choice="c", value=""), with_fact(choice="c", value="a\nb"), with_fact(choice="c", value=3), with_fact(choice="c", value="d", unit="kg"),
           with_fact(date_of="d"), with_fact(date_of="d", value=""), with_fact(date_of="d", value="2019-13-01"), with_fact(date_of="d", value="2019-01-01", unit="a"), with_fact(term="p(1)", date="soon"), with_fact(term="p(1)", date=None),
           with_fact(term="p(1)", id=3), with_fact(term="p(1)", by=None), with_fact(term="p(1)", says="a\nb"), with_fact(term="p(1)", span=[1]), with_fact(term="p(1)", span=[0, 1, 2]), with_fact(term="p(1)", span=[-1, 2]),
           with_fact(term="p(1)", span="0-3"), with_fact(term="p(1)", spam=1), {**GOOD, "question": "p(" + "a" * 4001 + ")"}]
    for cases, right in ((good, True), (bad, False)):
        for one in cases:
            path.write_text(json.dumps(one))
            r = run("audit", path, "--kb", pack, "--json", "--no-retrieve")
            check((r.status == 0) == right, f"the program {'takes' if right else 'refuses'} {str(one)[:150]}: {r.err}")
            check(takes(one) == right, f"  and so does the schema: {str(one)[:150]}")
    cases = sorted((pathlib.Path(ROOT) / "data/packs").glob("*/cases/*.json"))
    check(len(cases) > 40 and all(takes(json.loads(path.read_text())) for path in cases), "the schema takes the cases of the built-in packs")


with temporary() as name:
    folder = pathlib.Path(name)
    pack = small_pack(folder, "small", RULES, VOCABULARY)
    refuses_what_is_not_allowed(folder, pack)
    refuses_two_values(folder, pack)
    warns(folder, pack)
    built_in_packs(folder)
    the_schema_says_the_same(folder)
finish()
