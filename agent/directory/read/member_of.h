/*
 * Whether a group that shows no members has some all the same. What may not be
 * read, Active Directory leaves out without a word; but whoever is in a group
 * names it, too (MS-ADTS section 3.1.1.1.6), and that is another right.
 */
#ifndef DIRECTORY_READ_MEMBER_OF_H
#define DIRECTORY_READ_MEMBER_OF_H

#include <stdbool.h>

struct arena;
struct dialect;
struct search_queue;

/*
 * Queue one search of the group's domain for anyone who names it, by the dialect's
 * back_link, which it must have; `on_known` is called once, from search_run(). The
 * arena and the DN must last until then.
 */
void back_link_ask(struct search_queue *queue, const struct dialect *dialect, struct arena *arena,
	const char *group_dn, void (*on_known)(void *context, bool is_linked), void *context);

#endif
