#include "ui/window.h"

#include <glib/gi18n.h>

#include "ui/head_grid.h"
#include "ui/window_parts.h"
#include "ui/words.h"

#define ARROW 42 /* px that a drop-down has around its text */

G_DEFINE_FINAL_TYPE(PelWindow, pel_window, ADW_TYPE_APPLICATION_WINDOW)

pel_overview *pel_window_overview(PelWindow *self) { return self->viewing ? pel_viewing_overview(self->viewing) : NULL; }

/* ---- what is said ---- */

void pel_window_set_titles(PelWindow *self, const char *what, const char *subtitle) {
  char *name = self->audit.private_path ? g_strdup(_("An audit that is not kept")) : g_path_get_basename(self->path), *shown = g_filename_display_name(name);
  char *title = g_strdup_printf("%s%s – Pellucid", shown, what);
  gtk_window_set_title(GTK_WINDOW(self), title);
  adw_window_title_set_title(self->title, shown);
  adw_window_title_set_subtitle(self->title, subtitle);
  g_free(name);
  g_free(shown);
  g_free(title);
}

void pel_window_show_error(PelWindow *self, const char *text) {
  char *safe = g_markup_escape_text(text, -1); /* the page's description is markup */
  gtk_spinner_stop(GTK_SPINNER(self->spinner));
  pel_window_set_titles(self, _(" can't be shown"), "");
  adw_status_page_set_description(self->error, safe);
  gtk_stack_set_visible_child_name(self->pages, "error");
  g_free(safe);
}

void pel_window_toast(PelWindow *self, const char *text) {
  char *safe = g_markup_escape_text(text, -1);
  AdwToast *toast = adw_toast_new(safe);
  adw_toast_set_timeout(toast, 8);
  adw_toast_overlay_add_toast(self->toasts, toast);
  g_free(safe);
}

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

void pel_window_close_trace(PelWindow *self) {
  pel_window_contrast_clear(self); /* shows the open trace alone, which is then taken away as well */
  pel_window_clear_views(self);
  pel_heads_panel_set_overview(self->heads, NULL);
  pel_transcript_set_overview(self->transcript, NULL);
  pel_map_widget_set_trace(self->map, NULL, NULL);
  pel_inspector_set_trace(self->inspector, NULL, NULL);
  pel_window_drop_supposed(self);
  g_clear_pointer(&self->viewing, pel_viewing_close);
  pel_window_audit_forget(self);
  g_clear_pointer(&self->share_text, g_free);
  gtk_widget_set_visible(self->trace_tools, FALSE);
}

/* What needs a run of a model. */
static void show_run(PelWindow *self, pel_overview *o) {
  pel_heads_panel_set_overview(self->heads, o);
  pel_transcript_set_overview(self->transcript, o);
  if (self->recording) pel_transcript_show_end(self->transcript);
  pel_map_widget_set_trace(self->map, pel_viewing_document(self->viewing), o);
  pel_inspector_set_trace(self->inspector, pel_viewing_document(self->viewing), o);
  show_facts(self);
  show_share(self);
  first_head(self);
}

static void opened(void *user) {
  PelWindow *self = user;
  pel_overview *o = pel_window_overview(self);
  gtk_spinner_stop(GTK_SPINNER(self->spinner));
  pel_window_set_titles(self, "", o ? o->model : pel_viewing_reasoned(self->viewing)->about);
  if (o) show_run(self, o);
  pel_window_show_views(self);
  gtk_widget_set_visible(self->trace_tools, TRUE);
  gtk_stack_set_visible_child_name(self->pages, "trace");
  pel_window_say_bar(self);
  pel_window_remember(self);
}

static void grew(void *user) {
  PelWindow *self = user;
  pel_overview *o = pel_window_overview(self);
  pel_heads_panel_set_overview(self->heads, o);
  pel_heads_panel_mark(self->heads, self->layer, self->head);
  pel_transcript_grow(self->transcript, o);
  pel_map_widget_grow(self->map, o);
  pel_inspector_set_trace(self->inspector, pel_viewing_document(self->viewing), o);
  show_facts(self);
}

static void more(void *user) {
  PelWindow *self = user;
  pel_heads_panel_set_overview(self->heads, pel_window_overview(self));
  pel_heads_panel_mark(self->heads, self->layer, self->head);
  pel_transcript_refresh(self->transcript);
  show_facts(self);
}

static void waiting(void *user) {
  PelWindow *self = user;
  adw_status_page_set_description(self->loading, _("The recording has begun. Its first tokens will show here."));
  pel_window_set_titles(self, _(" begins"), "");
}

static void failed(const char *text, void *user) { pel_window_show_error(user, text); }

