"""Programs whose clauses are random control: conjunction, disjunction, conditions, cuts, negation, call, catch and findall
nested in each other over a few small tables. Predicates call only earlier ones, so that everything ends."""
from program import Program

CONSTANTS = ["a", "b", "c", "d"]


class Maker:
    def __init__(self, rng):
        self.rng, self.known = rng, []
        self.names = ["X", "Y", "Z", "W"]

    def name(self):
        return self.rng.choice(self.names)

    def table(self, name, arity, rows):
        self.known.append((name, arity))
        picks = [[self.rng.choice(CONSTANTS) for _ in range(arity)] for _ in range(rows)]
        if self.rng.random() < 0.2:
            picks[self.rng.randrange(rows)][0] = "_"
        return "".join(f"{name}({', '.join(row)}).\n" for row in picks)

    def plain(self):
        rng = self.rng
        choice = rng.random()
        if choice < 0.6:
            name, arity = rng.choice(self.known)
            return f"{name}({', '.join(self.name() if rng.random() < 0.8 else rng.choice(CONSTANTS) for _ in range(arity))})"
        return rng.choice([
            f"{self.name()} = {rng.choice(CONSTANTS)}", f"{self.name()} \\== {self.name()}",
            f"{self.name()} = {self.name()}",
            "true", "fail", f"{self.name()} \\= {rng.choice(CONSTANTS)}", f"var({self.name()})",
            f"nonvar({self.name()})",
            f"member({self.name()}, [{', '.join(rng.choices(CONSTANTS, k=rng.randint(1, 3)))}])",
            f"atom({self.name()})",
            f"{self.name()} == {rng.choice(CONSTANTS)}", "!",
            f"throw({rng.choice(['ball', 'f(' + self.name() + ')'])})",
            f"between(1, {rng.randint(1, 3)}, {self.name()})", "false"])

    def goal(self, depth):
        rng = self.rng
        if depth <= 0 or rng.random() < 0.2:
            return self.plain()
        kind = rng.choices(["and", "or", "if", "ifelse", "soft", "softelse", "not", "call", "catch", "findall",
            "once", "cut",
                            "forall", "bag", "and3", "call2", "ignore", "ifor"],
                           [8, 6, 2, 6, 2, 4, 3, 3, 3, 2, 2, 4, 1, 1.5, 3, 1.5, 1, 2])[0]
        g = lambda: self.goal(depth - 1)
        if kind == "and":
            return f"({g()}, {g()})"
        if kind == "and3":
            return f"({g()}, {g()}, {g()})"
        if kind == "or":
            return f"({g()} ; {g()})"
        if kind == "if":
            return f"({g()} -> {g()})"
        if kind == "ifelse":
            return f"({g()} -> {g()} ; {g()})"
        if kind == "ifor":
            return f"({g()} -> {g()} ; {g()} -> {g()} ; {g()})"
        if kind == "soft":
            return f"({g()} *-> {g()})"
        if kind == "softelse":
            return f"({g()} *-> {g()} ; {g()})"
        if kind == "not":
            return f"\\+ ({g()})" if rng.random() < 0.7 else f"not(({g()}))"
        if kind == "call":
            return f"call(({g()}))"
        if kind == "catch":
            ball = rng.choice(["", "_type", self.name(), "ball", f"f({self.name()})", "f(a)"])
            return f"trap{ball}(({g()}), ({g()}))" if ball in ("", "_type") else f"catch(({g()}), {ball}, ({g()}))"
        if kind == "findall":
            return f"findall({self.name()}, ({g()}), {rng.choice('LM')})"
        if kind == "bag":
            template, free = self.name(), self.name()
            return f"{rng.choice(['bagof', 'setof'])}({template}, {free}^({self.plain_call()}, {template} = {rng.choice('XYZW')}), {rng.choice('LM')})"
        if kind == "once":
            return f"once(({g()}))"
        if kind == "ignore":
            return f"ignore(({g()}))"
        if kind == "forall":
            return f"forall({g()}, {g()})"
        if kind == "call2":
            name, arity = rng.choice(self.known)
            arguments = [self.name() for _ in range(arity)]
            held = rng.randint(0, arity)
            closure = f"{name}({', '.join(arguments[:held])})" if held else name
            return f"call({', '.join([closure] + arguments[held:])})"
        return f"({g()}, !, {g()})" if rng.random() < 0.5 else f"({g()}, !)"

    def plain_call(self):
        name, arity = self.rng.choice(self.known)
        return f"{name}({', '.join(self.name() for _ in range(arity))})"

    def clause(self, name, arity, depth):
        head = ", ".join((["X", "Y",
            "Z"][i] if self.rng.random() < 0.85 else self.rng.choice(CONSTANTS)) for i in range(arity))
        goals = ", ".join(self.goal(depth) for _ in range(self.rng.randint(1, 3)))
        return f"{name}({head}) :- {goals}.\n"


