"""Programs over text: atoms, strings, codes and characters; splitting and joining in every direction; formats."""
from program import NAMES, Program, WORDS, atom_text, show, some, string_text

SENTENCES = ["the cat sat on the mat", "never odd or even", "a man a plan a canal panama", "to be or not to be",
    "  two  spaces  ", "one", "",
             "x=1;y=22;z=333", "a,b,c;d,e;f", "key: value", "2024-02-29", "10.5 apples, 3 pears", "Größe: 42 cm",
             "tab\tand\nline"]
READ = ["foo(X, Y, X)", "[a,b|T]", "a+b*c", 'f("s")', "1 - -1", "{x}", "a:-b", "p,q", "- 1", "-(1)"]
WRITTEN = ["f(a, 1.0)", "a+b*(c-d)", "(a:-b,c)", "[1,2|t]", "'A b'-x", "-(1)", "1 - (-1)", "- a", "-(-(1))",
    "\\+ (a,b)", "{a}", "(a;b->c)", "f((:-))",
           "f((a,b))", "[(a:-b)]", "-(2)^2", "1*(2+3)*4", "(a=b)=c", "2**(-1)", "a= -b", '"str"', "1-2-3", "1-(2-3)",
           "a:b:c", "(a:b):c", "f(-)", "-(-1)", "[-]", "- - a",
           "f(;)", "(a->b)", "x is 1+2", "[a= b,c]", "{a,b}", "'\\n'", "1r3", "f(1r3)+2", "-(1)+2", "(a,b;c)",
           "f(',')", "'hello world'(x)", "[]", "'[]'", "{}", "p:-q", "(:- a)", "f(:-)"]


