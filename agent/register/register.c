/* postvagt register: the mail that tells KOMBIT the mailbox's address; shown, and sent with --send. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "check/check.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "ledger/registered.h"
#include "ledger/run_line.h"
#include "mail/smtp/message.h"
#include "mail/smtp/mime.h"
#include "mail/transport.h"
#include "model/settings.h"
#include "register/registration.h"
#include "report/text/json.h"
#include "run/run_record.h"
#include "run/session.h"
#include "verify/note.h"

struct register_ctx {
	struct session *session;
	const char *from, *reply_to, *to, *address; /* to NULL: not given */
	struct registered before;
	struct strbuf body; /* owned */
	bool is_sent;
	struct error *err;
};

/* Whom to write to is for the municipality to decide: KOMBIT publishes no address for this alone. */
static const char *who_to_tell(void)
{
	return _(
		"KOMBIT's public address for the infrastructure roles is FKI@kombit.dk; the task card of "
		"2019 named mbprogrammet@kombit.dk. Ask KOMBIT, and decide");
}

/* What must be there for a mail to be made. */
static enum error_kind check_settings(const struct register_ctx *r)
{
	const struct settings *settings = r->session->config.settings;

	if (!r->address)
		return error_set(r->err, ERROR_USAGE,
			_("%s: mailbox.address is missing: the address that KOMBIT is to be told"),
			settings->file);
	if (!mime_is_address(r->address) || !mime_is_address(r->from) ||
		!mime_is_address(r->reply_to) || (r->to && !mime_is_address(r->to)))
		return error_set(r->err, ERROR_USAGE,
			_("%s: mailbox.address, mail.from, mail.reply_to and mail.register_to must be "
			  "addresses of ASCII letters"),
			settings->file);
	return ERROR_NONE;
}

/* What must be there for it to be sent. */
static enum error_kind check_way(const struct register_ctx *r)
{
	const struct settings *settings = r->session->config.settings;

	if (!mail_can_be_sent(&settings->mail))
		return error_set(r->err, ERROR_USAGE,
			_("%s: mail.smtp is missing: the server that --send sends by"),
			settings->file);
	if (!r->to)
		return error_set(r->err, ERROR_USAGE,
			_("%s: mail.register_to is missing: whom --send tells. %s"), settings->file,
			who_to_tell());
	return ERROR_NONE;
}

/* Whether the same recipient was sent the same address. */
static bool is_same_mail(const struct register_ctx *r, const struct registered_mail *mail)
{
	return mail->address && r->to && strcasecmp(mail->address, r->address) == 0 &&
		strcasecmp(mail->to, r->to) == 0;
}

static bool was_sent(const struct register_ctx *r)
{
	return is_same_mail(r, &r->before.sent);
}

static bool may_be_sent(const struct register_ctx *r)
{
	return is_same_mail(r, &r->before.unsure);
}

/* Whether KOMBIT has had another address. */
static bool has_moved(const struct register_ctx *r)
{
	return r->before.sent.address && strcasecmp(r->before.sent.address, r->address) != 0;
}

/* Whether a person must find out first what came of the last --send. */
static bool is_settled(const struct register_ctx *r)
{
	return (was_sent(r) || may_be_sent(r)) && !r->session->config.options->again;
}

/* What was sent, by the chain; again under its lock, as another run may have sent it meanwhile. */
static enum error_kind find_before(struct register_ctx *r)
{
	return registered_find(&r->before, r->session->config.settings->reports_directory,
		r->session->work.arena, r->err);
}

static enum error_kind prepare_message(struct register_ctx *r)
{
	struct session *session = r->session;
	const struct settings *settings = session->config.settings;

	r->address = settings->mailbox.address;
	r->from = r->address ? registration_from(settings) : NULL;
	r->reply_to = r->address ? registration_reply_to(settings) : NULL;
	r->to = settings->mail.register_to;
	if (check_settings(r) || find_before(r))
		return r->err->kind;
	registration_body(&r->body, settings, has_moved(r) ? r->before.sent.address : NULL);
	return ERROR_NONE;
}

