"""Programs about terms themselves: how they are written, taken apart, copied, compared and run."""
import terms
from program import Program, show

GROUND = ["f(a,b)", "g(1)", "[1,2]", "a", "1", "2.5", '"s"', "f(g(h(i)))", "a-b-c", "x*(y+z)", "[]", "{a}",
    "'A b'(c)", "- 1", "p(q,[r|s])", "1r3", "h(\"s\",'X')"]
OPEN = ["f(X,Y,X)", "[X|Q]", "g(_,Z)", "X+Y*2", "p(X,q(Y,X),Z)", "[A,B,A]", "{X}", "X-X", "f(_,_)", "t(l(X),r(Y))"]


def syntax(rng):
    """Terms in strange clothes: the answer shows how they were read."""
    program = Program("syntax")
    for k in range(rng.randint(1, 4)):
        program.add(f"item({k}, {terms.text(rng, 3, (), most=999)}).")
    program.add("/* a block comment, with ?- inside. */ % and a line\ncount(N) :- aggregate_all(count, item(_, _), N).")
    program.ask("item(K, T)", "count(N)")
    for _ in range(6):
        program.ask(f"T = {terms.text(rng, rng.randint(2, 4))}")
    return program


def literals(rng):
    """Numbers and texts in all their spellings."""
    fixed = ["0'a", "0'\\n", "0'''", "0' ", "0x1F", "0xff", "0b101", "0o17", "16'FF", "36'Zz", "1_000_000", "1.0e10",
        "1e10", "1.5E-3", "1.0Inf", "-1", "- 1", "-(1)", "- (1)", "-(-(1))", "-(-1)", "- -1", "-a", "- a", "-(a)",
        "a-1", "a -1", "a - 1", "a- -1", "1 - -1",
             "[-1]", "[- 1]", "[-]", "f(-)", "f(-,1)", "f(- 1)", "-(2)^2", "-2^2", "- 2^2", "1-2-3", "2**3", "2^3^4",
             "a:b:c", "\\+a", "\\+ (a,b)", "\\+(a,b)", "\\+ \\+ a", "(a:-b)", "(:- a)", "(a,b,c)", "(a;b->c;d)",
             "(a*->b;c)", "{a,b}", "{}", "'{}'(x)", "[a|b]", "[a,b|c]", "[a|[b|[c]]]", "'[]'", "[]",
             "'[]'(x)", "\"abc\"", "\"\"", "\"a\"\"b\"", "\"a\\\"b\"", "'a''b'", "'a\\'b'", "`abc`", "``",
             "'\\x41\\\\x42\\'", "'\\u00e9'", "\"\\U0001F600\"", "'a\\\nb'", "\"tab\\tnew\\nend\"", "'\\e\\a\\b'",
             "f(',')", "(',')", "','(a,b)", "'|'(a,b)", "(a|b)", "a=b", "[a=b,c\\=d]", "f((a:-b))",
             "f((a,b))", "[(a,b)]", "f(;)", "(;)", "[;]", "!", "[!]", "(a->b)", "@(a)", "#", "&", "$", "@(a,b)",
             "(p:-q,r)", "(a-->b)", "dynamic", "(dynamic)", "[dynamic]", "f(dynamic)", "-(dynamic)", "+ + a",
             "1 + +1", "+1", "+ 1", "\\1", "\\ 1", "1rdiv 2", "1r3", "2 rdiv 4",
             "f(A,B,_,A)", "_", "[_|_]", "X", "_Foo", "f(_X,_X)", "'hello'(world)", "hello(world)",
             "a /* c */ + /* d */ b", "a% c\n+b", "1.0e5", "é", "'É'", "ß", "日本", "λ(x)", "x mod y", "mod(x,y)",
             "mod", "is", "X is 1", "a is b", "1 is 2", "- - - 1", "1*(2+3)", "(1*2)+3", "(a=b)=c", "a=(b=c)",
             "(:-)", "[:-]", "[:-,-]", "f(:-)", "f(+,-)", "-(+)", "\\", "^", "a^b^c", "(a^b)^c", "0.1", "1.0",
             "100000000000000000000.0", "1.0e100", "0.00001", "123456789.123", "-0.0", "9007199254740993",
             "1.7976931348623157e308", "5.0e-324", "0'\\\\", "0'\\x41\\", "\"a\\\n  b\"", "'\\101\\'", "a:b:c=d",
             "\\ \\ a", "-(3)*2", "-3*2", "- 3*2",
             "(a)", "((a))", "f((a))", "[(a)]", "- (a)", "-((a,b))", "-(a,b)", "\\+ [a]", "-[1]", "- {a}", "{-}",
             "{- 1}", "{a:-b}", "{[]}", "[{}]", "'\\s'", "'a b'-'c d'", "a=..b", "[a,'B'|'C']", "f(A,b)=f(a,B)",
             "\\a", "@>=", "f(@>=,=..)", "[=,<,>]", "(=)", "=(a)", "- = x", "[a= \\+]", "* = *", "(a , b)", "x: -1",
             "x:(-1)", "1 - (-1)", "2 - 1", "2 -1", "2-1", "[2 -1]", "f(2 -1)", "a* -1"]
    program = Program("spellings").add("reads(T, T).\nsame(A, B, R) :- ( A == B -> R = same ; R = different ).")
    for text in rng.sample(fixed, 8):
        program.ask(f"X0 = ({text})" if rng.random() < 0.5 else f"reads(({text}), Z0)")
    a, b = rng.sample(fixed, 2)
    program.ask(f"same(({a}), ({b}), R)", f"Y0 = f(({a}), ({b}))", f"Q = [({rng.choice(fixed)})]")
    return program


