/*
 * How far a server has come: its highest change number, by which an auditor can say
 * what a run has seen. OpenLDAP: contextCSN of the naming context, the newest; Active Directory:
 * highestCommittedUSN (MS-ADTS section 3.1.1.3.2.12), with the server's invocationId.
 */
#ifndef DIRECTORY_READ_CHANGE_NUMBER_H
#define DIRECTORY_READ_CHANGE_NUMBER_H

struct arena;
struct connection;

struct change_number {
	const char *number, *invocation; /* in the arena; NULL: not to be read */
};

/* Look. What cannot be read, or a connection that is gone, leaves NULL: it is no error. */
void change_number_look(struct connection *connection, struct arena *arena,
	struct change_number *found);

#endif
