% Causes of an acute cough with fever or breathlessness.
%
% A cause fits when what it requires is there, at least two different findings speak for it, and nothing rules it out.
% It also fits when a test confirms it. The pack ranks nothing and gives no probabilities.

%@ label: A cause fits when its core is there, two findings speak for it, and nothing rules it out
fits(Cause) :-
    core(Cause),
    evidence(Cause, Count),
    Count >= 2,
    \+ ruled_out(Cause).
%@ label: A cause fits when a test confirms it
fits(Cause) :- confirmed(Cause, _).

%@ label: A cause that is ruled out does not fit
neg(fits(Cause)) :- ruled_out(Cause).

%@ label: Each different finding counts once
evidence(Cause, Count) :-
    findall(Finding, speaks_for(Finding, Cause), Found),
    sort(Found, Different),
    length(Different, Count).

% ---- what each cause requires ----

%@ label: Pneumonia requires a new shadow on the chest X-ray
%@ cites: lim2003 Patients
core(pneumonia) :- finding(lung_shadow).
%@ label: Pulmonary embolism is considered in new breathlessness
%@ cites: nci-pe Definition
core(pulmonary_embolism) :- finding(breathlessness).
%@ label: Pulmonary embolism is considered in chest pain, also without breathlessness
%@ cites: nci-pe Definition
core(pulmonary_embolism) :- finding(pleuritic_pain), \+ finding(breathlessness).
%@ label: Acute heart failure requires breathlessness
%@ cites: maisel2002 Abstract
core(heart_failure) :- finding(breathlessness).
%@ label: A COPD exacerbation requires known COPD that is worse than usual
%@ cites: nhlbi-copd-flare-ups Flare-ups
core(copd_exacerbation) :- finding(copd), finding(worse_than_usual).
%@ label: Asthma requires symptoms that come and go
%@ cites: nhlbi-asthma Pattern
core(asthma) :- finding(variable_symptoms).
%@ label: Influenza requires a cough
%@ cites: cdc-flu Signs and symptoms
core(influenza) :- finding(cough).
%@ label: COVID-19 requires a cough or a new loss of smell or taste
%@ cites: cdc-covid Symptoms
%@ in force: 2019-12-31 ..
core(covid19) :- finding(cough).
core(covid19) :- finding(loss_of_smell), \+ finding(cough).
%@ label: Tuberculosis of the lungs requires a cough of 3 weeks or longer
%@ cites: cdc-tb-symptoms Symptoms in the lungs
core(tuberculosis) :- finding(lasting_cough).
%@ label: Whooping cough requires fits of coughing
%@ cites: cdc-pertussis Clinical features
core(pertussis) :- finding(coughing_fits).
%@ label: Acute bronchitis requires a cough
%@ cites: cdc-acute-cough Definition
core(bronchitis) :- finding(cough).
%@ label: A collapsed lung requires sharp chest pain
%@ cites: medlineplus-pneumothorax Symptoms
core(pneumothorax) :- finding(pleuritic_pain).
%@ label: Lung cancer is considered in a cough that does not go away
%@ cites: cdc-lung-cancer Symptoms
core(lung_cancer) :- finding(lasting_cough).
%@ label: Lung cancer is considered in coughing up blood
%@ cites: cdc-lung-cancer Symptoms
core(lung_cancer) :- finding(coughing_blood), \+ finding(lasting_cough).

% ---- what speaks for each cause ----

%@ label: Symptoms of pneumonia
%@ cites: nhlbi-pneumonia-signs Signs and symptoms
speaks_for(fever, pneumonia) :- finding(fever).
speaks_for(shaking_chills, pneumonia) :- finding(shaking_chills).
speaks_for(productive_cough, pneumonia) :- finding(productive_cough).
speaks_for(breathlessness, pneumonia) :- finding(breathlessness).
speaks_for(pleuritic_pain, pneumonia) :- finding(pleuritic_pain).
speaks_for(confusion, pneumonia) :- finding(confusion).
%@ label: What is heard over a lung with pneumonia
%@ cites: nhlbi-pneumonia-diagnosis Physical exam
speaks_for(crackles, pneumonia) :- finding(crackles).
%@ label: Vital signs that call for a look at the lungs
%@ cites: cdc-acute-cough Clinical assessment for pneumonia
speaks_for(fast_breathing, pneumonia) :- finding(fast_breathing).
speaks_for(fast_heart, pneumonia) :- finding(fast_heart).

