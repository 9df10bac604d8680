"""Programs like the rules of an office: conditions, exceptions, thresholds, dates and periods, reasons for an outcome."""
from program import NAMES, Program, atom_text, show, some

DATES = ["2024-02-29", "2023-12-31", "2000-01-01", "1999-06-15", "2025-03-30", "1970-01-01", "2038-01-19",
    "1969-12-31", "1900-03-01", "2100-02-28"]
MOMENTS = ["2024-02-29T12:30:45Z", "2024-02-29", "2023-12-31T23:59:59", "2024-06-01T10:00:00+02:00",
    "2024-06-01T10:00:00-05:30", "20240229T123045", "2024-13-01", "nonsense",
           "2024-02-29 12:30:45", "2024-060", "2024-W09-4", "2024-02-29T12:30", "", "1970-01-01T00:00:00Z",
           "2024-02-29T12:30:45.5Z"]


def benefit(rng):
    people = some(rng, NAMES, 4, 6)
    facts = "".join(f"person({p}, {rng.randint(10, 90)}, {rng.randint(0, 60) * 100}).\n" for p in people)
    facts += "".join(f"resident({p}).\n" for p in people if rng.random() < 0.8) + "resident(nobody).\n"
    facts += "".join(f"excluded({p}, {rng.choice(['prison', 'abroad', 'fraud'])}).\n" for p in people if rng.random() < 0.3) + "excluded(nobody, other).\n"
    facts += "".join(f"child({p}, c{k}, {rng.randint(0, 25)}).\n" for k, p in enumerate(rng.choices(people, k=4)))
    low, age = rng.randint(10, 30) * 100, rng.choice([60, 65, 67])
    return Program("rules of an office").add(facts).add(r"""
limit(single, $low).
limit(family, L) :- limit(single, S), L is S * 3 // 2.
dependant(P, C) :- child(P, C, A), A < 18.
household(P, family) :- dependant(P, _), !.
household(_, single).
needy(P) :- person(P, _, I), household(P, H), limit(H, L), I =< L.
old(P) :- person(P, A, _), A >= $age.
eligible(P, R) :- person(P, _, _), resident(P), \+ excluded(P, _), reason(P, R).
reason(P, old) :- old(P).
reason(P, needy) :- needy(P).
amount(P, A) :- person(P, _, I), findall(C, dependant(P, C), Cs), length(Cs, N), household(P, H), limit(H, L), B is max(0, L - I), A is B + N * 250.
why_not(P, Ws) :- person(P, _, _), findall(W, obstacle(P, W), Ws).
obstacle(P, not_resident) :- \+ resident(P).
obstacle(P, excluded(W)) :- excluded(P, W).
obstacle(P, no_reason) :- \+ reason(P, _).
decide(P, D) :- person(P, _, _), ( eligible(P, R) -> amount(P, A), D = granted(R, A) ; why_not(P, Ws), D = refused(Ws) ).
prove(true, []) :- !.
prove((A, B), P) :- !, prove(A, PA), prove(B, PB), append(PA, PB, P).
prove(G, [not(H)]) :- G = (\+ H), !, \+ prove(H, _).
prove(G, [G-P]) :- rule(G, B), prove(B, P).
rule(ok(P), (who(P), \+ bad(P))).
rule(who(P), true) :- person(P, _, _).
rule(bad(P), true) :- excluded(P, _).
tax(I, T) :- tax(I, [0-0, $low-10, 3000-20, 5000-42], 0, T).
tax(_, [], T, T).
tax(I, [F-R|Bs], T0, T) :- ( Bs = [N-_|_] -> U is min(I, N) ; U = I ), S is max(0, U - F), T1 is T0 + S * R rdiv 100, tax(I, Bs, T1, T).
""", low=low, age=age).ask("eligible(P, R)", "amount(P, A)", "why_not(P, W)", "decide(P, D)", "prove(ok(P), T)",
"findall(P-D, decide(P, D), L), length(L, N)", f"tax({rng.randint(0, 9000)}, T)",
"person(P, _, I), tax(I, T), N is I - T",
         "aggregate_all(sum(A), amount(_, A), S)", "setof(R, P^eligible(P, R), L)", "bagof(P, eligible(P, R), L)",
         "forall(eligible(P, _), resident(P))", "household(P, H)", "person(P, A, _), household(P, H)",
         "aggregate_all(max(A, P), amount(P, A), M)",
         "\\+ eligible(nobody, _)", "limit(H, L)",
         "person(P, A, _), ( A < 18 -> G = minor ; A < 65 -> G = adult ; G = senior )", "once(decide(P, refused(W)))",
         "eligible(P, old), \\+ eligible(P, needy)")


