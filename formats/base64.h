/* Base64 (RFC 4648 section 4). Writing it is json.h's. */
#ifndef FORMATS_BASE64_H
#define FORMATS_BASE64_H

#include "formats/arena.h"

/* The bytes that `text` stands for, in memory from `arena`. False if it is no base64 with its padding. */
bool base64_decode(struct arena *arena, struct span text, struct span *bytes) __attribute__((warn_unused_result));

#endif
