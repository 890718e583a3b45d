#!/usr/bin/env python3
"""Rules of this project that no compiler checks: check.py includes|banned|text|tests|length"""
import os
import re
import subprocess
import sys

LAYERS = ("formats", "audit", "crawler")
# What each folder may include beside the system's headers.
ALLOWED = {
    "formats": ("formats",),
    "audit": ("audit", "formats"),
    "crawler": ("crawler", "formats"),
    "tests/formats": ("formats", "tests"),
    "tests/audit": ("audit", "formats", "tests"),
    "tests/crawler": ("crawler", "formats", "tests"),
}
SEES_ALL = ("crawler/main.c", "crawler/run.c")
GENERATED = {"rules.def": "audit"}  # written by the build; the folder it belongs to

# Function: what to use instead.
BANNED = {
    "strcpy": "a span or buf", "strcat": "a span or buf", "strncpy": "a span or buf", "strncat": "a span or buf",
    "sprintf": "snprintf or buf_printf", "vsprintf": "vsnprintf", "gets": "fgets", "strtok": "span functions",
    "gmtime": "gmtime_r", "localtime": "gmtime_r", "ctime": "gmtime_r and strftime", "asctime": "strftime",
    "atoi": "a parser that checks", "atol": "a parser that checks", "atoll": "a parser that checks",
    "atof": "a parser that checks", "strerror_l": "strerror", "rand": "getrandom", "alloca": "an arena",
    "system": "nothing; the program starts no other", "popen": "nothing; the program starts no other",
    "tmpnam": "mkstemp", "mktemp": "mkstemp", "usleep": "a timer", "sleep": "a timer",
}
FILE_LINES_MAX = 400
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|not implemented|\bstubs?\b", re.IGNORECASE)
# The list of the words itself.
NOT_READ = ("tests/lint/check.py",)


def files(*suffixes):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], check=True, capture_output=True, text=True)
    return sorted(f for f in set(listed.stdout.splitlines())
                  if f.endswith(suffixes) and os.path.isfile(f) and f not in NOT_READ)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def without_comments_and_strings(source):
    token = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
    return token.sub(lambda m: " " + "\n" * m[0].count("\n"), source)


def check_includes():
    """formats/ includes neither of the others; audit/ and crawler/ not each other; main.c and run.c see all."""
    for path in files(".c", ".h", ".def"):
        folders = [f for f in sorted(ALLOWED, key=len, reverse=True) if path.startswith(f + "/")]
        included = [(m[1], source_line) for source_line, line in enumerate(read(path).splitlines(), 1)
                    if (m := re.match(r'\s*#\s*include\s+"([^"]+)"', line))]
        for name, line in included:
            if name in GENERATED:
                name = f"{GENERATED[name]}/{name}"
            elif not os.path.isfile(name):
                yield f"{path}:{line}: include \"{name}\" by its path from the root"
                continue
            if folders and path not in SEES_ALL and name.split("/")[0] not in ALLOWED[folders[0]]:
                yield f"{path}:{line}: {folders[0]}/ may not include {name}"
        own = path[:-2] + ".h"
        if path.endswith(".c") and os.path.isfile(own) and included and included[0][0] != own:
            yield f"{path}:{included[0][1]}: the first include is {own}"


def check_banned():
    pattern = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
    for path in files(".c", ".h"):
        for number, line in enumerate(without_comments_and_strings(read(path)).splitlines(), 1):
            for name in pattern.findall(line):
                yield f"{path}:{number}: {name}() is banned; use {BANNED[name]}"


def check_text():
    """Sources are ASCII outside of tests; nothing is left unfinished; no blanks at a line's end."""
    for path in files(".c", ".h", ".def", ".py", ".sh", ".md", ".mk", "Makefile"):
        for number, line in enumerate(read(path).splitlines(), 1):
            if not line.isascii() and path.split("/")[0] in LAYERS + ("Makefile",):
                yield f"{path}:{number}: not ASCII"
            if UNFINISHED.search(line):
                yield f"{path}:{number}: unfinished: {line.strip()[:80]}"
            if line != line.rstrip():
                yield f"{path}:{number}: blanks at the line's end"


def check_tests():
    """A test file is named after the file it tests; part of a long one may stand behind the name."""
    for path in files(".c"):
        match = re.match(r"tests/(\w+)/test_(\w+)\.c$", path)
        if not match or match[1] not in LAYERS:
            continue
        words = match[2].split("_")
        names = ["_".join(words[:count]) for count in range(len(words), 0, -1)]
        if not any(os.path.isfile(f"{match[1]}/{name}{suffix}") for name in names for suffix in (".c", ".h")):
            yield f"{path}: there is no {match[1]}/{match[2]}.c or .h"


def check_length():
    for path in files(".c", ".h"):
        count = read(path).count("\n")
        if path.split("/")[0] in LAYERS and count > FILE_LINES_MAX:
            yield f"{path}: {count} lines; more than {FILE_LINES_MAX}: is it one thing?"


if __name__ == "__main__":
    problems = list(globals()["check_" + sys.argv[1]]())
    print("\n".join(problems), end="\n" if problems else "")
    # A long file is a question to a reviewer, not a failure.
    sys.exit(1 if problems and sys.argv[1] != "length" else 0)
