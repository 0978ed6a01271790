/*
 * The catalogue that comes with postvagt, mappings/tags.yaml. It is made of public names, as KOMBIT's
 * own ("bilag 1") is not public, so it is a beginning and no proof that the card's list was gone through.
 */
#ifndef READINESS_SHIPPED_CATALOGUE_H
#define READINESS_SHIPPED_CATALOGUE_H

#include <stdbool.h>

struct catalogue_source;
struct mapping;

/* Whether the tags are those of the shipped catalogue, whatever the file says of its source. */
bool catalogue_is_shipped(const struct mapping *mapping);

/* Whether the source says that it is KOMBIT's: it names KOMBIT, and does not say "ikke" (not) KOMBIT's. */
bool catalogue_names_kombit(const struct catalogue_source *source);

#endif
