/* What init proposes, from what a survey found. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "init/first_files.h"
#include "init/proposal.h"
#include "init/survey.h"
#include "model/mapping.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *spellings[] = {"infrastrukturansvarlig", "infra-ansvarlig"};
static const char *other_spellings[] = {"superbruger"};

static struct role roles[] = {
	{.id = "infrastrukturansvarlig", .spellings = spellings, .spelling_count = 2},
	{.id = "superbruger", .spellings = other_spellings, .spelling_count = 1},
};

static struct tag tags[] = {
	{.id = "sikkerhed", .title = {{"Security", "Sikkerhed"}}},
	{.id = "sags-og-dokumentindeks", .title = {{"Case index", "Sags- og Dokumentindeks"}}},
	{.id = "adgangsstyring", .title = {{"Access", "Adgangsstyring"}}},
	{.id = "adgangsstyring-brugere",
		.title = {{"Access of users", "Adgangsstyring for brugere"}}},
	{.id = "gammel", .title = {{"Old", "Gammel"}}, .retired = true},
};

static const struct mapping mapping = {
	.tags = tags, .tag_count = COUNT(tags), .roles = roles, .role_count = COUNT(roles)};

static int begin(void **state)
{
	struct arena *arena = arena_new();
	struct survey *survey = arena_get(arena, sizeof(*survey));

	*survey = (struct survey){.arena = arena, .base = "dc=x,dc=dk"};
	*state = survey;
	return 0;
}

static int end(void **state)
{
	arena_free(((struct survey *)*state)->arena);
	return 0;
}

/* Values behind the name, between bars; each is one entry's. */
static void add_attribute(struct survey *survey, enum surveyed what, const char *name,
	const char *values)
{
	struct surveyed_attribute *a;
	char *copy = arena_string(survey->arena, values);

	survey->attributes = arena_grow(survey->arena, survey->attributes, survey->attribute_count,
		&survey->attribute_room, sizeof(*survey->attributes));
	a = &survey->attributes[survey->attribute_count++];
	*a = (struct surveyed_attribute){.what = what, .name = name};
	for (char *value; *values && (value = strsep(&copy, "|"));) {
		a->values = arena_grow(survey->arena, a->values, a->value_count, &a->value_room,
			sizeof(*a->values));
		a->values[a->value_count++] = value;
		a->entries++;
	}
}

static void add_group(struct survey *survey, const char *name, const char *mail)
{
	survey->groups = arena_grow(survey->arena, survey->groups, survey->group_count,
		&survey->group_room, sizeof(*survey->groups));
	survey->groups[survey->group_count++] = (struct surveyed_group){
		.dn = arena_format(survey->arena, "cn=%s,ou=L,dc=x,dc=dk", name),
		.name = name,
		.mail = mail};
}

static void add_person(struct survey *survey, const char *dn)
{
	survey->people = arena_grow(survey->arena, survey->people, survey->people_count,
		&survey->people_room, sizeof(*survey->people));
	survey->people[survey->people_count++] = dn;
}

static struct proposal *make(struct survey *survey)
{
	return proposal_make(survey->arena, survey, &mapping);
}

static const char *attribute_of(struct survey *survey, enum surveyed what)
{
	const char *name = make(survey)->attributes[what].name;

	return name ? name : "none";
}

static void test_nothing_found(void **state)
{
	struct proposal *p = make(*state);

	for (int i = 0; i < SURVEYED_COUNT; i++)
		assert_null(p->attributes[i].name);
	assert_string_equal(p->people_base, "dc=x,dc=dk");
	assert_null(p->answers);
	assert_null(p->lists_base);
	assert_int_equal(p->route_count, 4); /* the retired tag has none */
	assert_int_equal(p->found_count, 0);
}

/* The attribute in which most hold a role, whatever else is in it. */
static void test_role(void **state)
{
	struct survey *survey = *state;

	add_attribute(survey, SURVEYED_ROLE, "title", "Direktør|Superbruger af kaffe");
	assert_string_equal(attribute_of(survey, SURVEYED_ROLE), "none");
	add_attribute(survey, SURVEYED_ROLE, "a1", "Infra-Ansvarlig");
	add_attribute(survey, SURVEYED_ROLE, "a2", "vikar;superbruger/SAPA|SUPERBRUGER|x");
	add_attribute(survey, SURVEYED_ROLE, "a3", "superbruger|");
	assert_string_equal(attribute_of(survey, SURVEYED_ROLE), "a2");
	assert_int_equal(make(survey)->roles[1].entries, 2);
	assert_null(make(survey)->answers);
	add_attribute(survey, SURVEYED_ROLE, "a4", "infra-ansvarlig|x|x|x");
	assert_ptr_equal(make(survey)->answers, &roles[0]);
}

/* Only where nearly all values are people, and the likeliest attribute comes first. */
static void test_deputy(void **state)
{
	struct survey *survey = *state;

	add_attribute(survey, SURVEYED_DEPUTY, "a1", "anna|bo|carl");
	add_attribute(survey, SURVEYED_DEPUTY, "a2", "anna@x.dk|blå|grøn");
	add_attribute(survey, SURVEYED_DEPUTY, "a3", "");
	assert_string_equal(attribute_of(survey, SURVEYED_DEPUTY), "none");
	add_attribute(survey, SURVEYED_DEPUTY, "a4", "anna@x.dk;bo@x.dk|uid=bo,dc=x");
	add_attribute(survey, SURVEYED_DEPUTY, "a5", "anna@x.dk|anna@x.dk|anna@x.dk");
	assert_string_equal(attribute_of(survey, SURVEYED_DEPUTY), "a4");
}

