"""Exports from outside: every kind of file, refusals, a read-only folder, nothing left behind."""
import array
import csv
import io
import json
import os
import pathlib
import shutil
import struct
import subprocess

from support import PROGRAM, ROOT, check, environment, fails, finish, info, run, sidecars, temporary, tiny_model

MAGIC = {"png": b"\x89PNG\r\n", "svg": b"<?xml", "pdf": b"%PDF-", "npy": b"\x93NUMPY", "json": b"{"}
KINDS = {"attention": ["png", "svg", "pdf", "npy", "csv", "json"], "heads": ["png", "svg", "pdf", "npy", "json"],
         "tokens": ["png", "svg", "pdf", "csv", "json"], "tensors": ["safetensors"]}
HEAD = ["--layer", "1", "--head", "2"]


def matrix(path):
    """A small reader of .npy files: rows and columns of f32."""
    data = path.read_bytes()
    size = struct.unpack("<H", data[8:10])[0]
    header = eval(data[10:10 + size].decode(), {"__builtins__": {}})
    values = array.array("f")
    values.frombytes(data[10 + size:])
    return header["shape"], values


def every_kind(folder, trace):
    for what, suffixes in KINDS.items():
        for suffix in suffixes:
            out = folder / f"{what}.{suffix}"
            r = run("export", trace, what, *(HEAD if what == "attention" else []), "-o", out)
            good = r.status == 0 and r.out == b"" and out.exists() and out.read_bytes().startswith(MAGIC.get(suffix, b""))
            check(good, f"{what}.{suffix} {r.err.strip()}")
            before = out.read_bytes()
            fails(1, "export", trace, what, *(HEAD if what == "attention" else []), "-o", out, says=[str(out), "--force"])
            check(out.read_bytes() == before, f"{what}.{suffix}: a refused export leaves the file as it was")
            check(run("export", trace, what, *(HEAD if what == "attention" else []), "-o", out, "--force").status == 0, "--force replaces it")
            check(out.read_bytes() == before, f"{what}.{suffix}: the same trace makes the same file")
    left = [p.name for p in folder.iterdir() if p.suffix.strip(".") not in sum(KINDS.values(), ["pel"])]
    check(not left, f"no other file is left: {left}")


def looks(folder, trace):
    for scale in ("linear", "log", "row", "rank"):
        out = folder / f"{scale}.png"
        check(run("export", trace, "attention", *HEAD, "--scale", scale, "--no-sink", "--dark", "-o", out).status == 0, f"--scale {scale}")
    for palette in ("viridis", "cividis", "magma", "inferno", "grey", "diverging"):
        out = folder / f"{palette}.svg"
        check(run("export", trace, "heads", "--palette", palette, "-o", out).status == 0, f"--palette {palette}")
    for signal in ("logprob", "entropy", "margin", "received", "sink"):
        out = folder / f"{signal}.png"
        check(run("export", trace, "tokens", "--by", signal, "-o", out).status == 0, f"--by {signal}")
    sized = folder / "sized.png"
    run("export", trace, "attention", *HEAD, "--size", "640x480", "-o", sized)
    check(struct.unpack(">II", sized.read_bytes()[16:24]) == (640, 480), "--size 640x480")


