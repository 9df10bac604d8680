/* Terms of the rules as texts: enough of their syntax to match a fact of a case with a word of a vocabulary. What is not understood
 * matches nothing; the rules' own reader decides in the end. */
#pragma once
#include <glib.h>
#include <stdbool.h>

/* Without blanks but those that part two names or two operators, or either from a bracket: one spelling a term. g_free. */
char *pel_term_squeeze(const char *term);
/* "f(a, g(b))" is *functor "f" and the arguments "a", "g(b)" (g_strfreev); false for a term without arguments or that is none. Squeezed text only. */
bool pel_term_split(const char *term, char **functor, char ***arguments);
/* The text of an atom or string without its quotes. */
char *pel_term_unquote(const char *atom);
/* Names of the variables in order, each once; NULL when there is none. g_strfreev. */
char **pel_term_variables(const char *term);
/* With each variable that `value` (user, name) knows replaced. g_free. */
char *pel_term_fill(const char *term, const char *(*value)(void *user, const char *name), void *user);
/* Does the term have the pattern's form? `bound` (name -> value, owned by the table) takes what its variables are. Squeezed texts only. */
bool pel_term_matches(const char *pattern, const char *term, GHashTable *bound);
/* Are the two one term under other names of variables? */
bool pel_term_same(const char *a, const char *b);
/* A person's words as the rules write them: numbers and names as they are, dates and the rest in quotes. NULL: empty, or it could not stand there. */
char *pel_term_value(const char *words);
