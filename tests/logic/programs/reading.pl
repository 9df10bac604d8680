kept(a :- b, c).
text('a\
   b').
?- kept(X, Y).
?- text(T).
?- X = 1.0Inf, Y = -1.0Inf.
?- X = [], Y = '[]', \+ X == Y.
?- X = '[]'(x).
?- X = +1.
?- X = 1 + +1.
?- X = (a|b).
?- X = 5.0e-324.
?- X = [a:-b, c].
?- X = {a, b}.
?- X = "a\sb\e\\".
?- X = f(:-, ;, (',')).
?- X = 1286742750677284.5, Y = 1.0e15, Z = 123456789012345680.0.
?- term_to_atom(f(:-), A).
?- term_to_atom(f(;, ','), A).
?- term_to_atom(- (1), A).
?- term_to_atom(1 - (-1), A).
?- term_to_atom({a}, A).
?- term_to_atom(T, 'foo(X, bar(X), Y)').
?- term_to_atom(T, 'f(g())').
?- X = "é\U0001F600", string_length(X, N).
