/*
 * What the entries that findings are about are called, for people who read them.
 */
#ifndef REPORT_ENTRY_NAMES_H
#define REPORT_ENTRY_NAMES_H

struct findings;
struct snapshot;

/* How long a DN of a group or list is that people still read as it is, in bytes. */
#define ENTRY_DN_MAX 80

/*
 * Name those that are DNs of entries (findings_set_names()): people by phrase_name(); groups, lists and the like, which are
 * not always known by a name alone, by the DN's first value where the DN is longer than ENTRY_DN_MAX.
 */
void entry_names_set(struct findings *findings, const struct snapshot *snapshot);

#endif
