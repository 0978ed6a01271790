#include "rewrite.h"

#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void die(const char *what)
{
	fprintf(stderr, "relay: %s\n", what);
	exit(1);
}

/* Searches on their way. */

static struct block_query *block_query_find(struct conversation *c, int id)
{
	for (int i = 0; i < SEARCHES_MAX; i++) {
		if (c->searches[i].id == id)
			return &c->searches[i];
	}
	return NULL;
}

static struct block_query *asked_new(struct conversation *c, int id)
{
	struct block_query *asked = block_query_find(c, 0);

	if (!asked)
		die("too many searches at a time");
	*asked = (struct block_query){.id = id, .first = -1, .result = -1};
	return asked;
}

/* Take the range out of "member;range=0-*". */
static void take_range(struct conversation *c, struct block_query *asked, char *attribute)
{
	char *option = strcasestr(attribute, ";range="), *upper;

	if (!option || !(upper = strchr(option, '-')))
		return;
	*option = '\0';
	if (strcasecmp(attribute, c->policy->attribute) != 0)
		die("a range of an attribute that has none");
	asked->first = atoi(option + strlen(";range="));
	asked->last = upper[1] == '*' ? -1 : atoi(upper + 1);
	if (++c->slices != c->policy->fault_at)
		return;
	asked->fault = c->policy->fault;
	if (c->policy->command && system(c->policy->command) != 0)
		die("the command failed");
}

/* Requests. */

/* The page that is asked for, at most MaxPageSize. */
static void add_page(BerElement *out, struct berval *value, int most)
{
	BerElement *in = ber_init(value), *page = ber_alloc_t(LBER_USE_DER);
	struct berval cookie, inner;
	ber_int_t size;

	if (!in || ber_scanf(in, "{im}", &size, &cookie) == LBER_ERROR)
		die("a page control that cannot be read");
	ber_printf(page, "{iO}", size > most ? most : size, &cookie);
	ber_flatten2(page, &inner, 0);
	ber_printf(out, "O", &inner);
	ber_free(page, 1);
	ber_free(in, 1);
}

static void add_control(struct conversation *c, struct block_query *asked, BerElement *in,
	BerElement *out)
{
	struct berval oid, value;
	ber_int_t critical = 0;
	ber_len_t length;
	bool has_value = false;

	ber_scanf(in, "{m", &oid);
	if (ber_peek_tag(in, &length) == LBER_BOOLEAN)
		ber_scanf(in, "b", &critical);
	if (ber_peek_tag(in, &length) == LBER_OCTETSTRING)
		has_value = ber_scanf(in, "m", &value) != LBER_ERROR;
	ber_scanf(in, "}");
	ber_printf(out, "{Ob", &oid, (ber_int_t)critical);
	if (has_value && strncmp(oid.bv_val, LDAP_CONTROL_PAGEDRESULTS, oid.bv_len) == 0) {
		asked->paged = true;
		add_page(out, &value, c->policy->page_most);
	} else if (has_value) {
		ber_printf(out, "O", &value);
	}
	ber_printf(out, "N}");
}

static void add_controls(struct conversation *c, struct block_query *asked, BerElement *in,
	BerElement *out)
{
	ber_len_t length;
	char *last;

	if (ber_peek_tag(in, &length) != LDAP_TAG_CONTROLS)
		return;
	ber_printf(out, "t{", LDAP_TAG_CONTROLS);
	for (ber_tag_t tag = ber_first_element(in, &length, &last); tag != LBER_DEFAULT;
		tag = ber_next_element(in, &length, last))
		add_control(c, asked, in, out);
	ber_printf(out, "N}");
}

static void rewrite_search(struct conversation *c, struct block_query *asked, BerElement *in,
	BerElement *out)
{
	struct berval base, filter;
	ber_int_t scope, deref, size, time, types_only;
	char **attributes = NULL;

	if (ber_scanf(in, "{meeiib", &base, &scope, &deref, &size, &time, &types_only) ==
			LBER_ERROR ||
		ber_skip_raw(in, &filter) == LBER_ERROR ||
		ber_scanf(in, "{v}}", &attributes) == LBER_ERROR)
		die("a search that cannot be read");
	ber_printf(out, "{it{Oeeiib", asked->id, LDAP_REQ_SEARCH, &base, scope, deref, size, time,
		types_only);
	ber_write(out, filter.bv_val, filter.bv_len, 0);
	ber_printf(out, "{");
	for (size_t i = 0; attributes && attributes[i]; i++) {
		take_range(c, asked, attributes[i]);
		ber_printf(out, "s", attributes[i]);
	}
	ber_printf(out, "}N}");
	add_controls(c, asked, in, out);
	ber_printf(out, "N}");
	ber_memvfree((void **)attributes);
}

