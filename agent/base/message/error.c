#include "base/message/error.h"

#include <stdarg.h>

enum error_kind error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
	va_list args;

	if (err->kind != ERROR_NONE)
		return kind;
	err->kind = kind;
	va_start(args, format);
	strbuf_vaddf(&err->text, format, args);
	va_end(args);
	return kind;
}

void error_release(struct error *err)
{
	strbuf_release(&err->text);
	err->kind = ERROR_NONE;
}
