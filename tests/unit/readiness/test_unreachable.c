/* Deputies, managers and fallbacks that cannot be reached, before anybody needs them. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "readiness/unreachable.h"
#include "world.h"

struct unreachable_case {
	const char *script;
	const char *found; /* a line each: the name or text, ": ", why and whose */
};

#define ANNA "person anna role=r; route infra role=r; list infra anna;"

static const struct unreachable_case cases[] = {
	{ANNA, ""},
	{ANNA "person bo; person cai away; fallback bo,cai", ""},
	/* each kind of naming, and each reason */
	{ANNA "fallback ghost",
		"ghost: not in the directory, or may not be read; mailbox.fallback\n"},
	{ANNA "person bo disabled; fallback bo", "bo: the account is disabled; mailbox.fallback\n"},
	{"person anna role=r; route infra role=r deputy=bo; list infra anna; person bo unmailed",
		"bo: no mail address; deputies of the route infra\n"},
	{"person anna role=r deputy=bo manager=cai; route infra role=r; list infra anna;"
	 "person bo disabled; person cai disabled",
		"cai: the account is disabled; manager of anna\n"
		"bo: the account is disabled; deputy of anna\n"},
	{"person anna role=r deputy=drift; route infra role=r; list infra anna; group drift",
		"cn=drift,ou=G,dc=x: it is a group, not a person; deputy of anna\n"},
	/* a deputy's deputy may be needed; the deputy's manager never is */
	{"person anna role=r deputy=bo; person bo deputy=cai manager=dan; person cai disabled;"
	 "person dan disabled; route infra role=r; list infra anna",
		"cai: the account is disabled; deputy of bo\n"},
	/* whom a feed names for any absence */
	{"person anna role=r feed=2027-12-20/2027-12-30:bo always=cai; person bo disabled;"
	 "person cai disabled; route infra role=r; list infra anna",
		"bo: the account is disabled; deputy of anna\n"
		"cai: the account is disabled; deputy of anna\n"},
	/* nobody needs those of people whom no list asks for, or only informs */
	{ANNA "person eva deputy=bo; person bo disabled", ""},
	{"person anna role=r deputy=bo; person bo disabled; inform infra role=r; list infra", ""},
	/* one line a person, and how many more name them; circles end */
	{"person anna role=r deputy=bo; person dan role=r deputy=bo; person eva role=r deputy=bo;"
	 "person fie role=r deputy=bo; person gry role=r deputy=bo; person bo disabled deputy=anna;"
	 "route infra role=r; critical hast role=r; list infra anna; fallback bo@x.dk",
		"bo: the account is disabled; mailbox.fallback; deputy of anna, dan, eva and 2 more\n"},
};

static void test_unreachable(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++) {
		struct world *w = world_new(cases[i].script);
		struct unreachables found;
		struct strbuf said = STRBUF_INIT;

		world_plan(w);
		unreachable_find(&found, w->arena, w->plan, &w->policy, w->snapshot);
		for (size_t j = 0; j < found.count; j++) {
			const struct unreachable *one = &found.items[j];

			strbuf_addf(&said, "%s: ", one->person ? one->person->name : one->text);
			unreachable_add(&said, one, w->at);
			strbuf_addc(&said, '\n');
		}
		assert_string_equal(said.text, cases[i].found);
		strbuf_release(&said);
		world_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unreachable),
	};

	moment_zone("Europe/Copenhagen");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
