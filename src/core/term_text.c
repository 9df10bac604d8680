#include "src/core/term_text.h"

#include <string.h>

enum { NESTING = 60 };

static bool is_name(char c) { return g_ascii_isalnum(c) || c == '_' || (c & 0x80); }

/* Behind a quoted part that begins at c; its quote may stand in it twice or behind a backslash. NULL: it has no end. */
static const char *after_quoted(const char *c) {
  char quote = *c++;
  for (; *c; c++) {
    if (*c == '\\' && c[1]) c++;
    else if (*c == quote && c[1] == quote) c++;
    else if (*c == quote) return c + 1;
  }
  return NULL;
}

static bool is_quote(char c) { return c == '\'' || c == '"' || c == '`'; }

static bool is_symbol(char c) { return c && strchr("+-*/\\^<>=~:.?@#&$", c); }

/* Whether two characters that a blank parts would mean something else without it: two names or two operators would be one, and a bracket
 * right behind either opens its arguments. */
static bool parts(char before, char behind) {
  if (is_name(before)) return is_name(behind) || behind == '(';
  return is_symbol(before) && (is_symbol(behind) || behind == '(');
}

char *pel_term_squeeze(const char *term) {
  GString *s = g_string_new(NULL);
  for (const char *c = term; *c;) {
    const char *end = is_quote(*c) ? after_quoted(c) : NULL;
    if (end) g_string_append_len(s, c, end - c), c = end;
    else if (!g_ascii_isspace(*c)) g_string_append_c(s, *c++);
    else {
      while (g_ascii_isspace(*c)) c++;
      if (s->len && parts(s->str[s->len - 1], *c)) g_string_append_c(s, ' ');
    }
  }
  return g_string_free(s, FALSE);
}

/* The end of the argument that begins at c: a comma or a closing bracket that belongs to no bracket in it. NULL: there is none. */
static const char *argument_end(const char *c) {
  int depth = 0;
  while (*c) {
    if (is_quote(*c)) {
      if (!(c = after_quoted(c))) return NULL;
      continue;
    }
    if (depth == 0 && (*c == ',' || *c == ')' || *c == ']' || *c == '}')) return c;
    if (strchr("([{", *c)) depth++;
    if (strchr(")]}", *c)) depth--;
    c++;
  }
  return NULL;
}

bool pel_term_split(const char *term, char **functor, char ***arguments) {
  const char *open = is_quote(*term) ? after_quoted(term) : term, *at, *end;
  if (!open) return false;
  while (!is_quote(*term) && is_name(*open)) open++;
  if (open == term || *open != '(') return false;
  GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
  for (at = open + 1; (end = argument_end(at)) && end > at; at = end + 1) {
    g_ptr_array_add(list, g_strndup(at, (gsize)(end - at)));
    if (*end != ',') break;
  }
  if (!end || end == at || *end != ')' || end[1]) {
    g_ptr_array_unref(list);
    return false;
  }
  g_ptr_array_add(list, NULL);
  char *name = g_strndup(term, (gsize)(open - term));
  *functor = pel_term_unquote(name);
  *arguments = (char **)g_ptr_array_free(list, FALSE);
  g_free(name);
  return true;
}

char *pel_term_unquote(const char *atom) {
  size_t size = strlen(atom);
  if (size < 2 || !is_quote(*atom) || atom[size - 1] != *atom) return g_strdup(atom);
  GString *s = g_string_new(NULL);
  for (const char *c = atom + 1; c < atom + size - 1; c++) {
    if ((*c == '\\' || *c == *atom) && c + 1 < atom + size - 1) c++;
    g_string_append_c(s, *c);
  }
  return g_string_free(s, FALSE);
}

/* ---- variables ---- */

/* Calls for each stretch: a variable's name, or the text between. */
typedef void (*stretch_func)(void *user, const char *text, size_t size, bool variable);

static void walk(const char *term, stretch_func each, void *user) {
  const char *from = term;
  for (const char *c = term; *c;) {
    const char *end = is_quote(*c) ? after_quoted(c) : NULL;
    if (end) {
      c = end;
      continue;
    }
    if (!is_name(*c)) {
      c++;
      continue;
    }
    for (end = c; is_name(*end);) end++;
    if (g_ascii_isupper(*c) || (*c == '_' && end > c + 1)) {
      if (c > from) each(user, from, (size_t)(c - from), false);
      each(user, c, (size_t)(end - c), true);
      from = end;
    }
    c = end;
  }
  if (*from) each(user, from, strlen(from), false);
}

