/*
 * What a mail means and where it goes (CONTRACT section 7). One matcher, behind `mailbox`; the rules that are made for
 * mail systems say the same in their own languages, and tests hold all of them to one corpus of mails.
 *
 *	const struct matcher *matcher = matcher_new(arena, mapping, &settings->mailbox);
 *	struct mail_header header;
 *	struct mail_meaning meaning;
 *	struct mail_lists mail_lists;
 *	mail_header_read(&header, arena, text.text, text.length);
 *	matcher_read(matcher, arena, &header, &meaning);
 *	matcher_lists(matcher, arena, &meaning, &mail_lists);
 *
 * A subject is decoded (mail_header.h), put into one form (text/subject_text.h), and what mailbox.ignore
 * names is cut out of it (text/ignore_mark.h). A probe is known by its exact text in the decoded subject. Then:
 *
 * - It carries a tag where one of the tag's spellings is in it; a spelling that begins or ends with a letter or digit must
 *   begin or end a whole word there. Blanks inside brackets do not count. Retired tags are carried, too.
 * - A tag that nobody knows is a text in [brackets], at most SUBJECT_UNKNOWN_LONGEST bytes, with a letter in
 *   it, that is no tag, no mark, no priority word and no probe, and has no part of one.
 * - High priority: priority.h. Answers of machines and loops: answer.h.
 * - Reply prefixes (vocabulary.h) may be several, with a number ("Re[2]:"), and with ignored marks between them.
 */
#ifndef MATCHER_MATCHER_H
#define MATCHER_MATCHER_H

#include <stdbool.h>
#include <stddef.h>

#include "matcher/subject_tags.h"

struct arena;
struct block;
struct mail_header;
struct mailbox_settings;
struct mapping;
struct matcher;

#define SUBJECT_UNKNOWN_MAX     16  /* of one subject; more are passed over */
#define SUBJECT_UNKNOWN_LONGEST 120 /* bytes */

/* Whether a mail is passed on, and why not. Of several the first counts. */
enum mail_course {
	MAIL_TO_LISTS,
	MAIL_LOOP,   /* it was here already: a field has the mailbox's address */
	MAIL_ANSWER, /* a machine's */
	MAIL_PROBE,  /* mailbox.probe is set, and its subject has "[postvagt-probe ...]" */
};

struct mail_meaning {
	enum mail_course course;
	const char *field; /* that makes it a loop or an answer; NULL: its subject does */
	/* The tags that it carries: the catalogue's in its order, then those that only routes name. */
	const struct mail_tag **tags;
	size_t tag_count;
	/* As written, with their brackets but no blanks beside these; each once, but for case. */
	const char **unknown;
	size_t unknown_count;
	/* Of the subject, behind its reply prefixes and without ignored marks; NFC, single blanks. */
	const char *words;
	bool is_high; /* of high priority */
};

/* The blocks of routes whose lists a mail goes to. */
struct mail_lists {
	const struct block **items;
	size_t count;
};

/*
 * Make it ready, in `arena`. Borrows mapping and settings: their ignore, address (NULL: no loop is found) and probe.
 */
const struct matcher *matcher_new(struct arena *arena, const struct mapping *mapping,
	const struct mailbox_settings *mailbox);

/* Read a mail. The result is in `arena`, and borrows from the matcher. */
void matcher_read(const struct matcher *matcher, struct arena *arena,
	const struct mail_header *header, struct mail_meaning *meaning);

/*
 * The blocks it goes to, in the order of the routes, each once, in `arena`: of each tag's route the ordinary or, where the mail is of
 * high priority and the route has one, the critical block; then inform. Where no tag has a
 * route, those of the route "*". None unless meaning->course is MAIL_TO_LISTS. Blocks may still share an address.
 */
void matcher_lists(const struct matcher *matcher, struct arena *arena,
	const struct mail_meaning *meaning, struct mail_lists *lists);

#endif
