#include "notices/recipient.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "mail/smtp/mime.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "notices/lifecycle.h"
#include "notices/notice.h"

static bool is_list_address(const struct notice_run *run, const char *mail)
{
	const struct mapping *mapping = run->mapping;
	const char *mailbox = run->settings->mailbox.address;

	if (mailbox && strcasecmp(mail, mailbox) == 0)
		return true;
	for (size_t i = 0; i < run->plan->list_count; i++) {
		const struct list *list = run->plan->lists[i].list;

		if (list && list->mail && strcasecmp(mail, list->mail) == 0)
			return true;
	}
	for (size_t i = 0; i < mapping->block_count; i++) {
		if (mapping->blocks[i].address && strcasecmp(mail, mapping->blocks[i].address) == 0)
			return true;
	}
	return false;
}

bool recipient_is_allowed(const struct notice_run *run, const struct notice *notice,
	struct error *err)
{
	if (!mime_is_address(notice->mail)) {
		error_set(err, ERROR_TARGET,
			_("%s gets no notice: \"%s\" is no mail address that can be written to"),
			notice->name, notice->mail);
		return false;
	}
	return !is_list_address(run, notice->mail);
}

/* The person of mailbox.fallback, if that is one who reads mail. */
static const struct person *fallback_at(const struct notice_run *run, size_t i)
{
	const struct person *person = snapshot_person(run->snapshot,
		&run->settings->policy.fallback.items[i], run->plan->at);

	return person && person_is_reachable(person, run->plan->at) ? person : NULL;
}

const char *recipient_reply_to(const struct notice_run *run, const struct notice *notice)
{
	const struct time_scope now = scope_at(run->plan->at);
	const char *reachable = NULL;

	for (size_t i = 0; i < run->settings->policy.fallback.count; i++) {
		const struct person *person = fallback_at(run, i);

		if (!person || person->is_mailbox || !mime_is_address(person->mail) ||
			strcmp(person_identity(person), notice->identity) == 0 ||
			is_list_address(run, person->mail))
			continue;
		if (person_is_available(person, &now))
			return person->mail;
		if (!reachable)
			reachable = person->mail;
	}
	return reachable;
}

/* Two names of one person are one. */
static bool is_repeated(const struct notices *notices, const char *identity)
{
	for (size_t i = 0; i < notices->count; i++) {
		if (strcmp(notices->items[i].identity, identity) == 0)
			return true;
	}
	return false;
}

void recipient_fallback(const struct notice_run *run, struct notices *found)
{
	const struct references *fallback = &run->settings->policy.fallback;

	*found = (struct notices){
		.items = arena_get(run->arena, fallback->count * sizeof(*found->items))};
	for (size_t i = 0; i < fallback->count; i++) {
		const struct person *person = fallback_at(run, i);
		struct notice *notice = &found->items[found->count];

		if (!person || is_repeated(found, person_identity(person)))
			continue;
		*notice = (struct notice){
			.identity = person_identity(person),
			.name = person->name,
			.mail = person->mail,
			.run = run->id,
			.made = run->started,
			.next = MOMENT_EARLIEST,
		};
		notice->reply_to = recipient_reply_to(run, notice);
		found->count++;
	}
}
