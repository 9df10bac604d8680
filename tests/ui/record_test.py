"""Recording from the real window, with a tiny model made on the spot: size and time before, text and map growing, stopping, a full disk, ending
or killing the program while it records. What was recorded is never lost."""
import importlib.util
import json
import pathlib
import signal
import subprocess
import tempfile
import time

from support import App, PROGRAM, ROOT, check, click, finish, hands, inside, press, until

inside()
spec = importlib.util.spec_from_file_location("cli_support", ROOT / "tests/cli/support.py")
cli = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cli)


def info(trace):
    return json.loads(subprocess.run([PROGRAM, "info", trace, "--json"], capture_output=True).stdout or b"{}")


def verified(trace):
    return subprocess.run([PROGRAM, "verify", trace], capture_output=True).returncode == 0


def window(folder):
    return App(PELLUCID_MODELS=str(folder / "models"), XDG_DATA_HOME=str(folder / "data"), XDG_STATE_HOME=str(folder / "state"))


def start(app, folder, name, tokens):
    """Fills the dialog in and starts; the trace's path."""
    trace = folder / name
    app.find("Record a model")
    press("ctrl+r")
    check(app.find("Start recording") is not None, "Ctrl+R asks for what a recording needs")
    hands("type", "Once upon a time")
    time.sleep(1)
    click(499, 435)  # no chat template: the tiny model has none
    for place, text in (((425, 325), tokens), ((150, 498), trace)):
        click(*place)
        press("ctrl+a")
        hands("type", str(text))
        press("Tab")
    estimate = lambda: next((name for name in app.names() if "tokens of prompt" in name), "")
    check(app.says(estimate, " tokens of prompt", "The trace takes", "at most"), "size and time are said before")
    check(" s," in estimate() or " min" in estimate() or " h" in estimate(), "  and how long it will take")
    check(app.says(estimate, f"up to {tokens + 17} in all"), f"  for as many tokens as were asked for: {estimate()}")
    press("ctrl+Return")
    return trace


def tokens_of(app):
    return int(next((name for name in app.names() if " tokens · " in name), "0").split()[0])


def toasts(app):
    return " | ".join(name for name in app.names() if name.startswith(("Recorded", "Stopped", "Recording failed")))


def to_its_end(folder):
    with window(folder) as app:
        trace = start(app, folder, "end.pel", 200)
        check(app.titled("end.pel"), "the window shows the recording")
        check(app.says(lambda: toasts(app), "Recorded"), f"and says when it has ended: {toasts(app)}")
        check(until(lambda: tokens_of(app) == info(trace)["n_tokens"]), f"all {info(trace)['n_tokens']} tokens are shown")
        check(verified(trace) and info(trace)["n_tokens"] > 200, "the trace is whole")
        check(until(lambda: any("trace " + info(trace)["hash"][:8] in name for name in app.names())), "with its hash")
    with window(folder) as app:
        check(app.find("end.pel") is not None, "it is among the recent files of the welcome page")


def stopped(folder):
    with window(folder) as app:
        trace = start(app, folder, "stop.pel", 100_000)
        first = until(lambda: tokens_of(app))
        check(first > 0 and until(lambda: tokens_of(app) > first), f"text and map grow while it records ({first}, {tokens_of(app)} tokens)")
        check(app.find("1 job") is not None, "a job is in the list")
        press("ctrl+period")
        check(app.says(lambda: toasts(app), "Stopped", "are kept"), f"Ctrl+. stops it: {toasts(app)}")
        check(verified(trace) and info(trace)["complete"], "what was recorded is a whole trace")
        check(until(lambda: tokens_of(app) == info(trace)["n_tokens"]), "and shown to its end")


def ended(folder, how, name):
    with window(folder) as app:
        trace = start(app, folder, f"{name}.pel", 100_000)
        until(lambda: tokens_of(app))
        app.process.send_signal(how)
        app.process.wait(30)
        kept = info(trace)
        check(kept.get("n_rows", 0) > 0 and verified(trace), f"{name}: {kept.get('n_rows')} rows are kept")
        check(how == signal.SIGKILL or kept["complete"], "  and the trace is closed")


def full_disk(folder):
    small = folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", small], capture_output=True).returncode:
        print("# no small file system can be mounted here: a full disk was not tried")
        return
    try:
        with window(folder) as app:
            start(app, small, "full.pel", 100_000)
            check(app.says(lambda: toasts(app), "Recording failed", seconds=240), f"a full disk is said: {toasts(app)}")
            check(app.alive(), "  and the window goes on")
        check(info(small / "full.pel").get("n_rows", 0) > 0, f"  with what fitted: {info(small / 'full.pel').get('n_rows')} rows")
    finally:
        subprocess.run(["umount", small])


def no_model(folder):
    (folder / "models" / "broken.gguf").write_bytes(b"GGUF" + bytes(100))
    with window(folder) as app:
        app.find("Record a model")
        press("ctrl+r")
        app.find("Start recording")
        hands("type", "x")
        told = lambda: next((name for name in app.names() if "broken.gguf" in name and ":" in name), "")
        check(app.says(told, "broken.gguf"), f"a model that can't be used is said where it is chosen: {told()}")


with tempfile.TemporaryDirectory(prefix="pellucid-ui-") as name:
    folder = pathlib.Path(name)
    (folder / "models").mkdir()
    cli.tiny_model(folder / "models" / "tiny.gguf")
    to_its_end(folder)
    stopped(folder)
    ended(folder, signal.SIGTERM, "asked to end")
    ended(folder, signal.SIGKILL, "killed")
    full_disk(folder)
    no_model(folder)
finish()
