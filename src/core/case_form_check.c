/* What is wrong in the form, at its place. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "src/core/case_form_parts.h"

enum { MOST_DIGITS = 120, MOST_EXPONENT = 400 };

static bool is_number(const char *s) { /* as JSON has it */
  s += *s == '-';
  if (*s == '0' && g_ascii_isdigit(s[1])) return false;
  const char *digits = s;
  while (g_ascii_isdigit(*s)) s++;
  if (s == digits) return false;
  if (*s == '.') {
    digits = ++s;
    while (g_ascii_isdigit(*s)) s++;
    if (s == digits) return false;
  }
  if (*s == 'e' || *s == 'E') {
    s += 1 + (s[1] == '-' || s[1] == '+');
    digits = s;
    while (g_ascii_isdigit(*s)) s++;
    if (s == digits) return false;
  }
  return !*s;
}

/* As many digits, and as large an exponent, as the format of cases has. */
static bool is_too_long(const char *s) {
  size_t n = 0;
  for (; *s && *s != 'e' && *s != 'E'; s++) n += g_ascii_isdigit(*s) != 0;
  long exponent = *s ? strtol(s + 1, NULL, 10) : 0;
  return n > MOST_DIGITS || exponent > MOST_EXPONENT || exponent < -MOST_EXPONENT;
}

static bool is_date(const char *s) {
  int part[3] = {0};
  for (int i = 0; i < 10; i++) {
    if (i == 4 || i == 7 ? s[i] != '-' : !g_ascii_isdigit(s[i])) return false;
    if (i != 4 && i != 7) part[i < 4 ? 0 : i < 7 ? 1 : 2] = part[i < 4 ? 0 : i < 7 ? 1 : 2] * 10 + (s[i] - '0');
  }
  return !s[10] && part[0] > 0 && g_date_valid_dmy((GDateDay)part[2], (GDateMonth)part[1], (GDateYear)part[0]);
}

/* The ends of "0..300"; infinite where none is given. */
static bool range_of(const char *allowed, double *low, double *high) {
  const char *dots = strstr(allowed, "..");
  if (!dots) return false;
  *low = dots > allowed ? g_ascii_strtod(allowed, NULL) : -INFINITY;
  *high = dots[2] ? g_ascii_strtod(dots + 2, NULL) : INFINITY;
  return true;
}

/* Converting is exact in an audit and is not here, which must not refuse what an audit takes: `size` is that of what was added up. */
static bool is_within(double value, double low, double high, double size) {
  double slack = size < DBL_MAX ? 1e-9 * size : 0;
  return value >= low - slack && value <= high + slack;
}

/* The text with a number or two, which are written alike in every language, and the unit. */
static char *range_text(const pel_form_field *f, double low, double high) {
  char a[G_ASCII_DTOSTR_BUF_SIZE], b[G_ASCII_DTOSTR_BUF_SIZE];
  const char *gap = *f->unit ? " " : "";
  g_ascii_formatd(a, sizeof a, "%.12g", low), g_ascii_formatd(b, sizeof b, "%.12g", high);
  if (isinf(low)) return g_strdup_printf(_("At most %s%s%s is possible here."), b, gap, f->unit);
  if (isinf(high)) return g_strdup_printf(_("At least %s%s%s is needed here."), a, gap, f->unit);
  return g_strdup_printf(_("Only %s to %s%s%s is possible here."), a, b, gap, f->unit);
}

/* The value in the pack's unit, as it is where that is none; *size: that of what was added up. */
static double reckon(const pel_form_field *f, double *size) {
  double times = 1, plus = 0, value = g_ascii_strtod(f->now.value, NULL);
  pel_case_unit_converts(f->now.unit, f->unit, &times, &plus);
  *size = fabs(value * times) + fabs(plus);
  return value * times + plus;
}

static char *check_quantity(const pel_form_field *f) {
  double times, plus, low, high, size, value;
  if (!*f->now.value) return g_strdup(N_("Write a number."));
  if (strchr(f->now.value, ',')) return g_strdup(N_("Write the number with a point: 8.1."));
  if (!is_number(f->now.value)) return g_strdup(N_("This is no number."));
  if (is_too_long(f->now.value)) return g_strdup(N_("At most 120 digits and an exponent of 400 are possible here."));
  if (*f->unit && !*f->now.unit) return g_strdup_printf(_("A unit is missing: the pack reckons in %s."), f->unit);
  if (strcmp(f->unit, f->now.unit) && !pel_case_unit_converts(f->now.unit, f->unit, &times, &plus))
    return *f->unit ? g_strdup_printf(_("%s cannot be converted: the pack reckons in %s."), f->now.unit, f->unit) : f->own ? NULL : g_strdup_printf(_("The pack has no unit for this: leave %s out."), f->now.unit);
  if (!range_of(f->allowed, &low, &high)) return NULL;
  value = reckon(f, &size);
  if (is_within(value, low, high, size)) return NULL;
  return range_text(f, low, high);
}

static bool has_control(const char *text, bool line) {
  for (const unsigned char *c = (const unsigned char *)text; *c; c++)
    if (*c == 127 || (*c < 32 && (line || (*c != '\n' && *c != '\t')))) return true;
  return false;
}

