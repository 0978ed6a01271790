#include "base/text/zone.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"

#define ZONES "/usr/share/zoneinfo/"

/* Folders in the folder of zones: America/Argentina/Salta. */
#define DEPTH_MAX 4
#define NAMES_MAX 5000

#define FIRST ((moment)0)
#define LAST  (INT64_C(51134) * MOMENT_DAY) /* 2110-01-01 */

/* No zone has changed its clock twice within this time since 1990. */
#define STEP (3 * MOMENT_DAY)

struct zone_change {
	moment at;
	int64_t offset; /* seconds east of UTC, from then on */
};

struct zone {
	struct zone_change *changes; /* the first at MOMENT_EARLIEST */
	size_t count;
};

static int64_t offset_at(moment t)
{
	time_t seconds = t;
	struct tm local;

	return localtime_r(&seconds, &local) ? local.tm_gmtoff : 0;
}

/* What has been read, as long as the process lives. */
static struct {
	struct arena *arena;
	struct table *zones; /* by name */
	const char **names;  /* sorted, case aside */
	size_t name_count, name_room;
} loaded;

static void begin_loading(void)
{
	if (loaded.arena)
		return;
	loaded.arena = arena_new();
	loaded.zones = table_new(loaded.arena);
}

static void add_change(struct zone *zone, size_t *room, moment at, int64_t offset)
{
	zone->changes =
		arena_grow(loaded.arena, zone->changes, zone->count, room, sizeof(*zone->changes));
	zone->changes[zone->count++] = (struct zone_change){at, offset};
}

/* The changes of the zone that the process has at the moment. */
static struct zone *read_changes(void)
{
	struct zone *zone = arena_get(loaded.arena, sizeof(*zone));
	int64_t offset = offset_at(FIRST);
	size_t room = 0;

	add_change(zone, &room, MOMENT_EARLIEST, offset);
	for (moment t = FIRST; t < LAST; t += STEP) {
		moment before = t, after = t + STEP;
		int64_t next = offset_at(after);

		if (next == offset)
			continue;
		while (after - before > 1) {
			moment middle = before + (after - before) / 2;

			if (offset_at(middle) == offset)
				before = middle;
			else
				after = middle;
		}
		add_change(zone, &room, after, next);
		offset = next;
	}
	return zone;
}

/* Whether the name is one that can be looked for below ZONES, and a zone's file lies there. */
static bool is_zone(const char *name)
{
	struct strbuf path = STRBUF_INIT;
	char magic[4];
	bool is = false;
	int fd;

	if (!*name || *name == '/' || strstr(name, "..") || strlen(name) > 100)
		return false;
	strbuf_addf(&path, ZONES "%s", name);
	fd = open(path.text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		is = read(fd, magic, sizeof(magic)) == sizeof(magic) &&
			memcmp(magic, "TZif", sizeof(magic)) == 0;
		close(fd);
	}
	strbuf_release(&path);
	return is;
}

static void set_process_zone(const char *zone)
{
	if (zone)
		setenv("TZ", zone, 1);
	else
		unsetenv("TZ");
	tzset();
}

const struct zone *zone_load(const char *name)
{
	struct zone *zone;
	char *own;

	begin_loading();
	zone = table_find(loaded.zones, name);
	if (zone || !is_zone(name))
		return zone;
	own = getenv("TZ");
	own = own ? strdup(own) : NULL;
	set_process_zone(arena_format(loaded.arena, ":%s", name));
	zone = read_changes();
	set_process_zone(own);
	free(own);
	table_put(loaded.zones, arena_string(loaded.arena, name), zone);
	return zone;
}

static int64_t offset_in(const struct zone *zone, moment t)
{
	size_t low = 0, high = zone ? zone->count : 0;

	if (!zone)
		return offset_at(t);
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (zone->changes[middle].at > t)
			high = middle;
		else
			low = middle;
	}
	return zone->changes[low].offset;
}

moment zone_moment(const struct zone *zone, int64_t clock, enum moment_edge edge)
{
	int64_t before, after;
	moment early, late;
	bool early_is, late_is;

	if (!zone)
		return moment_from_local(clock, edge);
	before = offset_in(zone, clock - MOMENT_DAY);
	after = offset_in(zone, clock + MOMENT_DAY);
	early = clock - before;
	late = clock - after;
	early_is = offset_in(zone, early) == before;
	late_is = offset_in(zone, late) == after;
	if (early_is && late_is)
		return edge == MOMENT_START ? early : late;
	return late_is ? late : early;
}

int64_t zone_clock(const struct zone *zone, moment t)
{
	return t + offset_in(zone, t);
}

static int compare_names(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;
	int order = strcasecmp(*a, *b);

	return order ? order : strcmp(*a, *b);
}

/* Add what lies in the folder ZONES/`below`, folders too. "posix" and "right" hold the same zones again. */
static void list_folder(const char *below, int depth)
{
	DIR *folder = opendir(arena_format(loaded.arena, ZONES "%s", below));
	struct dirent *entry;

	while (folder && (entry = readdir(folder)) && loaded.name_count < NAMES_MAX) {
		char *name = arena_format(loaded.arena, "%s%s%s", below, *below ? "/" : "",
			entry->d_name);

		if (entry->d_name[0] == '.' || strcmp(name, "posix") == 0 ||
			strcmp(name, "right") == 0)
			continue;
		if ((entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN) && depth < DEPTH_MAX)
			list_folder(name, depth + 1);
		if (entry->d_type == DT_DIR)
			continue;
		loaded.names = arena_grow(loaded.arena, loaded.names, loaded.name_count,
			&loaded.name_room, sizeof(*loaded.names));
		loaded.names[loaded.name_count++] = name;
	}
	if (folder)
		closedir(folder);
}

static int compare_name(const void *key, const void *item)
{
	const char *const *name = item;

	return strcasecmp(key, *name);
}

const char *zone_find_name(const char *name)
{
	const char **found;

	begin_loading();
	if (loaded.name_count == 0) {
		list_folder("", 1);
		if (loaded.name_count == 0)
			return NULL;
		qsort(loaded.names, loaded.name_count, sizeof(*loaded.names), compare_names);
	}
	found = bsearch(name, loaded.names, loaded.name_count, sizeof(*loaded.names), compare_name);
	return found && is_zone(*found) ? *found : NULL;
}
