#include "init/sample.h"

#include <sys/time.h>

#include "base/text/language.h"
#include "config/settings.h"
#include "directory/connection/connection.h"

/* What ends a sample early, and leaves what has come good. */
static bool is_cut(int result)
{
	return result == LDAP_SIZELIMIT_EXCEEDED || result == LDAP_TIMELIMIT_EXCEEDED ||
		result == LDAP_ADMINLIMIT_EXCEEDED || result == LDAP_PARTIAL_RESULTS;
}

static bool is_nothing(int result)
{
	return result == LDAP_NO_SUCH_OBJECT || result == LDAP_REFERRAL ||
		result == LDAP_INSUFFICIENT_ACCESS;
}

/* Parts of the directory that are elsewhere come as references: they are no entries. True: more came than were asked for. */
static bool hand_over(const struct sample *sample, LDAP *ld, LDAPMessage *answer)
{
	LDAPMessage *entry = ldap_first_entry(ld, answer);

	for (int i = 0; entry && i < sample->most; i++, entry = ldap_next_entry(ld, entry))
		sample->on_entry(sample->context, ld, entry);
	return entry != NULL;
}

enum error_kind sample_take(struct connection *connection, const struct sample *sample, bool *more,
	struct error *err)
{
	struct timeval limit = {.tv_sec = connection->settings->directory.timeout};
	LDAPMessage *answer = NULL;
	enum error_kind failed = ERROR_NONE;
	bool is_over = false;
	int id = 0, result;

	result = ldap_search_ext(connection->ld, sample->base,
		sample->base_only ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE, sample->filter,
		(char **)sample->attributes, 0, NULL, NULL, &limit, sample->most, &id);
	if (result == LDAP_SUCCESS)
		result = connection_answer(connection, id, &answer);
	if (result == LDAP_SUCCESS || is_cut(result))
		is_over = hand_over(sample, connection->ld, answer);
	else if (!is_nothing(result))
		failed = connection_error(err, connection, result, NULL, _("search below"),
			sample->base);
	if (more)
		*more = is_over || is_cut(result);
	ldap_msgfree(answer);
	return failed;
}
