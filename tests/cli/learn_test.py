"""pellucid learn rules and pellucid eval kg from outside, on a family made up here."""
import json
import pathlib
import re

from support import check, fails, finish, run, temporary

FIRST = "# Pellucid chain rules, version 2"


def family():
    """Six families of three generations."""
    edges = []
    for f in range(6):
        top, middle, low = f"g{f}", [f"p{f}{i}" for i in range(2)], [f"c{f}{i}" for i in range(4)]
        edges += [(top, "parent", p) for p in middle]
        edges += [(middle[i // 2], "parent", low[i]) for i in range(4)]
        edges += [(top, "grand parent", c) for c in low]
        edges += [(c, "child", middle[i // 2]) for i, c in enumerate(low)]
    return edges


def rows(edges):
    return "".join("\t".join(e) + "\n" for e in edges)


def rules_of(path):
    lines = path.read_text().splitlines()
    check(lines[0] == FIRST, f"the first line: {lines[0]}")
    return [line.split("\t") for line in lines if not line.startswith("#")]


def learns(folder):
    edges, pack, out = folder / "family.tsv", folder / "family.pack", folder / "family.rules"
    edges.write_text(rows(family()))
    check(run("kb", "build", edges, "-o", pack).status == 0, "the pack is built")
    r = run("learn", "rules", pack, "-o", out)
    check(r.status == 0 and r.err == "" and str(out) in r.out.decode(), f"learn rules: {r.status} {r.out} {r.err}")
    rules = {rule[3]: rule[:3] for rule in rules_of(out)}
    told = rules.get('"grand parent"(X, Y) <- parent(X, A), parent(A, Y)')
    check(told == ["0.705882", "24", "24"], f"the rule of grandparents: {told}")
    check(rules.get("child(X, Y) <- parent(Y, X)") == ["0.521739", "24", "36"], f"a backward step: {rules}")
    text = out.read_text()
    check("# mined from family" in text and "all paths were followed" in text and re.search("SHA-256 [0-9a-f]{64}", text), f"the head: {text[:300]}")
    fails(1, "learn", "rules", pack, "-o", out, says=["exists", "--force"])
    kept = pack.read_bytes()
    (folder / "link.rules").symlink_to(pack)
    for what in ("rules", "links"):
        for name in (pack, folder / "link.rules"):
            fails(2, "learn", what, pack, "-o", name, "--force", says=[f"{name}: is the pack itself", "another file"])
    check(pack.read_bytes() == kept, "the pack is as it was")
    told = json.loads(run("learn", "rules", pack, "-o", out, "--force", "--length", "3", "--threads", "2", "--json").out)
    check(told["edges"] == 84 and told["relations"] == 3 and told["rules"] == told["of_one_step"] + told["of_two"] + told["of_three"] and not told["sampled"], f"summary: {told}")
    check(len(rules_of(out)) == told["rules"] > len(rules), "as many lines as rules")
    again = folder / "again.rules"
    check(run("learn", "rules", pack, "-o", again, "--length", "3", "-t", "1").status == 0 and again.read_bytes() == out.read_bytes(), "the same with one thread")
    few = json.loads(run("learn", "rules", pack, "-o", again, "--force", "--most", "2", "--confidence", "0.5", "--support", "3", "--json").out)
    check(few["rules"] == 2 < few["found"] and len(rules_of(again)) == 2, f"limits: {few}")
    less = run("learn", "rules", pack, "-o", again, "--force", "--length", "3", "--work", "500").out.decode()
    check("a sample" in less and "a sample" in again.read_text(), f"a sample is said: {less}")


def leaves_out_what_is_not_so(folder):
    pack, out = folder / "hpo.pack", folder / "hpo.rules"
    lines = ["#description: annotations", "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect\tbiocuration"]
    lines += [f"OMIM:{i}\tDisease {i}\t{'NOT' if i == 3 else ''}\tHP:{i % 2}\tPMID:1\tPCS\t\t\t\t\tP\tx" for i in range(1, 6)]
    (folder / "x.hpoa").write_text("\n".join(lines) + "\n")
    check(run("kb", "build", folder / "x.hpoa", "-o", pack).status == 0, "annotations as a pack")
    told = json.loads(run("learn", "rules", pack, "-o", out, "--json").out)
    check(told["negated_edges"] == 1 and told["edges"] == 4, f"negated edges: {told}")


def refuses_to_learn(folder):
    pack = folder / "family.pack"
    fails(2, "learn", says=["name what to learn"])
    fails(2, "learn", "chess", says=["'chess'"])
    fails(2, "learn", "rules", "-o", "x", says=["one pack"])
    fails(2, "learn", "rules", pack, says=["-o"])
    for option, value in [("--length", "4"), ("--confidence", "2"), ("--confidence", "0"), ("--support", "0"), ("--work", "0"), ("--most", "x"), ("--threads", "0"), ("--no", "1")]:
        fails(2, "learn", "rules", pack, "-o", folder / "never.rules", option, value, says=["--help"])
    fails(1, "learn", "rules", folder / "none.pack", "-o", folder / "never.rules", says=["none.pack"])
    fails(3, "learn", "rules", folder / "family.tsv", "-o", folder / "never.rules", says=["family.tsv"])
    (folder / "note.md").write_text("# Words\n\nNo edges.\n")
    check(run("kb", "build", folder / "note.md", "-o", folder / "note.pack").status == 0, "a pack without edges")
    fails(3, "learn", "rules", folder / "note.pack", "-o", folder / "never.rules", says=["no edges"])
    check(not (folder / "never.rules").exists(), "nothing is written when it fails")


def make_set(folder, facts=False):
    folder.mkdir()
    edges = family()
    test = [e for i, e in enumerate(edges) if e[1] == "grand parent" and i % 9 == 7]
    valid = [e for i, e in enumerate(edges) if e[1] == "grand parent" and i % 9 == 8]
    train = [e for e in edges if e not in test and e not in valid]
    if facts:
        (folder / "facts.txt").write_text(rows(train[::2]))
        train = train[1::2]
    for name, part in (("train", train), ("valid", valid), ("test", test)):
        (folder / f"{name}.txt").write_text(rows(part))
    return len(test), len(valid)


def evaluates(folder):
    n_test, n_valid = make_set(folder / "family")
    told = json.loads(run("eval", "kg", folder / "family", "--method", "rules", "--length", "2", "--json").out)
    r, control = told["result"], told["control"]
    check((told["set"], told["split"], told["asked_triples"], told["published"]) == ("family", "test", n_test, []), f"set: {told}")
    check(r["mrr"]["value"] > 0.9 and r["mrr"]["low"] <= r["mrr"]["value"] <= r["mrr"]["high"] <= 1, f"grandparents are found: {r['mrr']}")
    check(control["method"] == "frequent" and control["mrr"]["value"] < 0.6 < r["hits_at_10"]["value"], f"the control is not as good: {control['mrr']}")
    check(told["then_frequent"]["mrr"]["value"] >= r["mrr"]["value"] and r["learnt"]["rules"] > 5 and not r["learnt"]["sampled"], f"further: {told}")
    valid = json.loads(run("eval", "kg", folder / "family", "--split", "valid", "--json").out)
    check(valid["split"] == "valid" and valid["asked_triples"] == n_valid, f"validation: {valid['asked_triples']}")
    text = run("eval", "kg", folder / "family").out.decode()
    check("MRR" in text and "most frequent (control)" in text and "rules of at most 2 steps" in text, f"as text: {text}")
    stages = json.loads(run("eval", "kg", folder / "family", "--without", "deduce", "--json").out or "{}").get("stages", {})
    figures = {name: f"{name}_then_frequent" for name in ("mrr", "hits_at_1", "hits_at_10")}
    check(sorted(stages.get("whole", {})) == sorted([*figures, *figures.values()]) and list(stages) == ["whole", "without_deduce"], f"stages: {stages}")
    for name, then in figures.items():
        for figure, whole in ((name, r[name]["value"]), (then, told["then_frequent"][name]["value"])):
            f = stages["without_deduce"][figure]
            check(abs(stages["whole"][figure] - whole) < 1e-9 and abs(f["value"] - control[name]["value"]) < 1e-9, f"{figure}: the whole and the control: {stages['whole'][figure]} {f}")
            check(abs(f["change"] - (f["value"] - whole)) < 1e-9 and f["change_low"] <= f["change"] <= f["change_high"], f"{figure}: its change: {f}")
    mrr = stages["without_deduce"]["mrr"]
    check(mrr["change_high"] < 0, f"deduction is worth something: {mrr}")
    text = run("eval", "kg", folder / "family", "--without", "deduce").out.decode()
    check(re.search(r"MRR +whole 1.000; without deduce 0.\d+, -0", text) and "what a stage is worth" in text, f"as text: {text}")
    make_set(folder / "neurallp_family", facts=True)
    both = json.loads(run("eval", "kg", folder / "neurallp_family", "--json").out)
    check(both["learn_triples"] == told["learn_triples"] and both["published"][0]["mrr"] == 0.992, f"facts and train are learnt from: {both['learn_triples']}")
    check(both["result"]["mrr"] == r["mrr"], "in whichever file they are")
    inductive = folder / "inductive"
    make_set(inductive)
    for old, new in (("valid", "inference_validation"), ("test", "inference_test")):
        (inductive / f"{old}.txt").rename(inductive / f"{new}.txt")
    (inductive / "inference.txt").write_text((inductive / "train.txt").read_text())
    (inductive / "train.txt").write_text(re.sub(r"(?m)^|\t(?=\w+$)", lambda m: m.group() + "other ", (inductive / "train.txt").read_text().rstrip("\n")) + "\n")
    other = json.loads(run("eval", "kg", inductive, "--json").out)
    check(other["result"]["mrr"] == r["mrr"], f"learnt on one graph, asked on another: {other['result']['mrr']}")


def refuses_sets(folder):
    fails(2, "eval", "kg", says=["one folder"])
    fails(2, "eval", "kg", folder, "--method", "chess", says=["'chess'"])
    fails(2, "eval", "kg", folder, "--length", "4", says=["--length"])
    fails(2, "eval", "kg", folder, "--split", "train", says=["valid or test"])
    fails(2, "eval", "kg", folder, "--without", "retrieve", says=["every entity is ranked", "nothing to leave out"])
    fails(2, "eval", "kg", folder, "--without", "verify", says=["no edge of these sets is denied", "nothing to leave out"])
    fails(2, "eval", "kg", folder, "--without", "asked", says=["retrieve, deduce or verify"])
    for order in (("--method", "frequent", "--without", "deduce"), ("--without", "deduce", "--method", "frequent")):
        fails(2, "eval", "kg", folder, *order, says=["the control", "nothing to leave out"])
    fails(1, "eval", "kg", folder / "none", says=["train.txt", "No such file"])
    bad = folder / "bad"
    make_set(bad)
    (bad / "valid.txt").unlink()
    fails(1, "eval", "kg", bad, says=["valid.txt", "No such file"])
    for text, says in ((b"a\tb\tc\na\tb\n", ["line 2 has 2 columns"]), (b"a\tb\tc\td\n", ["line 1 has 4 columns"]), (b"a\t\tc\n", ["line 1", "column 2 has 0"]),
                       (b"a\tb\0\tc\n", ["byte 3 is zero"]), (b"", ["holds no triples"]), (b"a\tb\t" + b"c" * 5000 + b"\n", ["line 1", "column 3 has 5000"]),
                       (b"x" * 5000000 + b"\n", ["line 1", "column 1 has 5000000"])):
        (bad / "valid.txt").write_bytes(text)
        fails(3, "eval", "kg", bad, says=["valid.txt", *says])
    (bad / "valid.txt").write_bytes(b"a\tof no other file\tc\r\n\n")
    check(run("eval", "kg", bad).status == 0, "a relation that train does not have is asked for in vain")


with temporary() as name:
    place = pathlib.Path(name)
    learns(place)
    leaves_out_what_is_not_so(place)
    refuses_to_learn(place)
    evaluates(place)
    refuses_sets(place)
finish()
