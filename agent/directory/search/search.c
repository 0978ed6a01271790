#include "directory/search/search.h"

#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/search/referral.h"
#include "model/settings.h"

/* Below the 100 that slapd lets wait on one connection (conn_max_pending, slapd.conf(5)). */
#define IN_FLIGHT_MAX 64
#define PAGE_SIZE     1000

struct search_slot {
	struct search search;
	int id;               /* of the message; 0: free, -1: not sent */
	struct berval cookie; /* owned; of the page before, empty on the first */
	size_t entries;       /* that came */
};

/* Searches that wait, first in, first out. */
struct search_line {
	struct search *items; /* owned */
	size_t first, count, room;
};

struct search_queue {
	struct connection *connection; /* borrowed */
	struct search_line single, paged;
	struct search_slot slots[IN_FLIGHT_MAX];
	size_t in_flight, entries; /* the latter: taken in this run */
	bool paging; /* one at a time: slapd keeps one place in the pages for each connection */
	struct dir_entry entry; /* owned; the one being handed over */
	struct error failure;   /* owned; of search_fail() */
};

static void line_add(struct search_line *line, const struct search *search)
{
	line->items = memory_grow(line->items, line->count, &line->room, sizeof(*line->items));
	line->items[line->count++] = *search;
}

static bool line_is_empty(const struct search_line *line)
{
	return line->first == line->count;
}

static struct search line_take(struct search_line *line)
{
	struct search search = line->items[line->first++];

	if (line_is_empty(line))
		line->first = line->count = 0;
	return search;
}

struct search_queue *search_queue_new(struct connection *connection)
{
	struct search_queue *queue = memory_get(sizeof(*queue));

	*queue = (struct search_queue){.connection = connection, .failure = ERROR_INIT};
	return queue;
}

void search_queue_free(struct search_queue *queue)
{
	if (!queue)
		return;
	free(queue->single.items);
	free(queue->paged.items);
	entry_release(&queue->entry);
	error_release(&queue->failure);
	free(queue);
}

void search_add(struct search_queue *queue, const struct search *search)
{
	line_add(search->paged ? &queue->paged : &queue->single, search);
}

static void slot_free(struct search_queue *queue, struct search_slot *slot)
{
	ber_memfree(slot->cookie.bv_val);
	if (slot->search.paged)
		queue->paging = false;
	*slot = (struct search_slot){.id = 0};
	queue->in_flight--;
}

/* Wait for nothing that is on its way. What could not even be sent has no message to abandon. */
static void queue_drop(struct search_queue *queue)
{
	for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
		struct search_slot *slot = &queue->slots[i];

		if (slot->id > 0)
			ldap_abandon_ext(queue->connection->ld, slot->id, NULL, NULL);
		if (slot->id != 0)
			slot_free(queue, slot);
	}
	queue->single.first = queue->single.count = 0;
	queue->paged.first = queue->paged.count = 0;
}

/* The slot of a message id; of 0: a free one. NULL: none. */
static struct search_slot *queue_slot(struct search_queue *queue, int id)
{
	for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
		if (queue->slots[i].id == id)
			return &queue->slots[i];
	}
	return NULL;
}

void search_fail(struct search_queue *queue, const char *what, const char *base, const char *why)
{
	if (queue->failure.kind == ERROR_NONE) {
		error_set(&queue->failure, ERROR_TARGET, "%s: %s %s: %s", queue->connection->url,
			what, base, why);
	}
}

static enum error_kind search_error(const struct search_queue *queue, const struct search *search,
	int result, const char *diagnostic, struct error *err)
{
	struct strbuf where = STRBUF_INIT;
	enum error_kind kind;

	strbuf_adds(&where, search->base);
	if (!search->best_effort) /* its filter is thousands of bytes long */
		strbuf_addf(&where, " %s", search->filter);
	kind = connection_error(err, queue->connection, result, diagnostic, search->what,
		where.text);
	strbuf_release(&where);
	return kind;
}

/* Free the slot before the search's owner hears of it, who may queue the next one. */
static void slot_finish(struct search_queue *queue, struct search_slot *slot, bool found)
{
	struct search search = slot->search;

	slot_free(queue, slot);
	if (search.on_done)
		search.on_done(search.context, found);
}

static ber_int_t page_size(const struct search_slot *slot)
{
	bool is_first = slot->cookie.bv_len == 0;

	return is_first && slot->search.first_page ? (ber_int_t)slot->search.first_page : PAGE_SIZE;
}

