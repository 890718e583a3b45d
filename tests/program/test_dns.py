"""Names by the thousand: none is lost on a line that drops some, and no more is asked than has to be."""
import collections
import time

from harness import OriginTest, one_table

COUNT = 5000


class Names(OriginTest):
    # Addresses that are refused: only the names are asked for.
    TABLE = """
host *.clean.example A 10.0.0.1
host *.lossy.example A 10.0.0.2 dns timeout every 50
host *.worse.example A 10.0.0.3 dns timeout every 5
host *.large.example A 10.0.0.4 dns truncate every 10
host *.paced.example A 10.0.0.5
host *.dead.example dns timeout
host *.beside.example A 10.0.0.6
host dual.example A 127.0.0.2 AAAA ::1 closed
host first.example A 127.0.0.1 AAAA ::1
host only.example A 127.0.0.2 closed
host private.example A 10.0.0.7 AAAA ::1
host six.example AAAA ::1
prefix http://*/ 200 text "x"
"""

    def names(self, domain, count=COUNT):
        return [f"http://n{n}.{domain}.example/" for n in range(count)]

    def questions(self, domain):
        """The questions for names of a domain: (transport, type, name)."""
        return [(q["transport"], q["type"], q["name"]) for q in self.origin.log("dns")
                if q["name"].endswith(f"{domain}.example")]

    def check_all(self, run, address, count=COUNT):
        self.assertEqual(run.code, 0, run)
        found = collections.Counter((row["outcome"], row["hops"][0]["ip"]) for row in run.rows)
        self.assertEqual(found, {("blocked_address", address): count})

    def test_one_question_for_each(self):
        self.check_all(self.walk(self.names("clean")), "10.0.0.1")
        asked = self.questions("clean")
        self.assertEqual(len(set(asked)), len(asked))
        self.assertEqual({(transport, kind) for transport, kind, _ in asked}, {("udp", 1)})

    def test_lost_questions(self):
        for domain, address in (("lossy", "10.0.0.2"), ("worse", "10.0.0.3")):
            with self.subTest(domain):
                self.check_all(self.walk(self.names(domain), "--dns-timeout", "200ms"), address)

    def test_answers_that_do_not_fit(self):
        self.check_all(self.walk(self.names("large")), "10.0.0.4")
        over_tcp = sum(transport == "tcp" for transport, _, _ in self.questions("large"))
        self.assertGreaterEqual(over_tcp, COUNT // 11)

    @one_table
    def test_dead_names_beside_others(self):
        """Those that get no answer end in their own time, and hold nobody up."""
        lines = self.names("beside") + self.names("dead", 300)
        run = self.walk(lines, "--dns-timeout", "200ms", "--concurrency", "10000")
        found = collections.Counter((row["outcome"], row["error"]) for row in run.rows)
        self.assertEqual(found, {("blocked_address", "address-not-public"): COUNT, ("dns_error", "dns-timeout"): 300})

    def test_questions_per_second(self):
        """The limit is of all loops together."""
        start = time.monotonic()
        self.check_all(self.walk(self.names("paced", 200), "--dns-qps", "200", "--loops", "2"), "10.0.0.5", 200)
        self.assertGreater(time.monotonic() - start, 0.9)

    def test_families(self):
        """IPv6 addresses are asked for when there are no others, or none that accepts a connection."""
        cases = [("first.example", {"outcome": "ok"}, "127.0.0.1", 1),
                 ("dual.example", {"outcome": "ok"}, "::1", 2),
                 ("six.example", {"outcome": "ok"}, "::1", 1),
                 ("only.example", {"outcome": "connect_error", "error": "connect-refused"}, "127.0.0.2", 1),
                 ("private.example", {"outcome": "blocked_address"}, "10.0.0.7", 0)]
        run = self.walk([f"http://{name}/" for name, *_ in cases], "--allow-address", "::1")
        for (name, expected, ip, attempts), row in zip(cases, run.rows):
            with self.subTest(name):
                self.check_row(row, expected)
                self.assertEqual((row["hops"][0]["ip"], row["hops"][0]["attempts"]), (ip, attempts))
        asked = {name: [kind for _, kind, who in self.questions("") if who == name] for name, *_ in cases}
        self.assertEqual(asked, {"first.example": [1], "dual.example": [1, 28], "six.example": [1, 28],
                                 "only.example": [1, 28], "private.example": [1]})
