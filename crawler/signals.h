/* Signals: INT and TERM come through a descriptor; a closed pipe and a file that grew too large are errors of
 * write(2) instead of signals. */
#ifndef CRAWLER_SIGNALS_H
#define CRAWLER_SIGNALS_H

#include <stdbool.h>
#include <stdio.h>

/* To be called before the first thread is made: threads inherit what is blocked. Returns the descriptor, which
 * is not blocking, or -1 after a message on `errors`. */
int signals_open(FILE *errors);

/* Takes one INT or TERM that came; false if there is none. */
bool signals_take(int fd);

#endif
