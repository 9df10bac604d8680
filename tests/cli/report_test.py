"""pellucid report: the HTML and the PDF as other readers see them, refusals, and what does not hold being said."""
import html.parser
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from support import PROGRAM, ROOT, check, environment, fails, finish, run, temporary, tiny_model

sys.path.insert(0, str(ROOT / "tests/unit"))
from trace_hash import logical_hash  # noqa: E402

VOID = {"meta", "col", "br", "link", "img", "input", "hr"}


class Page(html.parser.HTMLParser):
    """Every tag closed in order, every link within the page resolved."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.text, self.wrong = [], [], [], "", []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        self.wrong += [f"{tag} {name}" for name in attributes if name.startswith("on") or name in ("src", "srcset", "xlink:href")]

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data


def whole_page(path):
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    check(page.open == [] and page.wrong == [], f"{path.name}: well formed: {page.open} {page.wrong}")
    check(len(page.ids) == len(set(page.ids)), "  no id twice")
    lost = [link for link in page.links if link.startswith("#") and link[1:] not in page.ids]
    check(lost == [] and all(re.match(r"#|https?://", link) for link in page.links), f"  links: {lost}")
    check("default-src 'none'" in text and "<script" not in text and '<html lang="en">' in text, "  it may load nothing")
    return page


def html_of(folder):
    spouse, curb = folder / "spouse.pel", folder / "curb.pel"
    for trace in (spouse, curb):
        r = run("report", trace, "-o", trace.with_suffix(".html"))
        check(r.status == 0 and r.out == b"" and r.err == "", f"report of {trace.name}: {r.status} {r.err!r}")
    page = whole_page(folder / "spouse.html")
    for part in ["Was Alice a surviving spouse in 2016?", "YES, if the facts and the assumptions below hold", "as of 2016-12-31", "Bob died on 16 September 2014",
                 "taken as not so", "a marriage of Alice before 2017", "Dr. A. Smith", "the chain holds", "no medical, legal or technical advice",
                 "who maintains as his home a household", "2016 edition, title 26", "in force 1954-08-16 to now", "5f1c5d3a8f6f4e0b",
                 "Not in force on the date of the case", "Nothing found that says so", "Passages that were looked up", "-0.078", "where are the receipts of 2016?",
                 "needs evidence", "spouse_died(X, Year) :- marriage(X, S)", "us-tax", "retrieve.alpha", "pellucid verify spouse.pel",
                 "the file's contents had this hash"]:
        check(part in page.text, f"  it says '{part}'")
    page = whole_page(folder / "curb.html")
    for part in ["What is missing", "does not change the class", "62 % (of held-out cases", "needs <hospital> care", "Set aside by an exception"]:
        check(part in page.text, f"  it says '{part}'")
    check("What is assumed" not in page.text, "  and of what is not there no heading")
    again = folder / "again.html"
    run("report", spouse, "-o", again)
    check(again.read_bytes() == (folder / "spouse.html").read_bytes(), "the same trace gives the same page")


def words_of(pdf, *more):
    return subprocess.run(["pdftotext", "-layout", *more, pdf, "-"], capture_output=True, text=True).stdout


def pdf_of(folder):
    spouse = folder / "spouse.pel"
    for size, name in ((None, "a4.pdf"), ("letter", "letter.pdf"), ("A4", "again.pdf")):
        r = run("report", spouse, *(["--size", size] if size else []), "-o", folder / name)
        check(r.status == 0 and r.err == "", f"{name}: {r.status} {r.err!r}")
    check((folder / "a4.pdf").read_bytes() == (folder / "again.pdf").read_bytes(), "the same trace gives the same file")
    if not shutil.which("pdfinfo"):
        print("# no pdfinfo: the PDF was not read")
        return
    info = subprocess.run(["pdfinfo", folder / "a4.pdf"], capture_output=True, text=True)
    check(info.stderr == "" and "Was Alice a surviving spouse in 2016?" in info.stdout and "A4" in info.stdout, f"title and size {info.stderr}")
    check(re.search(r"Tagged: +yes", info.stdout), "  tagged")
    check("612 x 792" in subprocess.run(["pdfinfo", folder / "letter.pdf"], capture_output=True, text=True).stdout, "  and Letter")
    data = (folder / "a4.pdf").read_bytes()
    check(b"/Lang (en)" in data and b"/DisplayDocTitle true" in data, "  language set, title shown")
    first = words_of(folder / "a4.pdf", "-l", "1")
    check("YES, if the facts and the assumptions below hold" in " ".join(first.split()) and "What it rests on" in first and "Who reviewed it" in first and "Page 1 of " in first, "the first page says it")
    text = words_of(folder / "a4.pdf")
    for part in ["2.2.1", "who maintains as his home a household", "Review log", "How this was made", "dependent of 1986"]:
        check(part in text, f"  '{part}' can be selected")
    pages = int(re.search(r"Pages: +(\d+)", info.stdout)[1])
    check(all(f"Page {i} of {pages}" in text for i in range(1, pages + 1)), f"  {pages} pages with their numbers")
    places = subprocess.run(["pdfinfo", "-dests", folder / "a4.pdf"], capture_output=True, text=True).stdout
    check(all(f'"{name}"' in places for name in ("n1", "n13", "q1", "t3", "quotations", "picture")), "  places that links lead to")
    links = subprocess.run(["pdfinfo", "-url", folder / "a4.pdf"], capture_output=True, text=True).stdout
    check("https://uscode.house.gov/" in links, "  addresses of sources are links")
    inside(folder / "a4.pdf")


def inside(pdf):
    """No word leaves its page: the boxes of all words."""
    boxes = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True).stdout
    width = height = 0.0
    out = []
    for line in boxes.splitlines():
        numbers = [float(v) for v in re.findall(r'"([\d.-]+)"', line)]
        if "<page" in line:
            width, height = numbers
        elif "<word" in line and not (numbers[0] >= 20 and numbers[1] >= 20 and numbers[2] <= width - 20 and numbers[3] <= height - 20):
            out.append(line)
    check(width > 0 and out == [], f"every word is within the margins: {out[:3]}")


def refusals(folder):
    trace = folder / "curb.pel"
    fails(2, "report", trace, says=["-o"])
    fails(2, "report", "-o", folder / "x.html", says=["one trace"])
    fails(2, "report", trace, "-o", folder / "x.txt", says=[".html .pdf"])
    fails(2, "report", trace, "--size", "A3", "-o", folder / "x.pdf", says=["A4 or letter"])
    fails(2, "report", trace, "--bogus", "-o", folder / "x.pdf", says=["option"])
    fails(1, "report", trace, "-o", folder / "curb.html", says=["--force"])
    check(run("report", trace, "--force", "-o", folder / "curb.html").status == 0, "--force replaces")
    fails(1, "report", folder / "none.pel", "-o", folder / "x.html", says=["none.pel"])
    fails(1, "report", trace, "-o", folder / "no" / "x.pdf", says=["no/x.pdf"])
    model, recorded = tiny_model(folder / "tiny.gguf"), folder / "run.pel"
    run("record", model, "-p", "Hello", "-n", "4", "--raw", "-o", recorded)
    fails(3, "report", model, "-o", folder / "x.html", says=["not a Pellucid trace"])
    fails(2, "report", recorded, "-o", folder / "x.html", says=["no reasoning"])
    check(not list(folder.glob("x.*")), "a refused report leaves no file")


def what_does_not_hold(folder):
    """The report is made, says it on its first page, and the status is 4."""
    for change, says in (("UPDATE review SET verdict = 'accepted' WHERE id = 2", "BROKEN after 1"),
                         ("UPDATE node SET says = 'Alice was never married' WHERE id = 1", "FAILED")):
        broken = folder / "broken.pel"
        shutil.copy(folder / "spouse.pel", broken)
        with sqlite3.connect(broken) as db:
            db.execute(change)
        db.close()
        fails(4, "report", broken, "--force", "-o", folder / "broken.html", says=["broken.pel"])
        check(says in Page((folder / "broken.html").read_text(encoding="utf-8")).text, f"  the report says '{says}'")


def grown(folder, name, change):
    """A trace of another's making: its hash holds, nobody reviewed it."""
    path = folder / name
    shutil.copy(folder / "curb.pel", path)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM review")
        change(db, db.execute("SELECT max(id) FROM node").fetchone()[0])
        db.execute("UPDATE provenance SET value = ? WHERE key = 'hash'", (logical_hash(db),))
    db.close()
    return path