def lists_of_codes(rng):
    sentence = rng.choice(SENTENCES)
    word = rng.choice(["level", "noon", "prolog", "anna", "abba", rng.choice(WORDS)])
    shift = rng.randint(1, 25)
    n = rng.choice([4, 9, 14, 40, 99, 400, 1994, 2024, 3999, rng.randint(1, 3999)])
    return Program("text by codes").add(r"""
palindrome(W) :- atom_codes(W, C), reverse(C, C).
backwards(W, R) :- atom_chars(W, C), reverse(C, D), atom_chars(R, D).
caesar(K, T, R) :- atom_codes(T, C), maplist(turn(K), C, D), atom_codes(R, D).
turn(K, C, D) :- C >= 0'a, C =< 0'z, !, D is (C - 0'a + K) mod 26 + 0'a.
turn(K, C, D) :- C >= 0'A, C =< 0'Z, !, D is (C - 0'A + K) mod 26 + 0'A.
turn(_, C, C).
words(T, Ws) :- atom_codes(T, C), words_of(C, Ws).
words_of(C, Ws) :- skip(C, D), ( D = [] -> Ws = [] ; word(D, W, R), atom_codes(A, W), Ws = [A|Vs], words_of(R, Vs) ).
skip([0' |T], R) :- !, skip(T, R).
skip(L, L).
word([C|T], [C|W], R) :- C =\= 0' , !, word(T, W, R).
word(R, [], R).
vowels(T, N) :- atom_chars(T, C), include(vowel, C, V), length(V, N).
vowel(C) :- memberchk(C, [a,e,i,o,u]).
tally(T, L) :- atom_chars(T, C), msort(C, S), runs(S, L).
runs([], []).
runs([C|Cs], [C-N|R]) :- run(C, Cs, 1, N, Rest), runs(Rest, R).
run(C, [C|T], N0, N, R) :- !, N1 is N0 + 1, run(C, T, N1, N, R).
run(_, R, N, N, R).
roman(0, []) :- !.
roman(N, L) :- numeral(V, S), N >= V, !, M is N - V, roman(M, R), append(S, R, L).
numeral(1000, [m]). numeral(900, [c,m]). numeral(500, [d]). numeral(400, [c,d]). numeral(100, [c]). numeral(90, [x,c]).
numeral(50, [l]). numeral(40, [x,l]). numeral(10, [x]). numeral(9, [i,x]). numeral(5, [v]). numeral(4, [i,v]). numeral(1, [i]).
capital(W, C) :- atom_chars(W, [H|T]), upcase_atom(H, U), atom_chars(C, [U|T]).
caps(T, R) :- atomic_list_concat(Ws, ' ', T), maplist(capital, Ws, Cs), atomic_list_concat(Cs, ' ', R).
token([C|T], number(N), R) :- code_digit(C, _), !, number_tail([C|T], 0, N, R).
token([C|T], name(A), R) :- code_type_alpha(C), !, name_tail(T, Cs, R), atom_codes(A, [C|Cs]).
token([C|T], sign(S), T) :- char_code(S, C).
tokens([], []) :- !.
tokens([0' |T], Ts) :- !, tokens(T, Ts).
tokens(L, [T|Ts]) :- token(L, T, R), tokens(R, Ts).
code_digit(C, D) :- C >= 0'0, C =< 0'9, D is C - 0'0.
code_type_alpha(C) :- char_code(Ch, C), char_type(Ch, alpha).
number_tail([C|T], N0, N, R) :- code_digit(C, D), !, N1 is N0 * 10 + D, number_tail(T, N1, N, R).
number_tail(R, N, N, R).
name_tail([C|T], [C|Cs], R) :- code_type_alpha(C), !, name_tail(T, Cs, R).
name_tail(R, [], R).
expr(E, L0, L) :- term_of(T, L0, L1), expr_tail(T, E, L1, L).
expr_tail(A, E, [sign(S)|L0], L) :- memberchk(S, [+,-]), !, term_of(T, L0, L1), B =.. [S, A, T], expr_tail(B, E, L1, L).
expr_tail(E, E, L, L).
term_of(T, L0, L) :- factor_of(F, L0, L1), term_tail(F, T, L1, L).
term_tail(A, E, [sign(*)|L0], L) :- !, factor_of(F, L0, L1), term_tail(A * F, E, L1, L).
term_tail(E, E, L, L).
factor_of(N, [number(N)|L], L).
factor_of(A, [name(A)|L], L).
factor_of(E, [sign('(')|L0], L) :- expr(E, L0, [sign(')')|L]).
parse(A, E) :- atom_codes(A, C), tokens(C, T), expr(E, T, []).
value(A, V) :- parse(A, E), V is E.
hex(N, A) :- hex(N, [], Cs), atom_chars(A, Cs).
hex(N, A, R) :- D is N /\ 15, nth0(D, ['0','1','2','3','4','5','6','7','8','9',a,b,c,d,e,f], C), M is N >> 4, ( M =:= 0 -> R = [C|A] ; hex(M, [C|A], R) ).
anagram(A, B) :- atom_chars(A, X), permutation(X, Y), atom_chars(B, Y), B \== A.
""").ask(f"palindrome({word})", f"backwards({atom_text(sentence)}, R)", f"caesar({shift}, {atom_text(sentence)}, R)",
f"words({atom_text(sentence)}, L)", f"vowels({atom_text(sentence)}, N)", f"tally({atom_text(sentence)}, L)",
         f"roman({n}, L), atomic_list_concat(L, R)", f"caps({atom_text(sentence.strip() or 'a b')}, R)",
         "parse('1+2*(x-3)', E)", f"value('{rng.randint(1, 99)}*(3+{rng.randint(1, 9)})-7', V)", "parse('1+', E)",
         f"hex({rng.randint(0, 70000)}, A)",
         "anagram(abc, X)", f"caesar({shift}, hello, X), K is 26 - {shift}, caesar(K, X, Y)",
         f"atom_codes({word}, L), sort(0, @>=, L, [M|_]), char_code(C, M)",
         f"backwards({word}, R), atom_concat({word}, R, P), palindrome(P)",
         f"findall(W, (words({atom_text(sentence)}, L), member(W, L), atom_length(W, 2)), Ws)", "tokens(`a1+22`, T)",
         "value('2*3+4', V)", "capital('', X)")


