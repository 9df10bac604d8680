safe(G, E) :- catch(G, error(E, _), true).
one(1).
two(a, b). two(b, c).
?- X = one(), call(X, Y).
?- call(two(), A, B).
?- maplist(one(), [A, B]).
?- safe(one() =.. L, E).
?- safe(functor(one(), N, A), E).
?- one() = one.
?- X = one(), copy_term(X, Y), X == Y.
?- safe(T =.. [f(x), a], E).
?- safe(T =.. [1, a], E).
?- 'A b' =.. [a|b].
?- f(x) =.. [f, y|b].
?- safe(f(x) =.. [f|b], E).
?- safe(arg(-1, f(a), X), E).
?- safe(arg(N, X, Y), E).
?- safe(functor(X, f(x), -2), E).
?- safe(functor(X, a, -1), E).
?- safe(succ(-1, X), E).
?- safe(succ(X, 0), E).
?- safe(plus(1, 0.0, X), E).
?- safe(sort(3, @<, [t(1, x)], S), E).
?- safe(sort(0, foo, [b, a], S), E).
?- safe(sort(-2, X, [b, a], S), E).
?- sort(1, @>=, [f(1, a), f(2, b), f(1, c)], S).
?- safe(keysort([a], S), E).
?- sort(0, @<, [0.0, -0.0, 0, 1.0, 1], S).
