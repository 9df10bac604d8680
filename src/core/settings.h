/* The few things that a user chose for good, in the user's folder of settings. */
#pragma once
#include <stdbool.h>

/* Are audits, which may name people, kept in the list of recent files? No, unless somebody says so. */
bool pel_settings_remember_audits(void);
bool pel_settings_set_remember_audits(bool on); /* false: it could not be written */
