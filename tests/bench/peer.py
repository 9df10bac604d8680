#!/usr/bin/env python3
"""Speed side by side with llama.cpp, on the same model files, in one run.

The peer is llama-cpp-python 0.3.36, built with the instructions that this machine may use, about five minutes. Without
AVX-512:
  python3 -m venv peer
  CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON" \\
      peer/bin/pip install --no-cache-dir --no-binary llama-cpp-python llama-cpp-python==0.3.36
with it, add -DGGML_AVX512=ON -DGGML_AVX512_VBMI=ON -DGGML_AVX512_VNNI=ON -DGGML_AVX512_BF16=ON as /proc/cpuinfo allows.
(GGML_NATIVE would also pick instructions that the system does not permit, such as AMX on some virtual machines.)

  PELLUCID_PEER_PYTHON=peer/bin/python PELLUCID_MODEL_SMOLLM2=SmolLM2-135M-Instruct.Q4_1.gguf PELLUCID=build/src/pellucid \\
      python3 tests/bench/peer.py [--rounds 5] [--threads 1,2] [--prompt 512] [--generate 64] [MODEL.gguf ...]

Without models it takes the Q4_1 file and its Q8_0 form, which tests/bench/requantize.py makes (with the peer's numpy).
Each round runs both, in changing order; a visit is one process that runs the same made-up tokens three times and keeps the
median, so that neither pays for a cold start. Reports the medians over the rounds, the ratio of them, and the load average
before and after: on a shared machine compare ratios, not speeds."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

PEER = r'''
import json, statistics, sys, time
from llama_cpp import Llama
path, threads, n_prompt, n_generate = sys.argv[1], *map(int, sys.argv[2:])
model = Llama(path, n_ctx=n_prompt + n_generate + 8, n_threads=threads, n_threads_batch=threads, n_batch=512, verbose=False)
n_vocab = model.n_vocab()
ids = [(i * 7919 + 13) % n_vocab for i in range(n_prompt)]
prefill, decode = [], []
for _ in range(3):
    model.reset()
    start = time.perf_counter()
    model.eval(ids)
    prefill.append(n_prompt / (time.perf_counter() - start))
    start = time.perf_counter()
    for i in range(n_generate):
        model.eval([ids[i]])
    decode.append(n_generate / (time.perf_counter() - start))
print(json.dumps([statistics.median(prefill), statistics.median(decode)]))
'''


def ours(program, model, threads, a):
    out = subprocess.run([program, 'bench', model, '-t', str(threads), '--prompt', str(a.prompt), '--generate',
                          str(a.generate), '--repeats', '3', '--json'], check=True, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL).stdout
    found = json.loads(out)
    return found['prefill_tokens_per_s'], found['decode_tokens_per_s']


def theirs(python, model, threads, a):
    out = subprocess.run([python, '-c', PEER, model, str(threads), str(a.prompt), str(a.generate)], check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return tuple(json.loads(out.splitlines()[-1]))


def compare(name, model, threads, a, program, python):
    results = {'pellucid': [], 'peer': []}
    for r in range(a.rounds):
        order = ['pellucid', 'peer'] if r % 2 == 0 else ['peer', 'pellucid']
        for who in order:
            results[who].append(ours(program, model, threads, a) if who == 'pellucid' else theirs(python, model, threads, a))
    for i, what in enumerate((f'prefill {a.prompt}', f'decode {a.generate}')):
        mine, peer = ([v[i] for v in results[who]] for who in ('pellucid', 'peer'))
        each = sorted(m / p for m, p in zip(mine, peer))
        print(f'{name:<28} -t {threads}  {what:<12} pellucid {statistics.median(mine):7.1f}  peer {statistics.median(peer):7.1f}'
              f'  ratio {statistics.median(mine) / statistics.median(peer):.2f}  (rounds {each[0]:.2f} to {each[-1]:.2f})', flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--threads', default='1,2')
    parser.add_argument('--prompt', type=int, default=512)
    parser.add_argument('--generate', type=int, default=64)
    parser.add_argument('models', nargs='*')
    a = parser.parse_args()
    program, python = os.environ.get('PELLUCID', 'pellucid'), os.environ.get('PELLUCID_PEER_PYTHON')
    if not python:
        sys.exit('PELLUCID_PEER_PYTHON is not set: the python of the peer, see the head of this file')
    with tempfile.TemporaryDirectory(prefix='pellucid-peer-') as folder:
        models = a.models
        if not models:
            base = os.environ.get('PELLUCID_MODEL_SMOLLM2') or sys.exit('name models, or set PELLUCID_MODEL_SMOLLM2')
            wide = os.path.join(folder, 'requantised.Q8_0.gguf')
            subprocess.run([python, pathlib.Path(__file__).with_name('requantize.py'), base, wide], check=True)
            models = [base, wide]
        print(f'load average before: {os.getloadavg()[0]:.2f}; {a.rounds} rounds', flush=True)
        for model in models:
            for threads in a.threads.split(','):
                compare(os.path.basename(model)[-28:], model, int(threads), a, program, python)
        print(f'load average after: {os.getloadavg()[0]:.2f} (this run itself adds up to {a.threads.split(",")[-1]})')


main()
