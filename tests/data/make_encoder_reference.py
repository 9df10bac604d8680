#!/usr/bin/env python3
"""Makes tests/data/reference/minilm.json and minilm.bin: texts, and what sentence-transformers makes of them.

  python3 -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.23.0 sentence-transformers==6.2.0 tokenizers==0.23.3
  venv/bin/python tests/data/make_encoder_reference.py "$(tools/get-model.sh minilm)" [tests/data/reference]

minilm.json  texts    as strings; what is not UTF-8 stands as {"hex": ...}, for the reference with U+FFFD in its place
             ids      of each text, by tokenizers, cut to 256 with [CLS] and [SEP]
             tensors  vectors: offset in minilm.bin and shape
minilm.bin   little-endian f32 [texts, 384], unit vectors; each text alone, in f32 on one thread of the CPU"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

TEXTS = [
    "A cat sleeps on the warm windowsill.", "The cat is asleep by the window.", "Stock markets fell sharply on Tuesday.",
    "Let me check that step again.", "Wait, that can't be right.", "Actually, I made an arithmetic mistake above.",
    "So the answer is 42.", "Therefore, x = 7 and y = -3.", "First, compute the derivative of f(x) = x^2 sin(x).",
    "Let n be the number of apples that Maria has left.", "If she gives away 3/4 of them, 12 remain.", "Hmm.", "Okay", "?",
    "The quick brown fox jumps over the lazy dog.", "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG!", "What is the capital of Australia?",
    "Canberra is the capital of Australia.", "We can factor the polynomial as (x - 1)(x + 2).",
    "Substituting back, both sides equal 15, so the solution is verified.", "Alternatively, we could use Lagrange multipliers.",
    "I should consider the edge case where the list is empty.", "def add(a, b):\n    return a + b", "for (int i = 0; i < n; ++i) sum += x[i];",
    "SELECT name FROM users WHERE age >= 18 ORDER BY name;", "https://example.org/path?query=1&other=%20#fragment", "user.name+tag@example.com",
    "The café's naïve façade impressed Zoë and José.", "Ångström, Gödel, Erdős, Dvořák, Łukasiewicz", "İstanbul'da yağmur yağıyor.",
    "Straße, Größe, Übermut", "Ünïcödé ẇïṫḧ c\u0327o\u0308mb\u0301i\u0302ning marks", "Привет, как дела?", "Η γρήγορη καφέ αλεπού", "שלום עולם", "مرحبا بالعالم",
    "नमस्ते दुनिया", "สวัสดีชาวโลก", "안녕하세요 세계", "你好,世界!今天天气很好。", "東京は日本の首都です。", "カタカナとひらがな", "mixed 中文 and English text",
    "I love this 😀👍🏽 so much ❤️!", "👨‍👩‍👧‍👦", "… “quoted” — dashed – text ‘here’", "$1,234.56 is 10% of €12.345,60", "5 × 3 ≤ 16 ∧ √2 ≠ 1½",
    "tabs\tand\nnew lines\r\nand   spaces", "zero\u200bwidth\u200djoiner and\u00a0hard\u2003spaces", "con\u0000trol\u0007 cha\u001bracters\u000band\u0085more\ufffd", "",
    "   \t\n ", "\u0301", "pneumonoultramicroscopicsilicovolcanoconiosis antidisestablishmentarianism", "x" * 100, "x" * 101, "a " + "b" * 5000 + " c",
    "[CLS] tokens [SEP] in the [MASK] text [PAD] and [UNK] and [sep]", "don't can't I'm we've o'clock rock'n'roll", "e.g. Dr. Who vs. Mr. T., i.e. 3 p.m.",
    "!!!???...,,,;;;:::---___***", "ﬁne ligatures and Ⅷ numerals ² ³ ①", "snake_case camelCase kebab-case SCREAMING_CASE", "1234567890 3.14159265358979 6.022e23 0xDEADBEEF",
    "The model first restates the problem, then tries several approaches, notices a contradiction, and finally returns to its first idea with a correction.",
    " ".join(f"Sentence number {i} says that the sum of the first {i} odd numbers is {i * i}." for i in range(1, 41)),
    "word " * 254, "word " * 253 + "antidisestablishmentarianism", "漢字" * 200,
]
BYTES = [b"broken \xff\xfe bytes", b"cut off \xe4\xbd", b"\xc3\x28 \xa0\xa1 \xed\xa0\x80 \xf8\x88\x80\x80\x80 mixed", b"\x80", b"over\xc0\xaflong \xf4\x90\x80\x80 past the end"]


def main():
    model, folder = sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else "tests/data/reference")
    torch.set_num_threads(1)
    encoder = SentenceTransformer(model, device="cpu")
    assert encoder.max_seq_length == 256
    tokenizer = Tokenizer.from_file(f"{model}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    texts = TEXTS + [b.decode("utf-8", "replace") for b in BYTES]
    vectors = np.stack([encoder.encode(t, convert_to_numpy=True, normalize_embeddings=True) for t in texts]).astype("<f4")
    assert vectors.shape == (len(texts), 384)
    (folder / "minilm.bin").write_bytes(vectors.tobytes())
    (folder / "minilm.json").write_text(json.dumps({
        "texts": TEXTS + [{"hex": b.hex()} for b in BYTES],
        "ids": [tokenizer.encode(t).ids for t in texts],
        "tensors": {"vectors": {"offset": 0, "shape": list(vectors.shape)}},
    }, separators=(",", ":")) + "\n")
    print(len(texts), "texts", vectors.nbytes, "bytes of vectors")


main()
