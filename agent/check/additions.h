/* What check says of the changes that wait: how many would join which list, and which limit refuses them (rule 9). */
#ifndef CHECK_ADDITIONS_H
#define CHECK_ADDITIONS_H

#include <jansson.h>

struct plan;
struct session;
struct strbuf;

/* Add a warning for each limit that the plan passes. */
void check_limits(struct session *session);

/* Add how many would join each list that somebody would join; nothing where nobody would. */
void additions_add_text(struct strbuf *out, const struct plan *plan);

/* The same: [{"list": DN, "join": number}]. */
json_t *additions_json(const struct plan *plan);

#endif
