#include "rules/stamp.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/text/language.h"
#include "rules/rules.h"

/* Another number where the same mapping makes other rules than before. */
#define RULES_FORMAT "1"

/* The stamp is at the top: a file that is not ours is not read to its end. */
#define HEAD_LINES_MAX 50
#define HEAD_BYTES_MAX ((size_t)64 * 1024)

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

/* The stamp that a line of the head has, or NULL. */
static const char *find_stamp(const char *head)
{
	for (int i = 0; i < HEAD_LINES_MAX && *head; i++) {
		size_t length = strcspn(head, "\n");
		const char *at = memmem(head, length, RULES_STAMP_MARK, strlen(RULES_STAMP_MARK));

		if (at) {
			at += strlen(RULES_STAMP_MARK);
			if (strspn(at, "0123456789abcdef") == SHA256_HEX - 1)
				return at;
		}
		head += length + (head[length] == '\n');
	}
	return NULL;
}

/*
 * Read the top of a file. Links are followed, whoever made them: a mailbox's owner may link to the script that is in force.
 */
static enum error_kind read_head(const char *file, struct strbuf *head, struct error *err)
{
	const struct file_rules rules = {.max = HEAD_BYTES_MAX, .head = true};
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct error refusal = ERROR_INIT;

	if (fd < 0 || file_read_open(fd, head, file, &rules, &refusal) != FILE_READ)
		error_set(err, ERROR_USAGE, _("cannot be read: %s"), file_refusal());
	if (fd >= 0)
		close(fd);
	error_release(&refusal);
	return err->kind;
}

enum error_kind rules_installed(const char *file, const struct rules *rules,
	enum rules_state *state, struct error *err)
{
	struct strbuf head = STRBUF_INIT;
	const char *stamp;

	*state = RULES_UNKNOWN;
	if (!read_head(file, &head, err)) {
		stamp = find_stamp(head.text);
		if (stamp)
			*state = strncmp(stamp, rules->stamp, SHA256_HEX - 1) == 0 ? RULES_CURRENT
										   : RULES_OLDER;
	}
	strbuf_release(&head);
	return err->kind;
}
