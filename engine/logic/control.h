/* The machine's own kinds: control constructs, frames, alternatives. */
#pragma once

enum { /* predicates that the machine runs itself */
  PEL_CONTROL_CONJUNCTION, PEL_CONTROL_TRUE, PEL_CONTROL_FAIL, PEL_CONTROL_CUT, PEL_CONTROL_DISJUNCTION, PEL_CONTROL_IF,
  PEL_CONTROL_SOFT_IF, PEL_CONTROL_NOT, PEL_CONTROL_CALL, PEL_CONTROL_FINDALL, PEL_CONTROL_CATCH
};

enum { /* what a frame asks for */
  PEL_FRAME_GOAL,
  PEL_FRAME_CUT,      /* the condition of an if held: the rest of its alternatives go */
  PEL_FRAME_SOFT_CUT, /* of a soft one: only the else goes */
  PEL_FRAME_NOT_END,  /* the goal under \+ held: so \+ fails */
  PEL_FRAME_COLLECT,  /* a solution of findall */
  PEL_FRAME_CATCH_END,
  PEL_FRAME_DONE      /* the end of a clause's body: only while somebody listens */
};

enum { /* what an alternative is */
  PEL_CHOICE_CLAUSES, PEL_CHOICE_GOAL, PEL_CHOICE_NOT, PEL_CHOICE_FINDALL, PEL_CHOICE_CATCH, PEL_CHOICE_NOTHING
};

typedef enum pel_seen {
  PEL_SEEN_CALLED, /* a goal that clauses may conclude is asked for: call number m->calls */
  PEL_SEEN_DONE,   /* the whole body of a clause held, with its variables as they are now */
  PEL_SEEN_FAILED, /* a built-in predicate, \+ or findall did not hold */
  PEL_SEEN_THROWN  /* a goal went wrong */
} pel_seen;

typedef enum pel_tried { PEL_TRIED_CALLED, PEL_TRIED_RESOLVED, PEL_TRIED_FAILED, PEL_TRIED_EXCLUDED } pel_tried;
