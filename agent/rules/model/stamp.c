#include "rules/model/stamp.h"

#include <stddef.h>

#include "rules/model/rules.h"

/* Another number where the same mapping makes other rules than before. */
#define RULES_FORMAT "1"

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
	hash_add_text(&hash, rules->probe);
	for (size_t i = 0; i < rules->ignore_count; i++)
		hash_add_text(&hash, rules->ignore[i]);
	hash_add_text(&hash, NULL);
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
