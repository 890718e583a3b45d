/* Domain names beyond ASCII go through ICU, which is what browsers use. libidn2 was measured
 * against web-platform-tests and is too strict: it refuses symbols and emoji, which are
 * registered and resolve, and hyphens where the URL Standard allows them, and has no option for
 * either. */
#include "formats/url_host.h"

#include <unicode/uidna.h>

#include "formats/url_address.h"

/* Forbidden domain code points: URL Standard, section 3.2. Delimiters among them never get here as
 * they are, but come out of "%3A" and the like, or of UTS 46. */
static const struct url_bytes forbidden = {
	{ UINT64_C(0x00000000FFFFFFFF) | URL_BYTE(' ') | URL_BYTE('#') | URL_BYTE('%') | URL_BYTE('/') | URL_BYTE(':') |
		  URL_BYTE('<') | URL_BYTE('>') | URL_BYTE('?'),
	  URL_BYTE('@') | URL_BYTE('[') | URL_BYTE('\\') | URL_BYTE(']') | URL_BYTE('^') | URL_BYTE('|') |
		  URL_BYTE(0x7F) },
};

/* Lengths and hyphens are no errors with CheckHyphens and VerifyDnsLength false: section 3.3. */
#define IDNA_ERRORS_ALLOWED                                                                        \
	(UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | \
	 UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4)

/* Replaces the domain in `text` by its A-labels: UTS 46, non-transitional. ICU decodes bytes that are
 * no UTF-8 as U+FFFD, which UTS 46 disallows. */
static enum url_error domain_to_ascii(struct url_text *text)
{
	UErrorCode status = U_ZERO_ERROR;
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	struct url_text ascii;
	enum url_error error = URL_OK;
	int32_t len;
	UIDNA *idna =
		uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);

	url_text_init(&ascii);
	len = uidna_nameToASCII_UTF8(idna, text->bytes, (int32_t)text->len, ascii.bytes, sizeof(ascii.bytes), &info,
				     &status);
	if (status == U_BUFFER_OVERFLOW_ERROR)
		text->overflow = true;
	else if (U_FAILURE(status) || (info.errors & ~(uint32_t)IDNA_ERRORS_ALLOWED) || len <= 0)
		error = URL_ERROR_HOST_IDNA;
	if (error == URL_OK && !text->overflow) {
		url_text_init(text);
		url_text_add(text, (struct span){ .bytes = ascii.bytes, .len = (size_t)len });
	}
	uidna_close(idna);
	return error;
}

/* Adds a domain or IPv4 address that is ASCII. It is put in lower case and otherwise taken as it is,
 * with "xn--" labels too: "domain to ASCII", section 3.3. */
static enum url_error add_ascii(struct url_text *text, struct span host)
{
	size_t start = text->len;

	if (host.len == 0)
		return URL_ERROR_EMPTY_HOST;
	if (url_ends_in_number(host)) {
		for (size_t i = 0; i < host.len; i++)
			if (url_bytes_have(&forbidden, host.bytes[i]))
				return URL_ERROR_HOST_CODE_POINT;
		return url_add_ipv4(text, host);
	}
	url_text_add(text, host);
	for (size_t i = start; i < text->len; i++) {
		if (url_bytes_have(&forbidden, text->bytes[i]))
			return URL_ERROR_HOST_CODE_POINT;
		text->bytes[i] = url_lower(text->bytes[i]);
	}
	return URL_OK;
}

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.bytes[i] & 0x80)
			return false;
	return true;
}

/* A host with "%" or bytes above ASCII in it. */
static enum url_error add_encoded(struct url_text *text, struct span raw)
{
	struct url_text domain;
	enum url_error error = URL_OK;

	url_text_init(&domain);
	url_text_add_decoded(&domain, raw);
	if (!domain.overflow && !is_ascii(url_text_from(&domain, 0)))
		error = domain_to_ascii(&domain);
	if (domain.overflow)
		text->overflow = true;
	else if (error == URL_OK)
		error = add_ascii(text, url_text_from(&domain, 0));
	return error;
}

enum url_error url_add_host(struct url_text *text, struct span raw)
{
	if (raw.len == 0)
		return URL_ERROR_EMPTY_HOST;
	if (raw.bytes[0] == '[') {
		if (raw.bytes[raw.len - 1] != ']')
			return URL_ERROR_IPV6;
		return url_add_ipv6(text, (struct span){ raw.bytes + 1, raw.len - 2 });
	}
	if (is_ascii(raw) && !memchr(raw.bytes, '%', raw.len))
		return add_ascii(text, raw);
	return add_encoded(text, raw);
}
