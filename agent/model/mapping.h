/*
 * The mapping: KOMBIT's tags and roles, and the municipality's routes from tags
 * to people (CONTRACT section 3). Plain data, complete and checked:
 * config/mapping/mapping_file.h builds it, decide/ reads it, nobody changes it.
 *
 * Everything lives in the arena of whoever loaded it. Texts in two languages
 * are indexed by enum language.
 */
#ifndef MODEL_MAPPING_H
#define MODEL_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct subject;

/* Where in a file something stands, for messages. */
struct mark {
	const char *file;    /* as given on the command line or by the settings */
	size_t line, column; /* from 1; 0: nowhere */
};

/* A text in each language; either may be NULL. */
struct texts {
	const char *in[2];
};

/* The text in the language in force, or else in the other; NULL where none is. */
const char *texts_in_language(const struct texts *texts);

/* Where a catalogue comes from. */
struct catalogue_source {
	const char *name, *version; /* NULL where the file does not say */
};

/* The public source that a tag's or a role's name is known from. */
struct public_source {
	const char *name, *url, *date; /* NULL where the file does not say; name NULL: no source */
};

/* One tag of KOMBIT's catalogue. */
struct tag {
	const char *id;
	const char **subjects; /* what a subject carries; several spellings */
	size_t subject_count;
	struct texts title, expectation, critical_expectation;
	bool retired;
	struct public_source source; /* of its name */
	bool confirmed;              /* false: no public source says that KOMBIT uses it as a tag */
	struct mark mark;
};

/* One role of the gallery. */
struct role {
	const char *id;
	struct texts title;
	int at_least;           /* holders wanted; 0: not said */
	const char **spellings; /* folded (base/text/text.h); the id's own first */
	size_t spelling_count;
	struct public_source source; /* of its name */
	bool gallery; /* false: no public source calls it a role of KOMBIT's gallery */
	struct mark mark;
};

/* A role that a route asks for: all its holders, or those of one scope. */
struct role_wanted {
	const struct role *role;
	const char *scope; /* NULL: every holder, scoped or not */
	const char *text;  /* as the file says: "systemansvarlig/SAPA" */
};

/* A group that a route asks for. */
struct group_wanted {
	const char *dn;  /* as the file says */
	const char *key; /* dn_key() */
};

/*
 * One who is named in a file or a directory value: a DN, a login or a mail
 * address ("PERSON" of the contract).
 */
struct reference {
	const char *text; /* as it was written */
	const char *key;  /* reference_make(): what it is looked up by */
	const struct subject
		*subject; /* of a person in a snapshot: that key's there; NULL: of a file */
};

struct references {
	struct reference *items;
	size_t count;
};

/* Ids of the tags that share a list, in the order of the file. */
struct tag_ids {
	const char **items;
	size_t count;
};

enum block_kind {
	BLOCK_ORDINARY,
	BLOCK_CRITICAL,
	BLOCK_INFORM,
	BLOCK_MAILBOX, /* not in routes.yaml: mailbox.list of the settings */
};

enum membership {
	MEMBERSHIP_EXACT,
	MEMBERSHIP_ADDITIVE,
};

/*
 * One list and who belongs on it: a route's own keys, its `critical` or its
 * `inform`. What `critical` takes over from its route is filled in already.
 */
struct block {
	enum block_kind kind;
	const char *tag;      /* the route's first tag; "*"; NULL: mailbox.list */
	struct tag_ids tags;  /* all of them; none for mailbox.list */
	const char *list;     /* DN as the file says */
	const char *list_key; /* dn_key() */
	const char *address;  /* NULL: the list's own mail attribute */
	struct role_wanted *roles;
	size_t role_count;
	struct group_wanted *groups;
	size_t group_count;
	struct references people, deputies, keep;
	int at_least; /* 1 or more; 0 for inform, which asks for nobody available */
	enum membership membership;
	struct mark mark; /* of the list's DN */
};

/* A tag as a route names it. */
struct route_tag {
	const char *id;
	const struct tag *known; /* the catalogue's tag; NULL: "*" or unknown */
	struct mark mark;        /* of the id */
};

/* One route; the blocks are among mapping.blocks. */
struct route {
	const char *tag;        /* the first of its tags, which names the route; "*" */
	struct route_tag *tags; /* one or more that share the lists; "*" is alone */
	size_t tag_count;
	const struct block *ordinary;
	const struct block *critical, *inform; /* NULL: the route has none */
	struct mark mark;                      /* of its first key */
};

struct mapping {
	struct catalogue_source tag_source, role_source;
	struct tag *tags;
	size_t tag_count;
	struct role *roles;
	size_t role_count;
	struct route *routes; /* in the file's order */
	size_t route_count;
	struct block *blocks; /* of all routes, in the file's order */
	size_t block_count;
	struct {
		const char *tags, *roles, *routes;
	} sha256; /* of the files as they were read, in hexadecimal */
};

/* The tag, role or route of that id (exactly), or NULL. Any of its tags finds a route. */
const struct tag *mapping_tag(const struct mapping *mapping, const char *id);
const struct role *mapping_role(const struct mapping *mapping, const char *id);
const struct route *mapping_route(const struct mapping *mapping, const char *tag);

/* Whether the id (exactly) is among them. */
bool tag_ids_have(const struct tag_ids *tags, const char *id);

/* "sikkerhed, certifikat", in `arena`; untrusted, as the file has them. */
const char *tag_ids_text(struct arena *arena, const struct tag_ids *tags);

/* "ordinary", "critical", "inform", "mailbox". */
const char *block_kind_name(enum block_kind kind);

#endif
