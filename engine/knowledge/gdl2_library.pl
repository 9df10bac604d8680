% What GDL2's own words mean, for the clauses that guidelines become.
%
% Values: quantity(Magnitude, Unit, Precision), count(N), ordinal(N, Terminology, Code, Label), coded(Terminology, Code, Label), text(T),
% real(N), boolean(B), date_time(Seconds, Clock, Zone) of the local clock, proportion(Numerator, Denominator, Kind); null where there is none. Numbers are exact. A precision that no rule has given is none.

% ---- numbers in values ----

gdl2_magnitude(quantity(M, _, _), M).
gdl2_magnitude(count(N), N).
gdl2_magnitude(real(N), N).
gdl2_magnitude(ordinal(N, _, _, _), N).
gdl2_magnitude(proportion(N, D, _), M) :- ( D =:= 0 -> fail ; M is N rdiv D ).
gdl2_magnitude(date_time(S, _, _), M) :- M is S * 1000.
gdl2_magnitude(text(T), M) :- catch(number_string(N, T), error(_, _), fail), ( rational(N) -> M = N ; M is rationalize(N) ).

% The number that an attribute of a value is: $gt0005.magnitude
gdl2_number(year, V, N) :- !, gdl2_date_part(V, year, N).
gdl2_number(month, V, N) :- !, gdl2_date_part(V, month, N).
gdl2_number(day, V, N) :- !, gdl2_date_part(V, day, N).
gdl2_number(count, V, N) :- !, ( V == null -> N = 0 ; N = 1 ).
gdl2_number(precision, V, N) :- !, V = quantity(_, _, N).
gdl2_number(numerator, V, N) :- !, V = proportion(N, _, _).
gdl2_number(denominator, V, N) :- !, V = proportion(_, N, _).
gdl2_number(_, V, N) :- V \== null, gdl2_magnitude(V, N), !.

gdl2_date_part(date_time(S, _, _), Part, N) :- stamp_date_time(S, Date, 'UTC'), date_time_value(Part, Date, N).

% An attribute as a value of its own: $gt0005.unit
gdl2_attribute(unit, quantity(_, U, _), text(U)) :- !.
gdl2_attribute(units, quantity(_, U, _), text(U)) :- !.
gdl2_attribute(code, ordinal(_, _, C, _), text(C)) :- !.
gdl2_attribute(code, coded(_, C, _), text(C)) :- !.
gdl2_attribute(label, ordinal(_, _, _, L), text(L)) :- !.
gdl2_attribute(label, coded(_, _, L), text(L)) :- !.
gdl2_attribute(value, text(T), text(T)) :- !.
gdl2_attribute(value, coded(_, _, L), text(L)) :- !.
gdl2_attribute(value, boolean(B), boolean(B)) :- !.
gdl2_attribute(value, date_time(S, C, Z), date_time(S, C, Z)) :- !.
gdl2_attribute(string, V, text(T)) :- !, V \== null, gdl2_text(V, T).
gdl2_attribute(Name, V, N) :- gdl2_number(Name, V, N).

% The value of an arithmetic expression, exact from here on; none when it is not defined.
gdl2_is(Value, Expression) :- catch(V is Expression, error(_, _), fail), catch(Value is rational(V), error(_, _), fail).

% Of a power of ten it is exact.
gdl2_log10(Expression, L) :-
    catch(X is Expression, error(_, _), fail), X > 0,
    L0 is log(X) / log(10), R is round(L0),
    ( R >= 0, X =:= 10 ** R -> L = R ; R < 0, X * 10 ** (-R) =:= 1 -> L = R ; L = L0 ).

% ---- comparison ----

gdl2_equal(A, B) :- A == B, !.
gdl2_equal(ordinal(N, T, C, _), ordinal(M, T, C, _)) :- !, N =:= M.
gdl2_equal(coded(T, C, _), coded(T, C, _)) :- !.
gdl2_equal(ordinal(_, T, C, _), coded(T, C, _)) :- !.
gdl2_equal(coded(T, C, _), ordinal(_, T, C, _)) :- !.
gdl2_equal(coded(_, C, _), text(C)) :- !.
gdl2_equal(boolean(B), text(T)) :- !, atom_string(B, T).
gdl2_equal(text(T), boolean(B)) :- !, atom_string(B, T).
gdl2_equal(text(A), text(B)) :- !, gdl2_same_unit(A, B).
gdl2_equal(A, B) :- gdl2_sides(A, B, X, Y), X =:= Y.
% The micro sign is written in two ways, and as a u.
gdl2_same_unit(A, B) :- gdl2_plain_unit(A, P), gdl2_plain_unit(B, P).
gdl2_plain_unit(A, P) :-
    split_string(A, "\u00B5\u03BC", "", Parts), ( Parts = [_] -> P = A ; atomic_list_concat(Parts, u, P0), atom_string(P0, P) ).
