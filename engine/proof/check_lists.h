/* Built-in predicates of the proof check that take terms apart, put them together, and put lists in order. */
#pragma once
#include "engine/proof/check_builtins.h"

enum { PEL_CHECK_MSORT, PEL_CHECK_SORT2, PEL_CHECK_SORT4, PEL_CHECK_KEYSORT };

/* args are dereferenced; `which` tells predicates apart that share their code. */
pel_verdict pel_check_functor(pel_terms *t, const pel_term *args, int which);
pel_verdict pel_check_arg(pel_terms *t, const pel_term *args, int which);
pel_verdict pel_check_univ(pel_terms *t, const pel_term *args, int which);
pel_verdict pel_check_copy_term(pel_terms *t, const pel_term *args, int which);
pel_verdict pel_check_term_variables(pel_terms *t, const pel_term *args, int which);
pel_verdict pel_check_length(pel_terms *t, const pel_term *args, int which);
pel_verdict pel_check_open_tail(pel_terms *t, const pel_term *args, int which);
pel_verdict pel_check_sort(pel_terms *t, const pel_term *args, int which);
