/* The attention view: heads, map, transcript and inspector over one choice of a head, and the line that says what is in view. */
#include <glib/gi18n.h>

#include "ui/head_grid.h"
#include "ui/window_parts.h"
#include "ui/words.h"

#define ARROW 42 /* px that a drop-down has around its text */

/* ---- what is said ---- */

/* "5, 16-18": the layers with a head in the file. */
static char *recorded_layers(const pel_heads_view *v) {
  GString *s = g_string_new(NULL);
  for (uint32_t l = 0; l < v->n_layers; l++) {
    uint32_t end = l;
    while (end < v->n_layers && pel_heads_in_mean(v, end)) end++;
    if (end == l) continue;
    g_string_append_printf(s, end > l + 1 ? "%s%u–%u" : "%s%u", s->len ? ", " : "", l, end - 1);
    l = end;
  }
  return g_string_free(s, FALSE);
}

static void count_heads(const pel_heads_view *v, uint32_t *all, uint32_t *damaged) {
  *all = *damaged = 0;
  for (size_t i = 0; i < (size_t)v->n_layers * v->n_heads; i++) {
    *all += v->heads[i].state != PEL_HEAD_ABSENT;
    *damaged += v->heads[i].state == PEL_HEAD_DAMAGED;
  }
}

/* What is always said: how much of the model is in the file, and which file. */
static void show_facts(PelWindow *self) {
  const pel_overview *o = pel_window_overview(self);
  GString *s = g_string_new(NULL);
  uint32_t all, damaged;
  char *layers = recorded_layers(&o->heads);
  count_heads(&o->heads, &all, &damaged);
  g_string_append_printf(s, _("%u tokens"), o->n_tokens);
  if (o->heads.n_recorded < all) g_string_append_printf(s, _(" · %u of %u heads recorded, in layers %s of %u"), o->heads.n_recorded, all, layers, o->n_layers);
  else g_string_append_printf(s, _(" · all %u layers recorded"), o->n_layers);
  if (damaged) g_string_append_printf(s, ngettext(" · %u head can't be read", " · %u heads can't be read", damaged), damaged);
  if (o->fault) g_string_append_printf(s, " · %s", o->fault);
  if (!o->complete) g_string_append(s, _(" · not closed: still being written, or cut short"));
  else g_string_append_printf(s, _(" · trace %.8s…"), o->hash);
  if (*o->note) g_string_append_printf(s, " · %s", o->note);
  gtk_label_set_text(self->facts, s->str);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self->facts), s->str);
  g_string_free(s, TRUE);
  g_free(layers);
}

static void show_share(PelWindow *self) {
  const char *filter = pel_heads_panel_get_filter(self->heads);
  char *text = g_strconcat(*filter ? _("filter: ") : "", filter, *filter ? " · " : "", self->share_text ? self->share_text : "", NULL);
  gtk_label_set_text(self->share, text);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self->share), text);
  g_free(text);
}

static void shared(PelMapWidget *map, const char *sentence, PelWindow *self) {
  (void)map;
  g_free(self->share_text);
  self->share_text = g_strdup(sentence);
  show_share(self);
}

/* ---- which map ---- */

static pel_level chosen_level(PelWindow *self) { return (pel_level)gtk_drop_down_get_selected(GTK_DROP_DOWN(self->level)); }

static void show_map(PelWindow *self) {
  const pel_overview *o = pel_window_overview(self);
  if (!o || self->setting) return;
  pel_map_choice of = pel_head_grid_choice(o, self->layer, self->head);
  of.level = chosen_level(self);
  of.value_weighted = gtk_drop_down_get_selected(GTK_DROP_DOWN(self->measure)) == 1;
  pel_map_widget_choose(self->map, &of);
}

static void choose_head(PelWindow *self, uint32_t layer, uint32_t head) {
  self->layer = layer, self->head = head;
  pel_heads_panel_mark(self->heads, layer, head);
  show_map(self);
}

