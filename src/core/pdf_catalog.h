/* What cairo 1.16 cannot say of a PDF: its language, and that its title is to be shown. */
#pragma once
#include <glib.h>

/* Appends an update of the document's catalogue (ISO 32000-1, 7.5.6) with /Lang and /DisplayDocTitle. A file whose catalogue
 * is not found where cairo writes it stays as it is. */
void pdf_name_language(GByteArray *pdf, const char *language);
