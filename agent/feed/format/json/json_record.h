/*
 * One record of a JSON feed, once parsed: its fields as texts (format.h says which values count).
 */
#ifndef FEED_FORMAT_JSON_RECORD_H
#define FEED_FORMAT_JSON_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct feed_reader;
struct json_scan;

/* Ask for the fields of the settings, which json_record_take() looks for; of what jq made none is plain. */
void json_record_want(struct json_scan *scan, const struct feed_reader *reading);

/* Read the record of that number that was scanned; false, and nothing is noted, where it is not of the plain kind. */
bool json_record_take(struct feed_reader *reading, size_t number, const struct json_scan *scan);

/* Read the record of that number; a value that is not an object makes it unusable. */
void json_record_read(struct feed_reader *reading, size_t number, const json_t *value);

/* A record's member of that name, or what its dotted path leads to; borrowed, NULL: not there. */
const json_t *json_record_field(const json_t *record, const char *name);

/* What kind of value it is, for people: "an object", in the language in force. */
const char *json_kind(const json_t *value);

#endif
