% 26 U.S.C. s. 121: gain from the sale of a principal residence.
%
% The rules speak of one sale, by `taxpayer` and, on a joint return, also by `spouse`. Days are counted within the five
% years that end on the date of the sale.

:- dynamic quantity/2, choice/2, date_of/2, dated/2, neg/1.
:- dynamic sale_of_home/0, changed_work/0, elected_out/0, elected_in/0,
           earlier_election/0, unmarried/0, joint_requirements_met_at_death/0.

% ---- the conclusions ----

%@ label: Some gain from the sale is left out of gross income
%@ cites: irc121 s. 121(a)
excludable :- exclusion(_).
%@ label: Some gain from the sale is left out of gross income
%@ cites: usc1994 s. 121(a)
%@ in force: 1995-01-04 .. 1997-05-06
excludable :- exclusion(_).

%@ label: All of the gain is left out of gross income when it does not exceed the limit
%@ cites: irc121 s. 121(b)(1)
fully_excluded :- exclusion(Limit), quantity(gain, Gain), Gain =< Limit, \+ depreciated.
%@ label: All of the gain is left out of gross income when it does not exceed the old limit
%@ cites: usc1994 s. 121(b)(1)
%@ in force: 1995-01-04 .. 1997-05-06
fully_excluded :- exclusion(Limit), quantity(gain, Gain), Gain =< Limit.

%@ label: Gain above the limit is not left out
%@ cites: irc121 s. 121(b)(1)
neg(fully_excluded) :- exclusion(Limit), quantity(gain, Gain), Gain > Limit.
%@ label: Gain above the old limit is not left out
%@ cites: usc1994 s. 121(b)(1)
%@ in force: 1995-01-04 .. 1997-05-06
neg(fully_excluded) :- exclusion(Limit), quantity(gain, Gain), Gain > Limit.
%@ label: Gain from depreciation after 6 May 1997 is not left out
%@ cites: pl105-34 s. 312(a) (s. 121(d)(6))
%@ in force: 1997-05-07 ..
neg(fully_excluded) :- depreciated.
%@ label: Nothing is left out when a sale within two years before already had the benefit
%@ cites: irc121 s. 121(b)(3)
%@ in force: 1997-05-07 ..
neg(excludable) :- \+ joint_return, barred(taxpayer), \+ special_reason.
%@ label: The section does not apply when the taxpayer elects that it does not
%@ cites: pl105-34 s. 312(a) (s. 121(f))
%@ in force: 1997-05-07 ..
neg(excludable) :- elected_out.

%@ label: Gain up to the limit is left out of gross income
%@ cites: irc121 s. 121(a)
%@ in force: 1997-05-07 ..
exclusion(Limit) :- sale_of_home, limit(Limit), \+ elected_out, \+ old_law_kept.
%@ label: Before 7 May 1997 the one-time exclusion applies
%@ cites: usc1994 s. 121(a)
%@ in force: 1995-01-04 .. 1997-05-06
exclusion(Limit) :- sale_of_home, old_exclusion(Limit).
%@ label: For a sale before 5 August 1997 the taxpayer may elect the law before
%@ cites: pl105-34 s. 312(d)(2)
%@ in force: 1997-05-07 .. 1997-08-04
exclusion(Limit) :- sale_of_home, old_law_kept, old_exclusion(Limit).

%@ label: For a sale before 5 August 1997 the taxpayer may elect the law before
%@ cites: pl105-34 s. 312(d)(2)
%@ in force: 1997-05-07 .. 1997-08-04
old_law_kept :- elected_in.

% ---- the one-time exclusion, before 7 May 1997 ----

%@ label: From the age of 55, owned and used for 3 of the last 5 years, once
%@ cites: usc1994 s. 121(a)
%@ in force: 1995-01-04 .. 1997-08-04
old_exclusion(Limit) :-
    elected_in,
    quantity(age, Age), Age >= 55,
    quantity(days_owned, Owned), Owned >= 1095,
    quantity(days_used, Used), Used >= 1095,
    \+ old_benefit_used,
    old_limit(Limit).

%@ label: An election for another sale uses up the one-time exclusion
%@ cites: usc1994 s. 121(b)(2)
%@ in force: 1995-01-04 .. 1997-08-04
old_benefit_used :- earlier_election.

