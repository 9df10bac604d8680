"""pellucid kb from outside: packs are built whole or not at all, told about, searched and checked."""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import time

from support import PROGRAM, check, environment, fails, finish, run, temporary

TEXT = """# Tax law

## Surviving spouse
The term surviving spouse means a taxpayer whose spouse died.

## Head of household
A household of the taxpayer.
"""
HPOA = ("#description: annotations\ndatabase_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect\tbiocuration\n"
        "OMIM:1\tA disease\t\tHP:1\tPMID:1\tPCS\t\t3/7\t\t\tP\tx\nOMIM:2\tB\t\t\t\t\t\t\t\t\tP\tx\n")


def names(folder):
    return sorted(os.listdir(folder))


def builds(folder):
    (folder / "law.md").write_text(TEXT)
    (folder / "x.hpoa").write_text(HPOA)
    pack = folder / "law.pack"
    r = run("kb", "build", folder / "law.md", "-o", pack, "--title", "Tax law", "--version", "2016", "--source", "Internal Revenue Code",
            "--source-url", "https://example.org", "--source-version", "2016-12-31", "--licence", "public domain")
    check(r.status == 0 and r.out.decode() == f"{pack}: 2 passages, 0 edges\n" and r.err == "", f"build: {r.status} {r.out} {r.err}")
    told = json.loads(run("kb", "info", pack, "--json").out)
    check((told["name"], told["title"], told["version"], told["n_passages"], told["language"]) == ("law", "Tax law", "2016", 2, "en"), f"info: {told}")
    check(told["sources"] == [{"key": "law", "title": "Internal Revenue Code", "publisher": "", "version": "2016-12-31", "url": "https://example.org",
                               "licence": "public domain", "retrieved": "", "sha256": hashlib.sha256(TEXT.encode()).hexdigest()}], f"sources: {told['sources']}")
    text = run("kb", "info", pack).out.decode()
    check("2 passages of 1 sources" in text and "Internal Revenue Code, 2016-12-31, public domain" in text, f"info as text: {text}")
    check(pack.stat().st_mode == (folder / "law.md").stat().st_mode, "the pack has the usual permissions")
    again = folder / "again.pack"
    run("kb", "build", folder / "law.md", "-o", again, "--name", "law", "--title", "Tax law", "--version", "2016", "--source", "Internal Revenue Code",
        "--source-url", "https://example.org", "--source-version", "2016-12-31", "--licence", "public domain")
    check(pack.read_bytes() == again.read_bytes(), "the same build gives the same bytes")
    both = run("kb", "build", folder / "law.md", folder / "x.hpoa", "-o", folder / "both.pack", "--language", "de")
    check(both.status == 0 and b"3 passages, 1 edges" in both.out, f"two inputs: {both.out} {both.err}")
    check("1 rows were left out; the first: x.hpoa, line 4: lacks" in both.err, f"what was left out is said: {both.err}")
    told = json.loads(run("kb", "info", folder / "both.pack", "--json").out)
    check([s["key"] for s in told["sources"]] == ["law.md", "x.hpoa"] and told["language"] == "de", f"each input is a source: {told}")
    forced = run("kb", "build", folder / "x.hpoa", "-o", folder / "both.pack", "--force", "--format", "hpoa")
    check(forced.status == 0, f"--force replaces a pack: {forced.err}")
    check(names(folder) == ["again.pack", "both.pack", "law.md", "law.pack", "x.hpoa"], f"nothing else is left: {names(folder)}")
    return pack


def searches(pack):
    hits = json.loads(run("kb", "search", pack, "spouses", "died", "--json").out)
    check([h["path"] for h in hits] == ["Tax law > Surviving spouse"] and hits[0]["source"] == "Internal Revenue Code", f"search: {hits}")
    hits = json.loads(run("kb", "search", pack, "taxpayer", "--json").out)
    check([h["rank"] for h in hits] == [1, 2] and hits[0]["score"] > hits[1]["score"] and hits[0]["path"].endswith("household"), f"the shorter passage first: {hits}")
    text = run("kb", "search", pack, "taxpayer", "-n", 1).out.decode()
    check(text.startswith("  1    0.") and "Internal Revenue Code > Tax law > Head of household" in text and "\n  2 " not in text, f"as text: {text}")
    none = run("kb", "search", pack, '" OR zebra*')
    check(none.status == 0 and b"no passage" in none.out, f"no hit: {none.out} {none.err}")
    check(json.loads(run("kb", "search", pack, "zebra", "--json").out) == [], "no hit as JSON")


