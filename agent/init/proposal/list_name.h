/*
 * What the name of a mail group says: for which tags of the catalogue it may be the list, or that it is for
 * the mail of no tag ("Øvrige"), for urgent mail, or for information. Words are compared in their singular and plural
 * and with the article ("certifikat", "certifikater", "certifikatet"). Pure.
 */
#ifndef INIT_PROPOSAL_LIST_NAME_H
#define INIT_PROPOSAL_LIST_NAME_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct mapping;
struct tag;

#define LIST_TAGS_MAX 8

enum list_purpose {
	PURPOSE_ORDINARY,
	PURPOSE_CRITICAL,
	PURPOSE_INFORM,
};

struct list_name {
	const struct tag *tags[LIST_TAGS_MAX]; /* in the order of the name; none that is retired */
	size_t tag_count;
	bool is_rest;     /* for the mail without a tag; tag_count is 0 */
	bool is_similar;  /* no spelling of the tag is in it: a word of it begins one */
	bool is_mailbox;  /* it is called like the mailbox */
	bool is_everyone; /* all staff */
	bool has_family; /* name, OU or address says that it belongs to the mailbox ("Infra", "KOMBIT") */
	size_t strange; /* words that nothing of this explains */
	enum list_purpose purpose;
};

/* The catalogue's spellings, prepared once for many names; borrows from the mapping. */
struct list_names;
struct list_names *list_names_new(struct arena *arena, const struct mapping *mapping);

/*
 * Read the name of the group of this DN; `mail`, its address, may be NULL. A name is for a tag where nothing else is in it,
 * or where has_family: "Organisation og HR" is no list for [Organisation].
 */
void list_name_read(struct list_name *name, struct arena *arena, const struct list_names *names,
	const char *dn, const char *mail);

#endif
