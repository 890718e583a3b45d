"""A run that was ended early is resumed: in the end each line has exactly one row, whatever ended it."""
import hashlib
import json
import os
import random
import signal
import subprocess
import time

from harness import DETOUR, RUN_SECONDS, OriginTest, Run, detour, unzstd

# Walks, shared walks, lines that are no URL, blank ones: so that killing meets all that a run does.
LINES = ["no URL" if n % 40 == 0 else "" if n % 41 == 0 else f"http://h{n % 30}.example/{n % 720}" for n in range(1200)]
ROWS = {n for n, line in enumerate(LINES, 1) if line}

# Frames often enough that a run of a second has many.
FAST = ["--checkpoint", "10ms", "-q"]
KILLS = 8  # in each of three tests


class Resume(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
prefix http://*/ 200 text "x" delay 40ms
url http://h1.example/1 301 /2
url http://h2.example/2 302 /3 delay 100ms
url http://h3.example/3 301 /gone
url http://h3.example/gone 404
"""

    def command(self, out, *options, lines=None):
        return ["audit", lines or self.list, "-o", out, *FAST, *options, *self.origin.options()]

    def setUp(self):
        self.list = self.write(LINES)
        self.out = self.new_path("out")

    def resume(self, *options, code=0, lines=None):
        run = detour(*self.command(self.out, "--resume", *options, lines=lines))
        run.out = self.out
        self.assertEqual(run.code, code, run)
        return run

    def end_after(self, seconds, number, *options):
        """Starts a run and sends it a signal; returns its exit code and what it said."""
        command = [DETOUR, *self.command(self.out, "--resume", *options)]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(number)
            stderr = process.stderr.read().decode()
            return process.wait(RUN_SECONDS), stderr

    def names(self):
        return sorted(os.listdir(self.out))

    def check_complete(self):
        """Every line once, and a manifest that is true of every part."""
        run = Run([], 0, b"", "", self.out)
        manifest, rows = run.manifest, []
        self.assertEqual([part["name"] for part in manifest["parts"]], [os.path.basename(part) for part in run.parts])
        for part, path in zip(manifest["parts"], run.parts):
            with open(path, "rb") as file:
                data = file.read()
            text = unzstd(path)
            rows += [json.loads(line) for line in text.splitlines()]
            self.assertEqual((part["bytes"], part["sha256"], part["rows"], part["row_bytes"]),
                             (len(data), hashlib.sha256(data).hexdigest(), text.count(b"\n"), len(text)))
        self.assertEqual(sorted(row["seq"] for row in rows), sorted(ROWS))
        self.assertFalse([name for name in self.names() if name.startswith(".part")])
        self.assertEqual(manifest["state"], "complete")
        self.assertEqual({row["run_id"] for row in rows}, {manifest["run_id"]})
        self.assertEqual(manifest["input"]["lines"], len(ROWS))
        for total in ("rows", "row_bytes", "bytes", "frames"):
            self.assertEqual(manifest[total], sum(part[total] for part in manifest["parts"]), total)
        outcomes = [row["outcome"] for row in rows]
        self.assertEqual({name: n for name, n in manifest["outcomes"].items() if n},
                         {name: outcomes.count(name) for name in set(outcomes)})
        self.assertEqual(manifest["counts"]["hops"], sum(len(row["hops"]) for row in rows))
        for level in ("error", "warning", "notice"):
            self.assertEqual(manifest["counts"][f"findings_{level}"],
                             sum(f["severity"] == level for row in rows for f in row["findings"]), level)
        marked, listed = (os.stat(os.path.join(self.out, name)).st_mtime_ns for name in ("_SUCCESS", "_manifest.json"))
        self.assertGreaterEqual(marked, listed)
        return run

    def plain_seconds(self):
        """How long a whole run takes here."""
        begun = time.monotonic()
        self.resume()
        seconds = time.monotonic() - begun
        self.check_complete()
        self.out = self.new_path("out")
        return seconds

    def kill_at_random(self, seed):
        """SIGKILL at random moments; one to four kills a run until it is resumed to its end."""
        chance = random.Random(seed)
        seconds = self.plain_seconds()
        kills = before = 0
        while kills < KILLS or not before:
            for _ in range(chance.randint(1, 4)):
                code, stderr = self.end_after(chance.uniform(0, 1.1 * seconds), signal.SIGKILL)
                self.assertIn(code, (0, -signal.SIGKILL), stderr)
                kills += code != 0
                if code == 0:
                    self.assertIn("_SUCCESS", self.names())
            self.resume()
            before += self.check_complete().manifest["counts"]["rows_before"]
            self.out = self.new_path("out")

    def test_kill_1(self):
        self.kill_at_random(1)

    def test_kill_2(self):
        self.kill_at_random(2)

    def test_kill_3(self):
        self.kill_at_random(3)

    def test_terminate(self):
        """SIGTERM: exit 75, a manifest that says so, and a resumed run that adds the rest."""
        self.assertEqual(self.stopped_run("--drain-timeout", "100ms", number=signal.SIGTERM), 75)
        manifest = Run([], 75, b"", "", self.out).manifest
        self.assertEqual(manifest["state"], "partial")
        self.assertGreater(manifest["rows"], 0)
        self.resume()
        self.assertEqual(self.check_complete().manifest["counts"]["rows_before"], manifest["rows"])

    def test_only_the_rest_is_walked(self):
        self.stopped_run()
        done = self.scan_rows()
        asked = len(self.origin.requests())
        run = self.resume()
        again = self.check_complete()
        self.assertEqual(again.manifest["counts"]["rows_before"], len(done))
        self.assertEqual(len(self.origin.requests()) - asked, again.manifest["counts"]["requests"])
        self.assertEqual({row["seq"]: row for row in run.rows if row["seq"] in done}, done)

    def scan_rows(self):
        """The rows of a run's whole frames so far, as zstd sees them."""
        rows = {}
        for name in self.names():
            if name.endswith(".zst"):
                text = subprocess.run(["zstd", "-dcq", os.path.join(self.out, name)], capture_output=True, check=False)
                for line in text.stdout.splitlines(True):
                    if line.endswith(b"\n"):
                        row = json.loads(line)
                        rows[row["seq"]] = row
        return rows

    def stopped_run(self, *options, rows=100, number=signal.SIGKILL):
        """Ends a run that is slow once it has written so many rows; returns its exit code."""
        command = [DETOUR, *self.command(self.out, *options, "--rate", "2")]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + RUN_SECONDS
            while not (os.path.isdir(self.out) and len(self.scan_rows()) >= rows):
                self.assertLess(time.monotonic(), deadline, "too few rows were written")
            process.send_signal(number)
            code = process.wait(RUN_SECONDS)
        self.assertNotIn("_SUCCESS", self.names())
        return code

    def test_torn_tail(self):
        """A loss of power leaves less of a part than was written, or something else."""
        self.stopped_run()
        part = next(name for name in self.names() if name.endswith(".zst"))
        path = os.path.join(self.out, part)
        with open(path, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.truncate(size * 2 // 3)
            file.seek(size * 2 // 3)
            file.write(bytes(5000))
        run = self.resume()
        self.assertIn("cut to its last whole frame", run.stderr)
        self.check_complete()

    def test_other_conditions(self):
        """Another list or another option that rows depend on is refused, and nothing is changed."""
        self.stopped_run()
        names = self.names()
        other = self.write(LINES[:-1] + ["http://h1.example/other"])
        for name, code, lines, options, words in [
                ("another line", 65, other, [], "another list"),
                ("a line less", 65, self.write(LINES[:-1]), [], "another list"),
                ("another option", 2, None, ["--max-redirects", "3"], "--max-redirects"),
                ("another rule", 2, None, ["--rule", "redirect-chain=off"], "redirect-chain=off"),
                ("both", 2, None, ["--force"], "neither --force"),
                ("standard input", 2, "-", [], "standard input"),
                ("a pipe", 2, "/dev/null", [], "/dev/null")]:
            with self.subTest(name):
                run = self.resume(*options, code=code, lines=lines)
                self.assertIn(words, run.stderr)
                self.assertEqual(self.names(), names)
        run = detour(*self.command(self.out))
        self.assertEqual(run.code, 73, run)
        self.assertIn("--resume", run.stderr)
        # The same lines in two files, and other patience, are the same run.
        first, rest = self.write(LINES[:1000]), self.write(LINES[1000:])
        run = detour(*self.command(self.out, "--resume", "--hop-timeout", "30s", "-c", "50", lines=first), rest)
        self.assertEqual(run.code, 0, run)
        self.check_complete()

    def test_new_and_complete(self):
        """The same command starts a run, and leaves a complete one alone."""
        self.resume()
        first = self.check_complete()
        self.assertEqual(first.manifest["counts"]["rows_before"], 0)
        before = {name: os.stat(os.path.join(self.out, name)).st_mtime_ns for name in self.names()}
        asked = len(self.origin.requests())
        run = detour(*[word for word in self.command(self.out, "--resume") if word != "-q"])
        self.assertEqual(run.code, 0, run)
        self.assertIn("complete", run.stderr)
        self.assertEqual({name: os.stat(os.path.join(self.out, name)).st_mtime_ns for name in self.names()
                          if name != ".lock"}, {name: at for name, at in before.items() if name != ".lock"})
        self.assertEqual(len(self.origin.requests()), asked)
        self.assertEqual(self.resume().stderr, "")
        self.resume(code=65, lines=self.write(["http://h1.example/"]))

    def test_fail_on_sees_all_rows(self):
        """A finding of a row that was there before fails the job as well."""
        self.list = self.write(["http://h3.example/3", *(f"http://h4.example/{n}" for n in range(50))])
        self.stopped_run(rows=10)
        self.assertIn(1, self.scan_rows())
        run = self.resume("--fail-on", "error", code=1)
        rows = {row["seq"]: row for row in run.rows}
        self.assertEqual(rows[1]["findings"][0]["rule"], "target-client-error")
        self.assertGreater(run.manifest["counts"]["rows_before"], 0)
        self.assertEqual(run.manifest["counts"]["findings_error"], 1)
        # A complete run too: a job that is tried again must not pass by that alone.
        self.resume("--fail-on", "error", code=1)
        self.resume(code=0)
        os.remove(os.path.join(self.out, "_manifest.json"))
        self.assertIn("_manifest.json", self.resume("--fail-on", "error", code=65).stderr)

    def test_summary(self):
        self.stopped_run()
        run = detour(*[word for word in self.command(self.out, "--resume") if word != "-q"])
        before = Run([], 0, b"", "", self.out).manifest["counts"]["rows_before"]
        self.assertGreater(before, 0)
        self.assertIn(f"Resumed: {before:,} row", run.stderr)
