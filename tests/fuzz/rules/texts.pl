?- atom_codes(X, `abc`), sub_atom(X, B, 1, A, S), upcase_atom(S, U).
?- split_string("a,b;c", ",;", " ", L), atomic_list_concat(L, '-', A).
?- format(atom(A), '~w ~q ~a ~d ~2f ~e ~t~w~10||~c~8r~p~s~n', [f(X), 'A b', c, 42, 1.5, 2.0, r, 65, 64, p, "s"]).
?- X = "a\x41\\u0042\n", string_length(X, L), term_to_atom(f(X, Y, 'é', [1,2|T], {a}, - 1, 1 - -1), A), term_to_atom(Z, A).
?- parse_time('2024-02-29T12:30:45.5+02:00', S), stamp_date_time(S, D, 'UTC'), format_time(atom(A), '%F %T %A %j', D).
?- number_codes(N, "0x1F"), atom_number('1.0Inf', I), char_type(a, to_lower(U)), number_vars(x).
