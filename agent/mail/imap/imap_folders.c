/* Which folders a look at the mailbox covers: part of imap.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/library/curl.h"
#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_name.h"
#include "model/settings.h"

/* What Outlook, Exchange and others call them, for servers that lack RFC 6154. */
static const char *const aside[] = {"Sent", "Sent Items", "Sent Messages", "Sendt post", "Sendt",
	"Drafts", "Kladder", "Trash", "Deleted Items", "Deleted Messages", "Slettet post",
	"Papirkurv", "Outbox", "Udbakke", NULL};
static const char *const junk[] = {"Junk", "Junk Email", "Junk E-mail", "Spam", "Uønsket mail",
	"Uønsket post", "Uønsket e-mail", NULL};

/* Other people's folders on a server that lacks NAMESPACE, as RFC 2342 section 5 and others have them. */
static const char *const strange[] = {"Other Users", "Public Folders", "Shared Folders", NULL};

/* A namespace, in the arena of the folders. */
struct folder_namespace {
	bool is_personal;
	const char *prefix; /* as it goes over the wire */
	size_t length;
	char separator; /* 0: none */
};

struct folders_ctx {
	struct arena *arena;
	struct strbuf box; /* the URL's folder, as it goes over the wire */
	struct imap_folders *folders;
	size_t room;
	struct table *known; /* folders, by their names on the wire */
	struct folder_namespace namespaces[IMAP_NAMESPACES_MAX];
	size_t namespace_count;
	bool has_namespaces; /* the server said whose its folders are */
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

static bool is_among(const char *const *names, const char *name)
{
	for (; *names; names++) {
		if (text_same(*names, name))
			return true;
	}
	return false;
}

/* Whether the folder, or one that it is in, has one of these names. */
static bool is_in(const char *const *names, const char *name, struct imap_text separator)
{
	struct strbuf part = STRBUF_INIT;
	bool is_found = false;

	for (const char *at = name; at && !is_found;) {
		const char *end = separator.length == 1 ? strchr(at, separator.bytes[0]) : NULL;

		strbuf_reset(&part);
		strbuf_add(&part, at, end ? (size_t)(end - at) : strlen(at));
		is_found = is_among(names, part.text);
		at = end ? end + 1 : NULL;
	}
	strbuf_release(&part);
	return is_found;
}

/* Whether the name begins with the namespace's prefix, or is all of it but the separator at its end. */
static bool has_prefix(struct imap_text name, const struct folder_namespace *namespace)
{
	size_t length = namespace->length, inbox = strlen("INBOX");

	if (namespace->separator && length > 0 && name.length == length - 1 &&
		namespace->prefix[length - 1] == namespace->separator)
		length--;
	if (name.length < length)
		return false;
	if (length >= inbox && is_inbox(namespace->prefix, inbox))
		return is_inbox(name.bytes, inbox) &&
			memcmp(name.bytes + inbox, namespace->prefix + inbox, length - inbox) == 0;
	return memcmp(name.bytes, namespace->prefix, length) == 0;
}

/*
 * Whether the folder is in a personal namespace: the longest prefix that its name begins with is that of one. Without
 * NAMESPACE: a name that begins with "#" or "~" is in another by convention (RFC 3501 section 5.1.2, RFC 2342).
 */
static bool is_personal(const struct folders_ctx *ctx, struct imap_text name,
	struct imap_text separator, const char *readable)
{
	const struct folder_namespace *longest = NULL;

