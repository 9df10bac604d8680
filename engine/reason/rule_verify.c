/* A deduction by rules put to a search: df-pn over the goals and ways that the runs saw, for a proof and a refutation. It has to come to what was deduced. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/reason/rule_words.h"
#include "engine/reason/verify_parts.h"
#include "engine/search/proof_number.h"

enum { MOST_COMPARED = 2000, MOST_TAKEN_AWAY = 1000000 /* leaves times goals: searching again without each leaf is not to take long */, MOST_NAMED = 6, DEEPEST = 4 };

static const pel_search_limits LIMITS = {.expansions = 200000, .seconds = -1, .bytes = (uint64_t)128 << 20, .seed = 1}; /* no clock: the same each time */

typedef struct verifying {
  audit *a;
  pel_deduction *d;
  pel_rule_goals *g;
  pel_rule_words words;
  pel_search_words how;
  pel_goal_problem problem;
  int64_t root;
  pel_goal_status found[PEL_SIDES];
  struct {
    size_t facts, assumptions;
  } rests[PEL_SIDES]; /* of the smallest proof of a side */
  char needed[1500], nearest[1200];
  size_t n_needed, not_taken;
  bool complete; /* nothing that was deduced is missing here */
} verifying;

/* ---- what it comes to ---- */

static pel_goal_status status_of(const pel_search *s, uint64_t key) {
  size_t id = pel_search_find(s, key);
  return id == SIZE_MAX ? PEL_GOAL_UNKNOWN : pel_search_node_at(s, id).status;
}

/* What the deduction says of a side: proved in every way, in none, or in some; *doubtful: one way does not tell. */
static pel_goal_status deduced(const pel_deduction *d, pel_rule_side side, bool *doubtful) {
  size_t so = 0, open = 0;
  for (size_t i = 0; i < d->n_ways; i++) {
    pel_node_state s = d->ways[i].state;
    so += s == PEL_STATE_CONFLICT || s == (side == PEL_SIDE_FOR ? PEL_STATE_HOLDS : PEL_STATE_REFUTED);
    open += s == PEL_STATE_UNKNOWN || *d->ways[i].doubt;
  }
  *doubtful = open > 0;
  return so == d->n_ways ? PEL_GOAL_PROVED : so || open ? PEL_GOAL_UNKNOWN : PEL_GOAL_REFUTED;
}

/* The search must not come to the opposite of what was deduced, and must come to the same where it has seen all of it. */
static bool agrees(const verifying *v) {
  for (int side = 0; side < PEL_SIDES; side++) {
    bool doubtful;
    pel_goal_status want = deduced(v->d, (pel_rule_side)side, &doubtful), found = v->found[side];
    bool less = found == PEL_GOAL_UNKNOWN && (!v->complete || doubtful);
    if (found != want && !less && !(want == PEL_GOAL_UNKNOWN && doubtful && found == PEL_GOAL_REFUTED)) return false;
  }
  return true;
}

static pel_node_state verdict(const verifying *v) {
  bool so = v->found[PEL_SIDE_FOR] == PEL_GOAL_PROVED, not = v->found[PEL_SIDE_AGAINST] == PEL_GOAL_PROVED;
  if (so && not) return PEL_STATE_CONFLICT;
  if (so) return PEL_STATE_HOLDS;
  if (v->found[PEL_SIDE_FOR] != PEL_GOAL_REFUTED) return PEL_STATE_UNKNOWN;
  return not ? PEL_STATE_REFUTED : v->found[PEL_SIDE_AGAINST] == PEL_GOAL_REFUTED ? PEL_STATE_NOT_FOUND : PEL_STATE_UNKNOWN;
}

static const char *came_to(pel_node_state state) {
  switch (state) {
    case PEL_STATE_HOLDS: return "a proof, and no refutation";
    case PEL_STATE_REFUTED: return "a refutation, and no proof";
    case PEL_STATE_CONFLICT: return "a proof and a refutation";
    case PEL_STATE_NOT_FOUND: return "neither a proof nor a refutation";
    default: return "it is open";
  }
}

/* ---- proofs ---- */

static void name_needed(verifying *v, uint64_t leaf) {
  const char *says;
  int64_t node;
  pel_rule_words_say(&v->words, leaf, &says, &node);
  size_t n = strlen(v->needed);
  if (v->n_needed++ < MOST_NAMED) snprintf(v->needed + n, sizeof v->needed - n, "%s%.220s", n ? "; " : "", says);
}

typedef enum leaf_kind { LEAF_OTHER, LEAF_FACT, LEAF_ASSUMPTION } leaf_kind;

