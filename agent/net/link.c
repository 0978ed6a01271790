#include "net/link.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/text/strbuf.h"

/* One link of the field: its target, borrowed, and what its parameters say. */
struct link {
	const char *target;
	size_t length;
	struct strbuf relation; /* owned */
	bool has_relation, has_anchor;
};

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

static const char *skip_token(const char *at)
{
	return at + strcspn(at, " \t;,=\"<>");
}

/* What stands in quotes, a backslash freeing what is behind it (RFC 9110 section 5.6.4). */
static const char *read_quoted(const char *at, struct strbuf *value)
{
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
		strbuf_addc(value, *at);
	}
	return *at ? at + 1 : at;
}

static const char *read_value(const char *at, struct strbuf *value)
{
	const char *end;

	at = skip_blanks(at);
	if (*at == '"')
		return read_quoted(at, value);
	end = at + strcspn(at, " \t;,");
	strbuf_add(value, at, (size_t)(end - at));
	return end;
}

static bool is_name(const char *name, size_t length, const char *expected)
{
	return length == strlen(expected) && strncasecmp(name, expected, length) == 0;
}

/* One parameter; of several relations the first counts (section 3.3). */
static const char *read_parameter(const char *at, struct link *link)
{
	const char *name = skip_blanks(at), *name_end = skip_token(name);
	struct strbuf value = STRBUF_INIT;
	size_t length = (size_t)(name_end - name);

	at = skip_blanks(name_end);
	if (*at == '=')
		at = read_value(at + 1, &value);
	if (is_name(name, length, "anchor"))
		link->has_anchor = true;
	if (is_name(name, length, "rel") && !link->has_relation) {
		link->has_relation = true;
		strbuf_adds(&link->relation, value.text);
	}
	strbuf_release(&value);
	return at;
}

/* One link; where the next begins, or NULL where there is none. */
static const char *read_link(const char *at, struct link *link)
{
	const char *end;

	at += strspn(at, " \t,");
	end = *at == '<' ? strchr(at, '>') : NULL;
	if (!end)
		return NULL;
	link->target = at + 1;
	link->length = (size_t)(end - at - 1);
	for (at = skip_blanks(end + 1); *at == ';'; at = skip_blanks(at))
		at = read_parameter(at + 1, link);
	return at;
}

/* Whether "next" is among the relations, which blanks part. */
static bool leads_on(const struct link *link)
{
	const char *at = link->relation.text;

	while (*(at = skip_blanks(at))) {
		size_t length = strcspn(at, " \t");

		if (is_name(at, length, "next"))
			return !link->has_anchor && link->length > 0;
		at += length;
	}
	return false;
}

bool link_next(const char *field, struct strbuf *target)
{
	bool found = false;

	while (field && !found) {
		struct link link = {.relation = STRBUF_INIT};

		field = read_link(field, &link);
		found = field && leads_on(&link);
		if (found)
			strbuf_add(target, link.target, link.length);
		strbuf_release(&link.relation);
	}
	return found;
}
