/*
 * Files that the command line names: plan -o FILE, --html FILE, apply FILE, --key FILE.
 *
 * The caller of postvagt names them, so they are opened with the caller's rights. Where root is about to become
 * another user for good, named_file_keep_input() and named_file_keep_output() open them before; what is
 * read and written later goes through these descriptors. All others open a file when they use it.
 */
#ifndef BASE_FILE_NAMED_FILE_H
#define BASE_FILE_NAMED_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/message/error.h"

/*
 * Open the file now and keep it. A file for output is created if missing, and stays empty if the
 * command fails before it has something to write. A missing input is no error here. ERROR_OURS.
 */
enum error_kind named_file_keep_input(const char *path, struct error *err);
enum error_kind named_file_keep_output(const char *path, mode_t mode, struct error *err);

/* Add the text of a regular file of at most `max` bytes to `out`. ERROR_OURS, with errno as it was. */
enum error_kind named_file_read(struct strbuf *out, const char *path, size_t max,
	struct error *err);

/* Replace a file by one with `text` (base/file/file.h), durable; write to a device or a pipe as it is. ERROR_OURS. */
enum error_kind named_file_write(const char *path, const struct strbuf *text, mode_t mode,
	struct error *err);

#endif
