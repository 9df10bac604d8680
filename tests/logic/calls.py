"""Programs of single calls: every built-in with arguments that fit, arguments left open, and arguments of a wrong type.

A signature is a name and, after the colon, a letter of KINDS or EXTRA for each argument. Arguments stay ground inside, so
that no answer shows the name or the age of a variable."""
import re

from program import Program, atom_text, show, string_text

ATOMS = ["a", "b", "foo", "hello", "hello_world", "Abc Def", "it's", "", "[]", "{}", "x1", "42", "3.14", "éa", "0x1A",
    " 7",
         "banana", "a-b-c", "-", "1e5", "ÄÖ"]
STRINGS = ["", "a", "abc", "hello world", "a,b,,c", "  pad ", "42", "-7", "1.5", "foo(x,y)", "ABC", "éß",
    "/home//jan///nice",
           "one two", "0b101", "12abc", "1r3"]
WRONG = ["foo", "f(x)", "1", "-1", "2.5", '"str"', "[a|b]", "[]", "[a,b]", "f(_)", "a/b", "1r3", "(a,b)", "{x}",
    "'A b'", "0",
         "[1,foo]", "[_]", "-(1)", "100000000000000000000"]
# Numbers like 10**20 ask some built-ins for endless memory or time: those see the calmer ones.
CALM = [w for w in WRONG if not w.startswith("1000")]


def numbers(rng):
    return rng.choice(["0", "1", "-1", "2", "3", "7", "10", "-5", "2.0", "-0.5", "1.0e10", "100", "1r3", "-7r2",
        "2.5", "0.0",
                       "9223372036854775807", "-9223372036854775808", "123456789012345678901", "12", "64"])


def pairs(rng):
    return show([f"{rng.choice('cab' + 'd')}-{rng.randint(0, 9)}" for _ in range(rng.randint(0, 5))])


def ground(rng):
    return rng.choice(["foo", "f(x,y)", "1", "2.0", '"s"', "[a,b]", "a+b*c", "- 1", "-(1)", "-(-(1))", "1-(-1)",
        "{a,b}", "'X y'",
                       "[]", "'[]'", "f(g(h))", "(a:-b,c;d->e)", "\\+a", "[a|b]", "p:q", "1r3", "f(',')", "'\\n'",
                       "a=b",
                       "f((a,b))", "- (1)", "1 - 2 - 3", "1-(2-3)", "2*3^4", "f(;)", "[-]", "-a", "\\ 1", "a:b:c",
                       "-(2)^2",
                       "(-2)^2", "1.0e20", "f(- 1)", "(a->b;c)", "[(a:-b)]", "[(a,b)]", "-(a)+(-(1))", "@(a)",
                       "f(+)"])


KINDS = {
    "a": lambda r: atom_text(r.choice(ATOMS)),
    "s": lambda r: string_text(r.choice(STRINGS)),
    "t": lambda r: r.choice([atom_text(r.choice(ATOMS)), string_text(r.choice(STRINGS)), str(r.randint(-99, 999)),
    "2.5",
                             "`codes`", "[c,h]", "[]"]),
    "h": lambda r: r.choice(["a", "'Z'", "'0'", "' '", "é", "'\\n'", "ab", "!"]),
    "c": lambda r: r.choice(["97", "0'Z", "0x20", "233", "26085", "-1", "0' "]),
    "i": lambda r: str(r.choice([0, 1, 2, 3, 4, 5, 7, -1, -2])),
    "n": numbers,
    "l": lambda r: show([r.randint(0, 6) for _ in range(r.randint(0, 5))]),
    "m": lambda r: show([r.choice(["a", "b", "1", "1.0", '"s"', "f(x)", "2", "[]", "c", "g(1,2)", "0.5", "1r2",
    "'B'"])
                         for _ in range(r.randint(0, 6))]),
    "L": lambda r: show([[r.randint(1, 3) for _ in range(r.randint(0, 2))] for _ in range(r.randint(0, 4))]),
    "N": lambda r: show([numbers(r) for _ in range(r.randint(0, 4))]),
    "p": pairs,
    "g": ground,
    "S": lambda r: show([r.choice(["a", "bc", "'d e'", '"s"', "1", "2.5"]) for _ in range(r.randint(0, 4))]),
    "C": lambda r: show([r.choice(["a", "b", "'1'", "'2'", "' '", "'.'", "c", "-"]) for _ in range(r.randint(0, 4))]),
    "D": lambda r: r.choice(["`12`", "`abc`", "` 7`", "`3.5`", "`0x1F`", "`a b`", "[0'1,0'2]", "``", "`1r3`", "`12x`",
    "`- 5`"]),
    "z": lambda r: r.choice(["','", "' '", '","', "', '", "-", "''", '" "', "b", "_"]),
    "o": lambda r: r.choice(["@<", "@>", "@=<", "@>=", "foo"]),
    "b": lambda r: r.choice(["alpha", "upper", "lower", "lower", "space", "punct", "punct", "digit(_)", "digit(1)"]),
    "v": lambda r: None,
}

