/* The proleptic Gregorian calendar, without time zones (UTC). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Days since 1970-01-01. Month and day may lie outside their ranges and are then carried on. */
int64_t pel_days_of_date(int64_t year, int64_t month, int64_t day);
void pel_date_of_days(int64_t days, int64_t *year, int *month, int *day);
/* 1 Monday .. 7 Sunday. */
int pel_weekday(int64_t days);
/* "2016-12-31", "20161231", "2016-366", "2016-W52-6", and with more: "T10:20:30.5Z", "T102030+02:00" (a blank may stand for T). Seconds since 1970
 * in UTC; *date_only tells whether there was no time. False when it is none. */
bool pel_parse_time(const char *text, size_t size, double *seconds, bool *date_only);
/* "2016-12-31" exactly, an existing day: its days since 1970. */
bool pel_parse_iso_date(const char *text, size_t size, int64_t *days);