%@ label: The old limit was $62,500 on a separate return of a married person
%@ cites: usc1994 s. 121(b)(1)
%@ in force: 1995-01-04 .. 1997-08-04
old_limit(62500) :- choice(return, separate).
%@ label: The old limit was $125,000
%@ cites: usc1994 s. 121(b)(1)
%@ in force: 1995-01-04 .. 1997-08-04
old_limit(125000) :- \+ choice(return, separate).

% ---- the limit ----

%@ label: $500,000 on a joint return when both spouses meet what is required
%@ cites: irc121 s. 121(b)(2)(A)
limit(500000) :- joint_return, full_joint_limit.
%@ label: On other joint returns the limits of both spouses are added
%@ cites: irc121 s. 121(b)(2)(B)
limit(Sum) :-
    joint_return,
    \+ full_joint_limit,
    share(taxpayer, First),
    share(spouse, Second),
    Sum is First + Second,
    Sum > 0.
%@ label: $250,000 for one taxpayer
%@ cites: irc121 s. 121(b)(1)
limit(250000) :- \+ joint_return, qualifies(taxpayer), \+ surviving_spouse.
%@ label: $500,000 for a surviving spouse within two years of the death
%@ cites: irc121 s. 121(b)(4)
%@ in force: 2008-01-01 ..
limit(500000) :- \+ joint_return, qualifies(taxpayer), surviving_spouse.
%@ label: A reduced limit when the sale is by reason of work, health or unforeseen circumstances
%@ cites: irc121c s. 121(c)(1)
limit(Reduced) :- \+ joint_return, reduced(taxpayer, Reduced).

%@ label: Both spouses use the home long enough, one of them owns it long enough, and no earlier sale stands against it
%@ cites: irc121 s. 121(b)(2)(A)
full_joint_limit :-
    ownership_met,
    use_met(taxpayer),
    use_met(spouse),
    \+ barred(taxpayer),
    \+ barred(spouse).

%@ label: A spouse who qualifies brings in $250,000
%@ cites: irc121 s. 121(b)(2)(B)
share(Person, 250000) :- qualifies(Person).
%@ label: A spouse who sells for one of the three reasons brings in a reduced amount
%@ cites: irc121c s. 121(c)(1)
share(Person, Reduced) :- reduced(Person, Reduced).
%@ label: A spouse who neither qualifies nor has such a reason brings in nothing
%@ cites: irc121 s. 121(b)(2)(B)
share(Person, 0) :- \+ qualifies(Person), \+ special_reason.

%@ label: Owned and used for two of the last five years, and no other sale within two years
%@ cites: irc121 s. 121(a)
qualifies(Person) :- ownership_met, use_met(Person), \+ barred(Person).

%@ label: A joint return is a joint return
joint_return :- choice(return, joint).

% ---- ownership and use ----

%@ label: The taxpayer owned the home for 730 of the days
%@ cites: cfr1-121-1 s. 1.121-1(c)(1)
ownership_met :- quantity(days_owned, Days), Days >= 730.
%@ label: On a joint return it is enough that the spouse owned the home
%@ cites: irc121 s. 121(b)(2)(A)
ownership_met :- joint_return, quantity(days_owned, Days), Days < 730, quantity(spouse_days_owned, Other), Other >= 730.

%@ label: The taxpayer used the home as the principal residence for 730 of the days
%@ cites: cfr1-121-1 s. 1.121-1(c)(1)
use_met(taxpayer) :- quantity(days_used, Days), Days >= 730.
%@ label: The spouse used the home as the principal residence for 730 of the days
%@ cites: cfr1-121-1 s. 1.121-1(c)(1)
use_met(spouse) :- quantity(spouse_days_used, Days), Days >= 730.

% ---- once in two years ----

%@ label: Another sale within two years already had the benefit
%@ cites: irc121 s. 121(b)(3)
barred(taxpayer) :- date_of(earlier_sale, Earlier), date_of(sale, Sale), within_two_years(Earlier, Sale).
%@ label: Another sale by the spouse within two years already had the benefit
%@ cites: irc121 s. 121(b)(3)
barred(spouse) :- date_of(earlier_sale_of_spouse, Earlier), date_of(sale, Sale), within_two_years(Earlier, Sale).

%@ label: The earlier date lies in the two years that end on the later one
within_two_years(Earlier, Later) :- Earlier @=< Later, two_years_after(Earlier, End), Later @< End.

