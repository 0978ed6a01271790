#include "run/config.h"

#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/strbuf.h"
#include "cli/options.h"
#include "config/settings.h"
#include "model/settings.h"
#include "run/run_as.h"

#define OWN_SETTINGS "postvagt.yaml"

/* JSON is for programs: its words stay English unless asked otherwise. */
static void choose_language(const struct options *options, const struct settings *settings)
{
	enum language language = language_of_locale();

	if (options->lang)
		language = strcmp(options->lang, "da") == 0 ? LANGUAGE_DANISH : LANGUAGE_ENGLISH;
	else if (options->json)
		language = LANGUAGE_ENGLISH;
	else if (settings && settings->has_language)
		language = settings->language;
	language_set(language);
}

/* Find out whose the settings of the current folder are: false, and `owner`, where not the caller's. */
static bool is_own(const char *file, uid_t *owner)
{
	struct stat entry, target, folder;

	if (lstat(file, &entry) != 0 || stat(file, &target) != 0 || stat(".", &folder) != 0)
		return false;
	*owner = folder.st_uid;
	if (folder.st_uid == geteuid())
		*owner = entry.st_uid;
	if (*owner == geteuid() && target.st_uid != 0)
		*owner = target.st_uid; /* the caller may well link to settings of root's */
	return *owner == geteuid();
}

static const char *find_settings_file(void)
{
	struct error err = ERROR_INIT;
	uid_t owner = geteuid();
	const struct passwd *user;

	if (access(OWN_SETTINGS, F_OK) != 0)
		return CONFIG_SYSTEM_SETTINGS;
	if (is_own(OWN_SETTINGS, &owner))
		return OWN_SETTINGS;
	user = getpwuid(owner);
	if (user)
		error_set(&err, ERROR_USAGE,
			_("./postvagt.yaml is passed over: it, or the current folder, belongs to "
			  "%s; to use it: -c ./postvagt.yaml"),
			user->pw_name);
	else
		error_set(&err, ERROR_USAGE,
			_("./postvagt.yaml is passed over: it, or the current folder, belongs to "
			  "user %lu; to use it: -c ./postvagt.yaml"),
			(unsigned long)owner);
	error_print(&err);
	error_release(&err);
	return CONFIG_SYSTEM_SETTINGS;
}

const char *config_settings_file(const struct options *options)
{
	return options->settings_file ? options->settings_file : find_settings_file();
}

static void read_files(struct config *config)
{
	config->arena = arena_new();
	findings_init(&config->findings, config->arena);
	config->settings = settings_load(config_settings_file(config->options), &config->findings);
	if (!config->settings)
		return;
	if (config->options->command &&
		(strcmp(config->options->command, "absent") == 0 ||
			strcmp(config->options->command, "back") == 0))
		settings_bind_for_absences(config->settings);
	choose_language(config->options, config->settings);
	config->mapping = settings_load_mapping(config->settings, &config->findings);
}

void config_note_wrong(struct config *config, const struct error *err)
{
	const struct findings *findings = &config->findings;

	for (size_t i = 0; i < findings->count && !err->kind; i++) {
		const struct finding *finding = &findings->items[i];

		if (finding->severity == FINDING_ERROR) {
			config->wrong = arena_format(config->arena, "%s: %s", finding->where,
				finding->what);
			return;
		}
	}
	config->wrong = arena_string(config->arena, err->text.text);
}

/* A process that may not go on as who it is writes nothing, not even a line of a run that failed. */
static void drop_files(struct config *config)
{
	settings_free(config->settings);
	config->settings = NULL;
	config->mapping = NULL;
}

enum error_kind config_load(struct config *config, const struct options *options, struct error *err)
{
	config->options = options;
	choose_language(options, NULL);
	read_files(config);
	if (config->settings && run_as_owner(options, config->settings, NULL, err))
		drop_files(config);
	return err->kind;
}

void config_in_force(const struct config *config)
{
	choose_language(config->options, config->settings);
	moment_zone(config->settings->timezone);
}

void config_release(struct config *config)
{
	settings_free(config->settings);
	arena_free(config->arena);
}