%@ label: Symptoms of pulmonary embolism
%@ cites: nci-pe Definition
speaks_for(breathlessness, pulmonary_embolism) :- finding(breathlessness).
speaks_for(pleuritic_pain, pulmonary_embolism) :- finding(pleuritic_pain).
speaks_for(coughing_blood, pulmonary_embolism) :- finding(coughing_blood).
speaks_for(fast_heart, pulmonary_embolism) :- finding(fast_heart).
%@ label: What makes a pulmonary embolism likelier
%@ cites: nci-pe Definition
speaks_for(surgery_or_bed_rest, pulmonary_embolism) :- finding(surgery_or_bed_rest).
speaks_for(cancer, pulmonary_embolism) :- finding(cancer).
%@ label: Signs of a clot in a leg
%@ cites: medlineplus-pe Symptoms
speaks_for(clot_in_leg, pulmonary_embolism) :- finding(clot_in_leg).
%@ label: An earlier clot speaks for pulmonary embolism
%@ cites: wells2000 Points
speaks_for(earlier_clot, pulmonary_embolism) :- finding(earlier_clot).

%@ label: Symptoms of heart failure
%@ cites: nhlbi-heart-failure Symptoms
speaks_for(breathless_lying_flat, heart_failure) :- finding(breathless_lying_flat).
speaks_for(swollen_ankles, heart_failure) :- finding(swollen_ankles).
speaks_for(foamy_sputum, heart_failure) :- finding(foamy_sputum).
speaks_for(heart_disease, heart_failure) :- finding(heart_disease).
%@ label: Raised natriuretic peptide speaks for heart failure
%@ cites: maisel2002 Abstract
speaks_for(raised_bnp, heart_failure) :- finding(raised_bnp).

%@ label: Signs of a COPD flare-up
%@ cites: nhlbi-copd-flare-ups Flare-ups
speaks_for(breathlessness, copd_exacerbation) :- finding(breathlessness).
speaks_for(productive_cough, copd_exacerbation) :- finding(productive_cough).
speaks_for(wheeze, copd_exacerbation) :- finding(wheeze).
%@ label: Smoking speaks for COPD
%@ cites: nhlbi-copd Risk factors
speaks_for(smoking, copd_exacerbation) :- finding(smoking).

%@ label: Symptoms of asthma
%@ cites: nhlbi-asthma Symptoms
speaks_for(wheeze, asthma) :- finding(wheeze).
speaks_for(chest_tightness, asthma) :- finding(chest_tightness).
speaks_for(breathlessness, asthma) :- finding(breathlessness).
speaks_for(worse_at_night, asthma) :- finding(worse_at_night).
%@ label: Allergies, exercise or cold air set asthma off
%@ cites: nhlbi-asthma Pattern
speaks_for(trigger, asthma) :- finding(trigger).

%@ label: Symptoms of influenza
%@ cites: cdc-flu Signs and symptoms
speaks_for(fever, influenza) :- finding(fever).
speaks_for(muscle_aches, influenza) :- finding(muscle_aches).
speaks_for(headache, influenza) :- finding(headache).
speaks_for(fatigue, influenza) :- finding(fatigue).
speaks_for(dry_cough, influenza) :- finding(dry_cough).
speaks_for(sore_throat, influenza) :- finding(sore_throat).
speaks_for(runny_nose, influenza) :- finding(runny_nose).