/* Whether there is another page, and it is wanted. */
static bool wants_page(const struct search_slot *slot)
{
	const struct search *search = &slot->search;

	return slot->cookie.bv_len > 0 &&
		!(search->stop_after && slot->entries >= search->stop_after) &&
		(!search->goes_on || search->goes_on(search->context));
}

/* Ask for the search of a slot, or for its next page. */
static enum error_kind slot_send(struct search_queue *queue, struct search_slot *slot,
	struct error *err)
{
	const struct search *search = &slot->search;
	LDAP *ld = queue->connection->ld;
	LDAPControl *page = NULL;
	int result = LDAP_SUCCESS;

	if (search->paged)
		result = ldap_create_page_control(ld, page_size(slot), &slot->cookie, 'T', &page);
	if (result == LDAP_SUCCESS) {
		result = ldap_search_ext(ld, search->base, search->scope, search->filter,
			(char **)search->attributes, 0, (LDAPControl *[]){page, NULL}, NULL, NULL,
			search->size_limit_1 ? 1 : LDAP_NO_LIMIT, &slot->id);
	}
	ldap_control_free(page);
	queue->connection->requests++;
	if (result == LDAP_FILTER_ERROR && search->best_effort) {
		slot_finish(queue, slot, false);
		return ERROR_NONE;
	}
	return result == LDAP_SUCCESS ? ERROR_NONE : search_error(queue, search, result, NULL, err);
}

static enum error_kind queue_start(struct search_queue *queue, struct search_line *line,
	struct error *err)
{
	struct search_slot *slot = queue_slot(queue, 0);

	slot->search = line_take(line);
	slot->id = -1;
	queue->in_flight++;
	if (slot->search.paged)
		queue->paging = true;
	return slot_send(queue, slot, err);
}

/* Send as many as may be on their way at once. */
static enum error_kind queue_fill(struct search_queue *queue, struct error *err)
{
	enum error_kind kind = ERROR_NONE;

	while (kind == ERROR_NONE && !queue->paging && !line_is_empty(&queue->paged) &&
		queue->in_flight < IN_FLIGHT_MAX)
		kind = queue_start(queue, &queue->paged, err);
	while (kind == ERROR_NONE && !line_is_empty(&queue->single) &&
		queue->in_flight < IN_FLIGHT_MAX)
		kind = queue_start(queue, &queue->single, err);
	return kind;
}

/* Take the cookie for the next page, empty after the last. An answer without it is no whole read: false, unless that is enough. */
static bool slot_turn_page(struct search_queue *queue, struct search_slot *slot,
	LDAPControl **controls)
{
	LDAPControl *page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	struct berval cookie = {0};
	ber_int_t estimate;
	/* Without a value, or with an empty one, libldap would crash. */
	bool is_read = page && page->ldctl_value.bv_len > 0 &&
		ldap_parse_pageresponse_control(queue->connection->ld, page, &estimate, &cookie) ==
			LDAP_SUCCESS;

	ber_memfree(slot->cookie.bv_val);
	slot->cookie = is_read ? cookie : (struct berval){0};
	return is_read || slot->search.best_effort;
}

/* Nothing there, or a name that no entry can bear, as a value from outside may be. */
static bool is_nowhere(const struct search_queue *queue, const struct search *search, int result)
{
	return search->scope == LDAP_SCOPE_BASE &&
		(result == LDAP_NO_SUCH_OBJECT || result == LDAP_INVALID_DN_SYNTAX ||
			(result == LDAP_REFERRAL && queue->connection->dialect->refers_outside));
}

static enum error_kind slot_end(struct search_queue *queue, struct search_slot *slot,
	LDAPMessage *message, struct error *err)
{
	LDAPControl **controls = NULL;
	char *diagnostic = NULL;
	enum error_kind kind = ERROR_NONE;
	int result, parsed;

	parsed = ldap_parse_result(queue->connection->ld, message, &result, NULL, &diagnostic, NULL,
		&controls, 0);
	if (parsed != LDAP_SUCCESS)
		result = parsed;
	if (slot->search.size_limit_1 && result == LDAP_SIZELIMIT_EXCEEDED)
		result = LDAP_SUCCESS;
	if (result == LDAP_REFERRAL && slot->search.on_referral) {
		slot->search.on_referral(slot->search.context);
		slot_finish(queue, slot, false);
		goto out;
	}
	if (is_nowhere(queue, &slot->search, result) ||
		(slot->search.best_effort && result != LDAP_SUCCESS)) {
		slot_finish(queue, slot, false);
		goto out;
	}
	if (result != LDAP_SUCCESS)
		kind = search_error(queue, &slot->search, result, diagnostic, err);
	else if (slot->search.paged && !slot_turn_page(queue, slot, controls))
		kind = search_error(queue, &slot->search, LDAP_CONTROL_NOT_FOUND,
			_("the server does not say whether more pages follow"), err);
	if (kind == ERROR_NONE && wants_page(slot))
		kind = slot_send(queue, slot, err);
	else if (kind == ERROR_NONE)
		slot_finish(queue, slot, true);
out:
	ldap_memfree(diagnostic);
	ldap_controls_free(controls);
	return kind;
}

