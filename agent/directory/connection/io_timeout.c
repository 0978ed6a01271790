#include "directory/connection/io_timeout.h"

#include <errno.h>
#include <lber.h>
#include <poll.h>

/* Wait until the socket can be read or written; false, with errno, where it cannot be in time. */
static bool wait_for(Sockbuf_IO_Desc *layer, short event)
{
	const struct input_limit *incoming = layer->sbiod_pvt;
	struct pollfd socket = {.fd = -1, .events = event};
	int ready;

	ber_sockbuf_ctrl(layer->sbiod_sb, LBER_SB_OPT_GET_FD, &socket.fd);
	do {
		ready = poll(&socket, 1, *incoming->seconds * 1000);
	} while (ready < 0 && errno == EINTR);
	if (ready == 0)
		errno = ETIMEDOUT;
	return ready > 0;
}

static int layer_setup(Sockbuf_IO_Desc *layer, void *incoming)
{
	layer->sbiod_pvt = incoming;
	return 0;
}

static int layer_remove(Sockbuf_IO_Desc *layer)
{
	layer->sbiod_pvt = NULL;
	return 0;
}

static int layer_ctrl(Sockbuf_IO_Desc *layer, int option, void *argument)
{
	return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

static ber_slen_t layer_read(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t length)
{
	struct input_limit *incoming = layer->sbiod_pvt;
	ber_slen_t count;

	if (!wait_for(layer, POLLIN))
		return -1;
	count = LBER_SBIOD_READ_NEXT(layer, bytes, length);
	if (count <= 0)
		return count;
	if ((uint64_t)count > incoming->left) {
		incoming->is_spent = true;
		errno = EMSGSIZE;
		return -1;
	}
	incoming->left -= (uint64_t)count;
	return count;
}

static ber_slen_t layer_write(Sockbuf_IO_Desc *layer, void *bytes, ber_len_t length)
{
	return wait_for(layer, POLLOUT) ? LBER_SBIOD_WRITE_NEXT(layer, bytes, length) : -1;
}

static int layer_close(Sockbuf_IO_Desc *layer)
{
	(void)layer;
	return 0;
}

static Sockbuf_IO layer_functions = {
	.sbi_setup = layer_setup,
	.sbi_remove = layer_remove,
	.sbi_ctrl = layer_ctrl,
	.sbi_read = layer_read,
	.sbi_write = layer_write,
	.sbi_close = layer_close,
};

bool io_timeout_limit_messages(Sockbuf *connection)
{
	ber_len_t most = MESSAGE_BYTES_MAX;

	return ber_sockbuf_ctrl(connection, LBER_SB_OPT_SET_MAX_INCOMING, &most) == 1;
}

/* Above the socket and below TLS, which libldap adds later. */
static int on_connect(LDAP *ld, Sockbuf *connection, LDAPURLDesc *url, struct sockaddr *address,
	struct ldap_conncb *hook)
{
	(void)ld;
	(void)url;
	(void)address;
	if (!io_timeout_limit_messages(connection))
		return -1;
	return ber_sockbuf_add_io(connection, &layer_functions, LBER_SBIOD_LEVEL_PROVIDER + 1,
		hook->lc_arg);
}

static void on_close(LDAP *ld, Sockbuf *connection, struct ldap_conncb *hook)
{
	(void)ld;
	(void)connection;
	(void)hook;
}

void incoming_allow(struct input_limit *incoming, uint64_t bytes)
{
	incoming->most = incoming->left = bytes;
}

bool io_timeout_limit(LDAP *ld, struct ldap_conncb *hook, struct input_limit *incoming)
{
	*hook = (struct ldap_conncb){.lc_add = on_connect, .lc_del = on_close, .lc_arg = incoming};
	return ldap_set_option(ld, LDAP_OPT_CONNECT_CB, hook) == LDAP_OPT_SUCCESS;
}
