/*
 * The settings that decide who is on a list and what may be changed: the part
 * of postvagt.yaml that the pure heart reads (CONTRACT sections 2 and 4).
 */
#ifndef MODEL_POLICY_H
#define MODEL_POLICY_H

#include <stdbool.h>

#include "model/mapping.h"

enum when_absent {
	ABSENT_REPLACE, /* the absent person leaves the list when somebody stands in */
	ABSENT_ADD,     /* the absent person stays beside the stand-in */
};

/* What a plan does to a list's members. */
enum change_kind {
	CHANGE_REMOVES,
	CHANGE_ADDS,
	CHANGE_KINDS /* how many there are */
};

/* The most changes of one kind that no absence explains (rule 9); 0: none at all. */
struct change_limit {
	int per_list, per_run;
};

struct policy {
	const char *mailbox_list;     /* DN as the file says; NULL: no such list */
	const char *mailbox_list_key; /* dn_key() */
	struct references fallback;   /* the last stand-ins, for every tag */
	enum when_absent when_absent;
	int bridge; /* seconds: gaps up to this between two absences of a person count as absence */
	struct change_limit limits[CHANGE_KINDS];
	bool create_lists; /* make a list that does not exist */
};

#endif
