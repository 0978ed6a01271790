/*
 * Which postvagt this is: told by --version, in reports, and to the servers of feeds.
 */
#ifndef BASE_SYSTEM_VERSION_H
#define BASE_SYSTEM_VERSION_H

#define POSTVAGT_VERSION "0.1.0"

#endif
