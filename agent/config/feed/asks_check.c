#include "config/feed/asks_check.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/message/finding.h"
#include "base/text/language.h"
#include "config/schema/fault.h"
#include "config/schema/schema.h"
#include "config/schema/yaml.h"
#include "model/settings.h"

static bool is_given(const struct yaml_node *node, const char *path)
{
	const struct yaml_node *found = yaml_find(node, path);

	return found && found->kind != YAML_NULL;
}

/* Of a feed that is asked about everybody at once. */
static void check_without(struct schema_reader *reader, const struct yaml_node *node)
{
	static const char *const keys[] = {"batch", "each", "answers"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (is_given(node, keys[i]))
			fault_add(reader->findings, FINDING_ERROR, yaml_place(node, keys[i]),
				_("%s goes with asks: people"), keys[i]);
	}
}

/* Of a reply about several people: whose each answer is. */
static void check_answers(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	const struct answer_settings *answers = &feed->answers;

	if (answers->id && answers->person)
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "answers.person"),
			_("either answers.id or answers.person: each says whose an answer is"));
	if (feed->batch > 1 && !answers->list)
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "batch"),
			_("batch asks about %d people at a time; answers.list is missing: where in the reply their answers are"),
			feed->batch);
	else if (feed->batch > 1 && !answers->id && !answers->person)
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "answers"),
			_("answers.id or answers.person is missing: whose an answer is"));
}

void asks_check(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	if (feed->asks != ASKS_PEOPLE) {
		check_without(reader, node);
		return;
	}
	if (is_given(node, "format") && feed->format != FEED_JSON)
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "format"),
			_("asks: people goes with format: json"));
	if (is_given(node, "next"))
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "next"),
			_("next does not go with asks: people: a reply about people has no further pages"));
	if (feed->gives == GIVES_ROLES)
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "gives"),
			_("gives: roles does not go with asks: people: whom to ask about is known only once the roles are"));
	check_answers(reader, node, feed);
}
