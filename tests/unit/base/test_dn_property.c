/*
 * Random DNs: what dn_key_plain() makes in one pass is what libldap reads, which dn_key() asks where a byte is escaped.
 *
 * PROPERTY_DNS says how many (100000), PROPERTY_SEED where to begin (1).
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"

/* Chance, the same everywhere (splitmix64). */
static uint64_t throw(uint64_t * state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

static const char *one_of(uint64_t *state, const char *const *words, size_t count)
{
	return words[throw(state) % count];
}

static const char *const types[] = {"cn", "CN", "uid", "Ou", "dc", "DC", "l", "st", "street",
	"commonName", "userid", "c", "0", "2.5.4.3", "oid.2.5.4.3", "a-b", "a1", "abcde", "abcdef",
	"", "cn ", " cn", "c;lang-da", "UID"};

/* Mostly what is plain; then what only looks so. */
static const char *const plain_pieces[] = {"a", "B", "z", "Z", "0", "9", "æ", "Ø", "å", "Å", "é",
	"É", "þ", "Þ", "ÿ", "À", "×", "÷", " ", "  ", "-", ".", "'", "@", "/", "*", "(", "_", "~",
	":", "anna", "Lund", "{", "`", "|"};
static const char *const odd_pieces[] = {"ß", "ẞ", "\xCC\x8A", "A\xCC\x8A", "\xC2\xA0", "\xC2\xAA",
	"\xC3", "\xA5", "\xFF", "ſ", "ﬁ", "Ω", "İ", "K", "\xE2\x80\x8B", "\t", "\n", "\x01", "\x7f",
	"=", "#", "<", ">", ";", "\"", "+", "\\", "\\,", "\\2C", "\\C3\\A6", "\\20", "\\#",
	"+uid=a", ",", "#04024869", "\xC4\x80", "\xC5\xBF", "\xCE\xBC"};

static void add_rdn(struct strbuf *dn, uint64_t *state)
{
	size_t pieces = throw(state) % 7;

	/* Most types are good, or no DN of several would be. */
	strbuf_adds(dn, one_of(state, types, throw(state) % 8 > 0 ? 6 : ROWS(types)));
	strbuf_adds(dn, throw(state) % 64 > 0 ? "=" : " = ");
	for (size_t i = 0; i <= pieces; i++)
		strbuf_adds(dn,
			throw(state) % 32 > 0 ? one_of(state, plain_pieces, ROWS(plain_pieces))
					      : one_of(state, odd_pieces, ROWS(odd_pieces)));
}

/* The same DN with the first character of its first value escaped. */
static const char *escape(struct arena *arena, const char *dn)
{
	const unsigned char *value = (const unsigned char *)strchr(dn, '=') + 1;
	int type = (int)((const char *)value - dn);

	if (*value >= 0x80)
		return arena_format(arena, "%.*s\\%02X\\%02x%s", type, dn, value[0], value[1],
			value + 2);
	return arena_format(arena, "%.*s\\%02x%s", type, dn, value[0], value + 1);
}

/* Whether it is plain. */
static bool check_dn(struct arena *arena, const char *dn)
{
	size_t length = strlen(dn);
	char *plain = arena_get(arena, length + 1);
	const char *key = dn_key(arena, dn), *read;

	assert_true(dn_is_entry(dn) == (key && strchr(key, ',')));
	if (dn_key_plain(dn, length, plain) == 0)
		return false;
	read = dn_key(arena, escape(arena, dn));
	if (!read || strcmp(plain, read) != 0 || strcmp(plain, key) != 0)
		fail_msg("%s\nhas the key %s\nand is read as %s", dn, plain, read ? read : "no DN");
	return true;
}

static size_t number_of(const char *name, size_t usual)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : usual;
}

static void test_plain(void **state)
{
	size_t count = number_of("PROPERTY_DNS", 100000), plain = 0;
	uint64_t chance = number_of("PROPERTY_SEED", 1);

	for (size_t i = 0; i < count; i++) {
		struct arena *arena = arena_new();
		struct strbuf dn = STRBUF_INIT;
		size_t parts = throw(&chance) % 4;

		for (size_t part = 0; part <= parts; part++) {
			if (part > 0)
				strbuf_addc(&dn, ',');
			add_rdn(&dn, &chance);
		}
		plain += check_dn(arena, dn.text);
		strbuf_release(&dn);
		arena_free(arena);
	}
	if (plain < count / 5 || plain > count / 5 * 4)
		fail_msg("%zu of %zu DNs are plain, so one way is not tried", plain, count);
}

/* What must not be taken for plain, as its key is not what one pass makes. */
static void test_not_plain(void **state)
{
	static const char *const texts[] = {"", "cn", "cn=", "=a", "cn=a,", ",cn=a", "cn=a,dc",
		"cn=a,,dc=x", "cn=ß,dc=x", "cn=a=b,dc=x", "cn= a,dc=x", "cn=a ,dc=x", " cn=a",
		"cn=a, dc=x", "cn=a+uid=b", "cn=#61", "cn=a\\,b", "cn=\"a\"", "cn=a;dc=x", "cn=<a",
		"cn=a>", "cn=a\tb", "cn=a\x7f", "cn=A\xCC\x8A", "cn=\xC2\xA0", "cn=\xC3",
		"cn=\xC3,dc=x", "cn=\xC3\xC3\xA6", "userid=a", "2.5.4.3=a", "cn1=a", "cn=\xE5"};
	char key[64];

	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i]); i++)
		assert_int_equal(dn_key_plain(texts[i], strlen(texts[i]), key), 0);
}

/* Only so many bytes are read, whatever follows them. */
static void test_length(void **state)
{
	char key[16];

	assert_int_equal(dn_key_plain("CN=Ann\xC3\x98,DC=x", 8, key), 8);
	assert_string_equal(key, "cn=ann\xC3\xB8");
	assert_int_equal(dn_key_plain("cn=ann\xC3\x98", 7, key), 0);
	assert_int_equal(dn_key_plain("CN=A  B,dc=x", 7, key), 6);
	assert_string_equal(key, "cn=a b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_not_plain),
		cmocka_unit_test(test_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
