#include "mailbox/probe/probe.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "mail/smtp/mime.h"
#include "mailbox/probe/probe_log.h"
#include "mailbox/probe/probe_mail.h"
#include "mailbox/probe/probe_place.h"
#include "model/settings.h"

#define ALL_EVERY 8 /* looks into one folder before one into all */

const char *const probe_outcome_names[] = {
	"came_back", "not_taken", "not_seen", "not_passed_on", "not_arrived", "not_by_the_rules"};

struct probe_ctx {
	const struct settings *settings;
	struct arena *arena;
	moment now;
	struct probe_log *log;
	struct probe_places *places;
	char token[PROBE_TOKEN_LENGTH + 1];
	int64_t sent_at; /* by moment_uptime() */
	struct probe_result *result;
};

/* In the order of what says most. */
enum probe_outcome probe_judge(const struct probe_sighting *sightings, size_t count)
{
	bool is_through = false, is_bypassed = false, is_passed = false;

	for (size_t i = 0; i < count; i++) {
		const struct probe_sighting *sighting = &sightings[i];

		is_through = is_through || sighting->is_through;
		is_bypassed = is_bypassed ||
			(sighting->at_probe && (!sighting->in_mailbox || sighting->by));
		is_passed = is_passed || sighting->is_passed;
	}
	if (is_through)
		return PROBE_CAME;
	if (is_bypassed)
		return PROBE_BYPASSED;
	if (is_passed)
		return PROBE_ASTRAY;
	return count > 0 ? PROBE_STAYED : PROBE_UNSEEN;
}

static enum error_kind check_settings(const struct settings *settings, struct error *err)
{
	const struct mailbox_settings *mailbox = &settings->mailbox;

	if (!mailbox->probe)
		return error_set(err, ERROR_USAGE,
			_("%s: mailbox.probe is not set: the agent's own address, which the rules "
			  "pass a probe on to"),
			settings->file);
	if (!mailbox->address)
		return error_set(err, ERROR_USAGE,
			_("%s: mailbox.address is not set: the address that a probe is sent to"),
			settings->file);
	if (!mime_is_address(mailbox->address) || !mime_is_address(mailbox->probe) ||
		strcasecmp(mailbox->address, mailbox->probe) == 0)
		return error_set(err, ERROR_USAGE,
			_("%s: mailbox.address and mailbox.probe must be two addresses of ASCII "
			  "letters"),
			settings->file);
	if (!mailbox->imap.server.url && !mailbox->probe_imap.server.url)
		return error_set(err, ERROR_USAGE,
			_("%s: neither mailbox.imap nor mailbox.probe_imap is set, where a probe is "
			  "looked for"),
			settings->file);
	return ERROR_NONE;
}

/* Probes that came after their time: found before a new one is sent. */
static enum error_kind clear_late(struct probe_ctx *ctx, struct error *err)
{
	enum error_kind failed = probe_places_look(ctx->places, true, err);

	for (size_t i = 0; i < ctx->places->find_count; i++)
		ctx->result->late += !ctx->places->finds[i].is_copy;
	if (!failed)
		failed = probe_places_remove(ctx->places, err);
	return failed;
}

/* The token is on disk before its mail is under way. */
static enum error_kind send_probe(struct probe_ctx *ctx, struct error *err)
{
	struct error answer = ERROR_INIT;
	enum error_kind failed = ERROR_NONE;

	if (!probe_token_make(ctx->token))
		return error_set(err, ERROR_OURS, _("the system gives no random numbers"));
	probe_log_add(ctx->log, ctx->token, ctx->now);
	if (probe_log_save(ctx->log, ctx->now, err))
		return err->kind;
	progress_say(_("sending a probe"));
	ctx->sent_at = moment_uptime();
	switch (probe_mail_send(ctx->settings, ctx->token, ctx->now, &answer)) {
	case SEND_DONE:
	case SEND_LOST: /* nobody knows: it is waited for */
		break;
	case SEND_DEFERRED:
	case SEND_REFUSED:
		ctx->result->outcome = PROBE_REFUSED;
		ctx->result->answer = arena_string(ctx->arena, answer.text.text);
		break;
	case SEND_DOWN:
		failed = error_set(err, answer.kind, "%s", answer.text.text);
		break;
	}
	error_release(&answer);
	return failed;
}

