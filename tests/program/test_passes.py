"""A line that fails in a way that may pass is walked again at the end of the run before it is reported."""
from harness import OriginTest


class Passes(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
host closed.example A 127.0.0.9 closed
host servfail.example A 127.0.0.1 dns servfail
host once.example A 127.0.0.1 dns servfail 4
host gone.example dns nxdomain
url http://a.example/fine 200 text "x"
url http://a.example/missing 404
url http://a.example/500 500
url http://a.example/500-once 503 when first 1
url http://a.example/500-once 301 /fine
url http://a.example/to-503 301 http://b.example/503-once
url http://b.example/503-once 503 when first 1
url http://b.example/503-once 200 text "x"
url http://a.example/429-once 429 when first 3
url http://a.example/429-once 200 text "x"
url http://a.example/reset-once reset when first 1
url http://a.example/reset-once 200 text "x"
url http://a.example/hang-once hang when first 1
url http://a.example/hang-once 200 text "x"
prefix http://tails.example/ 301 http://a.example/500
prefix http://turn.example/ 503 when first 40
prefix http://turn.example/ 200 text "x"
"""
    FAST = ["--retry-after-max", "20ms"]

    def test_what_is_walked_again(self):
        again = {"passes": 2}
        run = self.check_walks([
            ("ok", "http://a.example/fine", {"passes": 1, "outcome": "ok", "first_error": "", "first_status": 0}),
            ("404 stays", "http://a.example/missing", {"passes": 1, "outcome": "client_error"}),
            ("no such name", "http://gone.example/", {"passes": 1, "error": "dns-nxdomain"}),
            ("no URL", "nothing", {"passes": 0, "outcome": "invalid_input"}),
            ("500 stays", "http://a.example/500", {**again, "final_status": 500, "first_status": 500}),
            ("503 passes", "http://a.example/500-once", {
                **again, "outcome": "ok", "redirects": 1, "first_status": 503, "first_error": "", "error": ""}),
            ("behind a redirect", "http://a.example/to-503", {
                **again, "outcome": "ok", "statuses": [301, 200], "first_status": 503}),
            ("429", "http://a.example/429-once", {**again, "outcome": "ok", "first_status": 429}),
            ("reset", "http://a.example/reset-once", {
                **again, "outcome": "ok", "first_status": 0, "first_error": "reset"}),
            ("time-out", "http://a.example/hang-once", {
                **again, "outcome": "ok", "first_error": "response-timeout"}),
            ("refused", "http://closed.example/", {
                **again, "error": "connect-refused", "first_error": "connect-refused"}),
            ("SERVFAIL", "http://servfail.example/", {
                **again, "error": "dns-servfail", "first_error": "dns-servfail"}),
            ("SERVFAIL passes", "http://once.example/", {
                **again, "outcome": "client_error", "first_error": "dns-servfail"}),
        ], *self.FAST, "--hop-timeout", "1s")
        self.assertEqual(run.manifest["rows"], 13)

    def test_as_often_as_said(self):
        for passes in (1, 2, 3):
            with self.subTest(passes=passes):
                before = len(self.origin.requests())
                run = self.walk([f"http://tails.example/{n}" for n in range(10)], *self.FAST, "--passes", passes)
                self.assertEqual([row["passes"] for row in run.rows], [passes] * 10)
                self.assertEqual({row["final_status"] for row in run.rows}, {500})
                # What answered is known; what failed is asked for once in each pass.
                urls = [request["url"] for request in self.origin.requests()[before:]]
                self.assertEqual((len(urls), urls.count("http://a.example/500")), (10 + passes, passes))

    def test_many_at_once(self):
        """Lines of several loops, on a host that recovers; each has one row."""
        lines = [f"http://h{n % 7}.example/{n}" for n in range(200)] + [f"http://turn.example/{n}" for n in range(100)]
        run = self.walk(lines, *self.FAST, "--loops", "3", "--set-aside", "1000")
        self.assertEqual(run.code, 0, run)
        rows = run.rows
        self.assertEqual([row["seq"] for row in rows], list(range(1, 301)))
        self.assertEqual({row["passes"] for row in rows[:200]}, {1})
        self.assertEqual(sum(row["passes"] == 2 for row in rows), 40)
        self.assertEqual([row["outcome"] for row in rows[200:]], ["ok"] * 100)

    def test_hosts_set_aside_get_another_chance(self):
        run = self.walk([f"http://closed.example/{n}" for n in range(100)], *self.FAST, "--set-aside", "20")
        self.assertEqual({row["passes"] for row in run.rows}, {2})
        self.assertEqual({row["first_error"] for row in run.rows}, {"connect-refused", "host-set-aside"})
        asked = [row for row in run.rows if row["error"] == "connect-refused"]
        self.assertGreaterEqual(len(asked), 1)
        self.assertLess(len(asked), 20)
