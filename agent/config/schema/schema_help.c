#include "base/text/strbuf.h"
#include "config/schema/schema.h"

#define KEY_WIDTH 34

static void add_key(struct strbuf *out, const struct key *key, const char *path)
{
	strbuf_addf(out, "  %-*s %s", KEY_WIDTH, path, key->help);
	if (key->standard && *key->standard)
		strbuf_addf(out, " (%s)", key->standard);
	strbuf_addc(out, '\n');
}

void schema_add_help(struct strbuf *out, const struct schema *schema, const char *prefix)
{
	struct strbuf path = STRBUF_INIT;

	for (size_t i = 0; i < schema->key_count; i++) {
		const struct key *key = &schema->keys[i];

		strbuf_reset(&path);
		strbuf_addf(&path, "%s%s", prefix, key->name);
		add_key(out, key, path.text);
		strbuf_adds(&path, key->type == KEY_SEQUENCE ? "[]." : ".");
		if (key->of)
			schema_add_help(out, key->of, path.text);
	}
	strbuf_release(&path);
}
