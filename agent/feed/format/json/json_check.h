/*
 * Whether a whole document is JSON (RFC 8259), as the JSON of feeds has to be: before it is given to somebody who is
 * less strict.
 */
#ifndef FEED_FORMAT_JSON_CHECK_H
#define FEED_FORMAT_JSON_CHECK_H

#include <stddef.h>

#include "base/message/error.h"

/*
 * ERROR_TARGET, and where and why, for what is not valid, a name twice in an object, anything behind the document,
 * and what is nested deeper than JSON_DEPTH_MAX. It is parsed in pieces of some `piece` bytes (JSON_PIECE_MAX), and takes the
 * memory of two of them, and of the names in one object. A byte order mark is for the caller to skip.
 */
enum error_kind json_check(const char *text, size_t length, size_t piece, struct error *err);

#endif
