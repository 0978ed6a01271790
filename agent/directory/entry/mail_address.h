/*
 * Mail addresses in directory values: by which somebody is found, and to which mail is sent. A value
 * that is not one single address counts as none, and the caller can show it.
 *
 * proxyAddresses has a type in front of each address (MS-OXOABK section 2.2.3.23, and Exchange's manuals):
 * "SMTP:" for the one that is written to, "smtp:" for further ones, "X500:", "SIP:" and others for what is not mail.
 */
#ifndef DIRECTORY_ENTRY_MAIL_ADDRESS_H
#define DIRECTORY_ENTRY_MAIL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/settings.h"

struct arena;
struct snapshot;
struct strbuf;

enum mail_value {
	MAIL_VALUE_ADDRESS,
	MAIL_VALUE_OTHER,     /* an address, but not of mail */
	MAIL_VALUE_MALFORMED, /* several addresses, a name beside one, blanks, or no address */
};

/*
 * Judge a value of `attribute`. `*address` is the part of `value` that is the address, and `*is_primary` whether it goes
 * before the attribute's others; both are set for MAIL_VALUE_ADDRESS alone.
 */
enum mail_value mail_value_read(const char *attribute, const char *value, const char **address,
	bool *is_primary);

/* Add the filter "(attribute=address)" by which the attribute's bearer is found; nothing where it cannot hold `text`. */
void mail_filter_add(struct strbuf *filter, const char *attribute, const char *text);

/* The same for values that begin with `text`. */
void mail_filter_add_beginning(struct strbuf *filter, const char *attribute, const char *text);

/* The addresses of an entry. All zero: none yet. */
struct mail_addresses {
	const char *
		written_to; /* of the first attribute that has one: its primary, else its least by bytes; NULL: none */
	struct strings all; /* in the order of the attributes, then by their bytes */
	size_t room;
};

/*
 * Add the addresses among the values `texts` of one attribute, whose order is that of entry_texts(). Where some are
 * malformed, the first of them becomes a warning of `snapshot` at `dn`; a NULL snapshot takes none. Addresses are parts
 * of `texts`; the array is in `arena`.
 */
void mail_addresses_add(struct mail_addresses *addresses, struct arena *arena,
	const char *attribute, const struct strings *texts, struct snapshot *snapshot,
	const char *dn);

#endif
