/*
 * The range option by which a server hands out an attribute of many values in
 * slices: "member;range=0-1499" (MS-ADTS section 3.1.1.3.1.3.3).
 */
#ifndef DIRECTORY_ENTRY_RANGE_H
#define DIRECTORY_ENTRY_RANGE_H

#include <stdbool.h>
#include <stddef.h>

/* One slice. */
struct range {
	size_t first,
		last; /* places of values, from 0, both included; `last` not where it is the end */
	bool is_end;  /* "*": no value comes after it */
};

enum range_reading {
	RANGE_NONE, /* another attribute, or no slice of it */
	RANGE_READ,
	RANGE_ODD, /* a slice of it, but not one that can be understood */
};

/* Read an attribute description (RFC 4512 section 2.5) as a slice of `attribute`. */
enum range_reading range_read(const char *description, const char *attribute, struct range *range);

#endif
