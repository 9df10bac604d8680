"""What the tests of the command line share: the program, a tiny model made on the spot, checks that go on."""
import array
import contextlib
import json
import os
import pathlib
import random
import sqlite3
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from checks import PROGRAM, ROOT, SKIPPED, check, finish, real_model, skip  # noqa: E402, F401: handed on


class Ran:
    def __init__(self, done):
        self.status, self.out = done.returncode, done.stdout
        self.err = done.stderr.decode("utf-8", "replace")


def environment(**changes):
    env = {**os.environ, "LC_ALL": "C.UTF-8", **changes}
    return {key: value for key, value in env.items() if value is not None}


def run(*arguments, cwd=None, env=None, timeout=600, stdin=b"", limit=None):
    command = [PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=env or environment(), input=stdin, capture_output=True, timeout=timeout,
                          preexec_fn=limit)
    return Ran(done)


def fails(status, *arguments, says=(), **how):
    """A failure: that status, nothing on standard output, one line on standard error that holds each of 'says'."""
    r = run(*arguments, **how)
    label = " ".join(map(str, arguments))[:110]
    lines = r.err.rstrip("\n").split("\n")
    check(r.status == status, f"status {status}: {label}" + ("" if r.status == status else f" (was {r.status}: {r.err!r})"))
    check(r.out == b"", f"  nothing on standard output: {r.out[:80]!r}")
    check(len(lines) == 1 and lines[0].startswith("pellucid: "), f"  one line on standard error: {lines}")
    for text in says:
        check(text in r.err, f"  it says '{text}': {r.err.strip()!r}")
    return r


def info(trace):
    return json.loads(run("info", trace, "--json").out)


def audit(case, pack, *more):
    """What an audit says as JSON; nothing where it fails, which is a fault."""
    r = run("audit", case, "--kb", pack, "--json", *more)
    check(r.status == 0, f"audit {case}: {r.err}")
    return json.loads(r.out) if r.status == 0 else {}


def rows(file, sql):
    """Of a trace or a pack."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def sidecars(folder):
    return sorted(p.name for p in pathlib.Path(folder).iterdir() if "-journal" in p.name or "-wal" in p.name or "-shm" in p.name)


def temporary():
    """A folder of this test; removed when the object goes."""
    return tempfile.TemporaryDirectory(prefix="pellucid-cli-")


# ---- a tiny model: random weights, byte tokens ----

U32, F32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9
WIDTH, LAYERS, HEADS, KEY_HEADS, HEAD_WIDTH, HIDDEN = 32, 2, 4, 2, 16, 48


def _string(text):
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(kind, value):
    if kind == STRING:
        return _string(value)
    if kind == ARRAY:
        inner, items = value
        return struct.pack("<IQ", inner, len(items)) + b"".join(_value(inner, item) for item in items)
    return struct.pack({U32: "<I", 5: "<i", F32: "<f", BOOL: "<B"}[kind], value)


def _vocabulary():
    pieces = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    kinds = [2, 3, 3] + [6] * 256
    for text in ["\u2581"] + [chr(c) for c in range(33, 127)]:
        pieces.append(text)
        kinds.append(1)
    return pieces, kinds, [-float(i) for i in range(len(pieces))]


def tiny_model(path, context=1 << 20):
    """A llama of two layers over bytes and printable ASCII. Its end token is never the likeliest."""
    pieces, kinds, scores = _vocabulary()
    keys = [
        ("general.architecture", STRING, "llama"), ("general.name", STRING, "tiny \u00e9"), ("llama.block_count", U32, LAYERS),
        ("llama.context_length", U32, context), ("llama.embedding_length", U32, WIDTH), ("llama.feed_forward_length", U32, HIDDEN),
        ("llama.attention.head_count", U32, HEADS), ("llama.attention.head_count_kv", U32, KEY_HEADS),
        ("llama.attention.key_length", U32, HEAD_WIDTH), ("llama.attention.value_length", U32, HEAD_WIDTH),
        ("llama.attention.layer_norm_rms_epsilon", F32, 1e-5), ("llama.rope.freq_base", F32, 10000.0),
        ("tokenizer.ggml.model", STRING, "llama"), ("tokenizer.ggml.tokens", ARRAY, (STRING, pieces)),
        ("tokenizer.ggml.scores", ARRAY, (F32, scores)), ("tokenizer.ggml.token_type", ARRAY, (5, kinds)),
        ("tokenizer.ggml.bos_token_id", U32, 1), ("tokenizer.ggml.eos_token_id", U32, 2),
        ("tokenizer.ggml.add_bos_token", BOOL, 1), ("tokenizer.ggml.add_space_prefix", BOOL, 0),
    ]
    chance = random.Random(7)
    tensors = []

    def add(name, *dims):  # the first dimension is the row's length, as in GGUF
        count = dims[0] * (dims[1] if len(dims) > 1 else 1)
        spread = 1.5 / dims[0] ** 0.5
        values = array.array("f", [1.0] * count if len(dims) == 1 else [chance.gauss(0, spread) for _ in range(count)])
        if name == "output.weight":
            values[2 * WIDTH:3 * WIDTH] = array.array("f", [0.0] * WIDTH)
        tensors.append((name, dims, values.tobytes()))

    query, key = HEADS * HEAD_WIDTH, KEY_HEADS * HEAD_WIDTH
    add("token_embd.weight", WIDTH, len(pieces))
    add("output_norm.weight", WIDTH)
    add("output.weight", WIDTH, len(pieces))
    for layer in range(LAYERS):
        at = f"blk.{layer}."
        for name, *dims in [("attn_norm", WIDTH), ("attn_q", WIDTH, query), ("attn_k", WIDTH, key), ("attn_v", WIDTH, key),
                            ("attn_output", query, WIDTH), ("ffn_norm", WIDTH), ("ffn_gate", WIDTH, HIDDEN),
                            ("ffn_up", WIDTH, HIDDEN), ("ffn_down", HIDDEN, WIDTH)]:
            add(f"{at}{name}.weight", *dims)
    head, data = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys)), b""
    for name, kind, value in keys:
        head += _string(name) + struct.pack("<I", kind) + _value(kind, value)
    for name, dims, values in tensors:
        head += _string(name) + struct.pack("<I", len(dims)) + struct.pack(f"<{len(dims)}Q", *dims) + struct.pack("<IQ", 0, len(data))
        data += values + b"\0" * (-len(values) % 32)
    pathlib.Path(path).write_bytes(head + b"\0" * (-len(head) % 32) + data)
    return path
