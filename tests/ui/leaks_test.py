"""A hundred windows on a trace, opened and closed: what is in use does not grow with them."""
import os
import statistics
import subprocess

from support import ROOT, check, finish, inside

inside()
TIMES = int(os.environ.get("PELLUCID_UI_OPENINGS", "100"))
done = subprocess.run([os.environ["PELLUCID_OPEN_CLOSE"], ROOT / "data/samples/short.pel", str(TIMES)], capture_output=True, text=True)
check(done.returncode == 0 and "CRITICAL" not in done.stderr and "Sanitizer" not in done.stderr, f"{TIMES} windows opened and closed: {done.stderr[-600:]}")
used = [int(line) for line in done.stdout.split()]
check(len(used) == TIMES + 1, "each of them")
third = len(used) // 3
middle, end = statistics.median(used[third:2 * third]), statistics.median(used[2 * third:])
growth = (end - middle) / third
check(growth < 20_000, f"growth of {growth:.0f} bytes a window, from {middle / 1e6:.1f} to {end / 1e6:.1f} MB (the toolkit's own caches grow by a few thousand)")
finish()
