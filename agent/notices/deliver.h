/*
 * The post goes: sends what waits in the outbox, a mail a notice, over one connection.
 *
 * A mail server that cannot be reached, or refuses our login or our sender, leaves all of it
 * waiting, for 30 days at most; one that says that a recipient does not exist loses that notice
 * only, and one that refuses a mail for another reason leaves it waiting for three days, while the
 * others go on (mail/smtp/reply.h). Each trouble is reported when it begins, and daily while it
 * lasts: what was reported, and when to try again, is in the file trouble of the outbox.
 */
#ifndef NOTICES_DELIVER_H
#define NOTICES_DELIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/language.h"
#include "base/text/moment.h"

struct arena;
struct findings;
struct mapping;
struct settings;

struct delivery {
	const struct settings *settings; /* borrowed */
	const struct mapping *mapping;   /* borrowed */
	bool is_patient; /* waits out the pauses after failures, which grow to a quarter of an hour */
	int seconds;     /* what is begun by then is done, the rest waits; 0: no bound */
	moment now;
};

/*
 * Send; one process at a time does, another returns at once. What is to be told goes to
 * `troubles`. Returns whether some are waiting still.
 */
bool deliver_queue(const struct delivery *post, struct findings *troubles);

/*
 * How many notices wait. `*why`, in `arena`: why the last try failed, in the words of that time; NULL: none did, or
 * nobody noted it.
 */
size_t deliver_waiting(const struct settings *settings, struct arena *arena, const char **why);

/* The language of mail: the settings', else the locale's. */
enum language notices_language(const struct settings *settings);

/* Whether the settings ask for notices. */
bool notices_are_enabled(const struct settings *settings);

#endif
