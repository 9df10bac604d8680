"""Programs that count: integers of any size, rationals, floats (exact operations, or rounded), bits, number theory."""
from program import Program, ints, show

INTEGER_LEAVES = ["0", "1", "2", "3", "-1", "-7", "10", "17", "255", "1000", "-100", "2147483647", "4294967296",
    "9223372036854775807",
                  "-9223372036854775808", "9223372036854775808", "100000000000000000000",
                  "-340282366920938463463374607431768211456", "0x1F", "0'a"]
SMALL = ["0", "1", "2", "3", "5", "-1", "-2", "7", "10", "13", "-4"]
FLOAT_LEAVES = ["0.0", "1.0", "0.5", "-2.5", "1.5", "2.0", "1.0e10", "-0.0", "100.25", "3.75", "1e22", "0.1", "-3.0"]
RATIONAL_LEAVES = ["1r3", "-2r7", "22r7", "1r2", "5r4", "-7r2"]
INTEGER_BINARY = ["+", "-", "*", "//", "mod", "rem", "div", "min", "max", "gcd", "/\\", "\\/", "xor"]
INTEGER_UNARY = ["-", "abs", "sign", "\\", "+", "truncate", "integer", "round", "ceiling", "floor"]
MIXED_BINARY = ["+", "-", "*", "/", "min", "max", "+", "-", "*", "copysign", "**", "^", "rdiv"]
MIXED_UNARY = ["-", "abs", "sign", "truncate", "integer", "round", "ceiling", "floor", "float", "sqrt",
    "float_integer_part",
               "float_fractional_part", "rational", "rationalize", "numerator", "denominator"]
