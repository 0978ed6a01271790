#include "config/feed/request_texts.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/escape.h"
#include "base/text/strbuf.h"
#include "config/schema/yaml.h"
#include "model/settings.h"

static const char *given_content_type(const struct feed_settings *feed)
{
	for (size_t i = 0; i < feed->http.header_count; i++) {
		const struct header_settings *header = &feed->http.headers[i];

		if (header->name && header->value && strcasecmp(header->name, "Content-Type") == 0)
			return header->value;
	}
	return NULL;
}

/* A body that begins with a placeholder is no JSON. */
static enum request_body guess_body(const char *text)
{
	struct placeholder found;
	const char *at;

	text += strspn(text, " \t\r\n");
	at = text;
	if (*text == '<')
		return BODY_XML;
	if (*text != '[' && *text != '{')
		return BODY_FORM;
	return placeholder_next(&at, &found) && found.start == text ? BODY_FORM : BODY_JSON;
}

enum request_body request_body(const struct feed_settings *feed)
{
	const char *type = given_content_type(feed);

	if (!feed->body)
		return BODY_NONE;
	if (feed->body->kind != YAML_SCALAR)
		return BODY_JSON;
	if (!type)
		return guess_body(feed->body->text);
	if (strcasestr(type, "json"))
		return BODY_JSON;
	if (strcasestr(type, "xml"))
		return BODY_XML;
	return strcasestr(type, "x-www-form-urlencoded") ? BODY_FORM : BODY_TEXT;
}

const char *request_content_type(const struct feed_settings *feed)
{
	const char *type = given_content_type(feed);

	if (type)
		return type;
	switch (request_body(feed)) {
	case BODY_JSON:
		return "application/json";
	case BODY_XML:
		return "text/xml; charset=utf-8";
	case BODY_FORM:
		return "application/x-www-form-urlencoded";
	default:
		return NULL;
	}
}

static bool text_uses(const char *text, enum placeholder_kind kind)
{
	struct placeholder found;

	while (text && placeholder_next(&text, &found)) {
		if (found.kind == kind)
			return true;
	}
	return false;
}

static bool node_uses(const struct yaml_node *node, enum placeholder_kind kind)
{
	bool uses = node && node->kind == YAML_SCALAR && text_uses(node->text, kind);

	for (size_t i = 0; node && !uses && i < node->count; i++)
		uses = node_uses(node->kind == YAML_MAPPING ? node->entries[i].value
							    : node->items[i],
			kind);
	return uses;
}

bool request_uses(const struct feed_settings *feed, enum placeholder_kind kind)
{
	bool uses = text_uses(feed->url, kind) || node_uses(feed->body, kind) ||
		node_uses(feed->each, kind);

	for (size_t i = 0; !uses && i < feed->http.header_count; i++)
		uses = text_uses(feed->http.headers[i].value, kind);
	return uses;
}

bool request_is_post(const struct feed_settings *feed)
{
	return feed->method == METHOD_POST || (feed->method == METHOD_AUTO && feed->body);
}

const char *request_value(const struct named_texts *values, const struct placeholder *found)
{
	for (size_t i = 0; found->kind == PLACEHOLDER_OTHER && i < values->count; i++) {
		const char *name = values->items[i].name;

		if (strlen(name) == found->name_length &&
			memcmp(name, found->name, found->name_length) == 0)
			return values->items[i].text;
	}
	return NULL;
}

size_t request_server_end(const char *url)
{
	size_t scheme = strcspn(url, ":/?#");
	const char *server = url + scheme;

	return strncmp(server, "://", 3) == 0 ? scheme + 3 + strcspn(server + 3, "/?#") : 0;
}

const char *request_plain_url(struct arena *arena, const char *url)
{
	const char *at = url;
	struct strbuf out = STRBUF_INIT;
	struct placeholder found;

	while (placeholder_next(&at, &found)) {
		strbuf_add(&out, url, (size_t)(found.start - url));
		strbuf_addc(&out, 'x');
		url = at;
	}
	strbuf_adds(&out, url);
	return strbuf_to_arena(&out, arena);
}

const char *request_fill_url(struct arena *arena, const char *url, const struct named_texts *values)
{
	size_t end = request_server_end(url);
	const char *at = url, *rest = url;
	struct strbuf out = STRBUF_INIT;
	struct placeholder found;

	while (placeholder_next(&at, &found)) {
		const char *value = request_value(values, &found);

		if (!value)
			continue;
		strbuf_add(&out, rest, (size_t)(found.start - rest));
		if ((size_t)(found.start - url) < end)
			strbuf_adds(&out, value);
		else
			escape_url(&out, value, strlen(value));
		rest = at;
	}
	strbuf_adds(&out, rest);
	return strbuf_to_arena(&out, arena);
}
