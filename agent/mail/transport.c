#include "mail/transport.h"

#include "config/settings.h"

bool mail_can_be_sent(const struct mail_settings *settings)
{
	return settings->server.url != NULL;
}

const char *mail_transport_name(const struct mail_settings *settings)
{
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
	if (open_server(transport, err))
		return SEND_DOWN;
	return send_mail(&transport->server, from, to, mail, seconds, err);
}

enum error_kind mail_transport_log_in(struct mail_transport *transport, struct error *err)
{
	if (open_server(transport, err))
		return err->kind;
	return smtp_log_in(&transport->server, err);
}
