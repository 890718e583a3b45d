/* Whether what looks like a locale is meant as one. */
#ifndef AUDIT_LOCALE_H
#define AUDIT_LOCALE_H

#include "formats/record.h"

/* True if `locale` (url_is_locale) is no word besides, or if the final page is in its language or links to a version
 * that is. "/my/" may be the Burmese pages or a customer's own: its page has to say so. */
bool locale_is_meant(struct span locale, const struct page *page);

#endif
