/* How far links can be trusted, told: a line or an object for each claim that has a map. */
#include <json-c/json.h>
#include <math.h>

#include "engine/base/number.h"
#include "src/cli/learn.h"

static const char *const says[PEL_LINK_CLAIMS] = {"the first answer", "an answer at places 2 to 5", "an answer, by its best chain alone", "the first answer beyond what is stated"};

static const char *number(double value, char out[40]) { return isfinite(value) ? pel_format_fixed(out, 40, value, 3) : "-"; }

static const char *percent(double share, char out[40]) { return isfinite(share) ? pel_format_fixed(out, 40, 100 * share, 1) : "-"; }

/* What a reviewer finds who begins with the least confidence. */
static void print_review(const pel_link_map *m) {
  char n[4][40];
  if (!isfinite(m->review)) return;
  printf("  of its wrong ones %s [%s, %s] %% are among the fifth with the least confidence (20 %% in a random order, ", percent(m->review, n[0]), percent(m->review_range.low, n[1]), percent(m->review_range.high, n[2]));
  printf("%s %% in the best)\n", percent(fmin(1, 0.2 / (1 - m->right)), n[3]));
}

static void print_claim(pel_link_claim claim, const pel_link_map *m) {
  char n[6][40];
  printf("%s: right in %s %% of %llu; its confidence, of entities kept back: calibration error %s [%s, %s]", says[claim], pel_format_fixed(n[0], sizeof n[0], 100 * m->right, 1), (unsigned long long)m->n, number(m->ece, n[1]),
         number(m->ece_range.low, n[2]), number(m->ece_range.high, n[3]));
  printf(", Brier skill %s [%s, %s]", number(m->brier_skill, n[0]), number(m->skill_range.low, n[1]), number(m->skill_range.high, n[2]));
  if (claim != PEL_LINK_CHAIN) printf(" (of the score alone %s)", number(m->score_skill, n[3]));
  printf(", AUROC %s, area under risk and coverage %s; in isotonic steps: calibration error %s, Brier skill %s\n", number(m->auroc, n[0]), number(m->aurc, n[1]), number(m->steps_ece, n[2]), number(m->steps_skill, n[3]));
  print_review(m);
}

void learn_print_trust(const pel_link_trust *t) {
  printf("%llu questions were asked without their answers; %s from %llu of them, about %llu entities\n", (unsigned long long)t->asked, t->network ? "the network leads somewhere" : "chains lead somewhere", (unsigned long long)t->answered,
         (unsigned long long)t->entities);
  for (int k = 0; k < PEL_LINK_CLAIMS; k++)
    if (t->of[k].n) print_claim((pel_link_claim)k, &t->of[k]);
}

static struct json_object *claim_json(const pel_link_map *m) {
  struct json_object *o = json_object_new_object();
  const struct {
    const char *name;
    double value;
  } numbers[] = {{"cases", (double)m->n}, {"right", m->right}, {"ece", m->ece}, {"ece_low", m->ece_range.low}, {"ece_high", m->ece_range.high}, {"brier_skill", m->brier_skill}, {"brier_skill_low", m->skill_range.low},
                 {"brier_skill_high", m->skill_range.high}, {"brier_skill_of_the_score", m->score_skill}, {"auroc", m->auroc}, {"aurc", m->aurc}, {"ece_in_steps", m->steps_ece}, {"brier_skill_in_steps", m->steps_skill},
                 {"wrong_in_least_confident_fifth", m->review}, {"wrong_in_least_confident_fifth_low", m->review_range.low}, {"wrong_in_least_confident_fifth_high", m->review_range.high}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) cli_add_number(o, numbers[i].name, numbers[i].value);
  return o;
}

void learn_add_trust(struct json_object *o, const pel_link_trust *t) {
  cli_add_number(o, "asked", (double)t->asked);
  cli_add_number(o, "answered", (double)t->answered);
  cli_add_number(o, "entities", (double)t->entities);
  for (int k = 0; k < PEL_LINK_CLAIMS; k++)
    if (t->of[k].n) json_object_object_add(o, pel_link_claim_name((pel_link_claim)k), claim_json(&t->of[k]));
}
