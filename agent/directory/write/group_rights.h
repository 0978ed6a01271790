/*
 * Which groups, besides the lists, the bind may change the members of. Whoever gets hold of its
 * password, or of the mapping, can put people into these.
 */
#ifndef DIRECTORY_WRITE_GROUP_RIGHTS_H
#define DIRECTORY_WRITE_GROUP_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/message/error.h"
#include "model/snapshot.h"

struct arena;
struct connection;
struct table;

/* So many groups below directory.base are looked at, at most by a page more. */
#define GROUP_RIGHTS_MAX 20000

struct writable_group {
	const char *dn, *key; /* `key`: dn_key() */
	enum list_ban ban;    /* why it is no list at all */
	uint32_t rid;         /* of its objectSid; UINT32_MAX where that is not seen */
};

struct group_rights {
	bool is_known;          /* the server tells, and refused no search */
	bool is_cut;            /* there are more groups than GROUP_RIGHTS_MAX */
	bool shows_admin_count; /* of some group; every domain has one */
	size_t looked_at;
	struct writable_group
		*items; /* protected ones first, of these Domain Admins and its like */
	size_t count, room;
};

/* Whether it is one that Active Directory protects; it also may just not show what it is. */
bool writable_group_is_protected(const struct writable_group *group);

/*
 * Look at every group below connection_root(), and at the protected ones of the whole domain. `lists` has
 * the dn_key() of those that may be written. In `arena`. An error is a connection lost.
 */
enum error_kind group_rights_find(struct connection *connection, const struct table *lists,
	struct arena *arena, struct group_rights *rights, struct error *err);

#endif
