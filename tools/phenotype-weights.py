#!/usr/bin/env python3
"""Learnt weights as the table that is compiled in.

usage: pellucid eval phenopackets FOLDER --pack X.pack --save X.json
       tools/phenotype-weights.py X.json > engine/phenotype/weights_builtin.h"""
import json
import sys

HEAD = """/* Learnt weights, made by tools/phenotype-weights.py from what 'pellucid eval phenopackets FOLDER --pack X.pack --save X.json' gives; docs/measurements.md has the
 * command and the figures. In the order of pel_feature. */
#pragma once
#include <pellucid/phenotype.h>

"""

told = json.load(open(sys.argv[1]))
c = told["calibration"]
print(HEAD + "static const pel_phenotype_weights builtin = {")
print(f"    .slope = {c['slope']!r}, .offset = {c['offset']!r}, .asked = {str(told['asked']).lower()}, .cases = {c['cases']}, .publications = {c['publications']},")
print(f"    .right = {c['right']!r}, .ece = {c['ece']!r},")
print(f"    .learnt_from = {json.dumps(told['learnt_from'])},")
print("    .weight = {")
for name, value in told["weights"].items():
    print(f"        {float(value)!r}, /* {name} */")
print("    }};")
