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
        check(told(folder, pack, "old(X)", fact).get("warnings", []) == [], f"{fact} is in order")


def refuses_two_values(folder, pack):
    one = {"term": "finding(cough)"}
    for facts, first, second, says in (((age(58), age(70)), 0, 1, []), ((one, age(70), one | {"id": "x"}, age(58)), 1, 3, []), ((age(58, date="2019-05-01"), age(70, date="2019-05-01")), 0, 1, [" on 2019-05-01"]),
                                       (({"quantity": "weight", "value": 80, "unit": "kg"}, {"quantity": "weight", "value": 80, "unit": "g"}), 0, 1, ["80 g", "80 kg"]), ((age(58), age(58), age(59)), 1, 2, [])):
        fails(3, "audit", case(folder, "old(X)", *facts), "--kb", pack, says=[f"$.facts[{second}].value: ", f"$.facts[{first}].value", "leave one out, or give each its date", *says])
    for facts in ((age(58), age(58)), (age(58, date="2019-05-01"), age(70, date="2019-05-02")), (age(58), age(None)), ({"quantity": "weight", "value": 80, "unit": "kg"}, {"quantity": "weight", "value": 80000, "unit": "g"})):
        check(told(folder, pack, "old(X)", *facts).get("state") in ("holds", "unknown", "not found"), f"{facts} do not speak against each other")
    both = told(folder, pack, "finding(cough)", one, {"term": "finding(cough)", "value": False})
    check(both["state"] == "conflict", f"a term that is given as true and as false is a conflict: {both}")


with temporary() as name:
    folder = pathlib.Path(name)
    pack = small_pack(folder, "small", RULES, VOCABULARY)
    refuses_what_is_not_allowed(folder, pack)
    refuses_two_values(folder, pack)
finish()
