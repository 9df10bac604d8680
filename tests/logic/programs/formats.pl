safe(G, E) :- catch(G, error(E, _), true).
?- format(atom(A), "~a ~w ~q ~d", [a, 'B c', 'B c', 12]).
?- format(atom(A), "~D ~2d ~0f ~3e", [1234567, 1234, 2.5, 12345.678]).
?- safe(format(atom(A), "~d", [1.0]), E).
?- safe(format(atom(A), "~a", [X]), E).
?- safe(format(atom(A), "~z", [a]), E).
?- format(atom(A), "~r", [5]).
?- format(atom(A), "~8|~w~t~20|~w", [left, right]).
?- format(atom(A), "~c~3c", [97, 98]).
?- parse_time('20240229T123045', S).
?- parse_time('2024-060', S).
?- parse_time('2024-02-29T12:30:45Z', S).
?- date_time_value(year, date(2020, 9, 2), Y).
?- safe(format_time(atom(A), '%Y', foo), E).
?- safe(date_time_stamp(foo, S), E).
?- safe(stamp_date_time(a, D, 'UTC'), E).
?- day_of_the_week(foo, W).
?- day_of_the_week(date(2024, 2, 29), W).
?- format_time(atom(A), '%Y-%m-%d %H:%M:%S %A %j', 1709209845).
?- stamp_date_time(0, D, 'UTC').
