/*
 * A look into the mailbox: what lies unread, which tags its mails carry, which of these nobody knows, and what went wrong
 * on the way to the lists. This is what `postvagt mailbox` prints, and `status` goes by.
 *
 *	struct mailbox_look look;
 *	failed = mailbox_look(&look, settings, mapping, at, &err);
 *	// ...
 *	mailbox_look_release(&look);
 *
 * A list *took* a mail where two things hold:
 *
 *	it has one by the matcher (matcher/matcher.h): a tag that its subject carries has a route,
 *	or there is a route "*"; and
 *	the rules passed it on: they filed it in another folder than the one of
 *	mailbox.imap.url and Junk, or set the keyword $Forwarded (RFC 5788).
 *
 * Only what the mailbox's own side can set counts as a trace of the rules: a field of the mail may be a stranger's. A
 * person who files a mail, or passes it on, leaves the same trace, and has seen it.
 *
 * Mail that no list took must be read in the box: it is *late* when it is still unread `unread_after` after it
 * arrived, wherever it lies. So a mail that lies unread where it came in counts, also when a route
 * has a list for it: the rules did not pass it on, or nobody can tell that they did. The same goes for what the rules pass
 * on to nobody: answers of machines and loops. Not late are
 *
 *	bounces, which are counted by the address that failed,
 *	copies of mails that lie here, which came back as the mailbox is on its own list (a field that says so is not
 *	enough, the copy must have the original's Message-ID), and
 *	on Exchange, whose Inbox rules leave no trace, mail that has a list: look->maybe has it, and whether the rules
 *	pass mail on is for `check` and `mailbox --probe` to say.
 *
 * Mails are those of all folders that imap_folders() names, less those marked as deleted and those that came after `at`;
 * their flags are as they are now. When a mail arrived is for the server to say (INTERNALDATE).
 */
#ifndef MAILBOX_MAILBOX_H
#define MAILBOX_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "base/text/strbuf.h"
#include "mail/imap/imap_quota.h"
#include "mailbox/mailbox_mails.h"
#include "mailbox/unknown_groups.h"

struct imap_folder;
struct imap_mail;
struct loop_mails;
struct mailbox_settings;
struct mapping;
struct matcher;
struct probe_log;
struct message_ids;
struct recurring_word;
struct recurring_words;
struct settings;
struct table;

#define MAILBOX_UNKNOWN_MAX 500 /* unknown tags that are shown */
#define MAILBOX_BOUNCES_MAX 100 /* addresses that failed, that are counted one by one */
#define MAILBOX_DAYS        30  /* that mails are counted over */

/* An address that did not take what was passed on. */
struct mailbox_bounce {
	const char
		*address; /* a server's word; NULL: the bounces that name none, or one too many */
	size_t count, unread;
	moment last;
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
	bool leaves_no_trace;      /* the rules are Exchange's Inbox rules */
	struct mailbox_mails late; /* unread for too long, and no list took them */
	struct mailbox_mails high; /* of high priority and unread, whoever took them */
	struct mailbox_mails
		maybe; /* unread, has a list, and nobody can see whether it took them */
	struct mailbox_mails nobody; /* of the last 30 days, that the rules pass on to nobody */
	size_t answers, loops, came_back; /* of these; came_back is a part of loops */
	size_t strange_probes; /* of these, that look like probes and were not sent from here */
	struct probe_log *
		probes; /* in the arena; mails that it knows are not counted; NULL: none are sent */
	struct mailbox_mails differing; /* of the last 30 days: enum mailbox_difference */
	struct mailbox_mails repeated; /* with a Message-ID that another mail with other tags has */
	size_t differing_unread, repeated_unread;
	struct unknown_tag **unknown; /* most frequent first, once mailbox_look_end() was called */
	size_t unknown_count;
	bool has_more_unknown;            /* than MAILBOX_UNKNOWN_MAX */
	struct recurring_word *recurring; /* once mailbox_look_end() was called */
	size_t recurring_count;
	struct unknown_tag *unrouted; /* as mapping->tags; count 0: retired, or has a route */
	size_t unrouted_count;        /* of them, that mails carry */
	struct mailbox_bounce *
		bounces; /* of the last 30 days; most frequent first, once mailbox_look_end() was called */
	size_t bounce_count;
	size_t bounced, bounces_unread; /* mails; one may be about several addresses */
	struct table *bounces_by_address;
	struct imap_quota quota;
	size_t *by_tag;  /* of the last 30 days, as mapping->tags */
	size_t untagged; /* of these, that carry no tag */
	size_t recent;   /* of these, all but those in Junk: one with two tags is one */
	/* What is known while mails come: */
	struct unknown_groups *groups; /* owned */
	struct recurring_words *words; /* owned */
	struct message_ids *ids;       /* owned */
	struct loop_mails *loop_mails; /* owned; until it is known which of them came back */
	moment rules_since; /* the first mail with a trace of the rules arrived; 0: none has one */
	bool files_by_tag;  /* the rules file mail, too */
	struct mailbox_mails left, unseen; /* may be among `differing` */
	size_t unseen_unread;
	struct left_mail {
		moment arrived;
		bool is_unread;
	} * left_at; /* owned; of each of `left` */
	size_t left_room;
};

/*
 * Make it ready for mails; then give it all; then put it in order. Take no network. mailbox_look_add() is true for a
 * bounce: give its second part, with its flags and date, to mailbox_look_add_bounce(); without one it names no address.
 */
void mailbox_look_begin(struct mailbox_look *look, const struct mailbox_settings *mailbox,
	const struct mapping *mapping, moment at);
bool mailbox_look_add(struct mailbox_look *look, const struct imap_folder *folder,
	const struct imap_mail *mail);
void mailbox_look_add_bounce(struct mailbox_look *look, const struct imap_mail *mail);
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
 * Whether all is well: nothing is late, no tag unknown, and none without a route; no bounce is unread, nor a mail
 * that the rules treated otherwise than the matcher, or that repeats another's Message-ID; and no quota is nearly used
 * up. And the first alone: the box is read.
 */
bool mailbox_is_well(const struct mailbox_look *look);
bool mailbox_is_read(const struct mailbox_look *look);

/* Whether its quota is known and nearly used up (IMAP_QUOTA_PERCENT_MAX). */
bool mailbox_is_filling(const struct mailbox_look *look);

#endif
