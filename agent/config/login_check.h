/*
 * What a table of keys cannot say of logins to servers of HTTP and mail: which keys go together,
 * which exclude one another, and that a secret goes over the network in TLS only.
 */
#ifndef CONFIG_LOGIN_CHECK_H
#define CONFIG_LOGIN_CHECK_H

#include "config/schema/schema.h"

struct feed_settings;
struct graph_settings;
struct server_settings;
struct yaml_node;

/* Check the address of a token server, for a row of the table (schema.h). */
key_check login_check_token_url;

/* Say what is wrong with the login of a feed, which was read from `node`. */
void login_check_feed(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed);

/* The same of a mail server, at the dotted path `section` below `root`. */
void login_check_server(struct schema_reader *reader, const struct yaml_node *root,
	const char *section, const struct server_settings *server);

/* The same of Microsoft Graph. */
void login_check_graph(struct schema_reader *reader, const struct yaml_node *root,
	const char *section, const struct graph_settings *graph);

#endif
