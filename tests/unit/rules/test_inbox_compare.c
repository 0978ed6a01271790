/* Inbox rules as Graph has them, held against those of now; and how Inbox rules are made. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "model/mapping.h"
#include "rules/exchange/inbox_compare.h"
#include "rules/exchange/inbox_rule.h"
#include "rules/exchange/inbox_words.h"
#include "rules/model/rules.h"

static const char *spellings[] = {"[SP]"};

/* One tag with an ordinary and a critical list, and "*". */
struct trial {
	struct arena *arena;
	struct mapping mapping;
	struct rules rules;
	struct inbox_rules inbox;
	struct findings findings;
	json_t *reply, *list; /* what Graph answers; its "value" is borrowed */
};

static void trial_begin(struct trial *trial)
{
	static bool yes_no[] = {true, false}, no_yes[] = {false, true}, none[] = {false, false};
	static struct rules_tag tag = {
		.id = "sp", .spellings = spellings, .spelling_count = 1, .has_route = true};
	static struct rules_target targets[] = {
		{.address = "sp@eksempel.dk",
			.ordinary = yes_no,
			.critical = none,
			.is_ordinary = true},
		{.address = "kritisk@eksempel.dk", .ordinary = none, .critical = yes_no},
		{.address = "rest@eksempel.dk",
			.ordinary = no_yes,
			.critical = no_yes,
			.is_same = true},
	};

	*trial = (struct trial){.arena = arena_new()};
	trial->rules = (struct rules){.arena = trial->arena,
		.mapping = &trial->mapping,
		.address = "box@eksempel.dk",
		.probe = "probe@eksempel.dk",
		.tags = &tag,
		.tag_count = 1,
		.targets = targets,
		.target_count = ROWS(targets),
		.has_rest = true};
	findings_init(&trial->findings, trial->arena);
	assert_true(inbox_rules_make(&trial->inbox, trial->arena, &trial->rules, &trial->findings));
	trial->list = json_array();
	for (size_t i = 0; i < trial->inbox.count; i++) {
		json_t *json = inbox_rule_to_json(&trial->inbox.items[i], (int)i + 1);

		json_object_set_new(json, "id", json_sprintf("id%zu", i));
		json_object_set_new(json, "hasError", json_false());
		json_array_append_new(trial->list, json);
	}
	trial->reply = json_pack("{s:o}", "value", trial->list);
}

static void trial_end(struct trial *trial)
{
	json_decref(trial->reply);
	arena_free(trial->arena);
}

/* The rule whose name ends so. */
static json_t *rule_of(const struct trial *trial, const char *what)
{
	size_t i;
	json_t *rule;

	json_array_foreach(trial->list, i, rule)
	{
		const char *name = json_string_value(json_object_get(rule, "displayName"));

		if (strcmp(name + strlen(trial->inbox.prefix), what) == 0)
			return rule;
	}
	fail_msg("no rule %s", what);
	return NULL;
}

static void assert_differs(struct trial *trial, const char *expected)
{
	struct found_rules found;
	struct error err = ERROR_INIT;
	const char *difference;

	assert_int_equal(inbox_find_rules(trial->arena, &trial->inbox, trial->reply, &found, &err),
		ERROR_NONE);
	difference = inbox_difference(trial->arena, &trial->inbox, &found);
	if (!expected)
		assert_null(difference);
	else if (!difference || !strstr(difference, expected))
		fail_msg("\"%s\" is not in \"%s\"", expected, difference ? difference : "");
	error_release(&err);
}

static void set_json(json_t *rule, const char *key, const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	json_object_set_new(rule, key, value);
}

