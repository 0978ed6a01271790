#include "mail/imap/imap_remove.h"

#include <assert.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_name.h"

/* The mails that are read again, and those of them that are recognized. */
struct removal_ctx {
	const struct imap_removal *removal;
	uint32_t ours[IMAP_REMOVE_MAX];
	size_t count;
};

static enum error_kind select_folder(struct imap *imap, const struct imap_folder *folder,
	struct error *err)
{
	struct strbuf text = STRBUF_INIT, what = STRBUF_INIT;
	enum error_kind failed;

	strbuf_adds(&text, "SELECT ");
	imap_name_quote(&text, folder->wire_name);
	strbuf_addf(&what, _("to open the folder %s for writing"), folder->name);
	failed = imap_command(imap, text.text, what.text, NULL, NULL, err);
	strbuf_release(&text);
	strbuf_release(&what);
	return failed;
}

/* imap_fetch() gives only mails that were asked for, each once: as many as there is room for. */
static void take_mail(void *place, const struct imap_mail *mail)
{
	struct removal_ctx *ctx = place;

	assert(ctx->count < IMAP_REMOVE_MAX);
	if (!(mail->flags & IMAP_DELETED) && ctx->removal->is_ours(ctx->removal->place, mail))
		ctx->ours[ctx->count++] = mail->uid;
}

/* "UID STORE 3,7 …": numbers alone, as a range would mean whatever lies between. */
static enum error_kind command_on(struct imap *imap, const char *command,
	const struct removal_ctx *ctx, const char *rest, const char *what, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	enum error_kind failed;

	strbuf_addf(&text, "%s ", command);
	for (size_t i = 0; i < ctx->count; i++)
		strbuf_addf(&text, i == 0 ? "%u" : ",%u", ctx->ours[i]);
	strbuf_adds(&text, rest);
	failed = imap_command(imap, text.text, what, NULL, NULL, err);
	strbuf_release(&text);
	return failed;
}

enum error_kind imap_remove(struct imap *imap, const struct imap_folder *folder,
	const struct imap_removal *removal, struct error *err)
{
	struct removal_ctx ctx = {.removal = removal};
	struct error no_uidplus = ERROR_INIT;
	enum error_kind failed;

	assert(removal->count <= IMAP_REMOVE_MAX);
	failed = select_folder(imap, folder, err);
	if (!failed)
		failed = imap_fetch(imap, removal->fields, removal->uids, removal->count, take_mail,
			&ctx, err);
	if (failed || ctx.count == 0)
		return failed;
	failed = command_on(imap, "UID STORE", &ctx, " +FLAGS.SILENT (\\Deleted)",
		_("to mark mails as deleted"), err);
	if (failed)
		return failed;
	failed = command_on(imap, "UID EXPUNGE", &ctx, "", _("to remove mails"), &no_uidplus);
	if (failed == ERROR_TARGET) /* RFC 4315 is not everywhere: they are marked */
		failed = ERROR_NONE;
	if (failed)
		error_set(err, failed, "%s", no_uidplus.text.text);
	error_release(&no_uidplus);
	return failed;
}