	if (is_inbox(name.bytes, name.length))
		return true;
	if (!ctx->has_namespaces) {
		struct strbuf top = STRBUF_INIT;
		bool is_own;

		strbuf_add(&top, readable,
			separator.length == 1
				? strcspn(readable, (char[]){separator.bytes[0], '\0'})
				: strlen(readable));
		is_own = *readable != '#' && *readable != '~' && !is_among(strange, top.text);
		strbuf_release(&top);
		return is_own;
	}
	for (size_t i = 0; i < ctx->namespace_count; i++) {
		const struct folder_namespace *namespace = &ctx->namespaces[i];

		if (has_prefix(name, namespace) &&
			(!longest || namespace->length > longest->length ||
				(namespace->length == longest->length && namespace->is_personal)))
			longest = namespace;
	}
	return longest && longest->is_personal;
}

static char separator_of(struct imap_text text)
{
	if (text.length != 1)
		return 0;
	return text.bytes[0];
}

static bool take_namespaces(void *place, const struct imap_response *response,
	const char **expected)
{
	struct folders_ctx *ctx = place;

	*expected = N_("fewer namespaces");
	for (size_t i = 0; i < response->namespace_count; i++) {
		const struct imap_namespace *namespace = &response->namespaces[i];

		if (ctx->namespace_count == IMAP_NAMESPACES_MAX)
			return false;
		ctx->namespaces[ctx->namespace_count++] =
			(struct folder_namespace){.is_personal = namespace->kind == IMAP_PERSONAL,
				.prefix = arena_bytes(ctx->arena, namespace->prefix.bytes,
					namespace->prefix.length),
				.length = namespace->prefix.length,
				.separator = separator_of(namespace->separator)};
	}
	ctx->has_namespaces = ctx->has_namespaces || response->kind == IMAP_NAMESPACE;
	return true;
}

/* Ask whose the folders are, where the server can say so. One that says nothing has no namespaces. */
static enum error_kind ask_namespaces(struct imap *imap, struct folders_ctx *ctx, struct error *err)
{
	bool can = false;
	enum error_kind failed = imap_has(imap, IMAP_CAN_NAMESPACE, &can, err);

	if (!failed && can)
		failed = imap_command(imap, "NAMESPACE", _("to say whose its folders are"),
			take_namespaces, ctx, err);
	return failed;
}

static void add_folder(struct folders_ctx *ctx, struct imap_text wire, bool is_the_box,
	bool is_junk)
{
	struct imap_folders *folders = ctx->folders;
	struct strbuf name = STRBUF_INIT;
	const char *wire_name = arena_bytes(ctx->arena, wire.bytes, wire.length);

	if (table_find(ctx->known, wire_name))
		return;
	table_put(ctx->known, wire_name, ctx->arena);
	imap_name_decode(&name, wire.bytes, wire.length);
	folders->items = arena_grow(ctx->arena, folders->items, folders->count, &ctx->room,
		sizeof(*folders->items));
	folders->items[folders->count++] = (struct imap_folder){.wire_name = wire_name,
		.name = arena_bytes(ctx->arena, name.text, name.length),
		.is_box = is_the_box,
		.is_junk = is_junk};
	strbuf_release(&name);
}

static bool take_folder(void *place, const struct imap_response *response, const char **expected)
{
	struct folders_ctx *ctx = place;
	struct imap_text name = response->folder.name, separator = response->folder.separator;
	unsigned int flags = response->folder.flags;
	struct strbuf readable = STRBUF_INIT;
	bool is_wanted, is_junk;

	if (response->kind != IMAP_LIST || is_box(ctx, name) || name.length == 0 ||
		flags & (IMAP_FOLDER_CLOSED | IMAP_FOLDER_ASIDE) || !is_below(ctx, name, separator))
		return true;
	imap_name_decode(&readable, name.bytes, name.length);
	is_wanted = !is_in(aside, readable.text, separator) &&
		(!is_inbox(ctx->box.text, ctx->box.length) ||
			is_personal(ctx, name, separator, readable.text));
	is_junk = flags & IMAP_FOLDER_JUNK || is_in(junk, readable.text, separator);
	strbuf_release(&readable);
	*expected = N_("fewer folders");
	if (is_wanted && ctx->folders->count == IMAP_FOLDERS_MAX)
		return false;
	if (is_wanted)
		add_folder(ctx, name, false, is_junk);
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
	struct folders_ctx ctx = {
		.arena = arena, .box = STRBUF_INIT, .folders = folders, .known = table_new(arena)};
	char *box = folder_of(imap->settings->server.url);
	enum error_kind failed;

	*folders = (struct imap_folders){.prefix = ""};
	imap_name_encode(&ctx.box, box ? box : "INBOX");
	add_folder(&ctx, (struct imap_text){ctx.box.text, ctx.box.length}, true, false);
	failed = ask_namespaces(imap, &ctx, err);
	if (!failed)
		failed = imap_command(imap, "LIST \"\" \"*\"", _("to list its folders"),
			take_folder, &ctx, err);
	for (size_t i = ctx.namespace_count; i-- > 0;) {
		if (ctx.namespaces[i].is_personal)
			folders->prefix = ctx.namespaces[i].prefix;
	}
	strbuf_release(&ctx.box);
	curl_free(box);
	return failed;
}
