"""Programs that search: graphs, puzzles, planning, games; and data with joins, negation and grouping."""
from program import CITIES, NAMES, Program, ints, show, some


def graphs(rng):
    nodes = some(rng, list("abcdefg"), 4, 6)
    edges = sorted({(a, b) for a, b in (rng.sample(nodes, 2) for _ in range(rng.randint(5, 9)))})
    weights = {e: rng.randint(1, 9) for e in edges}
    start, goal = nodes[0], nodes[-1]
    program = Program("graphs").add("".join(f"arc({a}, {b}, {weights[a, b]}).\n" for a,
        b in rng.sample(edges, len(edges)))).add(r"""
next_to(X, Y) :- arc(X, Y, _).
next_to(X, Y) :- arc(Y, X, _).
way(X, Y, P) :- way(X, Y, [X], R), reverse(R, P).
way(X, X, V, V).
way(X, Y, V, P) :- $step(X, Z), \+ member(Z, V), way(Z, Y, [Z|V], P).
one_way(X, Y) :- arc(X, Y, _).
cost([_], 0).
cost([A,B|T], C) :- arc(A, B, W), cost([B|T], C0), C is C0 + W.
cheapest(X, Y, C, P) :- findall(D-Q, (way1(X, Y, Q), cost(Q, D)), L), keysort(L, [C-P|_]).
way1(X, Y, P) :- way1(X, Y, [X], R), reverse(R, P).
way1(X, X, V, V) :- !.
way1(X, Y, V, P) :- arc(X, Z, _), \+ memberchk(Z, V), way1(Z, Y, [Z|V], P).
bfs([[X|P]|_], X, [X|P]).
bfs([[Y|P]|Q], X, R) :- findall([Z,Y|P], (arc(Y, Z, _), \+ memberchk(Z, [Y|P])), N), append(Q, N, Q1), bfs(Q1, X, R).
node(X) :- setof(Y, Z^W^( arc(Y, Z, W) ; arc(Z, Y, W) ), L), member(X, L).
source(X) :- node(X), \+ arc(_, X, _).
sink(X) :- node(X), \+ arc(X, _, _).
degree(X, D) :- node(X), aggregate_all(count, next_to(X, _), D).
closure([], S, S).
closure([X|Xs], S0, S) :- memberchk(X, S0), !, closure(Xs, S0, S).
closure([X|Xs], S0, S) :- findall(Y, arc(X, Y, _), Ys), append(Ys, Xs, Zs), closure(Zs, [X|S0], S).
cycle(P) :- arc(X, Y, _), way1(Y, X, [Y], R), length(R, N), N > 1, reverse([X|R], [_|_]), P = [X|R].
colour(_, [], []).
colour(Cs, [N|Ns], [N=C|R]) :- colour(Cs, Ns, R), member(C, Cs), \+ ( member(M=C, R), next_to(N, M) ).
topo([], []) :- !.
topo(Ns, [N|R]) :- select(N, Ns, Rest), \+ ( member(M, Rest), arc(M, N, _) ), !, topo(Rest, R).
""", step=rng.choice(["next_to", "one_way", "one_way"]))
    return program.ask(f"way({start}, {goal}, P)", f"cheapest({start}, {goal}, C, P)", f"cheapest({start}, X, C, P)",
        f"bfs([[{start}]], {goal}, P)", "node(X)",
                       "source(X)", "sink(X)", "degree(X, D)", f"closure([{start}], [], S), sort(S, T)",
                       "once(cycle(P))", f"colour([r,g,b], {show(nodes)}, C)",
                       f"once(colour([r,g,b,y], {show(nodes)}, C))", f"topo({show(nodes)}, T)",
                       "bagof(X-W, arc(X, Y, W), L)", "setof(W-X, Y^arc(X, Y, W), L)",
                       "aggregate_all(sum(W), arc(_, _, W), S)", "aggregate_all(max(W, X-Y), arc(X, Y, W), M)",
                       "findall(X, (arc(X, Y, _), arc(Y, X, _)), L)",
                       "setof(Y, W^arc(X, Y, W), L), length(L, N)", "forall(arc(_, _, W), W > 0)",
                       "arc(X, Y, A), arc(Y, Z, B), S is A + B, S > 8",
                       f"aggregate_all(count, way({start}, _, _), N)", "bagof(X, Y^W^arc(X, Y, W), L), msort(L, M)")


