#include "src/core/export_command.h"

#include <glib.h>
#include <string.h>

#include "engine/base/number.h"

/* A name that begins with '-' would be taken for an option. */
static void add_name(GString *s, const char *name) {
  char *path = *name == '-' ? g_strconcat("./", name, NULL) : g_strdup(name), *quoted;
  bool plain = *path && strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+,:=@") == strlen(path);
  quoted = plain ? g_strdup(path) : g_shell_quote(path);
  g_string_append_printf(s, " %s", quoted);
  g_free(quoted);
  g_free(path);
}

static void add_range(GString *s, const char *option, pel_range range) {
  if (range.end) g_string_append_printf(s, " %s %u:%u", option, range.start, range.end);
}

static void add_choice(GString *s, const pel_map_choice *of) {
  if (of->average != PEL_AVERAGE_ALL) g_string_append_printf(s, " --layer %u", of->layer);
  if (of->average == PEL_AVERAGE_NONE) g_string_append_printf(s, " --head %u", of->head);
  if (of->average != PEL_AVERAGE_NONE) g_string_append_printf(s, " --average %s", of->average == PEL_AVERAGE_ALL ? "all" : "layer");
  if (of->value_weighted) g_string_append(s, " --value-weighted");
  if (of->level != PEL_LEVEL_TOKEN) g_string_append_printf(s, " --level %s", pel_level_name(of->level));
}

static void add_colors(GString *s, const pel_export_options *o) {
  char low[40], high[40];
  if (o->scale != PEL_SCALE_LOG) g_string_append_printf(s, " --scale %s", pel_scale_name(o->scale));
  if (o->high > 0) g_string_append_printf(s, " --range %s:%s", pel_format_float(low, sizeof low, o->low), pel_format_float(high, sizeof high, o->high));
  if (o->no_sink) g_string_append(s, " --no-sink");
}

static void add_page(GString *s, const pel_export_options *o) {
  if (o->palette != PEL_PALETTE_VIRIDIS) g_string_append_printf(s, " --palette %s", pel_palette_name(o->palette));
  if (o->width) g_string_append_printf(s, " --size %ux%u", o->width, o->height);
  if (o->dark) g_string_append(s, " --dark");
}

static void add_ids(GString *s, const char *option, const int64_t *ids, size_t n) {
  for (size_t i = 0; i < n; i++) g_string_append_printf(s, "%s%s%" G_GINT64_FORMAT, i ? "," : option, i ? "" : " ", ids[i]);
}

static void add_tree(GString *s, const pel_tree_choice *c) {
  char percent[40];
  if (c->direction == PEL_TREE_DOWN) g_string_append(s, " --direction down");
  if (c->all) g_string_append(s, " --all");
  else if (c->cover > 0) g_string_append_printf(s, " --cover %s", pel_format_double(percent, sizeof percent, c->cover * 100));
  add_ids(s, " --open", c->opened, c->n_opened);
  add_ids(s, " --collapse", c->collapsed, c->n_collapsed);
  if (c->quotations) g_string_append(s, " --quotations");
}

const char *pel_export_word(pel_export_what what) {
  static const char *const words[] = {"attention", "heads", "tokens", "tree", "retrieval", "reliability", "timeline", "search", "graph"};
  return words[what];
}

char *pel_export_command_reasoning(pel_export_what what, const pel_export_options *o, const pel_tree_choice *c, const char *trace, const char *output) {
  GString *s = g_string_new("pellucid export");
  add_name(s, trace);
  g_string_append_printf(s, " %s", pel_export_word(what));
  if (what == PEL_EXPORT_TREE) add_tree(s, c);
  else if (c->span) g_string_append_printf(s, " --span %" G_GINT64_FORMAT, c->span);
  if (what == PEL_EXPORT_SEARCH && c->at) g_string_append_printf(s, " --at %" G_GINT64_FORMAT, c->at);
  if ((what == PEL_EXPORT_SEARCH || what == PEL_EXPORT_GRAPH) && c->top) g_string_append_printf(s, " --top %u", c->top);
  add_page(s, o);
  g_string_append(s, " -o");
  add_name(s, output);
  return g_string_free(s, FALSE);
}

char *pel_export_command(pel_export_what what, const pel_export_options *o, const char *trace, const char *output) {
  GString *s = g_string_new("pellucid export");
  add_name(s, trace);
  g_string_append_printf(s, " %s", pel_export_word(what));
  if (what == PEL_EXPORT_ATTENTION) add_choice(s, &o->of);
  if (what == PEL_EXPORT_TOKENS) {
    g_string_append_printf(s, " --by %s", pel_signal_name(o->by));
    if (o->one_head) g_string_append_printf(s, " --layer %u --head %u", o->of.layer, o->of.head);
  }
  if (what != PEL_EXPORT_HEADS) add_range(s, "--rows", o->rows);
  if (what == PEL_EXPORT_ATTENTION) add_range(s, "--cols", o->cols);
  if (what != PEL_EXPORT_TOKENS) add_colors(s, o);
  add_page(s, o);
  g_string_append(s, " -o");
  add_name(s, output);
  return g_string_free(s, FALSE);
}
