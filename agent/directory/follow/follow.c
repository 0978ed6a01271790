#include "directory/follow/follow.h"

#include <string.h>
#include <sys/time.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "directory/connection/connect.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "model/settings.h"

/* A server has few of them. */
#define CONTEXTS_MAX 1000

/* The naming context that holds `dn`, the innermost where several do; NULL where none is told. */
static const char *context_of(struct arena *arena, const struct strings *contexts, const char *dn)
{
	const char *key = dn_key(arena, dn), *found = NULL, *found_key = NULL;

	for (size_t i = 0; i < contexts->count && key; i++) {
		const char *context_key = dn_key(arena, contexts->items[i]);

		if (!context_key || !dn_is_under(key, context_key))
			continue;
		if (!found_key || strlen(context_key) > strlen(found_key)) {
			found = contexts->items[i];
			found_key = context_key;
		}
	}
	return found;
}

/* The naming context of the people. */
static const char *find_context(struct follow *follow, struct arena *arena)
{
	static const char *const names[] = {"namingContexts", NULL};
	struct connection *connection = &follow->connection;
	const char *people = connection->settings->people.bases.items[0], *context = NULL;
	LDAPMessage *answer = NULL;
	struct dir_entry entry = DIR_ENTRY_INIT;
	struct strings contexts = {0};
	int id = 0;

	if (ldap_search_ext(connection->ld, "", LDAP_SCOPE_BASE, "(objectClass=*)", (char **)names,
		    0, NULL, NULL, NULL, LDAP_NO_LIMIT, &id) == LDAP_SUCCESS)
		connection_entry(connection, id, &answer);
	if (entry_open_first(&entry, connection->ld, answer))
		entry_texts(arena, &entry, "namingContexts", CONTEXTS_MAX, &contexts);
	entry_release(&entry);
	context = context_of(arena, &contexts, people);
	ldap_msgfree(answer);
	return context ? context : people;
}

/* Where all places of interest meet, within the naming context; the context where that is not known. */
static const char *find_base(const struct follow *follow, struct arena *arena, const char *context)
{
	const struct strings *places = follow->interest.places;
	const char *base = NULL, *base_key = NULL, *context_key = dn_key(arena, context);

	for (size_t i = 0; places && i < places->count && context_key; i++) {
		const char *key = dn_key(arena, places->items[i]);

		if (!key || !dn_is_under(key, context_key))
			continue;
		if (!base) {
			base = places->items[i];
			base_key = key;
		}
		while (!dn_is_under(key, base_key)) {
			base = dn_parent(base);
			base_key = dn_parent(base_key);
		}
	}
	return base && strcmp(base_key, context_key) != 0 ? base : context;
}

/* The server does not tell of changes: keep its reason, and nothing else. */
static void give_up(struct follow *follow, int result, const char *diagnostic)
{
	strbuf_reset(&follow->words);
	strbuf_adds(&follow->words, ldap_err2string(result));
	if (diagnostic && *diagnostic)
		strbuf_addf(&follow->words, " (%s)", diagnostic);
	follow->why_not = follow->words.text;
	follow->id = 0;
	connection_close(&follow->connection);
}

static enum error_kind fail_lost(const struct follow *follow, int result, struct error *err)
{
	enum error_kind kind = connection_error(err, &follow->connection, result, NULL,
		_("follow the changes"), NULL);

	return kind == ERROR_TARGET && follow->connection.incoming.is_spent ? kind : ERROR_LOST;
}

static enum error_kind send_search(struct follow *follow, struct error *err)
{
	struct connection *connection = &follow->connection;
	const struct follow_way *way = follow->way;
	struct arena *arena = arena_new();
	const char *context = find_context(follow, arena);
	const char *base = way->may_be_narrow ? find_base(follow, arena, context) : context;
	LDAPControl **controls = way->is_asked ? NULL : way->controls(connection, context);
	const char *key = dn_key(arena, base);
	int result = LDAP_NO_MEMORY;

	follow->is_narrow = base != context;
	strbuf_adds(&follow->base, base);
	strbuf_adds(&follow->base_key, key ? key : "");
	if (way->is_asked) {
		result = usn_begin(follow);
	} else if (controls) {
		result = ldap_search_ext(connection->ld, base, LDAP_SCOPE_SUBTREE,
			"(objectClass=*)", (char **)follow->attributes, 0, controls, NULL, NULL,
			LDAP_NO_LIMIT, &follow->id);
		ldap_controls_free(controls);
	}
	arena_free(arena);
	return result == LDAP_SUCCESS ? ERROR_NONE : fail_lost(follow, result, err);
}

