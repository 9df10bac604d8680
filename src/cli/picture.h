/* Pictures that a command draws beside its result. */
#pragma once
#include "src/core/outfile.h"
#include "src/plot/picture.h"

bool cli_is_picture(const char *path); /* a .png, .svg or .pdf */
/* Draws into `file`, in the format that its path's suffix tells; committing it is left to the caller. */
pel_status cli_draw_picture(const char *path, pel_picture picture, pel_outfile *file, pel_error *err);
