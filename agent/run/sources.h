/*
 * What was read: the feeds, and a snapshot of the directory.
 *
 *	struct sources sources = SOURCES_INIT;
 *	feeds_init(&sources.feeds, settings);
 *	failed = sources_read(&sources, &config, &request, at, NULL, findings, &err);
 *	// ... sources.snapshot
 *	sources_release(&sources);
 */
#ifndef RUN_SOURCES_H
#define RUN_SOURCES_H

#include <stdbool.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "directory/connection/connection.h"
#include "feed/feeds.h"
#include "run/added_state.h"
#include "run/kept_state.h"
#include "run/temporary_state.h"

struct config;
struct dir_changes;
struct findings;
struct references;
struct snapshot;

struct sources {
	struct feeds feeds;           /* owned */
	struct connection connection; /* owned */
	struct snapshot *snapshot;    /* owned; NULL: nothing was read */
	struct kept_state
		kept; /* owned: absences that earlier runs read; read before the first snapshot */
	struct added_state added;         /* owned: whom postvagt put on which list */
	struct temporary_state temporary; /* owned: deputies for one absence; of the last reading */
	bool had_to_read_all;             /* the changes alone did not do */
};

#define SOURCES_INIT                                                                               \
	{                                                                                          \
		.connection = CONNECTION_INIT, .kept = KEPT_STATE_INIT, .added = ADDED_STATE_INIT, \
		.temporary = TEMPORARY_STATE_INIT,                                                 \
	}

/* What a command asks to be read. All zero: what the plan of one moment needs. */
struct read_request {
	enum feeds_purpose feeds;
	const struct references *also; /* borrowed: whom to look up besides; NULL: nobody */
	bool everyone;                 /* all who ever could stand in */
	int days;       /* what these days from the moment on ask for; 0: the one moment */
	bool forecasts; /* for a forecast only: no lists are compared with a plan */
	bool feeds_alone; /* only people whom feeds name, and `also`: nothing is decided, and there is no plan */
};

/*
 * Read a snapshot as of `at`, from the feeds as they are. With `changes`, from the snapshot before, where these are
 * all that happened to it since; where that is not enough, and with NULL, the directory is read anew, and
 * connected to if need be. What is found in feeds' records goes to `findings`.
 */
enum error_kind sources_read(struct sources *sources, const struct config *config,
	const struct read_request *request, moment at, const struct dir_changes *changes,
	struct findings *findings, struct error *err);

/* Read also all who ever could stand in, or (`everyone` false) what the request asks for, into the snapshot. */
enum error_kind sources_read_more(struct sources *sources, const struct config *config,
	const struct read_request *request, moment at, bool everyone, struct error *err);

/* Add, where the feed is in trouble, that a forecast counts people as away by its readings, of which there are `count`. */
void sources_say_careful(const struct feed *feed, size_t count, struct findings *findings);

void sources_release(struct sources *sources);

#endif
