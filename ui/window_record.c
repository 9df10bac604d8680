/* A recording started from the window: the engine runs in a thread, the window follows the file that it writes. */
#include <glib/gi18n.h>

#include "ui/record_dialog.h"
#include "ui/window_parts.h"

static char *progress_text(const pel_recording_state *s) {
  double speed, left;
  switch (s->phase) {
    case PEL_RECORDING_LOADING: return g_strdup_printf(_("loading the model: %.0f %%"), 100 * s->fraction);
    case PEL_RECORDING_PROMPT: return g_strdup_printf(_("prompt: %u of %u tokens"), s->n_prompt, s->plan.n_prompt);
    default: break;
  }
  uint32_t wanted = s->plan.n_context > s->plan.n_prompt ? s->plan.n_context - s->plan.n_prompt : 0;
  speed = s->seconds > 0.5 ? s->n_generated / s->seconds : 0;
  left = speed > 0 && wanted > s->n_generated ? (wanted - s->n_generated) / speed : 0;
  if (!(speed > 0)) return g_strdup_printf(_("%u of %u tokens generated"), s->n_generated, wanted);
  return g_strdup_printf(_("%u of %u tokens generated, %.1f a second, at most %.0f s left"), s->n_generated, wanted, speed, left);
}

static char *end_text(const pel_recording_state *s) {
  if (s->status == PEL_OK) return g_strdup_printf(_("Recorded: %u tokens of prompt, %u generated"), s->n_prompt, s->n_generated);
  if (s->status == PEL_ERR_CANCELLED) return g_strdup_printf(_("Stopped: %u tokens of prompt and %u generated are kept"), s->n_prompt, s->n_generated);
  return g_strdup_printf(_("Recording failed: %s"), s->error);
}

static void end(PelWindow *self, const pel_recording_state *s) {
  char *text = end_text(s);
  pel_window_toast(self, text);
  if (self->viewing) pel_viewing_expect_no_more(self->viewing);
  if (s->status != PEL_OK && self->viewing && !pel_window_overview(self)) {
    pel_window_close_trace(self); /* or its next look would say only that there is no file */
    pel_window_show_error(self, text);
  }
  g_free(text);
  g_clear_pointer(&self->recording_row, pel_jobs_end);
  g_clear_pointer(&self->recording, pel_recording_release);
}

static void changed(void *user) {
  PelWindow *self = user;
  pel_recording_state state;
  pel_recording_get(self->recording, &state);
  if (state.phase == PEL_RECORDING_ENDED) {
    end(self, &state);
    return;
  }
  char *text = progress_text(&state);
  pel_jobs_update(self->recording_row, state.fraction, text);
  g_free(text);
}

static void stop(void *user) { pel_recording_stop(((PelWindow *)user)->recording); }

static void start(PelRecordDialog *dialog, gpointer data, PelWindow *self) {
  const pel_recording_options *options = data;
  (void)dialog;
  char *name = g_filename_display_basename(options->output), *title = g_strdup_printf(_("Recording %s"), name);
  self->recording_row = pel_jobs_add(self->jobs, title, stop, self);
  self->recording = pel_recording_start(options, changed, self);
  pel_window_view(self, options->output, true);
  g_free(title);
  g_free(name);
}

static void record_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  PelWindow *self = PEL_WINDOW(widget);
  (void)name, (void)parameter;
  if (self->recording) {
    pel_window_toast(self, _("A recording is running. Stop it first, or wait for its end."));
    return;
  }
  GtkWidget *dialog = pel_record_dialog_new(GTK_WINDOW(self));
  g_signal_connect_object(dialog, "start", G_CALLBACK(start), self, 0);
  gtk_window_present(GTK_WINDOW(dialog));
}

static void stop_action(GtkWidget *widget, const char *name, GVariant *parameter) {
  (void)name, (void)parameter;
  if (PEL_WINDOW(widget)->recording) pel_recording_stop(PEL_WINDOW(widget)->recording);
}

void pel_window_record_class(GtkWidgetClass *widget) {
  gtk_widget_class_install_action(widget, "win.record", NULL, record_action);
  gtk_widget_class_install_action(widget, "win.stop", NULL, stop_action);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_r, GDK_CONTROL_MASK, "win.record", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_period, GDK_CONTROL_MASK, "win.stop", NULL);
}

/* What was recorded stays: the thread closes the trace, and the program waits for that before it ends. */
void pel_window_record_dispose(PelWindow *self) {
  g_clear_pointer(&self->recording, pel_recording_release);
  g_clear_pointer(&self->recording_row, pel_jobs_end);
}
