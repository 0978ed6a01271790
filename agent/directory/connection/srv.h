/*
 * SRV records: which servers a DNS answer names, and in which order to try them
 * (RFC 2782). Pure: servers.c asks the DNS.
 */
#ifndef DIRECTORY_CONNECTION_SRV_H
#define DIRECTORY_CONNECTION_SRV_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct srv_record {
	unsigned int priority, weight, port;
	const char *host; /* letters, digits, '-', '_' and '.'; no '.' at the end */
};

struct srv_records {
	struct srv_record *items; /* in the arena */
	size_t count;
};

/*
 * Read the records of a DNS answer; what is no SRV record, or names no host that may
 * stand in a URL, is passed over, and so is ".", "there is no such service".
 */
struct srv_records srv_read(struct arena *arena, const unsigned char *answer, size_t length);

/*
 * Put them in the order to try: the lowest priority first, and among equals by chance, the
 * heavier the likelier. `random` gives a number below its bound.
 */
void srv_order(struct srv_records *records, uint32_t (*random)(uint32_t bound));

#endif
