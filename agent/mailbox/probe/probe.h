/*
 * A probe: a mail that is sent to the mailbox as KOMBIT's are, by SMTP, and that the rules pass on to
 * mailbox.probe, where it is read. So it shows that mail comes in, that the rules are there and are
 * carried out, and that what they pass on arrives. Nobody else gets it, and it is removed.
 *
 *	struct probe_result result;
 *	failed = probe_run(&result, settings, arena, now, &err);
 *
 * What proves that a mail came through the rules is its token, which nobody can guess
 * (probe_token.h), together with the field that a redirect leaves (probe_header.h): where
 * mailbox.probe is an alias of the mailbox itself, the mail that was sent and the one that
 * was passed on lie in the same folder.
 */
#ifndef MAILBOX_PROBE_PROBE_H
#define MAILBOX_PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct arena;
struct settings;

#define PROBE_SIGHTINGS_MAX 8 /* places that are reported */

/* Where the way of a probe ended. */
enum probe_outcome {
	PROBE_CAME,     /* it came back through the rules */
	PROBE_REFUSED,  /* the mail server did not take it */
	PROBE_UNSEEN,   /* the mail server took it; it is in no mailbox */
	PROBE_STAYED,   /* it is in the mailbox, and the rules did not pass it on */
	PROBE_ASTRAY,   /* the rules passed it on, and it did not arrive */
	PROBE_BYPASSED, /* it arrived, but not by the rules of the mailbox */
};

/* How an outcome is called in JSON and metrics. */
extern const char *const probe_outcome_names[];
#define PROBE_OUTCOMES 6

/* A mail with the token of this probe, where it was found. */
struct probe_sighting {
	const char *folder; /* for a person */
	bool is_box;        /* the folder of the URL, where mail comes in */
	bool in_mailbox;    /* of mailbox.imap */
	bool at_probe;      /* where the mail of mailbox.probe is read: may be the same */
	bool is_passed;     /* marked as passed on: $Forwarded (RFC 5788) */
	bool is_through;    /* the rules of the mailbox passed it on: this is what arrived */
	const char *by;     /* who redirected it, where that is not the mailbox; NULL: nobody */
};

struct probe_result {
	enum probe_outcome outcome;
	double seconds;     /* PROBE_CAME: from sending it until it was seen */
	const char *answer; /* PROBE_REFUSED: the failure, with the server's own words */
	struct probe_sighting sightings[PROBE_SIGHTINGS_MAX];
	size_t sighting_count;
	size_t late;      /* earlier probes that were found, and removed */
	size_t strangers; /* mails with the mark of a probe that were not sent from here: they stay */
	bool saw_mailbox; /* mailbox.imap was looked into */
};

/*
 * Send a probe, and wait for it, mailbox.probe_timeout at most. Texts are in `arena`. A failure means
 * that it is not known whether mail arrives: ERROR_USAGE where settings are missing, else why it
 * could not be sent at all, or the mailboxes could not be read.
 */
enum error_kind probe_run(struct probe_result *result, const struct settings *settings,
	struct arena *arena, moment now, struct error *err);

/* Judge by where the mail was found. Pure. */
enum probe_outcome probe_judge(const struct probe_sighting *sightings, size_t count);

#endif
