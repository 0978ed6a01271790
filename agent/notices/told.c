#include "notices/told.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/file/path.h"
#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/memory/table.h"
#include "config/state_folder.h"
#include "notices/fields.h"

#define NAME_HEX 32 /* digits of a list's hash */
#define BYTES_MAX   \
	((size_t)64 \
		<< 20) /* that are read; a longer file is written again with what is known without it */
#define SLACK  ((off_t)64 * 1024) /* bytes that may be added whatever the file had */
#define FIELDS 3                  /* of a line, less its list */

void told_init(struct told *told, const char *path, struct arena *arena)
{
	*told = (struct told){.arena = arena,
		.path = path,
		.is_read = !path,
		.by_name = table_new(arena),
		.by_key = table_new(arena),
		.added = STRBUF_INIT};
}

void told_release(struct told *told)
{
	if (told->arena)
		strbuf_release(&told->added);
}

/* The people of one list. */

static void begin_people(struct told *told, struct told_list *list)
{
	list->by_person = table_new(told->arena);
	list->by_member = table_new(told->arena);
}

static struct told_person *add_person(struct told *told, struct told_list *list,
	const char *identity)
{
	struct told_person *person = arena_get(told->arena, sizeof(*person));

	*person = (struct told_person){
		.person = arena_string(told->arena, identity), .member = "", .at = MOMENT_EARLIEST};
	list->people = arena_grow(told->arena, list->people, list->count, &list->room,
		sizeof(struct told_person *));
	list->people[list->count++] = person;
	table_put(list->by_person, person->person, person);
	return person;
}

/* One who was another member before is another entry, so that the chains of both members stay whole. */
static void set_person(struct told *told, struct told_list *list, const char *member_key,
	const char *identity, moment at)
{
	struct told_person *person = table_find(list->by_person, identity);

	if (person && strcmp(person->member, member_key) == 0) {
		person->at = at;
		return;
	}
	if (person)
		person->at = MOMENT_EARLIEST;
	person = add_person(told, list, identity);
	person->at = at;
	person->member = arena_string(told->arena, member_key);
	person->next = table_find(list->by_member, person->member);
	table_put(list->by_member, person->member, person);
}

/* Return whether anybody was forgotten. */
static bool drop_person(struct told_list *list, const char *member_key, const char *identity)
{
	struct told_person *person = *identity ? table_find(list->by_person, identity) : NULL;
	bool is_news = person && person->at != MOMENT_EARLIEST;

	if (person)
		person->at = MOMENT_EARLIEST;
	person = *member_key ? table_find(list->by_member, member_key) : NULL;
	for (; person; person = person->next) {
		is_news = is_news || person->at != MOMENT_EARLIEST;
		person->at = MOMENT_EARLIEST;
	}
	return is_news;
}

static void read_line(struct told *told, struct told_list *list, char *line)
{
	char *fields[FIELDS], *end;
	long long at;

	if (fields_cut(line, fields, FIELDS) != FIELDS)
		return;
	if (strcmp(fields[0], "-") == 0) {
		drop_person(list, fields[2], fields[1]);
		return;
	}
	at = strtoll(fields[0], &end, 10);
	if (end > fields[0] && !*end && *fields[1])
		set_person(told, list, fields[2], fields[1], (moment)at);
}

/* The lists. */

static struct told_list *list_of_name(struct told *told, const char *name)
{
	struct told_list *list = table_find(told->by_name, name);

	if (list)
		return list;
	list = arena_get(told->arena, sizeof(*list));
	*list = (struct told_list){.name = arena_string(told->arena, name)};
	table_put(told->by_name, list->name, list);
	told->lists = arena_grow(told->arena, told->lists, told->count, &told->room,
		sizeof(struct told_list *));
	told->lists[told->count++] = list;
	return list;
}

static struct told_list *list_of_key(struct told *told, const char *list_key)
{
	struct told_list *list = table_find(told->by_key, list_key);

	if (list)
		return list;
	list = list_of_name(told,
		arena_bytes(told->arena, hash_hex(told->arena, list_key, strlen(list_key)),
			NAME_HEX));
	table_put(told->by_key, arena_string(told->arena, list_key), list);
	return list;
}

/* Give each list its lines, that a newline ends. */
static void sort_lines(struct told *told, char *text, const char *end)
{
	char *newline;

	for (; (newline = memchr(text, '\n', (size_t)(end - text))); text = newline + 1) {
		struct told_list *list;

		*newline = '\0';
		if (strspn(text, "0123456789abcdef") != NAME_HEX || text[NAME_HEX] != '\t')
			continue;
		text[NAME_HEX] = '\0';
		list = list_of_name(told, text);
		list->lines = arena_grow(told->arena, list->lines, list->line_count,
			&list->line_room, sizeof(*list->lines));
		list->lines[list->line_count++] = text + NAME_HEX + 1;
	}
}

