#include "base/library/jq.h"

#include <stdalign.h>
#include <stddef.h>

static const char *const names[] = {LIBRARY_JQ(LIBRARY_NAME)};

static union {
	alignas(LIBRARY_PAGE) void *symbols[sizeof(names) / sizeof(names[0])];
	struct library_jq functions;
} table;

static const struct library library = {.file = LIBRARY_FILE,
	.package = "libjq1",
	.names = names,
	.count = sizeof(names) / sizeof(names[0]),
	.table = &table,
	.size = sizeof(table)};

const struct library_jq *library_jq(void)
{
	if (!table.symbols[0])
		library_load(&library);
	return &table.functions;
}
