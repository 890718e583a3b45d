#include "audit/patterns.h"

#include <assert.h>
#include <pthread.h>

/* Blanks between the words; one that ends in "*" stands for all that begin so. */
static const char *const words[PATTERN_COUNT] = {
	/* English, German, French, Spanish, Portuguese, Dutch, the Nordic languages, Polish, Czech, Hungarian,
	   Romanian, Turkish, Vietnamese. */
	[PATTERN_LOGIN] = "login log-in log_in signin sign-in sign_in logon log-on signon sign-on wp-login user-login "
			  "userlogin member-login customer-login login_form loginform einloggen se-connecter "
			  "iniciar-sesion inicio-sesion inicio-de-sesion iniciar-sessao inloggen logga-in logg-inn "
			  "log-ind kirjaudu kirjautuminen logowanie zaloguj zaloguj-sie prihlaseni prihlasit "
			  "bejelentkezes autentificare giris-yap dang-nhap",
	/* From "anmelden" on: words for signing in that also mean to register, a connection, an entrance or an
	   introduction. */
	[PATTERN_AUTHORIZATION] = "sso oauth oauth2 saml saml2 auth idp accounts adfs authorize anmelden connexion "
				  "entrar accedi giris prijava vhod masuk",
	[PATTERN_MEMBERSHIP] = "logout log-out log_out logoff log-off signout sign-out sign_out signup sign-up sign_up "
			       "register registration join password password-reset reset-password forgot-password "
			       "lost-password activate",
	[PATTERN_PRIVATE] = "admin administrator wp-admin backend intern intranet dashboard profile settings "
			    "preferences member members user users my-*",
	[PATTERN_CONFIRMATION] = "thank-you thankyou thank_you thanks danke merci gracias obrigado confirmation "
				 "confirmed success complete order-complete",
	[PATTERN_CONSENT] =
		"consent collectconsent cookie-consent cookieconsent cookie-wall cookiewall cookie-gate "
		"privacy-gate privacy-mgmt gdpr-consent gdpr-gate myprivacy guce age-check agecheck age-gate "
		"agegate age-verification ageverification age-confirmation verify-age verifyage "
		"adult-warning over18 over-18 choose-country choosecountry select-country selectcountry "
		"country-selector",
	[PATTERN_TRANSACTION] = "cart basket checkout account my-account logout signout sign-out wishlist warenkorb "
				"add-to-*",
	[PATTERN_ALIAS] = "latest current stable today",
	[PATTERN_DOWNLOAD] = "download",
	[PATTERN_CAMPAIGN] = "campaign* promo* black-friday* cyber-monday* christmas* summer-sale* winter-sale*",
	[PATTERN_MAINTENANCE] = "maintenance* wartung* offline* unavailable* sorry*",
	[PATTERN_API] = "api graphql",
	[PATTERN_MANUAL] = "doc docs documentation help support faq kb knowledge-base knowledgebase wiki learn manual "
			   "manuals guide guides tutorial tutorials reference blog news article articles developer "
			   "developers community forum",
	[PATTERN_HOME] =
		"home homepage home-page home_page start startpage start-page startseite welcome main "
		"frontpage front-page landing willkommen accueil inicio portada principal pagina-inicial "
		"hjem hem etusivu kezdolap strona-glowna ana-sayfa anasayfa beranda index index_* index-* "
		"default amp m mobile www web site website english deutsch francais espanol italiano nederlands",
	[PATTERN_RETURN_PARAMETER] = "return* next redirect* continue goto dest* back* target relaystate samlrequest",
	[PATTERN_CONTENT_PARAMETER] =
		"id p page page_id pageid post post_id article article_id cat category category_id "
		"catid tag topic t thread tid pid product product_id productid prod item item_id "
		"itemid sku q query s search keyword keywords term lang language doc file "
		"name slug title path year date location city country filter",
	[PATTERN_NOISE_PARAMETER] =
		"sid session sessionid session_id phpsessid jsessionid aspsessionid* cfid cftoken "
		"_ ver version rev cb cachebuster cache nocache no_cache rnd rand random ts "
		"timestamp time ref ref_* referer referrer source src from via share shared amp aff "
		"affiliate affid partner cid campaign campaign_id cmp cmpid icid ocid spm trk "
		"tracking track token nonce m mobile print debug preview replytocom",
	[PATTERN_SIGNATURE_PARAMETER] = "x-amz-signature x-goog-signature signature sig expires",
	[PATTERN_EXPERIMENT_PARAMETER] = "optimizely* _vwo* vwo* ab_* abtest* experiment*",
	[PATTERN_EXPERIMENT_COOKIE] = "optimizely* _vwo* vwo* _gaexp* ab_* ab-* abtest* experiment* variant*",
	[PATTERN_LOCALE_COOKIE] =
		"next_locale locale lang language country country_code countrycode user_country "
		"user_lang pll_language wp-wpml_current_language _icl_current_language django_language "
		"i18n i18next i18n_redirected nf_country nf_lang geo geoip* region",
};

/* Words begin with a letter of this range, which has the small ones and "_". */
#define LETTER_FIRST '_'
#define LETTER_COUNT ('z' - LETTER_FIRST + 1)

