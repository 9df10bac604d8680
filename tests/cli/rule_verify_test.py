"""The search for a proof and a refutation in audits of rules: what it comes to, what it records, what it says."""
import json
import pathlib

from support import audit, check, finish, info, rows, run, temporary

RULES = """:- dynamic exits/2, alarm/1, council_bars/1, ruin/1, old_stone/1, key/2.
:- discontiguous safe/1.
%@ label: A home may be let when it is safe and nothing bars it
may_let(H) :- safe(H), \\+ barred(H).
%@ label: Three exits make a home safe
safe(H) :- exits(H, N), N >= 3.
%@ label: An alarm makes a home safe
safe(H) :- alarm(H).
%@ label: A home is barred when the council says so
barred(H) :- council_bars(H).
%@ label: A ruin may not be let
neg(may_let(H)) :- ruin(H).
%@ label: An old rule
%@ in force: 1990-01-01 .. 1999-12-31
safe(H) :- old_stone(H).
%@ label: A count of keys
keyed(H) :- findall(K, key(K, H), L), length(L, N), N >= 2.
odd(H) :- catch((exits(H, N), X is 1 / (N - 2), X > 0), _, alarm(H)).
wrong(H) :- alarm(H), X is 1 / (3 - 3), X > 0.
may_stay(H) :- alarm(H).
neg(may_stay(H)) :- alarm(H), X is 1 / (3 - 3), X > 0.
%@ label: No way round
round(H) :- round(H), alarm(H).
"""
VOCABULARY = [{"term": "may_let(H)", "type": "yesno", "says": "{H} may be let", "denied": "{H} may not be let"}, {"term": "alarm(H)", "type": "yesno", "says": "{H} has an alarm"},
              {"term": "barred(H)", "type": "yesno", "says": "{H} is barred"}, {"term": "exits(H, N)", "type": "text", "says": "{H} has {N} exits"}]


def asks(folder, name, question, *facts, vocabulary=VOCABULARY):
    """The audit's JSON, its trace and the figures of the stage."""
    pack, case, trace = folder / "let.pack", folder / f"{name}.json", folder / f"{name}.pel"
    if not pack.exists():
        (folder / "let").mkdir()
        (folder / "let" / "r.pl").write_text(RULES)
        (folder / "let" / "pack.json").write_text(json.dumps({"pellucid_pack": 1, "name": "let", "title": "Let", "version": "1", "rules": ["r.pl"], "vocabulary": vocabulary}))
        r = run("kb", "build", folder / "let", "-o", pack)
        check(r.status == 0, f"the pack is built: {r.err}")
    terms = [{"id": f"f{i}", "term": t.rstrip("?"), "value": None if t.endswith("?") else True} for i, t in enumerate(facts)]
    case.write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": question, "facts": terms}))
    r = run("audit", case, "--kb", pack, "--json", "-o", trace)
    check(r.status == 0, f"{name}: {r.err}")
    stage = rows(trace, "SELECT id, status FROM span WHERE name = 'verify'")
    check(len(stage) == 1, f"{name}: one stage verifies: {stage}")
    found = dict(rows(trace, f"SELECT name, value FROM attribute WHERE span = {stage[0][0]}"))
    return json.loads(r.out), trace, {"status": stage[0][1], **found}


def said(trace):
    return [(state, says, note) for state, says, note in rows(trace, "SELECT state, says, note FROM node WHERE kind = 'check'") if says.startswith("The search for a proof")]


def searched(trace, says):
    return rows(trace, f"SELECT kind, state, proof, disproof FROM search_node WHERE says = '{says}'")


NEVER = 1 << 62


