"""pellucid kb build and kb check of a pack that is a folder: what a rule's dates are, what is refused while it is built, what is found in it."""
import json
import pathlib
import sqlite3

from support import ROOT, check, fails, finish, run, temporary

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


def rows(pack, query):
    with sqlite3.connect(f"file:{pack}?mode=ro", uri=True) as db:
        return db.execute(query).fetchall()


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


with temporary() as name:
    folder = pathlib.Path(name)
    is_in_force_as_its_passage(folder)
    law_of_its_time(folder)
finish()
