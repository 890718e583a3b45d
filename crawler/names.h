/* The names that a resolver knows or asks for, by text. */
#ifndef CRAWLER_NAMES_H
#define CRAWLER_NAMES_H

#include "crawler/address.h"
#include "crawler/dns.h"
#include "crawler/index.h"

struct resolve_wait;

enum name_state {
	NAME_QUEUED, /* to be asked for */
	NAME_OPEN,   /* asked for just now: counts in the window */
	NAME_LATE,   /* asked for a while ago */
	NAME_KNOWN,  /* answered, or given up */
};

struct name {
	struct name *older, *newer; /* among all names, by when they were added */
	struct dns_question question;
	struct name *prev, *next;  /* in the queue or among the open ones */
	struct resolve_wait *wait; /* who waits for it; NULL when it is known */
	enum name_state state;
	unsigned part;     /* resolve.h's; which of the name's addresses */
	unsigned tries;    /* questions that were not answered */
	unsigned refusals; /* answers by which a server said that it cannot tell */
	bool tcp;          /* the answer does not fit a datagram */
	uint64_t number;   /* of the question, counting first tries */
	int64_t asked_us;
	int64_t expires_us;
	/* When it is known: */
	enum hop_error error;
	const char *detail;
	size_t address_count;
	struct address *address;
	uint32_t hash;
	size_t len;
	char text[]; /* with a NUL behind it */
};

struct names {
	struct index by_text;
	struct name *oldest; /* a utlist of all */
	size_t max;          /* known ones beyond it make room, the oldest first */
};

void names_release(struct names *names);

/* NULL if it is not there. */
struct name *names_find(const struct names *names, struct span text);

/* `text` is not there yet. All but the text is zero. */
struct name *names_add(struct names *names, struct span text);

/* It is in no list. */
void names_remove(struct names *names, struct name *name);

/* Removes the known ones that `drop` says. */
void names_sweep(struct names *names, bool (*drop)(const struct name *name));

#endif
