#!/usr/bin/env python3
"""Proofs of the generated programs' answers: all are accepted, and what is spoilt is refused.

usage: proofs.py PROOF_RUN PROGRAMS [SEED]"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

with tempfile.TemporaryDirectory() as folder:
    seed = sys.argv[3] if len(sys.argv) > 3 else "1"
    subprocess.run([sys.executable, "-B", HERE / "generate.py", "--seed", seed, "--programs", sys.argv[2], folder], check=True)
    programs = sorted(str(p) for p in pathlib.Path(folder).glob("*.pl"))
    done = subprocess.run([sys.argv[1], *programs], stdout=subprocess.PIPE, text=True)
lines = done.stdout.splitlines()
for line in lines[-2:] if done.returncode == 0 else lines:
    print(line)
print("ok proofs" if done.returncode == 0 else "not ok proofs")
sys.exit(1 if done.returncode else 0)
