/* The knowledge packs of this machine: those of the user, those that were installed, those beside a program that was not. */
#pragma once
#include <glib.h>
#include <pellucid/pack.h>

typedef struct pel_pack_found {
  char *path, *title, *version, *sha256;
} pel_pack_found;

/* pel_pack_found, each pack once, by title; a file that is no pack is passed over. Reads their heads: on any thread. g_ptr_array_unref. */
GPtrArray *pel_packs_find(void);
/* The pack with this hash: among those, then in `folder` (may be NULL). NULL: none. g_free. */
char *pel_packs_find_hash(const char *sha256, const char *folder);
