#include "model/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/reference.h"

#define DN_KIND     "dn:"
#define KIND_LENGTH 3

/* So long a DN's key is made without memory of its own. */
#define DN_LENGTH_MAX 1000

struct snapshot {
	struct arena *arena; /* owned: also the struct itself */
	struct findings findings;
	struct table *by_dn;       /* a DN's key, or what is none -> struct subject */
	struct table *by_key;      /* any other reference key -> struct subject */
	struct table *by_text;     /* a DN as the directory wrote it -> struct member_value */
	struct subject **subjects; /* by id */
	size_t subject_count, subject_room;
	struct table *by_identity; /* identity -> struct person */
	struct table *entries;     /* identities of references and lists that are no people */
	bool has_others;           /* snapshot_has_others() */
	struct table *by_name;     /* folded name -> the first struct person that bears it */
	struct table *lists;       /* DN key -> struct list */
	struct list **list_items;  /* in the order met */
	size_t list_count, list_room;
	const struct person **people;
	size_t person_count, person_room;
	const char *held;
	const struct kept_absences *kept;           /* borrowed */
	const struct temporary_deputies *temporary; /* borrowed */
	int bridge;                                 /* seconds; policy.bridge */
	size_t alterations;                         /* snapshot_alterations() */
};

struct snapshot *snapshot_new(int bridge)
{
	struct arena *arena = arena_new();
	struct snapshot *snapshot = arena_get(arena, sizeof(*snapshot));

	snapshot->arena = arena;
	snapshot->bridge = bridge;
	findings_init(&snapshot->findings, arena);
	snapshot->by_key = table_new(arena);
	snapshot->by_dn = table_new(arena);
	snapshot->by_text = table_new(arena);
	snapshot->by_identity = table_new(arena);
	snapshot->entries = table_new(arena);
	snapshot->by_name = table_new(arena);
	snapshot->lists = table_new(arena);
	return snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
	if (snapshot)
		arena_free(snapshot->arena);
}

struct arena *snapshot_arena(struct snapshot *snapshot)
{
	return snapshot->arena;
}

struct findings *snapshot_findings(struct snapshot *snapshot)
{
	return &snapshot->findings;
}

const struct findings *snapshot_found(const struct snapshot *snapshot)
{
	return &snapshot->findings;
}

/* A role never finds a shared mailbox. */
static void make_mailbox(struct person *person, bool is_mailbox)
{
	person->is_mailbox = is_mailbox;
	if (is_mailbox) {
		person->role_count = person->given_count = 0;
		person->roles_unread = false;
	}
}

/* Put the login behind the name, by which people of one name are told apart. */
static void call_by_login(struct snapshot *snapshot, struct person *person)
{
	const char *other = person->login ? person->login : person->mail;

	if (!person->called)
		person->called = arena_format(snapshot->arena, "%s (%s)", person->name,
			other ? other : person->dn);
}

/* Call a person by the name, unless another bears it; one who is made without a name stays so. */
static void call_by_name(struct snapshot *snapshot, struct person *person)
{
	const char *name;
	struct person *first;

	person->called = NULL;
	if (!person->name)
		return;
	name = text_fold(snapshot->arena, person->name, strlen(person->name));
	first = table_find(snapshot->by_name, name);
	if (first) {
		call_by_login(snapshot, first);
		call_by_login(snapshot, person);
	} else {
		table_put(snapshot->by_name, name, person);
	}
}

/* The subject of a key that is met; NULL: it is not. */
static struct subject *find_subject(const struct snapshot *snapshot, const char *key)
{
	if (strncmp(key, DN_KIND, KIND_LENGTH) == 0)
		return table_find(snapshot->by_dn, key + KIND_LENGTH);
	return table_find(snapshot->by_key, key);
}

/* Make the subject of a key of `length` bytes. */
static struct subject *add_subject(struct snapshot *snapshot, const char *key, size_t length)
{
	struct subject *subject = arena_get(snapshot->arena, sizeof(*subject));