static void test_same(void **state)
{
	struct trial trial;

	trial_begin(&trial);
	assert_differs(&trial, NULL);
	/* In whatever case and order, and with what says nothing. */
	set_json(rule_of(&trial, "probe to probe@eksempel.dk"), "conditions",
		"{\"subjectContains\": [\"[POSTVAGT-PROBE\"], \"isSigned\": false, "
		"\"bodyContains\": [], \"sensitivity\": null, \"@odata.type\": \"x\"}");
	set_json(rule_of(&trial, "probe to probe@eksempel.dk"), "exceptions", "null");
	set_json(rule_of(&trial, "probe to probe@eksempel.dk"), "actions",
		"{\"stopProcessingRules\": true, \"redirectTo\": [{\"emailAddress\": "
		"{\"name\": \"Agenten\", \"address\": \"Probe@Eksempel.DK\"}}]}");
	assert_differs(&trial, NULL);
	trial_end(&trial);
}

static void test_differences(void **state)
{
	static const struct {
		const char *rule, *key, *value, *expected;
	} cases[] = {
		{"ordinary to sp@eksempel.dk", "isEnabled", "false",
			"sp@eksempel.dk\" is not enabled"},
		{"ordinary to sp@eksempel.dk", "isEnabled", "null", "is not enabled"},
		{"ordinary to sp@eksempel.dk", "hasError", "true", "is in error"},
		{"ordinary to sp@eksempel.dk", "conditions", "{}", "has other conditions"},
		{"ordinary to sp@eksempel.dk", "conditions", "{\"subjectContains\": [7]}",
			"has other conditions"},
		{"ordinary to sp@eksempel.dk", "conditions", "[\"[SP]\"]", "has other conditions"},
		{"ordinary to sp@eksempel.dk", "exceptions", "{}", "has other exceptions"},
		{"stop: a tag", "exceptions", "{\"sentToMe\": true}", "has other exceptions"},
		{"stop: a tag", "actions", "{\"stopProcessingRules\": true, \"delete\": true}",
			"does something else"},
		{"stop: a tag", "actions", "{\"stopProcessingRules\": false}",
			"does something else"},
		{"probe to probe@eksempel.dk", "actions",
			"{\"stopProcessingRules\": true, \"redirectTo\": [{\"emailAddress\": "
			"{\"address\": \"x@y.dk\"}}]}",
			"does something else"},
		{"stop: a tag", "displayName", "\"noget andet\"", "stop: a tag\" is missing"},
		{"stop: a tag", "sequence", "1", "in another order"},
		{"the rest, ordinary, to rest@eksempel.dk", "sequence", "900", "in another order"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s %s", cases[i].rule, cases[i].value); i++) {
		struct trial trial;

		trial_begin(&trial);
		set_json(rule_of(&trial, cases[i].rule), cases[i].key, cases[i].value);
		assert_differs(&trial, cases[i].expected);
		trial_end(&trial);
	}
}

/* Another name of a rule whose addresses changed, one that is no longer needed, one that is there twice, and many differences. */
static void test_stale(void **state)
{
	struct trial trial;
	json_t *rest, *copy;

	trial_begin(&trial);
	rest = rule_of(&trial, "the rest to rest@eksempel.dk");
	json_object_set_new(rest, "displayName",
		json_sprintf("%sthe rest to gammel@eksempel.dk", trial.inbox.prefix));
	assert_differs(&trial, "gammel@eksempel.dk\" has another name");
	trial_end(&trial);

	trial_begin(&trial);
	copy = json_deep_copy(rule_of(&trial, "stop: a tag"));
	json_object_set_new(copy, "id", json_string("copy"));
	json_array_append_new(trial.list, copy);
	assert_differs(&trial, "is no longer needed");
	json_array_clear(trial.list);
	assert_differs(&trial, "differences more");
	trial_end(&trial);
}

static void test_bad_answers(void **state)
{
	static const char *const cases[] = {"{}", "{\"value\": 7}", "{\"value\": [7]}",
		"{\"value\": [{\"sequence\": 1}]}",
		"{\"value\": [{\"id\": \"\", \"sequence\": 1}]}",
		"{\"value\": [{\"id\": \"a\", \"sequence\": -1}]}",
		"{\"value\": [{\"id\": \"a\", \"sequence\": 4294967296}]}",
		"{\"value\": [{\"id\": \"a\", \"sequence\": \"1\"}]}"};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i]); i++) {
		struct trial trial;
		struct found_rules found;
		struct error err = ERROR_INIT;
		json_t *reply = json_loads(cases[i], 0, NULL);

		trial_begin(&trial);
		assert_int_equal(inbox_find_rules(trial.arena, &trial.inbox, reply, &found, &err),
			ERROR_TARGET);
		error_release(&err);
		json_decref(reply);
		trial_end(&trial);
	}
}

