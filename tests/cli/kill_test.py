"""kill -9 at a random moment: every trace opens, passes its check, and holds every token that was on standard output a
second before. Slow: a hundred times with a tiny model, and ten times with the real one where it is named."""
import os
import pathlib
import random
import re
import signal
import sqlite3
import subprocess
import threading
import time

from support import PROGRAM, check, environment, finish, run, temporary, tiny_model

SECOND = 1.0


def record_and_kill(model, trace, seconds):
    """What was on standard output a second before the kill, and the number of prompt tokens."""
    command = [PROGRAM, "record", str(model), "-p", "Hello", "--raw", "-n", "100000", "--temp", "0.8", "-o", str(trace)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    arrived = []

    def read():
        while part := os.read(process.stdout.fileno(), 65536):
            arrived.append((time.monotonic(), part))

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(seconds)
    killed = time.monotonic()
    process.send_signal(signal.SIGKILL)
    err = process.communicate()[1].decode() if not reader.is_alive() else process.stderr.read().decode()
    reader.join()
    process.wait()
    prompt = re.search(r"(\d+) prompt tokens", err)
    return b"".join(part for when, part in arrived if when <= killed - SECOND), int(prompt[1]) if prompt else 0


def text_in(trace, n_prompt):
    with sqlite3.connect(trace) as db:
        return b"".join(piece for piece, in db.execute(
            "SELECT piece FROM token WHERE pos >= ? AND segment <> 'template' ORDER BY pos", (n_prompt,)))


def rounds(model, folder, count, longest):
    chance, opened, whole, held = random.Random(), 0, 0, 0
    for i in range(count):
        trace = folder / f"{i}.pel"
        seconds = chance.uniform(0.0, longest)
        printed, n_prompt = record_and_kill(model, trace, seconds)
        if not trace.exists():
            opened += not printed
            whole += 1
            held += not printed
            continue
        opened += run("info", trace).status == 0
        r = run("verify", trace)
        whole += r.status == 0
        kept = text_in(trace, n_prompt)
        held += kept.startswith(printed)
        if r.status or not kept.startswith(printed):
            print(f"# killed after {seconds:.3f} s: {len(printed)} bytes printed a second before, {len(kept)} kept; {r.err.strip()}")
        trace.unlink()
    name = pathlib.Path(model).name
    check(opened == count, f"{name}: {opened} of {count} open")
    check(whole == count, f"{name}: {whole} of {count} pass their check")
    check(held == count, f"{name}: {held} of {count} hold what was printed a second before")


with temporary() as name:
    where = pathlib.Path(name)
    rounds(tiny_model(where / "tiny.gguf"), where, int(os.environ.get("PELLUCID_KILLS", "100")), 2.5)
    real = os.environ.get("PELLUCID_MODEL_SMOLLM2")
    if real:
        rounds(real, where, 10, 6)
finish()
