#include "base/library/gssapi_krb5.h"

#include <stdalign.h>
#include <stddef.h>

static const char *const names[] = {LIBRARY_GSSAPI_KRB5(LIBRARY_NAME)};

static union {
	alignas(LIBRARY_PAGE) void *symbols[sizeof(names) / sizeof(names[0])];
	struct library_gssapi_krb5 functions;
} table;

static const struct library library = {.file = LIBRARY_FILE,
	.package = "libgssapi-krb5-2",
	.names = names,
	.count = sizeof(names) / sizeof(names[0]),
	.table = &table,
	.size = sizeof(table)};

const struct library_gssapi_krb5 *library_gssapi_krb5(void)
{
	if (!table.symbols[0])
		library_load(&library);
	return &table.functions;
}