def add_node(db, number, kind, says):
    db.execute("INSERT INTO node VALUES (?, 1, ?, 'holds', ?, '', '', 0, 0, 0, 0, 0, '', '', NULL, NULL, NULL, NULL, '')", (number, kind, says))


def add_edges(db, edges):
    places = {}
    for above, below in edges:
        if above not in places:
            places[above] = db.execute("SELECT coalesce(max(place) + 1, 0) FROM edge WHERE from_node = ?", (above,)).fetchone()[0]
        db.execute("INSERT INTO edge VALUES (?, ?, ?, 'because', '', NULL)", (above, places[above], below))
        places[above] += 1


def chain(db, n):
    for i in range(n + 1, n + 3001):
        add_node(db, i, "claim", f"step {i} of a chain")
    add_edges(db, [(i, i + 1) for i in range(n + 1, n + 3000)])


def fan(db, n):
    for i in range(n + 1, n + 3001):
        add_node(db, i, "claim", f"one of many reasons, {i}")
    add_edges(db, [(1, i) for i in range(n + 1, n + 3001)])


def large_trees(folder):
    """Nobody can read a picture of thousands of cards: it shows a part, and says so."""
    for name, change in (("chain.pel", chain), ("fan.pel", fan)):
        trace = grown(folder, name, change)
        r = run("report", trace, "-o", trace.with_suffix(".html"))
        check(r.status == 0 and r.err == "", f"{name}: {r.status} {r.err!r}")
        page = whole_page(trace.with_suffix(".html"))
        check(re.search(r"A part of it: \d+ of its 30\d\d nodes", page.text), "  a part of it is drawn, and that is said")


