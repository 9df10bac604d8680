"""A trace is at most 1.15 times what it must hold: Q + K + m, Z + 12 bytes a row and head, the overview apart; from the real
model, from a few dozen tokens on."""
import os
import pathlib

from support import check, finish, info, rows, run, skip, temporary

BOUND = 1.15
model = os.environ.get("PELLUCID_MODEL_SMOLLM2")
if not model:
    skip("PELLUCID_MODEL_SMOLLM2 names no model")


def must_hold(trace):
    i = info(trace)
    layers = [(len(l["heads"]), l["n_kv_head"], l["head_dim"]) for l in i["layers"]]
    return i["n_rows"] * sum(2 * dim * (q + k) + 20 * q for q, k, dim in layers)


def overview(trace):
    return rows(trace, "SELECT sum(length(data)) FROM pyramid")[0][0]


with temporary() as folder:
    for words in (30, 60, 100, 180, 300, 520, 700):
        trace = pathlib.Path(folder) / f"{words}.pel"
        text = " ".join(f"word{i % 7} of" if i % 3 else "and" for i in range(words // 2))
        r = run("record", model, "-p", text, "-n", "0", "--raw", "-o", trace)
        check(r.status == 0, f"{words} words are recorded: {r.err[-100:]!r}")
        ratio = (trace.stat().st_size - overview(trace)) / must_hold(trace)
        check(ratio <= BOUND, f"{info(trace)['n_rows']} rows: {ratio:.3f} of the formula (bound {BOUND})")
finish()
