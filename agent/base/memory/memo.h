/*
 * A memo: what was made of a text or of an address before, found again by the bytes of it. On the heap, so that it
 * can be dropped while what it leads to stays.
 *
 * The keys may come from outside: each memo mixes them with a number of its own that nobody knows, so that no keys can be
 * chosen that all meet in one place.
 */
#ifndef BASE_MEMORY_MEMO_H
#define BASE_MEMORY_MEMO_H

#include <stddef.h>
#include <stdint.h>

struct memo_slot {
	const char *
		key; /* borrowed, `length` bytes; or with memo_at_address() the address itself; NULL: free */
	void *value; /* NULL in a new slot */
	uint32_t length, hash;
};

struct memo {
	struct memo_slot *slots; /* owned */
	size_t count,
		room; /* room is a power of two, at most half of it filled, and at most 2^32 */
	uint64_t seed;
};

/* All zero is an empty one. Free what it holds; it is empty then. */
void memo_release(struct memo *memo);

/*
 * The slot of a text of at most UINT32_MAX bytes; a new one has the value NULL, and the key `bytes`, which must last as long as the memo: or the caller puts
 * a copy in its place. Valid until the next call.
 */
struct memo_slot *memo_at(struct memo *memo, const char *bytes, size_t length);

/* The same of an address that is not NULL. A memo has keys of one kind. */
struct memo_slot *memo_at_address(struct memo *memo, const void *address);

#endif