# The context of an error is not the same everywhere: these keep it out of the answer.
TRAP = "trap(G, R) :- catch(G, _, R).\ntrap_type(G, R) :- catch(G, error(type_error(_, _), _), R).\n"


def random_control(rng, depth=2):
    program = Program("control").add(TRAP)
    maker = Maker(rng)
    program.add(maker.table("p", 1, rng.randint(2, 3)) + maker.table("q", 2, rng.randint(2, 5)) +
                maker.table("r", rng.randint(1, 3), rng.randint(1, 4)))
    for number in range(rng.randint(2, 4)):
        name, arity = f"c{number}", rng.randint(1, 3)
        program.add("".join(maker.clause(name, arity, depth) for _ in range(rng.randint(1, 3))))
        maker.known.append((name, arity))
    for name, arity in maker.known[3:]:
        program.ask(f"{name}({', '.join(['X', 'Y', 'Z'][:arity])})",
                    f"findall({name.upper()}, {name}({', '.join([name.upper(), 'a', 'b'][:arity])}), L)")
    for _ in range(rng.randint(2, 4)):
        program.ask(maker.goal(depth))
    return program


def deep_control(rng):
    return random_control(rng, 3)


def cut_shapes(rng):
    """The classic places where a cut must or must not reach."""
    program = Program("cuts")
    k, m = rng.randint(1, 3), rng.randint(2, 4)
    program.add(r"""
n(1). n(2). n(3). n(4).
first(X) :- n(X), !.
first(none).
over(X) :- n(X), X > $k, !, true.
over(0).
pair(X, Y) :- n(X), X >= $k, !, n(Y), Y =< $m.
pair(0, 0).
inner(X) :- ( n(X), X > $k ; X = last ).
inner_cut(X) :- ( n(X), X > $k, ! ; X = last ).
inner_cut(never).
in_condition(X) :- ( n(X), ! -> true ; X = other ).
in_condition(more).
in_then(X) :- ( n(Y), Y > $k -> X = Y, ! ; X = no ).
in_then(skipped).
in_else(X) :- ( fail -> X = a ; n(X), ! ).
in_else(skipped).
in_soft(X) :- ( n(Y), Y > $k *-> n(X), ! ; X = no ).
in_soft(skipped).
in_call(X) :- call((n(X), !)).
in_call(reached).
in_not(X) :- \+ (n(X), !, fail), X = free.
in_not(X) :- \+ \+ (n(X), !), X = twice.
in_once(X) :- once((n(X), X > $k)), true.
in_once(reached).
in_findall(L) :- findall(X, (n(X), X > $k, !), L).
in_findall(reached).
in_catch(X) :- catch((n(X), X > $k, !), _, true).
in_catch(reached).
in_forall(yes) :- forall((n(X), !), X < $m).
in_forall(reached).
var_goal(X) :- G = (n(X), !), G.
var_goal(reached).
deep(X) :- ( ( ( n(X), X >= $m, ! ; X = a ) ; X = b ) ; X = c ).
deep(d).
""", k=k, m=m)
    names = ("first over inner inner_cut in_condition in_then in_else in_soft in_call in_not in_once in_findall in_catch in_forall "
             "var_goal deep").split()
    for name in rng.sample(names, rng.randint(5, 8)):
        goal = f"{name}(X)"
        program.ask(rng.choice([goal, goal, f"findall(X, {goal}, L)", f"n(Y), {goal}", f"{goal}, n(Z)",
            f"( {goal} ; X = end )",
                                f"( {goal}, ! ; X = end )", f"\\+ {goal}", f"aggregate_all(count, {goal}, N)"]))
    program.ask("pair(X, Y)", f"n(X), ( X > {k} -> Y = big ; X =:= {k} -> Y = equal ; Y = small )", "!, n(X)",
        "n(X), !",
                f"n(X), ( X >= {m}, ! ; fail )", f"( n(X), X > {k} *-> true ; X = none )",
                f"( n(X), X > {k + 9} *-> true ; X = none )",
                "call(!), n(X)", "G = !, ( n(X), call(G) ; X = 9 )", "call((!, n(X) ; X = 5))",
                "( true ; X = 2 ), n(X)",
                "findall(X-Y, (n(X), ( X > 2 -> Y = 1 ; Y = 2 )), L)", "once(n(X)) ; X = z", "call(( fail ; n(X) ))",
                "\\+ \\+ n(X)", "( \\+ n(7) -> X = none ; X = some )", "call(n, X)", "G = n(X), call(G), X > 1",
                "( n(X) -> fail ; true )")
    return program


