"""Random terms and the many ways to write them down: operators, quotes, escapes, numbers, layout, comments."""
from program import atom_text, string_text

ATOMS = ["a", "b", "c", "foo", "bar_1", "fooBar", "[]", "{}", "hello world", "it's", "Upper", "_under", "", "+", "-",
    "*",
         "=..", "\\+", "a.b", "é", "ß", "日本", "x\ny", "t\tb", "back\\slash", "1st", "[a]", "/*", "%", ";", "!", ",",
         "|",
         "is", "mod", "rem", "dynamic", "$sys", "@<", "^", ":-", "-->", "a b", "\"q\"", "`", "e", "inf", "nan"]
INTEGERS = ["0", "1", "2", "7", "42", "-1", "-3", "-42", "100", "255", "65536", "2147483647", "2147483648",
    "-2147483649",
            "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
            "18446744073709551616", "100000000000000000000", "-123456789012345678901234567890"]
SPECIAL_INTEGERS = ["0x1F", "0xff", "0b1011", "0o17", "0'a", "0'A", "0' ", "0'\\n", "0'''", "0'\\\\", "1_000_000",
    "16'FF",
                    "36'Zz", "2'1010", "0'é", "12_345_678_901_234_567_890", "0'\\t", "0'0", "0'(", "0'\""]
FLOATS = ["0.0", "1.0", "-1.0", "0.5", "-2.5", "3.14", "1.0e10", "1e10", "1.0E5", "1.5e-7", "1.0e100", "123456.789",
    "1e22",
          "1e15", "1.0e14", "0.0001", "0.00001", "1.0Inf", "-1.0Inf", "1.5NaN", "100000.0", "2.0e+3", "-0.0", "0.1",
          "1e-5"]
RATIONALS = ["1r3", "-2r7", "22r7", "100000000000000000000r3", "-1r2"]
STRINGS = ["", "a", "abc", "hello world", "it's", "say \"hi\"", "tab\there", "line\nbreak", "back\\slash", "é日本",
    "42",
           " pad ", "a,b,,c", "ABC def", "3.14", "foo(X)", "~w"]
INFIX = [(1200, "xfx", ":-"), (1200, "xfx", "-->"), (1100, "xfy", ";"), (1050, "xfy", "->"), (1050, "xfy", "*->"),
         (1000, "xfy", ","), (990, "xfx", ":="), (700, "xfx", "="), (700, "xfx", "\\="), (700, "xfx", "=="),
         (700, "xfx", "\\=="), (700, "xfx", "is"), (700, "xfx", "=:="), (700, "xfx", "<"), (700, "xfx", "=<"),
         (700, "xfx", "=.."), (700, "xfx", "@<"), (700, "xfx", "@>="), (700, "xfx", "=@="), (700, "xfx", "as"),
         (600, "xfy", ":"), (500, "yfx", "+"), (500, "yfx", "-"), (500, "yfx", "/\\"), (500, "yfx", "\\/"),
         (500, "yfx", "xor"), (400, "yfx", "*"), (400, "yfx", "/"), (400, "yfx", "//"), (400, "yfx", "mod"),
         (400, "yfx", "rem"), (400, "yfx", "div"), (400, "yfx", "rdiv"), (400, "yfx", "<<"), (400, "yfx", ">>"),
         (200, "xfx", "**"), (200, "xfy", "^")]
PREFIX = [(1200, "fx", ":-"), (1200, "fx", "?-"), (1150, "fx", "dynamic"), (1150, "fx", "discontiguous"),
    (900, "fy", "\\+"),
          (200, "fy", "-"), (200, "fy", "+"), (200, "fy", "\\")]
OPERATORS = {op for _, _, op in INFIX + PREFIX} | {"|", "$", "table", "initialization", "rdiv", "divmod", "is", "mod"}


def gap(rng, strange):
    """Layout between two tokens."""
    if strange and rng.random() < 0.08:
        return rng.choice(["  ", "\n  ", " /* c */ ", " % c\n ", "\t", " /* a\n b **/ ", " /**/ "])
    return " "


def atom(rng):
    return rng.choice(ATOMS)


