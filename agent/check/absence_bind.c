#include "check/absence_bind.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "decide/temporary_deputies.h"
#include "model/person.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "run/session.h"

/* How many names a finding has. */
#define NAMED_MAX 5

/* Whether this process is who writes the reports, so that what it can read the agent can. */
static bool is_agent(const struct settings *settings)
{
	struct stat status;

	return stat(settings->reports_directory, &status) != 0 || status.st_uid == geteuid();
}

/* A secret that the agent's user owns is as good as read: it may change the mode. */
static void check_secret(struct session *session, const char *file)
{
	struct findings *findings = &session->work.findings;
	bool is_readable = faccessat(AT_FDCWD, file, R_OK, AT_EACCESS) == 0;
	int why = errno;
	struct stat status;

	if (!is_readable && why == ENOENT)
		findings_add(findings, FINDING_WARNING, file,
			_("no such file: absent and back cannot log in as absence.bind says"));
	else if (geteuid() == 0)
		findings_add(findings, FINDING_WARNING, file,
			_("the agent runs as root, so it can read the secret of absence.bind: give "
			  "reports.directory to a user of its own (chown)"));
	else if (is_readable || (stat(file, &status) == 0 && status.st_uid == geteuid()))
		findings_add(findings, FINDING_WARNING, file,
			_("the agent's user can read the secret of absence.bind, and so may write "
			  "absences itself; as root: chown root: %s, chmod 600 %s"),
			file, file);
}

void check_absence_bind(struct session *session)
{
	const struct settings *settings = session->config.settings;
	const struct bind_settings *bind = &settings->absence_bind;

	if (!settings_has_absence_bind(settings) || !is_agent(settings))
		return;
	if (bind->password_file)
		check_secret(session, bind->password_file);
	if (bind->keytab_file)
		check_secret(session, bind->keytab_file);
}

/* Whether no absence is left for which somebody was named; `person` has the absences that the directory has. */
static bool is_over(const struct session *session, const struct person *person,
	const struct temporary_person *named)
{
	for (size_t i = 0; i < named->count; i++) {
		size_t *indices;
		size_t count = temporary_deputy_absences(&named->items[i], person->absences,
			person->absence_count, session->work.arena, &indices);

		for (size_t j = 0; j < count; j++) {
			if (person->absences[indices[j]].end > session->work.now)
				return false;
		}
	}
	return true;
}

void check_deputies(struct session *session)
{
	const struct snapshot *snapshot = session->sources.snapshot;

	for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);
		const struct temporary_person *named =
			temporary_deputies_find(snapshot_temporary(snapshot),
				person_identity(person));
		struct strbuf names = STRBUF_INIT;

		if (named && is_over(session, person, named)) {
			for (size_t j = 0; j < named->count && j < NAMED_MAX; j++)
				strbuf_add_item(&names, ", ", named->items[j].name);
			findings_add(&session->work.findings, FINDING_WARNING, person->dn,
				_("deputies of an absence that is over may still be in the directory, "
				  "where nothing else knows that they are none: %s; postvagt back "
				  "takes them out"),
				names.text);
		}
		strbuf_release(&names);
	}
}