void pel_window_view(PelWindow *self, const char *path, bool patient) {
  static const pel_viewing_events events = {waiting, opened, failed, grew, more};
  char *copy = g_strdup(path); /* may be self->path */
  pel_window_close_trace(self);
  g_free(self->path);
  self->path = copy;
  adw_status_page_set_description(self->loading, "");
  gtk_stack_set_visible_child_name(self->pages, "loading");
  gtk_spinner_start(GTK_SPINNER(self->spinner));
  self->viewing = pel_viewing_open(path, patient, &events, self);
}

void pel_window_open(PelWindow *self, const char *path) { pel_window_view(self, path, false); }

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

static void dark_changed(AdwStyleManager *manager, GParamSpec *pspec, PelWindow *self) {
  bool dark = adw_style_manager_get_dark(manager);
  (void)pspec;
  pel_heads_panel_set_dark(self->heads, dark);
  pel_map_widget_set_dark(self->map, dark);
  pel_transcript_set_dark(self->transcript, dark);
  pel_reasoning_page_set_dark(self->reasoning, dark);
  pel_evidence_page_set_dark(self->evidence, dark);
}

/* ---- actions ---- */

static void find_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (!g_strcmp0(gtk_stack_get_visible_child_name(PEL_WINDOW(widget)->pages), "case")) pel_case_page_find(PEL_WINDOW(widget)->audit.page);
  else if (pel_window_is_reasoning(PEL_WINDOW(widget))) pel_reasoning_page_find(PEL_WINDOW(widget)->reasoning);
  else if (!pel_window_is_evidence(PEL_WINDOW(widget)) && pel_window_overview(PEL_WINDOW(widget))) pel_transcript_find(PEL_WINDOW(widget)->transcript);
}

static void toggle(GtkWidget *part) { gtk_widget_set_visible(part, !gtk_widget_get_visible(part)); }

static void heads_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (pel_window_is_reasoning(PEL_WINDOW(widget))) pel_reasoning_page_toggle_text(PEL_WINDOW(widget)->reasoning);
  else if (!pel_window_is_evidence(PEL_WINDOW(widget))) toggle(GTK_WIDGET(PEL_WINDOW(widget)->heads));
}

static void inspector_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (pel_window_is_reasoning(PEL_WINDOW(widget))) pel_reasoning_page_toggle_inspector(PEL_WINDOW(widget)->reasoning);
  else if (pel_window_is_evidence(PEL_WINDOW(widget))) pel_evidence_page_toggle_side(PEL_WINDOW(widget)->evidence);
  else toggle(GTK_WIDGET(PEL_WINDOW(widget)->inspector));
}

static void unlock_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  pel_map_widget_lock(PEL_WINDOW(widget)->map, false, 0, 0);
}

static void map_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  PelWindow *self = PEL_WINDOW(widget);
  GtkWidget *main = GTK_WIDGET(self->map);
  if (pel_window_is_reasoning(self)) main = GTK_WIDGET(pel_reasoning_page_get_canvas(self->reasoning));
  else if (pel_window_is_evidence(self)) main = pel_evidence_page_get_view(self->evidence);
  gtk_widget_grab_focus(main);
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

/* ---- the parts ---- */

static GtkWidget *named(GtkWidget *widget, const char *name) {
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return widget;
}

static GtkWidget *menu_button(const char *icon, const char *name, GMenuModel *menu) {
  GtkWidget *button = named(gtk_menu_button_new(), name);
  gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(button), icon);
  gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(button), menu);
  gtk_widget_set_tooltip_text(button, name);
  g_object_unref(menu);
  return button;
}

static GMenuModel *main_menu(void) {
  GMenu *menu = g_menu_new();
  g_menu_append(menu, _("Recent traces and the demo"), "win.welcome");
  g_menu_append(menu, _("Audit a case…"), "win.audit");
  g_menu_append(menu, _("Compare with…"), "win.compare");
  g_menu_append(menu, _("What if…"), "win.what-if");
  g_menu_append(menu, _("Remember audits among recent files"), "win.remember-audits");
  g_menu_append(menu, _("Show or hide the left side"), "win.heads");
  g_menu_append(menu, _("Show or hide the inspector"), "win.inspector");
  g_menu_append(menu, _("Keyboard shortcuts"), "win.show-help-overlay");
  g_menu_append(menu, _("About Pellucid"), "app.about");
  return G_MENU_MODEL(menu);
}

static GtkWidget *action_button(const char *label, const char *name, const char *action) {
  GtkWidget *button = named(gtk_button_new_with_mnemonic(label), name);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  return button;
}

