/*
 * What the entries that findings are about are called, for people who read them.
 */
#ifndef REPORT_ENTRY_NAMES_H
#define REPORT_ENTRY_NAMES_H

struct findings;
struct snapshot;

/*
 * Name those that are DNs of entries (findings_set_names()): people by phrase_name(); groups, lists and the like, which are
 * not always known by a name alone, by the DN's first value where the DN is longer than PHRASE_DN_MAX.
 */
void entry_names_set(struct findings *findings, const struct snapshot *snapshot);

#endif
