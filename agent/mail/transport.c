#include "mail/transport.h"

#include "base/text/strbuf.h"
#include "mail/graph_send.h"
#include "model/settings.h"
#include "net/token_request.h"

bool mail_can_be_sent(const struct mail_settings *settings)
{
	return settings->server.url != NULL || settings->graph.user != NULL;
}

const char *mail_transport_name(const struct mail_settings *settings)
{
	if (settings->graph.user)
		return settings->graph.url;
	return settings->server.url ? settings->server.url : "";
}

void mail_transport_init(struct mail_transport *transport, const struct mail_settings *settings)
{
	*transport = (struct mail_transport){.settings = settings};
}

static void close_server(struct mail_transport *transport)
{
	server_release(&transport->server);
	transport->is_open = false;
}

void mail_transport_release(struct mail_transport *transport)
{
	if (transport->is_open)
		close_server(transport);
}

static enum error_kind open_server(struct mail_transport *transport, struct error *err)
{
	if (transport->is_open)
		return ERROR_NONE;
	transport->is_open = true;
	if (server_init(&transport->server, &transport->settings->server, err))
		close_server(transport);
	return err->kind;
}

enum send_result mail_send(struct mail_transport *transport, const char *from, const char *to,
	const struct strbuf *mail, int seconds, struct error *err)
{
	if (transport->settings->graph.user)
		return graph_send_mail(&transport->settings->graph, mail, seconds, err);
	if (open_server(transport, err))
		return SEND_DOWN;
	return send_mail(&transport->server, from, to, mail, seconds, err);
}

/* A token is all that can be had without sending: no call of Graph tells whether Mail.Send is there. */
static enum error_kind get_token(const struct graph_settings *graph, struct error *err)
{
	struct strbuf token = STRBUF_INIT;
	struct error why = ERROR_INIT;
	unsigned serial;

	if (token_request_wait(&graph->http.oauth, &token, &serial, &why))
		error_set(err, why.kind, "%s: %s", graph->url, why.text.text);
	strbuf_wipe(&token);
	error_release(&why);
	return err->kind;
}

enum error_kind mail_transport_log_in(struct mail_transport *transport, struct error *err)
{
	if (transport->settings->graph.user)
		return get_token(&transport->settings->graph, err);
	if (open_server(transport, err))
		return err->kind;
	return smtp_log_in(&transport->server, err);
}
