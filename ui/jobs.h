/* What is going on in the background: a button in the header bar with a list of jobs, each with its progress and a way to stop
 * it. Hidden while there is none. */
#pragma once
#include <gtk/gtk.h>

#define PEL_TYPE_JOBS (pel_jobs_get_type())
G_DECLARE_FINAL_TYPE(PelJobs, pel_jobs, PEL, JOBS, GtkWidget)

typedef struct pel_job_row pel_job_row; /* lives until pel_jobs_end */

GtkWidget *pel_jobs_new(void);
/* `stop` is called when somebody asks to stop it. */
pel_job_row *pel_jobs_add(PelJobs *self, const char *title, void (*stop)(void *user), void *user);
void pel_jobs_update(pel_job_row *row, double fraction, const char *text);
void pel_jobs_end(pel_job_row *row);
