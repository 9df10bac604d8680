"""The exports of a reasoning's other views from outside: search, graph, timeline, reliability; every format, read by other readers; a search at any of its
simulations; what is refused; a trace as nobody would make it, with circles and very many rows."""
import csv
import io
import json
import os
import pathlib
import resource
import sqlite3
import subprocess
import time
import xml.etree.ElementTree as xml

from support import ROOT, check, fails, finish, run, temporary

MAKE = os.environ["PELLUCID_MAKE_REASONING"]
FORMATS = {"search": "png svg pdf graphml dot json", "graph": "png svg pdf graphml dot json", "timeline": "png svg pdf csv json md", "reliability": "png svg pdf csv json"}
STARTS = {"png": b"\x89PNG", "pdf": b"%PDF"}
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def made(folder, *kind):
    trace = folder / f"{kind[0]}.pel"
    subprocess.run([MAKE, trace, *kind], check=True)
    return trace


def exported(folder, trace, what, suffix, *more):
    out = folder / f"out.{suffix}"
    r = run("export", trace, what, *more, "--force", "-o", out)
    check(r.status == 0 and r.err == "", f"{what} as {suffix} {' '.join(map(str, more))}: {r.err}")
    return out.read_bytes()


def formats(folder, trace):
    for what, suffixes in FORMATS.items():
        for suffix in suffixes.split():
            data = exported(folder, trace, what, suffix)
            check(data.startswith(STARTS.get(suffix, b"")) and len(data) > 300, f"  {what}.{suffix} is one")
            if suffix in ("svg", "graphml"):
                xml.fromstring(data)
            if suffix == "json":
                check(json.loads(data)["format"] == f"pellucid {what}", "  says what it is")
            check(data == exported(folder, trace, what, suffix), "  the same bytes again")
        fails(2, "export", trace, what, "-o", folder / "x.npy", says=["suffix"])


def numbers(folder, trace):
    s = json.loads(exported(folder, trace, "search", "json"))
    at = json.loads(exported(folder, trace, "search", "json", "--at", 100))
    check(s["at"] is None and at["at"] == 100 and s["nodes"][0]["visits"] == 300 and at["nodes"][0]["visits"] == 100, "visits at a simulation are counted anew")
    last = json.loads(exported(folder, trace, "search", "json", "--at", 300))
    check([n["visits"] for n in last["nodes"]] == [n["visits"] for n in s["nodes"]], "  after the last they are those of the file")
    check(sum(n["shown"] for n in json.loads(exported(folder, trace, "search", "json", "--top", 7))["nodes"]) == 7, "--top shows so many")
    root = xml.fromstring(exported(folder, trace, "graph", "graphml"))
    g = json.loads(exported(folder, trace, "graph", "json"))
    check(len(root.findall(f".//{GRAPHML}node")) == len(g["nodes"]) and len(root.findall(f".//{GRAPHML}edge")) == len(g["edges"]), "graphml and json hold the whole graph")
    check(sum(n["shown"] for n in json.loads(exported(folder, trace, "graph", "json", "--top", 12))["nodes"]) == 12, "--top shows so many")
    t = json.loads(exported(folder, trace, "timeline", "json"))
    rows = list(csv.DictReader(io.StringIO(exported(folder, trace, "timeline", "csv").decode(), newline="")))
    check([float(r["start"]) for r in rows] == [x["start"] for x in t["stages"]] and "one after another" in t["order"], "csv and json say the same starts, and how they were found")
    r = json.loads(exported(folder, trace, "reliability", "json"))
    counted = [b for b in r["bins"] if b["n"]]
    error = sum(b["n"] * abs(b["accuracy"] - b["confidence"]) for b in counted) / sum(b["n"] for b in counted)
    check(abs(error - r["expected_calibration_error"]) < 1e-12, "the expected calibration error is that of its bins")


