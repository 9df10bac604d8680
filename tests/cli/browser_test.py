"""An HTML report in a real browser: nothing is loaded, nothing is complained about, every link leads somewhere, it can be read in light, in
dark, in a narrow window and on paper. PELLUCID_SCREENSHOTS=FOLDER keeps the pictures."""
import os
import pathlib
import subprocess

import browser
from support import check, finish, run, skip, temporary

SCRIPT_LINKS = """[...document.querySelectorAll('a[href^="#"]')].filter(a => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map(a => a.hash)"""
SCRIPT_IDS = "(ids => ids.filter((id, i) => ids.indexOf(id) !== i))([...document.querySelectorAll('[id]')].map(e => e.id))"
SCRIPT_CLIPPED = """[...document.querySelectorAll('main *, header *')].filter(e => !e.closest('.scroll') && e.getClientRects().length &&
  e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' + e.className)"""
SCRIPT_CONTRAST = """(() => {
  const rgb = s => s.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c) && c !== 'transparent') return rgb(c); } return [255, 255, 255]; };
  let worst = [99, ''];
  for (const e of document.querySelectorAll('main *, header *, nav *, footer')) {
    if (e.closest('svg') || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 90)];
  }
  return worst; })()"""


def loads_nothing(b, page):
    b.open(page.as_uri())
    asked = [e["request"]["url"] for e in b.happened("Network.requestWillBeSent")]
    check(asked == [page.as_uri()], f"the only request is for the file itself: {asked}")
    said = b.happened("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
    check(said == [], f"the console is empty: {said}")
    check(b.evaluate("document.scripts.length + document.querySelectorAll('img,link,iframe,object,embed').length") == 0, "no script, no image, no frame")


def is_sound(b, title):
    check(b.evaluate("document.documentElement.lang") == "en" and b.evaluate("document.title") == title, "language and title")
    check(b.evaluate(SCRIPT_LINKS) == [], f"every link within leads somewhere: {b.evaluate(SCRIPT_LINKS)}")
    check(b.evaluate("document.querySelectorAll('a[href^=\"#\"]').length") > 40, "  and there are many")
    check(b.evaluate(SCRIPT_IDS) == [], f"no id twice: {b.evaluate(SCRIPT_IDS)}")
    check(b.evaluate("[...document.querySelectorAll('a')].every(a => /^(#|https?:)/.test(a.getAttribute('href')))"), "links are places here or addresses of the web")
    levels = b.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    check(levels[0] == 1 and levels.count(1) == 1 and all(y <= x + 1 for x, y in zip(levels, levels[1:])), f"headings in order: {levels}")
    marks = b.evaluate("['header', 'nav', 'main', 'footer'].map(t => document.querySelectorAll('body > ' + t).length)")
    check(marks == [1, 1, 1, 1], f"landmarks: {marks}")
    check(b.evaluate("[...document.querySelectorAll('tr')].every(r => r.querySelector('th') || r.closest('table').querySelector('thead th[scope=col]'))"), "tables have headers")
    check(b.evaluate("[...document.querySelectorAll('svg')].every(s => s.getAttribute('role') === 'img' && s.querySelector('title').textContent)"), "the picture has a name")
    names = [n["name"]["value"] for n in b.call("Accessibility.getFullAXTree")["nodes"] if n.get("role", {}).get("value") in ("main", "navigation", "region")]
    check("Contents" in names and "Quotations" in names, f"a screen reader finds its parts: {names}")


def links_work(b):
    place = "document.getElementById(location.hash.slice(1)).getBoundingClientRect().top"
    b.look(1000, 700)
    quote = b.evaluate("(a => { a.click(); return a.hash; })(document.querySelector('.tree a[href^=\"#q\"]'))")
    check(quote.startswith("#q") and abs(b.evaluate(place)) < 60, "a citation leads to its quotation")
    back = b.evaluate("(a => { a.click(); return a.hash; })([...document.querySelectorAll('section[aria-labelledby=quotations] a[href^=\"#n\"]')][1])")
    check(back.startswith("#n") and b.evaluate(place) < 700, "  and the quotation back to a line of the tree")


def looks(b, name, keep):
    for label, width, features in (("light", 1100, {}), ("dark", 1100, {"prefers_color_scheme": "dark"}), ("narrow", 400, {})):
        b.look(width, 900, **features)
        check(b.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{label}: nothing makes the page wider than its window: {b.evaluate(SCRIPT_CLIPPED)[:4]}")
        ratio, where = b.evaluate(SCRIPT_CONTRAST)
        check(ratio >= 4.5, f"{label}: least contrast of a text {ratio:.1f} {'' if ratio >= 4.5 else where}")
        seen = b.evaluate("[...document.querySelectorAll('figure svg')].filter(s => s.getClientRects().length).length")
        check(seen == 1, f"{label}: one picture is seen")
        b.screenshot(keep / f"{name}-{label}.png")
    b.look(1100, 900, media="print", prefers_color_scheme="dark")
    check(b.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)", "on paper the ground is white")
    b.look(1100, 900)
    b.print(keep / f"{name}-print.pdf")
    check((keep / f"{name}-print.pdf").read_bytes()[:4] == b"%PDF", "it prints")


path = browser.program()
if not path:
    skip("no chromium: the HTML report was not seen in a browser")
with temporary() as name:
    folder = pathlib.Path(name)
    keep = pathlib.Path(os.environ.get("PELLUCID_SCREENSHOTS") or folder)
    subprocess.run([os.environ["PELLUCID_MAKE_AUDITS"], name], check=True)
    with browser.Browser(path) as b:
        for case, title in (("spouse", "Was Alice a surviving spouse in 2016?"), ("curb", "How severe is this pneumonia?")):
            check(run("report", folder / f"{case}.pel", "-o", folder / f"{case}.html").status == 0, f"report of {case}")
            loads_nothing(b, folder / f"{case}.html")
            is_sound(b, title)
            links_work(b)
            looks(b, case, keep)
finish()
