/* postvagt register: the mail that tells KOMBIT the mailbox's address; shown, and sent with --send. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "config/settings.h"
#include "ledger/registered.h"
#include "ledger/run_line.h"
#include "mail/smtp/message.h"
#include "mail/smtp/mime.h"
#include "mail/transport.h"
#include "register/registration.h"
#include "report/text/json.h"
#include "run/run_record.h"
#include "run/session.h"

struct register_ctx {
	struct session *session;
	const char *from, *to, *address;
	struct registered before;
	struct strbuf body; /* owned */
	bool is_sent;
	struct error *err;
};

/* What must be there for a mail to be made, and with --send for it to be sent. */
static enum error_kind check_settings(const struct register_ctx *r)
{
	const struct settings *settings = r->session->config.settings;

	if (!r->address)
		return error_set(r->err, ERROR_USAGE,
			_("%s: mailbox.address is missing: the address that KOMBIT is to be told"),
			settings->file);
	if (!mime_is_address(r->address) || !mime_is_address(r->from) || !mime_is_address(r->to))
		return error_set(r->err, ERROR_USAGE,
			_("%s: mailbox.address, mail.from and mail.register_to must be addresses of ASCII "
			  "letters"),
			settings->file);
	if (r->session->config.options->send && !mail_can_be_sent(&settings->mail))
		return error_set(r->err, ERROR_USAGE,
			_("%s: mail.smtp is missing: the server that --send sends by"),
			settings->file);
	return ERROR_NONE;
}

/* Whether KOMBIT has had another address. */
static bool has_moved(const struct register_ctx *r)
{
	return r->before.address && strcasecmp(r->before.address, r->address) != 0;
}

static enum error_kind prepare_message(struct register_ctx *r)
{
	struct session *session = r->session;
	const struct settings *settings = session->config.settings;

	r->address = settings->mailbox.address;
	r->from = r->address ? registration_from(settings) : NULL;
	r->to = settings->mail.register_to;
	if (check_settings(r) ||
		registered_find(&r->before, settings->reports_directory, session->work.arena,
			r->err))
		return r->err->kind;
	registration_body(&r->body, settings, has_moved(r) ? r->before.address : NULL);
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
			.to = r->to,
			.subject = REGISTRATION_SUBJECT,
			.id = id.text,
			.date = session->work.now,
			.body = r->body.text,
		});
	strbuf_release(&id);
}

static enum error_kind send_it(struct register_ctx *r)
{
	struct strbuf mail = STRBUF_INIT;
	struct mail_transport transport;

	lay_out(r, &mail);
	mail_transport_init(&transport, &r->session->config.settings->mail);
	mail_send(&transport, r->from, r->to, &mail, 0, r->err);
	mail_transport_release(&transport);
	strbuf_release(&mail);
	return r->err->kind;
}

/* On disk before it is sent, and after: the next run recovers from a crash between. */
static void send_and_record(struct register_ctx *r)
{
	struct run_record record = RUN_RECORD_INIT;
	struct error failure = ERROR_INIT;

	if (run_record_begin(&record, r->session, r->err))
		goto out;
	run_line_set_text(record.line, "address", r->address);
	run_line_set_text(record.line, "to", r->to);
	run_line_set_text(record.line, "municipality",
		r->session->config.settings->mailbox.municipality);
	run_record_outcome(&record, RUN_INTENDED, -1, NULL);
	if (chain_intend(&record.chain, record.line, &record.key, NULL, r->err))
		goto out;
	r->is_sent = send_it(r) == ERROR_NONE;
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

	if (r->before.address)
		moment_add_human(&when, r->before.at);
	if (r->is_sent)
		strbuf_adds(out, _("Sent, and noted in the chain of runs.\n"));
	else if (!r->before.address)
		strbuf_adds(out,
			_("Not sent: KOMBIT has not been told so far. To send it: postvagt register "
			  "--send\n"));
	else if (has_moved(r))
		strbuf_addf(out,
			_("Not sent: KOMBIT was told %s on %s, and the address is another now. To send "
			  "it: postvagt register --send\n"),
			r->before.address, when.text);
	else
		strbuf_addf(out,
			_("Not sent: KOMBIT was told this address on %s. To send it again: postvagt "
			  "register --send\n"),
			when.text);
	strbuf_release(&when);
}

static void print_text(const struct register_ctx *r)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_addf(&out, "From: %s\nTo: %s\nSubject: %s\n\n%s\n", r->from, r->to,
		REGISTRATION_SUBJECT, r->body.text);
	add_state(&out, r);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

static json_t *before_json(const struct register_ctx *r)
{
	json_t *object = json_object();
	struct strbuf when = STRBUF_INIT;

	if (!r->before.address) {
		json_decref(object);
		return json_null();
	}
	moment_add_iso(&when, r->before.at);
	run_line_set_text(object, "address", r->before.address);
	run_line_set_text(object, "to", r->before.to);
	run_line_set_text(object, "at", when.text);
	strbuf_release(&when);
	return object;
}

static void print_json(const struct register_ctx *r)
{
	json_t *root = json_object();
	struct strbuf out = STRBUF_INIT;

	json_object_set_new(root, "from", json_of_text(r->from));
	json_object_set_new(root, "to", json_of_text(r->to));
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
	if (!r->session->config.settings->mailbox.municipality &&
		!r->session->config.options->quiet)
		fputs(_("postvagt: mailbox.municipality is not given, so the mail names the domain in its "
			"place\n"),
			stderr);
}

static int do_register(struct session *session, struct register_ctx *r)
{
	if (!prepare_message(r)) {
		say_what_lacks(r);
		if (session->config.options->send)
			send_and_record(r);
	}
	if (r->err->kind) {
		error_print(r->err);
		return exit_status_of(r->err->kind);
	}
	if (session->config.options->json)
		print_json(r);
	else
		print_text(r);
	return EXIT_DONE;
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
