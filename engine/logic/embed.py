#!/usr/bin/env python3
"""Writes a text file as a C string: embed.py INPUT OUTPUT NAME"""
import sys

text = open(sys.argv[1], encoding="utf-8").read()
lines = "".join('  "%s\\n"\n' % line.replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n")[:-1])
with open(sys.argv[2], "w", encoding="utf-8") as out:
    out.write(f'#include "engine/logic/builtins.h"\n\nconst char {sys.argv[3]}[] =\n{lines};\n')
