/*
 * Carrying over: from one snapshot to the next, all that no change has touched, so that
 * only what a change touches is asked again (watch).
 */
#ifndef DECIDE_SNAPSHOT_UPDATE_H
#define DECIDE_SNAPSHOT_UPDATE_H

#include <stdbool.h>
#include <stddef.h>

struct snapshot;

/* An entry of the directory that was added, changed, renamed or deleted. */
struct dir_change {
	const char *dn;       /* the name it has now, or had; NULL: not known */
	const char *dn_key;   /* dn_key() of it */
	const char *identity; /* as a person's; NULL: not known */
	bool is_gone;
	bool holds_others; /* other entries lie below it, whose names may have changed with it */
};

/*
 * Copy into the empty snapshot `to` what `from` knows, less the people, groups, lists and
 * references that the changes touch, less findings about them, and less the absences, deputies and roles that feeds
 * report (decide/feed_absences.h), which are to be attached again. Any change at all touches
 * every group with a memberURL.
 *
 * False where that cannot be told piece by piece: something that `from` knows is gone or has
 * another name, which groups follow without a word. Then all must be read anew,
 * and `to` is of no use.
 */
bool snapshot_update(struct snapshot *to, const struct snapshot *from,
	const struct dir_change *const *changes, size_t count);

/*
 * Forget what the references are that could mean this person as well as, or instead of, what
 * they are said to be: its logins and mail addresses. For one that was read after the carrying.
 */
void snapshot_invalidate_names(struct snapshot *snapshot, const char *identity);

#endif
