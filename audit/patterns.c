#include "audit/patterns.h"

#include <assert.h>

/* Blanks between the words; one that ends in "*" stands for all that begin so. */
static const char *const words[PATTERN_COUNT] = {
	[PATTERN_LOGIN] = "login log-in signin sign-in sso oauth oauth2 saml auth idp accounts anmelden",
	[PATTERN_CONSENT] = "consent cookie-consent age-check age-gate agegate age-verification choose-country "
			    "privacy-mgmt",
	[PATTERN_TRANSACTION] = "cart basket checkout account my-account logout signout sign-out wishlist warenkorb "
				"add-to-*",
	[PATTERN_ALIAS] = "latest current stable today download",
	[PATTERN_CAMPAIGN] = "campaign* promo* black-friday* cyber-monday* christmas* summer-sale* winter-sale*",
	[PATTERN_MAINTENANCE] = "maintenance* wartung* offline* unavailable* sorry*",
	[PATTERN_API] = "api graphql",
	[PATTERN_RETURN_PARAMETER] = "return* next redirect* continue goto dest* back* target relaystate samlrequest",
	[PATTERN_SIGNATURE_PARAMETER] = "x-amz-signature x-goog-signature signature sig expires",
	[PATTERN_EXPERIMENT_PARAMETER] = "optimizely* _vwo* vwo* ab_* abtest* experiment*",
	[PATTERN_EXPERIMENT_COOKIE] = "optimizely* _vwo* vwo* _gaexp* ab_* ab-* abtest* experiment* variant*",
};

static bool word_matches(struct span text, struct span word)
{
	if (word.bytes[word.len - 1] != '*')
		return span_equal_nocase(text, word);
	word.len--;
	return text.len >= word.len && strncasecmp(text.bytes, word.bytes, word.len) == 0;
}

static bool is_word_of(struct span text, enum pattern pattern)
{
	const char *at;

	assert(pattern < PATTERN_COUNT);
	for (at = words[pattern]; *at;) {
		size_t len = strcspn(at, " ");

		if (word_matches(text, (struct span){ .bytes = at, .len = len }))
			return true;
		at += len + (at[len] == ' ');
	}
	return false;
}

/* Cuts the next piece off `rest`, up to one of `separators`. False at the end. */
static bool next_piece(struct span *rest, const char *separators, struct span *piece)
{
	size_t len = 0;

	if (rest->len == 0)
		return false;
	while (len < rest->len && (!rest->bytes[len] || !strchr(separators, rest->bytes[len])))
		len++;
	*piece = (struct span){ .bytes = rest->bytes, .len = len };
	len += len < rest->len;
	*rest = (struct span){ .bytes = rest->bytes + len, .len = rest->len - len };
	return true;
}

static bool any_piece(struct span text, const char *separators, enum pattern pattern)
{
	struct span piece;

	while (next_piece(&text, separators, &piece))
		if (is_word_of(piece, pattern))
			return true;
	return false;
}

bool pattern_in_path(const struct url *url, enum pattern pattern)
{
	struct span rest = url->path, segment, name;

	while (next_piece(&rest, "/", &segment))
		if (next_piece(&segment, ".", &name) && is_word_of(name, pattern))
			return true;
	return false;
}

bool pattern_in_host(const struct url *url, enum pattern pattern)
{
	struct span rest = url->host, label;

	/* A single label is no name with something before it. */
	return next_piece(&rest, ".", &label) && rest.len > 0 && is_word_of(label, pattern);
}

bool pattern_in_query(const struct url *url, enum pattern pattern)
{
	struct span rest = url->query, parameter, name;

	while (next_piece(&rest, "&", &parameter))
		if (next_piece(&parameter, "=", &name) && is_word_of(name, pattern))
			return true;
	return false;
}

bool pattern_in_list(struct span list, enum pattern pattern)
{
	return any_piece(list, ", \t", pattern);
}

bool pattern_list_has(struct span list, struct span name)
{
	struct span member;

	while (next_piece(&list, ", \t", &member))
		if (span_equal_nocase(member, name))
			return true;
	return false;
}
