/* Machine lines: reasons as codes, both ways; what is no line of ours; and records that must agree with them. */
#include "unit.h"

#include <jansson.h>
#include <string.h>

#include "world.c"
#include "world_plan.c"

#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/outcome.h"
#include "report/json_text.h"
#include "report/ldif/machine_code.h"
#include "report/ldif/reader.h"
#include "report/phrases.h"
#include "report/writer.h"

#define AT "2026-12-23T08:00"

static const struct findings no_findings;

/* People in each state that a reason tells of. */
static const char PEOPLE_SCRIPT[] =
	"at " AT "; person anna; person away away; person until away=2026-12-20/2026-12-30;"
	"person hour away=2026-12-20/2026-12-30T12:00; person off disabled;"
	"person late expires=2026-12-01; person unmailed unmailed;"
	"person fp disabled shared; person fpu disabled shared unmailed";

static const char *const names[] = {
	"anna", "away", "until", "hour", "off", "late", "unmailed", "fp", "fpu"};

/* Through a text, as a file has it. */
static json_t *through_text(json_t *code)
{
	struct strbuf text = STRBUF_INIT;
	json_t *read;

	json_add_safe_line(&text, code);
	read = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(read);
	strbuf_release(&text);
	return read;
}

static void add_reason_words(struct strbuf *out, const struct reason *reason,
	const struct person *self, moment at)
{
	const struct plan_member member = {.dn = "uid=x,dc=y", .person = self};

	phrase_reason(out, &member, reason, at, PHRASE_FULL);
}

static void expect_reason(struct world *w, struct reason reason, const struct person *self)
{
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	json_t *code;
	struct reason read;

	if (reason.kind == REASON_STAYS_BESIDE || reason.kind == REASON_NO_STAND_IN)
		reason.whom = self;
	code = through_text(machine_code_of_reason(&reason, NULL, w->at));
	if (!machine_code_read_reason(code, &read, w->arena))
		fail_msg("reason %d is not read", reason.kind);
	assert_int_equal(read.kind, reason.kind);
	add_reason_words(&before, &reason, self, w->at);
	add_reason_words(&after, &read, NULL, w->at);
	assert_string_equal(after.text, before.text);
	json_decref(code);
	strbuf_release(&before);
	strbuf_release(&after);
}

static void expect_removal(struct world *w, const struct removal *removal)
{
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	json_t *code = through_text(machine_code_of_removal(removal, w->at));
	struct removal read;

	if (!machine_code_read_removal(code, &read, w->arena))
		fail_msg("removal %d is not read", removal->kind);
	assert_int_equal(read.kind, removal->kind);
	phrase_removal(&before, removal, w->at);
	phrase_removal(&after, &read, w->at);
	assert_string_equal(after.text, before.text);
	json_decref(code);
	strbuf_release(&before);
	strbuf_release(&after);
}

static void expect_gap(struct world *w, const struct gap *gap)
{
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	json_t *code = through_text(machine_code_of_gap(gap, w->at));
	struct gap read;

	if (!machine_code_read_gap(code, &read, w->arena))
		fail_msg("gap %d is not read", gap->kind);
	phrase_gap(&before, gap, w->at);
	phrase_gap(&after, &read, w->at);
	assert_string_equal(after.text, before.text);
	json_decref(code);
	strbuf_release(&before);
	strbuf_release(&after);
}

/* Of every kind, with every state, in both languages: the words are those that they were. */
static void expect_codes(struct world *w)
{
	const struct person *anna = &world_thing(w, "anna")->person;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct person *person = &world_thing(w, names[i])->person;

		for (int kind = REASON_ROLE; kind <= REASON_FROM_FILE; kind++)
			expect_reason(w,
				(struct reason){.kind = (enum reason_kind)kind,
					.what = kind == REASON_STAND_IN ? NULL : "x \xe2\x80\xae y",
					.whom = kind == REASON_STAND_IN ? person : NULL},
				person);
		for (int kind = LEAVES_ABSENT; kind <= LEAVES_FROM_FILE; kind++)
			expect_removal(w,
				&(struct removal){.kind = (enum leaving_kind)kind,
					.person = person,
					.stand_in = anna,
					.told = "z"});
		expect_gap(w, &(struct gap){.kind = GAP_NO_STAND_IN, .whom = person});
	}
	expect_reason(w,
		(struct reason){.kind = REASON_ROLE,
			.what = "r/S",
			.feed = "rolle \xe2\x80\xae \" katalog"},
		NULL);
	expect_reason(w,
		(struct reason){
			.kind = REASON_STAND_IN, .whom = world_person(w, "anna"), .feed = "sofd"},
		NULL);
	expect_gap(w, &(struct gap){.kind = GAP_TOO_FEW, .available = 2, .wanted = 5});
	expect_gap(w, &(struct gap){.kind = GAP_NOBODY});
	expect_gap(w, &(struct gap){.kind = GAP_FROM_FILE, .told = "x"});
}

