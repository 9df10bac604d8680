/* Numbers and strings as JSON and CSV, streamed into an output file; the same bytes in every locale. */
#pragma once
#include "src/core/outfile.h"

/* A token's bytes in data files: `piece` is text. Bytes that are no UTF-8 become U+FFFD in it, and the exact
 * bytes stand in `piece_hex` (lower case), which is there only then in JSON, and otherwise empty in CSV. */

/* JSON. Strings are escaped and valid UTF-8; numbers that are not finite are null. */
void pel_json_string(pel_outfile *file, const char *text, size_t size);
void pel_json_float(pel_outfile *file, float value);
void pel_json_double(pel_outfile *file, double value);
void pel_json_uint(pel_outfile *file, uint64_t value);
/* "name": ; `comma` first when there was a member before. */
void pel_json_name(pel_outfile *file, const char *name, bool comma);
/* "name": value. `comma` likewise. */
void pel_json_text(pel_outfile *file, const char *name, const char *text, bool comma);
void pel_json_number(pel_outfile *file, const char *name, double value, bool comma);
/* "piece": "...", and "piece_hex" where needed; without a comma at either end. */
void pel_json_piece(pel_outfile *file, const char *piece, size_t size);

/* CSV, RFC 4180: fields quoted where they must be, lines end in CR LF. NaN is an empty field. */
void pel_csv_string(pel_outfile *file, const char *text, size_t size);
/* A further field of a line: the comma first. Numbers that are not finite are empty. */
void pel_csv_text(pel_outfile *file, const char *text);
void pel_csv_number(pel_outfile *file, double value);
void pel_csv_float(pel_outfile *file, float value);
void pel_csv_uint(pel_outfile *file, uint64_t value);
/* Two fields: piece,piece_hex. */
void pel_csv_piece(pel_outfile *file, const char *piece, size_t size);
