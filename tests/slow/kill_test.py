#!/usr/bin/env python3
"""kill -9 at a random moment of a real recording, 100 times: every trace opens, verifies and holds every token whose text
was on standard output one second before. A quarter of an hour.

Needs: the pellucid program (PELLUCID, or the first argument) and PELLUCID_MODEL_SMOLLM2; skipped (77) without.
PELLUCID_KILLS changes the count, PELLUCID_SEED the moments."""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

SECOND, LONGEST, PREDICT = 1.0, 9.0, 400


def need(value, what):
    if not value:
        print(f'skipped: {what} is not set')
        sys.exit(77)
    return value


PROGRAM = need(sys.argv[1] if len(sys.argv) > 1 else os.environ.get('PELLUCID'), 'PELLUCID')
MODEL = need(os.environ.get('PELLUCID_MODEL_SMOLLM2'), 'PELLUCID_MODEL_SMOLLM2')
KILLS = int(os.environ.get('PELLUCID_KILLS', '100'))


def record_and_kill(trace, seconds, seed):
    """Pieces of standard output with the time of each, and when the kill came."""
    command = [PROGRAM, 'record', MODEL, '-p', 'Write a long story about the sea.', '-n', str(PREDICT), '--temp', '1', '--seed',
               str(seed), '-o', trace]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    arrived = []

    def read():
        while part := os.read(process.stdout.fileno(), 65536):
            arrived.append((time.monotonic(), part))

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(seconds)
    killed = time.monotonic()
    process.kill()
    reader.join()
    process.stdout.close()
    return arrived, killed, process.wait() == -9


def ask(*arguments):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=300)
    return done.returncode, done.stdout, done.stderr.decode('utf-8', 'replace').strip()


def generated(path):
    """The bytes of the tokens after the prompt; the prompt ends with the last template token before the answer."""
    tokens = json.loads(pathlib.Path(path).read_text())['tokens']
    pieces = [(t['segment'], bytes.fromhex(t['piece_hex']) if 'piece_hex' in t else t['piece'].encode()) for t in tokens]
    return b''.join(piece for segment, piece in pieces if segment in ('answer', 'think'))


def came_to_its_end(path):
    """Whether the model closed its turn or used up what it was given: then the trace was closed before the kill came."""
    segments = [t['segment'] for t in json.loads(pathlib.Path(path).read_text())['tokens']]
    return segments[-1] == 'template' or sum(s in ('answer', 'think') for s in segments) == PREDICT


def faults(folder, i, seconds):
    trace, tokens = str(folder / f'{i}.pel'), str(folder / f'{i}.json')
    arrived, killed, was_running = record_and_kill(trace, seconds, i)
    due = b''.join(part for when, part in arrived if when <= killed - SECOND)
    if not os.path.exists(trace):
        if due:
            yield 'no trace though text was printed'
        return
    complete = False
    for arguments in (['info', trace, '--json'], ['verify', trace], ['export', trace, 'tokens', '-o', tokens]):
        status, out, err = ask(*arguments)
        # A recording killed before its first token holds none to export.
        if status and not (arguments[0] == 'export' and not due):
            yield f'{arguments[0]}: status {status}: {err[-200:]}'
        if arguments[0] == 'info' and not status:
            complete = json.loads(out).get('complete')
    if complete and was_running and not came_to_its_end(tokens):
        yield 'info says complete, but the run was cut short'
    kept = generated(tokens) if os.path.exists(tokens) else b''
    if not was_running:
        due = due.removesuffix(b'\n')  # the newline that ends the output of a run that came to its end
    rounds.append((len(due), len(kept)))
    if not kept.startswith(due):
        yield f'{len(due)} bytes were printed a second before, {len(kept)} bytes are kept: {due[-60:]!r} / {kept[-60:]!r}'
    for path in (trace, tokens):
        if os.path.exists(path):
            os.remove(path)


rounds = []
chance = random.Random(int(os.environ.get('PELLUCID_SEED', time.time_ns())))
bad = 0
with tempfile.TemporaryDirectory(prefix='pellucid-kill-') as name:
    for i in range(KILLS):
        moment = chance.uniform(0.05, LONGEST)
        found = list(faults(pathlib.Path(name), i, moment))
        bad += bool(found)
        for fault in found:
            print(f'not ok kill {i} after {moment:.3f} s: {fault}', flush=True)
due, kept = sum(d for d, _ in rounds), sum(k for _, k in rounds)
print(f'# {len(rounds)} traces; {due} bytes due in all, {kept} kept; {sum(d > 0 for d, _ in rounds)} kills had text due')
print(f'{"not ok" if bad else "ok"} {KILLS - bad} of {KILLS} kills left a trace that opens, verifies and holds what was printed')
sys.exit(1 if bad else 0)