static void copy(const struct berval *message, struct berval *rewritten)
{
	if (!ber_dupbv(rewritten, (struct berval *)message))
		die("out of memory");
}

/* Open a message; the tag of what is in it. */
static ber_tag_t message_open(const struct berval *message, BerElement **in, ber_int_t *id)
{
	ber_len_t length;

	*in = ber_init((struct berval *)message);
	if (!*in || ber_scanf(*in, "{i", id) == LBER_ERROR)
		die("a message that cannot be read");
	return ber_peek_tag(*in, &length);
}

/* Of one request to write: the attribute's values, and whether one of them is refused. */
struct written {
	struct berval dn; /* in the request */
	int values;
	bool is_refused;
};

/* Read "type, values" of a modification or of a new entry. */
static void take_values(const struct policy *policy, BerElement *in, struct written *written)
{
	char *type = NULL;
	BerVarray values = NULL;

	if (ber_scanf(in, "{a[W]}", &type, &values) == LBER_ERROR)
		die("values that cannot be read");
	for (int i = 0; values && values[i].bv_val && strcasecmp(type, policy->attribute) == 0;
		i++) {
		written->values++;
		if (policy->refused && strcasestr(values[i].bv_val, policy->refused))
			written->is_refused = true;
	}
	ber_memfree(type);
	ber_bvarray_free(values);
}

static void log_write(const struct policy *policy, ber_tag_t tag, const struct written *written)
{
	FILE *log = policy->log && written->values > 0 ? fopen(policy->log, "a") : NULL;

	if (!log)
		return;
	fprintf(log, "%s %d %s %.*s\n", tag == LDAP_REQ_ADD ? "add" : "modify", written->values,
		written->is_refused ? "refused" : "passed", (int)written->dn.bv_len,
		written->dn.bv_val);
	fclose(log);
}

/* Whether a request to write has a refused value; then `reply` gets what a server would answer. */
static bool refuse_write(const struct policy *policy, ber_tag_t tag, ber_int_t id, BerElement *in,
	struct berval *reply)
{
	struct written written = {0};
	ber_len_t length;
	ber_int_t operation;
	BerElement *out;
	char *last;

	if (ber_scanf(in, "{m", &written.dn) == LBER_ERROR)
		die("a write that cannot be read");
	for (ber_tag_t item = ber_first_element(in, &length, &last); item != LBER_DEFAULT;
		item = ber_next_element(in, &length, last)) {
		if (tag == LDAP_REQ_MODIFY && ber_scanf(in, "{e", &operation) == LBER_ERROR)
			die("a modification that cannot be read");
		take_values(policy, in, &written);
	}
	log_write(policy, tag, &written);
	if (!written.is_refused)
		return false;
	out = ber_alloc_t(LBER_USE_DER);
	ber_printf(out, "{it{ess}}", id, tag + 1, (ber_int_t)policy->refusal, "",
		"the relay refuses a value");
	ber_flatten2(out, reply, 1);
	ber_free(out, 1);
	return true;
}

bool rewrite_request(struct conversation *c, const struct berval *message, struct berval *rewritten,
	struct berval *reply)
{
	BerElement *in, *out;
	ber_int_t id;
	ber_tag_t tag = message_open(message, &in, &id);

	if ((tag == LDAP_REQ_MODIFY || tag == LDAP_REQ_ADD) &&
		refuse_write(c->policy, tag, id, in, reply)) {
		*rewritten = (struct berval){0};
	} else if (tag == LDAP_REQ_SEARCH) {
		out = ber_alloc_t(LBER_USE_DER);
		pthread_mutex_lock(&c->lock);
		rewrite_search(c, asked_new(c, id), in, out);
		pthread_mutex_unlock(&c->lock);
		ber_flatten2(out, rewritten, 1);
		ber_free(out, 1);
	} else {
		copy(message, rewritten);
	}
	ber_free(in, 1);
	return true;
}

/* Answers. */

static void add_values(BerElement *out, const char *type, BerVarray values, int first, int count)
{
	ber_printf(out, "{s[", type);
	for (int i = first; i < first + count; i++)
		ber_printf(out, "O", &values[i]);
	ber_printf(out, "N]N}");
}

/* A slice, with what is wrong with it. */
static void add_slice(const struct block_query *asked, BerElement *out, const char *type,
	BerVarray values, int first, int count, bool is_end)
{
	char description[256], upper[16] = "*";
	enum fault fault = asked ? asked->fault : FAULT_NONE;
	int skip = fault == FAULT_START && count > 0;

	if (fault == FAULT_MISSING)
		return;
	if (!is_end || fault == FAULT_UPPER)
		snprintf(upper, sizeof(upper), "%d", first + count - (fault != FAULT_UPPER));
	snprintf(description, sizeof(description), "%s;range=%d-%s", type, first + skip, upper);
	if (fault == FAULT_PLAIN)
		snprintf(description, sizeof(description), "%s", type);
	if (fault == FAULT_ODD)
		snprintf(description, sizeof(description), "%s;range=%d-", type, first);
	add_values(out, description, values, first + skip, count - skip);
	if (fault == FAULT_TWICE) {
		snprintf(description, sizeof(description), "%s;range=0-*", type);
		add_values(out, description, values, 0, 1);
	}
}