%@ label: Symptoms of COVID-19
%@ cites: cdc-covid Symptoms
%@ in force: 2019-12-31 ..
speaks_for(fever, covid19) :- finding(fever).
speaks_for(breathlessness, covid19) :- finding(breathlessness).
speaks_for(fatigue, covid19) :- finding(fatigue).
speaks_for(muscle_aches, covid19) :- finding(muscle_aches).
speaks_for(headache, covid19) :- finding(headache).
speaks_for(loss_of_smell, covid19) :- finding(loss_of_smell).
speaks_for(sore_throat, covid19) :- finding(sore_throat).
speaks_for(runny_nose, covid19) :- finding(runny_nose).

%@ label: Symptoms of tuberculosis
%@ cites: cdc-tb-symptoms Symptoms in the lungs
speaks_for(pleuritic_pain, tuberculosis) :- finding(pleuritic_pain).
speaks_for(coughing_blood, tuberculosis) :- finding(coughing_blood).
%@ label: Further symptoms of tuberculosis
%@ cites: cdc-tb-symptoms Other symptoms
speaks_for(fatigue, tuberculosis) :- finding(fatigue).
speaks_for(weight_loss, tuberculosis) :- finding(weight_loss).
speaks_for(night_sweats, tuberculosis) :- finding(night_sweats).
%@ label: Contact with tuberculosis, or HIV infection
%@ cites: cdc-tb-symptoms Who should be tested
speaks_for(tb_contact, tuberculosis) :- finding(tb_contact).
speaks_for(hiv, tuberculosis) :- finding(hiv).

%@ label: Features of whooping cough
%@ cites: cdc-pertussis Clinical features
speaks_for(whoop, pertussis) :- finding(whoop).
speaks_for(vomiting_after_cough, pertussis) :- finding(vomiting_after_cough).
speaks_for(worse_at_night, pertussis) :- finding(worse_at_night).
%@ label: Whooping cough in the household
%@ cites: cdc-pertussis Close contacts
speaks_for(pertussis_contact, pertussis) :- finding(pertussis_contact).

%@ label: Symptoms of acute bronchitis
%@ cites: cdc-bronchitis Signs and symptoms
speaks_for(productive_cough, bronchitis) :- finding(productive_cough).
speaks_for(fatigue, bronchitis) :- finding(fatigue).
speaks_for(headache, bronchitis) :- finding(headache).
speaks_for(muscle_aches, bronchitis) :- finding(muscle_aches).
speaks_for(sore_throat, bronchitis) :- finding(sore_throat).

%@ label: Symptoms and signs of a collapsed lung
%@ cites: medlineplus-pneumothorax Symptoms
speaks_for(pleuritic_pain, pneumothorax) :- finding(pleuritic_pain).
speaks_for(breathlessness, pneumothorax) :- finding(breathlessness).
speaks_for(fast_heart, pneumothorax) :- finding(fast_heart).
%@ label: No breathing is heard over a collapsed lung
%@ cites: medlineplus-pneumothorax Exams and tests
speaks_for(quiet_lung, pneumothorax) :- finding(quiet_lung).

%@ label: Symptoms of lung cancer
%@ cites: cdc-lung-cancer Symptoms
speaks_for(lasting_cough, lung_cancer) :- finding(lasting_cough).
speaks_for(coughing_blood, lung_cancer) :- finding(coughing_blood).
speaks_for(weight_loss, lung_cancer) :- finding(weight_loss).
speaks_for(wheeze, lung_cancer) :- finding(wheeze).
speaks_for(repeated_pneumonia, lung_cancer) :- finding(repeated_pneumonia).
speaks_for(clubbed_fingers, lung_cancer) :- finding(clubbed_fingers).
%@ label: Smoking speaks for lung cancer
%@ cites: cdc-lung-cancer Risk factors
speaks_for(smoking, lung_cancer) :- finding(smoking).

% ---- what confirms a cause ----

