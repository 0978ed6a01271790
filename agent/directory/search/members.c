#include "directory/search/members.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "directory/entry/entry.h"
#include "directory/entry/range.h"
#include "directory/search/search.h"
#include "model/settings.h"

/* How often it is read from the first slice again, where others change it all the time. */
#define ANEW_MAX 5

static void fail_read(struct members_read *read, const char *why)
{
	read->state = MEMBERS_FAILED;
	search_fail(read->queue, _("read the members"), read->dn, why);
}

/* How many values came before this slice. */
static size_t count_of(const struct members_read *read)
{
	return read->members.count + read->left_out;
}

/* Whether the entry is still as it was at the first slice. */
static bool is_same_version(struct members_read *read, const struct dir_entry *entry)
{
	struct strings texts;
	const char *version;

	entry_texts(snapshot_arena(read->snapshot), entry, read->version_attribute, 1, &texts);
	version = texts.count > 0 ? texts.items[0] : "";
	if (!read->version)
		read->version = version;
	return strcmp(read->version, version) == 0;
}

static void take_values(struct members_read *read, const struct dir_entry *entry,
	const char *description)
{
	read->left_out += entry_members(read->snapshot, entry, description, &read->members);
}

static void take_slice(struct members_read *read, const struct dir_entry *entry,
	const char *description, const struct range *range)
{
	if (entry_count(entry, read->attribute) > 0 || range->first != count_of(read)) {
		fail_read(read, _("the server hands out other values than those that come next"));
		return;
	}
	take_values(read, entry, description);
	if (range->is_end)
		read->state = MEMBERS_WHOLE;
	else if (count_of(read) == range->last + 1)
		read->state = MEMBERS_MORE;
	else
		fail_read(read, _("the server hands out fewer, or more, values than it says"));
}

static void take_range(struct members_read *read, const struct dir_entry *entry)
{
	const char *description = NULL;
	struct range range;

	switch (entry_range(snapshot_arena(read->snapshot), entry, read->attribute, &description,
		&range)) {
	case RANGE_READ:
		take_slice(read, entry, description, &range);
		break;
	case RANGE_ODD:
		fail_read(read,
			_("the server hands out the values in a range that cannot be read"));
		break;
	case RANGE_NONE:
		if (count_of(read) > 0) {
			fail_read(read, _("the server does not hand out the rest of the values"));
			break;
		}
		take_values(read, entry, read->attribute);
		read->state = MEMBERS_WHOLE;
	}
}

static void start_anew(struct members_read *read)
{
	if (read->anew++ == ANEW_MAX) {
		fail_read(read, _("others change it all the time while it is read"));
		return;
	}
	read->members.count = read->left_out = 0;
	read->version = NULL;
	read->state = MEMBERS_MORE;
}

static void go_on(struct members_read *read);

static void on_slice(void *context, const struct dir_entry *entry)
{
	struct members_read *read = context;

	if (read->state != MEMBERS_ABSENT)
		fail_read(read, _("the server answers with several entries for one"));
	else if (is_same_version(read, entry))
		take_range(read, entry);
	else
		start_anew(read);
}

static void on_slice_done(void *context, bool found)
{
	struct members_read *read = context;

	if (!found || read->state == MEMBERS_ABSENT)
		fail_read(read, _("it is gone, while it was read"));
	go_on(read);
}

static void ask_for_more(struct members_read *read)
{
	read->asked[0] = arena_format(snapshot_arena(read->snapshot), "%s;range=%zu-*",
		read->attribute, count_of(read));
	read->asked[1] = read->version_attribute;
	read->state = MEMBERS_ABSENT;
	search_add(read->queue,
		&(struct search){
			.what = _("read the members"),
			.base = read->dn,
			.scope = LDAP_SCOPE_BASE,
			.filter = "(objectClass=*)",
			.attributes = read->asked,
			.on_entry = on_slice,
			.on_done = on_slice_done,
			.context = read,
		});
}

static void go_on(struct members_read *read)
{
	if (read->state == MEMBERS_WHOLE)
		read->on_whole(read->context, read);
	else if (read->state == MEMBERS_MORE)
		ask_for_more(read);
}

void members_read_start(struct members_read *read, const struct dir_entry *entry)
{
	is_same_version(read, entry);
	take_range(read, entry);
	go_on(read);
}
