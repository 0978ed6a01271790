/* What the names of mail groups say, with the catalogue that comes with postvagt in miniature. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "init/proposal/list_name.h"
#include "model/mapping.h"

static const char *platform[] = {"[Serviceplatformen]", "[SP]"};
static const char *users[] = {"[Adgangsstyring for brugere]", "[Adgangsstyring brugere]"};
static const char *systems[] = {"[Adgangsstyring for systemer]"};
static const char *organisation[] = {"[Organisation]"};
static const char *benefits[] = {"[Ydelsesindeks]", "[Ydelsesindekset]"};
static const char *disruption[] = {"[Driftsforstyrrelse]", "[Driftsstatus]"};
static const char *window[] = {"[Servicevindue]"};
static const char *certificate[] = {"[Certifikat]", "[Certifikatskift]"};
static const char *security[] = {"[Sikkerhed]", "[Sikkerhedshændelse]"};

static struct tag tags[] = {
	{.id = "sp",
		.title = {{"The service platform", "Serviceplatformen"}},
		.subjects = platform,
		.subject_count = 2},
	{.id = "brugere",
		.title = {{"Users", "Adgangsstyring for brugere"}},
		.subjects = users,
		.subject_count = 2},
	{.id = "systemer",
		.title = {{"Systems", "Adgangsstyring for systemer"}},
		.subjects = systems,
		.subject_count = 1},
	{.id = "organisation",
		.title = {{"Organisation", "Organisation"}},
		.subjects = organisation,
		.subject_count = 1},
	{.id = "ydelsesindeks",
		.title = {{"Benefits index", NULL}},
		.subjects = benefits,
		.subject_count = 2},
	{.id = "driftsforstyrrelse",
		.title = {{"Service disruption", NULL}},
		.subjects = disruption,
		.subject_count = 2},
	{.id = "servicevindue",
		.title = {{"Maintenance window", NULL}},
		.subjects = window,
		.subject_count = 1},
	{.id = "certifikat",
		.title = {{"Certificate", "Certifikat"}},
		.subjects = certificate,
		.subject_count = 2},
	{.id = "sikkerhed",
		.title = {{"Security", "Sikkerhed"}},
		.subjects = security,
		.subject_count = 2},
	{.id = "gammel", .title = {{"Old", "Gammel"}}, .retired = true},
};

static const struct mapping mapping = {.tags = tags, .tag_count = ROWS(tags)};

/* What a name says, in one line: tags, purpose, marks. */
static void describe(struct strbuf *out, const struct list_name *name)
{
	static const char *const purposes[] = {"", "critical", "inform"};

	for (size_t i = 0; i < name->tag_count; i++)
		strbuf_add_item(out, " ", name->tags[i]->id);
	if (name->purpose != PURPOSE_ORDINARY)
		strbuf_add_item(out, " ", purposes[name->purpose]);
	if (name->is_rest)
		strbuf_add_item(out, " ", "*");
	if (name->is_similar)
		strbuf_add_item(out, " ", "similar");
	if (name->is_mailbox)
		strbuf_add_item(out, " ", "mailbox");
	if (name->is_everyone)
		strbuf_add_item(out, " ", "everyone");
	if (name->strange > 0)
		strbuf_addf(out, " +%zu", name->strange);
}

static const struct {
	const char *dn, *mail, *says;
} cases[] = {
	/* nordby's */
	{"CN=Infra - Serviceplatformen,OU=I,DC=x", NULL, "sp"},
	{"CN=Infra - Driftsforstyrrelser,OU=I,DC=x", NULL, "driftsforstyrrelse"},
	{"CN=Infra - Sikkerhed & certifikater,OU=I,DC=x", NULL, "sikkerhed certifikat"},
	{"CN=Infra - Øvrige,OU=I,DC=x", NULL, "*"},
	{"CN=Infra-Driftsforstyrrelser KRITISK!,OU=I,DC=x", NULL, "driftsforstyrrelse critical"},
	{"CN=Infra - Ydelser,OU=I,DC=x", NULL, "ydelsesindeks similar"},
	{"CN=Alle i Nordby,OU=D,DC=x", "alle@x.dk", "everyone +1"},
	{"CN=GG-Sikkerhed\\, persondata og DPO,OU=G,DC=x", NULL, " +3"},
	{"CN=Certificate Service DCOM Access,CN=Builtin,DC=x", NULL, " +3"},
	/* spellings, plurals, articles */
	{"CN=INFRA_CERTIFIKATERNE,OU=I,DC=x", NULL, "certifikat"},
	{"CN=Infra certifikatet,OU=I,DC=x", NULL, "certifikat"},
	{"CN=Infra driftsstatus,OU=I,DC=x", NULL, "driftsforstyrrelse"},
	{"CN=Infra Serviceplatform,OU=I,DC=x", NULL, "sp"},
	{"CN=Infra SP,OU=I,DC=x", NULL, "sp"},
	{"CN=Adgangsstyring - brugere,OU=I,DC=x", NULL, "brugere"},
	{"CN=Adgangsstyring for brugere og systemer,OU=I,DC=x", NULL, "brugere systemer"},
	/* a name of words that anybody uses */
	{"CN=Organisation,OU=I,DC=x", NULL, "organisation"},
	{"CN=Organisation og HR,OU=I,DC=x", NULL, " +1"},
	{"CN=Organisation og HR,OU=Infrastrukturpost,DC=x", NULL, "organisation +1"},
	{"CN=Organisation og HR,OU=I,DC=x", "infra-org@x.dk", "organisation +1"},
	{"CN=SP,OU=I,DC=x", NULL, " +1"},
	{"CN=Øvrige,OU=I,DC=x", NULL, ""},
	/* a word that begins two tags is nobody's */
	{"CN=Infra Service,OU=I,DC=x", NULL, " +1"},
	{"CN=Infra Drift,OU=I,DC=x", NULL, "driftsforstyrrelse similar"},
	{"CN=Infra Gammel,OU=I,DC=x", NULL, " +1"},
	{"CN=Infra Sikkerhed Orientering,OU=I,DC=x", NULL, "sikkerhed inform"},
	{"CN=Infrastrukturpostkassen,OU=I,DC=x", NULL, "mailbox"},
	{"CN=,OU=I,DC=x", NULL, ""},
	{"no DN", NULL, " +2"},
};

static void test_names(void **state)
{
	struct arena *arena = arena_new();
	const struct list_names *names = list_names_new(arena, &mapping);
	struct strbuf says = STRBUF_INIT;
	struct list_name name;

	(void)state;
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].dn); i++) {
		list_name_read(&name, arena, names, cases[i].dn, cases[i].mail);
		strbuf_reset(&says);
		describe(&says, &name);
		assert_string_equal(says.text, cases[i].says);
	}
	strbuf_release(&says);
	arena_free(arena);
}

/* Of more words than a name can have, the rest is not looked at. */
static void test_long_name(void **state)
{
	struct arena *arena = arena_new();
	const struct list_names *names = list_names_new(arena, &mapping);
	struct strbuf dn = STRBUF_INIT;
	struct list_name name;

	(void)state;
	strbuf_adds(&dn, "CN=Infra");
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&dn, " sikkerhed certifikat");
	list_name_read(&name, arena, names, dn.text, NULL);
	assert_int_equal(name.tag_count, 2);
	strbuf_release(&dn);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
