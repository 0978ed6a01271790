/* DNs as DNs: which spellings are one name, and what is below what. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"

struct pair {
	const char *a, *b;
};

static void check_same(const struct pair *pair, bool same)
{
	struct arena *arena = arena_new();
	const char *a = dn_key(arena, pair->a), *b = dn_key(arena, pair->b);

	if (!a || !b)
		fail_msg("no DN: %s", a ? pair->b : pair->a);
	if ((strcmp(a, b) == 0) != same)
		fail_msg("%s\n%s\nare %s: %s and %s", pair->a, pair->b, same ? "one" : "two", a, b);
	arena_free(arena);
}

static void test_same(void **state)
{
	static const struct pair pairs[] = {
		{"cn=anna,ou=P,dc=x", "CN=Anna,OU=p,DC=X"},
		{"cn=anna,ou=P,dc=x", "cn=anna, ou=P , dc=x"},
		{"cn=anna,ou=P,dc=x", "cn = anna,ou= P,dc =x"},
		{"cn=anna lund,dc=x", "cn=anna   lund,dc=x"},
		{"cn=anna,dc=x", "cn=\\20anna\\20,dc=x"},
		/* escapes */
		{"cn=Lund\\, Anna,dc=x", "cn=Lund\\2C Anna,dc=x"},
		{"cn=a\\+b,dc=x", "cn=a\\2bb,dc=x"},
		{"cn=\\#1,dc=x", "cn=\\231,dc=x"},
		{"cn=a\\\\b,dc=x", "cn=a\\5Cb,dc=x"},
		{"cn=a\\\"b,dc=x", "cn=a\\22b,dc=x"},
		{"cn=a\\=b,dc=x", "cn=a=b,dc=x"},
		{"cn=\\61nna,dc=x", "cn=anna,dc=x"},
		/* æøå, as themselves, escaped byte by byte, in either case, composed or not */
		{"cn=Søren Æbelø,dc=x", "cn=S\\C3\\B8ren \\C3\\86bel\\c3\\b8,dc=x"},
		{"cn=æøå,dc=x", "cn=ÆØÅ,dc=x"},
		{"cn=Åse,dc=x", "cn=A\xCC\x8Ase,dc=x"},
		{"cn=åse,dc=x", "cn=A\xCC\x8Ase,dc=x"},
		{"cn=\xE2\x84\xABse,dc=x", "cn=åse,dc=x"},
		{"cn=André,dc=x", "cn=ANDRE\xCC\x81,dc=x"},
		{"cn=A\\CC\\8Ase,dc=x", "cn=Åse,dc=x"},
		/* types by their names and numbers */
		{"2.5.4.3=anna,2.5.4.11=P,dc=x", "cn=anna,ou=P,dc=x"},
		{"commonName=anna,dc=x", "cn=anna,dc=x"},
		{"userid=anna,domainComponent=x", "uid=anna,dc=x"},
		{"0.9.2342.19200300.100.1.1=anna,0.9.2342.19200300.100.1.25=x", "uid=anna,dc=x"},
		{"cn=anna,organizationName=x,countryName=DK", "cn=anna,o=x,c=dk"},
		{"cn=anna,localityName=Ribe,stateOrProvinceName=Syd", "cn=anna,l=ribe,st=syd"},
		{"street=Torvet 1,dc=x", "streetAddress=torvet 1,dc=x"},
		/* the parts of one RDN have no order */
		{"cn=anna+uid=a1,dc=x", "UID=A1 + CN=Anna,dc=x"},
		{"a=1+b=2+c=3,dc=x", "c=3+a=1+b=2,dc=x"},
		{"cn=#04024869,dc=x", "CN=#04024869,dc=x"},
		{"cn=#0402aBcD,dc=x", "cn=#0402ABcd,dc=x"},
	};

	for (size_t i = 0; i < ROWS(pairs) && row(i, "%s", pairs[i].a); i++)
		check_same(&pairs[i], true);
}

static void test_different(void **state)
{
	static const struct pair pairs[] = {
		{"cn=anna,dc=x", "cn=anne,dc=x"},
		{"cn=anna,dc=x", "uid=anna,dc=x"},
		{"cn=anna,ou=P,dc=x", "cn=anna,dc=x"},
		{"ou=P,cn=anna,dc=x", "cn=anna,ou=P,dc=x"},
		{"cn=anna lund,dc=x", "cn=annalund,dc=x"},
		{"cn=åse,dc=x", "cn=ase,dc=x"},
		{"cn=åse,dc=x", "cn=aase,dc=x"},
		{"cn=ø,dc=x", "cn=o,dc=x"},
		/* what stands in a value is no structure */
		{"cn=a\\,dc=b,dc=x", "cn=a,dc=b,dc=x"},
		{"cn=a\\+uid=b,dc=x", "cn=a+uid=b,dc=x"},
		{"cn=a\\\\2cb,dc=x", "cn=a\\,b,dc=x"},
		{"cn=a\\5C2cb,dc=x", "cn=a\\2cb,dc=x"},
		{"cn=a\\00b,dc=x", "cn=a\\01b,dc=x"},
		{"cn=a\\00b,dc=x", "cn=a,dc=x"},
		{"cn=#04024869,dc=x", "cn=#04024868,dc=x"},
	};

	for (size_t i = 0; i < ROWS(pairs) && row(i, "%s", pairs[i].a); i++)
		check_same(&pairs[i], false);
}

