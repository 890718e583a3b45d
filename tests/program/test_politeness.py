"""How much is asked of a host and of an address, as the server saw it."""
from harness import OriginTest


def most_at_once(requests):
    """The largest number of these requests that were in progress at one time."""
    steps = sorted([(r["arrived_us"], 1) for r in requests] + [(r["done_us"], -1) for r in requests])
    now = most = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most


class PolitenessTest(OriginTest):
    def log_of(self, lines, *options):
        """Walks the lines and returns the run with the requests that it made."""
        before = len(self.origin.requests())
        run = self.walk(lines, *options)
        self.assertEqual(run.code, 0, run)
        self.assertEqual(len(run.rows), len(lines), run)
        return run, self.origin.requests()[before:]


class Caps(PolitenessTest):
    TABLE = """
host *.example A 127.0.0.1
prefix http://chain.example/ 302 http://chain-end.example/{rest} delay 20ms
prefix http://*/ 200 text "x" delay 20ms
"""

    def test_per_host(self):
        for options, cap in [((), 8), (("--per-host", 3), 3), (("--per-host", 1), 1)]:
            with self.subTest(cap=cap):
                run, requests = self.log_of([f"http://a.example/{cap}/{n}" for n in range(40)], *options)
                self.assertEqual({row["outcome"] for row in run.rows}, {"ok"})
                self.assertEqual(len(requests), 40)
                self.assertEqual(most_at_once(requests), cap)

    def test_hops_count_as_well(self):
        """Chains of forty hosts meet on one, which the list does not name."""
        self.origin.requests()
        _, requests = self.log_of([f"http://chain.example/{n}" for n in range(40)], "--per-host", 4)
        for host in ("chain", "chain-end"):
            self.assertLessEqual(most_at_once([r for r in requests if f"//{host}.example/" in r["url"]]), 4, host)

    def test_hosts_do_not_wait_for_each_other(self):
        _, requests = self.log_of([f"http://h{n % 10}.example/{n}" for n in range(60)], "--per-host", 1)
        self.assertGreater(most_at_once(requests), 5)

    def test_sorted_list(self):
        """A list sorted by host keeps all hosts busy."""
        lines = sorted(f"http://s{n % 5}.example/{n}" for n in range(100))
        _, requests = self.log_of(lines, "--per-host", 1)
        self.assertEqual(most_at_once(requests), 5)

    def test_per_address(self):
        """All hosts are on one address."""
        _, requests = self.log_of([f"http://i{n % 20}.example/{n}" for n in range(80)], "--per-ip", 6)
        self.assertLessEqual(most_at_once(requests), 6)
        self.assertGreater(most_at_once(requests), 2)


class Concurrency(PolitenessTest):
    TABLE = """
host *.example A 127.0.0.1
prefix http://slow.example/ 200 text "x" delay 10ms
prefix http://*/ 302 http://slow.example/{rest}
"""

    def test_walks_in_flight(self):
        """They are as many as the option says at most, although all loops hand theirs over to one."""
        for loops in (1, 2, 4):
            with self.subTest(loops=loops):
                _, requests = self.log_of([f"http://h{n % 40}.example/{loops}/{n}" for n in range(80)],
                                          "--per-host", 4, "--concurrency", 8, "--loops", loops)
                begun = sorted(r["arrived_us"] for r in requests if "//h" in r["url"])
                ended = [r["done_us"] for r in requests if "//slow" in r["url"]]
                self.assertEqual((len(begun), len(ended)), (80, 80))
                self.assertLessEqual(max(n - sum(end < at for end in ended) for n, at in enumerate(begun, 1)), 8)


class Rate(PolitenessTest):
    TABLE = "host *.example A 127.0.0.1\nprefix http://*/ 200 text \"x\"\n"

    def test_rate(self):
        _, requests = self.log_of([f"http://a.example/{n}" for n in range(11)], "--rate", 20)
        arrived = sorted(r["arrived_us"] for r in requests)
        self.assertEqual(len(arrived), 11)
        # Ten spaces of 50 ms; what a busy machine delays at the beginning may shorten the whole a little.
        self.assertGreater(arrived[-1] - arrived[0], 400_000)
        self.assertLess(max(sum(1 for t in arrived if start <= t < start + 100_000) for start in arrived), 6)


