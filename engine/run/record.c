/* One recorded run: tokenizer, model, sampler and trace writer put together. */
#include <pellucid/record.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/pool.h"
#include "engine/base/status.h"
#include "engine/kernels/kernels.h"
#include "engine/trace/writer.h"

typedef struct run {
  pel_model *model;
  const pel_record_options *o;
  pel_record_result *result;
  pel_error *err;
  const pel_tokenizer *tokenizer;
  uint32_t n_vocab, n_context, n_batch;
  pel_prompt prompt;
  pel_session *session;
  pel_sampler *sampler;
  pel_trace_writer *writer;
  /* statistics of the prompt, filled by the logits probe */
  uint32_t n_described; /* prompt tokens whose statistics are written */
  bool failed;
  pel_segment_kind segment; /* of generated text */
} run;

static bool cancelled(const run *r) { return r->o->cancelled && r->o->cancelled(r->o->user); }

/* ---- what goes into the trace's header ---- */

typedef struct parameters {
  char text[16][40];
  const char *pair[20][2];
  size_t n;
} parameters;

static void add_text(parameters *p, const char *name, const char *value) {
  p->pair[p->n][0] = name;
  p->pair[p->n++][1] = value;
}

static void add_number(parameters *p, const char *name, double value) {
  pel_format_double(p->text[p->n], sizeof p->text[0], value);
  add_text(p, name, p->text[p->n]);
}

static void collect_parameters(const run *r, parameters *p) {
  const pel_record_options *o = r->o;
  add_number(p, "temperature", (double)o->sampler.temperature);
  add_number(p, "top_k", o->sampler.top_k);
  add_number(p, "top_p", (double)o->sampler.top_p);
  add_number(p, "min_p", (double)o->sampler.min_p);
  add_number(p, "repeat_penalty", (double)o->sampler.repeat_penalty);
  snprintf(p->text[p->n], sizeof p->text[0], "%llu", (unsigned long long)o->sampler.seed);
  add_text(p, "seed", p->text[p->n]);
  add_number(p, "n_predict", o->n_predict);
  add_number(p, "n_context", r->n_context);
  add_number(p, "batch", r->n_batch);
  add_number(p, "machine.threads", o->threads > 0 ? o->threads : pel_cpu_count());
  add_text(p, "chat_template", o->raw || o->ids ? "none" : o->chat_template ? o->chat_template : pel_chat_detect(r->tokenizer, NULL));
  add_text(p, "prompt_logprobs", o->no_prompt_logprobs ? "no" : "yes");
}

static void fill_layers(const run *r, pel_trace_layer *layers) {
  for (uint32_t l = 0; l < pel_model_get_info(r->model)->n_layers; l++) {
    const pel_layer_info *info = pel_model_get_layer(r->model, l);
    layers[l] = (pel_trace_layer){!r->o->layers || r->o->layers[l], info->n_head, info->n_kv_head, info->head_dim,
                                  info->window, info->scale, info->softcap};
  }
}

static void fill_head_mask(const run *r, uint64_t *mask) {
  for (uint32_t h = 0; h < pel_model_get_layer(r->model, 0)->n_head; h++)
    if (r->o->heads[h]) mask[h / 64] |= 1ull << h % 64;
}

