/* The mails of a look, over IMAP: part of mailbox.h. */
#include "base/memory/arena.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "mail/imap/imap.h"
#include "mailbox/mailbox.h"
#include "matcher/mail_header.h"

/* The folder whose mails come. */
struct visit {
	struct mailbox_look *look;
	const struct imap_folder *folder;
};

static void take_mail(void *place, const struct imap_mail *mail)
{
	struct visit *visit = place;

	mailbox_look_add(visit->look, visit->folder, mail);
}

static enum error_kind read_folder(struct mailbox_look *look, struct imap *imap,
	const struct imap_folder *folder, struct error *err)
{
	struct arena *arena = arena_new();
	struct visit visit = {look, folder};
	uint32_t *uids;
	size_t count;
	enum error_kind failed = imap_uids(imap, arena, &uids, &count, err);

	if (!failed)
		failed = imap_fetch(imap, MAIL_HEADER_FIELDS, uids, count, take_mail, &visit, err);
	look->folders++;
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
	progress_say(_("reading the mailbox"));
	failed = imap_open(&imap, box, err);
	if (!failed)
		failed = imap_folders(&imap, look->arena, &folders, err);
	for (size_t i = 0; i < folders.count && !failed; i++)
		failed = visit_folder(look, &imap, &folders.items[i], err);
	imap_close(&imap);
	progress_clear();
	mailbox_look_end(look);
	return failed;
}
