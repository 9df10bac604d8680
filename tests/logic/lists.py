"""Programs over lists and trees: recursion as one writes it by hand, the library's predicates, sorting, higher order."""
from program import Program, WORDS, ints, show, some


def recursion(rng):
    """The old exercises; which of them, and on what lists, differs."""
    pieces = [
        (r"app([], Ys, Ys). app([X|Xs], Ys, [X|Zs]) :- app(Xs, Ys, Zs).",
        ["app(X, Y, $l)", "app(X, [$e|Y], $l)", "app($l, $m, Z)"]),
        (r"nrev([], []). nrev([H|T], R) :- nrev(T, S), append(S, [H], R).",
        ["nrev($l, R)", "numlist(1, 30, L), nrev(L, [X|_])"]),
        (r"rev(L, R) :- rev(L, [], R). rev([], A, A). rev([H|T], A, R) :- rev(T, [H|A], R).",
        ["rev($l, R)", "rev([a,X], [b,Y]) ; X = none"]),
        (r"pack([], []). pack([X|Xs], [[X|Y]|Z]) :- same(X, Xs, Y, R), pack(R, Z)." "\n"
         r"same(X, [X|Xs], [X|Y], R) :- !, same(X, Xs, Y, R). same(_, R, [], R).", ["pack($d, P)"]),
        (r"rle(L, R) :- rle(L, 0, none, R). rle([], 0, _, []) :- !. rle([], N, X, [N*X])." "\n"
         r"rle([H|T], N, X, R) :- N > 0, H == X, !, N1 is N + 1, rle(T, N1, X, R)." "\n"
         r"rle([H|T], 0, _, R) :- !, rle(T, 1, H, R). rle([H|T], N, X, [N*X|R]) :- rle(T, 1, H, R).", ["rle($d, P)"]),
        (r"every(L, N, R) :- every(L, N, 1, R). every([], _, _, [])." "\n"
         r"every([_|T], N, N, R) :- !, every(T, N, 1, R). every([H|T], N, K, [H|R]) :- K1 is K + 1, every(T, N, K1, R).",
         ["every($l, $k, R)", "every([a,b,c,d,e,f,g], $k, R)"]),
        (r"cut_at(L, 0, [], L) :- !. cut_at([H|T], N, [H|A], B) :- N > 0, N1 is N - 1, cut_at(T, N1, A, B).",
         ["cut_at($l, $k, A, B)", "cut_at([x], $k, A, B)"]),
        (r"turn(L, N, R) :- length(L, Len), K is N mod Len, length(A, K), append(A, B, L), append(B, A, R).",
         ["turn($m, $k, R)", "turn([a,b,c,d], -$k, R)", "catch(turn([], 1, R), error(E, _), fail)"]),
        (r"choose(0, _, []) :- !. choose(N, [H|T], [H|R]) :- N > 0, N1 is N - 1, choose(N1, T, R). choose(N, [_|T], R) :- N > 0, choose(N, T, R).",
         ["choose($k, $m, C)", "aggregate_all(count, choose($k, [a,b,c,d,e,f], _), N)"]),
        (r"sub([], []). sub([H|T], [H|S]) :- sub(T, S). sub([_|T], S) :- sub(T, S).",
        ["sub($m, S)", "findall(S, sub([a,b,c,d], S), L), length(L, N)"]),
        (r"perm([], []). perm(L, [H|T]) :- pick(H, L, R), perm(R, T). pick(X, [X|T], T). pick(X, [H|T], [H|R]) :- pick(X, T, R).",
         ["perm([a,b,c], P)", "perm([1,2,3,4], [A,B|_]), A > B", "pick(X, $l, R)"]),
        (r"minmax([X], X, X) :- !. minmax([H|T], Lo, Hi) :- minmax(T, L, U), Lo is min(H, L), Hi is max(H, U).",
        ["minmax($m, A, B)", "minmax([], A, B)"]),
        (r"flat(X, [X]) :- var(X), !. flat([], []) :- !. flat([H|T], R) :- !, flat(H, A), flat(T, B), append(A, B, R). flat(X, [X]).",
         ["flat([a,[b,[c,d]],[[]],e], R)", "flat([$l,[$m]], R)"]),
        (r"pal(L) :- reverse(L, L). half(L, A, B) :- append(A, B, L), length(A, N), length(B, M), ( N =:= M ; N =:= M + 1 ), !.",
         ["pal([a,b,a])", "pal($l)", "half($m, A, B)", "length(L, 3), pal(L)"]),
        (r"dup([], _, []). dup([H|T], N, R) :- length(C, N), all(C, H), dup(T, N, S), append(C, S, R). all([], _). all([X|T], X) :- all(T, X).",
         ["dup($l, $k, R)", "dup([a,b], $k, R)"]),
        (r"zip([], [], []). zip([A|As], [B|Bs], [A-B|R]) :- zip(As, Bs, R).",
        ["zip(X, Y, [1-a,2-b])", "zip([1,2,3], [a,b,c], R)", "zip([1|T], [a,b], R)"]),
        (r"inter([], L, L). inter(L, [], L) :- L \= []. inter([A|As], [B|Bs], [A,B|R]) :- inter(As, Bs, R).",
        ["inter($l, $m, R)"]),
        (r"max_run([], 0). max_run(L, N) :- L = [_|_], findall(K, (append(_, S, L), append(R, _, S), R = [H|_], all_same(H, R), length(R, K)), Ks), max_list(Ks, N)."
         "\n" r"all_same(_, []). all_same(H, [H|T]) :- all_same(H, T).", ["max_run($d, N)"]),
        (r"last_but_one(X, [X,_]) :- !. last_but_one(X, [_|T]) :- last_but_one(X, T).",
        ["last_but_one(X, $m)", "last_but_one(X, [a])"]),
        (r"swap(L, I, J, R) :- nth0(I, L, A), nth0(J, L, B), set(L, I, B, M), set(M, J, A, R). set([_|T], 0, X, [X|T]) :- !. set([H|T], N, X, [H|R]) :- N1 is N - 1, set(T, N1, X, R).",
         ["swap([a,b,c,d], 0, $k, R)", "swap([a,b,c], I, 1, R)"]),
    ]
    program = Program("recursion over lists")
    names = {"l": ints(rng, 0, 9, 0, 6), "m": ints(rng, 0, 9, 2, 6), "k": rng.randint(1, 3), "e": rng.randint(0, 9),
             "d": [rng.choice("aab") for _ in range(rng.randint(3, 9))]}
    for clauses, queries in rng.sample(pieces, 5):
        program.add(clauses).ask(*queries, **names)
    return program


