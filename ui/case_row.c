#include "ui/case_row.h"

#include <glib/gi18n.h>

#include "ui/case_words.h"
#include "ui/words.h"

#define UNIT_WIDTH 104 /* px: whatever the unit, the numbers stand one below the other */

enum { ANSWERS = 4 }; /* of a yes or no, in the order of the buttons; a finding of the form is taken away instead of not being said */
static const pel_answer answers[ANSWERS] = {PEL_SAID_YES, PEL_SAID_NO, PEL_SAID_UNKNOWN, PEL_NOT_SAID};

struct pel_case_row {
  pel_case_form *form;
  pel_form_field *field;
  bool compare, setting;
  int n_answers;
  pel_case_row_events events;
  void *user;
  GtkWidget *box, *title, *fault, *recorded, *details, *focus;
  GtkWidget *buttons[ANSWERS]; /* of a yes or no */
  GtkWidget *fold;             /* of a finding of the form */
  GtkWidget *entry, *unknown, *choice, *unit;
  GtkStringList *units;
  GPtrArray *blanks; /* entries of a pattern's variables */
};

GtkWidget *pel_case_row_widget(pel_case_row *row) { return row->box; }
const pel_form_field *pel_case_row_field(const pel_case_row *row) { return row->field; }
void pel_case_row_focus(pel_case_row *row) { gtk_widget_grab_focus(row->focus); }

static guint index_of(pel_case_row *row) { return pel_case_form_index(row->form, row->field); }

static GtkWidget *named(GtkWidget *widget, const char *name) {
  gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return widget;
}

static GtkWidget *small_label(const char *style) {
  GtkWidget *label = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class(label, "caption"), gtk_widget_add_css_class(label, style);
  gtk_widget_set_visible(label, FALSE);
  return label;
}

/* ---- what is said below ---- */

void pel_case_row_say(pel_case_row *row, const char *fault) {
  gtk_label_set_text(GTK_LABEL(row->fault), fault);
  gtk_widget_set_visible(row->fault, *fault != 0);
}

void pel_case_row_refresh(pel_case_row *row) {
  const pel_form_field *f = row->field;
  bool changed = row->compare && pel_form_field_changed(f);
  char *was = row->compare ? pel_case_words_answer(f, &f->was) : NULL, *text = was ? g_strdup_printf(changed ? _("Changed; recorded: %s") : _("Recorded: %s"), was) : NULL;
  pel_case_row_say(row, f->fault ? _(f->fault) : "");
  gtk_label_set_text(GTK_LABEL(row->recorded), text ? text : "");
  gtk_widget_set_visible(row->recorded, text != NULL);
  (changed ? gtk_widget_add_css_class : gtk_widget_remove_css_class)(row->title, "heading");
  if (row->details) gtk_widget_set_visible(row->details, row->fold ? gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(row->fold)) : f->now.is != PEL_NOT_SAID);
  g_free(text), g_free(was);
}

static void changed(pel_case_row *row) {
  pel_case_row_refresh(row);
  row->events.changed(row->field, row->user);
}

/* What was typed is looked at when the hand leaves it. */
static void left(GtkEventControllerFocus *c, pel_case_row *row) {
  (void)c;
  if (index_of(row) == G_MAXUINT) return;
  pel_case_form_check(row->form);
  pel_case_row_refresh(row);
}

static void check_on_leaving(GtkWidget *widget, pel_case_row *row) {
  GtkEventController *c = gtk_event_controller_focus_new();
  g_signal_connect(c, "leave", G_CALLBACK(left), row);
  gtk_widget_add_controller(widget, c);
}

/* ---- yes or no: one stop of the Tab key, arrows and letters within ---- */

static void toggled(GtkToggleButton *button, pel_case_row *row) {
  int at = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "at"));
  bool on = gtk_toggle_button_get_active(button);
  gtk_widget_set_focusable(GTK_WIDGET(button), on);
  if (!on) return;
  row->focus = GTK_WIDGET(button);
  if (row->setting) return;
  pel_case_form_answer(row->form, index_of(row), answers[at], NULL);
  changed(row);
}

static void press(pel_case_row *row, int at) {
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(row->buttons[at]), TRUE);
  gtk_widget_grab_focus(row->buttons[at]);
}

static void take_away(pel_case_row *row) {
  pel_case_form_answer(row->form, index_of(row), PEL_NOT_SAID, NULL);
  changed(row);
}

