/* A run of `detour reaudit` from its arguments to the last row that is read: the rows of another run are made records
 * again, and nothing is requested. In the order of the functions, behind session_init; each returns an exit code, or 0
 * to go on. */
#ifndef CRAWLER_REAUDIT_H
#define CRAWLER_REAUDIT_H

#include "crawler/session.h"

/* Finds what can be found before anything is made. */
int reaudit_check(const struct session *session);

/* Opens the run that is read, then the output. To be called while the process has one thread. */
int reaudit_open(struct session *session);

/* Reads all rows, or those before a signal or a failed output, and hands each on to `done`, which is called as
 * crawler_config says. */
int reaudit_read(struct session *session, bool (*done)(void *context, struct record *record), void *context);

#endif
