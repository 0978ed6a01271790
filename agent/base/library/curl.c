#include "base/library/curl.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>

static const char *const names[] = {LIBRARY_CURL(LIBRARY_NAME)};

static union {
	alignas(LIBRARY_PAGE) void *symbols[sizeof(names) / sizeof(names[0])];
	struct library_curl functions;
} table;

static const struct library library = {.file = LIBRARY_FILE,
	.package = "libcurl4",
	.names = names,
	.count = sizeof(names) / sizeof(names[0]),
	.table = &table,
	.size = sizeof(table)};

const struct library_curl *library_curl(void)
{
	if (!table.symbols[0])
		library_load(&library);
	return &table.functions;
}

#undef curl_easy_setopt
#undef curl_easy_getinfo

/* An option's number says the type of its value: curl.h, CURLOPTTYPE_LONG and those that follow. */
__attribute__((visibility("hidden"))) CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	const struct library_curl *curl = library_curl();
	CURLcode result;
	va_list value;

	va_start(value, option);
	if ((int)option >= CURLOPTTYPE_OFF_T && (int)option < CURLOPTTYPE_BLOB)
		result = curl->curl_easy_setopt(easy, option, va_arg(value, curl_off_t));
	else if ((int)option < CURLOPTTYPE_OBJECTPOINT)
		result = curl->curl_easy_setopt(easy, option, va_arg(value, long));
	else
		result = curl->curl_easy_setopt(easy, option, va_arg(value, void *));
	va_end(value);
	return result;
}

/* The value is always a pointer. */
__attribute__((visibility("hidden"))) CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
	CURLcode result;
	va_list value;

	va_start(value, info);
	result = library_curl()->curl_easy_getinfo(easy, info, va_arg(value, void *));
	va_end(value);
	return result;
}
