#include "rules/stamp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text/language.h"
#include "rules/rules.h"

/* Another number where the same mapping makes other rules than before. */
#define RULES_FORMAT "1"

/* The stamp is at the top; a file that is none of ours is not read to its end. */
#define LINES_LOOKED_AT 50

static void add_flags(struct hash *hash, const bool *flags, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash_add(hash, flags[i] ? "1" : "0", 1);
}

void rules_stamp(struct rules *rules)
{
	struct hash hash;

	hash_init(&hash);
	hash_add_text(&hash, RULES_FORMAT);
	hash_add_text(&hash, rules->address);
	for (size_t i = 0; i < rules->tag_count; i++) {
		const struct rules_tag *tag = &rules->tags[i];

		hash_add_text(&hash, tag->id);
		hash_add_text(&hash, tag->folder);
		hash_add_text(&hash, tag->has_route ? "" : NULL);
		for (size_t j = 0; j < tag->spelling_count; j++)
			hash_add_text(&hash, tag->spellings[j]);
		hash_add_text(&hash, NULL);
	}
	hash_add_text(&hash, NULL);
	for (size_t i = 0; i < rules->target_count; i++) {
		const struct rules_target *target = &rules->targets[i];

		hash_add_text(&hash, target->address);
		add_flags(&hash, target->ordinary, rules->tag_count + 1);
		add_flags(&hash, target->critical, rules->tag_count + 1);
	}
	hash_end(&hash, rules->stamp);
}

/* Copy the stamp of a line, if it has one. */
static bool find_stamp(const char *line, char stamp[SHA256_HEX])
{
	const char *at = strstr(line, RULES_STAMP_MARK);

	if (!at)
		return false;
	at += strlen(RULES_STAMP_MARK);
	if (strspn(at, "0123456789abcdef") != SHA256_HEX - 1)
		return false;
	memcpy(stamp, at, SHA256_HEX - 1);
	stamp[SHA256_HEX - 1] = '\0';
	return true;
}

enum error_kind rules_installed(const char *file, const struct rules *rules,
	enum rules_state *state, struct error *err)
{
	char line[512], stamp[SHA256_HEX];
	FILE *in = fopen(file, "re");
	bool found = false;
	enum error_kind failed = ERROR_NONE;

	*state = RULES_UNKNOWN;
	if (!in)
		return error_set(err, ERROR_USAGE, _("cannot be read: %s"), strerror(errno));
	for (int i = 0; i < LINES_LOOKED_AT && !found && fgets(line, sizeof(line), in); i++)
		found = find_stamp(line, stamp);
	if (ferror(in))
		failed = error_set(err, ERROR_USAGE, _("cannot be read: %s"), strerror(errno));
	else if (found)
		*state = strcmp(stamp, rules->stamp) == 0 ? RULES_CURRENT : RULES_OLDER;
	fclose(in);
	return failed;
}
