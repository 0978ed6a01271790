#include "watch/service.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/system/datagram.h"
#include "base/text/strbuf.h"

bool service_notify(const char *format, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct strbuf text = STRBUF_INIT;
	va_list arguments;
	bool is_sent;

	if (!path || !*path)
		return true;
	va_start(arguments, format);
	strbuf_vaddf(&text, format, arguments);
	va_end(arguments);
	is_sent = datagram_send(path, text.text, text.length, 0);
	strbuf_release(&text);
	return is_sent;
}