gdl2_different(A, B) :- \+ gdl2_equal(A, B).
gdl2_less(A, B) :- gdl2_sides(A, B, X, Y), X < Y.
gdl2_greater(A, B) :- gdl2_sides(A, B, X, Y), X > Y.
gdl2_at_most(A, B) :- gdl2_sides(A, B, X, Y), X =< Y.
gdl2_at_least(A, B) :- gdl2_sides(A, B, X, Y), X >= Y.

% The two numbers of a comparison: quantities of different units have none, but those of time have.
gdl2_sides(A, _, _, _) :- A == null, !, fail.
gdl2_sides(_, B, _, _) :- B == null, !, fail.
gdl2_sides(quantity(X, U, _), quantity(Y, W, _), P, Q) :- !, gdl2_units(U, W, X, Y, P, Q).
gdl2_sides(A, B, X, Y) :- gdl2_plain(A, X), gdl2_plain(B, Y).
gdl2_plain(N, N) :- number(N), !.
gdl2_plain(V, N) :- gdl2_magnitude(V, N), !.

gdl2_units(U, W, X, Y, X, Y) :- gdl2_same_unit(U, W), !.
gdl2_units("", _, X, Y, X, Y) :- !.
gdl2_units(_, "", X, Y, X, Y) :- !.
gdl2_units(U, W, X, Y, P, Q) :- gdl2_month(U, A), gdl2_month(W, B), !, P is X * A, Q is Y * B.
gdl2_units(U, W, X, Y, P, Q) :- gdl2_seconds(U, A), gdl2_seconds(W, B), !, P is X * A, Q is Y * B.
gdl2_month("a", 12).
gdl2_month("mo", 1).
gdl2_seconds("a", 31557600).
gdl2_seconds("mo", 2629800).
gdl2_seconds("wk", 604800).
gdl2_seconds("d", 86400).
gdl2_seconds("h", 3600).
gdl2_seconds("min", 60).
gdl2_seconds("s", 1).

% A code that is one of these, or lies below one, as far as the codes themselves tell.
gdl2_is_a(V, Codes) :- gdl2_attribute(code, V, text(C)), member(code(Prefix), Codes), sub_string(C, 0, _, _, Prefix), !.

% ---- dates ----

gdl2_shift(date_time(S, C, Z), N, Unit, date_time(T, C, Z)) :-
    ( gdl2_month(Unit, Months)
    -> stamp_date_time(S, date(Y, M, D, H, Mn, Sec, _, _, _), 'UTC'),
       Count is Y * 12 + M - 1 + truncate(N * Months), Y2 is Count div 12, M2 is Count mod 12 + 1,
       gdl2_last_day(Y2, M2, Last), D2 is min(D, Last),
       date_time_stamp(date(Y2, M2, D2, H, Mn, Sec, 0, -, -), T0), T is rational(T0)
    ; gdl2_seconds(Unit, Seconds), T is S + N * Seconds
    ).
gdl2_last_day(Y, M, Last) :-
    date_time_stamp(date(Y, M, 1, 0, 0, 0, 0, -, -), From), M1 is M + 1,
    date_time_stamp(date(Y, M1, 1, 0, 0, 0, 0, -, -), To), Last is integer((To - From) / 86400).
gdl2_date(Text, date_time(S, "", "")) :- parse_time(Text, T), S is rational(T).
% Milliseconds of a period that begins now.
gdl2_span(N, Unit, Ms) :- gdl2_now(Now), gdl2_shift(Now, N, Unit, Then), Now = date_time(A, _, _), Then = date_time(B, _, _), Ms is (B - A) * 1000.

% ---- assignment ----