/* What a leaf counts as. What is supposed in one way of an unknown fact, and what is computed, is neither. */
static leaf_kind kind_of(verifying *v, const pel_seen_goal *g) {
  if (!g || g->supposed) return LEAF_OTHER;
  if (pel_rule_words_assumed(&v->words, g)) return LEAF_ASSUMPTION;
  return g->part == PEL_PART_GOAL ? LEAF_FACT : LEAF_OTHER;
}

/* The same in every way of what is unknown: a fact counts once. */
static bool is_told(const verifying *v, const uint64_t *keys, size_t n, const pel_seen_goal *g) {
  for (size_t i = 0; i < n; i++) {
    const pel_seen_goal *other = pel_rule_words_goal(&v->words, keys[i]);
    if (other && other->part == g->part && strcmp(other->text, g->text) == 0) return true;
  }
  return false;
}

static void count_leaves(verifying *v, pel_rule_side side, const uint64_t *keys, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const pel_seen_goal *g = pel_rule_words_goal(&v->words, keys[i]);
    leaf_kind kind = kind_of(v, g);
    if (kind == LEAF_OTHER || is_told(v, keys, i < MOST_COMPARED ? i : MOST_COMPARED, g)) continue;
    v->rests[side].facts += kind == LEAF_FACT;
    v->rests[side].assumptions += kind == LEAF_ASSUMPTION;
  }
}

/* The facts and assumptions of a proof, and which of them no proof that was seen does without: found by taking each away. */
static pel_status look_at_leaves(verifying *v, pel_rule_side side, const pel_goal_problem *problem, const pel_goal_proof *proof, size_t goals) {
  uint64_t *keys;
  size_t n, n_critical = 0;
  pel_critical *leaves = NULL;
  PEL_TRY(pel_goal_proof_leaves(proof, &keys, &n, v->a->err));
  count_leaves(v, side, keys, n);
  if (n * goals > MOST_TAKEN_AWAY) return free(keys), v->not_taken += n, PEL_OK;
  pel_status status = pel_goal_critical(problem, &LIMITS, proof, &leaves, &n, v->a->err);
  for (size_t i = 0; i < n && status == PEL_OK; i++) {
    const pel_seen_goal *g = pel_rule_words_goal(&v->words, leaves[i].leaf);
    if (!leaves[i].critical || kind_of(v, g) == LEAF_OTHER || is_told(v, keys, n_critical < MOST_COMPARED ? n_critical : MOST_COMPARED, g)) continue;
    keys[n_critical++] = leaves[i].leaf; /* from here on those that were named */
    name_needed(v, leaves[i].leaf);
  }
  free(keys);
  free(leaves);
  return status;
}

/* The smallest proof of one side, searched for by itself and put through the checker. */
static pel_status prove(verifying *v, pel_rule_side side, bool *accepted) {
  pel_horn_query query = v->g->query;
  query.goal = v->g->of_side[side];
  pel_goal_problem problem = pel_horn_problem(&query);
  pel_search *s = NULL;
  pel_goal_proof *proof = NULL;
  PEL_TRY(pel_search_proof_number(&problem, &LIMITS, NULL, NULL, &s, v->a->err));
  pel_status status = s->status == PEL_GOAL_PROVED && pel_search_nodes(s) > 1 ? pel_search_proof(s, PEL_PROOF_FEWEST_LEAVES, &proof, v->a->err) : PEL_OK;
  if (status == PEL_OK && proof) status = pel_verify_replay(v->a, &problem, proof, v->root, accepted);
  if (status == PEL_OK && proof && *accepted) status = look_at_leaves(v, side, &problem, proof, pel_search_nodes(s));
  if (status == PEL_OK && s->status == PEL_GOAL_PROVED && !proof) { /* given as it stands */
    const uint64_t key = pel_horn_key(PEL_HORN_ATOM, query.goal);
    count_leaves(v, side, &key, 1);
  }
  pel_goal_proof_free(proof);
  pel_search_free(s);
  return status;
}

/* ---- the way that comes nearest ---- */

/* The part of a way that does not hold: the first that is refuted, else the first that is open; its place. */
static bool failing_part(const pel_search *s, size_t way, size_t *part, size_t *place) {
  size_t child;
  for (int refuted = 1; refuted >= 0; refuted--)
    for (*place = 0; pel_search_child(s, way, *place, &child, NULL, NULL); ++*place) {
      pel_goal_status status = pel_search_node_at(s, child).status;
      *part = child;
      if (status == (refuted ? PEL_GOAL_REFUTED : PEL_GOAL_UNKNOWN)) return true;
    }
  return false;
}