	snapshot->subjects = arena_grow(snapshot->arena, snapshot->subjects,
		snapshot->subject_count, &snapshot->subject_room, sizeof(struct subject *));
	subject->key = arena_bytes(snapshot->arena, key, length);
	subject->id = (uint32_t)snapshot->subject_count;
	snapshot->subjects[snapshot->subject_count++] = subject;
	if (strncmp(key, DN_KIND, KIND_LENGTH) == 0)
		table_put_bytes(snapshot->by_dn, subject->key + KIND_LENGTH, length - KIND_LENGTH,
			subject);
	else
		table_put_bytes(snapshot->by_key, subject->key, length, subject);
	return subject;
}

static struct subject *subject_of(struct snapshot *snapshot, const char *key)
{
	struct subject *subject = find_subject(snapshot, key);

	return subject ? subject : add_subject(snapshot, key, strlen(key));
}

const struct subject *snapshot_subject(struct snapshot *snapshot, const char *key)
{
	return subject_of(snapshot, key);
}

/* The subject of a DN's text. */
static const struct subject *read_subject(struct snapshot *snapshot, const char *dn, size_t length)
{
	char plain[KIND_LENGTH + DN_LENGTH_MAX + 1] = DN_KIND;
	size_t plain_length =
		length <= DN_LENGTH_MAX ? dn_key_plain(dn, length, plain + KIND_LENGTH) : 0;
	const struct subject *subject;
	struct arena *own;
	const char *text, *key;

	if (plain_length > 0) {
		subject = table_find_bytes(snapshot->by_dn, plain + KIND_LENGTH, plain_length);
		return subject ? subject : add_subject(snapshot, plain, KIND_LENGTH + plain_length);
	}
	own = arena_new();
	text = arena_bytes(own, dn, length);
	key = dn_key(own, text);
	subject = subject_of(snapshot, arena_format(own, DN_KIND "%s", key ? key : text));
	arena_free(own);
	return subject;
}

const struct member_value *snapshot_known_member(const struct snapshot *snapshot, const char *dn,
	size_t length)
{
	return table_find_bytes(snapshot->by_text, dn, length);
}

const struct member_value *snapshot_member(struct snapshot *snapshot, const char *dn, size_t length)
{
	struct member_value *value = table_find_bytes(snapshot->by_text, dn, length);

	if (value)
		return value;
	value = arena_get(snapshot->arena, sizeof(*value));
	value->subject = read_subject(snapshot, dn, length);
	value->key = value->subject->key + KIND_LENGTH;
	value->dn = strlen(value->key) == length && memcmp(value->key, dn, length) == 0
		? value->key
		: arena_bytes(snapshot->arena, dn, length);
	table_put_bytes(snapshot->by_text, value->dn, length, value);
	return value;
}

const struct member_value *snapshot_member_of_login(struct snapshot *snapshot, const char *login)
{
	struct member_value *value = arena_get(snapshot->arena, sizeof(*value));
	struct arena *own = arena_new();

	value->dn = arena_string(snapshot->arena, login);
	value->subject = subject_of(snapshot, reference_key(own, login));
	value->key = value->subject->key;
	value->is_login = true;
	arena_free(own);
	return value;
}

void member_values_add(struct member_values *values, struct arena *arena,
	const struct member_value *value)
{
	values->items = arena_grow(arena, values->items, values->count, &values->room,
		sizeof(const struct member_value *));
	values->items[values->count++] = value;
}

const struct subject *reference_subject(const struct snapshot *snapshot,
	const struct reference *reference)
{
	return reference->subject ? reference->subject : find_subject(snapshot, reference->key);
}

size_t snapshot_subject_count(const struct snapshot *snapshot)
{
	return snapshot->subject_count;
}

const struct subject *snapshot_subject_at(const struct snapshot *snapshot, size_t id)
{
	return snapshot->subjects[id];
}

/* The subject of a DN whose dn_key() is known. */
static struct subject *subject_of_dn_key(struct snapshot *snapshot, const char *key)
{
	struct subject *subject = table_find(snapshot->by_dn, key);
	struct arena *own;

	if (subject)
		return subject;
	own = arena_new();
	subject = subject_of(snapshot, arena_format(own, DN_KIND "%s", key));
	arena_free(own);
	return subject;
}

/* Whether a login or mail address is that of an entry which is no person, and so is known by nothing but the name. */
static bool is_borne_by_others(const struct subject *subject, const struct resolved_ref *ref)
{
	return strncmp(subject->key, "id:", 3) == 0 &&
		(ref->shared_by ||
			(!ref->person && ref->kind != REF_MISSING && ref->kind != REF_SEVERAL));
}