def sorting(rng):
    l, m = ints(rng, -9, 9, 0, 9), ints(rng, 0, 5, 3, 9)
    order = rng.choice(["=<", "<", ">=", ">"])
    program = Program("sorting").add(r"""
qs([], []).
qs([H|T], S) :- split(T, H, A, B), qs(A, SA), qs(B, SB), append(SA, [H|SB], S).
split([], _, [], []).
split([H|T], P, [H|A], B) :- H $order P, !, split(T, P, A, B).
split([H|T], P, A, [H|B]) :- split(T, P, A, B).
ms([], []) :- !.
ms([X], [X]) :- !.
ms(L, S) :- halve(L, A, B), ms(A, SA), ms(B, SB), merge_lists(SA, SB, S).
halve([], [], []).
halve([X], [X], []) :- !.
halve([A,B|T], [A|As], [B|Bs]) :- halve(T, As, Bs).
merge_lists([], L, L) :- !.
merge_lists(L, [], L) :- !.
merge_lists([A|As], [B|Bs], [A|R]) :- A =< B, !, merge_lists(As, [B|Bs], R).
merge_lists(As, [B|Bs], [B|R]) :- merge_lists(As, Bs, R).
is_sorted([]). is_sorted([_]). is_sorted([A,B|T]) :- A =< B, is_sorted([B|T]).
slow_sort(L, S) :- permutation(L, S), is_sorted(S), !.
ins([], []). ins([H|T], S) :- ins(T, R), put(H, R, S).
put(X, [], [X]). put(X, [Y|T], [X,Y|T]) :- X @=< Y, !. put(X, [Y|T], [Y|R]) :- put(X, T, R).
by_length(O, A, B) :- length(A, N), length(B, M), compare(O, N, M).
by_length_all(O, A, B) :- length(A, N), length(B, M), compare(C, N, M), ( C = (=) -> compare(O, A, B) ; O = C ).
by_mod(O, A, B) :- X is A mod $k, Y is B mod $k, ( X =:= Y -> O = (<) ; compare(O, X, Y) ).
down(O, A, B) :- compare(O, B, A).
""", order=order, k=rng.randint(2, 4))
    mixed = rng.sample(["a", "1", "1.0", '"a"', "f(x)", "f(a,b)", "g(a)", "[]", "[a]", "'[]'", "2", "1r2", "-3",
        "0.5", "b", '"B"', "'B'", "{}",
                        "a-1", "a:b", "h(1)", "1", "a", "1.5", "z(1,2)", "100000000000000000000", "1.0e20", "-1.0e20",
                        "'Ä'", "é"], rng.randint(5, 9))
    lists = [ints(rng, 0, 3, 0, 3) for _ in range(rng.randint(3, 6))]
    items = [f"{rng.choice('abc')}-{rng.randint(0, 4)}" for _ in range(rng.randint(3, 8))]
    triples = [f"t({rng.randint(0, 3)},{rng.choice('xyz')})" for _ in range(rng.randint(3, 7))]
    keyed = rng.choice(["@<", "@=<", "@>", "@>="])
    return program.ask("qs($l, S)", "ms($l, S)", f"slow_sort({show(m[:5])}, S)", "ins($x, S)", "msort($x, S)",
        "sort($x, S)", "sort(0, @>=, $x, S)",
                       "sort(0, $keyed, $m, S)", "sort(1, $keyed, $t, S)", "sort(2, $keyed, $t, S)",
                       "sort(1, $keyed, $i, S)",
                       "predsort(by_length, $n, S)", "predsort(by_length_all, $n, S)", "predsort(by_mod, $m, S)",
                       "predsort(down, $x, S)",
                       "keysort($i, S), pairs_values(S, V)", "keysort($i, S), pairs_keys(S, K), sort(K, U)",
                       "predsort(compare, $x, S), sort($x, S)",
                       "list_to_ord_set($x, S)", "list_to_set($x, S)", "sort(0, @>=, $x, [Top|_])",
                       "predsort(nobody, $m, S)",
                       "length($x, N), msort($x, S), nth0(0, S, Min), last(S, Max)", "sort(3, @<, $t, S)",
                       "max_member(X, $x), min_member(Y, $x)",
                       "max_list($m, A), min_list($m, B), sum_list($m, C), sumlist($m, D)",
                       "list_to_set($m, S), length(S, N)",
                       "findall(K-V, member(K-V, $i), L), keysort(L, [A-B|_])",
                       "pairs_keys_values(P, $x, $x), keysort(P, S)",
                       l=l, m=m, x=mixed, t=triples, i=items, n=lists, keyed=keyed)


