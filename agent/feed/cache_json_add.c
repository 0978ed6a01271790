#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/system/version.h"
#include "base/text/strbuf.h"
#include "feed/cache.h"
#include "feed/cache_json.h"
#include "feed/cache_json_keys.h"
#include "model/settings.h"

/* A copy being written: as text at once, as it may have a million values. */
struct add_ctx {
	struct strbuf *out; /* borrowed */
	bool is_first;      /* nothing stands before in the object or array at hand */
};

/* Whether a text stands in JSON as it is. */
static bool is_plain(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
			return false;
	}
	return true;
}

static void add_quoted(struct strbuf *out, const char *text)
{
	json_t *value;
	char *quoted;

	if (is_plain(text)) {
		strbuf_addc(out, '"');
		strbuf_adds(out, text);
		strbuf_addc(out, '"');
		return;
	}
	value = json_string(text);
	quoted = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	strbuf_adds(out, quoted ? quoted : "\"\"");
	free(quoted);
	json_decref(value);
}

static void begin_item(struct add_ctx *ctx)
{
	if (!ctx->is_first)
		strbuf_addc(ctx->out, ',');
	ctx->is_first = false;
}

static void begin(struct add_ctx *ctx, char bracket)
{
	strbuf_addc(ctx->out, bracket);
	ctx->is_first = true;
}

static void end(struct add_ctx *ctx, char bracket)
{
	strbuf_addc(ctx->out, bracket);
	ctx->is_first = false;
}

static void add_key(struct add_ctx *ctx, const char *key)
{
	begin_item(ctx);
	strbuf_addc(ctx->out, '"');
	strbuf_adds(ctx->out, key);
	strbuf_adds(ctx->out, "\":");
}

/* What is not UTF-8, as a server's validator may be, is left out. */
static void add_text(struct add_ctx *ctx, const char *key, const char *text)
{
	if (!text || u8_check((const uint8_t *)text, strlen(text)))
		return;
	add_key(ctx, key);
	add_quoted(ctx->out, text);
}

static void add_digits(struct strbuf *out, int64_t number)
{
	char digits[24], *at = digits + sizeof(digits);
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (number < 0)
		*--at = '-';
	strbuf_add(out, at, (size_t)(digits + sizeof(digits) - at));
}

static void add_number(struct add_ctx *ctx, const char *key, int64_t number)
{
	add_key(ctx, key);
	add_digits(ctx->out, number);
}

static void add_moment(struct add_ctx *ctx, const char *key, moment t, moment open)
{
	if (t != open)
		add_number(ctx, key, t);
}

static void add_deputies(struct add_ctx *ctx, const char *const *deputies, size_t count)
{
	if (count == 0)
		return;
	add_key(ctx, "deputies");
	begin(ctx, '[');
	for (size_t i = 0; i < count; i++) {
		begin_item(ctx);
		add_quoted(ctx->out, deputies[i]);
	}
	end(ctx, ']');
}

/* Begin an item that has these, too. */
static void begin_dated(struct add_ctx *ctx, const struct cache_dated *dated)
{
	begin_item(ctx);
	begin(ctx, '{');
	add_number(ctx, "record", (int64_t)dated->record);
	add_text(ctx, "person", dated->person);
	add_moment(ctx, "start", dated->start, MOMENT_EARLIEST);
	add_moment(ctx, "end", dated->end, MOMENT_LATEST);
	if (dated->kept) {
		add_key(ctx, "kept");
		strbuf_adds(ctx->out, "true");
	}
}

static void add_absences(struct add_ctx *ctx, const struct feed_absences *absences)
{
	add_key(ctx, "absences");
	begin(ctx, '[');
	for (size_t i = 0; i < absences->count; i++) {
		const struct feed_absence *absence = &absences->items[i];

		begin_dated(ctx,
			&(struct cache_dated){absence->record, absence->person, absence->start,
				absence->end, absence->kept});
		add_deputies(ctx, absence->deputies, absence->deputy_count);
		end(ctx, '}');
	}
	end(ctx, ']');
}

static void add_standing(struct add_ctx *ctx, const struct kept_reading *reading)
{
	if (reading->standing_count == 0)
		return;
	add_key(ctx, "standing");
	begin(ctx, '[');
	for (size_t i = 0; i < reading->standing_count; i++) {
		const struct feed_standing *standing = &reading->standing[i];

		begin_dated(ctx,
			&(struct cache_dated){standing->record, standing->person, standing->start,
				standing->end, standing->kept});
		add_deputies(ctx, standing->deputies, standing->deputy_count);
		end(ctx, '}');
	}
	end(ctx, ']');
}

