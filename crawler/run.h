/* The commands `audit` and `reaudit`, wired together from all three folders:
 *
 *	input -> crawler (loops) -> queue -> auditors -> output
 *	rows of another run -----------^
 *	                                        inventory -> output, once all rows are there
 */
#ifndef CRAWLER_RUN_H
#define CRAWLER_RUN_H

#include "crawler/options.h"

/* Runs the command from its arguments, which stand behind its name, to its end. Returns the exit code. */
int run_command(enum command command, int argc, char **argv);

#endif
