#include "mailbox/mailbox.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/text.h"
#include "mail/imap/imap.h"
#include "mailbox/delivery_status.h"
#include "mailbox/message_ids.h"
#include "mailbox/recurring_words.h"
#include "matcher/field.h"
#include "matcher/mail_header.h"
#include "matcher/matcher.h"
#include "matcher/nearest_tag.h"
#include "model/mapping.h"
#include "model/settings.h"

#define SUBJECT_SHOWN_MAX 200  /* bytes */
#define LOOP_MAILS_MAX    1000 /* of which it is found out whether they came back */

/* One mail and what is known of it, while it is looked at. */
struct sight {
	const struct imap_folder *folder;
	const struct imap_mail *mail;
	const char *text; /* its subject */
	struct mail_meaning meaning;
	uint64_t key; /* of its Message-ID */
	bool has_list, is_passed, is_unread, is_recent, is_late, is_bounce;
};

/* Mails that say that they were here before. */
struct loop_mails {
	struct loop_mail {
		struct mailbox_mail mail;
		uint64_t key;
		bool is_late, is_recent;
	} * items; /* owned */
	size_t count, room;
};

/*
 * Whether the rules are Exchange's Inbox rules, which neither set a keyword nor file: they are in Graph, or were written as
 * PowerShell, or the mailbox is in Exchange Online.
 */
static bool leaves_no_trace(const struct mailbox_settings *mailbox)
{
	const char *file = mailbox->rules_file, *url = mailbox->imap.server.url;
	size_t length = file ? strlen(file) : 0;

	return mailbox->graph.user || (length > 4 && strcasecmp(file + length - 4, ".ps1") == 0) ||
		(url && strcasestr(url, "//outlook.office365.com"));
}

void mailbox_look_begin(struct mailbox_look *look, const struct mailbox_settings *mailbox,
	const struct mapping *mapping, moment at)
{
	struct arena *arena = arena_new();

	*look = (struct mailbox_look){.arena = arena,
		.mapping = mapping,
		.matcher = matcher_new(arena, mapping, mailbox),
		.at = at,
		.unread_after = mailbox->imap.unread_after,
		.leaves_no_trace = leaves_no_trace(mailbox),
		.nobody = {.newest = true},
		.differing = {.newest = true},
		.repeated = {.newest = true},
		.unrouted = arena_get(arena, (mapping->tag_count + 1) * sizeof(*look->unrouted)),
		.bounces = arena_get(arena, (MAILBOX_BOUNCES_MAX + 1) * sizeof(*look->bounces)),
		.bounces_by_address = table_new(arena),
		.by_tag = arena_get(arena, (mapping->tag_count + 1) * sizeof(*look->by_tag)),
		.groups = unknown_groups_new(),
		.words = recurring_words_new(),
		.ids = message_ids_new(),
		.loop_mails = memory_get(sizeof(*look->loop_mails)),
		.left = {.newest = true},
		.unseen = {.newest = true}};
	*look->loop_mails = (struct loop_mails){.count = 0};
}

void mailbox_look_release(struct mailbox_look *look)
{
	struct mailbox_mails *lists[] = {&look->late, &look->high, &look->maybe, &look->nobody,
		&look->differing, &look->repeated, &look->left, &look->unseen};

	for (size_t i = 0; i < COUNT(lists); i++)
		mailbox_mails_release(lists[i]);
	for (size_t i = 0; look->loop_mails && i < look->loop_mails->count; i++)
		strbuf_release(&look->loop_mails->items[i].mail.subject);
	if (look->loop_mails)
		free(look->loop_mails->items);
	free(look->loop_mails);
	free(look->left_at);
	unknown_groups_free(look->groups);
	recurring_words_free(look->words);
	message_ids_free(look->ids);
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
		.course = sight->meaning.course,
		.field = sight->meaning.field,
		.is_high = sight->meaning.is_high,
		.is_unread = sight->is_unread,
		.has_list = sight->has_list,
		.is_junk = sight->folder->is_junk,
		.is_passed = sight->is_passed};
	set_subject(&item->subject, sight->text);
	for (size_t i = 0; i < sight->meaning.tag_count && i < MAILBOX_TAGS_MAX; i++)
		item->tags[item->tag_count++] = sight->meaning.tags[i];
}

static void keep_mail(struct mailbox_mails *mails, const struct sight *sight,
	enum mailbox_difference difference)
{
	struct mailbox_mail *item = mailbox_mails_add(mails, sight->mail->arrived);

	if (item) {
		describe_mail(item, sight);
		item->difference = difference;
	}
}

