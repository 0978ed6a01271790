/* CAPABILITY, NAMESPACE (RFC 2342) and QUOTA (RFC 9208): part of imap_response.h. */
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "mail/imap/imap_reader.h"

static unsigned int capability_bit(struct imap_text atom)
{
	if (imap_is_word(atom, "NAMESPACE") || imap_is_word(atom, "IMAP4rev2"))
		return IMAP_CAN_NAMESPACE;
	return imap_is_word(atom, "QUOTA") ? IMAP_CAN_QUOTA : 0;
}

bool imap_read_capability(struct imap_reader *r, struct imap_response *response)
{
	response->kind = IMAP_CAPABILITY;
	while (imap_take_char(r, ' ') && !imap_at_end(r))
		response->capabilities |= capability_bit(imap_take_atom(r));
	return true;
}

/* "(prefix separator extensions)" of one namespace. */
static bool take_descriptor(struct imap_reader *r, struct imap_response *response,
	enum imap_namespace_kind kind)
{
	struct imap_namespace *namespace;

	if (response->namespace_count == IMAP_NAMESPACES_MAX)
		return imap_fail(r, N_("fewer namespaces"));
	namespace = &response->namespaces[response->namespace_count++];
	namespace->kind = kind;
	if (!imap_take_char(r, '('))
		return imap_fail(r, N_("a list in parentheses"));
	if (!imap_take_string(r, &namespace->prefix) || !namespace->prefix.bytes)
		return imap_fail(r, N_("a namespace's prefix"));
	if (!imap_take_char(r, ' ') || !imap_take_string(r, &namespace->separator))
		return imap_fail(r, N_("a separator"));
	while (imap_take_char(r, ' ')) {
		if (!imap_skip_value(r))
			return false;
	}
	return imap_take_char(r, ')') || imap_fail(r, N_("the end of a list"));
}

/* NIL, or the namespaces of one kind in parentheses. */
static bool take_namespaces(struct imap_reader *r, struct imap_response *response,
	enum imap_namespace_kind kind)
{
	if (!imap_take_char(r, '('))
		return imap_is_word(imap_take_atom(r), "NIL") ||
			imap_fail(r, N_("a list in parentheses"));
	do {
		if (!take_descriptor(r, response, kind))
			return false;
		imap_take_char(r, ' ');
	} while (!imap_take_char(r, ')'));
	return true;
}

bool imap_read_namespace(struct imap_reader *r, struct imap_response *response)
{
	static const enum imap_namespace_kind kinds[] = {
		IMAP_PERSONAL, IMAP_OTHER_USERS, IMAP_SHARED};

	response->kind = IMAP_NAMESPACE;
	response->namespaces =
		arena_get(r->arena, IMAP_NAMESPACES_MAX * sizeof(*response->namespaces));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!imap_take_char(r, ' '))
			return imap_fail(r, N_("three kinds of namespaces"));
		if (!take_namespaces(r, response, kinds[i]))
			return false;
	}
	return true;
}

/* "STORAGE 10 512" */
static bool take_resource(struct imap_reader *r, struct imap_quota_limit *limit)
{
	limit->resource = imap_take_atom(r);
	if (limit->resource.length == 0 || !imap_take_char(r, ' ') ||
		!imap_take_number64(r, &limit->used) || !imap_take_char(r, ' ') ||
		!imap_take_number64(r, &limit->limit))
		return imap_fail(r, N_("a resource, its use and its limit"));
	return true;
}

bool imap_read_quota(struct imap_reader *r, struct imap_response *response)
{
	struct imap_text root;

	response->kind = IMAP_QUOTA;
	response->limits = arena_get(r->arena, IMAP_LIMITS_MAX * sizeof(*response->limits));
	if (!imap_take_char(r, ' ') || !imap_take_string(r, &root))
		return imap_fail(r, N_("the name of a quota root"));
	if (!imap_take_char(r, ' ') || !imap_take_char(r, '('))
		return imap_fail(r, N_("a list in parentheses"));
	while (!imap_take_char(r, ')')) {
		if (response->limit_count == IMAP_LIMITS_MAX)
			return imap_fail(r, N_("fewer limits"));
		if (!take_resource(r, &response->limits[response->limit_count++]))
			return false;
		imap_take_char(r, ' ');
	}
	return true;
}