static void add_roles(struct add_ctx *ctx, const struct feed_roles *roles)
{
	if (roles->count == 0)
		return;
	add_key(ctx, "roles");
	begin(ctx, '[');
	for (size_t i = 0; i < roles->count; i++) {
		const struct feed_role *role = &roles->items[i];

		begin_dated(ctx,
			&(struct cache_dated){
				role->record, role->person, role->start, role->end, role->kept});
		add_text(ctx, "role", role->role);
		end(ctx, '}');
	}
	end(ctx, ']');
}

static void add_asked(struct add_ctx *ctx, const struct kept_reading *reading)
{
	if (reading->record_count == 0)
		return;
	add_key(ctx, "asked");
	begin(ctx, '{');
	for (size_t i = 0; i < CACHE_ASKED_KEYS; i++) {
		add_key(ctx, cache_asked_keys[i]);
		begin(ctx, '[');
		for (size_t j = 0; j < reading->record_count; j++) {
			const struct feed_record *record = &reading->records[j];

			if (!record->person || (size_t)record->state != i)
				continue;
			begin_item(ctx);
			add_quoted(ctx->out, record->person);
		}
		end(ctx, ']');
	}
	end(ctx, '}');
}

static void add_counts(struct add_ctx *ctx, const struct feed_counts *counts)
{
	add_key(ctx, "counts");
	begin(ctx, '{');
	for (size_t i = 0; i < CACHE_COUNT_KEYS; i++) {
		size_t count;

		memcpy(&count, (const char *)counts + cache_count_keys[i].offset, sizeof(count));
		add_number(ctx, cache_count_keys[i].key, (int64_t)count);
	}
	end(ctx, '}');
}

/* Begin the object of a reading. */
static void begin_reading(struct add_ctx *ctx, const struct kept_reading *reading)
{
	begin(ctx, '{');
	add_moment(ctx, "first_at", reading->first_at, MOMENT_EARLIEST);
	add_moment(ctx, "last_at", reading->last_at, MOMENT_EARLIEST);
	add_text(ctx, "sha256", reading->sha256);
	add_counts(ctx, &reading->counts);
	add_absences(ctx, &reading->absences);
	add_standing(ctx, reading);
	add_roles(ctx, &reading->roles);
	add_asked(ctx, reading);
}

static void add_doubt(struct add_ctx *ctx, const struct feed_cache *cache)
{
	const struct feed_doubt *doubt = &cache->doubt;

	if (!cache->is_doubted)
		return;
	add_key(ctx, "doubted");
	begin_reading(ctx, &doubt->reading);
	add_number(ctx, "doubts", doubt->doubts);
	add_text(ctx, "why", doubt->why);
	add_moment(ctx, "since", doubt->since, MOMENT_EARLIEST);
	add_moment(ctx, "shrunk_since", doubt->shrunk_since, MOMENT_EARLIEST);
	end(ctx, '}');
}

void feed_cache_json_add(struct strbuf *out, const struct feed_cache *cache,
	const struct feed_settings *feed, const char *settings)
{
	struct add_ctx ctx = {.out = out};

	begin(&ctx, '{');
	add_number(&ctx, "copy", CACHE_COPY);
	add_text(&ctx, "version", POSTVAGT_VERSION);
	add_text(&ctx, "feed", feed->name);
	add_text(&ctx, "url", feed->url);
	add_text(&ctx, "settings", settings);
	add_text(&ctx, "etag", cache->etag);
	add_text(&ctx, "last_modified", cache->last_modified);
	add_key(&ctx, "trusted");
	begin(&ctx, '[');
	for (size_t i = 0; i < cache->trusted_count; i++) {
		begin_item(&ctx);
		begin_reading(&ctx, &cache->trusted[i]);
		end(&ctx, '}');
	}
	end(&ctx, ']');
	add_doubt(&ctx, cache);
	if (cache->has_replaced) {
		add_key(&ctx, "replaced");
		begin_reading(&ctx, &cache->replaced);
		end(&ctx, '}');
	}
	end(&ctx, '}');
	strbuf_addc(out, '\n');
}