static void keep_copy(struct mailbox_mails *mails, const struct mailbox_mail *mail)
{
	struct mailbox_mail *item = mailbox_mails_add(mails, mail->arrived);

	if (item)
		mailbox_mail_copy(item, mail);
}

/* Tags */

/* A tag in use: that its mail goes where "*" goes, or nowhere, nobody may have meant. */
static void count_unrouted(struct mailbox_look *look, const struct tag *tag, moment arrived)
{
	struct unknown_tag *unrouted = &look->unrouted[tag - look->mapping->tags];

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

/* Spam carries anything: what it does is nobody's business here. */
static void count_tags(struct mailbox_look *look, const struct sight *sight)
{
	const struct mail_meaning *meaning = &sight->meaning;

	if (sight->folder->is_junk)
		return;
	for (size_t i = 0; i < meaning->unknown_count; i++)
		unknown_groups_add(look->groups, meaning->unknown[i], sight->mail->arrived);
	if (meaning->tag_count + meaning->unknown_count == 0 && meaning->course == MAIL_TO_LISTS)
		recurring_words_add(look->words, meaning->words, sight->mail->arrived);
	if (sight->is_recent) {
		look->recent++;
		look->untagged += meaning->tag_count == 0;
	}
	for (size_t i = 0; i < meaning->tag_count; i++) {
		const struct tag *known = meaning->tags[i]->known;

		if (!known)
			continue;
		count_unrouted(look, known, sight->mail->arrived);
		if (sight->is_recent)
			look->by_tag[known - look->mapping->tags]++;
	}
}

/* The rules, and what they did */

static bool has_route(const struct mail_meaning *meaning)
{
	for (size_t i = 0; i < meaning->tag_count; i++) {
		if (meaning->tags[i]->route)
			return true;
	}
	return false;
}

/* A mail that has a list was left where it came in. Since when the rules work is known at the end only. */
static void keep_left(struct mailbox_look *look, const struct sight *sight)
{
	look->left_at = memory_grow(look->left_at, look->left.count, &look->left_room,
		sizeof(*look->left_at));
	look->left_at[look->left.count] =
		(struct left_mail){sight->mail->arrived, sight->is_unread};
	keep_mail(&look->left, sight, MAILBOX_NOT_PASSED_ON);
}

/* Compare what the rules did with what the matcher says; the keyword is their trace, where it may be seen. */
static void compare_rules(struct mailbox_look *look, const struct sight *sight)
{
	bool has_keyword = sight->mail->flags & IMAP_PASSED_ON;
	bool is_in_box = sight->folder->is_box;

	if (has_keyword && (look->rules_since == 0 || sight->mail->arrived < look->rules_since))
		look->rules_since = sight->mail->arrived;
	look->files_by_tag =
		look->files_by_tag || (has_keyword && !is_in_box && !sight->folder->is_junk);
	if (!sight->is_recent || look->leaves_no_trace)
		return;
	if (!has_keyword && is_in_box && sight->has_list &&
		sight->meaning.course == MAIL_TO_LISTS) {
		keep_left(look, sight);
	} else if (has_keyword &&
		(sight->meaning.course == MAIL_ANSWER || sight->meaning.course == MAIL_LOOP)) {
		keep_mail(&look->differing, sight, MAILBOX_PASSED_ON);
		look->differing_unread += sight->is_unread;
	} else if (has_keyword && is_in_box && has_route(&sight->meaning)) {
		keep_mail(&look->unseen, sight, MAILBOX_TAG_NOT_SEEN);
		look->unseen_unread += sight->is_unread;
	}
}

/* Whether a copy that came back, or a mail that only says so: known once all mails were seen. */
static bool keep_loop(struct mailbox_look *look, const struct sight *sight)
{
	struct loop_mails *loops = look->loop_mails;
	struct loop_mail *item;

	if (sight->key == 0 || loops->count == LOOP_MAILS_MAX)
		return false;
	loops->items = memory_grow(loops->items, loops->count, &loops->room, sizeof(*loops->items));
	item = &loops->items[loops->count++];
	*item = (struct loop_mail){.mail = {.subject = STRBUF_INIT},
		.key = sight->key,
		.is_late = sight->is_late,
		.is_recent = sight->is_recent};
	describe_mail(&item->mail, sight);
	return true;
}

/* What the rules pass on to nobody. A bounce has a place of its own. */
static void count_nobody(struct mailbox_look *look, const struct sight *sight)
{
	if (!sight->is_recent)
		return;
	if (sight->meaning.course == MAIL_LOOP) {
		look->loops++;
		keep_mail(&look->nobody, sight, MAILBOX_AS_MATCHED);
	} else if (sight->meaning.course == MAIL_ANSWER && !sight->is_bounce) {
		look->answers++;
		keep_mail(&look->nobody, sight, MAILBOX_AS_MATCHED);
	} else if (sight->meaning.course == MAIL_PROBE) {
		look->strange_probes++;
		keep_mail(&look->nobody, sight, MAILBOX_AS_MATCHED);
	}
}

static void count_repeated(struct mailbox_look *look, const struct sight *sight)
{
	struct mailbox_mail mail = {.subject = STRBUF_INIT}, repeated = {.subject = STRBUF_INIT};

	if (sight->meaning.course != MAIL_TO_LISTS || sight->key == 0)
		return;
	describe_mail(&mail, sight);
	if (message_ids_add(look->ids, sight->key, &mail, &repeated) &&
		repeated.arrived > look->at - MAILBOX_DAYS * MOMENT_DAY) {
		keep_copy(&look->repeated, &repeated);
		look->repeated_unread += repeated.is_unread;
	}
	strbuf_release(&mail.subject);
	strbuf_release(&repeated.subject);
}

static void count_unread(struct mailbox_look *look, const struct sight *sight)
{
	bool may_be_taken = look->leaves_no_trace && sight->has_list &&
		sight->meaning.course == MAIL_TO_LISTS && sight->folder->is_box;

	if (sight->meaning.is_high)
		keep_mail(&look->high, sight, MAILBOX_AS_MATCHED);
	if (sight->is_late)
		keep_mail(may_be_taken ? &look->maybe : &look->late, sight, MAILBOX_AS_MATCHED);
}

/* Bounces */

/* What reports that a mail could not be delivered (RFC 3462), be it a receipt of one that was. */
static bool is_bounce(const struct mail_header *header)
{
	const char *type = mail_header_body(header, "Content-Type");

	return mail_header_body(header, "X-Failed-Recipients") ||
		(type && field_begins(type, "multipart/report") &&
			field_has_parameter(type, "report-type", "delivery-status"));
}

/* The bounces of an address; those that are too many share one with those that name none, which is the first. */
static struct mailbox_bounce *bounce_of(struct mailbox_look *look, const char *address)
{
	const char *key = address ? text_fold(look->arena, address, strlen(address)) : "";
	struct mailbox_bounce *bounce = table_find(look->bounces_by_address, key);

	if (bounce)
		return bounce;
	if (address && look->bounce_count >= MAILBOX_BOUNCES_MAX)
		return bounce_of(look, NULL);
	bounce = &look->bounces[look->bounce_count++];
	bounce->address = arena_string(look->arena, address);
	table_put(look->bounces_by_address, key, bounce);
	return bounce;
}

static void count_bounce(struct mailbox_look *look, const struct imap_mail *mail,
	const char *address)
{
	struct mailbox_bounce *bounce = bounce_of(look, address);

	if (bounce->count++ == 0 || mail->arrived > bounce->last)
		bounce->last = mail->arrived;
	bounce->unread += !(mail->flags & IMAP_SEEN);
}

void mailbox_look_add_bounce(struct mailbox_look *look, const struct imap_mail *mail)
{
	struct arena *arena = arena_new();
	struct delivery_status status = {.failed_count = 0};

	if (mail->part.bytes)
		delivery_status_read(&status, arena, mail->part.bytes, mail->part.length);
	if (status.failed_count > 0 || !status.has_action) {
		look->bounced++;
		look->bounces_unread += !(mail->flags & IMAP_SEEN);
	}
	for (size_t i = 0; i < status.failed_count; i++)
		count_bounce(look, mail, status.failed[i]);
	if (status.failed_count == 0 && !status.has_action)
		count_bounce(look, mail, NULL);
	arena_free(arena);
}

/* Mails */

static void read_sight(struct mailbox_look *look, struct arena *arena, struct sight *sight)
{
	const struct imap_mail *mail = sight->mail;
	const struct imap_folder *folder = sight->folder;
	struct mail_header header;
	struct mail_meaning passed_on;
	struct mail_lists lists;

	mail_header_read(&header, arena, mail->header.bytes, mail->header.length);
	sight->text = header.subject;
	sight->key = message_id_key(mail_header_body(&header, "Message-ID"));
	matcher_read(look->matcher, arena, &header, &sight->meaning);
	passed_on = sight->meaning;
	passed_on.course = MAIL_TO_LISTS;
	matcher_lists(look->matcher, arena, &passed_on, &lists);
	sight->has_list = lists.count > 0;
	sight->is_bounce = sight->meaning.course == MAIL_ANSWER && is_bounce(&header);
	sight->is_unread = !(mail->flags & IMAP_SEEN);
	sight->is_recent = mail->arrived > look->at - MAILBOX_DAYS * MOMENT_DAY;
	sight->is_passed = (!folder->is_box && !folder->is_junk) || mail->flags & IMAP_PASSED_ON;
	sight->is_late = sight->is_unread && mail->arrived <= look->at - look->unread_after &&
		!(sight->is_passed && (sight->has_list || sight->meaning.course != MAIL_TO_LISTS));
}

bool mailbox_look_add(struct mailbox_look *look, const struct imap_folder *folder,
	const struct imap_mail *mail)
{
	struct sight sight = {.folder = folder, .mail = mail};
	struct arena *arena;
	bool is_bounce;

	if (mail->flags & IMAP_DELETED || mail->arrived > look->at)
		return false;
	arena = arena_new();
	read_sight(look, arena, &sight);
	look->mails++;
	look->unread += sight.is_unread;
	count_tags(look, &sight);
	compare_rules(look, &sight);
	count_repeated(look, &sight);
	is_bounce = sight.is_bounce && sight.is_recent && !folder->is_junk;
	if (sight.meaning.course != MAIL_LOOP || !keep_loop(look, &sight)) {
		count_nobody(look, &sight);
		if (sight.is_unread && !is_bounce)
			count_unread(look, &sight);
	}
	arena_free(arena);
	return is_bounce;
}

/* The end */

static void end_loops(struct mailbox_look *look)
{
	for (size_t i = 0; i < look->loop_mails->count; i++) {
		const struct loop_mail *item = &look->loop_mails->items[i];
		bool came_back = message_ids_have(look->ids, item->key);

		look->loops += item->is_recent;
		look->came_back += item->is_recent && came_back;
		if (came_back)
			continue;
		if (item->is_recent)
			keep_copy(&look->nobody, &item->mail);
		if (item->mail.is_unread && item->mail.is_high)
			keep_copy(&look->high, &item->mail);
		if (item->is_late)
			keep_copy(&look->late, &item->mail);
	}
}

/* Mails left where they came in differ only since the rules work; without a trace of these, nobody knows. */
static void end_differing(struct mailbox_look *look)
{
	size_t shown = 0, count = 0;

	for (size_t i = 0; i < look->left.count; i++) {
		const struct left_mail *left = &look->left_at[i];

		if (look->rules_since > 0 && left->arrived >= look->rules_since) {
			count++;
			look->differing_unread += left->is_unread;
		}
	}
	for (; shown < count && shown < look->left.shown; shown++)
		keep_copy(&look->differing, &look->left.items[shown]);
	look->differing.count += count - shown;
	if (!look->files_by_tag)
		return;
	for (size_t i = 0; i < look->unseen.shown; i++)
		keep_copy(&look->differing, &look->unseen.items[i]);
	look->differing.count += look->unseen.count - look->unseen.shown;
	look->differing_unread += look->unseen_unread;
}

static int by_bounces(const void *left, const void *right)
{
	const struct mailbox_bounce *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->address ? a->address : "", b->address ? b->address : "");
}

