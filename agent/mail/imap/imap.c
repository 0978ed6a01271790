#include "mail/imap/imap.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/text.h"
#include "mail/imap/imap_name.h"
#include "model/settings.h"

#define SILENCE_MAX  30000              /* ms without a byte */
#define COMMAND_MAX  300000             /* ms for one command */
#define RECEIVED_MAX ((size_t)64 << 20) /* bytes in answer to one command */
#define PIECE        65536              /* bytes read at a time */

static const char *url_of(const struct imap *imap)
{
	return imap->settings->server.url;
}

static enum error_kind fail_lost(const struct imap *imap, const char *why, struct error *err)
{
	return error_set(err, ERROR_LOST, _("%s: the server went away: %s"), url_of(imap), why);
}

/* `said` is a server's: safe for a terminal. */
static enum error_kind fail_refused(const struct imap *imap, const char *what,
	struct imap_text said, struct error *err)
{
	struct strbuf text = STRBUF_INIT, safe = STRBUF_INIT;

	strbuf_add(&text, said.bytes, said.length < 200 ? said.length : 200);
	strbuf_add_safe(&safe, text.text);
	error_set(err, ERROR_TARGET, _("%s: the server refuses %s: %s"), url_of(imap), what,
		safe.text);
	strbuf_release(&text);
	strbuf_release(&safe);
	return ERROR_TARGET;
}

static enum error_kind fail_garbled(const struct imap *imap, const char *expected,
	struct error *err)
{
	return error_set(err, ERROR_TARGET,
		_("%s: the server's answer is not IMAP's; expected was: %s"), url_of(imap),
		_(expected));
}

/* Wait until the connection can be read or written, no longer than a silence or the command may last. */
static enum error_kind wait_for(struct imap *imap, short events, struct error *err)
{
	int64_t left = imap->deadline - moment_uptime();
	struct pollfd fd = {.fd = -1, .events = events};
	curl_socket_t socket = CURL_SOCKET_BAD;

	curl_easy_getinfo(imap->server.easy, CURLINFO_ACTIVESOCKET, &socket);
	fd.fd = socket;
	if (left <= 0)
		return fail_lost(imap, _("its answer takes too long"), err);
	if (fd.fd < 0 || poll(&fd, 1, left < SILENCE_MAX ? (int)left : SILENCE_MAX) == 0)
		return fail_lost(imap, _("it fell silent"), err);
	return ERROR_NONE;
}

static enum error_kind send_all(struct imap *imap, const struct strbuf *text, struct error *err)
{
	enum error_kind failed = ERROR_NONE;
	size_t sent = 0;

	while (!failed && sent < text->length) {
		size_t more = 0;
		CURLcode code = curl_easy_send(imap->server.easy, text->text + sent,
			text->length - sent, &more);

		sent += more;
		if (code == CURLE_AGAIN)
			failed = wait_for(imap, POLLOUT, err);
		else if (code)
			failed = fail_lost(imap, curl_easy_strerror(code), err);
	}
	return failed;
}

/* Read on. What TLS has in hand already comes without waiting, so that is asked first. */
static enum error_kind receive_bytes(struct imap *imap, struct error *err)
{
	enum error_kind failed = ERROR_NONE;
	char piece[PIECE];
	size_t length = 0;
	CURLcode code;

	do {
		code = curl_easy_recv(imap->server.easy, piece, sizeof(piece), &length);
		if (code == CURLE_AGAIN)
			failed = wait_for(imap, POLLIN, err);
	} while (code == CURLE_AGAIN && !failed);
	if (failed)
		return failed;
	if (code || length == 0)
		return fail_lost(imap, code ? curl_easy_strerror(code) : _("it hung up"), err);
	imap->received += length;
	if (imap->received > RECEIVED_MAX)
		return fail_garbled(imap, N_("no more than was asked for"), err);
	strbuf_add(&imap->buffer, piece, length);
	return ERROR_NONE;
}

/* Drop what is read; the rest moves to the front. */
static void tidy_buffer(struct imap *imap)
{
	size_t left = imap->buffer.length - imap->used;
	struct strbuf rest = STRBUF_INIT;

	if (imap->used == 0)
		return;
	strbuf_add(&rest, imap->buffer.text + imap->used, left);
	strbuf_release(&imap->buffer);
	imap->buffer = rest;
	imap->used = 0;
}

/* Have one whole response in the buffer, of imap->frame.end bytes from imap->used on. */
static enum error_kind next_response(struct imap *imap, struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	imap->frame = (struct imap_frame){0};
	while (!failed) {
		switch (imap_frame(&imap->frame, imap->buffer.text + imap->used,
			imap->buffer.length - imap->used)) {
		case IMAP_FRAME_WHOLE:
			return ERROR_NONE;
		case IMAP_FRAME_BAD:
			return fail_garbled(imap, N_("a response, or a literal, of less length"),
				err);
		case IMAP_FRAME_MORE:
			tidy_buffer(imap);
			failed = receive_bytes(imap, err);
			break;
		}
	}
	return failed;
}