static void test_deputy_by_our_own_name(void **state)
{
	add_attribute(*state, SURVEYED_DEPUTY, "postvagtDeputy", "anna|bo");
	assert_string_equal(attribute_of(*state, SURVEYED_DEPUTY), "postvagtDeputy");
}

static void test_absence(void **state)
{
	struct survey *survey = *state;

	add_attribute(survey, SURVEYED_ABSENCE, "a1", "hjemme|ude/inde");
	assert_string_equal(attribute_of(survey, SURVEYED_ABSENCE), "none");
	add_attribute(survey, SURVEYED_ABSENCE, "a2", "2026-12-01/2026-12-24|2026-12-01/");
	assert_string_equal(attribute_of(survey, SURVEYED_ABSENCE), "a2");
}

static void test_base(void **state)
{
	struct survey *survey = *state;

	add_person(survey, "uid=a,ou=It,ou=Medarbejdere,dc=x,dc=dk");
	assert_string_equal(make(survey)->people_base, "ou=It,ou=Medarbejdere,dc=x,dc=dk");
	add_person(survey, "uid=b\\, c,OU=Løn,OU=Medarbejdere,dc=x,dc=dk");
	assert_string_equal(make(survey)->people_base, "ou=Medarbejdere,dc=x,dc=dk");
	add_person(survey, "cn=Vagt,dc=x,dc=dk");
	assert_string_equal(make(survey)->people_base, "dc=x,dc=dk");
}

/* Those who were not in the sample may be elsewhere. */
static void test_base_of_a_part(void **state)
{
	struct survey *survey = *state;

	add_person(survey, "uid=a,ou=It,dc=x,dc=dk");
	survey->more_people = true;
	assert_string_equal(make(survey)->people_base, "dc=x,dc=dk");
}

static void test_lists(void **state)
{
	struct survey *survey = *state;
	struct proposal *p;

	add_group(survey, "Informationssikkerhed", "is@x.dk");
	add_group(survey, "Infra Sikkerhed og alt muligt", "x@x.dk");
	add_group(survey, "Infra-Sikkerhed", "s@x.dk");
	add_group(survey, "Infra-Sikkerhed-Arkiv", NULL);
	add_group(survey, "INFRA_SIKKERHED_KRITISK", NULL);
	add_group(survey, "Infra-Sags-og-Dokumentindeks-Orientering", NULL);
	add_group(survey, "Adgangsstyring - brugere", NULL);
	add_group(survey, "Infrastrukturpostkassen", "infra@x.dk");
	add_group(survey, "Gammel", NULL);
	p = make(survey);
	assert_string_equal(p->routes[0].ordinary->name, "Infra-Sikkerhed");
	assert_string_equal(p->routes[0].critical->name, "INFRA_SIKKERHED_KRITISK");
	assert_null(p->routes[1].ordinary);
	assert_non_null(p->routes[1].inform);
	assert_null(p->routes[2].ordinary);
	assert_string_equal(p->routes[3].ordinary->name, "Adgangsstyring - brugere");
	assert_string_equal(p->mailbox_list->name, "Infrastrukturpostkassen");
	assert_string_equal(p->mailbox_address, "infra@x.dk");
	assert_string_equal(p->lists_base, "ou=L,dc=x,dc=dk");
	assert_int_equal(p->other_count, 2); /* the longer name, and another word */
}

/* Whatever the directory wrote, the files are YAML, and a line is one line. */
static void test_files_are_harmless(void **state)
{
	struct survey *survey = *state;
	struct directory_settings directory = {.domain = "x.dk"};
	struct first_files files = {.survey = survey,
		.mapping = &mapping,
		.directory = &directory,
		.server = "ldap://x",
		.language = "da",
		.tags_file = "tags.yaml",
		.roles_file = "roles.yaml",
		.routes_file = "routes.yaml",
		.reports_directory = "reports"};
	struct strbuf out = STRBUF_INIT;

	add_attribute(survey, SURVEYED_ROLE, "title", "infra-ansvarlig");
	add_group(survey, "Sikkerhed \"x\"\\\nroutes: []", NULL);
	add_group(survey, "Nyt\n- tag: x", "n@x.dk");
	files.proposal = make(survey);
	first_files_routes(&out, &files);
	assert_non_null(strstr(out.text,
		"    list: \"cn=Sikkerhed \\\"x\\\"\\\\\\x0aroutes: [],ou=L,dc=x,dc=dk\"\n"));
	assert_null(strstr(out.text, "\nroutes: []"));
	assert_null(strstr(out.text, "\n- tag: x"));
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_found, begin, end),
		cmocka_unit_test_setup_teardown(test_role, begin, end),
		cmocka_unit_test_setup_teardown(test_deputy, begin, end),
		cmocka_unit_test_setup_teardown(test_deputy_by_our_own_name, begin, end),
		cmocka_unit_test_setup_teardown(test_absence, begin, end),
		cmocka_unit_test_setup_teardown(test_base, begin, end),
		cmocka_unit_test_setup_teardown(test_base_of_a_part, begin, end),
		cmocka_unit_test_setup_teardown(test_lists, begin, end),
		cmocka_unit_test_setup_teardown(test_files_are_harmless, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