static char *check_value(const pel_form_field *f) {
  if (f->form == PEL_FACT_QUANTITY) return check_quantity(f);
  if (!*f->now.value) return f->form == PEL_FACT_DATE ? g_strdup(N_("Write a date: 2016-12-31.")) : g_strdup(N_("Write something, or say that it is unknown."));
  if (f->form == PEL_FACT_DATE) return is_date(f->now.value) ? NULL : g_strdup(N_("This is no date; write it as 2016-12-31."));
  if (f->choices && !g_strv_contains((const char *const *)f->choices, f->now.value)) return g_strdup(N_("The pack does not know this choice."));
  return has_control(f->now.value, true) ? g_strdup(N_("A control character has no place here.")) : NULL;
}

static char *check_field(const pel_case_form *form, const pel_form_field *f) {
  if (f->now.is == PEL_NOT_SAID || f->variables) return NULL;
  if (*f->now.date && !is_date(f->now.date)) return g_strdup(N_("The date is none; write it as 2016-12-31."));
  if (has_control(f->now.by, true) || (f->key && (has_control(f->document, true) || has_control(f->case_says, true)))) return g_strdup(N_("A control character has no place here."));
  if (f->key) return case_form_check_finding(form, f);
  return f->now.is == PEL_SAID_VALUE ? check_value(f) : NULL;
}

static char *check_head(const pel_case_form *form, pel_form_head head) {
  const char *text = form->heads[head];
  if (head == PEL_HEAD_AS_OF) return is_date(text) ? NULL : *text ? g_strdup(N_("This is no date; write it as 2016-12-31.")) : g_strdup(N_("Say for which day the question is asked."));
  if (head == PEL_HEAD_QUESTION && !*text) return g_strdup(N_("Choose a question."));
  return has_control(text, head != PEL_HEAD_TEXT) ? g_strdup(N_("A control character has no place here.")) : NULL;
}

/* ---- one quantity, one value a day ---- */

static bool is_known_quantity(const pel_form_field *f) { return f->form == PEL_FACT_QUANTITY && !f->variables && f->now.is == PEL_SAID_VALUE && !f->fault; }

static int same_day(const pel_form_field *x, const pel_form_field *y) {
  int name = strcmp(x->name, y->name);
  return name ? name : strcmp(x->now.date, y->now.date);
}

static int by_name_and_day(gconstpointer a, gconstpointer b) { return same_day(*(pel_form_field *const *)a, *(pel_form_field *const *)b); }

static bool contradict(const pel_form_field *x, const pel_form_field *y) {
  double size_x, size_y, a = reckon(x, &size_x), b = reckon(y, &size_y);
  return same_day(x, y) == 0 && !is_within(a, b, b, MAX(size_x, size_y));
}

static void set_conflict(pel_form_field *f) { case_field_set_fault(f, g_strdup(N_("Another value is said for the same day: leave one out, or give each its own date."))); }

/* An audit would refuse them, too, and name the second alone. */
static guint check_conflicts(pel_case_form *form) {
  GPtrArray *all = g_ptr_array_new();
  guint n = 0;
  for (guint i = 0; i < form->fields->len; i++)
    if (is_known_quantity(pel_case_form_field(form, i))) g_ptr_array_add(all, pel_case_form_field(form, i));
  g_ptr_array_sort(all, by_name_and_day);
  for (guint i = 1; i < all->len; i++) {
    pel_form_field *x = g_ptr_array_index(all, i - 1), *y = g_ptr_array_index(all, i);
    if (!contradict(x, y)) continue;
    n += !x->fault + !y->fault;
    set_conflict(x), set_conflict(y);
  }
  g_ptr_array_unref(all);
  return n;
}

guint pel_case_form_check(pel_case_form *form) {
  guint n = 0;
  for (int i = 0; i < PEL_HEADS; i++) {
    g_free(form->faults[i]);
    form->faults[i] = check_head(form, (pel_form_head)i);
    n += form->faults[i] != NULL;
  }
  for (guint i = 0; i < form->fields->len; i++) {
    pel_form_field *f = pel_case_form_field(form, i);
    case_field_set_fault(f, check_field(form, f));
    n += f->fault != NULL;
  }
  return n + check_conflicts(form) + case_form_check_graph(form);
}

/* ---- what an audit says ---- */

static const char *after(const char *text, const char *part) {
  const char *at = strstr(text, part);
  return at ? at + strlen(part) : NULL;
}

bool pel_case_form_take_error(pel_case_form *form, const char *text) {
  static const char *const heads[PEL_HEADS] = {"$.title: ", "$.as_of: ", "$.question: ", "$.asks: ", "$.text: "};
  const char *at = after(text, "$.facts["), *what;
  char *end;
  for (int i = 0; i < PEL_HEADS && !at; i++)
    if ((what = after(text, heads[i]))) {
      g_free(form->faults[i]);
      form->faults[i] = g_strdup(what);
      return true;
    }
  if (!at) return false;
  unsigned long place = strtoul(at, &end, 10);
  if (end == at || *end != ']' || !(what = after(end, ": "))) return false;
  for (guint i = 0; i < form->fields->len; i++) {
    pel_form_field *f = pel_case_form_field(form, i);
    if (f->written != (int)place) continue;
    case_field_set_fault(f, g_strdup(what));
    return true;
  }
  return false;
}
