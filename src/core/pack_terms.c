#include "src/core/pack_terms.h"

#include <string.h>

enum { MOST_WORDS = 12, SCORE_STEP = 4 };

typedef struct term_row {
  pel_pack_term shown;
  char **synonyms;
  gsize folded;        /* where its names begin in `names` */
  pel_terms_kind kind; /* ALL: neither a finding nor a disease */
} term_row;

struct pel_pack_terms {
  GArray *rows;      /* term_row */
  GString *names;    /* of all: a line each for the key, the label and every synonym, folded */
  GHashTable *keys;  /* key -> its row + 1 */
  guint counts[3];
};

static const term_row *row_at(const pel_pack_terms *t, guint i) { return &g_array_index(t->rows, term_row, i); }

/* ---- reading ---- */

/* Without case and accents, on one line. */
static void add_folded(GString *out, const char *text) {
  char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_ALL), *lower = plain ? g_utf8_casefold(plain, -1) : NULL;
  for (const char *c = lower; c && *c; c = g_utf8_next_char(c)) {
    gunichar u = g_utf8_get_char(c);
    if (g_unichar_ismark(u)) continue;
    if (g_unichar_isspace(u) || u < 32) g_string_append_c(out, ' ');
    else g_string_append_unichar(out, u);
  }
  g_free(plain), g_free(lower);
}

static void add_name(GString *out, const char *text) {
  add_folded(out, text);
  g_string_append_c(out, '\n');
}

static pel_terms_kind kind_of(const char *type) {
  if (!strcmp(type, "phenotype")) return PEL_TERMS_FINDINGS;
  return !strcmp(type, "disease") ? PEL_TERMS_DISEASES : PEL_TERMS_ALL;
}

static bool take(void *user, const pel_entity *e) {
  pel_pack_terms *t = user;
  term_row row = {.shown = {g_strdup(e->key), g_strdup(*e->label ? e->label : e->key), g_strdup(e->type)}, .synonyms = g_strsplit(e->synonyms, "\n", -1), .folded = t->names->len, .kind = kind_of(e->type)};
  add_name(t->names, e->key);
  add_name(t->names, row.shown.label);
  for (char **s = row.synonyms; *s; s++) add_name(t->names, *s);
  g_array_append_val(t->rows, row);
  g_hash_table_insert(t->keys, row.shown.key, GUINT_TO_POINTER(t->rows->len));
  t->counts[row.kind]++;
  return true;
}

static void clear_row(gpointer data) {
  term_row *row = data;
  g_free(row->shown.key), g_free(row->shown.label), g_free(row->shown.type), g_strfreev(row->synonyms);
}

pel_status pel_pack_terms_read(pel_pack *pack, pel_pack_terms **out, pel_error *err) {
  pel_pack_terms *t = g_new0(pel_pack_terms, 1);
  t->rows = g_array_new(FALSE, FALSE, sizeof(term_row));
  t->names = g_string_new(NULL);
  t->keys = g_hash_table_new(g_str_hash, g_str_equal);
  g_array_set_clear_func(t->rows, clear_row);
  pel_status status = pel_pack_entities(pack, take, t, err);
  if (status == PEL_OK) *out = t;
  else pel_pack_terms_free(t);
  return status;
}

void pel_pack_terms_free(pel_pack_terms *t) {
  if (!t) return;
  g_hash_table_unref(t->keys); /* borrows the rows' keys */
  g_array_unref(t->rows);
  g_string_free(t->names, TRUE);
  g_free(t);
}

guint pel_pack_terms_count(const pel_pack_terms *t, pel_terms_kind kind) { return kind == PEL_TERMS_ALL ? t->rows->len : t->counts[kind]; }
const pel_pack_term *pel_pack_terms_get(const pel_pack_terms *t, guint i) { return &row_at(t, i)->shown; }

guint pel_pack_terms_find(const pel_pack_terms *t, const char *key) {
  guint at = GPOINTER_TO_UINT(g_hash_table_lookup(t->keys, key));
  return at ? at - 1 : PEL_NO_TERM_ROW;
}

/* ---- searching ---- */

typedef struct question {
  const pel_pack_terms *of;
  pel_terms_kind kind;
  const char *whole;       /* folded */
  char *words[MOST_WORDS]; /* the longest first */
  guint n;
} question;

typedef struct match {
  guint term, score; /* less is better */
  guint line;        /* of its names: 0 the key, 1 the label, then synonyms */
  gsize length;
} match;

static bool is_wordy(char c) { return g_ascii_isalnum(c) || (c & 0x80); }

/* The first place of a word in a line, one where a word of the line begins if there is any; NULL: none. */
static const char *place_of(const char *line, const char *end, const char *word, bool *begins) {
  const char *within = NULL;
  for (const char *at = line; (at = g_strstr_len(at, end - at, word)); at++) {
    *begins = at == line || !is_wordy(at[-1]) || (*word & 0x80); /* a script without blanks has no beginnings */
    if (*begins) return at;
    if (!within) within = at;
  }
  return within;
}