static void test_codes(void **state)
{
	struct world *w = world_new(PEOPLE_SCRIPT);

	world_read(w);
	expect_codes(w);
	language_set(LANGUAGE_DANISH);
	expect_codes(w);
	language_set(LANGUAGE_ENGLISH);
	world_free(w);
}

/* A feed gives a role, or names who stands in, and nothing else; the words name it. */
static void test_feed_codes(void **state)
{
	static const char *const bad[] = {
		"{\"reason\": \"group\", \"group\": \"g\", \"feed\": \"rk\"}",
		"{\"reason\": \"keep\", \"feed\": \"rk\"}",
		"{\"reason\": \"role\", \"role\": \"r\", \"feed\": 3}",
		"{\"reason\": \"role\", \"role\": \"r\", \"feed\": \"rk\", \"x\": 1}"};
	const struct plan_member member = {.dn = "uid=x,dc=y"};
	struct arena *arena = arena_new();
	struct strbuf text = STRBUF_INIT;
	struct reason reason;
	json_t *code;

	for (size_t i = 0; i < ROWS(bad) && row(i, "%s", bad[i]); i++) {
		code = json_loads(bad[i], 0, NULL);
		assert_non_null(code);
		assert_false(machine_code_read_reason(code, &reason, arena));
		json_decref(code);
	}
	code = json_loads("{\"reason\": \"role\", \"role\": \"r\", \"feed\": \"rk\"}", 0, NULL);
	assert_true(machine_code_read_reason(code, &reason, arena));
	phrase_reason(&text, &member, &reason, 0, PHRASE_FULL);
	assert_string_equal(text.text, "role r (feed rk)");
	json_decref(code);
	strbuf_release(&text);
	arena_free(arena);
}

/* A way through so many groups, "cn=1" outermost. */
static const struct group_step *make_way(struct world *w, size_t depth)
{
	const struct group_step *last = NULL;

	for (size_t i = 1; i <= depth; i++) {
		struct group_step *step = arena_get(w->arena, sizeof(*step));

		*step = (struct group_step){arena_format(w->arena, "cn=%zu,dc=x", i), last, i};
		last = step;
	}
	return last;
}

static void test_ways(void **state)
{
	static const struct {
		size_t depth;
		const char *says, *full;
	} cases[] = {
		{0, "group g", "group cn=g,dc=x"},
		{1, "group g > 1", "group cn=g,dc=x > cn=1,dc=x"},
		{2, "group g > 1 > 2", "group cn=g,dc=x > cn=1,dc=x > cn=2,dc=x"},
		{8, "group g > 1 > 2 > 3 > 4 > 5 > 6 > 7 > 8", NULL},
		{9, "group g > (1 more groups) > 2 > 3 > 4 > 5 > 6 > 7 > 8 > 9", NULL},
		{10000, "group g > (9992 more groups) > 9993 > 9994 > 9995 > 9996 > 9997 > 9998 > 9999 > 10000",
			NULL},
	};
	const struct plan_member member = {.dn = "uid=x,dc=y"};
	struct world *w = world_new(PEOPLE_SCRIPT);

	for (size_t i = 0; i < ROWS(cases) && row(i, "%zu", cases[i].depth); i++) {
		const struct reason reason = {.kind = REASON_GROUP,
			.what = "cn=g,dc=x",
			.through = make_way(w, cases[i].depth)};
		struct strbuf text = STRBUF_INIT;

		phrase_reason(&text, &member, &reason, w->at, PHRASE_SHORT);
		assert_string_equal(text.text, cases[i].says);
		strbuf_reset(&text);
		phrase_reason(&text, &member, &reason, w->at, PHRASE_FULL);
		if (cases[i].full)
			assert_string_equal(text.text, cases[i].full);
		expect_reason(w, reason, NULL);
		strbuf_release(&text);
	}
	world_free(w);
}

