"""A trace of reasoning alone, written here from docs/trace-format.md, as a user meets it: info, verify, export, review."""
import concurrent.futures
import json
import pathlib
import resource
import shutil
import sqlite3
import sys

from support import ROOT, check, fails, finish, info, run, sidecars, temporary, tiny_model

sys.path.insert(0, str(ROOT / "tests/unit"))
from trace_hash import logical_hash  # noqa: E402

VERDICTS = {"--accept": "accepted", "--dispute": "disputed", "--needs-evidence": "needs evidence", "--withdraw": "withdrawn"}


def make_reasoning(recorded, path):
    """The tables as in a recorded trace, other rows."""
    tables = [sql for (sql,) in sqlite3.connect(recorded).execute("SELECT sql FROM sqlite_schema WHERE type = 'table'")]
    db = sqlite3.connect(path)
    db.execute("PRAGMA application_id = 0x50454C55")
    db.execute("PRAGMA user_version = 1002")
    for sql in tables:
        db.execute(sql)
    provenance = dict.fromkeys(["model_name", "model_file", "model_sha256", "architecture", "kernels", "note"], "")
    provenance |= {"generator": "python", "created": "2024-06-01T10:00:00Z", "complete": "1", "question": "curb(N)", "case": "patient 7",
                   "case_sha256": "11", "pack": "chest", "pack_version": "2024.1", "pack_sha256": "22",
                   "reasoning_generator": "python", "reasoning_created": "2024-06-01T10:00:00Z"}
    db.executemany("INSERT INTO provenance VALUES (?, ?)", provenance.items())
    db.execute("INSERT INTO span VALUES (1, 0, 'CHAIN', 'reason', 'ok', 0.5)")
    for number, kind, state, says in [(1, "conclusion", "holds", "The class is severe"), (2, "fact", "holds", "Rate 31\u202e /min"),
                                      (3, "question", "not found", "Blood urea?"), (4, "claim", "assumed", "Not young")]:
        db.execute("INSERT INTO node VALUES (?, 1, ?, ?, ?, '', '', 0, 0, 0, 0, 0, '', '', NULL, NULL, NULL, NULL, '')",
                   (number, kind, state, says))
    db.execute("INSERT INTO edge VALUES (1, 0, 2, 'because', '', NULL)")
    db.execute("INSERT INTO edge VALUES (1, 1, 3, 'would change', '', 0.5)")
    db.execute("INSERT INTO provenance VALUES ('hash', ?)", (logical_hash(db),))
    db.commit()
    db.close()


def alone(trace, folder):
    r = run("info", trace)
    text = r.out.decode()
    check(r.status == 0, f"info of reasoning alone: {r.err!r}")
    for part in ["reasoning alone", "curb(N)", "patient 7", "chest 2024.1", "4 nodes (1 conclusion, 1 claim, 1 fact, 1 question), 2 edges",
                 "complete"]:
        check(part in text, f"  info says '{part}'")
    check("sha-256:" not in text and "tokens:" not in text, "  and nothing of a model")
    i = info(trace)
    check(i["model"] == "" and i["n_tokens"] == 0 and i["layers"] == [] and i["complete"], "info --json of reasoning alone")
    check(i["reasoning"]["nodes"] == 4 and i["reasoning"]["node_kinds"]["question"] == 1 and i["reasoning"]["question"] == "curb(N)", "  its counts")
    r = run("verify", trace)
    check(r.status == 0 and "hash:" in r.out.decode() and "reviews: 0, chain holds" in r.out.decode(), f"verify: {r.out!r} {r.err!r}")
    for what in (["heads"], ["attention", "--layer", "0", "--head", "0"], ["attention", "--average", "all"], ["tokens"], ["tensors"],
                 ["attention", "--average", "all", "--level", "word"]):
        out = folder / ("x.safetensors" if what == ["tensors"] else "x.png")
        fails(2, "export", trace, *what, "-o", out, says=["holds no run of a model", trace.name])
        check(not out.exists(), "  and makes no file")


def refusals(trace, model, recorded):
    before = trace.read_bytes()
    name = ["--name", "Dr. A. Smith"]
    fails(2, "review", trace, "--node", "5", "--accept", *name, says=["node 5"])
    fails(2, "review", trace, "--node", "0", "--accept", *name, says=["--node"])
    fails(2, "review", trace, "--accept", *name, says=["--node"])
    fails(2, "review", trace, "--node", "1", "--accept", says=["--name"])
    fails(2, "review", trace, "--node", "1", "--accept", "--name", "", says=["--name"])
    fails(2, "review", trace, "--node", "1", *name, says=["--accept"])
    fails(2, "review", trace, "--node", "1", says=["--accept"])
    fails(2, "review", trace, "--node", "1", "--accept", "--dispute", *name, says=["--dispute"])
    fails(2, "review", trace, "--node", "1", "--accept", "--name", "a\x1b[2J", says=["the name"])
    fails(2, "review", trace, trace, says=["one trace"])
    fails(2, "review", trace, "--bogus", says=["option"])
    fails(1, "review", trace.with_name("none.pel"), says=["none.pel"])
    fails(1, "review", trace.with_name("none.pel"), "--node", "1", "--accept", *name, says=["none.pel"])
    fails(3, "review", model, "--node", "1", "--accept", *name, says=["not a Pellucid trace"])
    fails(2, "review", recorded, says=["no reasoning"])
    fails(2, "review", recorded, "--node", "1", "--accept", *name, says=["node 1"])
    check(trace.read_bytes() == before, "a refused review changes nothing")


