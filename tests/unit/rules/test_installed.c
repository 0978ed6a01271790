/* Rules that are installed by hand, compared with those of now. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "file_case.h"
#include "model/mapping.h"
#include "model/settings.h"
#include "rules/exchange/inbox_rule.h"
#include "rules/exchange/transport_rules.h"
#include "rules/installed.h"
#include "rules/model/rules.h"
#include "rules/sieve/sieve.h"

/* The rules of now, and a file of some others. */
struct trial {
	struct arena *arena;
	struct folder folder;
	struct mapping mapping;
	struct settings settings;
	struct rules rules;
	struct strbuf path;
};

static void trial_begin(struct trial *trial)
{
	*trial = (struct trial){.arena = arena_new(), .path = STRBUF_INIT};
	folder_make(&trial->folder);
	folder_path(&trial->folder, "rules", &trial->path);
	trial->mapping.sha256.tags = "t";
	trial->mapping.sha256.routes = "r";
	trial->settings.mailbox.rules_file = trial->path.text;
	trial->rules = (struct rules){.arena = trial->arena,
		.mapping = &trial->mapping,
		.address = "box@kommune.example"};
	rules_stamp(&trial->rules);
}

static void trial_end(struct trial *trial)
{
	folder_remove(&trial->folder, "rules");
	folder_release(&trial->folder);
	strbuf_release(&trial->path);
	arena_free(trial->arena);
}

static void expect_state(struct trial *trial, const char *text, size_t length,
	enum rules_state state, const char *says)
{
	struct installed_rules installed;
	struct error err = ERROR_INIT;

	folder_write(&trial->folder, "rules", text, length);
	assert_true(rules_can_read_installed(&trial->settings));
	assert_int_equal(rules_read_installed(&trial->settings, &trial->rules, trial->arena,
				 &installed, &err),
		ERROR_NONE);
	assert_int_equal(installed.state, state);
	assert_string_equal(installed.where, trial->path.text);
	if (says)
		assert_non_null(strstr(installed.what, says));
	else
		assert_null(installed.what);
	error_release(&err);
}

static void add_transport(struct strbuf *out, const struct rules *rules)
{
	struct findings findings;

	findings_init(&findings, rules->arena);
	assert_true(rules_add_transport(out, rules, &findings));
}

static void test_states(void **state)
{
	void (*const languages[])(struct strbuf *, const struct rules *) = {
		rules_add_sieve, rules_add_exchange, add_transport};
	struct trial trial;

	trial_begin(&trial);
	for (size_t i = 0; i < ROWS(languages); i++) {
		struct strbuf text = STRBUF_INIT;

		languages[i](&text, &trial.rules);
		expect_state(&trial, text.text, text.length, RULES_CURRENT, NULL);
		strbuf_adds(&text, "discard;\n");
		expect_state(&trial, text.text, text.length, RULES_OLDER, "discard;");
		text.text[text.length - strlen("discard;\n")] = '#';
		expect_state(&trial, text.text, text.length, RULES_CURRENT, NULL);
		strbuf_release(&text);
	}
	expect_state(&trial, "keep;\n", strlen("keep;\n"), RULES_MISSING, "did not make");
	expect_state(&trial, "", 0, RULES_MISSING, "did not make");
	trial_end(&trial);
}

static void test_unseen(void **state)
{
	struct trial trial;
	struct installed_rules installed;
	struct error err = ERROR_INIT;

	trial_begin(&trial);
	assert_int_equal(rules_read_installed(&trial.settings, &trial.rules, trial.arena,
				 &installed, &err),
		ERROR_USAGE);
	assert_int_equal(installed.state, RULES_UNKNOWN);
	assert_non_null(strstr(err.text.text, "rules: cannot be read: No such file"));
	trial.settings.mailbox.rules_file = NULL;
	assert_false(rules_can_read_installed(&trial.settings));
	folder_write(&trial.folder, "rules", "", 0);
	trial_end(&trial);
	error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_unseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
