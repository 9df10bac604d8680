#!/usr/bin/env python3
"""Rules from an enemy: none may crash the interpreter, hang it, or make it take more memory than it was given.

usage: hostile.py [--programs N] [--seed S] [--keep FOLDER] LOGIC_RUN

Programs that never end, explode, nest without measure, are no programs at all, or ask for files, processes and flags.
Each runs under --steps, --memory and --seconds, a wall clock and a limit of address space. Exit status 0: every program
ended with a closing line for each query, within the limits, without a signal, and no file was made or read."""
import argparse
import collections
import os
import pathlib
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

STEPS, MEMORY, SECONDS, ANSWERS = 200_000, 64 << 20, 2, 20
SLACK_SECONDS = float(os.environ.get("PELLUCID_HOSTILE_SLACK", "1.5"))
# What a process may hold besides --memory: the program itself and its symbols, text that is being read, one answer's text.
RSS_MEGABYTES = float(os.environ.get("PELLUCID_HOSTILE_MEGABYTES", "192"))
ADDRESS_SPACE = int(os.environ.get("PELLUCID_HOSTILE_ADDRESS_SPACE", str(1 << 30)))
BATCH = 20
CLOSING = re.compile(r"(no|more|error: .*|unknown: .*)\Z", re.S)
FORBIDDEN = ["open", "shell", "consult", "read", "write", "see", "tell", "load_files", "use_foreign_library",
    "assert", "assertz", "asserta",
             "retract", "retractall", "abolish", "halt", "op", "set_prolog_flag", "nb_setval", "b_setval",
             "thread_create", "getenv", "setenv",
             "delete_file", "exists_file", "directory_files", "process_create", "tmp_file", "current_op",
             "use_module", "ensure_loaded", "put_char",
             "nl", "print", "writeln", "read_term", "current_output", "stream_property", "garbage_collect",
             "prolog_load_context", "term_to_atom",
             "absolute_file_name", "working_directory", "make_directory", "rename_file", "tcp_connect", "http_open",
             "fork", "exec", "prompt",
             "expand_file_name", "initialization", "dynamic", "discontiguous", "module", "include", "system:shell",
             "clause", "current_predicate"]


def queries(rng, *goals):
    return "".join(f"?- {goal}.\n" for goal in goals)


def endless(rng):
    """Recursion of every kind that never comes back."""
    n = rng.randint(1, 999)
    kinds = [
        ("p(X) :- p(X).\n", "p(a)"), ("p(X) :- p(X), q.\nq.\n", "p(a)"), ("p(X) :- p(f(X)).\n", "p(a)"),
        ("p(X) :- q(X).\nq(X) :- r(X).\nr(X) :- p(X).\n", "p(1)"),
        ("p(X, Y) :- p(Y, X), p(X, Y).\n", "p(1, 2)"), ("p(X) :- \\+ p(X).\n", "p(1)"),
        ("p(X) :- catch(p(X), _, true).\n", "p(1)"), ("p(X) :- findall(Y, p(Y), X).\n", "p(L)"),
        ("p(N) :- M is N + 1, p(M).\n", f"p({n})"), ("p(N) :- M is N * 2, p(M).\n", f"p({n})"),
        ("p(X) :- call(p, X).\n", "p(1)"), ("p(X) :- forall(p(X), true).\n", "p(1)"),
        ("p(L) :- p([a|L]).\n", "p([])"), ("p(X) :- X = f(_, X1), p(X1).\n", "p(X)"), ("p :- p, p.\np.\n", "p"),
        ("p.\np :- p, p.\n", "p, fail"), ("a --> b.\np(X) :- p(X) ; p(X).\n", "p(1)"),
        ("p(X) :- ( p(X) -> true ; p(X) ).\n", "p(1)"), ("p(X) :- ( p(X) *-> true ; true ).\n", "p(1)"),
        ("p(X) :- once(p(X)).\n", "p(1)"), ("p(X) :- bagof(Y, p(Y), X).\n", "p(X)"),
        ("p(X) :- copy_term(X, Y), p(g(X, Y)).\n", "p(_)"), ("p(A) :- atom_concat(A, x, B), p(B).\n", "p(a)"),
        ("nat(0).\nnat(N) :- nat(M), N is M + 1.\n", "nat(X), X < 0"), ("p(X) :- maplist(p, [X, X]).\n", "p(1)"),
        ("anc(X, Y) :- anc(X, Z), par(Z, Y).\nanc(X, Y) :- par(X, Y).\npar(a, b).\n", "anc(a, X)"),
        ("p(X) :- ignore(p(X)), p(X).\n", "p(1)"), ("p(X) :- setof(Y, Z^p(Y), X).\n", "p(X)"),
        ("p(X) :- G = p(X), G.\n", "p(1)"),
        ("p(X) :- catch(throw(a), a, p(X)).\n", "p(1)"), ("p(X) :- catch(q(X), _, p(X)).\nq(X) :- throw(X).\n",
        "p(1)"), ("p(X) :- foldl(q, [1,2,3], X, Y), p(Y).\nq(A, B, [A|B]).\n", "p([])")]
    clauses, goal = rng.choice(kinds)
    wrap = rng.choice(["{}", "catch({}, _, true)", "findall(x, {}, L)", "\\+ {}", "once({})",
        "aggregate_all(count, {}, N)", "forall({}, fail)", "({} ; true)", "ignore({})",
        "catch({}, E, (catch({}, _, true)))"])
    return clauses + queries(rng, wrap.replace("{}", goal), "true")


