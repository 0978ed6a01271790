/*
 * What a first look into a directory found, for `init` to propose settings by (proposal.h): samples of attributes that
 * might hold roles, deputies or absences, then all accounts of people and all mail groups, as far as SURVEY_PEOPLE_MAX and
 * SURVEY_GROUPS_MAX go. survey_read.h fills it in; everything lives in its arena.
 */
#ifndef INIT_SURVEY_SURVEY_H
#define INIT_SURVEY_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include "init/survey/account_kind.h"

struct arena;

#define SURVEY_PEOPLE_MAX 100000
#define SURVEY_GROUPS_MAX 20000

/* What an attribute is looked at for. */
enum surveyed {
	SURVEYED_NAME,
	SURVEYED_LOGIN,
	SURVEYED_MAIL,
	SURVEYED_MANAGER,
	SURVEYED_ROLE,
	SURVEYED_DEPUTY,
	SURVEYED_ABSENCE,
	SURVEYED_ABSENT_FROM,
	SURVEYED_ABSENT_UNTIL,
	SURVEYED_COUNT,
};

/* One attribute of people, looked at for one thing. */
struct surveyed_attribute {
	enum surveyed what;
	const char *name;
	const char **values; /* of the sample, each as the directory has it */
	size_t value_count, value_room;
	size_t own; /* values that are the entry's own DN or address, or an address of another domain than its own */
	size_t entries; /* of the sample that have a value */
	bool more;      /* there are more than the sample */
};

/* A mail group that is neither built in, critical, nor of adminCount 1. */
struct surveyed_group {
	const char *dn, *name;
	const char *mail; /* the address that mail is written to */
	bool is_unique;   /* its members are in uniqueMember */
	bool is_security; /* AD: it also hands out rights */
	bool is_mailbox;  /* it has an address that is called like the mailbox's */
};

/* One account of the kind that people have, a person's or not. */
struct surveyed_person {
	const char *dn;
	enum account_kind kind;
	unsigned long long found_by; /* struct account */
	bool has[SURVEYED_COUNT]; /* NAME (displayName), LOGIN, MAIL, MANAGER: whether there is a value */
	bool has_proxy;           /* an address that is in proxyAddresses alone */
	bool is_disabled, is_expired;
	const char **roles; /* values of the role attribute */
	size_t role_count;
};

struct survey {
	struct arena *arena; /* owned by whoever made it */
	bool is_active_directory;
	const char *base;
	const char *login; /* the attribute of logins */
	struct surveyed_person *people;
	size_t people_count, people_room;
	bool more_people; /* than SURVEY_PEOPLE_MAX, or than the server hands out */
	struct surveyed_attribute *attributes; /* in the order in which they are preferred */
	size_t attribute_count, attribute_room;
	struct surveyed_group *groups; /* each once */
	size_t group_count, group_room;
	bool more_groups;
	size_t protected_groups; /* mail groups that are left out: built in, critical, adminCount 1 */
	const char *
		mailbox_address; /* of an entry that is called like the mailbox, and not a group; NULL: none */
};

#endif
