/*
 * The settings' file, postvagt.yaml, read into model/settings.h, and the files that it names: the mapping and the secrets. One
 * table (settings_schema.c) says which keys there are, how they are read and what they mean.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <stdbool.h>

#include "base/message/error.h"

struct agent;
struct arena;
struct findings;
struct mapping;
struct settings;
struct strbuf;

/*
 * Read the settings of `file`. Every fault is a FINDING_ERROR in `findings`
 * with file:line:column. Returns NULL if there is any (also: the file cannot be
 * read, or others can write it). Sets the process's time zone (base/text/moment.h) on success. The caller
 * frees by settings_free(), which takes NULL too.
 */
struct settings *settings_load(const char *file, struct findings *findings);
void settings_free(struct settings *settings);

/*
 * Read the three mapping files that the settings name, judged as the settings were, into the settings'
 * arena. Every fault is a FINDING_ERROR in `findings`, what is only odd (a
 * route to an unknown or retired tag) a FINDING_WARNING. Returns NULL if there
 * is any error.
 */
const struct mapping *settings_load_mapping(const struct settings *settings,
	struct findings *findings);

/*
 * Read the catalogue and the gallery alone, for who has no routes yet; else the same. In `arena`. `folder` is that of the
 * settings to come, whose owner will be the agent.
 */
const struct mapping *settings_load_catalogue(struct arena *arena, const char *tags_file,
	const char *roles_file, const char *folder, struct findings *findings);

/*
 * Read a secret: the first line of `file` without its end of line. Where one of
 * systemd's credentials ($CREDENTIALS_DIRECTORY) has the file's bare name, that
 * one is read.
 * Refused (ERROR_USAGE) where others may read the file, where a group may that
 * is neither root's nor the agent's own, where it belongs to another user than these (root
 * may use anyone's), and where it is empty. The caller
 * wipes and frees by settings_forget().
 */
enum error_kind settings_secret(const char *file, char **secret, struct error *err);
void settings_forget(char *secret);

/* The same of a secret of several lines, such as a key in PEM: the whole file. */
enum error_kind settings_secret_text(const char *file, char **secret, struct error *err);

/*
 * Where a secret lies that others read, such as a keytab: added to `path`, found and
 * refused as above, but not read.
 */
enum error_kind settings_secret_path(const char *file, struct strbuf *path, struct error *err);

/* Whether `absent` and `back` log in otherwise than the agent; and let this process do so, before it keeps any secret. */
bool settings_has_absence_bind(const struct settings *settings);
void settings_bind_for_absences(struct settings *settings);

/*
 * Keep a copy, in memory, of every secret that the settings name: for root that is about to become the agent.
 * The functions above use it where that user may not read the file.
 */
void settings_keep_secrets(const struct settings *settings, const struct agent *agent);

#endif
