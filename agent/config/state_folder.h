/*
 * The folder of what is kept from one run to the next, and whole files in it: feeds' copies,
 * notices that wait, who has been told. Folders are 0700, files 0600.
 */
#ifndef CONFIG_STATE_FOLDER_H
#define CONFIG_STATE_FOLDER_H

#include <stdbool.h>

#include "base/file/file.h"
#include "base/message/error.h"

struct arena;
struct settings;

/* Its path, in `arena`: $STATE_DIRECTORY's first, else state/ beside the reports. */
const char *state_folder(const struct settings *settings, struct arena *arena);

/*
 * The path of NAME-REPORTS.json in it, in `arena`: several agents may share a state folder, and each has a folder of
 * reports of its own, whose last name is REPORTS.
 */
const char *state_file(const struct settings *settings, const char *name, struct arena *arena);

/* What holds `path`, in `arena`: up to its last slash, or the folder at hand. */
const char *folder_above(const char *path, struct arena *arena);

/* Replace a file, durable, or a link in its place, which is not followed (base/file/file.h). ERROR_OURS. */
enum error_kind state_write(const char *path, const struct strbuf *text, struct error *err);

/* The same for what can be found out again: after a power failure it may be lost, or empty. */
enum error_kind state_write_quickly(const char *path, const struct strbuf *text, struct error *err);

/* Create a folder, if it does not exist. ERROR_OURS. */
enum error_kind state_make_folder(const char *path, struct error *err);

/*
 * Add a file's text to `out`. Return false where it is missing, not a regular file, larger than 64 MiB, no text, or
 * not to be trusted, as others own or can write it.
 */
bool state_read(const char *path, struct strbuf *out);

/* The same, for a caller that tells a missing file from one that is refused: ERROR_OURS says why. */
enum file_state state_load(const char *path, struct strbuf *out, struct error *err);

/*
 * Wait for a lock on `path`, or, with `wait` false, take it only if it is free. Return the descriptor, whose closing frees
 * it, or -1: with an error, or without one where another process holds it.
 */
int state_lock(const char *path, bool wait, struct error *err);

#endif