def atoms(rng):
    a, b = rng.choice(["banana", "abcabc", "hello", "mississippi", "été", "xyz"]), rng.choice(WORDS)
    s = rng.choice(SENTENCES)
    k, m = rng.randint(0, 3), rng.randint(1, 3)
    q = atom_text(s)
    asks = [f"sub_atom({a}, B, {m}, A, S)", f"sub_atom({a}, B, _, 0, S)", f"sub_atom({a}, {k}, L, _, S)",
        f"sub_atom({a}, B, L, A, {a[1:3]})", f"atom_concat(X, Y, {a})", f"atom_concat({a[:2]}, Y, {a})",
        f"atom_concat(X, {a[-2:]}, {a})",
            f"findall(S, sub_atom({b}, _, 3, _, S), L)", f"once(sub_atom({q}, B, 1, A, ' '))",
            f"sub_atom({b}, B, 1, _, S), member(S, [a,e,i])", f"aggregate_all(count, sub_atom({a}, _, _, _, _), N)",
            f"sub_atom({a}, {k}, {m}, A, S)",
            f"atomic_list_concat(L, ' ', {q})", f"atomic_list_concat(L, ',', {q})",
            f"atomic_list_concat([{b}, {k}, 2.5, \"s\", X], R)", f"atomic_list_concat([{b}, {k}], -, R)",
            f"atomic_list_concat([X, b], '-', 'a-b')", f"atomic_list_concat([A, B], '=', 'k=v')",
            f"atomic_list_concat(L, '', abc)", "atomic_list_concat([a, B], X)", "atomic_list_concat(L, X, abc)",
            "atomic_list_concat([a,b|T], ',', R)", f"atomic_list_concat([a,b,c], X), atom_length(X, N)",
            f"atomic_list_concat(L, an, {a})",
            f"split_string({string_text(s)}, \" \", \"\", L)", f"split_string({string_text(s)}, \",;\", \" \", L)",
            f"split_string({string_text(s)}, \"\", \" \", L)",
            "split_string(\"/home//jan///nice/path\", \"/\", \"\", L)", "split_string(\"//a//b//\", \"/\", \"/\", L)",
            "split_string(\"  a  \", \" \", \" \", L)", "split_string(\"a.b.c\", \".\", \"\", [H|T])",
            f"split_string({q}, \"=;\", \"\", L), length(L, N)", f"upcase_atom({q}, U), downcase_atom(U, D)",
            f"string_upper({string_text(s)}, U), string_lower(U, D)",
            f"atom_string(A, {string_text(s)}), atom_length(A, N)",
            f"atom_string({b}, S), string_concat(S, \"!\", T), atom_string(X, T)",
            f"string_concat(X, Y, \"{a[:3]}\")", f"string_concat(\"{a[:1]}\", Y, \"{a}\")",
            f"sub_string(\"{a}\", B, {m}, A, S)",
            f"sub_string(\"{b}\", B, L, 0, S), L < 3",
            f"string_chars(S, [h,i]), string_codes(S, C), string_length(S, N)", f"string_to_atom(S, {b}), string(S)",
            f"string_to_atom(\"{b}\", A), atom(A)", f"string_code({k}, \"{b}\", C)", "string_code(0, \"a\", C)",
            f"number_codes(N, `{rng.choice(['12', ' 12', '0x1A', '1.5e3', '0b11', '1r3'])}`)",
            f"atom_number('{rng.choice(['12', '0x1A', '1.5e3', ' 5', '5 ', 'abc', '1e', '-3', '- 3', '+4', '1r4', '0o17', '1_000', '.5', '5.', '1.0Inf'])}', N)",
            f"number_string(N, \"{rng.choice([' 42 ', '42abc', '-7', '3.0', '0x10', '', 'a', '1r2'])}\")",
            f"term_to_atom(T, '{rng.choice(READ)}')", f"term_to_atom({rng.choice(WRITTEN)}, A)",
            f"term_string(T, \"p(X,Y)\")", "term_string(S, 'x')", f"string_concat(abc, {k}, S)",
            f"text_to_string({rng.choice(['abc', '`abc`', '[a,b]', '[]', '42', chr(34) + 'x' + chr(34), 'X'])}, S)",
            "char_code(C, 0'x), char_code(Y, 0x20)", f"atom_chars(X, ['1', '2']), atom(X)", f"atom_codes(X, [0'a|T])",
            f"atom_length({q}, N), string_length({q}, M)", f"atom_chars({k + 10}, L), atom_length({k}.5, N)",
            "upcase_atom('straße', U)", "string_upper(abc, U)", "downcase_atom('ÀÉ', D)",
            f"string_codes(S, `{b}`), string_concat(T, \"{b[-2:]}\", S)",
            f"nth0({k}, [x,y,z,w], C), atom_concat(C, {b}, R)"]
    return Program("atoms and strings").add("both(A, B, C) :- atom_concat(A, B, C), A \\== '', B \\== ''.\n").ask(f"both(X, Y, {b})", classified(rng), *rng.sample(asks, 8))


