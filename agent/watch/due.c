/* Calling for a round: an event, a feed, the clock or a failure does. */
#include "watch/watch.h"

void watch_call(struct watch *watch, bool read_all)
{
	if (!watch->is_due)
		watch->due_since = moment_uptime();
	watch->is_due = true;
	watch->read_all = watch->read_all || read_all;
}
