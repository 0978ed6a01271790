/*
 * Reasons, absences and gaps in words, in the language in force: one place, so
 * that text, JSON, LDIF and explain say the same.
 *
 * Whatever comes from a file or the directory is made safe for a line of text
 * (base/text/strbuf.h).
 */
#ifndef REPORT_PHRASES_H
#define REPORT_PHRASES_H

#include "base/text/moment.h"

/* How groups are named: by their DN where it is kept, by their name where it is read. */
enum phrase_length {
	PHRASE_FULL,
	PHRASE_SHORT,
};

/*
 * What a page (page.h) needs to set names apart from the sentence around them; no name carries
 * these itself, as it is made safe.
 */
#define PHRASE_NAME     '\1'
#define PHRASE_NAME_END '\2'

struct block;
struct gap;
struct group_step;
struct list_plan;
struct person;
struct plan;
struct plan_member;
struct reason;
struct removal;
struct strbuf;
struct tag_ids;

/* "away through 4 January 2027", "away until further notice", "cannot be reached by mail", ... at `at`. */
void phrase_state(struct strbuf *out, const struct person *person, moment at);

/* "from 24 November 2026 07:53 through 4 December 2026"; open ends: "until further notice". */
void phrase_interval(struct strbuf *out, moment start, moment end);

/* Why somebody is on a list: "role infrastrukturansvarlig", "stands in for Anna Møller, away …". */
void phrase_reason(struct strbuf *out, const struct plan_member *member,
	const struct reason *reason, moment at, enum phrase_length length);

/* " (feed rollekatalog)", of what a feed gives; nothing where `feed` is NULL. */
void phrase_feed(struct strbuf *out, const char *feed);

/* The groups inside the one that a route names, down to a person: "GG-It > GG-It-Drift"; where they are many, the first are counted. */
void phrase_way(struct strbuf *out, const struct group_step *step, enum phrase_length length);

/* All reasons of a member, with semicolons between. */
void phrase_reasons(struct strbuf *out, const struct plan_member *member, moment at,
	enum phrase_length length);

/* Why somebody leaves. */
void phrase_removal(struct strbuf *out, const struct removal *removal, moment at);

/* What is missing. */
void phrase_gap(struct strbuf *out, const struct gap *gap, moment at);

/* How a person is at a moment; phrase_state() is one. */
typedef void phrase_person(struct strbuf *out, const struct person *person, moment at);

/* The same, with how people are in other words. */
void phrase_gap_by(struct strbuf *out, const struct gap *gap, phrase_person *state, moment at);

/* A tag as people read it: "*" is everything else. Of several that share a list, all, with commas between. */
void phrase_tag(struct strbuf *out, const char *tag);
void phrase_tags(struct strbuf *out, const struct tag_ids *tags);

/* "serviceplatformen, critical"; "sikkerhed, certifikat, ordinary"; "the mailbox's list". */
void phrase_block(struct strbuf *out, const struct block *block);
void phrase_list(struct strbuf *out, const struct list_plan *list);

/* Which limit would be passed by how much, and how to let a saved plan past it; nothing where none is. */
void phrase_refusals(struct strbuf *out, const struct plan *plan, const char *line_start);

/* What moved since a plan was kept; nothing where nothing did. */
void phrase_moved(struct strbuf *out, const struct plan *plan, const char *line_start);

/*
 * What an entry is called, everywhere that people read it: person_called(), or the DN's first value where it is not
 * a person. At most 120 bytes, and "…" where it goes on.
 */
void phrase_name(struct strbuf *out, const struct person *person, const char *dn);

/* How long a DN of a group or list is that people still read as it is, in bytes. */
#define PHRASE_DN_MAX 80

/*
 * Where a group or list is, which its name alone does not always tell: the DN, or its first value where the DN is longer than
 * PHRASE_DN_MAX and not asked for as PHRASE_FULL.
 */
void phrase_entry(struct strbuf *out, const char *dn, enum phrase_length length);

#endif
