% CURB-65: how severe a community-acquired pneumonia is.
%
% One point for each of five signs; a sign that nobody has measured gives no points and no zero, so that the score
% is not found. Only confusion is taken as absent when nothing says that it is there.

:- dynamic quantity/2, choice/2, date_of/2, dated/2, finding/1, neg/1.

%@ label: CURB-65 adds one point for each of five signs
%@ cites: lim2003 Abstract
curb65(Score, Class) :-
    point(confusion, C),
    point(urea, U),
    point(breathing, R),
    point(pressure, B),
    point(age, A),
    Score is C + U + R + B + A,
    class_of(Score, Class),
    \+ outside_the_study.

%@ label: The class of severity follows from the score
%@ cites: lim2003 Severity groups
severity(Class) :- curb65(_, Class).

%@ label: A score of 0 or 1 is low severity
%@ cites: lim2003 Severity groups
class_of(Score, low) :- Score =< 1.
%@ label: A score of 2 is intermediate severity
%@ cites: lim2003 Severity groups
class_of(2, intermediate).
%@ label: A score of 3 or more is severe
%@ cites: lim2003 Severity groups
class_of(Score, severe) :- Score >= 3.

%@ label: New confusion scores one point
%@ cites: lim2003 Abstract
point(confusion, 1) :- finding(confusion).
%@ label: No confusion scores nothing
%@ cites: lim2003 Abstract
point(confusion, 0) :- \+ finding(confusion).
%@ label: Urea above 7 mmol/L scores one point
%@ cites: lim2003 Abstract
point(urea, 1) :- quantity(urea, Value), Value > 7.
%@ label: Urea of 7 mmol/L or less scores nothing
%@ cites: lim2003 Abstract
point(urea, 0) :- quantity(urea, Value), Value =< 7.
%@ label: Respiratory rate of 30 or more scores one point
%@ cites: lim2003 Abstract
point(breathing, 1) :- quantity(respiratory_rate, Value), Value >= 30.
%@ label: Respiratory rate below 30 scores nothing
%@ cites: lim2003 Abstract
point(breathing, 0) :- quantity(respiratory_rate, Value), Value < 30.
%@ label: Low blood pressure scores one point
%@ cites: lim2003 Abstract
point(pressure, 1) :- low_blood_pressure.
%@ label: Blood pressure that is not low scores nothing
%@ cites: lim2003 Abstract
point(pressure, 0) :- quantity(systolic, S), S >= 90, quantity(diastolic, D), D > 60.
%@ label: Age of 65 or more scores one point
%@ cites: lim2003 Abstract
point(age, 1) :- quantity(age, Value), Value >= 65.
%@ label: Age below 65 scores nothing
%@ cites: lim2003 Abstract
point(age, 0) :- quantity(age, Value), Value < 65.

%@ label: Systolic pressure below 90 mmHg is low
%@ cites: lim2003 Abstract
low_blood_pressure :- quantity(systolic, Value), Value < 90.
%@ label: Diastolic pressure of 60 mmHg or less is low
%@ cites: lim2003 Abstract
low_blood_pressure :- quantity(diastolic, Value), Value =< 60.

%@ label: The score was not derived in such patients
%@ cites: lim2003 Patients left out
outside_the_study :- outside_the_study(_).

%@ label: The score was not derived in patients with HIV infection
%@ cites: lim2003 Patients left out
outside_the_study(hiv) :- finding(hiv).
%@ label: The score was not derived in patients with tuberculosis
%@ cites: lim2003 Patients left out
outside_the_study(tuberculosis) :- confirmed(tuberculosis, _).
%@ label: The score was not derived in pneumonia behind a blocked airway
%@ cites: lim2003 Patients left out
outside_the_study(blocked_airway) :- finding(blocked_airway).