static void resolve_subject(struct snapshot *snapshot, struct subject *subject,
	const struct resolved_ref *ref)
{
	if (!subject->ref)
		subject->ref = arena_get(snapshot->arena, sizeof(*subject->ref));
	else if (subject->ref->kind != REF_UNKNOWN &&
		(subject->ref->kind != ref->kind || subject->ref->person != ref->person))
		snapshot->alterations++;
	*subject->ref = *ref;
	snapshot->has_others |= ref->has_search || is_borne_by_others(subject, ref);
	if (ref->identity)
		table_put(snapshot->entries, ref->identity, snapshot);
}

/* Say which subjects a person's references have. */
static void bind_references(struct snapshot *snapshot, struct person *person)
{
	for (size_t i = 0; i < person->deputies.count; i++) {
		struct reference *reference = &person->deputies.items[i];

		reference->subject = snapshot_subject(snapshot, reference->key);
	}
	if (person->manager.text)
		person->manager.subject = snapshot_subject(snapshot, person->manager.key);
}

const struct person *snapshot_add_person(struct snapshot *snapshot, const struct person *person)
{
	struct person *kept = table_find(snapshot->by_identity, person->identity);
	struct resolved_ref ref = {.kind = REF_PERSON};
	struct subject *subject;

	if (kept) {
		snapshot->alterations += (kept->named_only && !person->named_only) ||
			(person->is_mailbox && !kept->is_mailbox);
		kept->named_only = kept->named_only && person->named_only;
		make_mailbox(kept, kept->is_mailbox || person->is_mailbox);
		return kept;
	}
	kept = arena_get(snapshot->arena, sizeof(*kept));
	*kept = *person;
	make_mailbox(kept, person->is_mailbox);
	calendar_make(&kept->calendar, snapshot->arena, kept->absences, kept->absence_count,
		snapshot->bridge);
	table_put(snapshot->by_identity, kept->identity, kept);
	call_by_name(snapshot, kept);
	snapshot->people = arena_grow(snapshot->arena, snapshot->people, snapshot->person_count,
		&snapshot->person_room, sizeof(const struct person *));
	kept->number = (uint32_t)snapshot->person_count;
	snapshot->people[snapshot->person_count++] = kept;
	bind_references(snapshot, kept);
	ref.dn = kept->dn;
	ref.person = kept;
	subject = subject_of_dn_key(snapshot, kept->key);
	kept->subject = subject;
	kept->key = subject->key + KIND_LENGTH;
	resolve_subject(snapshot, subject, &ref);
	if (kept->roles_unread)
		snapshot_hold(snapshot,
			arena_format(snapshot->arena,
				_("which roles %s holds is not known: the values are too many"),
				kept->dn));
	return kept;
}

/* The directory's are all 0, and by their moments. */
static int compare_orders(const void *left, const void *right)
{
	const struct absence *a = left, *b = right;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

void snapshot_add_absences(struct snapshot *snapshot, const struct person *person,
	const struct absence *absences, size_t count)
{
	struct person *kept = table_find(snapshot->by_identity, person->identity);
	size_t had = kept->absence_count;
	struct absence *all = arena_get(snapshot->arena, (had + count) * sizeof(*all));

	if (had > 0)
		memcpy(all, kept->absences, had * sizeof(*all));
	memcpy(all + had, absences, count * sizeof(*all));
	qsort(all, had + count, sizeof(*all), compare_orders);
	kept->absences = all;
	kept->absence_count = had + count;
	calendar_make(&kept->calendar, snapshot->arena, all, had + count, snapshot->bridge);
}

void snapshot_set_standing(struct snapshot *snapshot, const struct person *person,
	struct standing_deputies *standing, size_t count)
{
	struct person *kept = table_find(snapshot->by_identity, person->identity);

	kept->standing = standing;
	kept->standing_count = count;
}

void snapshot_set_given(struct snapshot *snapshot, const struct person *person,
	struct given_role *given, size_t count)
{
	struct person *kept = table_find(snapshot->by_identity, person->identity);

	kept->given = given;
	kept->given_count = kept->is_mailbox ? 0 : count;
}

void snapshot_forget_feeds(struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->person_count; i++) {
		struct person *person =
			table_find(snapshot->by_identity, snapshot->people[i]->identity);
		size_t own = 0;

		person->standing = NULL;
		person->given = NULL;
		person->standing_count = person->given_count = 0;
		while (own < person->absence_count && person->absences[own].order == 0)
			own++;
		if (own == person->absence_count)
			continue;
		person->absence_count = own;
		calendar_make(&person->calendar, snapshot->arena, person->absences, own,
			snapshot->bridge);
	}
}

