"""What only the whole list shows: each rule over real sockets, and the file that its rows are in."""
import hashlib
import itertools
import os
import random
import re
import shutil
import signal
import subprocess
import unittest

import rows as stored
from harness import DETOUR, RUN_SECONDS, OriginTest, Run, detour, unzstd

WORDS = ["".join(letters) for letters in itertools.islice(itertools.product("abcdefgh", repeat=3), 60)]

TABLE = "host *.example A 127.0.0.1\n" + "".join(
    # One temporary rule for a host, and a host that cannot make up its mind.
    [f"url http://temporary.example/p{n} 302 https://temporary.example/p{n}\n"
     f"url https://temporary.example/p{n} 200 text x\n" for n in range(25)] +
    [f"url http://mixed.example/p{n} {302 if n % 5 == 0 else 301} https://mixed.example/p{n}\n"
     f"url https://mixed.example/p{n} 200 text x\n" for n in range(20)] +
    # One page at two addresses.
    ["url http://twice.example/page 200 text x\nurl https://twice.example/page 200 text x\n"] +
    # Many pages to one, and to the home page.
    [f"url https://moved.example/{word} 301 /overview\n" for word in WORDS] +
    ["url https://moved.example/overview 200 text x\n"] +
    [f"url https://lost.example/{word} 301 /\n" for word in WORDS] +
    ["url https://lost.example/ 200 text x\nurl https://lost.example/page 200 text x\n"] +
    # A map whose targets redirect again, and a hub.
    ["url https://map.example/2019 301 /2022\nurl https://map.example/2022 301 /2025\n"
     "url https://map.example/2025 200 text x\n"] +
    [f"url https://hub.example/{n} 301 /hub\n" for n in range(12)] +
    ["url https://hub.example/hub 301 /page\nurl https://hub.example/page 200 text x\n"] +
    # A cycle of 30, in which each walk ends before it has been round.
    [f"url https://cycle.example/{n} 301 /{(n + 1) % 30}\n" for n in range(30)])

LINES = [f"http://temporary.example/p{n}" for n in range(25)] + [f"http://mixed.example/p{n}" for n in range(20)] + \
    ["http://twice.example/page", "https://twice.example/page"] + \
    [f"https://moved.example/{word}" for word in WORDS] + [f"https://lost.example/{word}" for word in WORDS] + \
    ["https://lost.example/page", "https://map.example/2019", "https://map.example/2022"] + \
    [f"https://hub.example/{n}" for n in range(12)] + ["https://cycle.example/0", "https://cycle.example/15"]

# Rule: severity, scope, subject, count, share in percent, of how many, the first line that shows it.
FOUND = {
    "cross-input-chain": ("warning", "host", "map.example", 1, 50, 2, "https://map.example/2019"),
    "cross-input-cycle": ("error", "run", "https://cycle.example/0", 30, 100, 30, "https://cycle.example/0"),
    "inconsistent-host-canonicalisation": (
        "error", "host", "twice.example", 1, 100, 1, "http://twice.example/page"),
    "inconsistent-status-for-template": (
        "warning", "pattern", "http://mixed.example to https://mixed.example (scheme)", 4, 20, 20,
        "http://mixed.example/p0"),
    "mass-redirect-to-homepage": (
        "error", "run", "https://lost.example/", 60, 97, 62, f"https://lost.example/{WORDS[0]}"),
    "mass-redirect-to-one-target": (
        "warning", "run", "https://moved.example/overview", 60, 98, 61, f"https://moved.example/{WORDS[0]}"),
    "redirect-hub": ("warning", "run", "https://hub.example/hub", 12, 80, 15, "https://hub.example/0"),
    "sitewide-temporary-pattern": (
        "error", "pattern", "http://temporary.example to https://temporary.example (scheme)", 25, 100, 25,
        "http://temporary.example/p0"),
}


