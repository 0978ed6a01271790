/*
 * Some mails of many, for mailbox.h: a count of all, and a few of them in full, the oldest or the newest.
 */
#ifndef MAILBOX_MAILBOX_MAILS_H
#define MAILBOX_MAILBOX_MAILS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "base/text/strbuf.h"
#include "matcher/matcher.h"

#define MAILBOX_MAILS_MAX 50 /* in full */
#define MAILBOX_TAGS_MAX  8  /* of one mail */

/* How the rules treated a mail otherwise than the matcher would. */
enum mailbox_difference {
	MAILBOX_AS_MATCHED,
	MAILBOX_NOT_PASSED_ON, /* it has a list, and the rules left it where it came in */
	MAILBOX_PASSED_ON,     /* it goes to nobody, and the rules passed it on */
	MAILBOX_TAG_NOT_SEEN,  /* it carries a tag, and went where mail without one goes */
};

struct mailbox_mail {
	moment arrived;
	const char *folder;    /* for a person; NULL: the box itself */
	struct strbuf subject; /* owned; decoded, the first 200 bytes or so */
	const struct mail_tag *tags[MAILBOX_TAGS_MAX];
	size_t tag_count;
	enum mail_course course; /* whether the rules pass it on, by the matcher */
	const char *field;       /* that makes it an answer or a loop; NULL: its subject does */
	enum mailbox_difference difference;
	bool is_high; /* of high priority */
	bool is_unread;
	bool has_list;  /* the mapping has a list for its tags, whatever its course */
	bool is_junk;   /* it lies where the mail system puts spam */
	bool is_passed; /* the rules, or a person, passed it on or filed it */
};

struct mailbox_mails {
	struct mailbox_mail *items; /* owned; oldest first, or newest first where `newest` */
	size_t shown, count;
	bool newest; /* keeps the newest */
};

/*
 * Count a mail. Returns where to describe it, with a subject to be filled again, or NULL where it is not among those that
 * are kept; its room is that of the mail that it puts out.
 */
struct mailbox_mail *mailbox_mails_add(struct mailbox_mails *mails, moment arrived);

/* Describe it as another one is. */
void mailbox_mail_copy(struct mailbox_mail *mail, const struct mailbox_mail *other);

void mailbox_mails_release(struct mailbox_mails *mails);

#endif
