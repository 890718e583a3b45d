#!/usr/bin/env python3
"""Keeps generated text in documents equal to what the program says: docs.py [--write] DETOUR

A document holds the text between two comments, and the first names the command that prints it:

    <!-- begin: detour rules --markdown -->
    <!-- end -->

Without --write it tells which part differs and fails.
"""
import difflib
import os
import re
import subprocess
import sys

DOCUMENTS = ("README.md", "audit/RULES.md")
PART = re.compile(r"(<!-- begin: detour (.*?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def printed(detour, arguments):
    result = subprocess.run([detour, *arguments.split()], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"docs: `detour {arguments}` exited with {result.returncode}: {result.stderr.strip()}")
    return result.stdout


def main():
    write = "--write" in sys.argv
    detour = os.path.abspath(sys.argv[-1])
    differs = False
    for path in DOCUMENTS:
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            old = file.read()
        new = PART.sub(lambda part: part[1] + printed(detour, part[2]) + part[4], old)
        if new == old:
            continue
        if write:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
            print(f"docs: {path} written")
        else:
            differs = True
            print("".join(difflib.unified_diff(old.splitlines(True), new.splitlines(True), path, "make docs")), end="")
    sys.exit(1 if differs else 0)


if __name__ == "__main__":
    main()