class Inventory(OriginTest):
    TABLE = TABLE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_ = cls.walk(LINES)

    def test_each_rule(self):
        self.assertEqual(self.run_.code, 0, self.run_)
        found = {}
        for row in self.run_.inventory:
            self.assertNotIn(row["rule"], found)
            found[row["rule"]] = (row["severity"], row["scope"], row["subject"], row["count"], row["share_pct"],
                                  row["share_total"], LINES[row["example_seqs"][0] - 1])
        self.assertEqual(found, FOUND)

    def test_texts(self):
        """Every text is there, and names what it is about."""
        for row in self.run_.inventory:
            with self.subTest(row["rule"]):
                for text in ("message", "action"):
                    self.assertRegex(row[text], r"^[A-Z0-9].*[.]$")
                self.assertTrue(row["count_of"] and row["share_of"])
                self.assertEqual(row["example_seqs"], sorted(set(row["example_seqs"])))
                self.assertLessEqual(len(row["example_seqs"]), 3)
        hub = next(row for row in self.run_.inventory if row["rule"] == "redirect-hub")
        self.assertIn("in 12 chains", hub["message"])
        self.assertIn("removes 80.0 % of all findings of redirect-chain", hub["message"])

    def test_order(self):
        keys = [(row["rule"], -row["count"], row["subject"]) for row in self.run_.inventory]
        self.assertEqual(keys, sorted(keys))

    def test_manifest(self):
        manifest = self.run_.manifest
        with open(self.run_.inventory_path, "rb") as file:
            data = file.read()
        text = unzstd(self.run_.inventory_path)
        self.assertEqual(manifest["inventory"], [{
            "name": "inventory-00000.ndjson.zst", "rows": len(FOUND), "row_bytes": len(text), "bytes": len(data),
            "frames": 1, "sha256": hashlib.sha256(data).hexdigest()}])
        self.assertEqual(manifest["counts"]["inventory_chains"], len(LINES))
        for level in ("error", "warning", "notice"):
            self.assertEqual(manifest["counts"][f"inventory_{level}"],
                             sum(found[0] == level for found in FOUND.values()))
        self.assertEqual({row["run_id"] for row in self.run_.inventory}, {manifest["run_id"]})
        marked = os.stat(os.path.join(self.run_.out, "_SUCCESS")).st_mtime_ns
        self.assertGreaterEqual(marked, os.stat(self.run_.inventory_path).st_mtime_ns)
        self.assertFalse([name for name in os.listdir(self.run_.out) if "temporary" in name or ".inv" in name])

    def same(self, run):
        """The bytes, but for the run's id."""
        return re.sub(rb'"run_id":"[^"]*"', b'"run_id":""', unzstd(run.inventory_path))

    def test_threads_do_not_matter(self):
        for loops, auditors in itertools.product((1, 3), (1, 3)):
            with self.subTest(loops=loops, auditors=auditors):
                run = self.walk(LINES, "--loops", loops, "--auditors", auditors)
                self.assertEqual(self.same(run), self.same(self.run_))

    def test_schemas(self):
        schema = {dialect: detour("schema", "inventory", f"--dialect={dialect}").stdout.decode()
                  for dialect in ("jsonschema", "duckdb", "clickhouse", "markdown")}
        found = self.run_.inventory
        self.assertEqual(stored.schema_errors(schema["jsonschema"], found), [])
        for change in ({"scope": "page"}, {"rule": "redirect-loop"}, {"example_seqs": [0]}, {"share_pct": 256},
                       {"count": None}, {"more": 1}):
            self.assertTrue(stored.schema_errors(schema["jsonschema"], [{**found[0], **change}]), change)
        table = stored.load_duckdb(schema["duckdb"], self.run_.out).execute("SELECT * FROM detour_inventory")
        columns = [column[0] for column in table.description]
        self.assertEqual([dict(zip(columns, row)) for row in table.fetchall()], found)
        ask = stored.load_clickhouse(schema["clickhouse"], self.run_.out)
        if ask:
            self.assertEqual(ask("SELECT rule, example_seqs FROM detour_inventory ORDER BY rule"),
                             [[row["rule"], row["example_seqs"]] for row in found])
        self.assertIn("| `example_seqs` | list of integers |", schema["markdown"])

    def test_rules_of_rows_are_their_own(self):
        """A row's schema has no rule on the whole list, and the other way round."""
        texts = [detour("schema", *which).stdout.decode() for which in ((), ("inventory",))]
        self.assertNotIn('"redirect-hub"', texts[0])
        self.assertIn('"redirect-hub"', texts[1])
        self.assertNotIn('"redirect-loop"', texts[1])

    def test_settings(self):
        off = [option for rule in FOUND for option in ("--rule", f"{rule}=off") if rule != "redirect-hub"]
        cases = [
            ([], {("redirect-hub", "warning")}),
            (["--rule", "redirect-hub=error"], {("redirect-hub", "error")}),
            (["--rule", "redirect-hub.limit=13"], set()),
            (["--rule", "redirect-hub=off"], set()),
        ]
        for options, expected in cases:
            with self.subTest(options=options):
                run = self.walk(LINES, *off, *options)
                self.assertEqual({(row["rule"], row["severity"]) for row in run.inventory}, expected)
                self.assertEqual(run.manifest["inventory"] == [], not expected)

    def test_fail_on(self):
        """A finding on the whole list fails the job as any other, and does so again when nothing is left to do."""
        lines = [f"http://temporary.example/p{n}" for n in range(25)]
        quiet = ["--rule", "temporary-should-be-permanent=off", "--fail-on", "error"]
        out, path = self.new_path("out"), self.write(lines)
        for _ in range(2):
            run = detour("audit", path, "-o", out, "--resume", *quiet, *self.origin.options())
            self.assertEqual(run.code, 1, run)
        self.assertEqual(self.walk(lines, *quiet, "--rule", "sitewide-temporary-pattern=off").code, 0)

    def test_standard_output(self):
        run = detour("audit", self.write(LINES), "-o", "-", "-q", *self.origin.options())
        self.assertEqual(run.code, 0, run)
        self.assertEqual(run.stdout.count(b"\n"), len(LINES))
        self.assertNotIn(b"redirect-hub", run.stdout)

    def test_resumed(self):
        """The rows of the process that was ended count as well."""
        out = self.new_path("out")
        shutil.copytree(self.run_.out, out)
        os.remove(os.path.join(out, "_SUCCESS"))
        os.remove(os.path.join(out, "_manifest.json"))
        run = detour("audit", self.write(LINES), "-o", out, "--resume", *self.origin.options())
        run.out = out
        self.assertEqual(run.code, 0, run)
        self.assertEqual(run.manifest["counts"]["rows_before"], len(LINES))
        self.assertEqual(self.same(run), self.same(self.run_))

    def test_reaudit(self):
        out = self.new_path("out")
        run = detour("reaudit", self.run_.out, "-o", out)
        run.out = out
        self.assertEqual(run.code, 0, run)
        self.assertEqual(self.same(run), self.same(self.run_))


