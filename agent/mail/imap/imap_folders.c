/* Which folders a look at the mailbox covers: part of imap.h. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_name.h"

/* Of servers that do not tell by RFC 6154: what Outlook, Exchange and others call them. */
static const char *const aside[] = {"Sent", "Sent Items", "Sent Messages", "Sendt post", "Sendt",
	"Drafts", "Kladder", "Trash", "Deleted Items", "Deleted Messages", "Slettet post",
	"Papirkurv", "Junk", "Junk Email", "Junk E-mail", "Spam", "Uønsket mail", "Uønsket post",
	"Outbox", "Udbakke"};

struct folders_ctx {
	struct arena *arena;
	struct strbuf box; /* the URL's folder, as it goes over the wire */
	struct imap_folders *folders;
	size_t room;
};

static bool is_inbox(const char *name, size_t length)
{
	return length == strlen("INBOX") && strncasecmp(name, "INBOX", length) == 0;
}

static bool is_box(const struct folders_ctx *ctx, struct imap_text name)
{
	const struct strbuf *box = &ctx->box;

	if (is_inbox(box->text, box->length))
		return is_inbox(name.bytes, name.length);
	return name.length == box->length && memcmp(name.bytes, box->text, name.length) == 0;
}

/* Whether the folder is below that of the URL; below INBOX is everything. */
static bool is_below(const struct folders_ctx *ctx, struct imap_text name,
	struct imap_text separator)
{
	const struct strbuf *box = &ctx->box;

	if (is_inbox(box->text, box->length))
		return true;
	return separator.length == 1 && name.length > box->length &&
		memcmp(name.bytes, box->text, box->length) == 0 &&
		name.bytes[box->length] == separator.bytes[0];
}

/* Whether its last part is a name that such folders have. */
static bool is_aside(const char *name, struct imap_text separator)
{
	const char *slash = separator.length == 1 ? strrchr(name, separator.bytes[0]) : NULL;

	for (size_t i = 0; i < sizeof(aside) / sizeof(aside[0]); i++) {
		if (text_same(slash ? slash + 1 : name, aside[i]))
			return true;
	}
	return false;
}

static void add_folder(struct folders_ctx *ctx, const char *wire_name, size_t length,
	bool is_the_box)
{
	struct imap_folders *folders = ctx->folders;
	struct strbuf name = STRBUF_INIT;

	imap_name_decode(&name, wire_name, length);
	folders->items = arena_grow(ctx->arena, folders->items, folders->count, &ctx->room,
		sizeof(*folders->items));
	folders->items[folders->count++] =
		(struct imap_folder){.wire_name = arena_bytes(ctx->arena, wire_name, length),
			.name = arena_bytes(ctx->arena, name.text, name.length),
			.is_box = is_the_box};
	strbuf_release(&name);
}

static bool take_folder(void *place, const struct imap_response *response, const char **expected)
{
	struct folders_ctx *ctx = place;
	struct imap_text name = response->folder.name, separator = response->folder.separator;
	struct strbuf readable = STRBUF_INIT;
	bool is_wanted;

	if (response->kind != IMAP_LIST || is_box(ctx, name) || response->folder.flags ||
		!is_below(ctx, name, separator))
		return true;
	imap_name_decode(&readable, name.bytes, name.length);
	is_wanted = name.length > 0 && !is_aside(readable.text, separator);
	strbuf_release(&readable);
	*expected = N_("fewer folders");
	if (ctx->folders->count == IMAP_FOLDERS_MAX)
		return false;
	if (is_wanted)
		add_folder(ctx, name.bytes, name.length, false);
	return true;
}

/* The folder that the URL names (RFC 5092), in UTF-8, to be freed by curl_free(); NULL: none, or no text. */
static char *folder_of(const char *url)
{
	CURLU *parts = curl_url();
	char *path = NULL, *name = NULL;
	int length = 0;

	if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK)
		curl_url_get(parts, CURLUPART_PATH, &path, 0);
	if (path && *path) {
		path[1 + strcspn(path + 1, ";")] = '\0'; /* parameters */
		name = curl_easy_unescape(NULL, path + 1, 0, &length);
	}
	while (name && length > 0 && name[length - 1] == '/')
		name[--length] = '\0';
	if (name && (length == 0 || strlen(name) != (size_t)length)) {
		curl_free(name);
		name = NULL;
	}
	curl_free(path);
	curl_url_cleanup(parts);
	return name;
}

enum error_kind imap_folders(struct imap *imap, struct arena *arena, struct imap_folders *folders,
	struct error *err)
{
	struct folders_ctx ctx = {.arena = arena, .box = STRBUF_INIT, .folders = folders};
	char *box = folder_of(imap->settings->server.url);
	enum error_kind failed;

	*folders = (struct imap_folders){.count = 0};
	imap_name_encode(&ctx.box, box ? box : "INBOX");
	add_folder(&ctx, ctx.box.text, ctx.box.length, true);
	failed = imap_command(imap, "LIST \"\" \"*\"", _("to list its folders"), take_folder, &ctx,
		err);
	strbuf_release(&ctx.box);
	curl_free(box);
	return failed;
}
