#include "audit/parked.h"

#include "formats/url_compare.h"

/* Sites whose only use is to show advertisements on domains that nobody uses. */
static const char *const parking_sites[] = { "sedoparking.com", "parkingcrew.net", "parklogic.com",
					     "bodis.com",       "cashparking.com", "skenzo.com",
					     "voodoo.com",      "smartname.com",   "domainsponsor.com" };

/* Sites that sell domains; the address tells which. */
static const char *const selling_sites[] = { "sedo.com",         "dan.com",         "afternic.com",
					     "hugedomains.com",  "undeveloped.com", "uniregistry.com",
					     "domainmarket.com", "brandbucket.com", "squadhelp.com",
					     "atom.com",         "dynadot.com",     "sav.com",
					     "godaddy.com",      "namecheap.com",   "buydomains.com",
					     "efty.com" };

/* In the address of a page that offers one. */
static const char *const offers[] = { "/forsale/",         "/for-sale/", "/buy-domain/",
				      "/domain-for-sale/", "/buynow/",   "/domain_profile.cfm?d=",
				      "?domain=",          "&domain=" };

/* What such a page says of the domain that it names. */
static const char *const sayings[] = { "domain is for sale",     "domain for sale",    "domain name is for sale",
				       "domain may be for sale", "domain is parked",   "parked domain",
				       "buy this domain",        "domain has expired", "inquire about this domain" };

/* What stands right behind the domain's name. */
static const char *const endings[] = { " is for sale", " may be for sale", " is parked", " has expired" };

/* True if the host is one of the sites or below it. None of them is a public suffix, so no list need be asked. */
static bool is_within(struct span host, const char *const *sites, size_t count)
{
	host.len -= host.len && host.bytes[host.len - 1] == '.';
	for (size_t i = 0; i < count; i++) {
		struct span site = span_of(sites[i]);

		if (host.len >= site.len && memcmp(host.bytes + host.len - site.len, site.bytes, site.len) == 0 &&
		    (host.len == site.len || host.bytes[host.len - site.len - 1] == '.'))
			return true;
	}
	return false;
}

/* True if `text` has `part` at `at`. In most places the first byte alone tells: this is asked of each page's text. */
static bool stands_at(struct span text, size_t at, struct span part)
{
	return part.len > 0 && at + part.len <= text.len && (text.bytes[at] | 0x20) == (part.bytes[0] | 0x20) &&
	       strncasecmp(text.bytes + at, part.bytes, part.len) == 0;
}

static bool contains(struct span text, struct span part)
{
	for (size_t at = 0; at + part.len <= text.len; at++)
		if (stands_at(text, at, part))
			return true;
	return false;
}

/* The site's name: "lumen" of "lumen.co.uk". */
static struct span name_of(struct span site)
{
	const char *dot = site.len ? memchr(site.bytes, '.', site.len) : NULL;

	return (struct span){ .bytes = site.bytes, .len = dot ? (size_t)(dot - site.bytes) : site.len };
}

/* A short name is part of too many words. */
static bool is_named(struct span text, const struct url *url)
{
	const struct span site = url_site(url), name = name_of(site);

	return contains(text, site) || (name.len >= 6 && contains(text, name));
}

static bool leaves_site(const struct chain *chain)
{
	uint32_t changes = 0;

	for (uint32_t i = 0; i < chain->redirects; i++)
		changes |= chain->hop[i].changes;
	return changes & 1u << CHANGE_SITE;
}

bool parked_at_market(const struct chain *chain)
{
	const struct url *last = &chain->hop[chain->redirects].url;
	struct span address = { .bytes = last->path.bytes,
				.len = (size_t)(last->href.bytes + last->href.len - last->path.bytes) };
	bool parks;

	if (!leaves_site(chain))
		return false;
	parks = is_within(last->host, parking_sites, sizeof(parking_sites) / sizeof(parking_sites[0]));
	if (!parks && !is_within(last->host, selling_sites, sizeof(selling_sites) / sizeof(selling_sites[0])))
		return false;
	if (parks || url_same_site(&chain->hop[0].url, last))
		return !url_same_site(&chain->hop[0].url, last);
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++)
		if (contains(address, span_of(offers[i])))
			return true;
	for (uint32_t i = 0; i < chain->redirects; i++)
		if (!url_same_site(&chain->hop[i].url, last) && is_named(address, &chain->hop[i].url))
			return true;
	return false;
}

static bool begins_with(struct span text, const char *words)
{
	size_t len = strlen(words);

	return text.len >= len && strncasecmp(text.bytes, words, len) == 0;
}

/* True if one of the words is there that all sayings and endings have; hardly any page has them. */
static bool may_say_so(struct span text)
{
	static const char *const words[] = { "domain", "sale", "parked", "expired" };

	for (; text.len; text.bytes++, text.len--) {
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if ((text.bytes[0] | 0x20) == words[i][0] && begins_with(text, words[i]))
				return true;
	}
	return false;
}

static bool says_so(struct span text, const struct url *page)
{
	struct span site;

	if (!may_say_so(text))
		return false;
	site = url_site(page);
	for (size_t at = 0; at + site.len <= text.len; at++) {
		struct span behind = { .bytes = text.bytes + at + site.len, .len = text.len - at - site.len };

		if (!stands_at(text, at, site))
			continue;
		for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
			if (begins_with(behind, endings[i]))
				return true;
	}
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++)
		if (contains(text, span_of(sayings[i])))
			return is_named(text, page);
	return false;
}

bool parked_says_so(const struct chain *chain, uint32_t text_bytes)
{
	const struct url *last = &chain->hop[chain->redirects].url;
	const struct page *page = &chain->page;

	return !page->cut && page->text_bytes < text_bytes &&
	       (says_so(page->title, last) || says_so(page->h1, last) || says_so(page->text, last));
}
