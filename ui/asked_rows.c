#include "ui/asked_rows.h"

#include <glib/gi18n.h>

#include "ui/term_entry.h"
#include "ui/words.h"

enum { SUBJECT, RELATION, OBJECT, DISEASE, ROWS };

struct pel_asked_rows {
  pel_case_form *form;
  GtkWidget *titles[ROWS], *controls[ROWS], *relation_fault, *relation;
  GtkStringList *relations; /* as they are shown, of the drop-down; NULL: none yet */
  GPtrArray *names;         /* and as the pack has them */
  void (*changed)(void *user);
  void *user;
  bool setting;
};

static PelTermEntry *end(pel_asked_rows *rows, int at) { return PEL_TERM_ENTRY(rows->controls[at]); }

/* ---- from the rows to the question ---- */

static void ask(pel_asked_rows *rows, int at, const char *key) {
  pel_form_asked a;
  pel_case_form_asked(rows->form, &a);
  int part = at == DISEASE ? PEL_PLACE_OBJECT : at;
  g_free(a.part[part]);
  a.part[part] = g_strdup(key);
  pel_case_form_ask(rows->form, &a);
  pel_form_asked_clear(&a);
  rows->setting = true;
  rows->changed(rows->user);
  rows->setting = false;
  pel_asked_rows_say(rows);
}

static int row_of(pel_asked_rows *rows, PelTermEntry *entry) {
  int at = 0;
  while (at < ROWS && rows->controls[at] != GTK_WIDGET(entry)) at++;
  return at;
}

static void picked(PelTermEntry *entry, const char *key, gboolean excluded, pel_asked_rows *rows) {
  (void)excluded;
  if (rows->form) ask(rows, row_of(rows, entry), key);
}

/* A key, a label that is one term's alone, or, until it is one of these, what the pack does not have. */
static void typed(PelTermEntry *entry, const char *text, pel_asked_rows *rows) {
  int at = row_of(rows, entry);
  if (!rows->form || rows->setting) return;
  guint term = pel_pack_terms_named(rows->form->terms, at == DISEASE ? PEL_TERMS_DISEASES : PEL_TERMS_ALL, text);
  char *plain = g_strstrip(g_strdup(text));
  ask(rows, at, term == PEL_NO_TERM_ROW ? plain : pel_pack_terms_get(rows->form->terms, term)->key);
  g_free(plain);
}

static void relation_changed(GtkDropDown *drop, GParamSpec *pspec, pel_asked_rows *rows) {
  guint at = gtk_drop_down_get_selected(drop);
  (void)pspec;
  if (!rows->setting && rows->form && at < rows->names->len) ask(rows, RELATION, g_ptr_array_index(rows->names, at));
}

/* ---- from the question to the rows ---- */

static void add_relation(pel_asked_rows *rows, const char *name) {
  char *words = g_strdelimit(g_strdup(name), "_", ' ');
  g_ptr_array_add(rows->names, g_strdup(name));
  gtk_string_list_append(rows->relations, words);
  g_free(words);
}

static void show_relation(pel_asked_rows *rows, const char *name) {
  guint at;
  if (!*name) return;
  if (!g_ptr_array_find_with_equal_func(rows->names, name, g_str_equal, &at)) {
    add_relation(rows, name);
    at = rows->names->len - 1;
  }
  gtk_drop_down_set_selected(GTK_DROP_DOWN(rows->relation), at);
}

void pel_asked_rows_refresh(pel_asked_rows *rows) {
  pel_form_asked a = {0};
  if (rows->setting) return; /* it was made of them */
  if (rows->form) pel_case_form_asked(rows->form, &a);
  bool link = rows->form && a.kind == PEL_ASKS_LINK, diagnosis = rows->form && a.kind == PEL_ASKS_DIAGNOSIS;
  rows->setting = true;
  for (int i = 0; i < ROWS; i++) gtk_widget_set_visible(rows->titles[i], i == DISEASE ? diagnosis : link), gtk_widget_set_visible(rows->controls[i], i == DISEASE ? diagnosis : link);
  if (link) {
    pel_term_entry_show(end(rows, SUBJECT), a.part[PEL_PLACE_SUBJECT]);
    pel_term_entry_show(end(rows, OBJECT), a.part[PEL_PLACE_OBJECT]);
    show_relation(rows, a.part[PEL_PLACE_RELATION]);
  }
  if (diagnosis) pel_term_entry_show(end(rows, DISEASE), a.part[PEL_PLACE_OBJECT]);
  rows->setting = false;
  pel_form_asked_clear(&a);
  pel_asked_rows_say(rows);
}

