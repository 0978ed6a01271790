/* What init proposes, from what a survey found. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "init/files/first_files.h"
#include "init/proposal/proposal.h"
#include "init/survey/survey.h"
#include "model/mapping.h"
#include "model/settings.h"

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

static struct surveyed_group *add_group(struct survey *survey, const char *name)
{
	struct surveyed_group *group;

	survey->groups = arena_grow(survey->arena, survey->groups, survey->group_count,
		&survey->group_room, sizeof(*survey->groups));
	group = &survey->groups[survey->group_count++];
	*group = (struct surveyed_group){
		.dn = arena_format(survey->arena, "cn=%s,ou=L,dc=x,dc=dk", name),
		.name = name,
		.mail = "liste@x.dk"};
	return group;
}

/* Somebody who gets mail; `role` NULL: none. */
static struct surveyed_person *add_person(struct survey *survey, const char *dn, const char *role)
{
	struct surveyed_person *person;

	survey->people = arena_grow(survey->arena, survey->people, survey->people_count,
		&survey->people_room, sizeof(*survey->people));
	person = &survey->people[survey->people_count++];
	*person = (struct surveyed_person){.dn = dn, .has = {[SURVEYED_MAIL] = true}};
	if (role) {
		person->roles = arena_get(survey->arena, sizeof(*person->roles));
		person->roles[0] = role;
		person->role_count = 1;
	}
	return person;
}

/* The rule of this value; by its number. */
static size_t rule_of(const char *value)
{
	for (size_t i = 0; i < account_rule_count; i++) {
		if (account_rules[i].value && strcmp(account_rules[i].value, value) == 0)
			return i;
	}
	fail_msg("no rule of %s", value);
	return 0;
}

static struct surveyed_person *add_account(struct survey *survey, const char *dn,
	enum account_kind kind, const char *rule)
{
	struct surveyed_person *person = add_person(survey, dn, NULL);

	person->kind = kind;
	person->found_by = rule ? 1ULL << rule_of(rule) : 0;
	return person;
}

static struct proposal *make(struct survey *survey)
{
	struct proposal *proposal = proposal_new(survey->arena, survey, &mapping);

	proposal_complete(proposal, survey->arena, survey, &mapping);
	return proposal;
}

static const char *attribute_of(struct survey *survey, enum surveyed what)
{
	const struct proposed_attribute *a =
		&proposal_new(survey->arena, survey, &mapping)->attributes[what];
	struct strbuf names = STRBUF_INIT;
	const char *copy;

	for (size_t i = 0; i < a->name_count; i++)
		strbuf_add_item(&names, ",", a->names[i]);
	copy = arena_string(survey->arena, a->name_count > 0 ? names.text : "none");
	strbuf_release(&names);
	return copy;
}

static void test_nothing_found(void **state)
{
	struct proposal *p = make(*state);

	for (int i = 0; i < SURVEYED_COUNT; i++)
		assert_int_equal(p->attributes[i].name_count, 0);
	assert_int_equal(p->base_count, 1);
	assert_string_equal(p->bases[0], "dc=x,dc=dk");
	assert_null(p->answers);
	assert_int_equal(p->unit_count, 0);
	assert_int_equal(p->tag_count, 4);   /* the retired tag has no route */
	assert_int_equal(p->route_count, 5); /* and one for mail without a tag */
	assert_int_equal(p->found_count, 0);
}

static void test_role_attribute(void **state)
{
	struct survey *survey = *state;

	add_attribute(survey, SURVEYED_ROLE, "a1", "Infra-Ansvarlig");
	add_attribute(survey, SURVEYED_ROLE, "a2", "vikar;superbruger/SAPA|SUPERBRUGER|x");
	add_attribute(survey, SURVEYED_ROLE, "a3", "superbruger|");
	assert_string_equal(attribute_of(survey, SURVEYED_ROLE), "a2");
}

/* Only where nearly all values are people, and other people: the entry's own address is in some attribute or other. */
static void test_deputy(void **state)
{
	struct survey *survey = *state;

	add_attribute(survey, SURVEYED_DEPUTY, "a1", "anna|bo|carl");
	add_attribute(survey, SURVEYED_DEPUTY, "a2", "anna@x.dk|blå|grøn");
	add_attribute(survey, SURVEYED_DEPUTY, "a3", "");
	add_attribute(survey, SURVEYED_DEPUTY, "a4", "anna@x.dk|bo@x.dk");
	survey->attributes[survey->attribute_count - 1].own = 1;
	assert_string_equal(attribute_of(survey, SURVEYED_DEPUTY), "none");
	add_attribute(survey, SURVEYED_DEPUTY, "a5", "anna@x.dk;bo@x.dk|uid=bo,dc=x");
	add_attribute(survey, SURVEYED_DEPUTY, "a6", "anna@x.dk");
	assert_string_equal(attribute_of(survey, SURVEYED_DEPUTY), "a5,a6");
}

