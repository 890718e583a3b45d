"""What a run leaves behind: parts, manifest, _SUCCESS; what it refuses; what it does when writing fails."""
import errno
import hashlib
import json
import os
import resource
import subprocess
import unittest

from harness import DETOUR, OriginTest, detour, unzstd

LINES = [f"http://a.example/{n}" for n in range(50)]


class Directory(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
prefix http://a.example/ 200 text "x"
url http://a.example/0 301 /1
url http://a.example/2 404
url http://a.example/3 302 /3
"""

    def test_contents(self):
        run = self.walk(LINES + ["no URL"])
        self.assertEqual(run.code, 0, run)
        self.assertEqual(sorted(name for name in os.listdir(run.out) if not name.startswith(".")),
                         ["_SUCCESS", "_manifest.json", "part-00000.ndjson.zst"])
        self.assertEqual(os.path.getsize(os.path.join(run.out, "_SUCCESS")), 0)

    def test_manifest(self):
        """The figures of the manifest are those of the files and of the rows."""
        run = self.walk(LINES + ["no URL"])
        manifest, rows = run.manifest, run.rows
        self.assertEqual(manifest["rows"], 51)
        self.assertEqual({row["run_id"] for row in rows}, {manifest["run_id"]})
        counts = {}
        for row in rows:
            counts[row["outcome"]] = counts.get(row["outcome"], 0) + 1
        self.assertEqual({name: n for name, n in manifest["outcomes"].items() if n}, counts)
        self.assertEqual(counts, {"ok": 48, "client_error": 1, "loop": 1, "invalid_input": 1})
        self.assertEqual(len(manifest["parts"]), 1)
        with open(run.parts[0], "rb") as file:
            data = file.read()
        part = manifest["parts"][0]
        self.assertEqual(part["name"], "part-00000.ndjson.zst")
        self.assertEqual(part["rows"], 51)
        self.assertEqual(part["bytes"], len(data))
        self.assertEqual(part["sha256"], hashlib.sha256(data).hexdigest())

    def test_rows_are_plain(self):
        """Keys in one order, no nulls, one line each, valid UTF-8."""
        run = self.walk(LINES + ["no URL", b"http://a.example/\xff"])
        text = unzstd(run.parts[0])
        self.assertTrue(text.endswith(b"\n"))
        keys = set()
        for line in text.decode("utf-8").splitlines():
            self.assertNotIn(":null", line)
            keys.add(tuple(json.loads(line)))
        self.assertEqual(len(keys), 1)

    def test_parts_are_valid_frames(self):
        run = self.walk(LINES)
        listed = subprocess.run(["zstd", "-lv", run.parts[0]], check=True, capture_output=True, text=True).stdout
        self.assertIn("XXH64", listed)
        subprocess.run(["zstd", "-tq", run.parts[0]], check=True)

    def test_existing_directory(self):
        run = self.walk(LINES)
        again = detour("audit", self.write(LINES[:3]), "-o", run.out, *self.origin.options())
        self.assertEqual(again.code, 73, again)
        self.assertIn("--force", again.stderr)
        self.assertEqual(len(run.rows), 50)
        forced = detour("audit", self.write(LINES[:3]), "-o", run.out, "--force", *self.origin.options())
        self.assertEqual(forced.code, 0, forced)
        self.assertEqual(len(run.rows), 3)
        self.assertEqual(run.manifest["rows"], 3)

    def test_force_keeps_foreign_files(self):
        """--force replaces a run, nothing else."""
        folder = self.new_path("home")
        os.mkdir(folder)
        with open(os.path.join(folder, "thesis.txt"), "w", encoding="utf-8") as file:
            file.write("years of work")
        detour("audit", self.write(LINES), "-o", folder, "--force", *self.origin.options())
        with open(os.path.join(folder, "thesis.txt"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "years of work")

    def test_no_place(self):
        for name, out in [("below a file", os.path.join(self.write(["x"]), "out")),
                          ("no parent", self.path("missing/parent/out"))]:
            with self.subTest(name):
                run = detour("audit", self.write(LINES), "-o", out, *self.origin.options())
                self.assertEqual(run.code, 73, run)
                self.assertIn(out, run.stderr)

    def test_nothing_is_published_on_bad_input(self):
        run = self.walk(LINES, "--dns-timeout", "never")
        self.assertEqual(run.code, 2, run)
        self.assertFalse(os.path.exists(run.out))


class StandardOutput(OriginTest):
    TABLE = Directory.TABLE

    def audit_to_pipe(self, *options):
        return [DETOUR, "audit", self.write(LINES), "-o", "-", *options, *self.origin.options()]

    def test_plain_rows(self):
        run = detour(*self.audit_to_pipe()[1:])
        self.assertEqual(run.code, 0, run)
        self.assertEqual([row["seq"] for row in run.rows], list(range(1, 51)))

    def test_quiet(self):
        run = detour(*self.audit_to_pipe("--quiet")[1:])
        self.assertEqual((run.code, run.stderr), (0, ""))

    def test_summary(self):
        """Outcomes, rules with an example, hosts: on standard error, for a person."""
        run = detour(*self.audit_to_pipe()[1:])
        for words in ("client_error", "loop", "self-redirect", "http://a.example/3", "a.example"):
            self.assertIn(words, run.stderr)

    def test_broken_pipe(self):
        lines = self.write([f"http://a.example/{n}" for n in range(3000)])
        with subprocess.Popen([DETOUR, "audit", lines, "-o", "-", *self.origin.options()], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.close()
            message = process.stderr.read().decode()
            self.assertEqual(process.wait(), 74, message)
        self.assertIn(os.strerror(errno.EPIPE), message)

    def test_full_device(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(self.audit_to_pipe(), stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                                  check=False)
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertIn(os.strerror(errno.ENOSPC), done.stderr.decode())

    def test_no_room_for_the_list(self):
        """The list's temporary file is written when the whole list was read."""
        run = detour(*self.audit_to_pipe()[1:], preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)))
        self.assertEqual(run.code, 74, run)
        self.assertIn(os.strerror(errno.EFBIG), run.stderr)
        self.assertEqual(run.stdout, b"")


@unittest.skipUnless(os.geteuid() == 0, "a small file system of its own needs root")
class FullDisk(OriginTest):
    TABLE = "host *.example A 127.0.0.1\nprefix http://a.example/ 200 text \"x\"\n"
    DISK_BYTES = 64 * 1024

    def test_full_disk(self):
        """Exit 74 and a message; what was written stays valid, and nothing says that it is whole."""
        # Random text, so that it does not fit however well it is compressed.
        lines = self.write([f"http://a.example/{os.urandom(40).hex()}" for _ in range(3000)])
        disk = self.new_path("disk")
        os.mkdir(disk)
        script = f"mount -t tmpfs -o size={self.DISK_BYTES} tmpfs {disk} && " \
                 f'"$0" "$@"; code=$?; ls -A {disk}/out; for f in {disk}/out/part-*; do ' \
                 f'[ ! -e "$f" ] || zstd -tq "$f" || exit 99; done; exit $code'
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, DETOUR, "audit", lines, "-o", f"{disk}/out",
                               *self.origin.options()], capture_output=True, text=True, check=False)
        if done.stderr.startswith(("unshare:", "mount:")):
            self.skipTest("mounting is not allowed here")
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertIn(os.strerror(errno.ENOSPC), done.stderr)
        self.assertNotIn("_SUCCESS", done.stdout)