def broken_text(rng):
    """Text read at run time: term_to_atom with good and bad text; numbers in text."""
    good = ["foo(X, Y, X)", "[1,2|T]", "a:-b", "'A b'", "\\\"s\\\"", "1.5e3", "- 1", "-1", "a- -1", "{x}", "p(_, _)",
        "X", "_", "f(A, _B, A)", "0x1F", "a=b", "\\\\\\\\+a", "[a]", "f(a).", "1r3"]
    bad = ["foo(", "a b", ")", "f(,)", "[a", "'abc", "f(a))", "= =", "{", "a,", "[a|]", "[|a]", "0'", "\\\"abc",
        "a.b.", "f(a b)", "- - -", "/* x", "a :- b :- c", "1e", "2'2", "f(A"]
    program = Program("text read at run time").add(r"""
parse(A, R) :- catch(( term_to_atom(T, A), R = ok(T) ), error(E, _), ( E = syntax_error(_) -> R = syntax ; R = E )).
number_in(A, R) :- catch(( atom_codes(A, C), number_codes(N, C), R = N ), error(syntax_error(_), _), R = none).
round_trip(T, R) :- term_to_atom(T, A), term_to_atom(U, A), ( T == U -> R = same ; R = other(U) ).
""")
    for text in rng.sample(good, 4):
        program.ask(f"parse('{text.replace(chr(39), chr(39) * 2)}', R)".replace('\\"', '"'))
    for text in rng.sample(bad, 4):
        program.ask(f"parse('{text.replace(chr(39), chr(39) * 2)}', R)".replace('\\"', '"'))
    for text in rng.sample(["12", " 12", "12 ", "0x1F", "0''a", "1.5", "1e5", "1.e", "--1", "- 1", "-1", "+1", "",
        "a", "1r3", "1_0", "0b12", "12.0Inf", "\\n7", "/**/7"], 2):
        program.ask(f"number_in('{text}', R)")
    for _ in range(3):
        program.ask(f"round_trip({terms.text(rng, 2, (), most=999)}, R)")
    return program