def number(rng):
    pool = rng.choices([INTEGERS, SPECIAL_INTEGERS, FLOATS, RATIONALS], [6, 3, 4, 1])[0]
    return rng.choice(pool)


def operand_atom(name):
    """An atom that is an operator needs parentheses as an operand."""
    return f"({atom_text(name)})" if name in OPERATORS else atom_text(name)


def quoted_variant(rng, name):
    """The same atom in quotes although it need not be, or with other escapes."""
    body = ""
    for c in name:
        if c == "'":
            body += rng.choice(["''", "\\'"])
        elif c == "\\":
            body += "\\\\"
        elif c == "\n":
            body += rng.choice(["\\n", "\\x0a\\", "\\012\\"])
        elif c.isalnum() and rng.random() < 0.1:
            body += rng.choice([f"\\x{ord(c):x}\\", f"\\u{ord(c):04x}"])
        else:
            body += c
    return f"'{body}'"


def term(rng, depth, names=("X", "Y", "Z"), strange=True):
    """(text, priority) of a random term; variables from names."""
    if depth <= 0 or rng.random() < 0.12:
        return leaf(rng, names), 0
    kind = rng.choices(["compound", "infix", "prefix", "list", "curly", "leaf"], [4, 6, 2, 4, 1, 1])[0]
    return {"compound": compound, "infix": infix, "prefix": prefix, "list": listing, "curly": curly,
            "leaf": lambda r, d, n, s: (leaf(r, n), 0)}[kind](rng, depth - 1, names, strange)


def text(rng, depth, names=("X", "Y", "Z"), strange=True, most=699):
    body, priority = term(rng, depth, names, strange)
    return f"({body})" if priority > most else body


def leaf(rng, names):
    kind = rng.choices(["atom", "number", "var", "string", "codes"], [6, 5, 3 if names else 0, 2, 0.3])[0]
    if kind == "atom":
        name = atom(rng)
        return quoted_variant(rng, name) if name not in OPERATORS and rng.random() < 0.2 else operand_atom(name)
    if kind == "number":
        return number(rng)
    if kind == "var":
        return rng.choice(names + ("_",))
    if kind == "string":
        return string_text(rng.choice(STRINGS))
    return "`" + rng.choice(["abc", "x", "", "12"]) + "`"


def argument(rng, depth, names, strange):
    return text(rng, depth, names, strange, 999)


def compound(rng, depth, names, strange):
    name = atom(rng)
    functor = quoted_variant(rng, name) if name in ("[]", "{}", ",", "|",
        "") or rng.random() < 0.1 else atom_text(name)
    arguments = [argument(rng, depth, names, strange) for _ in range(rng.randint(1, 3))]
    return functor + "(" + ("," + gap(rng, strange)[rng.random() < 0.6:]).join(arguments) + ")", 0


def infix(rng, depth, names, strange):
    priority, form, op = rng.choice(INFIX)
    left = side(rng, depth, names, strange, priority - (form[0] == "x"))
    right = side(rng, depth, names, strange, priority - (form[2] == "x"))
    if op == "," and rng.random() < 0.7:
        return f"{left},{gap(rng, strange)}{right}", priority
    return f"{left}{gap(rng, strange)}{op}{gap(rng, strange)}{right}", priority


def side(rng, depth, names, strange, most):
    body, priority = term(rng, depth, names, strange)
    return f"({body})" if priority > most or rng.random() < 0.06 else body


def prefix(rng, depth, names, strange):
    priority, form, op = rng.choice(PREFIX)
    inner = side(rng, depth, names, strange, priority - (form[1] == "x"))
    return f"{op} {inner}" if rng.random() < 0.7 else f"{op}({inner})", priority


def listing(rng, depth, names, strange):
    items = [argument(rng, depth, names, strange) for _ in range(rng.randint(0, 4))]
    tail = "|" + argument(rng, 0, names, strange) if items and rng.random() < 0.25 else ""
    return "[" + ("," + gap(rng, strange)[rng.random() < 0.6:]).join(items) + tail + "]", 0


def curly(rng, depth, names, strange):
    return "{" + text(rng, depth, names, strange, 1200) + "}", 0
