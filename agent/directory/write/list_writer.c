#include "directory/write/list_writer.h"

#include <ldap.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "directory/connection/connect.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/search/members.h"
#include "directory/search/search.h"
#include "directory/write/request.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "model/settings.h"

/* Of one request, besides PLAN_VALUES_PER_MODIFY: slapd takes 4 MiB (sockbuf_max_incoming_auth, slapd.conf(5)). */
#define REQUEST_BYTES_MAX ((size_t)256 * 1024)

/*
 * How often a chunk is tried again where another writer was first, and where the server is busy (after 80 ms,
 * then twice as long each time); how long a run waits for a busy server, and how often it opens its connection
 * anew (a silence of directory.timeout counts for two).
 */
#define REREADS_MAX      5
#define WAITS_MAX        4
#define WAITS_OF_RUN_MAX 40
#define REOPENS_MAX      3

/* How the list stands now. */
struct list_state {
	struct members_read read;
	struct table *keys;
	bool exists;
};

/* What to do after a result code. */
enum reaction {
	CARRY_ON,  /* it is done */
	REREAD,    /* somebody was there first: see what is left */
	WAIT,      /* the server is busy */
	RECONNECT, /* the connection is gone, or its answers cannot be read */
	NARROW,    /* some value is refused: find out which */
	GIVE_UP,
};

static enum reaction reaction_to(const struct dialect *dialect, int result)
{
	if (result == dialect->value_exists || result == dialect->value_missing)
		return REREAD;
	if (connection_is_gone(result))
		return RECONNECT;
	if (connection_is_busy(result))
		return WAIT;
	switch (result) {
	case LDAP_SUCCESS:
		return CARRY_ON;
	case LDAP_ALREADY_EXISTS:
	case LDAP_TYPE_OR_VALUE_EXISTS:
	case LDAP_NO_SUCH_ATTRIBUTE:
		return REREAD;
	case LDAP_NO_SUCH_OBJECT:
	case LDAP_CONSTRAINT_VIOLATION:
	case LDAP_NAMING_VIOLATION:
	case LDAP_INVALID_SYNTAX:
	case LDAP_INVALID_DN_SYNTAX:
		return NARROW;
	default:
		return GIVE_UP;
	}
}

/* 10 ms, then twice as long each time: another writer is a machine, too. */
static void pause_before(int attempt)
{
	moment_sleep(10 << attempt);
}

static size_t waiting_in(const struct member_ops *changes)
{
	size_t count = 0;

	for (size_t i = 0; i < changes->count; i++)
		count += changes->items[i].state == MEMBER_OP_WAITING;
	return count;
}

/* Reading the list again. */

static void on_members(void *context, const struct members_read *read)
{
	struct list_state *standing = context;

	for (size_t i = 0; i < read->members.count; i++)
		table_put(standing->keys, read->members.items[i]->key, standing);
}

static void on_list(void *context, const struct dir_entry *entry)
{
	struct list_state *standing = context;

	standing->exists = true;
	members_read_start(&standing->read, entry);
}

static enum error_kind list_read(struct list_writer *w, struct list_state *standing,
	struct error *err)
{
	const struct dialect *dialect = w->run->connection->dialect;
	struct search_queue *queue = search_queue_new(w->run->connection);
	enum error_kind kind;

	standing->read.queue = queue;
	standing->read.version_attribute = dialect->version_attribute;
	search_add(queue,
		&(struct search){
			.what = _("read the list again"),
			.base = w->list->dn,
			.scope = LDAP_SCOPE_BASE,
			.filter = "(objectClass=*)",
			.attributes = (const char *const[]){standing->read.attribute,
				dialect->version_attribute, NULL},
			.on_entry = on_list,
			.context = standing,
		});
	kind = search_run(queue, err);
	search_queue_free(queue);
	return kind;
}

/*
 * Take for made what the list says is so already, `by_others` where no request of ours can have
 * done it. A list that was there and is gone stays gone.
 */
