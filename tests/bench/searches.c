/*
 * searches.so, preloaded into the program: each search that it asks for becomes a line of the file $SEARCHES,
 * with tabs between scope, base, filter and attributes (blanks between these).
 */
#include <dlfcn.h>
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>

typedef int search_function(LDAP *, const char *, int, const char *, char **, int, LDAPControl **,
	LDAPControl **, struct timeval *, int, int *);

static void note(const char *base, int scope, const char *filter, char **attributes)
{
	const char *path = getenv("SEARCHES");
	FILE *file = path ? fopen(path, "a") : NULL;

	if (!file)
		abort();
	fprintf(file, "%d\t%s\t%s\t", scope, base, filter);
	for (size_t i = 0; attributes && attributes[i]; i++)
		fprintf(file, "%s%s", i ? " " : "", attributes[i]);
	fputc('\n', file);
	if (fclose(file) != 0)
		abort();
}

int ldap_search_ext(LDAP *ld, const char *base, int scope, const char *filter, char **attributes,
	int types_only, LDAPControl **controls, LDAPControl **client_controls,
	struct timeval *timeout, int limit, int *id)
{
	search_function *real;

	*(void **)&real = dlsym(RTLD_NEXT, "ldap_search_ext");
	note(base, scope, filter, attributes);
	return real(ld, base, scope, filter, attributes, types_only, controls, client_controls,
		timeout, limit, id);
}
