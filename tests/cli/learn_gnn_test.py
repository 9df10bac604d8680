"""pellucid learn gnn from outside: weights and curve from a pack, the same after Ctrl-C and after a kill, with any number of threads; clear refusals."""
import json
import os
import pathlib
import random
import resource
import signal
import struct
import subprocess
import time

from support import PROGRAM, check, environment, fails, finish, run, temporary

SMALL = ["--layers", "3", "--dim", "16", "--epochs", "40", "--batch", "8", "--rate", "0.01", "--patience", "0"]


def edges():
    """Parents of a tree, most of the grandparents, and noise."""
    draw = random.Random(3)
    rows = [(f"p{(i - 1) // 2}", "parent", f"p{i}") for i in range(1, 80)]
    rows += [(f"p{((i - 1) // 2 - 1) // 2}", "grandparent", f"p{i}") for i in range(3, 80)]
    rows += [(f"p{draw.randrange(80)}", "likes", f"p{draw.randrange(80)}") for _ in range(40)]
    return "".join("\t".join(row) + "\n" for row in dict.fromkeys(rows))


def tensors(path):
    data = pathlib.Path(path).read_bytes()
    size, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    return {name: (t["dtype"], t["shape"], data[8 + size + t["data_offsets"][0]:8 + size + t["data_offsets"][1]]) for name, t in header.items()}


def same_weights(a, b):
    """All but what tells of time."""
    a, b = tensors(a), tensors(b)
    return a.keys() == b.keys() and all(a[name] == b[name] for name in a if name not in ("train.numbers", "train.curve"))


def learns(folder, pack):
    whole = folder / "whole.safetensors"
    r = run("learn", "gnn", pack, "-o", whole, *SMALL, "--threads", "1", "--held-out", "0.1", "--curve", folder / "curve.svg", "--json")
    check(r.status == 0 and r.err == "", f"learn: {r.status} {r.err}")
    told = json.loads(r.out)
    check(told["epochs"] == 40 and told["relations"] == 3 and told["mrr"] > 0.5 and told["end"] == "all epochs done", f"told: {told}")
    curve = (folder / "curve.svg").read_text()
    check("validation MRR" in curve and "epoch" in curve and "loss" in curve, "the curve is a picture with words")
    other = folder / "threads.safetensors"
    r = run("learn", "gnn", pack, "-o", other, *SMALL, "--threads", "3", "--held-out", "0.1", "--curve", folder / "curve.png")
    check(r.status == 0 and b"40 epochs" in r.out, f"learn with three threads: {r.out} {r.err}")
    check(same_weights(whole, other), "three threads: the same weights")
    check((folder / "curve.png").read_bytes()[:4] == b"\x89PNG", "the curve as PNG")
    return whole


