/*
 * What was configured: the options, and the settings and mapping files that they name.
 *
 *	struct config config = {0};
 *	failed = config_load(&config, options, &err);
 *	// ... config.settings, config.mapping
 *	config_release(&config);
 *
 * config_load() also chooses the language and the time zone of the process, and root becomes the
 * owner of the folder of reports there (run/run_as.h).
 */
#ifndef RUN_CONFIG_H
#define RUN_CONFIG_H

#include "base/message/error.h"
#include "base/message/finding.h"

struct arena;
struct mapping;
struct options;
struct settings;

struct config {
	const struct options *options; /* borrowed */
	struct arena *arena;           /* owned: of the findings, and of `wrong` */
	struct findings findings;      /* of the files */
	struct settings *settings;     /* owned; NULL: cannot be read, or may not be used */
	const struct mapping *mapping; /* in the settings' arena; NULL: cannot be read */
	const char *wrong;             /* why the run cannot start, for its line; NULL: it can */
};

/*
 * Read the files. A file that cannot be read is not an error here: `settings` or `mapping` is then NULL, and
 * `findings` say why. ERROR_OURS where root cannot become the owner of the reports; nothing is left to use then.
 */
enum error_kind config_load(struct config *config, const struct options *options,
	struct error *err);
void config_release(struct config *config);

/* Note what is wrong, for the run's line: the first error of the files, else what `err` says. */
void config_note_wrong(struct config *config, const struct error *err);

/* Make its language and time zone the process's, where another config's are. */
void config_in_force(const struct config *config);

#define CONFIG_SYSTEM_FOLDER   "/etc/postvagt"
#define CONFIG_SYSTEM_SETTINGS CONFIG_SYSTEM_FOLDER "/postvagt.yaml"

/*
 * Return the file of the settings: -c, else ./postvagt.yaml where that and the current folder are the caller's own, else
 * the system's. Print to standard error that ./postvagt.yaml is passed over.
 */
const char *config_settings_file(const struct options *options);

#endif
