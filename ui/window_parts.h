/* Inside the window: what its files share. window.c puts the views together, window_attention.c carries the selection between the parts of the first,
 * window_views.c has the others, window_pages.c the pages besides a trace and the ways to open one, window_export.c what leaves the window,
 * window_record.c a recording, window_audit.c a case that is audited, window_contrast.c two reasonings side by side. */
#pragma once
#include "src/core/auditing.h"
#include "src/core/contrast.h"
#include "src/core/export_job.h"
#include "src/core/recording.h"
#include "src/core/viewing.h"
#include "ui/case_page.h"
#include "ui/evidence_page.h"
#include "ui/heads_panel.h"
#include "ui/inspector.h"
#include "ui/jobs.h"
#include "ui/map_widget.h"
#include "ui/reasoning_page.h"
#include "ui/transcript.h"
#include "ui/window.h"

typedef struct pel_window_case { /* window_audit.c */
  PelCasePage *page;
  pel_auditing *run; /* one at a time: of the form or of a what-if */
  pel_job_row *row;
  bool supposing;    /* the run is a what-if */
  bool secret;       /* its file is the user's alone, and goes away */
  bool busy;         /* a form is being made */
  guint trace;       /* at the start of the run: which trace was open */
  char *changes;     /* what a what-if supposes, in words */
  char *running, *saved; /* the case as it was given to the run, and as it was read or written last; NULL: never */
  char *private_path; /* of the trace that is shown, where nobody keeps it; or NULL */
} pel_window_case;

typedef struct pel_window_contrast { /* window_contrast.c */
  GtkWidget *bar, *said, *side, *again, *keep, *edit, *back;
  pel_viewing *other; /* what the open trace is beside; NULL: nothing */
  char *path;         /* of it */
  bool supposed;      /* a what-if, in a private file */
  bool in_b;          /* the other one is shown */
  pel_contrast *of;   /* NULL until the other one was read */
  char *changes;      /* what was supposed, in words */
  pel_case_form *form; /* of the open trace's case; or NULL */
  GtkWidget *dialog;   /* that shows it, while it is open */
} pel_window_contrast;

struct _PelWindow {
  AdwApplicationWindow parent;
  AdwWindowTitle *title;
  AdwToastOverlay *toasts;
  GtkStack *pages; /* "welcome", "loading", "error", "trace" */
  AdwStatusPage *error, *loading;
  GtkWidget *spinner, *recent, *trace_tools; /* tools: what needs a trace */
  GtkStack *views;          /* of a trace: "attention", "reasoning", "evidence" */
  GtkWidget *view_switcher; /* where there are both */
  GtkWidget *open_points;   /* a button with their number */
  guint menu_key;           /* what the export's menu was filled for; 0: attention */
  PelReasoningPage *reasoning;
  PelEvidencePage *evidence;
  PelHeadsPanel *heads;
  PelMapWidget *map;
  PelTranscript *transcript;
  PelInspector *inspector;
  PelJobs *jobs;
  GtkWidget *measure, *level, *scale, *sink;
  GtkLabel *readout, *share, *facts;
  char *share_text; /* of the map; the filter's words are added */
  pel_viewing *viewing;
  char *path;
  guint trace;          /* counts the traces that were closed: tells one from the next */
  uint32_t layer, head; /* place, as in PelHeadGrid */
  bool setting;         /* the controls, by program */
  GtkNativeDialog *dialog; /* while it is open */
  pel_window_case audit;
  pel_window_contrast contrast;
  pel_recording *recording;
  pel_job_row *recording_row;
};

/* The trace's overview; NULL: none is open, or it holds no run of a model. */
pel_overview *pel_window_overview(PelWindow *self);
void pel_window_close_trace(PelWindow *self);
/* `patient`: somebody is about to write the file. */
void pel_window_view(PelWindow *self, const char *path, bool patient);
/* In the header bar and, for the task bar and whoever cannot see the page, as the window's own title. */
void pel_window_set_titles(PelWindow *self, const char *what, const char *subtitle);
void pel_window_show_error(PelWindow *self, const char *text);
void pel_window_toast(PelWindow *self, const char *text);

/* window_attention.c */
GtkWidget *pel_window_make_attention(PelWindow *self);
void pel_window_attention_class(GtkWidgetClass *widget); /* its actions and keys, as in those below */
void pel_window_attention_show(PelWindow *self);         /* the run of a model that was opened */
void pel_window_attention_grow(PelWindow *self);         /* it has more tokens */
void pel_window_attention_refresh(PelWindow *self);      /* more is known of it */
void pel_window_attention_clear(PelWindow *self);

/* window_pages.c */
void pel_window_add_pages(PelWindow *self, GtkWidget *trace_page);
void pel_window_pages_class(GtkWidgetClass *widget);
void pel_window_remember(PelWindow *self);           /* the open trace, in the list of recent files */

/* window_views.c */
void pel_window_add_views(PelWindow *self, GtkWidget *attention);
void pel_window_add_view_tools(PelWindow *self, AdwHeaderBar *bar);
void pel_window_views_class(GtkWidgetClass *widget);
void pel_window_show_views(PelWindow *self);        /* of the trace that was opened */
void pel_window_clear_views(PelWindow *self);
bool pel_window_is_reasoning(const PelWindow *self); /* which view is shown */
bool pel_window_is_evidence(const PelWindow *self);

void pel_window_say_open(PelWindow *self);          /* open points of what is shown */
pel_reasoned *pel_window_reasoned(PelWindow *self);  /* the one that is shown, of two; or NULL */
const char *pel_window_shown_path(PelWindow *self); /* of its file */

/* window_audit.c */
#define PEL_RECENT_AUDITS "pellucid-audits" /* their group in the list of recent files */
void pel_window_add_case(PelWindow *self);
void pel_window_audit_class(GtkWidgetClass *widget);
void pel_window_audit_dispose(PelWindow *self);
void pel_window_audit_forget(PelWindow *self); /* the private file of the trace that is being closed */
/* Runs the form's case (or the what-if's) into `output`; private files are forgotten with what shows them. */
void pel_window_start_audit(PelWindow *self, pel_case_form *form, const char *json, const char *output, bool secret, bool supposing);
void pel_window_keep_out(const char *path); /* of the list of recent files, now and when somebody else puts it there */

/* window_contrast.c */
GtkWidget *pel_window_make_bar(PelWindow *self, GtkWidget *views);
void pel_window_contrast_class(GtkWidgetClass *widget);
void pel_window_contrast_dispose(PelWindow *self);
void pel_window_contrast_clear(PelWindow *self); /* the open trace alone is there */
/* `supposed`: what was, in words, of a what-if, whose private file is taken over; NULL: another trace. */
void pel_window_contrast_open(PelWindow *self, const char *path, const char *supposed);
void pel_window_contrast_failed(PelWindow *self, const char *error);             /* the audit of a what-if */
void pel_window_contrast_turn(PelWindow *self, gint64 node); /* to the other side; node: what is chosen there, or 0 */
void pel_window_drop_supposed(PelWindow *self); /* what was supposed of the open trace */
void pel_window_say_bar(PelWindow *self);

/* window_export.c */
pel_export_what pel_window_shown(PelWindow *self); /* what the view that is shown would export first */
GMenuModel *pel_window_export_menu(pel_export_what shown, const pel_reasoned *reasoned);
void pel_window_export_class(GtkWidgetClass *widget);

/* window_record.c */
void pel_window_record_class(GtkWidgetClass *widget);
void pel_window_record_dispose(PelWindow *self);