class Ended(OriginTest):
    TABLE = TABLE.replace(" 200 text x", " 200 text x delay 20ms")

    def test_ended_and_resumed(self):
        """A run that was stopped has no inventory; the one that goes on has that of the whole list."""
        whole = self.walk(LINES)
        chance = random.Random(7)
        before = 0
        for number in (signal.SIGTERM, signal.SIGKILL) * 3:
            out, path = self.new_path("out"), self.write(LINES)
            command = ["audit", path, "-o", out, "-q", "--resume", "--checkpoint", "10ms", "--drain-timeout", "0s",
                       *self.origin.options()]
            with subprocess.Popen([DETOUR, *map(str, command)], stdin=subprocess.DEVNULL) as process:
                try:
                    process.wait(chance.uniform(0.05, 0.4))
                except subprocess.TimeoutExpired:
                    process.send_signal(number)
                code = process.wait(RUN_SECONDS)
            part = Run(command, code, b"", "", out)
            if code:
                self.assertFalse(os.path.exists(part.inventory_path))
            run = detour(*command)
            run.out = out
            self.assertEqual(run.code, 0, run)
            before += run.manifest["counts"]["rows_before"] if code else 0
            self.assertEqual(run.manifest["counts"]["inventory_chains"] if code else len(LINES), len(LINES))
            self.assertEqual([{**row, "run_id": ""} for row in run.inventory],
                             [{**row, "run_id": ""} for row in whole.inventory])
        self.assertGreater(before, 0)


if __name__ == "__main__":
    unittest.main()
