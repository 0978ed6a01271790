/*
 * The command line: options by one table, from which parsing, help and
 * completion come (CONTRACT section 1). Options may stand before or behind the
 * command's name.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

struct options {
	const char *settings_file; /* -c; NULL: not given */
	const char *at;            /* --at, as written; NULL: now */
	bool json;
	const char *lang; /* NULL: not given */
	const char *case_text;
	bool quiet, verbose;
	const char *output; /* plan -o */
	bool exit_code;     /* plan --exit-code */
	bool over_limit;    /* apply --over-limit; audit undo takes it, and needs it for nothing */
	const char *from, *until, *deputy; /* absent --from, --until, --deputy */
	const char *on;                    /* back --on, as written; NULL: not given */
	bool all;                          /* back --all */
	bool tell;                         /* apply --tell */
	bool send;                         /* register --send */
	bool probe;                        /* mailbox --probe */
	bool propose;                      /* mailbox --propose */
	bool again;                        /* register --send --again */
	const char *days;                  /* coverage --days, as written; NULL: not given */
	const char *html;                  /* coverage --html, audit show --html; NULL: no page */
	const char *rules_for;             /* rules --for, as written; NULL: not given */
	bool install;                      /* rules --install */
	const char *key, *expect;          /* audit --key, --expect */
	const char *tag, *person, *since;  /* audit list; person: feeds test, too */
	/* init */
	const char *url, *domain, *base, *bind, *password_file, *keytab_file, *ca_file;
	bool help, version;
	const char *command;    /* NULL: none given */
	const char **arguments; /* behind the command's name; borrowed from argv */
	size_t argument_count;
};

/* One option. `argument` NULL: a flag. */
struct option_row {
	const char *name; /* without the dashes */
	char letter;      /* 0: none */
	const char *argument;
	const char *command; /* the commands that take it, with blanks between; NULL: every one */
	size_t offset;       /* of the bool or the text in struct options */
	const char *help;
};

/* All options, ended by a row without a name. */
extern const struct option_row option_rows[];

/* Whether --case says something: a blank names no case. */
bool options_name_case(const struct options *options);

/* Whether the command takes the option; `command` NULL: before there is one. */
bool option_is_for(const struct option_row *row, const char *command);

/* What --lang says, whatever else is wrong with the command line; NULL: nothing. argv stays as it is. */
const char *options_lang(int argc, char **argv);

/*
 * Read argv (of main()) into `options`; argv is put in another order. ERROR_USAGE
 * for an option that is not there, lacks its argument, or is not the command's.
 */
enum error_kind options_read(struct options *options, int argc, char **argv, struct error *err);

#endif
