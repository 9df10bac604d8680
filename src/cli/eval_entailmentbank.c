/* EntailmentBank (Dalvi et al. 2021, Explaining Answers with Entailment Trees): questions, and the facts that their proofs rest on. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "src/cli/eval.h"

typedef struct reader {
  eval_bank *bank;
  struct json_object *by_key, *by_text; /* passage of a key, the first of a text */
  size_t capacity;
  bool by_text_alone;
  pel_error *err;
} reader;

static pel_status read_file(const char *folder, const char *name, char **path, char **data, pel_error *err) {
  size_t size;
  if (asprintf(path, "%s/%s", folder, name) < 0) {
    *path = NULL;
    return pel_fail_memory(err, "a path", strlen(folder));
  }
  return cli_read_file(*path, data, &size, err);
}

static int64_t look_up(struct json_object *map, const char *key) {
  struct json_object *id;
  return json_object_object_get_ex(map, key, &id) ? json_object_get_int64(id) : 0;
}

/* ---- facts ---- */

static pel_status take_facts(reader *r, struct json_object *root) {
  eval_bank *b = r->bank;
  size_t n = (size_t)json_object_object_length(root);
  b->keys = pel_alloc(n, sizeof *b->keys), b->texts = pel_alloc(n, sizeof *b->texts), b->same = pel_alloc(n, sizeof *b->same);
  if (!b->keys || !b->texts || !b->same) return pel_fail_memory(r->err, "facts", n * sizeof *b->keys);
  json_object_object_foreach(root, key, value) {
    const char *text = json_object_get_string(value);
    int64_t id = (int64_t)b->n_facts + 1;
    if (!look_up(r->by_text, text)) json_object_object_add(r->by_text, text, json_object_new_int64(id));
    json_object_object_add(r->by_key, key, json_object_new_int64(id));
    b->same[b->n_facts] = look_up(r->by_text, text);
    b->keys[b->n_facts] = strdup(key), b->texts[b->n_facts] = strdup(text);
    if (!b->keys[b->n_facts] || !b->texts[b->n_facts]) return pel_fail_memory(r->err, "a fact", strlen(text));
    b->n_facts++;
  }
  return PEL_OK;
}

static pel_status read_facts(reader *r, const char *folder) {
  char *path = NULL, *data = NULL;
  pel_status status = read_file(folder, "worldtree_corpus_sentences_extended.json", &path, &data, r->err);
  struct json_object *root = status == PEL_OK ? json_tokener_parse(data) : NULL;
  if (status == PEL_OK && !json_object_is_type(root, json_type_object))
    status = pel_fail(r->err, PEL_ERR_INPUT, "%s: no JSON object of facts", path);
  if (status == PEL_OK) status = take_facts(r, root);
  json_object_put(root);
  free(path);
  free(data);
  return status;
}

/* ---- questions ---- */

static eval_question *add_question(reader *r, const char *question, const char *answer, const char *hypothesis) {
  eval_bank *b = r->bank;
  void *grown = pel_grow(b->questions, &r->capacity, b->n_questions + 1, sizeof *b->questions);
  if (!grown) return NULL;
  b->questions = grown;
  eval_question *q = &b->questions[b->n_questions++];
  *q = (eval_question){.hypothesis = strdup(hypothesis)};
  if (asprintf(&q->question, "%s %s", question, answer) < 0) q->question = NULL;
  return q->question && q->hypothesis ? q : NULL;
}

static bool add_gold(reader *r, eval_question *q, int64_t passage) {
  q->n_leaves++, r->bank->leaves++;
  if (!passage) return true;
  r->bank->found++;
  for (size_t i = 0; i < q->n_gold; i++)
    if (q->gold[i] == passage) return true;
  int64_t *grown = realloc(q->gold, (q->n_gold + 1) * sizeof *grown);
  if (!grown) return false;
  q->gold = grown;
  q->gold[q->n_gold++] = passage;
  return true;
}

static const char *text_of(struct json_object *o, const char *key) {
  struct json_object *value;
  return json_object_object_get_ex(o, key, &value) ? json_object_get_string(value) : "";
}

