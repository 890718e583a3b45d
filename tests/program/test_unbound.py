"""Against a real resolver: unbound with zones of its own."""
import collections

from harness import Origin, ProgramTest, free_port, one_table, unbound

ZONES = """
  local-zone: "example." static
  local-data: "a.example. 300 IN A 127.0.0.1"
  local-data: "two.example. 300 IN A 127.0.0.2"
  local-data: "two.example. 300 IN A 127.0.0.1"
  local-data: "six.example. 300 IN AAAA ::1"
  local-data: "both.example. 300 IN A 127.0.0.1"
  local-data: "both.example. 300 IN AAAA ::1"
  local-data: "mail.example. 300 IN MX 10 a.example."
  local-data: "xn--bcher-kva.example. 300 IN A 127.0.0.1"
  local-zone: "refused.test." refuse
  local-zone: "silent.test." deny
  local-zone: "any.test." redirect
  local-data: "any.test. 300 IN A 127.0.0.1"
  local-zone: "refused-address.test." redirect
  local-data: "refused-address.test. 300 IN A 10.0.0.1"
"""
# So many addresses do not fit a UDP answer of 512 bytes; the last one is the one that works.
ZONES += "".join(f'  local-data: "many.example. 300 IN A 127.0.1.{n}"\n' for n in range(1, 60))

TABLE = """
prefix http://*/ 200 text "x"
url http://a.example/gone 301 http://gone.example/
url http://a.example/any 301 http://deep.below.any.test/
"""


class Unbound(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.origin = Origin(TABLE, cls.folder)
        cls.addClassCleanup(cls.origin.server.stop)
        cls.dns = free_port()
        cls.enterClassContext(unbound(cls.folder, cls.dns, ZONES))

    def check(self, cases, *options):
        run = self.audit([line for line, _ in cases], *options, "--dns-server", f"127.0.0.1:{self.dns}",
                         "--connect-to", f":::{self.origin.http}", "--allow-address", "127.0.0.0/8",
                         "--allow-address", "::1")
        self.assertEqual(run.code, 0, run)
        self.assertEqual(len(run.rows), len(cases))
        for (line, expected), row in zip(cases, run.rows):
            with self.subTest(line):
                self.check_row(row, expected)
        return run

    def test_names(self):
        run = self.check([
            ("http://a.example/", {"outcome": "ok"}),
            ("http://A.EXAMPLE./", {"outcome": "ok"}),
            ("http://two.example/", {"outcome": "ok"}),
            ("http://six.example/", {"outcome": "ok"}),
            ("http://both.example/", {"outcome": "ok"}),
            ("http://b\u00fccher.example/", {"outcome": "ok", "url": "http://xn--bcher-kva.example/"}),
            ("http://whatever.any.test/", {"outcome": "ok"}),
            ("http://a.example/any", {"outcome": "ok", "redirects": 1}),
            ("http://many.example/", {"outcome": "connect_error", "error": "connect-refused"}),
            ("http://mail.example/", {"outcome": "dns_error", "error": "dns-nodata"}),
            ("http://gone.example/", {"outcome": "dns_error", "error": "dns-nxdomain"}),
            ("http://a.example/gone", {"outcome": "dns_error", "error": "dns-nxdomain", "redirects": 1}),
            ("http://name.refused.test/", {"outcome": "dns_error", "error": "dns-refused"})])
        addresses = {row["url"]: row["hops"][0]["ip"] for row in run.rows}
        self.assertEqual(addresses["http://six.example/"], "::1")
        self.assertEqual(addresses["http://two.example/"], "127.0.0.1")

    def test_silence(self):
        self.check([("http://name.silent.test/", {"outcome": "dns_error", "error": "dns-timeout"})],
                   "--dns-timeout", "100ms")

    @one_table
    def test_at_rate(self):
        """A name server with the kernel's own socket buffers is not asked faster than it can take."""
        run = self.audit([f"http://n{n}.refused-address.test/" for n in range(10000)], "--concurrency", "10000",
                         "--dns-server", f"127.0.0.1:{self.dns}")
        self.assertEqual(collections.Counter(row["outcome"] for row in run.rows), {"blocked_address": 10000}, run)

    def test_families(self):
        for version, address in (("4", "127.0.0.1"), ("6", "::1")):
            with self.subTest(version):
                run = self.check([("http://both.example/", {"outcome": "ok"})], "--ip-version", version)
                self.assertEqual(run.rows[0]["hops"][0]["ip"], address)
        self.check([("http://six.example/", {"outcome": "dns_error", "error": "dns-nodata"})], "--ip-version", "4")