/* How well a line fits, 0 best; G_MAXUINT: not at all. */
static guint fit(const question *q, const char *line, const char *end) {
  gsize size = strlen(q->whole), length = (gsize)(end - line);
  if (length >= size && !memcmp(line, q->whole, size)) return length == size ? 0 : 1;
  guint worst = 2;
  for (guint i = 0; i < q->n; i++) {
    bool begins = false;
    if (!place_of(line, end, q->words[i], &begins)) return G_MAXUINT;
    if (!begins) worst = 3;
  }
  return worst;
}

/* The best of a term's names. */
static bool match_term(const question *q, guint term, match *best) {
  const pel_pack_terms *t = q->of;
  const char *line = t->names->str + row_at(t, term)->folded, *stop = t->names->str + (term + 1 < t->rows->len ? row_at(t, term + 1)->folded : t->names->len);
  *best = (match){.term = term, .score = G_MAXUINT};
  for (guint i = 0; line < stop; i++) {
    const char *end = memchr(line, '\n', (size_t)(stop - line));
    guint how = fit(q, line, end), score = how == G_MAXUINT || (i == 0 && how > 1) ? G_MAXUINT : how * SCORE_STEP + (i > 1);
    if (score < best->score) best->score = score, best->line = i, best->length = (gsize)(end - line);
    line = end + 1;
  }
  return best->score != G_MAXUINT;
}

/* The row whose names hold this place. */
static guint row_of(const pel_pack_terms *t, gsize place) {
  guint low = 0, high = t->rows->len;
  while (high - low > 1) {
    guint mid = low + (high - low) / 2;
    if (row_at(t, mid)->folded <= place) low = mid;
    else high = mid;
  }
  return low;
}

static gint better(gconstpointer a, gconstpointer b) {
  const match *x = a, *y = b;
  if (x->score != y->score) return x->score < y->score ? -1 : 1;
  if (x->length != y->length) return x->length < y->length ? -1 : 1;
  return x->term < y->term ? -1 : x->term > y->term;
}

/* The longest word leads: where it does not stand, no term has to be looked at. */
static GArray *matches(const question *q) {
  GArray *found = g_array_new(FALSE, FALSE, sizeof(match));
  const char *names = q->of->names->str;
  for (const char *at = names; (at = strstr(at, q->words[0]));) {
    guint term = row_of(q->of, (gsize)(at - names));
    match m;
    if ((q->kind == PEL_TERMS_ALL || row_at(q->of, term)->kind == q->kind) && match_term(q, term, &m)) g_array_append_val(found, m);
    if (term + 1 == q->of->rows->len) break;
    at = names + row_at(q->of, term + 1)->folded;
  }
  g_array_sort(found, better);
  return found;
}

static bool ask(const pel_pack_terms *t, pel_terms_kind kind, const char *words, question *q, char ***parts) {
  GString *folded = g_string_new(NULL);
  add_folded(folded, words);
  char *whole = g_strstrip(g_string_free(folded, FALSE));
  *q = (question){.of = t, .kind = kind, .whole = whole};
  *parts = g_strsplit(whole, " ", -1);
  for (char **p = *parts; *p; p++) {
    if (!**p || q->n == MOST_WORDS) continue;
    q->words[q->n++] = *p;
    if (strlen(*p) > strlen(q->words[0])) q->words[q->n - 1] = q->words[0], q->words[0] = *p;
  }
  return q->n > 0;
}

static void answered(const question *q, char **parts) { g_free((char *)q->whole), g_strfreev(parts); }

guint pel_pack_terms_search(const pel_pack_terms *t, pel_terms_kind kind, const char *words, pel_term_hit *hits, guint most, guint *all) {
  question q;
  char **parts;
  guint n = 0, total = 0;
  if (ask(t, kind, words, &q, &parts)) {
    GArray *found = matches(&q);
    total = found->len;
    for (; n < most && n < found->len; n++) {
      const match *m = &g_array_index(found, match, n);
      hits[n] = (pel_term_hit){m->term, m->line > 1 ? row_at(t, m->term)->synonyms[m->line - 2] : NULL};
    }
    g_array_unref(found);
  }
  answered(&q, parts);
  if (all) *all = total;
  return n;
}

guint pel_pack_terms_named(const pel_pack_terms *t, pel_terms_kind kind, const char *words) {
  char *key = g_strstrip(g_strdup(words));
  guint at = pel_pack_terms_find(t, key), n = 0;
  question q;
  char **parts;
  g_free(key);
  if (at != PEL_NO_TERM_ROW) return at;
  if (ask(t, kind, words, &q, &parts)) {
    GArray *found = matches(&q);
    for (guint i = 0; i < found->len; i++) { /* the whole label comes first */
      const match *m = &g_array_index(found, match, i);
      if (m->score == 0 && m->line <= 1) at = m->term, n++;
    }
    g_array_unref(found);
  }
  answered(&q, parts);
  return n == 1 ? at : PEL_NO_TERM_ROW;
}
