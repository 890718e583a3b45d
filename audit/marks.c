#include "audit/marks.h"

#include "formats/buf.h"

static const struct {
	bool strong;
	const char *text;
} marks_table[MARK_COUNT] = {
#define X(name, strong, text) [MARK_INDEX_##name] = { strong, text },
	MARKS(X)
#undef X
};

/* Whole path segments, any case. A word that ends in "*" stands for all that begin so. */
static const char *const login_words[] = { "login",  "log-in", "signin", "sign-in",  "sso", "oauth",
					   "oauth2", "saml",   "auth",   "anmelden", NULL };
static const char *const consent_words[] = { "consent", "cookie-consent",   "age-check", "age-gate",
					     "agegate", "age-verification", NULL };
static const char *const cart_words[] = { "cart",   "basket",    "checkout", "account", "my-account",
					  "logout", "warenkorb", "add-to-*", NULL };
static const char *const alias_words[] = { "latest", "current", "stable", "today", "download", NULL };
static const char *const campaign_words[] = { "campaign*",  "promo*",       "black-friday*", "cyber-monday*",
					      "christmas*", "summer-sale*", "winter-sale*",  NULL };
static const char *const maintenance_words[] = {
	"maintenance*", "wartung*", "offline*", "unavailable*", "sorry*", NULL
};

/* Names of query parameters, any case. */
static const char *const return_words[] = { "return", "return*", "next",  "redirect*", "continue",
					    "goto",   "dest*",   "back*", "target",    NULL };

/* Names of cookies that tools for experiments set. */
static const char *const experiment_words[] = { "optimizely*", "_vwo*",   "vwo*",        "_gaexp*",  "ab_*",
						"ab-*",        "abtest*", "experiment*", "variant*", NULL };

static bool word_matches(struct span text, const char *word)
{
	struct span wanted = span_of(word);

	if (wanted.bytes[wanted.len - 1] != '*')
		return span_equal_nocase(text, wanted);
	wanted.len--;
	return text.len >= wanted.len && strncasecmp(text.bytes, wanted.bytes, wanted.len) == 0;
}

static bool is_one_of(struct span text, const char *const *words)
{
	for (; *words; words++) {
		if (word_matches(text, *words))
			return true;
	}
	return false;
}

/* Cuts the next piece off `rest`, up to one of `separators`. False at the end. */
static bool next_piece(struct span *rest, const char *separators, struct span *piece)
{
	size_t len = 0;

	if (rest->len == 0)
		return false;
	while (len < rest->len && !strchr(separators, rest->bytes[len]))
		len++;
	*piece = (struct span){ .bytes = rest->bytes, .len = len };
	len += len < rest->len;
	*rest = (struct span){ .bytes = rest->bytes + len, .len = rest->len - len };
	return true;
}

static bool has_word(struct span text, const char *separators, const char *const *words)
{
	struct span piece;

	while (next_piece(&text, separators, &piece)) {
		if (is_one_of(piece, words))
			return true;
	}
	return false;
}

static bool path_has(const struct url *url, const char *const *words)
{
	return has_word(url->path, "/.", words);
}

/* Only what the target has and the source has not tells about the redirect. */
static bool target_adds(const struct hop *hop, const char *const *words)
{
	return path_has(&hop->next, words) && !path_has(&hop->url, words);
}

static bool query_has(const struct url *url, const char *const *words)
{
	struct span rest = url->query, pair, name;

	while (next_piece(&rest, "&", &pair)) {
		if (next_piece(&pair, "=", &name) && is_one_of(name, words))
			return true;
	}
	return false;
}