/* A server that never comes to an end must not take all memory. */
_Static_assert(SEARCH_ENTRIES_MAX == 1000000, "the text of entry_take() names it");

static enum error_kind entry_take(struct search_queue *queue, struct search_slot *slot,
	LDAPMessage *entry, struct error *err)
{
	const struct search *search = &slot->search;

	if (++slot->entries > 1 && search->scope == LDAP_SCOPE_BASE)
		return search_error(queue, search, LDAP_PROTOCOL_ERROR, connection_several(), err);
	/* What a search leaves out costs no memory, but it must end, too. */
	if ((search->goes_on ? slot->entries : ++queue->entries) > SEARCH_ENTRIES_MAX) {
		return search_error(queue, search, LDAP_SIZELIMIT_EXCEEDED,
			_("more than 1000000 entries, which is all that postvagt reads in one go; "
			  "narrow people.base and people.filter"),
			err);
	}
	if (!search->on_entry)
		return ERROR_NONE;
	if (!entry_open(&queue->entry, queue->connection->ld, entry))
		return search_error(queue, search, LDAP_DECODING_ERROR, NULL, err);
	search->on_entry(search->context, &queue->entry);
	return ERROR_NONE;
}

static enum error_kind queue_take(struct search_queue *queue, LDAPMessage *message,
	struct error *err)
{
	int id = ldap_msgid(message);
	struct search_slot *slot = id > 0 ? queue_slot(queue, id) : NULL;

	if (id == LDAP_RES_UNSOLICITED) {
		return connection_error(err, queue->connection, LDAP_SERVER_DOWN,
			_("the server said goodbye"), _("search"), NULL);
	}
	if (!slot)
		return ERROR_NONE; /* of a request that was abandoned */
	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		return entry_take(queue, slot, message, err);
	case LDAP_RES_SEARCH_RESULT:
		return slot_end(queue, slot, message, err);
	case LDAP_RES_SEARCH_REFERENCE:
		if (slot->search.size_limit_1 || slot->search.best_effort ||
			slot->search.skip_references ||
			referral_is_skipped(queue->connection->ld, message,
				queue->connection->dialect->skip_referrals))
			return ERROR_NONE;
		return search_error(queue, &slot->search, LDAP_REFERRAL,
			_("a part of it is on another server"), err);
	default:
		return ERROR_NONE;
	}
}

/* One message; the time-out is for the silence before it. */
static enum error_kind queue_step(struct search_queue *queue, struct error *err)
{
	const struct connection *connection = queue->connection;
	struct timeval limit = {.tv_sec = connection->settings->directory.timeout};
	LDAPMessage *message = NULL;
	int result = LDAP_TIMEOUT;
	int type = ldap_result(connection->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &limit, &message);
	enum error_kind kind;

	if (type > 0) {
		kind = queue_take(queue, message, err);
	} else {
		if (type < 0)
			ldap_get_option(connection->ld, LDAP_OPT_RESULT_CODE, &result);
		kind = connection_error(err, connection, result, NULL, _("search"), NULL);
	}
	ldap_msgfree(message);
	return kind;
}

enum error_kind search_run(struct search_queue *queue, struct error *err)
{
	enum error_kind kind;

	queue->entries = 0;
	incoming_allow(&queue->connection->incoming, SEARCH_BYTES_MAX);
	kind = queue_fill(queue, err);
	while (kind == ERROR_NONE && queue->in_flight > 0) {
		kind = queue_step(queue, err);
		if (kind == ERROR_NONE && queue->failure.kind != ERROR_NONE)
			kind = error_set(err, queue->failure.kind, "%s", queue->failure.text.text);
		if (kind == ERROR_NONE)
			kind = queue_fill(queue, err);
	}
	if (kind != ERROR_NONE)
		queue_drop(queue);
	return kind;
}
