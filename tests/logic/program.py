"""A generated program: clauses and queries, and the small helpers that every kind of program uses."""
import re
import string

SOLO = {"[]", "!", ";", "{}", ","}
SYMBOLS = set("+-*/\\^<>=~:.?@#&$")


class Program:
    """Clauses (text as it stands) and queries (goals without the full stop)."""

    def __init__(self, kind):
        self.kind, self.parts, self.queries = kind, [], []

    def add(self, text, **names):
        self.parts.append(fill(text, names).strip("\n") + "\n")
        return self

    def ask(self, *goals, **names):
        self.queries += [fill(goal, names).strip("\n") for goal in goals]
        return self

    def text(self):
        body = "\n".join(self.parts)
        return f"% {self.kind}\n{body}\n" + "".join(f"?- {query}.\n" for query in self.queries)


def fill(text, names):
    """$name and ${name} become the given values; lists become Prolog lists."""
    return string.Template(text).substitute({k: show(v) for k, v in names.items()}) if names else text


def show(value):
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(show(v) for v in value) + "]"
    return str(value)


def atom_text(name):
    """The atom as one must write it: plain where that is possible, else in quotes."""
    if re.fullmatch(r"[a-z][A-Za-z0-9_]*",
        name) or name in SOLO - {","} or (name and set(name) <= SYMBOLS - {"."} and "/*" not in name):
        return name
    return "'" + "".join(ESCAPES.get(c, c) for c in name) + "'"


ESCAPES = {"'": "\\'", "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def string_text(value):
    return '"' + "".join({**ESCAPES, "'": "'", '"': '\\"'}.get(c, c) for c in value) + '"'


def some(rng, pool, least, most):
    """Between least and most distinct members, in random order."""
    return rng.sample(pool, rng.randint(least, min(most, len(pool))))


def ints(rng, low, high, least, most):
    return [rng.randint(low, high) for _ in range(rng.randint(least, most))]


NAMES = ("anna ben carla david emil fatima greta hugo ines jonas kai lena marco nora otto paula quentin rosa sven tara "
         "ulf vera wim xenia yann zoe").split()
WORDS = ("apple banana cherry date elder fig grape hazel iris juniper kiwi lemon mango nut olive pear quince rose sage "
         "thyme umber violet walnut yam zucchini").split()
CITIES = "aachen berlin cottbus dresden essen fulda goslar hamburg ilmenau jena kassel leipzig".split()
