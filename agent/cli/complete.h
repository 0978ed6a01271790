/*
 * What may stand at a place of the command line, for a shell that completes it.
 *
 * The shells' scripts (contrib/completion) are a few lines each: at each press of the key they ask
 * `postvagt help complete -- WORD...`, of which the last word is the one to be completed, and show what comes
 * back, a line each, "candidate TAB what it is"; the line ":files" asks for names of files. So every
 * candidate comes from the tables of commands and options, and from the mapping and the directory in use.
 *
 * complete_place() is pure: it finds out what belongs there. What tags and people there are,
 * commands/complete.c asks.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

struct command;
struct strbuf;

/* What is asked for at one place. */
struct place {
	const char *what;   /* as a table has it: "TAG|PERSON", "[FILE]", "da|en"; "": nothing */
	const char *word;   /* what is typed of it */
	const char *before; /* of the word, what stands in front: "--lang="; "" */
	size_t before_length;
	bool command, option;      /* a command's name, an option is asked for */
	bool takes_dashes;         /* what begins with "-" is no option here */
	const char *command_name;  /* that stands there already; NULL: none */
	const char *settings_file; /* of -c; NULL: none */
};

/* The place of the last of `count` words, one at least, none of which is the program's own name. */
struct place complete_place(const struct command *commands, const char *const *words, size_t count);

/* What is asked for besides that no table knows. */
struct complete_kinds {
	bool files, tags, people, feeds;
};

/* Add the candidates that the tables know; *kinds says which others are asked for. */
void complete_candidates(const struct command *commands, const struct place *place,
	struct strbuf *out, struct complete_kinds *kinds);

/*
 * Add one, if it begins as the place's word does, upper and lower case being the same. `about` (NULL: nothing) is a line about it. Values that have hidden
 * characters (hidden.h) are left out: no line and no shell carries them. So are those that begin with "-" where
 * they would be taken for an option, unless they are one.
 */
void complete_add(struct strbuf *out, const struct place *place, const char *candidate,
	const char *about);

/* The same, whatever it begins with: for one that the word names otherwise. */
void complete_add_instead(struct strbuf *out, const struct place *place, const char *candidate,
	const char *about);

/* Whether a text begins as a word does, upper and lower case being the same, also of æøå. */
bool complete_begins(const char *text, const char *word);

/*
 * `postvagt help complete -- WORD...`: print the candidates, quick and quiet. Tags are those of the mapping; people
 * are asked of the directory, a few, for two seconds at most. Whatever is wrong, there are just fewer of them.
 */
void complete_print(const struct command *commands, const char *const *words, size_t count);

#endif
