#!/usr/bin/env python3
"""docs/trace-format.md against a trace: every table has a section, every column is named in it. Takes the page and a trace."""
import re
import sqlite3
import sys

page = open(sys.argv[1], encoding="utf-8").read()
db = sqlite3.connect(f"file:{sys.argv[2]}?mode=ro", uri=True)
lacking = []
for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
    part = re.search(rf"^### (?:[a-z_]+, )*{table}\b.*?(?=^##)", page, re.M | re.S)
    if not part:
        lacking.append(table)
        continue
    for _, column, *_ in db.execute(f"PRAGMA table_info ({table})"):
        if not re.search(rf"\b{column}\b", part[0]):
            lacking.append(f"{table}.{column}")
print("not in the page:", ", ".join(lacking) or "nothing")
sys.exit(bool(lacking))
