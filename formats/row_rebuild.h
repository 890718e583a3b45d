/* What a row tells without saying it: the parts of its URLs, and facts that follow from others. */
#ifndef FORMATS_ROW_REBUILD_H
#define FORMATS_ROW_REBUILD_H

#include "formats/record.h"

/* Completes a record that has what stands in its row. False if it is no record of a walk: a URL is none, or numbers
 * do not fit together. Memory from its arena. */
bool row_rebuild(struct record *record) __attribute__((warn_unused_result));

#endif