def trees(rng):
    values = ints(rng, 0, 30, 4, 9)
    program = Program("trees").add(r"""
put(nil, V, t(nil, V, nil)).
put(t(L, V, R), V, t(L, V, R)) :- !.
put(t(L, W, R), V, t(L1, W, R)) :- V < W, !, put(L, V, L1).
put(t(L, W, R), V, t(L, W, R1)) :- put(R, V, R1).
build([], T, T).
build([V|Vs], T0, T) :- put(T0, V, T1), build(Vs, T1, T).
build(Vs, T) :- build(Vs, nil, T).
inside(V, t(_, V, _)).
inside(V, t(L, _, _)) :- inside(V, L).
inside(V, t(_, _, R)) :- inside(V, R).
in_order(nil, []).
in_order(t(L, V, R), S) :- in_order(L, A), in_order(R, B), append(A, [V|B], S).
pre(nil, S, S).
pre(t(L, V, R), [V|S0], S) :- pre(L, S0, S1), pre(R, S1, S).
height(nil, 0).
height(t(L, _, R), H) :- height(L, A), height(R, B), H is max(A, B) + 1.
nodes(nil, 0).
nodes(t(L, _, R), N) :- nodes(L, A), nodes(R, B), N is A + B + 1.
flip(nil, nil).
flip(t(L, V, R), t(FR, V, FL)) :- flip(L, FL), flip(R, FR).
leaf(t(nil, V, nil), V).
leaf(t(L, _, _), V) :- leaf(L, V).
leaf(t(_, _, R), V) :- leaf(R, V).
way(t(_, V, _), V, []).
way(t(L, W, _), V, [left|P]) :- V < W, way(L, V, P).
way(t(_, W, R), V, [right|P]) :- V > W, way(R, V, P).
level(t(_, V, _), 1, V).
level(t(L, _, R), N, V) :- N > 1, N1 is N - 1, ( level(L, N1, V) ; level(R, N1, V) ).
fold(nil, _, A, A).
fold(t(L, V, R), G, A0, A) :- fold(L, G, A0, A1), call(G, V, A1, A2), fold(R, G, A2, A).
add(X, Y, Z) :- Z is X + Y.
shape(0, nil) :- !.
shape(N, t(L, x, R)) :- M is N - 1, between(0, M, A), B is M - A, shape(A, L), shape(B, R).
without(t(nil, V, R), V, R) :- !.
without(t(L, V, nil), V, L) :- !.
without(t(L, V, R), V, t(L, M, R1)) :- !, least(R, M), without(R, M, R1).
without(t(L, W, R), V, t(L1, W, R)) :- V < W, !, without(L, V, L1).
without(t(L, W, R), V, t(L, W, R1)) :- without(R, V, R1).
least(t(nil, V, _), V) :- !.
least(t(L, _, _), V) :- least(L, V).
$choice
""", choice=rng.choice(["twin(T, T).", "twin(T, U) :- copy_term(T, U).", "twin(T, U) :- flip(T, F), flip(F, U)."]))
    tree = f"build({show(values)}, T)"
    probe = rng.choice(values)
    return program.ask(tree, f"{tree}, in_order(T, L)", f"{tree}, pre(T, L, [])",
        f"{tree}, height(T, H), nodes(T, N)", f"{tree}, findall(V, leaf(T, V), L)",
                       f"{tree}, way(T, {probe}, P)", f"{tree}, way(T, {rng.randint(0, 30)}, P)",
                       f"{tree}, flip(T, F), in_order(F, L)", f"{tree}, level(T, {rng.randint(1, 3)}, V)",
                       f"{tree}, fold(T, add, 0, S)",
                       f"shape({rng.randint(2, 3)}, T)", f"aggregate_all(count, shape({rng.randint(3, 6)}, _), N)",
                       f"{tree}, without(T, {probe}, U), in_order(U, L)",
                       f"{tree}, inside(V, T), V mod 3 =:= 0", f"{tree}, twin(T, U), T == U",
                       f"{tree}, findall(V, inside(V, T), L), sort(L, S), in_order(T, S)")