%@ label: The same day of the year, two years on
two_years_after(Date, End) :-
    sub_string(Date, 0, 4, _, Year),
    sub_string(Date, 4, _, 0, Rest),
    number_string(Number, Year),
    Next is Number + 2,
    number_string(Next, NextYear),
    string_concat(NextYear, Rest, End).

% ---- the reduced limit ----

%@ label: Who does not qualify, and sells for one of the three reasons, has a share of $250,000
%@ cites: irc121c s. 121(c)(1)
reduced(Person, Amount) :-
    \+ qualifies(Person),
    special_reason,
    counted_days(Person, Days),
    Days > 0,
    Amount is 250000 * Days / 730.

%@ label: The shorter of the time owned and used counts
%@ cites: irc121c s. 121(c)(1)
counted_days(Person, Days) :-
    \+ barred(Person),
    counted_ownership(Owned),
    counted_use(Person, Used),
    Days is min(730, min(Owned, Used)).
%@ label: The time since the earlier sale counts when it is shorter
%@ cites: irc121c s. 121(c)(1)
counted_days(taxpayer, Days) :-
    barred(taxpayer),
    counted_ownership(Owned),
    counted_use(taxpayer, Used),
    quantity(days_since_earlier_sale, Since),
    Days is min(Since, min(Owned, Used)).

%@ label: The time that the taxpayer owned the home
%@ cites: irc121c s. 121(c)(1)
counted_ownership(Days) :- \+ joint_return, quantity(days_owned, Days).
counted_ownership(Days) :- joint_return, quantity(days_owned, Days), \+ quantity(spouse_days_owned, _).
%@ label: On a joint return the time that either spouse owned the home
%@ cites: irc121 s. 121(b)(2)(B)
counted_ownership(Days) :-
    joint_return,
    quantity(days_owned, First),
    quantity(spouse_days_owned, Second),
    Days is max(First, Second).

%@ label: The time that each used the home as the principal residence
%@ cites: irc121c s. 121(c)(1)
counted_use(taxpayer, Days) :- quantity(days_used, Days).
counted_use(spouse, Days) :- quantity(spouse_days_used, Days).

%@ label: The sale is by reason of work, health or unforeseen circumstances
%@ cites: irc121c s. 121(c)(2)
special_reason :- by_reason_of(_).

%@ label: A new place of work at least 50 miles farther away is a change of employment
%@ cites: cfr1-121-3 s. 1.121-3(c)(2)
by_reason_of(employment) :- changed_work, quantity(workplace_farther, Miles), Miles >= 50.
%@ label: The main reason is one of the three in the statute
%@ cites: cfr1-121-3 s. 1.121-3(b)
by_reason_of(Reason) :- choice(primary_reason, Reason), statutory_reason(Reason).
%@ label: An event on the list in the regulations is an unforeseen circumstance
%@ cites: cfr1-121-3 s. 1.121-3(e)(2)
by_reason_of(unforeseen_circumstances) :- choice(event, Event), listed_event(Event).

%@ label: The three reasons in the statute
%@ cites: irc121c s. 121(c)(2)
statutory_reason(employment).
statutory_reason(health).
statutory_reason(unforeseen_circumstances).

%@ label: Events on the list in the regulations
%@ cites: cfr1-121-3 s. 1.121-3(e)(2)
listed_event(death).
listed_event(divorce).
listed_event(unemployment).
listed_event(multiple_birth).
listed_event(disaster).

% ---- surviving spouses, depreciation ----

%@ label: Unmarried, sold within two years of the death, and what a joint return needs was met before it
%@ cites: irc121 s. 121(b)(4)
%@ in force: 2008-01-01 ..
surviving_spouse :-
    unmarried,
    date_of(death_of_spouse, Death), date_of(sale, Sale),
    not_later_than_two_years(Death, Sale),
    joint_requirements_met_at_death.

%@ label: The later date is at most two years after the earlier one
not_later_than_two_years(Earlier, Later) :- Earlier @=< Later, two_years_after(Earlier, End), Later @=< End.

%@ label: Depreciation after 6 May 1997 was taken on the home
%@ cites: pl105-34 s. 312(a) (s. 121(d)(6))
depreciated :- quantity(depreciation, Amount), Amount > 0.