static const struct probe_find *find_through(const struct probe_ctx *ctx)
{
	for (size_t i = 0; i < ctx->places->find_count; i++) {
		const struct probe_find *find = &ctx->places->finds[i];

		if (find->is_through && strcmp(find->sent->token, ctx->token) == 0)
			return find;
	}
	return NULL;
}

/* Often at first, as most mail takes a second or two. */
static int pause_after(int64_t waited)
{
	if (waited < 5000)
		return 250;
	return waited < 20000 ? 1000 : 3000;
}

static enum error_kind wait_for_it(struct probe_ctx *ctx, struct error *err)
{
	int64_t most = (int64_t)ctx->settings->mailbox.probe_timeout * 1000, waited;
	enum error_kind failed;

	progress_say(_("waiting for the probe"));
	for (unsigned int looks = 1;; looks++) {
		failed = probe_places_look(ctx->places, looks % ALL_EVERY == 0, err);
		waited = moment_uptime() - ctx->sent_at;
		if (failed || find_through(ctx) || waited >= most)
			break;
		moment_sleep(waited + pause_after(waited) < most ? pause_after(waited)
								 : (int)(most - waited));
	}
	ctx->result->seconds = (double)waited / 1000;
	return failed ? failed : probe_places_look(ctx->places, true, err);
}

static void note_sightings(struct probe_ctx *ctx)
{
	struct probe_result *result = ctx->result;

	for (size_t i = 0; i < ctx->places->find_count; i++) {
		const struct probe_find *find = &ctx->places->finds[i];
		const struct imap_folder *folder = &find->place->folders.items[find->folder];

		if (find->is_copy)
			continue;
		if (strcmp(find->sent->token, ctx->token) != 0)
			result->late++;
		else if (result->sighting_count < PROBE_SIGHTINGS_MAX)
			result->sightings[result->sighting_count++] =
				(struct probe_sighting){.folder = folder->name,
					.is_box = folder->is_box,
					.in_mailbox = find->place->in_mailbox,
					.at_probe = find->place->at_probe,
					.is_passed = find->flags & IMAP_PASSED_ON,
					.is_through = find->is_through,
					.by = find->is_through ? NULL : find->by};
	}
	if (find_through(ctx)) {
		result->outcome = PROBE_CAME;
		probe_log_find(ctx->log, ctx->token)->has_come = true;
	} else {
		result->outcome = probe_judge(result->sightings, result->sighting_count);
	}
	result->strangers = ctx->places->strangers;
	result->saw_mailbox = ctx->settings->mailbox.imap.server.url != NULL;
}

static enum error_kind run_it(struct probe_ctx *ctx, struct error *err)
{
	progress_say(_("reading the mailbox"));
	if (probe_places_open(ctx->places, ctx->settings, ctx->log, ctx->arena, ctx->now, err) ||
		clear_late(ctx, err) || send_probe(ctx, err))
		return err->kind;
	if (ctx->result->outcome == PROBE_REFUSED) {
		ctx->result->strangers = ctx->places->strangers;
		return ERROR_NONE;
	}
	if (wait_for_it(ctx, err))
		return err->kind;
	note_sightings(ctx);
	if (!probe_places_remove(ctx->places, err))
		probe_log_save(ctx->log, ctx->now, err);
	return err->kind;
}

enum error_kind probe_run(struct probe_result *result, const struct settings *settings,
	struct arena *arena, moment now, struct error *err)
{
	struct probe_ctx ctx = {.settings = settings,
		.arena = arena,
		.now = now,
		.log = arena_get(arena, sizeof(*ctx.log)),
		.places = arena_get(arena, sizeof(*ctx.places)),
		.result = result};
	enum error_kind failed;
	int lock;

	*result = (struct probe_result){.outcome = PROBE_UNSEEN};
	failed = check_settings(settings, err);
	if (!failed)
		failed = probe_mail_check(settings, err);
	if (failed)
		return failed;
	lock = probe_log_lock(settings, err);
	if (lock < 0)
		return err->kind;
	probe_log_load(ctx.log, settings, arena);
	failed = run_it(&ctx, err);
	probe_places_close(ctx.places);
	progress_clear();
	close(lock);
	return failed;
}
