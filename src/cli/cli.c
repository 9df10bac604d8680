#include "src/cli/cli.h"

#include <errno.h>
#include <json-c/json.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "engine/base/number.h"
#include "engine/base/status.h"

int cli_fail(const pel_error *err) {
  cli_progress_end();
  fprintf(stderr, "pellucid: %s\n", err->text);
  switch (err->status) {
    case PEL_ERR_USAGE: return CLI_USAGE;
    case PEL_ERR_INPUT:
    case PEL_ERR_UNSUPPORTED: return CLI_BAD_INPUT;
    case PEL_ERR_CHECK: return CLI_CHECK_FAILED;
    case PEL_ERR_CANCELLED: return CLI_INTERRUPTED;
    default: return CLI_FAILED;
  }
}

int cli_usage(const cli_command *command, const char *format, ...) {
  char text[600];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (char *c = text; *c; c++) /* what somebody typed is shown on one line, and moves no cursor */
    if ((unsigned char)*c < 32 || *c == 127) *c = '?';
  fprintf(stderr, "pellucid: %s; see 'pellucid%s%s --help'\n", text, command ? " " : "", command ? command->name : "");
  return CLI_USAGE;
}

static bool parse_u64(const char *text, uint64_t *out) {
  if (*text < '0' || *text > '9') return false;
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (errno || *end) return false;
  *out = value;
  return true;
}

bool cli_u64(const cli_command *c, const char *option, const char *text, uint64_t *out) {
  if (parse_u64(text, out)) return true;
  cli_usage(c, "%s takes a whole number, not '%s'", option, text);
  return false;
}

bool cli_u32(const cli_command *c, const char *option, const char *text, uint32_t least, uint32_t most, uint32_t *out) {
  uint64_t value;
  if (parse_u64(text, &value) && value >= least && value <= most) {
    *out = (uint32_t)value;
    return true;
  }
  cli_usage(c, "%s takes a whole number from %u to %u, not '%s'", option, least, most, text);
  return false;
}

bool cli_float(const cli_command *c, const char *option, const char *text, float *out) {
  double value;
  if (pel_parse_double(text, &value)) {
    *out = (float)value;
    return true;
  }
  cli_usage(c, "%s takes a number such as 0.7, not '%s'", option, text);
  return false;
}

/* One "A:B" or "A" of `size` characters. */
static bool parse_range(const char *text, size_t size, pel_range *out) {
  char part[32];
  if (!size || size >= sizeof part) return false;
  memcpy(part, text, size);
  part[size] = 0;
  char *colon = strchr(part, ':');
  uint64_t a = 0, b = UINT32_MAX;
  if (!colon) {
    if (!parse_u64(part, &a) || a >= UINT32_MAX) return false;
    *out = (pel_range){(uint32_t)a, (uint32_t)a + 1};
    return true;
  }
  *colon = 0;
  if (*part && (!parse_u64(part, &a) || a >= UINT32_MAX)) return false;
  if (colon[1] && (!parse_u64(colon + 1, &b) || b > UINT32_MAX)) return false;
  *out = (pel_range){(uint32_t)a, (uint32_t)b};
  return a < b;
}

bool cli_range(const cli_command *c, const char *option, const char *text, pel_range *out) {
  if (strchr(text, ':') && parse_range(text, strlen(text), out)) return true;
  cli_usage(c, "%s takes a half-open range A:B with A < B, not '%s'", option, text);
  return false;
}

bool cli_colors(const cli_command *c, const char *option, const char *text, float *low, float *high) {
  char first[64];
  const char *colon = strchr(text, ':');
  double a, b;
  if (colon && (size_t)(colon - text) < sizeof first) {
    snprintf(first, sizeof first, "%.*s", (int)(colon - text), text);
    if (pel_parse_double(first, &a) && pel_parse_double(colon + 1, &b) && a >= 0 && (float)a < (float)b) {
      *low = (float)a, *high = (float)b;
      return true;
    }
  }
  cli_usage(c, "%s takes two numbers LOW:HIGH such as 1e-5:0.3, the smaller first, not '%s'", option, text);
  return false;
}

bool cli_set(const cli_command *c, const char *option, const char *text, bool *chosen, uint32_t n) {
  memset(chosen, 0, n * sizeof *chosen);
  for (const char *at = text; *at;) {
    size_t size = strcspn(at, ",");
    pel_range range;
    if (!parse_range(at, size, &range) || range.start >= n || (range.end > n && range.end != UINT32_MAX)) {
      cli_usage(c, "%s takes numbers and ranges within 0:%u such as 0:4,7, not '%s'", option, n, text);
      return false;
    }
    for (uint32_t i = range.start; i < range.end && i < n; i++) chosen[i] = true;
    at += size + (at[size] == ',');
  }
  return true;
}

