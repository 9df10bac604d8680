"""What all tests in Python share: the project's folder and program, checks that go on, skipping, the real model."""
import os
import pathlib
import sys

PROGRAM = os.environ.get("PELLUCID", "pellucid")
ROOT = pathlib.Path(os.environ.get("PELLUCID_SOURCE_ROOT", pathlib.Path(__file__).resolve().parents[1]))
SKIPPED = 77

failures = 0


def check(good, text):
    """One line a check; the program goes on and 'finish' decides."""
    global failures
    failures += not good
    print(f"{'ok' if good else 'not ok'} {text}", flush=True)
    return good


def finish():
    sys.exit(1 if failures else 0)


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def real_model(what):
    """The model's path, or None and a line that says what was not tried without it."""
    model = os.environ.get("PELLUCID_MODEL_SMOLLM2")
    if not model:
        print(f"# PELLUCID_MODEL_SMOLLM2 is not set: {what} was not tried")
    return model