static gboolean answer_key(GtkEventControllerKey *c, guint key, guint code, GdkModifierType state, pel_case_row *row) {
  int at = 0;
  (void)c, (void)code;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) return FALSE;
  while (at < row->n_answers - 1 && !gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(row->buttons[at]))) at++;
  switch (key) {
    case GDK_KEY_Left: press(row, at ? at - 1 : row->n_answers - 1); return TRUE;
    case GDK_KEY_Right: press(row, (at + 1) % row->n_answers); return TRUE;
    case GDK_KEY_y: press(row, 0); return TRUE;
    case GDK_KEY_n: press(row, 1); return TRUE;
    case GDK_KEY_u: press(row, 2); return TRUE;
    case GDK_KEY_Delete:
    case GDK_KEY_BackSpace:
      if (row->n_answers < ANSWERS) take_away(row);
      else press(row, ANSWERS - 1);
      return TRUE;
    default: return FALSE;
  }
}

static GtkWidget *make_yes_no(pel_case_row *row) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  GtkEventController *keys = gtk_event_controller_key_new();
  gtk_widget_add_css_class(box, "linked");
  row->setting = true;
  for (int i = 0; i < row->n_answers; i++) {
    const char *word = pel_case_words_said(row->field, answers[i]);
    char *label = g_strdup(word), *heard = g_strdup_printf(_("%s %s"), row->field->label, word);
    row->buttons[i] = named(gtk_toggle_button_new_with_label(label), heard);
    g_object_set_data(G_OBJECT(row->buttons[i]), "at", GINT_TO_POINTER(i));
    gtk_widget_set_focusable(row->buttons[i], FALSE);
    if (i) gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(row->buttons[i]), GTK_TOGGLE_BUTTON(row->buttons[0]));
    g_signal_connect(row->buttons[i], "toggled", G_CALLBACK(toggled), row);
    gtk_box_append(GTK_BOX(box), row->buttons[i]);
    g_free(label), g_free(heard);
  }
  for (int i = 0; i < row->n_answers; i++)
    if (answers[i] == row->field->now.is) gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(row->buttons[i]), TRUE);
  row->setting = false;
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect(keys, "key-pressed", G_CALLBACK(answer_key), row);
  gtk_widget_add_controller(box, keys);
  return box;
}

/* ---- a finding: it can be taken away, and what else is said of it is folded up ---- */

static GtkWidget *tool(const char *icon, const char *name, const pel_case_row *row, bool toggles) {
  char *heard = g_strdup_printf(_("%s: %s"), name, row->field->label);
  GtkWidget *button = toggles ? gtk_toggle_button_new() : gtk_button_new();
  gtk_button_set_icon_name(GTK_BUTTON(button), icon);
  gtk_widget_set_tooltip_text(button, name);
  gtk_widget_add_css_class(button, "flat");
  named(button, heard);
  g_free(heard);
  return button;
}

static void unfolded(GtkToggleButton *button, pel_case_row *row) { gtk_widget_set_visible(row->details, gtk_toggle_button_get_active(button)); }

static GtkWidget *make_finding(pel_case_row *row) {
  const pel_form_field *f = row->field;
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6), *remove = tool("user-trash-symbolic", _("Remove"), row, false);
  bool more = *f->now.date || *f->document || (*f->case_says && g_strcmp0(f->case_says, f->label));
  row->fold = tool("view-more-horizontal-symbolic", _("Further details"), row, true);
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(row->fold), more);
  g_signal_connect(row->fold, "toggled", G_CALLBACK(unfolded), row);
  g_signal_connect_swapped(remove, "clicked", G_CALLBACK(take_away), row);
  gtk_box_append(GTK_BOX(box), make_yes_no(row)), gtk_box_append(GTK_BOX(box), row->fold), gtk_box_append(GTK_BOX(box), remove);
  return box;
}

/* ---- a number, a date, a text ---- */

static void value_changed(GtkWidget *widget, pel_case_row *row) {
  (void)widget;
  if (row->setting) return;
  const char *text = gtk_editable_get_text(GTK_EDITABLE(row->entry));
  bool unknown = gtk_check_button_get_active(GTK_CHECK_BUTTON(row->unknown));
  char *value = g_strstrip(g_strdup(text));
  gtk_widget_set_sensitive(row->entry, !unknown);
  pel_case_form_answer(row->form, index_of(row), unknown ? PEL_SAID_UNKNOWN : *value ? PEL_SAID_VALUE : PEL_NOT_SAID, value);
  changed(row);
  g_free(value);
}

