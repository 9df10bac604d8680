#include "engine/reason/audit.h"
pel_status pel_audit_retrieve(audit *a, pel_pack *pack) { (void)a, (void)pack; return PEL_OK; }
