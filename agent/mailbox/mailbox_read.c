/* The mails of a look, over IMAP: part of mailbox.h. */
#include <stdlib.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "mail/imap/imap.h"
#include "mailbox/mailbox.h"
#include "mailbox/probe/probe_header.h"
#include "mailbox/probe/probe_log.h"
#include "model/settings.h"

/* What tells of probes, and so the matcher's, and of copies and bounces. */
#define FIELDS PROBE_HEADER_FIELDS " MESSAGE-ID X-FAILED-RECIPIENTS"

/* A bounce, of which a part says whom it is about. */
struct bounce_mail {
	uint32_t uid;
	unsigned int flags;
	moment arrived;
	bool is_counted;
};

/* The folder whose mails come. */
struct visit {
	struct mailbox_look *look;
	const struct imap_folder *folder;
	struct bounce_mail *bounces; /* owned */
	size_t bounce_count, bounce_room;
};

/* A probe that was sent from here, and is under way or was lost: the next one removes it (mailbox/probe/probe.h). */
static bool is_probe(const struct visit *visit, const struct imap_mail *mail)
{
	struct arena *arena = arena_new();
	struct probe_header header;
	bool is = false;

	if (visit->look->probes) {
		probe_header_read(&header, arena, mail->header.bytes, mail->header.length);
		is = probe_log_recognize(visit->look->probes, &header) != NULL;
	}
	arena_free(arena);
	return is;
}

static void take_mail(void *place, const struct imap_mail *mail)
{
	struct visit *visit = place;

	if (is_probe(visit, mail) || !mailbox_look_add(visit->look, visit->folder, mail))
		return;
	visit->bounces = memory_grow(visit->bounces, visit->bounce_count, &visit->bounce_room,
		sizeof(*visit->bounces));
	visit->bounces[visit->bounce_count++] =
		(struct bounce_mail){mail->uid, mail->flags, mail->arrived, false};
}

static int by_uid(const void *left, const void *right)
{
	const struct bounce_mail *a = left, *b = right;

	return (a->uid > b->uid) - (a->uid < b->uid);
}

static void count_bounce(struct visit *visit, struct bounce_mail *bounce, struct imap_text part)
{
	const struct imap_mail mail = {.uid = bounce->uid,
		.flags = bounce->flags,
		.arrived = bounce->arrived,
		.part = part};

	if (!bounce->is_counted)
		mailbox_look_add_bounce(visit->look, &mail);
	bounce->is_counted = true;
}

static void take_part(void *place, const struct imap_mail *mail)
{
	struct visit *visit = place;
	const struct bounce_mail key = {.uid = mail->uid};
	struct bounce_mail *bounce =
		bsearch(&key, visit->bounces, visit->bounce_count, sizeof(key), by_uid);

	if (bounce)
		count_bounce(visit, bounce, mail->part);
}

/* Ask of the latest bounces whom they are about; of the others, and where the server refuses, nobody knows. */
static enum error_kind read_bounces(struct visit *visit, struct imap *imap, struct error *err)
{
	uint32_t uids[IMAP_PARTS_MAX];
	struct error trouble = ERROR_INIT;
	enum error_kind failed;
	size_t count = 0, first;

	if (visit->bounce_count == 0)
		return ERROR_NONE;
	qsort(visit->bounces, visit->bounce_count, sizeof(*visit->bounces), by_uid);
	first = visit->bounce_count > IMAP_PARTS_MAX ? visit->bounce_count - IMAP_PARTS_MAX : 0;
	for (size_t i = first; i < visit->bounce_count; i++)
		uids[count++] = visit->bounces[i].uid;
	failed = imap_fetch_parts(imap, uids, count, take_part, visit, &trouble);
	if (failed && imap->was_refused)
		failed = ERROR_NONE;
	else if (failed)
		error_set(err, failed, "%s", trouble.text.text);
	for (size_t i = 0; i < visit->bounce_count; i++)
		count_bounce(visit, &visit->bounces[i], (struct imap_text){NULL, 0});
	error_release(&trouble);
	return failed;
}

static enum error_kind read_folder(struct mailbox_look *look, struct imap *imap,
	const struct imap_folder *folder, struct error *err)
{
	struct arena *arena = arena_new();
	struct visit visit = {.look = look, .folder = folder};
	uint32_t *uids;
	size_t count;
	enum error_kind failed = imap_uids(imap, arena, &uids, &count, err);

	if (!failed)
		failed = imap_fetch(imap, FIELDS, uids, count, take_mail, &visit, err);
	if (!failed)
		failed = read_bounces(&visit, imap, err);
	look->folders++;
	free(visit.bounces);
	arena_free(arena);
	return failed;
}

static void add_closed(struct mailbox_look *look, const struct imap_folder *folder)
{
	look->closed = arena_grow(look->arena, look->closed, look->closed_count, &look->closed_room,
		sizeof(*look->closed));
	look->closed[look->closed_count++] = folder->name;
}

/* Without its own folder the box is not looked into; another that is refused, or was just deleted, is told. */
static enum error_kind visit_folder(struct mailbox_look *look, struct imap *imap,
	const struct imap_folder *folder, struct error *err)
{
	struct error trouble = ERROR_INIT;
	enum error_kind failed = imap_examine(imap, folder, &trouble);

	if (!failed) {
		failed = read_folder(look, imap, folder, err);
	} else if (imap->was_refused && !folder->is_box) {
		add_closed(look, folder);
		failed = ERROR_NONE;
	} else {
		error_set(err, failed, "%s", trouble.text.text);
	}
	error_release(&trouble);
	return failed;
}

enum error_kind mailbox_look(struct mailbox_look *look, const struct settings *settings,
	const struct mapping *mapping, moment at, struct error *err)
{
	const struct imap_settings *box = &settings->mailbox.imap;
	struct imap_folders folders = {.count = 0};
	struct imap imap;
	enum error_kind failed;

	mailbox_look_begin(look, &settings->mailbox, mapping, at);
	if (!box->server.url)
		return error_set(err, ERROR_USAGE,
			_("%s: mailbox.imap is not set, which tells where the mailbox is"),
			settings->file);
	look->url = box->server.url;
	if (settings->mailbox.probe) {
		look->probes = arena_get(look->arena, sizeof(*look->probes));
		probe_log_load(look->probes, settings, look->arena);
	}
	progress_say(_("reading the mailbox"));
	failed = imap_open(&imap, box, err);
	if (!failed)
		failed = imap_quota(&imap, &look->quota, err);
	if (!failed)
		failed = imap_folders(&imap, look->arena, &folders, err);
	for (size_t i = 0; i < folders.count && !failed; i++)
		failed = visit_folder(look, &imap, &folders.items[i], err);
	imap_close(&imap);
	progress_clear();
	mailbox_look_end(look);
	return failed;
}
