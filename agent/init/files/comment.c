#include "init/files/comment.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/text/strbuf.h"

/* Columns of a text: letters of UTF-8, each taken for one wide. */
static size_t count_columns(const char *text, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += ((unsigned char)text[i] & 0xC0) != 0x80;
	return columns;
}

static void add_lines(struct strbuf *out, const char *before, const char *text)
{
	size_t used = 0, start = count_columns(before, strlen(before));

	while (*text) {
		size_t length = strcspn(text, " ");
		size_t columns = count_columns(text, length);

		if (used > 0 && start + used + 1 + columns > COMMENT_WIDTH) {
			strbuf_addc(out, '\n');
			used = 0;
		}
		strbuf_adds(out, used > 0 ? " " : before);
		strbuf_add(out, text, length);
		used += columns + (used > 0);
		text += length;
		text += strspn(text, " ");
	}
	strbuf_addc(out, '\n');
}

void comment_add(struct strbuf *out, const char *before, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT, safe = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	strbuf_add_safe(&safe, text.text);
	add_lines(out, before, safe.text);
	strbuf_release(&text);
	strbuf_release(&safe);
}

void comment_add_line(struct strbuf *out, const char *before, const char *text)
{
	strbuf_adds(out, before);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}
