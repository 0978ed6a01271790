/*
 * postvagt: keeps the distribution lists of a municipality's
 * infrastrukturpostkasse right. Options, command, exit status.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/jq/jq_child.h"
#include "base/message/output.h"
#include "base/message/print.h"
#include "base/system/process.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "cli/command.h"
#include "cli/complete.h"
#include "cli/options.h"
#include "config/settings_schema.h"

static const struct command commands[] = {
	{"init", "[FOLDER]",
		N_("look at a directory and write the first settings; changes nothing in it"),
		command_init, true, 0, 1},
	{"check", "", N_("say what is wrong: files, directory, rights"), command_check, false, 0,
		0},
	{"plan", "", N_("show what would change, and why; changes nothing"), command_plan, false, 0,
		0},
	{"apply", "[FILE]", N_("do it, and write the report"), command_apply, true, 0, 1},
	{"watch", "", N_("do it again at each change, for ever"), command_watch, true, 0, 0},
	{"explain", "TAG|PERSON", N_("who gets a tag's mail, or which mail a person gets, and why"),
		command_explain, false, 1, 1},
	{"coverage", "", N_("who answers each tag on the coming days, and where nobody does"),
		command_coverage, false, 0, 0},
	{"status", "", N_("KOMBIT's task card as a checklist: what is done, what is missing"),
		command_status, false, 0, 0},
	{"feeds", "accept|test",
		N_("where absences come from, and whether what was read is trusted"), command_feeds,
		false, 0, 2},
	{"mailbox", "", N_("look into the mailbox: what nobody has read, tags that nobody knows"),
		command_mailbox, false, 0, 0},
	{"absent", "PERSON", N_("write into the directory that a person is away"), command_absent,
		true, 1, 1},
	{"back", "PERSON", N_("end the absences of a person that are on now, or are chosen"),
		command_back, true, 1, 1},
	{"register", "", N_("the mail that tells KOMBIT the mailbox's address; --send sends it"),
		command_register, true, 0, 0},
	{"rules", "", N_("the mail system's rules for the mailbox, of the same mapping"),
		command_rules, false, 0, 0},
	{"audit", AUDIT_USAGE,
		N_("the change reports: read them, prove them untouched, take a run back"),
		command_audit, false, 1, 3},
	{NULL, NULL, NULL, NULL, false, 0, 0},
};

/* To `out`: standard output when asked for, standard error when the usage was wrong. */
static void print_help(FILE *out)
{
	fprintf(out, "%s\n\n", _("Usage: postvagt [options] command"));
	for (const struct command *command = commands; command->name; command++)
		fprintf(out, "  %-8s %-11s %s\n", command->name, command->arguments,
			_(command->summary));
	fputc('\n', out);
	for (const struct option_row *row = option_rows; row->name; row++) {
		int used = fprintf(out, row->letter ? "  -%c, --%s" : "  %c   --%s",
			row->letter ? row->letter : ' ', row->name);

		if (row->argument)
			used += fprintf(out, " %s", row->argument);
		fprintf(out, "%*s%s", used < 23 ? 24 - used : 2, "", _(row->help));
		if (row->command)
			fprintf(out, " (%s)", row->command);
		fputc('\n', out);
	}
	fprintf(out, "\n%s\n", _("See postvagt(8), postvagt.yaml(5) and postvagt-mapping(5)."));
}

