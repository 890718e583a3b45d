"""Each URL is asked for once in a run: what chains share is requested for the first of them only."""
import collections
import re

from harness import OriginTest

# Values that tell one run or one request from another.
VARYING = {"run_id", "memo", "ip", "error_detail", "started_at", "date", "dns_us", "connect_us", "tls_us", "first_byte_us", "total_us",
           "attempts"}


def without_varying(value):
    if isinstance(value, dict):
        return {key: without_varying(member) for key, member in value.items() if key not in VARYING}
    return [without_varying(member) for member in value] if isinstance(value, list) else value


class SharedTails(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
host closed.example A 127.0.0.9 closed
prefix http://shop.example/item/ 301 https://shop.example/item/{rest}
prefix https://shop.example/item/ 308 https://www.shop.example/all
url https://www.shop.example/all 302 /final header "Set-Cookie: a=b" header "Cache-Control: max-age=60"
url https://www.shop.example/final 200 text "<title>All of it</title><link rel=canonical href=/>" header "Content-Type: text/html" delay 50ms
prefix http://dead.example/ 301 http://closed.example/
prefix http://none.example/ 301 http://nobody.invalid/
prefix http://loop.example/in/ 302 /a
url http://loop.example/a 301 /b
url http://loop.example/b 301 /a
url http://turn.example/a 302 /b when first 1
url http://turn.example/a 200 text "out"
url http://turn.example/b 302 /a
prefix http://post.example/ 200 text "thanks"
url http://secret.example/ 200 text "hello"
"""
    LIST = [f"http://shop.example/item/{n % 40}" for n in range(120)] + \
        [f"http://dead.example/{n}" for n in range(10)] + [f"http://none.example/{n}" for n in range(10)]

    def requests_of(self, *audit):
        """The run, and how often each URL was asked for in it."""
        before = len(self.origin.requests())
        run = self.walk(*audit, "--passes", "1")
        self.assertEqual(run.code, 0, run)
        return run, collections.Counter((request["method"], request["url"])
                                        for request in self.origin.requests()[before:])

    def test_requests_are_distinct_urls(self):
        for loops in ("1", "3"):
            with self.subTest(loops=loops):
                run, asked = self.requests_of(self.LIST, "--loops", loops)
                urls = {hop["url"] for row in run.rows for hop in row["hops"]}
                reached = {url for url in urls if not re.search("closed|nobody", url)}
                self.assertEqual(dict(asked), {("GET", url): 1 for url in reached})
                hops = [hop for row in run.rows for hop in row["hops"]]
                self.assertEqual(sum(not hop["memo"] for hop in hops), len(urls))
                self.assertEqual(run.manifest["counts"]["recalled_hops"], len(hops) - len(urls))

    def test_rows_are_as_without_memo(self):
        """Facts of the answers, of the page and the findings: a hop from the memo has all of them."""
        with_memo = [without_varying(row) for row in self.walk(self.LIST, "--passes", "1").rows]
        without, asked = self.requests_of(self.LIST, "--memo-size", "0")
        self.assertEqual(asked[("GET", "https://www.shop.example/final")], 120)
        self.assertFalse(any(hop["memo"] for row in without.rows for hop in row["hops"]))
        self.assertEqual(with_memo, [without_varying(row) for row in without.rows])
        self.assertEqual(with_memo[0]["page_title"], "All of it")
        self.assertEqual(with_memo[119]["error"], "")

    def test_forgetting_costs_requests_only(self):
        """A list that is far larger than what is remembered."""
        lines = [f"http://shop.example/item/{'x' * 1000}{n % 1500}" for n in range(3000)]
        small, asked = self.requests_of(lines, "--memo-size", "1")
        self.assertEqual(asked[("GET", "https://www.shop.example/final")], 1)
        self.assertGreater(sum(asked.values()), 2 * 1500 + 2)
        self.assertEqual([row["outcome"] for row in small.rows], ["ok"] * 3000)
        self.assertEqual({row["final_url"] for row in small.rows}, {"https://www.shop.example/final"})

    def test_a_loop_is_asked_twice(self):
        """A walk that comes back to a URL asks once more: it may be sent another way. Other walks need not."""
        run, asked = self.requests_of([f"http://loop.example/in/{n}" for n in range(5)])
        self.assertEqual([row["outcome"] for row in run.rows], ["loop"] * 5)
        self.assertEqual(asked[("GET", "http://loop.example/a")], 2)
        run, asked = self.requests_of(["http://turn.example/a"])
        self.assertEqual((run.rows[0]["outcome"], run.rows[0]["redirects"]), ("ok", 2))
        self.assertEqual(asked[("GET", "http://turn.example/a")], 2)

    def test_what_is_not_shared(self):
        """Requests that may change something, and those that send other credentials."""
        lines = ["POST http://post.example/", "POST http://post.example/", "HEAD http://post.example/",
                 "HEAD http://post.example/", "http://post.example/", "http://secret.example/",
                 "http://ada:1@secret.example/", "http://ada:2@secret.example/", "http://ada:2@secret.example/"]
        run, asked = self.requests_of(lines)
        self.assertEqual([row["outcome"] for row in run.rows], ["ok"] * len(lines))
        self.assertEqual(dict(asked), {("POST", "http://post.example/"): 2, ("HEAD", "http://post.example/"): 1,
                                       ("GET", "http://post.example/"): 1, ("GET", "http://secret.example/"): 3})
