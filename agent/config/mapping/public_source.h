/*
 * Rows of the catalogue's files that say where a tag or a role is known from (struct public_source).
 */
#ifndef CONFIG_MAPPING_PUBLIC_SOURCE_H
#define CONFIG_MAPPING_PUBLIC_SOURCE_H

#include "config/schema/schema.h"
#include "model/mapping.h"

/* Checks of single values: an address of the web; a year, a month or a day as ISO 8601 writes it. */
key_check public_source_check_url, public_source_check_date;

/* The keys of a section `source`, at a field of a struct that is a struct public_source. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a type and a field take none */
#define PUBLIC_SOURCE_KEYS(type, field)                                                           \
	{"name", KEY_TEXT, offsetof(type, field.name), .flags = KEY_REQUIRED,                     \
		.help = "what says so: a page or a document"},                                    \
		{"url", KEY_TEXT, offsetof(type, field.url), .check = public_source_check_url,    \
			.help = "where it is"},                                                   \
		{"date", KEY_TEXT, offsetof(type, field.date), .check = public_source_check_date, \
			.help = "when it said so: 2022, 2022-03 or 2022-03-31"},
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
