/*
 * From an entry to a person: which attributes to ask for, and what their values
 * mean (CONTRACT sections 2 and 4). What cannot be read is a finding that names
 * person and value, and counts for nothing; the person's other values still do.
 */
#ifndef DIRECTORY_READ_PERSON_ENTRY_H
#define DIRECTORY_READ_PERSON_ENTRY_H

#include "model/settings.h"

struct arena;
struct connection;
struct dialect;
struct dir_entry;
struct person;
struct snapshot;

/* How people's entries are read on one connection. */
struct person_reader {
	const struct dialect *dialect;
	const struct settings *settings; /* borrowed */
	struct snapshot *snapshot;       /* borrowed: gets the people and the findings */
	struct people_attributes names;  /* the settings' own, else the dialect's; none empty */
	const char *separator;
	const char **attributes; /* what to ask for; NULL-ended, in the snapshot's arena */
	/* Called for everybody who is disabled and not known to be a shared mailbox; NULL: nobody asks. */
	void (*on_disabled)(void *context, const struct person *person);
	void *context;
	const char **matches; /* for each feed, its `match` as the server calls it; there, too */
};

/* The names of people's attributes: the settings' own, else the dialect's; none empty. */
struct people_attributes person_attribute_names(const struct connection *connection);

/* Make a reader whose people go into `snapshot`. Takes memory of the snapshot's arena only. */
void person_reader_init(struct person_reader *reader, const struct connection *connection,
	struct snapshot *snapshot);

/* Read the person of an entry into the snapshot; returns the one kept, perhaps from before. */
const struct person *person_entry_read(const struct person_reader *reader,
	const struct dir_entry *entry);

/* The same of an entry that matches people.mailboxes, and perhaps neither people.base nor people.filter. */
const struct person *person_entry_read_mailbox(const struct person_reader *reader,
	const struct dir_entry *entry);

/* The reference keys of the entry's logins and addresses, in `arena`; nothing is kept or found. */
struct strings person_entry_keys(const struct person_reader *reader, struct arena *arena,
	const struct dir_entry *entry);

#endif