/* Anybody may have written them. */
static void test_wrong_ways(void **state)
{
	static const struct {
		const char *code;
		bool is_read;
	} cases[] = {
		{"{'reason':'group','group':'g','through':['a']}", true},
		{"{'reason':'group','group':'g','through':['a'],'depth':2}", true},
		{"{'reason':'group','group':'g','through':[]}", false},
		{"{'reason':'group','group':'g','through':'a'}", false},
		{"{'reason':'group','group':'g','through':[1]}", false},
		{"{'reason':'group','group':'g','through':['1','2','3','4','5','6','7','8','9']}",
			false},
		{"{'reason':'group','group':'g','through':['a'],'depth':1}", false},
		{"{'reason':'group','group':'g','through':['a'],'depth':-1}", false},
		{"{'reason':'group','group':'g','through':['a'],'depth':9223372036854775807}",
			false},
		{"{'reason':'group','group':'g','depth':2}", false},
		{"{'reason':'group','group':'g','through':['a'],'more':2}", false},
		{"{'reason':'role','role':'r','through':['a']}", false},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].code); i++) {
		char *text = arena_string(arena, cases[i].code);
		struct reason reason;
		json_t *code;

		for (char *c = text; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		code = json_loads(text, 0, NULL);
		assert_non_null(code);
		assert_int_equal(machine_code_read_reason(code, &reason, arena), cases[i].is_read);
		json_decref(code);
	}
	arena_free(arena);
}

/* Reports */

static void write_report(struct world *w, enum report_stage stage,
	const struct list_outcome *outcomes, const struct writer *writer, struct strbuf *text)
{
	struct run run = {
		.id = "12345678",
		.started = w->plan->at,
		.user = "u",
		.host = "h\xe2\x80\xae",
		.version = "1",
		.settings_file = "s",
		.settings_sha256 = "1a",
		.member_attribute = "member",
	};
	struct report report = {
		.writer = writer,
		.out = text,
		.plan = w->plan,
		.mapping = &w->mapping,
		.findings = &no_findings,
		.run = &run,
		.stage = stage,
		.outcomes = outcomes,
	};

	w->mapping.sha256.tags = w->mapping.sha256.roles = w->mapping.sha256.routes = "2b";
	report_write(&report);
}

#define TOWN                                                                                    \
	"at " AT "; person anna role=r; person bo; person cai role=r deputy=bo away; person p;" \
	"group g p; route infra,mere role=r at_least=9 keep=g; list infra cai p; route ny role=r; create"

static enum error_kind parse(const struct strbuf *text, struct read_report *report,
	struct arena *arena, struct error *err)
{
	return reader_parse(report, "r", text->text, text->length, arena, err);
}

/* Each value of a list, with its state and why: what is understood. */
static void add_understood(struct strbuf *out, const struct read_report *report,
	struct arena *arena)
{
	static const char marks[] = {'=', '+', '-', ' '};

	for (size_t i = 0; i < report->machine.count; i++) {
		const struct machine_list *list = &report->machine.lists[i];

		strbuf_addf(out, "%s of %s %s\n", list->dn, tag_ids_text(arena, &list->tags),
			machine_states[list->state]);
		for (size_t j = 0; j < list->count; j++) {
			const struct machine_value *value = &list->values[j];

			strbuf_addf(out, "%c %s (%s) %s: ", marks[value->verb], value->dn,
				value->name ? value->name : "", machine_states[value->state]);
			machine_add_why(out, value, report->machine.head.at);
			strbuf_addc(out, '\n');
		}
		for (size_t j = 0; j < list->gap_count; j++) {
			phrase_gap(out, &list->gaps[j], report->machine.head.at);
			strbuf_addc(out, '\n');
		}
	}
}

static char *understand(const struct strbuf *text, struct arena *arena)
{
	struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct read_report report;
	char *copy;

	if (parse(text, &report, arena, &err))
		fail_msg("%s\n%s", err.text.text, text->text);
	add_understood(&out, &report, arena);
	copy = arena_string(arena, out.text);
	strbuf_release(&out);
	return copy;
}

