/*
 * Machine lines: what a report, an undo file or a saved plan says to programs.
 *
 * Each is one line, "#@ " and a JSON object (RFC 8259), so that to LDIF (RFC 2849) it is a comment. It is
 * never folded, however long. Characters that are hidden (base/text/hidden.h) are \u escapes. The first key says
 * what a line is about:
 *
 *   version: 1
 *   #@ {"form":2,"file":"report",…}        line 2: who ran what, when, where
 *   #@ {"limits":…}                        by what a plan was judged, and what refuses it
 *   … sentences and records …
 *   #@ {"list":"cn=…","tag":"…",…}         each list that changes, or has a gap
 *   #@ {"had":"uid=…"}                     of a saved plan: a value that the list has
 *   #@ {"joins":"uid=…","why":[…],…}       a value that is added;
 *   #@ {"leaves":"uid=…","why":{…},…}      one that is deleted;
 *   #@ {"stays":"uid=…",…}                 one that is there before and after
 *   #@ {"gap":"too_few",…}
 *   #@ {"person":"uid=…",…}                or a person whose absence was written, with lines
 *   #@ {"adds":"…","attribute":"…",…}      that say which value, or
 *   #@ {"deletes":"…","attribute":"…",…}
 *   #@ {"finding":"warning",…}
 *   #@ {"totals":{…}}
 *   #@ {"seal":"…"}                        of a saved plan (seal.h), and
 *   #@ {"signature":"…"}
 *   # end
 *
 * postvagt-report(5) has all keys. Records and machine lines say the same, or the file is wrong.
 */
#ifndef REPORT_LDIF_MACHINE_H
#define REPORT_LDIF_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/moment.h"
#include "model/plan.h"
#include "report/writer.h"

struct arena;
struct strbuf;

#define MACHINE_FORM     2 /* files of version 0.1.0, without machine lines, are form 1 */
#define MACHINE_PREFIX   "#@ "
#define MACHINE_LINE_MAX ((size_t)4 * 1024 * 1024) /* bytes */

enum machine_file {
	MACHINE_REPORT,
	MACHINE_UNDO,
	MACHINE_PLAN,
};

/* How far a run, a list or a value has come. */
enum machine_state {
	MACHINE_PLANNED, /* of a saved plan; of an undo file: to be done by who takes the run back */
	MACHINE_INTENDED,    /* about to be done */
	MACHINE_DONE,        /* done */
	MACHINE_PARTLY,      /* of a run and a list: some was done */
	MACHINE_FAILED,      /* not done */
	MACHINE_UNKNOWN,     /* sent, and what came of it is not known */
	MACHINE_REFUSED,     /* not done, as the run was refused */
	MACHINE_INTERRUPTED, /* of a run: another completed its report */
	MACHINE_UNCHANGED,   /* of a list: it has gaps only */
};

enum machine_verb {
	MACHINE_HAD,
	MACHINE_JOINS,
	MACHINE_LEAVES,
	MACHINE_STAYS,
};

/* A value of a list's members; or, with `attribute`, of a person: JOINS is added, LEAVES is deleted. */
struct machine_value {
	enum machine_verb verb;
	enum machine_state state; /* of JOINS, LEAVES */
	const char *dn;           /* the value */
	const char *name;         /* the person's; NULL: there is none */
	const char *attribute;    /* NULL: that of members */
	struct reason *reasons;   /* of JOINS */
	size_t reason_count, reason_room;
	struct removal *leaves; /* of LEAVES: kind, then, stand_in and told; NULL: not said */
};

/* A list, or a person. */
struct machine_list {
	size_t line; /* from 1; 0: not read */
	const char *dn;
	struct tag_ids tags; /* that share the list; none: the mailbox's list, or a person */
	const char *name;    /* of a person */
	enum block_kind kind;
	enum machine_state state; /* as it was read; else machine_list_state() */
	bool is_person;
	bool exists;  /* before the run */
	bool removed; /* of an undo file: the run made it, so all of it goes */
	const char *identity;
	size_t before;                    /* members; 0 in an undo file */
	size_t unexplained[CHANGE_KINDS]; /* changes that count for limits; 0 in an undo file */
	size_t available;
	bool available_known; /* nobody asks where a run is taken back */
	struct attribute
		*entry; /* of one that is made, all but its members; in the order of its record */
	size_t entry_count, entry_room;
	struct machine_value *values;
	size_t count, room;
	struct gap *gaps;
	size_t gap_count, gap_room;
};

struct machine_head {
	enum machine_file file;
	enum machine_state state;
	const char *run, *user, *host, *version;
	const char *case_text; /* NULL: none was given */
	const char *settings, *server, *member_attribute;
	moment started, at;
	const char *settings_sha256, *tags_sha256, *roles_sha256,
		*routes_sha256; /* of a saved plan; else NULL */
	const char
		*completed_by; /* the run that completed an interrupted one's report; else NULL */
};

/* All of it in one arena. */
struct machine {
	struct machine_head head;
	const char *held; /* why removals were held back; NULL: they were not */
	struct machine_list *lists;
	size_t count, room;
	struct findings findings;
	struct totals totals;
};

/* The names of files and states in machine lines, in the order of their enums, ended by NULL. */
extern const char *const machine_files[], *const machine_states[];

/*
 * Write line 2 of a report, for that kind of file; and at its end what stands behind the records. report->state is
 * theirs from one to the other.
 */
void machine_begin(struct report *report, enum machine_file file);
void machine_end(struct report *report);

/* The head of a run's file. */
struct machine_head machine_head_of(const struct run *run, moment at, enum machine_file file,
	enum machine_state state);

/* Add a list, or a value of one, zeroed but for what is given. */
struct machine_list *machine_list_new(struct machine *machine, struct arena *arena, const char *dn);
struct machine_value *machine_value_new(struct machine_list *list, struct arena *arena,
	enum machine_verb verb, const char *dn);

/* What its values come to. */
enum machine_state machine_list_state(const struct machine_list *list);

/* Whether the value stands in a record of the file, and whether that stands as a comment. */
bool machine_is_recorded(const struct machine_list *list, const struct machine_value *value);
bool machine_is_commented_out(const struct machine_value *value);

/* Write line 2; the line with the limits; those behind the records: lists, findings, totals. */
void machine_add_head(struct strbuf *out, const struct machine_head *head);
void machine_add_limits(struct strbuf *out, const struct report *report);
void machine_add_body(struct strbuf *out, const struct machine *machine);

/* Add why a value joins or leaves, in the language in force, as of the file's moment; nothing where it does not say. */
void machine_add_why(struct strbuf *out, const struct machine_value *value, moment at);

/* Where a line stands: its number in the file, from 1; and whether that is in the head, before the first empty line. */
struct machine_place {
	size_t number;
	bool in_head;
};

/*
 * Read one line, behind its prefix, into `machine`, to which the lines above were added. Returns NULL, or what is
 * expected there, translated.
 */
const char *machine_read(struct machine *machine, struct machine_place place, const char *text,
	size_t length, struct arena *arena);

/* The form of a file, by its line 2: 1 where that is no machine line, 0 where it is none that can be read. */
int machine_form(const char *text, size_t length);

#endif