static pel_status open_writer(run *r) {
  if (!r->o->output) return PEL_OK;
  const pel_model_info *info = pel_model_get_info(r->model);
  char created[32];
  time_t now = time(NULL);
  struct tm utc;
  strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  parameters p = {.n = 0};
  collect_parameters(r, &p);
  uint64_t mask[16] = {0};
  if (r->o->heads) fill_head_mask(r, mask);
  const char *file = strrchr(pel_model_file(r->model), '/'); /* the folder is nobody's business */
  pel_trace_header header = {.model_name = info->name, .model_file = file ? file + 1 : pel_model_file(r->model),
                             .architecture = info->architecture, .kernels = pel_kernels_get()->name,
                             .generator = r->o->generator ? r->o->generator : "libpellucid " PEL_VERSION, .created = created,
                             .parameters = p.pair, .n_parameters = p.n, .n_layers = info->n_layers,
                             .head_mask = r->o->heads ? mask : NULL, .n_context = r->n_context};
  PEL_TRY(pel_model_digest(r->model, header.model_sha256, r->err));
  pel_trace_layer *layers = pel_alloc(info->n_layers, sizeof *layers);
  if (!layers) return pel_fail_memory(r->err, "layers", info->n_layers * sizeof *layers);
  fill_layers(r, layers);
  header.layers = layers;
  pel_status status = pel_trace_writer_open(r->o->output, r->o->force, &header, &r->writer, r->err);
  free(layers);
  return status;
}

static bool records_head(const run *r, uint32_t head) { return !r->o->heads || r->o->heads[head]; }

static bool records_key_head(const run *r, uint32_t kv, uint32_t group) {
  for (uint32_t h = kv * group; h < (kv + 1) * group; h++)
    if (records_head(r, h)) return true;
  return false;
}

/* On top of the rows: pages that are not full (about 6 %), a token's text and alternatives, the overview of at most 256 blocks a
 * side, and the tables themselves. */
static uint64_t most_bytes(uint64_t bytes_a_token, uint64_t n_heads, uint32_t n_tokens) {
  uint64_t side = ((uint64_t)n_tokens + PEL_TILE - 1) / PEL_TILE < 256 ? ((uint64_t)n_tokens + PEL_TILE - 1) / PEL_TILE : 256;
  uint64_t rows = bytes_a_token * n_tokens;
  return rows + rows / 16 + 300ull * n_tokens + n_heads * (side * (side + 1) + 8192) + 300000;
}

static uint64_t row_bytes(uint32_t head_dim, uint32_t n_heads, uint32_t n_key_heads) {
  return 2ull * head_dim * (n_heads + n_key_heads) + 20ull * n_heads;
}

pel_record_plan pel_record_estimate(const pel_model_summary *m, uint32_t n_prompt, uint32_t n_predict) {
  pel_record_plan plan = {.n_prompt = n_prompt, .n_context = n_predict > UINT32_MAX - n_prompt ? UINT32_MAX : n_prompt + n_predict};
  plan.trace_bytes_a_token = m->n_layers * row_bytes(m->head_dim, m->n_head, m->n_kv_head);
  plan.trace_bytes_most = most_bytes(plan.trace_bytes_a_token, (uint64_t)m->n_layers * m->n_head, plan.n_context);
  return plan;
}

static pel_record_plan make_plan(const run *r) {
  pel_record_plan plan = {.n_prompt = (uint32_t)r->prompt.n, .n_context = r->n_context};
  uint64_t all_heads = 0;
  for (uint32_t l = 0; l < pel_model_get_info(r->model)->n_layers; l++) {
    const pel_layer_info *info = pel_model_get_layer(r->model, l);
    if (r->o->layers && !r->o->layers[l]) continue;
    uint32_t heads = 0, key_heads = 0;
    for (uint32_t h = 0; h < info->n_head; h++) heads += records_head(r, h);
    for (uint32_t kv = 0; kv < info->n_kv_head; kv++) key_heads += records_key_head(r, kv, info->n_head / info->n_kv_head);
    plan.trace_bytes_a_token += row_bytes(info->head_dim, heads, key_heads);
    all_heads += heads;
  }
  plan.trace_bytes_most = most_bytes(plan.trace_bytes_a_token, all_heads, r->n_context);
  plan.session_bytes = pel_session_bytes(r->model, r->n_context);
  return plan;
}

/* ---- tokens ---- */