SIGNATURES = """
var:g nonvar:g atom:g number:n integer:n float:n rational:n rational:nvv atomic:g compound:g callable:g is_list:m
string:s ground:g atom:a string:t number:t is_list:g callable:a integer:g compound:m
=:gg \\=:gg ==:gg \\==:gg @<:gg @>:gg @=<:gg @>=:gg compare:vgg compare:onn @<:nn @>=:na unify_with_occurs_check:gv =@=:gg \\=@=:gg
compare:vnn compare:vmm ==:nn @=<:tt compare:vts
succ:iv succ:vi succ:ii plus:iiv plus:ivi plus:vii plus:nnv between:iiv between:iii between:iiv
functor:gvv functor:vai functor:vhi functor:vni functor:gai arg:igv arg:vgv arg:igg =..:gv =..:vm =..:vS copy_term:gv term_variables:gv
numbervars:giv
append:llv append:vvl append:lvl append:vll append:Lv member:vl member:il memberchk:il memberchk:gm length:lv length:vi length:li
nth0:ilv nth0:vlv nth0:vli nth1:ilv nth1:vlv nth1:vli last:lv reverse:lv msort:mv sort:mv sort:iomv predsort:Omv permutation:Pv
flatten:Lv flatten:mv flatten:gv sum_list:Nv sumlist:Nv sum_list:lv max_list:Nv min_list:Nv max_list:lv max_member:vm min_member:vm
numlist:iiv list_to_set:mv list_to_set:lv subtract:llv intersection:llv union:llv delete:liv delete:mgv exclude:Tmv include:Tmv
partition:Tmvv maplist:Tm maplist:Fmv maplist:Glv maplist:Hllv maplist:Hllv foldl:Hliv foldl:Hliv select:vlv select:ilv
selectchk:ilv select:ilil select:vliv subset:ll subset:mm pairs_keys_values:pvv pairs_keys_values:vll pairs_keys:pv pairs_values:pv
keysort:pv list_to_ord_set:mv sort:ll msort:ll sort:iopv
atom_codes:tv atom_codes:vD atom_codes:aD atom_chars:tv atom_chars:vC char_code:hv char_code:vc char_code:hc atom_length:tv
atom_length:ai atom_concat:ttv atom_concat:vva atom_concat:avt atom_concat:vat sub_atom:aiivv sub_atom:avivv sub_atom:avvvh
sub_atom:aivia sub_atom:avvia sub_atom:tiivv atom_number:av atom_number:vn atom_number:tv atom_number:sv number_codes:vD
number_codes:nv number_chars:vC number_chars:nv atom_string:av atom_string:vs atom_string:tv atom_string:vn string_concat:ttv
string_concat:vvs string_concat:svt string_length:tv string_chars:tv string_chars:vC string_codes:tv string_codes:vD
string_to_atom:sv string_to_atom:va string_to_atom:tv string_code:isv sub_string:siivv sub_string:svivv sub_string:svvvs
split_string:sssv split_string:tssv split_string:sttv string_lower:tv string_upper:tv upcase_atom:tv downcase_atom:tv
number_string:vs number_string:nv number_string:vt atomic_list_concat:Sv atomic_list_concat:Szv atomic_list_concat:vza
atomic_list_concat:vzt atomic_list_concat:Szt text_to_string:tv
term_to_atom:gv term_to_atom:va =:=:nn =\\=:nn <:nn >:nn =<:nn >=:nn @>:gg @>=:mm is:vn call:Hiiv term_string:vs char_type:hb char_type:hb char_type:tb term_to_atom:gg
atom_length:sv string_length:ni atom_chars:nv sub_atom:svvvh text_to_string:mv atom_codes:nv sub_string:aivvs
""".split()

