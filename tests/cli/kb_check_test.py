"""pellucid kb build and kb check of a pack that is a folder: what a rule's dates are, what is refused while it is built, what is found in it."""
import hashlib
import json
import pathlib

from support import ROOT, check, fails, finish, rows, run, temporary

LAW = "## s. 1 | Of old\n{in force 1990-01-01 to 2010-12-31}\nOld.\n\n## s. 2 | New\n{in force from 2011-01-01}\nNew.\n\n## s. 3 | Always\nAlways.\n"
SOURCE = {"key": "law", "title": "Law", "file": "law.md"}


def write(folder, name, rules, **more):
    place = folder / name
    place.mkdir(exist_ok=True)
    (place / "law.md").write_text(LAW)
    (place / "r.pl").write_text(rules)
    (place / "pack.json").write_text(json.dumps({"pellucid_pack": 1, "name": name, "version": "1", "sources": [SOURCE], "rules": ["r.pl"], **more}))
    return place


def built(folder, name, rules, **more):
    place = write(folder, name, rules, **more)
    r = run("kb", "build", place, "-o", folder / f"{name}.pack", "--force")
    check(r.status == 0, f"{name} builds: {r.err}")
    return folder / f"{name}.pack"


def case(folder, question, as_of="2020-01-01", facts=()):
    path = folder / "case.json"
    path.write_text(json.dumps({"pellucid_case": 1, "as_of": as_of, "question": question, "facts": list(facts)}))
    return path


def is_in_force_as_its_passage(folder):
    pack = built(folder, "dates", "%@ cites: law s. 1\nold(1).\n%@ cites: law s. 2\nnew(1).\n%@ cites: law s. 1\n%@ in force: 2000-01-01 ..\nown(1).\n"
                 "%@ cites: law s. 1\n%@ in force: ..\never(1).\n%@ cites: law s. 3\nalways(1).\n%@ label: none\nfree(1).\n%@ cites: law s. 1\nboth(1).\nboth(2).\n")
    got = rows(pack, "SELECT text, valid_from, valid_to FROM rule ORDER BY id")
    old = ("1990-01-01", "2010-12-31")
    check(got == [("old(1).", *old), ("new(1).", "2011-01-01", ""), ("own(1).", "2000-01-01", ""), ("ever(1).", "", ""), ("always(1).", "", ""), ("free(1).", "", ""), ("both(1).", *old), ("both(2).", *old)],
          f"a rule is in force when its passage is, unless it says when: {got}")
    for as_of, question, state in (("2005-01-01", "old(X)", "holds"), ("2020-01-01", "old(X)", "not found"), ("2020-01-01", "new(X)", "holds"), ("2005-01-01", "new(X)", "not found"), ("2020-01-01", "ever(X)", "holds"), ("1980-01-01", "both(X)", "not found")):
        r = run("audit", case(folder, question, as_of), "--kb", pack, "--json")
        check(r.status == 0 and json.loads(r.out)["state"] == state, f"{question} as of {as_of}: {state}: {r.out} {r.err}")
    text = run("audit", case(folder, "old(X)"), "--kb", pack).out.decode()
    check("not in force" in text and "2010-12-31" in text, f"  and why: {text}")


def law_of_its_time(folder):
    for name in ("home-sale", "pneumonia"):
        pack = folder / f"{name}.pack"
        check(run("kb", "build", pathlib.Path(ROOT) / "data/packs" / name, "-o", pack).status == 0, f"{name} builds")
        late = rows(pack, "SELECT r.file, r.line FROM rule r JOIN passage p ON p.id = r.passage WHERE p.valid_from <> '' AND r.valid_from < p.valid_from OR p.valid_to <> '' AND (r.valid_to = '' OR r.valid_to > p.valid_to)")
        check(not late, f"{name}: no rule is in force when what it cites is not: {late}")
        ends = rows(pack, "SELECT path FROM passage WHERE valid_to > '2026-12-31' UNION SELECT text FROM rule WHERE valid_to > '2026-12-31'")
        check(not ends, f"{name}: what has no end has no date for it: {ends}")
    limit = pathlib.Path(ROOT) / "data/packs/home-sale/cases/before-1997-new-limit.json"
    text = run("audit", limit, "--kb", folder / "home-sale.pack").out.decode()
    check("NOTHING FOUND" in text and "not in force on 1996-06-01" in text and "YES" not in text, f"the limit of 1997 is none of 1996: {text}")