def many_reviews(db, _):
    for i in range(1, 1201):
        db.execute("INSERT INTO review VALUES (?, 1, 'accepted', ?, '2026-01-01T10:00:00Z', '', '', '')", (i, f"reader {i}"))


def many_entries(folder):
    trace = grown(folder, "reviews.pel", many_reviews)
    fails(4, "report", trace, "-o", folder / "reviews.html", says=["chain"])
    page = whole_page(folder / "reviews.html")
    check("the last 1000 entries; 200 more came before them, all of which pellucid review reviews.pel lists" in page.text, "the log is cut, and says so")
    check("reader 201" in page.text and "reader 200" not in page.text, "  the last ones are shown")


def long_claims(db, n):
    fan(db, n)
    db.execute("UPDATE node SET says = ? WHERE id > ?", ("\u0061" + "\u0301" * 20000, n + 2900))
    db.execute("UPDATE node SET note = ? WHERE id > ?", ("word " * 2000, n + 100))


def catches(pid, number):
    """Whether a process has a handler for a signal: before that the signal just ends it."""
    mask = next((line.split()[1] for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt:")), "0")
    return int(mask, 16) >> (number - 1) & 1


def stopped(folder):
    """One signal ends the work soon, whatever it is at; nothing is left."""
    trace = grown(folder, "long.pel", long_claims)
    before = sorted(os.listdir(folder))
    for suffix, number, wait in (("pdf", signal.SIGINT, 0.3), ("pdf", signal.SIGTERM, 1.2), ("html", signal.SIGINT, 0.1)):
        with subprocess.Popen([PROGRAM, "report", trace, "-o", folder / f"long.{suffix}"], stderr=subprocess.PIPE, env=environment()) as p:
            for _ in range(1000):
                if catches(p.pid, number):
                    break
                time.sleep(0.01)
            time.sleep(wait)
            asked = time.monotonic()
            p.send_signal(number)
            said = p.communicate(timeout=60)[1].decode()
        took = time.monotonic() - asked
        check(p.returncode == 130 and "interrupted" in said, f"{suffix}: stopped: {p.returncode} {said!r}")
        check(took < 4, f"  at once: {took:.2f} s")  # half a second on a machine that does nothing else
        check(sorted(os.listdir(folder)) == before, "  nothing is left")


with temporary() as name:
    where = pathlib.Path(name)
    subprocess.run([os.environ["PELLUCID_MAKE_AUDITS"], name], check=True)
    html_of(where)
    pdf_of(where)
    refusals(where)
    what_does_not_hold(where)
    large_trees(where)
    many_entries(where)
    stopped(where)
finish()
