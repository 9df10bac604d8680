#!/usr/bin/env python3
"""Learnt weights as the table that is compiled in.

usage: pellucid eval phenopackets FOLDER --pack X.pack --save X.json
       tools/phenotype-weights.py X.json > engine/phenotype/weights_builtin.h"""
import json
import sys

Z = 1.959963984540054  # 95 %


def wilson(right, n, sign):
    share = right / n
    middle, reach = share + Z * Z / (2 * n), Z * (share * (1 - share) / n + Z * Z / (4 * n * n)) ** 0.5
    return (middle + sign * reach) / (1 + Z * Z / n)


def low(right, n):
    return max(0.0, wilson(right, n, -1))


def high(right, n):
    return min(1.0, wilson(right, n, 1))


HEAD = """/* Learnt weights, made by tools/phenotype-weights.py from what 'pellucid eval phenopackets FOLDER --pack X.pack --without asked --save X.json' gives; docs/measurements.md has the
 * command and the figures. In the order of pel_feature. */
#pragma once
#include <math.h>
#include <pellucid/phenotype.h>

"""

told = json.load(open(sys.argv[1]))
c = told["calibration"]
print(HEAD + "static const pel_phenotype_weights builtin = {")
print(f"    .offset = {c['offset']!r}, .other_offset = {c['other_offset']!r}, .other_slope = {c['other_slope']!r},")
for what, place in (("slope", 0), ("mean", 1)):
    print(f"    .{what} = {{" + ", ".join(f"{part[place]!r} /* {name} */" for name, part in c["parts"].items()) + "},")
print(f"    .cases = {c['cases']}, .publications = {c['publications']},")
print(f"    .right = {c['right']!r}, .ece = {c['ece']!r},")
for field in ("bins", "other_bins"):
    print(f"    .{field} = {{")
    for i, (n, confidence, right) in enumerate(c[field]):
        print(f"        {{.low = {i}.0 / 15, .high = {i + 1}.0 / 15, .n = {n}, " + (f".confidence = {confidence!r}, .accuracy = {right}.0 / {n}, .wilson_low = {low(right, n)!r}, .wilson_high = {high(right, n)!r}" if n else ".confidence = NAN, .accuracy = NAN") + "},")
    print("    },")
print(f"    .diseases = {told['diseases']},")
print(f"    .learnt_from = {json.dumps(told['learnt_from'])},")
print("    .weight = {")
for name, value in told["weights"].items():
    print(f"        {float(value)!r}, /* {name} */")
print("    }};")
