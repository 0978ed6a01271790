/*
 * The snapshot: all that a run read of the directory, at one moment, from one
 * server. It is whole, or there is none.
 *
 * directory/read/gather.h fills it until missing.h wants no more; from then on it is
 * only read. It lives in an arena of its own, freed by snapshot_free().
 */
#ifndef MODEL_SNAPSHOT_H
#define MODEL_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/message/finding.h"
#include "base/text/moment.h"
#include "model/bearer.h"
#include "model/mapping.h"
#include "model/person.h"

struct strbuf;

/* What a reference turned out to be. */
enum ref_kind {
	REF_UNKNOWN, /* not asked for, or forgotten; never what snapshot_ref() gives */
	REF_PERSON,
	REF_SEVERAL,  /* a login or mail address that several people bear: ref_person() chooses */
	REF_GROUP,    /* an entry with members, or of a group's class; no person */
	REF_OTHER,    /* there, but neither: a contact, a computer */
	REF_FILTERED, /* there under people.base, but not matched by people.filter */
	REF_OUTSIDE,  /* there, but not under people.base */
	REF_NAMED_ONLY, /* a shared mailbox in a group, which only a name or DN finds (person.named_only) */
	REF_REFERRAL, /* on another server, so not to be seen */
	REF_UNREADABLE, /* there, but it does not show its objectClass: it may be a person or a group */
	REF_MISSING, /* nothing of that name */
};

/* What is wrong with a reference to one who is no person, in the language in force; "" for a person. */
const char *ref_problem(enum ref_kind kind);

/* A value of a member attribute. A snapshot has each text once, and all that have it share that. */
struct member_value {
	const char *dn;                /* as the attribute says */
	const char *key;               /* dn_key(), or the value itself where it is no DN */
	const struct subject *subject; /* of a snapshot's groups and lists; NULL: of a file */
	bool is_login; /* of memberUid (RFC 2307): `dn` is a login, `key` a reference's (reference.h) */
};

struct member_values {
	const struct member_value **items;
	size_t count, room;
};

/* Add one to those kept in `arena`; it is borrowed. */
void member_values_add(struct member_values *values, struct arena *arena,
	const struct member_value *value);

struct resolved_ref {
	enum ref_kind kind;
	const char *dn; /* as the directory writes it; NULL where it is not one entry */
	const char *
		shared_by; /* the DNs of entries that bear the name and are no people, "; " between; or NULL */
	const char *identity; /* GROUP, OTHER: as a person's; NULL where it may not be read */
	const struct person *person;  /* PERSON */
	struct bearers bearers;       /* PERSON, SEVERAL: who bears the login or mail address */
	struct member_values members; /* GROUP: its direct members */
	bool members_hidden;          /* GROUP: there are some, and none may be read */
	bool has_search; /* it has a memberURL: its members change though the entry does not */
	bool is_dynamic; /* GROUP: members_hidden, as it has a memberURL that the server does not follow */
};

/* Why a group may never be a list (CONTRACT section 4, 11): what Active Directory protects. */
enum list_ban {
	LIST_ALLOWED,
	LIST_BUILTIN,  /* in CN=Builtin, or of groupType 0x1 (MS-ADTS section 2.2.12) */
	LIST_CRITICAL, /* isCriticalSystemObject is TRUE, or the RID is one of Windows' own */
	LIST_ADMIN_COUNT, /* adminCount is set: SDProp protects it, or did (MS-ADTS section 3.1.1.6.1) */
	LIST_UNSEEN,      /* it shows no groupType, which every group has: it may be any of these */
};

/*
 * What a reference key stands for in one snapshot. Each key has one, from the first time that it is met there: compare
 * the pointers, and keep what belongs to one in arrays by its id. It stays as long as the snapshot.
 */
struct subject {
	const char *key;          /* reference key (model/reference.h) */
	uint32_t id;              /* 0, 1, ... in the order met */
	struct resolved_ref *ref; /* what it is; NULL: nobody has asked. Use subject_ref(). */
};

