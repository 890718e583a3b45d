"""robots.txt: asked for once at each origin, told in each hop, and obeyed where that is wanted."""
import collections
import random
import signal
import subprocess
import time

from harness import DETOUR, PATIENCE, RUN_SECONDS, OriginTest, detour, own_allocator

PAGES = "host *.example A 127.0.0.1\nprefix http://*/ 200 text \"page\"\n"


def quoted(text):
    return '"' + text.replace("\n", "\\n") + '"'


def robots(origin, text="User-agent: *\nDisallow: /private\n"):
    return f"url {origin}/robots.txt 200 text {quoted(text)}\n"


def facts(row):
    """What its hops say about robots.txt."""
    return [(hop["robots"], hop["robots_rule"], hop["robots_line"]) for hop in row["hops"]]


class RobotsTest(OriginTest):
    @classmethod
    def walk(cls, lines, mode, *options, **popen):
        """The run, and how often each URL was asked for in it."""
        before = len(cls.origin.requests())
        run = cls.audit(lines, *options, *cls.origin.options(robots=mode), **popen)
        run.asked = collections.Counter(request["url"] for request in cls.origin.requests()[before:])
        run.robots_asked = {url: n for url, n in run.asked.items() if url.endswith("/robots.txt")}
        return run

    def check(self, lines, mode, *options, **popen):
        run = self.walk(lines, mode, *options, **popen)
        self.assertEqual(run.code, 0, run)
        self.assertEqual(len(run.rows), len(lines), run)
        return run


class Verdicts(RobotsTest):
    TABLE = PAGES + robots("http://a.example", """\
# for all
User-agent: *
Disallow: /private
Allow: /private/open
Disallow: /*?session=

User-agent: SpecialBot
Disallow: /special
""") + robots("http://b.example", "User-agent: *\nDisallow: /") + """
url http://a.example/to-private 301 /private/x
url http://a.example/by-private 301 /private/step
url http://a.example/private/step 302 /fine
url http://a.example/to-b 301 http://b.example/x
url http://a.example/to-none 301 http://none.example/x
url http://none.example/robots.txt 404
"""
    ALLOWED, DISALLOWED = ("allowed", "", 0), ("disallowed", "Disallow: /private", 3)
    LINES = ["http://a.example/fine", "http://a.example/private/x#f", "http://a.example/private/open/x",
             "http://a.example/x?session=1", "http://a.example/to-private", "http://a.example/by-private",
             "http://a.example/to-b", "http://a.example/to-none", "HEAD http://a.example/private/head", "no URL"]
    FACTS = [[ALLOWED], [DISALLOWED], [("allowed", "Allow: /private/open", 4)],
             [("disallowed", "Disallow: /*?session=", 5)], [ALLOWED, DISALLOWED], [ALLOWED, DISALLOWED, ALLOWED],
             [ALLOWED, ("disallowed", "Disallow: /", 2)], [ALLOWED, ALLOWED], [DISALLOWED], []]
    ROBOTS = {f"http://{host}.example/robots.txt": 1 for host in ("a", "b", "none")}

    def test_report(self):
        """All is walked, and told."""
        for memo in ("0", "16"):
            with self.subTest(memo=memo):
                run = self.check(self.LINES, "report", "--memo-size", memo)
                self.assertEqual([facts(row) for row in run.rows], self.FACTS)
                self.assertEqual([row["outcome"] for row in run.rows], ["ok"] * 9 + ["invalid_input"])
                self.assertEqual(run.robots_asked, self.ROBOTS)
                self.assertEqual(run.manifest["counts"]["robots_fetched"], 3)
                self.assertIn("robots.txt: asked for at 3 origins; 6 URLs led to what one disallows\n", run.stderr)

    def test_obey(self):
        """What is disallowed is not asked for, and is where the walk ends."""
        run = self.check(self.LINES, "obey")
        blocked = [1, 3, 4, 5, 6, 8]
        for n, row in enumerate(run.rows):
            wanted = self.FACTS[n]
            if n in blocked:
                wanted = wanted[:next(i for i, fact in enumerate(wanted) if fact[0] == "disallowed") + 1]
                self.check_row(row, {"outcome": "blocked_robots", "error": "robots-disallowed", "final_status": 0,
                                     "redirects": len(wanted) - 1, "passes": 1})
            self.assertEqual(facts(row), wanted)
        self.assertEqual(run.robots_asked, self.ROBOTS)
        self.assertEqual(set(run.asked) - set(run.robots_asked), {
            "http://a.example/fine", "http://a.example/private/open/x", "http://a.example/to-private",
            "http://a.example/by-private", "http://a.example/to-b", "http://a.example/to-none",
            "http://none.example/x"})

    def test_ignore(self):
        run = self.check(self.LINES, "ignore")
        self.assertEqual(run.robots_asked, {})
        self.assertEqual({fact for row in run.rows for fact in facts(row)}, {("", "", 0)})
        self.assertNotIn("robots.txt", run.stderr)

    def test_report_is_the_default(self):
        options = self.origin.options()
        del options[:2]
        run = self.audit(self.LINES[:2], *options)
        self.assertEqual([facts(row) for row in run.rows], self.FACTS[:2])

    def test_token(self):
        """The product token is what --user-agent begins with, in any case; its group is the only one that counts."""
        lines = ["http://a.example/special", "http://a.example/private"]
        run = self.check(lines, "report", "--user-agent", "specialBOT/2.0 (+http://a.example/)")
        self.assertEqual([facts(row) for row in run.rows], [[("disallowed", "Disallow: /special", 8)], [self.ALLOWED]])
        run = self.check(lines, "report", "--user-agent", "Other/1.0")
        self.assertEqual([facts(row) for row in run.rows], [[self.ALLOWED], [self.DISALLOWED]])

    def test_findings(self):
        run = self.check(["http://a.example/to-private", "http://a.example/by-private", "http://a.example/private/x"],
                         "report")
        found = [[(f["rule"], f["hop"], f["message"]) for f in row["findings"] if "robots" in f["rule"]]
                 for row in run.rows]
        self.assertEqual([[(rule, hop) for rule, hop, _ in row] for row in found], [
            [("target-blocked-by-robots", 1)], [("hop-blocked-by-robots", 1)], []])
        for row in found[:2]:
            self.assertIn("line 3", row[0][2])
            self.assertIn("Disallow: /private", row[0][2])


