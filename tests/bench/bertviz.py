#!/usr/bin/env python3
"""BertViz in a headless browser: what it costs to look at the attention of a run in it, at several lengths.

usage: bertviz.py PELLUCID MODEL [--text FILE] [--sizes 64,128,256,512] [--views model_view,head_view] [--rounds 1]
                  [--chromium chromium] [--libs FOLDER] [--keep FOLDER] [--seconds 120] [--most-memory 12]

  python3 -m venv peer && peer/bin/pip install torch==2.13.0
  peer/bin/pip install bertviz==1.4.1 numpy websocket-client && apt-get install chromium
  peer/bin/python tests/bench/bertviz.py build/src/pellucid SmolLM2-135M-Instruct.Q4_1.gguf

The attention is real: PELLUCID records TEXT (by default the README) and exports each head, all layers and heads, as
.npy; the shorter sizes are the first tokens of the same run. BertViz's page asks a public host for require.js 2.3.6,
d3 5.7.0 and jquery 2.0.0. Here a server on this machine gives them, from the npm packages of the same versions, but
jquery 2.1.0, the nearest that npm has; the page is otherwise untouched. --libs: a folder with node_modules of the
three; without it npm installs them into a temporary folder. Views: model_view draws all heads of all layers, head_view
those of one layer at a time out of all; head_view_1 and model_view_1 are given the first layer only.

Each measurement has a browser of its own: headless Chromium, 1280 x 800, drawing in software (--disable-gpu).
  HTML      the page that html_action='return' gives, as a file
  build     seconds of that call and of writing the file (attention already in memory); the process's peak memory
  load      from the start of navigation until a screenshot of the finished first view came back (JPEG, 0.05 s of it)
  scroll    5 s of wheel events, 120 pixels every 50 ms, down and up again: differences of requestAnimationFrame
            times (median, 99th percentile, longest)
  point     5 s. model_view: clicks, two a second, on heads of the first layer, each twice: one opens the large view
            of the head, one closes it. head_view: the pointer moves down the left tokens, one every 100 ms.
            An event is sent when the one before was taken, so that a slow page gets fewer: their number is in the
            table. Scrolling is the compositor's: its frames can be in time and show what was not yet drawn.
  memory    resident memory (VmRSS) of the renderer process after all this, and its most (VmHWM)
A page that needs more than --seconds to load (or as long for one kind of gestures), or more than --most-memory GB, is
given up; --keep: a folder for a picture of each first view."""
import argparse
import base64
import functools
import http.server
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import numpy

from devtools import Browser, Failure, available

SCRIPTS = {'libs/require.js/2.3.6/require.min.js': 'requirejs/require.js',
           'libs/d3/5.7.0/d3.min.js': 'd3/dist/d3.min.js',
           'libs/jquery/2.0.0/jquery.min.js': 'jquery/dist/jquery.min.js'}
ORIGIN = 'https://cdnjs.cloudflare.com/ajax/libs/'  # what the page names; replaced by the local server

# Runs on its own: this file's name would hide the package, and its memory is of this step alone.
BUILD = r'''
import json, resource, sys, time
import numpy, torch
import bertviz
view, n, attention, tokens, out, origin = sys.argv[1], int(sys.argv[2]), *sys.argv[3:]
layers = [torch.from_numpy(l[None, :, :n, :n].copy()) for l in numpy.load(attention, mmap_mode='r')]
tokens = json.load(open(tokens))[:n]
start = time.perf_counter()
one = {'include_layers': [0]} if view.endswith('_1') else {}
page = getattr(bertviz, view.removesuffix('_1'))(layers, tokens, html_action='return', **one).data
took = time.perf_counter() - start
page = page.replace(origin, '/libs/')
start = time.perf_counter()
with open(out, 'w', encoding='utf-8') as f:
    f.writelines(('<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>', page, '</body></html>'))
took += time.perf_counter() - start
print(json.dumps({'build': took, 'build_memory': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
'''

# Resolves in the second frame after the drawing is there: the first then lies ready. A page that has loaded and draws
# nothing for ten seconds will not: a script of 2 GB, longer than V8's longest string (2^29 - 24), is not run.
DRAWN = '''new Promise((done, fail) => { let empty = 0, last = performance.now(); const look = now => {
    if (document.querySelector('#vis svg')) return requestAnimationFrame(() => requestAnimationFrame(
        () => done(document.querySelectorAll('#vis line').length)));
    if (document.readyState === 'complete') empty += Math.min(now - last, 100);
    last = now;
    if (empty > 10000) fail(new Error('the page has loaded and shows nothing: its script did not run'));
    else requestAnimationFrame(look); }; requestAnimationFrame(look); })'''