def dates(rng):
    d, e = rng.sample(DATES, 2)
    y, m, day = rng.randint(1960, 2090), rng.randint(1, 12), rng.randint(1, 28)
    stamp = rng.choice(["0", "0.0", "86399.5", "1709209845", "-1", "951782400", "4102444800", "1700000000.25",
        "-86400.0", "123456789"])
    moment = rng.choice(MOMENTS)
    return Program("dates").add(r"""
date_of(A, date(Y, M, D)) :- atomic_list_concat(Ps, '-', A), maplist(atom_number, Ps, [Y, M, D]).
stamp(date(Y, M, D), S) :- date_time_stamp(date(Y, M, D, 0, 0, 0, 0, -, -), S).
days(A, B, N) :- date_of(A, DA), date_of(B, DB), stamp(DA, SA), stamp(DB, SB), N is round(SB - SA) // 86400.
weekday(A, W) :- date_of(A, D), day_of_the_week(D, N), nth1(N, [mon,tue,wed,thu,fri,sat,sun], W).
age(B, On, A) :- date_of(B, date(Y, M, D)), date_of(On, date(Y2, M2, D2)), ( M2-D2 @< M-D -> A is Y2 - Y - 1 ; A is Y2 - Y ).
before(A, B) :- date_of(A, X), date_of(B, Y), X @< Y.
leap(Y) :- Y mod 4 =:= 0, ( Y mod 100 =\= 0 -> true ; Y mod 400 =:= 0 ).
month_days(Y, 2, D) :- !, ( leap(Y) -> D = 29 ; D = 28 ).
month_days(_, M, D) :- memberchk(M, [4,6,9,11]), !, D = 30.
month_days(_, _, 31).
later(A, N, R) :- date_of(A, D), stamp(D, S), T is S + N * 86400, stamp_date_time(T, X, 'UTC'), date_time_value(date, X, R).
text(S, T) :- format_time(atom(T), '%Y-%m-%d %H:%M:%S', S).
easter(Y, date(Y, M, D)) :- A is Y mod 19, B is Y // 100, C is Y mod 100, E is B // 4, F is B mod 4, G is (B + 8) // 25, H is (B - G + 1) // 3, I is (19 * A + B - E - H + 15) mod 30, J is C // 4, K is C mod 4, L is (32 + 2 * F + 2 * J - I - K) mod 7, N is (A + 11 * I + 22 * L) // 451, M is (I + L - 7 * N + 114) // 31, D is (I + L - 7 * N + 114) mod 31 + 1.
""").ask(*rng.sample([f"days('{d}', '{e}', N)", f"weekday('{d}', W)", f"age('{d}', '{e}', A)",
f"before('{d}', '{e}')", f"later('{d}', {rng.randint(-400, 400)}, R)", f"easter({y}, D)", f"month_days({y}, {m}, D)",
f"date_time_stamp(date({y},{m},{day},10,20,30,0,-,-), S)",
         f"date_time_stamp(date({y},{m},{day},10,20,30.5,3600,-,-), S)", f"stamp_date_time({stamp}, D, 'UTC')",
         f"stamp_date_time({stamp}, D, 'UTC'), date_time_value({rng.choice(['year', 'month', 'day', 'hour', 'minute', 'second', 'date', 'time', 'utc_offset', 'K'])}, D, V)",
         f"parse_time({atom_text(moment)}, S)", f"format_time(atom(A), '%Y-%m-%d', {stamp})",
         f"format_time(atom(A), '%H:%M:%S', {stamp})", f"format_time(atom(A), '%A %j', {stamp})", f"text({stamp}, T)",
         f"format_time(atom(A), '%d.%m.%Y', date({y},{m},{day}))",
         f"format_time(atom(A), '%Y-%m-%d %H:%M:%S', date({y},{m},{day},1,2,3,0,-,-))",
         f"day_of_the_week(date({y},{m},{day}), W)", "day_of_the_week(X, W)", "day_of_the_week(foo, W)",
         "stamp_date_time(X, D, 'UTC')", "stamp_date_time(a, D, 'UTC')", "parse_time(X, S)",
         f"format_time(atom(A), '%A', X)",
         "format_time(atom(A), '%Y', foo)", f"date_time_stamp(date({y},{m + 12},{day},0,0,0,0,-,-), S)",
         f"date_time_stamp(date({y},{m},{day + 30},0,0,0,0,-,-), S)", "date_time_stamp(X, S)",
         "date_time_stamp(foo, S)", f"date_time_stamp(date({y},{m},{day}), S)",
         f"format_time(atom(A), '%A, %d %%', {stamp})",
         "findall(Y, (between(1995, 2010, Y), leap(Y)), L)", f"later('{d}', 1, R), later('{d}', -1, Q), Q @< R",
         f"stamp_date_time({stamp}, date(Y,M,D,H,Mi,S,O,Z,X), 'UTC')",
         f"date_time_value(year, date({y},{m},{day}), Y)",
         f"date_time_value(K, date({y},{m},{day},1,2,3.0,0,'UTC',-), V)",
         f"parse_time('{d}', S), format_time(atom(A), '%A %j', S)",
         f"text(0, T), split_string(T, \" \", \"\", [D, C])", f"date_of('{d}', date(Y, _, _)), leap(Y)",
         "date_of(x, D)"], 9))


