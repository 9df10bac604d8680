% Predicates that are rules themselves. What is written here may be used in every pack, and a proof may rest on it.

% ---- control ----

once(Goal) :- call(Goal), !.
ignore(Goal) :- ( call(Goal) -> true ; true ).
not(Goal) :- \+ call(Goal).
forall(Condition, Action) :- \+ ( call(Condition), \+ call(Action) ).
apply(Goal, Arguments) :- Goal =.. Parts, append(Parts, Arguments, All), Call =.. All, call(Call).
_ ^ Goal :- call(Goal).

between(Low, High, X) :-
    '$need_integer'(Low),
    '$upper_bound'(High),
    ( integer(X) -> X >= Low, '$below'(X, High)
    ; nonvar(X) -> '$type_error'(integer, X)
    ; '$below'(Low, High), '$between'(Low, High, X)
    ).
'$upper_bound'(High) :- ( High == inf -> true ; High == infinite -> true ; '$need_integer'(High) ).
'$below'(X, High) :- ( integer(High) -> X =< High ; true ).
'$between'(Low, High, X) :- Low == High, !, X = Low.
'$between'(Low, _, Low).
'$between'(Low, High, X) :- Next is Low + 1, '$between'(Next, High, X).

'$need_integer'(X) :- ( integer(X) -> true ; var(X) -> throw(error(instantiation_error, _)) ; '$type_error'(integer, X) ).
'$type_error'(Type, X) :- throw(error(type_error(Type, X), _)).
'$need_list'(L) :- ( is_list(L) -> true ; '$open_tail'(L, _, _) -> throw(error(instantiation_error, _)) ; '$type_error'(list, L) ).

% ---- all solutions ----

bagof(Template, Goal, Bag) :-
    '$strip'(Goal, Inner, Bound),
    '$free_variables'(Inner, Template + Bound, Free),
    ( Free == [] -> findall(Template, Inner, Bag), Bag \== []
    ; Witness =.. [v|Free],
      findall(Witness-Template, Inner, Pairs),
      Pairs \== [],
      '$same_variables'(Pairs, _),
      keysort(Pairs, Sorted),
      '$groups'(Sorted, Groups),
      member(Witness-Bag, Groups)
    ).
setof(Template, Goal, Set) :- bagof(Template, Goal, Bag), sort(Bag, Set).

'$strip'(Goal, Goal, []) :- var(Goal), !.
'$strip'(V ^ Goal, Inner, [V|Bound]) :- !, '$strip'(Goal, Inner, Bound).
'$strip'(Goal, Goal, []).
'$free_variables'(Goal, Bound, Free) :-
    '$open_variables'(Goal, All),
    term_variables(Bound, Hidden),
    '$without'(All, Hidden, Free).
% Variables of a goal, but not those that an inner bagof, setof or \+ keeps to itself.
'$open_variables'(Goal, Variables) :- '$open_part'(Goal, Part), term_variables(Part, Variables).
'$open_part'(Goal, Goal) :- var(Goal), !.
'$open_part'(\+ _, []) :- !.
'$open_part'((A, B), [X|Y]) :- !, '$open_part'(A, X), '$open_part'(B, Y).
'$open_part'((A ; B), [X|Y]) :- !, '$open_part'(A, X), '$open_part'(B, Y).
'$open_part'((A -> B), [X|Y]) :- !, '$open_part'(A, X), '$open_part'(B, Y).
'$open_part'((A *-> B), [X|Y]) :- !, '$open_part'(A, X), '$open_part'(B, Y).
'$open_part'(_ ^ Goal, _) :- var(Goal), !.
'$open_part'(bagof(T, G, L), L-Free) :- !, '$strip'(G, I, B), '$free_variables'(I, T + B, Free).
'$open_part'(setof(T, G, L), L-Free) :- !, '$strip'(G, I, B), '$free_variables'(I, T + B, Free).
'$open_part'(Goal, Goal).
'$without'([], _, []).
'$without'([V|Vs], Hidden, Free) :- ( '$holds_same'(Hidden, V) -> Free = Rest ; Free = [V|Rest] ), '$without'(Vs, Hidden, Rest).
'$holds_same'([X|Xs], V) :- ( X == V -> true ; '$holds_same'(Xs, V) ).
% What the solutions leave open in what tells them apart becomes the same variables in all of them: what then differs is another group.
'$same_variables'([], _).
'$same_variables'([Witness-_|Pairs], Shared) :- term_variables(Witness, Own), '$share'(Own, Shared), '$same_variables'(Pairs, Shared).
'$share'([], _).
'$share'([V|Vs], [V|Shared]) :- '$share'(Vs, Shared).
'$groups'([], []).
'$groups'([Key-Value|Rest], [Key-[Value|Values]|Groups]) :- '$same_key'(Rest, Key, Values, Others), '$groups'(Others, Groups).
'$same_key'([Other-Value|Rest], Key, [Value|Values], Others) :- Other == Key, !, '$same_key'(Rest, Key, Values, Others).
'$same_key'(Others, _, [], Others).

