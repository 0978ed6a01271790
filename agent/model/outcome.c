#include "model/outcome.h"

#include <string.h>

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