static void note_variable(void *user, const char *text, size_t size, bool variable) {
  GPtrArray *list = user;
  if (!variable) return;
  char *name = g_strndup(text, size);
  if (g_ptr_array_find_with_equal_func(list, name, g_str_equal, NULL)) g_free(name);
  else g_ptr_array_add(list, name);
}

char **pel_term_variables(const char *term) {
  GPtrArray *list = g_ptr_array_new();
  walk(term, note_variable, list);
  if (!list->len) return g_ptr_array_unref(list), NULL;
  g_ptr_array_add(list, NULL);
  return (char **)g_ptr_array_free(list, FALSE);
}

typedef struct filling {
  GString *s;
  const char *(*value)(void *user, const char *name);
  void *user;
} filling;

static void fill_stretch(void *user, const char *text, size_t size, bool variable) {
  filling *f = user;
  char *name = variable ? g_strndup(text, size) : NULL;
  const char *value = name ? f->value(f->user, name) : NULL;
  if (value) g_string_append(f->s, value);
  else g_string_append_len(f->s, text, (gssize)size);
  g_free(name);
}

char *pel_term_fill(const char *term, const char *(*value)(void *user, const char *name), void *user) {
  filling f = {g_string_new(NULL), value, user};
  walk(term, fill_stretch, &f);
  return g_string_free(f.s, FALSE);
}

/* ---- matching ---- */

static bool is_variable(const char *term) {
  if (!g_ascii_isupper(*term) && *term != '_') return false;
  while (is_name(*term)) term++;
  return !*term;
}

static bool match(const char *pattern, const char *term, GHashTable *bound, int depth) {
  char *f = NULL, *g = NULL, **x = NULL, **y = NULL;
  if (is_variable(pattern)) {
    const char *before = g_hash_table_lookup(bound, pattern);
    if (before) return strcmp(before, term) == 0;
    if (strcmp(pattern, "_")) g_hash_table_insert(bound, g_strdup(pattern), g_strdup(term));
    return true;
  }
  if (strcmp(pattern, term) == 0) return true;
  if (depth > NESTING || !pel_term_split(pattern, &f, &x)) return false;
  bool same = pel_term_split(term, &g, &y) && strcmp(f, g) == 0 && g_strv_length(x) == g_strv_length(y);
  for (guint i = 0; same && x[i]; i++) same = match(x[i], y[i], bound, depth + 1);
  g_free(f), g_free(g), g_strfreev(x), g_strfreev(y);
  return same;
}

bool pel_term_matches(const char *pattern, const char *term, GHashTable *bound) { return match(pattern, term, bound, 0); }

bool pel_term_same(const char *a, const char *b) {
  char *x = pel_term_squeeze(a), *y = pel_term_squeeze(b);
  GHashTable *of_x = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free), *of_y = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  bool same = pel_term_matches(x, y, of_x) && pel_term_matches(y, x, of_y);
  g_hash_table_unref(of_x), g_hash_table_unref(of_y), g_free(x), g_free(y);
  return same;
}

/* ---- a person's words ---- */

static bool is_date(const char *s) {
  for (int i = 0; i < 10; i++)
    if (i == 4 || i == 7 ? s[i] != '-' : !g_ascii_isdigit(s[i])) return false;
  return !s[10];
}

static bool is_number(const char *s) {
  s += *s == '-';
  const char *digits = s;
  while (g_ascii_isdigit(*s)) s++;
  if (s == digits) return false;
  if (*s == '.') {
    digits = ++s;
    while (g_ascii_isdigit(*s)) s++;
    if (s == digits) return false;
  }
  return !*s;
}

char *pel_term_value(const char *words) {
  char *text = g_strstrip(g_strdup(words));
  bool plain = g_ascii_islower(*text), quoted = is_quote(*text) && after_quoted(text) == text + strlen(text);
  for (const char *c = text; *c && plain; c++) plain = g_ascii_isalnum(*c) || *c == '_';
  if (!*text) return g_free(text), NULL;
  if (plain || quoted || is_number(text)) return text;
  for (const char *c = text; *c; c++)
    if ((unsigned char)*c < 32) return g_free(text), NULL;
  GString *s = g_string_new(is_date(text) ? "\"" : "'");
  for (const char *c = text; *c; c++) {
    if (*c == '\'' || *c == '\\') g_string_append_c(s, '\\');
    g_string_append_c(s, *c);
  }
  g_string_append(s, is_date(text) ? "\"" : "'");
  g_free(text);
  return g_string_free(s, FALSE);
}