aggregate_all(Spec, _, _) :- var(Spec), !, throw(error(instantiation_error, _)).
aggregate_all(count, Goal, Count) :- !, findall(x, Goal, All), length(All, Count).
aggregate_all(count(T), Goal, Count) :- !, findall(T, Goal, All), length(All, Count).
aggregate_all(sum(X), Goal, Sum) :- !, findall(X, Goal, All), '$sum'(All, 0, Sum).
aggregate_all(bag(X), Goal, Bag) :- !, findall(X, Goal, Bag).
aggregate_all(set(X), Goal, Set) :- !, findall(X, Goal, Bag), sort(Bag, Set).
aggregate_all(max(X), Goal, Max) :- !, findall(X, Goal, [First|All]), M0 is First, '$max_list'(All, M0, M), Max = M.
aggregate_all(min(X), Goal, Min) :- !, findall(X, Goal, [First|All]), M0 is First, '$min_list'(All, M0, M), Min = M.
aggregate_all(max(X, W), Goal, Max) :- !, findall(X-W, Goal, [First|All]), '$need_numbers'([First|All]), '$largest'(All, First, M-V), Max = max(M, V).
aggregate_all(min(X, W), Goal, Min) :- !, findall(X-W, Goal, [First|All]), '$need_numbers'([First|All]), '$smallest'(All, First, M-V), Min = min(M, V).
aggregate_all(Spec, _, _) :- throw(error(domain_error(aggregate_spec, Spec), _)).
'$sum'([], Sum, Sum).
'$sum'([X|Xs], S0, Sum) :- S is S0 + X, '$sum'(Xs, S, Sum).
'$need_numbers'([]).
'$need_numbers'([X-_|Ps]) :- ( number(X) -> true ; var(X) -> throw(error(instantiation_error, _)) ; '$type_error'(number, X) ), '$need_numbers'(Ps).
'$largest'([], M, M).
'$largest'([X-W|Ps], M0-W0, M) :- ( X > M0 -> '$largest'(Ps, X-W, M) ; '$largest'(Ps, M0-W0, M) ).
'$smallest'([], M, M).
'$smallest'([X-W|Ps], M0-W0, M) :- ( X < M0 -> '$smallest'(Ps, X-W, M) ; '$smallest'(Ps, M0-W0, M) ).

% ---- terms ----

arg(N, Term, A) :- var(N), !, ( var(Term) -> throw(error(instantiation_error, _)) ; '$need_compound'(Term) ), functor(Term, _, Arity), between(1, Arity, N), '$arg'(N, Term, A).
arg(N, Term, A) :- '$arg'(N, Term, A).
'$need_compound'(T) :- ( compound(T) -> true ; '$type_error'(compound, T) ).

% ---- lists ----

