"""The reader on the last lines of docs/trace-format.md, run as it stands there, against 'pellucid export ... npy'."""
import subprocess
import sys
import tempfile

from support import ROOT, check, finish, run, skip

try:
    import numpy
except ImportError:
    skip("python3 has no numpy")


def main():
    code = subprocess.check_output([sys.executable, ROOT / "tests/data/extract_reader.py", ROOT / "docs/trace-format.md"])
    check(len(code.splitlines()) <= 40, "the reader is about 30 lines")
    with tempfile.TemporaryDirectory() as folder:
        reader = f"{folder}/reader.py"
        open(reader, "wb").write(code)
        for sample, layer, head in (("short", 0, 0), ("short", 29, 8), ("long", 5, 4)):
            trace = ROOT / f"data/samples/{sample}.pel"
            ours, theirs = f"{folder}/ours.npy", f"{folder}/theirs.npy"
            r = run("export", trace, "attention", "--layer", layer, "--head", head, "--force", "-o", ours)
            check(r.status == 0, f"export of {sample} {layer}/{head} {r.err}")
            subprocess.run([sys.executable, reader, trace, str(layer), str(head), theirs], check=True)
            a, b = numpy.load(ours), numpy.load(theirs)
            check(a.shape == b.shape and a.dtype == numpy.float32, f"shape {a.shape} {b.shape} {a.dtype}")
            worst = numpy.abs(a - b).max()
            check(worst < 1e-5, f"{sample} {layer}/{head}: largest difference {worst:.2e}")
            check(numpy.abs(a.sum(axis=1) - 1).max() < 1e-5, "rows sum to 1")


main()
finish()
