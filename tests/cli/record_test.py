"""Recording from outside: outputs, interruption, a full disk, the bytes of -f; and a real model where one is named."""
import json
import os
import pathlib
import resource
import signal
import sqlite3
import struct
import subprocess
import time

from support import PROGRAM, check, environment, fails, finish, info, real_model, run, sidecars, temporary, tiny_model


def holds(trace, complete, label):
    """A valid trace whose own check passes."""
    r = run("verify", trace, "--json")
    told = json.loads(r.out) if r.out else {}
    check(r.status == 0 and told.get("ok") is True, f"{label}: verify passes ({r.err.strip()})")
    check(told.get("hash_present") is complete, f"{label}: logical hash {'present' if complete else 'absent'}")
    return info(trace)


def outputs(folder, model):
    trace = folder / "a.pel"
    first = run("record", model, "-p", "Hello", "--raw", "-n", 20, "-o", trace)
    check(first.status == 0 and len(first.out) >= 20, "record: status 0, the text on standard output")
    check("bytes a token" in first.err and "tokens/s" in first.err, "size and speed on standard error")
    what = holds(trace, True, "a recording")
    check((what["n_prompt"], what["n_tokens"]) == (6, 26), "five letters and BOS, then 20 tokens")
    check(not sidecars(folder), "no sidecars beside a closed trace")
    before = trace.read_bytes()
    fails(1, "record", model, "-p", "Hello", "--raw", "-n", 20, "-o", trace, says=[str(trace), "--force"])
    check(trace.read_bytes() == before, "a refused output is untouched")
    again = run("record", model, "-p", "Hello", "--raw", "-n", 20, "-o", trace, "--force")
    check(again.status == 0 and again.out == first.out, "--force replaces it; the same text again")
    check(info(trace)["hash"] == what["hash"], "the same run has the same logical hash")
    silent = run("record", model, "-p", "Hello", "--raw", "-n", 20, "--no-trace", cwd=folder)
    check(silent.out == first.out and not (folder / "run.pel").exists(), "--no-trace: the same text, no file")
    run("record", model, "-p", "Hello", "--raw", "-n", 2, cwd=folder)
    check((folder / "run.pel").exists(), "without -o the trace is run.pel")
    fails(1, "record", model, "-p", "a", "--raw", "-o", folder / "none" / "a.pel", says=[str(folder / "none")])
    fails(3, "record", model, "-p", "a", "-o", folder / "b.pel", says=["--chat-template"])
    check(not (folder / "b.pel").exists(), "no trace of a run that never began")


def settings(folder, model):
    def text(*more):
        return run("record", model, "-p", "Hello", "--raw", "-n", 64, "--no-trace", *more).out

    warm = ["--temp", "0.9", "--top-k", "50", "--top-p", "0.9", "--min-p", "0.01", "--repeat-penalty", "1.1", "--seed"]
    check(text(*warm, 1) == text(*warm, 1), "the same seed gives the same text")
    check(text(*warm, 1) != text(*warm, 2), "another seed gives another")
    check(text() == text("-t", 1) == text("--batch", 1), "threads and batches change nothing")
    trace = folder / "some.pel"
    run("record", model, "-p", "Hello", "--raw", "-n", 4, "--layers", "1", "--heads", "0,2:4", "--no-prompt-logprobs", "-o", trace)
    layers = holds(trace, True, "chosen layers and heads")["layers"]
    check([layer["recorded"] for layer in layers] == [False, True], "--layers 1 records layer 1 alone")
    check(layers[1]["heads"] == [0, 2, 3], "--heads 0,2:4 records heads 0, 2, 3")
    only = folder / "prompt.pel"
    r = run("record", model, "-p", "Hello", "--raw", "-n", 0, "-o", only)
    check(r.status == 0 and r.out.strip() == b"" and holds(only, True, "-n 0")["n_tokens"] == 6, "-n 0 records the prompt alone")
    full = run("record", model, "-p", "Hello", "--raw", "-n", 50, "--ctx", 10, "-o", folder / "full.pel")
    check(full.status == 0 and "full" in full.err, f"a full context is said: {full.err.strip()[-120:]}")
    check("full" in holds(folder / "full.pel", True, "full context")["note"], "and noted in the trace")