append([], L, L).
append([H|T], L, [H|R]) :- append(T, L, R).
append(Lists, All) :- '$need_list'(Lists), '$append_all'(Lists, All).
'$append_all'([], []).
'$append_all'([L|Ls], All) :- append(L, Rest, All), '$append_all'(Ls, Rest).
member(X, [H|T]) :- '$member'(T, X, H).
'$member'(_, X, X).
'$member'([H|T], X, _) :- '$member'(T, X, H).
memberchk(X, List) :- member(X, List), !.
memberchk(_, List) :- '$ends'(List), fail.
'$ends'([]) :- !.
'$ends'([_|T]) :- !, '$ends'(T).
'$ends'(End) :- '$type_error'(list, End).
length(List, N) :- var(N), '$open_tail'(List, Known, Tail), !, Tail \== N, '$lengths'(Tail, Known, N).
length(List, N) :- '$length'(List, N).
'$lengths'([], N, N).
'$lengths'([_|T], N0, N) :- N1 is N0 + 1, '$lengths'(T, N1, N).
nth0(I, List, X) :- '$nth'(I, List, X, 0).
nth1(I, List, X) :- '$nth'(I, List, X, 1).
'$nth'(I, List, X, Base) :- integer(I), !, Skip is I - Base, Skip >= 0, '$skip'(Skip, List, X).
'$nth'(I, [H|T], X, Base) :- var(I), !, '$nth_open'(T, H, Base, I, X).
'$nth'(I, _, _, _) :- nonvar(I), '$type_error'(integer, I).
'$skip'(0, [X|_], X) :- !.
'$skip'(N, [_|T], X) :- N1 is N - 1, '$skip'(N1, T, X).
'$nth_open'(_, H, I, I, H).
'$nth_open'([H|T], _, I0, I, X) :- I1 is I0 + 1, '$nth_open'(T, H, I1, I, X).
last([X|Xs], Last) :- '$last'(Xs, X, Last).
'$last'([], Last, Last).
'$last'([X|Xs], _, Last) :- '$last'(Xs, X, Last).
reverse(List, Reversed) :- '$reverse'(List, [], Reversed).
'$reverse'([], R, R).
'$reverse'([H|T], R0, R) :- '$reverse'(T, [H|R0], R).
permutation(List, Permuted) :-
    ( is_list(List) -> length(List, N), length(Permuted, N)
    ; is_list(Permuted) -> length(Permuted, N), length(List, N)
    ; '$open_tail'(List, _, _) -> true
    ; '$type_error'(list, List) ),
    '$permute'(List, Permuted).