def backtracking(rng):
    """Search without end or with too many ends."""
    k = rng.randint(8, 40)
    goals = ["between(1, inf, X), fail", "length(L, N), fail", "length(L, N), N < 0", "append(X, Y, Z), fail",
        "member(X, L), fail", "repeat, fail", "between(1, inf, X), X < 0", "length(L, L)",
        "findall(X, between(1, inf, X), L)",
             "findall(L, length(L, _), Ls)", "aggregate_all(count, between(1, inf, _), N)",
             "aggregate_all(bag(X), between(1, inf, X), N)", "forall(between(1, inf, X), integer(X))",
             f"numlist(1, {k}, L), permutation(L, P), P = [x|_]",
             f"length(L, {k}), maplist([X]>>member(X, [0,1]), L), fail", f"length(L, {k}), bits(L), fail",
             f"findall(L, (length(L, {k}), bits(L)), Ls)", "sub_atom(A, B, C, D, E)",
             f"big(A), sub_atom(A, B, C, D, E), fail", "permutation(X, Y), fail", "select(X, Y, Z), fail",
             "append(X, X, Y), fail", "append(X, [a|Y], Y)", "reverse(X, Y), fail", "setof(X, between(1, inf, X), L)",
             "bagof(X-Y, (between(1, inf, X), between(1, inf, Y)), L)", "nth0(I, L, x), fail", "last(L, x), fail",
             "msort(X, Y), fail", "subset(X, [a,b]), fail",
             "between(1, 9999999999999999999999, X), fail", "between(-9999999999, 9999999999, X), X > 0",
             "atom_length(X, Y), fail", "pairs_keys_values(P, K, V), fail", "maplist(=(X), L), fail",
             "foldl(bit2, L, 0, S), fail", "catch((between(1, inf, X), fail), _, true)",
             "between(1, inf, X), findall(Y, between(1, X, Y), L), fail", "sumlist(L, S)", "flatten(L, F), fail",
             "length(L, 1000000000)", "length(L, 99999999999999999999)", "numlist(1, 100000000, L)",
             "numlist(1, 10000000000000000000000, L)", "findall(X, (member(X, [1,2]) ; between(1, inf, X)), L)"]
    return ("bits([]).\nbits([B|Bs]) :- member(B, [0,1]), bits(Bs).\nbig(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa).\nbit2(X, Y, Z) :- member(X, [0,1]), Z = Y.\n" + queries(rng, *rng.sample(goals, 3), "X = still_here"))


