#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "directory/connection/site.h"

/* What a DC answers: its flags (without and with "you are near"), and eight names. */
#define FAR  "\x17\0\0\0\x3d\x11\0\0"
#define NEAR "\x17\0\0\0\xbd\x11\0\0"
#define GUID "0123456789abcdef"
#define DC                                                             \
	"\10eksempel\2dk\0\xc0\x18\3dc1\xc0\x18\10EKSEMPEL\0\3DC1\0\0" \
	"\27Default-First-Site-Name\0"
#define END "\5\0\0\0\xff\xff\xff\xff"

static const char *read_site(struct arena *arena, const char *bytes, size_t length)
{
	unsigned char *copy = test_malloc(length ? length : 1);
	const char *site;

	memcpy(copy, bytes, length);
	site = site_read(arena, copy, length);
	test_free(copy);
	return site;
}

#define CASE(bytes, site)                      \
	{                                      \
		bytes, sizeof(bytes) - 1, site \
	}

static void test_site(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *site;
	} cases[] = {
		CASE(FAR GUID DC "\6Odense\0" END, "Odense"),
		CASE("\x19"
		     "\0\0\0\x3d\x11\0\0" GUID DC "\6Odense\0" END,
			"Odense"),
		CASE(NEAR GUID DC "\xc0\x3d" END, NULL),
		CASE("\x13"
		     "\0\0\0\x3d\x11\0\0" GUID DC "\6Odense\0" END,
			NULL),
		CASE(FAR GUID DC "\0" END, NULL),       /* of no site */
		CASE(FAR GUID DC "\4Od e\0" END, NULL), /* no label of a DNS name */
		CASE(FAR GUID DC "\2Od\3ens\0" END, NULL),
		CASE(FAR GUID DC "\xc0\xff" END, NULL), /* points past the end */
		CASE(FAR GUID DC "\77Odense", NULL),
		CASE("", NULL),
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].bytes); i++) {
		const char *site = read_site(arena, cases[i].bytes, cases[i].length);

		assert_string_equal(site ? site : "-", cases[i].site ? cases[i].site : "-");
	}
	arena_free(arena);
}

static void test_cut(void **state)
{
	static const char whole[] = FAR GUID DC "\6Odense";
	struct arena *arena = arena_new();

	for (size_t length = 0; length < sizeof(whole); length++) {
		const char *site = read_site(arena, whole, length);

		assert_true(site == NULL);
	}
	assert_string_equal(read_site(arena, whole, sizeof(whole)), "Odense");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_site),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
