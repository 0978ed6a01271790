/*
 * fault.so, preloaded into the program by the scenarios: something goes wrong at
 * one certain request to the directory, or operation on a file.
 *
 *   FAULT_AT=N      at the Nth request, counted from 1
 *   FAULT_ON=...    of which kind: "write" (modify, add, delete; the default), "search",
 *                   or "file" (what changes files and folders, or may: see operations[])
 *   FAULT_ERRNO=... the operation on a file fails: "ENOSPC" or "EIO"
 *   FAULT_FROM=1    so does each after it
 *   FAULT_HALF=1    a write to a file does half of it first; alone, before the kill
 *   FAULT_SHORT=1   a write to a file does half of it, and says so: nothing else goes wrong
 *   FAULT_WHEN=...  "before" it is sent (the default) or "after"
 *   FAULT_DO=...    a command for the shell; without it, the program is killed (SIGKILL)
 *   FAULT_FORK=1    the first fork fails: "EAGAIN"
 *   FAULT_HIDE=A    no entry has a value of attribute A
 *   FAULT_COUNT=F   write the number of such requests into the file F when the program ends, and
 *                   on a line each which operations on files they were
 *   FAULT_LOG=F     append a line to the file F for each operation on a file that succeeded, and for each
 *                   write to the directory and talk with a server by libcurl before it is sent: its name, path
 *                   and detail, with tabs between
 */
#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As they are written to FAULT_COUNT. */
enum operation { OPEN, WRITE, TRUNCATE, SYNC, CLOSE, RENAME, UNLINK, MKDIR };
static const char *const operations[] = {
	"open", "write", "truncate", "sync", "close", "rename", "unlink", "mkdir"};
#define OPERATIONS_MAX 1000

static int count;
static bool gone_wrong; /* before the request, that is */
static enum operation seen[OPERATIONS_MAX];

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
	return at && (atoi(at) == count || (getenv("FAULT_FROM") && atoi(at) < count));
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

struct berval **ldap_get_values_len(LDAP *ld, LDAPMessage *entry, const char *attribute)
{
	struct berval **(*get)(LDAP *, LDAPMessage *, const char *) = real("ldap_get_values_len");

	return env_is("FAULT_HIDE", attribute, "") ? NULL : get(ld, entry, attribute);
}

