/* What every fuzz target defines; libFuzzer and replay.c call it. The build includes this header
 * into each, so that a target is one function. Returns 0; what is wrong is a crash or an abort. */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