static enum error_kind finish_command(struct imap *imap, const char *what,
	const struct imap_response *response, struct error *err)
{
	char tag[16];

	snprintf(tag, sizeof(tag), "p%u", imap->commands);
	if (response->tag.length != strlen(tag) ||
		strncmp(response->tag.bytes, tag, strlen(tag)) != 0)
		return fail_garbled(imap, N_("the tag of the command"), err);
	if (response->result == IMAP_OK)
		return ERROR_NONE;
	imap->was_refused = response->result == IMAP_NO;
	return fail_refused(imap, what, response->words, err);
}

/* Read one response and give it away; *done after the tagged one. */
static enum error_kind take_response(struct imap *imap, const char *what, imap_take *take,
	void *place, bool *done, struct error *err)
{
	struct arena *arena = arena_new();
	struct imap_response response;
	const char *expected = NULL;
	enum error_kind failed = ERROR_NONE;

	if (!imap_response_read(imap->buffer.text + imap->used, imap->frame.end, arena, &response,
		    &expected))
		failed = fail_garbled(imap, expected, err);
	else if (response.kind == IMAP_BYE)
		failed = fail_refused(imap, _("to go on"), response.words, err);
	else if (response.kind == IMAP_CONTINUE)
		failed = fail_garbled(imap, N_("no wish for more of a command"), err);
	else if (response.kind == IMAP_TAGGED)
		failed = finish_command(imap, what, &response, err);
	else if (take && !take(place, &response, &expected))
		failed = fail_garbled(imap, expected, err);
	*done = response.kind == IMAP_TAGGED;
	imap->used += imap->frame.end;
	arena_free(arena);
	return failed;
}

enum error_kind imap_command(struct imap *imap, const char *text, const char *what, imap_take *take,
	void *place, struct error *err)
{
	struct strbuf line = STRBUF_INIT;
	enum error_kind failed;
	bool done = false;

	strbuf_addf(&line, "p%u %s\r\n", ++imap->commands, text);
	imap->deadline = moment_uptime() + COMMAND_MAX;
	imap->received = 0;
	imap->was_refused = false;
	failed = send_all(imap, &line, err);
	while (!failed && !done) {
		failed = next_response(imap, err);
		if (!failed)
			failed = take_response(imap, what, take, place, &done, err);
	}
	strbuf_release(&line);
	return failed;
}

enum error_kind imap_open(struct imap *imap, const struct imap_settings *settings,
	struct error *err)
{
	enum error_kind failed;

	*imap = (struct imap){.settings = settings, .buffer = STRBUF_INIT};
	signal(SIGPIPE, SIG_IGN); /* TLS writes to a server that is gone: an error, not our end */
	failed = server_init(&imap->server, &settings->server, err);
	if (failed)
		return failed;
	curl_easy_setopt(imap->server.easy, CURLOPT_CONNECT_ONLY, 1L);
	return server_run(&imap->server, err);
}

void imap_close(struct imap *imap)
{
	size_t sent;

	if (imap->server.easy && imap->commands > 0)
		(void)curl_easy_send(imap->server.easy, "q LOGOUT\r\n", 10, &sent);
	server_release(&imap->server);
	strbuf_release(&imap->buffer);
}

static bool take_capabilities(void *place, const struct imap_response *response,
	const char **expected)
{
	struct imap *imap = place;

	(void)expected;
	if (response->kind == IMAP_CAPABILITY)
		imap->capabilities |= response->capabilities;
	return true;
}

enum error_kind imap_has(struct imap *imap, enum imap_capability capability, bool *has,
	struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	if (!imap->has_capabilities)
		failed = imap_command(imap, "CAPABILITY", _("to say what it can do"),
			take_capabilities, imap, err);
	imap->has_capabilities = !failed;
	*has = !failed && imap->capabilities & capability;
	return failed;
}

static bool take_exists(void *place, const struct imap_response *response, const char **expected)
{
	uint32_t *exists = place;

	if (response->kind == IMAP_EXISTS)
		*exists = response->number;
	*expected = N_("a folder of fewer mails");
	return *exists <= IMAP_MAILS_MAX;
}

enum error_kind imap_examine(struct imap *imap, const struct imap_folder *folder, struct error *err)
{
	struct strbuf text = STRBUF_INIT, what = STRBUF_INIT;
	uint32_t exists = 0;
	enum error_kind failed;

