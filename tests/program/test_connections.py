"""Connections: which are used again, whose TLS sessions are resumed, and that the certificate counts for each."""
import unittest

from harness import OriginTest, ProgramTest, certificate, free_port, nginx


class Kept(OriginTest):
    SIZES = {"none": 0, "kept": 65536, "too-large": 65537}
    TABLE = "host *.example A 127.0.0.1\n" + "".join(
        f'prefix {scheme}://{name}.example/ 200 body {size} header "Content-Type: text/plain"\n'
        for name, size in SIZES.items() for scheme in ("http", "https"))

    def test_kept(self):
        """A connection is used again as long as it does not take reading more than 64 KiB."""
        run = self.walk([f"{scheme}://{name}.example/{n}" for name in self.SIZES for scheme in ("http", "https")
                         for n in range(3)], "--per-host", 1)
        self.assertEqual({row["outcome"] for row in run.rows}, {"ok"}, run)
        opened = {name: [row["hops"][0]["connect_us"] > 0 for row in run.rows if f"//{name}." in row["url"]]
                  for name in self.SIZES}
        self.assertEqual({name: sum(flags) for name, flags in opened.items()}, {"none": 2, "kept": 2, "too-large": 6})


class Sessions(OriginTest):
    TABLE = """
host again.example A 127.0.0.1 tls resumable
host other.example A 127.0.0.1 tls resumable
host never.example A 127.0.0.1
prefix https://*/ 200 text "x" close
"""

    def test_resumed(self):
        """From the third connection to a host on, and only where the server offers it."""
        hosts = ["again.example"] * 5 + ["never.example"] * 5 + ["other.example"]
        run = self.walk([f"https://{host}/{n}" for n, host in enumerate(hosts)], "--per-host", 1)
        self.assertEqual({row["outcome"] for row in run.rows}, {"ok"}, run)
        connections = {host: [] for host in hosts}
        for line in sorted(self.origin.log("connection"), key=lambda line: line["connection"]):
            if line["sni"]:
                connections[line["sni"]].append(line["resumed"])
        self.assertEqual(connections, {"again.example": [False, False, True, True, True],
                                       "never.example": [False] * 5, "other.example": [False]})


SITES = """
server {{
    listen 127.0.0.1:{https} ssl;
    server_name shop.example;
    ssl_certificate {cert}; ssl_certificate_key {key};
    ssl_protocols {protocol}; ssl_session_tickets {tickets}; ssl_session_cache shared:sessions:1m;
    keepalive_timeout 0;
    absolute_redirect off;
    location / {{ return 301 /resumed$ssl_session_reused; }}
    location /resumed {{ return 200; }}
}}
"""


class Nginx(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ca, cls.cert, cls.key = certificate(cls.folder, ["shop.example"])

    def walk_each(self, lines):
        """Audits these lines one after the other, in each way to resume a session there is."""
        for protocol, tickets in (("TLSv1.3", "on"), ("TLSv1.3", "off"), ("TLSv1.2", "on"), ("TLSv1.2", "off")):
            https = free_port()
            with self.subTest(protocol=protocol, tickets=tickets), nginx(self.folder, SITES.format(
                    https=https, cert=self.cert, key=self.key, protocol=protocol, tickets=tickets)):
                run = self.audit(lines, "--connect-to", f":443:127.0.0.1:{https}", "--ca-file", self.ca,
                                 "--allow-address", "127.0.0.0/8", "--per-host", 1, "--robots", "ignore")
                self.assertEqual(len(run.rows), len(lines), run)
                yield run

    def test_resumed(self):
        """nginx says "r" for a session that was resumed."""
        for run in self.walk_each([f"https://shop.example/{n}" for n in range(4)]):
            self.assertEqual({row["outcome"] for row in run.rows}, {"ok"}, run)
            self.assertEqual(sorted(row["hops"][0]["location"] for row in run.rows),
                             ["/resumed."] + ["/resumedr"] * 3)

    def test_wrong_host(self):
        """A name that the certificate does not have stays wrong, as often as it is asked for."""
        for run in self.walk_each([f"https://nobody.example/{n}" for n in range(4)]):
            self.assertEqual([row["error"] for row in run.rows], ["tls-wrong-host"] * 4, run)


if __name__ == "__main__":
    unittest.main()
