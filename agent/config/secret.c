#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/path.h"
#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "config/trust/access.h"
#include "config/trust/agent.h"
#include "model/settings.h"

/* A secret that was read before this process became another user. */
struct kept_secret {
	char *file;           /* owned; as the settings name it */
	int fd;               /* a file in memory; -1: it was refused */
	struct error refusal; /* why */
	struct kept_secret *next;
};

static struct kept_secret *kept_secrets; /* until the process ends */

#define SECRET_MAX ((size_t)64 * 1024) /* bytes of a file that holds one */

#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/*
 * Open without waiting: a pipe in a secret's place must not stop the agent before it is refused. Root, which reads
 * secrets for the agent, follows no link that the agent can have made: else the agent chose what it gets.
 */
static int open_file(const char *path)
{
	return geteuid() == 0 ? path_open(path, OPEN_FLAGS, 0) : open(path, OPEN_FLAGS);
}

static const struct kept_secret *find_kept(const char *file)
{
	const struct kept_secret *kept = kept_secrets;

	while (kept && strcmp(kept->file, file) != 0)
		kept = kept->next;
	return kept;
}

/* What was kept of a file that this user may not read. Errno is EACCES where nothing was. */
static int open_kept(const char *file, struct strbuf *path)
{
	const struct kept_secret *kept = find_kept(file);

	if (!kept || kept->fd < 0) {
		errno = EACCES;
		return -1;
	}
	strbuf_reset(path);
	strbuf_addf(path, "/proc/self/fd/%d", kept->fd);
	return open_file(path->text);
}

/* Open systemd's credential of the file's bare name, or else the file; `path` says which it was. */
static int open_secret(const char *file, struct strbuf *path)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY"), *slash = strrchr(file, '/');
	int fd;

	if (folder && *folder) {
		strbuf_addf(path, "%s/%s", folder, slash ? slash + 1 : file);
		fd = open_file(path->text);
		if (fd < 0 && errno == EACCES)
			return open_kept(file, path);
		if (fd >= 0 || errno != ENOENT)
			return fd;
		strbuf_reset(path);
	}
	strbuf_adds(path, file);
	fd = open_file(file);
	return fd < 0 && errno == EACCES ? open_kept(file, path) : fd;
}

/* Whether somebody other than root, the agent and the owner has any right to a secret; says so. */
static enum error_kind check_access(int fd, const struct stat *status, const char *path,
	const struct agent *agent, struct error *err)
{
	struct arena *arena = arena_new();
	struct access access = access_find(fd, status, S_IRWXO, arena);

	if (access.everybody)
		error_set(err, ERROR_USAGE, _("%s: others can read it; chmod o= it"), path);
	else if (access.is_unknown)
		error_set(err, ERROR_USAGE,
			_("the access control list of %s cannot be read; run chmod g= %s"), path,
			path);
	for (size_t i = 0; !err->kind && i < access.count; i++) {
		const struct grant *grant = &access.grants[i];

		if (grant->is_user && !agent_trusts_user(agent, grant->id))
			error_set(err, ERROR_USAGE,
				_("%s: a user that is neither root nor the agent can read it by its "
				  "access control list; chmod g= it"),
				path);
		else if (!grant->is_user && grant->id != 0 && grant->id != agent->group &&
			grant->id != agent->other_group)
			error_set(err, ERROR_USAGE,
				_("%s: a group can read it that is neither root's nor the agent's; "
				  "chmod g= it"),
				path);
	}
	arena_free(arena);
	return err->kind;
}

/* Judge what open_secret() opened of `file` at `path`, through links if need be. */
static enum error_kind check_file(int fd, const char *file, const char *path,
	const struct agent *agent, struct error *err)
{
	const struct kept_secret *kept = find_kept(file);
	struct stat status;

	if (fd >= 0 && strncmp(path, "/proc/self/fd/", strlen("/proc/self/fd/")) == 0)
		return ERROR_NONE; /* it was checked before it was kept */
	if (fd < 0 && errno == EACCES && kept && kept->refusal.kind)
		return error_set(err, kept->refusal.kind, "%s", kept->refusal.text.text);
	if (fd < 0 || fstat(fd, &status) < 0) {
		return error_set(err, ERROR_USAGE, _("%s: cannot be read: %s"), path,
			strerror(errno));
	}
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_USAGE, _("%s: not a file"), path);
	/* root looks after others' files as after its own. */
	if (geteuid() != 0 && status.st_uid != 0 && status.st_uid != geteuid()) {
		return error_set(err, ERROR_USAGE,
			_("%s: belongs to another user than root and the agent's own; chown it"),
			path);
	}
	if (check_access(fd, &status, path, agent, err))
		return err->kind;
	if ((size_t)status.st_size > SECRET_MAX)
		return error_set(err, ERROR_USAGE, _("%s: larger than %zu bytes"), path,
			SECRET_MAX);
	return ERROR_NONE;
}

/*
 * Read at most `room` bytes into memory that the caller wipes; -1 on failure. file_read_open() will not do: a string
 * buffer that grows leaves copies of a secret behind.
 */
static ssize_t read_bytes(int fd, char *bytes, size_t room)
{
	size_t length = 0;
	ssize_t got = 1;

	while (got > 0 && length < room) {
		got = read(fd, bytes + length, room - length);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			length += (size_t)got;
	}
	return got < 0 ? -1 : (ssize_t)length;
}