EXTRA = {
    "O": lambda r: r.choice(["compare", "h_back", "nosuch", "h_rough"]),
    "T": lambda r: r.choice(["atom", "integer", "number", "h_small", "nosuch", "\\==(a)", "string", "@<(b)", "=(_)"]),
    "F": lambda r: r.choice(["h_wrap", "h_functor_of", "copy_term", "term_to_atom", "\\=", "="]),
    "G": lambda r: r.choice(["succ", "plus(3)", "h_twice", "number_codes", "atom_length", "nosuch(1)"]),
    "H": lambda r: r.choice(["plus", "h_add", "h_pick", "nosuch", "h_times(2)"]),
    "P": lambda r: show([r.randint(0, 3) for _ in range(r.randint(0, 3))]),
}
HELPERS = """
attempt(G, E) :- catch(G, error(E, _), true).
h_back(O, A, B) :- compare(O, B, A).
h_rough(O, A, B) :- ( number(A), number(B) -> compare(O, A, B) ; O = (=) ).
h_small(X) :- number(X), X < 3.
h_wrap(X, w(X)).
h_functor_of(T, N/A) :- functor(T, N, A).
h_twice(X, Y) :- Y is X * 2.
h_add(X, Y, Z) :- Z is X + Y.
h_pick(X, Y, Z) :- ( Z = X ; Z = Y ).
h_times(K, X, Y, Z) :- Z is K * X + Y.
"""
# The library checks these by the heads of its own clauses: its errors would show them.
NEVER_WRONG = {"subtract", "intersection", "union", "subset", "max_member", "min_member", "max_list", "min_list",
    "sum_list", "sumlist",
               "predsort", "list_to_set", "permutation", "foldl", "delete", "partition", "include", "exclude",
               "list_to_ord_set"}
COMPARISONS = {"=:=", "=\\=", "<", ">", "=<", ">=", "is"}
OPEN = {"var", "nonvar", "ground", "compare", "=", "\\=", "==", "\\==", "@<", "@>", "@=<", "@>="}
# With these an open argument has endlessly many answers that cost more and more, or none at all, or shows variable names.
NEVER_OPEN = {"permutation": {0}, "term_to_atom": {0, 1}, "term_string": {0, 1}, "flatten": set(), "subset": {0, 1}, "list_to_set": {0},
              "sum_list": {0}, "sumlist": {0}, "max_list": {0}, "min_list": {0}, "subtract": {0, 1},
              "intersection": {0, 1},
              "union": {0, 1}, "delete": {0}, "foldl": {1}, "maplist": {1}, "exclude": {1}, "include": {1},
              "partition": {1},
              "pairs_keys": set(), "text_to_string": set(), "max_member": {1}, "min_member": {1}, "char_type": {0, 1},
              "append": set(), "reverse": {0}, "last": set(), "select": set()}


def argument(rng, name, place, kind, open_names):
    chance = rng.random()
    if kind == "v" and chance < 0.85 or (chance < 0.07 and place not in NEVER_OPEN.get(name, ())):
        return open_names.pop(0)
    if chance > 0.9 and name in COMPARISONS:
        return rng.choice(["foo", "X", "a"])
    if chance > 0.9 and not (kind != "v" and name in NEVER_WRONG):
        wrong = rng.choice(CALM)
        if wrong == "a/b" and kind in "OTFGH":
            return "f(x)"  # a lambda of a library that is not here
        if place in NEVER_OPEN.get(name, ()) and "|" in wrong:
            return "foo"
        return wrong
    if kind == "v":
        return rng.choice([KINDS["g"], KINDS["i"], KINDS["a"], KINDS["l"]])(rng)
    return (KINDS.get(kind) or EXTRA[kind])(rng)


def call(rng, signature=None):
    name, kinds = (signature or rng.choice(SIGNATURES)).rsplit(":", 1)
    open_names = ["X"] * 5 if name in OPEN else ["X", "Y", "Z", "U", "V"]
    arguments = [argument(rng, name, i, k, open_names) for i, k in enumerate(kinds)]
    if name == "sort" and len(arguments) == 4 and arguments[0].startswith("["):
        arguments[0] = "foo"  # a list of keys is a path into terms for SWI-Prolog, and is left out here
    if name == "=..":
        plain = all(re.fullmatch(r"\w+|\[.*\]", a) for a in arguments)
        return f"{arguments[0]} =.. {arguments[1]}" if plain else f"=..({arguments[0]},{arguments[1]})"
    return f"{atom_text(name)}({', '.join(arguments)})"


def dressed(rng, goal):
    """The call as it is, or inside something that looks at its outcome."""
    return rng.choices([goal, f"attempt({goal}, E)", f"\\+ {goal}", f"( {goal} -> R = yes ; R = no )",
        f"once({goal})",
                        f"ignore({goal})", f"attempt({goal}, type_error(T, W))", f"not({goal})"],
                        [10, 6, 1, 2, 1, 1, 1, 1])[0]


def single_calls(rng):
    program = Program("single calls").add(HELPERS)
    for _ in range(rng.randint(7, 10)):
        program.ask(dressed(rng, call(rng)))
    return program


def one_name(rng):
    """One built-in from several sides."""
    signature = rng.choice(SIGNATURES)
    name = signature.rsplit(":", 1)[0]
    same = [s for s in SIGNATURES if s.rsplit(":", 1)[0] == name]
    program = Program(f"calls of {name}").add(HELPERS)
    for _ in range(rng.randint(6, 10)):
        program.ask(dressed(rng, call(rng, rng.choice(same))))
    return program


FAMILIES = [single_calls, single_calls, one_name, one_name]
