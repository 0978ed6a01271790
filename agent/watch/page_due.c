#include "model/settings.h"
#include "readiness/coverage_file.h"
#include "watch/watch.h"

void watch_page_call(struct watch *watch)
{
	if (watch->session.config.settings->coverage_file)
		watch->page_is_stale = true;
}

/* A file that cannot be written is told once, as any trouble. */
static void write_page(struct watch *watch)
{
	struct error err = ERROR_INIT;

	log_once_begin(&watch->page_troubles);
	if (coverage_file_refresh(&watch->session, &err))
		log_once_add(&watch->page_troubles, err.text.text);
	log_once_end(&watch->page_troubles);
	error_release(&err);
}

/*
 * After a round that failed another one is due, and only one that came through has all that was read.
 *
 * At a day's beginning another round reads what the new last day asks for.
 */
void watch_page(struct watch *watch)
{
	if (!watch->page_is_stale && moment_now() >= watch->page_day_end) {
		watch->page_day_end = MOMENT_LATEST;
		watch_call(watch, false);
	}
	if (!watch->page_is_stale || watch->is_due || moment_uptime() < watch->page_at)
		return;
	write_page(watch);
	watch->page_is_stale = false;
	watch->page_day_end = moment_day(watch->session.work.at, 1);
	watch->page_at = moment_uptime() + (watch->follow.why_not ? PAGE_EVERY_LOOKS : PAGE_EVERY);
}

int64_t watch_page_next(const struct watch *watch)
{
	return watch->page_is_stale && !watch->is_due ? watch->page_at : 0;
}
