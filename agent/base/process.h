/*
 * What the process is to the machine around it.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

/*
 * To be called before anything else. Secrets pass through the memory: so no core is dumped, and nobody but root
 * reads it or attaches to it. New files are not for others, whatever the umask was.
 */
void process_harden(void);

#endif
