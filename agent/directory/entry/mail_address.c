#include "directory/entry/mail_address.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/hidden.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/entry/filter.h"
#include "model/snapshot.h"

#define SMTP         "smtp:"
#define PRIMARY_SMTP "SMTP:"

/* RFC 5321 section 4.5.3.1.3, less the brackets. */
#define ADDRESS_MAX 254

static bool is_proxy(const char *attribute)
{
	return strcasecmp(attribute, "proxyAddresses") == 0;
}

static bool is_address(const char *text)
{
	const char *at = strchr(text, '@');

	return at && at > text && at[1] && !strchr(at + 1, '@') &&
		!strpbrk(text, " <>()[],;:\\\"") && !strstr(text, "\xc2\xa0") && !hidden_in(text) &&
		strlen(text) <= ADDRESS_MAX;
}

enum mail_value mail_value_read(const char *attribute, const char *value, const char **address,
	bool *is_primary)
{
	if (is_proxy(attribute) && strncasecmp(value, SMTP, strlen(SMTP)) != 0) {
		const char *colon = strchr(value, ':');

		return colon && colon > value ? MAIL_VALUE_OTHER : MAIL_VALUE_MALFORMED;
	}
	if (!is_address(is_proxy(attribute) ? value + strlen(SMTP) : value))
		return MAIL_VALUE_MALFORMED;
	*address = is_proxy(attribute) ? value + strlen(SMTP) : value;
	*is_primary = is_proxy(attribute) && strncmp(value, PRIMARY_SMTP, strlen(SMTP)) == 0;
	return MAIL_VALUE_ADDRESS;
}

void mail_filter_add(struct strbuf *filter, const char *attribute, const char *text)
{
	struct strbuf value = STRBUF_INIT;

	if (is_proxy(attribute))
		strbuf_adds(&value, SMTP);
	strbuf_adds(&value, text);
	if (!is_proxy(attribute) || strchr(text, '@'))
		filter_add_equal(filter, attribute, value.text);
	strbuf_release(&value);
}

void mail_filter_add_beginning(struct strbuf *filter, const char *attribute, const char *text)
{
	strbuf_addf(filter, "(%s=%s", attribute, is_proxy(attribute) ? SMTP : "");
	filter_add_value(filter, text);
	strbuf_adds(filter, "*)");
}

static void find_malformed(struct snapshot *snapshot, const char *dn, const char *attribute,
	const char *value)
{
	struct strbuf shown = STRBUF_INIT;

	findings_add_value(&shown, value, strlen(value));
	findings_add(snapshot_findings(snapshot), FINDING_IMPORTANT, dn,
		_("%s: \"%s\" is not one mail address, and counts as none; write one address alone, "
		  "such as anna@eksempel.dk"),
		attribute, shown.text);
	strbuf_release(&shown);
}

void mail_addresses_add(struct mail_addresses *addresses, struct arena *arena,
	const char *attribute, const struct strings *texts, struct snapshot *snapshot,
	const char *dn)
{
	const char *primary = NULL, *first = NULL, *malformed = NULL;

	for (size_t i = 0; i < texts->count; i++) {
		const char *address = NULL;
		bool is_primary = false;
		enum mail_value kind =
			mail_value_read(attribute, texts->items[i], &address, &is_primary);

		if (kind == MAIL_VALUE_MALFORMED && !malformed)
			malformed = texts->items[i];
		if (kind != MAIL_VALUE_ADDRESS)
			continue;
		addresses->all.items = arena_grow(arena, addresses->all.items, addresses->all.count,
			&addresses->room, sizeof(*addresses->all.items));
		addresses->all.items[addresses->all.count++] = address;
		first = first ? first : address;
		primary = is_primary && !primary ? address : primary;
	}
	if (malformed && snapshot)
		find_malformed(snapshot, dn, attribute, malformed);
	if (!addresses->written_to)
		addresses->written_to = primary ? primary : first;
}
