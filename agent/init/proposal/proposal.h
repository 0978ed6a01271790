/*
 * What `init` proposes, from what a survey found. Pure. Nothing is made up: what was not found is NULL, and the file
 * that is written says so. Call proposal_new(), which chooses the attributes; read the accounts with the attribute of
 * roles (survey_read_people()); then proposal_complete().
 */
#ifndef INIT_PROPOSAL_PROPOSAL_H
#define INIT_PROPOSAL_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "init/survey/survey.h"

struct arena;
struct mapping;
struct role;
struct table;
struct tag;

#define PROPOSED_NAMES_MAX 8  /* attributes for one thing */
#define PROPOSED_BASES_MAX 8  /* OUs of people, and of lists */
#define PROPOSED_SHOWN_MAX 10 /* DNs that are named in a comment */

/* The attributes that have one thing, and in how many entries it was found. */
struct proposed_attribute {
	const char *names[PROPOSED_NAMES_MAX];
	size_t name_count; /* 0: none was found */
	size_t entries;    /* of the people, or of the sample for deputies and absences */
	bool more;         /* than the sample */
	size_t parts,
		right; /* absences: values in the sample, and those of them that can be read */
};

/* A group as a list, and who would join it. */
struct proposed_list {
	const struct surveyed_group *group; /* NULL: none */
	bool is_similar;                    /* its name is only like the tag's */
	bool has_joins;                     /* the next two are known */
	size_t joins, there;                /* of the holders of `answers` */
};

/* The lists of one tag, or of several that share them. */
struct proposed_route {
	const struct tag **tags; /* of the catalogue */
	size_t tag_count;        /* 0: "*", mail without a tag */
	struct proposed_list ordinary, critical, inform;
};

/* One role of the gallery, and who was found to hold it. */
struct proposed_role {
	const struct role *role;
	size_t people;   /* that people.base and people.filter leave, enabled, with an address */
	size_t left_out; /* other accounts */
};

/* An account that holds `answers` and gets no mail, and why. */
struct proposed_holder {
	const struct surveyed_person *person;
	bool is_inside; /* people.base and people.filter find it */
};

/* An OU that has lists below it. */
struct proposed_unit {
	const char *dn;
	size_t other_count; /* groups below it that are no proposed lists */
	const char *others[PROPOSED_SHOWN_MAX];
	size_t protected_count; /* of them built in, critical, or of adminCount 1 */
	bool more;              /* there are more */
};

struct proposal {
	struct proposed_attribute attributes[SURVEYED_COUNT];
	struct proposed_role *roles; /* as the gallery has them */
	size_t role_count;
	const struct role *
		answers; /* whom routes ask for, to begin with; NULL: nobody was found who holds it */
	const char **holders; /* DNs of the people who hold it */
	size_t holder_count;
	struct proposed_holder left_out_holders[PROPOSED_SHOWN_MAX];
	size_t left_out_holder_count; /* may be more than are named */
	const char *owner; /* the DN of somebody who owns the infrastructure; NULL: none */

	const char *bases[PROPOSED_BASES_MAX]; /* people.base; one at least */
	size_t base_count;
	unsigned long long
		filter_rules; /* bit i: people.filter leaves out what account_rules[i] finds */
	unsigned long long
		mailbox_rules;  /* people.mailboxes is what any of these find; 0: no filter */
	bool has_exchange;      /* Exchange's attribute tells mailboxes apart */
	size_t people;          /* that bases and filter leave, of the kind ACCOUNT_PERSON */
	size_t proxy_alone;     /* of them, with an address in proxyAddresses alone */
	size_t without_address; /* of them */
	size_t role_holders;    /* of them, of any role of the gallery */
	size_t elsewhere;       /* people with an address, outside the bases */
	const char *elsewhere_at[PROPOSED_SHOWN_MAX]; /* the OUs of some */
	size_t left_out[ACCOUNT_KIND_COUNT];          /* by bases or filter */
	size_t still_in[ACCOUNT_KIND_COUNT];          /* what neither leaves out */
	size_t kept_people; /* with a name and an address, so that a weak rule was not used */
	size_t mailboxes;   /* that people.mailboxes finds */

	struct proposed_route *routes; /* in the catalogue's order, "*" last where there is one */
	size_t route_count, found_count,
		tag_count; /* tags with a list, and all that are not retired */
	const struct surveyed_group *mailbox_list;  /* NULL: none */
	const struct surveyed_group *mailbox_group; /* it has the mailbox's address; NULL: none */
	const char *mailbox_address;                /* NULL: none */
	struct table *lists;                        /* all proposed lists, by their dn_key() */
	struct proposed_unit units[PROPOSED_BASES_MAX]; /* none below another */
	size_t unit_count;
	const struct surveyed_group *homeless; /* a list that is in no OU of its own; NULL: none */
	bool is_unique;                        /* the lists keep their members in uniqueMember */
	const struct surveyed_group **others;  /* mail groups that are no proposed lists */
	size_t other_count;
};

/* Choose the attributes of roles, deputies and absences. In `arena`; borrows from the survey and the mapping. */
struct proposal *proposal_new(struct arena *arena, const struct survey *survey,
	const struct mapping *mapping);

/* The attribute of roles; NULL: none. */
const char *proposal_role_attribute(const struct proposal *proposal);

/* Propose all that remains. */
void proposal_complete(struct proposal *proposal, struct arena *arena, const struct survey *survey,
	const struct mapping *mapping);

/* Its two parts, for proposal_complete(). */
void proposal_add_people(struct proposal *proposal, struct arena *arena,
	const struct survey *survey, const struct mapping *mapping);
void proposal_add_routes(struct proposal *proposal, struct arena *arena,
	const struct survey *survey, const struct mapping *mapping);

/* Whether people.base and people.filter find the account. */
bool proposal_finds(const struct proposal *proposal, struct arena *arena,
	const struct surveyed_person *person);

/* The role of the gallery that a value, "systemansvarlig/SAPA", is of; NULL: none. */
const struct role *proposal_role_of(struct arena *arena, const struct mapping *mapping,
	const char *value);

/* Whether a group of this DN is a proposed list. */
bool proposal_has_list(const struct proposal *proposal, struct arena *arena, const char *dn);

#endif
