#include "base/memory/hash.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/memory/arena.h"

void hash_init(struct hash *hash)
{
	crypto_hash_sha256_init(&hash->state);
}

void hash_add(struct hash *hash, const void *bytes, size_t length)
{
	crypto_hash_sha256_update(&hash->state, bytes, length);
}

void hash_add_text(struct hash *hash, const char *text)
{
	hash_add(hash, text ? "=" : "-", 1);
	if (text)
		hash_add(hash, text, strlen(text) + 1);
}

void hash_end(struct hash *hash, char hex[SHA256_HEX])
{
	unsigned char bytes[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_final(&hash->state, bytes);
	sodium_bin2hex(hex, SHA256_HEX, bytes, sizeof(bytes));
}

void hash_long_init(struct hash_long *hash)
{
	gnutls_hash_hd_t fast = NULL;

	hash->fast = gnutls_hash_init(&fast, GNUTLS_DIG_SHA256) == 0 ? fast : NULL;
	hash_init(&hash->slow);
}

void hash_long_add(struct hash_long *hash, const void *bytes, size_t length)
{
	if (hash->fast)
		gnutls_hash(hash->fast, bytes, length);
	else
		hash_add(&hash->slow, bytes, length);
}

void hash_long_end(struct hash_long *hash, char hex[SHA256_HEX])
{
	unsigned char bytes[crypto_hash_sha256_BYTES];

	if (!hash->fast) {
		hash_end(&hash->slow, hex);
		return;
	}
	gnutls_hash_deinit(hash->fast, bytes);
	sodium_bin2hex(hex, SHA256_HEX, bytes, sizeof(bytes));
	hash->fast = NULL;
}

const char *hash_hex(struct arena *arena, const void *bytes, size_t length)
{
	char *hex = arena_get(arena, SHA256_HEX);
	struct hash hash;

	hash_init(&hash);
	hash_add(&hash, bytes, length);
	hash_end(&hash, hex);
	return hex;
}
