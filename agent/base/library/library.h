/*
 * Libraries that are loaded at the first call of one of their functions. Each other header of this room
 * stands in for a library's own: its callers include "base/library/curl.h" in the place of <curl/curl.h>, and
 * call curl_easy_perform() as they would otherwise.
 *
 * Loaded at start, these nine took 19 of the 25 million instructions of `postvagt --version`, nearly all of it
 * relocation. A plan without feeds calls none of them. The loader binds at once (RTLD_NOW), and tables of
 * functions are read-only once they are filled, as full RELRO makes those of linked libraries.
 *
 * To call another function of a library, add it to both lists of its header: that of the struct and that of the
 * macros. A function in one of them only is an error of the compiler or the linker. The type is the library's
 * own. build/libraries.so is linked to every function in the lists: it proves that they exist, and dpkg-shlibdeps
 * and the bill of materials see in it what the program itself does not show.
 *
 * Shared objects of our own, each linked to its library, would need no lists. They would have to be installed and
 * found beside the program and be of the same version, and to call back into it; tests and fuzzers would link
 * something else than what runs.
 */
#ifndef BASE_LIBRARY_LIBRARY_H
#define BASE_LIBRARY_LIBRARY_H

#include <stddef.h>

#ifdef LIBRARY_FILE
_Static_assert(sizeof(LIBRARY_FILE) > 1, "the library is not installed, or has no SONAME");
#endif

/* As large as any page of memory that Linux uses on this processor, so that a table is alone on its pages. */
#if defined(__x86_64__) || defined(__i386__)
#define LIBRARY_PAGE 4096
#else
#define LIBRARY_PAGE 65536
#endif

/* A member of a library's struct; the text of a name. */
#define LIBRARY_POINTER(function) __typeof__(function) *(function);
#define LIBRARY_NAME(function)    #function,

struct library {
	const char *file;    /* the name by which the dynamic linker knows it (SONAME) */
	const char *package; /* Debian's */
	const char *const *names;
	size_t count;
	void *table; /* an address for each name; on pages of its own */
	size_t size; /* of the table's pages */
};

/*
 * Load a library, fill its table, and make the table read-only. Where the library or one of its functions is
 * missing, the installation is broken: say so and exit with 1, as the dynamic linker would at start.
 */
void library_load(const struct library *library);

#endif