/* What was noted before it is read counts behind what the file says. */
static void read_file(struct told *told)
{
	const struct file_rules rules = {.max = BYTES_MAX, .no_link = true, .owned_by_us = true};
	struct strbuf text = STRBUF_INIT;
	struct error ignored = ERROR_INIT;
	size_t length;

	if (told->is_read)
		return;
	told->is_read = true;
	file_read(&text, told->path, &rules, &ignored);
	strbuf_addc(&text, '\n');
	strbuf_add(&text, told->added.text, told->added.length);
	length = text.length;
	told->text = strbuf_to_arena(&text, told->arena);
	sort_lines(told, told->text, told->text + length);
	error_release(&ignored);
}

static void read_people(struct told *told, struct told_list *list)
{
	if (list->by_person)
		return;
	begin_people(told, list);
	for (size_t i = 0; i < list->line_count; i++)
		read_line(told, list, list->lines[i]);
	list->line_count = 0;
}

/* The list, with what the file says of it. */
static struct told_list *known_list(struct told *told, const char *list_key)
{
	struct told_list *list;

	read_file(told);
	list = list_of_key(told, list_key);
	read_people(told, list);
	return list;
}

moment told_when(struct told *told, const char *list_key, const char *identity)
{
	const struct told_person *person =
		table_find(known_list(told, list_key)->by_person, identity);

	return person ? person->at : MOMENT_EARLIEST;
}

const struct told_list *told_of_list(struct told *told, const char *list_key)
{
	return known_list(told, list_key);
}

/* What is new. */

static void add_line(struct strbuf *out, const char *list, const char *member_key,
	const char *identity, moment at)
{
	strbuf_addf(out, "%s\t", list);
	if (at == MOMENT_EARLIEST)
		strbuf_adds(out, "-\t");
	else
		strbuf_addf(out, "%lld\t", (long long)at);
	fields_add(out, identity);
	strbuf_addc(out, '\t');
	fields_add(out, member_key);
	strbuf_addc(out, '\n');
}

void told_note(struct told *told, const char *list_key, const char *member_key,
	const char *identity, moment at)
{
	struct told_list *list = list_of_key(told, list_key);

	if (told->path)
		add_line(&told->added, list->name, member_key, identity, at);
	if (!told->is_read)
		return;
	read_people(told, list);
	set_person(told, list, member_key, identity, at);
}

void told_forget(struct told *told, const char *list_key, const char *member_key,
	const char *identity)
{
	struct told_list *list = known_list(told, list_key);
	const char *member = member_key ? member_key : "", *person = identity ? identity : "";

	if (drop_person(list, member, person) && told->path)
		add_line(&told->added, list->name, member, person, MOMENT_EARLIEST);
}

/* The file. */

/* Whether lines may be added to what is there: a regular file that nobody else wrote; else a new one takes its place. */
static bool is_ours(const char *path, off_t *size)
{
	struct stat status;

	*size = 0;
	if (lstat(path, &status) != 0)
		return false;
	*size = status.st_size;
	return S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
		(status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

enum error_kind told_write_kept(struct told *told,
	bool (*is_kept)(const void *context, const struct told_list *list,
		const struct told_person *person),
	const void *context, struct error *err)
{
	struct strbuf lines = STRBUF_INIT, text = STRBUF_INIT;

	read_file(told);
	for (size_t i = 0; i < told->count; i++) {
		struct told_list *list = told->lists[i];

		read_people(told, list);
		for (size_t j = 0; j < list->count; j++) {
			const struct told_person *person = list->people[j];

			if (person->at != MOMENT_EARLIEST &&
				(!is_kept || is_kept(context, list, person)))
				add_line(&lines, list->name, person->member, person->person,
					person->at);
		}
	}
	strbuf_addf(&text, "#%zu\n", lines.length);
	strbuf_add(&text, lines.text, lines.length);
	if (!state_write(told->path, &text, err))
		strbuf_reset(&told->added);
	strbuf_release(&lines);
	strbuf_release(&text);
	return err->kind;
}

enum error_kind told_write(struct told *told, struct error *err)
{
	struct strbuf text = STRBUF_INIT, folder = STRBUF_INIT;
	off_t size;

	if (told->added.length == 0 || !told->path)
		return ERROR_NONE;
	if (!is_ours(told->path, &size))
		return told_write_kept(told, NULL, NULL, err);
	strbuf_addc(&text, '\n'); /* which ends half a line, if there is one */
	strbuf_add(&text, told->added.text, told->added.length);
	path_add_folder(&folder, told->path);
	if (!file_append(told->path, &text, FILE_MODE_OWN, err) && !file_sync(folder.text, err))
		strbuf_reset(&told->added);
	strbuf_release(&folder);
	strbuf_release(&text);
	return err->kind;
}

/* How long the file was when it was written as a whole; 0 where it does not say. */
static off_t whole_length(const char *path)
{
	const struct file_rules rules = {.max = 32, .no_link = true, .head = true};
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	long long length = 0;

	if (file_read(&text, path, &rules, &err) == FILE_READ && text.text[0] == '#')
		length = strtoll(text.text + 1, NULL, 10);
	error_release(&err);
	strbuf_release(&text);
	return length > 0 ? (off_t)length : 0;
}

bool told_is_long(const struct told *told)
{
	off_t size;

	return told->path && is_ours(told->path, &size) &&
		(size + (off_t)told->added.length) / 2 > whole_length(told->path) + SLACK;
}