WATCH = '''window.frames_ = []; (() => { let last = performance.now(); const f = now => {
    frames_.push(now - last); last = now; window.watch_ = requestAnimationFrame(f); };
    requestAnimationFrame(now => { last = now; window.watch_ = requestAnimationFrame(f); }); })(); 0'''
WATCHED = 'new Promise(done => setTimeout(() => { cancelAnimationFrame(watch_); done(frames_); }, 0))'


# ---- the attention ----

def run(*command):
    return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def export_attention(a, most, folder):
    """[layers, heads, most, most] as .npy and the tokens as a JSON list; returns their paths."""
    trace, out = folder / 'run.pel', folder / 'x.npy'
    run(a.pellucid, 'record', a.model, '-f', a.text, '--raw', '-n', 0, '--no-prompt-logprobs', '-o', trace)
    run(a.pellucid, 'export', trace, 'tokens', '-o', folder / 'all.json')
    tokens = [t['piece'] for t in json.loads((folder / 'all.json').read_text())['tokens'][:most]]
    if len(tokens) < most:
        sys.exit(f'bertviz.py: {a.text} has {len(tokens)} tokens, {most} are needed; name a longer --text')
    info = json.loads(subprocess.check_output([a.pellucid, 'info', trace, '--json']))
    n_heads = len(info['layers'][0]['heads'])
    attention = numpy.lib.format.open_memmap(folder / 'attention.npy', 'w+', numpy.float32,
                                             (len(info['layers']), n_heads, most, most))
    for layer in range(len(info['layers'])):
        for head in range(n_heads):
            run(a.pellucid, 'export', trace, 'attention', '--layer', layer, '--head', head,
                '--rows', f'0:{most}', '--cols', f'0:{most}', '-o', out, '--force')
            attention[layer, head] = numpy.load(out)
    attention.flush()
    (folder / 'tokens.json').write_text(json.dumps(tokens))
    return folder / 'attention.npy', folder / 'tokens.json'


# ---- the page ----

