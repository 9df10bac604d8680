#include "engine/reason/audit.h"
const char *pel_step_kind_name(pel_step_kind kind) { (void)kind; return "rule"; }
pel_status pel_proof_take(pel_machine *m, pel_proof *out, pel_error *err) { (void)m, (void)err; *out = (pel_proof){0}; return PEL_OK; }
void pel_proof_clear(pel_proof *proof) { (void)proof; }
pel_status pel_proof_check(pel_program *program, const pel_proof *proof, pel_proof_report *report, pel_error *err) { (void)program, (void)proof, (void)report, (void)err; return PEL_OK; }
pel_status pel_audit_retrieve(audit *a, pel_pack *pack) { (void)a, (void)pack; return PEL_OK; }
