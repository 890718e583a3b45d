/* Reading rows of our own back, as far as a run that is resumed needs it. Keys stand in fixed order and
 * quotes inside of strings are escaped, so a key is found by its bytes and no JSON is parsed. */
#ifndef FORMATS_ROW_READ_H
#define FORMATS_ROW_READ_H

#include "formats/part.h"
#include "formats/span.h"

/* Sets `seq` to the line number of `row`, which is given with its line end, and adds what is in the row
 * to `counts`. False, with nothing changed, if it is no row of this run with a `seq` from 1 to SEQ_MAX. */
bool row_read(struct span row, struct span run_id, uint64_t *seq, struct row_counts *counts)
	__attribute__((warn_unused_result));

#endif
