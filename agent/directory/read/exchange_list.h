/*
 * What Exchange's attributes say of lists: whether a list is a recipient at all, and whether it takes mail from outside.
 *
 * Microsoft's pages on the cmdlets that write them: Enable-DistributionGroup "mail-enables existing universal security groups
 * and universal distribution groups by adding the email attributes that are required by Exchange"; Set-DistributionGroup,
 * RequireSenderAuthenticationEnabled $true: "Messages from unauthenticated (external) senders are rejected", and
 * ModerationEnabled $true: "Messages sent to this recipient must be approved by a moderator before the messages are
 * delivered".
 *
 * An attribute counts only where the schema has it. One that no group shows this account is unknown: it may be
 * on none, or the account may not read it, and Active Directory answers both alike.
 */
#ifndef DIRECTORY_READ_EXCHANGE_LIST_H
#define DIRECTORY_READ_EXCHANGE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

struct arena;
struct connection;

enum exchange_attribute {
	EXCHANGE_ALIAS,     /* mailNickname: Enable-DistributionGroup writes it */
	EXCHANGE_ADDRESSES, /* proxyAddresses: likewise */
	EXCHANGE_INSIDE,    /* msExchRequireAuthToSendTo: RequireSenderAuthenticationEnabled */
	EXCHANGE_MODERATED, /* msExchEnableModeration: ModerationEnabled */
	EXCHANGE_ATTRIBUTE_COUNT,
};

/* The name of an attribute in the directory. */
const char *exchange_attribute_name(enum exchange_attribute attribute);

struct exchange_list {
	const char *dn;                     /* set by the caller */
	bool has[EXCHANGE_ATTRIBUTE_COUNT]; /* it has a value; of a switch: TRUE */
	bool is_seen;                       /* the entry was read */
};

struct exchange_schema {
	bool is_unread; /* the schema cannot be read, so that all is unknown */
	bool is_known[EXCHANGE_ATTRIBUTE_COUNT]; /* the schema has it, and some group shows it */
	bool is_there[EXCHANGE_ATTRIBUTE_COUNT]; /* the schema has it */
};

/* Read them of each list. An error is a connection lost. */
enum error_kind exchange_lists_read(struct connection *connection, struct exchange_list *lists,
	size_t count, struct arena *arena, struct exchange_schema *schema, struct error *err);

#endif