'$permute'([], []).
'$permute'(List, [First|Permuted]) :- select(First, List, Rest), '$permute'(Rest, Permuted).
select(X, [H|T], Rest) :- '$select'(T, H, X, Rest).
'$select'(T, H, H, T).
'$select'([H2|T], H, X, [H|Rest]) :- '$select'(T, H2, X, Rest).
selectchk(X, List, Rest) :- select(X, List, R), !, Rest = R.
select(X, Xs, Y, Ys) :- '$exchange'(Xs, X, Y, Ys).
'$exchange'([X|T], X, Y, [Y|T]).
'$exchange'([H|T], X, Y, [H|T2]) :- '$exchange'(T, X, Y, T2).
flatten(List, Flat) :- '$flatten'(List, [], Flat0), !, Flat = Flat0.
'$flatten'(Var, Tail, [Var|Tail]) :- var(Var), !.
'$flatten'([], Tail, Tail) :- !.
'$flatten'([H|T], Tail, Flat) :- !, '$flatten'(H, Rest, Flat), '$flatten'(T, Tail, Rest).
'$flatten'(X, Tail, [X|Tail]).
sum_list(Xs, Sum) :- '$sum'(Xs, 0, Sum).
sumlist(Xs, Sum) :- '$sum'(Xs, 0, Sum).
max_list([X|Xs], Max) :- '$max_list'(Xs, X, Max).
'$max_list'([], M, M).
'$max_list'([X|Xs], M0, M) :- M1 is max(M0, X), '$max_list'(Xs, M1, M).
min_list([X|Xs], Min) :- '$min_list'(Xs, X, Min).
'$min_list'([], M, M).
'$min_list'([X|Xs], M0, M) :- M1 is min(M0, X), '$min_list'(Xs, M1, M).
max_member(Max, [X|Xs]) :- '$max_member'(Xs, X, M), Max = M.
'$max_member'([], M, M).
'$max_member'([X|Xs], M0, M) :- ( X @=< M0 -> '$max_member'(Xs, M0, M) ; '$max_member'(Xs, X, M) ).
min_member(Min, [X|Xs]) :- '$min_member'(Xs, X, M), Min = M.
'$min_member'([], M, M).
'$min_member'([X|Xs], M0, M) :- ( X @>= M0 -> '$min_member'(Xs, M0, M) ; '$min_member'(Xs, X, M) ).
numlist(Low, High, List) :- '$need_integer'(Low), '$need_integer'(High), Low =< High, '$numlist'(Low, High, List).
'$numlist'(High, High, List) :- !, List = [High].
'$numlist'(Low, High, [Low|T]) :- Next is Low + 1, '$numlist'(Next, High, T).
list_to_set(List, Set) :- '$need_list'(List), '$to_set'(List, [], Set).
'$to_set'([], _, []).
'$to_set'([H|T], Seen, Set) :- ( '$holds_same'(Seen, H) -> Set = Rest ; Set = [H|Rest] ), '$to_set'(T, [H|Seen], Rest).
list_to_ord_set(List, Set) :- sort(List, Set).
ord_union(A, B, Set) :- append(A, B, All), sort(All, Set).
ord_subtract(A, B, Set) :- '$ord_subtract'(A, B, Set).
'$ord_subtract'([], _, []).
'$ord_subtract'([H|T], B, Set) :- ( '$holds_same'(B, H) -> Set = Rest ; Set = [H|Rest] ), '$ord_subtract'(T, B, Rest).
ord_memberchk(X, List) :- '$holds_same'(List, X).
subtract([], _, []) :- !.
subtract([H|T], List, Rest) :- memberchk(H, List), !, subtract(T, List, Rest).
subtract([H|T], List, [H|Rest]) :- subtract(T, List, Rest).
intersection([], _, []) :- !.
intersection([H|T], List, Both) :- memberchk(H, List), !, Both = [H|Rest], intersection(T, List, Rest).
intersection([_|T], List, Both) :- intersection(T, List, Both).
union([], List, List) :- !.
union([H|T], List, All) :- memberchk(H, List), !, union(T, List, All).
union([H|T], List, [H|All]) :- union(T, List, All).
subset([], _) :- !.
subset([H|T], List) :- memberchk(H, List), subset(T, List).
delete([], _, []).
delete([H|T], X, Rest) :- H \= X, !, Rest = [H|R], delete(T, X, R).
delete([_|T], X, Rest) :- delete(T, X, Rest).
exclude(Goal, List, Kept) :- '$exclude'(List, Goal, Kept).
'$exclude'([], _, []).
'$exclude'([X|Xs], Goal, Kept) :- ( call(Goal, X) -> Kept = Rest ; Kept = [X|Rest] ), '$exclude'(Xs, Goal, Rest).
include(Goal, List, Kept) :- '$include'(List, Goal, Kept).
'$include'([], _, []).
'$include'([X|Xs], Goal, Kept) :- ( call(Goal, X) -> Kept = [X|Rest] ; Kept = Rest ), '$include'(Xs, Goal, Rest).
partition(Goal, List, In, Out) :- '$partition'(List, Goal, In, Out).
'$partition'([], _, [], []).
'$partition'([X|Xs], Goal, In, Out) :-
    ( call(Goal, X) -> In = [X|I], Out = O ; In = I, Out = [X|O] ),
    '$partition'(Xs, Goal, I, O).
