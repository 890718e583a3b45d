/* The closed lists that facts of a hop and of a page are from, with the words that stand for them in the row. */
#ifndef FORMATS_FACT_LISTS_H
#define FORMATS_FACT_LISTS_H

/* What robots.txt says of a URL: X(NAME, "word", "Sentence.") */
#define ROBOTS_VERDICTS(X)                                \
	X(UNKNOWN, "", "It was not looked at.")           \
	X(ALLOWED, "allowed", "The URL may be fetched.")  \
	X(DISALLOWED, "disallowed", "A rule forbids it.") \
	X(UNREACHABLE, "unreachable", "There is no telling, which forbids it (RFC 9309 section 2.3.1.4).")

enum robots_verdict {
#define X(name, word, text) ROBOTS_##name,
	ROBOTS_VERDICTS(X)
#undef X
};

/* How it is known for how long a cache may use an answer: X(NAME, "word", "Sentence.") */
#define FRESHNESSES(X)                                                        \
	X(UNKNOWN, "", "There is no answer.")                                 \
	X(NONE, "none", "Not at all: it must be asked for each time.")        \
	X(EXPLICIT, "explicit", "Its header tells (RFC 9111 section 4.2.1).") \
	X(HEURISTIC, "heuristic", "Nothing tells; caches choose (RFC 9111 section 4.2.2).")

enum freshness {
#define X(name, word, text) FRESHNESS_##name,
	FRESHNESSES(X)
#undef X
};

/* What a redirect changes, as a set of 1 << CHANGE_...: X(NAME, "word", "Sentence.") */
#define CHANGES(X)                                                         \
	X(SCHEME, "scheme", "http becomes https, or the other way round.") \
	X(WWW, "www", "Only \"www.\" comes or goes.")                      \
	X(HOST, "host", "Another host of the same site.")                  \
	X(SITE, "site", "Another registrable domain.")                     \
	X(PORT, "port", "Another port.")                                   \
	X(SLASH, "slash", "A trailing slash comes or goes.")               \
	X(CASE, "case", "Letters of the path change case.")                \
	X(INDEX, "index", "An index file comes or goes.")                  \
	X(EXTENSION, "extension", "A file name extension comes or goes.")  \
	X(CLEANUP, "cleanup", "Slashes or percent-encodings are tidied.")  \
	X(TRACKING, "tracking", "Tracking parameters come or go.")         \
	X(LOCALE, "locale", "The path begins with a locale.")              \
	X(LOGIN, "login", "It leads to a sign-in page.")                   \
	X(CONSENT, "consent", "It leads to a consent or age check.")       \
	X(PATH, "path", "Another path.")                                   \
	X(QUERY, "query", "Another query.")

enum change {
#define X(name, word, text) CHANGE_##name,
	CHANGES(X)
#undef X
		CHANGE_COUNT
};

/* Why a temporary redirect is rightly temporary: X(NAME, "word", "Sentence.") */
#define TEMPORARY_REASONS(X)                                                              \
	X(NONE, "", "Nothing says so.")                                                   \
	X(RETRY_AFTER, "retry-after", "It has a Retry-After.")                            \
	X(MAINTENANCE, "maintenance", "The chain ends in a 503 or 429.")                  \
	X(SIGN_IN, "sign-in", "It leads to a sign-in page, or to one that asks for it.")  \
	X(TRANSACTION, "transaction", "Both sides are a cart, checkout or account.")      \
	X(SIGNED_URL, "signed-url", "One side is a signed URL, good for a while.")        \
	X(SEVERAL_TARGETS, "several-targets", "The same URL leads to several targets.")   \
	X(EXPERIMENT, "experiment", "It is an A/B test whose canonical link leads back.") \
	X(DEAD_END, "dead-end", "The chain ends in no page, so there is nothing to use.")

enum temporary_reason {
#define X(name, word, text) TEMPORARY_##name,
	TEMPORARY_REASONS(X)
#undef X
};

/* Links that say which URL of a page counts: X(NAME, "word", "Sentence.") */
#define LINK_RELS(X)                                                 \
	X(CANONICAL, "canonical", "The URL that should be indexed.") \
	X(ALTERNATE, "alternate", "The page in the language hreflang.")

enum link_rel {
#define X(name, word, text) LINK_##name,
	LINK_RELS(X)
#undef X
};

/* Where such a link stands: X(NAME, "word", "Sentence.") */
#define LINK_SOURCES(X)                             \
	X(HTML, "html", "In the head of the page.") \
	X(HEADER, "header", "In the Link header.")

enum link_source {
#define X(name, word, text) LINK_SOURCE_##name,
	LINK_SOURCES(X)
#undef X
};

#endif
