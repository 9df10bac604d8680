#!/usr/bin/env python3
"""Malformed model files (tests/data/make_bad_gguf.py makes 204): none crashes, hangs over a second or takes over 50 MB;
each refused one gives exactly one line on standard error that names the file and the key, tensor or offset; and exactly
the ones that are sound, or odd in a way that does no harm, load. Ten seconds.

Needs: the pellucid program (PELLUCID, or the first argument); skipped (77) without. PELLUCID_BAD_SECONDS and
PELLUCID_BAD_MEGABYTES raise the limits, for a build with sanitizers."""
import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

SECONDS, MEGABYTES = float(os.environ.get('PELLUCID_BAD_SECONDS', '1')), float(os.environ.get('PELLUCID_BAD_MEGABYTES', '50'))
# Why these load: an unknown template matters only where one is asked for; vocabularies of official models repeat texts
# and hold empty, odd or long ones, and every byte string still comes back from them.
LOAD = {'00_valid', 'voc_spm_valid', 'tpl_huge', 'tpl_loop', 'voc_dup', 'voc_emptytok', 'voc_longtok', 'voc_nonutf8'}
# What a message must name besides the file. Files that are too short or foreign have no place inside.
PLACES = re.compile(r"key '|keys '|tensor '|offset \d+|not a GGUF model|too short for a GGUF|GGUF version \d+|item \d+")

program = sys.argv[1] if len(sys.argv) > 1 else os.environ.get('PELLUCID')
if not program:
    print('skipped: PELLUCID is not set')
    sys.exit(77)
generator = pathlib.Path(__file__).resolve().parents[1] / 'data' / 'make_bad_gguf.py'


def run(path):
    start = time.monotonic()
    process = subprocess.Popen([program, 'record', str(path), '-p', 'x', '--raw', '-n', '1', '--no-trace'],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    err = process.stderr.read()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, err.decode('utf-8', 'replace'), time.monotonic() - start, usage.ru_maxrss / 1024


def faults(path):
    status, err, seconds, megabytes = run(path)
    if seconds > SECONDS:  # once more: the machine may have been busy
        status, err, seconds, megabytes = run(path)
    if status not in (0, 3):
        yield f'status {status}: {err[-300:]!r}'
    if status == 0 and path.stem not in LOAD:
        yield 'it loads and should be refused'
    if status == 3 and path.stem in LOAD:
        yield f'it is refused and should load: {err!r}'
    if status == 3 and (err.count('\n') != 1 or not err.endswith('\n') or not err[:-1].isprintable()):
        yield f'not exactly one printable line: {err!r}'
    if status == 3 and (str(path) not in err or not PLACES.search(err.replace(str(path), ''))):
        yield f'it does not name the file and the place: {err!r}'
    if seconds > SECONDS:
        yield f'{seconds:.2f} s'
    if megabytes > MEGABYTES:
        yield f'{megabytes:.0f} MB'


bad = 0
with tempfile.TemporaryDirectory(prefix='pellucid-bad-') as folder:
    subprocess.run([sys.executable, str(generator), folder], check=True, stdout=subprocess.DEVNULL)
    with open(pathlib.Path(folder, 'MANIFEST.tsv'), newline='') as f:
        names = [row[0] for row in csv.reader(f, delimiter='\t')]
    for name in names:
        found = list(faults(pathlib.Path(folder, name + '.gguf')))
        bad += bool(found)
        for fault in found:
            print(f'not ok {name}: {fault}')
    if len(names) != 204:
        bad += 1
        print(f'not ok {len(names)} files, not 204')
print(f'{"not ok" if bad else "ok"} {len(names) - bad} of {len(names)} malformed model files')
sys.exit(1 if bad else 0)
