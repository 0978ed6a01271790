#include "cli/complete.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "cli/options.h"
#include "config/settings.h"
#include "directory/connection/connect.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "directory/entry/mail_address.h"
#include "directory/read/person_entry.h"
#include "init/survey/sample.h"
#include "model/mapping.h"
#include "model/settings.h"

#include "run/config.h"
#include "run/run_as.h"

#define PEOPLE_MAX  30
#define SECONDS_MAX 2

static const char *title_of(const struct tag *tag)
{
	const char *title = tag->title.in[language_get()];

	return title ? title : tag->title.in[LANGUAGE_ENGLISH];
}

static void add_tags(struct strbuf *out, const struct place *place, const struct settings *settings,
	struct findings *findings)
{
	const struct mapping *mapping = settings_load_mapping(settings, findings);

	for (size_t i = 0; mapping && i < mapping->tag_count; i++)
		complete_add(out, place, mapping->tags[i].id, title_of(&mapping->tags[i]));
}

/* Whom the word may stand for. */
struct people_names {
	struct strbuf *out;
	const struct place *place;
	struct arena *arena;
	const struct people_attributes *names;
	bool takes_names; /* a display name may be typed there: explain */
	bool by_name;     /* who is found by the display name is offered by login */
};

/* The first text of the first attribute that has one. */
static void first_texts(const struct people_names *people, const struct dir_entry *entry,
	const struct strings *attributes, struct strings *texts)
{
	*texts = (struct strings){0};
	for (size_t i = 0; i < attributes->count && texts->count == 0; i++)
		entry_texts(people->arena, entry, attributes->items[i], 1, texts);
}

static void add_person(void *context, const struct dir_entry *entry)
{
	struct people_names *people = context;
	const struct strings *mails = &people->names->mail;
	const char *mail = NULL, *called;
	struct strings name, login;

	first_texts(people, entry, &people->names->name, &name);
	first_texts(people, entry, &people->names->login, &login);
	called = name.count > 0 ? name.items[0] : NULL;
	if (people->by_name && called && login.count > 0 &&
		complete_begins(called, people->place->word))
		complete_add_instead(people->out, people->place, login.items[0], called);
	if (people->by_name)
		return;
	for (size_t i = 0; i < login.count; i++)
		complete_add(people->out, people->place, login.items[i], called);
	if (!*people->place->word)
		return;
	for (size_t i = 0; i < mails->count && !mail; i++)
		mail = entry_mail(people->arena, entry, mails->items[i]);
	if (mail)
		complete_add(people->out, people->place, mail, called);
	if (people->takes_names && called &&
		!(login.count > 0 && text_same(called, login.items[0])))
		complete_add(people->out, people->place, called,
			login.count > 0 ? login.items[0] : mail);
}

static void add_beginnings(struct strbuf *filter, const struct strings *attributes,
	const char *word)
{
	for (size_t i = 0; i < attributes->count; i++)
		mail_filter_add_beginning(filter, attributes->items[i], word);
}

/* Those of name, login and mail, NULL-ended. */
static const char **attributes_to_ask(const struct people_names *people)
{
	const struct strings *const lists[] = {
		&people->names->name, &people->names->login, &people->names->mail};
	size_t count = lists[0]->count + lists[1]->count + lists[2]->count;
	const char **all = arena_get(people->arena, (count + 1) * sizeof(*all)), **next = all;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (size_t j = 0; j < lists[i]->count; j++)
			*next++ = lists[i]->items[j];
	}
	return all;
}

static void ask_for_people(struct people_names *people, struct connection *connection)
{
	const struct settings *settings = connection->settings;
	const char **attributes = attributes_to_ask(people);
	struct strbuf filter = STRBUF_INIT;
	struct error err = ERROR_INIT;

	strbuf_addf(&filter, "(&%s(|", settings->people.filter);
	if (people->by_name || (people->takes_names && *people->place->word))
		add_beginnings(&filter, &people->names->name, people->place->word);
	if (!people->by_name)
		add_beginnings(&filter, &people->names->login, people->place->word);
	if (!people->by_name && *people->place->word)
		add_beginnings(&filter, &people->names->mail, people->place->word);
	strbuf_adds(&filter, "))");
	for (size_t i = 0; i < settings->people.bases.count && !err.kind; i++)
		sample_take(connection,
			&(const struct sample){.base = settings->people.bases.items[i],
				.filter = filter.text,
				.attributes = attributes,
				.most = PEOPLE_MAX,
				.on_entry = add_person,
				.context = people},
			NULL, &err);
	error_release(&err);
	strbuf_release(&filter);
}

static void add_people(struct strbuf *out, const struct place *place, struct settings *settings,
	struct arena *arena)
{
	struct connection connection = CONNECTION_INIT;
	struct error err = ERROR_INIT;

	if (settings->directory.timeout > SECONDS_MAX)
		settings->directory.timeout = SECONDS_MAX;
	if (!connection_open(&connection, settings, &err)) {
		struct people_attributes names = person_attribute_names(&connection);
		struct people_names people = {.out = out,
			.place = place,
			.arena = arena,
			.names = &names,
			.takes_names =
				place->command_name && strcmp(place->command_name, "explain") == 0};
		size_t before = out->length;

		ask_for_people(&people, &connection);
		people.by_name = !people.takes_names && *place->word && out->length == before;
		if (people.by_name)
			ask_for_people(&people, &connection);
	}
	connection_close(&connection);
	error_release(&err);
}

void complete_print(const struct command *commands, const char *const *words, size_t count)
{
	struct place place = complete_place(commands, words, count);
	struct strbuf out = STRBUF_INIT;
	struct arena *arena = arena_new();
	const struct options options = {.settings_file = place.settings_file};
	struct settings *settings = NULL;
	struct error err = ERROR_INIT;
	struct findings findings;
	struct complete_kinds kinds;

	findings_init(&findings, arena);
	complete_candidates(commands, &place, &out, &kinds);
	/* Somebody who presses TAB has not chosen to read the settings of the current folder. */
	if (kinds.tags || kinds.people || kinds.feeds)
		settings = settings_load(place.settings_file ? place.settings_file
							     : CONFIG_SYSTEM_SETTINGS,
			&findings);
	if (settings && run_as_owner(&options, settings, NULL, &err)) {
		settings_free(settings);
		settings = NULL;
	}
	error_release(&err);
	if (settings && kinds.tags)
		add_tags(&out, &place, settings, &findings);
	if (settings && kinds.people)
		add_people(&out, &place, settings, arena);
	for (size_t i = 0; settings && kinds.feeds && i < settings->feed_count; i++)
		complete_add(&out, &place, settings->feeds[i].name, settings->feeds[i].url);
	if (kinds.files)
		strbuf_adds(&out, ":files\n");
	print_lines(stdout, out.text);
	strbuf_release(&out);
	settings_free(settings);
	arena_free(arena);
}
