"""An install into a folder of one's own: the program runs, the library exports pel_* alone, and another program
(examples/record_and_read.c) is built from nothing but what was installed, and run.

usage: install_test.py BUILD_FOLDER C_COMPILER"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

from support import ROOT, check, environment, finish, temporary, tiny_model

COMMANDS = ["record", "export", "verify", "info", "models", "tokenize", "bench", "kb", "learn", "eval"]


def call(*command, **how):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **how)


def prefix_of(build):
    import json
    told = json.loads(call("meson", "introspect", build, "--buildoptions").stdout)
    return next(option["value"] for option in told if option["name"] == "prefix")


def install(build, destination):
    """As a user without rights where the tests run as root: an install into one's own folder must need none."""
    env = environment(DESTDIR=str(destination), MESON_INSTALL_QUIET="1")
    done = call("meson", "install", "-C", build, "--no-rebuild", "--quiet", env=env)
    check(done.returncode == 0, f"meson install ({done.stderr.strip()[-300:]})")


def files_are_there(root):
    def have(pattern):
        return sorted(root.glob(pattern))

    check(len(have("include/pellucid/*.h")) == len(list((ROOT / "include/pellucid").glob("*.h"))), "every public header")
    check(bool(have("lib*/**/libpellucid.so.0")), "the library by its soname")
    check(bool(have("lib*/**/pkgconfig/pellucid.pc")), "the pkg-config file")
    pages = {page.name.split(".")[0] for page in have("share/man/man1/*")}
    check({"pellucid", *(f"pellucid-{c}" for c in COMMANDS)} <= pages, f"a man page for each command: {sorted(pages)}")
    check(bool(have("share/bash-completion/completions/pellucid")), "bash completion")
    for pack in (ROOT / "data/packs").glob("*/pack.json"):
        name, cases = pack.parent.name, {path.name for path in (pack.parent / "cases").iterdir()}
        check(bool(have(f"share/pellucid/packs/{name}.pack")), f"the pack {name}")
        check({path.name for path in have(f"share/pellucid/cases/{name}/*.json")} == cases, f"  with its {len(cases)} cases to try")


def exports(library):
    listed = call("nm", "-D", "--defined-only", library).stdout
    names = [line.split()[-1].split("@")[0] for line in listed.splitlines() if line.split()[-2] in "TDBRVW"]
    check(len(names) > 30 and all(name.startswith("pel_") for name in names), f"the library exports pel_* alone ({len(names)} names)")
    declared = set()
    for header in (ROOT / "include/pellucid").glob("*.h"):
        declared |= set(re.findall(r"PEL_API[^;(]*?\b(pel_\w+)\s*\(", header.read_text()))
    check(declared == set(names), f"exactly what the headers declare (differences: {sorted(declared ^ set(names))})")
    soname = call("objdump", "-p", library).stdout
    check("SONAME" in soname and "libpellucid.so.0" in soname, "soname libpellucid.so.0")


def other_program(folder, root, library, compiler):
    build = folder / "other"
    build.mkdir()
    shutil.copy(ROOT / "examples/record_and_read.c", build)
    lines = (build / "record_and_read.c").read_text().count("\n")
    check(lines <= 30, f"the example has {lines} lines")
    pkgconfig = next(root.glob("lib*/**/pkgconfig/pellucid.pc")).parent
    env = environment(PKG_CONFIG_PATH=str(pkgconfig), PKG_CONFIG_SYSROOT_DIR=str(folder / "installed"))
    flags = call("pkg-config", "--cflags", "--libs", "pellucid", env=env)
    check(flags.returncode == 0, f"pkg-config finds it ({flags.stderr.strip()})")
    sanitizers = os.environ.get("PELLUCID_SANITIZE", "").split()
    built = call(*compiler, *sanitizers, "-Wall", "-Wextra", "-Werror", "record_and_read.c", *flags.stdout.split(), "-o", "record_and_read",
                 cwd=build)
    if not check(built.returncode == 0, f"it builds with the installed headers and library alone ({built.stderr.strip()[-300:]})"):
        return
    run_env = environment(LD_LIBRARY_PATH=str(library.parent))
    models = [tiny_model(folder / "tiny.gguf")] + [m for m in [os.environ.get("PELLUCID_MODEL_SMOLLM2")] if m]
    for model in models:
        done = call("./record_and_read", model, folder / (pathlib.Path(model).name + ".pel"), cwd=build, env=run_env, timeout=120)
        weight = re.search(r"weight (\d[\d.e-]*)", done.stdout)
        check(done.returncode == 0 and weight and 0 < float(weight[1]) < 1, f"it records and reads: {(done.stdout + done.stderr).strip()}")
    missing = call("./record_and_read", "none.gguf", "x.pel", cwd=build, env=run_env)
    check(missing.returncode == 1 and "none.gguf" in missing.stderr, "and passes an error on")


with temporary() as name:
    where = pathlib.Path(name)
    install(sys.argv[1], where / "installed")
    tree = where / "installed" / prefix_of(sys.argv[1]).lstrip("/")
    files_are_there(tree)
    found = sorted(tree.glob("lib*/**/libpellucid.so.0"))
    if found:
        env = environment(LD_LIBRARY_PATH=str(found[0].parent))
        version = call(tree / "bin/pellucid", "--version", env=env)
        check(version.returncode == 0 and version.stdout.startswith("pellucid "), f"the installed program runs: {version.stdout.strip()} {version.stderr.strip()}")
        exports(found[0])
        other_program(where, tree, found[0], sys.argv[2].split())
finish()