class Patience(PolitenessTest):
    TABLE = """
host *.example A 127.0.0.1
url http://once.example/ 429 header "Retry-After: 1" when first 1
url http://once.example/ 200 text "x"
url http://busy.example/ 503 header "Retry-After: 1" when first 1
url http://busy.example/ 200 text "x"
url http://date.example/ 429 header "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT" when first 1
url http://date.example/ 200 text "x"
url http://bare.example/ 429 when first 1
url http://bare.example/ 200 text "x"
url http://always.example/ 429 header "Retry-After: 0"
url http://down.example/ 503
prefix http://spared.example/ 503
url http://long.example/ 429 header "Retry-After: 3600" when first 1
url http://long.example/ 200 text "x"
url http://redirects.example/ 301 http://limited.example/
url http://limited.example/ 429 header "Retry-After: 1" when first 1
url http://limited.example/ 200 text "x"
prefix http://once.example/others/ 200 text "x"
"""

    def test_retry_after(self):
        """The host gets the time it asks for, all of its URLs, and then its answer counts."""
        for host in ("once", "busy"):
            with self.subTest(host):
                run, requests = self.log_of([f"http://{host}.example/"])
                self.check_row(run.rows[0], {"outcome": "ok", "final_status": 200, "requests": 1})
                self.assertEqual([r["status"] for r in requests], [429 if host == "once" else 503, 200])
                self.assertGreaterEqual(requests[1]["arrived_us"] - requests[0]["done_us"], 990_000)

    def test_hop_on_the_way(self):
        run, requests = self.log_of(["http://redirects.example/"])
        self.check_row(run.rows[0], {"outcome": "ok", "statuses": [301, 200]})
        self.assertEqual([r["status"] for r in requests], [301, 429, 200])

    def test_date_in_the_past_and_no_date(self):
        for host in ("date", "bare"):
            with self.subTest(host):
                run, requests = self.log_of([f"http://{host}.example/"])
                self.check_row(run.rows[0], {"outcome": "ok"})
                self.assertEqual([r["status"] for r in requests], [429, 200])

    def test_tries(self):
        for tries in (1, 2, 4):
            with self.subTest(tries=tries):
                run, requests = self.log_of(["http://always.example/"], "--tries", tries, "--retry-after-max", "50ms",
                                            "--passes", 1)
                self.check_row(run.rows[0], {"outcome": "client_error", "final_status": 429, "error": ""})
                self.assertEqual(len(requests), tries)

    def test_503_alone_is_an_answer(self):
        run, requests = self.log_of(["http://down.example/"], "--passes", 1)
        self.check_row(run.rows[0], {"outcome": "server_error", "final_status": 503})
        self.assertEqual(len(requests), 1)

    def test_503_alone_spares_the_host(self):
        """Nobody else asks the host for a second."""
        run, requests = self.log_of([f"http://spared.example/{n}" for n in range(2)], "--per-host", 1,
                                    "--passes", 1)
        self.assertEqual([row["final_status"] for row in run.rows], [503, 503])
        arrived = sorted(r["arrived_us"] for r in requests)
        self.assertEqual(len(arrived), 2)
        self.assertGreater(arrived[1] - arrived[0], 900_000)

    def test_longest_wait(self):
        """Who asks for more time than we have is not asked again sooner: the 429 is the answer."""
        run, requests = self.log_of(["http://long.example/"], "--retry-after-max", "200ms")
        self.check_row(run.rows[0], {"outcome": "client_error", "final_status": 429})
        self.assertEqual(len(requests), 1)


class SetAside(PolitenessTest):
    TABLE = """
host *.example A 127.0.0.1
host dead.example A 127.0.0.2 closed
url http://lively.example/broken reset
prefix http://*/ 200 text "x"
"""

    def test_dead_host(self):
        """After so many failures in a row the rest is not asked for; other hosts are."""
        run, _ = self.log_of([f"http://dead.example/{n}" for n in range(30)] + ["http://lively.example/"],
                             "--set-aside", 5, "--per-host", 1)
        outcomes = [row["outcome"] for row in run.rows]
        self.assertEqual(outcomes.count("connect_error"), 5)
        self.assertEqual(outcomes.count("not_reached"), 25)
        self.assertEqual(outcomes[-1], "ok")
        for row in run.rows:
            if row["outcome"] == "not_reached":
                self.check_row(row, {"error": "host-set-aside", "final_status": 0})
        self.assertIn("dead.example", run.stderr)

    def test_failures_in_a_row_only(self):
        """A host that answers in between is kept."""
        lines = [f"http://lively.example/{'broken' if n % 2 else n}?{n}".replace("broken?", "broken#") for n in range(40)]
        run, _ = self.log_of(lines, "--set-aside", 3, "--per-host", 1)
        self.assertNotIn("not_reached", {row["outcome"] for row in run.rows})