static GtkWidget *make_header(PelWindow *self) {
  GtkWidget *bar = adw_header_bar_new();
  self->title = ADW_WINDOW_TITLE(adw_window_title_new("Pellucid", ""));
  self->jobs = PEL_JOBS(pel_jobs_new());
  self->trace_tools = menu_button("document-save-symbolic", _("Export"), pel_window_export_menu(PEL_EXPORT_ATTENTION));
  gtk_widget_set_visible(self->trace_tools, FALSE);
  adw_header_bar_set_title_widget(ADW_HEADER_BAR(bar), GTK_WIDGET(self->title));
  adw_header_bar_pack_start(ADW_HEADER_BAR(bar), action_button(_("_Open"), _("Open a trace"), "win.open"));
  adw_header_bar_pack_start(ADW_HEADER_BAR(bar), action_button(_("_Record"), _("Record a model"), "win.record"));
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), menu_button("open-menu-symbolic", _("Menu"), main_menu()));
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), self->trace_tools);
  adw_header_bar_pack_end(ADW_HEADER_BAR(bar), GTK_WIDGET(self->jobs));
  pel_window_add_view_tools(self, ADW_HEADER_BAR(bar));
  return bar;
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

static GtkWidget *make_trace(PelWindow *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(box), make_body(self));
  gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(box), make_readout(self));
  return box;
}

/* ---- object ---- */

static void dispose(GObject *object) {
  PelWindow *self = PEL_WINDOW(object);
  pel_window_record_dispose(self);
  pel_window_audit_dispose(self);
  if (self->viewing) pel_window_close_trace(self);
  if (self->views) g_signal_handlers_disconnect_by_data(self->views, self);
  self->views = NULL;
  pel_window_contrast_dispose(self);
  if (self->dialog) gtk_native_dialog_destroy(self->dialog);
  g_clear_object(&self->dialog);
  g_clear_pointer(&self->path, g_free);
  g_signal_handlers_disconnect_by_data(adw_style_manager_get_default(), self);
  G_OBJECT_CLASS(pel_window_parent_class)->dispose(object);
}

static void bind_step(GtkWidgetClass *widget, guint key, int heads, int layers) {
  gtk_widget_class_add_binding_action(widget, key, 0, "win.step", "(ii)", heads, layers);
}

static void pel_window_class_init(PelWindowClass *class) {
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
  G_OBJECT_CLASS(class)->dispose = dispose;
  gtk_widget_class_install_action(widget, "win.find", NULL, find_action);
  gtk_widget_class_install_action(widget, "win.heads", NULL, heads_action);
  gtk_widget_class_install_action(widget, "win.inspector", NULL, inspector_action);
  gtk_widget_class_install_action(widget, "win.map", NULL, map_action);
  gtk_widget_class_install_action(widget, "win.unlock", NULL, unlock_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_Escape, 0, "win.unlock", NULL);
  gtk_widget_class_install_action(widget, "win.step", "(ii)", step_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_f, GDK_CONTROL_MASK, "win.find", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_F9, 0, "win.heads", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_F9, GDK_SHIFT_MASK, "win.inspector", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_question, 0, "win.show-help-overlay", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_question, GDK_SHIFT_MASK, "win.show-help-overlay", NULL);
  bind_step(widget, GDK_KEY_bracketleft, -1, 0), bind_step(widget, GDK_KEY_bracketright, 1, 0);
  bind_step(widget, GDK_KEY_braceleft, 0, -1), bind_step(widget, GDK_KEY_braceright, 0, 1);
  pel_window_pages_class(widget);
  pel_window_views_class(widget);
  pel_window_export_class(widget);
  pel_window_record_class(widget);
  pel_window_audit_class(widget);
  pel_window_contrast_class(widget);
}

/* Before the panes get it, which have F6 for a walk of their own. */
static void add_map_key(PelWindow *self) {
  GtkEventController *keys = gtk_shortcut_controller_new();
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys), gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_F6, 0), gtk_named_action_new("win.map")));
  gtk_widget_add_controller(GTK_WIDGET(self), keys);
}

static void pel_window_init(PelWindow *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_window_set_default_size(GTK_WINDOW(self), 1280, 800);
  gtk_window_set_title(GTK_WINDOW(self), "Pellucid");
  self->pages = GTK_STACK(gtk_stack_new());
  self->toasts = ADW_TOAST_OVERLAY(adw_toast_overlay_new());
  gtk_box_append(GTK_BOX(box), make_header(self));
  gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->toasts));
  adw_toast_overlay_set_child(self->toasts, GTK_WIDGET(self->pages));
  gtk_widget_set_vexpand(GTK_WIDGET(self->toasts), TRUE);
  pel_window_add_views(self, make_trace(self));
  pel_window_add_pages(self, pel_window_make_bar(self, GTK_WIDGET(self->views)));
  pel_window_add_case(self);
  adw_application_window_set_content(ADW_APPLICATION_WINDOW(self), box);
  add_map_key(self);
  AdwStyleManager *style = adw_style_manager_get_default();
  g_signal_connect(style, "notify::dark", G_CALLBACK(dark_changed), self);
  dark_changed(style, NULL, self);
}

GtkWidget *pel_window_new(AdwApplication *application) { return g_object_new(PEL_TYPE_WINDOW, "application", application, NULL); }
