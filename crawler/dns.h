/* Questions to name servers, by c-ares: one name, one type, one try each. When something is asked, and
 * whether again, is up to resolve.c. Belongs to the loop's thread. */
#ifndef CRAWLER_DNS_H
#define CRAWLER_DNS_H

#include "crawler/address.h"
#include "crawler/options.h"
#include "formats/record.h"

/* How a question is asked: by datagram, the first time or the second and so on, or, if the answer does not
 * fit one, over TCP. */
enum { DNS_TRIES = 5, DNS_TCP = DNS_TRIES, DNS_WAYS };

/* The first try is given this part of --dns-timeout, and each further one twice as long as the one before.
 * Most questions are answered within milliseconds, so those that were lost on the way need not wait long; at
 * two lost in a hundred, three names in a thousand million are lost. By default all tries take 15.5 s, less
 * than --hop-timeout. */
#define DNS_FIRST_PART 4

struct dns;

/* A question that is asked; lives in the asker's own struct. */
struct dns_question {
	struct dns *dns;
	sa_family_t family; /* of the addresses wanted, AF_INET or AF_INET6 */
	unsigned way;       /* number of the try from 0, or DNS_TCP */
};

struct dns_answer {
	enum hop_error error; /* HOP_OK; one of the dns-* errors; HOP_ERROR_DNS_NODATA if there are no addresses */
	bool truncated;       /* the answer does not fit: ask over TCP */
	const char *detail;   /* the library's words for the error; static */
	size_t address_count;
	struct address address[ADDRESSES_MAX];
	int64_t ttl_s; /* of the addresses, the smallest */
};

/* Watches the descriptors that c-ares wants: `events` is a set of EPOLLIN and EPOLLOUT, 0 to forget. */
typedef void dns_watch(void *context, int fd, uint32_t events);

/* `answer` is valid during the call. */
typedef void dns_answered(void *asker, struct dns_question *question, const struct dns_answer *answer);

struct dns_config {
	const struct options *options;
	dns_watch *watch;
	void *context; /* of `watch` */
	dns_answered *answered;
	void *asker;
};

/* NULL after a message on `errors`: no usable name server, or a bad --dns-server. */
struct dns *dns_new(const struct dns_config *config, FILE *errors);
/* Nobody is answered any more. */
void dns_free(struct dns *dns);

/* Asks for `name`; the answer comes from dns_process, or at once, from inside this call. `question` has to
 * stay until then. */
void dns_ask(struct dns *dns, struct dns_question *question, const char *name);

/* Reads and writes a descriptor that was reported ready, and ends the questions whose time is over; fd -1:
 * only the latter. */
void dns_process(struct dns *dns, int fd, uint32_t events);

#endif
