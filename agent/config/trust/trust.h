/*
 * Whether a settings or mapping file may be believed: who else can write it, or a folder above it.
 *
 * A file that everybody may write is always refused. Where the agent runs as root or as a service, others than root and the
 * agent may not write it at all: no other user, and no group but root's, the owner's private one, the agent's, or
 * one in trusted_group. The same counts for each folder on the way to it, those of links as well; in a
 * folder with the sticky bit only its owner can replace a file of somebody else.
 *
 * The settings name the folder of reports, whose owner is the agent, and the trusted groups. So they are
 * opened first, by what is known without them, and judged a second time before anything that they name is opened:
 *
 *	struct trust *trust = trust_new(arena);
 *	fd = trust_open(trust, settings_file, findings);
 *	trust_know_agent(trust, &agent);
 *	good = trust_judge(trust, settings_file, findings);
 *	trust_add_group(trust, gid);
 *	fd = trust_open(trust, mapping_file, findings);
 *
 * What the settings say is not believed about who may write the settings: a group in trusted_group vouches for mapping
 * files only, and a primary group that several users have is the agent's for these only.
 */
#ifndef CONFIG_TRUST_TRUST_H
#define CONFIG_TRUST_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct agent;
struct arena;
struct findings;
struct trust;

/*
 * Whether users and groups count: as root, also one that has become another user, and as a service. A
 * service has one of systemd's variables: STATE_DIRECTORY, CREDENTIALS_DIRECTORY, or INVOCATION_ID, which terminals
 * of a desktop pass on and so counts only without a terminal on standard input.
 */
bool trust_is_strict(void);

/* Everything lives in `arena`. Until the agent is known, only what everybody may write is refused. */
struct trust *trust_new(struct arena *arena);

/* The same, as if trust_is_strict() said `is_strict`. */
struct trust *trust_new_as(struct arena *arena, bool is_strict);

void trust_know_agent(struct trust *trust, const struct agent *agent);

/* From here on a group may write what is opened. */
void trust_add_group(struct trust *trust, gid_t group);

/*
 * Open a file for reading, without waiting for a pipe. Return the descriptor, or -1 after a finding of `file`: that it cannot
 * be opened, or each reason why it is refused. Only this descriptor has been judged, not the path.
 */
int trust_open(struct trust *trust, const char *file, struct findings *findings);

/* Judge again all that has been opened, by what is known now; findings are of `file`. */
bool trust_judge(struct trust *trust, const char *file, struct findings *findings);

/* Add a warning for each file and folder opened so far that others can write but that is not refused here. */
void trust_warn(struct trust *trust, struct findings *findings);

/* Add such a warning for a folder that the agent writes to, and those above it, if it exists. */
void trust_warn_folder(struct trust *trust, const char *folder, struct findings *findings);

#endif
