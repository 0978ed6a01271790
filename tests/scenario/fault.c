/*
 * fault.so, preloaded into the program by the scenarios: something goes wrong at
 * one certain request to the directory, or operation on a file.
 *
 *   FAULT_AT=N      at the Nth request, counted from 1
 *   FAULT_ON=...    of which kind: "write" (modify, add, delete; the default), "search",
 *                   or "file" (write, fsync, rename, unlink of files and folders)
 *   FAULT_HALF=1    a write to a file does half of it first
 *   FAULT_WHEN=...  "before" it is sent (the default) or "after"
 *   FAULT_DO=...    a command for the shell; without it, the program is killed (SIGKILL)
 *   FAULT_COUNT=F   write the number of such requests into the file F when the program ends
 */
#include <dlfcn.h>
#include <ldap.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int count;
static bool gone_wrong; /* before the request, that is */

static bool env_is(const char *name, const char *value, const char *standard)
{
	const char *text = getenv(name);

	return strcmp(text ? text : standard, value) == 0;
}

static void go_wrong(void)
{
	const char *command = getenv("FAULT_DO");
	char *copy = command ? strdup(command) : NULL;

	if (!copy) {
		raise(SIGKILL);
		return;
	}
	unsetenv("LD_PRELOAD");
	if (system(copy) != 0)
		fprintf(stderr, "fault.so: %s: failed\n", copy);
	free(copy);
}

/* Whether the fault is at this request. */
static bool is_here(const char *kind)
{
	const char *at = getenv("FAULT_AT");

	if (!env_is("FAULT_ON", kind, "write"))
		return false;
	count++;
	return at && atoi(at) == count;
}

static void before(bool here)
{
	if (here && !gone_wrong && env_is("FAULT_WHEN", "before", "before"))
		go_wrong();
}

static int after(bool here, int result)
{
	if (here && env_is("FAULT_WHEN", "after", "before"))
		go_wrong();
	return result;
}

/* The function of that name which the program would have called. */
static void *real(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (!function)
		abort();
	return function;
}

__attribute__((destructor)) static void say_count(void)
{
	const char *path = getenv("FAULT_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!file)
		return;
	fprintf(file, "%d\n", count);
	fclose(file);
}

/* Right before it writes, the program looks whether the server has hung up: what goes wrong before comes first. */
int ldap_get_option(LDAP *ld, int option, void *value)
{
	int (*get)(LDAP *, int, void *);
	const char *at = getenv("FAULT_AT");

	*(void **)&get = real("ldap_get_option");
	if (option == LDAP_OPT_DESC && at && atoi(at) == count + 1 && !gone_wrong &&
		env_is("FAULT_ON", "write", "write") && env_is("FAULT_WHEN", "before", "before")) {
		gone_wrong = true;
		go_wrong();
	}
	return get(ld, option, value);
}

static bool is_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

ssize_t write(int fd, const void *bytes, size_t length)
{
	ssize_t (*real_write)(int, const void *, size_t);
	bool here = is_file(fd) && is_here("file");

	*(void **)&real_write = real("write");
	if (here && getenv("FAULT_HALF") && real_write(fd, bytes, length / 2) < 0)
		abort();
	before(here);
	return real_write(fd, bytes, length);
}

int fsync(int fd)
{
	int (*real_fsync)(int);

	*(void **)&real_fsync = real("fsync");
	before(is_file(fd) && is_here("file"));
	return real_fsync(fd);
}

int rename(const char *from, const char *to)
{
	int (*real_rename)(const char *, const char *);

	*(void **)&real_rename = real("rename");
	before(is_here("file"));
	return real_rename(from, to);
}

int unlink(const char *path)
{
	int (*real_unlink)(const char *);

	*(void **)&real_unlink = real("unlink");
	before(is_here("file"));
	return real_unlink(path);
}

int ldap_modify_ext(LDAP *ld, const char *dn, LDAPMod **mods, LDAPControl **server,
	LDAPControl **client, int *id)
{
	int (*modify)(LDAP *, const char *, LDAPMod **, LDAPControl **, LDAPControl **, int *);
	bool here = is_here("write");

	*(void **)&modify = real("ldap_modify_ext");
	before(here);
	return after(here, modify(ld, dn, mods, server, client, id));
}

int ldap_add_ext(LDAP *ld, const char *dn, LDAPMod **mods, LDAPControl **server,
	LDAPControl **client, int *id)
{
	int (*add)(LDAP *, const char *, LDAPMod **, LDAPControl **, LDAPControl **, int *);
	bool here = is_here("write");

	*(void **)&add = real("ldap_add_ext");
	before(here);
	return after(here, add(ld, dn, mods, server, client, id));
}

int ldap_delete_ext(LDAP *ld, const char *dn, LDAPControl **server, LDAPControl **client, int *id)
{
	int (*removal)(LDAP *, const char *, LDAPControl **, LDAPControl **, int *);
	bool here = is_here("write");

	*(void **)&removal = real("ldap_delete_ext");
	before(here);
	return after(here, removal(ld, dn, server, client, id));
}

int ldap_search_ext(LDAP *ld, const char *base, int scope, const char *filter, char **attributes,
	int attributes_only, LDAPControl **server, LDAPControl **client, struct timeval *timeout,
	int size_limit, int *id)
{
	int (*search)(LDAP *, const char *, int, const char *, char **, int, LDAPControl **,
		LDAPControl **, struct timeval *, int, int *);
	bool here = is_here("search");

	*(void **)&search = real("ldap_search_ext");
	before(here);
	return after(here,
		search(ld, base, scope, filter, attributes, attributes_only, server, client,
			timeout, size_limit, id));
}
