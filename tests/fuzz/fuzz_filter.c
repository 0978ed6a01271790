/*
 * Filters: a value that is put into one is found in it again, by the rules of RFC 4515, and
 * changes nothing of its form; and what the settings take for a filter libldap takes for one, too.
 */
#include <ctype.h>
#include <lber.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "config/filter.h"
#include "directory/entry/filter.h"
#include "fuzz.h"

/* libldap's own parser of filters, exported but in no header that is installed: the length, or -1. */
int ldap_pvt_put_filter(BerElement *ber, const char *filter);

static bool libldap_takes(const char *filter)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	bool is_taken = ldap_pvt_put_filter(ber, filter) != -1;

	ber_free(ber, 1);
	return is_taken;
}

/* Each is the name of a test that is well formed by itself. */
static void expect_names(struct arena *arena, const char *filter)
{
	const char *at = filter, *name;
	size_t length;

	while ((name = filter_next_attribute(&at, &length)))
		fuzz_expect(filter_is_valid(arena_format(arena, "(%.*s=x)", (int)length, name)),
			"an attribute's name");
}

static int digit_of(char c)
{
	return c <= '9' ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* The value of "(attribute=value)" as RFC 4515 section 3 reads it. */
static void unescape(struct strbuf *value, const char *at)
{
	for (; *at && *at != ')'; at++) {
		fuzz_expect(*at != '(' && *at != '*', "no letter of the value is structure");
		if (*at == '\\') {
			fuzz_expect(isxdigit((unsigned char)at[1]) &&
					isxdigit((unsigned char)at[2]),
				"two digits behind a backslash");
			strbuf_addc(value, (char)(digit_of(at[1]) << 4 | digit_of(at[2])));
			at += 2;
		} else {
			strbuf_addc(value, *at);
		}
	}
	fuzz_expect(strcmp(at, ")") == 0, "the value ends where the filter does");
}

static void expect_value_survives(const char *value)
{
	struct strbuf filter = STRBUF_INIT, again = STRBUF_INIT;

	filter_add_equal(&filter, "cn", value);
	fuzz_expect(strncmp(filter.text, "(cn=", 4) == 0, "a filter begins as it should");
	unescape(&again, filter.text + 4);
	fuzz_expect(strcmp(again.text, value) == 0, "the value survives");
	fuzz_expect(filter_is_valid(filter.text) && libldap_takes(filter.text), "it is a filter");
	strbuf_release(&filter);
	strbuf_release(&again);
}

static void expect_terms_hold(struct arena *arena, const char *a, const char *b)
{
	struct strbuf filter = STRBUF_INIT;
	const char *terms[2];

	filter_add_containing(&filter, "cn", a, b);
	terms[0] = terms[1] = filter.text;
	fuzz_expect(filter_is_valid(filter.text) && libldap_takes(filter.text), "parts make one");
	fuzz_expect(filter_is_valid(filter_any_of(arena, "(objectClass=person)", terms, 2)),
		"terms make one");
	strbuf_release(&filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *text = fuzz_text(data, size), *rest = strchr(text, '\n');

	if (filter_is_valid(text)) {
		const char *inside = arena_format(arena, "(&%s(cn=x))", text);

		fuzz_expect(libldap_takes(text), "libldap takes it");
		fuzz_expect(filter_is_valid(inside) && libldap_takes(inside),
			"also inside another");
		expect_names(arena, text);
	}
	expect_value_survives(text);
	if (rest)
		*rest++ = '\0';
	expect_terms_hold(arena, text, rest);
	free(text);
	arena_free(arena);
	return 0;
}
