/*
 * The words and header fields that say what a mail is: of high priority, the answer of a
 * machine, or a reply (CONTRACT section 7). The matcher goes by them, and so do the rules that
 * are made for the mail system.
 *
 * All words are in lower case, composed (NFC), with single blanks.
 */
#ifndef MATCHER_VOCABULARY_H
#define MATCHER_VOCABULARY_H

/* How the value of a header field is compared, upper and lower case alike, blanks around it left out. */
enum field_way {
	FIELD_IS, /* is the text, or begins with it where no letter or digit follows: "1 (Highest)" */
	FIELD_EXISTS, /* is there at all */
};

/* A header field that says something, whichever of its texts it has. */
struct field_row {
	const char *name;
	enum field_way way;
	const char *const *texts; /* ended by NULL; FIELD_EXISTS: NULL */
};

/* Ended by a row without a name. */
extern const struct field_row vocabulary_priority_fields[];
extern const struct field_row vocabulary_answer_fields[];

/* Each ended by NULL. */
extern const char *const vocabulary_reply_prefixes[]; /* without their colon */
extern const char *const vocabulary_priority_words[]; /* with their blanks, which may be missing */
extern const char *const vocabulary_answer_words[];   /* with which a subject begins */
extern const char *const vocabulary_loop_fields[];    /* have the address of who passed a mail on */

/* Before a priority word it says the opposite. */
extern const char vocabulary_priority_not[];

/* What the subject of a probe has, in brackets with its number behind it. */
extern const char vocabulary_probe[];

#endif
