/*
 * A first look into a directory that nothing is known of: samples, each bounded (sample.h), and few of them. Nothing
 * is changed, and nothing is taken for whole.
 */
#ifndef INIT_SURVEY_READ_H
#define INIT_SURVEY_READ_H

#include "base/message/error.h"

struct connection;
struct mapping;
struct survey;

/*
 * The base to look below: what the root DSE gives as the domain's naming context, or as the only one; in the
 * survey's arena. ERROR_USAGE where there are several or none to be seen, with their names.
 */
enum error_kind survey_find_base(struct connection *connection, struct survey *survey,
	struct error *err);

/* Fill in the rest; `survey->base` is given. The mapping says which roles and tags to look for. */
enum error_kind survey_read(struct connection *connection, const struct mapping *mapping,
	struct survey *survey, struct error *err);

#endif