/* A list of tokens: Vary, names of cookies (RFC 9110 section 5.6.1). */
static bool list_has(struct span list, const char *const *words)
{
	return has_word(list, ", \t", words);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 20yy-mm, 20yy/mm, 20yy_mm or 20yymm somewhere in the path. */
static bool path_has_date(const struct url *url)
{
	const struct span path = url->path;

	for (size_t i = 0; i + 6 <= path.len; i++) {
		const char *at = path.bytes + i;
		size_t month = 4;

		if (at[0] != '2' || at[1] != '0' || !is_digit(at[2]) || !is_digit(at[3]) || (i > 0 && is_digit(at[-1])))
			continue;
		if (strchr("-/_", at[4]))
			month = 5;
		if (i + month + 2 > path.len || !is_digit(at[month]) || !is_digit(at[month + 1]))
			continue;
		int number = (at[month] - '0') * 10 + (at[month + 1] - '0');

		if (number >= 1 && number <= 12)
			return true;
	}
	return false;
}

/* "www3", "eu1": the first label of a host that is one of several. */
static bool is_node_host(struct span host)
{
	const char *dot = host.len ? memchr(host.bytes, '.', host.len) : NULL;
	size_t len = dot ? (size_t)(dot - host.bytes) : 0;
	size_t letters = 0;

	while (letters < len && !is_digit(host.bytes[letters]))
		letters++;
	if (letters == 0 || letters == len || len - letters > 3)
		return false;
	while (letters < len && is_digit(host.bytes[letters]))
		letters++;
	return letters == len;
}

static unsigned marks_of_urls(const struct hop *hop)
{
	const unsigned changes = url_changes(&hop->url, &hop->next);
	unsigned marks = 0;

	marks |= target_adds(hop, login_words) ? MARK_LOGIN : 0;
	marks |= target_adds(hop, consent_words) ? MARK_CONSENT : 0;
	marks |= target_adds(hop, cart_words) ? MARK_CART : 0;
	marks |= query_has(&hop->next, return_words) && !query_has(&hop->url, return_words) ? MARK_RETURNS : 0;
	marks |= changes & URL_CHANGE_LOCALE ? MARK_LOCALE : 0;
	marks |= path_has(&hop->url, alias_words) && !path_has(&hop->next, alias_words) ? MARK_ALIAS : 0;
	marks |= target_adds(hop, campaign_words) || (path_has_date(&hop->next) && !path_has_date(&hop->url))
			 ? MARK_DATED
			 : 0;
	marks |= is_node_host(hop->next.host) && !is_node_host(hop->url.host) && url_same_site(&hop->url, &hop->next) &&
				 !url_host_is_address(&hop->next)
			 ? MARK_NODE
			 : 0;
	return marks;
}

/* A redirect that only tidies the URL is not to blame for a target that is down. */
static unsigned marks_of_target(const struct hop *hop, const struct hop *target)
{
	const unsigned moves = URL_CHANGE_PATH | URL_CHANGE_QUERY | URL_CHANGE_HOST | URL_CHANGE_SITE;

	if (target->status != 503 || !(url_changes(&hop->url, &hop->next) & moves))
		return 0;
	return target->header[HEADER_RETRY_AFTER].len || path_has(&target->url, maintenance_words) ? MARK_MAINTENANCE
												   : MARK_UNAVAILABLE;
}

unsigned marks_of_hop(const struct chain *chain, uint32_t index)
{
	static const char *const varying[] = { "accept-language", "cookie", NULL };
	const struct hop *hop = &chain->hop[index];
	unsigned marks = 0;

	if (!status_is_redirect(hop->status) || !url_is_web(&hop->next))
		return 0;
	marks |= hop->header[HEADER_RETRY_AFTER].len ? MARK_RETRY_AFTER : 0;
	marks |= list_has(hop->header[HEADER_SET_COOKIE], experiment_words) ? MARK_EXPERIMENT : 0;
	marks |= list_has(hop->header[HEADER_VARY], varying) ? MARK_VARIES : 0;
	marks |= marks_of_urls(hop);
	if (index + 1 < chain->hop_count)
		marks |= marks_of_target(hop, &chain->hop[index + 1]);
	return marks;
}

bool marks_suffice(unsigned marks)
{
	unsigned weak = 0;

	for (unsigned i = 0; i < MARK_COUNT; i++) {
		if (!(marks & (1u << i)))
			continue;
		if (marks_table[i].strong)
			return true;
		weak++;
	}
	return weak >= 2;
}

struct span marks_text(struct arena *arena, unsigned marks)
{
	struct buf text;
	struct span copy;

	buf_init(&text, 2048);
	for (unsigned i = 0; i < MARK_COUNT; i++) {
		if (!(marks & (1u << i)))
			continue;
		if (text.len)
			buf_add_text(&text, " and ");
		buf_add_text(&text, marks_table[i].text);
	}
	copy = arena_copy(arena, buf_span(&text));
	buf_release(&text);
	return copy;
}
