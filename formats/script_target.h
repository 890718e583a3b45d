/* Redirects by script, as far as they can be seen without running it. Pure; safe in any thread. */
#ifndef FORMATS_SCRIPT_TARGET_H
#define FORMATS_SCRIPT_TARGET_H

#include "formats/span.h"

/* Where a script sends the page as soon as it runs: the string in `location = "..."`, `location.href = "..."`,
 * `location.replace("...")` or `location.assign("...")`, with window, document, top, self, parent or globalThis before
 * it. A piece of `script`, as written; empty if there is none.
 *
 * Only statements that run whatever the visitor does and has count: those at the top, in a function that is called in
 * place, by setTimeout, at onload, or by $(), and none that comes behind `if`, `else`, `&&`, a loop, `return` or
 * `throw`. The string must be the whole target, but for `+ location.search` and `+ location.hash`. Comments and other
 * strings do not count. */
struct span script_target(struct span script);

#endif
