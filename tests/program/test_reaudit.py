"""The rules are run again on the rows of a run, without a request: the same rules find the same."""
import collections
import os
import re
import shutil
import signal
import subprocess
import unittest

import rows as stored
from harness import DETOUR, RUN_SECONDS, Origin, OriginTest, ProgramTest, Run, detour, unzstd

INVENTORY = os.path.join(os.path.dirname(DETOUR), "inventory")


def lines_of(out):
    """The rows as they were written, by number, without the run's id."""
    lines = {}
    for part in Run([], 0, b"", "", out).parts:
        for line in unzstd(part).splitlines():
            head, seq, rest = re.match(rb'({"schema_version":1,)"run_id":"[^"]*","seq":(\d+)(,.*})$', line).groups()
            assert int(seq) not in lines, seq
            lines[int(seq)] = head + rest
    return lines


def inventory_of(out):
    """The findings on the whole list, without the run's id."""
    return re.sub(rb'"run_id":"[^"]*",', b"", unzstd(os.path.join(out, "inventory-00000.ndjson.zst")))


class Reaudit(OriginTest):
    TABLE = r"""
host *.example A 127.0.0.1
host expired.example A 127.0.0.1 tls expired
host down.example A 127.9.9.9 closed
prefix http://page.example/ 200 text "<title>A page</title><link rel=canonical href=/>" header "Content-Type: text/html"
url http://a.example/moved 301 http://page.example/1
url http://a.example/found 302 http://page.example/2 header "Cache-Control: max-age=100000"
url http://a.example/latin1 301 "/caf\xE9 x"
url http://a.example/caf%E9%20x 200 text "x" header "Refresh: 0; url=/caf\xE9"
url http://a.example/two 301 /b header "Location: /c\xE9"
url http://a.example/two-blank 301 /b header "Location: "
url http://a.example/two-equal 301 /b header "Location: /b"
url http://a.example/userinfo 301 http://me:secret@page.example/3
url http://a.example/missing 301
url http://a.example/blank 302 ""
url http://a.example/invalid 302 http://[/
url http://a.example/mail 302 mailto:a@b.example
url http://a.example/loop 301 /loop2
url http://a.example/loop2 302 /loop
url http://a.example/grow 302 {path}/grow
prefix http://a.example/grow/ 302 {path}/grow
url http://a.example/cookie 302 /cookie when no-cookie ok header "Set-Cookie: ok=1; Path=/"
url http://a.example/cookie 200 text "in"
url http://a.example/down 302 http://down.example/
url http://a.example/expired 302 https://expired.example/
url http://a.example/gone 301 http://a.example/nothing
url http://a.example/broken 503
url http://a.example/close close
url https://a.example/secure 301 http://a.example/plain
url http://a.example/plain 200 text "x" header "Server: \xFF\xE9"
url http://a.example/hsts 301 https://a.example/to header "Strict-Transport-Security: max-age=\xE9"
""" + "".join(f"url http://a.example/chain{n} 302 /chain{n - 1}\n" for n in range(1, 26))

    PATHS = ["moved", "found", "latin1", "two", "two-blank", "two-equal", "userinfo", "missing", "blank", "invalid",
             "mail", "loop", "grow", "cookie", "down", "expired", "gone", "broken", "close", "chain3", "chain7",
             "chain25", "hsts", "moved", "two-blank", "caf\u00e9"]
    LINES = [f"http://a.example/{path}" for path in PATHS] + [
        "https://a.example/secure", "POST http://a.example/found", "no URL", "ftp://a.example/", "http://10.0.0.1/",
        "http://unknown.invalid/", "http://u:p@a.example/moved#part"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.walk(cls.LINES, "-q", "--passes", "1")
        cls.asked = len(cls.origin.requests())
        cls.lines = lines_of(cls.first.out)

    def reaudit(self, *options, source=None, code=0):
        out = self.new_path("again")
        run = detour("reaudit", source or self.first.out, "-o", out, *options)
        run.out = out
        self.assertEqual(run.code, code, run)
        return run

    def test_the_run_has_it_all(self):
        outcomes = {row["outcome"] for row in self.first.rows}
        self.assertEqual(outcomes, {
            "ok", "client_error", "server_error", "missing_location", "empty_location", "invalid_location",
            "conflicting_location", "unsupported_scheme", "loop", "cookie_loop", "growing_url", "redirect_limit",
            "dns_error", "connect_error", "tls_error", "protocol_error", "blocked_address", "invalid_input"})

    def test_same_rules_same_rows(self):
        """Byte for byte, whoever judges; and of what comes of it too."""
        source = self.first.out
        for options in ([], ["--auditors", "3"], ["--part-size", "1"]):
            with self.subTest(options):
                run = self.reaudit(*options, source=source)
                self.assertEqual(lines_of(run.out), self.lines)
                source = run.out
        self.assertEqual(len(self.origin.requests()), self.asked)

    def test_manifest(self):
        run = self.reaudit()
        before, after = self.first.manifest, run.manifest
        self.assertEqual(before["parent_run_id"], "")
        self.assertEqual(after["parent_run_id"], before["run_id"])
        self.assertNotEqual(after["run_id"], before["run_id"])
        self.assertEqual({row["run_id"] for row in run.rows}, {after["run_id"]})
        self.assertEqual((after["state"], after["rows"], after["outcomes"]),
                         ("complete", len(self.LINES), before["outcomes"]))
        self.assertEqual(after["input"], {"lines": len(self.LINES), "files": [self.first.out]})
        self.assertEqual(after["counts"]["requests"], 0)
        for level in ("error", "warning", "notice"):
            self.assertEqual(after["counts"][f"findings_{level}"], before["counts"][f"findings_{level}"])
        self.assertNotIn("per-host", after["options"])
        self.assertEqual(after["options"]["auditors"], "1")
        self.assertIn("_SUCCESS", os.listdir(run.out))

    def test_other_rules(self):
        """Only what they change is changed."""
        settings = ["redirect-loop=notice", "redirect-chain=off", "temporary-cacheable-long.limit=1000000"]
        run = self.reaudit(*[word for setting in settings for word in ("--rule", setting)])
        self.assertEqual(lines_of(self.reaudit("--rules-file", self.write(settings)).out), lines_of(run.out))
        rules = {"redirect-loop", "redirect-chain", "temporary-cacheable-long"}
        changed = collections.Counter()
        for before, after in zip(self.first.rows, run.rows):
            for row in (before, after):
                del row["run_id"]
            found, again = before.pop("findings"), after.pop("findings")
            self.assertEqual(before, after)
            self.assertEqual([f for f in found if f["rule"] not in rules], [f for f in again if f["rule"] not in rules])
            changed.update(f"{f['rule']} {f['severity']}" for f in again if f["rule"] in rules)
            changed.subtract(f"{f['rule']} {f['severity']}" for f in found if f["rule"] in rules)
        self.assertGreater(changed["redirect-loop notice"], 0)
        self.assertEqual(changed["redirect-loop notice"], -changed["redirect-loop error"])
        self.assertLess(changed["redirect-chain warning"] + changed["redirect-chain notice"], 0)
        self.assertLess(sum(n for name, n in changed.items() if name.startswith("temporary-cacheable-long")), 0)

    def test_fail_on(self):
        self.assertIn("_SUCCESS", os.listdir(self.reaudit("--fail-on", "error", "-q", code=1).out))
        self.assertEqual(self.reaudit("-q").stderr, "")
        off = [word for row in self.first.rows for f in row["findings"] for word in ("--rule", f"{f['rule']}=off")]
        self.reaudit("--fail-on", "notice", *off)

    def test_summary(self):
        run = self.reaudit()
        self.assertIn(f"{len(self.LINES)} URLs in ", run.stderr)
        self.assertIn(", 0 requests, ", run.stderr)
        self.assertIn(f"Rows: {run.out}\n", run.stderr)

    def test_standard_output(self):
        run = detour("reaudit", self.first.out, "-q", "-o", "-")
        self.assertEqual(run.code, 0, run)
        self.assertEqual([row["seq"] for row in run.rows], list(range(1, len(self.LINES) + 1)))

    def test_metrics(self):
        path = self.new_path("metrics")
        self.reaudit("--metrics-file", path)
        with open(path, encoding="utf-8") as file:
            self.assertIn(f"detour_input_lines {len(self.LINES)}\n", file.read())

    def test_refusals(self):
        used, empty = self.reaudit().out, self.new_path("empty")
        os.mkdir(empty)
        for name, code, args, words in [
                ("no run", 2, ["-o", self.path("x")], "one run"),
                ("two runs", 2, [used, used, "-o", self.path("x")], "one run"),
                ("no output", 2, [used], "--output"),
                ("itself", 2, [used, "--force", "-o", used], "cannot write to the run"),
                ("audit's option", 2, [used, "-o", self.path("x"), "--per-host", "3"], "--per-host is no option"),
                ("unknown rule", 2, [used, "-o", self.path("x"), "--rule", "nothing=off"], "nothing"),
                ("missing", 66, [self.path("missing"), "-o", self.path("x")], "missing: No such file"),
                ("a file", 66, [DETOUR, "-o", self.path("x")], "Not a directory"),
                ("empty", 66, [empty, "-o", self.path("x")], "holds no run"),
                ("used", 73, [self.first.out, "-o", used], "--force")]:
            with self.subTest(name):
                run = detour("reaudit", *args)
                self.assertEqual(run.code, code, run)
                self.assertIn(words, run.stderr)
                self.assertFalse(os.path.exists(self.path("x")))
        self.assertEqual(lines_of(used), self.lines)
        run = detour("reaudit", self.first.out, "-o", used, "--force", "--rule", "redirect-loop=off")
        self.assertEqual(run.code, 0, run)
        self.assertNotEqual(lines_of(used), self.lines)

    def copy(self):
        path = self.new_path("copy")
        shutil.copytree(self.first.out, path)
        return path

    def test_damaged(self):
        """What is wrong is named, what was read before it is written, and nothing says that it is all."""
        source = self.copy()
        part = Run([], 0, b"", "", source).parts[0]
        with open(part, "r+b") as file:
            file.seek(-10, os.SEEK_END)
            file.write(bytes(10))
        run = self.reaudit(source=source, code=65)
        self.assertIn("part-00000.ndjson.zst: damaged behind row 0", run.stderr)
        self.assertNotIn("_SUCCESS", os.listdir(run.out))
        self.assertEqual(run.manifest["state"], "partial")
        text = unzstd(self.first.parts[0]).splitlines(True)
        for name, row, words in [
                ("damaged", b"{}\n", "row 3 is damaged"),
                ("later", text[2].replace(b'_version":1', b'_version":2', 1), "row 3 was written by a later version"),
                ("field", text[2][:-2] + b',"later":0}\n', "row 3 was written by a later version"),
                ("again", text[1], "row 3 is of a line that has one already"),
                ("another run", re.sub(rb'"run_id":"[^"]*"', b'"run_id":"other"', text[2]), "row 3 is of another run")]:
            with self.subTest(name):
                # As detour writes it: a frame with its content's size and a checksum.
                subprocess.run(["zstd", "-qf", "--check", "--content-size", "-o", part], check=True,
                               input=b"".join(text[:2] + [row] + text[3:]), stderr=subprocess.DEVNULL)
                run = self.reaudit("-q", source=source, code=65)
                self.assertIn(f"part-00000.ndjson.zst: {words}", run.stderr)
                self.assertEqual(len(run.rows), 2)
        os.remove(part)
        self.assertIn(f"0 rows are there, but _manifest.json tells of {len(self.LINES)}",
                      self.reaudit(source=source, code=65).stderr)

    def test_incomplete(self):
        """A run that was ended early is judged as far as it went, and what comes of it is not complete either."""
        source = self.copy()
        os.remove(os.path.join(source, "_SUCCESS"))
        run = self.reaudit(source=source)
        self.assertIn("not complete", run.stderr)
        self.assertNotIn("_SUCCESS", os.listdir(run.out))
        self.assertEqual(run.manifest["state"], "partial")
        self.assertEqual(lines_of(run.out), self.lines)
        self.reaudit("--fail-on", "error", source=source, code=1)
        with open(Run([], 0, b"", "", source).parts[0], "ab") as file:
            file.write(b"torn")
        run = self.reaudit("-q", source=source)
        self.assertIn("what stands behind its last whole frame is left out", run.stderr)
        self.assertEqual(lines_of(run.out), self.lines)

    def test_truncated(self):
        """Rows that had lost something say so still."""
        source = self.new_path("long")
        sample = os.path.join(os.path.dirname(DETOUR), "tests/formats/sample_rows")
        subprocess.run([sample, "run", source], check=True)
        run = self.reaudit(source=source)
        before = {row["seq"] for row in stored.read_rows(source) if row["truncated"]}
        self.assertGreater(len(before), 0)
        self.assertIn(f"{len(before)} rows had lost parts of long texts", run.stderr)
        self.assertEqual({row["seq"] for row in run.rows if row["truncated"]}, before)
        self.assertEqual(len(run.rows), 600)


class Demo(ProgramTest):
    """The demo's inventory: thousands of rows, in several parts, and every rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        list_path, table_path = cls.path("urls.txt"), cls.path("table")
        subprocess.run([INVENTORY, list_path, table_path], check=True)
        with open(table_path, encoding="utf-8") as file:
            origin = Origin(file.read(), cls.folder)
        cls.out = cls.path("out")
        run = detour("audit", "-q", list_path, "-o", cls.out, "--part-size", "1", "--checkpoint", "300ms",
                     *origin.options())
        origin.server.stop()
        assert run.code == 0, run
        cls.lines = lines_of(cls.out)

    def test_same_rows(self):
        self.assertGreater(len(self.lines), 20000)
        for auditors in (1, 3):
            again = self.new_path("again")
            run = detour("reaudit", "-q", self.out, "-o", again, "--auditors", auditors)
            self.assertEqual((run.code, run.stderr), (0, ""))
            self.assertEqual([seq for seq, line in lines_of(again).items() if line != self.lines[seq]], [])
            self.assertEqual(len(lines_of(again)), len(self.lines))
            self.assertEqual(inventory_of(again), inventory_of(self.out))
            self.assertGreater(inventory_of(again).count(b"\n"), 0)

    def test_signal(self):
        """INT ends it with what was judged so far, and exit 75, unless it was done by then."""
        again = self.new_path("again")
        with subprocess.Popen([DETOUR, "reaudit", self.out, "-o", again], stderr=subprocess.PIPE) as process:
            while not os.path.exists(os.path.join(again, ".lock")) and process.poll() is None:
                pass
            process.send_signal(signal.SIGINT)
            stderr = process.stderr.read().decode()
            code = process.wait(RUN_SECONDS)
        run = Run([], code, b"", stderr, again)
        self.assertIn(code, (0, 75), run)
        self.assertEqual("_SUCCESS" in os.listdir(again), code == 0)
        lines = lines_of(again)
        self.assertEqual(run.manifest["rows"], len(lines))
        self.assertEqual([seq for seq, line in lines.items() if line != self.lines[seq]], [])
        if code == 75:
            self.assertIn(f"Stopped early: {len(lines):,} of {len(self.lines):,} lines were walked", stderr)


if __name__ == "__main__":
    unittest.main()
