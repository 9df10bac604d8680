/* A folder for files that nobody else is to see and that do not outlive the program: mode 0700, in the user's runtime folder, removed at the end; what a
 * program that was killed left is removed by the next. Main loop's thread alone. */
#pragma once

/* A path that no file has, "…/3-what-if.pel"; NULL: the folder cannot be made. g_free. */
char *pel_private_path(const char *name);
void pel_private_remove(const char *path); /* takes NULL */
/* At the start: what others left. At the end: the folder with all that is in it. */
void pel_private_clean(void);
void pel_private_end(void);
