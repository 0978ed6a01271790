#include "cli/options.h"

#include <stddef.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/text.h"

#define AT(field) offsetof(struct options, field)

const struct option_row option_rows[] = {
	{"config", 'c', "FILE", NULL, AT(settings_file),
		N_("read the settings from FILE (else ./postvagt.yaml or "
		   "/etc/postvagt/postvagt.yaml)")},
	{"at", 0, "TIME", NULL, AT(at), N_("ask as of another moment (ISO 8601)")},
	{"json", 0, NULL, NULL, AT(json), N_("print JSON")},
	{"lang", 0, "da|en", NULL, AT(lang), N_("the language of what is printed")},
	{"case", 0, "TEXT", NULL, AT(case_text), N_("carry a case number into the report")},
	{"quiet", 'q', NULL, NULL, AT(quiet), N_("print only what needs attention")},
	{"verbose", 'v', NULL, NULL, AT(verbose), N_("print also what stays as it is")},
	{"output", 'o', "FILE", "plan", AT(output), N_("keep the plan as an LDIF change report")},
	{"exit-code", 0, NULL, "plan", AT(exit_code), N_("end with 10 when changes are waiting")},
	{"over-limit", 0, NULL, "apply audit", AT(over_limit),
		N_("let a kept plan past a limit; asks for --case")},
	{"tell", 0, NULL, "apply", AT(tell),
		N_("tell also whoever is on a list and was never told")},
	{"send", 0, NULL, "register", AT(send), N_("send the mail that is shown")},
	{"probe", 0, NULL, "mailbox", AT(probe),
		N_("send a mail through the rules, and wait for it")},
	{"propose", 0, NULL, "mailbox", AT(propose),
		N_("write lines for tags.yaml and routes.yaml")},
	{"again", 0, NULL, "register", AT(again), N_("with --send: also where it was sent before")},
	{"days", 0, "N", "coverage", AT(days), N_("how many days; else 14")},
	{"html", 0, "FILE", "coverage audit", AT(html), N_("make a page of it, for a browser")},
	{"for", 0, "sieve|exchange|exchange-transport", "rules", AT(rules_for),
		N_("the mail system that the rules are for")},
	{"install", 0, NULL, "rules", AT(install),
		N_("put them there, as the settings say, and read them back")},
	{"from", 0, "TIME", "absent", AT(from), N_("when the absence starts; else now")},
	{"until", 0, "TIME", "absent audit", AT(until),
		N_("when it ends; a date is the last day away; else open")},
	{"deputy", 0, "PERSON", "absent", AT(deputy),
		N_("who stands in first, while the absence lasts")},
	{"on", 0, "TIME", "back", AT(on), N_("end the absence of that day, also one to come")},
	{"all", 0, NULL, "back", AT(all), N_("end every absence that has not ended")},
	{"tag", 0, "TAG", "audit", AT(tag), N_("runs that changed this tag's lists")},
	{"person", 0, "PERSON", "audit feeds", AT(person),
		N_("runs whose reports name this person; feeds test: this person's records alone")},
	{"since", 0, "TIME", "audit", AT(since),
		N_("runs from then on; audit verify: a year, before which nothing is proved")},
	{"key", 0, "PUBLIC", "audit", AT(key), N_("the public key that the lines are signed for")},
	{"expect", 0, "HASH", "audit", AT(expect),
		N_("the last hash that syslog has, or that of a year's last line")},
	{"url", 0, "URL", "init", AT(url), N_("the directory's server; nothing is asked then")},
	{"domain", 0, "NAME", "init", AT(domain),
		N_("instead of --url: the domain whose DNS names the servers")},
	{"base", 0, "DN", "init", AT(base), N_("below which to look; else what the server names")},
	{"bind", 0, "DN", "init", AT(bind), N_("as whom to log in, with --password-file")},
	{"password-file", 0, "FILE", "init", AT(password_file),
		N_("its first line is the password")},
	{"keytab-file", 0, "FILE", "init", AT(keytab_file),
		N_("log in by Kerberos, with these keys")},
	{"ca-file", 0, "FILE", "init", AT(ca_file),
		N_("what the server's certificate is checked against; else the system's")},
	{"help", 'h', NULL, NULL, AT(help), N_("print this help")},
	{"version", 0, NULL, NULL, AT(version), N_("print the version")},
	{NULL, 0, NULL, NULL, 0, NULL},
};

/* What is being read, and what is left of the command line. */
struct options_ctx {
	struct options *options;
	char **argv;
	int argc, next;
	unsigned long given; /* bit i: option_rows[i] was given */
	bool only_words;     /* a "--" went before */
	bool only_looks;     /* argv stays as it is */
	struct error *err;
};

static const struct option_row *row_of_name(const char *name, size_t length)
{
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (strlen(row->name) == length && strncmp(row->name, name, length) == 0)
			return row;
	}
	return NULL;
}

static const struct option_row *row_of_letter(char letter)
{
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (row->letter == letter)
			return row;
	}
	return NULL;
}

static void set_flag(struct options *options, const struct option_row *row)
{
	*(bool *)((char *)options + row->offset) = true;
}

