#include "mailbox/probe/probe_place.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "mail/imap/imap_remove.h"
#include "mailbox/probe/probe_header.h"
#include "mailbox/probe/probe_log.h"
#include "model/settings.h"

/* The folder that is being read. */
struct reading_ctx {
	struct probe_places *places;
	struct probe_place *place;
	size_t folder;
};

static size_t server_length(const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return (size_t)(host - url) + strcspn(host, "/");
}

bool probe_is_alias(const struct settings *settings)
{
	const struct server_settings *box = &settings->mailbox.imap.server,
				     *probe = &settings->mailbox.probe_imap.server;

	if (!probe->url)
		return true;
	return box->url && box->user && probe->user && strcmp(box->user, probe->user) == 0 &&
		server_length(box->url) == server_length(probe->url) &&
		strncmp(box->url, probe->url, server_length(box->url)) == 0;
}

static bool has_folder(const struct imap_folders *folders, const char *wire_name)
{
	for (size_t i = 0; i < folders->count; i++) {
		if (strcmp(folders->items[i].wire_name, wire_name) == 0)
			return true;
	}
	return false;
}

static void add_folder(struct probe_places *places, struct probe_place *place,
	const struct imap_folder *folder)
{
	struct imap_folders *known = &place->folders;
	size_t room = place->room;

	known->items =
		arena_grow(places->arena, known->items, known->count, &room, sizeof(*known->items));
	place->seen = arena_grow(places->arena, place->seen, known->count, &place->room,
		sizeof(*place->seen));
	known->items[known->count++] = *folder;
}

/* List the folders of a place. Those that it knows keep their numbers; one that a rule just created is added. */
static enum error_kind list_folders(struct probe_places *places, struct probe_place *place,
	struct error *err)
{
	struct imap_folders listed = {.count = 0};
	enum error_kind failed = imap_folders(&place->imap, places->arena, &listed, err);

	for (size_t i = 0; i < listed.count && !failed; i++) {
		if (!has_folder(&place->folders, listed.items[i].wire_name))
			add_folder(places, place, &listed.items[i]);
	}
	return failed;
}

/* The folder of the place whose sent mail is looked for; the first is taken. */
struct sent_ctx {
	struct probe_places *places;
	struct probe_place *place;
};

static bool take_sent(void *place, const struct imap_response *response, const char **expected)
{
	struct sent_ctx *ctx = place;
	struct imap_text name = response->folder.name;
	const char *wire_name;

	(void)expected;
	if (response->kind != IMAP_LIST || !(response->folder.flags & IMAP_FOLDER_SENT) ||
		ctx->place->sent != SIZE_MAX)
		return true;
	wire_name = arena_bytes(ctx->places->arena, name.bytes, name.length);
	ctx->place->sent = ctx->place->folders.count;
	add_folder(ctx->places, ctx->place,
		&(struct imap_folder){.wire_name = wire_name, .name = wire_name});
	return true;
}

/* Graph keeps a copy of each mail in Sent Items (Microsoft Graph, "user: sendMail"): of a probe it is removed, too. */
static enum error_kind find_sent(struct probe_places *places, struct probe_place *place,
	struct error *err)
{
	const char *user = places->settings->mail.graph.user;
	const char *login = places->settings->mailbox.imap.server.user;
	struct sent_ctx ctx = {places, place};

	if (!place->in_mailbox || !user || !login ||
		(strchr(user, '@') && strcasecmp(user, login) != 0))
		return ERROR_NONE;
	return imap_command(&place->imap, "LIST \"\" \"*\"", _("to list its folders"), take_sent,
		&ctx, err);
}

static enum error_kind open_place(struct probe_places *places, const struct imap_settings *settings,
	bool in_mailbox, bool at_probe, struct error *err)
{
	struct probe_place *place = &places->items[places->count++];
	enum error_kind failed;

	*place = (struct probe_place){
		.in_mailbox = in_mailbox, .at_probe = at_probe, .sent = SIZE_MAX};
	failed = imap_open(&place->imap, settings, err);
	if (!failed)
		failed = list_folders(places, place, err);
	return failed ? failed : find_sent(places, place, err);
}

/* Two days before the oldest probe that may still come: a day is the server's, in its own zone. */
static const char *search_date(const struct probe_log *log, moment now, struct arena *arena)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	moment oldest = now;
	time_t seconds;
	struct tm utc = {0};

	for (size_t i = 0; i < log->count; i++)
		oldest = log->items[i].at < oldest ? log->items[i].at : oldest;
	seconds = (time_t)(oldest - 2 * MOMENT_DAY);
	gmtime_r(&seconds, &utc);
	return arena_format(arena, "%d-%s-%04d", utc.tm_mday, months[utc.tm_mon],
		utc.tm_year + 1900);
}

enum error_kind probe_places_open(struct probe_places *places, const struct settings *settings,
	struct probe_log *log, struct arena *arena, moment now, struct error *err)
{
	const struct mailbox_settings *mailbox = &settings->mailbox;
	bool is_alias = probe_is_alias(settings);
	enum error_kind failed = ERROR_NONE;

