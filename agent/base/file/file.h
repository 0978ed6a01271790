/*
 * Whole files: read within bounds, and written so that a reader, a second writer or a crash meets one
 * complete file or the other, never a mixture.
 *
 * A file is written to a name of its own in its folder, ".postvagt-" and 16 random digits and ".new", which is
 * created for this writer alone, and then renamed. Paths are opened by base/file/path.h: no link is followed that
 * somebody else could have put there. No call waits for a pipe or a device. Every function
 * takes a path as it is printed in errors, and reports ERROR_OURS with the system's reason in errno.
 */
#ifndef BASE_FILE_FILE_H
#define BASE_FILE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/message/error.h"

struct stat;

/* Modes of what we write: for ourselves, for our group too (the auditors), for everybody. */
#define FILE_MODE_OWN     0600
#define FOLDER_MODE_OWN   0700
#define FILE_MODE_GROUP   0640
#define FILE_MODE_ALL     0644
#define FOLDER_MODE_GROUP 0750

enum file_state {
	FILE_READ,
	FILE_MISSING, /* no such file, or no such folder; no error is recorded */
	FILE_REFUSED, /* an error is recorded */
};

struct file_rules {
	size_t max;      /* bytes; a larger file is refused, unless `head` or `tail` is set */
	bool must_exist; /* refuse a missing file too */
	bool no_link;    /* refuse a link at the end of the path, even one that is trusted */
	bool owned_by_us; /* refuse a file of another user than root and ours, or that others can write */
	bool is_text; /* refuse control characters other than newline and tab, NUL among them */
	bool head;    /* read the first `max` bytes of a larger file */
	bool tail;    /* read its last `max` bytes */
	struct stat *status; /* gets the status of what was read; NULL: not asked for */
};

/*
 * Add the file's text to `out`. Only a regular file is read. On FILE_REFUSED `out` holds what it
 * held before.
 */
enum file_state file_read(struct strbuf *out, const char *path, const struct file_rules *rules,
	struct error *err);

/* The same from a descriptor that the caller opened and closes; `path` is for errors. */
enum file_state file_read_open(int fd, struct strbuf *out, const char *path,
	const struct file_rules *rules, struct error *err);

/*
 * Why the last of these calls refused a file, without its path: for a caller that prints the path itself. Valid until
 * errno changes, and not for a call with `owned_by_us`.
 */
const char *file_refusal(void);

enum file_sync {
	FILE_RENAMED, /* complete for every reader, but lost or empty after a power failure */
	FILE_SYNCED, /* its contents are on disk; its name is when the next FILE_DURABLE in the folder is */
	FILE_DURABLE, /* contents and name are on disk */
};

/*
 * Replace `path` by a file with `text`, of `mode` less the umask (which does not count where `mode` lets all others read it).
 * A path that is not a regular file is refused.
 */
enum error_kind file_write(const char *path, const struct strbuf *text, mode_t mode,
	enum file_sync sync, struct error *err);

/* The same for a file that is read with `no_link`: a link at the end of the path gives way to the file. */
enum error_kind file_replace(const char *path, const struct strbuf *text, mode_t mode,
	enum file_sync sync, struct error *err);

/*
 * Files that go onto the disk together, by one system call, and then get their names. Each is complete on disk under an
 * unfinished name before it gets its own. The names themselves are on disk after the next file_sync().
 *
 *	struct file_stage stage = FILE_STAGE_INIT;
 *	file_stage_add(&stage, path, &text, mode, &err);	// one or more
 *	file_stage_sync(&stage, &err);				// all contents are on disk
 *	file_stage_place(&stage, &err);				// in the order in which they were added
 *	file_stage_release(&stage);				// removes what was not placed
 */
struct file_stage {
	struct staged_file *items; /* owned */
	size_t count, placed, room;
};

#define FILE_STAGE_INIT       \
	{                     \
		.items = NULL \
	}

/* Write a file that will replace `path`, as file_write() does, but for its name. */
enum error_kind file_stage_add(struct file_stage *stage, const char *path,
	const struct strbuf *text, mode_t mode, struct error *err);
enum error_kind file_stage_sync(struct file_stage *stage, struct error *err);
enum error_kind file_stage_place(struct file_stage *stage, struct error *err);
void file_stage_release(struct file_stage *stage);

/* Put on disk all that was written to the file system that holds `folder`, names too (syncfs(2)). */
enum error_kind file_sync(const char *folder, struct error *err);

/* Rename an unfinished file of `folder`, to a name in the same folder. */
enum error_kind file_finish(const char *folder, const char *unfinished, const char *name,
	struct error *err);

/* As file_write(), FILE_DURABLE, but never over something: errno is EEXIST where `path` exists. */
enum error_kind file_create(const char *path, const struct strbuf *text, mode_t mode,
	struct error *err);

/*
 * Give the file at `path` another name in its folder, on disk, and never over something: errno is EEXIST where that name is
 * taken. A file that has both names already loses the first.
 */
enum error_kind file_move(const char *path, const char *name, struct error *err);

/* Append to a regular file, which is created if missing; it is on disk after file_sync(). Links are not followed. */
enum error_kind file_append(const char *path, const struct strbuf *text, mode_t mode,
	struct error *err);

/*
 * Open `path` for flock(2), created with mode 0600 if missing. Who may read a file may lock it, so a file that its
 * group or others may read is set to 0600 where it is ours. Return the descriptor or -1.
 */
int file_open_lock(const char *path, struct error *err);

/* Write all of `text` to a descriptor; `path` is for errors. */
enum error_kind file_write_all(int fd, const struct strbuf *text, const char *path,
	struct error *err);

/* Remove a file or link, if it exists. */
enum error_kind file_remove(const char *path, struct error *err);

/* Whether `name` is one that file_write() gives to a file until that is renamed. */
bool file_is_unfinished(const char *name);

/* Remove our own unfinished files from a folder, those last changed `age` seconds ago or earlier. */
void file_sweep(const char *folder, int age);

/* Create a folder of `mode`, if it does not exist. */
enum error_kind file_make_folder(const char *folder, mode_t mode, struct error *err);

#endif
