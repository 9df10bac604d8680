"""Exit statuses, help, and that errors are one line on standard error."""
import pathlib

from support import ROOT, check, fails, finish, run, temporary, tiny_model

COMMANDS = ["record", "export", "verify", "info", "review", "report", "diff", "models", "tokenize", "bench", "kb", "audit", "learn", "eval"]


def help_texts():
    whole = run("--help")
    check(whole.status == 0 and whole.err == "", "--help: status 0, nothing on standard error")
    for command in COMMANDS:
        r = run(command, "--help")
        text = r.out.decode()
        check(r.status == 0 and r.err == "", f"{command} --help: status 0, nothing on standard error")
        check(f"usage: pellucid {command}" in text and "example: pellucid " + command in text, f"{command} --help: usage and example")
        check(run("help", command).out == r.out, f"help {command} is the same text")
        check(f"  {command}" in whole.out.decode(), f"--help lists {command}")
    version = run("--version")
    check(version.status == 0 and version.out.startswith(b"pellucid "), "--version")


def usage_errors(model):
    fails(2, "nonsense", says=["nonsense", "--help"])
    none = run()
    check(none.status == 2 and none.out == b"", "no command: status 2, nothing on standard output")
    for arguments in [
        ("record", model), ("record", model, "-p", "a", "-f", "b"), ("record", model, "-p", "a", "-p", "b"),
        ("record", model, "-p", "a", "-o", "x.pel", "-o", "y.pel"), ("record", "-p", "a"), ("record", model, "-p", "a", "--nonsense"),
        ("record", model, "-p", "a", "-n", "many"), ("record", model, "-p", "a", "-n", "-1"), ("record", model, "-p", "a", "--temp", "warm"),
        ("record", model, "-p", "a", "-t", "0"), ("record", model, "-p", "a", "-o", "x.pel", "--no-trace"),
        ("record", model, "-p", "a", "--seed", "1e3"), ("record", model, "-p"),
        ("record", model, "-p", "a", "--raw", "--layers", "0:9", "-o", "never.pel"),
        ("record", model, "-p", "a", "--raw", "--heads", "1:1", "-o", "never.pel"),
        ("export",), ("export", "x.pel", "attention", "-o", "x.png"), ("export", "x.pel", "heads"),
        ("export", "x.pel", "attention", "--layer", "0", "--head", "0", "--rows", "5", "-o", "x.png"),
        ("export", "x.pel", "attention", "--layer", "0", "--head", "0", "--rows", "5:2", "-o", "x.png"),
        ("export", "x.pel", "attention", "--layer", "0", "--head", "0", "--scale", "cubic", "-o", "x.png"),
        ("export", "x.pel", "heads", "--size", "10", "-o", "x.png"), ("export", "x.pel", "heads", "--palette", "jet", "-o", "x.png"),
        ("export", "x.pel", "tokens", "--by", "mood", "-o", "x.png"), ("verify",), ("verify", "a.pel", "b.pel"), ("info",),
        ("info", "x.pel", "--nonsense"), ("tokenize", model), ("tokenize", "-p", "a"), ("models", "extra"), ("bench",),
    ]:
        fails(2, *arguments, says=["--help"])


def files_that_are_not_there(folder, model):
    gone = folder / "gone"
    for arguments in [("record", gone, "-p", "a"), ("info", gone), ("verify", gone), ("export", gone, "heads", "-o", folder / "x.png"),
                      ("tokenize", gone, "-p", "a"), ("bench", gone), ("tokenize", model, "-f", gone), ("record", model, "-f", gone)]:
        fails(1, *arguments, says=[str(gone)], cwd=folder)


def files_that_are_something_else(folder, model):
    text = folder / "text.txt"
    text.write_text("This is no model and no trace.\n" * 50)
    empty = folder / "empty"
    empty.write_bytes(b"")
    for other in (text, empty, ROOT / "tests/data/golden/heads.png"):
        for arguments in [("record", other, "-p", "a"), ("info", other), ("verify", other), ("tokenize", other, "-p", "a"),
                          ("export", other, "heads", "-o", folder / "x.png")]:
            fails(3, *arguments, says=[str(other)], cwd=folder)
    fails(3, "info", model, says=[str(model)])
    check(not (folder / "x.png").exists() and not (folder / "run.pel").exists(), "failures leave no file behind")


def full_output(model):
    r = run("tokenize", model, "-p", "a" * 20000, limit=None)
    check(r.status == 0, "a long list of tokens")
    import subprocess
    from support import PROGRAM, environment
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "tokenize", str(model), "-p", "a" * 20000], stdout=full, stderr=subprocess.PIPE, env=environment())
    check(done.returncode == 1 and b"standard output" in done.stderr, "a full standard output is status 1 and said")


with temporary() as name:
    where = pathlib.Path(name)
    tiny = tiny_model(where / "tiny.gguf")
    help_texts()
    usage_errors(tiny)
    files_that_are_not_there(where, tiny)
    files_that_are_something_else(where, tiny)
    full_output(tiny)
finish()