def higher_order(rng):
    l, m = ints(rng, -5, 9, 3, 7), ints(rng, 1, 9, 3, 6)
    k = rng.randint(2, 4)
    program = Program("higher order").add(r"""
even(X) :- 0 is X mod 2.
over(K, X) :- X > K.
scale(K, X, Y) :- Y is K * X.
add(X, Y, Z) :- Z is X + Y.
mul(X, A, B) :- B is X * A.
either(X, X).
either(X, Y) :- Y is 0 - X.
join(X, Y, X-Y).
push(X, L, [X|L]).
dot(X, Y, A, B) :- B is A + X * Y.
three(X, Y, Z, A, B) :- B is A + X * Y * Z.
compose(F, G, X, Z) :- call(F, X, Y), call(G, Y, Z).
twice(F, X, Z) :- call(F, X, Y), call(F, Y, Z).
repeat_it(0, _, X, X) :- !.
repeat_it(N, F, X, Z) :- call(F, X, Y), N1 is N - 1, repeat_it(N1, F, Y, Z).
filter(_, [], []).
filter(P, [H|T], R) :- ( call(P, H) -> R = [H|S] ; R = S ), filter(P, T, S).
five(A, B, C, D, E) :- E is A + B + C + D.
picky(X) :- ( X =:= $k -> throw(picky(X)) ; true ).
four(A, B, C, D) :- D is A + B + C.
six(A, B, C, D, E, F) :- F is A + B + C + D + E.
seven(A, B, C, D, E, F, G) :- G = [A,B,C,D,E,F].
table([], _, []).
table([X|Xs], F, [X-Y|R]) :- call(F, X, Y), table(Xs, F, R).
""", k=k)
    return program.ask(
        "include(even, $l, E), exclude(even, $l, O)", "partition(even, $l, E, O)", "partition(over($k), $l, A, B)",
        "maplist(scale($k), $l, M)",
        "foldl(add, $l, 0, S)", "foldl(mul, $m, 1, P)", f"maplist(either, {show(m[:3])}, L)",
        "maplist(join, $m, $m, L)", "maplist(join, X, Y, [1-a,2-b])",
        "foldl(push, $l, [], R)", "foldl(dot, $m, $m, 0, S)", "foldl(three, $m, $m, $m, 0, S)",
        "maplist(compose(scale(2), either), [1,2], L)",
        "twice(scale($k), 3, X)", "repeat_it(5, scale(2), 1, X)", "filter(over(0), $l, R)",
        "maplist(five(1), [1,2], [3,4], [5,6], L)",
        "catch(maplist(picky, $m), picky(X), true)", "partition(over(2), [1,2,3,4,5], L, E)", 
        "table([1,2,3], scale($k), T)", "maplist(=(X), [A,B,C])", "maplist([1,2,3], L) -> true ; true",
        "maplist(length, [[],[a],[a,b]], L)",
        "maplist(succ, L, [1,2,3])", "maplist(nth0(1), [[a,b],[c,d]], L)", "length(L, $k), maplist(=(z), L)",
        "foldl(either2, [1], 0, S)",
        "maplist(add(1), [1,2], L), sum_list(L, S)", "maplist(atom_length, [abc,de], L)", "maplist(even, [])",
        "maplist(even, [2,4,a])",
        "include(even, [1,x], L)", "call(add(1), 2, X)", "G = add(1), call(G, 2, X), call(call, G, 5, Y)",
        "maplist(member, [X,Y], [[1,2],[3,4]])",
        "maplist(maplist(scale(2)), [[1,2],[3]], L)", "partition(<($k), $m, A, B)", "maplist(mul(2), L, [2,4])",
        "maplist(either, [1,2], [X,X])",
        "maplist(join, [1,2], [a], L)", "maplist(scale(2), [1|T], [A,B])",
        "aggregate_all(count, (member(X, $l), even(X)), N)",
        "call(four, 1, 2, $k, X)", "call(five(1), 2, 3, $k, X)", "call(six, 1, 2, 3, 4, $k, X)",
        "call(seven, 1, 2, 3, 4, $k, 6, X)", "call(six(1), 2, 3, 4, $k, X)",
        "call(seven(a), b, c, d, e, f, X)", "G = seven(1, 2), call(G, 3, 4, 5, 6, X)",
        "call(maplist, four, [1], [2], [3], X)", 
        "call(nth, 1, 2, 3, 4, 5, 6, 7)", "call(seven, 1, 2, 3, 4, 5, 6, X)",
        "foldl(three, [1,2], [3,4], [5,x], 0, S)", l=l, m=m, k=k)


