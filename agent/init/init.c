/*
 * postvagt init: looks at a directory and writes the first postvagt.yaml and routes.yaml, and which rights the
 * account needs. Changes nothing in the directory, and no file that is there.
 */
#include "cli/command.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "config/settings.h"
#include "directory/connection/connect.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "init/ask.h"
#include "init/files/first_files.h"
#include "init/proposal/look_at_lists.h"
#include "init/proposal/proposal.h"
#include "init/survey/survey.h"
#include "init/survey/survey_read.h"
#include "model/mapping.h"
#include "model/settings.h"
#include "run/config.h"

#define SYSTEM_REPORTS "/var/lib/postvagt/reports"
#define LABEL          10 /* columns of a label */
#define SECONDS        60 /* to wait for each answer of the server */

struct init {
	struct arena *arena; /* owned */
	const char *folder;
	const char *settings_path, *routes_path, *rights_path;
	struct settings *settings; /* of the connection alone */
	const struct mapping *mapping;
	struct findings findings;
	struct survey survey;
	struct proposal *proposal;
	struct first_files files;
	struct connection connection;
	struct error err;
};

/* The mapping's folder, as the settings will name it: beside them, or the system's. "": none. */
static const char *find_catalogue(struct init *init)
{
	static const char *const places[] = {
		"mappings/", "", CONFIG_SYSTEM_FOLDER "/mappings/", NULL};

	for (const char *const *place = places; *place; place++) {
		const char *path = arena_format(init->arena, "%s%s%stags.yaml",
			**place == '/' ? "" : init->folder, **place == '/' ? "" : "/", *place);

		if (access(path, R_OK) == 0)
			return *place;
	}
	return NULL;
}

/* A path of the settings' folder, from where the command is run. */
static const char *from_here(struct init *init, const char *path)
{
	return *path == '/' ? path : arena_format(init->arena, "%s/%s", init->folder, path);
}

static enum error_kind load_catalogue(struct init *init)
{
	const char *place = find_catalogue(init);
	struct first_files *files = &init->files;

	if (!place)
		return error_set(&init->err, ERROR_USAGE,
			_("%s: no tags.yaml is there, nor in mappings/; put KOMBIT's tags.yaml and "
			  "roles.yaml there, or take those that come with postvagt"),
			init->folder);
	files->tags_file = arena_format(init->arena, "%stags.yaml", place);
	files->roles_file = arena_format(init->arena, "%sroles.yaml", place);
	files->routes_file =
		*place == '/' ? "routes.yaml" : arena_format(init->arena, "%sroutes.yaml", place);
	init->routes_path = from_here(init, files->routes_file);
	init->mapping = settings_load_catalogue(init->arena, from_here(init, files->tags_file),
		from_here(init, files->roles_file), init->folder, &init->findings);
	if (init->mapping)
		return ERROR_NONE;
	return error_set(&init->err, ERROR_USAGE, "%s: %s", init->findings.items[0].where,
		init->findings.items[0].what);
}

static enum error_kind refuse_files(struct init *init)
{
	const char *paths[] = {init->settings_path, init->routes_path, init->rights_path};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (access(paths[i], F_OK) == 0)
			return error_set(&init->err, ERROR_USAGE,
				_("%s: is there already; init writes over no file"), paths[i]);
	}
	return ERROR_NONE;
}

static enum error_kind make_proposal(struct init *init)
{
	enum error_kind failed;

	init->proposal = proposal_new(init->arena, &init->survey, init->mapping);
	failed = survey_read_people(&init->connection, &init->survey,
		proposal_role_attribute(init->proposal), &init->err);
	if (failed)
		return failed;
	proposal_complete(init->proposal, init->arena, &init->survey, init->mapping);
	return look_at_lists(&init->connection, init->arena, init->proposal, &init->err);
}

static enum error_kind read_directory(struct init *init)
{
	struct settings *settings = init->settings;
	enum error_kind failed;

