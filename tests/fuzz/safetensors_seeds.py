#!/usr/bin/env python3
"""Writes small valid safetensors files for the fuzz target safetensors to start from.
usage: safetensors_seeds.py FOLDER"""
import json
import pathlib
import struct
import sys

SIZES = {"F32": 4, "F16": 2, "BF16": 2, "I64": 8, "U8": 1}
SEEDS = {
    "empty": [],
    "one": [("w", "F32", [2, 3])],
    "types": [("a.weight", "F16", [4]), ("b.weight", "BF16", [2, 2]), ("ids", "I64", [1, 2]), ("mask", "U8", []), ("none", "F32", [0, 5])],
}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, tensors in SEEDS.items():
        header, at = {"__metadata__": {"format": "pt", "n\u00e9": "\U0001f600"}}, 0
        for tensor, dtype, shape in tensors:
            size = SIZES[dtype]
            for n in shape:
                size *= n
            header[tensor] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + size]}
            at += size
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        (folder / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(range(at)))


main()