static void unit_changed(GtkDropDown *drop, GParamSpec *pspec, pel_case_row *row) {
  guint at = gtk_drop_down_get_selected(drop);
  (void)pspec;
  if (row->setting || at == GTK_INVALID_LIST_POSITION) return;
  pel_case_form_set_unit(row->form, index_of(row), gtk_string_list_get_string(row->units, at));
  pel_case_form_check(row->form);
  changed(row);
}

static guint place_of(GtkStringList *list, const char *text) {
  for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(list)); i++)
    if (!g_strcmp0(gtk_string_list_get_string(list, i), text)) return i;
  return GTK_INVALID_LIST_POSITION;
}

/* The pack's own unit first, then what converts to it, then what the case has. */
static GtkWidget *make_unit(pel_case_row *row) {
  const pel_form_field *f = row->field;
  char *name = g_strdup_printf(_("Unit: %s"), f->label);
  const char *like;
  row->units = gtk_string_list_new(NULL);
  gtk_string_list_append(row->units, f->unit);
  for (size_t i = 0; *f->unit && (like = pel_case_unit_like(f->unit, i)); i++)
    if (g_strcmp0(like, f->unit)) gtk_string_list_append(row->units, like);
  if (place_of(row->units, f->now.unit) == GTK_INVALID_LIST_POSITION) gtk_string_list_append(row->units, f->now.unit);
  row->unit = gtk_drop_down_new(G_LIST_MODEL(row->units), NULL);
  gtk_widget_set_size_request(row->unit, UNIT_WIDTH, -1);
  gtk_drop_down_set_selected(GTK_DROP_DOWN(row->unit), place_of(row->units, f->now.unit));
  pel_words_name_drop_down(row->unit, name);
  g_signal_connect(row->unit, "notify::selected", G_CALLBACK(unit_changed), row);
  g_free(name);
  if (g_list_model_get_n_items(G_LIST_MODEL(row->units)) > 1) return row->unit;
  GtkWidget *label = gtk_label_new(f->unit); /* there is nothing to choose */
  g_object_unref(g_object_ref_sink(row->unit));
  row->unit = NULL, row->units = NULL;
  gtk_widget_add_css_class(label, "dim-label");
  gtk_widget_set_size_request(label, UNIT_WIDTH, -1);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  return label;
}

static GtkWidget *make_value(pel_case_row *row) {
  const pel_form_field *f = row->field;
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  char *heard = g_strdup_printf(_("%s It is unknown"), f->label);
  row->entry = row->focus = named(gtk_entry_new(), f->label);
  row->unknown = named(gtk_check_button_new_with_label(_("Unknown")), heard);
  gtk_editable_set_width_chars(GTK_EDITABLE(row->entry), f->form == PEL_FACT_CHOICE ? 22 : 11);
  gtk_editable_set_max_width_chars(GTK_EDITABLE(row->entry), f->form == PEL_FACT_CHOICE ? 22 : 11);
  if (f->form == PEL_FACT_DATE) gtk_entry_set_placeholder_text(GTK_ENTRY(row->entry), "2016-12-31");
  if (f->form == PEL_FACT_QUANTITY) { /* "0..300", as a pack has it */
    char **ends = g_strsplit(f->allowed, "..", 2), *range = *f->allowed ? g_strjoinv("–", ends) : g_strdup(_("number"));
    gtk_entry_set_placeholder_text(GTK_ENTRY(row->entry), range);
    g_strfreev(ends), g_free(range);
  }
  gtk_editable_set_text(GTK_EDITABLE(row->entry), f->now.value);
  gtk_check_button_set_active(GTK_CHECK_BUTTON(row->unknown), f->now.is == PEL_SAID_UNKNOWN);
  gtk_widget_set_sensitive(row->entry, f->now.is != PEL_SAID_UNKNOWN);
  g_signal_connect(row->entry, "changed", G_CALLBACK(value_changed), row);
  g_signal_connect(row->unknown, "toggled", G_CALLBACK(value_changed), row);
  check_on_leaving(row->entry, row);
  gtk_box_append(GTK_BOX(box), row->entry);
  if (f->form == PEL_FACT_QUANTITY) gtk_box_append(GTK_BOX(box), make_unit(row));
  gtk_box_append(GTK_BOX(box), row->unknown);
  g_free(heard);
  return box;
}

