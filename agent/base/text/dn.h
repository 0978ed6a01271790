/*
 * Distinguished names, compared as such (RFC 4514, RFC 4517 section 4.2.15).
 *
 * A DN is written in many ways: `CN=` or `cn=`, blanks after commas, `\,` or
 * `\2C`, æøå as UTF-8 or as `\C3\A6`. dn_key() gives the one form by which two
 * DNs can be compared with strcmp() and looked up in a table. Keys are for
 * comparing only: what people read, and what goes to the server, is the DN as
 * the server or the file wrote it.
 */
#ifndef BASE_TEXT_DN_H
#define BASE_TEXT_DN_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/*
 * The comparison key of `dn`, in `arena`; NULL where `dn` is no DN. Attribute
 * types in their short lower-case names (RFC 4514 section 3), values decoded
 * and folded (text.h), the parts of a multi-valued RDN in order.
 */
const char *dn_key(struct arena *arena, const char *dn);

/*
 * The same key of a DN of `length` bytes that is plain, in one pass: short types in letters, and values in ASCII and in the
 * letters of Latin-1 but ß, without escapes, quotes, signs that RFC 4514 gives a meaning, control characters, and blanks at
 * their ends. `key` has room for `length` + 1 bytes. Returns the key's length; 0 where it is not plain, or no DN: dn_key()
 * knows.
 */
size_t dn_key_plain(const char *dn, size_t length, char *key);

/* Whether `text` can be meant as the DN of an entry: a DN of two RDNs or more. */
bool dn_is_entry(const char *text);

/* Whether the entry of `key` is that of `base_key`, or below it. Both from dn_key(). */
bool dn_is_under(const char *key, const char *base_key);

/* The DN of the entry above: what follows the first comma that separates; "" at the top. Of a key, a key. */
const char *dn_parent(const char *dn);

/*
 * The value of the first RDN, decoded, in `arena`: "Anna Møller" of
 * "CN=Anna Møller,OU=…"; the whole text where it is no DN.
 */
const char *dn_leaf(struct arena *arena, const char *dn);

/*
 * The domain that the entry is in: the DC parts at the end (RFC 2247), in `arena`;
 * "" where there are none.
 */
const char *dn_domain(struct arena *arena, const char *dn);

#endif