def periods(rng):
    """Which version of a rule was in force when; overlaps of periods; deadlines."""
    facts, year = "", rng.randint(1990, 2005)
    for k in range(rng.randint(3, 5)):
        end = year + rng.randint(1, 6)
        facts += f"version(r{rng.randint(1, 2)}, {year}, {end}, {rng.randint(1, 40)}).\n"
        year = end + rng.randint(-1, 1)
    facts += f"version(r1, {year}, inf, {rng.randint(1, 40)}).\n"
    return Program("periods").add(facts).add(r"""
in_force(R, Y, V) :- version(R, F, T, V), F =< Y, ( T == inf -> true ; Y < T ).
overlap(R, A-B, C-D) :- version(R, A, B, _), version(R, C, D, _), A < C, ( B == inf ; C < B ), !.
gap(R, B, C) :- version(R, _, B, _), B \== inf, \+ ( version(R, A, D, _), A =< B, ( D == inf ; D > B ) ), aggregate_all(min(A), (version(R, A, _, _), A > B), C).
newest(R, V) :- version(R, _, _, _), \+ fail, aggregate_all(max(F-V0), version(R, F, _, V0), max(_-V)) .
latest(R, V) :- setof(F-V0, T^version(R, F, T, V0), L), last(L, _-V).
history(R, L) :- bagof(F-V, T^version(R, F, T, V), L0), keysort(L0, L).
open_ended(R) :- version(R, _, inf, _).
span(F, T, N) :- ( T == inf -> throw(open_period(F)) ; N is T - F ).
spans(L) :- findall(N, (version(_, F, T, _), catch(span(F, T, N), open_period(F), N = open(F))), L).
strict_spans(L) :- findall(N, (version(_, F, T, _), span(F, T, N)), L).
changes([_], []).
changes([_-A,F-B|T], [F:D|R]) :- D is B - A, changes([F-B|T], R).
""").ask(f"in_force(R, {rng.randint(1990, 2015)}, V)", "overlap(r1, A, B)", "gap(R, A, B)", "latest(R, V)",
"history(R, L)", "history(R, L), changes(L, C)", "open_ended(R)", "spans(L)", "strict_spans(L)",
"catch(strict_spans(L), open_period(F), L = none)",
         "version(R, F, T, V), catch(span(F, T, N), open_period(_), N = 0)",
         "aggregate_all(count, version(r1, _, _, _), N)", "setof(R, F^T^V^version(R, F, T, V), L)",
         "forall(version(_, F, T, _), ( T == inf ; F =< T ))",
         f"findall(Y-V, (between(1995, 2004, Y), in_force(r1, Y, V)), L)",
         "aggregate_all(max(V, F), version(_, F, _, V), M)",
         "version(R, F, T, _), T < 2000" if rng.random() < 0.5 else "version(R, F, T, _), number(T), T < 2000",
         "spans(L), include(integer, L, I), max_list(I, M)")