static enum error_kind list_reread(struct list_writer *w, struct member_ops *changes,
	bool by_others, struct error *err)
{
	struct snapshot *own = snapshot_new(0);
	struct list_state standing = {
		.read = {.snapshot = own,
			.dn = w->list->dn,
			.attribute = w->run->connection->settings->member_attribute,
			.on_whole = on_members,
			.context = &standing},
		.keys = table_new(snapshot_arena(own)),
	};
	enum error_kind kind = list_read(w, &standing, err);

	if (kind == ERROR_NONE && w->exists && !standing.exists)
		kind = error_set(err, ERROR_TARGET, _("%s: the list is gone"), w->list->dn);
	if (kind == ERROR_NONE)
		w->exists = standing.exists;
	for (size_t i = 0; i < changes->count && kind == ERROR_NONE; i++) {
		bool there = table_find(standing.keys, changes->items[i].key);

		if (changes->items[i].state == MEMBER_OP_WAITING &&
			there == (changes->operation == LDAP_MOD_ADD)) {
			changes->items[i].state = MEMBER_OP_DONE;
			changes->items[i].already_done = by_others;
		}
	}
	snapshot_free(own);
	return kind;
}

/* Whether the connection may be opened once more; the second time it waits before. */
static bool may_reopen(struct write_ctx *run, int cost)
{
	if (run->reopens + cost > REOPENS_MAX)
		return false;
	if (run->reopens > 0)
		pause_before(5 + run->reopens);
	run->reopens += cost;
	return true;
}

static enum error_kind give_up_run(struct write_ctx *run, const struct error *lost)
{
	return error_set(&run->lost, lost->kind, "%s", lost->text.text);
}

/* Open the connection anew, within bounds, and read the list. `lost` says what failed last. */
static enum error_kind reopen_and_reread(struct list_writer *w, struct member_ops *changes,
	bool by_others, int cost, struct error *lost)
{
	enum error_kind kind = ERROR_LOST;

	while (kind == ERROR_LOST) {
		if (!may_reopen(w->run, cost))
			return give_up_run(w->run, lost);
		error_release(lost);
		kind = connection_reopen(w->run->connection, lost);
		if (kind != ERROR_NONE && kind != ERROR_LOST)
			return give_up_run(w->run, lost);
		if (kind == ERROR_NONE)
			kind = list_reread(w, changes, by_others, lost);
	}
	return kind;
}

/* After a request that was lost: what it did, the list will say. */
static enum error_kind list_reconnect(struct list_writer *w, struct member_ops *changes, int result)
{
	size_t waiting = waiting_in(changes);
	struct error lost = ERROR_INIT;
	enum error_kind kind;

	w->outcome->outcome_unknown = w->run->connection->connected_once;
	connection_error(&lost, w->run->connection, result, NULL, _("change the list"),
		w->list->dn);
	kind = reopen_and_reread(w, changes, false, result == LDAP_TIMEOUT ? 2 : 1, &lost);
	if (kind == ERROR_NONE) {
		w->outcome->modifies += waiting_in(changes) < waiting;
		w->outcome->outcome_unknown = false;
	} else {
		error_set(&w->failure, kind, "%s", lost.text.text);
	}
	error_release(&lost);
	return kind;
}

/* After a request that was answered: take for made what is so. */
static enum error_kind list_look(struct list_writer *w, struct member_ops *changes)
{
	struct error lost = ERROR_INIT;
	enum error_kind kind = list_reread(w, changes, true, &lost);

	if (kind == ERROR_LOST)
		kind = reopen_and_reread(w, changes, true, 1, &lost);
	if (kind != ERROR_NONE)
		error_set(&w->failure, kind, "%s", lost.text.text);
	error_release(&lost);
	return kind;
}

/* Writing a chunk. */

/* Send it, and keep the server's words. */
static int chunk_send(struct list_writer *w, const struct member_ops *chunk)
{
	struct connection *connection = w->run->connection;
	int result = request_members(connection, w->list, w->exists, chunk);

	ldap_memfree(w->diagnostic);
	w->diagnostic = NULL;
	ldap_get_option(connection->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &w->diagnostic);
	return result;
}

static void chunk_made(struct list_writer *w, struct member_ops *chunk)
{
	for (size_t i = 0; i < chunk->count; i++) {
		if (chunk->items[i].state == MEMBER_OP_WAITING)
			chunk->items[i].state = MEMBER_OP_DONE;
	}
	w->outcome->modifies++;
	w->outcome->created = w->outcome->created || !w->exists;
	w->exists = true;
}

static const char *operation_text(const struct member_ops *changes)
{
	return changes->operation == LDAP_MOD_ADD ? _("add members to") : _("delete members from");
}

static enum error_kind chunk_fail(struct list_writer *w, const struct member_ops *chunk, int result)
{
	return connection_error(&w->failure, w->run->connection, result, w->diagnostic,
		operation_text(chunk), w->list->dn);
}

static enum error_kind chunk_write(struct list_writer *w, struct member_ops *chunk);