def taking_apart(rng):
    g, o, p = rng.choice(GROUND), rng.choice(OPEN), rng.choice(GROUND)
    k = rng.randint(0, 3)
    return Program("terms taken apart").add(r"""
size(T, 1) :- \+ compound(T), !.
size(T, N) :- T =.. [_|As], maplist(size, As, Ns), sum_list(Ns, M), N is M + 1.
depth(T, 0) :- \+ compound(T), !.
depth(T, D) :- findall(E, (arg(_, T, A), depth(A, E)), Es), max_list(Es, M), D is M + 1.
sub(T, T).
sub(S, T) :- compound(T), arg(_, T, A), sub(S, A).
swap(X, Y, X, Y) :- !.
swap(X, Y, T, U) :- compound(T), !, T =.. [F|As], maplist(swap(X, Y), As, Bs), U =.. [F|Bs].
swap(_, _, T, T).
args(T, L) :- functor(T, _, N), findall(A, (between(1, N, I), arg(I, T, A)), L).
same_shape(A, B) :- \+ \+ ( numbervars(A, 0, N), numbervars(B, 0, N), A == B ).
simplify(X + 0, Y) :- !, simplify(X, Y).
simplify(0 + X, Y) :- !, simplify(X, Y).
simplify(_ * 0, 0) :- !.
simplify(0 * _, 0) :- !.
simplify(X * 1, Y) :- !, simplify(X, Y).
simplify(1 * X, Y) :- !, simplify(X, Y).
simplify(X + Y, Z) :- !, simplify(X, A), simplify(Y, B), ( A-B == X-Y -> ( number(A), number(B) -> Z is A + B ; Z = A + B ) ; simplify(A + B, Z) ).
simplify(X * Y, Z) :- !, simplify(X, A), simplify(Y, B), ( A-B == X-Y -> Z = A * B ; simplify(A * B, Z) ).
simplify(X, X).
d(X, X, 1) :- !.
d(C, _, 0) :- atomic(C), !.
d(A + B, X, DA + DB) :- d(A, X, DA), d(B, X, DB).
d(A * B, X, A * DB + B * DA) :- d(A, X, DA), d(B, X, DB).
d(A ^ N, X, N * A ^ M * D) :- integer(N), M is N - 1, d(A, X, D).
derive(E, X, R) :- d(E, X, D), simplify(D, R).
free(X, T) :- term_variables(T, Vs), member(V, Vs), V == X, !.
unify(X, Y) :- var(X), !, ( X == Y -> true ; \+ free(X, Y), X = Y ).
unify(X, Y) :- var(Y), !, unify(Y, X).
unify(X, Y) :- X =.. [F|As], Y =.. [F|Bs], length(As, N), length(Bs, N), maplist(unify, As, Bs).
nnf(not(not(A)), B) :- !, nnf(A, B).
nnf(not(and(A,B)), or(C,D)) :- !, nnf(not(A), C), nnf(not(B), D).
nnf(not(or(A,B)), and(C,D)) :- !, nnf(not(A), C), nnf(not(B), D).
nnf(A, A).
kind(X, var) :- var(X), !.
kind(X, integer) :- integer(X), !.
kind(X, float) :- float(X), !.
kind(X, rational) :- rational(X), !.
kind(X, string) :- string(X), !.
kind(X, list) :- is_list(X), !.
kind(X, atom) :- atom(X), !.
kind(X, compound(N, A)) :- compound(X), functor(X, N, A).
""").ask(
        *rng.sample([f"size({g}, N)", f"depth({g}, D)", f"sub(S, {g})", f"swap(a, z, {g}, T)", f"args({g}, L)",
        f"T = {o}, copy_term(T, U), same_shape(T, U)", f"copy_term({o}, T)", f"term_variables({o}, L)",
        f"T = {o}, term_variables(T, [V|_]), V = bound",
         f"functor({g}, N, A)", f"functor(T, foo, {k})", f"functor(T, {k}, 0)", f"functor(T, {p}, 0)",
         f"arg(N, {g}, A)", f"arg({k}, {g}, A)", f"{g} =.. L", f"T =.. [foo, {p}, X]", f"T =.. [{p}]",
         f"T =.. [{p}, a]", "T =.. L", "T =.. [X, a]", "T =.. [foo|X]", "T =.. []",
         "derive(x ^ 2 + 3 * x, x, D)", "derive(x * x * y, x, D)", f"derive((x + {k}) ^ 3, x, D)",
         "simplify((a + 0) * 1 + 0 * b, R)", f"unify({o}, f(a, B, C))", f"unify({o}, {g})",
         "unify(f(X, g(X)), f(Y, Y))", "unify(X, f(X))", "unify_with_occurs_check(X, f(X))",
         "unify_with_occurs_check(f(X, Y), f(Y, g(Z)))", f"unify_with_occurs_check({o}, {o.replace('X', 'W')})",
         "nnf(not(and(p, not(q))), R)", f"kind({g}, K)", f"maplist(kind, [{g}, {p}, X, 1r3, []], L)",
         f"{o} =@= {rng.choice(OPEN)}", "f(A, B) =@= f(C, D)", "f(A, A) =@= f(C, D)", f"{o} \\=@= {rng.choice(OPEN)}",
         f"compare(O, {g}, {p})", f"{g} @< {p}", f"sort([{g}, {p}, c, 1], L)", f"T = {o}, numbervars(T, {k}, E)",
         f"T = f(X, Y), copy_term(T, U), numbervars(U, 0, E)", "copy_term(X-Y-X, T), T = A-B-C, A = 1",
         f"ground({g}), \\+ ground({o})", f"callable({p})", f"{g} = {o}", f"{o} \\= {g}",
         f"{o} == {o}", "X = f(Y), Y = 1, ground(X)", f"setof(N-A, S^(sub(S, {g}), functor(S, N, A)), L)",
         f"findall(A, sub(A, {g}), L), length(L, N)", "functor(T, foo, a)", "functor(T, foo(x), 1)",
         "functor(T, N, 2)", "arg(X, a, Y)", "copy_term([X,Y|Z], [1,2,3])", "T = 'point'(1)",
         "term_variables(f(X, g(Y), X, Z), [A|B])",
         "f(X, b) = f(a, Y), X @< Y", "\\+ \\+ (X = 1), var(X)",
         "compound(f(x)), \\+ compound(a), atomic(\"s\"), \\+ atom(\"s\")", "T =.. ['A b', 1, \"x\"]",
         "functor([a], N, A)"], 10))


