"""Every number in a file is written and read the same under de_DE, where a comma stands in numbers."""
import filecmp
import os
import pathlib
import shutil
import subprocess

from support import check, environment, finish, info, run, skip, temporary, tiny_model

FILES = ["attention.csv", "attention.json", "attention.npy", "attention.svg", "heads.json", "heads.svg", "tokens.csv", "tokens.json",
         "tokens.svg", "tensors.safetensors"]


def german(folder):
    """An environment in which numbers have a comma; made here, so that no locale need be installed."""
    if not shutil.which("localedef"):
        skip("localedef is missing (package 'locales')")
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")], capture_output=True)
    if not (folder / "de_DE.UTF-8").exists():
        skip("localedef can't make de_DE.UTF-8 (package 'locales')")
    env = environment(LOCPATH=str(folder), LC_ALL="de_DE.UTF-8", LANG="de_DE.UTF-8")
    printed = subprocess.run(["bash", "-c", "printf '%.1f' 1,5"], env=env, capture_output=True, text=True).stdout
    check(printed == "1,5", f"the locale is one with a comma: {printed}")
    return env


def make(folder, model, env):
    folder.mkdir()
    trace = folder / "run.pel"
    r = run("record", model, "-p", "Hello", "--raw", "-n", 20, "--temp", "0.75", "--top-p", "0.9", "--repeat-penalty", "1.25", "-o", trace, env=env)
    check(r.status == 0, f"record ({r.err.strip()})")
    for name in FILES:
        more = ["--layer", 1, "--head", 2] if name.startswith("attention") else []
        r = run("export", trace, name.split(".")[0], *more, "-o", folder / name, env=env)
        check(r.status == 0, f"export {name} ({r.err.strip()})")
    return r, trace


with temporary() as name:
    where = pathlib.Path(name)
    tiny = tiny_model(where / "tiny.gguf")
    de = german(where)
    _, plain = make(where / "c", tiny, environment())
    _, comma = make(where / "de", tiny, de)
    check(info(plain)["hash"] == info(comma)["hash"], "the traces have the same logical hash")
    check(info(plain)["settings"] == info(comma)["settings"], f"and the same settings: {info(comma)['settings']}")
    for file in FILES:
        check(filecmp.cmp(where / "c" / file, where / "de" / file, shallow=False), f"{file}: the same bytes in both locales")
    for command in (["info", plain, "--json"], ["verify", plain, "--json"], ["verify", plain, "--model", tiny, "--json"],
                    ["tokenize", tiny, "-p", "a b", "--json"]):
        check(run(*command).out == run(*command, env=de).out, f"{command[0]}: the same output in both locales")
    here = {"PELLUCID_MODELS": str(where)}
    check(run("models", "--json", env=environment(**here)).out == run("models", "--json", env={**de, **here}).out,
          "models: the same output in both locales")
    check(run("record", tiny, "-p", "a", "--raw", "--temp", "0,7", "--no-trace", env=de).status == 2, "a comma in an option is refused, there too")
    (where / "w.tsv").write_text("a\tr\tb\t0.5\n")
    (where / "w.txt").write_text("The words of a passage.\n")
    for place, env in (("c.pack", environment()), ("de.pack", de)):
        check(run("kb", "build", where / "w.tsv", where / "w.txt", "-o", where / place, "--name", "w", env=env).status == 0, f"kb build: {place}")
    check(filecmp.cmp(where / "c.pack", where / "de.pack", shallow=False), "packs: the same bytes in both locales")
    for form in ([], ["--json"]):
        check(run("kb", "search", where / "c.pack", "words", *form).out == run("kb", "search", where / "c.pack", "words", *form, env=de).out,
              f"kb search {form}: the same output in both locales")
    check("," not in run("bench", tiny, "--prompt", 8, "--generate", 2, "--repeats", 1, env=de).out.decode(), "bench prints points")
finish()