/* ---- a choice ---- */

static void choice_changed(GtkDropDown *drop, GParamSpec *pspec, pel_case_row *row) {
  guint at = gtk_drop_down_get_selected(drop), n = g_strv_length(row->field->choices);
  (void)pspec;
  if (row->setting || at == GTK_INVALID_LIST_POSITION || at >= n + 2) return;
  pel_case_form_answer(row->form, index_of(row), at == 0 ? PEL_NOT_SAID : at == 1 ? PEL_SAID_UNKNOWN : PEL_SAID_VALUE, at > 1 ? row->field->choices[at - 2] : "");
  changed(row);
}

static GtkWidget *make_choice(pel_case_row *row) {
  const pel_form_field *f = row->field;
  GtkStringList *list = gtk_string_list_new((const char *const[]){_("Not said"), _("Unknown"), NULL});
  guint at = f->now.is == PEL_SAID_UNKNOWN ? 1 : 0;
  for (guint i = 0; f->choices[i]; i++) {
    gtk_string_list_append(list, f->choice_words[i]);
    if (f->now.is == PEL_SAID_VALUE && !g_strcmp0(f->choices[i], f->now.value)) at = i + 2;
  }
  if (f->now.is == PEL_SAID_VALUE && !at) gtk_string_list_append(list, f->now.value), at = g_list_model_get_n_items(G_LIST_MODEL(list)) - 1;
  row->choice = row->focus = gtk_drop_down_new(G_LIST_MODEL(list), NULL);
  gtk_drop_down_set_selected(GTK_DROP_DOWN(row->choice), at);
  pel_words_name_drop_down(row->choice, f->label);
  g_signal_connect(row->choice, "notify::selected", G_CALLBACK(choice_changed), row);
  return row->choice;
}

/* ---- a pattern: blanks to fill in ---- */

static void fill(GtkWidget *widget, pel_case_row *row) {
  GPtrArray *values = g_ptr_array_new();
  (void)widget;
  for (guint i = 0; i < row->blanks->len; i++) g_ptr_array_add(values, (gpointer)gtk_editable_get_text(GTK_EDITABLE(g_ptr_array_index(row->blanks, i))));
  g_ptr_array_add(values, NULL);
  row->events.filled(row->field, (const char *const *)values->pdata, row->user);
  g_ptr_array_unref(values);
}

static GtkWidget *make_pattern(pel_case_row *row) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6), *add = gtk_button_new_with_label(_("Add"));
  char *heard = g_strdup_printf(_("Add: %s"), row->field->label);
  row->blanks = g_ptr_array_new();
  for (char **v = row->field->variables; *v; v++) {
    char *name = g_strdelimit(g_strdup(*v), "_", ' '), *of = g_strdup_printf("%s: %s", name, row->field->label);
    GtkWidget *entry = named(gtk_entry_new(), of);
    gtk_entry_set_placeholder_text(GTK_ENTRY(entry), name);
    gtk_editable_set_width_chars(GTK_EDITABLE(entry), 8), gtk_editable_set_max_width_chars(GTK_EDITABLE(entry), 14);
    g_signal_connect(entry, "activate", G_CALLBACK(fill), row);
    g_ptr_array_add(row->blanks, entry);
    gtk_box_append(GTK_BOX(box), entry);
    g_free(name), g_free(of);
  }
  g_signal_connect(named(add, heard), "clicked", G_CALLBACK(fill), row);
  gtk_box_append(GTK_BOX(box), add);
  row->focus = g_ptr_array_index(row->blanks, 0);
  g_free(heard);
  return box;
}

/* ---- who says so, and of which day ---- */

static void by_changed(GtkEditable *entry, pel_case_row *row) { pel_case_form_set_by(row->form, index_of(row), gtk_editable_get_text(entry)); }

static void date_changed(GtkEditable *entry, pel_case_row *row) {
  pel_case_form_set_date(row->form, index_of(row), gtk_editable_get_text(entry));
  changed(row);
}

static void document_changed(GtkEditable *entry, pel_case_row *row) {
  pel_case_form_set_document(row->form, index_of(row), gtk_editable_get_text(entry));
  changed(row);
}

