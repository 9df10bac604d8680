/* A folder for files that nobody else is to see and that do not outlive the program: mode 0700, in the user's runtime folder or where
 * pel_private_place says, removed at the end; what a program that was killed left is removed by the next. Main loop's thread alone. */
#pragma once

/* Before all else: the folder is made in this one, which is borrowed; others may write to it too. */
void pel_private_place(const char *root);

/* A path that no file has, "…/3-what-if.pel"; NULL: the folder cannot be made. g_free. */
char *pel_private_path(const char *name);
void pel_private_remove(const char *path); /* takes NULL */
/* At the start: what others left. At the end: the folder with all that is in it. */
void pel_private_clean(void);
void pel_private_end(void);
