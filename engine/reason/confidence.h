/* The stage that says how far a conclusion can be trusted: a calibrated confidence, what it is made of, and what it was held against. */
#pragma once
#include <pellucid/confidence.h>

#include "engine/reason/audit.h"

typedef struct pel_confidence_part {
  const char *stage, *says; /* "verify", "findings that it does not explain" */
  double adds;              /* to the log odds, beside the mean case; parts of a stage stand together */
} pel_confidence_part;

typedef struct pel_confidence_told {
  const char *what;  /* a sentence's subject: "That it is Marfan syndrome" */
  double confidence; /* 1 / (1 + exp (-(usual + sum of what the parts add))) */
  double usual;
  const pel_confidence_part *parts;
  size_t n;
  const pel_confidence_bin *bins; /* [PEL_RELIABILITY_BINS] */
  uint64_t cases;
  double ece;
  bool refuted; /* a finding refutes it: no answer is given, however high the confidence */
} pel_confidence_told;

/* A check under the conclusion's `node`, the stage with its figures, and the reliability. */
pel_status pel_audit_confidence(audit *a, int64_t node, const pel_confidence_told *c);
/* Confidence p with the interval of the cases that had one like it; *n of them. false: there were none. */
bool pel_confidence_rate(const pel_confidence_bin *bins, double p, pel_node *row, size_t *n);
