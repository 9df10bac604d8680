#include "src/core/pdf_catalog.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last place of `what`, or NULL. */
static const char *find_last(const GByteArray *pdf, const char *what) {
  size_t n = strlen(what);
  for (size_t i = pdf->len; i >= n; i--)
    if (!memcmp(pdf->data + i - n, what, n)) return (const char *)pdf->data + i - n;
  return NULL;
}

static bool number_after(const char *at, const char *end, const char *key, unsigned long *out) {
  const char *found = at ? memmem(at, (size_t)(end - at), key, strlen(key)) : NULL;
  if (!found) return false;
  char *stop;
  *out = strtoul(found + strlen(key), &stop, 10);
  return stop > found + strlen(key);
}

/* "12 0 obj\n<< ... >>\nendobj": its inside. */
static char *catalog_inside(const GByteArray *pdf, unsigned long object) {
  char head[40];
  snprintf(head, sizeof head, "\n%lu 0 obj", object);
  const char *at = find_last(pdf, head), *end = (const char *)pdf->data + pdf->len;
  const char *stop = at ? memmem(at, (size_t)(end - at), "endobj", 6) : NULL;
  const char *open = stop ? memmem(at, (size_t)(stop - at), "<<", 2) : NULL;
  if (!open) return NULL;
  const char *close = stop;
  while (close > open + 2 && memcmp(close - 2, ">>", 2)) close--;
  char *inside = g_strndup(open + 2, (gsize)(close - 2 - open - 2));
  if (strstr(inside, "/Catalog") && !strstr(inside, "/Lang")) return inside;
  g_free(inside);
  return NULL;
}

void pdf_name_language(GByteArray *pdf, const char *language) {
  unsigned long root = 0, info = 0, size = 0, before = 0;
  guint8 zero = 0;
  g_byte_array_append(pdf, &zero, 1); /* so that numbers end */
  const char *end = (const char *)pdf->data + pdf->len - 1, *trailer = find_last(pdf, "trailer");
  bool found = number_after(trailer, end, "/Root ", &root) && number_after(trailer, end, "/Size ", &size) &&
               number_after(trailer, end, "startxref\n", &before);
  bool has_info = found && number_after(trailer, end, "/Info ", &info);
  g_byte_array_set_size(pdf, pdf->len - 1);
  char *inside = found ? catalog_inside(pdf, root) : NULL;
  if (!inside) return;
  GString *out = g_string_new(pdf->data[pdf->len - 1] == '\n' ? "" : "\n");
  size_t at = pdf->len + out->len;
  g_string_append_printf(out, "%lu 0 obj\n<<%s\n   /Lang (%s)%s\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n", root, inside, language,
                         strstr(inside, "/StructTreeRoot") && !strstr(inside, "/MarkInfo") ? "\n   /MarkInfo << /Marked true >>" : "");
  size_t table = pdf->len + out->len;
  g_string_append_printf(out, "xref\n%lu 1\n%010zu 00000 n \ntrailer\n<< /Size %lu /Root %lu 0 R /Prev %lu", root, at, size, root, before);
  if (has_info) g_string_append_printf(out, " /Info %lu 0 R", info);
  g_string_append_printf(out, " >>\nstartxref\n%zu\n%%%%EOF\n", table);
  g_byte_array_append(pdf, (const guint8 *)out->str, (guint)out->len);
  g_string_free(out, TRUE);
  g_free(inside);
}
