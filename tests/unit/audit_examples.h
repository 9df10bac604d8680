/* Two recorded reasonings as an auditor meets them, as trace files: the surviving spouse, and CURB-65. */
#pragma once
#include <pellucid/reasoning.h>

typedef enum audit_variant {
  AUDIT_PLAIN,
  AUDIT_UREA,    /* CURB-65: the urea came back; so a fact, a claim and the conclusion are others */
  AUDIT_NEW_LAW, /* surviving spouse: a rule and its source in another version */
} audit_variant;

/* `name`: "spouse" or "curb". With `reviews` some of its nodes are reviewed. */
pel_status audit_example(const char *name, audit_variant variant, bool reviews, const char *path, pel_error *err);
/* Adds the plain one to a trace that holds a model's run. */
pel_status audit_append(const char *name, const char *path, pel_error *err);
