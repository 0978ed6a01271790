/*
 * What a server answers to a search, as bytes on the wire: libldap decodes, and everything of
 * ours that looks into an answer does.
 */
#include <fcntl.h>
#include <ldap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/connection/io_timeout.h"
#include "directory/entry/ad_value.h"
#include "directory/entry/entry.h"
#include "directory/follow/follow.h"
#include "directory/search/members.h"
#include "directory/search/referral.h"
#include "fuzz.h"
#include "model/settings.h"
#include "model/snapshot.h"

/* In no header that is installed: a handle on a descriptor. */
int ldap_init_fd(ber_socket_t fd, int proto, const char *url, LDAP **ld);
#define PROTO_TCP 1

static void read_identity(const struct dir_entry *entry)
{
	struct strbuf text = STRBUF_INIT;
	uint32_t rid;
	size_t count;
	const struct berval *values = entry_values(entry, "objectGUID", &count);

	for (size_t i = 0; i < count; i++) {
		ad_guid_add(&text, &values[i]);
		ad_sid_rid(&values[i], &rid);
	}
	strbuf_release(&text);
}

/* Where both read an entry, they read the same values. */
static void compare_with_libldap(const struct dir_entry *entry, LDAP *ld, LDAPMessage *message)
{
	for (size_t i = 0; i < entry->count; i++) {
		const struct berval *type = &entry->attributes[i].type, *ours;
		char *name = fuzz_text((const uint8_t *)type->bv_val, type->bv_len);
		struct berval **theirs = ldap_get_values_len(ld, message, name);
		size_t count;

		ours = entry_values(entry, name, &count);
		fuzz_expect(!theirs || (size_t)ldap_count_values_len(theirs) == count,
			"there are as many values");
		for (size_t j = 0; theirs && j < count; j++)
			fuzz_expect(ours[j].bv_len == theirs[j]->bv_len &&
					memcmp(ours[j].bv_val, theirs[j]->bv_val, ours[j].bv_len) ==
						0,
				"the values are the same");
		ldap_value_free_len(theirs);
		free(name);
	}
}

static void read_entry(struct connection *connection, LDAPMessage *message, struct arena *arena)
{
	static const char *const words[] = {"TRUE", "person", NULL};
	struct dir_entry opened = DIR_ENTRY_INIT, *entry = &opened;
	const char *description = "member", *mail;
	struct member_values members = {0};
	struct snapshot *snapshot;
	struct strings texts;
	struct range range;
	struct dir_change change;
	bool is_entry = entry_open(entry, connection->ld, message);

	follow_sync.read(connection, message, entry, arena, &change);
	if (!is_entry) {
		entry_release(entry);
		return;
	}
	compare_with_libldap(entry, connection->ld, message);
	snapshot = snapshot_new(0);
	fuzz_expect(entry_dn(arena, entry) != NULL, "an entry has a DN, maybe an empty one");
	entry_texts(arena, entry, "cn", 3, &texts);
	fuzz_expect(texts.count <= 3, "no more texts than were asked for");
	entry_range(arena, entry, "member", &description, &range);
	entry_members(snapshot, entry, description, &members);
	for (size_t i = 0; i < members.count; i++)
		fuzz_expect(members.items[i]->dn && members.items[i]->key, "a member has a key");
	snapshot_free(snapshot);
	mail = entry_mail(arena, entry, "mail");
	fuzz_expect(!mail || strchr(mail, '@'), "a mail address has an @");
	entry_has_any(entry, "objectClass", words);
	read_identity(entry);
	entry_release(entry);
}

static void read_message(struct connection *connection, LDAPMessage *message, struct arena *arena)
{
	static const char *const apart[] = {"CN=Configuration", NULL};

	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		read_entry(connection, message, arena);
		break;
	case LDAP_RES_SEARCH_REFERENCE:
		referral_is_skipped(connection->ld, message, apart);
		break;
	case LDAP_RES_INTERMEDIATE:
		follow_sync.is_refreshed(connection->ld, message);
		break;
	default:
		break;
	}
}

/* Of LeakSanitizer, where it is. What libldap 2.5 loses of its requests when answers are odd is not ours to free. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void watch_leaks(bool on)
{
	if (on && __lsan_enable)
		__lsan_enable();
	if (!on && __lsan_disable)
		__lsan_disable();
}

static int next_answer(LDAP *ld, int id, LDAPMessage **answer)
{
	struct timeval now = {0, 0};
	int type;

	watch_leaks(false);
	type = ldap_result(ld, id, LDAP_MSG_ONE, &now, answer);
	watch_leaks(true);
	return type;
}

/* A handle on a descriptor, with a search on its way; returns its id. */
static int search(LDAP **ld, int fd)
{
	Sockbuf *sockbuf;
	int id = 0;

	watch_leaks(false);
	fuzz_expect(ldap_init_fd(fd, PROTO_TCP, "ldap:///", ld) == LDAP_SUCCESS &&
			ldap_search_ext(*ld, "dc=x", LDAP_SCOPE_BASE, "(cn=*)", NULL, 0, NULL, NULL,
				NULL, LDAP_NO_LIMIT, &id) == LDAP_SUCCESS,
		"a search goes out");
	fuzz_expect(ldap_get_option(*ld, LDAP_OPT_SOCKBUF, &sockbuf) == LDAP_SUCCESS &&
			io_timeout_limit_messages(sockbuf),
		"messages have a limit");
	watch_leaks(true);
	return id;
}

/* All that can be read at once; the other end has hung up behind it. */
static void read_answers(struct connection *connection, int id, struct arena *arena)
{
	LDAPMessage *answer;

	while (next_answer(connection->ld, id, &answer) > 0) {
		for (LDAPMessage *message = ldap_first_message(connection->ld, answer); message;
			message = ldap_next_message(connection->ld, message))
			read_message(connection, message, arena);
		ldap_msgfree(answer);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct connection connection = CONNECTION_INIT;
	struct arena *arena = arena_new();
	int ends[2], id;
	char drain[256];

	fuzz_expect(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0,
		"there is a pair");
	id = search(&connection.ld, ends[0]);
	fuzz_expect(read(ends[1], drain, sizeof(drain)) > 0, "the search arrives");
	fuzz_expect(size > 65536 || write(ends[1], data, size) == (ssize_t)size, "an answer fits");
	shutdown(ends[1], SHUT_WR);
	read_answers(&connection, id, arena);
	ldap_unbind_ext_s(connection.ld, NULL, NULL);
	close(ends[1]);
	arena_free(arena);
	return 0;
}