/* Of the ways to a goal that was not proved the one whose first parts hold longest, and its part that does not. A rule that is not in force comes last. */
static bool nearest_way(const verifying *v, const pel_search *s, size_t id, size_t *way, size_t *part) {
  size_t child, failing, held, best = 0; /* one more than held; 0 of a rule that is not in force */
  bool found = false;
  for (size_t k = 0; pel_search_child(s, id, k, &child, NULL, NULL); k++) {
    if (!failing_part(s, child, &failing, &held)) continue;
    const pel_seen_goal *g = pel_rule_words_goal(&v->words, pel_search_node_at(s, failing).key);
    size_t near = g && g->part == PEL_PART_EXCLUDED ? 0 : held + 1;
    if (found && near <= best) continue;
    found = true, best = near, *way = child, *part = failing;
  }
  return found;
}

static void tell_nearest(verifying *v, const pel_search *s) {
  char words[PEL_VERIFY_WORDS];
  size_t id = pel_search_find(s, pel_horn_key(PEL_HORN_ATOM, v->g->of_side[PEL_SIDE_FOR])), way, part, n = 0;
  for (int depth = 0; id != SIZE_MAX && depth < DEEPEST && nearest_way(v, s, id, &way, &part); depth++, id = part) {
    pel_verify_say(&v->how, s, way, words);
    if (!depth) n = (size_t)snprintf(v->nearest, sizeof v->nearest, "%s", words);
    pel_verify_say(&v->how, s, part, words);
    if (n < sizeof v->nearest) n += (size_t)snprintf(v->nearest + n, sizeof v->nearest - n, ", which fails at: %s", words);
  }
}

/* ---- telling ---- */

/* "the smallest proof rests on 1 fact and 2 assumptions; the smallest refutation on 1 fact and 0 assumptions" */
static void say_rests(const verifying *v, char *out, size_t size) {
  static const char *const what[PEL_SIDES] = {"proof", "refutation"};
  size_t at = 0;
  *out = 0;
  for (int side = 0; side < PEL_SIDES && at < size; side++) {
    size_t facts = v->rests[side].facts, assumptions = v->rests[side].assumptions;
    if (!facts && !assumptions) continue;
    at += (size_t)snprintf(out + at, size - at, "%sthe smallest %s rests on %zu %s and %zu %s", at ? "; " : "", what[side], facts, facts == 1 ? "fact" : "facts", assumptions, assumptions == 1 ? "assumption" : "assumptions");
  }
}

static pel_status tell_verdict(verifying *v) {
  char says[400], note[1300] = "";
  pel_node_state state = v->words.verdict;
  if (!agrees(v)) {
    snprintf(says, sizeof says, "the search for a proof and a refutation comes to something else than the deduction (%s), so nothing is concluded", came_to(state));
    pel_verify_doubt(v->a, says);
    return pel_verify_tell(v->a, v->root, PEL_STATE_UNKNOWN, says, "");
  }
  if (state == PEL_STATE_UNKNOWN && !v->complete) snprintf(says, sizeof says, "The search for a proof and a refutation has not seen all of it, and leaves it open");
  else if (state == PEL_STATE_UNKNOWN) snprintf(says, sizeof says, "The search for a proof and a refutation leaves it open, as the deduction does");
  else snprintf(says, sizeof says, "The search for a proof and a refutation finds %s", came_to(state));
  say_rests(v, note, sizeof note);
  if (!*note && *v->nearest) snprintf(note, sizeof note, "nearest: %s", v->nearest);
  int64_t check;
  PEL_TRY(pel_tell_node(&v->a->t, (pel_node){.kind = PEL_NODE_CHECK, .state = state, .says = says, .note = note}, &check));
  return pel_tell_edge(&v->a->t, v->root, check, PEL_EDGE_BECAUSE, "verification");
}

