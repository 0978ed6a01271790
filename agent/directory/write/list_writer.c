#include "directory/write/list_writer.h"

#include <ldap.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
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

static size_t waiting_of(const struct member_ops *changes)
{
	size_t count = 0;

	for (size_t i = 0; i < changes->count; i++)
		count += changes->items[i].state == MEMBER_OP_WAITING;
	return count;
}

static size_t waiting_in(const struct member_chunk *chunk)
{
	return waiting_of(&chunk->additions) + waiting_of(&chunk->removals);
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

/* Take for made what is as it was to be: `keys` are the members. */
static void take_made(struct member_ops *changes, const struct table *keys, bool by_others)
{
	for (size_t i = 0; i < changes->count; i++) {
		bool there = table_find(keys, changes->items[i].key);

		if (changes->items[i].state == MEMBER_OP_WAITING &&
			there == (changes->operation == LDAP_MOD_ADD)) {
			changes->items[i].state = MEMBER_OP_DONE;
			changes->items[i].already_done = by_others;
		}
	}
}

/*
 * Read the list, and take for made what it says is so already, `by_others` where no request of ours can have
 * done it. A list that was there and is gone stays gone.
 */
static enum error_kind list_reread(struct list_writer *w, struct member_chunk *chunk,
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
	if (kind == ERROR_NONE) {
		w->exists = standing.exists;
		take_made(&chunk->additions, standing.keys, by_others);
		take_made(&chunk->removals, standing.keys, by_others);
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
static enum error_kind reopen_and_reread(struct list_writer *w, struct member_chunk *chunk,
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
		if (kind == ERROR_NONE) {
			w->run->opened++;
			kind = list_reread(w, chunk, by_others, lost);
		}
	}
	return kind;
}

/*
 * After a request that was lost: what it did, the list will say. Of several that were lost with one connection, the
 * first opens it again.
 */
static enum error_kind list_reconnect(struct list_writer *w, struct member_chunk *chunk, int result)
{
	struct write_ctx *run = w->run;
	size_t waiting = waiting_in(chunk);
	struct error lost = ERROR_INIT;
	enum error_kind kind = ERROR_LOST;

	list_writer_lose(w);
	if (run->lost.kind != ERROR_NONE)
		return error_set(&w->failure, run->lost.kind, "%s", run->lost.text.text);
	if (w->opened < run->opened) {
		kind = list_reread(w, chunk, false, &lost);
		result = LDAP_SERVER_DOWN;
	} else {
		connection_error(&lost, run->connection, result, NULL, _("change the list"),
			w->list->dn);
	}
	if (kind == ERROR_LOST)
		kind = reopen_and_reread(w, chunk, false, result == LDAP_TIMEOUT ? 2 : 1, &lost);
	if (kind == ERROR_NONE) {
		w->outcome->modifies += waiting_in(chunk) < waiting;
		w->outcome->outcome_unknown = false;
	} else {
		error_set(&w->failure, kind, "%s", lost.text.text);
	}
	error_release(&lost);
	return kind;
}

/* After a request that was answered: take for made what is so, by another writer unless a request of ours was lost. */
static enum error_kind list_look(struct list_writer *w, struct member_chunk *chunk)
{
	size_t waiting = waiting_in(chunk);
	struct error lost = ERROR_INIT;
	enum error_kind kind = list_reread(w, chunk, !w->was_lost, &lost);

	if (kind == ERROR_LOST)
		kind = reopen_and_reread(w, chunk, !w->was_lost, 1, &lost);
	w->outcome->modifies += w->was_lost && waiting_in(chunk) < waiting;
	if (kind != ERROR_NONE)
		error_set(&w->failure, kind, "%s", lost.text.text);
	error_release(&lost);
	return kind;
}

/* Writing a chunk. */

static int chunk_post(struct list_writer *w, const struct member_chunk *chunk)
{
	struct connection *connection = w->run->connection;
	int result = request_members_send(connection, w->list, w->exists, chunk, &w->id);

	w->may_be_made = connection->connected_once;
	w->opened = w->run->opened;
	w->waited = w->run->waits;
	return result;
}

/* Send it, wait for the answer, and keep the server's words. */
static int chunk_send(struct list_writer *w, const struct member_chunk *chunk)
{
	int result = chunk_post(w, chunk);

	if (result == LDAP_SUCCESS)
		result = connection_answer(w->run->connection, w->id, NULL);
	list_writer_hear(w);
	return result;
}

static void chunk_made(struct list_writer *w, struct member_chunk *chunk)
{
	struct member_ops *const kinds[] = {&chunk->additions, &chunk->removals};

	for (size_t k = 0; k < COUNT(kinds); k++) {
		for (size_t i = 0; i < kinds[k]->count; i++) {
			if (kinds[k]->items[i].state == MEMBER_OP_WAITING)
				kinds[k]->items[i].state = MEMBER_OP_DONE;
		}
	}
	w->outcome->modifies++;
	w->outcome->created = w->outcome->created || !w->exists;
	w->exists = true;
}

static const char *operation_text(const struct member_chunk *chunk)
{
	return waiting_of(&chunk->additions) > 0 ? _("add members to") : _("delete members from");
}

static enum error_kind chunk_fail(struct list_writer *w, const struct member_chunk *chunk,
	int result)
{
	return connection_error(&w->failure, w->run->connection, result, w->diagnostic,
		operation_text(chunk), w->list->dn);
}

static enum error_kind chunk_settle(struct list_writer *w, struct member_chunk *chunk, int result);

static enum error_kind chunk_write(struct list_writer *w, struct member_chunk *chunk)
{
	if (waiting_in(chunk) == 0)
		return ERROR_NONE;
	return chunk_settle(w, chunk, chunk_send(w, chunk));
}

/* The one value of a chunk that is refused, and stays so. */
static void chunk_refuse(struct list_writer *w, struct member_chunk *chunk, int result)
{
	struct member_ops *const kinds[] = {&chunk->additions, &chunk->removals};
	struct error refusal = ERROR_INIT;

	w->has_refused_addition |= waiting_of(&chunk->additions) > 0;
	connection_error(&refusal, w->run->connection, result, w->diagnostic, operation_text(chunk),
		w->list->dn);
	for (size_t k = 0; k < COUNT(kinds); k++) {
		for (size_t i = 0; i < kinds[k]->count; i++) {
			if (kinds[k]->items[i].state == MEMBER_OP_WAITING) {
				kinds[k]->items[i].state = MEMBER_OP_REFUSED;
				kinds[k]->items[i].why =
					arena_string(w->run->arena, refusal.text.text);
			}
		}
	}
	error_set(&w->failure, refusal.kind, "%s", refusal.text.text);
	error_release(&refusal);
}

/* Add first, then delete: removals are not tried where an addition failed. */
static enum error_kind chunk_split(struct list_writer *w, struct member_chunk *chunk)
{
	struct member_chunk first = {.additions = chunk->additions},
			    second = {.removals = chunk->removals};
	enum error_kind kind = chunk_write(w, &first);

	if (kind != ERROR_NONE || !member_ops_are_made(&first.additions))
		return kind;
	return chunk_write(w, &second);
}

/* Of one kind of changes. */
static enum error_kind chunk_halve(struct list_writer *w, struct member_chunk *chunk)
{
	bool adds = waiting_of(&chunk->additions) > 0;
	struct member_chunk first = {0}, second = {0};
	struct member_ops *from = adds ? &chunk->additions : &chunk->removals,
			  *one = adds ? &first.additions : &first.removals,
			  *two = adds ? &second.additions : &second.removals;
	enum error_kind kind;

	*one = *two = *from;
	one->count = from->count / 2;
	two->items += one->count;
	two->count -= one->count;
	kind = chunk_write(w, &first);
	return kind == ERROR_NONE ? chunk_write(w, &second) : kind;
}

static bool has_both(const struct member_chunk *chunk)
{
	return waiting_of(&chunk->additions) > 0 && waiting_of(&chunk->removals) > 0;
}

/*
 * Find the value that is refused: additions and removals apart, then each half of them until it stands alone; unless it
 * is the list, or the place for a new one, that is not there.
 */
static enum error_kind chunk_narrow(struct list_writer *w, struct member_chunk *chunk, int result)
{
	enum error_kind kind;

	if (result == LDAP_NO_SUCH_OBJECT) {
		kind = list_look(w, chunk);
		if (kind == ERROR_NONE && !w->exists)
			kind = chunk_fail(w, chunk, result);
		if (kind != ERROR_NONE)
			return kind;
	}
	if (has_both(chunk))
		return chunk_split(w, chunk);
	if (waiting_in(chunk) == 0)
		return ERROR_NONE;
	if (waiting_in(chunk) == 1) {
		chunk_refuse(w, chunk, result);
		return ERROR_NONE;
	}
	return chunk_halve(w, chunk);
}

/*
 * Somebody was there first, the server says: read the list and go on. Where the
 * list says otherwise, some value is refused by the same code (as 53, on Active
 * Directory): then it is found as other refused ones are.
 */
static enum error_kind chunk_reread(struct list_writer *w, struct member_chunk *chunk, int result,
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

/* Whether nothing of a chunk is left to send: also removals, where an addition was refused meanwhile. */
static bool is_settled(const struct list_writer *w, const struct member_chunk *chunk)
{
	return waiting_of(&chunk->additions) == 0 &&
		(waiting_of(&chunk->removals) == 0 || w->has_refused_addition);
}

/* What follows from the result code of its request, and of those that are sent instead. */
static enum error_kind chunk_settle(struct list_writer *w, struct member_chunk *chunk, int result)
{
	int rereads = 0, waits = 0;
	enum error_kind kind = ERROR_NONE;

	while (true) {
		switch (reaction_to(w->run->connection->dialect, result)) {
		case CARRY_ON:
			chunk_made(w, chunk);
			break;
		case REREAD:
			kind = chunk_reread(w, chunk, result, &rereads);
			break;
		case WAIT:
			if (w->waited < w->run->waits)
				break; /* another list waited since that was sent */
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
			return has_both(chunk) ? chunk_split(w, chunk)
					       : chunk_fail(w, chunk, result);
		}
		if (kind != ERROR_NONE || is_settled(w, chunk))
			return kind;
		result = chunk_send(w, chunk);
	}
}

/* A list and its chunks. */

/* Take as many of the changes from `*next` on as there is room for. */
static struct member_ops take_ops(const struct member_ops *changes, size_t *next, size_t *values,
	size_t *bytes)
{
	struct member_ops taken = {
		.operation = changes->operation, .items = changes->items + *next};

	for (; *next < changes->count && *values < PLAN_VALUES_PER_MODIFY; ++*next) {
		*bytes += strlen(changes->items[*next].dn);
		if (*values > 0 && *bytes > REQUEST_BYTES_MAX)
			break;
		++*values;
		taken.count++;
	}
	return taken;
}

bool list_writer_next(struct list_writer *w)
{
	size_t values = 0, bytes = 0;

	if (w->is_stopped)
		return false;
	w->was_lost = false;
	w->chunk = (struct member_chunk){
		.additions = take_ops(&w->additions, &w->added, &values, &bytes)};
	if (w->added == w->additions.count && !w->has_refused_addition)
		w->chunk.removals = take_ops(&w->removals, &w->removed, &values, &bytes);
	return values > 0;
}

int list_writer_send(struct list_writer *w)
{
	return chunk_post(w, &w->chunk);
}

void list_writer_hear(struct list_writer *w)
{
	ldap_memfree(w->diagnostic);
	w->diagnostic = NULL;
	ldap_get_option(w->run->connection->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &w->diagnostic);
}

void list_writer_lose(struct list_writer *w)
{
	w->outcome->outcome_unknown = w->may_be_made;
	w->was_lost |= w->may_be_made;
}

void list_writer_settle(struct list_writer *w, int result)
{
	if (chunk_settle(w, &w->chunk, result) != ERROR_NONE)
		w->is_stopped = true;
}

void list_writer_release(struct list_writer *w)
{
	error_release(&w->failure);
	ldap_memfree(w->diagnostic);
}

bool member_ops_are_made(const struct member_ops *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		if (changes->items[i].state != MEMBER_OP_DONE)
			return false;
	}
	return true;
}
