/* Porter's stemmer. The rules of a step are tried longest ending first; the first ending that fits decides, whether its
 * condition holds or not. */
#include <string.h>

#include "engine/knowledge/words.h"

static bool is_consonant(const char *w, size_t i) {
  switch (w[i]) {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u': return false;
    case 'y': return i == 0 || !is_consonant(w, i - 1);
    default: return true;
  }
}

/* How often a consonant follows a vowel in the first n letters: Porter's m. */
static int measure(const char *w, size_t n) {
  int m = 0;
  for (size_t i = 1; i < n; i++) m += is_consonant(w, i) && !is_consonant(w, i - 1);
  return m;
}

static bool has_vowel(const char *w, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!is_consonant(w, i)) return true;
  return false;
}

static bool ends_double(const char *w, size_t n) { return n >= 2 && w[n - 1] == w[n - 2] && is_consonant(w, n - 1); }

/* Consonant, vowel, consonant that is none of w, x, y: "hop", not "snow". */
static bool ends_short(const char *w, size_t n) {
  return n >= 3 && is_consonant(w, n - 1) && !is_consonant(w, n - 2) && is_consonant(w, n - 3) && !strchr("wxy", w[n - 1]);
}

static bool ends_in(const char *w, size_t n, const char *ending) {
  size_t size = strlen(ending);
  return n > size && memcmp(w + n - size, ending, size) == 0;
}

static size_t set_ending(char *w, size_t stem, const char *to) {
  memcpy(w + stem, to, strlen(to));
  return stem + strlen(to);
}

static size_t plurals(char *w, size_t n) { /* step 1a */
  if (ends_in(w, n, "sses")) return n - 2;
  if (ends_in(w, n, "ies")) return n - 2;
  if (ends_in(w, n, "ss")) return n;
  return ends_in(w, n, "s") ? n - 1 : n;
}

static size_t participles(char *w, size_t n) { /* step 1b */
  if (ends_in(w, n, "eed")) return measure(w, n - 3) > 0 ? n - 1 : n;
  size_t stem = ends_in(w, n, "ed") ? n - 2 : ends_in(w, n, "ing") ? n - 3 : n;
  if (stem == n || !has_vowel(w, stem)) return n;
  if (ends_in(w, stem, "at") || ends_in(w, stem, "bl") || ends_in(w, stem, "iz")) return set_ending(w, stem, "e");
  if (ends_double(w, stem) && !strchr("lsz", w[stem - 1])) return stem - 1;
  return measure(w, stem) == 1 && ends_short(w, stem) ? set_ending(w, stem, "e") : stem;
}

typedef struct rule {
  const char *from, *to;
} rule;

static size_t replace(char *w, size_t n, const rule *rules, int least) {
  for (const rule *r = rules; r->from; r++) {
    if (!ends_in(w, n, r->from)) continue;
    size_t stem = n - strlen(r->from);
    return measure(w, stem) >= least ? set_ending(w, stem, r->to) : n;
  }
  return n;
}

static size_t suffixes(char *w, size_t n) { /* steps 2 and 3 */
  static const rule second[] = {{"ational", "ate"}, {"ization", "ize"}, {"iveness", "ive"}, {"fulness", "ful"}, {"ousness", "ous"},
                                {"tional", "tion"}, {"biliti", "ble"},  {"entli", "ent"},   {"ousli", "ous"},   {"ation", "ate"},
                                {"alism", "al"},    {"aliti", "al"},    {"iviti", "ive"},   {"enci", "ence"},   {"anci", "ance"},
                                {"izer", "ize"},    {"abli", "able"},   {"alli", "al"},     {"ator", "ate"},    {"eli", "e"},
                                {NULL, NULL}};
  static const rule third[] = {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ness", ""}, {"ful", ""}, {NULL, NULL}};
  return replace(w, replace(w, n, second, 1), third, 1);
}

static size_t endings(char *w, size_t n) { /* step 4 */
  static const char *const all[] = {"ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ion", "ism", "ate",
                                    "iti",   "ous",  "ive",  "ize",  "al",   "er",   "ic",  "ou"};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (!ends_in(w, n, all[i])) continue;
    size_t stem = n - strlen(all[i]);
    bool fits = measure(w, stem) > 1 && (strcmp(all[i], "ion") != 0 || strchr("st", w[stem - 1]));
    return fits ? stem : n;
  }
  return n;
}

static size_t last_e(char *w, size_t n) { /* step 5 */
  if (w[n - 1] == 'e') {
    int m = measure(w, n - 1);
    if (m > 1 || (m == 1 && !ends_short(w, n - 1))) n--;
  }
  return n > 1 && w[n - 1] == 'l' && ends_double(w, n) && measure(w, n - 1) > 1 ? n - 1 : n;
}

size_t pel_stem(char *w, size_t n) {
  if (n <= 2) return n;
  n = participles(w, plurals(w, n));
  if (w[n - 1] == 'y' && has_vowel(w, n - 1)) w[n - 1] = 'i'; /* step 1c */
  n = last_e(w, endings(w, suffixes(w, n)));
  w[n] = 0;
  return n;
}
