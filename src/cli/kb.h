/* The actions of pellucid kb, one file each where they are more than a few lines. */
#pragma once
#include <pellucid/pack.h>

#include "src/cli/cli.h"

/* argv[0] is the action's name. Each returns an exit status. */
int kb_build(int argc, char **argv);
int kb_info(int argc, char **argv);
int kb_search(int argc, char **argv);
int kb_test(int argc, char **argv);
int kb_check(int argc, char **argv);

/* ---- kb_learnt.c ---- */

enum { KB_LEARNT_WORDS = 400 };
/* What of a kind the pack keeps, in words; "" for none. Errors say what in it can't be read. */
pel_status kb_describe_learnt(pel_pack *pack, pel_learnt_kind kind, char words[KB_LEARNT_WORDS], pel_error *err);

/* A stranger's text on standard output, on one line, at most `most` characters of it (0: all); it moves no cursor. */
void kb_put(const char *text, size_t most);
