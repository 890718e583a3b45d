#!/bin/sh
# lint.sh BUILD: every check that needs no running program but the built one. Runs them all, then
# fails if one did.
set -u
build=$1
export LC_ALL=C.UTF-8
failed=0

check() {
	name=$1
	shift
	if output=$("$@" 2>&1); then
		echo "ok   $name"
		[ -z "$output" ] || echo "$output"
	else
		echo "FAIL $name"
		echo "$output" | head -100
		failed=$((failed + 1))
	fi
}

# Files that git knows or would add.
sources() {
	git ls-files -co --exclude-standard -- "$@" | while read -r file; do [ -f "$file" ] && echo "$file"; done
}

format() {
	sources '*.c' '*.h' | xargs clang-format --dry-run -Werror
}

static_analysis() {
	sources '*.c' | xargs cppcheck -q -j "$(nproc)" --std=c11 --language=c --error-exitcode=1 --inline-suppr \
		--enable=warning,performance,portability --suppressions-list=tests/lint/cppcheck.txt -I. -I"$build" -D_GNU_SOURCE
}

shell_syntax() {
	for file in .ci/run $(sources '*.sh'); do bash -n "$file" || return 1; done
}

check 'format (clang-format)' format
check 'static analysis (cppcheck)' static_analysis
check 'shell syntax' shell_syntax
check 'include rule' python3 tests/lint/check.py includes
check 'banned functions' python3 tests/lint/check.py banned
check 'plain text' python3 tests/lint/check.py text
check 'tests of each source file' python3 tests/lint/check.py tests
check 'length of files' python3 tests/lint/check.py length
check 'generated documents' python3 tests/lint/docs.py "$build/detour"
exit $((failed > 0))
