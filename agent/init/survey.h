/*
 * What a first look into a directory found, for `init` to propose settings by (proposal.h): a sample, bounded, of
 * people, of attributes that might hold roles, deputies or absences, and of groups. init/survey_read.h fills
 * it in; everything lives in its arena.
 */
#ifndef INIT_SURVEY_H
#define INIT_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

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
	size_t entries; /* of the sample that have a value */
	bool more;      /* there are more than the sample */
};

struct surveyed_group {
	const char *dn, *name;
	const char *mail; /* NULL: none */
	bool is_unique;   /* its members are in uniqueMember */
};

struct survey {
	struct arena *arena; /* owned by whoever made it */
	bool is_active_directory;
	const char *base;
	const char **people; /* DNs */
	size_t people_count, people_room;
	bool more_people;
	struct surveyed_attribute *attributes; /* in the order in which they are preferred */
	size_t attribute_count, attribute_room;
	struct surveyed_group *groups; /* each once */
	size_t group_count, group_room;
	bool more_groups;
	const char *mailbox_address; /* of an entry that is called like the mailbox; NULL: none */
};

#endif
