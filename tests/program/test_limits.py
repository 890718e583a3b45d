"""Limits of the machine: they make the program slower, never wrong, and no site is blamed for them."""
import collections
import ctypes
import errno
import os
import platform
import re
import resource
import signal
import struct
import subprocess

from harness import DETOUR, OriginTest, detour, one_table

# System calls by machine: those with which a thread gets a descriptor table of its own.
UNSHARE = {"x86_64": 272, "aarch64": 97}.get(platform.machine())
CLOSE_RANGE = 436  # on every machine

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 0x7fff0000, 0x00050000
BPF_LOAD, BPF_JUMP_EQUAL, BPF_RETURN = 0x20, 0x15, 0x06


def refuse(*calls):
    """For preexec_fn: these system calls fail with EPERM, as in many containers."""
    filters = [struct.pack("HBBI", BPF_LOAD, 0, 0, 0)]
    for call in calls:
        filters += [struct.pack("HBBI", BPF_JUMP_EQUAL, 0, 1, call),
                    struct.pack("HBBI", BPF_RETURN, 0, 0, SECCOMP_RET_ERRNO | errno.EPERM)]
    filters.append(struct.pack("HBBI", BPF_RETURN, 0, 0, SECCOMP_RET_ALLOW))
    code = ctypes.create_string_buffer(b"".join(filters))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(filters), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0):
        raise OSError(ctypes.get_errno(), "no filter for system calls")


def limit_descriptors(count):
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


class Limits(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
prefix http://*/ 200 text "x"
prefix http://*/moved/ 302 /{rest}
prefix http://*/slow/ 200 text "x" delay 100ms
"""

    def check_all_ok(self, run, count):
        self.assertEqual(run.code, 0, run)
        outcomes = collections.Counter((row["outcome"], row["error"]) for row in run.rows)
        self.assertEqual(outcomes, {("ok", ""): count}, run)
        self.assertEqual([row["seq"] for row in run.rows], list(range(1, count + 1)))

    def walk_many(self, count, limit, refused=(), options=()):
        """More slow walks at once than there are descriptors for in one table."""
        def before():
            limit_descriptors(limit)
            if refused:
                refuse(*refused)
        lines = [f"http://n{n % 97}.example/slow/{n}" for n in range(count)]
        run = self.walk(lines, "--per-ip", "10000", *options, preexec_fn=before)
        self.check_all_ok(run, count)
        return run

    @one_table
    def test_tables_of_their_own(self):
        """Where one table is too small, each loop has one, and there are as many loops as it takes."""
        run = self.walk_many(1000, 256, options=["-c", "500"])
        self.assertNotIn("descriptors", run.stderr)

    @one_table
    def test_unshare_refused(self):
        """There is another way to a table of one's own."""
        run = self.walk_many(1000, 256, [UNSHARE], options=["-c", "500"])
        self.assertNotIn("descriptors", run.stderr)

    def test_one_table(self):
        """Where the kernel gives no more than one table, fewer walks are in flight, and the user is told."""
        run = self.walk_many(1000, 256, [UNSHARE, CLOSE_RANGE], options=["-c", "500"])
        self.assertRegex(run.stderr, r"limit of 256 descriptors allows \d\d walks in flight, as no loop can have")

    @one_table
    def test_few_descriptors(self):
        """A concurrency far beyond them."""
        run = self.walk_many(2000, 200, options=["-c", "2000", "--loops", "2"])
        self.assertRegex(run.stderr, r"limit of 200 descriptors allows \d+ walks in flight\n")

    def test_temporary_file(self):
        """The list is kept where --temp-dir says, without a name, so that nothing is left however the process ends."""
        lines = [f"http://n{n % 97}.example/slow/{n}" for n in range(1000)]
        for number in (signal.SIGKILL, signal.SIGTERM, None):
            with self.subTest(number):
                temporary = self.new_path("temporary")
                os.mkdir(temporary)
                command = [DETOUR, "audit", self.write(lines), "-o", "-", "--temp-dir", temporary, "-q",
                           *self.origin.options()]
                with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                    process.stdout.readline()
                    folder = f"/proc/{process.pid}/fd"
                    files = [os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)]
                    self.assertEqual(len([file for file in files if file.startswith(temporary + "/")]), 1, files)
                    self.assertEqual(os.listdir(temporary), [])
                    if number:
                        process.send_signal(number)
                    process.communicate()
                self.assertEqual(os.listdir(temporary), [])

    def test_temporary_file_default(self):
        """It is in the output directory, or in TMPDIR when there is none; its size is told."""
        run = self.walk(["http://n.example/" + "x" * 1000] * 3000)
        self.check_all_ok(run, 3000)
        size = run.manifest["counts"]["temporary_bytes"]
        self.assertGreater(size, 3000 * 1000)
        self.assertLess(size, 3000 * 1100)
        self.assertRegex(run.stderr, r"temporary file: 3\.0 MiB\n")
        command = ["audit", self.write(["http://n.example/"]), *self.origin.options()]
        run = detour(*command, "-o", "-", env={**os.environ, "TMPDIR": "/nowhere"})
        self.assertEqual(run.code, 73, run)
        self.assertIn("/nowhere", run.stderr)

    def test_temporary_directory_missing(self):
        """It is told before anything is made."""
        out = self.new_path("out")
        run = detour("audit", self.write(["http://n.example/"]), "-o", out, "--temp-dir", "/nowhere")
        self.assertEqual(run.code, 73, run)
        self.assertIn("--temp-dir /nowhere: No such file or directory", run.stderr)
        self.assertFalse(os.path.exists(out))

    def test_peak_memory(self):
        """The summary, the manifest and the metrics tell the largest resident set."""
        metrics = self.new_path("metrics")
        run = self.walk(["http://n.example/"], "--metrics-file", metrics)
        peak = run.manifest["counts"]["memory_peak_bytes"]
        self.assertGreater(peak, 2 << 20)
        self.assertLess(peak, 2 << 30)
        self.assertRegex(run.stderr, r"Memory: [\d.]+ MiB at most")
        with open(metrics, encoding="utf-8") as file:
            told = int(re.search(r"^detour_resident_max_bytes (\d+)$", file.read(), re.MULTILINE)[1])
        self.assertGreaterEqual(told, peak)