/* Bytes given as #hex are not the text that looks like them. */
static void test_hash_sign(void **state)
{
	check_same(&(struct pair){"cn=#04024869,dc=x", "cn=\\#04024869,dc=x"}, false);
	check_same(&(struct pair){"cn=\\#04024869,dc=x", "cn=\\2304024869,dc=x"}, true);
}

static void test_no_dn(void **state)
{
	static const char *const texts[] = {"anna", "anna@x.dk", "anna lund", "=anna,dc=x",
		"cn=anna,,dc=x", "cn=anna,dc", "cn=a\\zz,dc=x", "cn=anna,dc=x,", "cn=\"a,dc=x",
		"1a=b,dc=x"};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i]); i++) {
		if (dn_key(arena, texts[i]))
			fail_msg("a DN: %s", texts[i]);
		assert_false(dn_is_entry(texts[i]));
	}
	arena_free(arena);
}

static void test_is_entry(void **state)
{
	assert_true(dn_is_entry("uid=anna,dc=x"));
	assert_true(dn_is_entry("CN=Anna\\, L,OU=P,DC=x"));
	assert_false(dn_is_entry("uid=anna"));
	assert_false(dn_is_entry(""));
	assert_false(dn_is_entry("a=b@x.dk"));
}

static void test_is_under(void **state)
{
	static const struct {
		const char *dn, *base;
		bool under;
	} cases[] = {
		{"cn=anna,ou=P,dc=x", "ou=p,DC=X", true},
		{"cn=anna,ou=P,dc=x", "dc=x", true},
		{"ou=P,dc=x", "ou=P,dc=x", true},
		{"dc=x", "ou=P,dc=x", false},
		{"cn=anna,ou=Q,dc=x", "ou=P,dc=x", false},
		{"cn=anna,ou=AP,dc=x", "ou=P,dc=x", false},
		{"cn=anna,xou=P,dc=x", "ou=P,dc=x", false},
		{"cn=anna\\,ou=P,dc=x", "ou=P,dc=x", false},
		{"cn=anna+ou=P,dc=x", "ou=P,dc=x", false},
		{"cn=anna,ou=P,dc=x,dc=y", "ou=P,dc=x", false},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].dn); i++) {
		if (dn_is_under(dn_key(arena, cases[i].dn), dn_key(arena, cases[i].base)) !=
			cases[i].under)
			fail_msg("%s under %s, or not", cases[i].dn, cases[i].base);
	}
	assert_true(dn_is_under(dn_key(arena, "dc=x"), ""));
	arena_free(arena);
}

static void test_leaf(void **state)
{
	static const struct pair cases[] = {
		{"CN=Anna Lund,OU=P,DC=x", "Anna Lund"},
		{"CN=Lund\\, Anna,DC=x", "Lund, Anna"},
		{"CN=S\\C3\\B8ren,DC=x", "Søren"},
		{"uid=anna", "anna"},
		{"cn=anna+uid=a1,dc=x", "anna"},
		{"anna@x.dk", "anna@x.dk"},
		{"", ""},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].a); i++)
		assert_string_equal(dn_leaf(arena, cases[i].a), cases[i].b);
	arena_free(arena);
}

static void test_domain(void **state)
{
	static const struct pair cases[] = {
		{"CN=Et,OU=Lister,DC=eksempel,DC=dk", "DC=eksempel,DC=dk"},
		{"cn=Et,dc=kommune,ou=Lister,dc=eksempel,dc=dk", "dc=eksempel,dc=dk"},
		{"CN=\\,DC=x,DC=dk", "DC=dk"},
		{"DC=dk", "DC=dk"},
		{"cn=Et,o=kommune", ""},
		{"no dn", ""},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].a); i++)
		assert_string_equal(dn_domain(arena, cases[i].a), cases[i].b);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_different),
		cmocka_unit_test(test_hash_sign),
		cmocka_unit_test(test_no_dn),
		cmocka_unit_test(test_is_entry),
		cmocka_unit_test(test_is_under),
		cmocka_unit_test(test_leaf),
		cmocka_unit_test(test_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
