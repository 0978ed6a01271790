/*
 * What systemd is told of a service: sd_notify(3), without its wait. Where nobody reads the
 * socket, a notification is dropped, so that the caller goes on and obeys its signals.
 */
#ifndef WATCH_SERVICE_H
#define WATCH_SERVICE_H

#include <stdbool.h>

/*
 * Send lines such as READY=1 to $NOTIFY_SOCKET. False where they were dropped; what must arrive
 * is sent again later. True also where no socket is named.
 */
bool service_notify(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