	settings->directory.timeout = SECONDS;
	progress_say(_("looking at the directory"));
	failed = connection_open(&init->connection, settings, &init->err);
	init->survey.arena = init->arena;
	init->survey.base = settings->directory.base;
	if (!failed && !init->survey.base)
		failed = survey_find_base(&init->connection, &init->survey, &init->err);
	if (!failed)
		failed = survey_check_base(&init->connection, &init->survey, &init->err);
	if (!failed)
		failed = survey_read(&init->connection, init->mapping, &init->survey, &init->err);
	if (!failed)
		failed = make_proposal(init);
	progress_clear();
	return failed;
}

/* A path that was given from here, as a file in the folder names it: by its bare name, or from the root. */
static const char *from_folder(struct init *init, const char *path)
{
	char folder[PATH_MAX], file[PATH_MAX];
	size_t length;

	if (!path || !realpath(path, file) || !realpath(init->folder, folder))
		return path;
	length = strlen(folder);
	if (strncmp(file, folder, length) == 0 && file[length] == '/')
		return arena_string(init->arena, file + length + 1);
	return arena_string(init->arena, file);
}

static void describe_files(struct init *init)
{
	struct directory_settings *directory = &init->settings->directory;
	char folder[PATH_MAX];
	bool is_system =
		realpath(init->folder, folder) && strcmp(folder, CONFIG_SYSTEM_FOLDER) == 0;

	directory->bind.password_file = from_folder(init, directory->bind.password_file);
	directory->bind.keytab_file = from_folder(init, directory->bind.keytab_file);
	directory->ca_file = from_folder(init, directory->ca_file);
	init->files.survey = &init->survey;
	init->files.proposal = init->proposal;
	init->files.mapping = init->mapping;
	init->files.directory = directory;
	init->files.server = init->connection.url;
	init->files.language = language_get() == LANGUAGE_DANISH ? "da" : "en";
	init->files.reports_directory = is_system ? SYSTEM_REPORTS : "reports";
}

/* Never over a file, not even over one that appeared meanwhile. */
static enum error_kind write_file(struct init *init, const char *path,
	void (*add)(struct strbuf *out, const struct first_files *files))
{
	struct strbuf text = STRBUF_INIT;

	add(&text, &init->files);
	file_create(path, &text, FILE_MODE_GROUP, &init->err);
	strbuf_release(&text);
	return init->err.kind;
}

/* What was written is held to the same checks as what anybody writes. */
static enum error_kind check_files(struct init *init)
{
	struct settings *settings = settings_load(init->settings_path, &init->findings);

	if (!settings || !settings_load_mapping(settings, &init->findings)) {
		const struct finding *finding = &init->findings.items[0];

		error_set(&init->err, ERROR_OURS, "%s: %s", finding->where, finding->what);
	}
	settings_free(settings);
	return init->err.kind;
}

static enum error_kind write_files(struct init *init)
{
	describe_files(init);
	if (write_file(init, init->settings_path, first_files_settings) ||
		write_file(init, init->routes_path, first_files_routes) ||
		write_file(init, init->rights_path, first_files_rights))
		return init->err.kind;
	return check_files(init);
}

/* A label as wide as the others, in letters rather than bytes. */
static const char *pad_label(const struct init *init, const char *label)
{
	struct strbuf text = STRBUF_INIT;
	size_t columns = 0;

	for (const char *at = label; *at; at++)
		columns += ((unsigned char)*at & 0xC0) != 0x80;
	strbuf_adds(&text, label);
	strbuf_pad(&text, columns, LABEL);
	return strbuf_to_arena(&text, init->arena);
}

static void say_attribute(const struct init *init, enum surveyed what, const char *label)
{
	const struct proposal *proposal = init->proposal;
	const char *name = pad_label(init, label);
	const struct proposed_attribute *a = &proposal->attributes[what];
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < a->name_count; i++)
		strbuf_add_item(&names, ", ", a->names[i]);
	if (a->name_count > 0)
		print_format(stdout, _("  %-10s %s, in %zu entries%s\n"), name, names.text,
			a->entries, a->more ? _(" or more") : "");
	else
		print_format(stdout, _("  %-10s no attribute was found\n"), name);
	strbuf_release(&names);
}

