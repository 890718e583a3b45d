"""The demo's inventory, as a user would audit and load it: every rule speaks, every reader agrees."""
import collections
import json
import os
import subprocess
import tempfile
import unittest

import rows
from harness import DETOUR, Origin, Run, detour

INVENTORY = os.path.join(os.path.dirname(DETOUR), "inventory")


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="detour-demo-")
        cls.addClassCleanup(folder.cleanup)
        cls.list_path, table_path = (os.path.join(folder.name, name) for name in ("urls.txt", "table"))
        subprocess.run([INVENTORY, cls.list_path, table_path], check=True)
        with open(table_path, encoding="utf-8") as file:
            origin = Origin(file.read(), folder.name)
        cls.addClassCleanup(origin.server.stop)
        cls.out = os.path.join(folder.name, "out")
        cls.run_of_it = detour("audit", cls.list_path, "-o", cls.out, *origin.options(robots="report"))
        cls.rows = rows.read_rows(cls.out)
        cls.whole_list = Run([], 0, b"", "", cls.out).inventory

    @staticmethod
    def schema(dialect):
        return detour("schema", f"--dialect={dialect}").stdout.decode()

    def test_one_row_a_line(self):
        self.assertEqual(self.run_of_it.code, 0, self.run_of_it)
        with open(self.list_path, "rb") as file:
            lines = [number for number, line in enumerate(file, 1) if line.strip() and not line.strip().startswith(b"#")]
        self.assertGreater(len(lines), 20000)
        self.assertEqual(sorted(row["seq"] for row in self.rows), lines)

    def test_every_rule_speaks(self):
        names = json.loads(self.schema("jsonschema"))["properties"]["findings"]["items"]["properties"]["rule"]["enum"]
        seen = collections.Counter(finding["rule"] for row in self.rows for finding in row["findings"])
        self.assertEqual(set(seen), set(names))

    def test_whole_list_speaks(self):
        """All rules on the whole list but that on cycles, which need a server of two minds."""
        schema = json.loads(detour("schema", "inventory").stdout)
        self.assertEqual({row["rule"] for row in self.whole_list},
                         set(schema["properties"]["rule"]["enum"]) - {"cross-input-cycle"})

    def test_whole_list_is_true(self):
        """What DuckDB counts in the rows is what the inventory says."""
        table = rows.load_duckdb(self.schema("duckdb"), self.out)
        table.execute("create view hop as select seq, unnest(hops) as h from detour")
        redirects = "h.status in (301, 302, 303, 307, 308)"
        found = {rule: {row["subject"]: row["count"] for row in self.whole_list if row["rule"] == rule}
                 for rule in ("redirect-hub", "mass-redirect-to-one-target", "sitewide-temporary-pattern")}
        self.assertEqual(found["redirect-hub"], dict(table.sql(
            f"select h.url, count(distinct seq) from hop where h.n > 0 and {redirects} "
            "group by 1 having count(distinct seq) >= 10").fetchall()))
        for target, count in found["mass-redirect-to-one-target"].items():
            self.assertEqual(table.execute(f"select count(distinct h.url) from hop where h.next_url = ? and {redirects}",
                                           [target]).fetchone(), (count,))
        for pattern, count in found["sitewide-temporary-pattern"].items():
            origin, changes = pattern.split(" ")[0], pattern.partition("(")[2].rstrip(")").split(", ")
            self.assertEqual(table.execute(
                "select count(distinct h.url) from hop where h.status in (302, 303, 307) and h.changes = ? "
                "and starts_with(h.url, ? || '/')", [changes, origin]).fetchone(), (count,))

    def test_jsonschema(self):
        """All that went wrong, and some of what did not: the validator is slow."""
        some = [row for n, row in enumerate(self.rows) if row["outcome"] != "ok" or n % 20 == 0]
        self.assertEqual(rows.schema_errors(self.schema("jsonschema"), some), [])

    def test_duckdb(self):
        """The printed table takes all rows; hops and findings can be asked for."""
        table = rows.load_duckdb(self.schema("duckdb"), self.out)
        with open(os.path.join(self.out, "_manifest.json"), encoding="utf-8") as file:
            outcomes = {name: count for name, count in json.load(file)["outcomes"].items() if count}
        self.assertEqual(dict(table.sql("select outcome, count(*) from detour group by 1").fetchall()), outcomes)
        hops = table.sql("select h.status, count(*) from (select unnest(hops) as h from detour) group by 1").fetchall()
        self.assertEqual(dict(hops), collections.Counter(hop["status"] for row in self.rows for hop in row["hops"]))
        found = table.sql("select f.rule, count(*) from (select unnest(findings) as f from detour) group by 1").fetchall()
        self.assertEqual(dict(found), collections.Counter(f["rule"] for row in self.rows for f in row["findings"]))


if __name__ == "__main__":
    unittest.main()
