"""Malformed model files: each ends in under a second, in little memory, with one line that names the file.

The files are made by a script of the fixtures (PELLUCID_FIXTURES/bad_gguf); each is a mutation of one valid model."""
import csv
import os
import pathlib
import resource
import subprocess
import sys
import time

from support import PROGRAM, check, environment, finish, skip, temporary

SECONDS, MEGABYTES = float(os.environ.get("PELLUCID_BAD_SECONDS", "1")), float(os.environ.get("PELLUCID_BAD_MEGABYTES", "50"))


def one(command):
    """Exit status, standard error, seconds and peak MB of a child."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
    err = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, err.decode("utf-8", "replace"), time.monotonic() - start, usage.ru_maxrss / 1024


def faults(path, command):
    status, err, seconds, megabytes = one(command)
    if seconds > SECONDS:  # once more: the machine may have been busy
        status, err, seconds, megabytes = one(command)
    if status not in (0, 3):
        yield f"status {status}: {err[-300:]}"
    if status == 3 and (err.count("\n") != 1 or str(path) not in err):
        yield f"not one line that names the file: {err!r}"
    if seconds > SECONDS:
        yield f"{seconds:.2f} s"
    if megabytes > MEGABYTES:
        yield f"{megabytes:.0f} MB"


fixtures = os.environ.get("PELLUCID_FIXTURES")
script = pathlib.Path(fixtures or ".", "bad_gguf", "make_bad_gguf.py")
if not fixtures or not script.exists():
    skip("PELLUCID_FIXTURES is not set")
with temporary() as name:
    subprocess.run([sys.executable, str(script), name], check=True, capture_output=True)
    files = sorted(pathlib.Path(name).glob("*.gguf"))
    check(len(files) >= 200, f"{len(files)} files")
    refused = 0
    for file in files:
        commands = [[PROGRAM, "tokenize", str(file), "-p", "hello"],
                    [PROGRAM, "record", str(file), "-p", "hello", "--raw", "-n", "2", "--no-trace"]]
        found = [f"{command[1]}: {fault}" for command in commands for fault in faults(file, command)]
        check(not found, f"{file.name} {'; '.join(found)}")
    first = one([PROGRAM, "record", str(files[0]), "-p", "hello", "--raw", "-n", "2", "--no-trace"])
    print(f"# for example: {first[1].strip()}")
finish()
