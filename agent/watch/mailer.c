/*
 * watch: its notices are sent by a process of its own, which may wait for a mail server as
 * long as that takes; changes are done meanwhile.
 */
#include "watch/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/text/language.h"
#include "base/text/moment.h"
#include "notices/lifecycle.h"
#include "run/oauth_logins.h"

#define RETRY_EVERY \
	5000LL       /* how often that process looks whether the pause after a failure is over */
#define LAST_WAIT 50 /* times a tenth of a second, at the end, for the mail at hand */

/* Whether none is under way (any more); one that leaves something waiting is followed by another. */
static bool is_free(struct watch *watch)
{
	int status = 0;

	if (watch->mailer_pid <= 0)
		return true;
	if (waitpid(watch->mailer_pid, &status, WNOHANG) == 0)
		return false;
	watch->mailer_pid = 0;
	watch->mailer_at = status != 0 ? moment_uptime() + RETRY_EVERY : 0;
	return true;
}

/* What waits is tried again, as after a failure; why is said once. */
static void wait_for_process(struct watch *watch)
{
	if (!watch->has_no_process)
		fprintf(stderr, "postvagt: %s: %s\n",
			_("notices wait, as no process can be started"), strerror(errno));
	watch->has_no_process = true;
	watch->mailer_at = moment_uptime() + RETRY_EVERY;
}

void watch_deliver(struct watch *watch)
{
	const struct notice_run notices = session_notice_run(&watch->session);
	bool is_time = watch->mailer_at > 0 && moment_uptime() >= watch->mailer_at;
	bool was_sending = watch->mailer_pid > 0, can_send = is_free(watch);

	if (was_sending && can_send)
		watch_note_state(watch); /* how many wait now, and whether the login was refused */
	if (!can_send || (!watch->has_notices && !is_time))
		return;
	watch->has_notices = false;
	watch->mailer_at = 0;
	oauth_logins_share(watch->session.config.settings);
	watch->mailer_pid = notices_send_apart(&notices);
	if (watch->mailer_pid < 0)
		wait_for_process(watch);
	else
		watch->has_no_process = false;
}

void watch_deliver_end(struct watch *watch)
{
	for (int i = 0; i < LAST_WAIT && !is_free(watch); i++)
		moment_sleep(100);
	if (watch->mailer_pid > 0) {
		kill(watch->mailer_pid, SIGTERM);
		waitpid(watch->mailer_pid, NULL, 0);
	}
	watch->mailer_pid = 0;
}
