#!/usr/bin/env python3
"""Every public header compiles alone: as strict C11, and as C++ where a C++ compiler is at hand.

usage: headers.py INCLUDE_FOLDER C_COMPILER"""
import pathlib
import shutil
import subprocess
import sys


def compiles(command, folder, header):
    source = f"#include <pellucid/{header}>\n"
    done = subprocess.run([*command, "-fsyntax-only", "-I", folder, "-"], input=source, text=True, capture_output=True)
    return done.returncode == 0, done.stderr


def main():
    folder, compiler = sys.argv[1], sys.argv[2].split()
    ways = {"C11": [*compiler, "-x", "c", "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror"]}
    cxx = shutil.which("g++") or shutil.which("clang++") or shutil.which("c++")
    if cxx:
        ways["C++"] = [cxx, "-x", "c++", "-std=c++17", "-Wall", "-Wextra", "-Werror"]
    else:
        print("# no C++ compiler here: C11 only")
    failed = False
    for header in sorted(pathlib.Path(folder, "pellucid").glob("*.h")):
        for way, command in ways.items():
            good, text = compiles(command, folder, header.name)
            print(f"{'ok' if good else 'not ok'} {header.name} as {way}")
            if not good:
                failed = True
                print(text)
    return 1 if failed else 0


sys.exit(main())
