/* An answer in few bytes: what the memo keeps of a hop. Everything that the server and the connection
 * decided is packed; the request (URL, method) and where Location leads are the walk's own. */
#ifndef CRAWLER_ANSWER_H
#define CRAWLER_ANSWER_H

#include "formats/record.h"

/* Bytes that answer_pack writes. `page` belongs to the answer if it was read. */
size_t answer_size_bytes(const struct hop *hop, const struct page *page);
void answer_pack(const struct hop *hop, const struct page *page, char *out);

/* Fills what was packed into `hop`, and `page` if one was read; their texts are in `arena`. */
void answer_unpack(const char *packed, size_t len, struct arena *arena, struct hop *hop, struct page *page);

#endif
