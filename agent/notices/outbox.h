/*
 * The outbox: notices that wait on disk to be sent, in outbox/ of the state folder, a file
 * each, so that neither a crash nor a mail server that is down loses one.
 *
 * A run writes drafts before it touches the directory, and releases or drops each when it is
 * known what came of its changes; drafts of a run that died are left to the next one. Only
 * released notices are sent. A file's name is made of run and person, and so is the
 * Message-ID: a notice that is sent twice, as nobody could tell whether it went through, is
 * known for the same one by whoever receives it.
 */
#ifndef NOTICES_OUTBOX_H
#define NOTICES_OUTBOX_H

#include <stddef.h>

#include "base/message/error.h"

struct arena;
struct notice;
struct notices;
struct settings;

#define OUTBOX_MAX 2000 /* notices that wait; more are not taken */

struct outbox {
	struct arena *arena; /* borrowed */
	const char *folder;  /* in the arena */
	const char *
		prefix; /* of its files' names: agents whose reports differ may share a state folder */
};

enum outbox_kind {
	OUTBOX_DRAFTS,
	OUTBOX_RELEASED,
};

/* Where it is; nothing is made. */
void outbox_init(struct outbox *outbox, const struct settings *settings, struct arena *arena);

/*
 * Take the lock under which notices are sent. Return the descriptor, or -1: with an error, or without one where another
 * process holds it.
 */
int outbox_lock(const struct outbox *outbox, struct error *err);

/* Read all of a kind, by their names; what cannot be read is left out, and left there. */
void outbox_read(const struct outbox *outbox, enum outbox_kind kind, struct notices *found);
size_t outbox_count(const struct outbox *outbox, enum outbox_kind kind);

/* Write one, whole, and make the folders if need be; sets its `file` from `run` and person. ERROR_OURS. */
enum error_kind outbox_write(const struct outbox *outbox, enum outbox_kind kind,
	struct notice *notice, struct error *err);

/* Turn a draft into one to be sent. ERROR_OURS. */
enum error_kind outbox_release(const struct outbox *outbox, const struct notice *notice,
	struct error *err);

/* Remove one; that it is not there is no error. */
void outbox_remove(const struct outbox *outbox, enum outbox_kind kind, const struct notice *notice);

#endif
