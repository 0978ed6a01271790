#include "feed/format/markup.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/memory/memory.h"
#include "base/text/text.h"

bool markup_starts(const char *body, size_t length)
{
	size_t mark = text_mark_length(body, length);

	body += mark;
	length -= mark;
	text_trim(&body, &length);
	return length > 0 && *body == '<';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "<br />", "</body>", "<!DOCTYPE html>": whatever may stand at the end of a page. */
static bool is_tag(const char *line)
{
	static const char *const names[] = {"b", "body", "br", "center", "code", "div", "doctype",
		"font", "h1", "h2", "h3", "head", "hr", "html", "li", "p", "pre", "script", "span",
		"strong", "style", "table", "title", "ul"};
	size_t length = 0;

	if (*line++ != '<')
		return false;
	line += *line == '/' || *line == '!';
	while (is_letter(line[length]) || isdigit((unsigned char)line[length]))
		length++;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (strlen(names[i]) == length && strncasecmp(line, names[i], length) == 0)
			return true;
	}
	return false;
}

/* "java.lang.OutOfMemoryError: Java heap space": one word, and what it is called after. */
static bool is_exception(const char *line)
{
	size_t length = strcspn(line, ": \t");

	return line[length] == ':' &&
		((length > 5 && strncmp(line + length - 5, "Error", 5) == 0) ||
			(length > 9 && strncmp(line + length - 9, "Exception", 9) == 0));
}

bool markup_is_error(const char *line)
{
	static const char *const beginnings[] = {"fatal error:", "parse error:", "warning:",
		"notice:", "deprecated:", "error:", "fejl:", "traceback (most recent call last)",
		"unhandled exception", "uncaught exception", "exception in thread", "sqlstate[",
		"ora-0", "internal server error", "{\""};

	line += strspn(line, " \t");
	if (strncasecmp(line, "php ", 4) == 0)
		line += 4;
	for (size_t i = 0; i < COUNT(beginnings); i++) {
		if (strncasecmp(line, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	}
	return is_tag(line) || is_exception(line);
}
