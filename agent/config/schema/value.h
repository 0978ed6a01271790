/*
 * Single values as they are written in the files: true or false, whole
 * numbers, durations. Pure; what the words of an error are, schema.c knows.
 */
#ifndef CONFIG_SCHEMA_VALUE_H
#define CONFIG_SCHEMA_VALUE_H

#include <stdbool.h>

/* Read "true", "false", "yes" or "no", case not counting. False where it is none. */
bool value_bool(const char *text, bool *result);

/* Read a decimal whole number: 0, 25, -1. No leading zeros: YAML 1.1 took them for octal. */
bool value_integer(const char *text, int *result);

/* Read a duration, such as 30s, 15m, 24h or 7d, as seconds. */
bool value_duration(const char *text, int *seconds);

#endif
