/* The catalogue against the routes: what changed, and the lines that put it right. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/mapping.h"
#include "readiness/tag_changes.h"

static const char *sp_subjects[] = {"[Serviceplatformen]", "[SP]"};
static const char *drift_subjects[] = {"[Driftsforstyrrelse]", "[Driftsstatus]"};

static struct tag tags[] = {
	{.id = "serviceplatformen",
		.subjects = sp_subjects,
		.subject_count = 2,
		.title = {{"The service platform", "Serviceplatformen"}}},
	{.id = "drift",
		.subjects = drift_subjects,
		.subject_count = 2,
		.title = {{"Drift", "Drift"}}},
	{.id = "gammel", .title = {{"Old", "Gammel"}}, .retired = true},
	{.id = "on", .title = {{"on", "on"}}},
};

static struct role_wanted roles[] = {{.text = "infrastrukturansvarlig"}, {.text = "ejer/KY 2"}};
static struct group_wanted groups[] = {{.dn = "cn=a\\,b,ou=Grupper,dc=dk"}};
static struct reference people[] = {{.text = "vagt@eksempel.dk"}};

/* What the routes are made from: a tag or "several,tags", the DN of the list and the line they are on. */
struct line {
	const char *tag, *list;
	size_t line;
};

#define ROUTES_MAX 4

struct files {
	struct arena *arena;
	struct block blocks[ROUTES_MAX];
	struct route routes[ROUTES_MAX];
	struct mapping mapping;
};

static void add_tags(struct files *files, struct route *route, const struct line *line)
{
	const char **ids;

	route->tag_count = text_split(files->arena, line->tag, ",", &ids);
	route->tags = arena_get(files->arena, route->tag_count * sizeof(*route->tags));
	for (size_t i = 0; i < route->tag_count; i++)
		route->tags[i] = (struct route_tag){ids[i], mapping_tag(&files->mapping, ids[i]),
			{"routes.yaml", line->line, 10 + i}};
	route->tag = ids[0];
}

static void lay_out(struct files *files, const struct line *lines, size_t count)
{
	*files = (struct files){.arena = arena_new(),
		.mapping = {.tags = tags,
			.tag_count = sizeof(tags) / sizeof(tags[0]),
			.routes = files->routes,
			.blocks = files->blocks}};
	for (size_t i = 0; i < count; i++) {
		files->blocks[i] = (struct block){
			.list = lines[i].list, .list_key = dn_key(files->arena, lines[i].list)};
		files->routes[i] = (struct route){
			.ordinary = &files->blocks[i], .mark = {"routes.yaml", lines[i].line, 5}};
		add_tags(files, &files->routes[i], &lines[i]);
	}
	files->mapping.route_count = files->mapping.block_count = count;
}

static void add_found(struct strbuf *out, const struct tag_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct tag_change *change = &changes->items[i];

		strbuf_add_item(out, " ", tag_change_name(change->kind));
		strbuf_addf(out, ":%s:%s", change->names ? change->names->id : "",
			change->tag ? change->tag->id : "");
	}
}

static void expect(const char *expected, const struct line *lines, size_t count)
{
	struct files files;
	struct strbuf found = STRBUF_INIT;
	struct tag_changes changes;

	lay_out(&files, lines, count);
	changes = tag_changes_find(files.arena, &files.mapping);
	add_found(&found, &changes);
	assert_string_equal(found.text, expected);
	strbuf_release(&found);
	arena_free(files.arena);
}

static void test_find(void **state)
{
	static const struct line none[] = {{"*", "cn=Alt,dc=dk", 3}},
				 all[] = {{"serviceplatformen", "cn=A,dc=dk", 2},
					 {"drift", "cn=B,dc=dk", 4}, {"on", "cn=C,dc=dk", 6}},
				 near[] = {{"serviceplatform", "cn=A,dc=dk", 2},
					 {"Driftsstatus", "cn=B,dc=dk", 4}},
				 twice[] = {{"serviceplatform", "cn=A,dc=dk", 2},
					 {"serviceplatforme", "cn=B,dc=dk", 4}},
				 taken[] = {{"drift", "cn=A,dc=dk", 2},
					 {"drift2", "cn=B,dc=dk", 4}},
				 old[] = {{"gammel", "cn=A,dc=dk", 2}, {"gamel", "cn=B,dc=dk", 4}},
				 several[] = {{"drift,gammel,serviceplatform,on", "cn=A,dc=dk", 2}};

	expect("new::serviceplatformen new::drift new::on", none, 0);
	expect("new::serviceplatformen new::drift new::on", none, 1);
	expect("", all, 3);
	expect("renamed:serviceplatform:serviceplatformen renamed:Driftsstatus:drift new::on", near,
		2);
	expect("renamed:serviceplatform:serviceplatformen unknown:serviceplatforme: new::drift "
	       "new::on",
		twice, 2);
	expect("unknown:drift2: new::serviceplatformen new::on", taken, 2);
	expect("retired:gammel:gammel unknown:gamel: new::serviceplatformen new::drift new::on",
		old, 2);
	expect("retired:gammel:gammel renamed:serviceplatform:serviceplatformen", several, 1);
}

static void expect_lines(const char *expected, struct files *files, struct tag_change change)
{
	struct strbuf lines = STRBUF_INIT;

	tag_change_add_lines(&lines, &change, &files->mapping);
	assert_string_equal(lines.text, expected);
	strbuf_release(&lines);
}

