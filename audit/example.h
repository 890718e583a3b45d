/* Example chains: a walk written down as text, one hop a line. The rules' examples are written so;
 * they are their documentation and their tests.
 *
 *	301 http://a.example/ !
 *	  Location: /b
 *	  Cache-Control: no-store
 *	POST 307 http://a.example/b
 *	tls-expired https://a.example/c
 *
 * A hop is an optional method (GET without one), a status or the name of a hop error, and the URL.
 * A "!" behind it marks a hop that the rule must blame. In a URL, [1-20] stands for 20 hops, the
 * mark then being on the last of them. Anywhere, {2000} stands for 2,000 times the letter "x".
 *
 * Lines that begin with two blanks are header lines of the hop above. A redirect without a Location
 * line leads to the next hop's URL, or round the loop once more; "  No-Location" says that there is
 * none. Facts of a hop that no header tells are lines of the form "  name = value":
 *
 *	  first_byte_ms = 1500
 *	  total_ms = 1600
 *	  body_bytes = 200000
 *	  robots = disallowed Disallow: /private
 *
 * Lines that begin with "<" are the HTML of the page at the end of the chain.
 *
 * Two kinds of line may end the text:
 *
 *	= OUTCOME [LOOP_ENTRY LOOP_LENGTH]	how the walk ended, where the last hop does not tell
 *	cookie OUTCOME STATUS URL		the second walk, with a cookie jar
 */
#ifndef AUDIT_EXAMPLE_H
#define AUDIT_EXAMPLE_H

#include "formats/limits.h"
#include "formats/record.h"

#define EXAMPLE_HOPS_MAX (REDIRECTS_MAX + 1)

struct example {
	struct record *record; /* owned */
	bool blamed[EXAMPLE_HOPS_MAX];
};

/* Parses `text`. On failure returns false with the number of the line that is no such line, from 1.
 * Release either way. The walk's limit is 20 redirects, or as many as were followed if there are
 * more or the outcome is redirect_limit. */
bool example_parse(struct example *example, const char *text, uint32_t *error_line);
void example_release(struct example *example);

#endif
