#include "feed/request/body.h"

#include <string.h>

#include "base/text/escape.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/feed/placeholder.h"
#include "config/feed/request_texts.h"
#include "config/schema/yaml.h"
#include "feed/request/template.h"
#include "model/settings.h"

static enum error_kind add_node(struct strbuf *out, const struct yaml_node *node,
	const struct request_values *values, struct error *err);

static void add_string(struct strbuf *out, const char *text)
{
	strbuf_addc(out, '"');
	escape_json(out, text, strlen(text));
	strbuf_addc(out, '"');
}

/* An address within the body: what is filled in ends no segment of its path, and begins no query. */
static enum error_kind add_address(struct strbuf *out, const char *text,
	const struct request_values *values, struct error *err)
{
	struct strbuf address = STRBUF_INIT;
	enum error_kind failed = template_fill_address(&address, text, values, err);

	if (!failed)
		add_string(out, address.text);
	strbuf_release(&address);
	return failed;
}

/* The array of what is asked about each of the people. */
static enum error_kind add_each(struct strbuf *out, const struct request_values *values,
	struct error *err)
{
	struct request_values one = *values;
	enum error_kind failed = ERROR_NONE;

	strbuf_addc(out, '[');
	for (one.person = 0; !failed && one.person < values->people_count; one.person++) {
		if (one.person > 0)
			strbuf_addc(out, ',');
		failed = add_node(out, values->feed->each, &one, err);
	}
	strbuf_addc(out, ']');
	return failed;
}

static enum error_kind add_scalar(struct strbuf *out, const struct yaml_node *node,
	const struct request_values *values, struct error *err)
{
	struct placeholder found;
	enum error_kind failed;

	if (yaml_is_json(node)) {
		strbuf_adds(out, node->text);
		return ERROR_NONE;
	}
	if (placeholder_is_all(node->text, &found)) {
		if (found.kind == PLACEHOLDER_EACH && values->feed->each)
			return add_each(out, values, err);
		if (found.kind < PLACEHOLDER_KINDS)
			return template_add_json(out, &found, false, values, err);
	}
	strbuf_addc(out, '"');
	failed = template_fill(out, TEMPLATE_JSON_STRING, node->text, values, err);
	strbuf_addc(out, '"');
	return failed;
}

/* Whether a text is an address or a path, as those of the requests in a batch are. */
static bool is_address(const struct yaml_entry *entry)
{
	const char *text = entry->value->text;

	return entry->value->kind == YAML_SCALAR &&
		(strcmp(entry->key, "url") == 0 || *text == '/' ||
			strncmp(text, "https://", strlen("https://")) == 0 ||
			strncmp(text, "http://", strlen("http://")) == 0);
}

static enum error_kind add_node(struct strbuf *out, const struct yaml_node *node,
	const struct request_values *values, struct error *err)
{
	bool is_mapping = node->kind == YAML_MAPPING;
	enum error_kind failed = ERROR_NONE;

	if (node->kind == YAML_SCALAR)
		return add_scalar(out, node, values, err);
	if (node->kind == YAML_NULL) {
		strbuf_adds(out, "null");
		return ERROR_NONE;
	}
	strbuf_addc(out, is_mapping ? '{' : '[');
	for (size_t i = 0; !failed && i < node->count; i++) {
		if (i > 0)
			strbuf_addc(out, ',');
		if (is_mapping) {
			add_string(out, node->entries[i].key);
			strbuf_addc(out, ':');
		}
		failed = is_mapping && is_address(&node->entries[i])
			? add_address(out, node->entries[i].value->text, values, err)
			: add_node(out, is_mapping ? node->entries[i].value : node->items[i],
				  values, err);
	}
	strbuf_addc(out, is_mapping ? '}' : ']');
	if (!failed && out->length > REQUEST_BYTES_MAX)
		failed = error_set(err, ERROR_TARGET,
			_("the request would be larger than a megabyte"));
	return failed;
}

/* Of a text whose Content-Type is none of these, the settings let no placeholder pass. */
static enum template_place body_place(const struct feed_settings *feed)
{
	switch (request_body(feed)) {
	case BODY_JSON:
		return TEMPLATE_JSON;
	case BODY_XML:
		return TEMPLATE_XML;
	case BODY_FORM:
		return TEMPLATE_FORM;
	default:
		return TEMPLATE_HEADER;
	}
}

enum error_kind body_fill(struct strbuf *out, const struct request_values *values,
	struct error *err)
{
	const struct feed_settings *feed = values->feed;

	if (feed->body->kind != YAML_SCALAR)
		return add_node(out, feed->body, values, err);
	return template_fill(out, body_place(feed), feed->body->text, values, err);
}
