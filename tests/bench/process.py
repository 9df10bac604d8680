#!/usr/bin/env python3
"""The cost of recording as a whole process: loading, run and closing, against --no-trace, in alternating pairs.

usage: process.py PELLUCID MODEL TEXT [--tokens 4000] [--generate 64] [--rounds 5] [-t THREADS]

TEXT is any long text file: as many of its bytes are taken as make about TOKENS tokens. Log-probabilities of the prompt are
off in both. Prints the medians, the median of the paired ratios and the trace's size against its formula."""
import argparse, json, os, statistics, subprocess, tempfile, time


def seconds(command):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def cut(pellucid, model, text, tokens, folder):
    """A prefix of the text with about `tokens` tokens."""
    data, lo, hi = open(text, "rb").read(), 0, os.path.getsize(text)
    path = os.path.join(folder, "prompt.txt")
    while hi - lo > 16:
        size = (lo + hi + 1) // 2
        open(path, "wb").write(data[:size])
        n = len(json.loads(subprocess.check_output([pellucid, "tokenize", model, "-f", path, "--json"])))
        lo, hi = (size, hi) if n <= tokens else (lo, size)
    open(path, "wb").write(data[:lo])
    return path


def main():
    p = argparse.ArgumentParser()
    p.add_argument("pellucid"), p.add_argument("model"), p.add_argument("text")
    p.add_argument("--tokens", type=int, default=4000), p.add_argument("--generate", type=int, default=64)
    p.add_argument("--rounds", type=int, default=5), p.add_argument("-t", dest="threads")
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prompt, trace = cut(a.pellucid, a.model, a.text, a.tokens, folder), os.path.join(folder, "run.pel")
        run = [a.pellucid, "record", a.model, "-f", prompt, "--raw", "-n", str(a.generate), "--no-prompt-logprobs"]
        run += ["-t", a.threads] if a.threads else []
        plain, recorded = [], []
        for i in range(a.rounds):
            pair = [(plain, run + ["--no-trace"]), (recorded, run + ["-o", trace, "--force"])]
            for times, command in (pair if i % 2 == 0 else reversed(pair)):
                times.append(seconds(command))
        info = json.loads(subprocess.check_output([a.pellucid, "info", trace, "--json"]))
        q = sum(len(l["heads"]) * l["head_dim"] * 2 for l in info["layers"])
        k = sum(l["n_kv_head"] * l["head_dim"] * 2 for l in info["layers"])
        heads = sum(len(l["heads"]) for l in info["layers"])
        budget = info["n_rows"] * (q + k + 20 * heads)
        size = os.path.getsize(trace)
        print(f"rows {info['n_rows']}, load average {os.getloadavg()[0]:.1f}")
        print(f"without a trace {statistics.median(plain):.2f} s, recorded {statistics.median(recorded):.2f} s")
        print(f"cost {100 * (statistics.median([r / p for p, r in zip(plain, recorded)]) - 1):.1f} % (median of {a.rounds} pairs)")
        print(f"size {size} bytes, {size / budget:.3f} of Q + K + m,Z + 12 bytes a row and head, overview included")


main()
