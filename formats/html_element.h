/* The elements of HTML that make a difference for what is told of a page. Pure; safe in any thread. */
#ifndef FORMATS_HTML_ELEMENT_H
#define FORMATS_HTML_ELEMENT_H

#include "formats/span.h"

/* What is known of an element, as a set. */
#define HTML_IN_HEAD  (1 << 0) /* may stand in the head (HTML section 13.2.6.4.4); any other begins the body */
#define HTML_RAW      (1 << 1) /* its content holds no tags */
#define HTML_IN_WORDS (1 << 2) /* does not part the words before it and behind it */

/* X(NAME, set, its name in small letters, filled up with zeros) */
#define HTML_ELEMENTS(X)                                                             \
	X(HTML, HTML_IN_HEAD, 'h', 't', 'm', 'l', 0, 0, 0, 0)                        \
	X(HEAD, HTML_IN_HEAD, 'h', 'e', 'a', 'd', 0, 0, 0, 0)                        \
	X(BODY, 0, 'b', 'o', 'd', 'y', 0, 0, 0, 0)                                   \
	X(TITLE, HTML_IN_HEAD | HTML_RAW, 't', 'i', 't', 'l', 'e', 0, 0, 0)          \
	X(BASE, HTML_IN_HEAD, 'b', 'a', 's', 'e', 0, 0, 0, 0)                        \
	X(LINK, HTML_IN_HEAD, 'l', 'i', 'n', 'k', 0, 0, 0, 0)                        \
	X(META, HTML_IN_HEAD, 'm', 'e', 't', 'a', 0, 0, 0, 0)                        \
	X(SCRIPT, HTML_IN_HEAD | HTML_RAW, 's', 'c', 'r', 'i', 'p', 't', 0, 0)       \
	X(STYLE, HTML_IN_HEAD | HTML_RAW, 's', 't', 'y', 'l', 'e', 0, 0, 0)          \
	X(NOSCRIPT, HTML_IN_HEAD | HTML_RAW, 'n', 'o', 's', 'c', 'r', 'i', 'p', 't') \
	X(TEMPLATE, HTML_IN_HEAD, 't', 'e', 'm', 'p', 'l', 'a', 't', 'e')            \
	X(NOFRAMES, HTML_IN_HEAD | HTML_RAW, 'n', 'o', 'f', 'r', 'a', 'm', 'e', 's') \
	X(BASEFONT, HTML_IN_HEAD, 'b', 'a', 's', 'e', 'f', 'o', 'n', 't')            \
	X(BGSOUND, HTML_IN_HEAD, 'b', 'g', 's', 'o', 'u', 'n', 'd', 0)               \
	X(TEXTAREA, HTML_RAW, 't', 'e', 'x', 't', 'a', 'r', 'e', 'a')                \
	X(IFRAME, HTML_RAW, 'i', 'f', 'r', 'a', 'm', 'e', 0, 0)                      \
	X(NOEMBED, HTML_RAW, 'n', 'o', 'e', 'm', 'b', 'e', 'd', 0)                   \
	X(XMP, HTML_RAW, 'x', 'm', 'p', 0, 0, 0, 0, 0)                               \
	X(SVG, 0, 's', 'v', 'g', 0, 0, 0, 0, 0)                                      \
	X(MATH, 0, 'm', 'a', 't', 'h', 0, 0, 0, 0)                                   \
	X(INPUT, 0, 'i', 'n', 'p', 'u', 't', 0, 0, 0)                                \
	X(H1, 0, 'h', '1', 0, 0, 0, 0, 0, 0)                                         \
	X(H2, 0, 'h', '2', 0, 0, 0, 0, 0, 0)                                         \
	X(H3, 0, 'h', '3', 0, 0, 0, 0, 0, 0)                                         \
	X(H4, 0, 'h', '4', 0, 0, 0, 0, 0, 0)                                         \
	X(H5, 0, 'h', '5', 0, 0, 0, 0, 0, 0)                                         \
	X(H6, 0, 'h', '6', 0, 0, 0, 0, 0, 0)                                         \
	X(A, HTML_IN_WORDS, 'a', 0, 0, 0, 0, 0, 0, 0)                                \
	X(ABBR, HTML_IN_WORDS, 'a', 'b', 'b', 'r', 0, 0, 0, 0)                       \
	X(B, HTML_IN_WORDS, 'b', 0, 0, 0, 0, 0, 0, 0)                                \
	X(BDI, HTML_IN_WORDS, 'b', 'd', 'i', 0, 0, 0, 0, 0)                          \
	X(BDO, HTML_IN_WORDS, 'b', 'd', 'o', 0, 0, 0, 0, 0)                          \
	X(BIG, HTML_IN_WORDS, 'b', 'i', 'g', 0, 0, 0, 0, 0)                          \
	X(CITE, HTML_IN_WORDS, 'c', 'i', 't', 'e', 0, 0, 0, 0)                       \
	X(CODE, HTML_IN_WORDS, 'c', 'o', 'd', 'e', 0, 0, 0, 0)                       \
	X(DEL, HTML_IN_WORDS, 'd', 'e', 'l', 0, 0, 0, 0, 0)                          \
	X(EM, HTML_IN_WORDS, 'e', 'm', 0, 0, 0, 0, 0, 0)                             \
	X(FONT, HTML_IN_WORDS, 'f', 'o', 'n', 't', 0, 0, 0, 0)                       \
	X(I, HTML_IN_WORDS, 'i', 0, 0, 0, 0, 0, 0, 0)                                \
	X(INS, HTML_IN_WORDS, 'i', 'n', 's', 0, 0, 0, 0, 0)                          \
	X(KBD, HTML_IN_WORDS, 'k', 'b', 'd', 0, 0, 0, 0, 0)                          \
	X(LABEL, HTML_IN_WORDS, 'l', 'a', 'b', 'e', 'l', 0, 0, 0)                    \
	X(MARK, HTML_IN_WORDS, 'm', 'a', 'r', 'k', 0, 0, 0, 0)                       \
	X(NOBR, HTML_IN_WORDS, 'n', 'o', 'b', 'r', 0, 0, 0, 0)                       \
	X(Q, HTML_IN_WORDS, 'q', 0, 0, 0, 0, 0, 0, 0)                                \
	X(S, HTML_IN_WORDS, 's', 0, 0, 0, 0, 0, 0, 0)                                \
	X(SMALL, HTML_IN_WORDS, 's', 'm', 'a', 'l', 'l', 0, 0, 0)                    \
	X(SPAN, HTML_IN_WORDS, 's', 'p', 'a', 'n', 0, 0, 0, 0)                       \
	X(STRIKE, HTML_IN_WORDS, 's', 't', 'r', 'i', 'k', 'e', 0, 0)                 \
	X(STRONG, HTML_IN_WORDS, 's', 't', 'r', 'o', 'n', 'g', 0, 0)                 \
	X(SUB, HTML_IN_WORDS, 's', 'u', 'b', 0, 0, 0, 0, 0)                          \
	X(SUP, HTML_IN_WORDS, 's', 'u', 'p', 0, 0, 0, 0, 0)                          \
	X(TIME, HTML_IN_WORDS, 't', 'i', 'm', 'e', 0, 0, 0, 0)                       \
	X(TT, HTML_IN_WORDS, 't', 't', 0, 0, 0, 0, 0, 0)                             \
	X(U, HTML_IN_WORDS, 'u', 0, 0, 0, 0, 0, 0, 0)                                \
	X(VAR, HTML_IN_WORDS, 'v', 'a', 'r', 0, 0, 0, 0, 0)                          \
	X(WBR, HTML_IN_WORDS, 'w', 'b', 'r', 0, 0, 0, 0, 0)

enum html_element {
	ELEMENT_OTHER,
	ELEMENT_PLAINTEXT, /* all that follows is its content */
#define X(name, set, ...) ELEMENT_##name,
	HTML_ELEMENTS(X)
#undef X
		ELEMENT_COUNT
};

/* By a tag's name, in any case. */
enum html_element html_element_of(struct span name);

/* The set of what is known of it; 0 for others. */
unsigned html_element_traits(enum html_element element);

#endif