ROUNDED = ["sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "log10", "sinh", "cosh", "tanh", "sqrt"]


def binary(op, a, b):
    return f"{op}({a}, {b})" if op in ("min", "max", "gcd", "copysign", "log", "atan2", "atan") else f"({a} {op} {b})"


def unary(op, a):
    return f"{op}({a})" if op[0].isalpha() else f"{op} ({a})"


def integer_expression(rng, depth, leaves=INTEGER_LEAVES):
    if depth <= 0:
        return rng.choice(leaves)
    if rng.random() < 0.25:
        return unary(rng.choice(INTEGER_UNARY), integer_expression(rng, depth - 1, leaves))
    if rng.random() < 0.15:
        op = rng.choice(["<<", ">>", "**", "^", "msb"])
        low = integer_expression(rng, depth - 1, SMALL)
        if op == "msb":
            return f"msb({rng.choice(['1', '8', '255', '1000000', '36893488147419103232', '0', '-1'])})"
        return f"({low} {op} {rng.choice(['0', '1', '2', '3', '10', '40', '64'] + (['-1', '-2'] if rng.random() < 0.3 else []))})"
    return binary(rng.choice(INTEGER_BINARY), integer_expression(rng, depth - 1, leaves),
        integer_expression(rng, depth - 1, leaves))


def mixed_expression(rng, depth):
    if depth <= 0:
        return rng.choice(rng.choices([SMALL, FLOAT_LEAVES, RATIONAL_LEAVES], [4, 4, 2])[0])
    if rng.random() < 0.35:
        return unary(rng.choice(MIXED_UNARY), mixed_expression(rng, depth - 1))
    op = rng.choice(MIXED_BINARY)
    if op in ("**", "^"):
        return binary(op, rng.choice(["2", "3", "-2", "2.0", "1r2", "-2r3", "0", "1", "-1", "0.0", "10", "0.5"]),
                      rng.choice(["0", "1", "2", "3", "-1", "-2", "2.0", "0.5", "10", "1r2", "64", "0.0", "-1.0"]))
    return binary(op, mixed_expression(rng, depth - 1), mixed_expression(rng, depth - 1))


def expressions(rng):
    program = Program("expressions").add(r"""
try(G, E) :- catch(G, error(E, _), true).
calc(X, Y) :- catch(Y is X, error(E, _), Y = E).
same(X, Y, R) :- ( X =:= Y -> R = equal ; X < Y -> R = less ; R = greater ).
near(X, Y) :- Y is round(X * 1000000).
""")
    for _ in range(5):
        depth = rng.randint(1, 3)
        program.ask(rng.choice(["X is $e", "calc($e, Y)", "X is $e", "catch(X is $e, error(E, _), fail)"]),
            e=integer_expression(rng, depth))
        program.ask(rng.choice(["X is $e", "calc($e, Y)", "calc($e, Y)"]), e=mixed_expression(rng, rng.randint(1, 2)))
    for op in rng.sample(ROUNDED, 3):
        program.ask(f"X is round(1000000 * {op}({rng.choice(['0.5', '1', '0.25', '2', '1r3', '0.75', '-1', '3.0', '0', '-0.5'])}))")
    compare = lambda: rng.choice([integer_expression(rng, 1), mixed_expression(rng, 1), rng.choice(INTEGER_LEAVES)])
    program.ask("X is round(1000000 * atan2(1, 2))", "X is round(1000000 * atan(1, -2))",
        "X is round((pi + e) * 1000000)", "X is inf", "X is nan", "X is -inf", "X is epsilon", "X is max(1, 1.0)",
        "X is min(1, 1.0)",
                "X is copysign(2, -0.0)", "X is 7 / 2, Y is 8 / 2", "X is 2 ** -1", "X is 2 ^ -1", "X is 1 ^ -1",
                "X is 2 ** 3.0", "X is 0 ** 0, Y is 0.0 ** 0",
                "X is 5 rdiv 10", "X is numerator(6r4), Y is denominator(6r4)",
                "X is rationalize(0.1), Y is rational(0.5)", 
                f"calc({compare()} / 0, X)", f"calc(foo + {compare()}, X)", "X is Y + 1", "X is a", 'X is "a" + 0',
                "X is [5] + 1", "calc(1 << a, X)", "calc(5.0 mod 2, X)",
                "calc(1.5 /\\ 2, X)", "calc(gcd(12, 1.0), X)", "calc(msb(-1), X)", "calc(sqrt(-1), X)",
                "calc(log(0), X)", "calc(acos(2), X)", "calc(log(-1), X)", "calc(f(1), X)", "calc(0 ** -1, X)",
                "calc(0.0 / 0, X)",
                "calc(integer(2.5) + integer(-2.5) + integer(1r2), X)", "calc(round(0.5) + round(-1.5), X)",
                "calc(truncate(1.0e20), X)", "calc(integer(inf), X)", "calc(1.0e308 * 10, X)",
                "calc(2 ** 0.5 * 2 ** 0.5, X), Y is round(X)",
                "calc(-7 // 2, A), calc(-7 div 2, B), calc(-7 mod 2, C), calc(-7 rem 2, D)",
                "calc(7 // -2, A), calc(7 div -2, B), calc(7 mod -2, C), calc(7 rem -2, D)", "calc(7 mod 0, A)",
                "calc(7 // 0, A)", "calc(7 rdiv 0, A)",
                f"same({compare()}, {compare()}, R)", f"same({compare()}, {compare()}, R)",
                f"compare(O, {rng.choice(INTEGER_LEAVES)}, {rng.choice(FLOAT_LEAVES)})",
                f"{compare()} =:= {compare()}", f"{compare()} >= {compare()}",
                "1 =:= 1.0, 1 \\== 1.0", "2 ** 3 =:= 8", "X = 1 + 2, Y is X * 3", "1r3 + 1r6 =:= 1r2",
                "X is 1r3 + 0.5", "X is 10 ** 20, Y is 10 ** 20 + 0.0", "X is e ** 0", "near(e ** 2, X)",
                "near(2 ** 0.5, X)", "X is cosh(0) + sinh(0) + tanh(0)",
                "succ(X, 4), succ(4, Y)", "succ(X, 0)", "succ(X, Y)", "succ(a, X)", "plus(1, X, 5)", "plus(X, Y, 5)",
                "succ(-1, X)", "between(1, 3, X), between(X, 3, Y)", "between(3, 1, X)", "between(1, a, X)",
                "between(X, 3, 1)", "between(1, inf, X), X * X > 50, !",
                "rational(0.5)", "rational(1r3, N, D)", "rational(3, N, D)", "rational(0.5, N, D)",
                "float_integer_part(1)=X, Y is X", "X is float_integer_part(-2.5), Y is float_fractional_part(-2.5)",
                "X is float_fractional_part(5r4)",
                "X is truncate(-5r4), Y is floor(-5r4), Z is ceiling(-5r4), W is round(-5r2)")
    return program


def functions(rng):
    """The functions of real numbers, rounded, so that the last digit of a library does not matter; and outside their domain."""
    program = Program("functions").add("calc(X, Y) :- catch(Y is X, error(E, _), Y = E).")
    for op in rng.sample(ROUNDED, 6):
        argument = rng.choice(["0.5", "1", "0.25", "2", "1r3", "0.75", "-1", "3.0", "0", "-0.5", "pi / 3", "e - 2",
            "0.1 + 0.2"])
        program.ask(rng.choice([f"X is round(1000000 * {op}({argument}))",
            f"X = {argument}, Y is truncate({op}(X) * 10000)", f"0 < {op}({argument})"]))
    for op in rng.sample(["acos", "asin", "log", "sqrt", "tan", "exp", "atan", "cosh"], 3):
        argument = rng.choice(["2", "-2", "0", "a", "Y", "inf", "1000", '"x"', "[0'a]", "foo(1)", "1r2", "10 ** 20",
            "nan"])
        program.ask(f"calc(round(1000 * {op}({argument})), X)")
    return program.ask("X is round(1000000 * atan2(1, -2)) + integer(2.5) * + (3)",
        f"X is round(1000 * {rng.choice(['pi', 'e', 'exp(1) - e', 'sin(pi / 2)', 'log(e)'])})")


def big_numbers(rng):
    n, m = rng.randint(10, 60), rng.randint(2, 30)
    a, b, p = rng.randint(10**20, 10**30), rng.randint(10**9, 10**15), rng.choice([97, 101, 1009, 7919, 1000003])
    return Program("big numbers").add(r"""
fact(0, 1) :- !.
fact(N, F) :- N > 0, N1 is N - 1, fact(N1, G), F is N * G.
fib(N, F) :- fib(N, 0, 1, F).
fib(0, A, _, A) :- !.
fib(N, A, B, F) :- N1 is N - 1, C is A + B, fib(N1, B, C, F).
power(_, 0, _, 1) :- !.
power(B, E, M, R) :- E mod 2 =:= 0, !, H is E // 2, S is B * B mod M, power(S, H, M, R).
power(B, E, M, R) :- E1 is E - 1, power(B, E1, M, R1), R is B * R1 mod M.
euclid(A, 0, A, 1, 0) :- !.
euclid(A, B, G, X, Y) :- Q is A // B, R is A mod B, euclid(B, R, G, X1, Y1), X = Y1, Y is X1 - Q * Y1.
prime(2).
prime(N) :- N > 2, N mod 2 =\= 0, \+ factor(N, 3).
factor(N, F) :- F * F =< N, ( N mod F =:= 0 -> true ; F1 is F + 2, factor(N, F1) ).
primes(N, L) :- findall(P, (between(2, N, P), prime(P)), L).
split(1, _, []) :- !.
split(N, F, [F|R]) :- N mod F =:= 0, !, M is N // F, split(M, F, R).
split(N, F, R) :- F * F > N, !, R = [N], F > 0.
split(N, F, R) :- F1 is F + 1, split(N, F1, R).
digits(N, [N]) :- N < 10, !.
digits(N, L) :- D is N mod 10, M is N // 10, digits(M, L0), append(L0, [D], L).
base(0, _, []) :- !.
base(N, B, L) :- D is N mod B, M is N // B, base(M, B, L0), append(L0, [D], L).
collatz(1, [1]) :- !.
collatz(N, [N|R]) :- ( N /\ 1 =:= 0 -> M is N >> 1 ; M is 3 * N + 1 ), collatz(M, R).
harmonic(0, 0) :- !.
harmonic(N, H) :- N1 is N - 1, harmonic(N1, G), H is G + 1 rdiv N.
bernoulli(0, _, S, S) :- !.
bernoulli(N, X, S0, S) :- N1 is N - 1, S1 is S0 + X ^ N rdiv (N + 1), bernoulli(N1, X, S1, S).
egypt(0, []) :- !.
egypt(X, [D|R]) :- D is ceiling(1 / X), Y is X - 1 rdiv D, egypt(Y, R).
fraction(_, 0, []) :- !.
fraction(X, K, [F|R]) :- F is floor(X), ( F =:= X -> R = [] ; K1 is K - 1, Y is 1 rdiv (X - F), fraction(Y, K1, R) ).
root(N, R) :- root(N, N, R).
root(N, X, R) :- Y is (X + N // X) // 2, ( Y >= X -> R = X ; root(N, Y, R) ).
ack(0, N, R) :- !, R is N + 1.
ack(M, 0, R) :- !, M1 is M - 1, ack(M1, 1, R).
ack(M, N, R) :- N1 is N - 1, ack(M, N1, R1), M1 is M - 1, ack(M1, R1, R).
binomial(_, 0, 1) :- !.
binomial(N, K, B) :- N1 is N - 1, K1 is K - 1, binomial(N1, K1, C), B is C * N // K.
perfect(N) :- findall(D, (between(1, N, D), D < N, N mod D =:= 0), L), sum_list(L, N).
bits(0, 0) :- !.
bits(N, B) :- M is N /\ (N - 1), bits(M, C), B is C + 1.
""").ask(f"fact({n}, F)", f"fib({rng.randint(50, 250)}, F)", f"power({b}, {a}, {p}, R)", f"euclid({a}, {b}, G, X, Y)",
f"primes({rng.randint(20, 60)}, L)", f"split({rng.randint(2, 99999)}, 2, L)",
         f"digits({a}, L), sum_list(L, S)", f"base({b}, {m}, L)", f"collatz({m}, L), length(L, N)",
         f"harmonic({rng.randint(3, 25)}, H)", f"X is {a} * {b}, Y is X // {b}, Z is X mod 1000007",
         f"X is {a} ** 3, Y is X rem {b}", f"X is {a} rdiv {b}, N is numerator(X)", f"X is gcd({a}, {b * 6})",
         f"X is -{a} // {b}, Y is -{a} mod {b}, Z is -{a} div {b}", f"X is {a} xor {b}, Y is {a} /\\ -{b}",
         f"X is 1 << {rng.randint(60, 200)}, Y is msb(X)", f"X is {a} >> {rng.randint(1, 90)}, Y is -{a} >> 70",
         f"egypt({rng.randint(2, 6)}r{rng.choice([7, 11, 13])}, L)",
         f"fraction({rng.randint(30, 99)}r{rng.randint(7, 29)}, 10, L)",
         f"root({a}, R)", f"ack(2, {rng.randint(1, 4)}, R)", f"binomial({n}, {rng.randint(2, 9)}, B)",
         "between(1, 30, N), perfect(N)", f"bits({b}, N)",
         f"X is float({a}), Y is truncate(X / 1.0e15)", f"X is {a} / {b * 2}, Y is truncate(X)",
         f"fact({n}, F), number_codes(F, C), length(C, L)", "fact(-1, F)", "fact(x, F)",
         f"bernoulli(5, {rng.randint(1, 4)}, 0, S)",
         f"X is max({a}, {a}.0), Y is min({b}, {b}.5)", f"{a} < {float(a) * 2!r}, compare(O, {a}, {b})",
         f"X is {a} * -{a}", f"X is abs(-{a}) - {a}, Y is sign(-{a})", f"atom_number(A, {a}), atom_length(A, L)",
         f"X is \\ {a}, Y is {b} \\/ 1", f"X is 2r3 ** {rng.randint(2, 9)}, Y is (-1r2) ** 3",
         f"X is 7 ** {rng.randint(20, 50)} mod {p}", f"X is {m} ^ {n}, Y is msb(X)",
         f"X is 3r4, Y is X * 4, integer(Y)", f"format(atom(A), '~D ~d', [{a}, {b}])")


# Left out: infinite or undefined numbers divided or raised to a power, and beside integers of more than 1024 bits. Which of two errors
# that is, or the sign of a zero, is not the same (docs/rules.md).
EDGES = ["0", "1", "-1", "3", "0.0", "-0.0", "1.0", "-1.5", "0.5", "1r3", "-7r2", "2**64", "-(2**63)", "1.0e300", "1.0e-320",
    "9007199254740993", "9007199254740993.0", "123456789012345.678", "1234567890123456.75", "2r3", "-3", "-8"]
INFINITE = ["inf", "-inf", "nan"]


def edges(rng):
    """Numbers at the ends of what a float holds, signs of zero, what is infinite and what is no number."""
    program = Program("edges").add(r"""
calc(X, Y) :- catch(Y is X, error(E, _), Y = E).
order(A, B, O) :- X is A, Y is B, compare(O, X, Y).
holds(G, R) :- ( catch(G, error(_, _), fail) -> R = yes ; R = no ).
""")
    for _ in range(3):
        a, b = rng.choice(EDGES), rng.choice(EDGES)
        op = rng.choice(["+", "-", "*", "/", "min", "max", "copysign", "**", "^", "//", "mod", "rdiv", "/\\", "gcd", "atan2"])
        if op in ("**", "^"):
            a, b = rng.choice(["-8", "-27r8", "2", "0", "0.0", "-0.0", "1", "-1.5", "4", "-3"]), rng.choice(
                ["1r3", "2r3", "-1r3", "1r2", "0.5", "-1", "0", "2.0", "5r3"])
        program.ask(f"calc({binary(op, a, b)}, X)")
    for _ in range(2):
        a, b = rng.choice(EDGES + INFINITE), rng.choice(INFINITE)
        program.ask(f"calc({binary(rng.choice(['+', '-', '*', 'min', 'max', 'copysign']), a, b)}, X)")
        op, a = rng.choice(MIXED_UNARY + ["float_integer_part", "abs"]), rng.choice(EDGES + INFINITE * 3)
        program.ask(f"calc({unary('rational' if op == 'rationalize' and a == '1.0e-320' else op, a)}, X)")
    relation = rng.choice(["=:=", "<", ">=", "=\\=", "=<", ">"])
    items = show(rng.sample(["1", "1.0", "0", "0.0", "-0.0", "1r2", "0.5", "a", "[]", "'[]'", '"s"', "f(x)", "b"], 8))
    return program.ask(f"holds({rng.choice(EDGES + INFINITE)} {relation} {rng.choice(EDGES + INFINITE)}, R)",
        f"order({rng.choice(EDGES)}, {rng.choice(EDGES)}, O)", f"calc(round(1000000 * log10({rng.choice(EDGES)})), X)",
        f"msort({items}, L)", f"sort(0, @>=, {items}, L)", "0.0 == -0.0", "X is log10(1000)")


FAMILIES = [expressions, expressions, expressions, functions, edges, big_numbers, big_numbers]