void mailbox_look_end(struct mailbox_look *look)
{
	struct arena *arena = arena_new();

	end_loops(look);
	end_differing(look);
	qsort(look->bounces, look->bounce_count, sizeof(*look->bounces), by_bounces);
	look->unknown_count = unknown_groups_list(look->groups, look->arena, &look->unknown);
	look->has_more_unknown =
		unknown_groups_has_more(look->groups) || look->unknown_count > MAILBOX_UNKNOWN_MAX;
	if (look->unknown_count > MAILBOX_UNKNOWN_MAX)
		look->unknown_count = MAILBOX_UNKNOWN_MAX;
	for (size_t i = 0; i < look->unknown_count; i++)
		look->unknown[i]->nearest =
			nearest_tag(look->mapping, arena, look->unknown[i]->first);
	look->recurring_count = recurring_words_list(look->words, look->arena, &look->recurring);
	arena_free(arena);
}

bool mailbox_is_filling(const struct mailbox_look *look)
{
	return look->quota.is_known && look->quota.percent > IMAP_QUOTA_PERCENT_MAX;
}

bool mailbox_is_read(const struct mailbox_look *look)
{
	return look->late.count == 0;
}

bool mailbox_is_well(const struct mailbox_look *look)
{
	return mailbox_is_read(look) && look->unknown_count == 0 && look->unrouted_count == 0 &&
		look->bounces_unread == 0 && look->differing_unread == 0 &&
		look->repeated_unread == 0 && !mailbox_is_filling(look);
}
