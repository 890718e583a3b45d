"""Failures are data with a name: of DNS, of connecting, of TLS, and of servers that do not speak HTTP well."""
import resource

from harness import PATIENCE, OriginTest, free_port, one_table

# Long enough for an honest answer on a busy machine, short enough to wait for.
SHORT = f"{400 * PATIENCE}ms"


class Dns(OriginTest):
    MODES = ("nxdomain", "nodata", "servfail", "refused", "timeout")
    TABLE = "".join(f"host {mode}.example A 127.0.0.1 dns {mode}\n" for mode in MODES) + """
host truncate.example A 127.0.0.1 dns truncate
host slow.example A 127.0.0.1 dns-delay 150ms
host cname.example cname target.example
host target.example A 127.0.0.1
host closed.example A 127.0.0.2 A 127.0.0.3 A 127.0.0.4 closed
host second.example A 127.0.0.2 A 127.0.0.1 closed
host many.example A 127.0.0.2 A 127.0.0.3 A 127.0.0.4 closed
host to.example A 127.0.0.1
prefix http://*/ 200 text "x"
url http://to.example/gone 301 http://nxdomain.example/
url http://to.example/mute 301 http://timeout.example/
"""

    def test_errors(self):
        cases = [(mode, f"http://{mode}.example/", {
            "outcome": "dns_error", "error": f"dns-{mode}", "requests": 1, "final_status": 0,
            "final_url": f"http://{mode}.example/", "errors": [f"dns-{mode}"]}) for mode in self.MODES]
        cases += [("name that no table knows", "http://nobody-knows.example/", {"error": "dns-nxdomain"}),
                  ("label of 64 bytes", f"http://{'x' * 64}.example/", {"error": "dns-bad-name"}),
                  ("label of no byte", "http://a..example/", {"error": "dns-bad-name"}),
                  ("second hop", "http://to.example/gone", {
                      "outcome": "dns_error", "redirects": 1, "errors": ["", "dns-nxdomain"], "rules": ["dns-failure"],
                      "final_url": "http://nxdomain.example/", "final_status": 0})]
        self.check_walks(cases, "--dns-timeout", "100ms")

    def test_answers(self):
        self.check_walks([(host, f"http://{host}.example/", {"outcome": "ok", "final_status": 200})
                          for host in ("truncate", "slow", "cname")])
        over_tcp = [q for q in self.origin.log("dns") if q["name"] == "truncate.example" and q["transport"] == "tcp"]
        self.assertTrue(over_tcp)

    def test_asked_once(self):
        """Whoever wants a name while it is asked for waits; afterwards the answer is kept, a bad one too."""
        self.walk([f"http://slow.example/once/{n}" for n in range(20)] +
                  [f"http://nxdomain.example/once/{n}" for n in range(20)])
        for name in ("slow.example", "nxdomain.example"):
            asked = [q for q in self.origin.log("dns") if q["name"] == name and q["type"] == 1]
            runs = 2  # test_answers and test_errors ask as well, each in a run of its own
            self.assertLessEqual(len(asked), runs, name)

    def test_no_answer_for_long(self):
        """A name server that says nothing takes no more of a walk than a hop may take."""
        run = self.walk(["http://timeout.example/long"], "--dns-timeout", "60s", "--hop-timeout", SHORT)
        self.check_row(run.rows[0], {"outcome": "dns_error", "error": "dns-timeout"})

    def test_no_name_server(self):
        """One question only: c-ares 1.18 may take the refusal of the first for that of the second."""
        run = self.audit(["http://to.example/"], "--dns-server", f"127.0.0.1:{free_port()}", "--dns-timeout", "100ms",
                         "--ip-version", "4")
        self.check_row(run.rows[0], {"outcome": "dns_error", "error": "dns-unreachable"})

    def test_several_addresses(self):
        """The next address is tried when one refuses; the last one's failure is told."""
        run = self.check_walks([
            ("second works", "http://second.example/", {"outcome": "ok", "error": ""}),
            ("none works", "http://many.example/", {"outcome": "connect_error", "error": "connect-refused"})])
        hops = [row["hops"][0] for row in run.rows]
        self.assertEqual([(hop["attempts"], hop["ip"]) for hop in hops], [(2, "127.0.0.1"), (3, "127.0.0.4")])


