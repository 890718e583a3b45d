"""The same list and the same site give the same rows, however many threads walk and judge."""
import os
import re
import subprocess
import unittest

from harness import DETOUR, Origin, ProgramTest, Run, detour, one_table, unzstd

INVENTORY = os.path.join(os.path.dirname(DETOUR), "inventory")

# What is of the moment: the run, when a hop was and how long it took, which of several lines asked for a URL first, and
# whether the rest of a body was worth reading, which it is where the connection is used again. libcurl's own words on an
# error have a time in them.
MOMENT = re.compile(rb'"(?:run_id|started_at|date)":"[^"]*",|"(?:\w+_us|body_bytes)":\d+,|"memo":(?:true|false),'
                    rb'| after \d+ ms')
# Rules that look at times.
TIMED = ["--rule", "slow-hop=off", "--rule", "slow-chain=off"]


def rows_of(out):
    """The rows by number, as written but for what is of the moment."""
    lines = [line for part in Run([], 0, b"", "", out).parts for line in unzstd(part).splitlines()]
    rows = {int(re.search(rb'"seq":(\d+)', line)[1]): MOMENT.sub(b"", line) for line in lines}
    assert len(rows) == len(lines)
    return rows


class Determinism(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.list_path, table_path = cls.path("urls.txt"), cls.path("table")
        subprocess.run([INVENTORY, cls.list_path, table_path], check=True)
        with open(cls.list_path, "rb") as file:
            # An A/B test answers every other request otherwise.
            cls.list_path = cls.write(file.read().replace(b"https://www.lumen.example/ab/", b"#"))
        with open(table_path, encoding="utf-8") as file:
            cls.origin = Origin(file.read(), cls.folder)
        cls.addClassCleanup(cls.origin.server.stop)

    def rows(self, *options):
        out = self.new_path("out")
        run = detour("audit", "-q", self.list_path, "-o", out, *options, *TIMED, *self.origin.options())
        self.assertEqual(run.code, 0, run)
        return rows_of(out)

    @one_table
    def test_threads(self):
        one, three = self.rows("--loops", 1, "--auditors", 1), self.rows("--loops", 3, "--auditors", 3)
        self.assertGreater(len(one), 20000)
        self.assertEqual(one.keys(), three.keys())
        differing = [(one[seq].decode(), three[seq].decode()) for seq in one if one[seq] != three[seq]]
        self.assertEqual(differing, [])


if __name__ == "__main__":
    unittest.main()
