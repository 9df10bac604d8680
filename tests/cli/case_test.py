"""What a case's facts may say: one term each, about predicates that are not the rules' own."""
import json
import pathlib
import resource

from support import check, fails, finish, run, temporary

RULES = ":- dynamic p/0, b/0, q/1.\ngoal :- p.\nlast([X], X).\nlistens(X) :- last([X], X).\n"


def small_pack(folder, name, rules):
    place = folder / name
    place.mkdir()
    (place / "pack.json").write_text(json.dumps({"pellucid_pack": 1, "name": name, "version": "1", "rules": ["r.pl"]}))
    (place / "r.pl").write_text(rules)
    r = run("kb", "build", place, "-o", folder / f"{name}.pack")
    check(r.status == 0, f"{name} builds: {r.err}")
    return folder / f"{name}.pack"


def case(folder, question, *facts):
    path = folder / "case.json"
    path.write_text(json.dumps({"pellucid_case": 1, "as_of": "2020-01-01", "question": question, "facts": list(facts)}))
    return path


def refused(folder, pack, term, value, *says):
    fails(3, "audit", case(folder, "goal", {"term": "b"}, {"term": term, "value": value}), "--kb", pack, says=["$.facts[1].term: ", *says])


def keys_once(folder, pack):
    """The parser keeps the later of two: what kind it is says nothing of the first."""
    for first, then in (("true", "false"), ("[1, 2]", '"case text"'), ('{"a": [1]}', "[1]"), ('"x"', "[1]"), ("[[1]]", "[]"), ("[[1], {}]", "[[2]]")):
        path = folder / "twice.json"
        path.write_text('{"pellucid_case": 1, "as_of": "2020-01-01", "question": "goal", "facts": [{"term": "b", "value": true, "by": ' + first + ', "by": ' + then + "}]}")
        fails(3, "audit", path, "--kb", pack, says=["$.facts[0]", "twice"])


def ids_once(folder, pack):
    """However many facts there are: of two with one id the second is named."""
    facts = [{"term": "b", "id": f"f{i}"} for i in range(2500)]
    fails(3, "audit", case(folder, "goal", *facts, {"term": "b", "id": "f2400"}), "--kb", pack, says=["$.facts[2500]", 'has the id "f2400", too'])
    fails(3, "audit", case(folder, "goal", *[{"term": "b"}] * 2499, {"term": "b", "id": "fact 7"}), "--kb", pack, says=["$.facts[2499]", "fact 7"])