def classified(rng):
    what = rng.choice(["a", "'Z'", "'5'", "' '", "'_'", "é", "'.'"])
    return f"char_type({what}, {rng.choice(['alpha', 'upper', 'lower', 'space', 'punct', 'digit(W)'])})"


def records(rng):
    """Reading tables and settings out of text, with errors on the way."""
    people = some(rng, NAMES, 3, 5)
    lines = [f"{p},{rng.randint(18, 80)},{rng.choice(['DE', 'FR', 'PL'])}" for p in people]
    if rng.random() < 0.4:
        lines[rng.randrange(len(lines))] = "broken line"
    settings = ";".join(f"{k}={rng.choice(['on', 'off', '12', '3.5', 'a b'])}" for k in some(rng,
        ["colour", "size", "mode", "limit"], 2, 4))
    return Program("records in text").add(r"""
lines("$lines").
settings('$settings').
rows(Rs) :- lines(T), split_string(T, "\n", "", Ls), maplist(row, Ls, Rs).
row(L, r(Name, Age, Land)) :- split_string(L, ",", " ", [N, A, C]), !, atom_string(Name, N), number_string(Age, A), string_to_atom(C, Land).
row(L, bad(L)).
setting(K, V) :- settings(T), atomic_list_concat(Ps, ';', T), member(P, Ps), atomic_list_concat([K, W], '=', P), value(W, V).
value(on, true) :- !.
value(off, false) :- !.
value(A, N) :- atom_number(A, N), !.
value(A, text(A)).
older(N, Names) :- rows(Rs), findall(Name, (member(r(Name, A, _), Rs), A > N), Names).
by_land(L, Ns) :- rows(Rs), setof(N, A^member(r(N, A, L), Rs), Ns).
average(X) :- rows(Rs), findall(A, member(r(_, A, _), Rs), As), As \== [], sum_list(As, S), length(As, N), X is S rdiv N.
strict(L, N) :- split_string(L, ",", "", [_, A, _]), number_string(N, A), ( N > 0 -> true ; throw(bad_age(N)) ).
label(r(N, A, L), T) :- format(atom(T), "~w (~d, ~a)", [N, A, L]).
label(bad(L), T) :- string_concat("? ", L, S), string_to_atom(S, T).
padded(N, T) :- atom_length(N, L), P is 8 - L, length(Cs, P), maplist(=(' '), Cs), atom_chars(A, Cs), atom_concat(N, A, T).
""", lines="\\n".join(lines), settings=settings).ask("rows(R)", "setting(K, V)", "older(40, N)", "by_land(L, N)",
"average(X)", "rows(Rs), maplist(label, Rs, Ls)", "rows(Rs), member(r(N, _, _), Rs), padded(N, T)",
"setting(size, S)",
         "strict(\"a,5,x\", N)", "catch(strict(\"a,-5,x\", _), bad_age(N), true)", "strict(\"a,5\", N)",
         "rows([R|_]), R = r(_, A, _)", "findall(K, setting(K, _), L), atomic_list_concat(L, '+', X)",
         "settings(S), split_string(S, \";=\", \"\", P), length(P, N)",
         "lines(L), sub_string(L, B, 1, _, \",\"), B < 20",
         "lines(L), string_length(L, N), string_upper(L, U), sub_string(U, 0, 5, _, S)",
         "by_land('DE', N), maplist(upcase_atom, N, U)")