def listing(trace):
    said = [(1, "--accept", "Dr. A. Smith", "as in the chart"), (2, "--dispute", "Zo\u00eb", ""), (2, "--withdraw", "Zo\u00eb", "read it again"),
            (4, "--needs-evidence", "B", "two\nlines")]
    for node, verdict, name, reason in said:
        r = run("review", trace, "--node", node, verdict, "--name", name, *(["--reason", reason] if reason else []))
        check(r.status == 0 and r.out == b"" and r.err == "", f"review {verdict}: {r.status} {r.err!r}")
    check(not sidecars(trace.parent), "no file beside the trace")
    r = run("review", trace)
    text = r.out.decode()
    for part in ["node 1: The class is severe", "accepted by Dr. A. Smith", ": as in the chart", "4 reviews, chain holds; 2 open points",
                 "node 3, missing: Blood urea?", "node 4, needs evidence: Not young"]:
        check(part in text, f"review says '{part}'")
    check("\u202e" not in text, "a stranger's text reorders nothing")
    listed = json.loads(run("review", trace, "--json").out)
    check([(v["node"], v["verdict"], v["name"], v["reason"]) for v in listed["reviews"]] == [(n, VERDICTS[v], m, r) for n, v, m, r in said], "--json lists them")
    check([(p["node"], p["why"]) for p in listed["open"]] == [(3, "missing"), (4, "needs evidence")] and listed["chain_holds"], "  and what is open")
    check(listed["reviews"][0]["previous"] == info(trace)["hash"], "  the first holds the trace's hash")
    v = json.loads(run("verify", trace, "--json").out)
    check(v["ok"] and v["reviews"] == {"entries_that_hold": 4, "chain_holds": True}, "verify --json tells the chain")


def broken(trace):
    copy = trace.with_name("broken.pel")
    shutil.copy(trace, copy)
    db = sqlite3.connect(copy)
    db.execute("UPDATE review SET verdict = 'accepted' WHERE id = 2")
    db.commit()
    db.close()
    fails(4, "review", copy, says=["review 2", "chain is broken"])
    fails(4, "review", copy, "--node", "1", "--accept", "--name", "A", says=["review 2"])
    r = run("verify", copy)
    check(r.status == 4 and "BROKEN after 1" in r.out.decode() and "review 2" in r.err, f"verify names the link: {r.out!r} {r.err!r}")


def forged(trace):
    """Somebody changed what the reasoning says, and left the hash as it was."""
    copy, genuine = trace.with_name("forged.pel"), info(trace)["hash"]
    shutil.copy(trace, copy)
    db = sqlite3.connect(copy)
    db.execute("UPDATE node SET says = 'The class is mild' WHERE id = 1")
    db.execute("DELETE FROM review")  # which name the genuine hash
    db.commit()
    db.close()
    before = copy.read_bytes()
    fails(4, "review", copy, says=["the logical hash is", genuine[:16]])
    fails(4, "review", copy, "--json", says=["the logical hash is"])
    fails(4, "review", copy, "--node", "1", "--accept", "--name", "Dr. A. Smith", says=["the logical hash is", "nothing was added"])
    check(copy.read_bytes() == before, "  and nothing is")
    for suffix in ("md", "json", "svg"):
        out = copy.with_suffix("." + suffix)
        fails(4, "export", copy, "tree", "-o", out, says=["the logical hash is", "the file was written"])
        text = out.read_text()
        check("The class is mild" in text and genuine[:12] not in text, f"the {suffix} does not wear the genuine hash")
    good = trace.with_name("good.md")
    check(run("export", trace, "tree", "-o", good).status == 0 and genuine in good.read_text(), "a genuine one does")


def limited(trace):
    """A limit on the size of files smaller than the trace: nothing is written, so nothing has to be taken back."""
    copy = trace.with_name("limited.pel")
    shutil.copy(trace, copy)
    before = copy.read_bytes()
    fails(1, "review", copy, "--node", "1", "--accept", "--name", "A", says=["ulimit -f", "as it was"],
          limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384)))
    check(copy.read_bytes() == before and not sidecars(copy.parent), f"  and no journal stays: {sidecars(copy.parent)}")


def at_once(trace):
    before = len(json.loads(run("review", trace, "--json").out)["reviews"])
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda i: run("review", trace, "--node", 1 + i % 4, "--accept", "--name", f"reader {i}"), range(24)))
    check(all(r.status == 0 for r in done), f"24 reviews by four at once: {[r.err for r in done if r.status]}")
    after = json.loads(run("review", trace, "--json").out)["reviews"]
    check(len(after) == before + 24 and {v["name"] for v in after[before:]} == {f"reader {i}" for i in range(24)}, "  all are in")


with temporary() as name:
    folder = pathlib.Path(name)
    model, recorded, trace = tiny_model(folder / "tiny.gguf"), folder / "run.pel", folder / "case.pel"
    check(run("record", model, "-p", "Hello", "-n", "4", "--raw", "-o", recorded).status == 0, "a run is recorded")
    make_reasoning(recorded, trace)
    alone(trace, folder)
    fails(2, "verify", trace, "--model", model, says=["no run of a model"])
    refusals(trace, model, recorded)
    listing(trace)
    broken(trace)
    forged(trace)
    limited(trace)
    at_once(trace)
    check(info(recorded)["reasoning"] is None, "a run of a model alone has no reasoning")
finish()
