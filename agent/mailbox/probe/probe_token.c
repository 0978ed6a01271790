#include "mailbox/probe/probe_token.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "matcher/vocabulary.h"

bool probe_token_make(char token[PROBE_TOKEN_LENGTH + 1])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[PROBE_TOKEN_LENGTH / 2];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		token[2 * i] = digits[bytes[i] >> 4];
		token[2 * i + 1] = digits[bytes[i] & 15];
	}
	token[PROBE_TOKEN_LENGTH] = '\0';
	return true;
}

static size_t count_digits(const char *text)
{
	return strspn(text, "0123456789abcdefABCDEF");
}

bool probe_token_is(const char *text)
{
	return strspn(text, "0123456789abcdef") == PROBE_TOKEN_LENGTH &&
		text[PROBE_TOKEN_LENGTH] == '\0';
}

bool probe_token_find(const char *subject, char token[PROBE_TOKEN_LENGTH + 1])
{
	bool is_found = false;

	token[0] = '\0';
	for (const char *at = strcasestr(subject, vocabulary_probe); at;
		at = strcasestr(at, vocabulary_probe)) {
		is_found = true;
		at += strlen(vocabulary_probe);
		if (count_digits(at) != PROBE_TOKEN_LENGTH || at[PROBE_TOKEN_LENGTH] != ']')
			continue;
		for (size_t i = 0; i < PROBE_TOKEN_LENGTH; i++)
			token[i] = (char)(at[i] >= 'A' && at[i] <= 'F' ? at[i] | 0x20 : at[i]);
		token[PROBE_TOKEN_LENGTH] = '\0';
		break;
	}
	return is_found;
}
