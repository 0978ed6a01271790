/* What `postvagt feeds` prints: each feed's last asking, its records, what is trusted and what is doubted. */
#ifndef COMMANDS_FEEDS_SHOW_H
#define COMMANDS_FEEDS_SHOW_H

#include <stdbool.h>

struct feed;
struct session;

/* Print all feeds to standard output, as text or JSON, as the options ask. */
void feeds_show(const struct session *session);

/* Print what one reading says, record by record; `feed` has not been judged away (feeds.keeps_pending). */
void feeds_show_reading(const struct session *session, const struct feed *feed);

#endif
