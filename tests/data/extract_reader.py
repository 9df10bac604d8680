#!/usr/bin/env python3
"""Takes the reader's code out of docs/trace-format.md, so that a test runs what the page shows.

    extract_reader.py docs/trace-format.md > reader.py
"""
import sys

BEGIN, END = "<!-- reader.py begins -->", "<!-- reader.py ends -->"


def extract(text):
    body = text.split(BEGIN, 1)[1].split(END, 1)[0].strip()
    lines = body.split("\n")
    if lines[0] != "```python" or lines[-1] != "```":
        raise ValueError("the reader is not one block of Python")
    return "\n".join(lines[1:-1]) + "\n"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as page:
        sys.stdout.write(extract(page.read()))