/* The same text with other sentences: none; or ones that look as if they said something. */
static void replace_sentences(struct strbuf *out, const struct strbuf *text, const char *by)
{
	for (const char *line = text->text; *line; line += strcspn(line, "\n") + 1) {
		if (strncmp(line, "# dn", 4) == 0) { /* a record that stands as a comment */
			while (strncmp(line, "# ", 2) == 0) {
				strbuf_add(out, line, strcspn(line, "\n") + 1);
				line += strcspn(line, "\n") + 1;
			}
			line--;
			strbuf_addc(out, '\n');
		} else if (strncmp(line, "# ", 2) != 0 || strncmp(line, "# end\n", 6) == 0) {
			strbuf_add(out, line, strcspn(line, "\n") + 1);
		} else {
			strbuf_adds(out, by);
		}
	}
}

/* A report means what it meant, whatever its sentences are, in whichever language it is read. */
static void test_sentences(void **state)
{
	static const enum report_stage stages[] = {REPORT_PLANNED, REPORT_INTENDED, REPORT_REFUSED};
	static const struct writer *const writers[] = {&ldif_writer, &undo_writer};
	static const char *const others[] = {
		"", "# joins: uid=bo,dc=x (Bo): x\n", "# stays: uid=p,dc=x\n# leaves: y\n"};

	for (size_t i = 0; i < 6; i++) {
		struct arena *arena = arena_new();
		struct world *w = world_new(TOWN);
		struct strbuf text = STRBUF_INIT, danish_text = STRBUF_INIT;
		const char *known;

		world_plan(w);
		write_report(w, stages[i / 2], NULL, writers[i % 2], &text);
		known = understand(&text, arena);
		assert_true(*known || (i == 5 && !*known));
		language_set(LANGUAGE_DANISH);
		write_report(w, stages[i / 2], NULL, writers[i % 2], &danish_text);
		language_set(LANGUAGE_ENGLISH);
		assert_string_not_equal(text.text, danish_text.text);
		assert_string_equal(understand(&danish_text, arena), known);
		for (size_t j = 0; j < sizeof(others) / sizeof(*others); j++) {
			struct strbuf other = STRBUF_INIT;

			replace_sentences(&other, &text, others[j]);
			assert_string_equal(understand(&other, arena), known);
			strbuf_release(&other);
		}
		strbuf_release(&text);
		strbuf_release(&danish_text);
		world_free(w);
		arena_free(arena);
	}
}

/* Of what failed, records stand as comments, and the states say so. */
static void test_failed(void **state)
{
	struct arena *arena = arena_new();
	struct world *w = world_new(TOWN);
	struct strbuf text = STRBUF_INIT, undo = STRBUF_INIT;
	struct list_outcome outcomes[2];

	world_plan(w);
	assert_int_equal(w->plan->list_count, 2);
	for (size_t i = 0; i < 2; i++)
		outcomes[i] = (struct list_outcome){
			.list = &w->plan->lists[i], .done = i > 0, .created = i > 0};
	outcomes[0].failures = &(struct failed_value){.dn = w->plan->lists[0].removals[0].dn,
		.key = w->plan->lists[0].removals[0].key,
		.is_removal = true,
		.why = "no"};
	outcomes[0].failure_count = 1;
	outcomes[0].said = "no";
	write_report(w, REPORT_DONE, outcomes, &ldif_writer, &text);
	assert_non_null(strstr(understand(&text, arena),
		"cn=infra,ou=L,dc=x of infra, mere partly\n"));
	assert_non_null(strstr(understand(&text, arena), "- uid=cai,ou=P,dc=x (cai) failed: away"));
	assert_non_null(strstr(understand(&text, arena), "cn=ny,ou=L,dc=x of ny done\n"));
	write_report(w, REPORT_DONE, outcomes, &undo_writer, &undo);
	assert_null(strstr(understand(&undo, arena), "uid=cai,ou=P,dc=x (cai) planned: away"));
	strbuf_release(&text);
	strbuf_release(&undo);
	world_free(w);
	arena_free(arena);
}

/* What is no file of ours */

struct bad_case {
	const char *was, *becomes;
};

/* Replace the first place of one text by another. */
static void replace_text(struct strbuf *out, const struct strbuf *text, const struct bad_case *c)
{
	const char *at = strstr(text->text, c->was);

	if (!at)
		fail_msg("no \"%s\" in\n%s", c->was, text->text);
	strbuf_add(out, text->text, (size_t)(at - text->text));
	strbuf_adds(out, c->becomes);
	strbuf_adds(out, at + strlen(c->was));
}