static size_t first_line(const char *bytes, size_t length)
{
	const char *end = memchr(bytes, '\n', length);
	size_t line = end ? (size_t)(end - bytes) : length;

	return line > 0 && bytes[line - 1] == '\r' ? line - 1 : line;
}

/* Copy the first line out, or, with `whole`, all of it; what else was read is wiped. */
static enum error_kind read_secret(int fd, const char *path, bool whole, char **secret,
	struct error *err)
{
	char *bytes = memory_get(SECRET_MAX);
	ssize_t length = read_bytes(fd, bytes, SECRET_MAX);
	size_t line = 0;
	enum error_kind kind = ERROR_NONE;

	if (length > 0)
		line = whole ? (size_t)length : first_line(bytes, (size_t)length);
	if (length < 0) {
		kind = error_set(err, ERROR_USAGE, _("%s: cannot be read: %s"), path,
			strerror(errno));
	} else if (line == 0) {
		kind = error_set(err, ERROR_USAGE, _("%s: its first line is empty"), path);
	} else if (memchr(bytes, '\0', line)) {
		kind = error_set(err, ERROR_USAGE, _("%s: not a text"), path);
	} else {
		*secret = memory_get(line + 1);
		memcpy(*secret, bytes, line);
		(*secret)[line] = '\0';
	}
	explicit_bzero(bytes, SECRET_MAX);
	free(bytes);
	return kind;
}

static enum error_kind get_secret(const char *file, bool whole, char **secret, struct error *err)
{
	struct strbuf path = STRBUF_INIT;
	const struct agent agent = agent_self();
	int fd = open_secret(file, &path);
	enum error_kind kind = check_file(fd, file, path.text, &agent, err);

	*secret = NULL;
	if (kind == ERROR_NONE)
		kind = read_secret(fd, path.text, whole, secret, err);
	if (fd >= 0)
		close(fd);
	strbuf_release(&path);
	return kind;
}

enum error_kind settings_secret(const char *file, char **secret, struct error *err)
{
	return get_secret(file, false, secret, err);
}

enum error_kind settings_secret_text(const char *file, char **secret, struct error *err)
{
	return get_secret(file, true, secret, err);
}

enum error_kind settings_secret_path(const char *file, struct strbuf *path, struct error *err)
{
	const struct agent agent = agent_self();
	int fd = open_secret(file, path);
	enum error_kind kind = check_file(fd, file, path->text, &agent, err);

	if (fd >= 0)
		close(fd);
	return kind;
}

/* A file in memory with these bytes, or -1. */
static int make_copy(const char *bytes, size_t length)
{
	int fd = memfd_create("postvagt", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, bytes, length) != (ssize_t)length) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void add_kept(const char *file, int fd, const struct error *refusal)
{
	struct kept_secret *kept = memory_get(sizeof(*kept));
	size_t size = strlen(file) + 1;

	*kept = (struct kept_secret){
		.file = memory_get(size), .fd = fd, .refusal = ERROR_INIT, .next = kept_secrets};
	memcpy(kept->file, file, size);
	if (refusal->kind)
		error_set(&kept->refusal, refusal->kind, "%s", refusal->text.text);
	kept_secrets = kept;
}

/* What cannot be read, or is refused, is said when it is used. */
static void keep_secret(const char *file, const struct agent *agent)
{
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	char *bytes = memory_get(SECRET_MAX);
	int fd = file ? open_secret(file, &path) : -1;
	ssize_t length = -1;

	if (fd >= 0 && check_file(fd, file, path.text, agent, &err) == ERROR_NONE)
		length = read_bytes(fd, bytes, SECRET_MAX);
	if (fd >= 0)
		close(fd);
	fd = length > 0 ? make_copy(bytes, (size_t)length) : -1;
	if (fd >= 0 || err.kind)
		add_kept(file, fd, &err);
	explicit_bzero(bytes, SECRET_MAX);
	free(bytes);
	error_release(&err);
	strbuf_release(&path);
}

static void keep_oauth(const struct oauth_settings *oauth, const struct agent *agent)
{
	keep_secret(oauth->secret_file, agent);
	keep_secret(oauth->key_file ? oauth->key_file : oauth->cert_file, agent);
}

static void keep_server(const struct server_settings *server, const struct agent *agent)
{
	keep_secret(server->password_file, agent);
	keep_secret(server->token_file, agent);
	keep_oauth(&server->oauth, agent);
}

static void keep_http(const struct http_settings *http, const struct agent *agent)
{
	keep_secret(http->token_file, agent);
	keep_secret(http->password_file, agent);
	keep_secret(http->keytab_file, agent);
	keep_secret(http->key_file ? http->key_file : http->cert_file, agent);
	keep_oauth(&http->oauth, agent);
	for (size_t i = 0; i < http->header_count; i++)
		keep_secret(http->headers[i].value_file, agent);
}

void settings_keep_secrets(const struct settings *settings, const struct agent *agent)
{
	keep_secret(settings->directory.bind.password_file, agent);
	keep_secret(settings->directory.bind.keytab_file, agent);
	keep_secret(settings->sign_key_file, agent);
	keep_server(&settings->mail.server, agent);
	keep_http(&settings->mail.graph.http, agent);
	keep_server(&settings->mailbox.imap.server, agent);
	keep_server(&settings->mailbox.probe_imap.server, agent);
	keep_server(&settings->mailbox.sieve.server, agent);
	keep_http(&settings->mailbox.graph.http, agent);
	for (size_t i = 0; i < settings->feed_count; i++)
		keep_http(&settings->feeds[i].http, agent);
}

void settings_forget(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}