def expert(rng):
    """A small engine of rules written in the language itself: forward and backward, with reasons."""
    symptoms = some(rng, ["fever", "cough", "rash", "pain", "tired"], 2, 4)
    return Program("engine in rules").add("".join(f"fact({s}).\n" for s in symptoms)).add(r"""
rule(1, flu, [fever, cough]).
rule(2, measles, [fever, rash]).
rule(3, stay_home, [flu]).
rule(4, stay_home, [measles]).
rule(5, call_doctor, [measles, not(flu)]).
rule(6, rest, [tired, not(fever)]).
rule(7, rest, [stay_home]).
holds(F, fact) :- fact(F).
holds(not(F), absent) :- \+ holds(F, _).
holds(C, N : Rs) :- rule(N, C, Bs), all_hold(Bs, Rs).
all_hold([], []).
all_hold([B|Bs], [B-R|Rs]) :- holds(B, R), all_hold(Bs, Rs).
forward(Fs0, Fs) :- rule(_, C, Bs), \+ memberchk(C, Fs0), forall(member(B, Bs), true_in(B, Fs0)), !, forward([C|Fs0], Fs).
forward(Fs, Fs).
true_in(not(F), Fs) :- !, \+ memberchk(F, Fs).
true_in(F, Fs) :- memberchk(F, Fs).
missing(C, M) :- rule(_, C, Bs), findall(B, (member(B, Bs), \+ holds(B, _)), M).
depth(fact, 0) :- !.
depth(absent, 0) :- !.
depth(_ : Rs, D) :- findall(N, (member(_-R, Rs), depth(R, N)), Ns), max_list([0|Ns], M), D is M + 1.
support(F, S) :- setof(N, holds_by(N, F), S).
holds_by(N, F) :- holds(F, N : _).
""").ask(
        "holds(X, R)", "holds(rest, R)", "findall(F, fact(F), L), forward(L, M), msort(M, S)", "missing(C, M)",
        "holds(rest, R), depth(R, D)", "support(F, S)", "aggregate_all(count, holds(_, _), N)",
        "setof(C, N^B^rule(N, C, B), L)", "\\+ holds(call_doctor, _)",
        "bagof(N, B^rule(N, C, B), L)", "holds(stay_home, N : _)", "forall(rule(_, C, _), atom(C))",
        "rule(N, C, [B]), holds(B, _)", "holds(not(flu), R)",
        "findall(C, (rule(_, C, Bs), memberchk(not(_), Bs)), L)")


FAMILIES = [benefit, benefit, dates, dates, dates, periods, expert]
