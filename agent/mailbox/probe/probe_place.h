/*
 * The mailboxes that a probe is looked for in, each over one connection that stays open: that of
 * mailbox.imap, and that of mailbox.probe_imap, which may be the same.
 * They are opened, looked into as often as it takes, and closed; places->finds has what was found.
 *
 * Only mail that came since the oldest probe of the log was sent is read, and each mail once.
 */
#ifndef MAILBOX_PROBE_PROBE_PLACE_H
#define MAILBOX_PROBE_PROBE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "mail/imap/imap.h"

struct arena;
struct probe_log;
struct probe_sent;
struct settings;

#define PROBE_FINDS_MAX 500

struct probe_place {
	bool in_mailbox, at_probe;
	struct imap imap; /* owned */
	struct imap_folders folders;
	uint32_t *seen; /* for each folder, the highest UID that was read */
	size_t room;    /* for folders, and for `seen` */
	size_t sent; /* the folder in which mail.graph leaves a copy of what it sends; SIZE_MAX: none */
};

/* A mail that is a probe of the log. */
struct probe_find {
	struct probe_place *place;
	size_t folder; /* of the place's */
	uint32_t uid;
	const struct probe_sent *sent; /* of the log */
	unsigned int flags;            /* enum imap_mail_flag */
	bool is_copy;                  /* it lies in that folder: it did not come in */
	bool is_through;               /* the rules of the mailbox passed it on */
	const char *by;                /* who redirected it; NULL: nobody */
};

struct probe_places {
	struct arena *arena;             /* borrowed */
	const struct settings *settings; /* borrowed */
	struct probe_log *log;           /* borrowed */
	struct probe_place items[2];
	size_t count;
	const char *since; /* a date, as SEARCH takes it */
	struct probe_find finds[PROBE_FINDS_MAX];
	size_t find_count;
	size_t strangers; /* mails with the mark of a probe that the log does not know */
};

/* Whether the mail of mailbox.probe is read where the mailbox itself is. */
bool probe_is_alias(const struct settings *settings);

/* Connect to them, and list their folders. probe_places_close() follows, also after a failure. */
enum error_kind probe_places_open(struct probe_places *places, const struct settings *settings,
	struct probe_log *log, struct arena *arena, moment now, struct error *err);
void probe_places_close(struct probe_places *places);

/*
 * Read what came since the last look, and add probes to the finds: in all folders of all places, or,
 * with `all` false, only in the folder where mail for mailbox.probe comes in.
 */
enum error_kind probe_places_look(struct probe_places *places, bool all, struct error *err);

/* Remove the mails that were found from their folders, and forget them. */
enum error_kind probe_places_remove(struct probe_places *places, struct error *err);

#endif
