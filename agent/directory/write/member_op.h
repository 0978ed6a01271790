/* Values to add to, or delete from, the member attribute of one list. Plain data. */
#ifndef DIRECTORY_WRITE_MEMBER_OP_H
#define DIRECTORY_WRITE_MEMBER_OP_H

#include <stdbool.h>
#include <stddef.h>

/* One value to add or delete. */
struct member_op {
	const char *dn, *key; /* borrowed from the plan */
	enum {
		MEMBER_OP_WAITING,
		MEMBER_OP_DONE,
		MEMBER_OP_REFUSED, /* for its own sake: the others go on */
	} state;
	const char *why;   /* MEMBER_OP_REFUSED; in the plan's arena */
	bool already_done; /* MEMBER_OP_DONE, by another writer who was there first */
};

/* Changes of one kind, or a stretch of them. */
struct member_ops {
	int operation; /* LDAP_MOD_ADD or LDAP_MOD_DELETE */
	struct member_op *items;
	size_t count;
};

/* What one request makes: all of it or nothing, so no reader sees the list in between. */
struct member_chunk {
	struct member_ops additions, removals; /* either may be empty */
};

#endif