def puzzles(rng):
    n = rng.randint(4, 6)
    coins, total = some(rng, [1, 2, 5, 10, 20, 50], 3, 4), rng.randint(8, 30)
    big, small = rng.choice([(5, 3), (7, 4), (4, 3), (8, 5)])
    pieces = [
        (r"""queens(N, Qs) :- numlist(1, N, L), place(L, [], Qs).
place([], Qs, Qs).
place(L, S, Qs) :- select(Q, L, R), quiet(Q, 1, S), place(R, [Q|S], Qs).
quiet(_, _, []).
quiet(Q, D, [P|Ps]) :- Q =\= P + D, Q =\= P - D, D1 is D + 1, quiet(Q, D1, Ps).""",
[f"queens({n}, Q)", f"aggregate_all(count, queens({n}, _), C)"]),
        (r"""hanoi(0, _, _, _, []) :- !.
hanoi(N, A, B, C, M) :- N1 is N - 1, hanoi(N1, A, C, B, M1), hanoi(N1, C, B, A, M2), append(M1, [A>B|M2], M).""",
         [f"hanoi({rng.randint(1, 4)}, l, r, m, M)", f"hanoi({rng.randint(5, 8)}, l, r, m, M), length(M, K)"]),
        (r"""change(0, _, []) :- !.
change(T, [C|Cs], [C|R]) :- T >= C, T1 is T - C, change(T1, [C|Cs], R).
change(T, [_|Cs], R) :- T > 0, change(T, Cs, R).""", [f"change({total}, {show(sorted(coins, reverse=True))}, L)",
f"findall(x, change({total}, {show(coins)}, _), L), length(L, N)"]),
        (r"""pick_sum([], 0, []).
pick_sum([H|T], S, [H|R]) :- S >= H, S1 is S - H, pick_sum(T, S1, R).
pick_sum([_|T], S, R) :- pick_sum(T, S, R).""",
[f"pick_sum({show(ints(rng, 1, 9, 5, 7))}, {rng.randint(8, 20)}, L)"]),
        (r"""jug(A, B, s(_, Y), s($big, Y), fill) :- true(A, B).
jug(_, _, s(X, _), s(X, $small), fill2).
jug(_, _, s(_, Y), s(0, Y), empty).
jug(_, _, s(X, _), s(X, 0), empty2).
jug(_, _, s(X, Y), s(X1, Y1), pour) :- P is min(X, $small - Y), P > 0, X1 is X - P, Y1 is Y + P.
jug(_, _, s(X, Y), s(X1, Y1), back) :- P is min(Y, $big - X), P > 0, X1 is X + P, Y1 is Y - P.
true(_, _).
jugs(G, M) :- jugs([s(0,0)-[]], [s(0,0)], G, R), reverse(R, M).
jugs([s(X,Y)-M|_], _, G, M) :- ( X =:= G ; Y =:= G ), !.
jugs([S-M|Q], V, G, R) :- findall(T-[A|M], (jug(1, 1, S, T, A), \+ memberchk(T, V)), N0), fresh(N0, [], N), pairs_keys(N, K), append(V, K, V1), append(Q, N, Q1), jugs(Q1, V1, G, R).
fresh([], _, []).
fresh([S-_|T], D, R) :- memberchk(S, D), !, fresh(T, D, R).
fresh([S-M|T], D, [S-M|R]) :- fresh(T, [S|D], R).""", [f"jugs({rng.randint(1, small)}, M)"]),
        (r"""safe(F, W, G, C) :- ( F = G -> true ; W \= G, G \= C ).
opp(l, r). opp(r, l).
move(s(F,F,G,C), s(T,T,G,C), wolf) :- opp(F, T).
move(s(F,W,F,C), s(T,W,T,C), goat) :- opp(F, T).
move(s(F,W,G,F), s(T,W,G,T), cabbage) :- opp(F, T).
move(s(F,W,G,C), s(T,W,G,C), nothing) :- opp(F, T).
cross(S, S, _, []).
cross(S, E, V, [M|Ms]) :- move(S, T, M), T = s(F,W,G,C), safe(F, W, G, C), \+ memberchk(T, V), cross(T, E, [T|V], Ms).""", ["cross(s(l,l,l,l), s(r,r,r,r), [s(l,l,l,l)], M)"]),
        (r"""house(H, L) :- member(H, L).
left_of(A, B, [A,B|_]).
left_of(A, B, [_|T]) :- left_of(A, B, T).
near(A, B, L) :- left_of(A, B, L) ; left_of(B, A, L).
street(L, Owner) :- L = [h(red,_,_), h(_,_,_), h(_,_,_)], house(h(blue,$one,_), L), house(h(_,$two,dog), L), near(h(green,_,_), h(_,_,cat), L), left_of(h(_,_,dog), h(_,_,fish), L), house(h(green,_,_), L), house(h(_,Owner,fish), L).""",
         ["street(L, O)", "findall(O, street(_, O), Os), sort(Os, S)"]),
        (r"""digits(L, Ds) :- digits(L, [0,1,2,3,4,5,6,7,8,9], Ds).
digits([], _, []).
digits([D|T], Pool, [D|R]) :- select(D, Pool, Rest), digits(T, Rest, R).
to_go(A, B, G, O) :- digits([T, O, G, U], _), T =:= $t, O > 0, G > 0, A is 10 * T + O, B is 10 * G + O, S is A + B, S =:= 100 * O + 10 * U + T.""",
         ["to_go(A, B, G, O)"]),
        (r"""magic([A,B,C,D,E,F,G,H,I]) :- S = 15, sel([A,B,C], [1,2,3,4,5,6,7,8,9], R1), S =:= A + B + C, sel([D,E,F], R1, R2), S =:= D + E + F, sel([G,H,I], R2, []), S =:= A + D + G, S =:= G + H + I, S =:= A + E + I, S =:= C + E + G.
sel([], L, L).
sel([X|Xs], L, R) :- select(X, L, M), sel(Xs, M, R).""", ["once(magic(M))"]),
        (r"""knap([], _, 0, []).
knap([i(N,W,V)|T], C, S, [N|R]) :- W =< C, C1 is C - W, knap(T, C1, S1, R), S is S1 + V.
knap([_|T], C, S, R) :- knap(T, C, S, R).
best(Is, C, V, L) :- aggregate_all(max(V0, L0), knap(Is, C, V0, L0), max(V, L)).""",
         [f"best({show([f'i({c},{rng.randint(1, 6)},{rng.randint(1, 9)})' for c in 'abcde'])}, {rng.randint(5, 12)}, V, L)", "best([], 3, V, L)"]),
        (r"""win(N) :- N > 0, member(K, $moves), K =< N, M is N - K, \+ win(M).
lose(N) :- between(1, 12, N), \+ win(N).""", ["lose(N)", "win(9)", "findall(N, (between(1, 10, N), win(N)), L)"]),
        (r"""mini(B) :- B = [[A1,A2],[B1,B2]], row(A1, A2), row(B1, B2), A1 \= B1, A2 \= B2.
row(X, Y) :- perm2([1,2], [X,Y]).
perm2(L, P) :- permutation(L, P).
latin(N, M) :- numlist(1, N, L), length(M, N), rows(M, L, []).
rows([], _, _).
rows([R|Rs], L, Done) :- permutation(L, R), \+ ( member(D, Done), nth0(I, D, X), nth0(I, R, X) ), rows(Rs, L, [R|Done]).""",
         ["mini(B)", "latin(3, M)", f"latin({rng.randint(2, 4)}, [R|_]) -> true ; fail",
         "aggregate_all(count, latin(3, _), N)"]),
    ]
    program = Program("puzzles")
    one, two = rng.sample(NAMES[:6], 2)
    values = {"big": big, "small": small, "one": one, "two": two, "t": rng.choice([2, 8, 3]),
        "moves": some(rng, [1, 2, 3, 4], 2, 3)}
    for clauses, queries in rng.sample(pieces, 4):
        program.add(clauses, **values).ask(*queries)
    return program