maplist(Goal, As) :- '$maplist'(As, Goal).
'$maplist'([], _).
'$maplist'([A|As], Goal) :- call(Goal, A), '$maplist'(As, Goal).
maplist(Goal, As, Bs) :- '$maplist'(As, Bs, Goal).
'$maplist'([], [], _).
'$maplist'([A|As], [B|Bs], Goal) :- call(Goal, A, B), '$maplist'(As, Bs, Goal).
maplist(Goal, As, Bs, Cs) :- '$maplist'(As, Bs, Cs, Goal).
'$maplist'([], [], [], _).
'$maplist'([A|As], [B|Bs], [C|Cs], Goal) :- call(Goal, A, B, C), '$maplist'(As, Bs, Cs, Goal).
maplist(Goal, As, Bs, Cs, Ds) :- '$maplist'(As, Bs, Cs, Ds, Goal).
'$maplist'([], [], [], [], _).
'$maplist'([A|As], [B|Bs], [C|Cs], [D|Ds], Goal) :- call(Goal, A, B, C, D), '$maplist'(As, Bs, Cs, Ds, Goal).
maplist(Goal, As, Bs, Cs, Ds, Es) :- '$maplist'(As, Bs, Cs, Ds, Es, Goal).
'$maplist'([], [], [], [], [], _).
'$maplist'([A|As], [B|Bs], [C|Cs], [D|Ds], [E|Es], Goal) :- call(Goal, A, B, C, D, E), '$maplist'(As, Bs, Cs, Ds, Es, Goal).
foldl(Goal, As, V0, V) :- '$foldl'(As, Goal, V0, V).
'$foldl'([], _, V, V).
'$foldl'([A|As], Goal, V0, V) :- call(Goal, A, V0, V1), '$foldl'(As, Goal, V1, V).
foldl(Goal, As, Bs, V0, V) :- '$foldl'(As, Bs, Goal, V0, V).
'$foldl'([], [], _, V, V).
'$foldl'([A|As], [B|Bs], Goal, V0, V) :- call(Goal, A, B, V0, V1), '$foldl'(As, Bs, Goal, V1, V).
foldl(Goal, As, Bs, Cs, V0, V) :- '$foldl'(As, Bs, Cs, Goal, V0, V).
'$foldl'([], [], [], _, V, V).
'$foldl'([A|As], [B|Bs], [C|Cs], Goal, V0, V) :- call(Goal, A, B, C, V0, V1), '$foldl'(As, Bs, Cs, Goal, V1, V).
pairs_keys_values([], [], []).
pairs_keys_values([K-V|Ps], [K|Ks], [V|Vs]) :- pairs_keys_values(Ps, Ks, Vs).
pairs_keys([], []).
pairs_keys([K-_|Ps], [K|Ks]) :- pairs_keys(Ps, Ks).
pairs_values([], []).
pairs_values([_-V|Ps], [V|Vs]) :- pairs_values(Ps, Vs).
predsort(Goal, List, Sorted) :- '$need_list'(List), '$predsort'(List, Goal, Result), !, Sorted = Result.
'$predsort'(List, Goal, Sorted) :-
    length(List, N),
    ( N < 2 -> Sorted = List
    ; N =:= 2 -> List = [A, B], call(Goal, Order, A, B), '$pair'(Order, A, B, Sorted)
    ; Half is N // 2, length(Left, Half), append(Left, Right, List),
      '$predsort'(Left, Goal, L), '$predsort'(Right, Goal, R), '$predmerge'(L, R, Goal, Sorted) ).
