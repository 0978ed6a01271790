/*
 * A first look into a directory that nothing is known of: bounded searches (sample.h), and few of them. Nothing is
 * changed. Call survey_find_base() or set the base, then survey_check_base(), survey_read(), and survey_read_people()
 * when it is decided which attribute has the roles.
 */
#ifndef INIT_SURVEY_SURVEY_READ_H
#define INIT_SURVEY_SURVEY_READ_H

#include <stdbool.h>

#include "base/message/error.h"

struct arena;
struct connection;
struct dialect;
struct dir_entry;
struct mapping;
struct survey;

/*
 * The base to look below: what the root DSE gives as the domain's naming context, or as the only one; in the
 * survey's arena. ERROR_USAGE where there are several or none to be seen, with their names.
 */
enum error_kind survey_find_base(struct connection *connection, struct survey *survey,
	struct error *err);

/* ERROR_USAGE where `survey->base`, which was given, cannot be found. */
enum error_kind survey_check_base(struct connection *connection, const struct survey *survey,
	struct error *err);

/* Fill in attributes, mail groups and the mailbox. The mapping says which roles to look for. */
enum error_kind survey_read(struct connection *connection, const struct mapping *mapping,
	struct survey *survey, struct error *err);

/*
 * Whether a group is one that postvagt never writes (CONTRACT section 4, rule 11), or one of which that is not to be seen.
 * Asked for must be survey_group_attributes(), an array in `arena`.
 */
bool survey_is_protected(const struct dialect *dialect, const struct dir_entry *entry);
const char *const *survey_group_attributes(const struct dialect *dialect, struct arena *arena);

/* Fill in the accounts. `role` is the attribute of roles; NULL: none. */
enum error_kind survey_read_people(struct connection *connection, struct survey *survey,
	const char *role, struct error *err);

#endif