def library(rng):
    """The library's list predicates in their several directions."""
    l, m, w = ints(rng, 0, 6, 1, 6), ints(rng, 0, 6, 1, 6), some(rng, WORDS, 3, 5)
    k = rng.randint(0, 3)
    asks = r"""
append(X, [Y|Z], $w)
append([X,Y|_], [Z], $w)
append([$l,$m,[9]], L)
append([X,[a]], [b,a])
member(X-Y, [1-a,2-b,$k-c])
member(X, $l), \+ member(X, $m)
memberchk(X, $w)
memberchk(k($k, V), [k(0,a),k(1,b),k(2,c),k(3,d)])
length(L, $k), append(L, T, $w)
nth0($k, $w, E)
nth1($k, $w, E)
nth0(I, $l, $k)
nth1(I, $w, E), I > 1
last($w, E)
once((last(L, a), length(L, 2)))
reverse($w, R)
permutation([1,2,$k], P)
flatten([$l,[$m,[x,[]],y]], F)
flatten(atom, F)
sum_list($l, S), max_list($l, M), min_list($l, N)
numlist($k, 6, L), sumlist(L, S)
numlist(5, $k, L)
list_to_set($l, S)
subtract($l, $m, R)
intersection($l, $m, R)
union($l, $m, R)
delete($l, $k, R)
select(X, $w, R)
select(X, $l, new, R)
selectchk($k, [0,1,2,3,0,1], R)
subset([$k], $l)
pairs_keys_values(P, $w, $w)
pairs_keys_values([a-1|T], K, V) -> true ; true
once((last([a|T], c), length(T, 2)))
sort(0, @>=, $l, S)
length(L, N), N >= $k, !
msort($w, S)
append(A, B, [1,2,3]), length(A, $k)
append(_, [X,Y|_], $l), X < Y
findall(X-Y, (member(X, $l), member(Y, $m), X < Y), L), length(L, N)
delete([a,B,c,a], a, R)
sort([c-1,a-2,b-3,a-1], S)
max_member(M, $w)
min_member(M, $w)
list_to_set([a,X,b,X,a], S)
subtract($w, [apple,fig], R)
length($w, N), numlist(1, N, I), pairs_keys_values(P, I, $w)
select(X, [A,B], q, R)
memberchk(X, L), L = [X|T], T = [] -> true ; true
reverse([a|T], R) -> true ; true
intersection([X,b], [a,b], R)
union([X], [a], R)
subset([X], [a,b])
select($k, L, [x,y])
last([X], Y)
append(X, X, [a,b,a,b])
append([a|X], Y, [Z,b])
length([a|T], $k)
length([a,b|c], N)
length(L, L)
length(a, N)
length(L, -1)
permutation(P, [1,2])
sum_list([1,2.5,$k], S)
sum_list([], S)
max_list([], M)
numlist(a, 3, L)
nth0(a, [b], X)
nth1(I, [a,b,a], a)
is_list([a|_])
flatten([a,X,[b]], F)
pairs_values([a-1,b-2], V)
keysort([b-1,a-2,b-0,a-1], S)
keysort([a|T], S)
keysort([a], S)
sort(a, S)
msort([b|a], S)
member(a, [X,b,Y])
member(X, [a|T])
aggregate_all(count, member(_, $l), C)
aggregate_all(sum(X), member(X, $l), S)
aggregate_all(max(X), member(X, $l), S)
aggregate_all(min(X), member(X, $l), S)
aggregate_all(bag(X), member(X, $l), S)
aggregate_all(set(X), member(X, $l), S)
aggregate_all(max(X, Y), nth0(Y, $l, X), S)
aggregate_all(min(X, Y), nth0(Y, $l, X), S)
aggregate_all(max(X), member(X, []), S)
aggregate_all(sum(X), member(X, []), S)
aggregate_all(max(X), member(X, [a,b]), S)
aggregate_all(count, fail, C)
aggregate_all(max(N-W), (member(W, $w), atom_length(W, N)), max(T)) -> true ; true
aggregate_all(max(N, W), (member(W, $w), atom_length(W, N)), max(A, B))
""".strip().split("\n")
    return Program("list library").ask(*rng.sample(asks, 10), l=l, m=m, w=w, k=k)