static void first_head(PelWindow *self) {
  const pel_heads_view *v = &pel_window_overview(self)->heads;
  for (size_t i = 0; i < (size_t)v->n_layers * v->n_heads; i++)
    if (v->heads[i].state == PEL_HEAD_RECORDED) {
      choose_head(self, (uint32_t)(i / v->n_heads), (uint32_t)(i % v->n_heads));
      return;
    }
  shared(self->map, _("No head's attention was recorded in this trace: it has its text alone"), self);
}

/* ---- a trace ---- */

/* What needs a run of a model. */
void pel_window_attention_show(PelWindow *self) {
  pel_overview *o = pel_window_overview(self);
  pel_heads_panel_set_overview(self->heads, o);
  pel_transcript_set_overview(self->transcript, o);
  if (self->recording) pel_transcript_show_end(self->transcript);
  pel_map_widget_set_trace(self->map, pel_viewing_document(self->viewing), o);
  pel_inspector_set_trace(self->inspector, pel_viewing_document(self->viewing), o);
  show_facts(self);
  show_share(self);
  first_head(self);
}

void pel_window_attention_grow(PelWindow *self) {
  pel_overview *o = pel_window_overview(self);
  pel_heads_panel_set_overview(self->heads, o);
  pel_heads_panel_mark(self->heads, self->layer, self->head);
  pel_transcript_grow(self->transcript, o);
  pel_map_widget_grow(self->map, o);
  pel_inspector_set_trace(self->inspector, pel_viewing_document(self->viewing), o);
  show_facts(self);
}

void pel_window_attention_refresh(PelWindow *self) {
  pel_heads_panel_set_overview(self->heads, pel_window_overview(self));
  pel_heads_panel_mark(self->heads, self->layer, self->head);
  pel_transcript_refresh(self->transcript);
  show_facts(self);
}

void pel_window_attention_clear(PelWindow *self) {
  pel_heads_panel_set_overview(self->heads, NULL);
  pel_transcript_set_overview(self->transcript, NULL);
  pel_map_widget_set_trace(self->map, NULL, NULL);
  pel_inspector_set_trace(self->inspector, NULL, NULL);
  g_clear_pointer(&self->share_text, g_free);
}

/* ---- between the views ---- */

static void head_chosen(gpointer from, guint layer, guint head, PelWindow *self) {
  (void)from;
  choose_head(self, layer, head);
}

static void described(PelMapWidget *map, const char *sentence, PelWindow *self) {
  (void)map;
  gtk_label_set_text(self->readout, sentence);
}

static void locked(PelMapWidget *map, gboolean on, guint row, guint key, PelWindow *self) {
  const pel_overview *o = pel_window_overview(self);
  uint32_t at = 0;
  const float *weights = pel_map_widget_get_row(map, &at);
  if (!o) return;
  const pel_units *units = &o->units[pel_map_widget_get_look(map)->of.level];
  pel_transcript_set_row(self->transcript, weights, at, units);
  pel_transcript_mark(self->transcript, on, on ? pel_units_tokens(units, (pel_range){row, row + 1}) : (pel_range){0, 0},
                      on ? pel_units_tokens(units, (pel_range){key, key + 1}) : (pel_range){0, 0});
}

static void token_chosen(PelTranscript *transcript, guint token, PelWindow *self) {
  const pel_overview *o = pel_window_overview(self);
  (void)transcript;
  if (!o || token >= o->n_rows) return;
  uint32_t unit = pel_units_at(&o->units[pel_map_widget_get_look(self->map)->of.level], token);
  pel_map_widget_lock(self->map, true, unit, unit);
}

static void token_hovered(PelTranscript *transcript, guint token, PelWindow *self) {
  (void)transcript;
  pel_inspector_show_token(self->inspector, token);
}

static void token_said(PelInspector *inspector, const char *sentence, guint token, PelWindow *self) {
  (void)inspector;
  pel_transcript_say(self->transcript, sentence, token);
}

static void choice_changed(GObject *drop, GParamSpec *pspec, PelWindow *self) {
  (void)drop, (void)pspec;
  show_map(self);
}