static void test_lines(void **state)
{
	static const struct line lines[] = {{"serviceplatform", "CN=Infra-SP,OU=Æ\\, ø,DC=dk", 12},
		{"drift", "CN=Infra-Drift,OU=Æ\\, ø,DC=dk", 15},
		{"*", "CN=Infra,OU=Alt,DC=dk", 19}};
	struct files files;

	lay_out(&files, lines, 3);
	files.blocks[2].roles = roles;
	files.blocks[2].role_count = 2;
	files.blocks[2].groups = groups;
	files.blocks[2].group_count = 1;
	files.blocks[2].people = (struct references){people, 1};
	files.blocks[2].address = "infra@eksempel.dk";
	expect_lines("# new: The service platform\n"
		     "  - tag: serviceplatformen\n"
		     "    list: CN=Infra-Serviceplatformen,OU=Alt,DC=dk\n"
		     "    address: infra-serviceplatformen@eksempel.dk\n"
		     "    to: {roles: [infrastrukturansvarlig, \"ejer/KY 2\"], groups: "
		     "[\"cn=a\\\\,b,ou=Grupper,dc=dk\"], people: [vagt@eksempel.dk]}\n",
		&files, (struct tag_change){.kind = TAG_NEW, .tag = &tags[0]});
	expect_lines("# new: on\n"
		     "  - tag: \"on\"\n"
		     "    list: CN=Infra-On,OU=Alt,DC=dk\n"
		     "    address: infra-on@eksempel.dk\n"
		     "    to: {roles: [infrastrukturansvarlig, \"ejer/KY 2\"], groups: "
		     "[\"cn=a\\\\,b,ou=Grupper,dc=dk\"], people: [vagt@eksempel.dk]}\n",
		&files, (struct tag_change){.kind = TAG_NEW, .tag = &tags[3]});
	expect_lines("# line 12: the catalogue has no serviceplatform; it has serviceplatformen\n"
		     "  - tag: serviceplatformen\n",
		&files,
		(struct tag_change){
			TAG_RENAMED, &tags[0], &files.routes[0], &files.routes[0].tags[0]});
	files.routes[0].mark.column = 3; /* "- tag: x": no blanks in front */
	expect_lines("# line 12: the catalogue has no serviceplatform; it has serviceplatformen\n"
		     "- tag: serviceplatformen\n",
		&files,
		(struct tag_change){
			TAG_RENAMED, &tags[0], &files.routes[0], &files.routes[0].tags[0]});
	arena_free(files.arena);
}

/* The line of a route of several tags keeps the others. */
static void test_lines_of_several(void **state)
{
	static const struct line lines[] = {{"drift,on,x y", "CN=A,DC=dk", 7}};
	struct files files;

	lay_out(&files, lines, 1);
	expect_lines("# line 7: the catalogue has no on; it has serviceplatformen\n"
		     "  - tag: [drift, serviceplatformen, \"x y\"]\n",
		&files,
		(struct tag_change){
			TAG_RENAMED, &tags[0], &files.routes[0], &files.routes[0].tags[1]});
	expect_lines("# line 7: drift is retired; the tag may go from its list, when no such mail "
		     "comes any more\n"
		     "  - tag: [\"on\", \"x y\"]\n",
		&files,
		(struct tag_change){
			TAG_RETIRED, &tags[1], &files.routes[0], &files.routes[0].tags[0]});
	for (size_t i = 0; i < 3; i++)
		files.routes[0].tags[i].mark = (struct mark){"routes.yaml", 8 + i, 9};
	expect_lines("# line 9: the catalogue has no on; it has serviceplatformen\n"
		     "      - serviceplatformen\n",
		&files,
		(struct tag_change){
			TAG_RENAMED, &tags[0], &files.routes[0], &files.routes[0].tags[1]});
	expect_lines("# line 8: drift is retired; the tag may go from its list, when no such mail "
		     "comes any more\n",
		&files,
		(struct tag_change){
			TAG_RETIRED, &tags[1], &files.routes[0], &files.routes[0].tags[0]});
	arena_free(files.arena);
}

/* A name that is taken; a parent that must be quoted; a comment that stays one line. */
static void test_odd_lines(void **state)
{
	static const struct line lines[] = {{"evil\nroutes: []", "CN=Drift,OU=a\\#b: c,DC=dk", 2}};
	struct files files;

	lay_out(&files, lines, 1);
	expect_lines("# new: Drift\n"
		     "  - tag: drift\n"
		     "    list: \"CN=Drift-2,OU=a\\\\#b: c,DC=dk\"\n"
		     "    to: {}\n",
		&files, (struct tag_change){.kind = TAG_NEW, .tag = &tags[1]});
	expect_lines(
		"# line 2: the catalogue has no evil\\0aroutes: [], and none like it; the route "
		"may go, if no such mail comes any more\n",
		&files,
		(struct tag_change){.kind = TAG_UNKNOWN,
			.route = &files.routes[0],
			.names = &files.routes[0].tags[0]});
	files.mapping.route_count = 0;
	expect_lines("# new: Drift\n"
		     "  - tag: drift\n"
		     "    list:  # the DN of its list\n"
		     "    to: {roles: []}  # who answers it\n",
		&files, (struct tag_change){.kind = TAG_NEW, .tag = &tags[1]});
	arena_free(files.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_lines_of_several),
		cmocka_unit_test(test_odd_lines),
	};

	language_set(LANGUAGE_ENGLISH);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
