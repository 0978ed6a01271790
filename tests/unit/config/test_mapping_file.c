#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "config/settings.h"
#include "file_case.h"
#include "model/settings.h"

static struct folder folder;

static const char tags[] = "source: {name: Bilag 1, version: \"2019-03-01\"}\n"
			   "tags:\n"
			   "  - id: sp\n"
			   "    subject: [\"[Serviceplatformen]\", \"[SP]\"]\n"
			   "    title: {da: Serviceplatformen, en: The service platform}\n"
			   "    expectation: {da: \"en\\nto\"}\n"
			   "  - {id: gammel, subject: \"[Gammel]\", retired: true}\n";

static const char roles[] =
	"roles:\n"
	"  - id: infrastrukturansvarlig\n"
	"    holders: {at_least: 2}\n"
	"    values: [infrastrukturansvarlig, \"Infrastruktur-ansvarlig\"]\n"
	"  - {id: systemansvarlig, title: Systemansvarlig, values: System-ansvarlig}\n";

static int set_up(void **state)
{
	folder_make(&folder);
	return 0;
}

static int tear_down(void **state)
{
	folder_remove(&folder, "a.yaml");
	folder_remove(&folder, "tags.yaml");
	folder_remove(&folder, "roles.yaml");
	folder_remove(&folder, "routes.yaml");
	folder_release(&folder);
	return 0;
}

struct loaded {
	struct arena *arena;
	struct findings findings;
	struct settings *settings;
	const struct mapping *mapping;
};

static struct loaded load(const char *tags_text, const char *roles_text, const char *routes_text)
{
	static const char text[] =
		"directory: {url: ldap://a, base: dc=dk, bind: {dn: cn=a, password_file: p}}\n"
		"mailbox: {list: \"CN=Alle,DC=dk\"}\n"
		"mapping: {tags: tags.yaml, roles: roles.yaml, routes: routes.yaml}\n";
	struct loaded loaded = {.arena = arena_new()};
	struct strbuf path = STRBUF_INIT;

	folder_write(&folder, "a.yaml", text, strlen(text));
	folder_write(&folder, "tags.yaml", tags_text, strlen(tags_text));
	folder_write(&folder, "roles.yaml", roles_text, strlen(roles_text));
	folder_write(&folder, "routes.yaml", routes_text, strlen(routes_text));
	folder_path(&folder, "a.yaml", &path);
	findings_init(&loaded.findings, loaded.arena);
	loaded.settings = settings_load(path.text, &loaded.findings);
	assert_non_null(loaded.settings);
	loaded.mapping = settings_load_mapping(loaded.settings, &loaded.findings);
	assert_int_equal(loaded.mapping == NULL, loaded.findings.errors > 0);
	strbuf_release(&path);
	return loaded;
}

static void release(struct loaded *loaded)
{
	settings_free(loaded->settings);
	arena_free(loaded->arena);
}

static void check(struct loaded loaded, const char *file, const char *found)
{
	struct strbuf path = STRBUF_INIT;

	folder_path(&folder, file, &path);
	assert_found(&loaded.findings, path.text, found);
	strbuf_release(&path);
	release(&loaded);
}

