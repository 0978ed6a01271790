/* Reply and forward prefixes of a subject: "SV:", "Re[2]:", "FW :". Part of matcher.h. */
#ifndef MATCHER_REPLY_PREFIX_H
#define MATCHER_REPLY_PREFIX_H

#include <stddef.h>

struct subject_text;

/*
 * The place behind all prefixes, ignored marks and blanks that a subject begins with. A prefix is a word of
 * vocabulary_reply_prefixes; a number in brackets or behind "^", and blanks; and a colon, which may be full-width.
 */
size_t reply_prefix_end(const struct subject_text *subject);

#endif
