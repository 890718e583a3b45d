/* The lines of an example chain that are no HTTP: what was measured, and what robots.txt says. See example.h. */
#ifndef AUDIT_EXAMPLE_FACTS_H
#define AUDIT_EXAMPLE_FACTS_H

#include "formats/record.h"

/* True if `line` has the form "name = value", with a name in small letters: no header line looks so. */
bool example_is_fact(struct span line);

/* Sets the fact in `hop`. False if there is no such fact, or the value is none. Memory from `arena`. */
bool example_set_fact(struct arena *arena, struct hop *hop, struct span line);

#endif
