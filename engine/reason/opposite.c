#include "engine/reason/opposite.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/status.h"
#include "engine/logic/write.h"

enum { MOST = 1 << 20, DEEPEST = 200 };

static void put(pel_text_out *out, const char *text) { pel_put(out, text, strlen(text)); }

static void put_opposite(const pel_heap *h, pel_cell goal, int depth, pel_text_out *out) {
  goal = pel_deref(h, goal);
  bool both = pel_is_compound(h, goal, PEL_ATOM_COMMA, 2), either = pel_is_compound(h, goal, PEL_ATOM_SEMICOLON, 2);
  if (pel_is_compound(h, goal, PEL_ATOM_NEG, 1)) {
    put(out, "(");
    pel_write(h, pel_arg(h, goal, 0), PEL_WRITE_QUOTED, out);
    put(out, ")");
  } else if (pel_is_compound(h, goal, PEL_ATOM_NOT, 1) || depth > DEEPEST)
    put(out, "fail");
  else if (both || either) {
    put(out, "(");
    put_opposite(h, pel_arg(h, goal, 0), depth + 1, out);
    put(out, both ? " ; " : " , ");
    put_opposite(h, pel_arg(h, goal, 1), depth + 1, out);
    put(out, ")");
  } else {
    put(out, "neg((");
    pel_write(h, goal, PEL_WRITE_QUOTED, out);
    put(out, "))");
  }
}

pel_status pel_opposite(const pel_world *w, const char *goal, char **out, pel_error *err) {
  pel_machine *m; /* only to read the goal */
  pel_logic_limits limits = {1000, (uint64_t)16 << 20, 1000, 1};
  pel_text_out text = {.most = MOST};
  PEL_TRY(pel_machine_create(w->program, &limits, &m, err));
  pel_status status = pel_machine_ask(m, goal, err);
  if (status == PEL_OK) put_opposite(&m->heap, m->goal, 0, &text);
  pel_machine_destroy(m);
  if (status == PEL_OK && (text.full || !text.text)) status = pel_fail(err, PEL_ERR_INPUT, "a question is too long: its opposite cannot be written");
  if (status == PEL_OK) *out = text.text;
  else free(text.text);
  return status;
}