static void test_deputy_by_our_own_name(void **state)
{
	add_attribute(*state, SURVEYED_DEPUTY, "postvagtDeputy", "anna|bo");
	assert_string_equal(attribute_of(*state, SURVEYED_DEPUTY), "postvagtDeputy");
}

/* One interval among two values is enough, as people mistype; dates alone may be of anything. */
static void test_absence(void **state)
{
	struct survey *survey = *state;

	add_attribute(survey, SURVEYED_ABSENCE, "a1", "hjemme|ude/inde");
	add_attribute(survey, SURVEYED_ABSENCE, "a2", "01-08-2015|01-02-2019");
	add_attribute(survey, SURVEYED_ABSENCE, "a3", "2026-12-01/2026-12-24|x|y|z");
	assert_string_equal(attribute_of(survey, SURVEYED_ABSENCE), "none");
	add_attribute(survey, SURVEYED_ABSENCE, "a4", "23-11-2026/11-12-2026|uge 51");
	assert_string_equal(attribute_of(survey, SURVEYED_ABSENCE), "a4");
	add_attribute(survey, SURVEYED_ABSENCE, "a5", "2026-12-01/2026-12-24|2026-12-01/");
	assert_string_equal(attribute_of(survey, SURVEYED_ABSENCE), "a5");
}

static void test_base(void **state)
{
	struct survey *survey = *state;

	add_person(survey, "uid=a,ou=It,ou=Medarbejdere,dc=x,dc=dk", NULL);
	assert_string_equal(make(survey)->bases[0], "ou=It,ou=Medarbejdere,dc=x,dc=dk");
	add_person(survey, "uid=b\\, c,OU=Løn,OU=Medarbejdere,dc=x,dc=dk", NULL);
	assert_string_equal(make(survey)->bases[0], "ou=Medarbejdere,dc=x,dc=dk");
	add_person(survey, "cn=Vagt,dc=x,dc=dk", NULL);
	assert_string_equal(make(survey)->bases[0], "dc=x,dc=dk");
}

/* Two OUs right below the domain, rather than the domain. */
static void test_several_bases(void **state)
{
	struct survey *survey = *state;
	struct proposal *p;

	add_person(survey, "cn=a,ou=It,ou=Skoler,dc=x,dc=dk", NULL);
	add_person(survey, "cn=b,ou=Rådhus,dc=x,dc=dk", NULL);
	p = make(survey);
	assert_int_equal(p->base_count, 2);
	assert_string_equal(p->bases[0], "ou=Skoler,dc=x,dc=dk");
	assert_string_equal(p->bases[1], "ou=Rådhus,dc=x,dc=dk");
}

/* A consultant elsewhere is counted and named; but who holds a role is always below the base. */
static void test_few_elsewhere(void **state)
{
	struct survey *survey = *state;
	struct proposal *p;

	for (int i = 0; i < 40; i++)
		add_person(survey,
			arena_format(survey->arena, "cn=p%d,ou=Brugere,ou=NK,dc=x,dc=dk", i), NULL);
	add_person(survey, "cn=k,ou=Eksterne,ou=NK,dc=x,dc=dk", NULL);
	add_account(survey, "cn=svc,ou=Konti,ou=NK,dc=x,dc=dk", ACCOUNT_SERVICE, "svc-");
	p = make(survey);
	assert_string_equal(p->bases[0], "ou=Brugere,ou=NK,dc=x,dc=dk");
	assert_int_equal(p->elsewhere, 1);
	assert_string_equal(p->elsewhere_at[0], "ou=Eksterne,ou=NK,dc=x,dc=dk");
	assert_int_equal(p->people, 40);
	survey->people[40].roles = (const char *[]){"x;Superbruger/SAPA"};
	survey->people[40].role_count = 1;
	p = make(survey);
	assert_string_equal(p->bases[0], "ou=NK,dc=x,dc=dk");
	assert_int_equal(p->elsewhere, 0);
}