def families(rng):
    """Kinship: the first program of every course, with what goes wrong in it."""
    people = rng.sample(NAMES, 10)
    a, b, c, d, e, f, g, h, i, j = people
    born = {p: 1900 + 25 * (k // 3) + rng.randint(0, 9) for k, p in enumerate(people)}
    facts = f"parent({a}, {c}).\nparent({b}, {c}).\nparent({a}, {d}).\nparent({b}, {d}).\nparent({c}, {e}).\nparent({c}, {f}).\nparent({d}, {g}).\nparent({e}, {h}).\nparent({f}, {i}).\nparent({f}, {j}).\n"
    facts += "".join(f"{rng.choice(['male', 'female'])}({p}).\n" for p in people) + "male(nobody).\nfemale(nobody).\n"
    facts += "".join(f"born({p}, {y}).\n" for p, y in born.items())
    return Program("kinship").add(facts).add(r"""
mother(X, Y) :- parent(X, Y), female(X).
father(X, Y) :- parent(X, Y), \+ female(X).
sibling(X, Y) :- parent(P, X), parent(P, Y), X \== Y.
ancestor(X, Y) :- parent(X, Y).
ancestor(X, Y) :- parent(X, Z), ancestor(Z, Y).
generation(X, 0) :- \+ parent(_, X), parent(X, _), !.
generation(X, N) :- parent(P, X), !, generation(P, M), N is M + 1.
cousin(X, Y) :- parent(P, X), sibling(P, Q), parent(Q, Y), X \= Y.
childless(X) :- born(X, _), \+ parent(X, _).
older(X, Y) :- born(X, A), born(Y, B), A < B.
oldest(X) :- born(X, _), \+ older(_, X).
descendants(X, L) :- findall(Y, ancestor(X, Y), L0), sort(L0, L).
line(X, Y, [X,Y]) :- parent(X, Y).
line(X, Y, [X|L]) :- parent(X, Z), line(Z, Y, L).
kind(X, K) :- ( parent(X, _) -> ( parent(_, X) -> K = middle ; K = root ) ; K = leaf ).
""").ask(f"ancestor({a}, X)", f"ancestor(X, {h})", "sibling(X, Y)", f"generation({h}, N)", "cousin(X, Y)",
"childless(X)", "oldest(X)", f"descendants({c}, L)",
         f"line({a}, {i}, L)", "bagof(C, parent(P, C), L)", "setof(C, P^parent(P, C), L)",
         "setof(C-P, parent(P, C), L), length(L, N)", "mother(X, Y)", "father(X, Y), male(X)",
         "aggregate_all(count, parent(_, _), N)", "aggregate_all(max(Y, X), born(X, Y), M)",
         "setof(Y-X, born(X, Y), [Y1-First|_])", "kind(X, K)",
         f"kind({e}, K)", f"forall(parent({a}, X), older({a}, X))", "findall(X, (born(X, Y), Y > 1930), L)",
         "bagof(X, born(X, Y), L)", "father(X, Y), !",
         "setof(X, Y^(parent(X, Y), male(X)), L)",
         "aggregate_all(bag(X-N), (setof(Y, parent(X, Y), L), length(L, N)), B)", "\\+ ancestor(X, X)")


def company(rng):
    """Joins, negation as failure, grouping and totals over tables."""
    departments = rng.sample(["sales", "lab", "law", "ops", "board"], 3)
    staff = rng.sample(NAMES, rng.randint(6, 8))
    facts = "".join(f"dept({d}, {rng.choice(CITIES)}, {rng.randint(1, 9) * 100}).\n" for d in departments) + "dept(empty, nowhere, 0).\n"
    facts += "".join(f"emp({k + 1}, {p}, {rng.choice(departments)}, {rng.randint(20, 60) * 100}).\n" for k,
        p in enumerate(staff))
    facts += "".join(f"boss({rng.randint(1, k)}, {k + 1}).\n" for k in range(1, len(staff)))
    facts += "".join(f"skill({rng.choice(staff)}, {rng.choice(['prolog', 'c', 'tax', 'art'])}, {rng.randint(1, 5)}).\n" for _ in range(7))
    limit = rng.randint(25, 50) * 100
    return Program("tables").add(facts).add(r"""
works(P, City) :- emp(_, P, D, _), dept(D, City, _).
earns_more(A, B) :- emp(_, A, _, X), emp(_, B, _, Y), X > Y.
top(D, P) :- emp(_, P, D, S), \+ ( emp(_, _, D, T), T > S ).
above(X, Y) :- boss(X, Y).
above(X, Y) :- boss(X, Z), above(Z, Y).
bonus(P, B) :- emp(I, P, D, S), dept(D, _, Base), ( S > $limit -> B = Base ; boss(I, _) -> B is Base * 2 ; B is S // 10 ).
grade(P, G) :- emp(_, P, _, S), grade_of(S, G).
grade_of(S, high) :- S > $limit, !.
grade_of(S, middle) :- S > 3000, !.
grade_of(_, low).
total(D, T) :- dept(D, _, _), findall(S, emp(_, _, D, S), L), sum_list(L, T).
no_skill(P) :- emp(_, P, _, _), \+ skill(P, _, _).
all_skilled(D) :- dept(D, _, _), forall(emp(_, P, D, _), skill(P, _, _)).
same_skill(A, B, S) :- skill(A, S, _), skill(B, S, _), A @< B.
report(D, R) :- dept(D, _, _), ( bagof(S-P, I^emp(I, P, D, S), L) -> sort(0, @>=, L, R) ; R = none ).
""", limit=limit).ask("works(P, C)", "top(D, P)", "above(1, X)", "findall(X-Y, above(X, Y), L), length(L, N)",
"bonus(P, B)", "grade(P, G)", "total(D, T)", "no_skill(P)",
                      "all_skilled(D)", "same_skill(A, B, S)", "report(D, R)", "bagof(P, I^S^emp(I, P, D, S), L)",
                      "setof(D, I^P^S^emp(I, P, D, S), L)",
                      "aggregate_all(count, emp(_, _, _, _), N)", "aggregate_all(max(S, P), emp(_, P, _, S), M)",
                      "aggregate_all(sum(S), emp(_, _, D, S), T)",
                      "bagof(G-P, grade(P, G), L), keysort(L, K)", f"forall(emp(_, _, _, S), S < {limit})",
                      "setof(S, P^L^skill(P, S, L), All)", "bagof(P-L, skill(P, S, L), X)",
                      "earns_more(A, B), \\+ earns_more(_, A)", "emp(I, P, D, S), \\+ boss(_, I)",
                      "aggregate_all(min(S-P), emp(_, P, _, S), M)",
                      "aggregate_all(bag(D-T), total(D, T), B), sort(2, @>=, B, C)",
                      "findall(D, (dept(D, _, _), \\+ emp(_, _, D, _)), L)",
                      "findall(P, emp(_, P, _, _), L, [end])", "aggregate_all(set(D), emp(_, _, D, _), S)",
                      "findall(A-B, (emp(_, A, D, _), emp(_, B, D, _), A @< B), L, T)")


def grouping(rng):
    """bagof and setof with free variables, ^ in odd places, templates that share variables."""
    rows = "".join(f"f({rng.choice('abc')}, {rng.randint(1, 3)}, {rng.choice('xyz')}).\n" for _ in range(rng.randint(5, 9)))
    odd = "g(1, A, A).\ng(2, _, b).\ng(2, c, _).\n"
    return Program("grouping").add(rows + odd + r"""
none(_) :- fail.
pick(K, L) :- setof(X-Y, f(K, X, Y), L).
nested(L) :- bagof(K-Ns, setof(N, Z^f(K, N, Z), Ns), L).
""").ask("bagof(X, f(X, Y, Z), L)", "bagof(X, Y^f(X, Y, Z), L)", "bagof(X, Y^Z^f(X, Y, Z), L)",
"setof(X, Y^Z^f(X, Y, Z), L)", "setof(X-Y, Z^f(X, Y, Z), L)", "setof(Y-K, f(K, Y, x), L)",
         "bagof(X, f(X, 9, Z), L)", "pick(K, L)", "nested(L)", "bagof(X-Z, f(X, Y, Z), L), Y > 1",
         "setof(N, K^(f(K, N, _)), L)", "setof(N, K^Z^(f(K, N, Z), N > 1), L)",
         "bagof(N, (f(K, N, Z), Z \\== x), L)", "setof(K, f(K, 1, Z) , L) ; L = nothing", "bagof(A, B^g(N, A, B), L)",
         "bagof(x, f(K, N, Z), L)", "bagof(N, none(N), L)", "findall(N, none(N), L)",
         "bagof(X, member(X, [c,a,b]), L)", "setof(X, member(X, [c,a,b,a]), L)", "setof(X, member(X, [V,a]), L)",
         "bagof(X, member(X-Y, [1-a,2-b,3-a]), L)", "bagof(X, Y^member(X-Y, [1-a,2-b,3-a]), L)",
         "setof(X-Y, member(X-Y, [2-a,1-b,1-a]), L)", "bagof(X, (member(X, [1,2]) ; member(X, [3])), L)",
         "bagof(L1, bagof(X, member(X-Y, [1-a,2-b]), L1), L)", "setof(Y, X^member(X-Y, [1-b,2-a]), [H|_])",
         "bagof(X, G, L)", "bagof(X, 1, L)", "findall(X, nosuch(X), L)", "bagof(X, nosuch(X), L)",
         "setof(X, foo^nosuch2, L)", "findall(X, member(X, [1,2]), [A,B])", "findall(X, member(X, [1,2]), [A])",
         "findall(X, true, L)",
         "findall(X-Y, member(X, [1,2]), L)", "aggregate_all(count, f(_, _, _), N)",
         "aggregate_all(bag(K), f(K, _, _), L)", "aggregate_all(max(N), f(_, N, _), M)",
         "findall(X, (member(X, [1,2,3]), X > 1), L, [z])",
         "bagof(X, member(X, []), L)", "\\+ setof(X, member(X, []), L)",
         "forall(setof(N, Z^f(K, N, Z), L), is_list(L))", "aggregate_all(count, setof(N, Z^f(_, N, Z), _), C)",
         "findall(X, member(X, [1]), foo)", "bagof(X, member(X, [1]), [a|foo])")


FAMILIES = [graphs, graphs, puzzles, puzzles, families, company, company, grouping, grouping]
