"""The command line: help, versions, rules, schemas, what is refused, exit codes, signals."""
import json
import os
import re
import select
import signal
import subprocess
import time

from harness import DETOUR, PATIENCE, OriginTest, ProgramTest, Run, detour


class Texts(ProgramTest):
    def test_help(self):
        for args in ([], ["--help"], ["-h"], ["help"]):
            with self.subTest(args):
                run = detour(*args)
                self.assertEqual((run.code, run.stderr), (0, ""))
                text = run.stdout.decode()
                for words in ("detour audit", "detour rules", "detour schema", "detour help audit"):
                    self.assertIn(words, text)
                self.assertLess(text.count("\n"), 60, "the short help fits a screen or so")

    def test_help_audit(self):
        """Every option of options.def is there with its sentence."""
        with open("crawler/options.def", encoding="utf-8") as file:
            options = re.findall(r'^OPTION\(.*?\.name = "([\w-]+)".*?\.text = "([^"]+)"\)$', file.read(),
                                 re.MULTILINE | re.DOTALL)
        text = detour("help", "audit").stdout.decode()
        words = " ".join(text.split())
        self.assertGreater(len(options), 20)
        for name, sentence in options:
            with self.subTest(name):
                self.assertIn(f"--{name}", text)
                self.assertIn(sentence, words)
        self.assertEqual(detour("audit", "--help").stdout.decode(), text)

    def test_version(self):
        run = detour("--version")
        self.assertEqual(run.code, 0, run)
        text = run.stdout.decode()
        self.assertRegex(text, r"^detour \S+\n")
        for library in ("libcurl", "c-ares", "zstd", "OpenSSL"):
            self.assertIn(library.lower(), text.lower())

    def test_rules(self):
        """The list is the folder."""
        text = detour("rules").stdout.decode()
        names = sorted(name[:-2].replace("_", "-") for name in os.listdir("audit/rules") if name.endswith(".c"))
        self.assertGreater(len(names), 20)
        for name in names:
            self.assertRegex(text, rf"(?m)(^|\s){name}(\s|$)")

    def test_explain(self):
        run = detour("rules", "--explain", "https-downgrade")
        self.assertEqual(run.code, 0, run)
        self.assertIn("RFC", run.stdout.decode())
        unknown = detour("rules", "--explain", "no-such-rule")
        self.assertEqual(unknown.code, 2, unknown)
        self.assertIn("no-such-rule", unknown.stderr)

    def test_schema(self):
        schema = json.loads(detour("schema", "--dialect=jsonschema").stdout)
        self.assertIn("schema_version", schema["properties"])
        for dialect, words in [("duckdb", "CREATE TABLE"), ("clickhouse", "CREATE TABLE")]:
            with self.subTest(dialect):
                run = detour("schema", f"--dialect={dialect}")
                self.assertEqual(run.code, 0, run)
                self.assertIn(words, run.stdout.decode())
        self.assertEqual(detour("schema", "--dialect=cobol").code, 2)

    def test_usage_errors(self):
        """Exit 2 and one line that names what is wrong."""
        list_path = self.write(["http://a.example/"])
        out = "OUT"  # stands for a path of its own in each case
        for args, words in [
                (["frobnicate"], "frobnicate"), (["audit"], "input"), (["audit", list_path], "output"),
                (["audit", list_path, "-o"], "output"), (["audit", list_path, "-o", out, "--frobnicate"], "frobnicate"),
                (["audit", list_path, "-o", out, "--per-host"], "per-host"),
                (["audit", list_path, "-o", out, "--per-host", "0"], "per-host"),
                (["audit", list_path, "-o", out, "--per-host", "many"], "per-host"),
                (["audit", list_path, "-o", out, "--max-redirects=65"], "max-redirects"),
                (["audit", list_path, "-o", out, "--hop-timeout", "5 fortnights"], "hop-timeout"),
                (["audit", list_path, "-o", out, "--http=3"], "http"),
                (["audit", list_path, "-o", out, "--quiet=yes"], "quiet"),
                (["audit", list_path, "-o", out, "--rule", "no-such-rule=off"], "no-such-rule"),
                (["audit", list_path, "-o", out, "--rule", "redirect-loop=fatal"], "fatal"),
                (["audit", list_path, "-o", out, "--dns-server", "not-an-address"], "not-an-address"),
                (["audit", list_path, "-o", out, "--allow-address", "10.0.0.0/99"], "10.0.0.0/99"),
                (["audit", list_path, "-o", out, "--connect-to", "nonsense"], "nonsense"),
                (["audit", list_path, "-o", out, "--ca-file", "/no/such/file"], "/no/such/file"),
                (["rules", "--frobnicate"], "rules")]:
            with self.subTest(args[:1] + args[4:]):
                out = self.new_path("never-made")
                run = detour(*(out if arg == "OUT" else arg for arg in args))
                self.assertIn(words, run.stderr)
                self.assertIn(run.code, (2, 66) if "/no/such/file" in args else (2,), run)
                self.assertEqual(run.stdout, b"")
                self.assertFalse(os.path.exists(out))

    def test_full_standard_output(self):
        """Nothing is said to have been printed that was not."""
        with open("/dev/full", "wb") as full:
            for args in (["--help"], ["rules"], ["schema", "--dialect=duckdb"], ["--version"]):
                with self.subTest(args):
                    done = subprocess.run([DETOUR, *args], stdout=full, stderr=subprocess.PIPE, check=False)
                    self.assertEqual(done.returncode, 74, done.stderr)


