#include "feed/request/template.h"

#include <stdio.h>
#include <string.h>

#include "base/text/escape.h"
#include "base/text/language.h"
#include "config/feed/placeholder.h"
#include "config/feed/request_texts.h"
#include "feed/request/dates.h"
#include "model/settings.h"

/* A text being filled in. */
struct fill_ctx {
	struct strbuf *out;
	enum template_place place;
	const struct request_values *values;
	bool in_string; /* of TEMPLATE_JSON: the text so far ends inside a string */
	struct error *err;
};

static enum error_kind refuse(const struct placeholder *found, const char *why, struct error *err)
{
	return error_set(err, ERROR_TARGET, _("%.*s cannot be sent: %s"), (int)found->length,
		found->start, why);
}

static bool has_control(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return true;
	}
	return false;
}

/* Add a text, escaped for where it stands. */
static enum error_kind add_text(struct fill_ctx *ctx, const struct placeholder *found,
	const char *text, size_t length)
{
	switch (ctx->place) {
	case TEMPLATE_URL:
	case TEMPLATE_FORM:
		escape_url(ctx->out, text, length);
		break;
	case TEMPLATE_HEADER:
		if (has_control(text, length))
			return refuse(found, _("a header cannot hold its control characters"),
				ctx->err);
		strbuf_add(ctx->out, text, length);
		break;
	case TEMPLATE_XML:
		if (!escape_xml(ctx->out, text, length))
			return refuse(found,
				_("XML cannot hold what is not UTF-8, or control characters"),
				ctx->err);
		break;
	case TEMPLATE_JSON:
	case TEMPLATE_JSON_STRING:
		if (!escape_json(ctx->out, text, length))
			return refuse(found, _("JSON cannot hold what is not UTF-8"), ctx->err);
		break;
	}
	if (ctx->out->length > REQUEST_BYTES_MAX)
		return error_set(ctx->err, ERROR_TARGET,
			_("the request would be larger than a megabyte"));
	return ERROR_NONE;
}

/* Write what a placeholder stands for, where that is one text. */
static void write_text(struct strbuf *text, const struct placeholder *found,
	const struct request_values *values)
{
	const struct request_cursor *cursor = values->cursor;
	const char *value;

	switch (found->kind) {
	case PLACEHOLDER_TODAY:
		dates_add_day(text, values->at, found->days, found->format);
		break;
	case PLACEHOLDER_NOW:
		dates_add_moment(text, values->at, found->format);
		break;
	case PLACEHOLDER_UUID:
		strbuf_adds(text, values->uuid);
		break;
	case PLACEHOLDER_CURSOR:
		if (cursor)
			strbuf_add(text, cursor->text.text, cursor->text.length);
		break;
	case PLACEHOLDER_PAGE:
		strbuf_addf(text, "%d", values->page);
		break;
	case PLACEHOLDER_PERSON:
		if (values->person < values->people_count)
			strbuf_adds(text, values->people[values->person]);
		break;
	case PLACEHOLDER_INDEX:
		strbuf_addf(text, "%zu", values->person + 1);
		break;
	default:
		value = request_value(&values->feed->values, found);
		strbuf_adds(text, value ? value : "");
		break;
	}
}

/* Whether something takes its place, rather than that it is a text in braces. */
static bool is_filled(const struct placeholder *found, const struct request_values *values)
{
	return found->kind < PLACEHOLDER_KINDS
		? found->kind != PLACEHOLDER_EACH
		: found->kind == PLACEHOLDER_OTHER && request_value(&values->feed->values, found);
}

/* Commas part the people; one in somebody's name is escaped, in an address and in a form. */
static enum error_kind fill_people(struct fill_ctx *ctx, const struct placeholder *found)
{
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; !failed && i < ctx->values->people_count; i++) {
		const char *person = ctx->values->people[i];

		if (i > 0)
			strbuf_addc(ctx->out, ',');
		failed = add_text(ctx, found, person, strlen(person));
	}
	return failed;
}

static enum error_kind fill_one(struct fill_ctx *ctx, const struct placeholder *found)
{
	struct strbuf text = STRBUF_INIT;
	enum error_kind failed;

	if (ctx->place == TEMPLATE_JSON && !ctx->in_string)
		return template_add_json(ctx->out, found, true, ctx->values, ctx->err);
	if (found->kind == PLACEHOLDER_PEOPLE)
		return fill_people(ctx, found);
	write_text(&text, found, ctx->values);
	failed = add_text(ctx, found, text.text, text.length);
	strbuf_release(&text);
	return failed;
}