def explosion(rng):
    """Terms and numbers that double until nothing can hold them."""
    k, big = rng.randint(5, 100), rng.choice(["2**100", "10**9", "1<<40", "123456789**5", "99999999999"])
    goals = [f"X is 2**({big})", f"X is 2^(2^{k})", "X is 1 << (1 << 62)", "X is 1 << 99999999999999999999",
        "X is 7 ^ 7 ^ 7 ^ 7", f"fact({10 ** rng.randint(2, 7)}, F)",
        "X is (2**60000) * (2**60000), Y is X * X, Z is Y * Y * Y", "square(3, 40, X)", "square(1r3, 40, X)",
        f"twice(a, {k}, X)",
             f"twice(f(X, Y), {k}, T), copy_term(T, U)", f"twice(a, {k}, X), term_to_atom(X, A)",
             f"twice(a, {k}, X), X == X", f"twice(a, {k}, X), twice(a, {k}, Y), X == Y",
             f"twice(a, {k}, X), twice(a, {k}, Y), X = Y", f"twice(a, {k}, X), ground(X)",
             f"twice(Z, {k}, X), term_variables(X, L)",
             f"double(a, {k}, A)", f"double_s(\"a\", {k}, A)", f"grow([a], {k}, L), length(L, N)",
             f"grow([a], {k}, L), msort(L, M)", f"grow([a], {k}, L), atomic_list_concat(L, A)",
             f"grow([x], {k}, L), findall(L, member(_, L), M)", "X is 10 ** 100000, number_codes(X, C), length(C, L)",
             "X is 3 ** 200000, Y is X mod 7",
             "X is 3 ** 100000, atom_number(A, X)",
             "X is (10 ** 20000) rdiv (7 ** 20000), Y is X * X * X * X * X * X", "fib(5000000, F)",
             "X is 2 ** 1000000, Y is X // 3, Z is Y ** 3", "X is msb(2 ** (2 ** 40))", "X is 2 ** -(10 ** 10)",
             "X is 0.1 ** 1000000, Y is rationalize(X)", "X is rational(1.0e308) ** 1000",
             "X is gcd(2 ** 500000 - 1, 3 ** 400000)",
             "X is \\ (1 << 10000000)", "X is (1 << 10000000) >> 9999999", "X is 10.0 ** 308 * 10",
             "X is truncate(1.0e308) ** 99", "format(atom(A), '~*c', [100000000, 0'x])",
             "format(atom(A), '~1000000000d', [5])", "format(atom(A), '~100000000f', [1.5])",
             "format(atom(A), '~99999999999999999999w', [a])", "format(atom(A), '~1000000000|a', [])",
             "format(atom(A), '~100000000c', [0'x])",
             "format(atom(A), '~2147483648e', [1.0])", "functor(T, f, 100000000)",
             "functor(T, f, 9223372036854775807)", "functor(T, f, 99999999999999999999)",
             "length(L, 10000000), T =.. [f|L]", "length(L, 3000000), atom_length(L, N)", "atom_codes(A, L)",
             f"length(L, {10 ** rng.randint(3, 7)}), maplist(=(a), L), atomic_list_concat(L, ',', A), atomic_list_concat(M, ',', A)",
             "numlist(1, 500000, L), msort(L, M), sort(0, @>=, M, N), predsort(compare, N, O)",
             "numlist(1, 300000, L), list_to_set(L, S)",
             "numlist(1, 100000, L), subtract(L, [a], M), intersection(L, M, N)",
             "numlist(1, 200000, L), sumlist(L, S), last(L, X), nth1(150000, L, Y), reverse(L, R)",
             "numlist(1, 100000, L), permutation(L, P)",
             "X = f(X), copy_term(X, Y)", "X = f(X), X == X", "X = f(X), Y = f(Y), X = Y",
             "X = f(X), Y = f(Y), X == Y", "X = f(X), Y = f(Y), compare(O, X, Y)", "X = [a|X], length(X, N)",
             "X = [a|X], msort(X, Y)", "X = [a|X], atomic_list_concat(X, A)", "X = [a|X], member(b, X)",
             "X = [a|X], append(X, [b], Y)", "X = f(X, Y), term_variables(X, V)",
             "X = f(X), ground(X)", "X = f(X), term_to_atom(X, A)", "X = f(X), format(atom(A), '~w', [X])",
             "X = 1 + X, Y is X", "X = (a, X), call(X)", "X = (true, X), call(X)", "X = [a|X], is_list(X)",
             "X = f(X), numbervars(X, 0, E)", "X = f(X), throw(X)", "X = f(X), findall(X, true, L)",
             "X = f(X), unify_with_occurs_check(X, Y)", "X = f(X), Y = f(Y), X =@= Y", "X = [X], flatten(X, Y)",
             "X = \"a\", Y = [X|Y], atomic_list_concat(Y, Z)", "X = f(X), assertz(X)",
             "X = f(X, X, X), Y = f(Y, Y, Y), X = Y", "X = f(X)", "X = [1|X], sum_list(X, S)",
             "X = [a-1|X], keysort(X, Y)", "X = [X|X], X = [Y|Y], sort(X, Z)",
             "X = f(X), setof(X, member(X, [X]), L)", "X = -X, Y is X", "X = f(_, X), copy_term(X, Y), X = Y"]
    return r"""fact(0, 1) :- !.
fact(N, F) :- M is N - 1, fact(M, G), F is N * G.
fib(N, F) :- fib(N, 0, 1, F).
fib(0, A, _, A) :- !.
fib(N, A, B, F) :- M is N - 1, C is A + B, fib(M, B, C, F).
square(X, 0, X) :- !.
square(X, N, Z) :- Y is X * X, M is N - 1, square(Y, M, Z).
twice(X, 0, X) :- !.
twice(X, N, Z) :- M is N - 1, twice(f(X, X), M, Z).
double(A, 0, A) :- !.
double(A, N, Z) :- atom_concat(A, A, B), M is N - 1, double(B, M, Z).
double_s(A, 0, A) :- !.
double_s(A, N, Z) :- string_concat(A, A, B), M is N - 1, double_s(B, M, Z).
grow(L, 0, L) :- !.
grow(L, N, Z) :- append(L, L, K), M is N - 1, grow(K, M, Z).
""" + queries(rng, *rng.sample(goals, 3), "X is 1 + 1")