def names_the_files_it_was_read_from(folder):
    place = write(folder, "hashed", "p(1).\n", sources=[SOURCE, {"key": "book", "title": "A book"}])
    pack, law = folder / "hashed.pack", place / "law.md"
    check(run("kb", "build", place, "-o", pack).status == 0, "a pack with sources builds")
    hashed = hashlib.sha256(LAW.encode()).hexdigest()
    check(rows(pack, "SELECT key, sha256 FROM source ORDER BY id") == [("law", hashed), ("book", "")], "a source has the hash of its file")
    r = run("kb", "check", pack)
    check(r.status == 0 and "compared: 3 passages" in r.out.decode() and "1 of 2 name its SHA-256" in r.out.decode(), f"what was compared is said: {r.out}")
    r = run("kb", "check", pack, "--sources", place)
    check(r.status == 0 and f"source law: is as in {law}" in r.out.decode() and "1 of 2 sources with the files" in r.out.decode(), f"the file is found again: {r.out} {r.err}")
    law.write_text(LAW + "\n")
    r = run("kb", "check", pack, "--sources", place)
    check(r.status == 4 and "source law: no file in" in r.out.decode() and hashed in r.out.decode() and "no file" in r.err, f"a changed file is found: {r.out} {r.err}")
    fails(1, "kb", "check", pack, "--sources", folder / "none", says=["none"])
    fails(2, "kb", "check", pack, "--sources", says=["lacks its value"])
    fails(2, "kb", "test", pack, "--sources", place, says=["an option is not known"])
    write(folder, "hashed", "p(1).\n", sources=[{**SOURCE, "sha256": hashed.upper()}])
    check(run("kb", "build", place, "-o", pack, "--force").status == 0, "a hash that is given and is that of the file is taken")
    write(folder, "hashed", "p(1).\n", sources=[{**SOURCE, "sha256": "0" * 64}])
    fails(3, "kb", "build", place, "-o", pack, "--force", says=["pack.json: $.sources[0].sha256: ", "0" * 64, hashed, "law.md"])
    table = folder / "hashed" / "t.tsv"
    table.write_text("a\tis_a\tb\n")
    write(folder, "hashed", "p(1).\n", sources=[SOURCE, {"key": "book", "title": "A book"}], imports=[{"file": "t.tsv", "format": "tsv", "source": "book"}])
    check(run("kb", "build", place, "-o", pack, "--force").status == 0, "an import that names its source builds")
    check(rows(pack, "SELECT s.key FROM relation r JOIN passage p ON p.id = r.passage JOIN source s ON s.id = p.source") == [("book",)], "  and cites it")
    write(folder, "hashed", "p(1).\n", imports=[{"file": "t.tsv", "format": "tsv", "source": "bok"}])
    fails(3, "kb", "build", place, "-o", pack, "--force", says=["$.imports[0]", "bok"])


