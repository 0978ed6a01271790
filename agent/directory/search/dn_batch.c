#include "directory/search/dn_batch.h"

#include <stdbool.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "directory/search/search.h"

/* Of fewer than these, a search each is on its way at once, and as quick. */
#define WORTH_IT 8

/* Of one filter, in bytes: what slapd's log, whose lines end at 4096, still shows whole. */
#define FILTER_MAX 3500

struct dn_wanted {
	const char *dn, *key; /* borrowed */
	void *context;
	bool is_answered;
};

/* What one search asks for. */
struct slice {
	struct dn_batch *batch;
	struct dn_wanted *items, *rest; /* the batch's; the rest waits for the first slice */
	size_t count, rest_count;
	struct table *by_key; /* the batch's, as it was then */
	bool any_answered;
};

void dn_batch_add(struct dn_batch *batch, const char *dn, const char *key, void *context)
{
	if (!batch->by_key)
		batch->by_key = table_new(batch->arena);
	batch->items = arena_grow(batch->arena, batch->items, batch->count, &batch->room,
		sizeof(*batch->items));
	batch->items[batch->count++] = (struct dn_wanted){.dn = dn, .key = key, .context = context};
}

static void each_by_itself(const struct dn_batch *batch, const struct dn_wanted *items,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!items[i].is_answered)
			batch->on_unanswered(items[i].context);
	}
}

/* The first of `items` as far as they go into one filter; returns how many. */
static size_t make_filter(const struct dn_batch *batch, const struct dn_wanted *items, size_t count,
	const char **filter)
{
	struct strbuf dns = STRBUF_INIT;
	size_t taken = 0;

	while (taken < count && dns.length < FILTER_MAX)
		filter_add_equal(&dns, batch->dn_attribute, items[taken++].dn);
	*filter = arena_format(batch->arena, "(&(|%s)%s)", dns.text, batch->filter);
	strbuf_release(&dns);
	return taken;
}

static void on_entry(void *context, const struct dir_entry *entry)
{
	struct slice *slice = context;
	struct dn_batch *batch = slice->batch;
	const char *key = dn_key(batch->arena, entry_dn(batch->arena, entry));
	struct dn_wanted *wanted = key ? table_find(slice->by_key, key) : NULL;

	if (!wanted || wanted->is_answered)
		return;
	wanted->is_answered = slice->any_answered = true;
	batch->on_entry(wanted->context, entry);
}

static void start_all(struct slice *first);

static void on_slice_done(void *context, bool found)
{
	struct slice *slice = context;

	(void)found;
	each_by_itself(slice->batch, slice->items, slice->count);
	if (slice->any_answered)
		start_all(slice);
	else
		each_by_itself(slice->batch, slice->rest, slice->rest_count);
}

/* Queue the search for the first of `items`; returns how many these are. */
static struct slice *start_slice(struct dn_batch *batch, struct table *by_key,
	struct dn_wanted *items, size_t count)
{
	struct slice *slice = arena_get(batch->arena, sizeof(*slice));
	const char *filter;

	*slice = (struct slice){.batch = batch, .items = items, .by_key = by_key};
	slice->count = make_filter(batch, items, count, &filter);
	search_add(batch->queue,
		&(struct search){
			.what = _("look up"),
			.base = batch->base,
			.scope = LDAP_SCOPE_SUBTREE,
			.filter = filter,
			.attributes = batch->attributes,
			.best_effort = true,
			.on_entry = on_entry,
			.on_done = on_slice_done,
			.context = slice,
		});
	return slice;
}

static void start_all(struct slice *first)
{
	struct dn_wanted *items = first->rest;
	size_t left = first->rest_count;

	while (left > 0) {
		size_t taken = start_slice(first->batch, first->by_key, items, left)->count;

		items += taken;
		left -= taken;
	}
}

/* The searches keep what is wanted; the batch is empty again. */
void dn_batch_start(struct dn_batch *batch)
{
	struct dn_wanted *items = batch->items;
	struct table *by_key = batch->by_key;
	size_t count = batch->count;
	struct slice *first;

	batch->items = NULL;
	batch->by_key = NULL;
	batch->count = batch->room = 0;
	if (count < WORTH_IT) {
		each_by_itself(batch, items, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		table_put(by_key, items[i].key, &items[i]);
	first = start_slice(batch, by_key, items, count);
	first->rest = items + first->count;
	first->rest_count = count - first->count;
}
