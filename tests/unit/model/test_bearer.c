/* Of several people that bear a name, which one it means (CONTRACT section 4, References). */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "model/bearer.h"
#include "model/person.h"

#define AT 1000

/*
 * People a, b, ... with what they are: "l" bears the name as login, "m" as first value of mail,
 * "o" in another value; "-" behind it: disabled; "1" to "9": expires so long after AT.
 */
struct choice_case {
	const char *people;
	const char *chosen; /* the person, or "" */
	int next;           /* seconds to the next change; 0: none */
	const char *by_login;
};

static const struct choice_case cases[] = {
	/* one alone is meant, whatever they are */
	{"l", "a", 0, "a"},
	{"o", "a", 0, ""},
	{"l-", "a", 0, "a"},
	{"o3", "a", 0, ""},
	/* the first rank before the second */
	{"l o", "a", 0, "a"},
	{"o l", "b", 0, "b"},
	{"m o", "a", 0, ""},
	/* of one rank the one that is reachable */
	{"l l-", "a", 0, "a"},
	{"l- m", "b", 0, "a"},
	{"o- o", "b", 0, ""},
	{"l l", "", 0, ""},
	{"l m", "", 0, "a"},
	{"l m o", "", 0, "a"},
	{"o o", "", 0, ""},
	{"l- l-", "", 0, ""},
	/* nobody reachable in the first: the second */
	{"l- o", "b", 0, "a"},
	{"l- m- o o-", "c", 0, "a"},
	{"l- o o", "", 0, "a"},
	{"l- o-", "", 0, "a"},
	/* accounts that expire */
	{"l l3", "", 3, ""},
	{"l5 o3", "a", 3, "a"},
};

static struct person make_person(struct arena *arena, const char *form, size_t i)
{
	static const char *const key = "id:anna";
	struct person person = {
		.dn = arena_format(arena, "%c", (int)('a' + i)),
		.mail = "x@x.dk",
		.enabled = form[1] != '-',
		.expires = form[1] >= '1' && form[1] <= '9',
		.expires_at = AT + form[1] - '0',
		.known_as = arena_get(arena, 2 * sizeof(const char *)),
		.known_as_count = 2,
		.login_count = 1,
		.first_count = form[0] == 'o' ? 1 : 2,
	};

	person.known_as[0] = form[0] == 'l' ? key : "id:login";
	person.known_as[1] = form[0] == 'l' ? "id:mail" : key;
	return person;
}

static void check(const struct choice_case *c)
{
	struct arena *arena = arena_new();
	struct bearers bearers = {0};
	const struct person *chosen, *by_login;

	for (size_t i = 0, at = 0; at < strlen(c->people); i++) {
		struct person *person = arena_get(arena, sizeof(*person));

		*person = make_person(arena, c->people + at, i);
		bearers_add(&bearers, arena, "id:anna", person);
		bearers_add(&bearers, arena, "id:anna", person); /* as by two people.base */
		at += strcspn(c->people + at, " ") + 1;
	}
	bearers_sort(&bearers);
	chosen = bearers_choose(&bearers, AT, false);
	by_login = bearers_choose(&bearers, AT, true);
	assert_string_equal(chosen ? chosen->dn : "", c->chosen);
	assert_string_equal(by_login ? by_login->dn : "", c->by_login);
	assert_int_equal(bearers_next_change(&bearers, AT), c->next ? AT + c->next : MOMENT_LATEST);
	arena_free(arena);
}

static void test_choice(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].people); i++)
		check(&cases[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
