/* Which tags a subject carries, which unknown ones, and whether it is marked. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "mailbox/subject_tags.h"
#include "model/mapping.h"

static const char *sp[] = {"[Serviceplatformen]", "[SP]"};
static const char *security[] = {"[Sikkerhed]", "[Sikkerhedshændelse]"};
static const char *index_of_cases[] = {"[Sags- og Dokumentindeks]"};
static const char *bare[] = {"KOMBIT Valg"};
static const char *two[] = {"[KOMBIT] [Nyt]"};
static const char *old[] = {"[Gammel]"};

static struct tag tags[] = {
	{.id = "serviceplatformen",
		.subjects = sp,
		.subject_count = 2,
		.title = {{"The service platform", "Serviceplatformen"}}},
	{.id = "sikkerhed", .subjects = security, .subject_count = 2},
	{.id = "sdi", .subjects = index_of_cases, .subject_count = 1},
	{.id = "valg", .subjects = bare, .subject_count = 1},
	{.id = "nyt", .subjects = two, .subject_count = 1},
	{.id = "gammel", .subjects = old, .subject_count = 1, .retired = true},
};

static const struct mapping mapping = {.tags = tags, .tag_count = sizeof(tags) / sizeof(tags[0])};

static void add_all(struct strbuf *out, const struct subject_tags *subject)
{
	for (size_t i = 0; i < subject->tag_count; i++)
		strbuf_add_item(out, " ", subject->tags[i]->id);
	for (size_t i = 0; i < subject->unknown_count; i++)
		strbuf_add_item(out, " ", subject->unknown[i]);
	if (subject->is_marked)
		strbuf_add_item(out, " ", "!");
}

static void test_read(void **state)
{
	static const struct {
		const char *text, *expected; /* ids, unknown tags, and "!" */
	} cases[] = {
		{"", ""},
		{"Driftsinformation", ""},
		{"[Serviceplatformen] Drift", "serviceplatformen"},
		{"SV: [serviceplatformen] drift", "serviceplatformen"},
		{"VS: [sp]", "serviceplatformen"},
		{"[SP] og [Serviceplatformen]", "serviceplatformen"},
		{"[Sikkerhed][SP]", "serviceplatformen sikkerhed"},
		{"[SIKKERHEDSHÆNDELSE]", "sikkerhed"},
		{"[Sikkerhedsh\xC3\xA6ndelse]", "sikkerhed"},
		{"[Støtte]", "[Støtte]"},
		{"[Sags-  og\tdokumentindeks]", "sdi"},
		{"[ SP ]", "[ SP ]"},
		{"Serviceplatformen", ""},
		{"om KOMBIT VALG 2027", "valg"},
		{"[kombit valg] nu", "valg"},
		{"[KOMBIT] [Nyt] nu", "nyt"},
		{"[KOMBIT] nu", "[KOMBIT]"},
		{"[Gammel] post", "gammel"},
		{"[Sikerhed] [Sikerhed] [SIKERHED]", "[Sikerhed]"},
		{"[Ukendt] [SP] [Andet]", "serviceplatformen [Ukendt] [Andet]"},
		{"[2026-117] [#12]", ""},
		{"[Sag 2026-117]", "[Sag 2026-117]"},
		{"[]", ""},
		{"[[Ukendt]]", "[Ukendt]"},
		{"[a [Ukendt] b]", "[Ukendt]"},
		{"] [Ukendt]", "[Ukendt]"},
		{"[Ukendt", ""},
		{"! [SP]", "serviceplatformen !"},
		{" !Haster", "!"},
		{"SV: !Haster", ""},
		{"Haster!", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct arena *arena = arena_new();
		struct strbuf found = STRBUF_INIT;
		struct subject_tags subject;

		subject_tags_read(subjects_new(arena, &mapping), arena, cases[i].text, &subject);
		add_all(&found, &subject);
		assert_string_equal(found.text, cases[i].expected);
		strbuf_release(&found);
		arena_free(arena);
	}
}

/* "å" as one character, and as "a" with a ring: the same. */
static void test_forms(void **state)
{
	struct arena *arena = arena_new();
	static const char *spelling[] = {"[Gl\xC3\xA5]"};
	struct tag tag = {.id = "glaa", .subjects = spelling, .subject_count = 1};
	const struct mapping one = {.tags = &tag, .tag_count = 1};
	struct subject_tags subject;

	subject_tags_read(subjects_new(arena, &one), arena, "[GLA\xCC\x8A]", &subject);
	assert_int_equal(subject.tag_count, 1);
	assert_int_equal(subject.unknown_count, 0);
	arena_free(arena);
}

static void test_bounds(void **state)
{
	struct arena *arena = arena_new();
	struct strbuf text = STRBUF_INIT;
	struct subject_tags subject;

	for (int i = 0; i < 100; i++)
		strbuf_addf(&text, "[nr %d]", i);
	subject_tags_read(subjects_new(arena, &mapping), arena, text.text, &subject);
	assert_int_equal(subject.unknown_count, SUBJECT_UNKNOWN_MAX);
	strbuf_reset(&text);
	strbuf_addc(&text, '[');
	for (int i = 0; i < SUBJECT_UNKNOWN_LONGEST; i++)
		strbuf_addc(&text, 'a');
	strbuf_addc(&text, ']');
	subject_tags_read(subjects_new(arena, &mapping), arena, text.text, &subject);
	assert_int_equal(subject.unknown_count, 0);
	strbuf_release(&text);
	arena_free(arena);
}

static void test_nearest(void **state)
{
	static const struct {
		const char *unknown, *id; /* NULL: none */
	} cases[] = {
		{"[Servicplatformen]", "serviceplatformen"},
		{"[the service platfrom]", "serviceplatformen"},
		{"[SIKKERHEDSHAENDELSE]", "sikkerhed"},
		{"[Sag- og Dokumentindeks]", "sdi"},
		{"[Noget helt andet]", NULL},
	};
	struct arena *arena = arena_new();
	const struct subjects *subjects = subjects_new(arena, &mapping);

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].unknown); i++) {
		const struct tag *tag = subjects_nearest(subjects, arena, cases[i].unknown);

		if (cases[i].id)
			assert_string_equal(tag ? tag->id : "(none)", cases[i].id);
		else
			assert_null(tag);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
