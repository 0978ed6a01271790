#include "mailbox/probe/probe_log.h"

#include <jansson.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/json_value.h"
#include "config/state_folder.h"
#include "mailbox/probe/probe_header.h"
#include "model/settings.h"

#define KEPT_AFTER_COMING MOMENT_DAY
#define KEPT_MAX          (14 * MOMENT_DAY)

int probe_log_lock(const struct settings *settings, struct error *err)
{
	struct arena *arena = arena_new();
	int lock = -1;

	if (!state_make_folder(state_folder(settings, arena), err))
		lock = state_lock(arena_format(arena, "%s.lock",
					  state_file(settings, "probes", arena)),
			true, err);
	arena_free(arena);
	return lock;
}

static void read_probe(struct probe_log *log, const json_t *object)
{
	const char *token = json_string_value(json_object_get(object, "token"));
	moment at = json_moment_at(object, "at", MOMENT_EARLIEST);

	if (token && probe_token_is(token) && at != MOMENT_EARLIEST)
		probe_log_add(log, token, at)->has_come =
			json_is_true(json_object_get(object, "has_come"));
}

void probe_log_load(struct probe_log *log, const struct settings *settings, struct arena *arena)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;

	log->count = 0;
	log->path = state_file(settings, "probes", arena);
	if (state_read(log->path, &text))
		root = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
	for (size_t i = 0; i < json_array_size(root) && i < PROBE_LOG_MAX; i++)
		read_probe(log, json_array_get(root, i));
	json_decref(root);
	strbuf_release(&text);
}

struct probe_sent *probe_log_find(struct probe_log *log, const char *token)
{
	for (size_t i = 0; i < log->count; i++) {
		if (strcmp(log->items[i].token, token) == 0)
			return &log->items[i];
	}
	return NULL;
}

struct probe_sent *probe_log_recognize(struct probe_log *log, const struct probe_header *header)
{
	if (!header->is_marked || header->is_answer)
		return NULL;
	return probe_log_find(log, header->token);
}

static void drop_oldest(struct probe_log *log)
{
	log->count--;
	memmove(log->items, log->items + 1, log->count * sizeof(log->items[0]));
}

struct probe_sent *probe_log_add(struct probe_log *log, const char *token, moment at)
{
	struct probe_sent *sent;

	if (log->count == PROBE_LOG_MAX)
		drop_oldest(log);
	sent = &log->items[log->count++];
	*sent = (struct probe_sent){.at = at};
	memcpy(sent->token, token, PROBE_TOKEN_LENGTH);
	return sent;
}

static bool is_over(const struct probe_sent *sent, moment now)
{
	return sent->at < now - (sent->has_come ? KEPT_AFTER_COMING : KEPT_MAX) ||
		sent->at > now + MOMENT_DAY; /* the clock was wrong */
}

enum error_kind probe_log_save(struct probe_log *log, moment now, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root = json_array();
	enum error_kind failed;

	for (size_t i = 0; i < log->count; i++) {
		const struct probe_sent *sent = &log->items[i];
		json_t *object;

		if (is_over(sent, now))
			continue;
		object = json_object();
		json_object_set_new(object, "token", json_string(sent->token));
		json_put_moment(object, "at", sent->at, MOMENT_EARLIEST);
		json_object_set_new(object, "has_come", json_boolean(sent->has_come));
		json_array_append_new(root, object);
	}
	json_add_line(&text, root);
	json_decref(root);
	failed = state_write(log->path, &text, err);
	strbuf_release(&text);
	return failed;
}
