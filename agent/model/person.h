/*
 * A person, as the decision sees one: where the entry is, who it is, how mail
 * reaches it, when it is away, and who then stands in.
 */
#ifndef MODEL_PERSON_H
#define MODEL_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text/moment.h"
#include "model/absence.h"
#include "model/calendar.h"
#include "model/mapping.h"

struct arena;
struct strbuf;

/*
 * Nobody needs as many values of one attribute, or as many deputies in one record of a feed. The
 * parts of a separated value are counted, not the value: each is work, and anybody may have
 * written it. Past this none of them is used, and that is an error among the findings.
 */
#define PERSON_VALUES_MAX 1000

/* Whom one record of a feed names as deputies for any absence, and when they are that. */
struct standing_deputies {
	struct references deputies; /* in the record's order */
	const char *feed;           /* its name */
	moment start, end;          /* [start, end) */
	bool kept; /* of an earlier reading, as a record that names the person cannot be used now */
};

/* A role that a feed gives, and when it is held. */
struct given_role {
	const char *
		role; /* as the feed has it: a spelling, and perhaps a scope (decide/role_value.h) */
	const char *feed;  /* its name */
	moment start, end; /* [start, end) */
	bool kept;         /* as that of standing_deputies */
};

struct person {
	const char *dn;  /* as the directory writes it */
	const char *key; /* dn_key() */
	uint32_t
		number; /* in the snapshot that keeps the person: 0, 1, ...; an index into arrays */
	const struct subject *subject; /* there, of the DN */
	const char
		*identity; /* entryUUID or objectGUID as text: who it is, whatever it is called */
	const char *name;  /* for people to read; the DN's first value where the entry has none */
	const char *
		called; /* the name, where another bears it with the login behind it; NULL: see person_called() */
	const char *mail;  /* NULL: none, so not reachable */
	const char *login; /* NULL: none */
	bool enabled;      /* AD: not disabled; elsewhere true */
	bool is_mailbox; /* matches people.mailboxes: reachable though disabled, and found by no role */
	bool named_only; /* a mailbox that is not under people.base or not matched by people.filter */
	bool expires;    /* AD: the account is of no use from `expires_at` on */
	moment expires_at;
	/*
	 * All by which others name it: reference keys (model/reference.h) of each login, then of each
	 * mail address, and name_key()s of what feeds are compared with.
	 */
	const char **known_as;
	size_t known_as_count;
	size_t login_count; /* how many of them are logins: the first ones */
	size_t first_count; /* logins, and the first value of the first attribute of mail (bearer.h) */
	const char **roles; /* values of the role attribute, split; as written */
	size_t role_count;
	bool roles_unread;        /* more than PERSON_VALUES_MAX: which ones is not known */
	struct given_role *given; /* by feeds, in their order; those that some route asks for */
	size_t given_count;
	const char **
		asked_as; /* for each feed of the settings the value by which it is asked about the person; NULL: none */
	size_t asked_as_count;              /* 0: no feed is asked about people */
	struct references deputies;         /* the directory's, in order (rule 3) */
	struct standing_deputies *standing; /* of feeds, in their order */
	size_t standing_count;
	struct reference manager; /* text NULL: none */
	struct absence *absences; /* by `order` */
	size_t absence_count;
	size_t absences_unread; /* how many values of the directory's absences cannot be read */
	struct calendar
		calendar; /* of the absences, bridged; made where a snapshot keeps the person */
};

/* At what time, and how far, a question looks. */
struct time_scope {
	moment from,
		to; /* whoever is away at any moment from `from` to `to`, both included, is away */
	bool everyone; /* count all as away, whenever: who could ever stand in (rule 9) */
};

/* The scope of one moment. */
struct time_scope scope_at(moment t);

/*
 * What the person is called wherever people read it: "Anna Møller"; where a snapshot has another of that name
 * "Anna Møller (amo)", with the login, else the mail address, else the DN. Not made safe for a line (report/phrases.h does that).
 */
const char *person_called(const struct person *person);

/* What tells the person from others in files that are kept: the identity, or the DN's key where it is not known. */
const char *person_identity(const struct person *person);

/* Whether mail can reach the person at `t`: enabled or a shared mailbox, not expired, with a mail address. */
bool person_is_reachable(const struct person *person, moment t);

/*
 * Whether standing deputies are that, or a role is held, at any moment of the scope; where it counts everyone as away,
 * deputies are.
 */
bool standing_counts(const struct standing_deputies *standing, const struct time_scope *scope);
bool given_role_counts(const struct given_role *given, const struct time_scope *scope);

/* How a person is at a moment, as far as it is a reason. */
enum person_state {
	PERSON_AVAILABLE,
	PERSON_AWAY,
	PERSON_DISABLED,
	PERSON_EXPIRED,
	PERSON_NO_MAIL,
	PERSON_MAILBOX_NO_MAIL, /* a shared mailbox without a mail address */
};

/*
 * The state at `t`; `*until` (may be NULL) is set for PERSON_AWAY only, as person_is_absent() does. An absence without an
 * end is no reason where mail cannot reach the person either (rule 3).
 */
enum person_state person_state(const struct person *person, moment t, moment *until);

/* Add why mail cannot reach the person, in the language in force; nothing where it can. */
void person_add_trouble(struct strbuf *out, const struct person *person, moment t);

/*
 * Whether any absence contains `t`, or a gap that absence.bridge closes does. `*until` (may be NULL) gets the end of the
 * stretch that `t` lies in, absences that touch, overlap, or are joined by absence.bridge counted as one;
 * MOMENT_LATEST where it is open.
 */
bool person_is_absent(const struct person *person, moment t, moment *until);

/* Reachable, and absent at no moment of the scope. Nobody is, where it counts everyone as away. */
bool person_is_available(const struct person *person, const struct time_scope *scope);

/*
 * The absences for which feeds name deputies, by their order: those on at any moment of the scope
 * (in a bridged gap, those before it), or all where it counts everyone as away. The array is in `arena`. Returns how many.
 */
size_t person_naming(const struct person *person, const struct time_scope *scope,
	struct arena *arena, const struct absence ***absences);

/*
 * The person's deputies in the order of rule 3: those whom feeds name for
 * absences on within the scope (all absences, where it counts everyone as
 * away), then those whom feeds name for any within it, then the directory's. The array is in `arena`, the references borrowed.
 */
void person_deputies(const struct person *person, const struct time_scope *scope,
	struct arena *arena, struct references *deputies);

#endif
