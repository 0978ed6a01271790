/*
 * What a notice says of the tags of one route: their titles, why their mail comes, what is expected, who else gets it. In the
 * language in force; names are made safe for a line.
 */
#ifndef NOTICES_NOTICE_TAG_TEXT_H
#define NOTICES_NOTICE_TAG_TEXT_H

struct mapping;
struct notice_part;
struct strbuf;
struct tag_ids;

/* What mail of one route's tags comes to somebody: by one list, or by that for high priority, or by both. */
struct tag_parts {
	const struct mapping *mapping;
	const struct tag_ids *tags; /* that share the lists */
	const struct notice_part *ordinary, *critical;
};

/* Add a tag's title in the catalogue, else its id. */
void notice_add_title(struct strbuf *out, const struct mapping *mapping, const char *id);

/* Add "  label: text"; nothing where the text is NULL or empty. */
void notice_add_line(struct strbuf *out, const char *label, const char *text);

/* Add a heading for each of the tags; below it why, what is expected, who covered, and who else gets the mail. */
void tag_parts_add_headings(struct strbuf *out, const struct tag_parts *parts);
void tag_parts_add(struct strbuf *out, const struct tag_parts *parts);

#endif