static pel_status write_token(run *r, pel_token_id id, pel_segment_kind segment, const float *distribution) {
  if (!r->writer) return PEL_OK;
  pel_trace_token token = {.id = id, .segment = segment, .logprob = NAN, .entropy = NAN, .margin = NAN};
  token.piece = pel_tokenizer_piece(r->tokenizer, id, &token.piece_size);
  if (distribution) {
    pel_logit_stats stats;
    pel_logit_statistics(distribution, r->n_vocab, id, &token.logprob, &stats);
    token.entropy = stats.entropy;
    token.margin = stats.margin;
    for (uint32_t i = 0; i < PEL_TRACE_ALTERNATIVES && stats.top[i] >= 0; i++) {
      pel_trace_alternative *a = &token.alternatives[token.n_alternatives++];
      *a = (pel_trace_alternative){.id = stats.top[i], .logprob = stats.top_logprob[i]};
      a->piece = pel_tokenizer_piece(r->tokenizer, a->id, &a->piece_size);
    }
  }
  return pel_trace_writer_token(r->writer, &token, r->err);
}

static pel_segment_kind prompt_segment(const run *r, size_t position) {
  for (size_t i = 0; i < r->prompt.n_segments; i++)
    if (position >= r->prompt.segments[i].start && position < r->prompt.segments[i].end) return r->prompt.segments[i].kind;
  return PEL_SEGMENT_TEXT;
}

static pel_status describe_prompt_token(run *r, const float *distribution) {
  uint32_t at = r->n_described++;
  return write_token(r, r->prompt.ids[at], prompt_segment(r, at), distribution);
}

/* The logits of position i describe token i + 1. */
static bool asks_logits(void *user, pel_site site, uint32_t layer) {
  (void)user, (void)layer;
  return site == PEL_SITE_LOGITS;
}

static bool shows_logits(void *user, const pel_event *event) {
  run *r = user;
  for (uint32_t i = 0; i < event->n_rows && !r->failed; i++)
    if (event->first + i + 1 < r->prompt.n)
      r->failed = describe_prompt_token(r, event->logits.values + (size_t)i * r->n_vocab) != PEL_OK;
  return !r->failed && !cancelled(r);
}

/* Asked at every layer, so that Ctrl-C need not wait for a whole batch. */
static bool asks_residual(void *user, pel_site site, uint32_t layer) {
  (void)user, (void)layer;
  return site == PEL_SITE_RESIDUAL;
}

static bool shows_residual(void *user, const pel_event *event) {
  (void)event;
  return !cancelled(user);
}

/* ---- the run ---- */

static pel_status eval(run *r, const pel_token_id *ids, uint32_t n, bool prompt, const float **logits) {
  pel_probe logits_probe = {r, asks_logits, shows_logits}, cancel_probe = {r, asks_residual, shows_residual};
  const pel_probe *probes[3];
  size_t n_probes = 0;
  probes[n_probes++] = &cancel_probe;
  if (r->writer) {
    probes[n_probes++] = pel_trace_writer_probe(r->writer);
    if (prompt && !r->o->no_prompt_logprobs) probes[n_probes++] = &logits_probe;
    PEL_TRY(pel_trace_writer_batch(r->writer, pel_session_position(r->session), n, r->err));
  }
  pel_error own;
  pel_status status = pel_session_eval(r->session, ids, n, probes, n_probes, logits, &own);
  if (r->failed) return r->err->status; /* a token's statistics could not be written: that reason stands */
  if (status != PEL_OK) *r->err = own;
  /* A failed write stops the run through its probe: its reason is the one to report. */
  if (status == PEL_ERR_CANCELLED && r->writer && !cancelled(r)) {
    pel_status written = pel_trace_writer_status(r->writer, r->err);
    if (written != PEL_OK) return written;
  }
  return status;
}