def catching(rng):
    """Balls, and limits that a program tries to catch and survive."""
    goals = ["catch(p, _, true)", "catch(catch(p, _, p), _, p)", "loop",
        "catch(numlist(1, 100000000, L), _, X = caught)", "forever", "catch(big(X), E, big(Y))", "repeat_throw(0)",
        "nest(100000)", "nest(1000000)", "throw_big(20)", "throw_big(24)",
             "catch(throw_big(22), B, (throw(B)))", "findall(X, catch(big(X), _, X = 1), L)",
             "catch((between(1, inf, X), catch(throw(X), Y, true), fail), _, true)", "catch(p, E, loop)",
             "\\+ \\+ catch(p, _, p)", "forall(catch(p, _, true), catch(p, _, true))", "throw(_)",
             "catch(throw(_), _, throw(_))"]
    return r"""p :- q, p.
q.
loop :- catch(p, _, true), loop.
forever :- catch(forever, _, forever), forever.
big(X) :- length(X, 100000000).
repeat_throw(N) :- catch(throw(f(N)), f(M), true), K is M + 1, repeat_throw(K).
nest(0) :- throw(deep).
nest(N) :- M is N - 1, catch(nest(M), other, true).
throw_big(N) :- numlist(1, 1000, L), grow(N, L, T), throw(T).
grow(0, T, T) :- !.
grow(N, T, R) :- M is N - 1, grow(M, f(T, T), R).
""" + queries(rng, *rng.sample(goals, 3), "X = alive")


def nesting(rng):
    """Source text that nests or runs on without measure."""
    n = rng.choice([100, 1000, 10_000, 100_000, 300_000])
    kinds = [lambda: "(" * n + "a" + ")" * n, lambda: "[" * n + "]" * n, lambda: "f(" * n + "a" + ")" * n,
        lambda: "{" * n + "a" + "}" * n, lambda: "-" * n + "1", lambda: "- " * n + "1", lambda: "\\+ " * n + "a",
        lambda: "a" + ",a" * n, lambda: "a" + ";a" * n, lambda: "a" + "->a" * n,
             lambda: "1" + "+1" * n, lambda: "1" + "^1" * n, lambda: "a" + ":a" * n,
             lambda: "[" + ",".join(["a"] * n) + "]", lambda: "f(" + ",".join(["a"] * n) + ")",
             lambda: "[a|" * n + "[]" + "]" * n, lambda: "\"" + "x" * n + "\"", lambda: "'" + "x" * n + "'",
             lambda: "9" * n,
             lambda: "0x" + "f" * n, lambda: "1." + "0" * n, lambda: "1e" + "9" * n, lambda: "a" * n, lambda: "X" * n,
             lambda: "'\\" + "x" + "1" * n + "\\'", lambda: "f(" + ",".join(f"X{k}" for k in range(n)) + ")",
             lambda: "(" * n, lambda: ")" * n, lambda: "[" * n, lambda: "{" * n, lambda: "f(" * n,
             lambda: "a= " * n + "a", lambda: "\\" * n + "a", lambda: "/*" * n, lambda: "`" + "c" * n + "`",
             lambda: "'" * n, lambda: "\"" * n, lambda: "(a:-" * n + "b" + ")" * n,
             lambda: "1 + (" * n + "1" + ")" * n, lambda: "\"\\x" + "0" * n + "41\\\"", lambda: "1r" + "3" * n,
             lambda: "36'" + "Z" * n]
    text = rng.choice(kinds)()
    shape = rng.choice(["p({}).\n?- p(X).\n", "p :- {}.\n?- p.\n", "?- X = ({}).\n",
        "?- X = f({}), copy_term(X, Y), X = Y.\n", "?- {}.\n",
        "p(X) :- X = ({}).\n?- p(X), X == X, term_to_atom(X, A).\n", "?- X is {}.\n",
        "?- X = ({}), ground(X), term_variables(X, V), msort([X, X], L).\n"])
    if n > 20_000:
        shape = "?- X = ({}).\n" if rng.random() < 0.5 else shape
    return shape.replace("{}", text) + "?- Y = after.\n"


