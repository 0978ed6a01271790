/*
 * Update sequence numbers, asked for ten times a second: what a Samba domain controller is followed by.
 *
 * Samba's change notification (ad_notify.c) is a search for (uSNChanged>=N) of the whole database, which no
 * index serves, after each write to the process that holds the connection, our own writes among them, and
 * every five seconds where another process was written to. With 10,000 people that takes some 100 ms each time
 * (500 ms at a load of 17), in which the controller does nothing else: an absence, and the two or
 * three writes that come of it, paid for it four times. The root DSE tells the newest number in 1 to 2 ms, and a
 * search for those numbers one by one is served by the index, in 1 to 3 ms for up to a hundred of them. So a change is
 * heard of 50 ms after it in the mean, in whichever process it was made.
 *
 * Samba has one writer at a time, so the newest number (MS-ADTS section 3.1.1.3.2) is committed, as all below it are,
 * and none is missed. Windows is not asked so: it tells by itself, and an account that may not read uSNChanged
 * would hear of nothing there.
 */
#include "directory/follow/follow.h"

#include <stdlib.h>
#include <strings.h>

#include "base/text/moment.h"
#include "base/text/strbuf.h"
#include "directory/entry/entry.h"

#define PAUSE 100 /* milliseconds between two questions */

/* Numbers that are asked for one by one; more are asked for as a range. */
#define EACH_MAX 100

static const char *const root_attributes[] = {"highestCommittedUSN", "vendorName", NULL};

static long long newest_of(LDAP *ld, LDAPMessage *entry)
{
	struct berval **values = ldap_get_values_len(ld, entry, "highestCommittedUSN");
	long long number = values && values[0] ? strtoll(values[0]->bv_val, NULL, 10) : 0;

	ldap_value_free_len(values);
	return number;
}

static int send_question(struct connection *connection, int *id)
{
	return ldap_search_ext(connection->ld, "", LDAP_SCOPE_BASE, "(objectClass=*)",
		(char **)root_attributes, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, id);
}

/* The root DSE, waited for; NULL: `*result` says why not. */
static LDAPMessage *root_of(struct connection *connection, int *result)
{
	LDAPMessage *answer = NULL;
	int id = 0;

	*result = send_question(connection, &id);
	if (*result == LDAP_SUCCESS)
		*result = connection_entry(connection, id, &answer);
	return answer;
}

static bool is_samba(LDAP *ld, LDAPMessage *entry)
{
	struct berval **values = ldap_get_values_len(ld, entry, "vendorName");
	bool found = values && values[0] && strncasecmp(values[0]->bv_val, "Samba", 5) == 0;

	ldap_value_free_len(values);
	return found;
}

bool usn_is_better(struct connection *connection)
{
	int result;
	LDAPMessage *answer = root_of(connection, &result);
	LDAPMessage *entry = answer ? ldap_first_entry(connection->ld, answer) : NULL;
	bool better =
		entry && is_samba(connection->ld, entry) && newest_of(connection->ld, entry) > 0;

	ldap_msgfree(answer);
	return better;
}

int usn_begin(struct follow *follow)
{
	int result;
	LDAPMessage *answer = root_of(&follow->connection, &result);
	LDAPMessage *entry = answer ? ldap_first_entry(follow->connection.ld, answer) : NULL;

	if (entry)
		follow->poll.known = newest_of(follow->connection.ld, entry);
	follow->poll.due_at = moment_uptime() + PAUSE;
	ldap_msgfree(answer);
	return result;
}

int usn_ask(struct follow *follow)
{
	follow->poll.newest = follow->poll.known;
	return send_question(&follow->connection, &follow->poll.asking);
}

static void rest_poll(struct usn_poll *poll)
{
	poll->known = poll->newest;
	poll->asking = poll->reading = 0;
	poll->due_at = moment_uptime() + PAUSE;
}

static void add_filter(struct strbuf *filter, const struct usn_poll *poll)
{
	if (poll->newest - poll->known > EACH_MAX) {
		strbuf_addf(filter, "(uSNChanged>=%lld)", poll->known + 1);
		return;
	}
	strbuf_adds(filter, "(|");
	for (long long number = poll->known + 1; number <= poll->newest; number++)
		strbuf_addf(filter, "(uSNChanged=%lld)", number);
	strbuf_addc(filter, ')');
}

/* What was deleted lies elsewhere in the naming context, and is shown only on demand. */
static int send_reading(struct follow *follow)
{
	LDAPControl show = {.ldctl_oid = (char *)FOLLOW_SHOW_DELETED_OID, .ldctl_iscritical = 1};
	LDAPControl *controls[] = {&show, NULL};
	struct strbuf filter = STRBUF_INIT;
	int result;

	add_filter(&filter, &follow->poll);
	follow->poll.asking = 0;
	result = ldap_search_ext(follow->connection.ld, follow->base.text, LDAP_SCOPE_SUBTREE,
		filter.text, (char **)follow->attributes, 0, controls, NULL, NULL, LDAP_NO_LIMIT,
		&follow->poll.reading);
	strbuf_release(&filter);
	return result;
}

/* A number that went back is that of another database: as after a lost connection, all must be read anew. */
static int take_newest(struct follow *follow)
{
	struct usn_poll *poll = &follow->poll;

	if (poll->newest < poll->known)
		return LDAP_SERVER_DOWN;
	if (poll->newest > poll->known)
		return send_reading(follow);
	rest_poll(poll);
	return LDAP_SUCCESS;
}

static int result_of(const struct follow *follow, LDAPMessage *message)
{
	int result = LDAP_OTHER;

	ldap_parse_result(follow->connection.ld, message, &result, NULL, NULL, NULL, NULL, 0);
	return result;
}

int usn_take(struct follow *follow, LDAPMessage *message, struct dir_changes *changes)
{
	struct usn_poll *poll = &follow->poll;
	int id = ldap_msgid(message), type = ldap_msgtype(message), result = LDAP_SUCCESS;

	if (type == LDAP_RES_SEARCH_ENTRY && id == poll->asking)
		poll->newest = newest_of(follow->connection.ld, message);
	else if (type == LDAP_RES_SEARCH_ENTRY && id == poll->reading)
		follow_note(follow, message, changes);
	if (type != LDAP_RES_SEARCH_RESULT)
		return LDAP_SUCCESS;
	result = result_of(follow, message);
	if (result == LDAP_SUCCESS && id == poll->asking)
		result = take_newest(follow);
	else if (result == LDAP_SUCCESS && id == poll->reading)
		rest_poll(poll);
	return result;
}
