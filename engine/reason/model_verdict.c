#include "engine/reason/model_verdict.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_letter(char c) { return isalpha((unsigned char)c) || (unsigned char)c >= 0x80; }
static bool is_dash(const char *c) { return strncmp(c, "\xe2\x80", 2) == 0; /* and quotes, dots: general punctuation */ }
static bool ends_sentence(char c) { return c == '.' || c == '!' || c == '?' || c == '\n'; }

/* Whether `word` stands in text[0, size) as a word or words of its own. */
static bool contains(const char *text, size_t size, const char *word) {
  size_t n = strlen(word);
  for (size_t i = 0; i + n <= size; i++) {
    bool starts = i == 0 || !(isalnum((unsigned char)text[i - 1]) || (unsigned char)text[i - 1] >= 0x80);
    if (starts && strncasecmp(text + i, word, n) == 0 && !(i + n < size && isalnum((unsigned char)text[i + n]))) return true;
  }
  return false;
}

static bool contains_one_of(const char *text, size_t size, const char *const *words) {
  for (; *words; words++)
    if (contains(text, size, *words)) return true;
  return false;
}

static bool hedges(const char *text, size_t size) {
  static const char *const words[] = {"yes and no",  "no and yes", "unclear",  "not clear",  "unknown",   "not known", "unsure",      "not sure",     "uncertain",  "not certain",
                                      "undecided",   "maybe",      "perhaps",  "possibly",   "it depends", "depends on", "can't tell", "cannot tell",  "can't say",  "cannot say",
                                      "don't know",  "do not know", "cannot be determined", "can't be determined", "cannot be decided", "cannot determine", "can't determine", "cannot answer",
                                      "not enough",  "insufficient", "hard to say", "difficult to say", "not possible to", "impossible to", NULL};
  return contains_one_of(text, size, words);
}

static bool denies(const char *text, size_t size) {
  static const char *const words[] = {"no", "not", "never", "neither", "nor", "none", "cannot", "without", "unlikely", "instead of", "rather than", "ruled out", "false", "incorrect", "wrong", NULL};
  for (size_t i = 1; i + 2 < size; i++)
    if (strncasecmp(text + i, "n't", 3) == 0 || strncasecmp(text + i, "n\xe2\x80\x99t", 5) == 0) return true;
  return contains_one_of(text, size, words);
}

/* Whether a yes or no that ends here is an answer of its own: not "no doubt", "no-one", "No. 5", "yes or no". */
static bool stands_alone(const char *after, bool yes) {
  static const char *const subjects[] = {"it", "he", "she", "they", "we", "you", "i", "this", "that", "these", "those", "there", "the", "because", "since", "not", NULL};
  if (*after == '/' || ((*after == '\'' || *after == '-') && is_letter(after[1])) || isalnum((unsigned char)*after)) return false;
  if ((unsigned char)*after >= 0x80 && !is_dash(after)) return false;
  bool dot = *after == '.';
  after += strspn(after, dot ? ". " : " ");
  if (dot && !yes && isdigit((unsigned char)*after)) return false;
  if (dot || !is_letter(*after) || is_dash(after)) return true;
  size_t n = 0;
  while (is_letter(after[n])) n++;
  if (contains(after, n, "or") || contains(after, n, "and")) return false;
  return yes || contains_one_of(after, n, subjects);
}

/* The yes or no at text + at, which starts a sentence. */
static int answer_at(const char *text, size_t at) {
  bool yes = strncasecmp(text + at, "yes", 3) == 0, no = strncasecmp(text + at, "no", 2) == 0;
  if (!yes && !no) return 0;
  return stands_alone(text + at + (yes ? 3 : 2), yes) ? (yes ? 1 : -1) : 0;
}

int pel_says_yes_or_no(const char *text) {
  bool start = true;
  for (size_t i = 0; text[i]; i++) {
    int said = start ? answer_at(text, i) : 0;
    if (said) {
      size_t end = i;
      while (text[end] && !ends_sentence(text[end])) end++;
      return hedges(text, end) ? 0 : said;
    }
    if (ends_sentence(text[i]) || text[i] == ':') start = true;
    else if (isalpha((unsigned char)text[i])) start = false; /* marks, quotes and numbers before the first word are none of it */
  }
  return 0;
}

/* Whether the text names every value that the question asked for, as the answer has them. */
static bool names_values(const char *text, const char *question, const char *answer) {
  size_t named = 0, words = 0;
  for (const char *c = answer; *c;) {
    size_t n = 0;
    while (isalnum((unsigned char)c[n]) || c[n] == '_') n++;
    char word[100];
    if (n && n < sizeof word) {
      snprintf(word, sizeof word, "%.*s", (int)n, c);
      if (!strstr(question, word)) {
        words++;
        named += contains(text, strlen(text), word);
      }
    }
    c += n ? n : 1;
  }
  return words && named == words;
}

const char *pel_model_verdict(const char *text, pel_node_state state, const char *question, const char *answer) {
  static const char agrees[] = "agrees", contradicts[] = "contradicts", nothing[] = "says nothing";
  if (state == PEL_STATE_UNKNOWN || state == PEL_STATE_CONFLICT) return nothing;
  int said = pel_says_yes_or_no(text);
  if (said && state == PEL_STATE_NOT_FOUND) return said < 0 ? agrees : nothing;
  if (said) return (said > 0) == (state == PEL_STATE_HOLDS || state == PEL_STATE_LIKELY) ? agrees : contradicts;
  size_t size = strlen(text);
  return answer && names_values(text, question, answer) && !denies(text, size) && !hedges(text, size) ? agrees : nothing;
}