def holds(folder):
    told, trace, found = asks(folder, "holds", "may_let(mill)", "exits(mill, 4)")
    check(told["state"] == "holds" and found["came to"] == "a proof, and no refutation" and found["status"] == "ok", f"what holds has a proof and no refutation: {found}")
    check(found["smallest proof, facts"] == "1" and found["smallest proof, assumptions"] == "1", f"  its smallest proof: {found}")
    check("mill has 4 exits" in found["these are"].lower() and "barred" in found["these are"], f"  what every proof needs, by taking it away: {found['these are']}")
    check(searched(trace, "Mill may be let") == [("any", "holds", 0, NEVER)] * 2, f"  the question and the goal: {searched(trace, 'Mill may be let')}")
    check(searched(trace, "Mill may not be let") == [("any", "not found", NEVER, 0)], "  its opposite is not found, and never called refuted")
    check(searched(trace, "Three exits make a home safe") == [("all", "holds", 0, NEVER)], "  the rule by its name")
    check(searched(trace, "Nothing found that says: mill is barred")[0][1] == "assumed", "  what nothing says is assumed, not held")
    check(said(trace) == [("holds", "The search for a proof and a refutation finds a proof, and no refutation", "the smallest proof rests on 1 fact and 1 assumption")], f"  the check says so: {said(trace)}")
    nodes = dict(rows(trace, "SELECT s.says, n.says FROM search_node s JOIN node n ON s.node = n.id"))
    check(nodes.get("Mill has 4 exits") == "Mill has 4 exits" and nodes.get("Three exits make a home safe"), f"  goals point into the tree: {nodes}")
    once = asks(folder, "twice", "may_let(mill)", "exits(mill, 4)", "alarm(mill)")[2]
    check(once["these are"] == "Nothing found that says: mill is barred", f"a fact that another proof does without is not needed: {once['these are']}")
    count = asks(folder, "keys", "keyed(mill)", "key(a, mill)", "key(b, mill)")[2]
    check(count["smallest proof, facts"] == "2" and count["facts and assumptions that every proof seen needs"] == "2", f"what a count rests on: {count}")


def not_found(folder):
    told, trace, found = asks(folder, "not-found", "may_let(mill)", "exits(mill, 2)")
    check(told["state"] == "not found" and found["came to"] == "neither a proof nor a refutation", f"what is not found: {found}")
    check("came to" in found and found["nearest way without a proof"].endswith("2 is at least 3"), f"  where it fails: {found['nearest way without a proof']}")
    check(searched(trace, "2 is at least 3")[0][1] == "refuted" and searched(trace, "Mill has an alarm")[0][1] == "not found", "  a comparison is refuted, a fact that is missing is not")
    check(said(trace)[0][0] == "not found" and "nearest: A home may be let" in said(trace)[0][2], f"  the check: {said(trace)}")
    old, trace, found = asks(folder, "old", "safe(mill)", "old_stone(mill)")
    check(old["state"] == "not found" and any(state == "excluded" for _, state, _, _ in searched(trace, "A rule that is not in force then: An old rule")), "a rule that is not in force is a way that fails")


def refuted(folder):
    told, trace, found = asks(folder, "refuted", "may_let(mill)", "ruin(mill)")
    check(told["state"] == "refuted" and found["came to"] == "a refutation, and no proof", f"what neg proves is refuted: {found}")
    check(searched(trace, "Mill may not be let") == [("any", "holds", 0, NEVER)] and searched(trace, "That it is not so")[0][1] == "holds", "  by the rule that denies it")
    both, trace, found = asks(folder, "conflict", "may_let(mill)", "ruin(mill)", "alarm(mill)")
    check(both["state"] == "conflict" and found["came to"] == "a proof and a refutation" and said(trace)[0][0] == "conflict", f"both: {found}")
    check("Ruin" in found["these are"] and "alarm" in found["these are"], f"  each of the two proofs is looked at: {found['these are']}")
    check((found["smallest proof, facts"], found["smallest refutation, facts"]) == ("1", "1"), f"  and counted by itself: {found}")
    words = run("export", trace, "tree", "-o", folder / "conflict.md") and (folder / "conflict.md").read_text()
    check("IN CONFLICT" in words and words.count("finds a proof and a refutation") == 1, f"  which the words say once: {words}")
    any_home = asks(folder, "open", "may_let(H)", "ruin(mill)", "alarm(barn)")[2]
    check(any_home["came to"] == "a proof, and no refutation", f"a refutation of another answer is none: {any_home}")


def unknown(folder):
    told, trace, found = asks(folder, "unknown", "may_let(mill)", "alarm(mill)?")
    check(told["state"] == "unknown" and found["came to"] == "it is open" and found["status"] == "ok", f"what hangs on an unknown fact is open: {found}")
    check(searched(trace, "Not known whether mill has an alarm")[0][1] == "unknown", f"  the fact is unknown: {rows(trace, 'SELECT says, state FROM search_node')}")
    check(searched(trace, "In that case: mill has an alarm")[0][1] == "unknown", "  and where it is supposed it is not held")
    check(said(trace)[0][:2] == ("unknown", "The search for a proof and a refutation leaves it open, as the deduction does"), f"  the check: {said(trace)}")
    told, trace, found = asks(folder, "cases", "may_let(mill)", "alarm(mill)?", "exits(mill, 5)")
    check(told["state"] == "holds" and found["came to"] == "a proof, and no refutation", f"what is so in every way is proved: {found}")
    check(found["smallest proof, facts"] == "1", f"  in which a fact counts once: {found}")