gdl2_with(unit, text(U), Old, New) :- !, gdl2_as_quantity(Old, M, _, P), New = quantity(M, U, P).
gdl2_with(units, text(U), Old, New) :- !, gdl2_as_quantity(Old, M, _, P), New = quantity(M, U, P).
gdl2_with(precision, N, Old, New) :- !, gdl2_as_quantity(Old, M, U, _), gdl2_plain(N, P), New = quantity(M, U, P).
gdl2_with(numerator, N, Old, New) :- !, ( Old = proportion(_, D, K) -> true ; D = 1, K = 0 ), New = proportion(N, D, K).
gdl2_with(denominator, D, Old, New) :- !, ( Old = proportion(N, _, K) -> true ; N = 0, K = 0 ), New = proportion(N, D, K).
gdl2_with(Kind, V, Old, New) :-
    gdl2_plain(V, N),
    ( Old = quantity(_, U, P) -> New = quantity(N, U, P)
    ; Kind == quantity -> New = quantity(N, "", none)
    ; C is truncate(N), New = count(C)
    ).
% A rule leaves a quantity with the digits of its precision.
gdl2_settled(quantity(M, U, P), quantity(R, U, P)) :- !, gdl2_rounded(M, P, R).
gdl2_settled(V, V).
gdl2_as_quantity(quantity(M, U, P), M, U, P) :- !.
gdl2_as_quantity(count(M), M, "", none) :- !.
gdl2_as_quantity(real(M), M, "", none) :- !.
gdl2_as_quantity(_, 0, "", none).

% ---- texts ----

gdl2_join(Parts, text(T)) :- gdl2_texts(Parts, Ts), atomic_list_concat(Ts, A), atom_string(A, T).
gdl2_texts([], []).
gdl2_texts([P|Ps], [T|Ts]) :- P \== null, ( number(P) -> gdl2_plain_text(P, T) ; P = text(T) -> true ; gdl2_text(P, T) ), gdl2_texts(Ps, Ts).
% Thousands are set apart, at most three digits follow the point.
gdl2_plain_text(N, T) :-
    gdl2_rounded(N, 3, R), A is abs(R), W is floor(A), F is integer((A - W) * 1000),
    format(string(W1), "~D", [W]), ( R < 0 -> string_concat("-", W1, W2) ; W2 = W1 ),
    ( F =:= 0 -> T = W2 ; F1 is F + 1000, number_codes(F1, [_|Cs]), gdl2_trimmed(Cs, Ds), string_codes(F2, Ds), atomic_list_concat([W2, '.', F2], T) ).
gdl2_trimmed(Cs, Ds) :- append(Front, [0'0], Cs), !, gdl2_trimmed(Front, Ds).
gdl2_trimmed(Cs, Cs).

% A value as GDL2 prints it. A magnitude is a double there: what is printed is the double nearest to the exact value, half to even.
gdl2_text(quantity(M, U, none), T) :- !, gdl2_text(quantity(M, U, 0), T).
gdl2_text(quantity(M, U, P), T) :- gdl2_fixed(M, P, F), ( U == "" -> T = F ; string_concat(F, ",", F1), string_concat(F1, U, T) ).
gdl2_text(count(N), T) :- number_string(N, T).
gdl2_text(real(N), T) :- ( integer(N) -> number_string(N, T) ; X is float(N), number_string(X, T) ).
gdl2_text(ordinal(N, G, C, L), T) :- format(string(T), "~w|~w::~w|~w|", [N, G, C, L]).
gdl2_text(coded(G, C, L), T) :- format(string(T), "~w::~w|~w|", [G, C, L]).
gdl2_text(text(T), T).
gdl2_text(boolean(B), T) :- atom_string(B, T).
gdl2_text(date_time(S, C, Z), T) :- S1 is float(S), format_time(string(D), '%Y-%m-%d', S1), ( C == "" -> string_concat(D, Z, T) ; gdl2_clock(C, S1, K), string_concat(D, K, DK), string_concat(DK, Z, T) ).
gdl2_text(proportion(N, D, K), T) :- format(string(T), "~w,~w,~w", [N, D, K]).
gdl2_clock(C, S, K) :- ( string_length(C, 6) -> format_time(string(K), 'T%H:%M', S) ; format_time(string(K), 'T%H:%M:%S', S) ).

gdl2_rounded(M, P, V) :-
    X is rational(float(M)) * 10 ** P, L is floor(X), D is X - L,
    ( D < 1r2 -> R = L ; D > 1r2 -> R is L + 1 ; L mod 2 =:= 0 -> R = L ; R is L + 1 ),
    V is R rdiv 10 ** P.
gdl2_fixed(M, P, F) :- gdl2_rounded(M, P, V), format(string(F), "~*f", [P, V]).
