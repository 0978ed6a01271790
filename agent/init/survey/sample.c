#include "init/survey/sample.h"

#include <sys/time.h>

#include "base/text/language.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "model/settings.h"

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

/* What one call of sample_take() has come to. */
struct sample_ctx {
	struct connection *connection;
	const struct sample *sample;
	struct berval cookie; /* owned; of the page before, empty on the first */
	int count;            /* entries that were handed over */
	bool is_over;         /* more came than were asked for */
};

/* Parts of the directory that are elsewhere come as references: they are no entries. */
static void hand_over(struct sample_ctx *s, LDAPMessage *answer)
{
	LDAP *ld = s->connection->ld;
	LDAPMessage *message = ldap_first_entry(ld, answer);
	struct dir_entry entry = DIR_ENTRY_INIT;

	for (; message && s->count < s->sample->most; message = ldap_next_entry(ld, message)) {
		s->count++;
		if (entry_open(&entry, ld, message))
			s->sample->on_entry(s->sample->context, &entry);
	}
	s->is_over = s->is_over || message;
	entry_release(&entry);
}

/* The place of the next page: empty after the last, and where the server knows no pages. */
static void turn_page(struct sample_ctx *s, LDAPMessage *answer)
{
	LDAP *ld = s->connection->ld;
	LDAPControl **controls = NULL, *page = NULL;
	LDAPMessage *result = answer;
	struct berval cookie = {0};
	ber_int_t estimate;

	while (result && ldap_msgtype(result) != LDAP_RES_SEARCH_RESULT)
		result = ldap_next_message(ld, result);
	if (result &&
		ldap_parse_result(ld, result, NULL, NULL, NULL, NULL, &controls, 0) == LDAP_SUCCESS)
		page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	/* Without a value, or with an empty one, libldap would crash. */
	if (page && page->ldctl_value.bv_len > 0 &&
		ldap_parse_pageresponse_control(ld, page, &estimate, &cookie) != LDAP_SUCCESS)
		cookie = (struct berval){0};
	ldap_controls_free(controls);
	ber_memfree(s->cookie.bv_val);
	s->cookie = cookie;
}

/* Ask for one page, or for all where there are no pages; what came is handed over. Returns the result's code. */
static int take_page(struct sample_ctx *s)
{
	const struct sample *sample = s->sample;
	struct timeval limit = {.tv_sec = s->connection->settings->directory.timeout};
	LDAPControl *page = NULL;
	LDAPMessage *answer = NULL;
	int id = 0, result = LDAP_SUCCESS;

	if (sample->paged)
		result = ldap_create_page_control(s->connection->ld, SAMPLE_MAX, &s->cookie, 'F',
			&page);
	if (result == LDAP_SUCCESS)
		result = ldap_search_ext(s->connection->ld, sample->base,
			sample->base_only ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE, sample->filter,
			(char **)sample->attributes, 0, (LDAPControl *[]){page, NULL}, NULL, &limit,
			sample->paged ? LDAP_NO_LIMIT : sample->most, &id);
	ldap_control_free(page);
	if (result == LDAP_SUCCESS)
		result = connection_answer(s->connection, id, &answer);
	if (result == LDAP_SUCCESS || is_cut(result))
		hand_over(s, answer);
	if (result == LDAP_SUCCESS && sample->paged)
		turn_page(s, answer);
	ldap_msgfree(answer);
	return result;
}

enum error_kind sample_take(struct connection *connection, const struct sample *sample, bool *more,
	struct error *err)
{
	struct sample_ctx s = {.connection = connection, .sample = sample};
	enum error_kind failed = ERROR_NONE;
	int result;

	do {
		result = take_page(&s);
	} while (result == LDAP_SUCCESS && s.cookie.bv_len > 0 && s.count < sample->most);
	if (result != LDAP_SUCCESS && !is_cut(result) && !is_nothing(result))
		failed = connection_error(err, connection, result, NULL, _("search below"),
			sample->base);
	if (more)
		*more = s.is_over || s.cookie.bv_len > 0 || is_cut(result);
	ber_memfree(s.cookie.bv_val);
	return failed;
}
