#!/usr/bin/env python3
"""The files that a pack's folder is built from, a line each, from the folder: pack.json and every file that a text in it names.

usage: tools/pack-files.py FOLDER/pack.json"""
import json
import pathlib
import sys


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def is_file(folder, name):
    try:
        return bool(name) and (folder / name).is_file()
    except OSError:  # longer than a name may be
        return False


path = pathlib.Path(sys.argv[1])
print("\n".join(sorted({path.name, *(name for name in texts(json.loads(path.read_text("utf-8"))) if is_file(path.parent, name))})))
