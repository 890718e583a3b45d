"""The printed schemas hold for strange rows, as readers that are not ours see them."""
import collections
import os
import subprocess
import tempfile
import unittest

import rows

# Records made by hand: every outcome, error and byte, rows cut to fit, three parts.
SAMPLE_ROWS = os.path.join(os.path.dirname(os.environ.get("DETOUR", "build/detour")), "tests/formats/sample_rows")


class SampleRows(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.run_path = os.path.join(cls.folder.name, "a run")
        subprocess.run([SAMPLE_ROWS, "run", cls.run_path], check=True)
        cls.rows = rows.read_rows(cls.run_path)
        cls.hops = sum(len(row["hops"]) for row in cls.rows)
        cls.findings = sum(len(row["findings"]) for row in cls.rows)

    def schema(self, dialect):
        return subprocess.run([SAMPLE_ROWS, dialect], check=True, capture_output=True, text=True).stdout

    def test_rows(self):
        self.assertEqual(len(rows.part_paths(self.run_path)), 3)
        self.assertEqual([row["seq"] for row in self.rows], list(range(1, 601)))
        self.assertEqual(sum(row["truncated"] for row in self.rows), 6)
        self.assertEqual(len({row["error"] for row in self.rows} - {""}) > 40, True)

    def test_order_of_keys(self):
        """One order of keys in all rows, hops and findings."""
        orders = collections.defaultdict(set)
        for row in self.rows:
            orders["row"].add(tuple(row))
            for name in ("hops", "findings"):
                orders[name].update(map(tuple, row[name]))
        self.assertEqual({name: len(order) for name, order in orders.items()}, {"row": 1, "hops": 1, "findings": 1})

    def test_jsonschema(self):
        self.assertEqual(rows.schema_errors(self.schema("jsonschema"), self.rows), [])

    def test_jsonschema_refuses(self):
        """The schema is not so wide that everything fits."""
        changes = {
            "an outcome of its own": {"outcome": "fine"},
            "a rule that is not listed": {"findings": [dict(self.rows[0]["findings"][0], rule="new-rule")]},
            "a null": {"final_url": None},
            "text for a number": {"final_status": "200"},
            "a number below zero": {"redirects": -1},
            "another version": {"schema_version": 2},
            "a key more": {"colour": "red"},
            "a hop without keys": {"hops": [{"n": 0}]},
            "a time without milliseconds": {"hops": [dict(self.rows[0]["hops"][0], started_at="2026-11-21T01:02:03Z")]},
        }
        for name, change in changes.items():
            with self.subTest(name):
                self.assertTrue(rows.schema_errors(self.schema("jsonschema"), [{**self.rows[0], **change}]))

    def test_duckdb(self):
        """The table has what the rows have, hop by hop."""
        table = rows.load_duckdb(self.schema("duckdb"), self.run_path)
        self.assertEqual(
            table.execute("SELECT count(*), sum(len(hops)), sum(len(findings)) FROM detour").fetchone(),
            (600, self.hops, self.findings))
        loaded = table.execute("SELECT * FROM detour ORDER BY seq").fetchall()
        columns = [column[0] for column in table.description]
        for row, values in zip(self.rows, loaded):
            got = dict(zip(columns, values))
            for hop in got["hops"]:
                hop["started_at"] = hop["started_at"].isoformat(timespec="milliseconds") + "Z"
            self.assertEqual(got, row)

    def test_duckdb_nested(self):
        table = rows.load_duckdb(self.schema("duckdb"), self.run_path)
        got = table.execute("""
            SELECT f.rule, count(*) FROM (SELECT unnest(findings) AS f FROM detour)
            WHERE f.severity = 'error' GROUP BY 1 ORDER BY 1""").fetchall()
        want = collections.Counter(
            f["rule"] for row in self.rows for f in row["findings"] if f["severity"] == "error")
        self.assertEqual(got, sorted(want.items()))

    def test_clickhouse(self):
        ask = rows.load_clickhouse(self.schema("clickhouse"), self.run_path)
        if ask is None:
            self.skipTest("chdb is not installed")
        self.assertEqual(ask("SELECT count(), sum(length(hops)), sum(length(findings)) FROM detour"),
                         [[600, self.hops, self.findings]])
        got = ask("SELECT seq, outcome, h.n, h.location, h.memo, h.started_at FROM detour "
                  "ARRAY JOIN hops AS h ORDER BY seq, h.n")
        self.assertEqual(got, [
            [row["seq"], row["outcome"], hop["n"], hop["location"], hop["memo"],
             hop["started_at"].replace("T", " ").rstrip("Z")] for row in self.rows for hop in row["hops"]])


if __name__ == "__main__":
    unittest.main()
