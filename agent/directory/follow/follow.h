/*
 * Following a directory: one search that stays, on a connection of its own
 * beside that of the reads, tells of each entry that changes. OpenLDAP by
 * syncrepl (syncrepl.c), Active Directory by change notification
 * (ad_notify.c); which, is the dialect's. A Samba domain controller, which is
 * slow at the latter, is asked ten times a second instead (usn_poll.c).
 *
 * What is told is only that something changed, and where: reading it again is
 * the reader's. Nothing is told twice after a lost connection, nor what
 * happened in between: that is made up by reading everything anew.
 */
#ifndef DIRECTORY_FOLLOW_FOLLOW_H
#define DIRECTORY_FOLLOW_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/message/error.h"
#include "decide/snapshot_update.h"
#include "directory/connection/connection.h"

/* AD's control by which a search yields deleted entries too (MS-ADTS section 3.1.1.3.4.1.14). */
#define FOLLOW_SHOW_DELETED_OID "1.2.840.113556.1.4.417"

struct arena;
struct dir_entry;
struct strings;
struct table;

/* Where a server is asked: update sequence numbers, and message ids, 0: not on its way. */
struct usn_poll {
	long long known,
		newest; /* changes up to `known` are told; those up to `newest` are asked for */
	int asking;     /* for the newest number */
	int reading;    /* what has changed */
	int64_t due_at; /* the next question, where none is on its way (moment_uptime()) */
};

/*
 * What the one who follows wants to hear of. With `attributes` (NULL-ended, besides the way's own) an entry arrives;
 * what `is_stranger` then says yes to is not told.
 */
struct follow_interest {
	const char *const *attributes;
	/*
	 * DNs below which, or at which, all lies that matters: the search is made where they meet, if the way can. NULL: all of
	 * the naming context matters.
	 */
	const struct strings *places;
	bool (*is_stranger)(const void *context, const struct dir_entry *entry,
		const struct dir_change *change);
	const void *context;
};

struct follow {
	struct connection connection;    /* owned */
	const struct follow_way *way;    /* of this server */
	struct follow_interest interest; /* what it has is borrowed; all zero: hears all */
	struct arena *arena;             /* owned: of `attributes` */
	const char **attributes;         /* what the search asks for; NULL-ended */
	int id;                          /* of the search that stays; 0: none */
	struct usn_poll poll;
	struct strbuf base, base_key; /* owned: what is followed, and its dn_key() */
	bool is_narrow;               /* it is less than the naming context */
	int sign_of_life;             /* a small question that is on its way; 0: none */
	int64_t asked_at;             /* when, or when the last one was (moment_uptime()) */
	const char *why_not; /* why the server does not tell, in its words; NULL: it does */
	struct strbuf words; /* owned: of why_not */
};

#define FOLLOW_INIT                                                                          \
	{                                                                                    \
		.connection = CONNECTION_INIT, .base = STRBUF_INIT, .base_key = STRBUF_INIT, \
		.words = STRBUF_INIT                                                         \
	}

/* Changes that were told, each entry once, the last time it was told of. */
struct dir_changes {
	struct arena *arena; /* borrowed: of the texts */
	struct dir_change **items;
	size_t count, room;
	struct table *known; /* identity, or DN's key -> struct dir_change; NULL until the first */
};

/* Add one that nobody told of: the entry of that name. */
void dir_changes_add(struct dir_changes *changes, const char *dn);

/*
 * Begin to follow the server of `reading`, which must be open: every change that is made after this
 * returns will be told, as far as it is of interest. ERROR_LOST and the like as connection_open(). A server that offers no
 * such search, or not to this bind, is no error: `why_not` is then set, and there is nothing
 * to take.
 */
enum error_kind follow_start(struct follow *follow, const struct connection *reading,
	const struct follow_interest *interest, struct error *err);

/* Stop, and close the connection; may be called on FOLLOW_INIT. */
void follow_stop(struct follow *follow);

/* What to poll() for reading; -1 where nothing is told. */
int follow_descriptor(const struct follow *follow);

/* When follow_take() is to be called though nothing can be read (moment_uptime()); INT64_MAX: never. */
int64_t follow_next(const struct follow *follow);

/*
 * Take all that has been told by now, without waiting. ERROR_LOST where the connection is gone, or the
 * server has ended the search: something may have gone by unseen.
 */
enum error_kind follow_take(struct follow *follow, struct dir_changes *changes, struct error *err);

/*
 * To be called now and then: asks for a sign of life every directory.timeout. ERROR_LOST where the
 * one before did not come in as long a time: a network that is cut says nothing of it.
 */
enum error_kind follow_check(struct follow *follow, struct error *err);

/* Whether changes of this entry are told; by its dn_key(). */
bool follow_covers(const struct follow *follow, const char *dn_key);

/* How a kind of server is followed: for the dialect. */
struct follow_way {
	bool may_be_narrow;            /* the search may be made below the naming context */
	bool is_asked;                 /* now and then, by usn_*(); there is no search that stays */
	const char *const *attributes; /* what the search asks for; NULL-ended */
	/* Make the search's controls for that naming context, to be freed by ldap_controls_free(); NULL out of memory. */
	LDAPControl **(*controls)(const struct connection *connection, const char *context);
	/* The server first tells what it takes for news, until it says that it is done. */
	bool begins_with_refresh;
	/* Whether an intermediate message says that it is done. */
	bool (*is_refreshed)(LDAP *ld, LDAPMessage *message);
	/* Read a change; its texts go into `arena`. False where the entry tells none. */
	bool (*read)(const struct connection *connection, LDAPMessage *message,
		const struct dir_entry *entry, struct arena *arena, struct dir_change *change);
};

extern const struct follow_way follow_sync, follow_notify, follow_usn;

/* Whether it is better asked than listened to: a Samba domain controller, by its root DSE. */
bool usn_is_better(struct connection *connection);

/* Begin with what is newest now; ask what is due; take an answer. Each returns libldap's result code. */
int usn_begin(struct follow *follow);
int usn_ask(struct follow *follow);
int usn_take(struct follow *follow, LDAPMessage *message, struct dir_changes *changes);

/* Note the change that an entry tells of, if any. */
void follow_note(struct follow *follow, LDAPMessage *message, struct dir_changes *changes);

#endif
