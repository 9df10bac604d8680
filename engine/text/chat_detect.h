/* Which of the known chat templates a file's own template text is. */
#pragma once
#include <stddef.h>

/* A name of pel_chat_templates (static storage), or NULL. The text is searched for marks, never run. */
const char *pel_chat_recognise(const char *text, size_t size);
