"""Walks: what is followed, how, where to, and where it ends."""
from harness import OriginTest

REDIRECTS = (301, 302, 303, 307, 308)
OTHER_3XX = (300, 304, 305, 306, 310, 399)
# /chain/N has N redirects before the page.
CHAIN = "".join(f"url http://chain.example/{n} 301 /{n - 1}\n" for n in range(1, 66)) + \
    "url http://chain.example/0 200 text \"end\"\n"


class Statuses(OriginTest):
    TABLE = "host *.example A 127.0.0.1\nurl http://a.example/end 200 text \"end\"\n" + "".join(
        f"url http://a.example/{status} {status} /end\n" for status in REDIRECTS + OTHER_3XX) + "".join(
        f"url http://a.example/final/{status} {status} text \"x\"\n"
        for status in (201, 204, 400, 401, 403, 404, 410, 418, 451, 500, 502, 504))

    def test_followed(self):
        """The five redirects are followed, whatever is said of each elsewhere; nothing else in 3xx is."""
        cases = [(str(status), f"http://a.example/{status}", {
            "outcome": "ok", "redirects": 1, "statuses": [status, 200], "final_status": 200, "error": "",
            "urls": [f"http://a.example/{status}", "http://a.example/end"]}) for status in REDIRECTS]
        cases += [(str(status), f"http://a.example/{status}", {
            "outcome": "not_followed", "redirects": 0, "statuses": [status], "final_status": status, "error": "",
            "final_url": f"http://a.example/{status}"}) for status in OTHER_3XX]
        self.check_walks(cases)

    def test_final_statuses(self):
        outcomes = {2: "ok", 4: "client_error", 5: "server_error"}
        self.check_walks([(str(status), f"http://a.example/final/{status}", {
            "outcome": outcomes[status // 100], "redirects": 0, "final_status": status, "requests": 1})
            for status in (201, 204, 400, 401, 403, 404, 410, 418, 451, 500, 502, 504)])

    def test_times_and_addresses(self):
        run = self.walk(["http://a.example/301"])
        hop = run.rows[0]["hops"][0]
        self.assertEqual(hop["ip"], "127.0.0.1")
        self.assertEqual(hop["http_version"], "1.1")
        self.assertRegex(hop["started_at"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertGreater(hop["total_us"], 0)
        self.assertEqual((hop["n"], hop["memo"], hop["tls_us"]), (0, False, 0))


class Locations(OriginTest):
    TABLE = r"""
host *.example A 127.0.0.1
url http://a.example/end 200 text "end"
url http://b.example/ 200 text "b"
url http://b.example/x?q 200 text "b"
url https://a.example/end 200 text "end"
url http://a.example/absolute 302 http://b.example/x?q
url http://a.example/dir/relative 302 ../end
url http://a.example/query?old 302 ?new
url http://a.example/query?new 200 text "q"
url http://a.example/scheme-relative 302 //b.example
url http://a.example/dots 302 /x/./y/../../end
url http://a.example/upper 302 HTTP://B.EXAMPLE/
url http://a.example/backslash 302 "\\\\b.example\\"
url http://a.example/blanks 302 "  /end\t "
url http://a.example/space 302 "/with space"
url http://a.example/with%20space 200 text "s"
url http://a.example/utf8 302 "/\xc3\xa9"
url http://a.example/%C3%A9 200 text "e"
url http://a.example/latin1 302 "/\xe9"
url http://a.example/https 302 https://a.example/end
url http://a.example/missing 301
url http://a.example/empty 301 ""
url http://a.example/blank 301 "   "
url http://a.example/invalid 301 "http://[::1"
url http://a.example/bad-port 301 "http://b.example:99999/"
url http://a.example/no-host 301 "http://"
url http://a.example/mailto 301 mailto:someone@b.example
url http://a.example/javascript 301 "javascript:alert(1)"
url http://a.example/ftp 301 ftp://b.example/
url http://a.example/file 301 file:///etc/passwd
url http://a.example/app 301 "intent://b.example/#Intent;end"
url http://a.example/twice-same 301 /end header "Location: /end"
url http://a.example/twice 301 /end header "Location: http://b.example/"
url http://a.example/lower-case 301 header "location: /end"
"""

    def test_resolved(self):
        cases = [(path, f"http://a.example/{path}", {
            "outcome": "ok", "redirects": 1, "urls": [f"http://a.example/{path}", target], "final_url": target})
            for path, target in [
                ("absolute", "http://b.example/x?q"), ("dir/relative", "http://a.example/end"),
                ("query?old", "http://a.example/query?new"), ("scheme-relative", "http://b.example/"),
                ("dots", "http://a.example/end"), ("upper", "http://b.example/"), ("backslash", "http://b.example/"),
                ("blanks", "http://a.example/end"), ("space", "http://a.example/with%20space"),
                ("utf8", "http://a.example/%C3%A9"), ("https", "https://a.example/end"),
                ("twice-same", "http://a.example/end"), ("lower-case", "http://a.example/end")]]
        self.check_walks(cases)

    def test_not_usable(self):
        """Each has its outcome, the last URL is the one that sent it, and nothing is asked for elsewhere."""
        cases = [(path, f"http://a.example/{path}", {
            "outcome": outcome, "redirects": 0, "requests": 1, "final_status": 301,
            "final_url": f"http://a.example/{path}"}) for path, outcome in [
                ("missing", "missing_location"), ("empty", "empty_location"), ("blank", "empty_location"),
                ("invalid", "invalid_location"), ("bad-port", "invalid_location"), ("no-host", "invalid_location"),
                ("mailto", "unsupported_scheme"), ("javascript", "unsupported_scheme"),
                ("ftp", "unsupported_scheme"), ("file", "unsupported_scheme"), ("app", "unsupported_scheme"),
                ("twice", "conflicting_location")]]
        before = len(self.origin.requests())
        self.check_walks(cases)
        self.assertEqual(len(self.origin.requests()) - before, len(cases))

    def test_as_received(self):
        """location is what the server sent, repaired to UTF-8; what was lost by that is kept in base64."""
        rows = self.walk(["http://a.example/dots", "http://a.example/latin1", "http://a.example/twice"]).rows
        first = [row["hops"][0] for row in rows]
        self.assertEqual([hop["location"] for hop in first], ["/x/./y/../../end", "/%E9", "/end"])
        self.assertEqual([hop["location_raw_b64"] for hop in first], ["", "L+k=", ""])
        self.assertEqual([hop["location_count"] for hop in first], [1, 1, 2])
        self.assertEqual(first[2]["location_other"], "http://b.example/")

    def test_findings(self):
        self.check_walks([(rule, f"http://a.example/{path}", {"rules": [rule]}) for path, rule in [
            ("missing", "location-missing"), ("empty", "location-empty"), ("invalid", "location-invalid"),
            ("twice", "location-multiple"), ("ftp", "location-unsupported-scheme"),
            ("absolute", "cross-domain-redirect")]])


class Fragments(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
url http://a.example/end 200 text "end"
url http://a.example/plain 301 /end
url http://a.example/own 301 /end#own
url http://a.example/empty 301 /end#
url http://a.example/two 301 /own
"""

    def test_inherited(self):
        """A redirect's own fragment wins, else the one before it lives on (RFC 9110, section 10.2.2)."""
        self.check_walks([(line, f"http://a.example/{line}", {"outcome": "ok", "final_url": final})
                          for line, final in [
                              ("plain#a", "http://a.example/end#a"), ("own#a", "http://a.example/end#own"),
                              ("two#a", "http://a.example/end#own"), ("plain", "http://a.example/end"),
                              ("empty#a", "http://a.example/end#")]])

    def test_never_sent(self):
        self.walk(["http://a.example/plain#secret"])
        self.assertFalse([r for r in self.origin.requests() if "#" in r["url"]])


class Ends(OriginTest):
    TABLE = "host *.example A 127.0.0.1\n" + CHAIN + """
url http://a.example/self 302 /self
url http://a.example/two-a 302 /two-b
url http://a.example/two-b 302 /two-a
url http://a.example/rho 302 /two-a
url http://a.example/self-fragment 302 /self-fragment#x
url http://a.example/cookie 302 /cookie header "Set-Cookie: seen=1; Path=/" when no-cookie seen
url http://a.example/cookie 200 text "welcome"
url http://a.example/cookie-for-ever 302 /cookie-for-ever header "Set-Cookie: other=1; Path=/"
prefix http://grow.example/ 302 {target}/a
prefix http://query.example/ 302 {target}&a=1
"""

    def test_loops(self):
        """A loop is a repeated redirect; the hop where it begins and its length are told."""
        self.check_walks([(path, f"http://a.example/{path}", {
            "outcome": outcome, "loop_entry": entry, "loop_length": length}) for path, outcome, entry, length in [
                ("self", "loop", 0, 1), ("two-a", "loop", 0, 2), ("rho", "loop", 1, 2),
                ("self-fragment", "loop", 0, 1), ("cookie-for-ever", "loop", 0, 1)]])

    def test_loop_without_cookies_only(self):
        self.check_walks([("cookie", "http://a.example/cookie", {
            "outcome": "cookie_loop", "cookie_outcome": "ok", "cookie_final_url": "http://a.example/cookie",
            "cookie_final_status": 200})])

    def test_growing(self):
        self.check_walks([(host, f"http://{host}.example/?", {"outcome": "growing_url"}) for host in ("grow", "query")])

    def test_limit(self):
        """R redirects pass with a limit of R; one more is neither requested nor counted."""
        for limit in (0, 1, 5, 10, 20, 64):
            with self.subTest(limit=limit):
                before = len(self.origin.requests())
                run = self.walk([f"http://chain.example/{limit}", f"http://chain.example/{limit + 1}"],
                                "--max-redirects", limit, "--memo-size", 0)
                self.check_row(run.rows[0], {"outcome": "ok", "redirects": limit, "requests": limit + 1,
                                             "final_url": "http://chain.example/0"})
                self.check_row(run.rows[1], {"outcome": "redirect_limit", "redirects": limit, "requests": limit + 1,
                                             "final_url": "http://chain.example/1", "final_status": 301})
                self.assertEqual(len(self.origin.requests()) - before, 2 * (limit + 1))

    def test_default_limit(self):
        self.check_walks([("20", "http://chain.example/20", {"outcome": "ok", "redirects": 20}),
                          ("21", "http://chain.example/21", {"outcome": "redirect_limit", "redirects": 20})])

    def test_findings_by_length(self):
        """From two redirects on it is a chain; of the limits, the highest one that is passed is told."""
        limits = {"hops-exceed-5", "hops-exceed-10", "hops-exceed-20"}
        run = self.walk([f"http://chain.example/{n}" for n in (1, 2, 5, 6, 10, 11, 20, 21)], "--max-redirects", 64)
        for row, limit in zip(run.rows, (None, None, None, 5, 5, 10, 10, 20)):
            with self.subTest(row["url"]):
                names = {finding["rule"] for finding in row["findings"]}
                self.assertEqual("redirect-chain" in names, row["redirects"] > 1)
                self.assertEqual(names & limits, {f"hops-exceed-{limit}"} if limit else set())


class Methods(OriginTest):
    TABLE = "host *.example A 127.0.0.1\nurl http://a.example/end 200 text \"end\"\n" + "".join(
        f"url http://a.example/{status} {status} /end\n" for status in REDIRECTS)

    def test_methods(self):
        """307 and 308 keep the method; 303 makes it GET; 301 and 302 make a POST a GET (Fetch)."""
        kept = {"HEAD": REDIRECTS, "GET": REDIRECTS, "POST": (307, 308), "PUT": (301, 302, 307, 308),
                "DELETE": (301, 302, 307, 308), "PATCH": (301, 302, 307, 308), "OPTIONS": (301, 302, 307, 308)}
        self.check_walks([(f"{method} {status}", f"{method} http://a.example/{status}", {
            "outcome": "ok", "statuses": [status, 200],
            "methods": [method, method if status in kept[method] else "GET"]})
            for method in kept for status in REDIRECTS])

    def test_body(self):
        """The body goes where the method goes, and nowhere else."""
        before = len(self.origin.requests())
        self.walk([f"POST http://a.example/{status}" for status in REDIRECTS], "--body", "a=1", "--memo-size", "0")
        sent = sorted((r["url"], r["method"], len(r["body"])) for r in self.origin.requests()[before:])
        expected = [(f"http://a.example/{status}", "POST", 3) for status in REDIRECTS] + \
            [("http://a.example/end", "GET", 0)] * 3 + [("http://a.example/end", "POST", 3)] * 2
        self.assertEqual(sent, sorted(expected))


class Credentials(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
url http://a.example/end 200 text "end"
url http://b.example/end 200 text "end"
url https://a.example/end 200 text "end"
url http://a.example/same 302 /end
url http://a.example/other 302 http://b.example/end
url http://a.example/scheme 302 https://a.example/end
url http://a.example/names-them 302 http://user:other@b.example/end
url http://a.example/two-names 302 header "Location: http://user:hush@b.example/" header "Location: /"
"""

    def test_not_sent_on(self):
        """Credentials of the list stay with their origin; what a Location names is for its own."""
        before = len(self.origin.requests())
        run = self.walk([f"http://user:hush@a.example/{path}" for path in ("same", "other", "scheme")])
        self.assertEqual([row["outcome"] for row in run.rows], ["ok"] * 3, run)
        seen = sorted((r["url"], "authorization" in r["fields"]) for r in self.origin.requests()[before:])
        self.assertEqual(seen, sorted([
            ("http://a.example/same", True), ("http://a.example/end", True), ("http://a.example/other", True),
            ("http://b.example/end", False), ("http://a.example/scheme", True), ("https://a.example/end", False)]))

    def test_not_in_urls(self):
        run = self.walk(["http://user:hush@a.example/other", "http://a.example/names-them"])
        for row in run.rows:
            urls = [row["url"], row["final_url"]] + [hop[key] for hop in row["hops"] for key in ("url", "next_url")]
            self.assertFalse([url for url in urls if "@" in url or "hush" in url or "other@" in url])

    def test_not_in_messages(self):
        """A message that quotes a Location shows that there were credentials, not which."""
        run = self.walk(["http://a.example/two-names"])
        messages = " ".join(finding["message"] for finding in run.rows[0]["findings"])
        self.assertIn("//***@b.example", messages)
        self.assertNotIn("hush", messages)


class Permanence(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
url https://a.example/page 200 text "end"
url https://a.example/shop/ 200 text "end"
url https://a.example/login?next=/x 200 text "end"
url https://a.example/busy 503 text "end"
url http://a.example/page 301 https://a.example/page
url http://a.example/shop 307 https://a.example/shop header "Server: Kestrel"
url https://a.example/shop 302 /shop/
url http://a.example/today 302 https://a.example/page
url http://a.example/x 302 https://a.example/login?next=/x
url http://a.example/later 302 https://a.example/page header "Retry-After: 60"
url http://a.example/busy 302 https://a.example/busy
"""

    def test_in_rows(self):
        """Each temporary redirect has a percentage or a reason, and what is for ever has a URL to link to instead."""
        cases = {
            "page": (("", 0), "https://a.example/page"),
            "page#top": (("", 0), "https://a.example/page#top"),
            "shop": (("", 94), "https://a.example/shop/"),
            "today": (("", 2), ""),
            "x": (("sign-in", 0), ""),
            "later": (("retry-after", 0), ""),
            "busy": (("maintenance", 0), "")}
        run = self.walk([f"http://a.example/{path}" for path in cases])
        for row, (path, (judgement, url)) in zip(run.rows, cases.items()):
            with self.subTest(path):
                hop = row["hops"][0]
                self.assertEqual((hop["temporary_reason"], hop["permanent_pct"]), judgement)
                self.assertEqual(row["suggested_url"], url)
                found = {finding["hop"]: finding["confidence_pct"] for finding in row["findings"]
                         if finding["rule"] == "temporary-should-be-permanent"}
                self.assertEqual(found, {hop["n"]: hop["permanent_pct"] for hop in row["hops"]
                                         if hop["permanent_pct"] >= 50})
