#include "tests/origin/conn.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>

#define READ_BYTES 16384

static enum io tls_result(struct conn *conn, int result)
{
	switch (SSL_get_error(conn->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return IO_WAIT_READ;
	case SSL_ERROR_WANT_WRITE:
		return IO_WAIT_WRITE;
	default:
		return IO_ENDED;
	}
}

enum io conn_read(struct conn *conn)
{
	char bytes[READ_BYTES];

	if (conn->ssl) {
		ERR_clear_error();

		int got = SSL_read(conn->ssl, bytes, sizeof(bytes));

		if (got <= 0)
			return tls_result(conn, got);
		buf_add(&conn->in, bytes, (size_t)got);
		return IO_DONE;
	}

	ssize_t got = recv(conn->watch.fd, bytes, sizeof(bytes), 0);

	if (got > 0) {
		buf_add(&conn->in, bytes, (size_t)got);
		return IO_DONE;
	}
	return got < 0 && (errno == EAGAIN || errno == EINTR) ? IO_WAIT_READ : IO_ENDED;
}

enum io conn_write(struct conn *conn, const char *bytes, size_t len, size_t *sent)
{
	*sent = 0;
	if (len == 0)
		return IO_DONE;
	if (conn->ssl) {
		ERR_clear_error();

		int put = SSL_write(conn->ssl, bytes, len > 1 << 20 ? 1 << 20 : (int)len);

		if (put <= 0)
			return tls_result(conn, put);
		*sent = (size_t)put;
		return IO_DONE;
	}

	ssize_t put = send(conn->watch.fd, bytes, len, MSG_NOSIGNAL);

	if (put >= 0) {
		*sent = (size_t)put;
		return IO_DONE;
	}
	return errno == EAGAIN || errno == EINTR ? IO_WAIT_WRITE : IO_ENDED;
}

void conn_farewell(struct conn *conn, bool reset)
{
	if (reset) {
		struct linger linger = { .l_onoff = 1 };

		setsockopt(conn->watch.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
		return;
	}
	if (conn->ssl && SSL_is_init_finished(conn->ssl)) {
		ERR_clear_error();
		SSL_shutdown(conn->ssl);
	}
	shutdown(conn->watch.fd, SHUT_WR);
}