def many(rng):
    """Many clauses, many queries, many atoms, many variables."""
    n = rng.choice([500, 5000, 20_000])
    return rng.choice([
        lambda: "".join(f"p({k}, a{k}).\n" for k in range(n)) + "?- p(X, Y), fail.\n?- p(X, Y), p(Y, Z).\n?- findall(X-Y, (p(X, _), p(Y, _)), L).\n",
        lambda: "".join(f"p{k} :- p{k + 1}.\n" for k in range(n)) + f"p{n}.\n?- p0.\n",
        lambda: "?- X = 1.\n" * min(n, 2000), lambda: "".join(f"?- X{k} = a{k}.\n" for k in range(min(n, 1000))),
        lambda: "a :- b.\n" * n + "?- a.\n", lambda: "p(X) :- q(X).\n" * n + "?- p(1).\n",
        lambda: "q(1).\n" * n + "?- q(X), q(Y), q(Z), fail.\n",
        lambda: "?- between(1, inf, X), atom_concat(atom_, X, A), fail.\n?- between(1, 1000000, X), format(atom(A), '~w~w', [garbage, X]), fail.\n",
        lambda: "?- between(1, inf, X), atom_number(A, X), atom_length(A, N), N > 20.\n?- findall(A, (between(1, 10000000, X), atom_concat(x, X, A)), L).\n",
        lambda: "p(" + ", ".join(f"X{k}" for k in range(min(n,
        5000))) + ") :- " + ", ".join(f"X{k} = {k}" for k in range(min(n, 5000))) + ".\n?- length(L, 10), p(1,2).\n",
        lambda: "?- " + ", ".join(f"X{k} = f(X{k + 1}, X{k + 1})" for k in range(min(n, 3000))) + ".\n",
        lambda: "?- member(X, [1,2]), true, " * 1 + ", ".join(["member(_, [1,2])"] * 60) + ", fail.\n"])()


WORDS = ["a", "X", "_", "f(", "(", ")", "[", "]", "{", "}", ",", "|", ".", ". ", ".\n", ":-", "?-", "-->", "'", "\"",
    "`", "\\", "0'", "0x", "1", "1.5", "1e", "1r", "\\x", "\\xffffffff\\", "\\u12", "\\U00110000", "'\\uD800'", "/*",
    "*/", "%", "\n", " ", "\t", "\0", "\r",
         "é", "日", "\u202e", "\ufeff", "\U0001f600", "- ", "-", "+", "\\+", "->", "*->", ";", "!", "is", "=..", "mod",
         "dynamic", "0'\\", "''", "\"\"", "2'", "37'1", "0b2", "0o9", "1_", "1__0", "..", "...",
         ":- op(200, xfx, foo).", "$", "~", "'\\q'", "'\n'", "end_of_file.", "#!", "\x7f", "\x1b", "[|", "|]", "{}(",
         "a.b", "X(", "_(a)", "1(", "\"a\"(b)", "[](x)"]