def seconds_of(folder, pack, facts):
    """Of the processor; the machine may have other work."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    r = run("audit", case(folder, "goal", *[{"term": f"q({i})"} for i in range(facts)]), "--kb", pack)
    check(r.status == 0, f"{facts} facts are taken: {r.err[:200]}")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def many_facts(folder, pack):
    """As many as an audit keeps: none is held against all others."""
    some, many = seconds_of(folder, pack, 15000), seconds_of(folder, pack, 75000)
    check(many < 11 * some, f"five times as many facts take about five times as long: {some:.2f} s, {many:.2f} s")


def says_one_thing(folder, pack):
    for value in (True, False, None):
        for term, says in (("a. p", "one term"), ("p. goal", "one term"), ("p. goal.", "one term"), ("p). neg((b", ""), ("p)), neg((b", ""), ("p. /* x", ""), ("p /* x", "*/"), ("% x", "a term is missing"),
                           (":- b", "no directive"), (":- dynamic(zz/1)", "no directive"), (":- op(700, xfx, foo)", "no directive"), ("?- b", "no directive"), ("p --> b", "-->"), ("p => b", "=>"),
                           ("X", "name"), ("3", "name"), ('"p"', "name"), ("neg(X)", "name"), ("neg(neg(_))", "name"), ("[p]", "name"), ("[]", "name"), ("p, b", ",/2 is built in"), ("p ; b", ";/2 is built in"), ("\\+ p", "built in")):
            refused(folder, pack, term, value, says)
    for value in (False, None):
        refused(folder, pack, "p :- b", value, "a rule")
    for value in (True, False, None):
        refused(folder, pack, "neg(p :- b)", value, "a rule")


def leaves_the_language_alone(folder, pack):
    for value in (True, False, None):
        for term, name in (("not(p)", "not/1"), ("member(a, [b])", "member/2"), ("append(a, b, c)", "append/3"), ("3 is 4", "is/2"), ("true", "true/0"), ("fail", "fail/0"), ("1 = 2", "=/2"), ("length(a, b)", "length/2"),
                           ("forall(p, b)", "forall/2"), ("neg(not(p))", "not/1"), ("neg(true)", "true/0"), ("call(p)", "call/1")):
            refused(folder, pack, term, value, name, "built in")
    refused(folder, pack, "member(X, Y) :- p", True, "member/2", "built in")
    dated = case(folder, "goal", {"term": "b"}, {"term": "not(p)", "date": "2020-01-01"})
    fails(3, "audit", dated, "--kb", pack, says=["$.facts[1].term", "not/1"])


def concludes(folder, pack, question, *facts):
    r = run("audit", case(folder, question, *facts), "--kb", pack, "--json")
    check(r.status == 0, f"{question} with {facts}: {r.err}")
    return json.loads(r.out)["state"] if r.status == 0 else ""


def takes_what_is_meant(folder, pack):
    for term, value, state in (("p", True, "holds"), ("p.", True, "holds"), ("p % so", True, "holds"), ("p", False, "not found"), ("p.", False, "not found"), ("p :- b", True, "holds"), ("p :- X = b, X", True, "holds"), ("p :- b. % so", True, "holds"), ("p :- b % so", True, "holds"),
                               ("neg(neg(p))", True, "holds"), ("neg(p)", False, "holds"), ("neg(goal)", True, "refuted"), ("neg(goal)", False, "holds"), ("goal", False, "refuted"), ("p", None, "unknown"), ("neg(goal)", None, "unknown")):
        got = concludes(folder, pack, "goal", {"term": "b"}, {"term": term, "value": value})
        check(got == state, f"{term} {value}: {state}: {got}")
    check(concludes(folder, pack, "last([a], a)", {"term": "last([b], c)"}) == "holds", "a pack's own predicate takes facts of a case, also where it has the name of one of the language")
    check(concludes(folder, pack, "q(1)", {"term": "q(1)", "date": "2020-01-01"}) == "holds", "a dated fact")
    check(concludes(folder, pack, "dated(q(1), D)", {"term": "q(1). % at last", "date": "2020-01-01"}) == "holds", "  and its date")
    check(concludes(folder, pack, "q(':-')", {"term": "q(':-')", "date": "2020-01-01"}) == "holds", "a text that looks like a rule is none")


def tries_denial(folder):
    """A fact that is not known may be so, may be denied, and may be neither."""
    declared = ":- dynamic p/0, q/0, r/1.\n"
    unknown = {"id": "f", "term": "p", "value": None}
    named, harmless = [{"fact": "f", "matters": True}], [{"fact": "f", "matters": False}]
    for n, (rules, question, facts, state, missing) in enumerate((
            ("goal :- neg(p).", "goal", [unknown], "unknown", named),
            ("goal :- \\+ neg(p).", "goal", [unknown], "unknown", named),
            ("goal :- p. neg(goal) :- neg(p).", "goal", [unknown], "unknown", named),
            ("goal :- p. goal :- neg(p).", "goal", [unknown], "unknown", named),
            ("goal :- p, neg(p).", "goal", [unknown], "not found", harmless),
            ("goal :- p. goal :- neg(p). goal :- \\+ p, \\+ neg(p).", "goal", [unknown], "holds", harmless),
            ("goal :- p. goal :- \\+ p.", "goal", [unknown], "holds", harmless),
            ("goal :- neg(p), q.", "goal", [unknown], "not found", harmless),
            ("", "p", [unknown], "unknown", named),
            ("", "neg(p)", [unknown], "unknown", named),
            ("goal :- neg(p).", "goal", [{**unknown, "term": "neg(p)"}], "unknown", named),
            ("goal :- neg(r(X)).", "goal", [{**unknown, "term": "r(a)"}, {"term": "r(b)", "value": False}], "holds", harmless),
            ("goal :- neg(r(b)).", "goal", [{**unknown, "term": "r(a)"}], "not found", []),
            ("goal :- \\+ neg(q), p.", "goal", [{"term": "p"}, {"term": "q"}, {**unknown, "term": "r(1)"}], "holds", []))):
        pack = small_pack(folder, f"denial{n}", declared + rules + "\n")
        r = run("audit", case(folder, question, *facts), "--kb", pack, "--json")
        told = json.loads(r.out) if r.status == 0 else {}
        check(told.get("state") == state and told.get("missing") == missing and told.get("proof_checked"), f"{rules} ?- {question}: {state}, {missing}: {r.out.decode()[:400]}{r.err}")
    text = run("audit", case(folder, "goal", *facts), "--kb", pack).out.decode()
    check("Nothing found that says: not: q (taken as not so)" in text, f"a denial that nothing is unknown about is an assumption as before: {text}")


def tells_answers_of_some_ways(folder):
    """What is an answer only if what is not known turns out so is no answer yet."""
    declared = ":- dynamic p/0, r/1.\n"
    unknown = {"id": "f", "term": "p", "value": None}
    for n, (rules, question, facts, lines, lacks) in enumerate((
            ("", "r(X)", [{**unknown, "term": "r(a)"}, {"term": "r(b)"}], ("1  R: b: YES", "2  R: a: NOT DECIDED; for example if r: a."), "R: a: YES"),
            ("goal(a) :- p. goal(b) :- \\+ p.", "goal(X)", [unknown], ("Goal: YES", "1  Goal: a: not known; for example if p.", "2  Goal: b: not known; for example if nothing says: p."), "a: YES"),
            ("goal(a) :- p. goal(b) :- neg(p). goal(c).", "goal(X)", [unknown], ("1  Goal: c: YES", "2  Goal: a: NOT DECIDED; for example if p.", "3  Goal: b: NOT DECIDED; for example if not: p."), "a: YES"),
            ("goal :- p. neg(goal) :- neg(p).", "goal", [unknown], ("depends on what is not known: p.", "1  Goal: not known; if p.", "2  Not: goal: not known; if not: p.", "if nothing says whether p."), "p, and"))):
        pack = small_pack(folder, f"ways{n}", declared + rules + "\n")
        text = run("audit", case(folder, question, *facts), "--kb", pack).out.decode()
        check(all(line in text for line in lines) and lacks not in text and "Contradicted" not in text, f"{rules} ?- {question}: {lines}: {text}")


with temporary() as folder:
    folder = pathlib.Path(folder)
    pack = small_pack(folder, "small", RULES)
    keys_once(folder, pack)
    ids_once(folder, pack)
    many_facts(folder, pack)
    says_one_thing(folder, pack)
    leaves_the_language_alone(folder, pack)
    takes_what_is_meant(folder, pack)
    tries_denial(folder)
    tells_answers_of_some_ways(folder)
finish()