/* A distribution list as it stands. */
struct list {
	const char *dn;  /* as the directory writes it; as the file does where it does not exist */
	const char *key; /* dn_key() of what was asked for */
	bool exists;
	const char *identity; /* as a person's; NULL where it may not be read */
	const char *
		mail; /* where the list gets its mail: of `mail`, else proxyAddresses' SMTP:; NULL: none */
	struct {
		const char **items;
		size_t count;
	} addresses; /* all that it bears */
	struct member_values members;
	bool members_hidden; /* there are some, and none may be read */
	enum list_ban ban;   /* it is never written, whatever the rules say */
	bool is_security;    /* a security group: it may give rights, too */
};

/* Add why the list is never written, and what to do about it, in the language in force; nothing where it is allowed. */
void list_add_ban(struct strbuf *out, const struct list *list);

struct kept_absences;
struct snapshot;
struct temporary_deputies;

/*
 * Make an empty snapshot; snapshot_free() takes NULL too. `bridge` is policy.bridge: with it the
 * calendar of each person is made.
 */
struct snapshot *snapshot_new(int bridge);
void snapshot_free(struct snapshot *snapshot);

/* The arena and the findings of what was read, for whoever fills it. */
struct arena *snapshot_arena(struct snapshot *snapshot);
struct findings *snapshot_findings(struct snapshot *snapshot);
const struct findings *snapshot_found(const struct snapshot *snapshot);

/*
 * Keep a person, or get the one that is kept already under the same identity
 * (an entry may come by several ways). The struct is copied, its texts are
 * borrowed and must be in the snapshot's arena. One whose roles are not known holds all removals. What is once read as a
 * shared mailbox is one from then on, without roles; `named_only` lasts until it is added without it.
 */
const struct person *snapshot_add_person(struct snapshot *snapshot, const struct person *person);

/*
 * Give a person who is kept `count` more absences, in their order. The array is
 * copied, what it points to is borrowed.
 */
void snapshot_add_absences(struct snapshot *snapshot, const struct person *person,
	const struct absence *absences, size_t count);

/* Say whom feeds name for any absence of a person who is kept, and which roles they give; all of it is borrowed. */
void snapshot_set_standing(struct snapshot *snapshot, const struct person *person,
	struct standing_deputies *standing, size_t count);
void snapshot_set_given(struct snapshot *snapshot, const struct person *person,
	struct given_role *given, size_t count);

/* Forget the absences and standing deputies that feeds gave to people, to attach them again. */
void snapshot_forget_feeds(struct snapshot *snapshot);

/* The subject of a reference key; one that is met for the first time is made. The key is copied then. */
const struct subject *snapshot_subject(struct snapshot *snapshot, const char *key);

/*
 * A DN as the directory writes it, with its key and subject: the one value that the snapshot has of these bytes. What is no
 * DN is its own key; no reference has it.
 */
const struct member_value *snapshot_member(struct snapshot *snapshot, const char *dn,
	size_t length);

/* The same where these bytes were met before; NULL: they were not. */
const struct member_value *snapshot_known_member(const struct snapshot *snapshot, const char *dn,
	size_t length);

/* The value of a login (memberUid), with the subject of its reference. */
const struct member_value *snapshot_member_of_login(struct snapshot *snapshot, const char *login);

/* The subject of a reference, or NULL where its key was never met. */
const struct subject *reference_subject(const struct snapshot *snapshot,
	const struct reference *reference);

/* All of them, by their ids. */
size_t snapshot_subject_count(const struct snapshot *snapshot);
const struct subject *snapshot_subject_at(const struct snapshot *snapshot, size_t id);

/* What it is, or NULL where nobody has asked the directory yet. `subject` may be NULL. */
static inline const struct resolved_ref *subject_ref(const struct subject *subject)
{
	return subject && subject->ref && subject->ref->kind != REF_UNKNOWN ? subject->ref : NULL;
}

/* Say what the reference of `key` (reference.h) is. A person is found by its DN from then on, too. */
void snapshot_resolve(struct snapshot *snapshot, const char *key, const struct resolved_ref *ref);

