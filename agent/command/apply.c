/* postvagt apply: carries the plan out. */
#include "command/command.h"

#include "base/language.h"
#include "command/account.h"
#include "command/carry_out.h"
#include "command/measure.h"
#include "command/options.h"
#include "command/session.h"

static int say_kept_plans_are_not_built(void)
{
	struct error err = ERROR_INIT;

	error_set(&err, ERROR_USAGE,
		_("this version of postvagt cannot carry out a kept plan yet"));
	session_say(&err);
	error_release(&err);
	return EXIT_USAGE;
}

static int plan_and_carry_out(struct session *session)
{
	struct error err = ERROR_INIT;
	int status;

	if (session_plan(session, &err)) {
		session_say(&err);
		status = session_status(err.kind);
		account_failure(session, status, err.text.text);
	} else {
		status = carry_out(session);
	}
	error_release(&err);
	return status;
}

int command_apply(const struct options *options)
{
	struct session session = SESSION_INIT;
	int status;

	if (options->argument_count > 0)
		return say_kept_plans_are_not_built();
	status = session_start(&session, options, false);

	session.feeds_purpose = FEEDS_CONFIRM;
	if (!status) {
		status = plan_and_carry_out(&session);
		measure_run(&session, status);
	}
	session_end(&session);
	return status;
}
