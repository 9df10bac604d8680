#include "src/core/report.h"

#include <json-c/json.h>
#include <pellucid/reasoning.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/mem.h"
#include "src/core/report_parts.h"

#define WHOLE_MOST 5000 /* nodes that are all reported */
#define PICTURE_MOST 45 /* cards that can be read on a page */
#define COVER_LEAST 1e-6
#define FACTS_MOST 4200
#define CASE_MOST (1 << 20)

typedef struct job {
  pel_trace *trace;
  const pel_report_options *o;
  pel_report_work work;
  pel_reasoning *reasoning;
  pel_logic_tree *tree;
  pel_report_fact *facts;
  size_t n_facts;
  struct json_object *given; /* the case file */
  pel_report_origin origin;
  pel_error broken, unsound;
  char command[600];
} job;

/* ---- what the trace says of itself ---- */

static void add_fact(job *j, const char *name, const char *value) {
  if (value && *value && j->n_facts < FACTS_MOST) j->facts[j->n_facts++] = (pel_report_fact){name, value};
}

static void add_provenance(job *j, const char *name, const char *key) { add_fact(j, name, pel_trace_provenance(j->trace, key)); }

static bool is_command(const char *name) { return !strcmp(name, "command") || !strcmp(name, "machine.command"); }

static pel_status gather_facts(job *j, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(j->trace);
  const char *name, *value;
  j->facts = pel_alloc(FACTS_MOST, sizeof *j->facts);
  if (!j->facts) return pel_fail_memory(err, "a report", FACTS_MOST * sizeof *j->facts);
  add_provenance(j, "Reasoning made by", "reasoning_generator");
  add_provenance(j, "Reasoned", "reasoning_created");
  add_fact(j, "File made by", info->generator);
  add_fact(j, "File made", info->created);
  add_provenance(j, "Case", "case");
  add_provenance(j, "Case, SHA-256", "case_sha256");
  add_provenance(j, "Knowledge pack", "pack");
  add_provenance(j, "Pack, version", "pack_version");
  add_provenance(j, "Pack, SHA-256", "pack_sha256");
  add_fact(j, "Model", info->model_name);
  add_fact(j, "Model file", info->model_file);
  add_fact(j, "Model, SHA-256", info->model_sha256);
  add_fact(j, "Kernels", info->kernels);
  for (size_t i = 0; pel_trace_parameter_at(j->trace, i, &name, &value); i++)
    if (!is_command(name)) add_fact(j, name, value);
    else j->origin.command = value;
  return PEL_OK;
}

