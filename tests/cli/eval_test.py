"""pellucid eval from outside, on a made-up EntailmentBank of a few facts."""
import json
import pathlib
import signal
import subprocess
import time

from support import PROGRAM, check, fails, finish, run, temporary

FACTS = {"a-1": "the moon reflects sunlight towards the earth", "a-2": "the moon is a kind of natural satellite", "a-3": "copper conducts electricity",
         "a-4": "a wire is made of copper", "a-5": "the moon is a kind of natural satellite", "a-6": "a star produces light"}


def question(number, text, answer, leaves):
    named = {f"sent{i + 1}": leaf for i, leaf in enumerate(leaves)}
    return {"id": str(number), "question": text, "answer": answer, "hypothesis": f"{answer} {text}", "meta": {
        "triples": {k: FACTS.get(u, "a fact from elsewhere") for k, u in named.items()},
        "worldtree_provenance": {k: {"uuid": u, "original_text": ""} for k, u in named.items()}}}


def make(folder):
    (folder / "worldtree_corpus_sentences_extended.json").write_text(json.dumps(FACTS))
    dev = [question(1, "Why does the moon shine?", "It reflects sunlight.", ["a-1", "a-5", "zz"]),
           question(2, "What is a wire good for?", "It conducts electricity.", ["a-3", "a-4"]), question(3, "Who?", "Nobody.", ["zz"])]
    (folder / "task_1.dev.jsonl").write_text("".join(json.dumps(d) + "\n" for d in dev))
    (folder / "task_1.train.tsv").write_text("$proof$ ; $question$ = Is copper a metal? ; $answer$ = Yes. ; $hypothesis$ = copper is a metal ; "
                                             "$context$ = sent1: copper conducts electricity sent2: no such fact\t$proof$ = x\n")


def measures(folder):
    r = run("eval", "retrieval", folder, "--json")
    check(r.status == 0 and r.err == "", f"eval: {r.status} {r.err}")
    told = json.loads(r.out)
    check((told["questions"], told["asked"], told["facts"], told["leaves"], told["leaves_among_facts"]) == (3, 2, 6, 6, 4), f"counts: {told}")
    check(told["recall_at_25"]["fused"]["macro"] == 1 and told["encoder"] == "hashed n-grams", f"six facts are all found: {told['recall_at_25']}")
    check([(s["map"], s["gate"]) for s in told["support"]] == [(m, g) for m in ("sparsemax", "entmax-1.5") for g in ("log_key", "literal", "none")], "rows")
    for s in told["support"]:
        check(1 <= s["size"]["macro"] <= 6 and 0 < s["recall"]["macro"] <= 1, f"support: {s['size']} {s['recall']}")
        check(s["gate"] != "none" or s["f1_less_top"]["macro"] == 0, "without a gate the support is the best fused ones")
    text = run("eval", "retrieval", folder).out.decode()
    check("recall@25" in text and "RRF (control)" in text and "2 are not" in text, f"as text: {text}")
    by_text = json.loads(run("eval", "retrieval", folder, "--gold", "text", "--query", "hypothesis", "--json").out)
    check((by_text["gold"], by_text["query"], by_text["leaves_among_facts"]) == ("text", "hypothesis", 4), f"by words: {by_text}")


def keeps(folder):
    pack, table = folder / "facts.pack", folder / "c.tsv"
    first = run("eval", "retrieval", folder, "--pack", pack, "--split", "train", "--candidates", table)
    check(first.status == 0 and pack.exists(), f"train: {first.err}")
    lines = table.read_text().splitlines()
    check(lines[0].split("\t")[:4] == ["question", "n_gold", "passage", "gold"] and sum(line.split("\t")[3] == "1" for line in lines[1:]) == 1, f"candidates: {lines}")
    check(run("kb", "check", pack).status == 0, "the pack is sound")
    fails(1, "eval", "retrieval", folder, "--pack", pack, "--candidates", table, says=["exists", "--force"])
    check(run("eval", "retrieval", folder, "--pack", pack, "--candidates", table, "--force").status == 0, "--force")
    (folder / "worldtree_corpus_sentences_extended.json").write_text(json.dumps({**FACTS, "a-6": "changed"}))
    fails(2, "eval", "retrieval", folder, "--pack", pack, says=["not the facts"])