def malformed(rng):
    """Texts that are no programs: cut off, out of balance, bad escapes, bytes at random."""
    kind = rng.random()
    if kind < 0.45:
        return "".join(rng.choice(WORDS) for _ in range(rng.randint(1, 60))).encode("utf-8", "replace")
    sound = rng.choice([endless, backtracking, explosion, catching])(rng).encode()
    if kind < 0.6:
        return sound[:rng.randrange(len(sound))]
    if kind < 0.75:
        data = bytearray(sound)
        for _ in range(rng.randint(1, 12)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data)
    if kind < 0.85:
        return bytes(rng.randrange(256) for _ in range(rng.randint(0, 400)))
    if kind < 0.9:
        return rng.choice([b"", b"\0", b"\0" * 5000, b"\xff\xfe?\0-\0", b"\xef\xbb\xbf?- X = 1.\n", b"\xc0\xaf.",
            b"\xed\xa0\x80.\n", b"\xf4\x90\x80\x80.\n", b"%", b"%" * 100000, b"/*", b"?-", b"?- ", b".",
            b"..........", b"?- X = 'a", b"?- X = \"\xc3", b"\n" * 100000, b"?- X = 0'", b"a:-b", b"\xe2\x82",
            b"?- X = 'a\0b'.\n", b"?- a.%", b"?- X = \"\\"])
    data = bytearray(sound)
    at = rng.randrange(len(data))
    data[at:at] = rng.choice([b"\xff", b"\xc3\x28", b"\0", b"(((", b")))", b"'", b"\"", b"/*", b"0'", b"\\",
        b"\xe2\x28\xa1", b"[[[", b"|||", b"\r\r", b"\x1a"])
    return bytes(data)


def forbidden(rng):
    """Attempts to reach the world outside; the file that they would make is looked for afterwards."""
    goals = []
    for _ in range(4):
        name, arity = rng.choice(FORBIDDEN), rng.randint(0, 4)
        arguments = [rng.choice(["'ESCAPED'", "'/etc/passwd'", "write", "X", "'touch ESCAPED'", "user", "[]",
            "foo(a)", "(a:-b)", "200", "xfx", "'/dev/zero'", "double_quotes", "0", "S",
            "\"ESCAPED\""]) for _ in range(arity)]
        goals.append(f"{name}({', '.join(arguments)})" if arguments else name)
    goals += rng.sample(["open('ESCAPED', write, S), close(S)", "shell('touch ESCAPED')", "consult('/etc/passwd')",
        "['/etc/passwd']", "see('/etc/passwd'), read(X)", "tell('ESCAPED'), write(x), told", "assertz(p(1)), p(X)",
        "assertz((p :- p)), p", "retract(p(X))", "halt", "halt(0)", "halt(3)", "op(700, xfx, ==>), X = (a ==> b)",
        "op(0, xfy, ',')", "op(1201, xfx, foo)",
                         "op(1200, xfx, [])", "set_prolog_flag(double_quotes, codes)",
                         "nb_setval(k, 1), nb_getval(k, V)", "thread_create(true, Id)", "use_foreign_library(libc)",
                         "load_files('/etc/passwd', [])", "catch(halt, _, true)", "format('~w', [x])",
                         "format(user_output, 'x', [])", "format(codes(X), 'x', [])", "format(atom(A), '~@', [halt])",
                         "system:halt", "lists:append(X, Y, [a])", "call(halt)", "G =.. [halt], call(G)",
                         "findall(x, halt, L)", "\\+ halt",
                         "term_to_atom(X, 'halt'), call(X)", "atom_to_term('halt', T, B), call(T)",
                         "read_term(X, [])", "number_vars(X)", "current_op(P, T, O)", "copy_term(X, Y, Z)",
                         "call_with_depth_limit(p, 10, R)", "setarg(1, f(a), b)", "nb_setarg(1, f(a), b)",
                         "succ_or_fail(1)", "tab(1000000000)", "put_attr(X, a, b)", "freeze(X, halt), X = 1",
                         "when(ground(X), halt), X = 1", "dif(X, a), X = a", "string_code(1, \"abc\", X), halt",
                         "'$sys'(X)", "'C'(a, b, c)", "\\(a)", "absolute_file_name(x, Y)", "getenv('HOME', X)",
                         "garbage_collect", "statistics(runtime, X)", "get_time(T)", "random(X)", "X is random(10)",
                         "X is cputime"], 4)
    head = rng.choice(["", ":- op(200, xfy, ^^).\n", ":- use_module(library(process)).\n",
        ":- initialization(halt).\n", ":- set_prolog_flag(unknown, fail).\n", ":- dynamic p/1.\n",
        ":- op(0, xfx, =).\n", ":- op(1200, xfx, ',').\n", ":- halt.\n", ":- module(m, [p/1]).\n",
        ":- include('/etc/passwd').\n", ":- ['/etc/passwd'].\n", ":- shell('touch ESCAPED').\n", "append(a, b, c).\n",
        "halt :- true.\n", "X :- true.\n", "1 :- a.\n", "(a, b) :- c.\n", "'!' :- a.\n", "true :- fail.\n",
        "call(X) :- X.\n", "[a].\n", "\"str\".\n", "f(X) :- 1.\n", "p :- X.\n", "p :- a, 1, b.\n"])
    return head + queries(rng, *goals)