'$pair'(<, A, B, [A, B]).
'$pair'(>, A, B, [B, A]).
'$pair'(=, A, _, [A]).
'$predmerge'([], R, _, R) :- !.
'$predmerge'(L, [], _, L) :- !.
'$predmerge'([A|As], [B|Bs], Goal, Merged) :- call(Goal, Order, A, B), !, '$predmerge'(Order, A, As, B, Bs, Goal, Merged).
'$predmerge'(<, A, As, B, Bs, Goal, [A|Rest]) :- '$predmerge'(As, [B|Bs], Goal, Rest).
'$predmerge'(>, A, As, B, Bs, Goal, [B|Rest]) :- '$predmerge'([A|As], Bs, Goal, Rest).
'$predmerge'(=, A, As, _, Bs, Goal, [A|Rest]) :- '$predmerge'(As, Bs, Goal, Rest).

% ---- text ----

atom_concat(A, B, C) :- nonvar(A), nonvar(B), !, '$atom_join'(A, B, C).
atom_concat(A, B, C) :- '$atom_splits'(A, B, C, All), member(A-B, All).
string_concat(A, B, C) :- nonvar(A), nonvar(B), !, '$string_join'(A, B, C).
string_concat(A, B, C) :- '$string_splits'(A, B, C, All), member(A-B, All).
atom_prefix(Atom, Prefix) :- sub_atom(Atom, 0, _, _, Prefix), !.
text_concat(A, B, C) :- ( string(A) ; string(B) ; string(C) ), !, string_concat(A, B, C).
text_concat(A, B, C) :- atom_concat(A, B, C).
sub_atom(Atom, Before, Length, After, Sub) :- '$sub_atom'(Atom, Before, Length, After, Sub, All), member(call(Before, Length, After, Sub), All).
sub_string(String, Before, Length, After, Sub) :- '$sub_string'(String, Before, Length, After, Sub, All), member(call(Before, Length, After, Sub), All).
string_code(Index, Text, Code) :- var(Index), !, string_length(Text, N), between(1, N, Index), '$string_code'(Index, Text, Code).
string_code(Index, Text, Code) :- '$string_code'(Index, Text, Code).
format(Sink, Format, Arguments) :- '$sink'(Sink, Kind, Out), '$format'(Format, Arguments, Text), '$into'(Kind, Text, Out).
format_time(Sink, Format, Time) :- '$sink'(Sink, Kind, Out), '$format_time'(Format, Time, Text), '$into'(Kind, Text, Out).
'$sink'(Sink, _, _) :- var(Sink), !, throw(error(instantiation_error, _)).
'$sink'(atom(A), atom, A) :- !.
'$sink'(string(S), string, S) :- !.
'$sink'(codes(C), codes, C) :- !.
'$sink'(chars(C), chars, C) :- !.
'$sink'(Sink, _, _) :- atom(Sink), !, throw(error(existence_error(stream, Sink), _)).
'$sink'(Sink, _, _) :- '$type_error'(output, Sink).
'$into'(atom, Text, Out) :- atom_string(Out, Text).
'$into'(string, Text, Text).
'$into'(codes, Text, Out) :- string_codes(Text, Out).
'$into'(chars, Text, Out) :- string_chars(Text, Out).

% ---- dates ----

date_time_value(year, date(Y, _, _, _, _, _, _, _, _), Y).
date_time_value(month, date(_, M, _, _, _, _, _, _, _), M).
date_time_value(day, date(_, _, D, _, _, _, _, _, _), D).
date_time_value(hour, date(_, _, _, H, _, _, _, _, _), H).
date_time_value(minute, date(_, _, _, _, M, _, _, _, _), M).
date_time_value(second, date(_, _, _, _, _, S, _, _, _), S).
date_time_value(utc_offset, date(_, _, _, _, _, _, O, _, _), O).
date_time_value(time_zone, date(_, _, _, _, _, _, _, Z, _), Z) :- Z \== (-).
date_time_value(daylight_saving, date(_, _, _, _, _, _, _, _, D), D) :- D \== (-).
date_time_value(date, date(Y, M, D, _, _, _, _, _, _), date(Y, M, D)).
date_time_value(time, date(_, _, _, H, M, S, _, _, _), time(H, M, S)).