static void lay_out(const struct register_ctx *r, struct strbuf *mail)
{
	struct session *session = r->session;
	struct strbuf id = STRBUF_INIT;

	message_add_id(&id, session->work.run.id, r->from);
	message_add(mail,
		&(struct message){
			.from_name = session->config.settings->mailbox.municipality,
			.from = r->from,
			.reply_to = r->reply_to,
			.to = r->to,
			.subject = REGISTRATION_SUBJECT,
			.id = id.text,
			.date = session->work.now,
			.body = r->body.text,
		});
	strbuf_release(&id);
}

static enum send_result send_it(struct register_ctx *r)
{
	struct strbuf mail = STRBUF_INIT;
	struct error answer = ERROR_INIT;
	struct mail_transport transport;
	enum send_result result;

	lay_out(r, &mail);
	mail_transport_init(&transport, &r->session->config.settings->mail);
	result = mail_send(&transport, r->from, r->to, &mail, 0, &answer);
	mail_transport_release(&transport);
	if (result == SEND_LOST)
		error_set(r->err, answer.kind,
			_("%s; so it is not known whether the mail went. Ask KOMBIT whether it came. To send "
			  "it again: postvagt register --send --again"),
			answer.text.text);
	else if (answer.kind)
		error_set(r->err, answer.kind, "%s", answer.text.text);
	error_release(&answer);
	strbuf_release(&mail);
	return result;
}

/* On disk before it is sent, and after: the next run recovers from a crash between. */
static void send_and_record(struct register_ctx *r)
{
	struct run_record record = RUN_RECORD_INIT;
	struct error failure = ERROR_INIT;
	enum send_result result;

	if (run_record_begin(&record, r->session, r->err) || find_before(r))
		goto out;
	if (is_settled(r))
		goto out;
	run_line_set_text(record.line, "address", r->address);
	run_line_set_text(record.line, "to", r->to);
	run_line_set_text(record.line, "municipality",
		r->session->config.settings->mailbox.municipality);
	run_record_outcome(&record, RUN_INTENDED, -1, NULL);
	if (chain_intend(&record.chain, record.line, &record.key, NULL, r->err))
		goto out;
	result = send_it(r);
	r->is_sent = result == SEND_DONE;
	if (result == SEND_LOST)
		registered_set_unsure(record.line);
	run_record_outcome(&record, run_outcome_of(!r->is_sent, false),
		r->is_sent ? EXIT_DONE : EXIT_FAILED, r->is_sent ? NULL : r->err->text.text);
	if (run_record_end(&record, &failure)) {
		error_print(&failure);
		error_set(r->err, failure.kind, "%s", failure.text.text);
	}
out:
	run_record_release(&record);
	error_release(&failure);
}

/* What KOMBIT has, and what is to be done. */
static void add_state(struct strbuf *out, const struct register_ctx *r)
{
	struct strbuf when = STRBUF_INIT;

	if (may_be_sent(r))
		moment_add_human(&when, r->before.unsure.at);
	else if (r->before.sent.address)
		moment_add_human(&when, r->before.sent.at);
	if (r->is_sent)
		strbuf_adds(out, _("Sent, and noted in the chain of runs.\n"));
	else if (may_be_sent(r))
		strbuf_addf(out,
			_("Not sent: the run of %s was interrupted, or the server did not answer, so it is "
			  "not known whether its mail went. Ask KOMBIT whether it came. To send it again: postvagt register --send "
			  "--again\n"),
			when.text);
	else if (was_sent(r))
		strbuf_addf(out,
			_("Not sent: %s was told this address on %s. To send it again: postvagt "
			  "register --send --again\n"),
			r->to, when.text);
	else if (has_moved(r))
		strbuf_addf(out,
			_("Not sent: KOMBIT was told %s on %s, and the address is another now. To send "
			  "it: postvagt register --send\n"),
			r->before.sent.address, when.text);
	else if (r->before.sent.address)
		strbuf_addf(out,
			_("Not sent: %s was told this address on %s, and mail.register_to is another "
			  "now. To send it: postvagt register --send\n"),
			r->before.sent.to, when.text);
	else
		strbuf_adds(out,
			_("Not sent: KOMBIT has not been told so far. To send it: postvagt register "
			  "--send\n"));
	if (!r->to)
		strbuf_addf(out, _("mail.register_to is missing, so it cannot be sent. %s.\n"),
			who_to_tell());
	strbuf_release(&when);
}