def throwing(rng):
    """Balls that pass through conjunctions, choice points and rethrows; what is undone on the way."""
    limit, bad = rng.randint(3, 6), rng.randint(2, 5)
    program = Program("throw and catch").add(r"""
item(X) :- between(1, $limit, X).
check(X) :- X =:= $bad, throw(bad(X)).
check(X) :- X =\= 0 - 1.
check2(X) :- ( X > $bad -> throw(error(domain_error(small, X), here)) ; true ).
walk(X) :- item(X), check2(X).
safe(G, R) :- catch((G, R = done), B, R = caught(B)).
rethrow(G) :- catch(G, B, throw(again(B))).
layers(0, G) :- !, G.
layers(N, G) :- N1 is N - 1, catch(layers(N1, G), layer(N), true).
cleanup(X, R) :- catch(( X = bound, throw(oops) ), oops, ( var(X) -> R = undone ; R = kept )).
count_down(0) :- throw(bottom).
count_down(N) :- N1 is N - 1, count_down(N1).
select_ball(a, 1). select_ball(b, 2).
try(G, E) :- catch(G, error(E, _), true).
""", limit=limit, bad=bad)
    n = rng.randint(1, 4)
    asks = ["item(X), safe(check(X), R)", "safe((item(X), check(X)), R)", "walk(X)",
        "catch(walk(X), error(domain_error(D, C), here), true)",
            "rethrow((item(X), check(X)))", "catch(rethrow(throw(x)), again(Y), true)",
            f"layers({n}, throw(layer({n})))",
            f"layers({n}, throw(layer({n + 1})))", "cleanup(X, R)",
            f"catch(count_down({rng.randint(10, 300)}), bottom, R = ok)",
            "catch((member(X, [1,2,3]), X > 1, throw(found(X))), found(Y), true)",
            "catch(member(X, [1,2,3]), _, X = none)",
            "catch(throw(f(Z, Z)), f(a, Q), true)", "throw(_)", "catch(throw(my), other, true)",
            "throw(error(foo, bar))", "throw(f(X, Y, X))", "catch((X = 1 ; throw(late)), late, X = 2)",
            "catch(throw(a), X, (X = b ; X = a))",
            "try(X is foo + 1, E)", "try(atom_length(X, Y), E)", "try(call(1), E)", "try(nosuch_predicate(1), E)",
            "try(arg(x, f(a), A), E)",
            "try(functor(T, foo, -1), E)", "try(atom_codes(X, Y), E)", "try(number_codes(X, `3x`), E)",
            "catch(number_codes(X, `3x`), error(syntax_error(S), C), fail)",
            "catch((between(1, 5, X), X >= 3, throw(stop(X))), stop(N), true), N > 2",
            "findall(X, catch(item(X), _, true), L)",
            "catch(findall(X, (item(X), check(X)), L), bad(B), L = lost)",
            "catch(catch(throw(in), out, X = 1), in, X = 2)",
            "catch(catch(throw(in), in, throw(out)), out, X = rethrown)", "catch(\\+ throw(n), n, X = from_not)",
            "catch(forall(item(X), check(X)), bad(B), true)",
            "( catch(fail, _, true) -> R = yes ; R = no )", "catch(true, _, true), X = 1",
            "catch((select_ball(X, N), N > 1, throw(X)), b, true)",
            "G = throw(b), catch(G, b, R = 1)", "catch(call(throw, t), t, R = 1)"]
    return program.ask(*rng.sample(asks, 9))


def undefined(rng):
    """Calls of procedures that nobody wrote."""
    name, other = rng.choice(["no_such", "'Missing Rule'", "unknown_fact", "gone"]), rng.choice(["absent", "lost_one",
        "nowhere"])
    n = rng.randint(0, 3)
    call = name + (f"({', '.join('XYZ'[:n])})" if n else "")
    return Program("undefined procedures").add(r"""
rule(X) :- fact(X), $call.
rule(none).
fact(1). fact(2).
guard(X) :- ( fact(X) ; $other(X) ).
later(X) :- fact(X), \+ $other(X, X).
try(G, E) :- catch(G, error(E, _), true).
wrong_arity(X) :- fact(X, X).
""", call=call, other=other).ask(
        "rule(X)", "guard(X)", "later(X)", call, f"try({call}, E)",
        f"catch({other}(1), error(existence_error(procedure, PI), _), fail)",
        "wrong_arity(X)", f"findall(X, {other}(X), L)", f"maplist({other}, [])", f"maplist({other}, [1])",
        f"\\+ {other}", f"call({other}, 1, 2)",
        f"( {other}(1) -> true ; true )", f"forall(fact(X), {other}(X))", f"once({other})", f"ignore({other}(a))",
        "fact(X), X > 1",
        f"fact(X) ; {other}", f"fail, {other}", f"try(foldl({other}, [1,2], 0, S), E)",
        f"G =.. [{other}, 1], try(G, E)",
        "try(call((fact(1), 2)), E)", "try(call((fact(X) ; 1)), E)", "try((G = 5, G), E)", "try(call(_), E)",
        "try(call((fact(_), _)), E)",
        "try(call(f(x)), E)", 'try(call("str"), E)', "try(call(1.5, a), E)", "try(call(fact(1), a, b), E)")


FAMILIES = [random_control, random_control, random_control, deep_control, deep_control, cut_shapes, throwing,
    undefined]
