/* What robots.txt allows. A walk asks the loop that keeps its origin's robots.txt before it asks for the URL. The
 * first to ask has it fetched by a walk of its own, which goes the way of all walks (walker.c, visit.c), over other
 * hosts and loops where it is redirected, and comes back here instead of going on to the auditors. */
#include "crawler/loop.h"

#include <assert.h>

static struct span origin_of(const struct url *url)
{
	return (struct span){ .bytes = url->href.bytes, .len = (size_t)(url->path.bytes - url->href.bytes) };
}

static XXH128_hash_t key_of(const struct url *url)
{
	struct span origin = origin_of(url);

	return XXH3_128bits(origin.bytes, origin.len);
}

/* The loop that keeps the robots.txt for `url`: the host's, and one of all where hosts have none. */
static unsigned keeper_of(const struct crawl *crawl, const struct url *url)
{
	return crawl->spread_hosts ? (unsigned)(key_of(url).high64 % crawl->loops) : crawl_owner(crawl, url);
}

/* False if the hop must not be asked for; its error is set. */
static bool judge(struct walk *walk, const struct robots_entry *entry)
{
	struct arena *arena = &walk->record->arena;
	struct hop *hop = walk_last_hop(walk);

	robots_entry_judge(entry, arena, hop);
	if (hop->robots == ROBOTS_ALLOWED || walk->loop->crawl->options->robots != ROBOTS_OBEY)
		return true;
	if (hop->robots == ROBOTS_DISALLOWED) {
		hop->error = HOP_ERROR_ROBOTS_DISALLOWED;
		return false;
	}
	hop->error = robots_entry_error(entry);
	hop->error_detail = robots_entry_detail(entry, arena);
	return false;
}

/* Lets those go on who waited for the origin of `url`. */
static void tell(struct loop *loop, struct robots_entry *entry, const struct url *url,
		 const struct robots_answer *answer)
{
	struct robots_wait *wait = robots_table_keep(loop->robots, entry, answer), *next;

	for (; wait; wait = next) {
		struct walk *walk = walk_of_robots_wait(wait);

		next = wait->next;
		walk_enqueue(walk, judge(walk, entry) ? WALK_ASK : WALK_GO_ON);
	}
	walker_serve_host(loop, host_get(loop->hosts, url->host));
}

static struct span robots_url(struct arena *arena, struct span origin)
{
	static const char path[] = "/robots.txt";
	char *text = arena_alloc(arena, origin.len + sizeof(path));

	memcpy(text, origin.bytes, origin.len);
	memcpy(text + origin.len, path, sizeof(path));
	return (struct span){ .bytes = text, .len = origin.len + sizeof(path) - 1 };
}

static void fetch(struct loop *loop, struct robots_entry *entry, const struct url *url)
{
	struct walk *walk = memory_alloc(sizeof(*walk));
	struct record *record = record_new();

	*walk = (struct walk){ .record = record, .robots_entry = entry };
	record->method = METHOD_GET;
	if (url_parse(&record->arena, robots_url(&record->arena, origin_of(url)), NULL, &record->url) != URL_OK) {
		/* The host is nearly as long as a URL may be: no name, and no name server knows it. */
		const struct robots_answer answer = { .source = ROBOTS_FILE_UNREACHABLE,
						      .rules = robots_new(ROBOTS_FILE_UNREACHABLE, SPAN(""), SPAN("")),
						      .error = HOP_ERROR_DNS_BAD_NAME };

		ending_free(walk);
		tell(loop, entry, url, &answer);
		return;
	}
	counter_add(&loop->counters.robots_fetched, 1);
	walker_begin(loop, walk);
}

bool permission_ask(struct walk *walk)
{
	struct loop *loop = walk->loop;
	const struct hop *hop = walk_last_hop(walk);
	struct robots_entry *entry;
	unsigned keeper;

	if (!loop->robots || walk->robots_entry || hop->robots != ROBOTS_UNKNOWN)
		return true;
	keeper = keeper_of(loop->crawl, &hop->url);
	if (keeper != loop->index) {
		walker_hand_over(walk, keeper, WALK_ASK);
		return false;
	}
	switch (robots_table_look_up(loop->robots, key_of(&hop->url), &walk->robots_wait, &entry)) {
	case ROBOTS_KNOWN:
		if (judge(walk, entry))
			return true;
		walk_enqueue(walk, WALK_GO_ON);
		break;
	case ROBOTS_ASK:
		fetch(loop, entry, &hop->url);
		break;
	case ROBOTS_WAIT:
		break;
	}
	return false;
}

bool permission_is_awaited(const struct loop *loop, const struct url *url)
{
	return loop->robots && robots_table_is_asking(loop->robots, key_of(url));
}

static struct span token_of(const struct loop *loop)
{
	return robots_token(span_of(loop->crawl->options->user_agent));
}

void permission_read(struct walk *walk, struct span file)
{
	assert(!walk->robots);
	walk->robots = robots_new(ROBOTS_FILE_FOUND, file, token_of(walk->loop));
}

/* A file that broke off is none: what forbids may have been behind (Google's robots.txt documentation, "Failed
 * requests or incomplete data"). */
static enum robots_source source_of(const struct hop *last)
{
	if (last->error != HOP_OK && !status_is_redirect(last->status))
		return ROBOTS_FILE_UNREACHABLE;
	return robots_source_of(last->status);
}

static bool got_connection(const struct hop *hop)
{
	enum outcome outcome = hop->error == HOP_OK ? OUTCOME_OK : hop_error_outcome(hop->error);

	return hop->status || outcome == OUTCOME_PROTOCOL_ERROR || hop->error == HOP_ERROR_RESPONSE_TIMEOUT;
}

void permission_tell(struct walk *walk)
{
	struct loop *loop = walk->loop;
	struct record *record = walk->record;
	const struct hop *first = &record->chain.hop[0], *last = walk_last_hop(walk);
	unsigned keeper = keeper_of(loop->crawl, &record->url);
	struct robots_answer answer = { .source = source_of(last),
					.status = last->status,
					.error = last->error,
					.origin_is_reachable = got_connection(first) };

	if (keeper != loop->index) {
		walker_hand_over(walk, keeper, WALK_TELL);
		return;
	}
	if (answer.source == ROBOTS_FILE_FOUND && walk->robots) {
		answer.rules = walk->robots;
		walk->robots = NULL;
	} else {
		answer.rules = robots_new(answer.source, SPAN(""), token_of(loop));
	}
	tell(loop, walk->robots_entry, &record->url, &answer);
	walker_leave_loop(walk);
	ending_free(walk);
}
