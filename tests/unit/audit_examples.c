#include "tests/unit/audit_examples.h"

#include <math.h>
#include <string.h>

#include "engine/base/status.h"

#pragma GCC diagnostic ignored "-Woverride-init" /* NODE fills in what a line leaves out */
#define NODE(ID, KIND, STATE, SAYS, TERM, ...)                                                                                 \
  {.id = ID, .span = 2, .kind = PEL_NODE_##KIND, .state = PEL_STATE_##STATE, .says = SAYS, .note = "", .term = TERM, .by = "", \
   .date = "", .event = "", .weight = NAN, .confidence = NAN, .low = NAN, .high = NAN, __VA_ARGS__}
#define EDGE(FROM, TO, KIND, ORDER, LABEL) {FROM, TO, PEL_EDGE_##KIND, ORDER, LABEL, NAN}
#define N(a) (sizeof(a) / sizeof *(a))

/* ---- surviving spouse: 26 U.S.C. 2(a), whose words are in the public domain ---- */

static const pel_source spouse_sources[] = {
    {1, "irc", "Internal Revenue Code", "Office of the Law Revision Counsel", "2016 edition, title 26",
     "https://uscode.house.gov/view.xhtml?req=(title:26%20section:2%20edition:prelim)", "public domain", "2024-11-02",
     "5f1c5d3a8f6f4e0b9c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516273"},
    {2, "reg", "Income Tax Regulations", "Internal Revenue Service", "1 April 2016", "https://www.ecfr.gov/current/title-26/section-1.2-2", "public domain",
     "2024-11-02", "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"}};
static const pel_passage spouse_passages[] = {
    {1, 1, "s. 2(a)(1)", "Definition of surviving spouse",
     "For purposes of section 1, the term \xe2\x80\x9csurviving spouse\xe2\x80\x9d means a taxpayer\xe2\x80\x94\n(A) whose spouse died during either of his two taxable years "
     "immediately preceding the taxable year, and\n(B) who maintains as his home a household which constitutes for the taxable year the principal place of "
     "abode (as a member of such household) of a dependent (i) who (within the meaning of section 152) is a son, stepson, daughter, or stepdaughter of the "
     "taxpayer, and (ii) with respect to whom the taxpayer is entitled to a deduction for the taxable year under section 151.", "1954-08-16", ""},
    {2, 1, "s. 2(a)(1)(A)", "", "whose spouse died during either of his two taxable years immediately preceding the taxable year, and", "1954-08-16", ""},
    {3, 1, "s. 2(a)(1)(B)", "", "who maintains as his home a household which constitutes for the taxable year the principal place of abode (as a member of such "
     "household) of a dependent", "1954-08-16", ""},
    {4, 1, "s. 2(a)(2)", "Limitations",
     "Notwithstanding paragraph (1), for purposes of section 1 a taxpayer shall not be considered to be a surviving spouse\xe2\x80\x94\n(A) if the taxpayer has "
     "remarried at any time before the close of the taxable year, or\n(B) unless, for the taxpayer\xe2\x80\x99s taxable year during which his spouse died, a joint return "
     "could have been made under the provisions of section 6013 (without regard to subsection (a)(3) thereof).", "1954-08-16", ""},
    {5, 1, "s. 152(a)(1)", "Dependent", "For purposes of this subtitle, the term \xe2\x80\x9c" "dependent\xe2\x80\x9d means\xe2\x80\x94\n(1) a qualifying child, or\n(2) a qualifying relative.", "2005-01-01", ""},
    {6, 2, "s. 1.2-2(d)", "Cost of maintaining a household", "A taxpayer shall be considered as maintaining a household only if he pays more than one-half the cost thereof "
     "for his taxable year.", "1957-12-25", ""},
    {7, 1, "s. 7703(a)(1)", "Marital status", "the determination of whether an individual is married shall be made as of the close of his taxable year", "1986-10-22", ""}};
static const pel_document spouse_documents[] = {
    {1, "case", "{\"pellucid_case\": 1, \"title\": \"Alice, tax year 2016\", \"as_of\": \"2016-12-31\", \"question\": \"s2_a(alice, 2016)\", "
     "\"asks\": \"Was Alice a surviving spouse in 2016?\"}"},
    {2, "text", "Alice and Bob were married on 3 May 2005 and had one son, Charlie, born on 14 July 2007. Bob died on 16 September 2014. "
     "From 2014 to 2019 Alice furnished the costs of the home in which she and Charlie lived.\nIn 2016 Charlie went to school and earned nothing."}};
