/* Every limit that keeps a hostile server or a strange list from growing the process.
 * Each says what it bounds, why this value, and what the user sees when it is met. */
#ifndef FORMATS_LIMITS_H
#define FORMATS_LIMITS_H

/* A URL, given or resolved, after serialising. RFC 9110 section 4.1 asks for 8,000 octets at least;
 * an input line above it is `invalid_input`, a Location above it `invalid_location`. */
#define URL_BYTES_MAX 8192

/* One Location line as received; the rest of a longer one is not kept and it is not followed. */
#define LOCATION_BYTES_MAX 16384

/* Any other header value that is kept; longer ones are cut. */
#define HEADER_VALUE_BYTES_MAX 1024

/* All header lines of one answer, 1xx answers included. Browsers stop at 256 KiB; libcurl at 300.
 * Above it the hop fails with `header-too-large`. */
#define HEADER_BYTES_MAX 131072

/* A body up to this size is read to its end when its connection can be used again. CPU per URL when
 * the next one uses the connection, and when it opens one: 122 us with no body, 142 with 32,000
 * bytes, 154 with 64,000 and 192 with 128,000 over TLS, against 740 us (450 where the session is
 * resumed); 48 and 46 us with 32,000 and 64,000 over plain HTTP, against 80. CPU would allow for much
 * more; traffic would not: a handshake takes 5 KB and two round trips, this size about two as well. */
#define BODY_DRAIN_BYTES_MAX 65536

/* The highest --page-bytes: so much of a final HTML page is read for the page facts. By default it is 64 KiB, which has
 * the head of nearly every page; what is not read is not known, and the row says `page_cut`. */
#define PAGE_BYTES_MAX (256 * 1024)

/* Links of one page that are kept: more canonicals than a page has by mistake, and the languages of all but a few. */
#define PAGE_LINKS_MAX 32

/* How much of a page's visible text is kept, to tell what a page says that has hardly any. */
#define PAGE_TEXT_SHOWN_BYTES_MAX 256

/* A file of rule settings; there are some 100 rules, and a line for each level and limit takes 60 bytes. A larger one
 * is refused. */
#define RULES_FILE_BYTES_MAX 65536

/* How much of a robots.txt is read: what RFC 9309 section 2.5 asks for at least, and where Google stops. */
#define ROBOTS_BYTES_MAX (500 * 1024)

/* Redirects on the way to a robots.txt: RFC 9309 section 2.3.1.2 asks for at least five, Google stops there. Behind
 * more of them it counts as unavailable, which allows everything. */
#define ROBOTS_REDIRECTS_MAX 5

/* A rule of a robots.txt in the row; longer ones are cut. */
#define ROBOTS_RULE_BYTES_MAX 256

/* What is kept of all robots.txt files together: of 350,000 origins without rules, 100,000 with thirty each, or 40 of
 * the worst. An origin that was forgotten is asked again when a walk comes back to it. */
#define ROBOTS_TABLE_BYTES_MAX (64 * 1024 * 1024)

/* The highest --max-redirects. With it, a record stays below about 2.5 MiB even if a server
 * sends the longest URL and Location each time. */
#define REDIRECTS_MAX 64

/* Addresses of one name that are tried in turn. */
#define ADDRESSES_MAX 8

/* One row with its line end. Readers of NDJSON have caps from 16 MiB up; strings of a longer row
 * are cut until it fits, and the row says `truncated`. */
#define ROW_BYTES_MAX (1024 * 1024)

#endif
