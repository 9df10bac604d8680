/* What a model is told of a case: its facts as sentences, and the passages that retrieval gives a weight. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/logic/utf8.h"
#include "engine/reason/audit.h"

enum {
  MOST_PASSAGES = 8, /* a small model reads few pages with attention */
  LONGEST = 1200     /* bytes of one passage */
};

/* One line: runs of blanks and control characters are one blank; cut at a character. *cut: there was more. */
static void one_line(const char *text, pel_text_out *out, size_t most, bool *cut) {
  const char *end = text + strlen(text);
  size_t start = out->size, bytes;
  uint32_t c;
  while (text < end && (bytes = pel_utf8_decode(text, end, &c))) {
    bool blank = c <= 32 || (c >= 127 && c < 160);
    if (out->size - start + bytes > most) {
      *cut = true;
      return pel_put(out, "\xe2\x80\xa6", 3);
    }
    if (!blank) pel_put(out, text, bytes);
    else if (out->size > start && out->text[out->size - 1] != ' ') pel_put(out, " ", 1);
    text += bytes;
  }
}

/* "Where it stands: its words" */
static pel_status tell_passage(pel_pack *pack, int64_t id, pel_briefing *b, pel_error *err) {
  pel_passage p;
  pel_text_out out = {.most = 1 << 16};
  bool cut = false, place_cut = false;
  PEL_TRY(pel_pack_passage(pack, id, &p, err));
  const char *const place[2] = {p.path, strcmp(p.path, p.label) ? p.label : ""};
  for (int i = 0; i < 2; i++) {
    if (!*place[i]) continue;
    if (out.size) pel_put(&out, ", ", 2);
    one_line(place[i], &out, 200, &place_cut);
  }
  if (out.size) pel_put(&out, ": ", 2);
  one_line(p.text, &out, LONGEST, &cut);
  if (!out.text) return pel_fail_memory(err, "a passage", LONGEST);
  b->n_cut += cut;
  b->passages[b->n_passages++] = out.text;
  return PEL_OK;
}

static pel_status tell_facts(const pel_world *w, pel_briefing *b, pel_error *err) {
  size_t n = pel_case_get_info(w->of)->n_facts;
  b->facts = pel_alloc(n + 1, sizeof *b->facts);
  for (; b->facts && b->n_facts < n; b->n_facts++) {
    const char *date = pel_case_get_fact(w->of, b->n_facts)->date;
    pel_text_out out = {.most = 1 << 16};
    char *words = pel_phrase_fact(w, b->n_facts, true);
    bool cut = false, dated = words && *date && !strstr(words, date);
    if (words) one_line(words, &out, LONGEST, &cut);
    free(words);
    if (dated) pel_put(&out, " (", 2), pel_put(&out, date, strlen(date)), pel_put(&out, ")", 1);
    if (out.text && *out.text >= 'a' && *out.text <= 'z') *out.text = (char)(*out.text - 32);
    if (!(b->facts[b->n_facts] = out.text)) return pel_fail_memory(err, "a fact", 64);
  }
  return b->facts ? PEL_OK : pel_fail_memory(err, "facts", n * sizeof *b->facts);
}

static pel_status tell_passages(const pel_audit_options *o, const pel_case *of, pel_pack *pack, pel_briefing *b, pel_error *err) {
  PEL_TRY(pel_audit_look_up(o, pel_case_get_info(of), pack, &b->found, err));
  size_t n = b->found.support < MOST_PASSAGES ? b->found.support : MOST_PASSAGES;
  if (!(b->passages = pel_alloc(n + 1, sizeof *b->passages))) return pel_fail_memory(err, "passages", n * sizeof *b->passages);
  for (size_t i = 0; i < n; i++) PEL_TRY(tell_passage(pack, b->found.items[i].passage, b, err));
  return PEL_OK;
}

static pel_status brief(const pel_audit_options *o, const pel_case *of, pel_pack *pack, pel_briefing *b, pel_error *err) {
  pel_world *w;
  PEL_TRY(pel_world_create(pack, of, &w, err));
  pel_status status = tell_facts(w, b, err);
  pel_world_destroy(w);
  return status == PEL_OK ? tell_passages(o, of, pack, b, err) : status;
}

pel_status pel_audit_brief(const pel_audit_options *o, pel_briefing *out, pel_error *err) {
  pel_case *of = NULL;
  pel_pack *pack = NULL;
  pel_briefing made = {0};
  pel_status status = o->given ? PEL_OK : pel_case_open(o->case_path, &of, err);
  if (status == PEL_OK && !o->pack) status = pel_pack_open(o->pack_path, &pack, err);
  if (status == PEL_OK) status = brief(o, o->given ? o->given : of, o->pack ? o->pack : pack, &made, err);
  pel_case_close(of);
  pel_pack_close(pack);
  if (status == PEL_OK) *out = made;
  else pel_briefing_clear(&made);
  return status;
}

void pel_briefing_clear(pel_briefing *b) {
  for (size_t i = 0; i < b->n_facts; i++) free(b->facts[i]);
  for (size_t i = 0; i < b->n_passages; i++) free(b->passages[i]);
  free(b->facts);
  free(b->passages);
  pel_retrieval_clear(&b->found);
  *b = (pel_briefing){0};
}
