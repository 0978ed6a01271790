/* watch: notices of what is ahead, after rounds, and when the clock says that the next day is to be announced. */
#include "model/settings.h"
#include "notices/deliver.h"
#include "notices/lifecycle.h"
#include "notices/look_ahead.h"
#include "watch/watch.h"

void watch_ahead_call(struct watch *watch)
{
	if (notices_are_enabled(watch->session.config.settings))
		watch->ahead_is_stale = true;
}

/* As the page of coverage (page_due.c): only a round that came through has all that was read. */
void watch_ahead(struct watch *watch)
{
	struct notice_run notices;

	if (!watch->ahead_is_stale && moment_now() >= watch->ahead_next) {
		watch->ahead_next = MOMENT_LATEST;
		watch_call(watch, false);
	}
	if (!watch->ahead_is_stale || watch->is_due || moment_uptime() < watch->ahead_at)
		return;
	log_once_begin(&watch->ahead_troubles);
	notices = session_notice_run(&watch->session);
	notices.troubles = &watch->ahead_troubles;
	if (notices_look_ahead(&notices, true))
		watch->has_notices = true;
	log_once_end(&watch->ahead_troubles);
	watch->ahead_is_stale = false;
	watch->ahead_next = notices_look_ahead_next(watch->session.work.at);
	watch->ahead_at = moment_uptime() + (watch->follow.why_not ? PAGE_EVERY_LOOKS : PAGE_EVERY);
}

int64_t watch_ahead_next(const struct watch *watch)
{
	return watch->ahead_is_stale && !watch->is_due ? watch->ahead_at : 0;
}