class Connect(OriginTest):
    TABLE = """
host *.example A 127.0.0.1
host silent.example A 127.0.0.9 silent
host refused.example A 127.0.0.2 closed
host unreachable.example A 255.255.255.255
host private.example A 10.1.2.3
host metadata.example A 169.254.169.254
host loopback6.example AAAA ::1
host mapped.example AAAA ::ffff:10.1.2.3
host multicast.example A 224.0.0.1
host mixed.example A 10.1.2.3 A 127.0.0.1
prefix http://*/ 200 text "x"
url http://to.example/private 302 http://private.example/
url http://to.example/literal 302 http://192.168.1.1/
url http://to.example/decimal 302 http://2886729729/
url http://to.example/refused 302 http://refused.example/
"""

    def test_refused(self):
        self.check_walks([
            ("first hop", "http://refused.example/", {
                "outcome": "connect_error", "error": "connect-refused", "final_status": 0, "requests": 1}),
            ("second hop", "http://to.example/refused", {
                "outcome": "connect_error", "errors": ["", "connect-refused"], "redirects": 1,
                "rules": ["hop-unreachable"]})])

    def test_unreachable(self):
        self.check_walks([("no route", "http://unreachable.example/", {
            "outcome": "connect_error", "error": "connect-unreachable"})], "--allow-address", "255.255.255.255/32")

    def test_timeout(self):
        self.check_walks([("SYN unanswered", "http://silent.example/", {
            "outcome": "timeout", "error": "connect-timeout", "final_status": 0})], "--connect-timeout", SHORT)

    def test_not_public(self):
        """Refused at connect time on every hop, however the address is written or found."""
        blocked = {"outcome": "blocked_address", "error": "address-not-public", "final_status": 0}
        self.check_walks(
            [(line, line, dict(blocked, redirects=0)) for line in (
                "http://private.example/", "http://metadata.example/", "http://loopback6.example/",
                "http://mapped.example/", "http://multicast.example/", "http://10.0.0.1/", "http://[fe80::1]/",
                "http://[::ffff:192.168.0.1]/", "http://0x0a000001/", "http://0.0.0.0/", "http://100.64.0.1/",
                "http://[fd00::1]/", "http://[64:ff9b::10.0.0.1]/")] +
            [(path, f"http://to.example/{path}", dict(blocked, redirects=1, rules=["private-address-target"]))
             for path in ("private", "literal", "decimal")])

    def test_one_public_address_is_enough(self):
        self.check_walks([("mixed", "http://mixed.example/", {"outcome": "ok"})])

    def test_loopback_needs_leave(self):
        run = self.audit(["http://a.example/"], "--dns-server", f"127.0.0.1:{self.origin.dns}",
                         "--connect-to", f":::{self.origin.http}")
        self.check_row(run.rows[0], {"outcome": "blocked_address"})


class Tls(OriginTest):
    MODES = {
        "expired": "tls-expired", "not-yet-valid": "tls-not-yet-valid", "wrong-host": "tls-wrong-host",
        "self-signed": "tls-self-signed", "unknown-issuer": "tls-unknown-issuer",
        "broken-handshake": "tls-handshake", "none": "tls-handshake", "reset": "tls-handshake",
    }
    TABLE = "".join(f"host {mode}.example A 127.0.0.1 tls {mode}\n" for mode in (*MODES, "valid", "hang")) + """
prefix http://*/ 301 https://{host}/
prefix https://*/ 200 text "x"
"""

    def test_errors(self):
        """The plain hop before it works; the one that fails is named, and no request is sent on it."""
        self.check_walks([(mode, f"http://{mode}.example/", {
            "outcome": "tls_error", "error": error, "redirects": 1, "errors": ["", error], "statuses": [301, 0],
            "final_url": f"https://{mode}.example/", "final_status": 0, "rules": ["tls-error"]})
            for mode, error in self.MODES.items()])
        self.assertFalse([r for r in self.origin.requests() if r["url"].startswith("https:")
                          and r["url"] != "https://valid.example/" and r["status"] == 200 and not self.insecure_run])

    insecure_run = False

    def test_valid(self):
        run = self.check_walks([("valid", "https://valid.example/", {"outcome": "ok", "final_status": 200})])
        self.assertGreater(run.rows[0]["hops"][0]["tls_us"], 0)

    def test_handshake_timeout(self):
        self.check_walks([("hang", "https://hang.example/", {
            "outcome": "timeout", "error": "tls-timeout", "final_status": 0})], "--connect-timeout", SHORT)

    def test_system_store_does_not_trust_it(self):
        options = [o for o in self.origin.options() if o not in ("--ca-file", self.origin.ca)]
        run = self.audit(["https://valid.example/"], *options)
        self.assertEqual(run.rows[0]["outcome"], "tls_error", run)


