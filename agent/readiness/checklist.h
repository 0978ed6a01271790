/*
 * The task card's checklist, and the facts that it is judged by. Plain data; readiness.h judges.
 */
#ifndef READINESS_CHECKLIST_H
#define READINESS_CHECKLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct address_bearer;
struct coverage;
struct findings;
struct mapping;
struct plan;
struct policy;
struct snapshot;

/* The steps of the card's method, in its order. */
enum readiness_step {
	STEP_TAGS,      /* decide how each tag's mail is handled */
	STEP_MAILBOX,   /* set up the mailbox under its name */
	STEP_PASSED_ON, /* so that mail is passed on to the right people */
	STEP_READINESS, /* people who can act, also in holidays */
	STEP_KOMBIT,    /* KOMBIT has the address */
	STEP_COUNT,
};

enum point_state {
	POINT_DONE,
	POINT_MISSING,
	POINT_UNKNOWN,
};

/* What mends a point: a command, or lines and where they go. */
struct mend {
	const char *command; /* NULL: `lines` */
	const char *where;   /* a file; "LDIF": into the directory */
	const char *lines;   /* several may be in it, each with its newline */
};

struct point {
	const char *id; /* for programs: "mailbox", "tags", ... */
	const char *title;
	enum readiness_step step;
	enum point_state state;
	bool waits_for_feed;  /* unknown for no other reason than a feed that cannot be read */
	const char *evidence; /* one line */
	const char **details; /* one by one, what is missing */
	size_t detail_count, detail_room;
	struct mend *mends;
	size_t mend_count, mend_room;
};

struct readiness {
	struct point *points; /* in the card's order */
	size_t count, room;
	size_t done, missing, unknown;
};

/* Whether something could be found out. */
enum fact_state {
	FACT_NOT_SET, /* the settings give no way to know */
	FACT_FAILED,  /* it was tried; `why` says what stood in the way */
	FACT_KNOWN,
};

/* The rules that are installed in the mail system. */
struct rules_facts {
	enum fact_state state;
	const char *why;
	bool current;       /* made from this mapping */
	const char *what;   /* else: what differs, a few lines, or what is there; NULL: unsaid */
	const char *remake; /* the command that makes them anew; NULL: as usual */
};

/* A look into the mailbox. */
struct box_facts {
	enum fact_state state;
	const char *why;
	size_t unread;             /* mails unread for longer than they may be */
	const char **unknown_tags; /* in subjects, and not in the catalogue */
	size_t unknown_tag_count;
	unsigned int percent_full; /* where it is nearly full; 0: there is room, or nobody says */
};

/* That somebody was told what is expected of those on a list. */
struct notified_fact {
	const char *list_key, *identity;
};

struct notified_facts {
	enum fact_state state; /* FACT_NOT_SET: mail.notices is off */
	const char *
		why; /* FACT_KNOWN: what came of the login to the mail server; "": nothing is known */
	const struct notified_fact *items;
	size_t count;
	const char *
		trouble; /* why the mail server does not let us in; NULL: it does, or was not asked */
	size_t waiting;          /* notices, to be sent */
	const char *waiting_why; /* why the last try failed; NULL: none did */
};

/* What KOMBIT was sent last. */
struct registered_facts {
	enum fact_state state; /* FACT_NOT_SET: nothing was sent */
	const char *why;
	const char *address;
	moment at;
};

/* Who bears the mailbox's address in the directory. */
struct mailbox_facts {
	enum fact_state state; /* FACT_NOT_SET: the settings name no address */
	const char *why;
	const struct address_bearer *bearers; /* NULL: nobody whom this account may see */
};

/* What lines that are proposed are made of, so that they can be used as they are but for a name. */
struct example_facts {
	const char *
		person; /* the DN of somebody under people.base who is not there: "uid=LOGIN,ou=…" */
	const char *domain; /* of mail addresses */
};

struct feed_summary;

/* All borrowed. */
struct readiness_facts {
	moment at;
	const struct mapping *mapping;
	const struct policy *policy;
	const struct snapshot *snapshot; /* of everyone who could ever be needed */
	const struct plan *plan;         /* at `at`, compared with the lists */
	bool carried_out;                /* all of it that could be: no list is out of order */
	const struct coverage *coverage; /* from `at` on */
	const char *mailbox_name, *mailbox_address;    /* of the settings; NULL: not given */
	const char *role_attribute, *deputy_attribute; /* as the directory names them */
	struct {
		const char *settings, *tags, *routes;
	} files;             /* for the mends */
	moment in_use_since; /* the first run that kept lists here; MOMENT_EARLIEST: there is none yet */
	bool in_use_longer; /* at least since then: earlier reports were deleted */
	bool is_active_directory;
	struct mailbox_facts mailbox_entry;
	struct example_facts example;
	const struct findings
		*list_mail; /* what keeps mail from a list (verify/lists.h); NULL: not looked at */
	const struct feed_summary *feeds; /* each source of absences, as it was found now */
	size_t feed_count;
	struct rules_facts rules;
	struct box_facts box;
	struct notified_facts told;
	struct registered_facts registered;
};

#endif
