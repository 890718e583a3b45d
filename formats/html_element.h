/* The elements of HTML that make a difference for what is told of a page. Pure; safe in any thread. */
#ifndef FORMATS_HTML_ELEMENT_H
#define FORMATS_HTML_ELEMENT_H

/* What is known of an element, as a set. */
#define HTML_IN_HEAD  (1 << 0) /* may stand in the head (HTML section 13.2.6.4.4); any other begins the body */
#define HTML_HIDDEN   (1 << 1) /* its text is not shown */
#define HTML_IN_WORDS (1 << 2) /* does not part the words before it and behind it */

/* By the element's name in small letters; 0 for those that are in none of the sets. */
unsigned html_element_traits(const char *name);

#endif