class Rules(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
url http://a.example/loop 302 /loop
url http://a.example/end 200 text "x"
""" + "".join(f"url http://a.example/{n} 301 /{n - 1 or 'end'}\n" for n in range(1, 9))

    def test_levels_and_limits(self):
        def severities(*options):
            row = self.walk(["http://a.example/loop"], *options).rows[0]
            return [f["severity"] for f in row["findings"] if f["rule"] == "self-redirect"]

        self.assertEqual(severities("--rule", "self-redirect=off"), [])
        self.assertEqual(severities("--rule", "self-redirect=notice"), ["notice"])
        self.assertEqual(severities("--rule=self-redirect=off", "--rule=self-redirect=warning"), ["warning"])

    def test_rules_file(self):
        """A file of settings; the command line counts more, wherever it stands, and a slip is told with its line."""
        path = self.write(["# of this site", "", "self-redirect=notice  # known\r", "hops-exceed-5.limit=4"], "rules")

        def findings(*options):
            rows = self.walk(["http://a.example/loop", "http://a.example/5"], "--rules-file", path, *options).rows
            return sorted((f["rule"], f["severity"]) for row in rows for f in row["findings"]
                          if f["rule"] in ("self-redirect", "hops-exceed-5"))

        self.assertEqual(findings(), [("hops-exceed-5", "warning"), ("self-redirect", "notice")])
        self.assertEqual(findings("--rule", "self-redirect=warning", "--rule=hops-exceed-5=off"),
                         [("self-redirect", "warning")])
        wrong = self.write(["redirect-loop=off", "no-such-rule=off"], "rules")
        for path, words, code in [(wrong, f"{wrong}:2: no-such-rule=off", 2), ("/no/such/file", "/no/such/file", 66)]:
            with self.subTest(path):
                out = self.new_path("never-made")
                run = detour("audit", wrong, "-o", out, "--rules-file", path)
                self.assertEqual(run.code, code, run)
                self.assertIn(words, run.stderr)
                self.assertFalse(os.path.exists(out))

    def test_fail_on(self):
        for level, lines, code in [("never", ["loop"], 0), ("error", ["loop"], 1), ("error", ["end"], 0)]:
            with self.subTest(level=level, lines=lines):
                run = self.walk([f"http://a.example/{line}" for line in lines], "--fail-on", level)
                self.assertEqual(run.code, code, run)
                self.assertTrue(os.path.exists(os.path.join(run.out, "_SUCCESS")))


class Signals(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
prefix http://slow.example/ 200 text "x" delay 20ms
prefix http://stuck.example/ hang
"""

    def interrupted(self, lines, number, *options, again=False):
        """Runs an audit, sends it a signal once requests are in progress, and waits for its end; with `again`, more
        signals follow until it has ended."""
        out = self.new_path("out")
        before = self.seen()
        command = [DETOUR, "audit", self.write(lines), "-o", out, *options, *self.origin.options()]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as process:
            self.wait_for_requests(before)
            process.send_signal(number)
            while again and process.poll() is None:
                select.select([], [], [], 0.05)
                process.send_signal(number)
            _, stderr = process.communicate(timeout=30 * PATIENCE)
        return Run(command, process.returncode, b"", stderr.decode(), out)

    def seen(self):
        """Answers given, and names asked for by somebody who will get no answer."""
        stuck = [query for query in self.origin.log("dns") if query["name"] == "stuck.example"]
        return len(self.origin.requests()) + len(stuck)

    def wait_for_requests(self, before):
        for _ in range(500 * PATIENCE):
            if self.seen() > before:
                return
            select.select([], [], [], 0.01)
        self.fail("no request came")

    def test_first_signal_drains(self):
        """Exit 75; the walks in flight are finished, the rows so far are valid, and nothing says it was all."""
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                run = self.interrupted([f"http://slow.example/{number}/{n}" for n in range(4000)], number)
                self.assertEqual(run.code, 75, run)
                self.assertFalse(os.path.exists(os.path.join(run.out, "_SUCCESS")))
                rows = run.rows
                self.assertGreater(len(rows), 0)
                self.assertLess(len([row for row in rows if row["outcome"] == "ok"]), 4000)
                self.assertLessEqual({row["outcome"] for row in rows}, {"ok", "not_reached"})

    def test_silent_list(self):
        """A list that does not come is not waited for."""
        out = self.new_path("out")
        with subprocess.Popen([DETOUR, "audit", "-", "-o", out], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as process:
            for _ in range(500 * PATIENCE):
                if os.path.exists(os.path.join(out, ".lock")):
                    break
                select.select([], [], [], 0.01)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(20 * PATIENCE), 75, process.stderr.read())

    def test_drain_timeout(self):
        """A server that never answers does not hold the end up."""
        run = self.interrupted(["http://stuck.example/"], signal.SIGTERM, "--drain-timeout", "200ms")
        self.assertEqual(run.code, 75, run)

    def test_second_signal_aborts(self):
        """Long before --drain-timeout is over."""
        began = time.monotonic()
        run = self.interrupted(["http://stuck.example/"], signal.SIGINT, "--quiet", "--drain-timeout", "1h", again=True)
        self.assertNotEqual(run.code, 0)
        self.assertFalse(os.path.exists(os.path.join(run.out, "_SUCCESS")))
        self.assertLess(time.monotonic() - began, 20 * PATIENCE)