/* Those who were not read may be elsewhere. */
static void test_base_of_a_part(void **state)
{
	struct survey *survey = *state;

	add_person(survey, "uid=a,ou=It,dc=x,dc=dk", NULL);
	survey->more_people = true;
	assert_string_equal(make(survey)->bases[0], "dc=x,dc=dk");
}

static bool has_rule(const struct proposal *p, const char *value)
{
	return p->filter_rules >> rule_of(value) & 1;
}

/* As few rules as leave out all that can be left out, and none that leaves out a person. */
static void test_filter(void **state)
{
	struct survey *survey = *state;
	struct surveyed_person *former_admin, *both;
	struct proposal *p;

	survey->is_active_directory = true;
	assert_true(has_rule(make(survey), "2")); /* disabled: some will be */
	former_admin = add_person(survey, "cn=a,ou=P,dc=x,dc=dk", "infra-ansvarlig");
	former_admin->found_by = 1ULL << rule_of("1");
	add_account(survey, "cn=b,ou=P,dc=x,dc=dk", ACCOUNT_ADMIN, "adm-");
	both = add_account(survey, "cn=c,ou=P,dc=x,dc=dk", ACCOUNT_ADMIN, "adm-");
	both->found_by |= 1ULL << rule_of("adminkonto");
	add_account(survey, "cn=d,ou=P,dc=x,dc=dk", ACCOUNT_SHARED, "fællespostkasse");
	add_account(survey, "cn=e,ou=P,dc=x,dc=dk", ACCOUNT_SERVICE, NULL);
	add_account(survey, "cn=f,ou=Q,dc=x,dc=dk", ACCOUNT_DISABLED, "2");
	p = make(survey);
	assert_false(has_rule(p, "1"));
	assert_true(has_rule(p, "adm-"));
	assert_false(has_rule(p, "adminkonto"));
	assert_false(has_rule(p, "svc-"));
	assert_int_equal(p->kept_people, 1);
	assert_int_equal(p->people, 1);
	assert_int_equal(p->left_out[ACCOUNT_ADMIN], 2);
	assert_int_equal(p->left_out[ACCOUNT_SHARED], 1);
	assert_int_equal(p->left_out[ACCOUNT_DISABLED], 1);
	assert_int_equal(p->still_in[ACCOUNT_SERVICE],
		1); /* only its OU or what it lacks shows it */
	assert_int_equal(p->mailbox_rules, 1ULL << rule_of("fællespostkasse"));
	assert_int_equal(p->mailboxes, 1);
	assert_ptr_equal(p->answers, &roles[0]);
}

/* Exchange's attribute finds mailboxes by the default. */
static void test_mailboxes_of_exchange(void **state)
{
	struct proposal *p;

	add_account(*state, "cn=a,ou=P,dc=x,dc=dk", ACCOUNT_SHARED, "34359738368");
	add_account(*state, "cn=b,ou=P,dc=x,dc=dk", ACCOUNT_SHARED, "fællespostkasse");
	p = make(*state);
	assert_true(p->has_exchange);
	assert_int_equal(p->mailbox_rules, 0);
}

static void test_roles(void **state)
{
	struct survey *survey = *state;
	struct surveyed_person *person;
	struct proposal *p;

	add_person(survey, "cn=a,ou=P,dc=x,dc=dk", "superbruger")->is_expired = true;
	person = add_account(survey, "cn=b,ou=P,dc=x,dc=dk", ACCOUNT_DISABLED, "2");
	person->is_disabled = true;
	person->roles = (const char *[]){"infra-ansvarlig"};
	person->role_count = 1;
	p = make(survey);
	assert_null(p->answers);
	assert_int_equal(p->left_out_holder_count, 1);
	assert_int_equal(p->roles[1].people, 0);
	assert_int_equal(p->roles[1].left_out, 1);
	add_person(survey, "cn=c,ou=P,dc=x,dc=dk", "vikar; Infra-Ansvarlig; superbruger");
	p = make(survey);
	assert_ptr_equal(p->answers, &roles[0]);
	assert_int_equal(p->holder_count, 1);
	assert_string_equal(p->holders[0], "cn=c,ou=P,dc=x,dc=dk");
	assert_int_equal(p->roles[1].people, 1);
}

