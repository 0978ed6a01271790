/* What Microsoft Graph answers to "List rules": compared with the Inbox rules of a small municipality. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "fuzz.h"
#include "model/mapping.h"
#include "rules/exchange/inbox_compare.h"
#include "rules/exchange/inbox_rule.h"
#include "rules/model/rules.h"

static void make_rules(struct rules *rules, struct arena *arena)
{
	static const char *spellings[] = {"[SP]"};
	static struct mapping mapping;
	static bool yes_no[] = {true, false}, no_yes[] = {false, true};
	static struct rules_tag tag = {
		.id = "sp", .spellings = spellings, .spelling_count = 1, .has_route = true};
	static struct rules_target targets[] = {
		{.address = "sp@eksempel.dk", .ordinary = yes_no, .critical = no_yes},
		{.address = "rest@eksempel.dk", .ordinary = no_yes, .critical = yes_no},
	};

	*rules = (struct rules){.arena = arena,
		.mapping = &mapping,
		.address = "box@eksempel.dk",
		.tags = &tag,
		.tag_count = 1,
		.targets = targets,
		.target_count = 2,
		.has_rest = true};
}

static void compare(struct arena *arena, const struct inbox_rules *inbox, const json_t *reply,
	struct findings *findings)
{
	struct found_rules found;
	struct error err = ERROR_INIT;
	const char *difference;
	size_t matched = 0;

	if (inbox_find_rules(arena, inbox, reply, &found, &err)) {
		fuzz_expect_safe_text(err.text.text);
		error_release(&err);
		return;
	}
	difference = inbox_difference(arena, inbox, &found);
	for (size_t i = 0; i < found.count; i++) {
		matched += found.items[i].wanted != NULL;
		fuzz_expect(!found.items[i].wanted || found.items[i].is_ours,
			"another's rule is not ours");
		for (size_t j = 0; j < i && found.count < 50; j++)
			fuzz_expect(!found.items[i].wanted ||
					found.items[i].wanted != found.items[j].wanted,
				"no two rules are to be one");
	}
	fuzz_expect(difference || matched == inbox->count, "without a difference all are there");
	inbox_judge_others(arena, inbox, &found, findings);
	fuzz_expect_safe(findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *reply = json_loadb((const char *)data, size, 0, NULL);
	struct arena *arena = arena_new();
	struct findings findings;
	struct rules rules;
	struct inbox_rules inbox;

	findings_init(&findings, arena);
	make_rules(&rules, arena);
	if (inbox_rules_make(&inbox, arena, &rules, &findings) && reply)
		compare(arena, &inbox, reply, &findings);
	json_decref(reply);
	arena_free(arena);
	return 0;
}
