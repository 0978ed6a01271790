/*
 * searches.so, preloaded into the program: each search that it asks for becomes a line of the file $SEARCHES,
 * with tabs between scope, base, filter and attributes (blanks between these). So does each change that it
 * writes, without scope, filter and attributes.
 */
#include <dlfcn.h>
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>

typedef int search_function(LDAP *, const char *, int, const char *, char **, int, LDAPControl **,
	LDAPControl **, struct timeval *, int, int *);

typedef int modify_function(LDAP *, const char *, LDAPMod **, LDAPControl **, LDAPControl **,
	int *);

static FILE *begin_line(void)
{
	const char *path = getenv("SEARCHES");
	FILE *file = path ? fopen(path, "a") : NULL;

	if (!file)
		abort();
	return file;
}

static void note(const char *base, int scope, const char *filter, char **attributes)
{
	FILE *file = begin_line();

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

int ldap_modify_ext(LDAP *ld, const char *dn, LDAPMod **changes, LDAPControl **controls,
	LDAPControl **client_controls, int *id)
{
	modify_function *real;
	FILE *file = begin_line();

	fprintf(file, "\t%s\t\t\n", dn);
	if (fclose(file) != 0)
		abort();
	*(void **)&real = dlsym(RTLD_NEXT, "ldap_modify_ext");
	return real(ld, dn, changes, controls, client_controls, id);
}
