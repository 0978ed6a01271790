#include "base/library/library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/message/error.h"
#include "base/message/print.h"
#include "base/text/language.h"

/* Report what the dynamic linker says, and exit. */
static _Noreturn void fail_load(const struct library *library)
{
	const char *why = dlerror();
	struct error err = ERROR_INIT;

	error_set(&err, ERROR_OURS,
		_("cannot load the library %s: %s; install it (Debian: %s), or install postvagt again"),
		library->file, why ? why : "", library->package);
	error_print(&err);
	exit(1);
}

/*
 * Find a function as a linked program would: first where everything that was loaded at start is, so that a
 * preloaded library goes before this one.
 */
static void *find_function(const struct library *library, void *handle, const char *name)
{
	void *function = dlsym(RTLD_DEFAULT, name);

	if (!function)
		function = dlsym(handle, name);
	if (!function)
		fail_load(library);
	return function;
}

void library_load(const struct library *library)
{
	void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		fail_load(library);
	/* The first is written last: it says that the table is full. */
	for (size_t i = library->count; i-- > 0;) {
		void *function = find_function(library, handle, library->names[i]);

		memcpy((char *)library->table + i * sizeof(function), &function, sizeof(function));
	}
	mprotect(library->table, library->size, PROT_READ);
}