def bytes_of_a_file(folder, model):
    text = b"ab\x00\xff\xc3\r\n caf\xc3\xa9 <s>\n"
    path = folder / "prompt.bin"
    path.write_bytes(text)
    r = run("tokenize", model, "-f", path)
    check(r.status == 0 and r.out.count(b"\n") == len(text), "-f: a token for each byte, the last newline included")
    ids = json.loads(run("tokenize", model, "-f", path, "--json").out)
    piped = json.loads(run("tokenize", model, "-f", "-", "--json", stdin=text).out)
    check(ids == piped, "-f - is the same from standard input")
    check(1 in json.loads(run("tokenize", model, "-p", "<s>", "--special", "--json").out) and 1 not in ids,
          "a control token in a text is text, unless --special")
    trace = folder / "bytes.pel"
    run("record", model, "-f", path, "--raw", "-n", 0, "-o", trace)
    out = folder / "bytes.json"
    run("export", trace, "tokens", "-o", out)
    recorded = [token["id"] for token in json.loads(out.read_text())["tokens"]]
    check(recorded == [1] + ids, "the trace holds BOS and the same tokens")


def wait_for_output(process, least):
    got = b""
    while len(got) < least:
        part = os.read(process.stdout.fileno(), 65536)
        if not part:
            break
        got += part
    return got


def interrupted(folder, model):
    trace = folder / "cut.pel"
    command = [PROGRAM, "record", str(model), "-p", "Hello", "--raw", "-n", "200000", "-o", str(trace)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    text = wait_for_output(process, 400)
    for _ in range(40):  # at its final path and readable within a second
        early = run("info", trace, "--json")
        if early.status == 0 and json.loads(early.out)["n_tokens"] > 0:
            break
        time.sleep(0.05)
    check(early.status == 0 and json.loads(early.out)["complete"] is False, "a running recording can be read")
    process.send_signal(signal.SIGINT)
    rest, err = process.communicate(timeout=60)
    check(process.returncode == 130, f"Ctrl-C: status 130 (was {process.returncode}: {err[-200:]!r})")
    what = holds(trace, True, "after Ctrl-C")
    check(what["n_tokens"] - what["n_prompt"] >= len(text + rest) // 4 and what["n_tokens"] < 200000, "it holds what was printed")
    check("cancelled" in what["note"] and not sidecars(folder), "the note says so; no sidecars")


def closed_pipe(folder, model):
    command = f"'{PROGRAM}' record '{model}' -p Hello --raw -n 20000 -o '{folder}/pipe.pel' | head -c 10 >/dev/null; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=environment(), capture_output=True, timeout=120)
    check(done.returncode == 1, f"a closed pipe is status 1 (was {done.returncode})")
    holds(folder / "pipe.pel", True, "after a closed pipe")


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000))


def fill(path):
    with open(path, "wb", buffering=0) as f:
        try:
            while f.write(b"x" * 65536) == 65536:
                pass
        except OSError:
            pass


def full_disk(folder, model):
    trace = folder / "small.pel"
    r = run("record", model, "-p", "Hello", "--raw", "-n", 30000, "-o", trace, limit=small_files)
    check(r.status == 1 and str(trace) in r.err, f"a file size limit is status 1 and said: {r.err.strip()[-200:]}")
    told = run("verify", trace, "--json")
    check(told.status == 0 and info(trace)["n_tokens"] > 6, f"the trace is valid with what it has ({told.err.strip()})")
    check(not sidecars(folder), "no sidecars")
    disk = folder / "disk"
    disk.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(disk)], capture_output=True).returncode:
        print("# no small file system can be mounted here: only the file size limit was tried")
        return
    try:
        r = run("record", model, "-p", "Hello", "--raw", "-n", 30000, "-o", disk / "a.pel")
        check(r.status == 1 and "a.pel" in r.err, f"a full disk is status 1 and said: {r.err.strip()[-200:]}")
        told = run("verify", disk / "a.pel", "--json")
        check(told.status == 0 and info(disk / "a.pel")["n_tokens"] > 6, f"the trace is valid with what it has ({told.err.strip()})")
        check(not sidecars(disk), f"no sidecars on the full disk: {sidecars(disk)}")
        big = folder / "big.pel"
        run("record", model, "-p", "Hello " * 200, "--raw", "-n", 10, "-o", big)
        fill(disk / "filler")
        fails(1, "export", big, "tensors", "-o", disk / "x.safetensors", says=["x.safetensors"])
        check(sorted(p.name for p in disk.iterdir()) == ["a.pel", "filler"], "a failed export leaves nothing")
    finally:
        subprocess.run(["umount", str(disk)])