def divisions(rng):
    a = rng.choice(["0", "0.0", "0r1", "-0.0", "0 * 5", "1 - 1", "X", "foo", "[]", "\"\"", "inf", "nan", "1.0e308",
        "-9223372036854775808", "9223372036854775807", "1r3", "10 ** 400"])
    goals = [f"X is {rng.choice(['1', '0', '-9223372036854775808', '1.5', '1r3', '10**50', '0.0'])} {op} {rng.choice(['-1', '0', a, a])}" for op in rng.sample(["/", "//", "mod", "rem", "div", "rdiv", "**", "^", ">>", "<<", "/\\", "xor"], 6)]
    goals += [f"X is {f}({a})" for f in rng.sample(["sqrt", "log", "acos", "asin", "atan", "exp", "abs", "sign",
        "msb", "truncate", "integer", "round", "ceiling", "floor", "float", "rational", "rationalize", "numerator",
        "tan", "sinh", "cosh", "float_integer_part", "float_fractional_part", "\\", "-"], 6)]
    return queries(rng, *goals, f"X is atan2({a}, {a})", f"X is copysign({a}, {a})", f"X is max({a}, nan)",
        f"X is gcd({a}, -9223372036854775808)", f"X is -9223372036854775808 // -1", "X is -(-9223372036854775808)",
        "X is abs(-9223372036854775808)", "date_time_stamp(date(1.0e300,1,1,0,0,0,0,-,-), S)",
                   f"stamp_date_time({a}, D, 'UTC')", "stamp_date_time(1.0e300, D, 'UTC')",
                   f"format_time(atom(A), '%Y', {a})", "format_time(atom(A), '%c%x%q%Z%%%', 0)",
                   "format_time(atom(A), '%Y', 1.0e30)", "parse_time('99999999999999-99-99', S)",
                   "day_of_the_week(date(999999999999999999999,1,1), D)",
                   "date_time_stamp(date(99999999999999999999,1,1,0,0,0,0,-,-), S)")


KINDS = [(endless, 16), (backtracking, 14), (explosion, 18), (catching, 8), (nesting, 6), (many, 3), (malformed, 22),
    (forbidden, 12), (divisions, 6)]


