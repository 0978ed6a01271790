/*
 * Whether people.base is there for this account. Where the dialect hides quietly,
 * nobody would be found below what may not be read, and everybody would leave.
 */
#ifndef DIRECTORY_READ_BASE_VISIBLE_H
#define DIRECTORY_READ_BASE_VISIBLE_H

struct arena;
struct connection;
struct search_queue;

/*
 * Queue one search for each people.base, which fails the queue's run where the base
 * shows no objectClass, or is not there; none for a dialect that does not hide
 * quietly: it fails by itself. The arena must last until search_run() returns.
 */
void people_base_look_at(struct search_queue *queue, const struct connection *connection,
	struct arena *arena);

#endif
