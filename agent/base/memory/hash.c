#include "base/memory/hash.h"

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

const char *hash_hex(struct arena *arena, const void *bytes, size_t length)
{
	char *hex = arena_get(arena, SHA256_HEX);
	struct hash hash;

	hash_init(&hash);
	hash_add(&hash, bytes, length);
	hash_end(&hash, hex);
	return hex;
}