%@ label: A culture with Mycobacterium tuberculosis confirms tuberculosis
%@ cites: cdc-tb-core Chapter 5
confirmed(tuberculosis, culture) :- finding(tb_culture_positive).
%@ label: A molecular test that finds influenza virus confirms influenza
%@ cites: cdc-flu-tests Molecular assays
confirmed(influenza, molecular_test) :- finding(flu_test_positive).
%@ label: A molecular test that finds SARS-CoV-2 confirms COVID-19
%@ cites: cdc-covid Testing
%@ in force: 2020-02-04 ..
confirmed(covid19, molecular_test) :- finding(covid_test_positive).
%@ label: Air outside the lung on the chest X-ray confirms a collapsed lung
%@ cites: medlineplus-pneumothorax Exams and tests
confirmed(pneumothorax, chest_x_ray) :- finding(air_outside_lung).

% ---- what rules a cause out ----

%@ label: A cause is ruled out when one finding or test does so
ruled_out(Cause) :- ruled_out(Cause, _).

%@ label: A chest X-ray without a new shadow rules pneumonia out, as it was defined for CURB-65
%@ cites: lim2003 Patients
ruled_out(pneumonia, chest_x_ray) :- neg(finding(lung_shadow)).
%@ label: A negative D-dimer test rules pulmonary embolism out, unless it is likely by the Wells score
%@ cites: wells2000 Rule
ruled_out(pulmonary_embolism, d_dimer) :- finding(d_dimer_negative), \+ pe_likely.
%@ label: B-type natriuretic peptide below 100 ng/L rules acute heart failure out
%@ cites: roberts2015 Abstract
ruled_out(heart_failure, bnp) :- quantity(bnp, Value), Value < 100.
%@ label: An FEV1/FVC ratio of 0.7 or more after a bronchodilator rules COPD out
%@ cites: nhlbi-copd Spirometry
ruled_out(copd_exacerbation, spirometry) :- quantity(fev1_fvc, Value), Value >= 0.7.
%@ label: A molecular test without influenza virus rules influenza out
%@ cites: cdc-flu-tests Molecular assays
ruled_out(influenza, molecular_test) :- finding(flu_test_negative).
%@ label: A molecular test without SARS-CoV-2 rules COVID-19 out
%@ cites: cdc-covid Testing
%@ in force: 2020-02-04 ..
ruled_out(covid19, molecular_test) :- finding(covid_test_negative).
%@ label: A new shadow on the chest X-ray rules acute bronchitis out
%@ cites: cdc-acute-cough Definition
ruled_out(bronchitis, chest_x_ray) :- finding(lung_shadow).
%@ label: A cough of more than 3 weeks rules acute bronchitis out
%@ cites: cdc-acute-cough Definition
ruled_out(bronchitis, duration) :- quantity(cough_days, Value), Value > 21.
%@ label: A flare-up of COPD or an attack of asthma is not called acute bronchitis
%@ cites: braman2006 Abstract
ruled_out(bronchitis, other_cause) :- fits(copd_exacerbation).
ruled_out(bronchitis, other_cause) :- fits(asthma), \+ fits(copd_exacerbation).
%@ label: A chest X-ray without air outside the lung rules a collapsed lung out
%@ cites: medlineplus-pneumothorax Exams and tests
ruled_out(pneumothorax, chest_x_ray) :- neg(finding(air_outside_lung)).

% ---- the Wells score for pulmonary embolism ----

%@ label: More than 4 points make a pulmonary embolism likely
%@ cites: wells2000 Rule
pe_likely :- wells(Score), Score > 4.

%@ label: The Wells score is the sum of its points
%@ cites: wells2000 Points
wells(Score) :- findall(Points, wells_item(_, Points), All), sum_list(All, Score).

%@ label: Points of the Wells score
%@ cites: wells2000 Points
wells_item(clot_in_leg, 3) :- finding(clot_in_leg).
wells_item(nothing_likelier, 3) :- finding(nothing_likelier).
wells_item(heart_rate, 1.5) :- quantity(heart_rate, Value), Value > 100.
wells_item(surgery_or_bed_rest, 1.5) :- finding(surgery_or_bed_rest).
wells_item(earlier_clot, 1.5) :- finding(earlier_clot).
wells_item(coughing_blood, 1) :- finding(coughing_blood).
wells_item(cancer, 1) :- finding(cancer).
