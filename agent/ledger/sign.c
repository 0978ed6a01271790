#include "ledger/sign.h"

#include <string.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/file/named_file.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "model/settings.h"

#define PUBLIC_FILE_MAX 65536

/* What stands before the 32 bytes of a key (RFC 8410): of a seed, and of a public key. */
static const unsigned char private_prefix[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03,
	0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
static const unsigned char public_prefix[] = {
	0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

/* A kind of PEM block that holds 32 bytes behind a prefix. */
struct pem {
	const char *begin, *end;
	const unsigned char *prefix;
	size_t prefix_length;
};

static const struct pem private_pem = {"-----BEGIN PRIVATE KEY-----\n",
	"-----END PRIVATE KEY-----\n", private_prefix, sizeof(private_prefix)};
static const struct pem public_pem = {"-----BEGIN PUBLIC KEY-----\n", "-----END PUBLIC KEY-----\n",
	public_prefix, sizeof(public_prefix)};

/* Read the block that `*text` starts with, and move behind it. */
static bool pem_read(const struct pem *pem, const char **text, unsigned char key[32])
{
	unsigned char bytes[64];
	const char *end;
	size_t length;
	bool good;

	if (strncmp(*text, pem->begin, strlen(pem->begin)) != 0)
		return false;
	*text += strlen(pem->begin);
	if (sodium_base642bin(bytes, sizeof(bytes), *text, strcspn(*text, "-"), "\n", &length, &end,
		    sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	good = length == pem->prefix_length + 32 &&
		memcmp(bytes, pem->prefix, pem->prefix_length) == 0 &&
		strncmp(end, pem->end, strlen(pem->end)) == 0;
	if (good)
		memcpy(key, bytes + pem->prefix_length, 32);
	sodium_memzero(bytes, sizeof(bytes));
	*text = end + (good ? strlen(pem->end) : 0);
	return good;
}

static void pem_add(struct strbuf *out, const struct pem *pem, const unsigned char key[32])
{
	unsigned char bytes[64];
	char base64[128];
	size_t length = pem->prefix_length + 32;

	memcpy(bytes, pem->prefix, pem->prefix_length);
	memcpy(bytes + pem->prefix_length, key, 32);
	sodium_bin2base64(base64, sizeof(base64), bytes, length, sodium_base64_VARIANT_ORIGINAL);
	strbuf_addf(out, "%s%s\n%s", pem->begin, base64, pem->end);
	sodium_memzero(bytes, sizeof(bytes));
	sodium_memzero(base64, sizeof(base64));
}

enum error_kind sign_key_load(struct sign_key *key, const char *file, struct error *err)
{
	unsigned char seed[crypto_sign_SEEDBYTES], public[crypto_sign_PUBLICKEYBYTES];
	const char *at;
	char *text;

	if (settings_secret_text(file, &text, err))
		return err->kind;
	at = text;
	key->is_there = pem_read(&private_pem, &at, seed) && *at == '\0';
	if (key->is_there)
		crypto_sign_seed_keypair(public, key->bytes, seed);
	sodium_memzero(seed, sizeof(seed));
	settings_forget(text);
	if (!key->is_there)
		return error_set(err, ERROR_USAGE,
			_("%s: no private Ed25519 key in PEM; postvagt audit keygen makes one"),
			file);
	return ERROR_NONE;
}

void sign_key_wipe(struct sign_key *key)
{
	sodium_memzero(key, sizeof(*key));
}

void sign_text(const struct sign_key *key, const char *text, size_t length,
	char signature[SIGN_TEXT])
{
	unsigned char bytes[crypto_sign_BYTES];

	crypto_sign_detached(bytes, NULL, (const unsigned char *)text, length, key->bytes);
	sodium_bin2base64(signature, SIGN_TEXT, bytes, sizeof(bytes),
		sodium_base64_VARIANT_ORIGINAL);
}

/* Add the keys of one file. */
static enum error_kind add_public(struct sign_public *public, const char *file, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	size_t before = public->count;
	const char *at;

	if (named_file_read(&text, file, PUBLIC_FILE_MAX, err)) {
		err->kind = ERROR_USAGE; /* a file that was named to us, as a key that is none */
		goto out;
	}
	at = text.text;
	while (public->count < SIGN_PUBLIC_MAX) {
		if (!pem_read(&public_pem, &at, public->keys[public->count]))
			break;
		public->count++;
	}
	if (public->count == before || *at)
		error_set(err, ERROR_USAGE, _("%s: no public Ed25519 key in PEM"), file);
out:
	strbuf_release(&text);
	return err->kind;
}

enum error_kind sign_public_load(struct sign_public *public, const char *file, struct error *err)
{
	public->count = 0;
	return add_public(public, file, err);
}

enum error_kind sign_keys_load(struct sign_key *key, struct sign_public *accepted,
	const struct settings *settings, struct error *err)
{
	key->is_there = false;
	accepted->count = 0;
	if (!settings->sign_key_file)
		return ERROR_NONE;
	if (sign_key_load(key, settings->sign_key_file, err))
		return err->kind;
	crypto_sign_ed25519_sk_to_pk(accepted->keys[accepted->count++], key->bytes);
	for (size_t i = 0; i < settings->old_keys.count && !err->kind; i++)
		add_public(accepted, settings->old_keys.items[i], err);
	return err->kind;
}

bool sign_is_good(const struct sign_public *public, const char *text, size_t length,
	const char *signature)
{
	unsigned char bytes[crypto_sign_BYTES];
	size_t got;
	bool good = false;

	if (sodium_base642bin(bytes, sizeof(bytes), signature, strlen(signature), NULL, &got, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0 ||
		got != sizeof(bytes))
		return false;
	for (size_t i = 0; i < public->count && !good; i++)
		good = crypto_sign_verify_detached(bytes, (const unsigned char *)text, length,
			       public->keys[i]) == 0;
	return good;
}

enum error_kind sign_make(const char *file, struct error *err)
{
	unsigned char public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	struct strbuf text = STRBUF_INIT, path = STRBUF_INIT;
	enum error_kind failed;

	crypto_sign_keypair(public, secret);
	pem_add(&text, &private_pem, secret);
	failed = file_create(file, &text, 0600,
		err); /* never over a key: what that signed would be proved no more */
	sodium_memzero(text.text, text.length);
	strbuf_reset(&text);
	pem_add(&text, &public_pem, public);
	strbuf_addf(&path, "%s.pub", file);
	if (!failed) {
		failed = file_write(path.text, &text, FILE_MODE_ALL, FILE_DURABLE, err);
		if (failed)
			unlink(file);
	}
	sodium_memzero(secret, sizeof(secret));
	strbuf_release(&text);
	strbuf_release(&path);
	return failed;
}
