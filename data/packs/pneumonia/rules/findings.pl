% Findings that follow from what was measured or from other findings.

%@ label: A temperature of 38 degrees Celsius or more is fever
%@ cites: cdc-acute-cough Clinical assessment for pneumonia
finding(fever) :- quantity(temperature, Value), Value >= 38.
%@ label: 24 breaths a minute or more is fast breathing
%@ cites: cdc-acute-cough Clinical assessment for pneumonia
finding(fast_breathing) :- quantity(respiratory_rate, Value), Value >= 24.
%@ label: 100 heartbeats a minute or more is a fast heart
%@ cites: cdc-acute-cough Clinical assessment for pneumonia
finding(fast_heart) :- quantity(heart_rate, Value), Value >= 100.
%@ label: An abbreviated mental test score of 8 or less is confusion
%@ cites: lim2003 Confusion
finding(confusion) :- quantity(mental_test, Value), Value =< 8.
%@ label: New disorientation in person, place or time is confusion
%@ cites: lim2003 Confusion
finding(confusion) :- finding(disorientation).
%@ label: A cough that brings up phlegm is a cough
finding(cough) :- finding(productive_cough).
%@ label: A dry cough is a cough
finding(cough) :- finding(dry_cough).
%@ label: A cough of 3 weeks or longer is a lasting cough
%@ cites: cdc-tb-symptoms Symptoms in the lungs
finding(lasting_cough) :- quantity(cough_days, Value), Value >= 21.
%@ label: B-type natriuretic peptide of 100 ng/L or more is raised
%@ cites: maisel2002 Abstract
finding(raised_bnp) :- quantity(bnp, Value), Value >= 100.
