/* `postvagt mailbox --probe`: a probe (probe.h), and what came of it, printed. */
#ifndef MAILBOX_PROBE_PROBE_COMMAND_H
#define MAILBOX_PROBE_PROBE_COMMAND_H

struct session;

/* Run it for a session that was started; return the exit status: 5 where the probe did not come. */
int probe_command(struct session *session);

#endif