/*
 * The same of a login or mail address: by `ref->bearers` it is a person, or several. Where nobody
 * bears it, it is what `ref` says.
 */
void snapshot_resolve_name(struct snapshot *snapshot, const char *key, struct resolved_ref *ref);

/* What it is, or NULL where nobody has asked the directory yet. */
const struct resolved_ref *snapshot_ref(const struct snapshot *snapshot, const char *key);

/* Forget what it is: nobody has asked. */
void snapshot_forget(struct snapshot *snapshot, const char *key);

/* How often something that was known came to be something else: a person a shared mailbox, an entry a person. What was worked
 * out before may then be wrong. */
size_t snapshot_alterations(const struct snapshot *snapshot);

/* The subject of a DN, by the key that dn_key() gives. */
const struct resolved_ref *snapshot_ref_of_dn(const struct snapshot *snapshot, const char *dn_key);

/* The person that it is at `t`, or NULL: of several that bear a name, the one that bearer.h chooses. `ref` may be NULL. */
const struct person *ref_person(const struct resolved_ref *ref, moment t);

/*
 * Everybody that it may be at some moment of the scope: one person at most, or all who bear the name where bearers_choose()
 * may choose several. The array lives as long as `ref` and `arena`. Returns how many.
 */
size_t ref_people(const struct resolved_ref *ref, const struct time_scope *scope, bool logins_only,
	struct arena *arena, const struct person *const **people);

/* The person a reference names at `t`, or NULL. */
const struct person *snapshot_person(const struct snapshot *snapshot,
	const struct reference *reference, moment t);

/* What a member of a group is, or NULL as snapshot_ref(); the person, or NULL. */
const struct resolved_ref *snapshot_ref_of_member(const struct snapshot *snapshot,
	const struct member_value *value);
const struct person *snapshot_person_of_member(const struct snapshot *snapshot,
	const struct member_value *value, moment t);

/* Keep a list as it stands; find it by the dn_key() of its DN. */
struct list *snapshot_add_list(struct snapshot *snapshot, const char *key);
const struct list *snapshot_list(const struct snapshot *snapshot, const char *key);

/*
 * Whether an entry is known by its dn_key() or its identity, as anything at all; each may be NULL. And whether what some reference
 * is may change with an entry that is not known so: it has a memberURL, or a name that is borne by an entry that is no person.
 */
bool snapshot_knows(const struct snapshot *snapshot, const char *dn_key, const char *identity);
bool snapshot_has_others(const struct snapshot *snapshot);

/* Say of a list that is kept who it is; the text is borrowed. */
void snapshot_set_list_identity(struct snapshot *snapshot, struct list *list, const char *identity);

/* Everything kept, in no order that matters. */
size_t snapshot_list_count(const struct snapshot *snapshot);
const struct list *snapshot_list_at(const struct snapshot *snapshot, size_t i);
size_t snapshot_person_count(const struct snapshot *snapshot);
const struct person *snapshot_person_at(const struct snapshot *snapshot, size_t i);

/* The person of that identity, or NULL. */
const struct person *snapshot_person_of_identity(const struct snapshot *snapshot,
	const char *identity);

/*
 * A feed could not be read and no kept copy may serve: its absences are
 * unknown, so no removal may be made (rule 8). `why` names the feed.
 */
void snapshot_hold(struct snapshot *snapshot, const char *why);

/* Why removals are held, or NULL. */
const char *snapshot_held(const struct snapshot *snapshot);

/* What earlier runs read of absences (decide/kept_absences.h), for the code that adds a person; borrowed, NULL: nothing. */
void snapshot_set_kept(struct snapshot *snapshot, const struct kept_absences *kept);
const struct kept_absences *snapshot_kept(const struct snapshot *snapshot);

/* Which deputies were named for one absence (decide/temporary_deputies.h), for the same; borrowed, NULL: none. */
void snapshot_set_temporary(struct snapshot *snapshot, const struct temporary_deputies *temporary);
const struct temporary_deputies *snapshot_temporary(const struct snapshot *snapshot);

#endif