static bool take_json(reader *r, struct json_object *o) {
  struct json_object *meta = NULL, *leaves = NULL;
  eval_question *q = add_question(r, text_of(o, "question"), text_of(o, "answer"), text_of(o, "hypothesis"));
  if (!q) return false;
  const char *member = r->by_text_alone ? "triples" : "worldtree_provenance";
  if (!json_object_object_get_ex(o, "meta", &meta) || !json_object_object_get_ex(meta, member, &leaves)) return true;
  json_object_object_foreach(leaves, name, leaf) {
    (void)name;
    int64_t passage = r->by_text_alone ? look_up(r->by_text, json_object_get_string(leaf)) : look_up(r->by_key, text_of(leaf, "uuid"));
    if (!add_gold(r, q, passage)) return false;
  }
  return true;
}

/* "$question$ = A ; $answer$ = B ; $hypothesis$ = C ; $context$ = sent1: D sent2: E": the parts, cut apart in place; false when it is no such line. */
static bool cut_line(char *line, char *parts[4]) {
  static const char *const marks[] = {"$question$ = ", " ; $answer$ = ", " ; $hypothesis$ = ", " ; $context$ = "};
  line[strcspn(line, "\t")] = 0;
  for (int i = 0; i < 4; i++) {
    char *at = strstr(i ? parts[i - 1] : line, marks[i]);
    if (!at) return false;
    *at = 0;
    parts[i] = at + strlen(marks[i]);
  }
  return true;
}

/* The next "sentN: " from `at`, or NULL; *text is what follows it. */
static char *next_sentence(char *at, char **text) {
  for (; (at = strstr(at, "sent")) != NULL; at += 4) {
    size_t digits = strspn(at + 4, "0123456789");
    if (!digits || strncmp(at + 4 + digits, ": ", 2) != 0) continue;
    *text = at + 4 + digits + 2;
    return at;
  }
  return NULL;
}

static bool take_line(reader *r, char *line) {
  char *parts[4], *text = NULL;
  if (!cut_line(line, parts)) return true;
  eval_question *q = add_question(r, parts[0], parts[1], parts[2]);
  if (!q) return false;
  for (char *at = next_sentence(parts[3], &text); at;) {
    char *fact = text, *next = next_sentence(text, &text), *end = next ? next : fact + strlen(fact);
    while (end > fact && end[-1] == ' ') end--;
    *end = 0;
    if (!add_gold(r, q, look_up(r->by_text, fact))) return false;
    at = next;
  }
  return true;
}

static pel_status take_questions(reader *r, char *data, const char *path, bool train) {
  int number = 0;
  for (char *line = data, *next; line && *line; line = next) {
    next = strchr(line, '\n');
    if (next) *next++ = 0;
    number++;
    struct json_object *o = train ? NULL : json_tokener_parse(line);
    if (!train && !json_object_is_type(o, json_type_object)) {
      json_object_put(o);
      return pel_fail(r->err, PEL_ERR_INPUT, "%s: line %d is no JSON object", path, number);
    }
    bool taken = train ? take_line(r, line) : take_json(r, o);
    json_object_put(o);
    if (!taken) return pel_fail_memory(r->err, "questions", r->bank->n_questions * sizeof(eval_question));
  }
  return r->bank->n_questions ? PEL_OK : pel_fail(r->err, PEL_ERR_INPUT, "%s: no question in it", path);
}

pel_status eval_bank_read(const char *folder, bool train, bool by_text, eval_bank *out, pel_error *err) {
  eval_bank bank = {0};
  reader r = {.bank = &bank, .by_key = json_object_new_object(), .by_text = json_object_new_object(), .by_text_alone = by_text, .err = err};
  char *path = NULL, *data = NULL;
  pel_status status = read_facts(&r, folder);
  if (status == PEL_OK) status = read_file(folder, train ? "task_1.train.tsv" : "task_1.dev.jsonl", &path, &data, err);
  if (status == PEL_OK) status = take_questions(&r, data, path, train);
  free(path);
  free(data);
  json_object_put(r.by_key);
  json_object_put(r.by_text);
  if (status == PEL_OK) *out = bank;
  else eval_bank_clear(&bank);
  return status;
}

void eval_bank_clear(eval_bank *b) {
  for (size_t i = 0; i < b->n_facts; i++) free(b->keys[i]), free(b->texts[i]);
  for (size_t i = 0; i < b->n_questions; i++) free(b->questions[i].question), free(b->questions[i].hypothesis), free(b->questions[i].gold);
  free(b->keys);
  free(b->texts);
  free(b->same);
  free(b->questions);
  *b = (eval_bank){0};
}
