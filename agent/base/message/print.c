#include "base/message/print.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/message/error.h"
#include "base/message/progress.h"
#include "base/text/strbuf.h"

/* Bytes of a sequence that sets a colour, "ESC [ 1;31 m"; 0 where `text` begins with none. */
static size_t colour_length(const char *text)
{
	size_t length;

	if (text[0] != '\033' || text[1] != '[')
		return 0;
	length = 2 + strspn(text + 2, "0123456789;");
	return text[length] == 'm' ? length + 1 : 0;
}

/* Standard output is a stream of our own (base/message/output.h), and has no descriptor that stdio knows. */
static bool is_terminal(FILE *out)
{
	return isatty(out == stdout ? STDOUT_FILENO : fileno(out));
}

void print_lines(FILE *out, const char *text)
{
	bool colours = is_terminal(out);
	struct strbuf part = STRBUF_INIT, safe = STRBUF_INIT;

	while (*text) {
		size_t plain = strcspn(text, "\n\t\033"), kept = 0;

		strbuf_reset(&part);
		strbuf_add(&part, text, plain);
		strbuf_add_safe(&safe, part.text);
		text += plain;
		if (*text == '\n' || *text == '\t')
			kept = 1;
		else if (colours)
			kept = colour_length(text);
		if (*text && kept == 0)
			strbuf_add_safe(&safe, "\033");
		strbuf_add(&safe, text, kept);
		text += kept > 0 ? kept : *text != '\0';
	}
	fwrite(safe.text, 1, safe.length, out);
	strbuf_release(&part);
	strbuf_release(&safe);
}

void print_format(FILE *out, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	print_lines(out, text.text);
	strbuf_release(&text);
}

void print_line(const char *message)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_adds(&line, "postvagt: ");
	strbuf_add_safe(&line, message);
	strbuf_addc(&line, '\n');
	fwrite(line.text, 1, line.length, stderr);
	strbuf_release(&line);
}

void error_print(const struct error *err)
{
	progress_clear();
	print_line(err->text.text);
}
