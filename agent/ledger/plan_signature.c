#include "ledger/plan_signature.h"

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "ledger/sign.h"
#include "report/ldif/seal.h"

/* What is signed: no line of the chain of runs, which the same key signs, looks like it. */
static void add_signed(struct strbuf *out, const char *seal)
{
	strbuf_addf(out, "postvagt kept plan %s", seal);
}

void plan_sign(struct strbuf *text, const struct sign_key *key)
{
	struct arena *arena = arena_new();
	struct saved_plan saved = {.seal = ""};
	struct strbuf is_signed = STRBUF_INIT;
	char signature[SIGN_TEXT];

	seal_read(&saved, text->text, text->length, arena);
	add_signed(&is_signed, saved.seal);
	sign_text(key, is_signed.text, is_signed.length, signature);
	seal_add_signature(text, signature);
	strbuf_release(&is_signed);
	arena_free(arena);
}

bool plan_is_signed(const struct saved_plan *saved, const struct sign_public *accepted)
{
	struct strbuf is_signed = STRBUF_INIT;
	bool is_good;

	add_signed(&is_signed, saved->seal);
	is_good = saved->signature &&
		sign_is_good(accepted, is_signed.text, is_signed.length, saved->signature);
	strbuf_release(&is_signed);
	return is_good;
}
