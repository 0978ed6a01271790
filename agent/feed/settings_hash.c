#include "feed/settings_hash.h"

#include <stdio.h>

#include "base/memory/memory.h"
#include "config/feed/request_texts.h"
#include "config/schema/yaml.h"
#include "model/settings.h"

static void hash_number(struct hash *hash, int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	hash_add_text(hash, text);
}

/* A text under its key, where it is given. */
static void hash_key(struct hash *hash, const char *key, const char *text)
{
	if (!text)
		return;
	hash_add_text(hash, key);
	hash_add_text(hash, text);
}

/* A number under its key, unless it is what it is where the file does not say. */
static void hash_choice(struct hash *hash, const char *key, int number, int standard)
{
	if (number == standard)
		return;
	hash_add_text(hash, key);
	hash_number(hash, number);
}

static void hash_named(struct hash *hash, const char *key, const struct named_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		hash_add_text(hash, key);
		hash_add_text(hash, texts->items[i].name);
		hash_add_text(hash, texts->items[i].text);
	}
}

/* A tree of the file, such as a body: whatever is sent otherwise hashes otherwise. */
static void hash_node(struct hash *hash, const char *key, const struct yaml_node *node)
{
	if (!node)
		return;
	hash_add_text(hash, key);
	hash_number(hash, (int)node->kind);
	hash_number(hash, node->kind == YAML_SCALAR ? yaml_is_json(node) : (int)node->count);
	if (node->kind == YAML_SCALAR)
		hash_add_text(hash, node->text);
	for (size_t i = 0; i < node->count; i++)
		hash_node(hash, node->kind == YAML_MAPPING ? node->entries[i].key : "",
			node->kind == YAML_MAPPING ? node->entries[i].value : node->items[i]);
}

/* What is asked for, and how the pages follow one another. */
static void hash_request(struct hash *hash, const struct feed_settings *feed)
{
	hash_named(hash, "values", &feed->values);
	for (size_t i = 0; i < feed->http.header_count; i++) {
		const struct header_settings *header = &feed->http.headers[i];

		hash_key(hash, "header", header->value ? header->name : NULL);
		hash_key(hash, "value", header->value);
	}
	hash_choice(hash, "post", request_is_post(feed), false);
	hash_node(hash, "body", feed->body);
	hash_choice(hash, "ends", (int)feed->ends, ENDS_MISSING);
	if (request_uses(feed, PLACEHOLDER_PAGE))
		hash_choice(hash, "first_page", feed->first_page, 1);
	hash_choice(hash, "asks", (int)feed->asks, ASKS_ALL);
	hash_node(hash, "each", feed->each);
}

/* How records are made of what comes. */
static void hash_reshaping(struct hash *hash, const struct feed_settings *feed)
{
	const struct answer_settings *answers = &feed->answers;

	hash_key(hash, "jq", feed->jq);
	hash_key(hash, "root", feed->root);
	hash_named(hash, "namespaces", &feed->namespaces);
	hash_key(hash, "zone", feed->fields.zone);
	hash_key(hash, "role", feed->fields.role);
	hash_key(hash, "unread", feed->fields.unread);
	hash_choice(hash, "gives", (int)feed->gives, GIVES_ABSENCES);
	hash_key(hash, "answers.list", answers->list);
	hash_key(hash, "answers.id", answers->id);
	hash_key(hash, "answers.person", answers->person);
	hash_key(hash, "answers.status", answers->status);
	hash_key(hash, "answers.body", answers->body);
	hash_key(hash, "answers.error", answers->error);
}

void settings_hash(const struct settings *settings, const struct feed_settings *feed,
	char hex[SHA256_HEX])
{
	const char *const texts[] = {feed->url, feed->records, feed->next, feed->fields.person,
		feed->fields.from, feed->fields.until, feed->fields.deputy, feed->match,
		feed->charset, feed->dates.date_format, feed->person, feed->person_pattern,
		settings->people.separator, settings->timezone};
	const int numbers[] = {(int)feed->format, feed->header_row, (int)feed->match_as,
		(int)feed->dates.until_is, (int)feed->open, (int)feed->covers};
	struct hash hash;

	hash_init(&hash);
	for (size_t i = 0; i < COUNT(texts); i++)
		hash_add_text(&hash, texts[i]);
	for (size_t i = 0; i < COUNT(numbers); i++)
		hash_number(&hash, numbers[i]);
	for (size_t i = 0; i < feed->only_count; i++) {
		hash_add_text(&hash, feed->only[i].name);
		hash_number(&hash, (int)feed->only[i].values.count);
		for (size_t j = 0; j < feed->only[i].values.count; j++)
			hash_add_text(&hash, feed->only[i].values.items[j]);
	}
	hash_request(&hash, feed);
	hash_reshaping(&hash, feed);
	hash_end(&hash, hex);
}