def weighs(folder, pack):
    vectors = folder / "vectors.pack"
    r = run("kb", "build", folder / "law.md", "-o", vectors, "--encoder", "ngrams")
    check(r.status == 0 and json.loads(run("kb", "info", vectors, "--json").out)["encoder"] == "hashed n-grams", f"vectors: {r.err}")
    check(run("kb", "check", vectors).status == 0, "  and they are sound")
    for which in (pack, vectors):
        hits = json.loads(run("kb", "search", which, "spouse", "died", "--dense", "--json").out)
        check(hits[0]["path"] == "Tax law > Surviving spouse" and abs(sum(h["weight"] for h in hits) - 1) < 1e-12, f"weights: {hits}")
        check(all((h["weight"] > 0) == (h["margin"] > 0) and 0 < h["gate"] <= 1 for h in hits), f"margins: {hits}")
    text = run("kb", "search", vectors, "spouse", "died", "--explain").out.decode()
    check("2 candidates; vectors: stored vectors; sparsemax, gate log_key" in text and "margin" in text, f"explained: {text}")
    check("hashed n-grams of candidates" in run("kb", "search", pack, "spouse", "--explain").out.decode(), "without stored vectors")
    fails(1, "kb", "search", pack, "x", "--encoder", folder / "none", says=["none"])
    fails(1, "kb", "build", folder / "law.md", "-o", folder / "new.pack", "--encoder", folder, says=["config.json"])
    check(run("kb", "build", folder / "law.md", "-o", vectors, "--force", "--encoder", "none").status == 0, "--encoder none")
    check(json.loads(run("kb", "info", vectors, "--json").out)["encoder"] == "", "  keeps no vectors")
    vectors.unlink()
    packs = pathlib.Path(os.environ["PELLUCID_SOURCE_ROOT"]) / "data/packs/home-sale"
    r = run("kb", "build", packs, "-o", vectors, "--encoder", "ngrams")
    check(r.status == 0 and json.loads(run("kb", "info", vectors, "--json").out)["encoder"] == "hashed n-grams", f"vectors of a folder's pack: {r.err}")
    check(run("kb", "check", vectors).status == 0, "  and they are sound")
    vectors.unlink()
    fails(2, "kb", "build", packs, "-o", vectors, "--name", "other", says=["pack.json"])
    fails(2, "kb", "build", packs, packs, "-o", vectors, says=["a folder"])


def checks(folder, pack):
    r = run("kb", "check", pack)
    check(r.status == 0 and b": ok, hash " in r.out, f"a good pack: {r.status} {r.out} {r.err}")
    bad = folder / "bad.pack"
    shutil.copy(pack, bad)
    db = sqlite3.connect(bad)
    db.execute("UPDATE passage SET text = 'changed', valid_from = '2020-01-02', valid_to = '2020-01-01' WHERE id = 1")
    db.commit()
    db.close()
    r = run("kb", "check", bad)
    text = r.out.decode()
    check(r.status == 4 and "logical hash" in text and "never in force" in text and "posting" in text, f"a changed pack: {r.status} {text}")
    check("findings" in r.err, f"  and says how many: {r.err}")
    db = sqlite3.connect(bad)
    db.execute("CREATE VIEW v AS SELECT 1")
    db.close()
    fails(3, "kb", "check", bad, says=["view v"])
    fails(3, "kb", "search", bad, "x", says=["view v"])
    fails(3, "kb", "info", folder / "law.md", says=["not a knowledge pack"])
    fails(1, "kb", "info", folder / "none.pack", says=["No such file"])
    bad.unlink()


