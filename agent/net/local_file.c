#include "net/local_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text/language.h"

#define PIECE ((size_t)1 << 16) /* bytes that are read at once beyond the size that the file had */

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c != '\0' && strchr("._-/", c)) || c >= 0x80;
}

const char *local_file_path(const char *url)
{
	const char *path = url + strlen("file://");

	if (strncasecmp(url, "file:///", strlen("file:///")) != 0 || strstr(path, "/."))
		return NULL;
	for (const char *at = path; *at; at++) {
		if (!is_plain((unsigned char)*at))
			return NULL;
	}
	return path;
}

/* Read to the end, or to one byte more than there is room for. */
static enum error_kind read_all(int file, size_t size, size_t room, struct strbuf *out,
	struct error *err)
{
	const size_t before = out->length;
	ssize_t count;

	strbuf_reserve(out, size < room ? size + 1 : room + 1);
	do {
		size_t left = room + 1 - (out->length - before);

		if (out->room - out->length < 2)
			strbuf_reserve(out, PIECE);
		if (left > out->room - out->length - 1)
			left = out->room - out->length - 1;
		count = read(file, out->text + out->length, left);
		if (count < 0 && errno != EINTR)
			return error_set(err, ERROR_TARGET, _("cannot be read: %s"),
				strerror(errno));
		if (count > 0)
			out->length += (size_t)count;
		out->text[out->length] = '\0';
	} while (count != 0 && out->length - before <= room);
	return ERROR_NONE;
}

enum error_kind local_file_read(const char *path, size_t room, struct strbuf *out,
	bool *is_too_long, struct error *err)
{
	int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	const size_t before = out->length;
	enum error_kind failed;
	struct stat status;

	*is_too_long = false;
	if (file < 0 || fstat(file, &status) != 0)
		failed = error_set(err, ERROR_TARGET, _("cannot be read: %s"), strerror(errno));
	else if (!S_ISREG(status.st_mode))
		failed = error_set(err, ERROR_TARGET, _("not a file"));
	else
		failed = read_all(file, (size_t)status.st_size, room, out, err);
	if (file >= 0)
		close(file);
	if (!failed && out->length - before > room) {
		*is_too_long = true;
		failed = error_set(err, ERROR_TARGET, _("more than %zu bytes"), room);
	}
	return failed;
}