def meta(rng):
    """Interpreters and goals put together at run time."""
    facts = "".join(f"fact(p({rng.choice('abc')}, {rng.randint(1, 4)})).\n" for _ in range(4))
    return Program("goals as data").add(facts).add(r"""
fact(q(a)). fact(q(c)).
if(r(X, N), (p(X, N), q(X))).
if(s(X), (r(X, _) ; fallback(X))).
if(fallback(none), true).
if(t(X), (q(X), not(p(X, 9)))).
if(len([], 0), true).
if(len([_|T], N), (len(T, M), built(N is M + 1))).
if(big(N), (p(_, N), built(N > 2))).
solve(true) :- !.
solve((A, B)) :- !, solve(A), solve(B).
solve((A ; B)) :- !, ( solve(A) ; solve(B) ).
solve(not(A)) :- !, \+ solve(A).
solve(built(G)) :- !, call(G).
solve(G) :- fact(G).
solve(G) :- if(G, B), solve(B).
depth(G, D) :- solve_in(G, D0, 5), D = D0.
solve_in(true, 0, _) :- !.
solve_in((A, B), D, L) :- !, solve_in(A, X, L), solve_in(B, Y, L), D is max(X, Y).
solve_in((A ; B), D, L) :- !, ( solve_in(A, D, L) ; solve_in(B, D, L) ).
solve_in(not(A), 0, L) :- !, \+ solve_in(A, _, L).
solve_in(built(G), 0, _) :- !, call(G).
solve_in(G, 1, _) :- fact(G).
solve_in(G, D, L) :- L > 0, M is L - 1, if(G, B), solve_in(B, E, M), D is E + 1.
run(Op, A, B, R) :- G =.. [Op, A, B], ( call(G) -> R = yes ; R = no ).
apply_all([], X, X).
apply_all([F|Fs], X, Z) :- call(F, X, Y), apply_all(Fs, Y, Z).
plus_one(X, Y) :- Y is X + 1.
double(X, Y) :- Y is X * 2.
times(N, G) :- between(1, N, _), \+ \+ call(G), fail.
times(_, _).
all(G, T, L) :- findall(T, call(G), L).
choose(G1, G2) :- ( call(G1) -> true ; call(G2) ).
conj([], true).
conj([G|Gs], (G, R)) :- conj(Gs, R).
""").ask("solve(r(X, N))", "solve(s(X))", "solve(t(X))", "solve(len([a,b], N))", "solve(big(N))", "depth(r(a, N), D)",
"depth(s(X), D)", "run(<, 1, 2, R)", "run(@>, a, b, R)", "run(nosuch, a, b, R)",
"apply_all([plus_one, double, plus(3)], 1, X)", "times(3, member(_, [a]))",
         "all(fact(p(X, N)), X-N, L)", "choose(fact(p(z, _)), X = other)", "conj([fact(q(X)), X == c], G), call(G)",
         "G = (member(X, [1,2,3]), X > 1), call(G)", "G =.. [member, X, [a,b]], G", "call((fact(q(X)), !))",
         "findall(G, (member(F, [plus_one, double]), G =.. [F, 2, X], call(G)), L)",
         "maplist(call, [X = 1, Y = 2])", "maplist(call, [plus_one(1), double(4)], L)",
         "call(call, call, fact(q(X)))", "F = fact, call(F, p(X, 1))", "call(plus(1), 2, X)",
         "G = foo(1), call(G, 2)", "solve(built(X is foo))", "copy_term(G-X, (member(Y, [1,2])-Y)), call(G)",
         "X = 1, ( G = (X > 0) ), ( call(G) -> Y = pos ; Y = neg )",
         "call(([a] = [X], X = a))", "call(not, fail)", "\\+ call(call, fail)", "call(',', X = 1, Y = 2)",
         "call(;, X = 1, X = 2)", "call(->, true, X = 1)", "forall(fact(q(X)), solve(q(X)))",
         "bagof(X, solve(q(X)), L)", "aggregate_all(count, solve(p(_, _)), N)", "call(maplist, plus(1), [1,2], L)")


