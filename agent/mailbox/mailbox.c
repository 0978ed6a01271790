#include "mailbox/mailbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "mail/imap/imap.h"
#include "matcher/mail_header.h"
#include "matcher/matcher.h"
#include "matcher/nearest_tag.h"
#include "model/mapping.h"

#define SUBJECT_SHOWN_MAX 200 /* bytes */

/* One mail and what is known of it, while it is looked at. */
struct sight {
	const struct imap_folder *folder;
	const struct imap_mail *mail;
	const char *text; /* its subject */
	struct mail_meaning meaning;
	bool has_list, is_passed;
};

void mailbox_look_begin(struct mailbox_look *look, const struct mailbox_settings *mailbox,
	const struct mapping *mapping, moment at)
{
	struct arena *arena = arena_new();

	*look = (struct mailbox_look){.arena = arena,
		.mapping = mapping,
		.matcher = matcher_new(arena, mapping, mailbox),
		.at = at,
		.unread_after = mailbox->imap.unread_after,
		.unknown_by_text = table_new(arena),
		.unrouted = arena_get(arena, (mapping->tag_count + 1) * sizeof(*look->unrouted)),
		.by_tag = arena_get(arena, (mapping->tag_count + 1) * sizeof(*look->by_tag))};
}

static void release_mails(struct mailbox_mails *mails)
{
	for (size_t i = 0; i < mails->shown; i++)
		strbuf_release(&mails->items[i].subject);
	free(mails->items);
}

void mailbox_look_release(struct mailbox_look *look)
{
	release_mails(&look->late);
	release_mails(&look->high);
	arena_free(look->arena);
	*look = (struct mailbox_look){.arena = NULL};
}

/* Of a subject, as much as is shown; no letter is cut in two. */
static void set_subject(struct strbuf *shown, const char *text)
{
	size_t length = text_cut(text, strlen(text), SUBJECT_SHOWN_MAX);

	strbuf_reset(shown);
	strbuf_add(shown, text, length);
	if (text[length])
		strbuf_adds(shown, "…");
}

static void describe_mail(struct mailbox_mail *item, const struct sight *sight)
{
	struct strbuf subject = item->subject;

	*item = (struct mailbox_mail){.arrived = sight->mail->arrived,
		.folder = sight->folder->is_box ? NULL : sight->folder->name,
		.subject = subject,
		.is_high = sight->meaning.is_high,
		.has_list = sight->has_list,
		.is_junk = sight->folder->is_junk,
		.is_passed = sight->is_passed};
	set_subject(&item->subject, sight->text);
	for (size_t i = 0; i < sight->meaning.tag_count; i++) {
		const struct tag *known = sight->meaning.tags[i]->known;

		if (known && item->tag_count < MAILBOX_TAGS_MAX)
			item->tags[item->tag_count++] = known;
	}
}

/* Count a mail, and keep it where it is among the oldest; its room is that of the one that it puts out. */
static void keep_mail(struct mailbox_mails *mails, const struct sight *sight)
{
	struct mailbox_mail item;
	size_t place = mails->shown;

	mails->count++;
	while (place > 0 && mails->items[place - 1].arrived > sight->mail->arrived)
		place--;
	if (place == MAILBOX_MAILS_MAX)
		return;
	if (!mails->items)
		mails->items = memory_get(MAILBOX_MAILS_MAX * sizeof(*mails->items));
	if (mails->shown < MAILBOX_MAILS_MAX)
		mails->items[mails->shown++] = (struct mailbox_mail){.subject = STRBUF_INIT};
	item = mails->items[mails->shown - 1];
	memmove(&mails->items[place + 1], &mails->items[place],
		(mails->shown - 1 - place) * sizeof(*mails->items));
	describe_mail(&item, sight);
	mails->items[place] = item;
}