def reads_it_as_it_will_be_used(folder):
    """What a case or a form would stumble over later is refused while the pack is built."""
    place, pack = folder / "read", folder / "read.pack"
    write(folder, "read", "p(1).\n")
    (place / "c.json").write_text(json.dumps({"pellucid_case": 1, "as_of": "2020-01-01", "question": "p(X)"}))
    for expected, says in (({"state": "yes"}, ["$.cases[0].expected.state", "yes", "holds, refuted, not found, unknown, conflict and likely"]), ({}, ["$.cases[0].expected", '"state" is missing']), ({"answer": []}, ["answer", "answers"]),
                           ({"state": "holds", "answers": "p(1)"}, ["expected.answers", "list"]), ({"state": "holds", "cites": [1]}, ["expected.cites[0]", "text"]), ({"state": "holds", "matters": 1}, ["expected.matters", "true or false"]),
                           ([], ["$.cases[0].expected", "object"]), (None, ["$.cases[0].expected", "object"])):
        write(folder, "read", "p(1).\n", cases=[{"file": "c.json", "expected": expected}])
        fails(3, "kb", "build", place, "-o", pack, says=says)
    write(folder, "read", "p(1).\n", cases=[{"file": "c.json", "expected": {"state": "holds", "answers": ["p(1)"], "missing": [], "assumes": [], "cites": [], "not_in_force": [], "matters": False}}])
    check(run("kb", "build", place, "-o", pack).status == 0 and run("kb", "check", pack).status == 0 and run("kb", "test", pack).status == 0, "all that may be expected")
    for term, says in (("a(", ["$.vocabulary[1].term", "a("]), ("X", ["X"]), ("3", ["3"]), ("a. b", ["a. b"]), ("a b", ["a b"]), ('"p"', ["p"])):
        write(folder, "read", "p(1).\n", vocabulary=[{"term": "p(X)", "says": "p is {X}"}, {"term": term, "says": "x"}])
        fails(3, "kb", "build", place, "-o", pack, "--force", says=["is no term", *says])
    write(folder, "read", ":- op(700, xfx, owes).\np(X) :- X owes _.\n", vocabulary=[{"term": "A owes B", "says": "{A} owes {B}"}])
    check(run("kb", "build", place, "-o", pack, "--force").status == 0, "a term with an operator that the rules declare")
    check(b"warning" not in run("kb", "check", pack).out, "  which the vocabulary has, so that rules may ask for it")


def says_what_nothing_defines(folder):
    rules = ("a :- assertz(b).\n\nc(L) :- maplist(d, L), \\+ missing(L), findall(X, (e(X) ; f(X)), _).\nd(X) :- quantity(n, X), choice(k, _), date_of(k, _), dated(g(_), _).\n:- dynamic e/1.\n"
             "f(X) :- call(h, X), forall(i(X), j(X)), neg(k), length(X, 2), k2 -> true ; catch(l, _, m).\nn :- missing(_), o, p(1).\n")
    place = write(folder, "calls", rules, vocabulary=[{"term": "o", "says": "o"}], cases=[{"file": "c.json", "expected": {"state": "holds"}}])
    (place / "c.json").write_text(json.dumps({"pellucid_case": 1, "as_of": "2020-01-01", "question": "n", "facts": [{"term": "neg(p(1))"}, {"term": "q :- k2"}]}))
    check(run("kb", "build", place, "-o", folder / "calls.pack").status == 0, "a pack that calls what is not there builds")
    r = run("kb", "check", folder / "calls.pack")
    lines = [line for line in r.out.decode().split("\n") if line.startswith("warning: ")]
    got = [line.split(", which")[0].removeprefix("warning: ") for line in lines]
    check(r.status == 0 and got == [f"r.pl, line {n}: calls {name}" for n, name in ((1, "assertz/1"), (3, "missing/1"), (6, "h/1"), (6, "i/1"), (6, "j/1"), (6, "k2/0"), (6, "l/0"), (6, "m/0"))], f"each is named once, with its first place: {r.status} {got}")
    check(r.out.decode().rstrip().split("\n")[-1].endswith(run("kb", "info", folder / "calls.pack", "--json").out.decode().split('"sha256": "')[1][:64]), f"  and the pack is sound all the same: {r.out}")


with temporary() as name:
    folder = pathlib.Path(name)
    is_in_force_as_its_passage(folder)
    law_of_its_time(folder)
    names_the_files_it_was_read_from(folder)
    reads_it_as_it_will_be_used(folder)
    says_what_nothing_defines(folder)
finish()
