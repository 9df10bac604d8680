/* From an open trace to a file: pictures and data.
 *
 *   pel_export_options o = {.of = {.layer = 12, .head = 5}, .scale = PEL_SCALE_LOG};
 *   if (pel_export_attention (trace, &o, "head.pdf", &err) != PEL_OK) ...
 *
 * The suffix of the path chooses the format. A file appears whole or not at all; an existing one is refused
 * without `force`. Numbers in text are the same in every locale.
 *
 *   attention  png svg pdf | npy csv json      weights of a head or a mean of heads, of tokens or larger units
 *   heads      png svg pdf | npy json          an overview of all heads
 *   tokens     png svg pdf | csv json          the text and what is known of each token
 *   tensors    safetensors                     the stored queries, keys and statistics
 *
 * Pictures: sizes are px (PNG, SVG) or points (PDF), 16 to 16384 each way; 0 chooses from the content.
 *
 * Data files hold the exact weights of the rectangle, whatever scale, palette and no_sink say:
 *   attention.npy   '<f4', C order, [rows, cols]; 0 where the query cannot see the key.
 *   attention.json  {"model", "trace", "layer", "head", "rows": [start, end], "cols": [start, end],
 *                   "queries": [token, ...], "keys": [token, ...], "weights": [[number, ...], ...]};
 *                   0 likewise. A mean has "mean_of_heads" instead of "head" (of all layers: and of "layer"); "value_weighted": true
 *                   and "level" stand there when they are not the default. At other levels than tokens, rows and cols
 *                   count units, and queries and keys are {"start", "end", "text"}: their tokens, half-open.
 *   attention.csv   query, key, query_piece, query_piece_hex, key_piece, key_piece_hex, weight: a line for
 *                   each pair that the model could see. At other levels: query, query_start, query_end, query_text,
 *                   key, key_start, key_end, key_text, weight.
 *   heads.npy       '<f4' [layers, heads, side, side]: the largest weight of each block, as drawn; NaN for
 *                   heads that were not recorded.
 *   heads.json      {"model", "trace", "n_tokens", "heads": [{"layer", "head", "recorded", "sink",
 *                   "entropy", "received_max", "received_key"}, ...]}; null for heads not recorded.
 *   tokens.json     {"model", "trace", "tokens": [{"position", "id", "piece", "segment", "logprob",
 *                   "entropy", "margin", "alternatives": [{"id", "piece", "logprob"}, ...]}, ...]}; null for
 *                   what was not recorded; "received" or "sink" besides, when that signal was asked for.
 *   tokens.csv      the same columns, the alternatives as alternative_1_id ... alternative_5_logprob.
 *   .safetensors    for each recorded layer N: F16 layer.N.q [tokens, heads, head_dim] and layer.N.k
 *                   [tokens, kv_heads, head_dim] (post-norm, post-RoPE, unscaled); F32 [tokens, heads]
 *                   layer.N.softmax_max, .softmax_sum, .entropy, .sink (rows as queries), .received and
 *                   .value_norm (rows as keys); I32 token_ids [tokens]. Heads that were not recorded are
 *                   left out: "layer.N.heads" and "layer.N.kv_heads" of __metadata__ are the indices of
 *                   those that are there. It also has model, trace (hash), scales and windows.
 * A token's "piece" is text: bytes that are no UTF-8 are U+FFFD in it, and then "piece_hex" has them all. */
#pragma once
#include "src/analysis/progress.h"
#include "src/analysis/view_map.h"
#include "src/analysis/view_tokens.h"
#include "src/plot/palette.h"

typedef struct pel_export_options {
  pel_map_choice of;        /* attention; its layer and head: tokens when one_head */
  bool one_head;        /* tokens by received or sink: of this head; otherwise the mean over recorded heads */
  pel_range rows, cols; /* both 0: all; tokens: rows only; heads: neither; tensors: rows only */
  pel_scale scale;      /* attention: any; heads: log or linear */
  float low, high;      /* attention pictures: weights of the first and last colour; both 0: chosen */
  bool no_sink;         /* attention pictures: leave key 0 out */
  pel_signal by;        /* tokens */
  pel_palette palette;
  uint32_t width, height;
  bool dark;
  bool force; /* replace an existing file */
  pel_progress progress;
} pel_export_options;

pel_status pel_export_attention(pel_trace *trace, const pel_export_options *options, const char *path,
                                pel_error *err);
pel_status pel_export_heads(pel_trace *trace, const pel_export_options *options, const char *path,
                            pel_error *err);
pel_status pel_export_tokens(pel_trace *trace, const pel_export_options *options, const char *path,
                             pel_error *err);
pel_status pel_export_tensors(pel_trace *trace, const pel_export_options *options, const char *path,
                              pel_error *err);
