"""Limits of the machine: they make the program slower, never wrong, and no site is blamed for them."""
import collections
import ctypes
import errno
import fcntl
import json
import os
import platform
import re
import resource
import signal
import socket
import struct
import subprocess
import traceback
import unittest

from harness import DETOUR, Origin, OriginTest, detour, one_table, own_allocator

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


CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def write_to(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def enter_network(ports):
    """A network of this process's own with nothing but loopback, and so many local ports."""
    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET):
        raise unittest.SkipTest("no network namespace for this user")
    write_to("/proc/self/setgroups", "deny")
    write_to("/proc/self/uid_map", f"0 {user} 1")
    write_to("/proc/self/gid_map", f"0 {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))
    write_to("/proc/sys/net/ipv4/ip_local_port_range", f"40000 {40000 + ports - 1}")


def in_child(function):
    """Calls the function in a process of its own; what it raises is raised here."""
    read_fd, write_fd = os.pipe()
    pid = os.fork()
    if not pid:
        result = None
        try:
            function()
        except BaseException as error:  # handed on, whatever it is
            result = (isinstance(error, unittest.SkipTest), "".join(traceback.format_exception(error)))
        os.write(write_fd, json.dumps(result).encode())
        os._exit(0)
    os.close(write_fd)
    with open(read_fd, "rb") as pipe:
        result = json.load(pipe)
    os.waitpid(pid, 0)
    if result:
        raise (unittest.SkipTest if result[0] else AssertionError)(result[1])


class Limits(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
prefix http://*/ 200 text "x"
prefix http://*/moved/ 302 /{rest}
prefix http://*/slow/ 200 text "x" delay 100ms
prefix http://*/slower/ 200 text "x" delay 1s
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

    def test_few_ports(self):
        """More requests to one address than there are local ports."""
        count = 200

        def walk_there():
            enter_network(20)
            folder = self.new_path("origin")
            os.mkdir(folder)
            origin = Origin(self.TABLE, folder)
            try:
                out = self.new_path("out")
                lines = [f"http://n.example/slow/{n}" for n in range(count)]
                run = detour("audit", self.write(lines), "-o", out, "--per-host", "500", "--per-ip", "500",
                             *origin.options())
                run.out = out
                self.check_all_ok(run, count)
                self.assertGreater(run.manifest["counts"]["held_back_hops"], 0, run)
            finally:
                origin.server.stop()

        in_child(walk_there)

    def test_temporary_file(self):
        """The list is kept where --temp-dir says, without a name, so that nothing is left however the process ends."""
        lines = [f"http://n{n % 97}.example/slow/{n}" for n in range(300)]
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

    @own_allocator
    def test_memory_budget(self):
        """Walks are begun only as others end where they would not fit into it."""
        lines = [f"http://n{n % 997}.example/slower/{n}" for n in range(6000)]
        options = ["-c", "6000", "--per-ip", "10000", "--memo-size", "1"]
        for more, least, most in ([], 130, 1000), (["--memory", "120"], 50, 120):
            with self.subTest(more):
                run = self.walk(lines, *options, *more)
                self.check_all_ok(run, len(lines))
                peak = run.manifest["counts"]["memory_peak_bytes"] >> 20
                self.assertTrue(least < peak < most, peak)

    @own_allocator
    def test_flat_memory(self):
        """Three times as many lines, over three times as many hosts, take the same memory."""
        peaks = []
        for count in (150000, 450000):
            lines = [f"http://10.{n >> 14}.{n >> 6 & 255}.{n & 63}/{n}" for n in range(count)]
            run = self.audit(lines, "--memo-size", "1", "--robots", "ignore", "-q")
            self.assertEqual(run.manifest["outcomes"]["blocked_address"], count, run)
            peaks.append(run.manifest["counts"]["memory_peak_bytes"])
        self.assertLess(peaks[1], peaks[0] + (16 << 20))
