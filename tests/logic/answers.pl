/* What SWI-Prolog answers. usage: swipl -q -g answers:main -t halt answers.pl -- LIST ANSWERS

LIST names a program a line, each followed by a tab and the file for its answers. A program runs in a process of its own
(fork), in module user, as one who loads it by hand would see it. The answers have the format of logic_run; lines with
"%%" are for conformance.py alone: "%%use Kind Name" (coverage) and "%%fault Text" (the program is not fit for the test).
*/
:- module(answers, [main/0]).
:- use_module(library(unix)).
:- use_module(library(lists)).
:- use_module(library(apply)).
:- use_module(library(aggregate)).
:- use_module(library(pairs)).
:- use_module(library(ordsets)).
:- use_module(library(strings)).
:- use_module(library(readutil)).
:- use_module(library(date)).
:- use_module(library(error)).
:- use_module(library(terms)).
:- use_module(library(prolog_code)).

:- dynamic query/1, fault/1, use/2.

inference_limit(500_000).

main :-
    set_prolog_gc_thread(false),
    set_prolog_flag(stack_limit, 32_000_000),
    current_prolog_flag(argv, Argv),
    append(_, [List, Most], Argv), !,
    atom_number(Most, Answers),
    read_file_to_string(List, Text, [encoding(utf8)]),
    split_string(Text, "\n", "", Lines),
    forall(( member(Line, Lines), split_string(Line, "\t", "", [File, Out]) ),
           one(File, Out, Answers)).

one(File, Out, Answers) :-
    fork(Pid),
    (   Pid == child
    ->  catch(program(File, Out, Answers), E, (print_message(error, E), halt(1))),
        halt(0)
    ;   wait(Pid, Status),
        (   Status == exited(0)
        ->  true
        ;   open(Out, append, S),
            format(S, "%%fault the process ended: ~w~n", [Status]),
            close(S)
        )
    ).

program(File, Out, Answers) :-
    asserta((user:message_hook(Message, Kind, _) :- answers:heard(Kind, Message))),
    asserta((user:term_expansion((?- Goal), []) :- assertz(answers:query(Goal))), Ref),
    load_files(user:File, [silent(true), encoding(utf8)]),
    erase(Ref),
    findall(Q, query(Q), Queries),
    forall(member(Q, Queries), goal_uses(Q)),
    absolute_file_name(File, Path),
    forall(( source_file(user:Head, Path), clause(user:Head, Body) ), goal_uses(Body)),
    open(Out, write, S, [encoding(utf8)]),
    foldl(answer(S, Answers), Queries, 1, _),
    forall(fault(Text), format(S, "%%fault ~w~n", [Text])),
    forall(use(Kind, Name), format(S, "%%use ~w ~w~n", [Kind, Name])),
    close(S).

heard(error, Message) :-
    message_to_codes(Message, Text),
    assertz(fault(Text)),
    fail.
heard(_, _).

message_to_codes(Message, Text) :-
    catch(( message_to_lines(Message, Text) ), _, format(string(Text), "~q", [Message])).

message_to_lines(Message, Text) :-
    format(string(Text0), "~q", [Message]),
    split_string(Text0, "\n", "", Parts),
    atomic_list_concat(Parts, ' ', Text).

answer(S, Answers, Query, K, K1) :-
    K1 is K + 1,
    format(S, "?- ~d~n", [K]),
    copy_term(Query, Goal),
    catch(all(S, Answers, Goal, Close), E, close_error(E, Close)),
    write_close(Close, S).

all(S, Answers, Goal, Close) :-
    inference_limit(Limit),
    Count = count(0),
    (   call_with_inference_limit(user:Goal, Limit, Result),
        (   Result == inference_limit_exceeded
        ->  throw(error('too many inferences', _))
        ;   true
        ),
        arg(1, Count, C0),
        C is C0 + 1,
        nb_setarg(1, Count, C),
        write_term_line(S, Goal),
        C >= Answers
    ->  Close = more
    ;   Close = no
    ).

