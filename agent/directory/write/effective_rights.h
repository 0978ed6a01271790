/*
 * The rights that an entry itself tells of: Active Directory has attributes,
 * worked out for the bind that asks, of what it may do with the entry (MS-ADTS
 * sections 3.1.1.4.5.25 to 3.1.1.4.5.29).
 */
#ifndef DIRECTORY_WRITE_EFFECTIVE_RIGHTS_H
#define DIRECTORY_WRITE_EFFECTIVE_RIGHTS_H

#include "base/message/error.h"

struct arena;
struct connection;
struct list_plan;
struct list_rights;

/* As write_may(), for a dialect that has attribute_rights, class_rights and permission_rights. */
enum error_kind effective_rights(struct connection *connection, const struct list_plan *list,
	struct arena *arena, struct list_rights *rights, struct error *err);

#endif
