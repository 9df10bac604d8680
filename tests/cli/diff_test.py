"""pellucid diff: of two traces of reasoning, and of two that hold a model's run as well."""
import json
import os
import pathlib
import subprocess

from support import PROGRAM, check, environment, fails, finish, run, temporary, tiny_model


def diff(a, b, status):
    r = run("diff", a, b, "--json")
    check(r.status == status, f"diff {a.name} {b.name}: status {status} (was {r.status}: {r.err!r})")
    return json.loads(r.out)


with temporary() as name:
    folder = pathlib.Path(name)
    subprocess.run([os.environ["PELLUCID_MAKE_AUDITS"], name], check=True)
    spouse, again, law, curb, urea = (folder / f"{n}.pel" for n in ("spouse", "spouse-again", "spouse-2018", "curb", "curb-urea"))

    d = diff(spouse, again, 0)
    check(d["same"] and d["changes"] == [] and d["settings"] == [] and d["first"] is None and d["tokens"] is None, "reviews and times are no difference")
    check("same in substance" in run("diff", spouse, again).out.decode(), "  and the text says so")

    d = diff(spouse, law, 4)
    changes = {(c["subject"], c["a"]["says"].split(":")[0].split(",")[0]): c["what"] for c in d["changes"]}
    check(changes == {("step", "Charlie is her dependent"): ["rule"], ("rule", "qualifying child"): ["text", "dates"],
                      ("source", "Internal Revenue Code"): ["text", "version"]}, f"a rule and its source in another version: {changes}")
    check(d["first"]["a"]["number"] == "2.2" and "qualifying child" in d["first"]["a"]["reason"], "  the first difference is the step that it concluded")

    d = diff(curb, urea, 4)
    check(d["first"]["subject"] == "conclusion" and "urea is unknown" in d["first"]["a"]["reason"], "the conclusion differs first")
    check(d["begins"]["a"]["says"] == "Blood urea" and d["begins"]["b"]["says"] == "Blood urea 9.1 mmol/L" and d["begins"]["a"]["number"] == "5.1", "  because of the urea")
    check(d["begins"]["a"]["state"] == "unknown" and d["begins"]["b"]["state"] == "holds" and "kind" in d["begins"]["what"], "  which was missing")
    check(d["counts"]["fact"] == 1 and d["counts"]["step"] == 1 and d["counts"]["rule"] == 0, f"  and nothing else: {d['counts']}")
    with open("/dev/full", "wb") as full:
        unsaid = subprocess.run([PROGRAM, "diff", curb, urea], stdout=full, stderr=subprocess.PIPE, env=environment())
    check(unsaid.returncode == 1 and b"standard output" in unsaid.stderr, f"what could not be written is a failure, not a difference: {unsaid.returncode}")
    text = run("diff", curb, urea).out.decode()
    for part in ("First difference", "Where it comes from", "Blood urea -> Blood urea 9.1 mmol/L", "(not known -> holds)"):
        check(part in text, f"  the text says '{part}'")

    for out in ("d.md", "d.json"):
        r = run("diff", curb, urea, "-o", folder / out)
        check(r.status == 4 and r.out == b"" and (folder / out).stat().st_size > 500, f"-o {out}")
    check(json.loads((folder / "d.json").read_text())["format"] == "pellucid diff" and (folder / "d.md").read_text().startswith("# "), "  both are what they are called")
    fails(1, "diff", curb, urea, "-o", folder / "d.md", says=["--force"])
    check(run("diff", curb, urea, "-o", folder / "d.md", "--force").status == 4, "  --force replaces")
    fails(2, "diff", curb, urea, "-o", folder / "d.txt", says=[".json .md"])
    fails(2, "diff", curb, urea, "--json", "-o", folder / "e.md", says=["--json"])
    fails(2, "diff", curb, says=["two traces"])
    fails(2, "diff", curb, urea, "--bogus", says=["option"])
    fails(1, "diff", curb, folder / "none.pel", says=["none.pel"])

    model, recorded = tiny_model(folder / "tiny.gguf"), folder / "run.pel"
    check(run("record", model, "-p", "Hello", "-n", "4", "--raw", "-o", recorded).status == 0, "a run is recorded")
    fails(2, "diff", curb, recorded, says=["run.pel", "no reasoning"])
    fails(3, "diff", curb, model, says=["not a Pellucid trace"])

    both = []
    for prompt in ("Hello", "Help"):
        both.append(folder / f"{prompt}.pel")
        check(run("record", model, "-p", prompt, "-n", "4", "--raw", "-o", both[-1]).status == 0, "runs with reasoning")
    subprocess.run([os.environ["PELLUCID_MAKE_AUDITS"], "--append", *map(str, both)], check=True)
    d = diff(both[0], both[1], 4)
    check(d["changes"] == [] and d["tokens"] == {"position": 4, "a": "l", "b": "p"}, f"the first token that is another one: {d['tokens']}")
    check(diff(both[0], both[0], 0)["tokens"] is None, "a trace and itself")
finish()