	strbuf_adds(&text, "EXAMINE ");
	imap_name_quote(&text, folder->wire_name);
	strbuf_addf(&what, _("to open the folder %s"), folder->name);
	failed = imap_command(imap, text.text, what.text, take_exists, &exists, err);
	strbuf_release(&text);
	strbuf_release(&what);
	return failed;
}

struct found {
	struct arena *arena;
	uint32_t *uids;
	size_t count, room;
};

static bool take_found(void *place, const struct imap_response *response, const char **expected)
{
	struct found *found = place;

	*expected = N_("fewer mails");
	if (response->kind != IMAP_SEARCH)
		return true;
	if (response->found_count > IMAP_MAILS_MAX - found->count)
		return false;
	for (size_t i = 0; i < response->found_count; i++) {
		found->uids = arena_grow(found->arena, found->uids, found->count, &found->room,
			sizeof(*found->uids));
		found->uids[found->count++] = response->found[i];
	}
	return true;
}

static int by_number(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

enum error_kind imap_search(struct imap *imap, struct arena *arena, const char *criteria,
	uint32_t **uids, size_t *count, struct error *err)
{
	struct found found = {.arena = arena};
	enum error_kind failed;
	size_t kept = 0;

	failed = imap_command(imap, arena_format(arena, "UID SEARCH %s", criteria), _("to search"),
		take_found, &found, err);
	if (found.count > 0)
		qsort(found.uids, found.count, sizeof(*found.uids), by_number);
	for (size_t i = 0; i < found.count; i++) {
		if (i == 0 || found.uids[i] != found.uids[kept - 1])
			found.uids[kept++] = found.uids[i];
	}
	*uids = found.uids;
	*count = kept;
	return failed;
}

enum error_kind imap_uids(struct imap *imap, struct arena *arena, uint32_t **uids, size_t *count,
	struct error *err)
{
	return imap_search(imap, arena, "UNDELETED", uids, count, err);
}

/* A batch that is being fetched. */
struct batch {
	const uint32_t *uids;
	size_t count;
	bool taken[IMAP_BATCH];
	bool is_of_parts; /* imap_fetch_parts() */
	imap_take_mail *take;
	void *place;
};

/*
 * What a server tells of a mail unasked lacks its fields; a mail that is not of the batch came
 * just now, or the server makes it up.
 */
static bool take_mail(void *place, const struct imap_response *response, const char **expected)
{
	struct batch *batch = place;
	const struct imap_mail *mail = &response->mail;
	const uint32_t *uid;

	if (response->kind != IMAP_FETCH || mail->uid == 0 ||
		(!mail->header.bytes && !batch->is_of_parts))
		return true;
	*expected = N_("flags, date and no more of a mail's fields than asked for");
	if (mail->header.length > IMAP_HEADER_MAX || mail->part.length > IMAP_HEADER_MAX ||
		(!batch->is_of_parts && (!mail->has_flags || !mail->has_arrived)))
		return false;
	uid = bsearch(&mail->uid, batch->uids, batch->count, sizeof(*batch->uids), by_number);
	if (!uid || batch->taken[uid - batch->uids])
		return true;
	batch->taken[uid - batch->uids] = true;
	batch->take(batch->place, mail);
	return true;
}

enum error_kind imap_fetch(struct imap *imap, const char *fields, const uint32_t *uids,
	size_t count, imap_take_mail *take, void *place, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < count && !failed; i += IMAP_BATCH) {
		struct batch batch = {.uids = uids + i,
			.count = count - i < IMAP_BATCH ? count - i : IMAP_BATCH,
			.take = take,
			.place = place};

		strbuf_reset(&text);
		strbuf_addf(&text,
			"UID FETCH %u:%u (UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (%s)]<0.%d>)",
			batch.uids[0], batch.uids[batch.count - 1], fields, IMAP_HEADER_MAX);
		failed = imap_command(imap, text.text, _("to show mails"), take_mail, &batch, err);
	}
	strbuf_release(&text);
	return failed;
}

enum error_kind imap_fetch_parts(struct imap *imap, const uint32_t *uids, size_t count,
	imap_take_mail *take, void *place, struct error *err)
{
	struct batch batch = {
		.uids = uids, .count = count, .is_of_parts = true, .take = take, .place = place};
	struct strbuf text = STRBUF_INIT;
	enum error_kind failed;

	strbuf_adds(&text, "UID FETCH ");
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&text, "%s%u", i > 0 ? "," : "", uids[i]);
	strbuf_addf(&text, " (UID BODY.PEEK[2]<0.%d>)", IMAP_HEADER_MAX);
	failed = imap_command(imap, text.text, _("to show mails"), take_mail, &batch, err);
	strbuf_release(&text);
	return failed;
}