static const struct bad_case cases[] = {
	/* the head */
	{"{\"form\":2,", "{\"form\":3,"},
	{"{\"form\":2,", "{\"form\":\"2\","},
	{"{\"form\":2,", "{\"form\":2,\"form\":2,"},
	{"{\"form\":2,", "{\"form\":2,\"more\":1,"},
	{"\"file\":\"report\"", "\"file\":\"letter\""},
	{"\"file\":\"report\"", "\"file\":\"plan\""},
	{"\"state\":\"intended\"", "\"state\":\"odd\""},
	{"\"started\":\"2026", "\"started\":\"x2026"},
	{"\"user\":\"u\"", "\"user\":\"\\u0000\""},
	{"\"user\":\"u\"", "\"user\":null"},
	{"\"user\":\"u\",", ""},
	{"#@ {\"form\"", "#@{\"form\""},
	{"version: 1\n#@ ", "version: 1\n# x\n#@ "},
	{"version: 1\n#@ ", "version: 1\n#@ {}\n#@ "},
	{"#@ {\"limits\"", "#@ {\"form\":2}\n#@ {\"limits\""},
	{"\"let_past\":false", "\"let_past\":0"},
	/* lists and values */
	{"#@ {\"list\":\"cn=infra",
		"#@ {\"joins\":\"x\",\"name\":null,\"state\":\"done\"}\n#@ {\"list\":\"cn=infra"},
	{"#@ {\"list\":\"cn=infra", "#@ [1]\n#@ {\"list\":\"cn=infra"},
	{"#@ {\"list\":\"cn=infra", "#@ {\"had\":\"x\"}\n#@ {\"list\":\"cn=infra"},
	{"#@ {\"list\":\"cn=infra", "#@ {\"seal\":\"x\"}\n#@ {\"list\":\"cn=infra"},
	{"#@ {\"list\":\"cn=infra", "#@ {\"list\":\"cn=other"},
	{"\"tags\":[\"infra\",\"mere\"]", "\"tags\":[\"mere\",\"infra\"]"},
	{"\"tags\":[\"infra\",\"mere\"]", "\"tags\":[\"infra\",7]"},
	{"\"tags\":[\"infra\",\"mere\"]", "\"tags\":[]"},
	{"\"tags\":[\"infra\",\"mere\"]", "\"tags\":\"infra\""},
	{"\"tags\":[\"infra\",\"mere\"]", "\"tags\":null"},
	{"\"tag\":\"infra\"", "\"tag\":null"},
	{"\"tag\":\"infra\",", ""},
	{"\"tag\":\"ny\"", "\"tag\":[\"ny\"]"},
	{"\"kind\":\"ordinary\"", "\"kind\":\"odd\""},
	{"\"before\":2", "\"before\":-2"},
	{"\"before\":2", "\"before\":2.5"},
	{"\"before\":2", "\"before\":99999999999999999"},
	{"\"exists\":false", "\"exists\":true"},
	{"\"exists\":false,", ""},
	{"\"exists\":true", "\"removed\":true,\"exists\":true"},
	{"\"available\":2", "\"available\":\"2\""},
	{"\"entry\":[[\"objectClass\"", "\"entry\":[[\"objectclass\""},
	{"{\"reason\":\"keep\"}", "{\"reason\":\"odd\"}"},
	{"{\"reason\":\"keep\"}", "{\"reason\":\"keep\",\"more\":1}"},
	{"\"state\":\"away\",\"until\":null", "\"state\":\"away\""},
	{"\"state\":\"away\",\"until\":null", "\"state\":\"away\",\"until\":\"soon\""},
	{"\"gap\":\"too_few\"", "\"gap\":\"odd\""},
	{"\"totals\":{\"added\":", "\"totals\":{\"add\":"},
	/* lines that stand elsewhere */
	{"#@ {\"limits\"",
		"#@ {\"finding\":\"error\",\"where\":\"x\",\"what\":\"y\"}\n#@ {\"limits\""},
	{"\n\n# infra", "\n\n#@ {\"finding\":\"error\",\"where\":\"x\",\"what\":\"y\"}\n\n# infra"},
	/* records that do not agree */
	{"#@ {\"joins\":\"uid=anna,ou=P,dc=x\"", "#@ {\"joins\":\"uid=bo,ou=P,dc=x\""},
	{"#@ {\"joins\":\"uid=anna,ou=P,dc=x\"", "#@ {\"leaves\":\"uid=anna,ou=P,dc=x\""},
	{"member: uid=anna,ou=P,dc=x\n", ""},
	{"member: uid=anna,ou=P,dc=x\n", "member: uid=anna,ou=P,dc=x\nmember: uid=p,ou=P,dc=x\n"},
	{"member: uid=anna,ou=P,dc=x\n",
		"member: uid=anna,ou=P,dc=x\nmember: uid=anna,ou=P,dc=x\n"},
	{"member: uid=anna,ou=P,dc=x\n", "member: uid=dora,ou=P,dc=x\n"},
	{"dn: cn=infra,ou=L,dc=x\n", "dn: cn=other,ou=L,dc=x\n"},
	{"\n\n#@ {\"list\"", "\n\ndn: cn=infra,ou=L,dc=x\nchangetype: delete\n\n#@ {\"list\""},
};