static void print_text(const struct register_ctx *r)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_addf(&out, "From: %s\nReply-To: %s\nTo: %s\nSubject: %s\n\n%s\n", r->from,
		r->reply_to, r->to ? r->to : _("(mail.register_to is missing)"),
		REGISTRATION_SUBJECT, r->body.text);
	add_state(&out, r);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

static json_t *before_json(const struct register_ctx *r)
{
	json_t *object = json_object();
	struct strbuf when = STRBUF_INIT;

	if (!r->before.sent.address) {
		json_decref(object);
		return json_null();
	}
	moment_add_iso(&when, r->before.sent.at);
	run_line_set_text(object, "address", r->before.sent.address);
	run_line_set_text(object, "to", r->before.sent.to);
	run_line_set_text(object, "at", when.text);
	strbuf_release(&when);
	return object;
}

static void print_json(const struct register_ctx *r)
{
	json_t *root = json_object();
	struct strbuf out = STRBUF_INIT;

	json_object_set_new(root, "from", json_of_text(r->from));
	json_object_set_new(root, "reply_to", json_of_text(r->reply_to));
	json_object_set_new(root, "to", r->to ? json_of_text(r->to) : json_null());
	json_object_set_new(root, "subject", json_of_text(REGISTRATION_SUBJECT));
	json_object_set_new(root, "text", json_of_text(r->body.text));
	json_object_set_new(root, "sent", json_boolean(r->is_sent));
	json_object_set_new(root, "registered", before_json(r));
	json_add_text(&out, root);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

static void say_what_lacks(const struct register_ctx *r)
{
	const struct settings *settings = r->session->config.settings;

	if (r->session->config.options->quiet)
		return;
	if (!settings->mailbox.municipality)
		fputs(_("postvagt: mailbox.municipality is not given, so the mail names the domain in its "
			"place\n"),
			stderr);
	if (!settings->mail.contact)
		fputs(_("postvagt: mail.contact is not given: a name and a telephone number, whom KOMBIT "
			"can ask\n"),
			stderr);
}

/* The errors of what check found, on standard error. */
static void print_errors(struct session *session)
{
	struct findings errors;

	findings_init(&errors, session->work.arena);
	for (size_t i = 0; i < session->work.findings.count; i++) {
		if (session->work.findings.items[i].severity == FINDING_ERROR)
			findings_copy(&errors, &session->work.findings.items[i]);
	}
	findings_print(&errors);
}

/* KOMBIT's critical mail comes to the address that is sent here, so nothing may be wrong with it. */
static int check_before(struct session *session)
{
	struct notes notes = {.count = 0};
	int status = check_run(session, &notes);

	if (!status || status == EXIT_HELD) {
		session_forget_sources(session);
		return EXIT_DONE;
	}
	print_errors(session);
	if (check_unread_absences(session) > 0)
		print_format(stderr, _("postvagt: absences that cannot be read: %zu\n"),
			check_unread_absences(session));
	fputs(_("postvagt: not sent: what is said here must be put right first; see postvagt check\n"),
		stderr);
	return status == EXIT_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

static int do_register(struct session *session, struct register_ctx *r)
{
	const struct options *options = session->config.options;
	int status = EXIT_DONE;

	if (!prepare_message(r) && !(options->send && check_way(r))) {
		say_what_lacks(r);
		if (options->send && !is_settled(r)) {
			status = check_before(session);
			if (!status)
				send_and_record(r);
		}
	}
	if (r->err->kind) {
		error_print(r->err);
		return exit_status_of(r->err->kind);
	}
	if (status)
		return status;
	if (options->json)
		print_json(r);
	else
		print_text(r);
	return options->send && !r->is_sent && !was_sent(r) ? EXIT_FAILED : EXIT_DONE;
}

int command_register(const struct options *options)
{
	struct session session = SESSION_INIT;
	struct error err = ERROR_INIT;
	struct register_ctx ctx = {.session = &session, .body = STRBUF_INIT, .err = &err};
	int status = session_start(&session, options, false);

	if (!status)
		status = do_register(&session, &ctx);
	session_end(&session);
	strbuf_release(&ctx.body);
	error_release(&err);
	return status;
}
