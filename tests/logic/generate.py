#!/usr/bin/env python3
"""Programs in Prolog syntax that try an interpreter from many sides; the same seed gives the same programs.

usage: generate.py [--seed S] [--programs N] OUT_FOLDER

Writes OUT_FOLDER/00000.pl and so on. Nothing in them prints, runs without end, or shows what may differ between two
sound systems (the last digit of a sine, the age of a variable, the context of an error)."""
import argparse
import importlib
import pathlib
import random

from calls import call, dressed, HELPERS

MODULES = ["calls", "control", "lists", "search", "numeric", "textual", "rules", "structure"]


def families():
    return [(m, f) for m in MODULES for f in importlib.import_module(m).FAMILIES]


def make(seed, index):
    """The program of that number, whatever the number of programs is."""
    known = families()
    rng = random.Random(f"{seed}-{index}")
    rounds = random.Random(f"{seed}-round-{index // len(known)}")
    order = rounds.sample(range(len(known)), len(known))
    program = known[order[index % len(known)]][1](rng)
    rng.shuffle(program.queries)
    del program.queries[10:]
    if HELPERS not in program.parts and rng.random() < 0.3:
        program.queries[9:] = []
        program.add(HELPERS)
        program.ask(dressed(rng, call(rng)))
    while len(program.queries) < 3:
        program.ask(f"X = {len(program.queries)}, Y is X * {rng.randint(2, 99)}")
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", default="1")
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for index in range(options.programs):
        (options.folder / f"{index:05}.pl").write_text(make(options.seed, index).text(), encoding="utf-8")


if __name__ == "__main__":
    main()