/* The search has ended, which it never does by itself. */
static void read_end(struct follow *follow, LDAPMessage *message)
{
	char *diagnostic = NULL;
	int result = LDAP_OTHER;

	ldap_parse_result(follow->connection.ld, message, &result, NULL, &diagnostic, NULL, NULL,
		0);
	give_up(follow, result, diagnostic);
	ldap_memfree(diagnostic);
}

/* The next message, or NULL: none within `limit`, or `*result` is not LDAP_SUCCESS. */
static LDAPMessage *next_message(const struct follow *follow, struct timeval limit, int *result)
{
	LDAPMessage *message = NULL;
	int type = ldap_result(follow->connection.ld, LDAP_RES_ANY, LDAP_MSG_ONE, &limit, &message);

	*result = LDAP_SUCCESS;
	if (type < 0)
		ldap_get_option(follow->connection.ld, LDAP_OPT_RESULT_CODE, result);
	if (type < 0 && *result == LDAP_SUCCESS)
		*result = LDAP_SERVER_DOWN;
	if (message && ldap_msgid(message) == LDAP_RES_UNSOLICITED) {
		*result = LDAP_SERVER_DOWN;
		ldap_msgfree(message);
		message = NULL;
	}
	return message;
}

/* What the server takes for news at first is no news to one who reads everything after this. */
static enum error_kind await_refresh(struct follow *follow, struct error *err)
{
	struct connection *connection = &follow->connection;
	const struct timeval limit = {.tv_sec = connection->settings->directory.timeout};
	bool done = !follow->way->begins_with_refresh;

	incoming_allow(&connection->incoming, NEWS_BYTES_MAX);
	while (!done) {
		int result;
		LDAPMessage *message = next_message(follow, limit, &result);

		if (!message)
			return fail_lost(follow, result == LDAP_SUCCESS ? LDAP_TIMEOUT : result,
				err);
		if (ldap_msgtype(message) == LDAP_RES_SEARCH_RESULT) {
			read_end(follow, message);
			done = true;
		} else if (ldap_msgtype(message) == LDAP_RES_INTERMEDIATE) {
			done = follow->way->is_refreshed(connection->ld, message);
		}
		ldap_msgfree(message);
	}
	return ERROR_NONE;
}

static void choose_way(struct follow *follow)
{
	if (follow->connection.dialect->follow == FOLLOW_SYNCREPL)
		follow->way = &follow_sync;
	else if (usn_is_better(&follow->connection))
		follow->way = &follow_usn;
	else
		follow->way = &follow_notify;
}

/* What the search asks for: what the way needs, and what is of interest. */
static void name_attributes(struct follow *follow)
{
	const char *const *lists[] = {follow->way->attributes, follow->interest.attributes};
	size_t count = 0, room = 0;

	follow->arena = arena_new();
	for (size_t i = 0; i < COUNT(lists); i++) {
		for (const char *const *name = lists[i]; name && *name; name++) {
			follow->attributes = arena_grow(follow->arena, follow->attributes, count,
				&room, sizeof(*follow->attributes));
			follow->attributes[count++] = arena_string(follow->arena, *name);
		}
	}
	follow->attributes = arena_grow(follow->arena, follow->attributes, count, &room,
		sizeof(*follow->attributes));
}

/* Make the search, and wait until it tells of what is new. */
static enum error_kind begin_search(struct follow *follow, struct error *err)
{
	enum error_kind failed = connection_reopen(&follow->connection, err);

	if (!failed) {
		choose_way(follow);
		name_attributes(follow);
		failed = send_search(follow, err);
	}
	return failed ? failed : await_refresh(follow, err);
}

enum error_kind follow_start(struct follow *follow, const struct connection *reading,
	const struct follow_interest *interest, struct error *err)
{
	enum error_kind failed;

	follow_stop(follow);
	follow->interest = *interest;
	follow->connection.url = reading->url;
	follow->connection.settings = reading->settings;
	failed = begin_search(follow, err);
	if (!failed && follow->why_not && follow->is_narrow) {
		/* Nothing is there, or may be read there. */
		follow_stop(follow);
		follow->interest.places = NULL;
		failed = begin_search(follow, err);
	}
	if (failed)
		follow_stop(follow);
	follow->asked_at = moment_uptime();
	return failed;
}

void follow_stop(struct follow *follow)
{
	connection_close(&follow->connection);
	follow->id = 0;
	follow->sign_of_life = 0;
	follow->poll = (struct usn_poll){0};
	follow->why_not = NULL;
	arena_free(follow->arena);
	follow->arena = NULL;
	follow->attributes = NULL;
	strbuf_release(&follow->base);
	strbuf_release(&follow->base_key);
	strbuf_release(&follow->words);
}

enum error_kind follow_check(struct follow *follow, struct error *err)
{
	static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
	const struct connection *connection = &follow->connection;
	int result;

