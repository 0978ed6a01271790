#include "model/outcome.h"

#include <string.h>

const char *run_outcome_word(enum run_outcome outcome)
{
	static const char *const words[RUN_OUTCOMES] = {
		[RUN_INTENDED] = "intended",
		[RUN_UNCHANGED] = "unchanged",
		[RUN_DONE] = "done",
		[RUN_PARTLY] = "partly",
		[RUN_FAILED] = "failed",
		[RUN_REFUSED] = "refused",
		[RUN_INTERRUPTED] = "interrupted",
		[RUN_UNPROVED] = "unproved",
	};

	return words[outcome];
}

enum run_outcome run_outcome_of(bool failed, bool changed)
{
	if (!failed)
		return RUN_DONE;
	return changed ? RUN_PARTLY : RUN_FAILED;
}

bool outcome_failed(const struct list_outcome *outcome, const char *key, bool is_removal)
{
	for (size_t i = 0; i < outcome->failure_count; i++) {
		if (outcome->failures[i].is_removal == is_removal &&
			strcmp(outcome->failures[i].key, key) == 0)
			return true;
	}
	return false;
}

bool outcome_was_already_done(const struct list_outcome *outcome, const char *key, bool is_removal)
{
	for (size_t i = 0; i < outcome->met_count; i++) {
		if (outcome->met[i].is_removal == is_removal &&
			strcmp(outcome->met[i].key, key) == 0)
			return true;
	}
	return false;
}