void snapshot_resolve(struct snapshot *snapshot, const char *key, const struct resolved_ref *ref)
{
	resolve_subject(snapshot, subject_of(snapshot, key), ref);
}

void snapshot_resolve_name(struct snapshot *snapshot, const char *key, struct resolved_ref *ref)
{
	bearers_sort(&ref->bearers);
	if (ref->bearers.count > 1) {
		*ref = (struct resolved_ref){.kind = REF_SEVERAL, .bearers = ref->bearers};
	} else if (ref->bearers.count == 1) {
		ref->kind = REF_PERSON;
		ref->person = ref->bearers.items[0].person;
		ref->dn = ref->person->dn;
	}
	snapshot_resolve(snapshot, key, ref);
}

void snapshot_forget(struct snapshot *snapshot, const char *key)
{
	struct subject *subject = find_subject(snapshot, key);

	if (subject && subject->ref)
		subject->ref->kind = REF_UNKNOWN;
}

size_t snapshot_alterations(const struct snapshot *snapshot)
{
	return snapshot->alterations;
}

const struct resolved_ref *snapshot_ref(const struct snapshot *snapshot, const char *key)
{
	return subject_ref(find_subject(snapshot, key));
}

const struct resolved_ref *snapshot_ref_of_dn(const struct snapshot *snapshot, const char *dn_key)
{
	return subject_ref(table_find(snapshot->by_dn, dn_key));
}

const struct person *ref_person(const struct resolved_ref *ref, moment t)
{
	if (!ref || ref->person)
		return ref ? ref->person : NULL;
	return bearers_choose(&ref->bearers, t, false);
}

size_t ref_people(const struct resolved_ref *ref, const struct time_scope *scope, bool logins_only,
	struct arena *arena, const struct person *const **people)
{
	const struct bearers *bearers = &ref->bearers;
	const struct person **found;
	size_t count = 0;

	if (ref->person && !logins_only) {
		*people = &ref->person;
		return 1;
	}
	found = arena_get(arena, (bearers->count + 1) * sizeof(const struct person *));
	*people = found;
	if (bearers_next_change(bearers, scope->from) > scope->to) {
		*found = bearers_choose(bearers, scope->from, logins_only);
		return *found ? 1 : 0;
	}
	for (size_t i = 0; i < bearers->count; i++) {
		if (!logins_only || bearers->items[i].by_login)
			found[count++] = bearers->items[i].person;
	}
	return count;
}

const struct person *snapshot_person(const struct snapshot *snapshot,
	const struct reference *reference, moment t)
{
	return ref_person(subject_ref(reference_subject(snapshot, reference)), t);
}

const struct resolved_ref *snapshot_ref_of_member(const struct snapshot *snapshot,
	const struct member_value *value)
{
	if (value->subject)
		return subject_ref(value->subject);
	return value->is_login ? snapshot_ref(snapshot, value->key)
			       : snapshot_ref_of_dn(snapshot, value->key);
}

const struct person *snapshot_person_of_member(const struct snapshot *snapshot,
	const struct member_value *value, moment t)
{
	const struct resolved_ref *ref = snapshot_ref_of_member(snapshot, value);

	if (ref && value->is_login)
		return bearers_choose(&ref->bearers, t, true);
	return ref_person(ref, t);
}

struct list *snapshot_add_list(struct snapshot *snapshot, const char *key)
{
	struct list *list = arena_get(snapshot->arena, sizeof(*list));

	list->key = arena_string(snapshot->arena, key);
	snapshot->list_items = arena_grow(snapshot->arena, snapshot->list_items,
		snapshot->list_count, &snapshot->list_room, sizeof(struct list *));
	snapshot->list_items[snapshot->list_count++] = list;
	table_put(snapshot->lists, list->key, list);
	return list;
}