def counted(trace):
    """Visits and values of a search's nodes as its simulations add up to: node -> [N, W]; and what the file has."""
    with sqlite3.connect(f"file:{trace}?mode=ro", uri=True) as db:
        simulations = db.execute("SELECT path, value FROM simulation ORDER BY id").fetchall()
        nodes = db.execute("SELECT id, visits, total FROM search_node").fetchall()
    sums = {node: [0, 0] for node, _, _ in nodes}
    for path, value in simulations:
        for node in set(path.split()):
            sums[int(node)][0] += 1
            sums[int(node)][1] += value
    return simulations, sums, {node: [visits, total] for node, visits, total in nodes}


def moments(folder, trace):
    """A search that was made, not made up: at each simulation, and what its end is."""
    pack, real = folder / "drugs.pack", folder / "real.pel"
    check(run("kb", "build", ROOT / "data/packs/mechanisms", "-o", pack).status == 0, "a pack")
    check(run("audit", ROOT / "data/packs/mechanisms/cases/hypertension.json", "--kb", pack, "-o", real).status == 0, "  is audited")
    for of in (trace, real):
        simulations, sums, recorded = counted(of)
        check(all(sums[node][0] == recorded[node][0] for node in sums), "simulation by simulation the visits add up to the recorded ones")
        other = sum(n and abs(w / n - recorded[node][1] / n) > 1e-9 for node, (n, w) in sums.items())
        last = len(simulations) - 1
        j = json.loads(exported(folder, of, "search", "json", "--at", last))
        check((j["visits_differ"], j["values_differ"]) == (0, other), f"  and where values do not, the export says of how many: {j['values_differ']}")
        path, value = simulations[last - 1]
        check([n["id"] for n in j["nodes"] if n["on_path"]] == sorted(map(int, path.split())) and j["path_value"] == value, f"  the path of simulation {last} is marked: {path}")
        sums = {}
        for p, v in simulations[:last]:
            for node in set(p.split()):
                sums.setdefault(int(node), []).append(v)
        check(all(n["visits"] == len(sums.get(n["id"], [])) and (n["value"] is None or abs(n["value"] - sum(sums[n["id"]]) / n["visits"]) < 1e-9) for n in j["nodes"]), "  with the visits and mean values so far")
        text = exported(folder, of, "search", "svg", "--at", last).decode()
        check(("recorded another value" in text.replace("\n", " ")) == (other > 0), "  the picture says where the search has values of its own")
    check(other == 1, "which this search has at its root, once that is decided")


def refused(folder, trace):
    none = made(folder, "tree", "5")
    for what in ("search", "graph", "reliability"):
        fails(3, "export", none, what, "-o", folder / "x.svg", says=["holds no"])
        fails(2, "export", trace, what, "--span", 1, "-o", folder / "x.svg", says=["stage 1"])
    fails(2, "export", trace, "search", "--at", 301, "-o", folder / "x.svg", says=["keeps 300"])
    for bad in (["--at", "0"], ["--at", "x"], ["--top", "0"], ["--top", "1001"]):
        fails(2, "export", trace, "search", *bad, "-o", folder / "x.svg", says=[bad[0]])
    check(not (folder / "x.svg").exists(), "nothing is left behind")


def enemy(folder):
    """Circles and rows by the hundred thousand: an answer within seconds, in bounded memory."""
    trace = made(folder, "tangle", "150000")
    for what, more in (("search", ["--top", 1000, "--at", 149999]), ("search", []), ("graph", ["--top", 1000]), ("graph", [])):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, time.monotonic()
        exported(folder, trace, what, "svg", *more)
        seconds, memory = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        check(seconds < 60 and memory < 1 << 20, f"  {seconds:.1f} s, {max(memory, before) >> 10} MiB at most")


with temporary() as name:
    here = pathlib.Path(name)
    diagnosis = made(here, "diagnosis")
    formats(here, diagnosis)
    numbers(here, diagnosis)
    moments(here, diagnosis)
    refused(here, diagnosis)
    enemy(here)
finish()
