"""pellucid audit from outside: the built-in packs and their cases, what is recorded, what is refused."""
import copy
import html
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import time

from support import PROGRAM, ROOT, audit, check, environment, fails, finish, real_model, rows, run, temporary, tiny_model

PACKS = pathlib.Path(ROOT) / "data" / "packs"


def built(folder):
    packs = {}
    for name in ("pneumonia", "home-sale"):
        packs[name] = folder / f"{name}.pack"
        r = run("kb", "build", PACKS / name, "-o", packs[name])
        check(r.status == 0, f"{name} builds: {r.err}")
        r = run("kb", "test", packs[name])
        check(r.status == 0 and b" 0 failed" in r.out, f"{name}: its cases come out as it says: {r.out.decode()[-600:]}")
        r = run("kb", "check", packs[name])
        check(r.status == 0, f"{name}: no finding: {r.out.decode()[:400]}")
    return packs


def leaves_nothing(folder, packs):
    """Without -o the trace is private: gone at the end, and what a killed program left is gone with the next."""
    place = folder / "private"
    place.mkdir()
    slow = folder / "slow"
    slow.mkdir()
    (slow / "pack.json").write_text(json.dumps({"pellucid_pack": 1, "name": "slow", "title": "Slow", "version": "1", "rules": ["r.pl"], "vocabulary": []}))
    (slow / "r.pl").write_text("go(X) :- between(1, 100000000, X), X < 0.\n")
    (slow / "case.json").write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": "go(X)"}))
    check(run("kb", "build", slow, "-o", folder / "slow.pack").status == 0, "a pack is built")
    env = environment(TMPDIR=str(place))
    with subprocess.Popen([PROGRAM, "audit", slow / "case.json", "--kb", folder / "slow.pack", "--steps", "100000000"], env=env, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as p:
        for _ in range(200):
            if os.listdir(place) or p.poll() is not None:
                break
            time.sleep(0.01)
        p.send_signal(signal.SIGSTOP)
        left = os.listdir(place)
        check(len(left) == 1 and (place / left[0]).stat().st_mode & 0o777 == 0o700, f"a private folder: {left}")
        other = run("audit", PACKS / "pneumonia" / "cases" / "severe.json", "--kb", packs["pneumonia"], env=env)
        check(other.status == 0 and os.listdir(place) == left, f"  of a living program it stays: {other.err!r} {os.listdir(place)}")
        p.kill()
    check(os.listdir(place) == left, "  killed, a program leaves its folder")
    run("audit", PACKS / "pneumonia" / "cases" / "severe.json", "--kb", packs["pneumonia"], env=env)
    check(os.listdir(place) == [], f"  and the next takes it away: {os.listdir(place)}")


def concludes(packs):
    cases = PACKS / "pneumonia" / "cases"
    told = audit(cases / "severe.json", packs["pneumonia"])
    check(told["state"] == "holds" and told["proof_checked"] and told["answers"] == ["curb65(3,severe)"], f"a proof: {told}")
    lines = {line["number"]: line for line in told["tree"]}
    check(lines[""]["kind"] == "conclusion" and lines["1.1.1"]["origin"].startswith("\u201cShe does not know") and lines["1"]["confidence"] == "follows if its facts hold", f"the tree line by line: {lines.get('1.1.1')}")
    check(len(told["assumed"]) == 1 and any("the CURB-65 score is 2 (severity: intermediate)" in w for w in told["would_change"]) and "no medical advice" in told["advice"], f"what it rests on: {told['assumed']} {told['would_change']}")
    told = audit(cases / "urea-unknown-severe.json", packs["pneumonia"])
    check(told["state"] == "holds" and told["missing"] == [{"fact": "urea", "matters": False}], f"an unknown that does not matter: {told}")
    told = audit(cases / "urea-unknown-borderline.json", packs["pneumonia"])
    check(told["state"] == "unknown" and told["missing"] == [{"fact": "urea", "matters": True}], f"one that matters: {told}")
    text = run("audit", PACKS / "home-sale" / "cases" / "before-1997-young.json", "--kb", packs["home-sale"]).out.decode()
    check("not in force" in text, f"a rule of another time is named: {text[:800]}")
    for word in ("_G", ":-", "\\+", "quantity(", "findall"):
        check(word not in text, f"no words of the engine in the text: {word}")
    for line in ("63 is at least 55: passed", "An exception applies: the one-time exclusion was elected for another sale", "What would change it:", "   The taxpayer or the spouse elected"):
        near = run("audit", PACKS / "home-sale" / "cases" / "before-1997-second-election.json", "--kb", packs["home-sale"]).out.decode()
        check(line in near, f"why nothing follows: {line}")
    smell = run("audit", PACKS / "pneumonia" / "cases" / "smell-2015.json", "--kb", packs["pneumonia"]).out.decode()
    check("COVID-19" in smell and "covid19" not in smell, "things have the names that the pack gives them")
    check("\u2026 is at least" not in text and "unknown is" not in smell, "  and a comparison with what nothing says is no line")
    check("no legal" in text.split("\n")[-2], f"the last line says that it is no advice: {text[-200:]}")


GUIDELINE = {
    "id": "fever.v1", "gdl_version": "2.0", "concept": "gt0001",
    "definition": {
        "data_bindings": {"gt0002": {"model_id": "M", "elements": {"gt0003": {"path": "/a", "data_type": "DV_COUNT"}, "gt0004": {"path": "/b", "data_type": "DV_COUNT"}}}},
        "rules": {"gt0010": {"priority": 2, "when": ["$gt0003>37"], "then": ["$gt0004.magnitude=$gt0003.magnitude+1"]}, "gt0011": {"priority": 1, "when": ["$gt0003>50"], "then": ["$gt0004.magnitude=0"]}}},
    "ontology": {"term_definitions": {"en": {"terms": {"gt0003": {"text": "Degrees"}, "gt0004": {"text": "Score"}, "gt0010": {"text": "Warm"}, "gt0011": {"text": "Nobody is so warm"}}}}}}


def tells_a_guideline(folder):
    source, pack, case = folder / "fever.gdl2.json", folder / "fever.pack", folder / "fever.json"
    source.write_text(json.dumps(GUIDELINE))
    r = run("kb", "build", source, "-o", pack)
    check(r.status == 0, f"a guideline builds: {r.err}")
    case.write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": "fever_v1_concludes(gt0004, Value)", "facts": [{"quantity": "fever_v1_gt0003", "value": 39}]}))
    text = run("audit", case, "--kb", pack).out.decode()
    for line in ("Degrees: 39", "39 is more than 37", "39 + 1 = 40", "Nobody is so warm\u201d does not apply: passed"):
        check(line in text, f"a guideline in its own words: {line}: {text[:1500]}")
    for word in ("gdl2_", "Gdl2", "fever v1", "count 3", "Assumed"):
        check(word not in text, f"  and none of the machinery: {word}")
    case.write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": "fever_v1_concludes(gt0004, Value)", "facts": [{"term": "fever_v1_given(gt0003, count(39))"}]}))
    told = audit(case, pack)
    check(told["warnings"] == [] and told["state"] == "holds", f"what is given in the rules' own words is no conclusion: {told}")


def small_pack(folder, name, rules, vocabulary=()):
    place = folder / name
    place.mkdir()
    (place / "pack.json").write_text(json.dumps({"pellucid_pack": 1, "name": name, "version": "1", "rules": ["r.pl"], "vocabulary": list(vocabulary)}))
    (place / "r.pl").write_text(rules)
    r = run("kb", "build", place, "-o", folder / f"{name}.pack")
    check(r.status == 0, f"{name} builds: {r.err}")
    return folder / f"{name}.pack"


def asks(folder, question, facts=()):
    path = folder / "asked.json"
    path.write_text('{"pellucid_case": 1, "as_of": "2020-01-01", "question": ' + json.dumps(question) + ', "facts": [' + ", ".join(f if isinstance(f, str) else json.dumps(f) for f in facts) + "]}")
    return path


def keeps_numbers(folder):
    pack = small_pack(folder, "numbers", "value(V) :- quantity(n, V).\n")
    for written, answer in (("99999999999999999999999", None), ("-99999999999999999999999", None), ("18446744073709551616", None), ("9223372036854775807", None), ("0.1", "1r10"), ("1E+2", "100"), ("-0", "0")):
        told = audit(asks(folder, "value(V)", ['{"quantity": "n", "value": ' + written + "}"]), pack)
        check(told.get("answers") == [f"value({answer or written})"], f"{written} is reasoned with as it stands: {told}")
    for written, says in (("1e401", "exponent"), ("1e999999999999", "exponent"), ("-1e-401", "exponent"), ("0." + "0" * 130, "120 digits"), ("1" * 130, "120 digits")):
        fails(3, "audit", asks(folder, "value(V)", ['{"quantity": "n", "value": ' + written + "}"]), "--kb", pack, says=["$.facts[0].value", says])
    told = audit(asks(folder, "value(V)", ['{"quantity": "n", "value": 1e400}']), pack)
    check(told.get("answers") == ["value(1" + "0" * 400 + ")"], f"a large exponent is exact: {str(told)[:80]}")


def holds_cases(folder):
    long_name = "x" * 450
    rules = "%@ cites: law s. 1\nlikes(ann, X) :- thing(X), \\+ banned(X).\nthing(tea). thing('iced tea').\n" + f"same({long_name}a).\n:- dynamic banned/1.\nopen(x) :- asked(x).\n:- dynamic asked/1.\n"
    place = folder / "held"
    place.mkdir()
    (place / "law.md").write_text("## s. 1 | Likes\nAll of it.\n\n## s. 2 | More\nNone of it.\n")
    (place / "r.pl").write_text(rules)

    def tested(expected, question="likes(ann, X)", facts=()):
        (place / "c.json").write_text(json.dumps({"pellucid_case": 1, "as_of": "2020-01-01", "question": question, "facts": list(facts)}))
        (place / "pack.json").write_text(json.dumps({"pellucid_pack": 1, "name": "held", "version": "1", "rules": ["r.pl"], "sources": [{"key": "law", "title": "Law", "file": "law.md"}],
                                                     "cases": [{"file": "c.json", "expected": expected}]}))
        r = run("kb", "build", place, "-o", folder / "held.pack", "--force")
        check(r.status == 0, f"a pack with a case builds: {r.err}")
        r = run("kb", "test", folder / "held.pack")
        return r.status, r.out.decode()

    both = ["likes(ann, tea)", "likes(ann,'iced tea')"]
    status, out = tested({"state": "holds", "answers": both, "cites": ["law s. 1"], "assumes": ["banned(tea)"]})
    check(status == 0, f"a case that comes out: {out}")
    for expected, says in (({"state": "holds", "answers": both[:1]}, "answer: expected no other, got likes(ann,'iced tea')"), ({"state": "holds", "answers": ["likes(ann, tea)", "likes(ann,'icedtea')"]}, "likes(ann,'icedtea')"),
                           ({"state": "holds", "cites": ["law s. 2"]}, "cited: expected law s. 2, got law s. 1"), ({"state": "holds", "assumes": ["banned(milk)"]}, "assumed: expected banned(milk)")):
        status, out = tested(expected)
        check(status == 4 and says in out, f"a case is held against {expected}: {status} {out}")
    status, out = tested({"state": "holds", "answers": [f"same({long_name}b)"]}, "same(X)")
    check(status == 4, f"a long answer is compared to its end: {status} {out}")
    status, out = tested({"state": "unknown", "missing": []}, "open(x)", [{"id": "f", "term": "asked(x)", "value": None}])
    check(status == 4 and "missing: expected no other, got f" in out, f"one more that is missing fails, too: {out}")


def records(packs, folder):
    case, pel = PACKS / "pneumonia" / "cases" / "severe.json", folder / "run.pel"
    told = audit(case, packs["pneumonia"], "-o", pel)
    again = audit(case, packs["pneumonia"], "-o", folder / "again.pel")
    check(told["hash"] == again["hash"] and len(told["hash"]) == 64, "the same input gives the same hash")
    check(run("verify", pel).status == 0, "the trace verifies")
    kinds = {k for (k,) in rows(pel, "SELECT DISTINCT kind FROM node")}
    check({"conclusion", "claim", "fact", "assumption", "check"} <= kinds, f"kinds of nodes: {kinds}")
    spans = len(rows(pel, "SELECT 1 FROM node WHERE document > 0"))
    check(spans >= 4, f"facts point into the text: {spans}")
    fails(1, "audit", case, "--kb", packs["pneumonia"], "-o", pel, says=["exists", "--force"])
    for form in ("svg", "json", "md", "dot", "graphml"):
        r = run("export", pel, "tree", "-o", folder / f"tree.{form}")
        check(r.status == 0, f"tree as {form}: {r.err}")
    r = run("review", pel, "--node", "2", "--dispute", "--name", "Dr. A. Smith", "--reason", "the note is of another day")
    check(r.status == 0 and run("verify", pel).status == 0, f"a review is added and the chain holds: {r.err}")


def tells_its_limits(packs, folder):
    pel, page = folder / "limits.pel", folder / "limits.html"
    check(run("audit", PACKS / "pneumonia" / "cases" / "severe.json", "--kb", packs["pneumonia"], "-o", pel).status == 0 and run("report", pel, "-o", page).status == 0, "a report of an audit")
    text = page.read_text()
    check("--steps 5000000" in text and "536870912" in text and "explain" in text, "the command that makes it again has the limits as they are typed")


def refuses(packs, folder):
    good = json.loads((PACKS / "pneumonia" / "cases" / "severe.json").read_text())

    def bad(change, *says):
        case = copy.deepcopy(good)
        change(case)
        path = folder / "bad.json"
        path.write_text(json.dumps(case))
        fails(3, "audit", path, "--kb", packs["pneumonia"], says=says)

    quantity = next(i for i, f in enumerate(good["facts"]) if "quantity" in f and f.get("unit"))
    bad(lambda c: c.update(titel="x"), "$", "titel", "title")
    bad(lambda c: c["facts"][0].update(spam=1), "$.facts[0]", "spam", "span")
    bad(lambda c: c.pop("as_of"), "as_of", "missing")
    bad(lambda c: c.update(as_of="2016-02-30"), "$.as_of", "2016-02-30")
    bad(lambda c: c["facts"][quantity].update(unit="furlong"), f"$.facts[{quantity}].unit", "furlong")
    bad(lambda c: c["facts"][quantity].pop("unit"), f"$.facts[{quantity}].unit", "missing")
    bad(lambda c: c["facts"][quantity].update(value="many"), f"$.facts[{quantity}].value")
    bad(lambda c: c["facts"][0].update(span=[5, 100000]), "$.facts[0].span", "characters")
    bad(lambda c: c.update(question="curb65(X"), "bad.json: $.question", "column")
    bad(lambda c: c.update(question="curb65(X, Y, Z)"), "bad.json: $.question", "curb65 with 3 values")
    bad(lambda c: c["facts"].append({"term": "finding(confusion"}), f"$.facts[{len(good['facts'])}].term")
    text = json.dumps(good)
    for old, new, says in (('"value": true', '"value": true, "value": false', ["$.facts[", "value", "twice"]), ('"as_of"', '"as_of": "2001-01-01", "as\\u005fof"', ["$: ", "as_of", "twice"])):
        check(old in text, f"the case has {old}")
        (folder / "twice.json").write_text(text.replace(old, new, 1))
        fails(3, "audit", folder / "twice.json", "--kb", packs["pneumonia"], says=says)
    (folder / "twice").mkdir()
    for vocabulary, says in (('[{"term": "a", "says": "x", "says": "y"}]', ["$.vocabulary[0]", "says", "twice"]), ('[], "version": "2"', ["$: ", "version", "twice"])):
        (folder / "twice" / "pack.json").write_text('{"pellucid_pack": 1, "name": "twice", "version": "1", "vocabulary": ' + vocabulary + "}")
        fails(3, "kb", "build", folder / "twice", "-o", folder / "twice.pack", says=says)
    (folder / "no.json").write_text("{ \"pellucid_case\": 1,\n  oops")
    fails(3, "audit", folder / "no.json", "--kb", packs["pneumonia"], says=["no.json:2:"])
    fails(3, "audit", folder / "bad.json", "--kb", folder / "no.json", says=["no.json"])
    fails(2, "audit", folder / "bad.json", says=["--kb"])
    loop = folder / "loop"
    loop.mkdir()
    (loop / "pack.json").write_text(json.dumps({"pellucid_pack": 1, "name": "loop", "version": "1", "rules": ["r.pl"]}))
    (loop / "r.pl").write_text("p(X) :- p(X).\nq(X) :- X > 1 / 0.\nr([a|X]) :- r(X).\n")
    check(run("kb", "build", loop, "-o", folder / "loop.pack").status == 0, "a pack of endless rules builds")
    for goal, reason in (("p(1)", "limit"), ("q(1)", "it divides by zero"), ("r(X)", "limit"), ("q(_)", "needs a value")):
        (folder / "loop.json").write_text(json.dumps({"pellucid_case": 1, "as_of": "2020-01-01", "question": goal}))
        told = audit(folder / "loop.json", folder / "loop.pack", "--steps", "100000")
        check(told["state"] == "unknown" and reason in told["reason"], f"{goal} ends as unknown: {told}")


def refuses_a_changed_pack(packs, folder):
    forged = folder / "forged.pack"
    shutil.copy(packs["pneumonia"], forged)
    with sqlite3.connect(forged) as db:
        db.execute("UPDATE rule SET text = 'curb65(0, low).' WHERE id = 1")
    db.close()
    r = run("audit", PACKS / "pneumonia" / "cases" / "severe.json", "--kb", forged)
    check(r.status == 4 and "was changed after it was built" in r.err and str(forged) in r.err and not r.out, f"a pack that was changed: {r.status} {r.err}")


def is_sound(folder):
    """What must not come out, however the rules are put."""
    def ask(rules, question, *facts):
        pack = folder / "sound"
        pack.mkdir(exist_ok=True)
        (pack / "pack.json").write_text(json.dumps({"pellucid_pack": 1, "name": "sound", "version": "1", "rules": ["r.pl"]}))
        (pack / "r.pl").write_text(rules)
        check(run("kb", "build", pack, "-o", folder / "sound.pack", "--force").status == 0, f"builds: {rules}")
        (folder / "sound.json").write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": question, "facts": list(facts)}))
        r = run("audit", folder / "sound.json", "--kb", folder / "sound.pack")
        return r.status, r.out.decode()

    unknown, many = {"term": "a", "value": None}, {"quantity": "n", "value": None}
    endless = " count(0) :- !. count(N) :- M is N - 1, count(M)."
    for rules, question, facts, status, has, lacks in (
            ("a. q :- \\+ (b, c). b. c :- d. d :- fail.", "q", (), 0, "Assumed: Nothing found that says: b, and c", "\0"),
            ("p(1). ok(1). q :- forall(p(X), ok(X)).", "q", (), 0, "Assumed:", "\0"),
            ("neg(fit(bob)). fit(X) :- z(X). z(_) :- fail.", "fit(X)", (), 0, "NOTHING FOUND", "NO, if"),
            ("neg(fit(_)). fit(X) :- z(X). z(_) :- fail.", "fit(X)", (), 0, "NO, if", "NOTHING FOUND that"),
            ("p. neg(p).", "neg(p)", (), 0, "IN CONFLICT", "YES"),
            ("a. b. neg(b).", "a, b", (), 0, "IN CONFLICT", "YES"),
            ("p(a). p(b). neg(p(b)).", "p(X)", (), 0, "YES, if", "\0"),
            ("q. neg(q) :- count(30000000)." + endless, "q", (), 0, "whether its opposite is proved, too, could not be decided", "\0"),
            ("q :- a. q :- \\+ a, \\+ barred. barred :- z. z :- fail.", "q", (unknown,), 0, "Assumed: Nothing found that says: barred", "Assumed: Nothing found that says: a "),
            ("q :- catch((X is 1 / 0, X > 1), _, true).", "q", (), 0, "a rule went wrong, and the rules say what to do then: it divides by zero", "\0"),
            ("q :- catch((X is 1 / 0, X > 1), _, fail).", "q", (), 0, "a rule went wrong, and the rules say what to do then: it divides by zero", "YES"),
            ("q :- catch(throw(mine), mine, true).", "q", (), 0, "YES, if", "went wrong"),
            ("q :- quantity(n, 3).", "q", (many,), 0, "NOT DECIDED", "NOTHING FOUND that"),
            ("q :- quantity(n, N), \\+ N = 3.", "q", (many,), 0, "NOT DECIDED", "YES"),
            ("q :- quantity(n, N), integer(N).", "q", (many,), 0, "NOT DECIDED", "NOTHING FOUND that"),
            ("%@ label: The ratio is high\nq :- ratio(R), R > 1.\n%@ label: The ratio of three\nratio(R) :- none(N), R is 3 / N.\nnone(0).", "q", (), 0, "It went wrong in the rule at r.pl, line 4: The ratio of three", "YES"),
            ("q :- loop(1). loop(N) :- M is N + 1, loop(M).", "q", (), 0, "The search ended in the rule at r.pl, line 1", "YES"),
            ("q :- quantity(n, N), N > 3, N =< 20.", "q", (many,), 0, "if quantity: n, more than 3 and at most 20", "YES"),
            ("q :- catch((throw(x), zero), _, true). zero :- none. none :- fail.", "catch((throw(x), zero), _, true)", (), 0, "or, where that goes wrong, nothing more is needed", "\0"),
            ("must('not\\0\\'). q(X) :- must(X).", "q('not\\0\\')", (), 0, "Q: not?: YES", "\0"),
            ("c :- " + ", ".join(f"(f({i}) ; \\+ f({i}))" for i in range(10)) + ".", "c", tuple({"term": f"f({i})", "value": None} for i in range(10)), 0, "too many unknown facts", "depends on"),
            ("ex :- count(200000), fail. q :- b, \\+ ex, c. b. c :- z. z :- fail." + endless, "q", (), 0, "it could not be followed to its end", "An exception applies"),
            ("q :- busy. busy :- count(300000)." + endless, "q", (), 4, "NOT DECIDED; the proof is too large to be kept and checked", "YES")):
        got, text = ask(rules, question, *facts)
        check(got == status and has in text and lacks not in text, f"{rules} ?- {question}: {has}: {text[:400]}")


def with_model(packs, folder):
    tiny = folder / "tiny.gguf"
    tiny_model(tiny)  # what it says is half characters, and control characters
    tells_what_the_model_said(packs["pneumonia"], folder, tiny, "--chat-template", "none")
    model = real_model("a case put to a model")
    if not model:
        return
    pel = folder / "model.pel"
    told = audit(PACKS / "pneumonia" / "cases" / "severe.json", packs["pneumonia"], "--model", model, "-n", "12", "-o", pel)
    check(told["model"]["claim"] in ("agrees", "contradicts", "says nothing"), f"the model's claim is judged: {told['model']}")
    check(run("verify", pel).status == 0, "attention and reasoning verify in one trace")
    check(run("export", pel, "attention", "--layer", "0", "--head", "0", "-o", folder / "a.png").status == 0, "its attention is there")
    weights = [w for (w,) in rows(pel, "SELECT weight FROM edge WHERE kind = 'attended to'")]
    check(len(weights) >= 4 and all(0 <= w <= 1 for w in weights), f"attention on the facts: {weights}")
    tells_what_the_model_said(packs["pneumonia"], folder, model)


def prompt_of(trace):
    return b"".join(piece for (piece,) in rows(trace, "SELECT piece FROM token ORDER BY pos")).decode(errors="replace")


def tells_what_the_model_said(pack, folder, model, *options):
    case = json.loads((PACKS / "pneumonia" / "cases" / "severe.json").read_text())
    for fact in case["facts"]:
        fact.pop("says", None)
    case["facts"].append({"id": "f8", "term": "finding(chest_pain_on_breathing)", "value": None})
    case["facts"].append({"id": "f9", "quantity": "height_of_patient", "value": 1.7, "unit": "m"})
    path, pel = folder / "nosays.json", folder / "nosays.pel"
    path.write_text(json.dumps(case))
    told = audit(path, pack, "--model", model, "-n", "40", "--force", "-o", pel, *options)
    again = audit(path, pack, "--model", model, "-n", "40", "--force", "-o", folder / "nosays2.pel", *options)
    check(told["hash"] == again["hash"] and len(told["hash"]) == 64, "with a model, too, the same input gives the same hash")
    prompt = prompt_of(pel)
    for line in ("- The blood urea is 6.1 mmol/L\n", "- The systolic blood pressure is 96 mmHg\n", "- Not known: ", "- Height of patient is 1.7 m\n", "Passages:\n- Severity groups"):
        check(line in prompt, f"the model is told: {line!r}: {prompt[:900]}")
    check("systolic\n" not in prompt and "finding(" not in prompt, "  and no names of the rules")
    said = told["model"]
    check(said["claim"] in ("agrees", "contradicts", "says nothing") and (options or said["answer"] in prompt) and said["name"].endswith(".gguf"), f"its words and its claim: {said}")
    facts, passages = ([a for a in said["attention"] if key in a] for key in ("fact", "passage"))
    check({a["fact"] for a in facts} == {f"f{i}" for i in range(1, 10)} and len(passages) >= 1, f"attention on each fact and passage: {said['attention']}")
    for part, of in ((facts, "attention_on_facts"), (passages, "attention_on_passages")):
        check(abs(sum(a["weight"] for a in part) - said[of]) < 1e-9 and 0 < said[of] < 1, f"  and {of}: {said[of]}")
    check([a["weight"] for a in said["attention"]] == sorted((a["weight"] for a in said["attention"]), reverse=True), "  the greatest first")
    check(next(a for a in facts if a["fact"] == "f8")["state"] == "unknown", "  what is not known is called so")
    names = [name for (name,) in rows(pel, "SELECT name FROM span ORDER BY id")]
    found = dict(rows(pel, "SELECT name, value FROM attribute"))
    check(names == ["retrieve", "weigh", "ask", "deduce", "explain", "verify", "check"], f"stages in order: {names}")
    check(len(passages) == int(found["passages told"]) == min(8, int(found["support"])), f"the passages with weight are what it is told: {found}")
    check("passages told" in found and int(found["facts told"]) == 9, "  and the stage says so")
    shown(pel, folder, said)
    check(run("verify", pel).status == 0, "  and it verifies")
    quiet = audit(path, pack, "--model", model, "-n", "12", "--no-retrieve", *options)
    check(not [a for a in quiet["model"]["attention"] if "passage" in a], "without looking up there is no passage")


def shown(pel, folder, said):
    """In every text, however little of the tree is shown."""
    digits = f"{said['attention'][0]['weight']:#.3g}"
    start = said["answer"].split("\n")[0][:10]
    for i, options in enumerate(([], ["--all"], ["--cover", "0.2"])):
        md = folder / f"said{i}.md"
        check(run("export", pel, "tree", *options, "--force", "-o", md).status == 0, "the tree in words")
        text = md.read_text()
        for words in ("**A language model**", "> " + re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", start), "what the pack concludes", f"**{digits}", "f7: The blood urea is 6.1 mmol/L", "f8: "):
            check(words in text, f"export {options}: {words}: {text[-1500:]}")
        check(": not known." in text, "  what is not known is called so")
    r = run("report", pel, "--force", "-o", folder / "said.html")
    page = (folder / "said.html").read_text()
    check(r.status == 0 and page.count("What a language model said") >= 2 and html.escape(start) in page and digits in page, f"and the report: {r.err}")
    check("with weight. The rules do not use them; the language model was told those with weight" in page, "  which says who used the passages")


with temporary() as folder:
    folder = pathlib.Path(folder)
    packs = built(folder)
    concludes(packs)
    leaves_nothing(folder, packs)
    tells_a_guideline(folder)
    keeps_numbers(folder)
    holds_cases(folder)
    records(packs, folder)
    tells_its_limits(packs, folder)
    refuses(packs, folder)
    refuses_a_changed_pack(packs, folder)
    is_sound(folder)
    with_model(packs, folder)
finish()