class OncePerOrigin(RobotsTest):
    TABLE = PAGES + "prefix https://*/ 200 text \"page\"\n" + """
url http://hop.example/robots.txt 404
url https://hop.example/robots.txt 404
prefix http://hop.example/ 301 https://hop.example/{rest}
prefix https://hop.example/ 302 http://end.example:81/{rest}
prefix http://slow.example/ 200 text "x"
url http://slow.example/robots.txt 200 text "User-agent: *\\nDisallow: /1" delay 300ms
url http://slower.example/robots.txt 200 text "User-agent: *\\nDisallow: /1" delay {PATIENCE}s
""".replace("{PATIENCE}", str(PATIENCE)) + "".join(robots(f"http://h{n}.example", f"User-agent: *\nDisallow: /{n}\n") for n in range(30))
    LOOPS = [("--loops", "1"), ("--loops", "3"), ("--loops", "3", "--per-host", "400", "--per-ip", "2000")]

    def test_requests_are_distinct_origins(self):
        """Each scheme, host and port has one; hops count, and what the memo knows does not matter."""
        lines = [f"http://h{n % 30}.example/{n % 50}" for n in range(600)] + \
            [f"http://hop.example/{n}" for n in range(50)] + [f"http://h{n}.example:8080/" for n in range(10)]
        for options in self.LOOPS:
            with self.subTest(options=options):
                run = self.check(lines, "report", *options)
                hops = [hop for row in run.rows for hop in row["hops"]]
                origins = {"/".join(hop["url"].split("/")[:3]) for hop in hops}
                self.assertEqual(len(origins), 30 + 3 + 10)
                self.assertEqual(run.robots_asked, {f"{origin}/robots.txt": 1 for origin in origins})
                self.assertEqual(run.manifest["counts"]["robots_fetched"], len(origins))
                self.assertTrue(all(hop["robots"] for hop in hops))
                blocked = [row["seq"] for row in run.rows[:600] if row["hops"][0]["robots"] == "disallowed"]
                # Rules are prefixes: /1 stands for /10 as well.
                self.assertEqual(blocked, [n + 1 for n in range(600) if str(n % 50).startswith(str(n % 30))])

    def test_many_wait_for_one(self):
        for options in self.LOOPS:
            with self.subTest(options=options):
                run = self.check([f"http://slow.example/{n}" for n in range(200)] +
                                 [f"http://h{n}.example/x" for n in range(30)], "obey", *options)
                self.assertEqual(run.robots_asked["http://slow.example/robots.txt"], 1)
                outcomes = [row["outcome"] for row in run.rows]
                self.assertEqual(outcomes, ["blocked_robots" if str(n).startswith("1") else "ok" for n in range(200)] +
                                 ["ok"] * 30)

    def test_one_walk_at_a_time(self):
        """The walk that waits does not keep the one to robots.txt from its place."""
        run = self.check([f"http://h{n % 7}.example/{n}" for n in range(30)], "report", "-c", "1", "--per-host", "1",
                         "--per-ip", "1")
        self.assertEqual(len(run.robots_asked), 7)

    def test_stopped_run(self):
        """Walks that wait for robots.txt are drained as others are; the run that goes on asks once more."""
        for drain in ("0", "20s"):
            with self.subTest(drain=drain):
                out = self.new_path("out")
                command = ["audit", self.write([f"http://slower.example/{n}" for n in range(5)]), "-o", out,
                           "--resume", "--drain-timeout", drain, *self.origin.options(robots="obey")]
                with subprocess.Popen([DETOUR, *command], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
                    with self.assertRaises(subprocess.TimeoutExpired):
                        process.wait(PATIENCE / 2)
                    process.send_signal(signal.SIGTERM)
                    stderr = process.stderr.read().decode()
                    self.assertEqual(process.wait(RUN_SECONDS), 75, stderr)
                run = detour(*command)
                run.out = out
                self.assertEqual(run.code, 0, run)
                self.assertEqual([row["outcome"] for row in run.rows], ["ok", "blocked_robots", "ok", "ok", "ok"])
                self.assertEqual(run.manifest["counts"]["rows_before"], 0 if drain == "0" else 1)


FORBIDS = "User-agent: *\nDisallow: /\n"


def redirects(first, count, robots_text):
    """robots.txt of `first`, behind `count` redirects over as many hosts."""
    hosts = [first] + [f"{first}-{n}" for n in range(1, count + 1)]
    lines = [f"url http://{hosts[n]}.example/robots.txt 30{[1, 2, 7, 8][n % 4]} "
             f"http://{hosts[n + 1]}.example/robots.txt\n" for n in range(count)]
    return "".join(lines) + robots(f"http://{hosts[-1]}.example", robots_text)


class Sources(RobotsTest):
    """What becomes of a robots.txt that is not plainly there."""

    TABLE = "host closed.example A 127.0.0.9 closed\nhost silent.example A 127.0.0.8 silent\nhost gone.example dns nxdomain\n" \
        "host private.example A 10.0.0.5\nhost expired.example A 127.0.0.1 tls expired\n" + PAGES + \
        redirects("five", 5, FORBIDS) + redirects("six", 6, FORBIDS) + "".join(
            f"url http://s{status}.example/robots.txt {status} text {quoted(FORBIDS)}\n"
            for status in (203, 401, 403, 404, 410, 429, 500, 503, 304, 999)) + rf"""
url http://to-page.example/robots.txt 301 /page
url http://empty.example/robots.txt 200
url http://loop.example/robots.txt 301 /robots.txt
url http://nowhere.example/robots.txt 301
url http://cookie.example/robots.txt 302 /robots.txt header "Set-Cookie: a=b"
url http://to-gone.example/robots.txt 301 http://gone.example/robots.txt
url http://to-hang.example/robots.txt 301 http://hang.example/robots.txt
url http://hang.example/robots.txt hang
url http://reset.example/robots.txt reset
url http://half.example/robots.txt 200 text {quoted(FORBIDS)} header "Content-Length: 4000" close
url http://stuck.example/robots.txt 200 text {quoted(FORBIDS)} header "Content-Length: 4000" hang
url http://drip.example/robots.txt 200 body 100000 drip 50ms
raw http://garbage.example/robots.txt "\x00\x01\xff\xfe no HTTP\r\n" close
url http://binary.example/robots.txt 200 text "\x00\xff\xfe\x01User-agent\x00"
url http://html.example/robots.txt 200 text "<title>x</title>\nUser-agent: *\nDisallow: /" header "Content-Type: text/html"
url http://image.example/robots.txt 200 text {quoted(FORBIDS)} header "Content-Type: image/png"
url http://busy.example/robots.txt 503 header "Retry-After: 3600"
url http://large.example/robots.txt 200 text {quoted("#" * (500 * 1024 - 30) + chr(10) + FORBIDS + "#" * 100000)}
url http://larger.example/robots.txt 200 text {quoted("#" * (500 * 1024 - 10) + chr(10) + FORBIDS)}
url http://header.example/robots.txt 200 header-fill 200000
"""
    ALLOWED = ["empty", "s203-not", "s401", "s403", "s404", "s410", "s304", "six", "loop", "nowhere", "cookie",
               "to-page", "binary", "larger"]
    DISALLOWED = ["five", "s203", "html", "image", "large"]
    UNREACHABLE = ["s429", "s500", "s503", "s999", "to-gone", "to-hang", "hang", "reset", "half", "stuck", "drip",
                   "garbage", "busy", "header"]
    # Where the origin itself gives no connection, that is what happens to the walk.
    NO_CONNECTION = {"http://closed.example/": "connect-refused", "http://gone.example/": "dns-nxdomain",
                     "http://silent.example/": "connect-timeout",
                     "http://private.example/": "address-not-public", "https://expired.example/": "tls-expired"}
    OPTIONS = ["--hop-timeout", f"{PATIENCE}s", "--retry-after-max", "10ms", "--passes", "1"]

    def check_mode(self, mode, *options):
        names = self.ALLOWED + self.DISALLOWED + self.UNREACHABLE
        lines = [f"http://{name}.example/x" for name in names] + list(self.NO_CONNECTION)
        run = self.check(lines, mode, *self.OPTIONS, *options)
        rows = dict(zip(names + list(self.NO_CONNECTION.values()), run.rows))
        for name, row in rows.items():
            with self.subTest(name):
                self.assertEqual(row["hops"][0]["robots"],
                                 "allowed" if name in self.ALLOWED else
                                 "disallowed" if name in self.DISALLOWED else "unreachable")
        return rows

    def test_report(self):
        """None of it changes what becomes of the walk, nor when."""
        begun = time.monotonic()
        rows = self.check_mode("report")
        self.assertLess(time.monotonic() - begun, 10 * PATIENCE)
        for name, row in rows.items():
            with self.subTest(name):
                if name in self.NO_CONNECTION.values():
                    self.assertEqual(row["error"], name)
                else:
                    self.check_row(row, {"outcome": "ok", "requests": 1, "statuses": [200]})

    def test_obey(self):
        for loops in ("1", "3"):
            rows = self.check_mode("obey", "--loops", loops)
            for name, row in rows.items():
                with self.subTest(name, loops=loops):
                    if name in self.ALLOWED:
                        self.check_row(row, {"outcome": "ok", "error": ""})
                    elif name in self.DISALLOWED:
                        self.check_row(row, {"outcome": "blocked_robots", "error": "robots-disallowed"})
                    elif name in self.UNREACHABLE:
                        self.check_row(row, {"outcome": "blocked_robots", "error": "robots-unreachable"})
                        self.assertRegex(row["hops"][0]["error_detail"], r"^robots\.txt: [A-Z].*\.$")
                    else:
                        self.check_row(row, {"error": name})

    def test_redirects(self):
        """Rules count for the origin that was asked first, not for those on the way."""
        run = self.check(["http://five.example/", "http://five-3.example/", "http://six.example/"], "obey")
        self.assertEqual([row["outcome"] for row in run.rows], ["blocked_robots", "blocked_robots", "ok"])
        self.assertEqual(run.asked["http://five.example/robots.txt"], 1)
        self.assertEqual(run.asked["http://five-5.example/robots.txt"], 2)
        self.assertEqual(run.asked["http://six-5.example/robots.txt"], 1)
        self.assertEqual(run.asked["http://six-6.example/robots.txt"], 0)
        self.assertEqual(run.manifest["counts"]["robots_fetched"], 3)

    def test_no_failure_is_the_hosts(self):
        """A host is not set aside for its robots.txt, nor left alone for longer than it asks to be."""
        lines = [f"http://{name}.example/{n}" for name in ("reset", "garbage", "s503", "half") for n in range(5)]
        run = self.check(lines, "report", "--set-aside", "1")
        self.assertEqual({row["outcome"] for row in run.rows}, {"ok"})
        self.assertEqual(run.manifest["counts"]["hosts_set_aside"], 0)

    def test_set_aside(self):
        """A host that is set aside is not asked for robots.txt either; walks that obey say so."""
        lines = [f"http://closed.example/{n}" for n in range(30)]
        for mode in ("report", "obey"):
            run = self.check(lines, mode, "--set-aside", "3", "--passes", "1")
            errors = {row["error"] for row in run.rows}
            self.assertLessEqual(errors, {"connect-refused", "host-set-aside"})
            self.assertIn("connect-refused", errors)


class Passes(RobotsTest):
    TABLE = PAGES + """
url http://late.example/robots.txt 503 when first 1
url http://late.example/robots.txt 200 text "User-agent: *\\nDisallow: /private"
url http://later.example/robots.txt 503
url http://page.example/x 500 when first 1
"""

    def test_unreachable_may_pass(self):
        """robots.txt is asked for again in the next pass, if a walk has waited for it."""
        lines = ["http://late.example/x", "http://late.example/private", "http://later.example/x"]
        run = self.check(lines, "obey", "--passes", "2")
        self.assertEqual([(row["outcome"], row["error"], row["passes"], row["first_error"]) for row in run.rows], [
            ("ok", "", 2, "robots-unreachable"), ("blocked_robots", "robots-disallowed", 2, "robots-unreachable"),
            ("blocked_robots", "robots-unreachable", 2, "robots-unreachable")])
        self.assertEqual(run.robots_asked, {f"http://{host}.example/robots.txt": 2 for host in ("late", "later")})

    def test_known_stays_known(self):
        run = self.check(["http://page.example/x"], "report", "--passes", "2")
        self.assertEqual((run.rows[0]["outcome"], run.rows[0]["passes"]), ("ok", 2))
        self.assertEqual(facts(run.rows[0]), [("allowed", "", 0)])
        self.assertEqual(run.robots_asked, {"http://page.example/robots.txt": 1})


class Busy(RobotsTest):
    TABLE = PAGES + robots("http://busy.example") + """
url http://busy.example/private/429 429 header "Retry-After: 0" when first 1
url http://busy.example/private/loop 302 /private/loop header "Set-Cookie: a=1" when no-cookie a
"""

    def test_asked_again(self):
        """A hop that is asked for once more keeps what robots.txt said, and a walk with cookies has it as well."""
        run = self.check(["http://busy.example/private/429", "http://busy.example/private/loop"], "report",
                         "--retry-after-max", "10ms")
        self.assertEqual([row["outcome"] for row in run.rows], ["ok", "cookie_loop"])
        for row in run.rows:
            self.assertEqual(set(facts(row)), {("disallowed", "Disallow: /private", 2)})


class Memory(RobotsTest):
    """Files as large as they may be, with nothing but rules: each takes a megabyte when it is read."""
    TABLE = PAGES + robots("http://large.example", "User-agent:*\n" + "allow:/\n" * 63990) + "".join(
        f"url http://h{n}.example/robots.txt 301 http://large.example/robots.txt\n" for n in range(60))
    TABLE += "".join(f"url http://stuck{n}.example/robots.txt 200 text {quoted('#' * 400000)} "
                     f"header \"Content-Length: 410000\" hang\n" for n in range(10))
    TABLE += "".join(f"url http://s{n}.example/robots.txt 301 http://stuck{n % 10}.example/robots.txt\n" for n in range(180))
    FACTS = [("allowed", "Allow: /", 2)]

    def test_forgetting_costs_requests_only(self):
        """What does not fit into the part of --memory that is left for it is asked for once more each time around."""
        lines = [f"http://h{n % 12}.example/{n}" for n in range(48)]
        for options, least, most in [((), 12, 12), (("--memory", "64", "-c", "1"), 13, 48)]:
            with self.subTest(options=options):
                run = self.check(lines, "obey", "--loops", "1", *options)
                self.assertEqual([facts(row) for row in run.rows], [self.FACTS] * 48)
                self.assertTrue(least <= run.asked["http://large.example/robots.txt"] <= most, run.robots_asked)

    @own_allocator
    def test_flat_memory(self):
        """More origins than there is room for take no more memory."""
        peaks = []
        for origins in (20, 60):
            run = self.check([f"http://h{n}.example/" for n in range(origins)], "report", "--loops", "1", "-c", "5",
                             "--memory", "128")
            self.assertEqual([facts(row) for row in run.rows], [self.FACTS] * origins)
            peaks.append(run.manifest["counts"]["memory_peak_bytes"])
        self.assertLess(peaks[1], peaks[0] + (16 << 20))

    @own_allocator
    def test_flat_memory_of_what_is_read(self):
        """Of large files that do not come to their end, 16 are read here. The others stand still at 64 KiB, and wait
        until time is up."""
        peaks = []
        for origins in (20, 180):
            run = self.check([f"http://s{n}.example/" for n in range(origins)], "report", "--loops", "1",
                             "--memory", "128", "--per-host", "100", "--per-ip", "200", "--hop-timeout", "2s")
            self.assertEqual([facts(row) for row in run.rows], [[("unreachable", "", 0)]] * origins)
            peaks.append(run.manifest["counts"]["memory_peak_bytes"])
        self.assertLess(peaks[1], peaks[0] + (40 << 20))

    def test_large_files_wait_for_each_other(self):
        """All of them are read in the end, though two at a time."""
        run = self.check([f"http://h{n}.example/" for n in range(60)], "report", "--loops", "1", "--memory", "16",
                         "--per-host", "100", "--per-ip", "200")
        self.assertEqual([facts(row) for row in run.rows], [self.FACTS] * 60)


class AllAtOnce(RobotsTest):
    """Many origins whose robots.txt does anything, over all loops: no walk is lost, none hangs."""

    @classmethod
    def setUpClass(cls):
        chance = random.Random(309)
        ways = ['200 text "User-agent: *\\nDisallow: /1"', "404", "503", "reset", "close", "301", "301 /robots.txt",
                "301 http://h{to}.example/robots.txt", "302 http://h{to}.example/x", "301 http://gone.invalid/x",
                '200 text "x" delay 50ms', "302 http://h{to}.example/robots.txt delay 20ms", "hang"]
        cls.TABLE = PAGES + "".join(
            f"url http://h{n}.example/robots.txt {chance.choice(ways).format(to=chance.randrange(80))}\n"
            f"url http://h{n}.example/2 301 http://h{chance.randrange(80)}.example/3\n"
            f"url http://h{n}.example/3 301 http://h{chance.randrange(80)}.example/1\n" for n in range(80))
        super().setUpClass()

    def test_every_line_has_its_row(self):
        lines = [f"http://h{n % 80}.example/{n // 80 % 4}" for n in range(1600)]
        for mode, options in [("report", "--loops 2 -c 3"), ("report", "--loops 3 --per-host 400 --per-ip 2000"),
                              ("obey", "--loops 1"), ("obey", "--loops 3 --memo-size 0 --per-host 1"),
                              ("obey", "--loops 3 --per-host 400 --per-ip 2000")]:
            with self.subTest(mode=mode, options=options):
                run = self.check(lines, mode, "--hop-timeout", f"{500 * PATIENCE}ms", "--retry-after-max", "5ms",
                                 *options.split())
                self.assertEqual([row["seq"] for row in run.rows], list(range(1, 1601)))
                self.assertTrue(all(hop["robots"] for row in run.rows for hop in row["hops"]))
                self.assertLessEqual({row["outcome"] for row in run.rows},
                                     {"ok", "loop"} if mode == "report" else {"ok", "loop", "blocked_robots"})