static void test_others(void **state)
{
	static const struct {
		const char *rule, *expected;
	} cases[] = {
		{"{\"id\": \"x\", \"displayName\": \"A\\u001b\", \"sequence\": 1, \"isEnabled\": true, "
		 "\"actions\": {\"stopProcessingRules\": true}}",
			"applies to all mail"},
		{"{\"id\": \"x\", \"displayName\": \"A\\u001b\", \"sequence\": 1, \"isEnabled\": true, "
		 "\"conditions\": {\"senderContains\": [\"x\"]}, "
		 "\"actions\": {\"stopProcessingRules\": true}}",
			"\"A\\1b\" of the mailbox comes before postvagt's and"},
		{"{\"id\": \"x\", \"displayName\": \"B\", \"sequence\": 999, \"isEnabled\": true, "
		 "\"actions\": {\"stopProcessingRules\": true}}",
			NULL},
		{"{\"id\": \"x\", \"displayName\": \"C\", \"sequence\": 1, \"isEnabled\": false, "
		 "\"actions\": {\"stopProcessingRules\": true}}",
			NULL},
		{"{\"id\": \"x\", \"sequence\": 999, \"isEnabled\": true, \"actions\": {\"redirectTo\": "
		 "[{\"emailAddress\": {\"address\": \"SP@eksempel.dk\"}}]}}",
			"passes mail on to sp@eksempel.dk, too"},
		{"{\"id\": \"x\", \"sequence\": 999, \"isEnabled\": true, \"actions\": {\"forwardTo\": "
		 "[{\"emailAddress\": {\"address\": \"andre@eksempel.dk\"}}]}}",
			NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].rule); i++) {
		struct trial trial;
		struct found_rules found;
		struct error err = ERROR_INIT;

		trial_begin(&trial);
		json_array_append_new(trial.list, json_loads(cases[i].rule, 0, NULL));
		assert_int_equal(inbox_find_rules(trial.arena, &trial.inbox, trial.reply, &found,
					 &err),
			ERROR_NONE);
		inbox_judge_others(trial.arena, &trial.inbox, &found, &trial.findings);
		assert_int_equal(trial.findings.count, cases[i].expected != NULL);
		if (cases[i].expected)
			assert_non_null(strstr(trial.findings.items[0].what, cases[i].expected));
		trial_end(&trial);
	}
}

/* A list that changes between two pages has a rule on both. */
static void test_twice(void **state)
{
	struct trial trial;
	struct found_rules found;
	struct error err = ERROR_INIT;

	trial_begin(&trial);
	json_array_append(trial.list, json_array_get(trial.list, 0));
	assert_int_equal(inbox_find_rules(trial.arena, &trial.inbox, trial.reply, &found, &err),
		ERROR_NONE);
	assert_int_equal(found.count, trial.inbox.count);
	assert_null(inbox_difference(trial.arena, &trial.inbox, &found));
	trial_end(&trial);
}

static void test_lengths(void **state)
{
	static const struct {
		const char *texts[3];
		size_t count, expected;
	} cases[] = {
		{{NULL}, 0, 0},
		{{"abc"}, 1, 3},
		{{"a b"}, 1, 5},
		{{"a", "b c", "d"}, 3, 9},
		{{"\xc3\xb8"}, 1, 1},
		{{"\xf0\x9f\x94\xa5"}, 1, 2},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%zu", cases[i].expected); i++) {
		const struct strings list = {(const char **)cases[i].texts, cases[i].count};

		assert_int_equal(inbox_list_length(&list), cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_stale),
		cmocka_unit_test(test_bad_answers),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
