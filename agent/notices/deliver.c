#include "notices/deliver.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/state_folder.h"
#include "mail/smtp/message.h"
#include "mail/transport.h"
#include "model/settings.h"
#include "notices/history.h"
#include "notices/notice.h"
#include "notices/notice_lead.h"
#include "notices/notice_text.h"
#include "notices/outbox.h"

#define DEFERRED_DAYS_MAX 3          /* of a notice that the server does not take */
#define AGE_DAYS_MAX      30         /* of one that waits for the server, or for our login to it */
#define REMIND_AFTER      MOMENT_DAY /* of a trouble that lasts */
#define PAUSE             2          /* seconds after the first failure; doubled with each */
#define PAUSE_MAX         900
#define LOST_MAX          2 /* mails in a row after which the server went away: then it is the server */

/* What is known of the server from one post to the next. */
struct trouble {
	unsigned int failures;    /* in a row */
	moment next;              /* not to be tried again before */
	enum error_kind reported; /* of the last failure; ERROR_NONE: there is none */
	moment reported_at;
	const char *why; /* in the arena; NULL: there is none */
};

struct deliver_ctx {
	const struct delivery *delivery;
	struct findings *troubles; /* borrowed: what is to be told */
	struct arena *arena;
	struct outbox outbox;
	struct mail_transport transport;
	struct trouble trouble;
	unsigned int lost; /* mails in a row that the server took no more */
	int64_t end;       /* of moment_uptime(); 0: no bound */
};

bool notices_are_enabled(const struct settings *settings)
{
	return mail_can_be_sent(&settings->mail) && settings->mail.notices;
}

enum language notices_language(const struct settings *settings)
{
	return settings->has_language ? settings->language : language_of_locale();
}

static const char *trouble_path(const struct deliver_ctx *p)
{
	return arena_format(p->arena, "%s/trouble", p->outbox.folder);
}

static void read_trouble(struct deliver_ctx *p)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;

	if (state_read(trouble_path(p), &text))
		root = json_loadb(text.text, text.length, 0, NULL);
	p->trouble = (struct trouble){
		.failures = (unsigned int)json_integer_value(json_object_get(root, "failures")),
		.next = json_integer_value(json_object_get(root, "next")),
		.reported = (enum error_kind)json_integer_value(json_object_get(root, "told")),
		.reported_at = json_integer_value(json_object_get(root, "told_at")),
		.why = arena_string(p->arena, json_string_value(json_object_get(root, "why"))),
	};
	json_decref(root);
	strbuf_release(&text);
}

/* That it cannot be written is the least of the troubles then. */
static void write_trouble(const struct deliver_ctx *p)
{
	struct strbuf text = STRBUF_INIT;
	struct error ignored = ERROR_INIT;

	json_t *root = json_object();

	json_object_set_new(root, "failures", json_integer(p->trouble.failures));
	json_object_set_new(root, "next", json_integer(p->trouble.next));
	json_object_set_new(root, "told", json_integer(p->trouble.reported));
	json_object_set_new(root, "told_at", json_integer(p->trouble.reported_at));
	if (p->trouble.why)
		json_object_set_new(root, "why", json_string(p->trouble.why));
	json_add_line(&text, root);
	json_decref(root);
	state_write(trouble_path(p), &text, &ignored);
	error_release(&ignored);
	strbuf_release(&text);
}

static moment pause_after(unsigned int failures)
{
	moment pause = failures < 10 ? (moment)PAUSE << failures : PAUSE_MAX;

	return pause < PAUSE_MAX ? pause : PAUSE_MAX;
}

/* The server cannot be had: reported when it begins, when it is another failure, and each day. */
static void note_down(struct deliver_ctx *p, const struct error *err)
{
	if (p->trouble.reported != err->kind ||
		p->delivery->now - p->trouble.reported_at >= REMIND_AFTER) {
		findings_add(p->troubles, FINDING_WARNING,
			mail_transport_name(&p->delivery->settings->mail),
			_("notices wait, as they cannot be sent: %s"), err->text.text);
		p->trouble.reported_at = p->delivery->now;
	}
	p->trouble.next = p->delivery->now + pause_after(p->trouble.failures);
	p->trouble.failures++;
	p->trouble.reported = err->kind;
	p->trouble.why = arena_string(p->arena, err->text.text);
	write_trouble(p);
}