def refuses(folder):
    fails(2, "eval", says=["name a set"])
    fails(2, "eval", "chess", says=["no set 'chess'"])
    fails(2, "eval", "retrieval", says=["name the folder"])
    fails(2, "eval", "retrieval", folder, "--split", "test", says=["dev or train"])
    fails(2, "eval", "retrieval", folder, "--gold", "x", says=["key or text"])
    fails(1, "eval", "retrieval", folder / "none", says=["worldtree_corpus", "No such file"])
    fails(1, "eval", "retrieval", folder, "--encoder", folder, says=["config.json"])
    (folder / "task_1.dev.jsonl").write_text("{}\nno\n")
    fails(3, "eval", "retrieval", folder, says=["line 2"])
    (folder / "worldtree_corpus_sentences_extended.json").write_text("[1]")
    fails(3, "eval", "retrieval", folder, says=["no JSON object of facts"])
    for name in ("statutes", "cases"):
        (folder / "empty" / name).mkdir(parents=True)
    fails(3, "eval", "sara", folder / "empty", says=["holds no cases"])
    fails(2, "eval", "retrieval", folder, "--without", "retrieve", says=["this one stage", "nothing to leave out"])
    fails(2, "eval", "sara", folder, "--without", "retrieve", says=["no passages", "nothing to leave out"])
    fails(2, "eval", "sara", folder, "--without", "sense", says=["retrieve, deduce or verify, not 'sense'"])


# Proofs of more than 200,000 steps are not kept, so that nobody can check them: the goal is proved and yet no verdict.
LONG = "c(0).\nc(N) :- N > 0, M is N - 1, c(M).\n"
SARA = {"right": "p(1).\n:- p(1).\n:- halt.\n", "wrong": "p(1).\n:- p(2).\n", "error": ":- X is foo + 1.\n", "long": f"{LONG}:- c(100000).\n", "long_first": f"{LONG}:- c(100000).\n:- c(1).\n",
        "no_goal": "p(1).\n"}


def sara(folder):
    (folder / "sara" / "cases").mkdir(parents=True)
    for case, text in SARA.items():
        (folder / "sara" / "cases" / f"{case}.pl").write_text(text)
    r = run("eval", "sara", folder / "sara", "--json")
    check(r.status == 0, f"a proof that is too long ends nothing: {r.err}")
    told = {c["case"][:-3]: (c["state"], c["proof_checked"]) for c in json.loads(r.out or "[]")}
    check(told == {"right": ("holds", True), "wrong": ("not found", False), "error": ("unknown", False), "long": ("holds", False), "long_first": ("holds", False), "no_goal": ("holds", True)}, f"cases: {told}")
    told = json.loads(run("eval", "sara", folder / "sara", "--without", "deduce", "--without", "verify", "--json").out or "{}")
    check(len(told["cases"]) == 6, "with the cases")
    stages = {name: [round(5 * (f if name == "whole" else f["value"])) for f in part.values()] for name, part in told["stages"].items()}
    check(stages == {"whole": [1, 1, 3], "without_deduce": [0, 0, 5], "without_verify": [3, 1, 1]}, f"right, wrong and no verdict, of the five cases with a goal: {stages}")
    change = told["stages"]["without_verify"]["right"]
    check(abs(change["change"] - 0.4) < 1e-9 and 0 <= change["change_low"] < 0.4 < change["change_high"] <= 1, f"resampled case by case: {change}")
    only = run("eval", "sara", folder / "sara", "--without", "verify").out.decode()
    check("right verdicts, %                          whole 20.0; without verify 60.0, +40.0 [" in only and "without deduce" not in only, f"one alone, as text: {only}")


def catches(pid, number):
    """Whether the program has a handler for this signal by now."""
    mask = next(line for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt:"))
    return int(mask.split()[1], 16) >> (number - 1) & 1


def sara_without_end(folder):
    """Ctrl-C is heard while a case of 10^12 ways runs."""
    (folder / "long" / "cases").mkdir(parents=True)
    (folder / "long" / "cases" / "a.pl").write_text("d(0). d(1). d(2). d(3). d(4). d(5). d(6). d(7). d(8). d(9).\np :- " + "d(_), " * 12 + "fail.\n:- p.\n")
    with subprocess.Popen([PROGRAM, "eval", "sara", folder / "long"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        while child.poll() is None and not catches(child.pid, signal.SIGINT):
            time.sleep(0.05)
        time.sleep(0.3)
        running = child.poll() is None
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    check(running and child.returncode == 130 and out == b"" and b"interrupted" in err, f"Ctrl-C inside a case that takes minutes: {child.returncode} {err!r}")


with temporary() as name:
    place = pathlib.Path(name)
    make(place)
    measures(place)
    keeps(place)
    sara(place)
    sara_without_end(place)
    refuses(place)
finish()
