/* What the subcommands share: options, messages, exit status, signals. */
#pragma once
#include <getopt.h>
#include <pellucid/record.h>
#include <stdio.h>

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_BAD_INPUT = 3, CLI_CHECK_FAILED = 4, CLI_INTERRUPTED = 130 };

typedef struct cli_command {
  const char *name, *summary, *help; /* help: the whole --help text, an example included */
  int (*run)(int argc, char **argv);
} cli_command;

extern const cli_command cli_record, cli_verify, cli_export, cli_info, cli_tokenize, cli_models, cli_bench, cli_review, cli_report, cli_diff, cli_kb, cli_audit, cli_eval;

/* "pellucid: TEXT" on standard error; returns the exit status that belongs to the error. */
int cli_fail(const pel_error *err);
/* A usage error: text, then where the help is. Returns CLI_USAGE. */
__attribute__((format(printf, 2, 3))) int cli_usage(const cli_command *command, const char *format, ...);

/* Readers of option arguments; false after a usage message. */
bool cli_u32(const cli_command *c, const char *option, const char *text, uint32_t least, uint32_t most, uint32_t *out);
bool cli_u64(const cli_command *c, const char *option, const char *text, uint64_t *out);
bool cli_float(const cli_command *c, const char *option, const char *text, float *out);
/* "A:B" half-open; "A:" and ":B" are open to the ends (B = UINT32_MAX). */
bool cli_range(const cli_command *c, const char *option, const char *text, pel_range *out);
/* "1e-5:0.3": two numbers. */
bool cli_colors(const cli_command *c, const char *option, const char *text, float *low, float *high);
/* "0:4,7,12:" over n items: sets chosen[i]. */
bool cli_set(const cli_command *c, const char *option, const char *text, bool *chosen, uint32_t n);
/* "1280x800". */
bool cli_size(const cli_command *c, const char *option, const char *text, uint32_t *width, uint32_t *height);

/* Ctrl-C, and a closing terminal: the first asks work to stop (cli_interrupted), the second ends the program. */
void cli_catch_signals(void);
bool cli_interrupted(void);

/* The whole file as bytes, owned by the caller (free); "-" is standard input. */
pel_status cli_read_file(const char *path, char **data, size_t *size, pel_error *err);

/* A line on standard error that replaces itself on a terminal; nothing where there is none. */
__attribute__((format(printf, 1, 2))) void cli_progress(const char *format, ...);
void cli_progress_end(void);
/* Progress of fractions for library callbacks; false once interrupted. */
bool cli_progress_fraction(double fraction, void *label);

/* "1.2 MB" */
const char *cli_bytes(char out[24], double bytes);
/* The folder where models are kept; owned by the caller. */
char *cli_models_folder(void);
/* Flushes standard output; a failed write is reported. Returns `status`, or CLI_FAILED when what it is about could not be written. */
int cli_finish(int status);

/* What is learnt must not take the place of what it is learnt from, nor of another result, whatever --force says. PEL_ERR_USAGE; `what` says what `other` is. */
pel_status cli_check_output(const char *output, const char *other, const char *what, pel_error *err);

/* A member of a JSON object; null for what is no finite number. */
struct json_object;
void cli_add_number(struct json_object *object, const char *name, double value);
