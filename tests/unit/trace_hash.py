#!/usr/bin/env python3
"""The logical hash of a trace, written from docs/trace-format.md alone: prints it and whether the file agrees."""
import hashlib
import sqlite3
import struct
import sys

TABLES = ["provenance", "parameter", "layer", "sequence", "token", "alternative", "batch", "attention_query",
          "attention_key", "attention_row", "received", "pyramid"]
REASONING = ["span", "attribute", "source", "passage", "document", "clause", "node", "edge", "retrieved", "resolution", "proof_step",
             "graph_node", "graph_edge", "graph_path", "search_node", "search_edge", "simulation", "reliability"]
PROVENANCE = {"architecture", "model_name", "model_sha256", "note", "question", "case", "case_sha256", "pack", "pack_version", "pack_sha256"}


def column(name, value):
    if name == "data":
        return b"D" + struct.pack("<Q", len(value)) + hashlib.sha256(value).digest()
    if value is None:
        return b"N"
    if isinstance(value, int):
        return b"I" + struct.pack("<q", value)
    if isinstance(value, float):
        return b"R" + struct.pack("<d", value)
    tag, raw = (b"T", value.encode()) if isinstance(value, str) else (b"B", value)
    return tag + struct.pack("<Q", len(raw)) + raw


def counts(table, row):
    if table == "provenance":
        return row[0] in PROVENANCE
    return table != "parameter" or not row[0].startswith("machine.")


def logical_hash(db):
    sha = hashlib.sha256(b"pellucid trace 1\n")
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
    with_rows = [t for t in REASONING if t in there and db.execute(f"SELECT EXISTS (SELECT 1 FROM {t})").fetchone()[0]]
    for table in TABLES + with_rows:
        sha.update(b"#" + struct.pack("<Q", len(table)) + table.encode())
        info = db.execute(f"PRAGMA table_info ({table})").fetchall()
        names = [i[1] for i in info]
        primary = [i[1] for i in sorted(info, key=lambda i: i[5]) if i[5]]
        for row in db.execute(f"SELECT * FROM {table} ORDER BY {', '.join(primary)}"):
            if counts(table, row):
                sha.update(b"=" + b"".join(column(n, v) for n, v in zip(names, row) if (table, n) != ("span", "seconds")))
    return sha.hexdigest()


if __name__ == "__main__":
    trace = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    stored = trace.execute("SELECT value FROM provenance WHERE key = 'hash'").fetchone()[0]
    mine = logical_hash(trace)
    print(mine, "agrees" if mine == stored else f"but the trace says {stored}")
    sys.exit(mine != stored)
