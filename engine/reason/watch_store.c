#include "engine/reason/watch_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/write.h"

enum { SLOTS = 1 << 16, NONE = 0xffffffffu, LONGEST = 4000 };

typedef struct store {
  pel_watch out; /* the first, so that one pointer is both */
  uint32_t goal_slots[SLOTS], way_slots[SLOTS];
  uint32_t *next_way; /* [n_ways] */
  size_t goal_room, way_room, body_room, next_room;
  unsigned too_long;
} store;

pel_status pel_watch_store_create(pel_watch **out, pel_error *err) {
  store *s = pel_alloc(1, sizeof *s);
  if (!s) return pel_fail_memory(err, "a run's goals", sizeof *s);
  memset(s->goal_slots, 0xff, sizeof s->goal_slots);
  memset(s->way_slots, 0xff, sizeof s->way_slots);
  *out = &s->out;
  return PEL_OK;
}

void pel_watch_store_free(pel_watch *t) {
  store *s = (store *)t;
  if (!s) return;
  for (size_t i = 0; i < t->n_goals; i++) free(t->goals[i].text);
  free(t->goals), free(t->ways), free(t->bodies), free(s->next_way);
  free(s);
}

static uint64_t mix(uint64_t h, uint64_t x) { return (h ^ x) * 0x100000001b3u; }
static size_t slot_of(uint64_t h) { return (h ^ h >> 17 ^ h >> 37) & (SLOTS - 1); }

static size_t goal_slot(pel_seen_part part, uint32_t run, uint32_t clause, const char *text) {
  uint64_t h = mix(mix(mix(0xcbf29ce484222325u, part), run), clause);
  for (const char *c = text; *c; c++) h = mix(h, (unsigned char)*c);
  return slot_of(h);
}

/* `clause` tells rules that are not in force apart; of other goals it is not part of what they are. */
static pel_status goal_number(pel_watch *t, pel_seen_part part, uint32_t run, uint32_t clause, const char *text, uint32_t *id, pel_error *err) {
  store *s = (store *)t;
  size_t slot = goal_slot(part, run, clause, text);
  for (uint32_t i = s->goal_slots[slot]; i != NONE; i = t->goals[i].next)
    if (t->goals[i].part == part && t->goals[i].run == run && (part != PEL_PART_EXCLUDED || t->goals[i].clause == clause) && strcmp(t->goals[i].text, text) == 0) return *id = i, PEL_OK;
  pel_seen_goal *goals = pel_grow(t->goals, &s->goal_room, t->n_goals + 1, sizeof *goals);
  if (goals) t->goals = goals;
  char *copy = goals ? strdup(text) : NULL;
  if (!copy) return pel_fail_memory(err, "a run's goals", strlen(text));
  *id = (uint32_t)t->n_goals++;
  goals[*id] = (pel_seen_goal){.text = copy, .part = part, .run = run, .clause = clause, .next = s->goal_slots[slot]};
  s->goal_slots[slot] = *id;
  return PEL_OK;
}

pel_status pel_watch_goal(pel_watch *t, pel_seen_part part, uint32_t run, const char *text, uint32_t *id, pel_error *err) {
  return goal_number(t, part, run, PEL_NO_SYMBOL, text, id, err);
}

/* Variables by the order in which they come first, so that a goal is the same wherever it lies: _G71 becomes _1. Quoted texts stay. */
static void number_variables(const char *from, char out[LONGEST + 1]) {
  unsigned long seen[100];
  size_t n = 0, at = 0;
  char quote = 0;
  while (*from && at < LONGEST - 24) {
    bool inside = quote != 0, start = !inside && from[0] == '_' && from[1] == 'G';
    if (inside && *from == '\\' && from[1]) out[at++] = *from++;
    else if (inside && *from == quote) quote = 0;
    else if (!inside && (*from == '\'' || *from == '"' || *from == '`')) quote = *from;
    if (!start) {
      out[at++] = *from++;
      continue;
    }
    char *end;
    unsigned long number = strtoul(from + 2, &end, 10);
    size_t i = 0;
    while (i < n && seen[i] != number) i++;
    if (i == n && n < 100) seen[n++] = number;
    at += (size_t)snprintf(out + at, 24, "_%zu", i + 1);
    from = end > from + 2 ? end : from + 2;
  }
  out[at] = 0;
}

pel_status pel_watch_store_term(pel_watch *t, pel_seen_part part, uint32_t run, const pel_heap *h, pel_cell goal, uint32_t clause, uint32_t *id, pel_error *err) {
  store *s = (store *)t;
  char text[LONGEST + 1];
  pel_text_out written = {.most = LONGEST - 200};
  if (pel_write(h, goal, PEL_WRITE_QUOTED, &written)) number_variables(written.text, text);
  else snprintf(text, sizeof text, "'a goal that is too long to be kept'(%u)", ++s->too_long);
  free(written.text);
  return goal_number(t, part, run, clause, text, id, err);
}

static bool same_way(const pel_watch *t, const pel_seen_way *w, uint32_t head, uint32_t clause, const uint32_t *body, size_t n) {
  return w->head == head && w->clause == clause && w->n == n && (!n || memcmp(t->bodies + w->first, body, n * sizeof *body) == 0);
}

pel_status pel_watch_way(pel_watch *t, uint32_t head, uint32_t clause, const uint32_t *body, size_t n, bool failed, pel_error *err) {
  store *s = (store *)t;
  uint64_t h = mix(mix(0xcbf29ce484222325u, head), clause);
  for (size_t i = 0; i < n; i++) h = mix(h, body[i]);
  size_t slot = slot_of(h);
  for (uint32_t i = s->way_slots[slot]; i != NONE; i = s->next_way[i])
    if (same_way(t, &t->ways[i], head, clause, body, n)) return PEL_OK;
  pel_seen_way *ways = pel_grow(t->ways, &s->way_room, t->n_ways + 1, sizeof *ways);
  if (ways) t->ways = ways;
  uint32_t *next = pel_grow(s->next_way, &s->next_room, t->n_ways + 1, sizeof *next);
  if (next) s->next_way = next;
  uint32_t *bodies = pel_grow(t->bodies, &s->body_room, t->n_bodies + n + 1, sizeof *bodies);
  if (bodies) t->bodies = bodies;
  if (!ways || !next || !bodies) return pel_fail_memory(err, "a run's goals", n * sizeof *bodies);
  ways[t->n_ways] = (pel_seen_way){head, clause, (uint32_t)t->n_bodies, (uint32_t)n, failed};
  if (n) memcpy(bodies + t->n_bodies, body, n * sizeof *body);
  t->n_bodies += n;
  next[t->n_ways] = s->way_slots[slot];
  s->way_slots[slot] = (uint32_t)t->n_ways++;
  return PEL_OK;
}

pel_status pel_watch_settle(pel_watch *t, pel_error *err) {
  for (size_t i = 0; i < t->n_ways; i++) {
    const pel_seen_way *w = &t->ways[i];
    uint32_t *last = w->failed && w->n ? &t->bodies[w->first + w->n - 1] : NULL;
    if (!last || !t->goals[*last].told || t->goals[*last].part == PEL_PART_ASKED) continue;
    pel_seen_goal g = t->goals[*last];
    PEL_TRY(goal_number(t, PEL_PART_ASKED, g.run, PEL_NO_SYMBOL, g.text, last, err));
  }
  return PEL_OK;
}