	if (!connection->ld ||
		moment_uptime() - follow->asked_at <
			(int64_t)connection->settings->directory.timeout * 1000)
		return ERROR_NONE;
	if (follow->sign_of_life)
		return fail_lost(follow, LDAP_TIMEOUT, err);
	follow->asked_at = moment_uptime();
	result = ldap_search_ext(connection->ld, "", LDAP_SCOPE_BASE, "(objectClass=*)",
		(char **)nothing, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &follow->sign_of_life);
	return result == LDAP_SUCCESS ? ERROR_NONE : fail_lost(follow, result, err);
}

bool follow_covers(const struct follow *follow, const char *dn_key)
{
	return dn_is_under(dn_key, follow->base_key.text);
}

int follow_descriptor(const struct follow *follow)
{
	int descriptor = -1;

	if (follow->connection.ld)
		ldap_get_option(follow->connection.ld, LDAP_OPT_DESC, &descriptor);
	return descriptor;
}

int64_t follow_next(const struct follow *follow)
{
	const struct usn_poll *poll = &follow->poll;

	if (!follow->connection.ld || !follow->way->is_asked || poll->asking || poll->reading)
		return INT64_MAX;
	return poll->due_at;
}

/* Under its identity, or the name of one that has none. */
static void note_change(struct dir_changes *changes, const struct dir_change *change)
{
	const char *key = change->identity ? change->identity : change->dn_key;
	struct dir_change *noted;

	if (!key)
		return;
	if (!changes->known)
		changes->known = table_new(changes->arena);
	noted = table_find(changes->known, key);
	if (!noted) {
		noted = arena_get(changes->arena, sizeof(*noted));
		table_put(changes->known, key, noted);
		changes->items = arena_grow(changes->arena, changes->items, changes->count,
			&changes->room, sizeof(struct dir_change *));
		changes->items[changes->count++] = noted;
	}
	*noted = *change;
}

/* Under no identity, so what the server tells of the same entry is a change besides. */
void dir_changes_add(struct dir_changes *changes, const char *dn)
{
	const struct dir_change change = {
		.dn = arena_string(changes->arena, dn), .dn_key = dn_key(changes->arena, dn)};

	note_change(changes, &change);
}

void follow_note(struct follow *follow, LDAPMessage *message, struct dir_changes *changes)
{
	const struct follow_interest *interest = &follow->interest;
	struct dir_entry entry = DIR_ENTRY_INIT;
	struct arena *own = arena_new();
	struct dir_change change;

	entry_open(&entry, follow->connection.ld, message);
	if (follow->way->read(&follow->connection, message, &entry, own, &change) &&
		!(interest->is_stranger &&
			interest->is_stranger(interest->context, &entry, &change))) {
		change.dn = arena_string(changes->arena, change.dn);
		change.dn_key = arena_string(changes->arena, change.dn_key);
		change.identity = arena_string(changes->arena, change.identity);
		note_change(changes, &change);
	}
	entry_release(&entry);
	arena_free(own);
}

/* A search that has ended must be begun anew, as if the connection were lost. */
static enum error_kind take_message(struct follow *follow, LDAPMessage *message,
	struct dir_changes *changes, struct error *err)
{
	if (follow->sign_of_life && ldap_msgid(message) == follow->sign_of_life) {
		if (ldap_msgtype(message) == LDAP_RES_SEARCH_RESULT)
			follow->sign_of_life = 0;
		return ERROR_NONE;
	}
	if (follow->way->is_asked) {
		int result = usn_take(follow, message, changes);

		return result == LDAP_SUCCESS ? ERROR_NONE : fail_lost(follow, result, err);
	}
	if (ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY)
		follow_note(follow, message, changes);
	if (ldap_msgtype(message) != LDAP_RES_SEARCH_RESULT)
		return ERROR_NONE;
	read_end(follow, message);
	return error_set(err, ERROR_LOST, _("%s: follow the changes: the server has ended it: %s"),
		follow->connection.url, follow->why_not);
}

enum error_kind follow_take(struct follow *follow, struct dir_changes *changes, struct error *err)
{
	const struct timeval at_once = {0};
	enum error_kind failed = ERROR_NONE;

	incoming_allow(&follow->connection.incoming, NEWS_BYTES_MAX);
	if (follow_next(follow) <= moment_uptime()) {
		int result = usn_ask(follow);

		failed = result == LDAP_SUCCESS ? ERROR_NONE : fail_lost(follow, result, err);
	}
	while (!failed && follow->connection.ld) {
		int result;
		LDAPMessage *message = next_message(follow, at_once, &result);

		if (!message && result != LDAP_SUCCESS)
			return fail_lost(follow, result, err);
		if (!message)
			return ERROR_NONE;
		failed = take_message(follow, message, changes, err);
		ldap_msgfree(message);
	}
	return failed;
}