static void note_up(struct deliver_ctx *p)
{
	p->lost = 0;
	if (p->trouble.failures == 0)
		return;
	p->trouble = (struct trouble){0};
	unlink(trouble_path(p));
}

/* Who was told what, for whoever asks later. */
static void note_notified(const struct deliver_ctx *p, const struct notice *notice)
{
	struct notice_history reported = NOTICE_HISTORY_INIT;
	struct error err = ERROR_INIT;

	if (!notice_history_open(&reported, p->delivery->settings, &err)) {
		for (size_t i = 0; i < notice->count && !notice_is_ahead(notice); i++) {
			const struct notice_part *part = &notice->parts[i];

			if (part->change != NOTICE_RELIEVED)
				notice_history_note(&reported, part->list_key, part->member_key,
					notice->identity, p->delivery->now);
		}
		notice_history_close(&reported, &err);
	}
	if (err.kind)
		findings_add(p->troubles, FINDING_WARNING, notice->mail, "%s", err.text.text);
	error_release(&err);
}

static void try_later(struct deliver_ctx *p, struct notice *notice, const struct error *err)
{
	struct error ignored = ERROR_INIT;

	if (notice->tries == 0)
		findings_add(p->troubles, FINDING_WARNING, notice->mail,
			_("the notice waits, as the mail server does not take it now: %s"),
			err->text.text);
	if (!notice->deferred)
		notice->deferred = p->delivery->now;
	notice->next = p->delivery->now + pause_after(notice->tries);
	notice->tries++;
	outbox_write(&p->outbox, OUTBOX_RELEASED, notice, &ignored);
	error_release(&ignored);
}

static void give_up(struct deliver_ctx *p, const struct notice *notice, const char *why)
{
	findings_add(p->troubles, FINDING_WARNING, notice->mail, _("the notice is given up: %s"),
		why);
	outbox_remove(&p->outbox, OUTBOX_RELEASED, notice);
}

/* The mail of a notice, as the settings' language has it. */
static void lay_out(const struct deliver_ctx *p, const struct notice *notice, struct strbuf *mail)
{
	const struct settings *settings = p->delivery->settings;
	const struct mapping *mapping = p->delivery->mapping;
	struct strbuf subject = STRBUF_INIT, body = STRBUF_INIT, id = STRBUF_INIT,
		      list = STRBUF_INIT, thread = STRBUF_INIT, topic = STRBUF_INIT;

	notice_text_subject(&subject, notice, mapping, settings, p->delivery->now);
	notice_text_body(&body, notice, mapping, settings, p->delivery->now);
	if (notice->count > 0) {
		message_add_id(&thread, notice_lead_thread(notice, p->arena), settings->mail.from);
		notice_lead_topic(&topic, notice, mapping);
	}
	message_add_id(&id, notice->file, settings->mail.from);
	strbuf_addf(&list, "postvagt.%s", strrchr(settings->mail.from, '@') + 1);
	message_add(mail,
		&(struct message){
			.from_name = settings->mailbox.name,
			.from = settings->mail.from,
			.reply_to = settings->mail.reply_to ? settings->mail.reply_to
							    : notice->reply_to,
			.to_name = notice->name,
			.to = notice->mail,
			.subject = subject.text,
			.id = id.text,
			.thread_id = notice->count > 0 ? thread.text : NULL,
			.topic = notice->count > 0 ? topic.text : NULL,
			.date = notice->made,
			.list_name = settings->mailbox.name,
			.list_id = list.text,
			.is_automatic = true,
			.body = body.text,
		});
	strbuf_release(&subject);
	strbuf_release(&body);
	strbuf_release(&id);
	strbuf_release(&list);
	strbuf_release(&thread);
	strbuf_release(&topic);
}

static enum send_result post_mail(struct deliver_ctx *p, const struct notice *notice,
	struct error *err)
{
	struct strbuf mail = STRBUF_INIT;
	enum send_result result;
	int64_t left = p->end ? (p->end - moment_uptime()) / 1000 + 1 : 0;

	lay_out(p, notice, &mail);
	result = mail_send(&p->transport, p->delivery->settings->mail.from, notice->mail, &mail,
		(int)left, err);
	strbuf_release(&mail);
	return result;
}