class Insecure(OriginTest):
    TABLE = Tls.TABLE

    def test_insecure(self):
        self.check_walks([(mode, f"https://{mode}.example/", {"outcome": "ok"}) for mode in (
            "expired", "not-yet-valid", "wrong-host", "self-signed", "unknown-issuer")], "--insecure")


class BadServers(OriginTest):
    TABLE = r"""
host *.example A 127.0.0.1
url http://a.example/end 200 text "end"
url http://a.example/nothing close
url http://a.example/reset reset
raw http://a.example/no-http "SSH-2.0-OpenSSH_9.2\r\n" close
raw http://a.example/http09 "<html>hello</html>" close
raw http://a.example/bad-status "HTTP/1.1 2oo OK\r\n\r\n" close
raw http://a.example/status-99 "HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n" close
raw http://a.example/status-1000 "HTTP/1.1 1000 High\r\nContent-Length: 0\r\n\r\n" close
raw http://a.example/half-status "HTTP/1.1 30" close
raw http://a.example/half-header "HTTP/1.1 301 Moved\r\nLocation: /e" close
raw http://a.example/half-header-reset "HTTP/1.1 301 Moved\r\nLocation: /e" reset
raw http://a.example/nul "HTTP/1.1 301 Moved\r\nLocation: /e\x00nd\r\n\r\n" close
raw http://a.example/bad-length "HTTP/1.1 301 Moved\r\nLocation: /end\r\nContent-Length: many\r\n\r\n" close
raw http://a.example/bad-chunk "HTTP/1.1 301 Moved\r\nLocation: /end\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n" close
raw http://a.example/lf-only "HTTP/1.1 301 Moved\nLocation: /end\n\n" close
raw http://a.example/early-hints "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 301 Moved\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n"
raw http://a.example/half-body "HTTP/1.1 301 Moved\r\nLocation: /end\r\nContent-Length: 999\r\n\r\nhalf" close
raw http://a.example/half-body-reset "HTTP/1.1 301 Moved\r\nLocation: /end\r\nContent-Length: 999\r\n\r\nhalf" reset
url http://a.example/header-line 200 header-fill 200000
url http://a.example/location-20k 301 "/{rest}" header-fill 1000
url http://a.example/endless 200 body 60000000
url http://a.example/endless-redirect 301 /end body 60000000
url http://a.example/stalls hang
raw http://a.example/stalls-in-header "HTTP/1.1 301 Moved\r\nLocation:" hang
raw http://a.example/stalls-in-body "HTTP/1.1 301 Moved\r\nLocation: /end\r\nContent-Length: 999\r\n\r\nhalf" hang
raw http://a.example/drips "HTTP/1.1 301 Moved\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nLocation: /end\r\n\r\n" drip 200ms
url http://a.example/slow 200 text "x" delay 10ms
"""
    TABLE += "raw http://a.example/headers \"HTTP/1.1 200 OK\\r\\n" + "X-Many: 0123456789012345678901234567890\\r\\n" * 6000 + \
        "\\r\\n\" close\n"
    TABLE += "url http://a.example/location-17000 301 /" + "x" * 17000 + "\n"
    TABLE += "url http://a.example/location-8000 301 /" + "x" * 8000 + "\n"
    TABLE += "url http://a.example/location-9000 301 /" + "x" * 9000 + "\n"

    def test_broken_answers(self):
        self.check_walks([(path, f"http://a.example/{path}", {
            "outcome": "protocol_error", "error": error, "redirects": 0, "requests": 1})
            for path, error in [
                ("nothing", "empty-reply"), ("reset", "reset"), ("no-http", "bad-response"),
                ("http09", "bad-response"), ("bad-status", "bad-response"), ("status-99", "bad-response"),
                ("status-1000", "bad-response"), ("half-status", "empty-reply"), ("half-header", "bad-response"),
                ("half-header-reset", "reset"), ("nul", "bad-response"),
                ("header-line", "header-too-large"), ("headers", "header-too-large")]])

    def test_good_enough_answers(self):
        """Once the header is whole, what the body does or how lines end keeps nobody from following."""
        self.check_walks([(path, f"http://a.example/{path}", {
            "outcome": "ok", "redirects": 1, "statuses": [301, 200], "final_url": "http://a.example/end"})
            for path in ("lf-only", "early-hints", "half-body", "half-body-reset", "endless-redirect", "bad-chunk")])

    def test_endless_body(self):
        """Bodies are not read beyond need: most of these 60 MB never leave the server."""
        before = len(self.origin.requests())
        self.check_walks([("endless", "http://a.example/endless", {"outcome": "ok", "final_status": 200})])
        self.assertLess(self.origin.requests()[before]["sent_bytes"], 32 * 1024 * 1024)

    def test_long_locations(self):
        self.check_walks([
            ("8,000 bytes", "http://a.example/location-8000", {"redirects": 1, "outcome": "client_error"}),
            ("9,000 bytes", "http://a.example/location-9000", {
                "redirects": 0, "outcome": "invalid_location", "error": "url-too-long"}),
            ("17,000 bytes", "http://a.example/location-17000", {
                "redirects": 0, "outcome": "invalid_location", "error": "location-too-long"})])

    def test_timeouts(self):
        self.check_walks([(path, f"http://a.example/{path}", {
            "outcome": "timeout", "error": "response-timeout", "requests": 1, "redirects": 0})
            for path in ("stalls", "stalls-in-header", "drips")], "--hop-timeout", SHORT)

    def test_stalled_body(self):
        """The header says where to go on; nobody waits for the body."""
        self.check_walks([("stalls", "http://a.example/stalls-in-body", {"outcome": "ok", "redirects": 1})],
                         "--hop-timeout", SHORT)

    def test_one_failure_does_not_spread(self):
        """Others on the same host and connection go on as ever."""
        lines = [f"http://a.example/{path}" for path in ("reset", "nothing", "bad-status", "half-header")] * 5
        good = [f"http://a.example/slow?{n}" for n in range(5)]
        mixed = [line for pair in zip(lines, good * 4) for line in pair]
        run = self.walk(mixed, "--set-aside", "1000")
        self.assertEqual(len(run.rows), len(mixed))
        self.assertEqual({row["outcome"] for row in run.rows if "slow" not in row["url"]}, {"protocol_error"})


class FewDescriptors(OriginTest):
    TABLE = "host *.example A 127.0.0.1\nprefix http://*/ 200 text \"x\" delay 50ms\n"

    @one_table
    def test_few_descriptors(self):
        """A low limit makes the run slower, not its rows wrong."""
        for loops in (1, 2):
            with self.subTest(loops=loops):
                run = self.walk([f"http://h{n}.example/" for n in range(600)], "--per-ip", 1000, "--loops", loops,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)))
                self.assertEqual({row["outcome"] for row in run.rows}, {"ok"})
                self.assertIn("the limit of 256 descriptors", run.stderr)


class WalkTimeout(OriginTest):
    TABLE = "host *.example A 127.0.0.1\nprefix http://a.example/ 302 {target}x delay 100ms\n"

    def test_walk_timeout(self):
        """Each hop is in time; the chain as a whole is not."""
        self.check_walks([("endless", "http://a.example/", {"outcome": "timeout", "error": "walk-timeout"})],
                         "--walk-timeout", "250ms", "--max-redirects", "64")
