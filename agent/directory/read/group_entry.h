/*
 * From an entry that is no person to what it is: a group, with all its members,
 * or something else. A group is one by its members or its class. A posixGroup has
 * logins as members (RFC 2307 section 2.2). On Active
 * Directory the people who have it as their primary group are in it, too.
 */
#ifndef DIRECTORY_READ_GROUP_ENTRY_H
#define DIRECTORY_READ_GROUP_ENTRY_H

struct arena;
struct connection;
struct dir_entry;
struct person_reader;
struct search_queue;
struct snapshot;
struct resolved_ref;

/* How groups are read on one connection; all borrowed until the searches are done. */
struct group_reader {
	const struct connection *connection;
	struct snapshot *snapshot;
	struct arena *arena; /* for what lasts until then */
	struct search_queue *queue;
	const struct person_reader *people;
	const char *people_filter;

	/* group_reader_init() fills these; NULL-ended. */
	const char
		*member_attributes[4]; /* as the lists', or the standard's (RFC 4519), each once */
	const char *attributes[12];    /* what to ask for */
};

void group_reader_init(struct group_reader *reader);

/*
 * Read the entry; `on_whole` is called once, from search_run(), when everyone who is
 * in it is known. The subject is borrowed; what it holds is the snapshot's.
 */
void group_entry_read(const struct group_reader *reader, const struct dir_entry *entry,
	void (*on_whole)(void *context, const struct resolved_ref *ref), void *context);

#endif
