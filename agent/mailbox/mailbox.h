/*
 * A look into the mailbox: what lies unread, which tags its mails carry, and which of these
 * nobody knows. This is what `postvagt mailbox` prints, and `status` goes by.
 *
 *	struct mailbox_look look;
 *	failed = mailbox_look(&look, settings, mapping, at, &err);
 *	// ...
 *	mailbox_look_release(&look);
 *
 * A list *took* a mail where two things hold:
 *
 *	it has one by the matcher (matcher/matcher.h): a tag that its subject carries has a route,
 *	or there is a route "*", and it is not a machine's answer, nor was it here before; and
 *	the rules passed it on: they filed it in another folder than the one of
 *	mailbox.imap.url, set the keyword $Forwarded (RFC 5788), or left their mark (matcher/mail_header.h).
 *
 * Mail that no list took must be read in the box: it is *late* when it is still unread `unread_after` after it
 * arrived. So a mail that lies unread where it came in counts, also when a route
 * has a list for it: the rules did not pass it on, or nobody can tell that they did.
 *
 * Mails are those of all folders that imap_folders() tells, less those marked as deleted and those that came after `at`; their
 * flags are as they are now. When a mail arrived is for the server to say (INTERNALDATE).
 */
#ifndef MAILBOX_MAILBOX_H
#define MAILBOX_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "base/text/strbuf.h"

struct imap_folder;
struct imap_mail;
struct mailbox_settings;
struct mapping;
struct matcher;
struct settings;
struct table;
struct tag;

#define MAILBOX_MAILS_MAX   50  /* told one by one of those that are late, or urgent; the oldest */
#define MAILBOX_TAGS_MAX    8   /* told of one mail */
#define MAILBOX_UNKNOWN_MAX 500 /* unknown tags that are told */
#define MAILBOX_DAYS        30  /* that mails are counted over */

struct mailbox_mail {
	moment arrived;
	const char *folder;    /* for a person; NULL: the box itself */
	struct strbuf subject; /* owned; decoded, the first 200 bytes or so */
	const struct tag *tags[MAILBOX_TAGS_MAX];
	size_t tag_count;
	bool is_high;   /* of high priority */
	bool has_list;  /* the mapping has a list for it */
	bool is_junk;   /* it lies where the mail system puts spam */
	bool is_passed; /* the rules passed it on */
};

/* Some mails of many: `count` in all, the oldest of them told. */
struct mailbox_mails {
	struct mailbox_mail *items; /* owned; oldest first */
	size_t shown, count;
};

/* A tag that subjects carry, and that the catalogue lacks or no route names. */
struct mailbox_unknown {
	const char *text; /* as first seen, with its brackets; of the catalogue's, its id */
	size_t count;
	moment last;
	const struct tag *nearest; /* NULL: none is near */
};

struct mailbox_look {
	struct arena *arena;           /* owned */
	const struct mapping *mapping; /* borrowed */
	const struct matcher *matcher;
	moment at;
	int unread_after;    /* seconds */
	const char *url;     /* borrowed from the settings */
	size_t folders;      /* looked into */
	const char **closed; /* folders that the server would not open */
	size_t closed_count, closed_room;
	size_t mails, unread;
	struct mailbox_mails late;        /* unread for too long, and no list took them */
	struct mailbox_mails high;        /* of high priority and unread, whoever took them */
	struct mailbox_unknown **unknown; /* latest first, once mailbox_look_end() was called */
	size_t unknown_count, unknown_room;
	bool has_more_unknown; /* than MAILBOX_UNKNOWN_MAX */
	struct table *unknown_by_text;
	struct mailbox_unknown *unrouted; /* as mapping->tags; count 0: retired, or has a route */
	size_t unrouted_count;            /* of them, that mails carry */
	size_t *by_tag;                   /* of the last 30 days, as mapping->tags */
	size_t untagged;                  /* of these, that carry no tag */
	size_t recent;                    /* of these, all: one with two tags is one */
};

/* Make it ready for mails; then give it all; then put it in order. Take no network. */
void mailbox_look_begin(struct mailbox_look *look, const struct mailbox_settings *mailbox,
	const struct mapping *mapping, moment at);
void mailbox_look_add(struct mailbox_look *look, const struct imap_folder *folder,
	const struct imap_mail *mail);
void mailbox_look_end(struct mailbox_look *look);

/*
 * All of that, over IMAP. ERROR_USAGE where the settings name no mailbox.imap. A folder
 * that the server will not open is among look->closed; any other failure is one of the whole
 * look. Release it after either.
 */
enum error_kind mailbox_look(struct mailbox_look *look, const struct settings *settings,
	const struct mapping *mapping, moment at, struct error *err);
void mailbox_look_release(struct mailbox_look *look);

/*
 * Whether all is well: nothing is late, no tag unknown, and none without a route. And the first
 * alone: the box is read.
 */
bool mailbox_is_well(const struct mailbox_look *look);
bool mailbox_is_read(const struct mailbox_look *look);

#endif
