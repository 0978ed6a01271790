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

/*
 * Of so many, all below one base are read, by pages. An entry that comes so takes slapd a fifth of the work that one takes
 * which a filter names by its DN: so it goes on while one of READ_FOR_ONE is wanted. The first page is a sample.
 */
#define WORTH_READING_ALL 200
#define SAMPLE            100
#define READ_FOR_ONE      4
#define IN_VAIN_MAX       100000 /* entries that nobody wants */

/* Of one filter, in bytes: what slapd's log, whose lines end at 4096, still shows whole. */
#define FILTER_MAX 3500

struct dn_wanted {
	const char *dn, *key; /* borrowed */
	void *context;
	bool is_answered;
};

/* What was wanted at one time. */
struct dn_round {
	struct dn_batch *batch;
	const char *base;        /* of the searches */
	struct dn_wanted *items; /* the batch's, then */
	size_t count;
	struct table *by_dn, *by_key; /* -> struct dn_wanted */
	size_t read, answered;        /* entries of the search for all, on one page */
	size_t left;                  /* of those wanted, after the page before */
	size_t in_vain;               /* entries of all pages that nobody wants */
};

/* What one search asks for. */
struct slice {
	struct dn_round *round;
	struct dn_wanted *items, *rest; /* the round's; the rest waits for the first slice */
	size_t count, rest_count;
	bool any_answered;
};

void dn_batch_add(struct dn_batch *batch, const char *dn, const char *key, void *context)
{
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

/* Who is wanted by the DN of an entry, most often as it is written; NULL: nobody. What nobody wants leaves nothing behind. */
static struct dn_wanted *wanted_of(const struct dn_round *round, const struct dir_entry *entry)
{
	struct arena *own = arena_new();
	const char *dn = entry_dn(own, entry), *key;
	struct dn_wanted *wanted = table_find(round->by_dn, dn);

	if (!wanted) {
		key = dn_key(own, dn);
		wanted = key ? table_find(round->by_key, key) : NULL;
	}
	arena_free(own);
	return wanted;
}

/* Hand over an entry that is wanted; false: it is not, or came before. */
static bool take_entry(struct dn_round *round, const struct dir_entry *entry)
{
	struct dn_wanted *wanted = wanted_of(round, entry);

	if (!wanted || wanted->is_answered)
		return false;
	wanted->is_answered = true;
	round->batch->on_entry(wanted->context, entry);
	return true;
}

/* Dozens at a time, by their DNs. */

static void on_slice_entry(void *context, const struct dir_entry *entry)
{
	struct slice *slice = context;

	if (take_entry(slice->round, entry))
		slice->any_answered = true;
}

static void start_all(struct slice *first);

static void on_slice_done(void *context, bool found)
{
	struct slice *slice = context;

	(void)found;
	each_by_itself(slice->round->batch, slice->items, slice->count);
	if (slice->any_answered)
		start_all(slice);
	else
		each_by_itself(slice->round->batch, slice->rest, slice->rest_count);
}

/* Queue the search for the first of `items`. */
static struct slice *start_slice(struct dn_round *round, struct dn_wanted *items, size_t count)
{
	struct dn_batch *batch = round->batch;
	struct slice *slice = arena_get(batch->arena, sizeof(*slice));
	const char *filter;

	*slice = (struct slice){.round = round, .items = items};
	slice->count = make_filter(batch, items, count, &filter);
	search_add(batch->queue,
		&(struct search){
			.what = _("look up"),
			.base = round->base,
			.scope = LDAP_SCOPE_SUBTREE,
			.filter = filter,
			.attributes = batch->attributes,
			.best_effort = true,
			.on_entry = on_slice_entry,
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
		size_t taken = start_slice(first->round, items, left)->count;

		items += taken;
		left -= taken;
	}
}

/* Make the tables of who is wanted. */
static void index_wanted(struct dn_round *round)
{
	round->by_dn = table_new(round->batch->arena);
	round->by_key = table_new(round->batch->arena);
	for (size_t i = 0; i < round->count; i++) {
		table_put(round->by_key, round->items[i].key, &round->items[i]);
		table_put(round->by_dn, round->items[i].dn, &round->items[i]);
	}
}

/* Those that have no answer yet. */
static void start_slices(struct dn_round *round)
{
	struct slice *first;
	size_t left = 0;

	for (size_t i = 0; i < round->count; i++) {
		if (!round->items[i].is_answered)
			round->items[left++] = round->items[i];
	}
	round->count = left;
	if (left < WORTH_IT) {
		each_by_itself(round->batch, round->items, left);
		return;
	}
	index_wanted(round);
	first = start_slice(round, round->items, left);
	first->rest = round->items + first->count;
	first->rest_count = left - first->count;
}

/* All below one base, by pages. */

static void on_any_entry(void *context, const struct dir_entry *entry)
{
	struct dn_round *round = context;

	round->read++;
	round->answered += take_entry(round, entry);
}

static bool is_worth_a_page(void *context)
{
	struct dn_round *round = context;
	bool is_worth_it = round->answered * READ_FOR_ONE >= round->read;

	round->in_vain += round->read - round->answered;
	round->left -= round->answered;
	round->read = round->answered = 0;
	return is_worth_it && round->left > 0 && round->in_vain <= IN_VAIN_MAX;
}

static void on_all_read(void *context, bool found)
{
	(void)found;
	start_slices(context);
}

static void start_reading_all(struct dn_round *round, const char *base)
{
	const struct dn_batch *batch = round->batch;

	search_add(batch->queue,
		&(struct search){
			.what = _("look up"),
			.base = base,
			.scope = LDAP_SCOPE_SUBTREE,
			.filter = batch->filter,
			.attributes = batch->attributes,
			.paged = true,
			.first_page = SAMPLE,
			.best_effort = true,
			.on_entry = on_any_entry,
			.goes_on = is_worth_a_page,
			.on_done = on_all_read,
			.context = round,
		});
}

/* The DN of the entry that all are, or are below; "" where there is none. */
static const char *find_common_base(const struct dn_wanted *items, size_t count)
{
	const char *base = items[0].dn, *key = items[0].key;

	for (size_t i = 1; i < count; i++) {
		while (*key && !dn_is_under(items[i].key, key)) {
			key = dn_parent(key);
			base = dn_parent(base);
		}
	}
	return *key ? base : "";
}

/* The searches keep what is wanted; the batch is empty again. */
void dn_batch_start(struct dn_batch *batch)
{
	struct dn_round *round = arena_get(batch->arena, sizeof(*round));
	const char *common = batch->count > 0 ? find_common_base(batch->items, batch->count) : "";

	*round = (struct dn_round){
		.batch = batch,
		.base = batch->base ? batch->base : common,
		.items = batch->items,
		.count = batch->count,
		.left = batch->count,
	};
	batch->items = NULL;
	batch->count = batch->room = 0;
	if (round->count < WORTH_IT || !*round->base) {
		each_by_itself(batch, round->items, round->count);
		return;
	}
	if (round->count < WORTH_READING_ALL || !*common) {
		start_slices(round);
		return;
	}
	index_wanted(round);
	start_reading_all(round, common);
}
