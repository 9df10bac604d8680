/* Numbers as text, the same in every locale: '.' is the decimal point, no grouping. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* The shortest text that reads back as the same double ("0.1", "1e-30", "nan", "inf"). */
char *pel_format_double(char *out, size_t size, double value);
/* The shortest text that reads back as the same float. */
char *pel_format_float(char *out, size_t size, float value);
/* A fixed count of digits after the point. */
char *pel_format_fixed(char *out, size_t size, double value, int digits);
/* A count of digits from the first that is not 0: "0.0912", "0.500", "12.0"; never with an exponent. */
char *pel_format_significant(char *out, size_t size, double value, int digits);
/* The same with its sign: "+0.34", "-0.20". */
char *pel_format_signed(char *out, size_t size, double value, int digits);
/* Reads the whole of `text`; false when it is not one number. */
bool pel_parse_double(const char *text, double *out);
