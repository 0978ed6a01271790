/*
 * SHA-256, of texts that come one after the other.
 */
#ifndef BASE_MEMORY_HASH_H
#define BASE_MEMORY_HASH_H

#include <sodium.h>
#include <stddef.h>

#define SHA256_HEX 65 /* with its NUL */

struct arena;

struct hash {
	crypto_hash_sha256_state state;
};

void hash_init(struct hash *hash);
void hash_add(struct hash *hash, const void *bytes, size_t length);

/* A text and its end, so that two texts never hash as one; NULL is another than "". */
void hash_add_text(struct hash *hash, const char *text);

/* The result, in lower case. */
void hash_end(struct hash *hash, char hex[SHA256_HEX]);

/* The same of what may be many megabytes: by the processor's own instructions, where it has them. */
struct hash_long {
	void *fast;       /* owned; a handle of GnuTLS, NULL: none is to be had */
	struct hash slow; /* where that is NULL */
};

/* hash_long_end() ends it, always. */
void hash_long_init(struct hash_long *hash);
void hash_long_add(struct hash_long *hash, const void *bytes, size_t length);
void hash_long_end(struct hash_long *hash, char hex[SHA256_HEX]);

/* The same of one text, in `arena`. */
const char *hash_hex(struct arena *arena, const void *bytes, size_t length);

#endif