/* A group with the mailbox's address is neither the mailbox nor a list (CONTRACT section 4, rule 11). */
static void test_group_with_the_mailboxes_address(void **state)
{
	struct survey *survey = *state;
	struct proposal *p;

	add_group(survey, "Infrastrukturpostkassen")->is_mailbox = true;
	add_group(survey, "Infra-Sikkerhed")->is_mailbox = true;
	p = make(survey);
	assert_null(p->mailbox_list);
	assert_null(p->mailbox_address);
	assert_string_equal(p->mailbox_group->name, "Infra-Sikkerhed");
	assert_null(p->routes[0].ordinary.group);
	add_group(survey, "Infrastrukturpostkassen - liste");
	p = make(survey);
	assert_string_equal(p->mailbox_list->name, "Infrastrukturpostkassen - liste");
}

static void test_lists(void **state)
{
	struct survey *survey = *state;
	struct proposal *p;

	add_group(survey, "Informationssikkerhed");
	add_group(survey, "Infra Sikkerhed og alt muligt");
	add_group(survey, "Infra-Sikkerhed")->is_security = true;
	add_group(survey, "INFRA_SIKKERHED_KRITISK");
	add_group(survey, "Infra-Sags-og-Dokumentindeks-Orientering");
	add_group(survey, "Adgangsstyring - brugere");
	add_group(survey, "Infrastrukturpostkassen");
	add_group(survey, "Gammel");
	add_group(survey, "Alle sikkerhed");
	p = make(survey);
	assert_string_equal(p->routes[0].ordinary.group->name, "Infra-Sikkerhed");
	assert_true(p->routes[0].ordinary.group->is_security);
	assert_false(p->routes[0].ordinary.is_similar);
	assert_string_equal(p->routes[0].critical.group->name, "INFRA_SIKKERHED_KRITISK");
	assert_null(p->routes[1].ordinary.group);
	assert_non_null(p->routes[1].inform.group);
	assert_null(p->routes[2].ordinary.group);
	assert_string_equal(p->routes[3].ordinary.group->name, "Adgangsstyring - brugere");
	assert_null(p->routes[4].ordinary.group);
	assert_int_equal(p->found_count, 2);
	assert_string_equal(p->mailbox_list->name, "Infrastrukturpostkassen");
	assert_null(p->mailbox_address);
	assert_null(p->mailbox_group);
	assert_int_equal(p->unit_count, 1);
	assert_string_equal(p->units[0].dn, "ou=L,dc=x,dc=dk");
	assert_int_equal(p->other_count,
		3); /* the longer name, another word, and a retired tag; not "Alle" */
}

/* One list for two tags, unless one of them has its own. */
static void test_list_of_two_tags(void **state)
{
	struct survey *survey = *state;
	struct proposal *p;

	add_group(survey, "Infra - Sikkerhed & sags- og dokumentindeks");
	add_group(survey, "Infra - Øvrige");
	p = make(survey);
	assert_int_equal(p->routes[0].tag_count, 2);
	assert_string_equal(p->routes[0].tags[0]->id, "sikkerhed");
	assert_string_equal(p->routes[0].tags[1]->id, "sags-og-dokumentindeks");
	assert_int_equal(p->found_count, 2);
	assert_int_equal(p->route_count, 4);
	assert_int_equal(p->routes[3].tag_count, 0);
	assert_string_equal(p->routes[3].ordinary.group->name, "Infra - Øvrige");
	add_group(survey, "Infra - Sikkerhed");
	p = make(survey);
	assert_string_equal(p->routes[0].ordinary.group->name, "Infra - Sikkerhed");
	assert_int_equal(p->routes[0].tag_count, 1);
	assert_int_equal(p->routes[1].tag_count, 1);
	assert_string_equal(p->routes[1].tags[0]->id, "sags-og-dokumentindeks");
}