static void test_tag_faults(void **state)
{
	static const struct file_case cases[] = {
		{"", ""},
		{tags, ""},
		{"tags:\n  - {id: \"*\"}\n", "2:10: found \"*\", expected the id of a tag"},
		{"tags:\n  - {id: \"\"}\n  - {subject: a}\n  - x\n",
			"2:10: found \"\", expected a text\n3:5: the key \"id\" is missing\n"
			"4:5: found \"x\", expected keys with values"},
		{"tags:\n  - {id: a}\n  - {id: b}\n  - {id: a}\n",
			"4:10: \"a\" is here a second time; the first is at "},
		{"tags:\n  - {id: a, subject: [x, \"[Æ]\"]}\n  - {id: b, subject: \"[æ]\"}\n",
			"3:22: \"[æ]\" is here a second time; the first is at "},
		{"tags:\n  - {id: a, subject: \"[a b]\"}\n  - {id: b, subject: \"[ A\xC2\xA0 b ]\"}\n",
			"3:22: \"[ A\xC2\xA0 b ]\" is here a second time; the first is at "},
		{"tags:\n  - {id: a, subject: \"\xE2\x80\x8B\"}\n",
			"2:22: found \"\\e2\\80\\8b\", expected a text with a visible character"},
		{"tags:\n  - {id: a, subject: [x, X]}\n", ""},
		{"tags:\n  - {id: a, title: {dk: x}}\n",
			"2:21: unknown key \"dk\"; did you mean \"da\"?"},
		{"tags:\n  - {id: a, source: {name: n, url: \"https://x/y\", date: 2022-03}, confirmed: no}\n",
			""},
		{"tags:\n  - {id: a, source: {name: n, date: 2022-03-31}, confirmed: false}\n", ""},
		{"tags:\n  - {id: a, source: {url: ftp://x, date: 31-03-2022}}\n",
			"2:13: the key \"name\" is missing\n2:27: found \"ftp://x\", expected an https:// URL\n"
			"2:42: found \"31-03-2022\", expected a date such as 2022-03-31"},
		{"tags:\n  - {id: a, retired: maybe, colour: red}\nrows: 1\n",
			"2:22: found \"maybe\"\n2:29: unknown key \"colour\"; the keys here: id, "
			"subject, title, expectation, critical_expectation, source, confirmed, retired\n"
			"3:1: unknown key \"rows\"; the keys here: source, tags"},
		{"tags: {id: a}\n", "1:7: found keys with values, expected a list"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++)
		check(load(cases[i].text, roles, ""), "tags.yaml", cases[i].found);
}

static void test_role_faults(void **state)
{
	static const struct file_case cases[] = {
		{"", ""},
		{roles, ""},
		{"roles:\n  - {id: a/b}\n  - {id: c, values: [d, e/f]}\n",
			"2:10: found \"a/b\", expected a role without a slash\n"
			"3:25: found \"e/f\", expected a role without a slash"},
		{"roles:\n  - {id: a}\n  - {id: a}\n",
			"3:10: \"a\" is here a second time; the first is at "},
		{"roles:\n  - {id: a, values: [x, A]}\n  - {id: b, values: [y, \" X \"]}\n",
			"3:25: \" X \" is here a second time; the first is at "},
		{"roles:\n  - {id: a, values: B}\n  - {id: b}\n",
			"3:10: \"b\" is here a second time; the first is at "},
		{"roles:\n  - {id: a, holders: {at_least: 0}}\n",
			"2:33: found \"0\", expected a whole number, 1 or more"},
		{"roles:\n  - {id: a, source: {name: n, date: 2022}, gallery: false}\n", ""},
		{"roles:\n  - {id: a, source: {date: 2022-3}, gallery: 1}\n",
			"2:13: the key \"name\" is missing\n2:28: found \"2022-3\", expected a date\n"
			"2:46: found \"1\", expected true or false"},
		{"roles:\n  - {title: a, holders: 3}\n",
			"2:5: the key \"id\" is missing\n2:25: found \"3\", expected keys with values"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++)
		check(load(tags, cases[i].text, ""), "roles.yaml", cases[i].found);
}

#define ROUTE "routes:\n  - tag: sp\n    list: cn=sp,dc=dk\n    to: {}\n"

static void test_route_faults(void **state)
{
	static const struct file_case cases[] = {
		{"", ""},
		{ROUTE, ""},
		{"routes:\n  - {}\n",
			"2:5: the key \"tag\" is missing\n2:5: the key \"list\" is missing\n"
			"2:5: the key \"to\" is missing"},
		{ROUTE "    at_least: 0\n",
			"5:15: found \"0\", expected a whole number, 1 or more"},
		{ROUTE "    critical: {at_least: -1}\n",
			"5:26: found \"-1\"\n5:5: the key \"list\" is missing\n"
			"5:5: the key \"to\" is missing"},
		{ROUTE "    inform:\n",
			"5:5: the key \"list\" is missing\n5:5: the key \"to\" is missing"},
		{ROUTE "    inform:\n      list: cn=i,dc=dk\n      to: {}\n      deputies: [a]\n"
		       "      at_least: 1\n      tag: sp\n",
			"8:7: unknown key \"deputies\"; the keys here: list, address, to, membership, keep\n"
			"9:7: unknown key \"at_least\"\n10:7: unknown key \"tag\""},
		{ROUTE "    critical:\n      list: cn=i,dc=dk\n      to: {}\n      inform: {}\n",
			"8:7: unknown key \"inform\"; the keys here: list, address, to, membership, keep, "
			"deputies, at_least"},
		{ROUTE "    depuites: [a]\n",
			"5:5: unknown key \"depuites\"; did you mean \"deputies\"?"},
		{ROUTE "    membership: loose\n    address: nobody\n",
			"5:17: expected one of: exact, additive\n6:14: expected a mail address"},
		{ROUTE "    critical:\n      list: \"CN = SP , DC=dk\"\n      to: {}\n",
			"6:13: \"CN = SP , DC=dk\" is here a second time; the first is at "},
		{ROUTE "  - {tag: \"*\", list: \"cn=alle,dc=dk\", to: }\n",
			"5:22: \"cn=alle,dc=dk\" is mailbox.list of the settings already"},
		{ROUTE "  - {tag: sp, list: \"cn=b,dc=dk\", to: {}}\n",
			"5:11: \"sp\" is here a second time; the first is at "},
		{"routes:\n  - {tag: [sp, gammel, sp], list: \"cn=a,dc=dk\", to: {}}\n",
			"2:16: the tag \"gammel\" is retired\n"
			"2:24: \"sp\" is here a second time; the first is at "},
		{ROUTE "  - tag:\n      - gammel\n      - sp\n    list: cn=b,dc=dk\n    to: {}\n",
			"6:9: the tag \"gammel\" is retired\n"
			"7:9: \"sp\" is here a second time; the first is at "},
		{"routes:\n  - {tag: [sp, \"*\"], list: \"cn=a,dc=dk\", to: {}}\n",
			"2:16: found \"*\", expected the id of a tag; \"*\" shares its route with no "
			"other tag"},
		{"routes:\n  - {tag: [\"*\"], list: \"cn=a,dc=dk\", to: {}}\n", ""},
		{"routes:\n  - {tag: [], list: \"cn=a,dc=dk\", to: {}}\n",
			"2:11: found a list, expected a tag, or a list of tags"},
		{"routes:\n  - {tag: [sp, {a: b}, ~, \"\"], list: \"cn=a,dc=dk\", to: {}}\n",
			"2:16: found keys with values, expected a text\n"
			"2:24: found nothing, expected a text\n2:27: found \"\", expected a text"},
		{"routes:\n  - {tag: {sp: gammel}, list: \"cn=a,dc=dk\", to: {}}\n",
			"2:11: found keys with values, expected a text"},
		{"routes:\n  - {tag: sp, list: hansen, to: {groups: [\"cn=a,dc=dk\", it]}}\n",
			"2:21: found \"hansen\", expected a DN\n2:57: found \"it\", expected a DN"},
		{"routes:\n  - {tag: sp, list: {}, to: [a]}\n",
			"2:21: found keys with values, expected a text\n"
			"2:29: found a list, expected keys with values"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++)
		check(load(tags, roles, cases[i].text), "routes.yaml", cases[i].found);
}

static void test_roles_asked_for(void **state)
{
	static const char head[] = "routes:\n  - tag: sp\n    list: cn=sp,dc=dk\n";
	static const struct file_case cases[] = {
		{"    to: {roles: [systemansvarlig, systemansvarlig/SAPA]}\n", ""},
		{"    to: {roles: [Infrastruktur-ansvarlig]}\n",
			"4:18: \"Infrastruktur-ansvarlig\" is a spelling; write the role's id "
			"\"infrastrukturansvarlig\""},
		{"    to: {roles: Systemansvarlig/KY}\n",
			"4:17: \"Systemansvarlig\" is a spelling; write the role's id "
			"\"systemansvarlig\""},
		{"    to: {roles: [systemansvarlig/, \"systemansvarlig / \"]}\n",
			"4:18: found \"systemansvarlig/\", expected a scope behind the slash\n"
			"4:36: found \"systemansvarlig / \", expected a scope behind the slash"},
		{"    to: {roles: [sytsemansvarlig, chef, /KY]}\n",
			"4:18: unknown role \"sytsemansvarlig\"; did you mean \"systemansvarlig\"?\n"
			"4:35: unknown role \"chef\"; the role gallery has none like it\n"
			"4:41: unknown role \"\"; the role gallery has none"},
		{"    to: {roles: [{a: b}, ~]}\n",
			"4:18: found keys with values, expected a text\n"
			"4:26: found nothing, expected a text"},
	};
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		strbuf_reset(&text);
		strbuf_adds(&text, head);
		strbuf_adds(&text, cases[i].text);
		check(load(tags, roles, text.text), "routes.yaml", cases[i].found);
	}
	strbuf_release(&text);
}

/* A route to a tag that is unknown or retired is carried out. */
static void test_warnings(void **state)
{
	struct loaded loaded = load(tags, roles,
		"routes:\n  - {tag: gammle, list: \"cn=a,dc=dk\", to: {}}\n"
		"  - {tag: gammel, list: \"cn=b,dc=dk\", to: {}}\n"
		"  - {tag: helt-andet, list: \"cn=c,dc=dk\", to: {}}\n"
		"  - {tag: \"*\", list: \"cn=d,dc=dk\", to: {}}\n");

	assert_int_equal(loaded.findings.errors, 0);
	assert_non_null(loaded.mapping);
	assert_int_equal(loaded.mapping->route_count, 4);
	assert_null(loaded.mapping->routes[0].tags[0].known);
	assert_non_null(loaded.mapping->routes[1].tags[0].known);
	check(loaded, "routes.yaml",
		"2:11: unknown tag \"gammle\"; did you mean \"gammel\"?\n"
		"3:11: the tag \"gammel\" is retired\n"
		"4:11: unknown tag \"helt-andet\"; the catalogue has none like it");
}

/* Several tags share the lists of one route, in the file's order; each unknown or retired one is said. */
static void test_several_tags(void **state)
{
	struct loaded loaded = load(tags, roles,
		"routes:\n  - {tag: [gammel, sp, nyt], list: \"cn=a,dc=dk\", to: {}, "
		"critical: {list: \"cn=b,dc=dk\", to: {}}}\n");
	const struct mapping *mapping = loaded.mapping;
	const struct route *route;

	assert_non_null(mapping);
	route = mapping->routes;
	assert_int_equal(mapping->route_count, 1);
	assert_string_equal(route->tag, "gammel");
	assert_int_equal(route->tag_count, 3);
	assert_ptr_equal(route->tags[1].known, &mapping->tags[0]);
	assert_ptr_equal(mapping_route(mapping, "nyt"), route);
	assert_ptr_equal(mapping_route(mapping, "sp"), route);
	assert_null(mapping_route(mapping, "*"));
	assert_string_equal(route->ordinary->tag, "gammel");
	assert_string_equal(tag_ids_text(loaded.arena, &route->critical->tags), "gammel, sp, nyt");
	check(loaded, "routes.yaml",
		"2:12: the tag \"gammel\" is retired\n"
		"2:24: unknown tag \"nyt\"; the catalogue has none like it");
}

/* A catalogue that is no YAML is one error, and blames no route. */
static void test_broken_catalogue(void **state)
{
	static const char routes[] = "routes:\n  - tag: sp\n    list: cn=sp,dc=dk\n"
				     "    to: {roles: [systemansvarlig]}\n";

	check(load("tags: [\n", roles, routes), "tags.yaml", "2:1: this is not YAML");
	check(load(tags, "roles: [\n", routes), "roles.yaml", "2:1: this is not YAML");
}

static void test_catalogue(void **state)
{
	struct loaded loaded = load(tags, roles, "");
	const struct mapping *mapping = loaded.mapping;

	assert_non_null(mapping);
	assert_string_equal(mapping->tag_source.name, "Bilag 1");
	assert_null(mapping->role_source.name);
	assert_int_equal(mapping->tag_count, 2);
	assert_string_equal(mapping->tags[0].subjects[1], "[SP]");
	assert_string_equal(mapping->tags[0].title.in[LANGUAGE_ENGLISH], "The service platform");
	assert_string_equal(mapping->tags[0].expectation.in[LANGUAGE_DANISH], "en\nto");
	assert_null(mapping->tags[0].expectation.in[LANGUAGE_ENGLISH]);
	assert_int_equal(mapping->tags[0].mark.line, 3);
	assert_string_equal(mapping->tags[1].title.in[LANGUAGE_DANISH], "gammel");
	assert_true(mapping->tags[1].retired);
	assert_int_equal(mapping->roles[0].at_least, 2);
	assert_int_equal(mapping->roles[0].spelling_count, 2);
	assert_string_equal(mapping->roles[0].spellings[0], "infrastrukturansvarlig");
	assert_string_equal(mapping->roles[0].spellings[1], "infrastruktur-ansvarlig");
	assert_int_equal(mapping->roles[1].at_least, 0);
	assert_string_equal(mapping->roles[1].spellings[0], "systemansvarlig");
	assert_string_equal(mapping->roles[1].spellings[1], "system-ansvarlig");
	assert_string_equal(mapping->roles[1].title.in[LANGUAGE_ENGLISH], "Systemansvarlig");
	release(&loaded);
}

static const char full[] = "routes:\n"
			   "  - tag: sp\n"
			   "    list: CN=SP, DC=dk\n"
			   "    address: sp@eksempel.dk\n"
			   "    to:\n"
			   "      roles: [infrastrukturansvarlig, systemansvarlig / SAPA]\n"
			   "      groups: CN=IT,DC=dk\n"
			   "      people: [anna@eksempel.dk, \"uid=bo,dc=dk\"]\n"
			   "    deputies: bo@eksempel.dk\n"
			   "    at_least: 2\n"
			   "    membership: additive\n"
			   "    keep: [\"CN=Arkiv,DC=dk\"]\n"
			   "    critical:\n"
			   "      list: CN=SPK,DC=dk\n"
			   "      to: {roles: systemansvarlig}\n"
			   "    inform:\n"
			   "      list: CN=SPI,DC=dk\n"
			   "      to: {}\n"
			   "  - tag: \"*\"\n"
			   "    list: CN=X,DC=dk\n"
			   "    to: {roles: [systemansvarlig]}\n"
			   "    deputies: [bo]\n"
			   "    critical:\n"
			   "      list: CN=XK,DC=dk\n"
			   "      to: {}\n"
			   "      deputies: []\n"
			   "      at_least: 3\n"
			   "      membership: exact\n"
			   "      keep: [\"CN=K,DC=dk\"]\n";

static void test_route(void **state)
{
	struct loaded loaded = load(tags, roles, full);
	const struct route *route = loaded.mapping ? loaded.mapping->routes : NULL;
	const struct block *block;

	assert_non_null(route);
	assert_int_equal(loaded.findings.count, 0);
	assert_string_equal(route->tag, "sp");
	assert_ptr_equal(route->tags[0].known, &loaded.mapping->tags[0]);
	assert_int_equal(route->tags[0].mark.line, 2);
	assert_int_equal(route->tags[0].mark.column, 10);
	assert_int_equal(route->mark.column, 5);
	block = route->ordinary;
	assert_int_equal(block->kind, BLOCK_ORDINARY);
	assert_string_equal(block->list, "CN=SP, DC=dk");
	assert_string_equal(block->list_key, "cn=sp,dc=dk");
	assert_int_equal(block->mark.column, 11);
	assert_string_equal(block->address, "sp@eksempel.dk");
	assert_int_equal(block->role_count, 2);
	assert_null(block->roles[0].scope);
	assert_ptr_equal(block->roles[1].role, &loaded.mapping->roles[1]);
	assert_string_equal(block->roles[1].scope, "SAPA");
	assert_string_equal(block->roles[1].text, "systemansvarlig / SAPA");
	assert_int_equal(block->group_count, 1);
	assert_string_equal(block->groups[0].key, "cn=it,dc=dk");
	assert_string_equal(block->people.items[1].key, "dn:uid=bo,dc=dk");
	assert_int_equal(block->at_least, 2);
	release(&loaded);
}

static void test_inheritance(void **state)
{
	struct loaded loaded = load(tags, roles, full);
	const struct route *route = loaded.mapping->routes;
	const struct block *critical = route[0].critical, *inform = route[0].inform;

	assert_int_equal(loaded.mapping->block_count, 5);
	assert_string_equal(critical->tag, "sp");
	assert_string_equal(critical->deputies.items[0].text, "bo@eksempel.dk");
	assert_int_equal(critical->at_least, 2);
	assert_int_equal(critical->membership, MEMBERSHIP_ADDITIVE);
	assert_string_equal(critical->keep.items[0].text, "CN=Arkiv,DC=dk");
	assert_null(critical->address);
	assert_int_equal(inform->kind, BLOCK_INFORM);
	assert_int_equal(inform->deputies.count, 0);
	assert_int_equal(inform->at_least, 0);
	assert_int_equal(inform->membership, MEMBERSHIP_EXACT);
	assert_int_equal(inform->keep.count, 0);
	critical = route[1].critical;
	assert_int_equal(route[1].ordinary->at_least, 1);
	assert_null(route[1].inform);
	assert_int_equal(critical->deputies.count, 0);
	assert_int_equal(critical->at_least, 3);
	assert_int_equal(critical->keep.count, 1);
	release(&loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tag_faults),
		cmocka_unit_test(test_role_faults),
		cmocka_unit_test(test_route_faults),
		cmocka_unit_test(test_roles_asked_for),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_several_tags),
		cmocka_unit_test(test_broken_catalogue),
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_route),
		cmocka_unit_test(test_inheritance),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
