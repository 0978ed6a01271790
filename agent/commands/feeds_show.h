/* What `postvagt feeds` prints: each feed's last asking, its records, what is trusted and what is doubted. */
#ifndef COMMANDS_FEEDS_SHOW_H
#define COMMANDS_FEEDS_SHOW_H

#include <jansson.h>

#include "base/text/moment.h"

struct feed;
struct feed_counts;
struct findings;
struct session;
struct strbuf;

/* Print all feeds to standard output, as text or JSON, as the options ask. */
void feeds_show(const struct session *session);

/* For `feeds test` (feeds_test_show.h): how a feed stands; its counts; the same as JSON, owned by the caller. */
const char *feeds_state_text(const struct feed *feed);
void feeds_add_counts(struct strbuf *out, const struct feed_counts *counts);
json_t *feeds_json_of(const struct session *session, const struct feed *feed);
json_t *feeds_json_of_counts(const struct feed_counts *counts);
json_t *feeds_json_of_time(moment t);

/* Print, and let go of it. */
void feeds_print_json(json_t *root);

#endif