static void scale_changed(GtkDropDown *drop, GParamSpec *pspec, PelWindow *self) {
  (void)pspec;
  if (!self->setting) pel_map_widget_set_scale(self->map, (pel_scale)gtk_drop_down_get_selected(drop));
}

static void sink_toggled(GtkToggleButton *button, PelWindow *self) {
  pel_map_widget_set_no_sink(self->map, gtk_toggle_button_get_active(button));
}

/* ---- the parts ---- */

static GtkWidget *named(GtkWidget *widget, const char *name) {
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return widget;
}

/* As wide for every choice, so that nothing beside it moves. */
static GtkWidget *choice(PelWindow *self, const char *name, const char *tip, const char *const *names, GCallback changed) {
  GtkWidget *drop = gtk_drop_down_new_from_strings(names);
  pel_words_name_drop_down(drop, name);
  int widest = 0, wide;
  for (guint i = 0; names[i]; i++) {
    GtkWidget *label = g_object_ref_sink(gtk_label_new(names[i]));
    gtk_widget_add_css_class(label, "heading"); /* as bold as a button's */
    gtk_widget_measure(label, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &wide, NULL, NULL);
    widest = MAX(widest, wide);
    g_object_unref(label);
  }
  gtk_widget_set_size_request(drop, widest + ARROW, -1);
  gtk_widget_set_tooltip_text(drop, tip);
  g_signal_connect(drop, "notify::selected", changed, self);
  return drop;
}

static GtkWidget *make_tools(PelWindow *self) {
  const char *const measures[] = {_("Weights"), _("Value-weighted"), NULL}, *const levels[] = {_("Tokens"), _("Words"), _("Sentences"), _("Segments"), NULL};
  const char *const scales[] = {_("Log scale"), _("Linear scale"), _("Row scale"), _("Rank scale"), NULL};
  GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  self->measure = choice(self, _("What is shown"), _("The weights, or each weight times the norm of its key's value: what the head really moves"), measures, G_CALLBACK(choice_changed));
  self->level = choice(self, _("Level"), _("What a row and a column stand for; sums are exact"), levels, G_CALLBACK(choice_changed));
  self->scale = choice(self, _("Scale of the weights"), _("How weights become colours"), scales, G_CALLBACK(scale_changed));
  self->sink = named(gtk_toggle_button_new_with_mnemonic(_("Hide _sink")), _("Hide the sink"));
  gtk_widget_set_tooltip_text(self->sink, _("Leave key 0 out of the picture: it often takes attention that has nowhere to go"));
  g_signal_connect(self->sink, "toggled", G_CALLBACK(sink_toggled), self);
  gtk_box_append(GTK_BOX(bar), self->measure);
  gtk_box_append(GTK_BOX(bar), self->level);
  gtk_box_append(GTK_BOX(bar), self->scale);
  gtk_box_append(GTK_BOX(bar), self->sink);
  gtk_widget_set_margin_start(bar, 8), gtk_widget_set_margin_end(bar, 8);
  gtk_widget_set_margin_top(bar, 6), gtk_widget_set_margin_bottom(bar, 2);
  return bar;
}

static GtkWidget *make_map_and_text(PelWindow *self) {
  GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_VERTICAL), *top = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->map = PEL_MAP_WIDGET(pel_map_widget_new());
  self->transcript = PEL_TRANSCRIPT(pel_transcript_new());
  gtk_widget_set_size_request(GTK_WIDGET(self->map), 320, 200);
  gtk_widget_set_size_request(GTK_WIDGET(self->transcript), -1, 110);
  gtk_widget_set_vexpand(GTK_WIDGET(self->map), TRUE);
  gtk_box_append(GTK_BOX(top), make_tools(self));
  gtk_box_append(GTK_BOX(top), GTK_WIDGET(self->map));
  gtk_paned_set_start_child(GTK_PANED(paned), top);
  gtk_paned_set_end_child(GTK_PANED(paned), GTK_WIDGET(self->transcript));
  gtk_paned_set_resize_end_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_position(GTK_PANED(paned), 530);
  g_signal_connect(self->map, "described", G_CALLBACK(described), self);
  g_signal_connect(self->map, "shared", G_CALLBACK(shared), self);
  g_signal_connect(self->map, "locked", G_CALLBACK(locked), self);
  g_signal_connect(self->transcript, "token", G_CALLBACK(token_chosen), self);
  g_signal_connect(self->transcript, "hovered", G_CALLBACK(token_hovered), self);
  return paned;
}