/* Add what the settings themselves say; only the inside of a string is not yet as it is to be sent. */
static void add_literal(struct fill_ctx *ctx, const char *text, size_t length)
{
	if (ctx->place == TEMPLATE_JSON_STRING) {
		escape_json(ctx->out, text, length);
		return;
	}
	strbuf_add(ctx->out, text, length);
	for (size_t i = 0; i < length; i++) {
		if (ctx->in_string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			ctx->in_string = !ctx->in_string;
	}
}

enum error_kind template_fill(struct strbuf *out, enum template_place place, const char *text,
	const struct request_values *values, struct error *err)
{
	struct fill_ctx ctx = {.out = out, .place = place, .values = values, .err = err};
	enum error_kind failed = ERROR_NONE;
	struct placeholder found;
	const char *at = text;

	while (!failed && placeholder_next(&at, &found)) {
		if (!is_filled(&found, values))
			continue;
		add_literal(&ctx, text, (size_t)(found.start - text));
		text = at;
		failed = fill_one(&ctx, &found);
	}
	if (!failed)
		add_literal(&ctx, text, strlen(text));
	return failed;
}

static enum error_kind add_string(struct fill_ctx *ctx, const struct placeholder *found,
	const char *text, size_t length)
{
	enum error_kind failed;

	strbuf_addc(ctx->out, '"');
	failed = add_text(ctx, found, text, length);
	strbuf_addc(ctx->out, '"');
	return failed;
}

static enum error_kind add_array(struct fill_ctx *ctx, const struct placeholder *found)
{
	enum error_kind failed = ERROR_NONE;

	strbuf_addc(ctx->out, '[');
	for (size_t i = 0; !failed && i < ctx->values->people_count; i++) {
		const char *person = ctx->values->people[i];

		if (i > 0)
			strbuf_addc(ctx->out, ',');
		failed = add_string(ctx, found, person, strlen(person));
	}
	strbuf_addc(ctx->out, ']');
	return failed;
}

enum error_kind template_add_json(struct strbuf *out, const struct placeholder *found, bool bare,
	const struct request_values *values, struct error *err)
{
	struct fill_ctx ctx = {
		.out = out, .place = TEMPLATE_JSON_STRING, .values = values, .err = err};
	const struct request_cursor *cursor = values->cursor;
	struct strbuf text = STRBUF_INIT;
	enum error_kind failed = ERROR_NONE;

	if (found->kind == PLACEHOLDER_PEOPLE)
		return add_array(&ctx, found);
	if (found->kind == PLACEHOLDER_CURSOR && (!cursor || cursor->text.length == 0)) {
		strbuf_adds(out, "null");
		return ERROR_NONE;
	}
	write_text(&text, found, values);
	if ((found->kind == PLACEHOLDER_CURSOR && cursor->is_number) ||
		(bare && (found->kind == PLACEHOLDER_PAGE || found->kind == PLACEHOLDER_INDEX)))
		strbuf_add(out, text.text, text.length);
	else
		failed = add_string(&ctx, found, text.text, text.length);
	strbuf_release(&text);
	return failed;
}

/* Bytes of what parts one segment of a path from the next, also for a server that decodes before it parts them; 0: nothing. */
static size_t separator_length(const char *at)
{
	if (*at == '/')
		return 1;
	return strncmp(at, "%2F", 3) == 0 || strncmp(at, "%5C", 3) == 0 ? 3 : 0;
}

/* Whether a segment of the path is . or .., which lead elsewhere (RFC 3986 section 5.2.4). */
static bool leads_elsewhere(const char *url)
{
	const char *at = url + request_server_end(url);

	while (*at && !strchr("?#", *at)) {
		size_t dots;

		at += separator_length(at);
		dots = strspn(at, ".");
		if ((dots == 1 || dots == 2) &&
			(separator_length(at + dots) || !at[dots] || strchr("?#", at[dots])))
			return true;
		while (*at && !strchr("?#", *at) && !separator_length(at))
			at++;
	}
	return false;
}

enum error_kind template_fill_address(struct strbuf *out, const char *text,
	const struct request_values *values, struct error *err)
{
	enum error_kind failed = template_fill(out, TEMPLATE_URL, text, values, err);

	if (!failed && strcmp(out->text, text) != 0 && leads_elsewhere(out->text))
		failed = error_set(err, ERROR_TARGET,
			_("the address would have . or .. for a part of its path, which leads elsewhere"));
	return failed;
}