/* Rights are asked for on OUs, none below another, and never on a domain or a container. */
static void test_units(void **state)
{
	struct survey *survey = *state;
	struct proposal *p;

	add_group(survey, "Infra-Sikkerhed")->dn = "cn=Infra-Sikkerhed,dc=x,dc=dk";
	p = make(survey);
	assert_int_equal(p->unit_count, 0);
	assert_non_null(p->homeless);
	survey->groups[0].dn = "cn=Infra-Sikkerhed,cn=Users,dc=x,dc=dk";
	assert_int_equal(make(survey)->unit_count, 0);
	survey->groups[0].dn = "cn=Infra-Sikkerhed,ou=A,ou=L,dc=x,dc=dk";
	add_group(survey, "Infra-Adgangsstyring");
	add_group(survey, "Infra-Øvrige")->dn = "cn=Infra-Øvrige,ou=M,dc=x,dc=dk";
	p = make(survey);
	assert_int_equal(p->unit_count, 2);
	assert_string_equal(p->units[0].dn, "ou=L,dc=x,dc=dk");
	assert_string_equal(p->units[1].dn, "ou=M,dc=x,dc=dk");
	assert_null(p->homeless);
	assert_true(proposal_has_list(p, survey->arena,
		"CN=infra-sikkerhed, OU=a,ou=L,dc=x,dc=dk"));
	assert_false(proposal_has_list(p, survey->arena, "cn=x,ou=L,dc=x,dc=dk"));
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

	add_person(survey, "cn=x\nroutes: [],dc=x,dc=dk", "infra-ansvarlig")->is_expired = true;
	add_person(survey, "cn=Anna,dc=x,dc=dk", "infra-ansvarlig");
	add_group(survey, "Infra Sikkerhed \"x\"\\\nroutes: []");
	add_group(survey, "Nyt\n- tag: x");
	files.proposal = make(survey);
	first_files_routes(&out, &files);
	assert_non_null(strstr(out.text,
		"    list: \"cn=Infra Sikkerhed \\\"x\\\"\\\\\\x0aroutes: [],ou=L,dc=x,dc=dk\"\n"));
	assert_null(strstr(out.text, "\nroutes: []"));
	assert_null(strstr(out.text, "\n- tag: x"));
	strbuf_reset(&out);
	add_group(survey, "Infra-Sikkerhed")->dn = "cn=Infra-Sikkerhed,dc=x\n\"x\",dc=dk";
	files.proposal = make(survey);
	first_files_rights(&out, &files);
	assert_null(strstr(out.text, "\n\"x\""));
	strbuf_release(&out);
}

/* Never a right on the whole domain, whatever was found. */
static void test_no_right_on_a_domain(void **state)
{
	struct survey *survey = *state;
	struct directory_settings directory = {.domain = "x.dk"};
	struct first_files files = {
		.survey = survey, .mapping = &mapping, .directory = &directory, .language = "en"};
	struct strbuf out = STRBUF_INIT;

	add_person(survey, "cn=Anna,dc=x,dc=dk", "infra-ansvarlig");
	add_group(survey, "Infra-Sikkerhed")->dn = "cn=Infra-Sikkerhed,dc=x,dc=dk";
	survey->is_active_directory = true;
	files.proposal = make(survey);
	first_files_rights(&out, &files);
	assert_non_null(strstr(out.text, "-Lists 'OU=...' -WhatIf"));
	assert_non_null(strstr(out.text, "--lists 'OU=...' --dry-run"));
	assert_null(strstr(out.text, "'dc=x,dc=dk'"));
	assert_non_null(strstr(out.text, "WARNING: this list is in no organizational unit"));
	strbuf_reset(&out);
	survey->is_active_directory = false;
	first_files_rights(&out, &files);
	assert_null(strstr(out.text, "dn.subtree=\"dc=x,dc=dk\" by"));
	assert_null(strstr(out.text, "dn.subtree=\"dc=x,dc=dk\" attrs=member"));
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_found, begin, end),
		cmocka_unit_test_setup_teardown(test_role_attribute, begin, end),
		cmocka_unit_test_setup_teardown(test_deputy, begin, end),
		cmocka_unit_test_setup_teardown(test_deputy_by_our_own_name, begin, end),
		cmocka_unit_test_setup_teardown(test_absence, begin, end),
		cmocka_unit_test_setup_teardown(test_base, begin, end),
		cmocka_unit_test_setup_teardown(test_several_bases, begin, end),
		cmocka_unit_test_setup_teardown(test_few_elsewhere, begin, end),
		cmocka_unit_test_setup_teardown(test_base_of_a_part, begin, end),
		cmocka_unit_test_setup_teardown(test_filter, begin, end),
		cmocka_unit_test_setup_teardown(test_mailboxes_of_exchange, begin, end),
		cmocka_unit_test_setup_teardown(test_roles, begin, end),
		cmocka_unit_test_setup_teardown(test_lists, begin, end),
		cmocka_unit_test_setup_teardown(test_group_with_the_mailboxes_address, begin, end),
		cmocka_unit_test_setup_teardown(test_list_of_two_tags, begin, end),
		cmocka_unit_test_setup_teardown(test_units, begin, end),
		cmocka_unit_test_setup_teardown(test_files_are_harmless, begin, end),
		cmocka_unit_test_setup_teardown(test_no_right_on_a_domain, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
