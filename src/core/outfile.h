/* An output file that appears whole or not at all.
 *
 * Bytes go into a nameless file in the same directory (where the system has none, a hidden one); commit
 * brings them to the disk and gives them their name in one step. An existing file is refused without `force`,
 * at the start and again in that last step, so that no other program can be overwritten in between. A full
 * disk, a crash or a cancelled job leaves nothing behind.
 *
 *   PEL_TRY (pel_outfile_open (path, force, &f, err));
 *   pel_outfile_write (f, data, size);             // errors are kept
 *   return pel_outfile_commit (f, err);            // frees it in every case; or pel_outfile_discard (f)
 */
#pragma once
#include <pellucid/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pel_outfile pel_outfile;

pel_status pel_outfile_open(const char *path, bool force, pel_outfile **out, pel_error *err);
/* Buffered. False once anything has failed; later writes are then dropped, and commit reports the first
 * failure. */
bool pel_outfile_write(pel_outfile *file, const void *data, size_t size);
bool pel_outfile_puts(pel_outfile *file, const char *text);
bool pel_outfile_failed(const pel_outfile *file);
/* The first failure as status and text. */
pel_status pel_outfile_error(const pel_outfile *file, pel_error *err);
pel_status pel_outfile_commit(pel_outfile *file, pel_error *err);
void pel_outfile_discard(pel_outfile *file);