def queues(rng):
    """Difference lists, stacks, association lists, matrices, sets kept by hand."""
    rows = [[rng.randint(0, 5) for _ in range(3)] for _ in range(rng.randint(2, 3))]
    square = [[rng.randint(-3, 5) for _ in range(3)] for _ in range(3)]
    pairs = [f"{rng.choice('abcd')}-{rng.randint(1, 9)}" for _ in range(rng.randint(3, 6))]
    return Program("structures by hand").add(r"""
dl_empty(X-X).
dl_put(E, F-[E|B], F-B).
dl_join(A-B, B-C, A-C).
dl_list(L-[], L).
queue([], Q, Q).
queue([X|Xs], Q0, Q) :- dl_put(X, Q0, Q1), queue(Xs, Q1, Q).
get(K, [K-V|_], V) :- !.
get(K, [_|T], V) :- get(K, T, V).
set(K, V, [], [K-V]).
set(K, V, [K-_|T], [K-V|T]) :- !.
set(K, V, [P|T], [P|R]) :- set(K, V, T, R).
count([], C, C).
count([K-N|T], C0, C) :- ( get(K, C0, M) -> true ; M = 0 ), S is M + N, set(K, S, C0, C1), count(T, C1, C).
transpose_it([[]|_], []) :- !.
transpose_it(M, [C|Cs]) :- heads(M, C, R), transpose_it(R, Cs).
heads([], [], []).
heads([[H|T]|Rs], [H|Hs], [T|Ts]) :- heads(Rs, Hs, Ts).
dot([], [], 0).
dot([A|As], [B|Bs], S) :- dot(As, Bs, S0), S is S0 + A * B.
times(A, B, C) :- transpose_it(B, T), row_times(A, T, C).
row_times([], _, []).
row_times([R|Rs], T, [C|Cs]) :- cells(T, R, C), row_times(Rs, T, Cs).
cells([], _, []).
cells([Col|Cols], R, [X|Xs]) :- dot(R, Col, X), cells(Cols, R, Xs).
det([[A]], A) :- !.
det([Row|Rows], D) :- findall(T, (nth0(I, Row, X), strike(Rows, I, M), det(M, DM), T is (-1)**I * X * DM), Ts), sum_list(Ts, D).
strike([], _, []).
strike([R|Rs], I, [S|Ss]) :- nth0(I, R, _), length(A, I), append(A, [_|B], R), append(A, B, S), strike(Rs, I, Ss).
diagonal(M, D) :- findall(X, (nth0(I, M, R), nth0(I, R, X)), D).
spiral([], []).
spiral([R|Rs], S) :- ( Rs = [] -> S = R ; transpose_it(Rs, T), reverse(T, U), spiral(U, S1), append(R, S1, S) ).
""").ask("dl_empty(Q0), queue([a,b,c], Q0, Q), dl_list(Q, L)", "dl_join([1,2|X]-X, [3|Y]-Y, Z), dl_list(Z, L)",
f"count({show(pairs)}, [], C)",
         f"count({show(pairs)}, [], C), msort(C, S), get(a, S, V)", f"transpose_it({show(rows)}, T)",
         f"transpose_it({show(rows)}, T), times({show(rows)}, T, P)",
         f"det({show(square)}, D)", f"diagonal({show(square)}, D), sum_list(D, Trace)", f"spiral({show(square)}, S)",
         "set(a, 1, [], S), set(b, 2, S, T), set(a, 3, T, U)",
         f"member(R, {show(rows)}), sum_list(R, S), S > {rng.randint(2, 9)}",
         f"maplist(sum_list, {show(rows)}, S), max_member(M, S)",
         "get(z, [a-1], V)", "get(K, [a-1,b-2], V)", f"dot([1,2,3], {show(square[0])}, S)", "dot([1], [1,2], S)")


FAMILIES = [recursion, recursion, sorting, trees, higher_order, library, library, queues]