static pel_status put_figures(verifying *v, const pel_search *s, size_t left_out) {
  audit *a = v->a;
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "method", PEL_BY_PROOF_NUMBERS));
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "came to", came_to(v->words.verdict)));
  PEL_TRY(pel_audit_attribute(a, a->n_spans, "ended", pel_search_end_name(s->end)));
  PEL_TRY(pel_audit_count(a, "goals expanded", s->expansions));
  PEL_TRY(pel_audit_count(a, "descents", s->simulations));
  PEL_TRY(pel_verify_put_line(a, &v->how, s));
  static const char *const names[PEL_SIDES][2] = {{"smallest proof, facts", "smallest proof, assumptions"}, {"smallest refutation, facts", "smallest refutation, assumptions"}};
  for (int side = 0; side < PEL_SIDES; side++) {
    if (v->found[side] != PEL_GOAL_PROVED || !(v->rests[side].facts + v->rests[side].assumptions)) continue;
    PEL_TRY(pel_audit_count(a, names[side][0], v->rests[side].facts));
    PEL_TRY(pel_audit_count(a, names[side][1], v->rests[side].assumptions));
  }
  if (v->n_needed) PEL_TRY(pel_audit_count(a, "facts and assumptions that every proof seen needs", v->n_needed));
  if (v->n_needed) PEL_TRY(pel_audit_attribute(a, a->n_spans, v->n_needed > MOST_NAMED ? "the first of them" : "these are", v->needed));
  if (v->not_taken) PEL_TRY(pel_audit_count(a, "leaves of proofs that were not taken away", v->not_taken));
  if (*v->nearest) PEL_TRY(pel_audit_attribute(a, a->n_spans, "nearest way without a proof", v->nearest));
  if (v->g->watch->left_out) PEL_TRY(pel_audit_count(a, "goals of the runs that are not searched", v->g->watch->left_out));
  if (v->g->n_ways_left_out) PEL_TRY(pel_audit_count(a, "ways of what is not known that are not searched", v->g->n_ways_left_out));
  return left_out ? pel_audit_count(a, "goals and descents that are not listed", left_out) : PEL_OK;
}

static pel_status record(verifying *v, const pel_search_log *log, const pel_search *s, double start) {
  audit *a = v->a;
  size_t left_out;
  bool accepted = true;
  for (uint32_t side = 0; side < PEL_SIDES; side++) v->found[side] = status_of(s, pel_horn_key(PEL_HORN_RULE, side));
  v->complete = !v->g->cut && !v->g->watch->left_out && !v->g->n_ways_left_out && (s->end == PEL_END_DECIDED || s->end == PEL_END_SETTLED);
  v->words.verdict = verdict(v);
  a->t.span = a->n_spans + 1;
  PEL_TRY(pel_search_log_put(log, s, &v->how, a->n_spans + 1, &a->sink, &left_out, a->err));
  for (uint32_t side = 0; side < PEL_SIDES && accepted; side++)
    if (v->found[side] == PEL_GOAL_PROVED) PEL_TRY(prove(v, (pel_rule_side)side, &accepted));
  if (v->found[PEL_SIDE_FOR] != PEL_GOAL_PROVED) tell_nearest(v, s);
  if (!accepted) a->result->checked = false;
  else PEL_TRY(tell_verdict(v));
  PEL_TRY(pel_audit_span(a, PEL_SPAN_EVALUATOR, "verify", !accepted ? "the proof does not follow" : agrees(v) ? "ok" : "unknown: the search comes to something else", pel_clock_seconds() - start));
  return put_figures(v, s, left_out);
}

static bool is_late(void *user) { return pel_teller_is_late(&((audit *)user)->t); }

static pel_status search(verifying *v, double start) {
  const pel_search_sink *sink;
  const pel_proof_number_options go_on = {.go_on = true};
  pel_search_log *log;
  pel_search *s = NULL;
  v->problem = pel_horn_problem(&v->g->query);
  v->how = (pel_search_words){.user = &v->words, .goal = pel_rule_words_say, .state = pel_rule_words_state};
  PEL_TRY(pel_rule_words_open(&v->words, v->a, v->d, v->g, v->root));
  pel_status status = pel_search_log_create(&log, &sink, v->a->err);
  if (status != PEL_OK) return pel_rule_words_close(&v->words), status;
  status = pel_search_proof_number(&v->problem, &LIMITS, &go_on, sink, &s, v->a->err);
  if (status == PEL_OK) status = record(v, log, s, start);
  pel_search_free(s);
  pel_search_log_free(log);
  pel_rule_words_close(&v->words);
  return status;
}

pel_status pel_audit_verify_rules(audit *a, pel_deduction *d, int64_t root) {
  double start = pel_clock_seconds();
  pel_deduce_options how = pel_audit_deducing(a);
  verifying *v = pel_alloc(1, sizeof *v);
  if (!v) return pel_fail_memory(a->err, "a search", sizeof *v);
  how.cancelled = is_late;
  how.user = a;
  v->a = a, v->d = d, v->root = root;
  pel_status status = pel_rule_goals_create(a->w, a->c->question, d, &how, &v->g, a->err);
  if (status == PEL_OK) status = pel_audit_go_on(a);
  if (status == PEL_OK) status = search(v, start);
  pel_rule_goals_free(v->g);
  free(v);
  return status;
}