void snapshot_set_list_identity(struct snapshot *snapshot, struct list *list, const char *identity)
{
	list->identity = identity;
	if (identity)
		table_put(snapshot->entries, identity, snapshot);
}

bool snapshot_knows(const struct snapshot *snapshot, const char *dn_key, const char *identity)
{
	return (dn_key &&
		       (snapshot_ref_of_dn(snapshot, dn_key) || snapshot_list(snapshot, dn_key))) ||
		(identity &&
			(table_find(snapshot->by_identity, identity) ||
				table_find(snapshot->entries, identity)));
}

bool snapshot_has_others(const struct snapshot *snapshot)
{
	return snapshot->has_others;
}

const struct list *snapshot_list(const struct snapshot *snapshot, const char *key)
{
	return table_find(snapshot->lists, key);
}

size_t snapshot_list_count(const struct snapshot *snapshot)
{
	return snapshot->list_count;
}

const struct list *snapshot_list_at(const struct snapshot *snapshot, size_t i)
{
	return snapshot->list_items[i];
}

size_t snapshot_person_count(const struct snapshot *snapshot)
{
	return snapshot->person_count;
}

const struct person *snapshot_person_at(const struct snapshot *snapshot, size_t i)
{
	return snapshot->people[i];
}

void snapshot_hold(struct snapshot *snapshot, const char *why)
{
	if (!snapshot->held)
		snapshot->held = arena_string(snapshot->arena, why);
}

const char *snapshot_held(const struct snapshot *snapshot)
{
	return snapshot->held;
}

void snapshot_set_kept(struct snapshot *snapshot, const struct kept_absences *kept)
{
	snapshot->kept = kept;
}

const struct kept_absences *snapshot_kept(const struct snapshot *snapshot)
{
	return snapshot->kept;
}

const char *ref_problem(enum ref_kind kind)
{
	switch (kind) {
	case REF_UNKNOWN:
	case REF_PERSON:
		return "";
	case REF_GROUP:
		return _("it is a group, not a person");
	case REF_OTHER:
		return _("not a person");
	case REF_FILTERED:
		return _("does not match people.filter");
	case REF_OUTSIDE:
		return _("not under people.base");
	case REF_NAMED_ONLY:
		return _("a shared mailbox, which is not under people.base or not matched by "
			 "people.filter; name it under people");
	case REF_REFERRAL:
		return _("on another server, which is not asked");
	case REF_UNREADABLE:
		return _("there, but not one attribute may be read");
	case REF_MISSING:
		return _("not in the directory, or may not be read");
	case REF_SEVERAL:
		break;
	}
	return _("several people bear that login or mail address");
}

void snapshot_set_temporary(struct snapshot *snapshot, const struct temporary_deputies *temporary)
{
	snapshot->temporary = temporary;
}

const struct temporary_deputies *snapshot_temporary(const struct snapshot *snapshot)
{
	return snapshot->temporary;
}

void list_add_ban(struct strbuf *out, const struct list *list)
{
	switch (list->ban) {
	case LIST_ALLOWED:
		break;
	case LIST_BUILTIN:
		strbuf_adds(out,
			_("it is a built-in group of Active Directory, which postvagt never writes; "
			  "name another group as the list"));
		break;
	case LIST_CRITICAL:
		strbuf_adds(out,
			_("it is a critical group of Active Directory (isCriticalSystemObject), which "
			  "postvagt never writes; name another group as the list"));
		break;
	case LIST_ADMIN_COUNT:
		strbuf_adds(out,
			_("it is protected as an administrators' group (adminCount is not 0), which "
			  "postvagt never writes; name another group as the list, or, where the group is "
			  "in no protected group any more, clear the value: Set-ADGroup -Identity "));
		quote_powershell(out, list->dn);
		strbuf_adds(out,
			_(" -Clear adminCount (or ldapmodify: delete: adminCount); while it is in one, "
			  "SDProp sets it again within the hour"));
		break;
	case LIST_UNSEEN:
		strbuf_adds(out,
			_("whether it is a built-in or protected group cannot be seen, so postvagt does "
			  "not write it; give the account the right to read groupType, adminCount and "
			  "isCriticalSystemObject"));
		break;
	}
}