def machines(rng):
    """Programs that run programs: automata, a stack machine, a Turing machine, grammars by hand, streams of states."""
    word = "".join(rng.choice("ab") for _ in range(rng.randint(2, 6)))
    code = ", ".join(rng.choice(["push(3)", "push(4)", "push(10)", "dup",
        "swap"]) for _ in range(3)) + ", " + ", ".join(rng.choice(["add", "mul", "sub", "div"]) for _ in range(2))
    return Program("machines").add(r"""
edge(0, a, 1). edge(0, b, 0). edge(1, a, $to). edge(1, b, 0). edge(2, a, 2). edge(2, b, $back).
accepts(W) :- atom_chars(W, Cs), run(0, Cs).
run(S, []) :- final(S).
run(S, [C|Cs]) :- edge(S, C, T), run(T, Cs).
final(2).
word(N, W) :- length(L, N), run(0, L), atom_chars(W, L).
exec([], S, S).
exec([I|Is], S0, S) :- ( step(I, S0, S1) -> exec(Is, S1, S) ; throw(stuck(I, S0)) ).
step(push(N), S, [N|S]).
step(dup, [A|S], [A,A|S]).
step(swap, [A,B|S], [B,A|S]).
step(add, [A,B|S], [C|S]) :- C is B + A.
step(sub, [A,B|S], [C|S]) :- C is B - A.
step(mul, [A,B|S], [C|S]) :- C is B * A.
step(div, [A,B|S], [C|S]) :- C is B // A.
compile(N, [push(N)]) :- number(N), !.
compile(E, Is) :- E =.. [Op, A, B], op_code(Op, I), compile(A, IA), compile(B, IB), append([IA, IB, [I]], Is).
op_code(+, add). op_code(-, sub). op_code(*, mul). op_code(//, div).
sentence(P, S0, S) :- noun_phrase(N, S0, S1), verb_phrase(V, S1, S), P = s(N, V).
noun_phrase(np(D, N), [D,N|S], S) :- member(D, [the,a]), member(N, [cat,dog]).
verb_phrase(vp(V), [V|S], S) :- member(V, [sleeps,runs]).
verb_phrase(vp(V, N), [V|S0], S) :- member(V, [sees]), noun_phrase(N, S0, S).
turing(q0, L, [0|R], Q, O) :- turing(q0, [1|L], R, Q, O).
turing(q0, L, [1|R], Q, O) :- turing(q0, [0|L], R, Q, O).
turing(q0, L, [], halt, O) :- reverse(L, O).
life(Row, Next) :- append([0|Row], [0], P), cells(P, Next).
cells([A,B,C|T], [N|R]) :- !, I is A * 4 + B * 2 + C, N is ($rule >> I) /\ 1, cells([B,C|T], R).
cells(_, []).
evolve(0, R, [R]) :- !.
evolve(N, R, [R|Rs]) :- life(R, S), M is N - 1, evolve(M, S, Rs).
brackets(A) :- atom_chars(A, Cs), balance(Cs, []).
balance([], []).
balance(['('|T], S) :- !, balance(T, ['('|S]).
balance([')'|T], ['('|S]) :- !, balance(T, S).
balance(['['|T], S) :- !, balance(T, ['['|S]).
balance([']'|T], ['['|S]) :- !, balance(T, S).
balance([C|T], S) :- \+ memberchk(C, [')',']']), balance(T, S).
""", to=rng.choice([1, 2, 2]), back=rng.choice([0, 1, 2]), rule=rng.choice([30, 90, 110,
184])).ask(f"accepts({word})", f"word({rng.randint(2, 4)}, W)", f"exec([{code}], [], S)",
f"catch(exec([{code}], [1], S), stuck(I, T), true)",
f"compile({rng.randint(1, 9)} + 2 * (7 - {rng.randint(1, 9)}), I), exec(I, [], [R])", "compile(a + 1, I)",
         "sentence(P, [the,cat,sees,a,dog], [])", "sentence(s(np(a, N), vp(V)), W, [])",
         "findall(W, sentence(_, W, []), L), length(L, N)",
         f"turing(q0, [], {show([rng.randint(0, 1) for _ in range(5)])}, Q, O)",
         f"evolve(4, {show([rng.randint(0, 1) for _ in range(7)])}, L)", "brackets('(a[b](c))')",
         "brackets('(a[b)]')", "exec([push(1), push(0), div], [], S)",
         "catch(exec([add], [], _), B, true)", "aggregate_all(count, word(6, _), N)", "findall(W, word(3, W), L)",
         "length(L, 2), run(S, L)")


