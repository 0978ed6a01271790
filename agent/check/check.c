#include "check/check.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/system/loopback.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "check/absence_bind.h"
#include "check/additions.h"
#include "check/answers.h"
#include "check/files.h"
#include "check/notes.h"
#include "check/rights.h"
#include "check/twins.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "directory/read/attribute_check.h"
#include "ledger/sign.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "run/session.h"
#include "verify/lists.h"
#include "verify/mail.h"
#include "verify/note.h"
#include "verify/rules.h"
#include "verify/verification.h"

/* The folder of reports is there and can be written, or can be made: nothing is made yet. */
static bool can_keep_reports(const char *folder)
{
	const char *slash = strrchr(folder, '/');
	struct strbuf parent = STRBUF_INIT;
	struct stat st;
	bool can;

	strbuf_add(&parent, slash ? folder : ".",
		slash && slash > folder ? (size_t)(slash - folder) : 1);
	if (stat(folder, &st) == 0)
		can = S_ISDIR(st.st_mode) && access(folder, W_OK | X_OK) == 0;
	else
		can = stat(parent.text, &st) == 0 && S_ISDIR(st.st_mode) &&
			access(parent.text, W_OK | X_OK) == 0;
	strbuf_release(&parent);
	return can;
}

static enum error_kind check_sign_key(struct session *session)
{
	struct sign_key key = {0};
	struct sign_public accepted;
	struct error err = ERROR_INIT;
	enum error_kind failed = sign_keys_load(&key, &accepted, session->config.settings, &err);

	if (failed)
		findings_add(&session->work.findings, FINDING_ERROR, session->config.settings->file,
			"%s", err.text.text);
	sign_key_wipe(&key);
	error_release(&err);
	return failed;
}

static void check_reports(struct session *session)
{
	const char *folder = session->config.settings->reports_directory;

	if (!can_keep_reports(folder))
		findings_add(&session->work.findings, FINDING_ERROR, folder,
			_("the folder of reports cannot be written"));
}

/* A password that travels in the clear is everybody's. */
static void check_encryption(struct session *session)
{
	const struct directory_settings *directory = &session->config.settings->directory;

	if (directory->bind.mechanism != BIND_SIMPLE || directory->starttls)
		return;
	for (size_t i = 0; i < directory->urls.count; i++) {
		const char *url = directory->urls.items[i];

		if (strncasecmp(url, "ldap://", 7) == 0 && !url_is_loopback(url))
			findings_add(&session->work.findings, FINDING_WARNING, url,
				_("the password is sent unencrypted; write ldaps:// or "
				  "starttls: true"));
	}
}

static int check_directory(struct verification *v)
{
	const struct read_request request = {.everyone = true};
	struct session *session = v->session;
	struct error err = ERROR_INIT;
	enum error_kind failed = session_plan(session, &request, &err);

	if (!failed) {
		attribute_check_defaults(&session->sources.connection, &session->work.findings);
		check_answers(session);
		check_limits(session);
		check_deputies(session);
		check_twins(session);
		verify_rules(v);
		check_notes(session, v->notes);
		failed = verify_lists(v, &err);
	}
	if (!failed)
		failed = check_rights(session, &err);
	if (failed)
		findings_add(&session->work.findings, FINDING_ERROR, "directory", "%s",
			err.text.text);
	error_release(&err);
	return exit_status_of(failed);
}

static enum error_kind check_feeds(struct session *session)
{
	const struct settings *settings = session->config.settings;
	enum error_kind first = ERROR_NONE;

	for (size_t i = 0; i < settings->feed_count; i++) {
		struct error err = ERROR_INIT;
		enum error_kind failed = feeds_check_secrets(&settings->feeds[i], &err);

		if (failed)
			findings_add(&session->work.findings, FINDING_ERROR, settings->file, "%s",
				err.text.text);
		first = first ? first : failed;
		error_release(&err);
	}
	return first;
}

/* Of everything but the directory's own, which is read before it is asked. */
static int check_secrets(struct verification *v)
{
	const enum error_kind failed[] = {
		check_sign_key(v->session),
		check_feeds(v->session),
		verify_mail_secrets(v),
	};
	int status = 0;

	for (size_t i = 0; i < sizeof(failed) / sizeof(*failed) && !status; i++)
		status = exit_status_of(failed[i]);
	return status;
}

/* Values of the directory's absences, of people who matter to some list, and records of feeds; where there was no plan, none was read. */
size_t check_unread_absences(const struct session *session)
{
	const struct snapshot *snapshot = session->sources.snapshot;
	size_t count = 0;

	for (size_t i = 0; session->work.plan && i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);

		if (session_may_name(session, person))
			count += person->absences_unread;
	}
	for (size_t i = 0; session->work.plan && i < session->sources.feeds.count; i++) {
		const struct feed *feed = &session->sources.feeds.items[i];

		count += feed->settings->gives == GIVES_ABSENCES ? feed->absences_unread : 0;
	}
	return count;
}

int check_run(struct session *session, struct notes *notes)
{
	struct verification v = {session, &session->work.findings, notes};
	int status, unreachable;

	notes->arena = session->work.arena;

	check_tags(session);
	check_reports(session);
	check_files(session);
	check_absence_bind(session);
	check_encryption(session);
	status = check_secrets(&v);
	if (!status)
		verify_mail(&v);
	unreachable = check_directory(&v);
	if (!status)
		verify_tokens(&v);
	if (!status)
		status = unreachable;
	session_sort_findings(session);
	if (!status && (session->work.findings.errors > 0 || check_unread_absences(session) > 0))
		status = EXIT_FAILED;
	if (!status && session_is_held(session))
		status = EXIT_HELD;
	return status;
}