__attribute__((destructor)) static void say_count(void)
{
	const char *path = getenv("FAULT_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!file)
		return;
	fprintf(file, "%d\n", count);
	for (int i = 0; i < count && i < OPERATIONS_MAX && env_is("FAULT_ON", "file", ""); i++)
		fprintf(file, "%s\n", operations[seen[i]]);
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

static bool is_written(int fd)
{
	return is_file(fd) && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
}

/* Count an operation on a file. Whether it is here that something goes wrong. */
static bool is_here_on_file(enum operation operation)
{
	bool here = is_here("file");

	if (count > 0 && count <= OPERATIONS_MAX)
		seen[count - 1] = operation;
	return here;
}

/* Whether it fails, with errno set; else the kill or the command has been done. */
static bool file_fails(bool here)
{
	const char *name = getenv("FAULT_ERRNO");

	if (!here || getenv("FAULT_SHORT"))
		return false;
	if (!name) {
		before(here);
		return false;
	}
	errno = strcmp(name, "ENOSPC") == 0 ? ENOSPC : EIO;
	return true;
}

/* Add a line to FAULT_LOG, past the functions below: they would log this, too. Leave errno as it is. */
static void add_log(const char *operation, const char *path, const char *detail)
{
	const char *log = getenv("FAULT_LOG");
	int why = errno, length;
	long fd;
	char line[3 * PATH_MAX];

	if (!log)
		return;
	length = snprintf(line, sizeof(line), "%s\t%s\t%s\n", operation, path, detail);
	fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (length < 0 || (size_t)length >= sizeof(line) || fd < 0 ||
		syscall(SYS_write, fd, line, length) != length)
		abort();
	syscall(SYS_close, fd);
	errno = why;
}

/* The path of an open file: where it is now. */
static const char *path_of(int fd, char path[PATH_MAX])
{
	char link[40];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, PATH_MAX - 1);
	path[length < 0 ? 0 : length] = '\0';
	return path;
}

/* The path of a name in an open folder. */
static const char *path_in(int folder, const char *name, char path[2 * PATH_MAX])
{
	char above[PATH_MAX];

	if (folder == AT_FDCWD || name[0] == '/')
		snprintf(path, 2 * PATH_MAX, "%s", name);
	else
		snprintf(path, 2 * PATH_MAX, "%s/%s", path_of(folder, above), name);
	return path;
}

static int log_descriptor(const char *operation, int fd, const char *detail, int result)
{
	int why = errno;
	char path[PATH_MAX];

	if (result >= 0 && getenv("FAULT_LOG") && is_file(fd))
		add_log(operation, path_of(fd, path), detail);
	errno = why;
	return result;
}

static int log_open(int fd, int flags)
{
	char detail[100];

	snprintf(detail, sizeof(detail), "%s%s%s%s%s%s",
		(flags & O_ACCMODE) != O_RDONLY ? " WRITE" : "", flags & O_CREAT ? " CREAT" : "",
		flags & O_EXCL ? " EXCL" : "", flags & O_NOFOLLOW ? " NOFOLLOW" : "",
		flags & O_TRUNC ? " TRUNC" : "", flags & O_APPEND ? " APPEND" : "");
	return fd >= 0 ? (log_descriptor("open", fd, detail, 0), fd) : fd;
}

static int log_move(const char *operation, int from_folder, const char *from, int to_folder,
	const char *to, int result)
{
	int why = errno;
	char from_path[2 * PATH_MAX], to_path[2 * PATH_MAX];

	if (result == 0 && getenv("FAULT_LOG"))
		add_log(operation, path_in(to_folder, to, to_path),
			path_in(from_folder, from, from_path));
	errno = why;
	return result;
}

static bool writes(const char *path, int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY && strncmp(path, "/dev/", 5) != 0;
}

int open(const char *path, int flags, ...)
{
	int (*real_open)(const char *, int, ...);
	mode_t mode = 0;
	va_list arguments;

	va_start(arguments, flags);
	if (flags & O_CREAT)
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	*(void **)&real_open = real("open");
	return writes(path, flags) && file_fails(is_here_on_file(OPEN))
		? -1
		: log_open(real_open(path, flags, mode), flags);
}

int openat(int folder, const char *path, int flags, ...)
{
	int (*real_openat)(int, const char *, int, ...);
	mode_t mode = 0;
	va_list arguments;

	va_start(arguments, flags);
	if (flags & O_CREAT)
		mode = va_arg(arguments, mode_t);
	va_end(arguments);
	*(void **)&real_openat = real("openat");
	return writes(path, flags) && file_fails(is_here_on_file(OPEN))
		? -1
		: log_open(real_openat(folder, path, flags, mode), flags);
}

/* Half of it is written where that is asked for, and before a write that fails. */
ssize_t write(int fd, const void *bytes, size_t length)
{
	ssize_t (*real_write)(int, const void *, size_t);
	bool here = is_file(fd) && is_here_on_file(WRITE);

	*(void **)&real_write = real("write");
	if (here && getenv("FAULT_HALF") && real_write(fd, bytes, length / 2) < 0)
		abort();
	if (file_fails(here))
		return -1;
	return log_descriptor("write", fd, "",
		(int)real_write(fd, bytes,
			here && getenv("FAULT_SHORT") ? (length + 1) / 2 : length));
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at)
{
	ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

	*(void **)&real_pwrite = real("pwrite");
	return is_file(fd) && file_fails(is_here_on_file(WRITE))
		? -1
		: log_descriptor("write", fd, "", (int)real_pwrite(fd, bytes, length, at));
}

/* libfaketime's, which is there already where a killed process of the same number left it. */
static bool is_shared_memory(int fd)
{
	char path[PATH_MAX];

	return strncmp(path_of(fd, path), "/dev/shm/", strlen("/dev/shm/")) == 0;
}

int ftruncate(int fd, off_t length)
{
	int (*real_ftruncate)(int, off_t);

	*(void **)&real_ftruncate = real("ftruncate");
	if (is_shared_memory(fd))
		return real_ftruncate(fd, length);
	return file_fails(is_here_on_file(TRUNCATE))
		? -1
		: log_descriptor("truncate", fd, "", real_ftruncate(fd, length));
}

int fsync(int fd)
{
	int (*real_fsync)(int);

	*(void **)&real_fsync = real("fsync");
	return is_file(fd) && file_fails(is_here_on_file(SYNC))
		? -1
		: log_descriptor("fsync", fd, "", real_fsync(fd));
}

int syncfs(int fd)
{
	int (*real_syncfs)(int);

	*(void **)&real_syncfs = real("syncfs");
	return is_file(fd) && file_fails(is_here_on_file(SYNC))
		? -1
		: log_descriptor("syncfs", fd, "", real_syncfs(fd));
}

/* It is closed, whatever is said of what was written (close(2)). */
int close(int fd)
{
	int (*real_close)(int);
	bool fails = is_written(fd) && file_fails(is_here_on_file(CLOSE));
	int error = errno, result;

	*(void **)&real_close = real("close");
	log_descriptor("close", fd, "", 0);
	result = real_close(fd);
	if (!fails)
		return result;
	errno = error;
	return -1;
}

int rename(const char *from, const char *to)
{
	int (*real_rename)(const char *, const char *);

	*(void **)&real_rename = real("rename");
	return file_fails(is_here_on_file(RENAME))
		? -1
		: log_move("rename", AT_FDCWD, from, AT_FDCWD, to, real_rename(from, to));
}

pid_t fork(void)
{
	static bool has_failed;
	pid_t (*real_fork)(void);

	*(void **)&real_fork = real("fork");
	if (!getenv("FAULT_FORK") || has_failed)
		return real_fork();
	has_failed = true;
	errno = EAGAIN;
	return -1;
}

int unlink(const char *path)
{
	int (*real_unlink)(const char *);

	*(void **)&real_unlink = real("unlink");
	return file_fails(is_here_on_file(UNLINK))
		? -1
		: log_move("unlink", AT_FDCWD, "", AT_FDCWD, path, real_unlink(path));
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	int (*real_renameat)(int, const char *, int, const char *);

	*(void **)&real_renameat = real("renameat");
	return file_fails(is_here_on_file(RENAME))
		? -1
		: log_move("rename", from_folder, from, to_folder, to,
			  real_renameat(from_folder, from, to_folder, to));
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
	int (*real_renameat2)(int, const char *, int, const char *, unsigned int);

	*(void **)&real_renameat2 = real("renameat2");
	return file_fails(is_here_on_file(RENAME))
		? -1
		: log_move("rename", from_folder, from, to_folder, to,
			  real_renameat2(from_folder, from, to_folder, to, flags));
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
	int (*real_linkat)(int, const char *, int, const char *, int);

	*(void **)&real_linkat = real("linkat");
	return file_fails(is_here_on_file(RENAME))
		? -1
		: log_move("rename", from_folder, from, to_folder, to,
			  real_linkat(from_folder, from, to_folder, to, flags));
}

int flock(int fd, int operation)
{
	int (*real_flock)(int, int);

	*(void **)&real_flock = real("flock");
	return log_descriptor("flock", fd,
		operation & LOCK_UN           ? "UN"
			: operation & LOCK_EX ? "EX"
					      : "SH",
		real_flock(fd, operation));
}

int unlinkat(int folder, const char *path, int flags)
{
	int (*real_unlinkat)(int, const char *, int);

	*(void **)&real_unlinkat = real("unlinkat");
	return file_fails(is_here_on_file(UNLINK)) ? -1
						   : log_move("unlink", AT_FDCWD, "", folder, path,
							     real_unlinkat(folder, path, flags));
}

int mkdir(const char *path, mode_t mode)
{
	int (*real_mkdir)(const char *, mode_t);

	*(void **)&real_mkdir = real("mkdir");
	if (access(path, F_OK) != 0 && file_fails(is_here_on_file(MKDIR)))
		return -1;
	return real_mkdir(path, mode);
}

int ldap_modify_ext(LDAP *ld, const char *dn, LDAPMod **mods, LDAPControl **server,
	LDAPControl **client, int *id)
{
	int (*modify)(LDAP *, const char *, LDAPMod **, LDAPControl **, LDAPControl **, int *);
	bool here = is_here("write");

	*(void **)&modify = real("ldap_modify_ext");
	before(here);
	add_log("ldap", dn, "");
	return after(here, modify(ld, dn, mods, server, client, id));
}

int ldap_add_ext(LDAP *ld, const char *dn, LDAPMod **mods, LDAPControl **server,
	LDAPControl **client, int *id)
{
	int (*add)(LDAP *, const char *, LDAPMod **, LDAPControl **, LDAPControl **, int *);
	bool here = is_here("write");

	*(void **)&add = real("ldap_add_ext");
	before(here);
	add_log("ldap", dn, "");
	return after(here, add(ld, dn, mods, server, client, id));
}

int ldap_delete_ext(LDAP *ld, const char *dn, LDAPControl **server, LDAPControl **client, int *id)
{
	int (*removal)(LDAP *, const char *, LDAPControl **, LDAPControl **, int *);
	bool here = is_here("write");

	*(void **)&removal = real("ldap_delete_ext");
	before(here);
	add_log("ldap", dn, "");
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

CURLcode curl_easy_perform(CURL *handle)
{
	/* The program loads libcurl by itself, so it is not among what follows this library. */
	void *libcurl = dlopen("libcurl.so.4", RTLD_NOW | RTLD_NOLOAD);
	CURLcode (*perform)(CURL *);

	*(void **)&perform = dlsym(libcurl, "curl_easy_perform");
	if (!libcurl || !perform)
		abort();
	add_log("curl", "", "");
	return perform(handle);
}