static const pel_clause spouse_clauses[] = {
    {1, "surviving spouse", "s2_a(X, Year) :- spouse_died(X, Year), household(X, Year), \\+ s2_a_2(X, Year).", 1, "1954-08-16", ""},
    {2, "death in the two years before", "spouse_died(X, Year) :- marriage(X, S), death(S, D), year(D, Y), Y >= Year - 2, Y < Year.", 2, "1954-08-16", ""},
    {3, "household", "household(X, Year) :- child(C, X), dependent(C, X, Year), over_half(X, Year).", 3, "1954-08-16", ""},
    {4, "limitations", "s2_a_2(X, Year) :- remarried(X, Year) ; \\+ joint_return(X, Year).", 4, "1954-08-16", ""},
    {5, "qualifying child", "dependent(C, X, Year) :- child(C, X), same_abode(C, X, Year), under_age(C, Year).", 5, "2005-01-01", ""},
    {6, "dependent of 1986", "dependent(C, X, Year) :- child(C, X), over_half(X, Year).", 5, "1986-10-22", "2004-12-31"}};
static const pel_node spouse_nodes[] = {
    NODE(1, CONCLUSION, HOLDS, "Alice was a surviving spouse in 2016", "s2_a(alice, 2016)", .clause = 1, .date = "2016-12-31"),
    NODE(2, CLAIM, HOLDS, "Her spouse died in one of the two years before: Bob, on 16 September 2014.", "spouse_died(alice, 2016)", .clause = 2),
    NODE(3, FACT, HOLDS, "Bob died on 16 September 2014.", "death(bob, date(2014, 9, 16))", .document = 2, .from = 89, .to = 118, .by = "case text", .date = "2014-09-16"),
    NODE(4, FACT, HOLDS, "Alice and Bob were married.", "marriage(alice, bob)", .document = 2, .from = 0, .to = 40, .by = "case text", .date = "2005-05-03"),
    NODE(5, CLAIM, HOLDS, "She kept up, as her home, the main home of a dependent child.", "household(alice, 2016)", .clause = 3),
    NODE(6, FACT, HOLDS, "Charlie is her son.", "child(charlie, alice)", .document = 2, .from = 45, .to = 65, .by = "case text"),
    NODE(7, CLAIM, HOLDS, "Charlie is her dependent.", "dependent(charlie, alice, 2016)", .clause = 5),
    NODE(8, FACT, HOLDS, "Charlie had the same main home for more than half of the year.", "same_abode(charlie, alice, 2016)", .document = 2, .from = 171, .to = 206, .by = "case text"),
    NODE(9, CHECK, HOLDS, "Charlie, born on 14 July 2007, was 9 at the end of the year, under 19.", "under_age(charlie, 2016)", .document = 2, .from = 67, .to = 87, .by = "arithmetic"),
    NODE(10, CLAIM, HOLDS, "She furnished over half of the cost of the household.", "over_half(alice, 2016)", .passage = 6),
    NODE(11, FACT, HOLDS, "Alice paid the costs of the home from 2014 to 2019.", "pays(alice, home, 2014, 2019)", .document = 2, .from = 120, .to = 175, .by = "case text"),
    NODE(12, CLAIM, HOLDS, "No exception applies.", "no(s2_a_2(alice, 2016))", .clause = 4),
    NODE(13, CLAIM, NOT_FOUND, "She remarried before the close of the year", "remarried(alice, 2016)", .clause = 4),
    NODE(14, CLAIM, NOT_FOUND, "A joint return could not have been made for 2014", "no(joint_return(alice, 2014))", .clause = 4),
    NODE(15, ASSUMPTION, ASSUMED, "Nothing says that she remarried before 2017", "", .note = "taken as not so: what the case does not say is taken not to be so"),
    NODE(16, SOURCE, HOLDS, "A taxpayer shall be considered as maintaining a household only if he pays more than one-half the cost thereof.", "", .passage = 6),
    NODE(17, CLAIM, EXCLUDED, "A child is a dependent where over half of its support is furnished", "dependent(charlie, alice, 2016, old)", .clause = 6,
         .note = "replaced from 2005 on; the case is of 2016"),
    NODE(18, CHECK, HOLDS, "The proof was checked again, step by step.", "", .by = "a checker of its own"),
};
static const pel_edge spouse_edges[] = {
    EDGE(1, 2, BECAUSE, 0, "s. 2(a)(1)(A)"), EDGE(1, 5, BECAUSE, 1, "s. 2(a)(1)(B)"), EDGE(1, 12, BECAUSE, 2, "s. 2(a)(2)"), EDGE(1, 15, BECAUSE, 3, ""),
    EDGE(1, 18, BECAUSE, 4, "check"), EDGE(1, 13, WOULD_CHANGE, 5, "a marriage of Alice before 2017"),
    EDGE(1, 3, WOULD_CHANGE, 6, "Bob's death before 2014"), EDGE(1, 8, WOULD_CHANGE, 7, "Charlie's home elsewhere in 2016"),
    EDGE(2, 4, BECAUSE, 0, "marriage"), EDGE(2, 3, BECAUSE, 1, "death"), EDGE(5, 6, BECAUSE, 0, "child"), EDGE(5, 7, BECAUSE, 1, "s. 152"),
    EDGE(5, 10, BECAUSE, 2, "cost"), EDGE(7, 6, BECAUSE, 0, "child"), EDGE(7, 8, BECAUSE, 1, "residence"), EDGE(7, 9, BECAUSE, 2, "age"),
    EDGE(7, 17, UNLESS, 3, "earlier rule"), EDGE(10, 11, BECAUSE, 0, ""), EDGE(10, 16, CITES, 1, ""), EDGE(12, 13, UNLESS, 0, "s. 2(a)(2)(A)"),
    EDGE(12, 14, UNLESS, 1, "s. 2(a)(2)(B)"),
};
static const pel_retrieved spouse_retrieved[] = {
    {3, 1, 1, 8.31, 0.412, 2.104, 1, 0.52, 0.704},    {3, 2, 2, 7.02, 0.398, 1.811, 1, 0.31, 0.411},  {3, 3, 3, 5.40, 0.377, 1.570, 0.95, 0.17, 0.170},
    {3, 4, 4, 2.20, 0.301, 1.322, 0.90, 0, -0.078},   {3, 5, 7, 1.75, 0.288, 1.190, 0.90, 0, -0.210}, {3, 6, 6, 0.40, 0.105, 0.702, 0.75, 0, -0.698}};
