#!/usr/bin/env python3
"""Runs the tests and counts them: run.py [--build DIR] [--jobs N] [NAME]...

A test file is a program that prints TAP: a cmocka binary, a fuzz target's replay of its corpus, or a
Python unittest module of tests/program, which this file turns into TAP itself. Each gets a line with
its counts and its time, what a failed one printed follows, and the last line is "N passed, N failed".
NAME chooses files: test_walk, fuzz_url, test_redirects ...
"""
import argparse
import concurrent.futures
import glob
import importlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TEST_SECONDS = 60  # for one test of a Python module: what hangs is told by its name
FILE_SECONDS = 300  # for a whole file
SANITIZER_FACTOR = 4  # sanitized builds are about this much slower
SHOWN_LINES = 120  # of a failed file's output; the whole of it is kept in the build folder


class TapResult(unittest.TestResult):
    """Prints a line for each test, or for each subTest of a table."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds, self.count, self.tables = seconds, 0, set()

    def report(self, ok, test, error=None, note=""):
        self.count += 1
        name = str(test).replace("#", "").replace("\n", " ")
        print("ok" if ok else "not ok", self.count, "-", name + note, flush=True)
        if error:
            text = self._exc_info_to_string(error, test)
            print("".join(f"# {line}\n" for line in text.splitlines() if line.strip(" ^~")), end="", flush=True)

    def startTest(self, test):
        super().startTest(test)
        signal.signal(signal.SIGALRM, self.timed_out)
        signal.alarm(self.seconds)

    def stopTest(self, test):
        signal.alarm(0)
        super().stopTest(test)

    def timed_out(self, *_):
        raise TimeoutError(f"the test took more than {self.seconds} s")

    def addSuccess(self, test):
        if test.id() not in self.tables:
            self.report(True, test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.tables.add(test.id())
        self.report(err is None, subtest, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.report(False, test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report(False, test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.report(True, test, note=f" # SKIP {reason}")


def run_module(path, seconds):
    """Runs one Python module's tests in this process."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    module = importlib.import_module(os.path.splitext(os.path.basename(path))[0])
    result = TapResult(seconds)
    unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
    print(f"1..{result.count}")
    return 0 if result.wasSuccessful() else 1


class Job:
    """One test file: its command, and afterwards what came of it."""

    def __init__(self, path, command):
        self.path, self.command = path, command
        self.name = os.path.basename(path).split(".")[0]
        self.passed = self.failed = self.skipped = 0
        self.seconds, self.output, self.skips = 0.0, "", []

    def run(self, env, timeout_seconds):
        started = time.monotonic()
        end = ""
        with tempfile.TemporaryFile("w+", errors="replace") as log:
            # A session of its own, so that a file that hangs is ended with its servers.
            try:
                process = subprocess.Popen(
                    self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=env,
                    start_new_session=True)
            except OSError as error:
                self.failed, self.output = 1, f"# {error}\n"
                return self
            try:
                code = process.wait(timeout_seconds)
                if code < 0:
                    end = f"# killed by {signal.Signals(-code).name}\n"
            except subprocess.TimeoutExpired:
                code, end = 1, f"# took more than {timeout_seconds} s\n"
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
            log.seek(0)
            self.output = log.read() + end
        self.count(code)
        self.seconds = time.monotonic() - started
        return self

    def count(self, code):
        plan = None
        for line in self.output.splitlines():
            if re.match(r"(not )?ok\b.*# SKIP", line):
                self.skipped += 1
                self.skips.append(line.split("# SKIP", 1)[1].strip())
            elif line.startswith("ok"):
                self.passed += 1
            elif line.startswith("not ok"):
                self.failed += 1
            elif re.match(r"1\.\.\d+$", line):
                plan = int(line[3:])
        if self.failed == 0 and (code != 0 or plan != self.passed + self.skipped):
            self.failed = 1
            self.output += f"# exit code {code}, {self.passed + self.skipped} of {plan} tests were run\n"


def find_jobs(build, seconds):
    jobs = [Job(source, [os.path.join(build, source[:-2] + suffix)])
            for pattern, suffix in (("tests/*/test_*.c", ""), ("tests/fuzz/fuzz_*.c", ".replay"))
            for source in sorted(glob.glob(pattern))]
    # The whole-program tests take longest, so they begin first.
    modules = sorted(glob.glob("tests/program/test_*.py"))
    return [Job(path, [sys.executable, __file__, "--module", path, "--seconds", str(seconds)])
            for path in modules] + jobs


def sanitizer_of(build):
    name = os.path.basename(os.path.normpath(build))
    return name if name in ("asan", "tsan") else ""


def environment(build, jobs_dir):
    here = os.path.dirname(os.path.abspath(__file__))
    supp = os.path.join(here, "tsan.supp")
    env = dict(os.environ)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        env.pop(name, None)
        env.pop(name.upper(), None)
    env.update({
        "CMOCKA_MESSAGE_OUTPUT": "TAP",
        "DETOUR": os.path.abspath(os.path.join(build, "detour")),
        "ORIGIN": os.path.abspath(os.path.join(build, "origin")),
        "PATIENCE": str(SANITIZER_FACTOR if sanitizer_of(build) else 1),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": jobs_dir,
        "LC_ALL": "C.UTF-8",
        "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1:detect_stack_use_after_return=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "TSAN_OPTIONS": "halt_on_error=1" + (f":suppressions={supp}" if os.path.exists(supp) else ""),
    })
    return env


def show(job, log):
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "w", encoding="utf-8") as file:
        file.write(job.output)
    lines = [line for line in job.output.splitlines() if not line.startswith("ok ")]
    if len(lines) > SHOWN_LINES:
        lines = lines[:SHOWN_LINES] + [f"... {len(lines) - SHOWN_LINES} more lines in {log}"]
    print("".join(f"     {line[:2000]}\n" for line in lines), end="", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--module")
    parser.add_argument("--seconds", type=int, default=TEST_SECONDS)
    parser.add_argument("name", nargs="*")
    args = parser.parse_args()
    if args.module:
        return run_module(args.module, args.seconds)

    factor = SANITIZER_FACTOR if sanitizer_of(args.build) else 1
    jobs = find_jobs(args.build, TEST_SECONDS * factor)
    if args.name:
        jobs = [job for job in jobs if job.name in args.name]
    passed = failed = 0
    skips, remarks = [], []
    with tempfile.TemporaryDirectory(prefix="detour-test-") as folder, \
            concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        env = environment(args.build, folder)
        futures = [pool.submit(job.run, env, FILE_SECONDS * factor) for job in jobs]
        for future in concurrent.futures.as_completed(futures):
            job = future.result()
            passed, failed = passed + job.passed, failed + job.failed
            skips += [f"{job.name}: {reason}" for reason in job.skips]
            # What a test has to tell though it passes: a table of what it measured.
            remarks += [line for line in job.output.splitlines() if line.startswith("#| ") and not job.failed]
            verdict = "FAIL" if job.failed else "ok  "
            print(f"{verdict} {job.path:<44} {job.passed:5} passed {job.failed:3} failed {job.seconds:7.2f} s", flush=True)
            if job.failed:
                show(job, os.path.join(args.build, "tests", job.path.replace("/", "-") + ".log"))
    for remark in remarks if not sanitizer_of(args.build) else []:
        print(remark[3:])
    for skip in sorted(set(skips)):
        print(f"skipped: {skip}")
    if not jobs:
        print("no test file of that name", file=sys.stderr)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not jobs else 0


if __name__ == "__main__":
    sys.exit(main())
