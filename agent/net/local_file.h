/*
 * Feeds in a file, file:///PATH, without libcurl, which costs 7 MiB and 30 million instructions. Only a path that means
 * itself is read here: ASCII letters, digits, ". _ - /" and bytes above ASCII, and no step that begins with a dot. All
 * other URLs, with %20 or a host, are libcurl's to read.
 */
#ifndef NET_LOCAL_FILE_H
#define NET_LOCAL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/strbuf.h"

/* The path of a URL, a part of it; NULL: libcurl has to read the URL. */
const char *local_file_path(const char *url);

/*
 * Add what is in a file. ERROR_TARGET where it cannot be read, is not a regular file (a pipe would be waited for, and a
 * folder read as nothing), or has more than `room` bytes, which sets `is_too_long`.
 */
enum error_kind local_file_read(const char *path, size_t room, struct strbuf *out,
	bool *is_too_long, struct error *err);

#endif