def exact_values(folder, trace):
    n = info(trace)["n_rows"]
    whole, part, scaled = folder / "whole.npy", folder / "part.npy", folder / "scaled.npy"
    run("export", trace, "attention", *HEAD, "-o", whole)
    run("export", trace, "attention", *HEAD, "--rows", "5:9", "--cols", "2:", "-o", part)
    run("export", trace, "attention", *HEAD, "--scale", "rank", "--no-sink", "-o", scaled)
    shape, values = matrix(whole)
    check(shape == (n, n), f"npy is rows x cols: {shape}")
    check(whole.read_bytes() == scaled.read_bytes(), "npy holds the weights whatever the scale")
    check(all(values[r * n + c] == 0 for r in range(n) for c in range(r + 1, n)), "zero where causality forbids")
    check(all(abs(sum(values[r * n:r * n + r + 1]) - 1) < 1e-5 for r in range(n)), "every row sums to 1")
    shape, some = matrix(part)
    check(shape == (4, n - 2) and list(some[:n - 2]) == list(values[5 * n + 2:6 * n]), "--rows 5:9 --cols 2: are those of the whole")
    listed = json.loads(_export(folder, trace, "attention", "json", *HEAD))["weights"]
    same = array.array("f", [w for row in listed for w in row]) == values
    check(same, "json holds the same numbers to the last bit")
    rows = list(csv.DictReader(io.StringIO(_export(folder, trace, "attention", "csv", *HEAD), newline="")))
    same = all(array.array("f", [float(r["weight"])])[0] == values[int(r["query"]) * n + int(r["key"])] for r in rows)
    check(same and len(rows) == n * (n + 1) // 2, "csv holds the same numbers, a line for each visible pair")


def close(a, b):
    return len(a) == len(b) and all(abs(x - y) <= 1e-6 + 1e-5 * abs(y) for x, y in zip(a, b))


def npy(folder, trace, *options):
    out = folder / "some.npy"
    check(run("export", trace, "attention", *options, "--force", "-o", out).status == 0, "attention " + " ".join(options))
    return matrix(out)


def means_and_values(folder, trace):
    told = info(trace)
    heads = [npy(folder, trace, "--layer", "1", "--head", str(h))[1] for h in range(told["layers"][1]["n_head"] if "layers" in told else 4)]
    shape, mean = npy(folder, trace, "--layer", "1", "--average", "layer")
    check(close(mean, [sum(values) / len(heads) for values in zip(*heads)]), "--average layer is the mean of the layer's heads")
    other = npy(folder, trace, "--layer", "0", "--average", "layer")[1]
    check(close(npy(folder, trace, "--average", "all")[1], [(a + b) / 2 for a, b in zip(mean, other)]), "--average all is the mean of all heads")
    tensors = folder / "all.safetensors"
    run("export", trace, "tensors", "-o", tensors)
    data = tensors.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    begin = header["layer.1.value_norm"]["data_offsets"][0]
    norms = array.array("f", data[8 + size + begin:8 + size + header["layer.1.value_norm"]["data_offsets"][1]])
    n, n_heads = shape[0], len(heads)
    weighted = npy(folder, trace, *HEAD, "--value-weighted")[1]
    check(close(weighted, [heads[2][i] * norms[(i % n) * n_heads + 2] for i in range(n * n)]), "--value-weighted is each weight times its key's value norm")


def units(folder, trace):
    plain = npy(folder, trace, *HEAD)[1]
    n = info(trace)["n_rows"]
    for level in ("word", "sentence", "segment"):
        told = json.loads(_export(folder, trace, "attention", "json", *HEAD, "--level", level))
        rows = told["queries"]
        check(rows[0]["start"] == 0 and rows[-1]["end"] == n and all(a["end"] == b["start"] for a, b in zip(rows, rows[1:])), f"{level}s cover the text: {len(rows)}")
        mass = [sum(plain[i * n + j] for i in range(a["start"], a["end"]) for j in range(b["start"], b["end"])) / (a["end"] - a["start"]) for a in rows for b in rows]
        check(close([w for row in told["weights"] for w in row], mass), f"  --level {level}: exact sums")
        lines = list(csv.DictReader(io.StringIO(_export(folder, trace, "attention", "csv", *HEAD, "--level", level), newline="")))
        check(len(lines) == len(rows) * (len(rows) + 1) // 2 and lines[0]["query_text"] == rows[0]["text"], "  and csv has a line for each visible pair")
    words = [w["text"] for w in json.loads(_export(folder, ROOT / "data/samples/short.pel", "attention", "json", "--layer", "0", "--head", "0", "--level", "word"))["queries"]]
    check("\u2423SmolLM" in words and "\u2423Rayleigh" in words and "<|im_end|>" in words and "\u2423blue" in words and "?" in words, "words of several tokens are whole, marks stand alone")
    sentences = [w["text"] for w in json.loads(_export(folder, ROOT / "data/samples/short.pel", "attention", "json", "--layer", "0", "--head", "0", "--level", "sentence"))["queries"]]
    check("Why is the sky blue?" in sentences, f"sentences: {sentences}")
    for bad in (["--average", "some"], ["--level", "page"], ["--range", "1"], ["--range", "0.5:0.1"], ["--range", "x:1"]):
        fails(2, "export", trace, "attention", *HEAD, *bad, "-o", folder / "no.png", says=[bad[0]])
    fails(2, "export", trace, "attention", "--average", "all", "--layer", "1", "-o", folder / "no.png", says=["--average all"])
    fails(2, "export", trace, "attention", *HEAD, "--range", "0:0.5", "-o", folder / "no.png", says=["log scale"])


def _export(folder, trace, what, suffix, *more):
    out = folder / f"read.{suffix}"
    run("export", trace, what, *more, "--force", "-o", out)
    return out.read_bytes().decode()


def tokens(folder, trace):
    told = json.loads(_export(folder, trace, "tokens", "json"))["tokens"]
    check(told[0]["logprob"] is None and all(isinstance(t["logprob"], float) for t in told[1:]), "logprob: null for the first token alone")
    keys = {"id", "piece", "segment", "logprob", "entropy", "margin", "alternatives"}
    check(all(keys <= set(t) for t in told), "id, piece, segment, logprob, entropy, margin, alternatives")
    check(all(len(t["alternatives"]) == 5 for t in told[1:]), "five alternatives")
    rows = list(csv.DictReader(io.StringIO(_export(folder, trace, "tokens", "csv"), newline="")))
    check(len(rows) == len(told) and [int(r["id"]) for r in rows] == [t["id"] for t in told], "csv has a row a token")


def refusals(folder, trace):
    out = folder / "no.png"
    for arguments, status in [
        (("attention", "--layer", 9, "--head", 0, "-o", out), 2), (("attention", "--layer", 0, "--head", 9, "-o", out), 2),
        (("attention", *HEAD, "--rows", "0:999", "-o", out), 2), (("attention", *HEAD, "-o", folder / "no.gif"), 2),
        (("heads", "-o", folder / "no.csv"), 2), (("nonsense", "-o", out), 2), (("heads", "-o", folder / "none" / "a.png"), 1),
    ]:
        fails(status, "export", trace, *arguments)
    check(not out.exists() and not (folder / "no.gif").exists(), "a refused export writes nothing")


def as_nobody():
    os.setgid(65534)
    os.setuid(65534)


def read_only(folder, trace):
    place = folder / "kept"
    place.mkdir()
    shutil.copy(trace, place / "a.pel")
    os.chmod(place / "a.pel", 0o444)
    os.chmod(place, 0o555)
    out = folder / "out"
    out.mkdir()
    os.chmod(out, 0o777)
    for parent in [folder, *folder.parents]:
        if str(parent).startswith("/tmp/pellucid-cli-"):
            os.chmod(parent, 0o755)
    limit = as_nobody if os.geteuid() == 0 else None
    try:
        for arguments in [("info", place / "a.pel"), ("verify", place / "a.pel"),
                          ("export", place / "a.pel", "attention", *HEAD, "-o", out / "a.png")]:
            r = run(*arguments, limit=limit)
            check(r.status == 0, f"{arguments[0]} from a read-only folder ({r.err.strip()})")
        check(not sidecars(place), "nothing is written beside it")
    except PermissionError as error:
        print(f"# the program can't be run by another user here: {error}")
    finally:
        os.chmod(place, 0o755)


def all_or_nothing(folder, trace):
    """Killed in the middle, an export has either its whole file or none."""
    whole = folder / "whole.csv"
    run("export", trace, "attention", *HEAD, "-o", whole)
    for i in range(20):
        out = folder / f"killed{i}.csv"
        process = subprocess.Popen([PROGRAM, "export", str(trace), "attention", *HEAD, "-o", str(out)], env=environment())
        try:
            process.wait(timeout=0.001 * i)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if out.exists() and out.read_bytes() != whole.read_bytes():
            check(False, f"killed after {i} ms: a part of a file stands at its final path")
            return
    check(True, "killed exports are whole or absent")


def samples():
    found = sorted((ROOT / "data/samples").glob("*.pel"))
    for sample in found:
        r = run("verify", sample)
        check(r.status == 0, f"the sample {sample.name} passes its check ({r.err.strip()})")
    check(sum(s.stat().st_size for s in found) <= 8_000_000, "the samples take at most 8 MB")


with temporary() as name:
    where = pathlib.Path(name)
    tiny = tiny_model(where / "tiny.gguf")
    trace = where / "run.pel"
    run("record", tiny, "-p", "Hello <world>\nand & \"more\"", "--raw", "-n", 30, "-o", trace)
    for test in (every_kind, looks, exact_values, means_and_values, units, tokens, refusals, read_only, all_or_nothing):
        print(f"# {test.__name__}")
        place = where / test.__name__
        place.mkdir()
        test(place, trace)
    samples()
finish()
