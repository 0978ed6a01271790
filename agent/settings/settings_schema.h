/*
 * Every key of postvagt.yaml: settings_schema.c is the table, and what the
 * manual says of a key comes from there.
 */
#ifndef SETTINGS_SETTINGS_SCHEMA_H
#define SETTINGS_SETTINGS_SCHEMA_H

#include "settings/schema.h"

/* Reads into struct settings (settings.h). */
extern const struct schema settings_schema;

#endif