bool cli_size(const cli_command *c, const char *option, const char *text, uint32_t *width, uint32_t *height) {
  const char *x = strchr(text, 'x');
  char left[16];
  uint64_t w, h;
  if (x && x - text < 16) {
    memcpy(left, text, (size_t)(x - text));
    left[x - text] = 0;
    if (parse_u64(left, &w) && parse_u64(x + 1, &h) && w && h && w <= 1u << 20 && h <= 1u << 20) {
      *width = (uint32_t)w;
      *height = (uint32_t)h;
      return true;
    }
  }
  cli_usage(c, "%s takes WIDTHxHEIGHT such as 1200x900, not '%s'", option, text);
  return false;
}

/* ---- signals ---- */

static volatile sig_atomic_t interrupts;

static void on_signal(int number) {
  (void)number;
  if (interrupts++) _exit(CLI_INTERRUPTED); /* a trace is valid up to its last commit */
}

/* `flags`: SA_RESTART, or 0 while a pipe is waited for and a signal has to end the waiting. Signals that are ignored stay so:
 * nohup and a shell's background jobs have said what they want. */
static void catch_stops(int flags) {
  static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags}, before;
  for (int i = 0; i < 3; i++)
    if (sigaction(stops[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(stops[i], &action, NULL);
}

void cli_catch_signals(void) {
  catch_stops(SA_RESTART);
  signal(SIGPIPE, SIG_IGN); /* a closed pipe and a full quota are errors of a write, not deaths */
  signal(SIGXFSZ, SIG_IGN);
}

bool cli_interrupted(void) { return interrupts != 0; }

/* ---- files ---- */

static pel_status read_file(const char *path, char **data, size_t *size, pel_error *err) {
  FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
  if (!f) return pel_fail_errno(err, path, "can't read");
  char *bytes = NULL;
  size_t n = 0, capacity = 0, got = 1;
  pel_status status = PEL_OK;
  while (got && status == PEL_OK) {
    char *grown = pel_grow(bytes, &capacity, n + 65536, 1);
    if (!grown || n > (64u << 20)) {
      status = pel_fail(err, PEL_ERR_MEMORY, "%s: over 64 MB is no prompt; use a shorter text", path);
      bytes = grown ? grown : bytes;
      break;
    }
    bytes = grown;
    got = fread(bytes + n, 1, 65536, f);
    n += got;
  }
  if (status == PEL_OK && ferror(f)) status = pel_fail_errno(err, path, "can't read");
  if (f != stdin) fclose(f);
  if (status != PEL_OK) {
    free(bytes);
    return status;
  }
  *data = bytes;
  *size = n;
  return PEL_OK;
}

pel_status cli_read_file(const char *path, char **data, size_t *size, pel_error *err) {
  catch_stops(0);
  pel_status status = read_file(path, data, size, err);
  catch_stops(SA_RESTART);
  return status != PEL_OK && cli_interrupted() ? pel_fail(err, PEL_ERR_CANCELLED, "%s: interrupted", path) : status;
}

char *cli_models_folder(void) {
  const char *chosen = getenv("PELLUCID_MODELS"), *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
  char *path = NULL;
  int n = chosen && *chosen ? asprintf(&path, "%s", chosen)
          : data && *data   ? asprintf(&path, "%s/pellucid/models", data)
                            : asprintf(&path, "%s/.local/share/pellucid/models", home ? home : ".");
  return n < 0 ? NULL : path;
}

/* ---- progress ---- */

static bool line_open;

void cli_progress(const char *format, ...) {
  if (!isatty(STDERR_FILENO)) return;
  va_list args;
  va_start(args, format);
  fputs("\r\033[K", stderr);
  vfprintf(stderr, format, args);
  va_end(args);
  fflush(stderr);
  line_open = true;
}

void cli_progress_end(void) {
  if (line_open) fputs("\r\033[K", stderr);
  line_open = false;
}

bool cli_progress_fraction(double fraction, void *label) {
  static int shown = -1;
  if ((int)(fraction * 100) != shown) cli_progress("%s %d %%", (const char *)label, shown = (int)(fraction * 100));
  return !cli_interrupted();
}

const char *cli_bytes(char out[24], double bytes) {
  static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
  int unit = 0;
  while (bytes >= 1000 && unit < 4) bytes /= 1000, unit++;
  char number[16];
  snprintf(out, 24, "%s %s", pel_format_fixed(number, sizeof number, bytes, unit ? 1 : 0), units[unit]);
  return out;
}

int cli_finish(int status) {
  if (status == CLI_FAILED && ferror(stdout)) return status; /* said already, with its reason */
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  fprintf(stderr, "pellucid: can't write to standard output: %s\n", strerror(errno));
  return status == CLI_INTERRUPTED ? status : CLI_FAILED; /* whatever was found out, nobody was told */
}

pel_status cli_check_output(const char *output, const char *other, const char *what, pel_error *err) {
  struct stat x, y;
  bool same = strcmp(output, other) == 0 || (stat(output, &x) == 0 && stat(other, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino);
  return same ? pel_fail(err, PEL_ERR_USAGE, "%s: is %s; name another file for what is learnt", output, what) : PEL_OK;
}

void cli_add_number(struct json_object *object, const char *name, double value) { json_object_object_add(object, name, isfinite(value) ? json_object_new_double(value) : NULL); }