static pel_status run_prompt(run *r, const float **logits) {
  double start = pel_clock_seconds();
  uint32_t n = (uint32_t)r->prompt.n;
  PEL_TRY(describe_prompt_token(r, NULL));
  for (uint32_t at = 0; at < n; at += r->n_batch) {
    uint32_t count = n - at < r->n_batch ? n - at : r->n_batch;
    while (r->o->no_prompt_logprobs && r->n_described < at + count) PEL_TRY(describe_prompt_token(r, NULL));
    PEL_TRY(eval(r, r->prompt.ids + at, count, true, logits));
    r->result->n_prompt = at + count;
    if (r->o->on_progress) r->o->on_progress(r->o->user, at + count, n);
  }
  r->result->prefill_seconds = pel_clock_seconds() - start;
  return PEL_OK;
}

/* R1's thinking is a segment of its own: from <think> up to and with </think>. */
static pel_segment_kind next_segment(run *r, pel_token_id id, bool *closes) {
  size_t size;
  const char *piece = pel_tokenizer_piece(r->tokenizer, id, &size);
  *closes = size >= 8 && memmem(piece, size, "</think>", 8) != NULL;
  if (size >= 7 && memmem(piece, size, "<think>", 7)) r->segment = PEL_SEGMENT_THINK;
  return pel_tokenizer_is_end(r->tokenizer, id) ? PEL_SEGMENT_TEMPLATE : r->segment;
}

/* Takes one generated token; *end says whether the model closed its turn. */
static pel_status take(run *r, pel_token_id id, const float *logits, bool *end) {
  bool closes;
  pel_segment_kind segment = next_segment(r, id, &closes);
  PEL_TRY(write_token(r, id, segment, logits));
  if (closes) r->segment = PEL_SEGMENT_ANSWER;
  r->result->n_generated++;
  pel_sampler_accept(r->sampler, id);
  *end = !r->o->ignore_end && pel_tokenizer_is_end(r->tokenizer, id);
  if (!*end && r->o->on_text && !pel_tokenizer_is_control(r->tokenizer, id)) {
    size_t size;
    const char *piece = pel_tokenizer_piece(r->tokenizer, id, &size);
    r->o->on_text(r->o->user, piece, size);
  }
  return PEL_OK;
}

static pel_status generate(run *r, const float *logits) {
  double start = pel_clock_seconds();
  pel_status status = PEL_OK;
  r->result->stop = PEL_STOP_LENGTH;
  for (uint32_t i = 0; i < r->o->n_predict && status == PEL_OK; i++) {
    if (cancelled(r)) status = pel_fail(r->err, PEL_ERR_CANCELLED, "cancelled");
    bool end = false;
    pel_token_id id = status == PEL_OK ? pel_sampler_pick(r->sampler, logits) : -1;
    if (status == PEL_OK) status = take(r, id, logits, &end);
    if (end) r->result->stop = PEL_STOP_END;
    if (end || status != PEL_OK) break;
    if (i + 1 == r->o->n_predict) break; /* what would follow the last token is not asked for */
    if (pel_session_position(r->session) == r->n_context) {
      r->result->stop = PEL_STOP_FULL;
      break;
    }
    status = eval(r, &id, 1, false, &logits);
    r->result->decode_seconds = pel_clock_seconds() - start;
  }
  return status;
}

/* A prompt that is given as tokens: one TEXT segment. */
static pel_status copy_ids(run *r) {
  for (size_t i = 0; i < r->o->n_ids; i++)
    if (r->o->ids[i] < 0 || (uint32_t)r->o->ids[i] >= r->n_vocab)
      return pel_fail(r->err, PEL_ERR_USAGE, "prompt token %zu is %d, outside the vocabulary of %u", i, r->o->ids[i], r->n_vocab);
  r->prompt.ids = pel_alloc(r->o->n_ids, sizeof *r->prompt.ids);
  if (!r->prompt.ids) return pel_fail_memory(r->err, "prompt", r->o->n_ids * sizeof *r->prompt.ids);
  memcpy(r->prompt.ids, r->o->ids, r->o->n_ids * sizeof *r->prompt.ids);
  r->prompt.n = r->o->n_ids;
  return PEL_OK;
}

