#include "notices/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"

size_t fields_cut(char *line, char **fields, size_t most)
{
	size_t count = 0;
	char *to = line;

	fields[count++] = line;
	for (const char *from = line; *from; from++) {
		if (*from == '\t') {
			if (count == most)
				return 0;
			*to++ = '\0';
			fields[count++] = to;
		} else if (*from == '\\') {
			char hex[3] = "";

			strncat(hex, from + 1, 2);
			if (strspn(hex, "0123456789abcdef") != 2 || strcmp(hex, "00") == 0)
				return 0;
			*to++ = (char)strtol(hex, NULL, 16);
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return count;
}

void fields_add(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x20 || byte == 0x7f || byte == '\\')
			strbuf_addf(out, "\\%02x", byte);
		else
			strbuf_addc(out, *text);
	}
}