def exceptions(folder):
    told, trace, found = asks(folder, "exception", "may_let(mill)", "alarm(mill)", "council_bars(mill)")
    check(told["state"] == "not found" and found["nearest way without a proof"] == "A home may be let when it is safe and nothing bars it, which fails at: An exception applies: mill is barred", f"an exception: {found}")
    check(searched(trace, "An exception applies: mill is barred")[0][1] == "overridden", "  and its state")
    told, trace, found = asks(folder, "caught", "odd(mill)", "exits(mill, 2)", "alarm(mill)")
    check(told["state"] == "holds" and found["status"] == "ok", f"an error that a rule takes up is a way that fails: {found}")
    check(any(says.startswith("It went wrong") for (says,) in rows(trace, "SELECT says FROM search_node")) or found["came to"] == "a proof, and no refutation", "  and what came instead proves it")


def ends_early(folder):
    case, trace = folder / "round.json", folder / "round.pel"
    case.write_text(json.dumps({"pellucid_case": 1, "as_of": "2024-01-01", "question": "round(mill)", "facts": []}))
    r = run("audit", case, "--kb", folder / "let.pack", "--json", "--steps", "5000", "-o", trace)
    found = dict(rows(trace, "SELECT name, value FROM attribute WHERE span = (SELECT id FROM span WHERE name = 'verify')"))
    check(r.status == 0 and json.loads(r.out)["state"] == "unknown" and found["came to"] == "it is open", f"a run that ends at a limit leaves it open: {found}")
    check(info(trace)["reasoning"] is not None and run("verify", trace).status == 0, "  and the trace is whole")


def goes_wrong(folder):
    told, trace, found = asks(folder, "wrong", "wrong(mill)", "alarm(mill)")
    check(told["state"] == "unknown" and found["came to"] == "it is open" and found["status"] == "ok", f"where a rule goes wrong it is open: {told['state']} {found}")
    told, trace, found = asks(folder, "doubt", "may_stay(mill)", "alarm(mill)")
    check(told["state"] == "holds" and found["status"] == "ok" and searched(trace, "That it is not so")[0][1] == "unknown", f"a refutation that goes wrong is no refutation, and not none: {found}")


def shows(folder):
    trace = folder / "holds.pel"
    picture = run("export", trace, "search", "-o", folder / "s.svg")
    check(picture.status == 0, f"the search as a picture: {picture.err}")
    run("export", trace, "search", "-o", folder / "s.dot")
    words, labels = (folder / "s.svg").read_text(), (folder / "s.dot").read_text()
    check("how many ends at least are left to prove" in words and "mean value" not in words and "N 4" in labels and ", 1.00" not in labels, "  which says what it goes by, and no values that played no part")
    whole = run("export", trace, "search", "-o", folder / "s.json")
    at = run("export", trace, "search", "--at", "2", "-o", folder / "at.json")
    check(whole.status == 0 and at.status == 0, f"and as JSON, also after two descents: {whole.err} {at.err}")
    n = len(rows(trace, "SELECT 1 FROM simulation"))
    figures = dict(rows(trace, "SELECT name, value FROM attribute WHERE span = (SELECT id FROM span WHERE name = 'verify')"))
    check(n == int(figures["descents"]) > 2, f"each descent is recorded: {n}")
    check([name for name, in rows(trace, "SELECT name FROM span ORDER BY id")][-4:] == ["deduce", "explain", "verify", "check"], "stages in order")
    again = audit(folder / "holds.json", folder / "let.pack", "-o", folder / "again.pel")
    check(again["hash"] == info(trace)["hash"], "the same input gives the same hash")
    check(run("diff", trace, folder / "again.pel").status == 0, "two runs do not differ")


with temporary() as place:
    place = pathlib.Path(place)
    holds(place)
    not_found(place)
    refuted(place)
    unknown(place)
    exceptions(place)
    ends_early(place)
    goes_wrong(place)
    shows(place)
finish()
