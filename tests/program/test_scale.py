"""Bounds that hold however long the list is, in sizes that take seconds: walks in flight, one row a line."""
import collections
import json
import resource
import signal
import subprocess

from harness import DETOUR, OriginTest, one_table


class Scale(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
host slow.example A 127.0.0.2
prefix http://*/ 200 text "x"
prefix http://*/b/ 302 /c/{rest}
prefix http://*/a/ 302 /b/{rest}
prefix http://*/to-slow/ 302 http://slow.example/{n}
prefix http://*/to-slower/ 302 http://slower.example/{n}
prefix http://slower.example/ 200 text "x" delay 300ms
prefix http://slow.example/ 200 text "x" delay 100ms
"""

    def check_all_ok(self, run, count):
        self.assertEqual(run.code, 0, run)
        outcomes = collections.Counter((row["outcome"], row["error"]) for row in run.rows)
        self.assertEqual(outcomes, {("ok", ""): count}, run)
        self.assertEqual([row["seq"] for row in run.rows], list(range(1, count + 1)))

    def test_repeated_url(self):
        """One walk, a row for each line."""
        count = 20000
        run = self.walk(["http://repeated.example/a/x"] * count)
        self.check_all_ok(run, count)
        self.assertEqual([r["url"] for r in self.origin.requests() if "repeated" in r["url"]],
                         [f"http://repeated.example/{path}/x" for path in "abc"])

    def test_one_host_over_loops(self):
        """A host with a large allowance is walked by all loops, which hand walks over to each other at each hop."""
        count = 2000
        lines = [f"http://spread.example/a/{n}" for n in range(count)]
        run = self.walk(lines, "--per-host", "1000", "--per-ip", "1000", "--loops", "4")
        self.check_all_ok(run, count)
        asked = collections.Counter(r["url"] for r in self.origin.requests() if "spread" in r["url"])
        self.assertEqual(asked, {f"http://spread.example/{path}/{n}": 1 for path in "abc" for n in range(count)})

    def test_concurrency_counts_what_is_handed_over(self):
        """Walks that wait for another loop's host are in flight still, so no others take their place."""
        lines = [f"http://n{n}.example/to-slow/" for n in range(2000)]
        command = [DETOUR, "audit", self.write(lines), "-o", "-", "-c", "50", "--loops", "4", "-q",
                   *self.origin.options()]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            rows = [json.loads(process.stdout.readline()) for _ in range(20)]
            process.send_signal(signal.SIGTERM)
            rows += map(json.loads, process.stdout)
            errors = process.stderr.read()
        self.assertEqual(process.returncode, 75, errors)
        walks = sum("/to-slow/" in r["url"] for r in self.origin.requests())
        self.assertLessEqual(walks, len(rows) + 50)
        self.assertLess(walks, len(lines))

    @one_table
    def test_descriptors_last_for_what_is_handed_over(self):
        """However many walks end up in one loop, its requests fit into its own descriptor table."""
        count = 800
        lines = [f"http://d{n % 8}.example/to-slower/{n}" for n in range(count)]
        run = self.walk(lines, "--per-host", "255", "--per-ip", "10000", "--loops", "8",
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)))
        self.check_all_ok(run, count)

    def test_stopped_anywhere(self):
        """Rows that were written are valid and none is there twice, whenever the signal comes."""
        lines = [f"http://s{n % 97}.example/a/{n}" for n in range(5000)]
        for number, before in ((signal.SIGTERM, 1), (signal.SIGINT, 10), (signal.SIGTERM, 500), (signal.SIGINT, 3000)):
            with self.subTest(before):
                command = [DETOUR, "audit", self.write(lines), "-o", "-", *self.origin.options()]
                with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                    rows = [process.stdout.readline() for _ in range(before)]
                    process.send_signal(number)
                    rows += process.stdout.readlines()
                    errors = process.stderr.read()
                self.assertEqual(process.returncode, 75 if len(rows) < len(lines) else 0, errors)
                rows = [json.loads(row) for row in rows]
                self.assertEqual(len({row["seq"] for row in rows}), len(rows))
                self.assertEqual({row["outcome"] for row in rows}, {"ok"})
