#!/usr/bin/env python3
"""The cases of the SARA data set by our rules and by SWI-Prolog: verdicts and time side by side.

usage: sara.py PELLUCID FOLDER [--seconds 120]

FOLDER holds statutes/ and cases/. The statutes were written for version 7: `Year_duration rdiv 2` reads `/ 2` for both. A case's
verdict is whether its test goal holds; SWI-Prolog's start-up (a run that only halts) is taken off its time and told apart."""
import argparse
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("pellucid")
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--seconds", type=float, default=120)
args = parser.parse_args()

ours = {c["case"]: c for c in json.loads(subprocess.run([args.pellucid, "eval", "sara", args.folder, "--json"], capture_output=True, check=True).stdout)}


def seconds(command, cwd):
    start = time.monotonic()
    try:
        done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=args.seconds)
        return time.monotonic() - start, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        return time.monotonic() - start, None


with tempfile.TemporaryDirectory() as work:
    work = pathlib.Path(work)
    shutil.copytree(args.folder / "statutes", work / "statutes")
    shutil.copytree(args.folder / "cases", work / "cases")
    for path in (work / "statutes" / "prolog").glob("*.pl"):
        path.write_text(path.read_text().replace("Year_duration rdiv 2", "Year_duration / 2"))
    startup = sorted(seconds(["swipl", "-q", "-g", "halt"], work)[0] for _ in range(9))[4]
    same, differ, undecided, theirs_time, ours_time, theirs_all = 0, [], [], 0, 0, 0
    for path in sorted((work / "cases").glob("*.pl")):
        took, said = seconds(["swipl", "-q", f"cases/{path.name}"], work)
        verdict = "undecided" if said is None else "fails" if "Goal (directive) failed" in said else "error" if "ERROR" in said else "holds"
        mine = {"holds": "holds", "not found": "fails"}.get(ours[path.name]["state"], "undecided")
        theirs_all += took
        if verdict in ("undecided", "error"):
            undecided.append(f"{path.name}: SWI-Prolog {verdict}, ours {mine}")
            continue
        theirs_time += max(0, took - startup)
        ours_time += ours[path.name]["load_seconds"] + ours[path.name]["run_seconds"]
        same += verdict == mine
        if verdict != mine:
            differ.append(f"{path.name}: SWI-Prolog {verdict}, ours {mine}")

print(f"{same} of {same + len(differ)} cases that SWI-Prolog decides have the same verdict")
for line in differ + undecided:
    print(" ", line)
n = same + len(differ)
print(f"seconds on these {n}: SWI-Prolog {theirs_time:.1f} (and {startup * n:.1f} of start-up), ours {ours_time:.1f} (in one process)")