/* False where the server is down, so that there is no use in going on. */
static bool post_one(struct deliver_ctx *p, struct notice *notice)
{
	struct error err = ERROR_INIT;
	enum send_result result = post_mail(p, notice, &err);

	if (result == SEND_LOST && ++p->lost < LOST_MAX)
		try_later(p, notice, &err);
	else if (result == SEND_LOST)
		result = SEND_DOWN;
	if (result == SEND_DOWN)
		note_down(p, &err);
	if (result == SEND_DONE || result == SEND_DEFERRED || result == SEND_REFUSED)
		note_up(p);
	if (result == SEND_DONE) {
		note_notified(p, notice);
		outbox_remove(&p->outbox, OUTBOX_RELEASED, notice);
	}
	if (result == SEND_DEFERRED)
		try_later(p, notice, &err);
	if (result == SEND_REFUSED)
		give_up(p, notice, err.text.text);
	error_release(&err);
	return result != SEND_DOWN;
}

/* In the order in which they were made. */
static int by_age(const void *left, const void *right)
{
	const struct notice *a = left, *b = right;

	if (a->made != b->made)
		return a->made < b->made ? -1 : 1;
	return strcmp(a->file, b->file);
}

/*
 * A notice that waited too long is news no more. What the server does not take is given up sooner
 * than what waits for the server, whose trouble says nothing about the notice.
 */
static bool is_stale(struct deliver_ctx *p, const struct notice *notice)
{
	moment now = p->delivery->now;

	if (notice->deferred && now - notice->deferred >= DEFERRED_DAYS_MAX * MOMENT_DAY)
		give_up(p, notice, _("it waited for three days"));
	else if (now - notice->made >= AGE_DAYS_MAX * MOMENT_DAY)
		give_up(p, notice, _("it waited for 30 days"));
	else
		return false;
	return true;
}

static void post_all(struct deliver_ctx *p)
{
	struct notices waiting;
	bool goes_on = true;

	outbox_read(&p->outbox, OUTBOX_RELEASED, &waiting);
	if (waiting.count > 1)
		qsort(waiting.items, waiting.count, sizeof(*waiting.items), by_age);
	for (size_t i = 0; i < waiting.count && goes_on; i++) {
		struct notice *notice = &waiting.items[i];

		if (is_stale(p, notice) ||
			(p->delivery->is_patient && notice->next > p->delivery->now))
			continue;
		if (p->end && moment_uptime() >= p->end)
			break;
		goes_on = post_one(p, notice);
	}
}

/* One at a time: else two would send the same. */
static void post_locked(struct deliver_ctx *p)
{
	enum language language = language_get();
	const struct settings *settings = p->delivery->settings;

	read_trouble(p);
	if (p->delivery->is_patient && p->trouble.next > p->delivery->now)
		return;
	language_set(notices_language(settings));
	mail_transport_init(&p->transport, &settings->mail);
	post_all(p);
	mail_transport_release(&p->transport);
	language_set(language);
}

size_t deliver_waiting(const struct settings *settings, struct arena *arena, const char **why)
{
	const struct delivery delivery = {.settings = settings};
	struct deliver_ctx p = {.delivery = &delivery, .arena = arena};
	size_t count;

	*why = NULL;
	if (!notices_are_enabled(settings))
		return 0;
	outbox_init(&p.outbox, settings, arena);
	count = outbox_count(&p.outbox, OUTBOX_RELEASED);
	if (count > 0) {
		read_trouble(&p);
		*why = p.trouble.why;
	}
	return count;
}

bool deliver_queue(const struct delivery *delivery, struct findings *troubles)
{
	struct deliver_ctx p = {.delivery = delivery, .troubles = troubles, .arena = arena_new()};
	struct error err = ERROR_INIT;
	bool waits = false;
	int lock = -1;

	if (delivery->seconds > 0)
		p.end = moment_uptime() + (int64_t)delivery->seconds * 1000;
	outbox_init(&p.outbox, delivery->settings, p.arena);
	if (outbox_count(&p.outbox, OUTBOX_RELEASED) > 0)
		lock = outbox_lock(&p.outbox, &err);
	if (lock >= 0) {
		post_locked(&p);
		close(lock);
	} else if (err.kind) {
		findings_add(troubles, FINDING_WARNING, p.outbox.folder,
			_("notices wait, as they cannot be sent: %s"), err.text.text);
	}
	error_release(&err);
	waits = outbox_count(&p.outbox, OUTBOX_RELEASED) > 0;
	arena_free(p.arena);
	return waits;
}
