safe(G, E) :- catch(G, error(E, _), true).
?- atom([]).
?- atomic([]), \+ callable([]).
?- compare(O, [], '[]').
?- msort([b, [], "s", f(x), 1, '[]', 0.5], L).
?- atom_length([], N), string_length([], M).
?- atom_string([], S).
?- safe(atom_codes([], C), E).
?- safe(atom_concat(a, [b], R), E).
?- safe(atom_chars(f(x), L), E).
?- safe(text_to_string(42, S), E).
?- text_to_string([a, b], S).
?- safe(atom_length(f(x), N), E).
?- safe(atom_codes(X, 1), E).
?- atom_number('+7', N).
?- atom_number(' 7', N).
?- number_codes(N, " 7").
?- number_string(N, " 42").
?- split_string("/home//jan///nice/path", "/", "", L).
?- split_string("//a//b//", "/", "/", L).
?- split_string("  a  ", " ", " ", L).
?- safe(split_string(2.5, "", "", L), E).
?- upcase_atom('straße', U).
?- safe(sub_atom(abc, -1, B, A, S), E).
?- safe(char_type(a, foo), E).
?- safe(char_code(X, -1), E).
?- atom_length(abc, -1).
?- string_code(X, "12a", Y).
?- safe(term_to_atom(T, f(x)), E).
?- safe(atomic_list_concat([a|b], '', R), E).
?- safe(atomic_list_concat(X, '', Y), E).
?- atomic_list_concat(L, ',', 'a,b,,c').
?- sub_atom(hello, B, 2, 0, S).
