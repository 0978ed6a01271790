#include "directory/connection/srv.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"

/* Whoever answers for the DNS could write anything there. */
static bool is_host(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";

	return *name && *name != '.' && *name != '-' && name[strspn(name, letters)] == '\0';
}

/* The data are three numbers and a name (RFC 2782), which may point back into the answer. */
static bool read_record(struct arena *arena, ns_msg answer, ns_rr rr, struct srv_record *record)
{
	const unsigned char *data = ns_rr_rdata(rr);
	char host[NS_MAXDNAME];

	if (ns_rr_type(rr) != ns_t_srv || ns_rr_class(rr) != ns_c_in || ns_rr_rdlen(rr) < 7 ||
		dn_expand(ns_msg_base(answer), ns_msg_end(answer), data + 6, host, sizeof(host)) <
			0 ||
		!is_host(host))
		return false;
	*record = (struct srv_record){.priority = ns_get16(data),
		.weight = ns_get16(data + 2),
		.port = ns_get16(data + 4),
		.host = arena_string(arena, host)};
	return record->port > 0;
}

struct srv_records srv_read(struct arena *arena, const unsigned char *answer, size_t length)
{
	struct srv_records records = {.items = NULL};
	size_t room = 0;
	ns_msg message;
	ns_rr rr;

	if (length > NS_MAXMSG || ns_initparse(answer, (int)length, &message) < 0)
		return records;
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
		records.items = arena_grow(arena, records.items, records.count, &room,
			sizeof(*records.items));
		if (ns_parserr(&message, ns_s_an, i, &rr) == 0 &&
			read_record(arena, message, rr, &records.items[records.count]))
			records.count++;
	}
	return records;
}

/* By priority; those without weight first, that they have a chance at all; then as they may come. */
static int compare_priority(const void *left, const void *right)
{
	const struct srv_record *a = left, *b = right;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (!a->weight != !b->weight)
		return a->weight ? 1 : -1;
	return strcmp(a->host, b->host);
}

/* Which of `count` records of one priority is next: the first at which the weights reach the chance. */
static size_t choose_by_weight(const struct srv_record *records, size_t count,
	uint32_t (*random)(uint32_t))
{
	uint32_t sum = 0, chance;
	size_t i;

	for (i = 0; i < count; i++)
		sum += records[i].weight;
	chance = random(sum + 1);
	sum = records[0].weight;
	for (i = 0; i + 1 < count && sum < chance; i++)
		sum += records[i + 1].weight;
	return i;
}

void srv_order(struct srv_records *records, uint32_t (*random)(uint32_t bound))
{
	struct srv_record *items = records->items;
	size_t end = 0;

	if (records->count > 0)
		qsort(items, records->count, sizeof(*items), compare_priority);
	for (size_t i = 0; i < records->count; i++) {
		struct srv_record chosen;
		size_t at;

		while (end < records->count && items[end].priority == items[i].priority)
			end++;
		at = i + choose_by_weight(items + i, end - i, random);
		chosen = items[at];
		memmove(items + i + 1, items + i, (at - i) * sizeof(*items));
		items[i] = chosen;
	}
}
