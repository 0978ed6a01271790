#include "net/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"

void http_request_release(struct http_request *request)
{
	for (size_t i = 0; i < request->field_count; i++)
		strbuf_release(&request->fields[i]);
	free(request->fields);
	strbuf_release(&request->url);
	strbuf_release(&request->body);
	strbuf_release(&request->content_type);
	*request = (struct http_request)HTTP_REQUEST_INIT;
}

static struct strbuf *add_empty_field(struct http_request *request)
{
	request->fields = memory_grow(request->fields, request->field_count, &request->field_room,
		sizeof(*request->fields));
	request->fields[request->field_count] = (struct strbuf)STRBUF_INIT;
	return &request->fields[request->field_count++];
}

void http_request_copy(struct http_request *to, const struct http_request *from)
{
	http_request_release(to);
	strbuf_add(&to->url, from->url.text, from->url.length);
	to->method = from->method;
	to->sent_once = from->sent_once;
	strbuf_add(&to->body, from->body.text, from->body.length);
	strbuf_add(&to->content_type, from->content_type.text, from->content_type.length);
	for (size_t i = 0; i < from->field_count; i++)
		strbuf_add(add_empty_field(to), from->fields[i].text, from->fields[i].length);
}

/* A token (RFC 9110 section 5.6.2). */
static bool is_field_name(const char *name)
{
	static const char letters[] = "!#$%&'*+-.^_`|~0123456789"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	return *name && name[strspn(name, letters)] == '\0';
}

static bool is_field_value(const char *value)
{
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if ((c < ' ' && c != '\t') || c == 0x7F)
			return false;
	}
	return true;
}

bool http_field_is_valid(const char *name, const char *value)
{
	return is_field_name(name) && is_field_value(value);
}

bool http_request_add_field(struct http_request *request, const char *name, const char *value)
{
	if (!http_field_is_valid(name, value))
		return false;
	strbuf_addf(add_empty_field(request), "%s: %s", name, value);
	return true;
}