static void says_changed(GtkEditable *entry, pel_case_row *row) {
  pel_case_form_set_says(row->form, index_of(row), gtk_editable_get_text(entry));
  changed(row);
}

static GtkWidget *detail(pel_case_row *row, const char *name, const char *text, int wide, GCallback call) {
  char *heard = g_strdup_printf("%s: %s", name, row->field->label);
  GtkWidget *entry = named(gtk_entry_new(), heard);
  GtkWidget *label = gtk_label_new(name);
  gtk_widget_add_css_class(label, "dim-label"), gtk_widget_add_css_class(label, "caption");
  gtk_editable_set_text(GTK_EDITABLE(entry), text);
  gtk_editable_set_width_chars(GTK_EDITABLE(entry), wide), gtk_editable_set_max_width_chars(GTK_EDITABLE(entry), wide);
  gtk_widget_add_css_class(entry, "caption");
  g_signal_connect(entry, "changed", call, row);
  gtk_box_append(GTK_BOX(row->details), label), gtk_box_append(GTK_BOX(row->details), entry);
  g_free(heard);
  return entry;
}

static void make_details(pel_case_row *row) {
  row->details = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_halign(row->details, GTK_ALIGN_END);
  if (row->field->form == PEL_FACT_TERM) check_on_leaving(detail(row, _("On which day"), row->field->now.date, 11, G_CALLBACK(date_changed)), row);
  detail(row, _("Who says so"), row->field->now.by, row->fold ? 14 : 24, G_CALLBACK(by_changed));
  if (row->fold) {
    detail(row, _("Document"), row->field->document, 16, G_CALLBACK(document_changed));
    detail(row, _("In words"), row->field->case_says, 20, G_CALLBACK(says_changed));
  }
  gtk_box_append(GTK_BOX(row->box), row->details);
}

/* ---- the row ---- */

static void destroyed(gpointer data, GObject *where) {
  pel_case_row *row = data;
  (void)where;
  g_clear_pointer(&row->blanks, g_ptr_array_unref);
  g_free(row);
}

static GtkWidget *make_control(pel_case_row *row) {
  if (row->field->variables) return make_pattern(row);
  if (row->n_answers < ANSWERS) return make_finding(row);
  if (row->field->type == PEL_TERM_YESNO) return make_yes_no(row);
  return row->field->choices ? make_choice(row) : make_value(row);
}

/* A finding with the term that it is. */
static GtkWidget *with_key(pel_case_row *row) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *key = small_label("dim-label");
  gtk_label_set_text(GTK_LABEL(key), row->field->key);
  gtk_widget_set_visible(key, TRUE);
  gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(box), row->title), gtk_box_append(GTK_BOX(box), key);
  return box;
}

pel_case_row *pel_case_row_new(pel_case_form *form, pel_form_field *field, bool compare, const pel_case_row_events *events, void *user) {
  pel_case_row *row = g_new0(pel_case_row, 1);
  GtkWidget *top = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12), *control;
  *row = (pel_case_row){.form = form, .field = field, .compare = compare && !field->variables, .n_answers = field->key && !compare ? ANSWERS - 1 : ANSWERS, .events = *events, .user = user};
  row->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  row->title = gtk_label_new(field->label);
  gtk_label_set_xalign(GTK_LABEL(row->title), 0);
  gtk_label_set_wrap(GTK_LABEL(row->title), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(row->title), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand(row->title, TRUE);
  control = make_control(row);
  gtk_widget_set_valign(control, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(top), field->key ? with_key(row) : row->title), gtk_box_append(GTK_BOX(top), control);
  gtk_box_append(GTK_BOX(row->box), top);
  row->fault = small_label("error");
  gtk_label_set_xalign(GTK_LABEL(row->fault), 1); /* below what it is about */
  row->recorded = small_label("dim-label");
  gtk_box_append(GTK_BOX(row->box), row->fault), gtk_box_append(GTK_BOX(row->box), row->recorded);
  if (!field->variables && !compare) make_details(row);
  gtk_widget_set_margin_start(row->box, 12), gtk_widget_set_margin_end(row->box, 12);
  gtk_widget_set_margin_top(row->box, 8), gtk_widget_set_margin_bottom(row->box, 8);
  g_object_weak_ref(G_OBJECT(row->box), destroyed, row);
  pel_case_row_refresh(row);
  return row;
}
