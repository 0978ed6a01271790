#include "readiness/readiness.h"

#include "base/text/language.h"
#include "readiness/point.h"

static void count_points(struct readiness *readiness)
{
	for (size_t i = 0; i < readiness->count; i++) {
		switch (readiness->points[i].state) {
		case POINT_DONE:
			readiness->done++;
			break;
		case POINT_MISSING:
			readiness->missing++;
			break;
		case POINT_UNKNOWN:
			readiness->unknown++;
			break;
		}
	}
}

void readiness_find(struct readiness *readiness, struct arena *arena,
	const struct readiness_facts *facts)
{
	struct judge_ctx ctx = {readiness, arena, facts};

	*readiness = (struct readiness){0};
	judge_tags(&ctx);
	judge_mailbox(&ctx);
	judge_passing_on(&ctx);
	judge_people(&ctx);
	judge_notices(&ctx);
	judge_registered(&ctx);
	count_points(readiness);
}

bool readiness_is_done(const struct readiness *readiness)
{
	return readiness->done == readiness->count;
}

bool readiness_waits_for_feed(const struct readiness *readiness)
{
	for (size_t i = 0; i < readiness->count; i++) {
		const struct point *point = &readiness->points[i];

		if (point->state != POINT_DONE && !point->waits_for_feed)
			return false;
	}
	return !readiness_is_done(readiness);
}

const char *readiness_step_title(enum readiness_step step)
{
	switch (step) {
	case STEP_TAGS:
		return _("Decide how mail on each tag is handled");
	case STEP_MAILBOX:
		return _("Set up the mailbox, and name it infrastrukturpostkassen");
	case STEP_PASSED_ON:
		return _("See to it that mail is passed on to the right people");
	case STEP_READINESS:
		return _("Be ready to act, also in holidays and other absence");
	case STEP_KOMBIT:
	case STEP_COUNT:
		break;
	}
	return _("Send the mailbox's address to KOMBIT");
}

const char *point_state_name(enum point_state state)
{
	switch (state) {
	case POINT_DONE:
		return "done";
	case POINT_MISSING:
		return "missing";
	case POINT_UNKNOWN:
		break;
	}
	return "unknown";
}