static const pel_span_header spouse_header = {"pellucid 0.1.0", "s2_a(alice, 2016)", "Alice, tax year 2016",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "us-tax", "2016.2", "2c624232cc4d5b1e8b7f0a9d3c6e5f4a7b8c9d0e1f2a3b4c5d6e7f8091a2b3c4"};

/* ---- CURB-65 ---- */

static const pel_source curb_sources[] = {
    {1, "lim2003", "Lim 2003, Thorax 58:377", "BMJ Publishing Group", "2003", "https://doi.org/10.1136/thorax.58.5.377", "cited", "2024-11-02",
     "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"}};
static const pel_passage curb_passages[] = {
    {1, 1, "table 4", "The score", "One point each for: new confusion; urea above 7 mmol/L; respiratory rate of 30 per minute or more; systolic blood pressure below "
     "90 mmHg or diastolic of 60 mmHg or less; age of 65 years or more.", "2003-05-01", ""},
    {2, 1, "p. 381", "The classes", "A score of 0 or 1: low; 2: intermediate; 3 or more: severe.", "2003-05-01", ""}};
static const pel_document curb_documents[] = {
    {1, "case", "{\"pellucid_case\": 1, \"title\": \"Patient 7\", \"as_of\": \"2024-06-01\", \"asks\": \"How severe is this pneumonia?\"}"},
    {2, "text", "58-year-old patient with pneumonia on chest film. Disoriented to place and time since this morning. Respiratory rate 31/min, "
     "blood pressure 96/58 mmHg, temperature 38.9 \xc2\xb0" "C. Bloods sent, urea not yet back."},
    {3, "answer", "The patient is confused and breathes fast, so the pneumonia is severe & needs <hospital> care."}};
static const pel_clause curb_clauses[] = {
    {1, "CURB-65 class", "class(severe) :- score(N), N >= 3.", 2, "2003-05-01", ""},
    {2, "confusion", "point(confusion) :- confused(new).", 1, "2003-05-01", ""},
    {3, "respiratory rate", "point(rate) :- rate(R), R >= 30.", 1, "2003-05-01", ""},
    {4, "blood pressure", "point(pressure) :- pressure(S, D), ( S < 90 ; D =< 60 ).", 1, "2003-05-01", ""},
    {5, "age", "point(age) :- age(A), A >= 65.", 1, "2003-05-01", ""},
    {6, "urea", "point(urea) :- urea(U), U > 7.", 1, "2003-05-01", ""}};
