/*
 * Every key of postvagt.yaml: settings_schema.c is the table, and what the
 * manual says of a key comes from there.
 */
#ifndef CONFIG_SETTINGS_SCHEMA_H
#define CONFIG_SETTINGS_SCHEMA_H

#include "config/schema/schema.h"

/* Reads into struct settings (model/settings.h). */
extern const struct schema settings_schema;

#endif
