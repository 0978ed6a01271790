/*
 * Lines for tags.yaml and routes.yaml, for the unknown tags of a look that recur (postvagt mailbox --propose).
 *
 * A tag in brackets recurs where PROPOSE_MIN mails carry it; words without brackets do as recurring_words.h has it. An id is
 * made of the text, and is new. A list is called as those of the routes are: what their names begin with, in the OU that most
 * are in. Whom it asks for is what the route "*" asks for, or else the first route. What is near a tag of the catalogue is
 * proposed as a spelling of it, and what is numbered, or a gateway's, as a mark for mailbox.ignore; all as comments, as somebody
 * must decide.
 *
 * Nothing is written to a file. The YAML is what config/mapping/mapping_file.h reads.
 */
#ifndef MAILBOX_PROPOSE_H
#define MAILBOX_PROPOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct mailbox_look;
struct settings;
struct strbuf;
struct tag;

#define PROPOSE_MIN 2
#define PROPOSE_MAX 50

/* An unknown tag that recurs. */
struct proposed_tag {
	const char *text;          /* what subjects carry */
	const char *id;            /* NULL: it is a mark, or a spelling of `nearest` */
	const char *list;          /* a DN */
	const struct tag *nearest; /* the tag that it is near; NULL: none */
	bool is_mark;              /* numbered, as tickets are, or a gateway's */
	bool is_gateways;          /* what gateways put in front of mail from outside */
	size_t count;
	moment last;
};

struct proposed_tags {
	struct proposed_tag *items; /* most frequent first */
	size_t count;
};

/* Find them, in `arena`; borrows the look, which is ended (mailbox_look_end()). */
void proposed_tags_find(struct proposed_tags *tags, struct arena *arena,
	const struct mailbox_look *look, const struct settings *settings);

/* Add them as YAML, with comments in the language in force; or as JSON. */
void proposed_tags_add_yaml(struct strbuf *out, const struct proposed_tags *tags,
	const struct mailbox_look *look);
void proposed_tags_add_json(struct strbuf *out, const struct proposed_tags *tags,
	const struct mailbox_look *look);

#endif