static void set_text(struct options *options, const struct option_row *row, const char *text)
{
	*(const char **)((char *)options + row->offset) = text;
}

static enum error_kind unknown_option(struct options_ctx *r, const char *word)
{
	const char *names[sizeof(option_rows) / sizeof(option_rows[0])];
	const char *nearest;
	size_t count = 0;

	for (; option_rows[count].name; count++)
		names[count] = option_rows[count].name;
	nearest = text_nearest(word + strspn(word, "-"), names, count);
	if (nearest)
		return error_set(r->err, ERROR_USAGE, _("unknown option %s; did you mean --%s?"),
			word, nearest);
	return error_set(r->err, ERROR_USAGE, _("unknown option %s; see postvagt --help"), word);
}

/* Set an option whose argument, if it takes one, is `inline_text` or the next word. */
static enum error_kind take_option(struct options_ctx *r, const struct option_row *row,
	const char *word, const char *inline_text)
{
	r->given |= 1UL << (row - option_rows);
	if (!row->argument) {
		if (inline_text)
			return error_set(r->err, ERROR_USAGE, _("option --%s takes no argument"),
				row->name);
		set_flag(r->options, row);
		return ERROR_NONE;
	}
	if (!inline_text && r->next < r->argc)
		inline_text = r->argv[r->next++];
	if (!inline_text)
		return error_set(r->err, ERROR_USAGE, _("option %s lacks its argument %s"), word,
			row->argument);
	set_text(r->options, row, inline_text);
	return ERROR_NONE;
}

/* "--name", "--name=text" */
static enum error_kind read_long(struct options_ctx *r, const char *word)
{
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) - 2 : strlen(word) - 2;
	const struct option_row *row = row_of_name(word + 2, length);

	if (!row)
		return unknown_option(r, word);
	return take_option(r, row, word, equals ? equals + 1 : NULL);
}

/* "-v", "-oFILE", "-qv" */
static enum error_kind read_letters(struct options_ctx *r, const char *word)
{
	enum error_kind failed = ERROR_NONE;

	for (const char *letter = word + 1; *letter && !failed; letter++) {
		const struct option_row *row = row_of_letter(*letter);

		if (!row)
			return unknown_option(r, word);
		if (row->argument)
			return take_option(r, row, word, letter[1] ? letter + 1 : NULL);
		failed = take_option(r, row, word, NULL);
	}
	return failed;
}

static void read_word(struct options *options, char **argv, const char *word)
{
	if (!options->command) {
		options->command = word;
		return;
	}
	/* Words move to the front of argv, where their room is: none is needed. */
	argv[1 + options->argument_count++] = (char *)word;
}

/* Whether the words of `names` have the command's. */
static bool has_word(const char *names, const char *name)
{
	size_t length = strlen(name);

	if (length == 0)
		return false;
	for (const char *at = names; (at = strstr(at, name)); at += length) {
		if ((at == names || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	}
	return false;
}

/* Who looks in March would find nothing behind a blank. */
bool options_name_case(const struct options *options)
{
	const char *text = options->case_text;

	return text && text[strspn(text, " \t\r\n")] != '\0';
}

bool option_is_for(const struct option_row *row, const char *command)
{
	return !row->command || (command && has_word(row->command, command));
}

/* Options that belong to some commands are refused by the others. */
static enum error_kind check_owner(struct options_ctx *r)
{
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (!(r->given & 1UL << (row - option_rows)))
			continue;
		if (!option_is_for(row, r->options->command))
			return error_set(r->err, ERROR_USAGE,
				_("option --%s is only for postvagt %s"), row->name, row->command);
	}
	return ERROR_NONE;
}

/* Read one word of the command line; those that are no option go to read_word(), unless only looked at. */
static enum error_kind read_next(struct options_ctx *r)
{
	const char *word = r->argv[r->next++];

	if (r->only_words || word[0] != '-' || word[1] == '\0') {
		if (!r->only_looks)
			read_word(r->options, r->argv, word);
	} else if (strcmp(word, "--") == 0) {
		r->only_words = true;
	} else if (word[1] == '-') {
		return read_long(r, word);
	} else {
		return read_letters(r, word);
	}
	return ERROR_NONE;
}

const char *options_lang(int argc, char **argv)
{
	struct options options = {.lang = NULL};
	struct error ignored = ERROR_INIT;
	struct options_ctx r = {.options = &options,
		.argv = argv,
		.argc = argc,
		.next = 1,
		.only_looks = true,
		.err = &ignored};

	while (r.next < r.argc)
		read_next(&r);
	error_release(&ignored);
	return options.lang;
}

enum error_kind options_read(struct options *options, int argc, char **argv, struct error *err)
{
	struct options_ctx r = {
		.options = options, .argv = argv, .argc = argc, .next = 1, .err = err};
	enum error_kind failed = ERROR_NONE;

	*options = (struct options){.arguments = (const char **)(argv + 1)};
	while (r.next < r.argc && !failed)
		failed = read_next(&r);
	return failed ? failed : check_owner(&r);
}