def refuses(folder, pack):
    before, content = names(folder), pack.read_bytes()
    fails(1, "kb", "build", folder / "law.md", "-o", pack, says=["exists", "--force"])
    fails(1, "kb", "build", folder / "law.md", "-o", folder / "law.md", "--force", says=["no knowledge pack"])
    fails(1, "kb", "build", folder / "none.md", "-o", folder / "new.pack", says=["none.md"])
    fails(1, "kb", "build", folder / "law.md", "-o", folder / "none/new.pack", says=["none/new.pack"])
    fails(3, "kb", "build", folder / "law.md", "-o", folder / "new.pack", "--format", "obo", says=["law.md: line 1", "is it OBO?"])
    fails(3, "kb", "build", folder / "law.md", "-o", pack, "--force", "--format", "obographs", says=["law.md: byte ", "no JSON value"])
    fails(2, "kb", "build", folder / "law.md", "-o", folder / "new.pack", "--format", "pdf", says=["--format"])
    fails(2, "kb", "build", folder / "law.pack", "-o", folder / "new.pack", says=["add --format"])
    fails(2, "kb", "build", folder / "law.md", says=["-o"])
    fails(2, "kb", "build", "-o", "x", says=["name the files"])
    fails(2, "kb", says=["build, info, search, check or test"])
    fails(2, "kb", "burn", says=["no action 'burn'"])
    fails(2, "kb", "info", says=["name one pack"])
    fails(2, "kb", "check", pack, "--json", says=["no --json"])
    fails(2, "kb", "search", pack, says=["words"])
    fails(2, "kb", "search", pack, "x", "-n", "0", says=["-n"])
    check(names(folder) == before and pack.read_bytes() == content, f"a refused build changes nothing: {names(folder)}")


def stays_inside(folder):
    """A folder from a stranger takes no other file of the reader's into the pack."""
    outside, pack = folder / "outside", folder / "inside"
    outside.mkdir()
    pack.mkdir()
    (pack / "texts").mkdir()
    for place in (outside, pack / "texts"):
        (place / "law.md").write_text(TEXT)
        (place / "terms.json").write_text("[]")
    (pack / "away").symlink_to(outside)
    (pack / "law.md").symlink_to(outside / "law.md")
    (pack / "near").symlink_to("texts")
    header = {"pellucid_pack": 1, "name": "p", "title": "P", "version": "1"}
    source = {"key": "a", "title": "t", "form": "text"}

    def build(**members):
        (pack / "pack.json").write_text(json.dumps({**header, **members}))
        return ["kb", "build", pack, "-o", folder / "inside.pack"]

    for file in ("away/law.md", "law.md"):
        fails(3, *build(sources=[{**source, "file": file}]), says=["leads out of the pack's folder", file])
        fails(3, *build(imports=[{"file": file, "format": "text"}]), says=["leads out"])
        fails(3, *build(rules=[file]), says=["leads out"])
        fails(3, *build(cases=[{"file": file, "expected": {"state": "holds"}}]), says=["leads out"])
    fails(3, *build(vocabulary="away/terms.json"), says=["leads out"])
    check(not (folder / "inside.pack").exists(), "nothing was built of it")
    r = run(*build(sources=[{**source, "file": "near/law.md"}]))
    check(r.status == 0, f"a link within the folder is followed: {r.err!r}")
    (folder / "inside.pack").unlink()
    (folder / "link").symlink_to(pack)
    r = run("kb", "build", folder / "link", "-o", folder / "inside.pack")
    check(r.status == 0, f"  and so is one to the folder: {r.err!r}")


def interrupted(folder):
    (folder / "large.tsv").write_text("".join(f"entity {i}\trelation\tentity {i * 7919 % 400000}\n" for i in range(400000)))
    before = names(folder)
    p = subprocess.Popen([PROGRAM, "kb", "build", str(folder / "large.tsv"), "-o", str(folder / "large.pack")], env=environment(), stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    for _ in range(200):
        if len(names(folder)) > len(before):
            break
        time.sleep(0.01)
    p.send_signal(signal.SIGINT)
    p.communicate(timeout=60)
    check(p.returncode == 130, f"Ctrl-C ends with 130: {p.returncode}")
    check(names(folder) == before, f"Ctrl-C leaves nothing behind: {names(folder)}")


with temporary() as name:
    place = pathlib.Path(name)
    built = builds(place)
    searches(built)
    weighs(place, built)
    checks(place, built)
    refuses(place, built)
    stays_inside(place)
    interrupted(place)
finish()