def make(seed, index):
    rng = random.Random(f"hostile-{seed}-{index}")
    kind = rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
    text = kind(rng)
    return kind.__name__, text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(program, files, folder):
    """(status, output, seconds, megabytes) of one process over files; the peak is the process's own."""
    out = folder / "out"
    start = time.monotonic()
    with open(out, "wb") as sink:
        process = subprocess.Popen([program, "--steps", str(STEPS), "--memory", str(MEMORY), "--seconds",
            str(SECONDS), "--answers", str(ANSWERS), *map(str, files)],
                                   stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, preexec_fn=limits,
                                   cwd=folder)
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.alarm(int(allowed(files) + 10))
        _, status, usage = os.wait4(process.pid, 0)
        signal.alarm(0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, out.read_bytes().decode("utf-8",
        "replace"), time.monotonic() - start, usage.ru_maxrss / 1024


def asked(file):
    """How many queries there can be: each has its own limits."""
    return max(1, file.read_bytes().count(b"?-") + file.read_bytes().count(b":-"))


def allowed(files):
    return sum(SECONDS * min(asked(f), 12) + SLACK_SECONDS for f in files)


def outcomes(text):
    """The closing lines of one file's queries; None where one is missing."""
    pieces = re.split(r"^\?- \d+\n", text, flags=re.M)
    closings = [re.search(r"(?:\A|\n)(no|more|error: [^\n]*|unknown: [^\n]*)\n*\Z", piece) for piece in pieces[1:]]
    if not pieces[1:] and text.strip() and not text.strip().startswith("error: syntax"):
        return None
    found = ["syntax"] * len(re.findall(r"^error: syntax ", pieces[0], re.M))
    for closing in closings:
        if not closing:
            return None
        word = closing[1]
        found.append(word if word in ("no",
            "more") else "error" if word.startswith("error") else "unknown: " + re.sub(r"\d+", "N", word[9:])[:40])
    return found


class Tally:
    def __init__(self):
        self.kinds, self.outcomes, self.faults = collections.Counter(), collections.Counter(), []
        self.seconds, self.megabytes = (0, ""), (0, "")

    def judge(self, files, kinds, result, program, folder):
        """Judges a batch; one that fails as a whole is run again file by file, so that a fault has a name."""
        status, text, seconds, megabytes = result
        pieces = re.split(r"^== (.*)\n", text, flags=re.M)
        texts = dict(zip(pieces[1::2], pieces[2::2]))
        bad = status < 0 or status > 3 or set(texts) != {str(f) for f in files} or any(outcomes(t) is None for t in texts.values())
        if len(files) > 1 and (bad or megabytes > RSS_MEGABYTES or seconds > allowed(files)):
            for file in files:
                self.judge([file], kinds, run(program, [file], folder), program, folder)
            return
        if len(files) == 1:
            self.seconds = max(self.seconds, (seconds, files[0].name))
        self.megabytes = max(self.megabytes, (megabytes, files[0].name))
        for file in files:
            ends = outcomes(texts.get(str(file), "(nothing)\n"))
            self.kinds[kinds[file]] += 1
            self.outcomes.update(["(no closing line)"] if ends is None else ends or ["no queries"])
            if ends is None:
                self.faults.append(f"{file.name} ({kinds[file]}): status {status}, no proper closing line: {texts.get(str(file), text)[-200:]!r}")
        if status < 0 or status > 3:
            self.faults.append(f"{files[0].name} ({kinds[files[0]]}): {'signal ' + str(-status) if status < 0 else 'status ' + str(status)}: {text[-200:]!r}")
        if megabytes > RSS_MEGABYTES:
            self.faults.append(f"{files[0].name} ({kinds[files[0]]}): {megabytes:.0f} MB")
        if seconds > allowed(files):
            self.faults.append(f"{files[0].name} ({kinds[files[0]]}): {seconds:.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("logic_run")
    options = parser.parse_args()
    program = str(pathlib.Path(options.logic_run).resolve())
    if not os.path.exists(program):
        print("skipped: no LOGIC_RUN")
        sys.exit(77)
    tally, start = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for first in range(options.first, options.first + options.programs, BATCH):
            files, kinds = [], {}
            for index in range(first, min(first + BATCH, options.first + options.programs)):
                kind, data = make(options.seed, index)
                file = folder / f"{index:05}.pl"
                file.write_bytes(data)
                files.append(file)
                kinds[file] = kind
            before = len(tally.faults)
            tally.judge(files, kinds, run(program, files, folder), program, folder)
            if (folder / "ESCAPED").exists():
                tally.faults.append(f"{files[0].name} to {files[-1].name}: the file ESCAPED was made")
                (folder / "ESCAPED").unlink()
            for fault in tally.faults[before:]:
                print("fault:", fault, flush=True)
            for file in files:
                if options.keep and any(f.startswith(file.name) for f in tally.faults[before:]):
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / file.name).write_bytes(file.read_bytes())
                file.unlink()
    print(f"{sum(tally.kinds.values())} programs in {time.monotonic() - start:.0f} s: " + ", ".join(f"{k} {n}" for k,
        n in tally.kinds.most_common()))
    print("outcomes of queries: " + ", ".join(f"{k} {n}" for k, n in tally.outcomes.most_common()))
    print(f"most memory of a process: {tally.megabytes[0]:.0f} MB ({tally.megabytes[1]}, a batch); longest of those run alone: {tally.seconds[0]:.1f} s ({tally.seconds[1]})")
    print(f"{len(tally.faults)} faults")
    sys.exit(bool(tally.faults))


if __name__ == "__main__":
    main()
