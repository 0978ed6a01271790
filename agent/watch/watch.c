/*
 * postvagt watch: does what apply does, at each change of the directory and of
 * the feeds, and whenever somebody goes or comes by the clock. This file waits.
 */
#include "watch/watch.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/options.h"
#include "model/settings.h"
#include "net/fetch.h"
#include "readiness/coverage_file.h"
#include "run/prometheus.h"
#include "watch/service.h"

/* How far the machine's clock may drift from the uptime before somebody is said to have set it, in milliseconds. */
#define DRIFT_MAX 1500

/* What is waited for beside the feeds. */
enum {
	WAIT_SIGNALS,
	WAIT_DIRECTORY,
	WAIT_COUNT,
};

static int block_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int64_t clock_offset(void)
{
	return (int64_t)moment_now() * 1000 - moment_uptime();
}

/* Everything begins anew, with the session's settings. */
static void begin_watch(struct watch *watch)
{
	const char *metrics = watch->session.config.settings->metrics_file;

	if (metrics && watch->last_success == MOMENT_EARLIEST)
		watch->last_success = metrics_last_success(metrics);
	watch->edge = MOMENT_LATEST;
	watch->after_looks = AFTER_LOOKS;
	watch->failures = 0;
	watch->retry_at = 0;
	strbuf_reset(&watch->refused);
	retry_list_release(&watch->retries);
	log_once_release(&watch->troubles);
	log_once_release(&watch->write_troubles);
	watch->reporting = (struct reporting){
		.troubles = &watch->write_troubles, .goes_on = true, .findings_known = true};
	watch->has_notices = true;
	watch->request = (struct read_request){.feeds = FEEDS_KEEP};
	coverage_file_request(watch->session.config.settings, &watch->request);
	session_request_ahead(watch->session.config.settings, &watch->request);
	watch->page_is_stale = false;
	watch->page_at = 0;
	watch->page_day_end = MOMENT_LATEST;
	watch->ahead_is_stale = false;
	watch->ahead_at = 0;
	watch->ahead_next = MOMENT_LATEST;
	watch_feeds_start(watch);
	watch_call(watch, true);
}

/* A file that is wrong leaves everything as it was; what is wrong has been said then. */
static void reload_settings(struct watch *watch)
{
	struct session fresh = SESSION_INIT;

	service_notify("RELOADING=1\nMONOTONIC_USEC=%" PRId64, moment_uptime() * 1000);
	if (session_start(&fresh, watch->options, false)) {
		config_in_force(&watch->session.config);
		print_line(_("the settings are not read again; those of before still hold"));
		session_end(&fresh);
	} else {
		follow_stop(&watch->follow);
		watch_forget_strangers(watch);
		watch->follows_widely = false;
		session_end(&watch->session);
		watch->session = fresh;
		begin_watch(watch);
		print_line(_("the settings have been read again"));
	}
	watch->is_ready_due = !service_notify("READY=1");
}

/* False where it is time to end. */
static bool obey_signals(struct watch *watch, int descriptor)
{
	struct signalfd_siginfo signal;

	while (read(descriptor, &signal, sizeof(signal)) == sizeof(signal)) {
		if (signal.ssi_signo == SIGTERM || signal.ssi_signo == SIGINT)
			return false;
		if (signal.ssi_signo == SIGHUP)
			reload_settings(watch);
		if (signal.ssi_signo == SIGUSR1)
			watch_say_state(watch);
	}
	return true;
}

/* A lost connection is made up for by reading everything anew. */
static void hear_directory(struct watch *watch)
{
	struct error err = ERROR_INIT;
	size_t known = watch->changes.count;

	if (!watch->follow.connection.ld)
		return;
	if (follow_take(&watch->follow, &watch->changes, &err) ||
		follow_check(&watch->follow, &err)) {
		if (watch->follow.connection.incoming.is_spent)
			error_print(&err);
		follow_stop(&watch->follow);
		watch_call(watch, true);
	} else if (watch->changes.count > known) {
		watch_call(watch, false);
	}
	error_release(&err);
}

