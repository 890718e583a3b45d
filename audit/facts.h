/* What follows from a walk's answers and is no judgement yet: what each redirect changes, how long it may be cached,
 * where its marks point. Worked out once for each record, before the rules look at it. */
#ifndef AUDIT_FACTS_H
#define AUDIT_FACTS_H

#include "audit/marks.h"

/* Sets the members of the record's hops and of the record that record.h names after this function, and returns the
 * marks of each hop; NULL without hops. Depends on nothing but the record, so a second call changes nothing. Memory
 * from the record's arena. */
const struct marks *facts_derive(struct record *record);

#endif
