#include "directory/connection/servers.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "directory/connection/srv.h"
#include "model/settings.h"

#define LDAPS_PORT 636

static struct srv_records read_answer(struct arena *arena, const unsigned char *answer, int length)
{
	struct srv_records records = srv_read(arena, answer, (size_t)length);

	srv_order(&records, randombytes_uniform);
	return records;
}

/* The records of a name, in order; none is no error, unless the DNS does not answer at all. */
static enum error_kind look_up(struct arena *arena, const char *name, struct srv_records *records,
	struct error *err)
{
	struct __res_state state = {.options = 0};
	unsigned char *answer = NULL;
	enum error_kind kind = ERROR_NONE;
	int length;

	*records = (struct srv_records){.items = NULL};
	if (res_ninit(&state) != 0)
		return error_set(err, ERROR_OURS, _("DNS: /etc/resolv.conf cannot be used"));
	answer = memory_get(NS_MAXMSG);
	length = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, NS_MAXMSG);
	if (length >= 0)
		*records = read_answer(arena, answer, length < NS_MAXMSG ? length : NS_MAXMSG);
	else if (state.res_h_errno == TRY_AGAIN)
		kind = error_set(err, ERROR_LOST,
			_("DNS: no answer to a query for SRV %s; do the servers of /etc/resolv.conf run?"),
			name);
	free(answer);
	res_nclose(&state);
	return kind;
}

/* Simple binds carry a password, so they get TLS. The port of an SRV record is that of ldap://. */
static bool is_sealed(const struct directory_settings *directory)
{
	return directory->bind.mechanism == BIND_GSSAPI ||
		directory->bind.mechanism == BIND_GSS_SPNEGO;
}

static const char *url_of(struct arena *arena, const struct directory_settings *directory,
	const struct srv_record *record)
{
	if (directory->starttls || is_sealed(directory))
		return arena_format(arena, "ldap://%s:%u", record->host, record->port);
	return arena_format(arena, "ldaps://%s:%d", record->host, LDAPS_PORT);
}

static bool has_url(const struct strings *urls, const char *url)
{
	for (size_t i = 0; i < urls->count; i++) {
		if (strcasecmp(urls->items[i], url) == 0)
			return true;
	}
	return false;
}

/* The URLs of the records, and then those of `others` that are not among them. */
static void join_url(struct arena *arena, const struct directory_settings *directory,
	const struct srv_records *records, const struct strings *others, struct strings *urls)
{
	struct strings joined = {
		.items = arena_get(arena, (records->count + others->count) * sizeof(char *))};

	for (size_t i = 0; i < records->count; i++) {
		const char *url = url_of(arena, directory, &records->items[i]);

		if (!has_url(&joined, url))
			joined.items[joined.count++] = url;
	}
	for (size_t i = 0; i < others->count; i++) {
		if (!has_url(&joined, others->items[i]))
			joined.items[joined.count++] = others->items[i];
	}
	*urls = joined;
}

enum error_kind servers_find(struct arena *arena, const struct directory_settings *directory,
	struct strings *urls, struct error *err)
{
	const char *const names[] = {
		arena_format(arena, "_ldap._tcp.dc._msdcs.%s", directory->domain),
		arena_format(arena, "_ldap._tcp.%s", directory->domain),
	};
	const struct strings none = {.count = 0};
	struct srv_records records = {.items = NULL};
	enum error_kind kind = ERROR_NONE;

	for (size_t i = directory->kind == DIRECTORY_OPENLDAP;
		i < 2 && records.count == 0 && kind == ERROR_NONE; i++)
		kind = look_up(arena, names[i], &records, err);
	if (kind == ERROR_NONE && records.count == 0) {
		return error_set(err, ERROR_TARGET,
			_("DNS: no SRV record %s names a server; is directory.domain right? Or write directory.url"),
			names[1]);
	}
	join_url(arena, directory, &records, &none, urls);
	return kind;
}

void servers_prefer(struct arena *arena, const struct directory_settings *directory,
	const char *site, struct strings *urls)
{
	struct srv_records records;
	struct error ignored = ERROR_INIT;

	look_up(arena,
		arena_format(arena, "_ldap._tcp.%s._sites.dc._msdcs.%s", site, directory->domain),
		&records, &ignored);
	join_url(arena, directory, &records, urls, urls);
	error_release(&ignored);
}