def no_arguments(rng):
    """Compounds without arguments, and what call/N makes of them and of goals that lack arguments."""
    goals = ["X = one(), call(X, Y)", "call(one(), 1)", "call(two(), A, B)", "call(two(b), B)", "G = zero(), call(G)",
        "X = one(), X =.. L", "X = one(), functor(X, N, A)", "one() = one", "one() == one()", "compound(one())", "atom(one())",
        "X = one(), copy_term(X, Y), X == Y", "maplist(one(), [A, B])", "call(two, A)", "call((one, two), a)", "call(1, a)",
        "call(X, a)", "call(two(_), A), atom(A)", "findall(A-B, call(two(), A, B), L)", "X = f(one()), arg(1, X, Y)",
        "msort([one(), one, one(1), zero()], L)", "foldl(add(), [1,2,3], 0, S)", "call(call(two), A, B)", "\\+ call(zero())",
        "term_to_atom(one(), A)", "term_to_atom(T, 'f(g())')", "length(L, 2), maplist(two(b), L)", "call(one(x()), 1)"]
    program = Program("no arguments").add("zero. one(1). one(2).\ntwo(a, b). two(b, c). two(b, d).\nattempt(G, E) :- catch(G, error(E, _), true).\nadd(X, S, T) :- T is X + S.")
    return program.ask(*[rng.choice(["{}", "{}", "attempt({}, E)"]).replace("{}", goal) for goal in rng.sample(goals, 9)])


FAMILIES = [no_arguments, syntax, syntax, syntax, literals, literals, broken_text, taking_apart, taking_apart, meta, machines]