/* Every key of postvagt.yaml, from the table that reads it. */
static void print_settings_help(void)
{
	struct strbuf out = STRBUF_INIT;

	schema_add_help(&out, &settings_schema, "");
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

/* `help` and a word behind it: true where there is help of that kind, which is printed then. */
static bool print_other_help(const struct options *options)
{
	if (!options->command || strcmp(options->command, "help") != 0 ||
		options->argument_count == 0)
		return false;
	if (strcmp(options->arguments[0], "settings") == 0 && options->argument_count == 1)
		print_settings_help();
	else if (strcmp(options->arguments[0], "complete") == 0 && options->argument_count > 1)
		complete_print(commands, options->arguments + 1, options->argument_count - 1);
	else
		return false;
	return true;
}

static const struct command *find_command(const char *name, struct error *err)
{
	const char *names[sizeof(commands) / sizeof(commands[0])], *nearest;
	size_t count = 0;

	for (; commands[count].name; count++) {
		names[count] = commands[count].name;
		if (strcmp(name, names[count]) == 0)
			return &commands[count];
	}
	nearest = text_nearest(name, names, count);
	if (nearest)
		error_set(err, ERROR_USAGE, _("unknown command %s; did you mean %s?"), name,
			nearest);
	else
		error_set(err, ERROR_USAGE, _("unknown command %s; see postvagt --help"), name);
	return NULL;
}

static enum error_kind check_usage(const struct options *options, const struct command *command,
	struct error *err)
{
	if (options->lang && strcmp(options->lang, "da") != 0 && strcmp(options->lang, "en") != 0)
		return error_set(err, ERROR_USAGE, _("--lang: %s is neither da nor en"),
			options->lang);
	if (options->quiet && options->verbose)
		return error_set(err, ERROR_USAGE, _("-q and -v do not go together"));
	if (options->at && command->now_only)
		return error_set(err, ERROR_USAGE, _("%s works now only, and refuses --at"),
			command->name);
	if (options->over_limit && (options->argument_count == 0 || !options_name_case(options)))
		return error_set(err, ERROR_USAGE,
			_("--over-limit asks for a kept plan, FILE, and for --case"));
	if (options->argument_count < command->least || options->argument_count > command->most)
		return error_set(err, ERROR_USAGE, _("usage: postvagt %s %s"), command->name,
			command->arguments);
	return ERROR_NONE;
}

/* Whether it changes what is there, so that there is more to its status than an answer. */
static bool is_deed(const struct command *command, const struct options *options)
{
	return command->now_only ||
		(command->run == command_audit &&
			(strcmp(options->arguments[0], "undo") == 0 ||
				strcmp(options->arguments[0], "keygen") == 0));
}

/* Whether all went well: what there is to know is in the answer, or in the status itself. */
static bool is_answer(int status)
{
	return status == EXIT_DONE || status == EXIT_BAD || status == EXIT_HELD ||
		status == EXIT_CHANGES;
}

/*
 * The status after output is written: an answer that nobody got is a failure, a deed is
 * done all the same. A reader that has enough, as head(1) has, ends an answer by SIGPIPE, and is
 * no error.
 */
static int close_output(int status, bool is_deed_done, struct error *err)
{
	int problem = output_end();

	if (!problem)
		return status;
	if (problem == EPIPE && is_deed_done)
		return status;
	if (problem == EPIPE && is_answer(status))
		output_die_of_pipe();
	error_set(err, ERROR_OURS, _("standard output cannot be written: %s"), strerror(problem));
	return is_answer(status) && !is_deed_done ? EXIT_FAILED : status;
}

static int run_command(const struct options *options, bool *is_deed_done, struct error *err)
{
	const struct command *command;

	if (options->version) {
		puts("postvagt " POSTVAGT_VERSION);
		return EXIT_DONE;
	}
	if (print_other_help(options))
		return EXIT_DONE;
	if (options->help || !options->command || strcmp(options->command, "help") == 0) {
		bool asked = options->help || options->command;

		print_help(asked ? stdout : stderr);
		return asked ? EXIT_DONE : EXIT_USAGE;
	}
	command = find_command(options->command, err);
	if (!command || check_usage(options, command, err))
		return EXIT_USAGE;
	*is_deed_done = is_deed(command, options);
	return command->run(options);
}

/* Before anything can be wrong, so that it is told in that language. */
static void choose_language(const char *lang)
{
	language_set(language_of_locale());
	if (lang && strcmp(lang, "da") == 0)
		language_set(LANGUAGE_DANISH);
	else if (lang && strcmp(lang, "en") == 0)
		language_set(LANGUAGE_ENGLISH);
}

int main(int argc, char **argv)
{
	struct options options;
	struct error err = ERROR_INIT;
	enum error_kind failed;
	int status = EXIT_USAGE;
	bool is_deed_done = false;

	if (jq_child_is(argc, argv))
		jq_child_run();
	process_harden();
	output_begin();
	choose_language(options_lang(argc, argv));
	failed = options_read(&options, argc, argv, &err);
	if (!failed)
		status = run_command(&options, &is_deed_done, &err);
	status = close_output(status, is_deed_done, &err);
	if (err.kind)
		print_line(err.text.text);
	error_release(&err);
	return status;
}
