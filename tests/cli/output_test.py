"""Where output goes: through a symbolic link to what it leads to, the link staying what it is; never to a device, a pipe or a folder."""
import os
import pathlib

from support import ROOT, check, fails, finish, run, temporary, tiny_model

PACK = pathlib.Path(ROOT) / "data" / "packs" / "pneumonia"


def commands(folder):
    """Name of each, its arguments before -o, the suffix of what it writes."""
    model, pack, trace = tiny_model(folder / "tiny.gguf"), folder / "given.pack", folder / "given.pel"
    check(run("kb", "build", PACK, "-o", pack).status == 0, "a pack is built")
    case = PACK / "cases" / "severe.json"
    check(run("audit", case, "--kb", pack, "-o", trace).status == 0, "a case is audited")
    check(run("audit", PACK / "cases" / "urea-unknown-severe.json", "--kb", pack, "-o", folder / "other.pel").status == 0, "  and another")
    return [("record", ["record", model, "-p", "Hello", "--raw", "-n", 2], "pel"), ("audit", ["audit", case, "--kb", pack], "pel"),
            ("report", ["report", trace], "html"), ("export", ["export", trace, "tree"], "md"), ("kb build", ["kb", "build", PACK], "pack")]


def through_links(folder, name, arguments, suffix):
    place, elsewhere = folder / "here", folder / "there"
    real, link, first = elsewhere / f"real.{suffix}", place / f"link.{suffix}", place / f"first.{suffix}"
    os.symlink(f"../there/real.{suffix}", link)
    os.symlink(f"link.{suffix}", first)
    r = run(*arguments, "-o", first)
    check(r.status == 0 and real.is_file() and first.is_symlink() and link.is_symlink(), f"{name}: to where nothing is yet: {r.status} {r.err!r}")
    fails(1, *arguments, "-o", first, says=["--force"])
    before = real.stat().st_mtime_ns
    r = run(*arguments, "-o", first, "--force")
    check(r.status == 0 and first.is_symlink() and link.is_symlink(), f"{name}: --force leaves the link: {r.status} {r.err!r}")
    check(real.is_file() and not real.is_symlink() and real.stat().st_mtime_ns > before, "  and replaces what it leads to")
    check(sorted(os.listdir(place)) == sorted([link.name, first.name]) and os.listdir(elsewhere) == [real.name], f"  nothing else: {os.listdir(elsewhere)}")
    for path in (real, link, first):
        path.unlink()


def refusals(folder, name, arguments, suffix):
    place = folder / "here"
    device, pipe, directory, circle = (place / f"{what}.{suffix}" for what in ("device", "pipe", "folder", "circle"))
    os.symlink("/dev/null", device)
    os.mkfifo(pipe)
    directory.mkdir()
    os.symlink(circle.name, circle)
    for target, says in ((device, "no regular file"), (pipe, "no regular file"), (directory, "is a folder")):
        for more in ([], ["--force"]):
            fails(2, *arguments, "-o", target, *more, says=[target.name, says])
    fails(1, *arguments, "-o", circle, "--force", says=[circle.name])
    check(device.is_symlink() and circle.is_symlink() and pipe.is_fifo() and directory.is_dir(), f"{name}: all is as it was")
    check(len(os.listdir(place)) == 4, f"  nothing else: {os.listdir(place)}")
    for path in (device, pipe, circle):
        path.unlink()
    directory.rmdir()


with temporary() as folder_name:
    where = pathlib.Path(folder_name)
    (where / "here").mkdir()
    (where / "there").mkdir()
    for command in commands(where):
        through_links(where, *command)
        refusals(where, *command)
finish()