void pel_asked_rows_set_form(pel_asked_rows *rows, pel_case_form *form) {
  rows->form = NULL;
  g_ptr_array_set_size(rows->names, 0);
  rows->setting = true;
  rows->relations = form && form->links ? gtk_string_list_new(NULL) : NULL;
  for (size_t i = 0; rows->relations && i < form->relations.n; i++) add_relation(rows, form->relations.items[i].name);
  gtk_drop_down_set_model(GTK_DROP_DOWN(rows->relation), G_LIST_MODEL(rows->relations));
  if (rows->relations) g_object_unref(rows->relations);
  for (int i = 0; i < ROWS; i++)
    if (i != RELATION) pel_term_entry_set_terms(end(rows, i), form ? form->terms : NULL, i == DISEASE ? PEL_TERMS_DISEASES : PEL_TERMS_ALL);
  rows->setting = false;
  rows->form = form;
  pel_asked_rows_refresh(rows);
}

/* ---- what is wrong ---- */

static const char *fault_of(pel_asked_rows *rows, int at) {
  const char *fault = rows->form ? rows->form->graph_faults[at == DISEASE ? PEL_PLACE_OBJECT : at] : NULL;
  return fault ? _(fault) : "";
}

void pel_asked_rows_say(pel_asked_rows *rows) {
  for (int i = 0; i < ROWS; i++)
    if (i != RELATION) pel_term_entry_say(end(rows, i), fault_of(rows, i));
  gtk_label_set_text(GTK_LABEL(rows->relation_fault), fault_of(rows, RELATION));
  gtk_widget_set_visible(rows->relation_fault, *fault_of(rows, RELATION) != 0);
}

bool pel_asked_rows_focus_fault(pel_asked_rows *rows) {
  for (int i = 0; i < ROWS; i++) {
    if (!*fault_of(rows, i) || !gtk_widget_get_visible(rows->controls[i])) continue;
    if (i == RELATION) gtk_widget_grab_focus(rows->relation);
    else pel_term_entry_focus(end(rows, i));
    return true;
  }
  return false;
}

/* ---- the parts ---- */

static GtkWidget *make_end(pel_asked_rows *rows, const char *name, const char *hint) {
  GtkWidget *entry = pel_term_entry_new(name, hint, false);
  g_signal_connect(entry, "picked", G_CALLBACK(picked), rows);
  g_signal_connect(entry, "typed", G_CALLBACK(typed), rows);
  return entry;
}

static GtkWidget *make_relation(pel_asked_rows *rows) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  rows->relation = pel_words_drop_down(_("Relation"));
  rows->relation_fault = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(rows->relation_fault), 0);
  gtk_widget_add_css_class(rows->relation_fault, "error"), gtk_widget_add_css_class(rows->relation_fault, "caption");
  g_signal_connect(rows->relation, "notify::selected", G_CALLBACK(relation_changed), rows);
  gtk_box_append(GTK_BOX(box), rows->relation), gtk_box_append(GTK_BOX(box), rows->relation_fault);
  return box;
}

static void destroyed(gpointer data, GObject *grid) {
  pel_asked_rows *rows = data;
  (void)grid;
  g_ptr_array_unref(rows->names);
  g_free(rows);
}

pel_asked_rows *pel_asked_rows_new(GtkGrid *grid, int row, void (*call)(void *user), void *user) {
  const char *const names[ROWS] = {_("Subject"), _("Relation"), _("Object"), _("Disease")};
  pel_asked_rows *rows = g_new0(pel_asked_rows, 1);
  rows->changed = call, rows->user = user;
  rows->names = g_ptr_array_new_with_free_func(g_free);
  rows->controls[SUBJECT] = make_end(rows, names[SUBJECT], _("What is asked for; or search for a term"));
  rows->controls[RELATION] = make_relation(rows);
  rows->controls[OBJECT] = make_end(rows, names[OBJECT], _("What is asked for; or search for a term"));
  rows->controls[DISEASE] = make_end(rows, names[DISEASE], _("Any; or search for one that is to be examined"));
  for (int i = 0; i < ROWS; i++) {
    rows->titles[i] = gtk_label_new(names[i]);
    gtk_label_set_xalign(GTK_LABEL(rows->titles[i]), 1);
    gtk_widget_set_valign(rows->titles[i], GTK_ALIGN_START);
    gtk_widget_set_margin_top(rows->titles[i], 8);
    gtk_widget_add_css_class(rows->titles[i], "dim-label");
    gtk_widget_set_hexpand(rows->controls[i], TRUE);
    gtk_grid_attach(grid, rows->titles[i], 0, row + i, 1, 1);
    gtk_grid_attach(grid, rows->controls[i], 1, row + i, 1, 1);
  }
  g_object_weak_ref(G_OBJECT(grid), destroyed, rows);
  return rows;
}
