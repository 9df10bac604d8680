"""The papers agree with the program: every option is in the man page, the completion and the command reference; the
scripts are sound; no file names a machine's own path."""
import pathlib
import re
import subprocess

from support import ROOT, check, finish, run

COMMANDS = ["record", "export", "verify", "info", "review", "report", "diff", "models", "tokenize", "bench", "kb", "audit", "learn", "eval"]


def options_of(command):
    return sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", run(command, "--help").out.decode())))


def papers():
    completion = (ROOT / "data/completions/pellucid").read_text()
    reference = (ROOT / "docs/cli.md").read_text()
    for command in COMMANDS:
        page = (ROOT / f"man/pellucid-{command}.1").read_text().replace("\\-", "-")
        part = reference.split(f"## pellucid {command}\n")[-1].split("\n## ")[0]
        for option in options_of(command):
            check(option in page, f"man page of {command}: {option}")
            check(option in completion, f"completion: {command} {option}")
            check(option in part, f"docs/cli.md, {command}: {option}")
        check(command in (ROOT / "man/pellucid.1").read_text(), f"pellucid.1 names {command}")


def scripts():
    for path in ["start", "check", ".ci/run", "tools/packages.sh", "tools/get-model.sh", "tools/make-samples.sh", "data/completions/pellucid"]:
        done = subprocess.run(["bash", "-n", ROOT / path], capture_output=True, text=True)
        check(done.returncode == 0, f"{path}: bash reads it {done.stderr.strip()}")


def completion_works():
    script = f"""source {ROOT}/data/completions/pellucid
    complete_line() {{ COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); COMPREPLY=(); _pellucid; echo "${{COMPREPLY[@]}}"; }}
    complete_line pellucid rec; complete_line pellucid export x.pel heads --palette vi; complete_line pellucid export x.pel a
    complete_line pellucid export x.pel attention --scale r; complete_line pellucid record --no-t
    complete_line pellucid kb --explain sea; complete_line pellucid eval --explain 5 sa; complete_line pellucid eval --gnn dr; complete_line pellucid learn gnn --resume --epochs 3 --pat"""
    out = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True)
    check(out.stdout.split("\n")[:9] == ["record", "viridis", "attention", "row rank", "--no-trace", "search", "sara", "drugmechdb", "--patience"], f"bash completes: {out.stdout!r} {out.stderr!r}")


def pages_are_sound():
    for page in sorted((ROOT / "man").glob("*.1")):
        text = page.read_text()
        check(text.startswith(".TH ") and ".SH NAME" in text and ".SH SYNOPSIS" in text, f"{page.name}: its parts")


def no_own_paths():
    found = []
    for top in ("engine", "src", "include", "docs", "tools", "man", "examples", "data/completions"):
        for path in (ROOT / top).rglob("*"):
            if path.is_file() and path.suffix in (".c", ".h", ".md", ".sh", ".1", ".py", ".build", "") and re.search(r"/(?:work|root|home)/|/tmp/\w", path.read_text()):
                found.append(str(path.relative_to(ROOT)))
    check(not found, f"no path of one machine in: {found}")


papers()
scripts()
completion_works()
pages_are_sound()
no_own_paths()
finish()