static GtkLabel *line(GtkWidget *bar, bool dim) {
  GtkWidget *label = gtk_label_new("");
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  if (dim) gtk_widget_add_css_class(label, "dim-label");
  gtk_box_append(GTK_BOX(bar), label);
  return GTK_LABEL(label);
}

static GtkWidget *make_readout(PelWindow *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2), *below = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 18);
  self->readout = line(box, false);
  gtk_label_set_selectable(self->readout, TRUE);
  gtk_box_append(GTK_BOX(box), below);
  self->share = line(below, true);
  self->facts = line(below, true);
  gtk_widget_set_hexpand(GTK_WIDGET(self->share), TRUE);
  gtk_widget_set_margin_start(box, 12), gtk_widget_set_margin_end(box, 12);
  gtk_widget_set_margin_top(box, 4), gtk_widget_set_margin_bottom(box, 4);
  return box;
}

static GtkWidget *make_body(PelWindow *self) {
  GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_HORIZONTAL), *right = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0), *middle;
  self->heads = PEL_HEADS_PANEL(pel_heads_panel_new());
  middle = make_map_and_text(self);
  self->inspector = PEL_INSPECTOR(pel_inspector_new(self->map));
  gtk_widget_set_hexpand(middle, TRUE);
  gtk_box_append(GTK_BOX(right), middle);
  gtk_box_append(GTK_BOX(right), gtk_separator_new(GTK_ORIENTATION_VERTICAL));
  gtk_box_append(GTK_BOX(right), GTK_WIDGET(self->inspector));
  gtk_paned_set_start_child(GTK_PANED(paned), GTK_WIDGET(self->heads));
  gtk_paned_set_end_child(GTK_PANED(paned), right);
  gtk_paned_set_resize_start_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_position(GTK_PANED(paned), 330);
  gtk_widget_set_vexpand(paned, TRUE);
  g_signal_connect(self->heads, "chosen", G_CALLBACK(head_chosen), self);
  g_signal_connect_swapped(self->heads, "filtered", G_CALLBACK(show_share), self);
  g_signal_connect(self->inspector, "token-said", G_CALLBACK(token_said), self);
  return paned;
}

GtkWidget *pel_window_make_attention(PelWindow *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(box), make_body(self));
  gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(box), make_readout(self));
  return box;
}

/* ---- actions ---- */

static void unlock_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  pel_map_widget_lock(PEL_WINDOW(widget)->map, false, 0, 0);
}

/* "win.step" (ii): so many heads on, so many layers on. */
static void step_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  uint32_t layer = self->layer, head = self->head;
  int heads, layers;
  (void)name;
  g_variant_get(parameter, "(ii)", &heads, &layers);
  if (pel_window_overview(self) && !pel_window_is_reasoning(self) && !pel_window_is_evidence(self) && pel_heads_panel_next(self->heads, heads, layers, &layer, &head)) choose_head(self, layer, head);
}

static void bind_step(GtkWidgetClass *widget, guint key, int heads, int layers) {
  gtk_widget_class_add_binding_action(widget, key, 0, "win.step", "(ii)", heads, layers);
}

void pel_window_attention_class(GtkWidgetClass *widget) {
  gtk_widget_class_install_action(widget, "win.unlock", NULL, unlock_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_Escape, 0, "win.unlock", NULL);
  gtk_widget_class_install_action(widget, "win.step", "(ii)", step_action);
  bind_step(widget, GDK_KEY_bracketleft, -1, 0), bind_step(widget, GDK_KEY_bracketright, 1, 0);
  bind_step(widget, GDK_KEY_braceleft, 0, -1), bind_step(widget, GDK_KEY_braceright, 0, 1);
}
