p(1). p(2). p(3).
q(a). q(b).
first(X) :- G = (p(X), !), G.
first(0).
safe(G, E) :- catch(G, error(E, _), true).
either(X, R) :- ( X > 1, ! ; X = 1 ), R = X.
either(_, none).
bagged(X, L) :- bagof(Y, (s(Z, X), Y = 1, Z = Z), L).
s(_, d). s(_, a). s(_, a). s(_, d).
?- catch(\+ throw(a), X, true).
?- catch(forall(p(X), X < 2 ; throw(large)), B, true).
?- catch(findall(X, (p(X), X > 2, throw(found(X))), L), found(Y), true).
?- first(X).
?- either(3, R).
?- either(1, R).
?- safe(call(1), E).
?- safe(call((p(X), 1)), E).
?- safe(nosuch(1), E).
?- length(L, L).
?- length([a|L], L).
?- safe(length(a, N), E).
?- bagged(X, L).
?- bagof(X, member(X-Y, [1-A, 2-B, 3-A, 4-c, 5-B]), M).
?- bagof(X, Y^member(X-Y, [1-a, 2-b]), L).
?- aggregate_all(max(X), member(X, [1, 3.0, 2]), M).
?- safe(aggregate_all(max(N-W), member(N-W, [1-a, 2-b]), M), E).
?- aggregate_all(max(N, W), member(N-W, [1-a, 2-b]), M).