close_error(E, error(Formal)) :-
    (   nonvar(E), E = error(Formal0, _) -> Formal = Formal0 ; Formal = E ),
    (   unfit(Formal) -> format(string(T), "~q", [Formal]), assertz(fault(T)) ; true ).

unfit('too many inferences').
unfit(resource_error(_)).

write_close(error(Formal), S) :- !,
    write(S, 'error: '),
    write_term_line(S, Formal).
write_close(Close, S) :-
    format(S, "~w~n", [Close]).

write_term_line(S, Term0) :-
    copy_term(Term0, Term),
    numbervars(Term, 0, _),
    write_term(S, Term, [quoted(true), ignore_ops(true), numbervars(true)]),
    nl(S).

% Coverage: which built-ins a program's goals name, also as closures; and which functions its expressions name.

note(Kind, Name) :- use(Kind, Name), !.
note(Kind, Name) :- assertz(use(Kind, Name)).

goal_uses(G) :- var(G), !.
goal_uses(_:G) :- !, goal_uses(G).
goal_uses(G) :- \+ callable(G), !.
goal_uses(G) :- compound(G), compound_name_arity(G, _, 0), !.
goal_uses(G) :-
    functor(G, Name, Arity),
    format(atom(PI), "~w/~d", [Name, Arity]),
    (   own(G) -> true ; note(pred, PI) ),
    (   special(G) -> true ; true ),
    forall(( compound(G), meta(G, Spec), arg(I, Spec, M), arg(I, G, A) ), argument_uses(M, A)).

own(G) :- predicate_property(user:G, file(_)), \+ predicate_property(user:G, imported_from(_)).

meta(G, Spec) :- catch(predicate_property(user:G, meta_predicate(Spec)), _, fail), !.

argument_uses(0, A) :- !, goal_uses(A).
argument_uses(^, A) :- !, hat(A).
argument_uses(N, A) :- integer(N), callable(A), \+ ( compound(A), compound_name_arity(A, _, 0) ), !,
    length(Extra, N),
    catch(( A =.. L0, append(L0, Extra, L), G =.. L, goal_uses(G) ), _, true).
argument_uses(_, _).

hat(A) :- var(A), !.
hat(_^A) :- !, note(pred, '^ in bagof'), hat(A).
hat(A) :- goal_uses(A).

special(_ is E) :- expression_uses(E).
special(G) :- functor(G, N, 2), memberchk(N, [=:=, =\=, <, >, >=, =<]), arg(1, G, A), arg(2, G, B),
    expression_uses(A), expression_uses(B).
special(format(Sink, Text, _)) :- nonvar(Sink),
    functor(Sink, SinkName, _), format(atom(N), "~w(X)", [SinkName]), note(format, N),
    catch(text_to_string(Text, String), _, fail), string_chars(String, Chars), directives(Chars).
special(char_type(_, T)) :- nonvar(T), functor(T, N, _), note(char_type, N).
special(aggregate_all(T, _, _)) :- nonvar(T), functor(T, N, A), format(atom(K), "~w/~d", [N, A]), note(aggregate, K).
special(format_time(_, Text, _)) :- catch(text_to_string(Text, String), _, fail),
    forall(sub_string(String, B, 1, _, "%"),
           ( B1 is B + 1, ( sub_atom(String, B1, 1, _, C) -> note(format_time, C) ; true ) )).

expression_uses(E) :- var(E), !.
expression_uses(E) :- is_list(E), !.
expression_uses(E) :- compound(E), compound_name_arity(E, _, 0), !.
expression_uses(E) :- callable(E), !,
    functor(E, N, A),
    format(atom(K), "~w/~d", [N, A]),
    note(arith, K),
    forall(( compound(E), arg(_, E, X) ), expression_uses(X)).
expression_uses(_).

directives([]).
directives([~, C0|Cs]) :- !, directive([C0|Cs]).
directives([_|Cs]) :- directives(Cs).

directive([C|Cs]) :- ( char_type(C, digit(_)) ; C == (*) ), !, directive(Cs).
directive(['`', _|Cs]) :- !, directive(Cs).
directive([C|Cs]) :- !, note(format, C), directives(Cs).
directive([]).
