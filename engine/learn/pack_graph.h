/* A pack's relations as a graph; the functions are in pellucid/learn.h. */
#pragma once
#include <pellucid/learn.h>
