#!/usr/bin/env python3
"""Chooses the constants of the retrieval stage on a set of candidates: the mixture of words and vectors, the gate's weights, how sharp the
attention is. Needs numpy.

usage: fit_gate.py CANDIDATES.tsv [ALPHA]

CANDIDATES is what 'pellucid eval retrieval FOLDER --encoder E --split train --candidates CANDIDATES.tsv' wrote. The gate is the part of a logistic
regression (iteratively reweighted least squares, a ridge of 1) that is not the fused score's; sharpness is what gives the best mean F1."""
import sys

import numpy as np

data = np.loadtxt(sys.argv[1], skiprows=1)
question, n_gold, gold, lexical, dense, covered, shared = (data[:, i] for i in (0, 1, 3, 4, 5, 7, 8))
starts = np.flatnonzero(np.r_[True, question[1:] != question[:-1]])
parts = [slice(a, b) for a, b in zip(starts, np.r_[starts[1:], len(question)])]


def fused(alpha):
    out = np.empty_like(lexical)
    for p in parts:
        words = lexical[p].max()
        out[p] = alpha * np.maximum(0, (dense[p] + 1) / (dense[p].max() + 1)) + (1 - alpha) * (lexical[p] / words if words > 0 else 0)
    return out


def recall_at(scores, k=25):
    return np.mean([gold[p][np.argsort(-scores[p], kind="stable")[:k]].sum() / n_gold[p.start] for p in parts])


def spread_of(score):
    out = np.empty_like(score)
    for p in parts:
        best = np.sort(score[p])[::-1][:25]
        out[p] = best[0] - best.mean()
    return out


def fit(features):
    w = np.zeros(features.shape[1])
    ridge = np.eye(len(w))
    ridge[0, 0] = 0
    for _ in range(50):
        p = 1 / (1 + np.exp(-features @ w))
        step = np.linalg.solve((features * (p * (1 - p))[:, None]).T @ features + ridge, features.T @ (gold - p) - ridge @ w)
        w += step
        if np.abs(step).max() < 1e-9:
            break
    return w


def support(z, entmax):
    """How many of the scores, sorted downwards, have a weight."""
    k = np.arange(1, len(z) + 1)
    if not entmax:
        return int(np.flatnonzero(1 + k * z > np.cumsum(z))[-1]) + 1
    x = (z - z[0]) / 2
    mean = np.cumsum(x) / k
    left = (1 - (np.cumsum(x * x) - k * mean * mean)) / k
    return int(np.count_nonzero(mean - np.sqrt(np.maximum(left, 0)) < x))


def f1_of(z, entmax):
    sizes, f1 = [], []
    for p in parts:
        order = np.argsort(-z[p], kind="stable")
        n = support(z[p][order], entmax)
        sizes.append(n)
        f1.append(2 * gold[p][order[:n]].sum() / (n + n_gold[p.start]))
    return np.mean(f1), np.mean(sizes)


alphas = [float(sys.argv[2])] if len(sys.argv) > 2 else [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
recalls = {a: recall_at(fused(a)) for a in alphas}
for a, r in recalls.items():
    print(f"alpha {a:.2f}: recall@25 {r:.4f}")
alpha = max(recalls, key=recalls.get)
score = fused(alpha)
spread = spread_of(score)
behind = score - np.concatenate([np.full(p.stop - p.start, score[p].max()) for p in parts])
w = fit(np.column_stack([np.ones_like(score), covered, shared, spread, shared * spread, behind]))
print(f"alpha {alpha}: 1 {w[0]:.3f}  covered {w[1]:.3f}  shared {w[2]:.3f}  spread {w[3]:.3f}  shared x spread {w[4]:.3f}  score {w[5]:.3f}")
logit = w[0] + w[1] * covered + w[2] * shared + w[3] * spread + w[4] * shared * spread
sigma, log_sigma = 1 / (1 + np.exp(-logit)), -np.logaddexp(0, -logit)
print("gate: quantiles", np.quantile(sigma, [0, .1, .5, .9, 1]).round(4))
for entmax in (False, True):
    for gate in ("log_key", "literal", "none"):
        tried = {}
        for sharp in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 3, 5):
            s = w[5] * score
            z = sharp * (s + log_sigma if gate == "log_key" else s * sigma if gate == "literal" else s)
            tried[sharp] = (*f1_of(z, entmax), recall_at(z))
        best = max(tried, key=lambda s: tried[s][0])
        print("entmax-1.5" if entmax else "sparsemax ", gate, "best", best, " ".join(f"{s}: {f:.3f}/{n:.1f}/{r:.3f}" for s, (f, n, r) in tried.items()))