def install_scripts(a, folder):
    libs = pathlib.Path(a.libs) if a.libs else folder
    if not (libs / 'node_modules').exists():
        run('npm', 'install', '--no-audit', '--no-fund', '--prefix', libs,
            'requirejs@2.3.6', 'd3@5.7.0', 'jquery@2.1.0')
    for path, source in SCRIPTS.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((libs / 'node_modules' / source).read_bytes())


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve(folder):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def build(view, n, attention, tokens, folder):
    page = folder / 'page.html'
    done = subprocess.run([sys.executable, '-c', BUILD, view, str(n), attention, tokens, page, ORIGIN], cwd=folder,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        last = done.stderr.strip().splitlines()
        raise Failure('building the page failed: ' + (last[-1] if last else f'exit status {done.returncode}'))
    return dict(json.loads(done.stdout.splitlines()[-1]), html=page.stat().st_size)


# ---- in the browser ----

def mouse(browser, end, kind, x, y, **more):
    browser.call('Input.dispatchMouseEvent', end, type=kind, x=x, y=y, **more)


def scroll(browser, i, end):
    mouse(browser, end, 'mouseWheel', 640, 400, deltaX=0, deltaY=120 if i % 50 < 25 else -120)
    return 0.05


def point_model_view(browser, i, end):
    x = 48 + 103 * (i // 2 % 9) + 50
    for kind in ('mousePressed', 'mouseReleased'):
        mouse(browser, end, kind, x, 80, button='left', clickCount=1)
    return 0.5


def point_head_view(browser, i, end):
    mouse(browser, end, 'mouseMoved', 60, 120 + 22.5 * (i % 28))
    return 0.1


def gesture(browser, act, seconds):
    """Frame times in ms while `act` is repeated: its result is the pause after it. All of it within `seconds`."""
    browser.evaluate('scrollTo(0, 0)')
    end = time.monotonic() + seconds
    browser.evaluate(WATCH, end)
    start, i = time.monotonic(), 0
    while time.monotonic() < start + 5:
        pause, due = act(browser, i, end), time.monotonic()
        i += 1
        time.sleep(max(0, pause - (time.monotonic() - due)))
    frames = browser.evaluate(WATCHED, end) or [(time.monotonic() - start) * 1000]
    return dict(zip(('', '_99', '_most', '_events'), (*map(float, numpy.percentile(frames, (50, 99, 100))), i)))


def look(a, view, port, picture):
    browser = Browser(a.chromium, most_memory=a.most_memory * 1e9)
    found = {}
    try:
        start, end = time.monotonic(), time.monotonic() + a.seconds
        browser.call('Page.navigate', end, url=f'http://127.0.0.1:{port}/page.html')
        found['lines'] = browser.evaluate(DRAWN, end)
        shot = browser.call('Page.captureScreenshot', end, format='jpeg', quality=50)
        found['load'] = time.monotonic() - start
        if picture:
            picture.write_bytes(base64.b64decode(shot['data']))
        found['after_load'] = browser.memory()[0]
        point = point_model_view if view.startswith('model_view') else point_head_view
        for name, act in (('scroll', scroll), ('point', point)):
            found.update({name + k: v for k, v in gesture(browser, act, a.seconds).items()})
    except Failure as e:
        found['failure'] = str(e)
    finally:
        found['memory'], found['peak'] = browser.memory()
        browser.close()
    return found


def measure(a, view, n, attention, tokens, folder, port):
    rounds = []
    for i in range(a.rounds):
        found = {}
        try:
            found.update(build(view, n, attention, tokens, folder))
            found.update(look(a, view, port, pathlib.Path(a.keep, f'{view}-{n}.jpg') if a.keep else None))
        except Failure as e:
            found['failure'] = str(e)
        rounds.append(found)
        if 'failure' in found:
            return found
    return {k: statistics.median(r[k] for r in rounds) for k in rounds[0]}


# ---- the table ----

def cell(found, key, unit=1.0, digits=1):
    return f'{found[key] / unit:.{digits}f}' if found.get(key) is not None else '-'


def frames(found, name):
    times = ' / '.join(cell(found, name + k) for k in ('', '_99', '_most'))
    return f'{times} ({cell(found, name + "_events", digits=0)})'


def row(view, n, found):
    note = found.get('failure') or f'{int(found["lines"]):,} lines'
    return (f'| {view} | {n} | {cell(found, "html", 1e6)} | {cell(found, "build")} '
            f'| {cell(found, "build_memory", 1e9, 2)} | {cell(found, "load")} '
            f'| {frames(found, "scroll")} | {frames(found, "point")} '
            f'| {cell(found, "memory", 1e9, 2)} / {cell(found, "peak", 1e9, 2)} | {note} |')


def parse():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('pellucid'), p.add_argument('model')
    p.add_argument('--text', default=pathlib.Path(__file__).resolve().parents[2] / 'README.md')
    p.add_argument('--sizes', default='64,128,256,512'), p.add_argument('--views', default='model_view,head_view')
    p.add_argument('--rounds', type=int, default=1), p.add_argument('--chromium', default='chromium')
    p.add_argument('--libs', help='folder with node_modules of requirejs, d3, jquery')
    p.add_argument('--keep', help='folder for a picture of each first view')
    p.add_argument('--seconds', type=float, default=120)
    p.add_argument('--most-memory', type=float, default=12, help='GB')
    a = p.parse_args()
    for name in ('pellucid', 'model', 'text', 'libs', 'keep'):
        if getattr(a, name):
            setattr(a, name, os.path.abspath(getattr(a, name)))
    return a


def main():
    a = parse()
    sizes = [int(n) for n in a.sizes.split(',')]
    with tempfile.TemporaryDirectory(prefix='bertviz-') as name:
        folder = pathlib.Path(name)
        attention, tokens = export_attention(a, max(sizes), folder)
        install_scripts(a, folder)
        port = serve(folder)
        shape = numpy.load(attention, mmap_mode='r').shape
        print(f'{shape[0]} layers x {shape[1]} heads; {a.rounds} round(s), medians; load average before '
              f'{os.getloadavg()[0]:.1f}, {available() / 1e9:.0f} GB of memory free\n')
        print('| view | tokens | HTML, MB | build, s | build, GB | load, s '
              '| scroll, ms: median / p99 / most (events) | point, ms: the same | renderer after / most, GB | |\n'
              '|---|---|---|---|---|---|---|---|---|---|', flush=True)
        for view in a.views.split(','):
            for n in sizes:
                print(row(view, n, measure(a, view, n, attention, tokens, folder, port)), flush=True)
        print(f'\nload average after {os.getloadavg()[0]:.1f}')


main()