/* Who would be put on which list, as the routes that were written stand. */
static void say_list(const struct proposal *proposal, const struct proposed_list *list)
{
	if (!list->group)
		return;
	print_format(stdout, "    %s: ", list->group->name);
	if (list->has_joins)
		print_format(stdout, _("would join %zu, on it already %zu"), list->joins,
			list->there);
	else
		print_format(stdout, _("would join %zu at most"), proposal->holder_count);
	if (list->group->is_security)
		print_format(stdout, _("; WARNING: it is a security group"));
	print_format(stdout, "\n");
}

static void say_lists(const struct init *init)
{
	const struct proposal *proposal = init->proposal;

	print_format(stdout,
		_("  %-10s %zu of %zu tags have a mail group that is called like them\n"),
		pad_label(init, _("lists")), proposal->found_count, proposal->tag_count);
	if (proposal->answers)
		print_format(stdout,
			_("  %-10s holders of %s: %zu; each route asks for them, and with nobody away:\n"),
			pad_label(init, _("joining")), proposal->answers->id,
			proposal->holder_count);
	for (size_t i = 0; proposal->answers && i < proposal->route_count; i++) {
		if (!proposal->routes[i].ordinary.group)
			continue;
		say_list(proposal, &proposal->routes[i].ordinary);
		say_list(proposal, &proposal->routes[i].critical);
	}
}

static void say_people(const struct init *init)
{
	const struct proposal *proposal = init->proposal;

	print_format(stdout,
		_("  %-10s %zu, of them %zu with an address in proxyAddresses alone, %zu with none\n"),
		pad_label(init, _("people")), proposal->people, proposal->proxy_alone,
		proposal->without_address);
	print_format(stdout,
		_("  %-10s shared mailboxes %zu, service accounts %zu, admin accounts %zu, disabled "
		  "%zu\n"),
		pad_label(init, _("left out")), proposal->left_out[ACCOUNT_SHARED],
		proposal->left_out[ACCOUNT_SERVICE], proposal->left_out[ACCOUNT_ADMIN],
		proposal->left_out[ACCOUNT_DISABLED]);
}

static void say_result(const struct init *init)
{
	struct strbuf path = STRBUF_INIT;

	print_format(stdout, _("Looked at %s (%s), below %s: %zu accounts%s, %zu mail groups%s.\n"),
		init->connection.url, init->connection.dialect->name, init->survey.base,
		init->survey.people_count, init->survey.more_people ? _(" or more") : "",
		init->survey.group_count, init->survey.more_groups ? _(" or more") : "");
	if (init->survey.people_count == 0)
		print_format(stdout,
			_("No account of a person was found: the account may read none, or "
			  "--base is wrong.\n"));
	say_people(init);
	say_attribute(init, SURVEYED_ROLE, _("roles"));
	say_attribute(init, SURVEYED_DEPUTY, _("deputies"));
	say_attribute(init, SURVEYED_ABSENCE, _("absences"));
	say_lists(init);
	print_format(stdout,
		_("\nWritten: %s, %s and %s. Read them, put right what is not, then:\n"),
		init->settings_path, init->routes_path, init->rights_path);
	quote_shell(&path, init->settings_path);
	print_format(stdout, "  postvagt -c %s check\n  postvagt -c %s plan\n", path.text,
		path.text);
	strbuf_release(&path);
}

static void begin_init(struct init *init, const struct options *options)
{
	init->arena = arena_new();
	findings_init(&init->findings, init->arena);
	init->folder = options->argument_count > 0 ? options->arguments[0] : ".";
	init->settings_path = arena_format(init->arena, "%s/postvagt.yaml", init->folder);
	init->rights_path = arena_format(init->arena, "%s/rights.txt", init->folder);
	init->settings = arena_get(init->arena, sizeof(*init->settings));
	init->settings->arena = init->arena;
	moment_zone("Europe/Copenhagen");
}

int command_init(const struct options *options)
{
	struct init init = {.err = ERROR_INIT, .connection = CONNECTION_INIT};
	int status;

	begin_init(&init, options);
	if (!load_catalogue(&init) && !refuse_files(&init) &&
		!init_ask(options, init.settings, &init.err) && !read_directory(&init) &&
		!write_files(&init))
		say_result(&init);
	status = exit_status_of(init.err.kind);
	if (init.err.kind)
		error_print(&init.err);
	connection_close(&init.connection);
	error_release(&init.err);
	arena_free(init.arena);
	return status;
}