static void hear_clock(struct watch *watch)
{
	int64_t now = moment_uptime(), offset = clock_offset();

	if (moment_now() >= watch->edge || llabs(offset - watch->clock_offset) > DRIFT_MAX) {
		watch->edge = MOMENT_LATEST;
		watch->clock_offset = offset;
		watch_call(watch, false);
	}
	if (now >= watch->full_look_at || (watch->retry_at > 0 && now >= watch->retry_at) ||
		(watch->follow.why_not && now >= watch->look_at))
		watch_call(watch, true);
}

/* After a directory that could not be read there is a pause; all else is done at once. */
static bool may_go(const struct watch *watch)
{
	if (!watch->is_due)
		return false;
	return watch->session.sources.connection.ld || moment_uptime() >= watch->retry_at;
}

static void take_nearer(int64_t *nearest, int64_t at)
{
	if (at > 0 && at < *nearest)
		*nearest = at;
}

/* Milliseconds until something is to be done by the clock. */
static int time_to_wait(const struct watch *watch)
{
	int64_t now = moment_uptime(), nearest = now + moment_until(watch->edge, TICK);

	take_nearer(&nearest, now + moment_until(watch->page_day_end, TICK));
	take_nearer(&nearest, now + moment_until(watch->ahead_next, TICK));
	take_nearer(&nearest, watch_feeds_next(watch));
	take_nearer(&nearest, follow_next(&watch->follow));
	take_nearer(&nearest, watch->retry_at);
	take_nearer(&nearest, watch->mailer_at);
	take_nearer(&nearest, watch->full_look_at);
	take_nearer(&nearest, watch_page_next(watch));
	take_nearer(&nearest, watch_ahead_next(watch));
	if (watch->follow.why_not)
		take_nearer(&nearest, watch->look_at);
	if (may_go(watch) || nearest < now)
		return 0;
	return (int)(nearest - now);
}

static void wait_for_anything(struct watch *watch, int signals)
{
	struct pollfd waits[WAIT_COUNT] = {
		[WAIT_SIGNALS] = {.fd = signals, .events = POLLIN},
		[WAIT_DIRECTORY] = {.fd = follow_descriptor(&watch->follow), .events = POLLIN},
	};
	size_t count = waits[WAIT_DIRECTORY].fd < 0 ? WAIT_DIRECTORY : WAIT_COUNT;

	fetches_poll(watch->session.sources.feeds.fetches, waits, count, time_to_wait(watch));
}

static void watch_for_ever(struct watch *watch, int signals)
{
	while (obey_signals(watch, signals)) {
		watch_feeds(watch);
		hear_directory(watch);
		hear_clock(watch);
		if (may_go(watch))
			watch_round(watch);
		watch_ahead(watch);
		watch_deliver(watch);
		watch_page(watch);
		if (watch->is_ready_due && watch->runs > 0)
			watch->is_ready_due = !service_notify("READY=1");
		service_notify("WATCHDOG=1");
		wait_for_anything(watch, signals);
	}
	service_notify("STOPPING=1");
}

static void end_watch(struct watch *watch)
{
	watch_deliver_end(watch);
	follow_stop(&watch->follow);
	watch_forget_strangers(watch);
	log_once_release(&watch->troubles);
	log_once_release(&watch->write_troubles);
	log_once_release(&watch->metrics_troubles);
	log_once_release(&watch->page_troubles);
	log_once_release(&watch->ahead_troubles);
	strbuf_release(&watch->refused);
	strbuf_release(&watch->waiting);
	retry_list_release(&watch->retries);
	arena_free(watch->heard);
	free(watch->ask_at);
	session_end(&watch->session);
}

int command_watch(const struct options *options)
{
	struct watch watch = {
		.options = options,
		.session = SESSION_INIT,
		.follow = FOLLOW_INIT,
		.refused = STRBUF_INIT,
		.waiting = STRBUF_INIT,
		.retries = RETRY_LIST_INIT,
		.heard = arena_new(),
		.last_success = MOMENT_EARLIEST,
		.clock_offset = clock_offset(),
		.is_first = true,
		.is_ready_due = true,
		.page_day_end = MOMENT_LATEST,
		.ahead_next = MOMENT_LATEST,
	};
	int signals = block_signals(), status;

	setlinebuf(stdout);
	status = session_start(&watch.session, options, false);

	watch.changes.arena = watch.heard;
	if (!status) {
		watch_budget_read(&watch);
		begin_watch(&watch);
		watch_for_ever(&watch, signals);
	}
	end_watch(&watch);
	close(signals);
	return status;
}