static const char *given_text(const job *j, const char *key) {
  struct json_object *value = NULL;
  if (!j->given || !json_object_is_type(j->given, json_type_object) || !json_object_object_get_ex(j->given, key, &value)) return "";
  return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* The case file as recorded says the question in words. */
static void read_case(job *j) {
  for (size_t i = 0; i < j->reasoning->n_documents && !j->given; i++) {
    const pel_document *d = &j->reasoning->documents[i];
    if (!strcmp(d->name, "case") && strlen(d->text) <= CASE_MOST) j->given = json_tokener_parse(d->text);
  }
  j->origin.asks = given_text(j, "asks");
  j->origin.title = given_text(j, "title");
  j->origin.as_of = given_text(j, "as_of");
}

static const char *known(const char *text) { return text ? text : ""; }

/* An audit also notes question, date and the pack's own caution beside the case. */
static void read_notes(job *j) {
  const char *term = pel_trace_parameter(j->trace, "case.question"), *question = pel_trace_provenance(j->trace, "question");
  if (!*j->origin.as_of) j->origin.as_of = known(pel_trace_parameter(j->trace, "case.as_of"));
  if (!*j->origin.asks && term) j->origin.asks = known(question);
  j->origin.question = term ? term : question;
  j->origin.advice = known(pel_trace_parameter(j->trace, "pack.advice"));
}

/* The names of case and pack are not those of their files: whoever makes it again has files of these hashes. */
static void recall_command(job *j) {
  const char *pack = pel_trace_provenance(j->trace, "pack"), *steps = pel_trace_parameter(j->trace, "limits.steps");
  const pel_trace_info *info = pel_trace_get_info(j->trace);
  if (j->origin.command || !pack || !*pack || !pel_trace_provenance(j->trace, "case_sha256")) return;
  snprintf(j->command, sizeof j->command, "pellucid audit CASE.json --kb %.100s.pack%s%.20s%s%.200s -o run.pel", pack, steps ? " --steps " : "", known(steps),
           *info->model_file ? " --model " : "", info->model_file);
  j->origin.command = j->command;
}

/* ---- checks ---- */

pel_status pel_report_asked(const pel_report_work *work, pel_error *err) {
  if (!work->cancelled || !work->cancelled(work->user)) return PEL_OK;
  return pel_fail(err, PEL_ERR_CANCELLED, "%s: interrupted; nothing was written", work->path);
}

/* Without a run of a model the whole check is quick; with one it is left to `verify`, and said. */
static bool still_wanted(double fraction, void *user) {
  const pel_report_work *work = user;
  (void)fraction;
  return pel_report_asked(work, NULL) == PEL_OK;
}

static pel_status check_trace(job *j, pel_error *err) {
  const pel_trace_info *info = pel_trace_get_info(j->trace);
  pel_verify_report found;
  j->origin.hash = info->hash;
  j->origin.note = info->note;
  if (pel_review_check(j->trace, &j->origin.n_chained, &j->broken) != PEL_OK) j->origin.broken = j->broken.text;
  if (info->n_layers) {
    j->origin.checked = "not for this report: the trace holds a run of a model, which pellucid verify checks in full";
    return PEL_OK;
  }
  pel_status status = pel_trace_verify(j->trace, still_wanted, &j->work, &found, &j->unsound);
  if (status == PEL_ERR_CANCELLED) return pel_report_asked(&j->work, err);
  if (!found.hash_present) j->origin.checked = "the trace was cut short and has no hash";
  else if (status == PEL_OK || (found.hash_matches && j->origin.broken)) j->origin.checked = "when this report was made, the file's contents had this hash";
  else j->origin.checked = "FAILED: the file's contents do not have this hash; it was changed or damaged";
  if (status == PEL_OK || j->origin.broken) j->unsound.text[0] = 0;
  return PEL_OK;
}

/* ---- the picture ---- */

/* The depth below which nothing can be shown if no more than PICTURE_MOST cards are to be seen. */
static uint32_t deepest_for_picture(const pel_logic_tree *t) {
  uint32_t n[PICTURE_MOST + 1] = {0}, depth = 0, seen;
  for (uint32_t i = 0; i < t->n_items; i++)
    if (t->items[i].depth <= PICTURE_MOST) n[t->items[i].depth]++;
  for (seen = n[0]; depth < PICTURE_MOST && seen + n[depth + 1] <= PICTURE_MOST; depth++) seen += n[depth + 1];
  return depth;
}

/* Of some trees even the smallest share is more than a page shows: they end at a depth. */
static pel_status prune(pel_report_picture *p, const pel_report_work *work, pel_error *err) {
  for (double cover = PEL_TREE_COVER;; cover *= cover > 0.05 ? 0.8 : 0.4) {
    PEL_TRY(pel_report_asked(work, err));
    PEL_TRY(pel_logic_tree_cover(p->tree, cover, err));
    PEL_TRY(pel_logic_tree_update(p->tree, err));
    if (p->tree->n_items <= PICTURE_MOST) return PEL_OK;
    if (cover < COVER_LEAST) break;
  }
  pel_report_picture_shrink(p, deepest_for_picture(p->tree));
  return PEL_OK;
}

pel_status pel_report_picture_make(const pel_reasoning *reasoning, const char *asks, const char *hash, const pel_report_work *work, pel_report_picture *out,
                                   pel_error *err) {
  *out = (pel_report_picture){.asks = asks, .hash = hash};
  PEL_TRY(pel_logic_tree_build(reasoning, &out->tree, err));
  pel_status status = prune(out, work, err);
  pel_caption_tree(out->tree, asks, hash, &out->caption);
  out->data = (pel_tree_page_data){out->tree, &out->caption, {.direction = PEL_TREE_RIGHT}};
  if (status != PEL_OK) pel_report_picture_clear(out);
  return status;
}

bool pel_report_picture_shrink(pel_report_picture *p, uint32_t depth) {
  bool any = false;
  for (uint32_t i = 0; i < p->tree->n_items; i++) {
    const pel_tree_item *item = &p->tree->items[i];
    if (item->kind != PEL_ITEM_NODE || item->depth != depth || !item->n_children) continue;
    pel_logic_tree_collapse(p->tree, (int64_t)item->node + 1, true);
    any = true;
  }
  if (!any || pel_logic_tree_update(p->tree, NULL) != PEL_OK) return false;
  pel_caption_tree(p->tree, p->asks, p->hash, &p->caption);
  return true;
}

void pel_report_picture_clear(pel_report_picture *picture) {
  pel_logic_tree_free(picture->tree);
  picture->tree = NULL;
}

/* ---- the file ---- */

static pel_status write_forms(job *j, const pel_report *report, bool pdf, const char *path, pel_error *err) {
  pel_report_picture picture;
  pel_outfile *file;
  PEL_TRY(pel_report_picture_make(j->reasoning, j->origin.asks, j->origin.hash, &j->work, &picture, err));
  pel_status status = pel_outfile_open(path, j->o->force, &file, err);
  if (status == PEL_OK) {
    status = pdf ? pel_report_pdf(report, &picture, j->o->paper, pel_trace_get_info(j->trace)->created, &j->work, file, err)
                 : pel_report_html(report, &picture, j->o->paper, &j->work, file, err);
    if (pel_outfile_failed(file)) status = pel_outfile_error(file, err);
    if (status == PEL_OK) status = pel_outfile_commit(file, err);
    else pel_outfile_discard(file);
  }
  pel_report_picture_clear(&picture);
  return status;
}

static pel_status grow_tree(job *j, pel_error *err) {
  PEL_TRY(pel_logic_tree_build(j->reasoning, &j->tree, err));
  /* The shares whose nodes each count little leave a book of lines: then it is a smaller share. */
  for (double cover = j->tree->n_nodes <= WHOLE_MOST ? 1 : pel_tree_default_cover(j->tree);; cover *= 0.7) {
    PEL_TRY(pel_report_asked(&j->work, err));
    PEL_TRY(pel_logic_tree_cover(j->tree, cover, err));
    PEL_TRY(pel_logic_tree_update(j->tree, err));
    if (j->tree->n_shown <= WHOLE_MOST || cover < COVER_LEAST) return PEL_OK;
  }
}

static pel_status run(job *j, bool pdf, const char *path, pel_error *err) {
  pel_report *report;
  PEL_TRY(pel_reasoning_read(j->trace, &j->reasoning, err));
  if (!j->reasoning->n_nodes) return pel_fail(err, PEL_ERR_USAGE, "%s: holds no reasoning, so nothing to report", j->origin.file);
  PEL_TRY(pel_report_asked(&j->work, err));
  PEL_TRY(grow_tree(j, err));
  PEL_TRY(pel_report_asked(&j->work, err));
  PEL_TRY(gather_facts(j, err));
  read_case(j);
  PEL_TRY(check_trace(j, err));
  read_notes(j);
  recall_command(j);
  j->origin.made = j->facts;
  j->origin.n_made = j->n_facts;
  j->origin.cancelled = j->o->cancelled;
  j->origin.user = j->o->user;
  pel_status status = pel_report_build(j->tree, &j->origin, &report, err);
  if (status == PEL_ERR_CANCELLED) return pel_report_asked(&j->work, err);
  if (status != PEL_OK) return status;
  status = write_forms(j, report, pdf, path, err);
  pel_report_free(report);
  return status;
}

static bool ends_in(const char *path, const char *suffix) {
  size_t n = strlen(path), m = strlen(suffix);
  return n > m && !strcasecmp(path + n - m, suffix);
}

pel_status pel_report_export(pel_trace *trace, const pel_report_options *options, const char *path, pel_error *err) {
  job j = {.trace = trace, .o = options, .work = {options->cancelled, options->user, path}};
  bool pdf = ends_in(path, ".pdf");
  if (!pdf && !ends_in(path, ".html"))
    return pel_fail(err, PEL_ERR_USAGE, "%s: the name's suffix chooses the format; here it can be .html .pdf", path);
  j.origin.file = options->name ? options->name : "run.pel";
  pel_status status = run(&j, pdf, path, err);
  if (status == PEL_OK && j.origin.broken) status = pel_fail(err, PEL_ERR_CHECK, "%s", j.broken.text);
  if (status == PEL_OK && j.unsound.text[0]) status = pel_fail(err, PEL_ERR_CHECK, "%s", j.unsound.text);
  pel_logic_tree_free(j.tree);
  pel_reasoning_free(j.reasoning);
  json_object_put(j.given);
  free(j.facts);
  return status;
}
