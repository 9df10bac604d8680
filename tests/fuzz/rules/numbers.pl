fact(0, 1) :- !.
fact(N, F) :- M is N - 1, fact(M, G), F is N * G.
?- fact(30, F), X is F / 7 + 1r3, Y is X ** 2, Z is rationalize(0.1), W is max(1, 1.0), V is 2 ** -1, U is 5 rdiv 10.
?- X is (7 mod -2) + (-7 // 2) + msb(1 << 100) + gcd(12, 18) + truncate(2.5) + \ 5 xor 3 /\ 9 \/ 1.
?- X is sin(1) + atan2(1, 2) + copysign(2, -0.0) + e ** 0 + ceiling(1r3) + cot(1) + log(2) + "a".
?- sort(0, @>=, [c, 1, "s", f(x), 2.0, Z, []], L), predsort([O, A, B] >> compare(O, A, B), L, M), X =.. [f, 1], functor(X, N, 1), arg(1, X, Q).
?- X = f(X, Y), copy_term(X, Z), X == Z, length(L, 3), nth0(1, L, a), numbervars(L, 0, E), L = [_|_], between(1, 3, K), K > 2, !.
