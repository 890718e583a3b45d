/* The requests of a loop: a pool of libcurl's easy handles (transfer.h) over several multi handles
 * (shard.h). A fetch is one hop: a request and its answer. All of this belongs to the loop's thread. */
#ifndef CRAWLER_FETCH_H
#define CRAWLER_FETCH_H

#include <openssl/x509.h>

#include <curl/curl.h>

#include "crawler/address.h"
#include "crawler/options.h"
#include "formats/record.h"

struct fetcher;

/* Live transfers a shard is meant for. libcurl 7.88 goes through all connections of a multi handle each
 * time one is given back for another use: with 1,000 in one handle that costs more than all else. */
#define FETCH_SHARD_TRANSFERS 128

/* Shards of a loop with few transfers: a connection is found among fewer then, and more are kept. */
#define FETCH_SHARDS_MIN 16

struct fetch_request {
	struct record *record;         /* its last hop is requested: url and method are set, the rest is filled */
	struct address address;        /* where to connect to */
	uint16_t port;                 /* of the connection; the URL's unless --connect-to says another */
	uint32_t timeout_ms;           /* for the whole request; at least 1 */
	bool keep_connection;          /* more requests for this host are waiting */
	bool robots;                   /* a robots.txt: ROBOTS_BYTES_MAX of any 2xx body are given, or an error */
	const struct url *credentials; /* send its username and password; NULL: none */
	CURLSH *cookies;               /* the walk's cookie jar; NULL: none */
	void *owner;                   /* given back in `done` */
};

struct fetcher_config {
	const struct options *options;
	const struct address_policy *policy;
	X509_STORE *store;
	int epoll;
	unsigned shards;
	unsigned shard_transfers; /* that each shard will have live; at most FETCH_SHARD_TRANSFERS */
	unsigned connections_max; /* over all shards */
	unsigned large_files_max; /* robots.txt files above 64 KiB that are read at a time; the others wait */
	/* The answer, or the error, stands in the record's last hop. Called from fetcher_process. May
	 * start another fetch. `page` is the beginning of a final HTML page, or of a robots.txt, or empty;
	 * it is valid during the call. */
	void (*done)(void *context, void *owner, struct span page, bool page_cut);
	void *context;
};

/* NULL after a message on `errors`. */
struct fetcher *fetcher_new(const struct fetcher_config *config, FILE *errors);

/* Ends what is in progress without calling done. */
void fetcher_free(struct fetcher *fetcher);

void fetch_start(struct fetcher *fetcher, const struct fetch_request *request);

/* Gives up connections that only wait for a next request: descriptors or ports have run out somewhere. */
void fetcher_shed(struct fetcher *fetcher);

/* An event of the epoll whose data has FETCH_EVENT in its upper half; pass both on. */
#define FETCH_EVENT(data) ((uint32_t)((data) >> 32) < FETCH_SHARDS_MAX)
#define FETCH_SHARDS_MAX  1024u
void fetcher_event(struct fetcher *fetcher, uint64_t data, uint32_t events);

/* Serves deadlines and hands out what is done. To be called once after each round of events. */
void fetcher_process(struct fetcher *fetcher, int64_t now_us);

/* When fetcher_process must be called, at the latest; monotonic clock, INT64_MAX: never. */
int64_t fetcher_deadline_us(const struct fetcher *fetcher);

#endif
