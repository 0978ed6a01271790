#include "directory/entry/ad_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"

#define GUID_BYTES 16

#define ACCOUNT_DISABLED 0x2

#define GROUP_BUILTIN   0x1
#define GROUP_GLOBAL    0x2
#define GROUP_UNIVERSAL 0x8
#define GROUP_SECURITY  0x80000000

/* The first RID of what somebody makes in a domain (MS-DTYP section 2.4.2.4 lists those below). */
#define FIRST_RID 1000

/* Of sAMAccountName (rangeUpper of its attributeSchema), in characters. */
#define ACCOUNT_NAME_MAX 256

/* What stands for a number that cannot be read is 0: neither disabled nor expired. */
static int64_t number_of(const char *text)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	return errno || *end ? 0 : (int64_t)number;
}

void ad_guid_add(struct strbuf *out, const struct berval *guid)
{
	static const unsigned char order[GUID_BYTES] = {
		3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

	if (guid->bv_len != GUID_BYTES)
		return;
	for (size_t i = 0; i < GUID_BYTES; i++) {
		bool begins_field = i == 4 || i == 6 || i == 8 || i == 10;

		strbuf_addf(out, "%s%02x", begins_field ? "-" : "",
			(unsigned char)guid->bv_val[order[i]]);
	}
}

/* A head of 8 bytes, the second of which counts the parts, of 4 each. */
bool ad_sid_rid(const struct berval *sid, uint32_t *rid)
{
	const unsigned char *bytes = (const unsigned char *)sid->bv_val, *last;

	if (sid->bv_len < 12 || sid->bv_len != 8 + 4 * (size_t)bytes[1])
		return false;
	last = bytes + sid->bv_len - 4;
	*rid = (uint32_t)last[0] | (uint32_t)last[1] << 8 | (uint32_t)last[2] << 16 |
		(uint32_t)last[3] << 24;
	return true;
}

bool ad_is_disabled(const char *account_control)
{
	return number_of(account_control) & ACCOUNT_DISABLED;
}

bool ad_expires(const char *account_expires, moment *at)
{
	int64_t ticks = number_of(account_expires);

	if (ticks <= 0 || ticks == INT64_MAX)
		return false;
	*at = ticks / MOMENT_AD_TICKS + (ticks % MOMENT_AD_TICKS != 0) - MOMENT_AD_EPOCH;
	return true;
}

bool ad_can_be_primary(const char *group_type)
{
	int64_t type = number_of(group_type);

	return (type & GROUP_SECURITY) && (type & (GROUP_GLOBAL | GROUP_UNIVERSAL));
}

bool ad_is_builtin_group(const char *group_type)
{
	return number_of(group_type) & GROUP_BUILTIN;
}

bool ad_is_security_group(const char *group_type)
{
	return number_of(group_type) & GROUP_SECURITY;
}

bool ad_sid_is_reserved(const struct berval *sid)
{
	uint32_t rid;

	return ad_sid_rid(sid, &rid) && rid < FIRST_RID;
}

bool ad_is_set(const char *number)
{
	return number_of(number) != 0;
}

static bool is_forbidden(unsigned char c)
{
	return c < ' ' || c == 0x7f || strchr("\"/\\[]:;|=,+*?<>@", c);
}

static bool continues_character(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* It may not end in a dot, nor in a blank, which AD would take away. */
const char *ad_account_name(struct arena *arena, const char *name)
{
	struct strbuf account = STRBUF_INIT;
	size_t characters = 0;

	for (; *name; name++) {
		unsigned char c = (unsigned char)*name;

		if (is_forbidden(c) || (account.length == 0 && c == ' '))
			continue;
		if (!continues_character(c) && ++characters > ACCOUNT_NAME_MAX)
			break;
		strbuf_addc(&account, *name);
	}
	while (account.length > 0 && strchr(". ", account.text[account.length - 1]))
		account.length--;
	return strbuf_to_arena(&account, arena);
}
