:- discontiguous parent/2.
:- dynamic fact/1.
:- op(700, xfx, ===>).
parent(ann, bea). parent(bea, cy).
ancestor(X, Y) :- parent(X, Y).
ancestor(X, Z) :- parent(X, Y), ancestor(Y, Z).
tax(Income, Tax) :- Income > 1000 -> Tax is Income * 3 / 10 ; Tax is 0.
a ===> b.
?- ancestor(ann, X).
?- findall(X-Y, ancestor(X, Y), L), msort(L, S), length(S, N).
?- tax(1r3 + 2000, T), X ===> Y.
?- catch(atom_length(_, _), error(E, _), true).
?- setof(X, Y^parent(X, Y), L) ; \+ parent(z, _).
?- forall(member(X, [1,2]), X > 0), aggregate_all(count, parent(_, _), N).
