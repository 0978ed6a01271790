#include "base/library/xml2.h"

#include <stdalign.h>
#include <stddef.h>

static const char *const names[] = {LIBRARY_XML2(LIBRARY_NAME)};

static union {
	alignas(LIBRARY_PAGE) void *symbols[sizeof(names) / sizeof(names[0])];
	struct library_xml2 functions;
} table;

static const struct library library = {.file = LIBRARY_FILE,
	.package = "libxml2",
	.names = names,
	.count = sizeof(names) / sizeof(names[0]),
	.table = &table,
	.size = sizeof(table)};

const struct library_xml2 *library_xml2(void)
{
	if (!table.symbols[0])
		library_load(&library);
	return &table.functions;
}