static void add_attribute(const struct conversation *c, const struct block_query *asked,
	BerElement *out, const char *type, BerVarray values)
{
	int count = 0, most = c->policy->values_most, first, slice;
	bool is_ranged = strcasecmp(c->policy->attribute, type) == 0;
	bool is_asked = is_ranged && asked && asked->first >= 0;

	while (values && values[count].bv_val)
		count++;
	if (!is_ranged || (!is_asked && count <= most)) {
		add_values(out, type, values, 0, count);
		return;
	}
	first = is_asked ? asked->first : 0;
	if (first > count)
		first = count;
	slice = count - first;
	if (is_asked && asked->last >= 0 && slice > asked->last - first + 1)
		slice = asked->last - first + 1;
	if (slice > most)
		slice = most;
	if (!is_asked)
		add_values(out, type, values, 0, 0);
	add_slice(is_asked ? asked : NULL, out, type, values, first, slice, first + slice == count);
}

static void rewrite_entry(const struct conversation *c, const struct block_query *asked,
	ber_int_t id, BerElement *in, BerElement *out)
{
	struct berval dn;
	ber_len_t length;
	char *last;

	ber_scanf(in, "{m", &dn);
	ber_printf(out, "{it{O{", id, LDAP_RES_SEARCH_ENTRY, &dn);
	for (ber_tag_t tag = ber_first_element(in, &length, &last); tag != LBER_DEFAULT;
		tag = ber_next_element(in, &length, last)) {
		char *type = NULL;
		BerVarray values = NULL;

		if (ber_scanf(in, "{a[W]}", &type, &values) == LBER_ERROR)
			die("an entry that cannot be read");
		add_attribute(c, asked, out, type, values);
		ber_memfree(type);
		ber_bvarray_free(values);
	}
	ber_printf(out, "N}N}N}");
}

/* What the search will end with in place of its entry; -1: the entry goes on. */
static int result_in_place(const struct conversation *c, const struct block_query *asked)
{
	switch (asked->fault) {
	case FAULT_ENTRY:
		return LDAP_SUCCESS;
	case FAULT_GONE:
		return LDAP_NO_SUCH_OBJECT;
	case FAULT_ERROR:
		return LDAP_OPERATIONS_ERROR;
	default:
		if (!asked->paged && asked->entries >= c->policy->page_most)
			return LDAP_SIZELIMIT_EXCEEDED;
		return -1;
	}
}

static void answer_entry(struct conversation *c, ber_int_t id, BerElement *in,
	struct berval *rewritten)
{
	struct block_query *asked = block_query_find(c, id);
	BerElement *out;

	if (asked && asked->result < 0)
		asked->result = result_in_place(c, asked);
	if (asked && asked->result >= 0)
		return;
	if (asked)
		asked->entries++;
	out = ber_alloc_t(LBER_USE_DER);
	rewrite_entry(c, asked, id, in, out);
	ber_flatten2(out, rewritten, 1);
	ber_free(out, 1);
}

static void answer_done(struct conversation *c, ber_int_t id, const struct berval *message,
	struct berval *rewritten)
{
	struct block_query *asked = block_query_find(c, id);
	BerElement *out;

	if (!asked || asked->result < 0) {
		copy(message, rewritten);
	} else {
		out = ber_alloc_t(LBER_USE_DER);
		ber_printf(out, "{it{ess}}", id, LDAP_RES_SEARCH_RESULT, asked->result, "", "");
		ber_flatten2(out, rewritten, 1);
		ber_free(out, 1);
	}
	if (asked)
		asked->id = 0;
}

bool rewrite_answer(struct conversation *c, const struct berval *message, struct berval *rewritten,
	struct berval *reply)
{
	BerElement *in;
	ber_int_t id;
	ber_tag_t tag = message_open(message, &in, &id);
	const struct block_query *asked;
	bool goes_on = true;

	*rewritten = *reply = (struct berval){0};
	pthread_mutex_lock(&c->lock);
	asked = id ? block_query_find(c, id) : NULL;
	if (asked && asked->fault == FAULT_CUT)
		goes_on = false;
	else if (tag == LDAP_RES_SEARCH_ENTRY)
		answer_entry(c, id, in, rewritten);
	else if (tag == LDAP_RES_SEARCH_RESULT)
		answer_done(c, id, message, rewritten);
	else
		copy(message, rewritten);
	pthread_mutex_unlock(&c->lock);
	ber_free(in, 1);
	return goes_on;
}