def wrong_bits(folder, model):
    trace = folder / "flip.pel"
    run("record", model, "-p", "Hello", "--raw", "-n", 20, "-o", trace)
    good = run("verify", trace, "--model", model)
    check(good.status == 0, f"verify --model: the same bits again ({good.err.strip()})")
    other = tiny_model(folder / "other.gguf", context=1 << 19)
    r = run("verify", trace, "--model", other)
    check(r.status == 4, f"another model file: status 4 ({r.err.strip()})")
    with sqlite3.connect(trace) as db:
        db.execute("UPDATE token SET logprob = logprob - 0.25 WHERE pos = 10")
    r = run("verify", trace)
    check(r.status == 4 and len(r.err.strip().split("\n")) == 1, f"one changed value: status 4 ({r.err.strip()})")


def answers(folder):
    model = real_model("the real model")
    if not model:
        return
    trace = folder / "real.pel"
    r = run("record", model, "-p", "What is the capital of France?", "-n", 16, "-o", trace)
    check(r.status == 0 and b"Paris" in r.out, f"SmolLM2 knows Paris: {r.out[:100]!r}")
    holds(trace, True, "a real recording")
    segments = folder / "real.json"
    run("export", trace, "tokens", "-o", segments)
    kinds = [token["segment"] for token in json.loads(segments.read_text())["tokens"]]
    check({"template", "user", "answer"} <= set(kinds), f"segments: {sorted(set(kinds))}")
    check(run("verify", trace, "--model", model).status == 0, "verify --model: the same bits again")


def no_memory_for_the_run(folder, model):
    real = real_model("a limit on memory")
    if not real or environment().get("PELLUCID_SANITIZE"):  # a sanitizer needs the memory itself
        return
    few = lambda: resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))
    r = run("record", real, "-p", "hi", "-n", 3, "-o", folder / "v.pel", limit=few)
    check(r.status == 1 and "memory" in r.err, f"a limit on memory: status 1 and said ({r.err.strip()[-100:]!r})")
    check(not (folder / "v.pel").exists(), "no empty trace stays behind")


def names_with_a_meaning(folder, model):
    other = folder / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE kept (x)")
    before = other.read_bytes()
    for name in ("file:other.db", ":memory:", "file:new.pel?mode=memory"):
        r = run("record", model, "-p", "a", "--raw", "-n", 2, "-o", name, cwd=folder)
        check(r.status == 0 and info(folder / name)["complete"], f"{name} is a file of that name: {r.err.strip()[-80:]!r}")
    check(other.read_bytes() == before, "and no other file was written")


def waiting_for_a_pipe(folder, model):
    pipe, link = folder / "pipe", folder / "link.pel"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    fails(2, "record", model, "--force", "--raw", "-p", "a", "-o", link, says=["link.pel", "no regular file"], timeout=20)
    for name, number, status in (("SIGTERM", signal.SIGTERM, 130), ("SIGINT", signal.SIGINT, 130)):
        with subprocess.Popen([PROGRAM, "record", model, "--raw", "-f", pipe, "--no-trace"], stderr=subprocess.PIPE, stdout=subprocess.PIPE) as p:
            time.sleep(0.5)
            p.send_signal(number)
            try:
                ended = p.wait(5)
            except subprocess.TimeoutExpired:
                p.kill()
                ended = "still waiting"
        check(ended == status, f"{name} ends the waiting for a prompt: {ended}")