#define WORDS_MAX 512

struct word {
	const char *bytes;
	size_t len;
	bool prefix;
	enum pattern pattern;
};

/* The same words by their first letter: a name is compared with a dozen of them instead of all. */
static struct {
	struct word word[WORDS_MAX];
	size_t begin[LETTER_COUNT + 1];
} by_letter;

static size_t add_words(size_t count, enum pattern pattern, int letter)
{
	size_t len;

	for (const char *at = words[pattern]; *at; at += len + (at[len] == ' ')) {
		len = strcspn(at, " ");
		assert(*at >= LETTER_FIRST && *at < LETTER_FIRST + LETTER_COUNT && count < WORDS_MAX);
		if (*at != letter)
			continue;
		bool prefix = at[len - 1] == '*';

		by_letter.word[count++] =
			(struct word){ .bytes = at, .len = len - prefix, .prefix = prefix, .pattern = pattern };
	}
	return count;
}

static void sort_words(void)
{
	size_t count = 0;

	for (int letter = 0; letter < LETTER_COUNT; letter++) {
		by_letter.begin[letter] = count;
		for (unsigned pattern = 0; pattern < PATTERN_COUNT; pattern++)
			count = add_words(count, (enum pattern)pattern, LETTER_FIRST + letter);
	}
	by_letter.begin[LETTER_COUNT] = count;
}

/* The first letter fits. In most cases the second one tells, without a call; 0x20 makes letters small. */
static bool is_word(struct span text, const struct word *word)
{
	if (word->prefix ? text.len < word->len : text.len != word->len)
		return false;
	return word->len < 2 || ((text.bytes[1] | 0x20) == (word->bytes[1] | 0x20) &&
				 strncasecmp(text.bytes, word->bytes, word->len) == 0);
}

/* The set of patterns that `text` is a word of. */
static unsigned set_of(struct span text)
{
	int letter = text.len ? text.bytes[0] : 0;
	unsigned set = 0;

	if (letter >= 'A' && letter <= 'Z')
		letter += 'a' - 'A';
	letter -= LETTER_FIRST;
	if (letter < 0 || letter >= LETTER_COUNT)
		return 0;
	for (size_t i = by_letter.begin[letter]; i < by_letter.begin[letter + 1]; i++)
		if (is_word(text, &by_letter.word[i]))
			set |= 1u << by_letter.word[i].pattern;
	return set;
}

static void prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, sort_words);
}

/* Cuts the next piece off `rest`, up to `separator`. False at the end. */
static bool next_piece(struct span *rest, char separator, struct span *piece)
{
	const char *end = rest->len ? memchr(rest->bytes, separator, rest->len) : NULL;
	size_t len = end ? (size_t)(end - rest->bytes) : rest->len;

	if (rest->len == 0)
		return false;
	*piece = (struct span){ .bytes = rest->bytes, .len = len };
	len += end != NULL;
	*rest = (struct span){ .bytes = rest->bytes + len, .len = rest->len - len };
	return true;
}

/* The patterns of the segments of a path, each without its extension and its parameters (RFC 3986 section 3.3). */
static unsigned set_of_segments(struct span path)
{
	struct span segment, name;
	unsigned set = 0;

	while (next_piece(&path, '/', &segment))
		if (next_piece(&segment, ';', &name) && next_piece(&name, '.', &segment))
			set |= set_of(segment);
	return set;
}

/* The patterns of the names of a query's parameters. */
static unsigned set_of_names(struct span query)
{
	struct span piece, name;
	unsigned set = 0;

	while (next_piece(&query, '&', &piece))
		if (next_piece(&piece, '=', &name))
			set |= set_of(name);
	return set;
}

struct pattern_sets patterns_of(const struct url *url)
{
	struct span rest = url->host, label;
	struct pattern_sets sets = { 0 };

	prepare();
	sets.path = set_of_segments(url->path);
	sets.query = set_of_names(url->query);
	/* A single label is no name with something before it. */
	if (next_piece(&rest, '.', &label) && rest.len > 0)
		sets.host = set_of(label);
	return sets;
}

/* Cuts the next member off a list. False at the end; members may be empty. */
static bool next_member(struct span *rest, struct span *member)
{
	size_t len = 0;

	if (rest->len == 0)
		return false;
	while (len < rest->len && rest->bytes[len] != ',' && rest->bytes[len] != ' ' && rest->bytes[len] != '\t')
		len++;
	*member = (struct span){ .bytes = rest->bytes, .len = len };
	len += len < rest->len;
	*rest = (struct span){ .bytes = rest->bytes + len, .len = rest->len - len };
	return true;
}

unsigned patterns_of_word(struct span word)
{
	prepare();
	return set_of(word);
}

unsigned patterns_of_list(struct span list)
{
	struct span member;
	unsigned set = 0;

	prepare();
	while (next_member(&list, &member))
		set |= set_of(member);
	return set;
}

bool pattern_list_has(struct span list, struct span name)
{
	struct span member;

	while (next_member(&list, &member))
		if (span_equal_nocase(member, name))
			return true;
	return false;
}