static void count_unknown(struct mailbox_look *look, const char *text, moment arrived)
{
	const char *key = text_fold(look->arena, text, strlen(text));
	struct mailbox_unknown *unknown = table_find(look->unknown_by_text, key);

	if (!unknown && look->unknown_count == MAILBOX_UNKNOWN_MAX) {
		look->has_more_unknown = true;
		return;
	}
	if (!unknown) {
		unknown = arena_get(look->arena, sizeof(*unknown));
		*unknown = (struct mailbox_unknown){.text = arena_string(look->arena, text),
			.last = arrived,
			.nearest = nearest_tag(look->mapping, look->arena, text)};
		table_put(look->unknown_by_text, key, unknown);
		look->unknown = arena_grow(look->arena, look->unknown, look->unknown_count,
			&look->unknown_room, sizeof(struct mailbox_unknown *));
		look->unknown[look->unknown_count++] = unknown;
	}
	unknown->count++;
	if (arrived > unknown->last)
		unknown->last = arrived;
}

/* A tag in use: that its mail goes where "*" goes, or nowhere, nobody may have meant. */
static void count_unrouted(struct mailbox_look *look, const struct tag *tag, moment arrived)
{
	struct mailbox_unknown *unrouted = &look->unrouted[tag - look->mapping->tags];

	if (tag->retired || mapping_route(look->mapping, tag->id))
		return;
	if (unrouted->count++ == 0) {
		unrouted->text = tag->id;
		unrouted->last = arrived;
		look->unrouted_count++;
	}
	if (arrived > unrouted->last)
		unrouted->last = arrived;
}

static void count_tags(struct mailbox_look *look, const struct sight *sight)
{
	const struct mail_meaning *meaning = &sight->meaning;
	bool is_recent = sight->mail->arrived > look->at - MAILBOX_DAYS * MOMENT_DAY;

	for (size_t i = 0; i < meaning->unknown_count; i++)
		count_unknown(look, meaning->unknown[i], sight->mail->arrived);
	if (is_recent) {
		look->recent++;
		look->untagged += meaning->tag_count == 0;
	}
	for (size_t i = 0; i < meaning->tag_count; i++) {
		const struct tag *known = meaning->tags[i]->known;

		if (!known)
			continue;
		count_unrouted(look, known, sight->mail->arrived);
		if (is_recent)
			look->by_tag[known - look->mapping->tags]++;
	}
}

static void count_unread(struct mailbox_look *look, const struct sight *sight)
{
	bool is_taken = sight->has_list && sight->is_passed;

	look->unread++;
	if (sight->meaning.is_high)
		keep_mail(&look->high, sight);
	if (!is_taken && sight->mail->arrived <= look->at - look->unread_after)
		keep_mail(&look->late, sight);
}

void mailbox_look_add(struct mailbox_look *look, const struct imap_folder *folder,
	const struct imap_mail *mail)
{
	struct arena *arena;
	struct mail_header header;
	struct mail_lists lists;
	struct sight sight = {.folder = folder, .mail = mail};

	if (mail->flags & IMAP_DELETED || mail->arrived > look->at)
		return;
	arena = arena_new();
	mail_header_read(&header, arena, mail->header.bytes, mail->header.length);
	sight.text = header.subject;
	matcher_read(look->matcher, arena, &header, &sight.meaning);
	matcher_lists(look->matcher, arena, &sight.meaning, &lists);
	sight.has_list = lists.count > 0;
	sight.is_passed = (!folder->is_box && !folder->is_junk) || mail->flags & IMAP_PASSED_ON ||
		mail_header_body(&header, "X-Postvagt-Known") ||
		mail_header_body(&header, "X-Postvagt-Rest");
	look->mails++;
	count_tags(look, &sight);
	if (!(mail->flags & IMAP_SEEN))
		count_unread(look, &sight);
	arena_free(arena);
}

static int by_date(const void *left, const void *right)
{
	const struct mailbox_unknown *a = *(struct mailbox_unknown *const *)left,
				     *b = *(struct mailbox_unknown *const *)right;

	if (a->last != b->last)
		return a->last < b->last ? 1 : -1;
	return strcmp(a->text, b->text);
}

void mailbox_look_end(struct mailbox_look *look)
{
	if (look->unknown_count > 0)
		qsort(look->unknown, look->unknown_count, sizeof(struct mailbox_unknown *),
			by_date);
}

bool mailbox_is_read(const struct mailbox_look *look)
{
	return look->late.count == 0;
}

bool mailbox_is_well(const struct mailbox_look *look)
{
	return mailbox_is_read(look) && look->unknown_count == 0 && look->unrouted_count == 0;
}
