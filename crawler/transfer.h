/* One easy handle of libcurl: what it is asked, what it is told while it runs, and what its answer means
 * for a hop. libcurl follows nothing and resolves nothing, and it connects to the address it is given,
 * which is checked once more as the socket is made. Belongs to the loop's thread. */
#ifndef CRAWLER_TRANSFER_H
#define CRAWLER_TRANSFER_H

#include <openssl/x509.h>

#include <curl/curl.h>

#include "crawler/fetch.h"
#include "crawler/response.h"
#include "crawler/sockets.h"
#include "crawler/tls_session.h"
#include "crawler/tls_verified.h"

struct transfer;

/* The same for all transfers of a loop; must outlive them. */
struct transfer_setup {
	const struct options *options;
	const struct address_policy *policy;
	X509_STORE *store;
	struct tls_sessions *sessions;
	struct tls_verified *verified;
	struct sockets *sockets;     /* told of those that are made and closed */
	struct curl_slist *resolve;  /* what libcurl takes for every name's address */
	struct curl_slist *odd_port; /* has it look up ports other than 80 and 443 as if they were 80 */
	/* Called in libcurl's callback: the answer is complete but for a small body, which is read to
	 * its end only to keep the connection. */
	void (*draining)(struct transfer *transfer);
	/* The same, for a body that is kept and has become larger than most: whether it may go on now. If not, it
	 * stands still until transfer_resume. */
	bool (*growing)(struct transfer *transfer);
};

enum body_mode { BODY_NONE, BODY_DRAIN, BODY_KEEP };

struct transfer {
	CURL *easy;
	const struct transfer_setup *setup;
	struct fetch_request request;
	struct response response;
	struct buf body; /* the beginning of what is kept */
	enum body_mode body_mode;
	size_t body_bytes;
	bool ended_by_us; /* libcurl was told to stop: its error is none */
	bool too_large;
	bool refused;   /* the address policy said no as the socket was made */
	bool tls_begun; /* the handshake, so there is a connection */
	int socket_errno;
	int64_t started_us;
	int64_t first_byte_us; /* monotonic; 0: nothing came */
	char error_text[CURL_ERROR_SIZE];
};

/* `private` is what CURLINFO_PRIVATE gives. */
void transfer_init(struct transfer *transfer, const struct transfer_setup *setup, void *private);
void transfer_release(struct transfer *transfer);

/* Makes the handle ready for curl_multi_add_handle. Nothing of an earlier request is left. */
void transfer_prepare(struct transfer *transfer, const struct fetch_request *request);

/* A body that `growing` has let wait goes on. */
void transfer_resume(struct transfer *transfer);

/* Puts the answer, or the error that `code` and the circumstances mean, into the record's last hop. To
 * be called before curl_multi_remove_handle. */
void transfer_store(struct transfer *transfer, CURLcode code);

/* The beginning of a final HTML page, or of a robots.txt; empty if the answer is none. */
struct span transfer_page(const struct transfer *transfer);

#endif