static const pel_node curb_nodes[] = {
    NODE(1, CONCLUSION, HOLDS, "CURB-65 is at least 3, so the pneumonia is severe", "class(severe)", .clause = 1,
         .note = "not decided whether 3 or 4, because the urea is unknown", .date = "2024-06-01"),
    NODE(2, CLAIM, HOLDS, "Confusion: yes (+1)", "point(confusion)", .clause = 2),
    NODE(3, FACT, HOLDS, "New confusion.", "confused(new)", .document = 2, .from = 50, .to = 98, .by = "case text"),
    NODE(4, CLAIM, HOLDS, "Respiratory rate 31 is at least 30 /min (+1)", "point(rate)", .clause = 3),
    NODE(5, FACT, HOLDS, "Respiratory rate 31 /min.", "rate(31)", .document = 2, .from = 100, .to = 123, .by = "case text"),
    NODE(6, CLAIM, HOLDS, "Blood pressure 96/58: diastolic 58 is at most 60 mmHg (+1)", "point(pressure)", .clause = 4),
    NODE(7, FACT, HOLDS, "Blood pressure 96/58 mmHg.", "pressure(96, 58)", .document = 2, .from = 125, .to = 150, .by = "case text"),
    NODE(8, CLAIM, REFUTED, "Age 58 is 65 or more (0)", "point(age)", .clause = 5),
    NODE(9, FACT, HOLDS, "Age 58.", "age(58)", .document = 2, .from = 0, .to = 11, .by = "case text"),
    NODE(10, CLAIM, UNKNOWN, "Urea: 0 or 1", "point(urea)", .clause = 6),
    NODE(11, QUESTION, UNKNOWN, "Blood urea", "urea(unknown)", .note = "would add one point above 7 mmol/L; does not change the class", .document = 2, .from = 186, .to = 203,
         .by = "lab, not yet back"),
    NODE(12, CLAIM, OVERRIDDEN, "Treatment at home is enough", "home(yes)", .note = "set aside by the class severe"),
    NODE(13, CLAIM, HOLDS, "The model says: severe, needs hospital care.", "", .document = 3, .from = 50, .to = 93, .by = "SmolLM2-135M-Instruct", .confidence = 0.62,
         .low = 0.58, .high = 0.66, .event = "of held-out cases in which the model said so were severe, n = 2,140"),
};
static const pel_edge curb_edges[] = {
    {1, 2, PEL_EDGE_BECAUSE, 0, "confusion", 0.25}, {1, 4, PEL_EDGE_BECAUSE, 1, "breathing", 0.25}, {1, 6, PEL_EDGE_BECAUSE, 2, "blood pressure", 0.25},
    {1, 8, PEL_EDGE_BECAUSE, 3, "age", 0.05}, {1, 10, PEL_EDGE_BECAUSE, 4, "urea", 0.2}, EDGE(1, 12, CONTRADICTS, 5, ""),
    EDGE(1, 11, WOULD_CHANGE, 6, "a urea above 7 mmol/L: 4 instead of 3, the same class"), {1, 13, PEL_EDGE_ATTENDED, 7, "the model", 0.1},
    EDGE(2, 3, BECAUSE, 0, ""), EDGE(4, 5, BECAUSE, 0, ""), EDGE(6, 7, BECAUSE, 0, ""), EDGE(8, 9, BECAUSE, 0, ""), EDGE(10, 11, BECAUSE, 0, ""),
    {13, 3, PEL_EDGE_ATTENDED, 0, "attention", 0.44},
};
static const pel_span_header curb_header = {"pellucid 0.1.0", "class(C)", "Patient 7", "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2",
    "chest", "2024.1", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"};

/* ---- both ---- */

static const pel_span stages[] = {{1, 0, PEL_SPAN_CHAIN, "audit", "ok", 0.31}, {2, 1, PEL_SPAN_EVALUATOR, "deduce", "ok", 0.02},
                                  {3, 1, PEL_SPAN_RETRIEVER, "retrieve", "ok", 0.27}};
static const pel_attribute attributes[] = {{1, "rules", "6"}, {2, "limits.steps", "100000"}, {2, "tries", "57"}, {3, "alpha", "1.5"}, {3, "threshold", "1.4"}};

#define PUT(kind, row)                                         \
  do {                                                         \
    PEL_TRY(sink.put(sink.user, PEL_ROW_##kind, row, err)); \
  } while (0)
#define ALL(kind, array) \
  for (size_t i = 0; i < N(array); i++) PUT(kind, &array[i])

static pel_status put_spouse(pel_span_sink sink, audit_variant variant, pel_error *err) {
  for (size_t i = 0; i < N(spouse_sources); i++) {
    pel_source s = spouse_sources[i];
    if (variant == AUDIT_NEW_LAW && i == 0) s.version = "2018 edition, title 26", s.sha256 = "6e1c5d3a8f6f4e0b9c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516274";
    PUT(SOURCE, &s);
  }
  ALL(PASSAGE, spouse_passages);
  ALL(DOCUMENT, spouse_documents);
  for (size_t i = 0; i < N(spouse_clauses); i++) {
    pel_clause c = spouse_clauses[i];
    if (variant == AUDIT_NEW_LAW && i == 4) c.text = "dependent(C, X, Year) :- child(C, X), same_abode(C, X, Year), under_age(C, Year), \\+ joint(C).", c.valid_from = "2018-01-01";
    PUT(CLAUSE, &c);
  }
  ALL(NODE, spouse_nodes);
  ALL(EDGE, spouse_edges);
  ALL(RETRIEVED, spouse_retrieved);
  return PEL_OK;
}

static pel_node curb_node(size_t i, audit_variant variant) {
  pel_node n = curb_nodes[i];
  if (variant != AUDIT_UREA) return n;
  if (n.id == 1) n.says = "CURB-65 is 4, so the pneumonia is severe", n.note = "";
  if (n.id == 10) n.says = "Urea 9.1 is above 7 mmol/L (+1)", n.state = PEL_STATE_HOLDS;
  if (n.id == 11) n.kind = PEL_NODE_FACT, n.state = PEL_STATE_HOLDS, n.says = "Blood urea 9.1 mmol/L.", n.term = "urea(9.1)", n.note = "", n.by = "lab", n.date = "2024-06-01";
  return n;
}

static pel_status put_curb(pel_span_sink sink, audit_variant variant, pel_error *err) {
  ALL(SOURCE, curb_sources);
  ALL(PASSAGE, curb_passages);
  ALL(DOCUMENT, curb_documents);
  ALL(CLAUSE, curb_clauses);
  for (size_t i = 0; i < N(curb_nodes); i++) {
    pel_node n = curb_node(i, variant);
    PUT(NODE, &n);
  }
  ALL(EDGE, curb_edges);
  return PEL_OK;
}

static pel_status put_all(pel_span_writer *w, bool spouse, audit_variant variant, pel_error *err) {
  pel_span_sink sink = pel_span_writer_sink(w);
  ALL(ATTRIBUTE, attributes);
  PEL_TRY((spouse ? put_spouse : put_curb)(sink, variant, err));
  for (size_t i = N(stages); i-- > 0;) PUT(SPAN, &stages[i]);
  PEL_TRY(pel_span_writer_parameter(w, "retrieve.alpha", "1.5", err));
  PEL_TRY(pel_span_writer_parameter(w, "limits.steps", "100000", err));
  return pel_span_writer_parameter(w, "machine.cores", "2", err);
}

static pel_status review_all(const char *path, bool spouse, pel_error *err) {
  const pel_review said[] = {
      {0, spouse ? 3 : 5, "accepted", "Dr. A. Smith", "2025-03-01T10:00:00Z", "as in the register", "", ""},
      {0, spouse ? 10 : 7, "needs evidence", "Zo\xc3\xab M\xc3\xbcller", "2025-03-02T09:30:00Z", spouse ? "where are the receipts of 2016?" : "the chart has 96/68 at the same hour", "", ""},
      {0, spouse ? 17 : 12, "accepted", "Dr. A. Smith", "2025-03-02T11:00:00Z", "", "", ""},
      {0, 1, "accepted", "Dr. A. Smith", "2025-03-03T08:00:00Z", "with the open points below", "", ""}};
  for (size_t i = 0; i < N(said); i++) PEL_TRY(pel_review_append(path, &said[i], err));
  return PEL_OK;
}

static pel_status write_and_close(pel_span_writer *w, bool spouse, audit_variant variant, pel_error *err) {
  pel_status status = put_all(w, spouse, variant, err);
  if (status == PEL_OK) return pel_span_writer_close(w, "", err);
  pel_span_writer_abandon(w);
  return status;
}

pel_status audit_example(const char *name, audit_variant variant, bool reviews, const char *path, pel_error *err) {
  bool spouse = strcmp(name, "spouse") == 0;
  pel_span_writer *w;
  PEL_TRY(pel_span_writer_create(path, true, spouse ? &spouse_header : &curb_header, &w, err));
  PEL_TRY(write_and_close(w, spouse, variant, err));
  return reviews ? review_all(path, spouse, err) : PEL_OK;
}

pel_status audit_append(const char *name, const char *path, pel_error *err) {
  bool spouse = strcmp(name, "spouse") == 0;
  pel_span_writer *w;
  PEL_TRY(pel_span_writer_append(path, spouse ? &spouse_header : &curb_header, &w, err));
  return write_and_close(w, spouse, AUDIT_PLAIN, err);
}