def formats(rng):
    a, n, f = atom_text(rng.choice(["abc", "it's", "A b", "[]", "x y"])), rng.randint(-99999,
        9999999), rng.choice(["2.5", "-0.125", "1234.5678", "0.0", "1.0e10", "3"])
    big = rng.randint(10**15, 10**25)
    term = rng.choice(["f(X1,'A b',\"s\")", "[1,'B'|c]", "1+2*3", "-(1)", "a:-b", "{x,y}", "'$VAR'(3)", "- 1",
        "f(- 1)", "1-(-1)", "'it''s'", "[a,'B c',\"d\"]", "-a", "\\+a", "a= -b", "(a,b)", "f((a,b))", "1.0",
        "[(a,b)]"])
    if "X1" in term:
        term = term.replace("X1", "x")
    width = rng.randint(0, 6)
    asks = [f"format(atom(A), '~w ~a', [{term}, {a}])", f"format(atom(A), '~q|~w', [{term}, {term}])",
        f"format(atom(A), '~p', [{term}])", f"format(string(S), \"~d\", [{n}])", f"format(atom(A), '~D', [{n}])",
        f"format(atom(A), '~{width}d', [{n}])",
            f"format(atom(A), '~{width}f', [{f}])", f"format(atom(A), '~{width}e', [{f}])",
            f"format(atom(A), '~g', [{f}])", f"format(atom(A), '~s', [`codes`])",
            "format(atom(A), '~s and ~s', [\"str\", [0'a,0'b]])", "format(atom(A), 'a~nb~2nc', [])",
            f"format(atom(A), '~i~w', [{a}, {n}])", "format(atom(A), '100~~', [])",
            f"format(atom(A), '~c~c', [104, 105])", f"format(atom(A), '~{width}c', [0'x])",
            f"format(atom(A), '~8r ~16r ~36r', [{n}, {abs(n)}, {abs(n)}])",
            f"format(atom(A), '~w', {a})", f"format(atom(A), \"~w~w\", [{a}])", f"format(atom(A), '~w', [a, b])",
            "format(atom(A), '~d', [a])", "format(atom(A), '~d', [1.0])", "format(atom(A), '~a', [X])",
            "format(atom(A), '~a', [1])", "format(atom(A), '~z', [1])", "format(atom(A), 'plain', [])",
            "format(atom(A), 'plain', x)", f"format(string(S), '~w-~w', [a, \"b\"]), string_length(S, N)",
            f"format(atom(A), '~*c', [{width}, 0'y])", f"format(atom(A), '~d ~D', [{big}, {big}])",
            f"format(atom(A), '~2d', [{big}])", f"format(atom(A), '~0f ~1f', [{f}, {f}])",
            f"format(atom(A), '~4f', [{n}])", "format(atom(A), '~2f', [1r3])", "format(atom(A), '~e', [12])",
            "format(atom(A), '~f', [a])", "format(atom(A), '~c', [a])", "format(atom(A), '~s', [a])",
            "format(atom(A), '~8r', [1.5])", "format(atom(A), '~r', [5])", f"format(X, 'a', [])",
            "format(atom(A), X, [])", "format(atom(A), 'é~w', ['日本'])", "format(atom(abc), 'abc', [])",
            "format(atom(abd), 'abc', [])", f"format(atom(A), '~~~w~~', [x])",
            f"format(atom(A), '~q', [[{term}, \"s\", 'X']])", "format(atom(A), '~w and ~q', ['A', 'A'])",
            "format(string(S), '~w', \"abc\")", "format(atom(A), \"~w\", [\"abc\"])", "format(atom(A), '~2d', [3])",
            "format(atom(A), '~3d', [-5])", "format(atom(A), '~20f', [0.1])", "format(atom(A), '~3e', [123456.0])",
            "format(atom(A), '~30f', [1r3])",
            "format(atom(A), '~2f', [2])", "format(atom(A), '~2f', [100000000000000000000])",
            "format(atom(A), '~0e', [1.5])", "format(atom(A), '~1d', [0])", "format(atom(A), '~16R', [255])",
            "format(string(S), \"~a~w\", [x])", "format(atom(A), '~q', ['\\n'])"]
    return Program("formats").add("show(T, A) :- format(atom(A), '<~q>', [T]).\nline(Ws, L) :- foldl(join, Ws, '', L).\njoin(W, A, B) :- format(atom(B), '~w~w.', [A, W]).\n").ask(
        f"show({term}, A)", "line([a,1,'B c',\"s\"], L)", *rng.sample(asks, 8))


FAMILIES = [lists_of_codes, atoms, atoms, atoms, records, formats, formats]