static pel_status build_prompt(run *r) {
  const pel_record_options *o = r->o;
  if (o->ids) return copy_ids(r);
  return pel_chat_build(r->tokenizer, o->raw ? "none" : o->chat_template, o->system, o->system_size, o->prompt, o->prompt_size,
                        o->special, &r->prompt, r->err);
}

static pel_status prepare(run *r) {
  const pel_record_options *o = r->o;
  PEL_TRY(build_prompt(r));
  if (!r->prompt.n) return pel_fail(r->err, PEL_ERR_USAGE, "the prompt is empty; give a text with -p or -f");
  uint64_t wanted = o->n_context ? o->n_context : (uint64_t)r->prompt.n + o->n_predict;
  if (wanted > 1u << 24 || r->prompt.n > wanted)
    return pel_fail(r->err, PEL_ERR_FULL, "the prompt has %zu tokens, the context %llu; use a larger --ctx", r->prompt.n,
                    (unsigned long long)wanted);
  r->n_context = (uint32_t)wanted;
  r->n_batch = o->batch && o->batch < PEL_BATCH_MAX ? o->batch : PEL_BATCH_MAX;
  r->segment = o->raw || o->ids ? PEL_SEGMENT_TEXT : r->prompt.opens_think ? PEL_SEGMENT_THINK : PEL_SEGMENT_ANSWER;
  PEL_TRY(pel_sampler_create(&o->sampler, r->n_vocab, &r->sampler, r->err));
  PEL_TRY(pel_session_create(r->model, r->n_context, o->threads, &r->session, r->err));
  return open_writer(r);
}

static pel_status run_all(run *r) {
  PEL_TRY(prepare(r));
  pel_record_plan plan = make_plan(r);
  if (r->o->on_start) r->o->on_start(r->o->user, &plan);
  for (size_t i = 0; i < r->prompt.n; i++) pel_sampler_accept(r->sampler, r->prompt.ids[i]);
  if (r->writer) {
    const pel_probe *probe = pel_trace_writer_probe(r->writer);
    PEL_TRY(pel_session_prepare(r->session, &probe, 1, r->err));
  }
  const float *logits;
  PEL_TRY(run_prompt(r, &logits));
  return generate(r, logits);
}

static pel_stop stop_of(pel_status status, pel_stop usual) {
  return status == PEL_OK ? usual : status == PEL_ERR_CANCELLED ? PEL_STOP_CANCELLED : PEL_STOP_FAILED;
}

static const char *note_of(const run *r, pel_status status) {
  if (status == PEL_ERR_CANCELLED) return "cancelled by the user";
  if (status != PEL_OK) return "stopped by an error";
  return r->result->stop == PEL_STOP_FULL ? "the context was full" : "";
}

pel_status pel_record(pel_model *model, const pel_record_options *options, pel_record_result *result, pel_error *err) {
  pel_record_result unused;
  pel_error own;
  run r = {.model = model, .o = options, .result = result ? result : &unused, .err = err ? err : &own,
           .tokenizer = pel_model_tokenizer(model), .n_vocab = pel_model_get_info(model)->n_vocab};
  *r.result = (pel_record_result){.stop = PEL_STOP_LENGTH};
  pel_status status = run_all(&r);
  r.result->stop = stop_of(status, r.result->stop);
  if (r.writer) {
    r.result->waited_seconds = pel_trace_writer_waited(r.writer);
    pel_error closing;
    pel_status closed = pel_trace_writer_close(r.writer, r.n_described, note_of(&r, status), &closing);
    if (closed != PEL_OK && (status == PEL_OK || status == PEL_ERR_CANCELLED)) {
      status = closed;
      *r.err = closing;
      r.result->stop = PEL_STOP_FAILED;
    }
    if (status != PEL_OK && status != PEL_ERR_CANCELLED && !r.result->n_prompt) unlink(options->output); /* it holds nothing */
  }
  pel_session_destroy(r.session);
  pel_sampler_destroy(r.sampler);
  pel_prompt_clear(&r.prompt);
  return status;
}
