/* Sources whose passages have places of their own. */
#pragma once
#include <pellucid/pack.h>

/* Markdown with "## PLACE | LABEL" headings, each with an optional line "{in force 1997-05-07 to 2010-12-31}" after it. Text before the first heading is left out. */
pel_status pel_import_places(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err);
/* A statute as indented text: "§2. Title", then paragraphs that start with (a), (1), (A), (i), (I), each level four spaces further in. Places: "s. 2(a)(1)(B)". */
pel_status pel_import_statute(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err);