static void test_bad(void **state)
{
	struct world *w = world_new(TOWN);
	struct strbuf text = STRBUF_INIT;
	struct attribute entry = {"objectClass", "groupOfNames"};

	world_plan(w);
	w->plan->lists[1].entry = &entry;
	w->plan->lists[1].entry_count = 1;
	write_report(w, REPORT_INTENDED, NULL, &ldif_writer, &text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena *arena = arena_new();
		struct strbuf bad = STRBUF_INIT;
		struct error err = ERROR_INIT;
		struct read_report report;

		replace_text(&bad, &text, &cases[i]);
		if (parse(&bad, &report, arena, &err) != ERROR_USAGE ||
			strncmp(err.text.text, "r:", 2) != 0)
			fail_msg("%zu, %s for %s: \"%s\"", i, cases[i].becomes, cases[i].was,
				err.text.text);
		strbuf_release(&bad);
		error_release(&err);
		arena_free(arena);
	}
	strbuf_release(&text);
	world_free(w);
}

/* A file from before a route could have several tags has one; so has each list of one tag. */
static void test_one_tag(void **state)
{
	static const struct bad_case older = {",\"tags\":[\"infra\",\"mere\"]", ""};
	struct arena *arena = arena_new();
	struct world *w = world_new(TOWN);
	struct strbuf text = STRBUF_INIT, one = STRBUF_INIT;

	world_plan(w);
	write_report(w, REPORT_INTENDED, NULL, &ldif_writer, &text);
	assert_null(strstr(strstr(text.text, "\"tags\"") + 1, "\"tags\""));
	replace_text(&one, &text, &older);
	assert_non_null(strstr(understand(&one, arena), "cn=infra,ou=L,dc=x of infra intended\n"));
	strbuf_release(&text);
	strbuf_release(&one);
	world_free(w);
	arena_free(arena);
}

/* A newer form is refused by its number, before anything else of it is read. */
static void test_newer(void **state)
{
	static const char text[] = "version: 1\n#@ {\"form\":17,\"odd\":[]}\nwhat is this\n# end\n";
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct read_report report;

	assert_int_equal(reader_parse(&report, "r", text, strlen(text), arena, &err), ERROR_USAGE);
	assert_string_equal(err.text.text,
		"r:2: form 17, which a newer version of postvagt wrote; this one reads up to form 2");
	error_release(&err);
	arena_free(arena);
}

/* Hidden characters are escaped, and a line is one line. */
static void test_hidden(void **state)
{
	struct world *w = world_new(TOWN);
	struct strbuf text = STRBUF_INIT;

	world_plan(w);
	write_report(w, REPORT_INTENDED, NULL, &ldif_writer, &text);
	assert_non_null(strstr(text.text, "\"host\":\"h\\u202e\""));
	for (const char *line = text.text; (line = strstr(line, "\n" MACHINE_PREFIX)); line++)
		assert_int_not_equal(line[strcspn(line + 1, "\n") + 2],
			' '); /* what goes on begins so */
	strbuf_release(&text);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_feed_codes),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_wrong_ways),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_one_tag),
		cmocka_unit_test(test_newer),
		cmocka_unit_test(test_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
