#include "base/library/ssl.h"

#include <stdalign.h>
#include <stddef.h>

static const char *const names[] = {LIBRARY_SSL(LIBRARY_NAME)};

static union {
	alignas(LIBRARY_PAGE) void *symbols[sizeof(names) / sizeof(names[0])];
	struct library_ssl functions;
} table;

static const struct library library = {.file = LIBRARY_FILE,
	.package = "libssl3",
	.names = names,
	.count = sizeof(names) / sizeof(names[0]),
	.table = &table,
	.size = sizeof(table)};

const struct library_ssl *library_ssl(void)
{
	if (!table.symbols[0])
		library_load(&library);
	return &table.functions;
}