def hangups_that_are_ignored(folder, model):
    quiet = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    with subprocess.Popen([PROGRAM, "record", model, "-p", "a", "--raw", "-n", "3000", "-o", folder / "n.pel"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=quiet) as p:
        time.sleep(0.3)
        p.send_signal(signal.SIGHUP)
        check(p.wait(60) == 0, "under nohup a hang-up does not cut the recording")


def no_room_on_standard_output(folder, model):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "record", model, "-p", "a", "--raw", "-n", "8", "-o", folder / "f.pel"], stdout=full, stderr=subprocess.PIPE, text=True)
    check(done.returncode == 1 and "No space left" in done.stderr and "cancelled" not in done.stderr, f"/dev/full: said as it is: {done.stderr.strip()[-120:]!r}")


def another_files_journal(folder, model):
    """A stranger's -journal may name a file that SQLite would delete."""
    trace, victim = folder / "j.pel", folder / "victim.txt"
    run("record", model, "-p", "a", "--raw", "-n", 2, "-o", trace)
    victim.write_text("precious")
    size, magic, name = int.from_bytes(trace.read_bytes()[16:18], "big"), bytes.fromhex("d9d505f920a163d7"), os.fsencode(victim)
    pages = trace.stat().st_size // size
    head = magic + struct.pack(">IIIII", 0, 0, pages, 512, size)
    end = struct.pack(">I", 0x40000000 // size + 1) + name + struct.pack(">II", len(name), sum(name)) + magic
    pathlib.Path(f"{trace}-journal").write_bytes(head.ljust(512, b"\0") + end)
    fails(3, "info", trace, says=["j.pel"])
    check(victim.exists() and trace.exists(), "a journal that names another file is not played back")


def texts_of_strangers(folder, model):
    trace = folder / "t.pel"
    run("record", model, "-p", "a", "--raw", "-n", 2, "-o", trace)
    with sqlite3.connect(trace) as db:
        db.execute("UPDATE provenance SET value = 'n' || char(10) || char(27) || '[31mRED' WHERE key IN ('model_name', 'note')")
        db.execute("UPDATE parameter SET value = char(27) || '[2J' WHERE name = 'seed'")
    r = run("info", trace)
    check(r.status == 0 and b"\x1b" not in r.out and r.out.count(b"\n") == 8, f"info shows no control bytes: {r.out[:60]!r}")
    fails(2, "foo\nbar\x1b[31m", says=["foo?bar?"])
    with sqlite3.connect(trace) as db:
        db.execute("UPDATE token SET piece = zeroblob (60000) WHERE pos = 1")
    start = time.monotonic()
    r = run("export", trace, "attention", "--layer", 0, "--head", 0, "-o", folder / "long.png")
    check(r.status == 0 and time.monotonic() - start < 10, f"a token of 60,000 bytes is drawn in time ({time.monotonic() - start:.1f} s)")
    with sqlite3.connect(trace) as db:
        db.execute("UPDATE token SET piece = zeroblob (70000) WHERE pos = 1")
    fails(3, "export", trace, "tokens", "-o", folder / "longer.csv", says=["piece"])


def memory_that_is_not_there(folder, model):
    real = real_model("refusal for lack of memory")
    if not real:
        return
    start = time.monotonic()
    fails(1, "record", real, "-p", "a", "--ctx", "16000000", "-o", "never.pel", says=["GB", "--ctx"], cwd=folder)
    check(time.monotonic() - start < 5 and not (folder / "never.pel").exists(), "refused at once, before anything is written")


with temporary() as name:
    where = pathlib.Path(name)
    tiny = tiny_model(where / "tiny.gguf")
    for test in (outputs, settings, bytes_of_a_file, interrupted, closed_pipe, full_disk, wrong_bits, memory_that_is_not_there,
                 no_memory_for_the_run, names_with_a_meaning, waiting_for_a_pipe, hangups_that_are_ignored, no_room_on_standard_output, another_files_journal, texts_of_strangers):
        print(f"# {test.__name__}")
        place = where / test.__name__
        place.mkdir()
        start = time.monotonic()
        test(place, tiny)
        print(f"# {time.monotonic() - start:.1f} s")
    answers(where)
finish()
