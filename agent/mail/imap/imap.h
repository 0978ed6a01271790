/*
 * A mailbox over IMAP (RFC 3501), read and not written: folders are opened by EXAMINE, headers
 * are fetched by BODY.PEEK, and nothing else is ever asked, so no flag of a mail changes. Only
 * imap_remove.h writes.
 *
 *	failed = imap_open(&imap, &settings->mailbox.imap, &err);
 *	if (!failed)
 *		failed = imap_folders(&imap, arena, &folders, &err);
 *	// for each folder: imap_examine(), imap_uids(), imap_fetch()
 *	imap_close(&imap);
 *
 * libcurl connects and logs in (mail/smtp/server.h); the talk after that is our own, as curl would read
 * a mail's lines as the server's, and keep no bounds. Every answer is one that was asked for, whole and within
 * bounds (imap_response.h), or it is an error: 30 s without a byte, 5 minutes or 64 MiB for one command.
 */
#ifndef MAIL_IMAP_IMAP_H
#define MAIL_IMAP_IMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/message/error.h"
#include "base/text/strbuf.h"
#include "mail/imap/imap_response.h"
#include "mail/smtp/server.h"

struct arena;
struct imap_settings;

#define IMAP_FOLDERS_MAX 1000
#define IMAP_MAILS_MAX   1000000 /* of one folder */
#define IMAP_BATCH       250     /* mails asked for in one go */
#define IMAP_PARTS_MAX   100     /* mails of which a part is asked for */
#define IMAP_HEADER_MAX \
	16384 /* bytes of a mail's fields; the server leaves out what is past them */

struct imap {
	struct server server;                 /* owned */
	const struct imap_settings *settings; /* borrowed */
	struct strbuf buffer;                 /* owned; what came */
	size_t used;                          /* how much of it is read */
	struct imap_frame frame;              /* of the response behind that */
	unsigned int commands;                /* sent so far: the tag of the last one */
	size_t received;                      /* bytes, since it was sent */
	int64_t deadline;                     /* of its end, by moment_uptime() */
	bool was_refused;                     /* it ended with NO: the talk can go on */
	bool has_capabilities;                /* the server was asked for them */
	unsigned int capabilities;            /* enum imap_capability */
};

struct imap_folder {
	const char *wire_name;
	const char *name; /* for a person */
	bool is_box;      /* the folder of the URL, where what no rule filed stays */
	bool is_junk;     /* what the mail system took for spam, maybe before the rules saw it */
};

struct imap_folders {
	struct imap_folder *items; /* the URL's first, then as the server tells them */
	size_t count;
	const char *
		prefix; /* of the first personal namespace (RFC 2342), as on the wire; "": none, or not said */
};

/* Connect and log in. imap_close() says good-bye and frees all, also after a failure. */
enum error_kind imap_open(struct imap *imap, const struct imap_settings *settings,
	struct error *err);
void imap_close(struct imap *imap);

/* What an answer's responses are given to, but the last; false, with what was expected: the talk ends. */
typedef bool imap_take(void *place, const struct imap_response *response, const char **expected);

/*
 * Send a command and see its answer through; `what` is it in words, for a message ("to search"). For
 * what is below: each of these sends one that changes nothing.
 */
enum error_kind imap_command(struct imap *imap, const char *text, const char *what, imap_take *take,
	void *place, struct error *err);

/* Whether the server has a capability. It is asked once a connection, behind the login (RFC 3501 section 6.1.1). */
enum error_kind imap_has(struct imap *imap, enum imap_capability capability, bool *has,
	struct error *err);

/*
 * The folders to look into, in `arena`: with INBOX in the URL, or no folder, all of the personal namespace (RFC 2342),
 * as shared and public folders hold other people's mail; else the one of the URL and those below it.
 *
 * Junk is among them: a mail that matters may lie there. Sent, drafts, trash and what is inside them are not (RFC 6154,
 * else by their names): these mails did not come in, or somebody threw them away. Nor are folders that only show mail
 * of others (\All, \Flagged).
 */
enum error_kind imap_folders(struct imap *imap, struct arena *arena, struct imap_folders *folders,
	struct error *err);

/* Open a folder for reading only. `imap->was_refused` after a failure: the others can still be read. */
enum error_kind imap_examine(struct imap *imap, const struct imap_folder *folder,
	struct error *err);

/* The UIDs of the open folder's mails that are not marked as deleted, rising, in `arena`. */
enum error_kind imap_uids(struct imap *imap, struct arena *arena, uint32_t **uids, size_t *count,
	struct error *err);

/* The same of those that fit `criteria`, search keys of RFC 3501 section 6.4.4. */
enum error_kind imap_search(struct imap *imap, struct arena *arena, const char *criteria,
	uint32_t **uids, size_t *count, struct error *err);

/* A mail of a batch: has its UID, its flags, its date and the fields that were asked for. Borrowed for the call. */
typedef void imap_take_mail(void *place, const struct imap_mail *mail);

/*
 * Fetch these fields ("SUBJECT FROM") of the mails of these UIDs, rising, in batches, and give each mail that is (still)
 * there to `take`, once.
 */
enum error_kind imap_fetch(struct imap *imap, const char *fields, const uint32_t *uids,
	size_t count, imap_take_mail *take, void *place, struct error *err);

/*
 * Fetch the second part of the mails of these UIDs, rising, IMAP_PARTS_MAX at most: of a bounce it says whom it is about
 * (RFC 3464). No mail but these is asked for. A mail's `part` has its first IMAP_HEADER_MAX bytes; NULL: there is none.
 */
enum error_kind imap_fetch_parts(struct imap *imap, const uint32_t *uids, size_t count,
	imap_take_mail *take, void *place, struct error *err);

#endif
