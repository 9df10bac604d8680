#include "ui/words.h"

#include <glib/gi18n.h>

char *pel_words_choice(const pel_map_choice *of) {
  if (of->average == PEL_AVERAGE_ALL) return g_strdup(_("Mean of all heads"));
  if (of->average == PEL_AVERAGE_LAYER) return g_strdup_printf(_("Layer %u, mean of its heads"), of->layer);
  return g_strdup_printf(_("Layer %u, head %u"), of->layer, of->head);
}

static void name_chosen(GtkDropDown *drop, GParamSpec *pspec, gpointer user) {
  GtkStringObject *chosen = gtk_drop_down_get_selected_item(drop);
  char *text = g_strdup_printf("%s: %s", (const char *)g_object_get_data(G_OBJECT(drop), "name"), chosen ? gtk_string_object_get_string(chosen) : "");
  GtkWidget *button = gtk_widget_get_first_child(GTK_WIDGET(drop));
  (void)pspec, (void)user;
  gtk_accessible_update_property(GTK_ACCESSIBLE(drop), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  if (button) gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_free(text);
}

void pel_words_name_drop_down(GtkWidget *drop, const char *name) {
  g_object_set_data_full(G_OBJECT(drop), "name", g_strdup(name), g_free);
  g_signal_connect(drop, "notify::selected", G_CALLBACK(name_chosen), NULL);
  name_chosen(GTK_DROP_DOWN(drop), NULL, NULL);
}

static void wrap_item(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user) {
  (void)factory, (void)user;
  GtkWidget *l = gtk_label_new("");
  gtk_label_set_xalign(GTK_LABEL(l), 0);
  gtk_label_set_ellipsize(GTK_LABEL(l), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child(item, l);
}

static void bind_item(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user) {
  (void)factory, (void)user;
  gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(item)), gtk_string_object_get_string(GTK_STRING_OBJECT(gtk_list_item_get_item(item))));
}

GtkWidget *pel_words_drop_down(const char *name) {
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  GtkWidget *drop = gtk_drop_down_new(NULL, NULL);
  g_signal_connect(factory, "setup", G_CALLBACK(wrap_item), NULL);
  g_signal_connect(factory, "bind", G_CALLBACK(bind_item), NULL);
  gtk_drop_down_set_factory(GTK_DROP_DOWN(drop), factory);
  g_object_unref(factory);
  pel_words_name_drop_down(drop, name);
  return drop;
}

const char *pel_words_signal(int signal) {
  static const char *const names[PEL_SIGNALS] = {N_("Log-probability"), N_("Entropy"), N_("Margin"), N_("Received attention"), N_("Weight on the sink")};
  return signal >= 0 && signal < PEL_SIGNALS ? _(names[signal]) : "?";
}

const char *pel_words_segment(pel_segment_kind kind) {
  switch (kind) {
    case PEL_SEGMENT_SYSTEM: return _("System");
    case PEL_SEGMENT_USER: return _("User");
    case PEL_SEGMENT_THINK: return _("Thinking");
    case PEL_SEGMENT_ANSWER: return _("Answer");
    case PEL_SEGMENT_TEMPLATE: return _("Template");
    default: return _("Text");
  }
}

char *pel_words_unit(const pel_overview *o, pel_level level, bool key, uint32_t unit) {
  static const char *const query_words[PEL_LEVELS] = {N_("query %u “%s”"), N_("query word %u “%s”"), N_("query sentence %u “%s”"), N_("query segment %u “%s”")};
  static const char *const key_words[PEL_LEVELS] = {N_("key %u “%s”"), N_("key word %u “%s”"), N_("key sentence %u “%s”"), N_("key segment %u “%s”")};
  char label[56]; /* it stands in the middle of a sentence */
  pel_label_quote(pel_labels_at(&o->labels[level], unit), label, sizeof label);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the table above holds them, and msgfmt checks the translations */
  return g_strdup_printf(_((key ? key_words : query_words)[level]), unit, label);
#pragma GCC diagnostic pop
}