/* The one value of a chunk that is refused, and stays so. */
static void chunk_refuse(struct list_writer *w, struct member_ops *chunk, int result)
{
	struct error refusal = ERROR_INIT;

	connection_error(&refusal, w->run->connection, result, w->diagnostic, operation_text(chunk),
		w->list->dn);
	for (size_t i = 0; i < chunk->count; i++) {
		if (chunk->items[i].state == MEMBER_OP_WAITING) {
			chunk->items[i].state = MEMBER_OP_REFUSED;
			chunk->items[i].why = arena_string(w->run->arena, refusal.text.text);
		}
	}
	error_set(&w->failure, refusal.kind, "%s", refusal.text.text);
	error_release(&refusal);
}

/*
 * Halve it until the value that is refused stands alone; unless it is the list,
 * or the place for a new one, that is not there.
 */
static enum error_kind chunk_narrow(struct list_writer *w, struct member_ops *chunk, int result)
{
	struct member_ops first = *chunk, second = *chunk;
	enum error_kind kind;

	if (result == LDAP_NO_SUCH_OBJECT) {
		kind = list_look(w, chunk);
		if (kind == ERROR_NONE && !w->exists)
			kind = chunk_fail(w, chunk, result);
		if (kind != ERROR_NONE)
			return kind;
	}
	if (waiting_in(chunk) <= 1) {
		chunk_refuse(w, chunk, result);
		return ERROR_NONE;
	}
	first.count = chunk->count / 2;
	second.items += first.count;
	second.count -= first.count;
	kind = chunk_write(w, &first);
	return kind == ERROR_NONE ? chunk_write(w, &second) : kind;
}

/*
 * Somebody was there first, the server says: read the list and go on. Where the
 * list says otherwise, some value is refused by the same code (as 53, on Active
 * Directory): then it is found as other refused ones are.
 */
static enum error_kind chunk_reread(struct list_writer *w, struct member_ops *chunk, int result,
	int *rereads)
{
	size_t waiting = waiting_in(chunk);
	bool existed = w->exists;
	enum error_kind kind;

	if (*rereads < REREADS_MAX) {
		pause_before((*rereads)++);
		kind = list_look(w, chunk);
		if (kind != ERROR_NONE || waiting_in(chunk) < waiting || w->exists != existed ||
			waiting == 1)
			return kind;
	}
	return w->exists ? chunk_narrow(w, chunk, result) : chunk_fail(w, chunk, result);
}

static enum error_kind chunk_write(struct list_writer *w, struct member_ops *chunk)
{
	int rereads = 0, waits = 0;
	enum error_kind kind = ERROR_NONE;

	while (kind == ERROR_NONE && waiting_in(chunk) > 0) {
		int result = chunk_send(w, chunk);

		switch (reaction_to(w->run->connection->dialect, result)) {
		case CARRY_ON:
			chunk_made(w, chunk);
			break;
		case REREAD:
			kind = chunk_reread(w, chunk, result, &rereads);
			break;
		case WAIT:
			if (waits == WAITS_MAX || w->run->waits == WAITS_OF_RUN_MAX)
				return chunk_fail(w, chunk, result);
			pause_before(3 + waits++);
			w->run->waits++;
			break;
		case RECONNECT:
			kind = list_reconnect(w, chunk, result);
			break;
		case NARROW:
			return chunk_narrow(w, chunk, result);
		case GIVE_UP:
			return chunk_fail(w, chunk, result);
		}
	}
	return kind;
}

/* As many of the changes from `first` on as one request takes. */
static struct member_ops chunk_of(const struct member_ops *changes, size_t first)
{
	struct member_ops chunk = {
		.operation = changes->operation, .items = changes->items + first};
	size_t bytes = 0, left = changes->count - first;

	while (chunk.count < left && chunk.count < PLAN_VALUES_PER_MODIFY) {
		bytes += strlen(chunk.items[chunk.count].dn);
		if (chunk.count > 0 && bytes > REQUEST_BYTES_MAX)
			break;
		chunk.count++;
	}
	return chunk;
}

enum error_kind member_ops_write(struct list_writer *w, const struct member_ops *changes)
{
	enum error_kind kind = ERROR_NONE;

	for (size_t first = 0; first < changes->count && kind == ERROR_NONE;) {
		struct member_ops chunk = chunk_of(changes, first);

		kind = chunk_write(w, &chunk);
		first += chunk.count;
	}
	return kind;
}

bool member_ops_are_made(const struct member_ops *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		if (changes->items[i].state != MEMBER_OP_DONE)
			return false;
	}
	return true;
}