	places->arena = arena;
	places->settings = settings;
	places->log = log;
	places->count = places->find_count = places->strangers = 0;
	places->since = search_date(log, now, arena);
	if (mailbox->imap.server.url)
		failed = open_place(places, &mailbox->imap, true, is_alias, err);
	if (!failed && !is_alias)
		failed = open_place(places, &mailbox->probe_imap, false, true, err);
	return failed;
}

void probe_places_close(struct probe_places *places)
{
	for (size_t i = 0; i < places->count; i++)
		imap_close(&places->items[i].imap);
	places->count = 0;
}

/* The rules are those of mailbox.address, or of the mailbox's login, where that is its address and the other an alias. */
static bool is_by_the_rules(const struct mailbox_settings *mailbox,
	const struct probe_header *header)
{
	const char *login = mailbox->imap.server.user;

	return probe_header_is_by(header, mailbox->address) ||
		(login && strchr(login, '@') && probe_header_is_by(header, login));
}

static void take_mail(void *place, const struct imap_mail *mail)
{
	struct reading_ctx *ctx = place;
	struct probe_places *places = ctx->places;
	struct arena *arena = arena_new();
	struct probe_header header;
	const struct probe_sent *sent;

	probe_header_read(&header, arena, mail->header.bytes, mail->header.length);
	sent = probe_log_recognize(places->log, &header);
	if (sent && places->find_count < PROBE_FINDS_MAX)
		places->finds[places->find_count++] = (struct probe_find){.place = ctx->place,
			.folder = ctx->folder,
			.uid = mail->uid,
			.sent = sent,
			.flags = mail->flags,
			.is_copy = ctx->folder == ctx->place->sent,
			.is_through = ctx->place->at_probe &&
				is_by_the_rules(&places->settings->mailbox, &header),
			.by = arena_string(places->arena, header.redirected_by)};
	else if (!sent && header.is_marked)
		places->strangers++;
	arena_free(arena);
}

/* Read the new mails of the open folder. "N:*" names the last mail too where that is before N (RFC 3501, seq-range). */
static enum error_kind read_new(struct reading_ctx *ctx, struct error *err)
{
	struct arena *arena = arena_new();
	uint32_t *seen = &ctx->place->seen[ctx->folder], *uids = NULL;
	const char *criteria = arena_format(arena, "UNDELETED SINCE %s UID %u:*",
		ctx->places->since, *seen > 0 ? *seen : 1);
	size_t count = 0, first = 0;
	enum error_kind failed =
		imap_search(&ctx->place->imap, arena, criteria, &uids, &count, err);

	while (!failed && first < count && uids[first] <= *seen)
		first++;
	if (!failed && first < count) {
		failed = imap_fetch(&ctx->place->imap, PROBE_HEADER_FIELDS, uids + first,
			count - first, take_mail, ctx, err);
		*seen = uids[count - 1];
	}
	arena_free(arena);
	return failed;
}

/* A folder that the server does not open is passed over; the one where mail comes in is not. */
static enum error_kind look_into(struct probe_places *places, struct probe_place *place,
	size_t folder, struct error *err)
{
	struct reading_ctx ctx = {places, place, folder};
	const struct imap_folder *item = &place->folders.items[folder];
	struct error trouble = ERROR_INIT;
	enum error_kind failed = imap_examine(&place->imap, item, &trouble);

	if (!failed)
		failed = read_new(&ctx, err);
	else if (place->imap.was_refused && !item->is_box)
		failed = ERROR_NONE;
	else
		error_set(err, failed, "%s", trouble.text.text);
	error_release(&trouble);
	return failed;
}

enum error_kind probe_places_look(struct probe_places *places, bool all, struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < places->count && !failed; i++) {
		struct probe_place *place = &places->items[i];

		if (!all && !place->at_probe)
			continue;
		if (all)
			failed = list_folders(places, place, err);
		for (size_t j = 0; j < (all ? place->folders.count : 1) && !failed; j++)
			failed = look_into(places, place, j, err);
	}
	return failed;
}

static bool is_ours(void *place, const struct imap_mail *mail)
{
	struct probe_places *places = place;
	struct arena *arena = arena_new();
	struct probe_header header;
	bool is;

	probe_header_read(&header, arena, mail->header.bytes, mail->header.length);
	is = probe_log_recognize(places->log, &header) != NULL;
	arena_free(arena);
	return is;
}

static int by_number(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static enum error_kind remove_from(struct probe_places *places, struct probe_place *place,
	size_t folder, struct error *err)
{
	uint32_t uids[PROBE_FINDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < places->find_count; i++) {
		const struct probe_find *find = &places->finds[i];

		if (find->place == place && find->folder == folder)
			uids[count++] = find->uid;
	}
	if (count == 0)
		return ERROR_NONE;
	qsort(uids, count, sizeof(uids[0]), by_number);
	return imap_remove(&place->imap, &place->folders.items[folder],
		&(struct imap_removal){PROBE_HEADER_FIELDS, uids, count, is_ours, places}, err);
}

enum error_kind probe_places_remove(struct probe_places *places, struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < places->count && !failed; i++) {
		struct probe_place *place = &places->items[i];

		for (size_t j = 0; j < place->folders.count && !failed; j++)
			failed = remove_from(places, place, j, err);
	}
	places->find_count = 0;
	return failed;
}