def start(pack, out, *more):
    return subprocess.Popen([PROGRAM, "learn", "gnn", str(pack), "-o", str(out), *SMALL, "--threads", "2", "--held-out", "0.1", *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=environment())


def survives(folder, pack, whole, how):
    """Ended again and again, and gone on with, until it is done: the weights are those of a run that nobody disturbed."""
    out, ended = folder / f"{how.name}.safetensors", 0
    for attempt in range(400):
        child = start(pack, out, "--resume")
        try:
            child.communicate(timeout=0.05 + 0.02 * (attempt % 7) + 0.015 * attempt)  # longer and longer: a slow machine comes to its end as well
        except subprocess.TimeoutExpired:
            os.kill(child.pid, how)
            child.communicate(timeout=60)
        if child.returncode == 0:
            break
        ended += 1
        check(child.returncode in (130, -how), f"{how.name}: status {child.returncode}")
        if child.returncode not in (130, -how):
            return
    check(child.returncode == 0, f"{how.name}: done after {ended} ends")
    check(ended > 0, f"{how.name}: it was ended {ended} times")
    check(same_weights(whole, out), f"{how.name}: the same weights after {ended} ends")
    left = [p.name for p in folder.iterdir() if p.name.startswith(f".{out.name}")]
    check(how == signal.SIGKILL or not left, f"{how.name}: nothing half-written: {left}")


def refuses(folder, pack, whole):
    fails(2, "learn", "gnn", pack, says=["-o"])
    fails(2, "learn", "gnn", pack, "-o", folder / "x", "--gate", "open", says=["log_key, literal or none"])
    for minutes in ("-1", "nan", "inf"):
        fails(2, "learn", "gnn", pack, "-o", folder / "x", "--minutes", minutes, says=["--minutes"])
    fails(2, "learn", "gnn", pack, "-o", folder / "x", "--dim", "20", says=["multiples of 8"])
    fails(2, "learn", "gnn", pack, "-o", folder / "x", "--curve", "x.txt", says=["--curve"])
    fails(1, "learn", "gnn", pack, "-o", whole, *SMALL, says=["exists already", "--resume", "--force"])
    fails(2, "learn", "gnn", pack, "-o", whole, *SMALL, "--held-out", "0.1", "--seed", "9", "--resume", says=["other options"])
    fails(2, "learn", "gnn", pack, "-o", whole, *SMALL, "--held-out", "0.2", "--resume", says=["other data"])
    kept = pack.read_bytes()
    fails(2, "learn", "gnn", pack, "-o", pack, *SMALL, "--force", says=["family.pack: is the pack itself"])
    check(pack.read_bytes() == kept, "the pack is as it was")
    fails(2, "learn", "gnn", pack, "-o", folder / "x.svg", "--curve", folder / "x.svg", *SMALL, says=["x.svg: is the file of the weights"])
    fails(1, "learn", "gnn", pack, "-o", folder / "x", "--curve", folder / "curve.svg", *SMALL, says=["curve.svg: exists already", "--force"])
    fails(1, "learn", "gnn", pack, "-o", folder / "x", "--curve", folder / "no" / "curve.svg", *SMALL, says=["curve.svg"])
    check(not (folder / "x").exists(), "before anything is learnt")
    broken = folder / "broken.safetensors"
    broken.write_bytes(whole.read_bytes()[:-100])
    fails(3, "learn", "gnn", pack, "-o", broken, *SMALL, "--resume", says=[str(broken), "past the end"])
    fails(1, "learn", "gnn", folder / "none.pack", "-o", folder / "x", says=["none.pack"])
    fails(1, "learn", "gnn", pack, "-o", folder / "no" / "such" / "folder", *SMALL, says=["No such file"])
    check(not (folder / "x").exists(), "nothing was written where it failed")


def gates_differ(folder, pack):
    for gate in ("literal", "none"):
        out = folder / f"{gate}.safetensors"
        r = run("learn", "gnn", pack, "-o", out, "--layers", "2", "--dim", "8", "--epochs", "2", "--gate", gate)
        check(r.status == 0, f"gate {gate}: {r.err}")
        check(("layer.0.gate.source" in tensors(out)) == (gate == "literal"), f"gate {gate}: its tensors")


def evaluates(folder):
    """eval kg over a folder of its own: the graph network beside its control, explained."""
    rows = edges().splitlines(keepends=True)
    data = folder / "family"
    data.mkdir()
    (data / "train.txt").write_text("".join(row for i, row in enumerate(rows) if i % 10 or "grandparent" not in row))
    held = [row for i, row in enumerate(rows) if i % 10 == 0 and "grandparent" in row]
    (data / "valid.txt").write_text("".join(held[::2]))
    (data / "test.txt").write_text("".join(held[1::2]))
    picture = folder / "curves.svg"
    r = run("eval", "kg", data, "--method", "gnn", *SMALL, "--threads", "2", "--explain", "4", "--without", "deduce", "--json", "--curves", picture)
    check(r.status == 0, f"eval kg --method gnn: {r.err}")
    told = json.loads(r.out)
    check(told["result"]["mrr"]["value"] > told["control"]["mrr"]["value"], "better than the most frequent objects")
    worth = told["stages"]["without_deduce"]["mrr"]
    check(worth["value"] == told["control"]["mrr"]["value"] and abs(worth["change"] - (worth["value"] - told["result"]["mrr"]["value"])) < 1e-9, f"what the network is worth: {worth}")
    explanations = told["result"]["learnt"]["explanations"]
    rankings = explanations["rankings"]
    check(sorted(rankings) == ["attention", "gradient", "random", "shortest path"], f"rankings: {sorted(rankings)}")
    check(rankings["gradient"]["deletion"][2] <= rankings["random"]["deletion"][2], f"what is named counts more than chance: {rankings['gradient']['deletion']}")
    for name, one in rankings.items():
        for part in ("deletion", "insertion"):
            pairs = list(zip(one[part], one[f"{part}_intervals"]))
            check(len(pairs) == len(explanations["facts"]), f"{name}, {part}: an interval a mean")
            check(all(0 <= x["low"] <= mean <= x["high"] <= 1 for mean, x in pairs), f"{name}, {part}: intervals hold their means: {pairs}")
    drawn = picture.read_text()
    check(all(f">{name}</text>" in drawn for name in rankings), "the picture names each ranking")
    check(f"{explanations['questions']} questions" in drawn and "Deletion" in drawn and "Insertion" in drawn and "fill-opacity" in drawn, "the picture says how many were asked, with bands")
    check(f"random {rankings['random']['deletion'][0]:.3f}" in drawn.split("</desc>")[0], "the picture is described with its numbers")
    draws(folder, data, picture)


def interrupted(explains, data, picture):
    """Ctrl-C while explanations are tried: what was measured before is told, and no picture is left."""
    test = (data / "test.txt").read_text()
    (data / "test.txt").write_text("".join(f"p{i}\tgrandparent\tp{j}\n" for i in range(80) for j in range(80)))
    for attempt in range(20):  # the moment is not known: sooner or later until it is in the midst of it
        child = subprocess.Popen([PROGRAM, *map(str, explains), "--layers", "2", "--curves", str(picture)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        try:
            out, err = child.communicate(timeout=0.3 * 1.4 ** attempt)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=60)
        if out or child.returncode == 0:
            break
    check(child.returncode == 130 and b"MRR" in out and b"facts taken out" not in out and b"interrupted" in err, f"Ctrl-C among explanations: {child.returncode} {out} {err}")
    check(not picture.exists(), "no picture of a part")
    (data / "test.txt").write_text(test)


def draws(folder, data, picture):
    """The picture of eval kg's explanations: when it is refused, and that nothing is learnt before."""
    asks = ["eval", "kg", data, "--method", "gnn", *SMALL, "--epochs", "1"]
    explains = [*asks, "--explain", "2"]
    r = run(*explains, "--curves", folder / "dark.png", "--dark")
    check(r.status == 0 and b"2 questions whose answer is reached, intervals of 95 %" in r.out and b" [" in r.out.split(b"facts taken out")[1], f"the table has intervals: {r.out} {r.err}")
    check((folder / "dark.png").read_bytes()[:4] == b"\x89PNG", "a dark PNG")
    r = run(*asks, "--explain", "1", "--json")
    one = json.loads(r.out)["result"]["learnt"]["explanations"]["rankings"]["random"]["deletion_intervals"]
    check(all(x == {"low": None, "high": None} for x in one), f"one question has no interval: {one}")
    fails(2, *explains, "--curves", folder / "curves.txt", says=["--curves takes a .png, .svg or .pdf"])
    fails(2, *asks, "--curves", folder / "x.svg", says=["--curves", "--explain N"])
    fails(2, "eval", "kg", data, "--explain", "2", "--curves", folder / "x.svg", says=["--method gnn"])
    fails(2, *explains, "--dark", says=["--dark", "--curves"])
    kept, saved = picture.read_bytes(), folder / "saved.svg"
    fails(1, *explains, "--save", saved, "--curves", picture, says=["curves.svg: exists already", "--force"])
    fails(1, *explains, "--save", saved, "--curves", folder / "no" / "x.svg", says=["x.svg"])
    fails(2, *explains, "--save", saved, "--curves", saved, says=["saved.svg: is the file of the weights"])
    train, linked = data / "train.txt", folder / "linked.svg"
    before = train.read_bytes()
    linked.symlink_to(train)
    for options in (["--save", train], ["--curves", linked]):
        fails(2, *explains, *options, "--force", says=["is a file of the set"])
    check(train.read_bytes() == before, "the set is as it was")
    check(picture.read_bytes() == kept and not saved.exists(), "refused before anything is learnt")
    r = run(*explains, "--dim", "8", "--curves", folder / "full.png", limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50000, 50000)))
    check(r.status == 1 and "full.png: cannot write: File too large" in r.err and not (folder / "full.png").exists(), f"a picture that the disk does not hold: {r.status} {r.err}")
    r = run(*explains, "--curves", picture, "--force")
    check(r.status == 0 and picture.read_bytes() != kept, f"with --force it is replaced: {r.err}")
    interrupted(explains[:-1] + ["100000"], data, folder / "interrupted.svg")
    (data / "test.txt").write_text("p79\tgrandparent\tp78\n")
    r = run(*asks, "--layers", "1", "--explain", "1", "--curves", folder / "none.svg")
    check(r.status == 3 and b"; 0 questions" in r.out and b"random" not in r.out and "no curve to draw" in r.err and not (folder / "none.svg").exists(), f"no answer is reached: {r.status} {r.out} {r.err}")


with temporary() as name:
    folder = pathlib.Path(name)
    (folder / "family.tsv").write_text(edges())
    pack = folder / "family.pack"
    built = run("kb", "build", folder / "family.tsv", "-o", pack)
    check(built.status == 0, f"the pack: {built.err}")
    began = time.monotonic()
    whole = learns(folder, pack)
    survives(folder, pack, whole, signal.SIGINT)
    survives(folder, pack, whole, signal.SIGKILL)
    refuses(folder, pack, whole)
    gates_differ(folder, pack)
    evaluates(folder)
    print(f"{time.monotonic() - began:.0f} s")
finish()
