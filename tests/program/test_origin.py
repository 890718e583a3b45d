"""The bundled origin itself: what its table says is what comes over the wire."""
import contextlib
import errno
import resource
import select
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time
import unittest

from harness import ORIGIN, OriginTest, Server

TABLE = r"""
# comment
host a.test A 127.0.0.1 AAAA ::1 ttl 7
host *.wild.test cname a.test
host expired.test A 127.0.0.1 tls expired
host early.test A 127.0.0.1 tls not-yet-valid
host wrong.test A 127.0.0.1 tls wrong-host
host self.test A 127.0.0.1 tls self-signed
host unknown.test A 127.0.0.1 tls unknown-issuer
host broken.test A 127.0.0.1 tls broken-handshake
host rst.test A 127.0.0.1 tls reset
host notls.test A 127.0.0.1 tls none
host silenttls.test A 127.0.0.1 tls hang
host own.test A 127.0.0.7
host closed.test A 127.0.0.8 closed
host quiet.test A 127.0.0.10 silent
host private.test A 10.0.0.5
host gone.test dns nxdomain
host empty.test dns nodata
host fail.test dns servfail
host no.test dns refused
host lost.test dns timeout
host junk.test dns garbage
host big.test dns truncate A 127.0.0.1 A 127.0.0.2
host heals.test dns servfail 2 A 127.0.0.1
host *.third.test dns servfail every 3 A 127.0.0.1
host late.test A 127.0.0.1 dns-delay 60ms

url http://a.test/moved 301 https://a.test/new?x=1
url http://a.test/blank 302 ""
url http://a.test/none 302
url http://a.test/two 301 /one header "Location: /two" header "Content-Length: 3"
url http://a.test/text 200 text "hello"
url http://a.test/body 200 body 70000
url http://a.test/chunked 200 text "hello" chunked
url http://a.test/nolength 200 text "hello" no-length
url http://a.test/slow 200 delay 80ms
url http://a.test/nothing close
url http://a.test/reset reset
url http://a.test/hang hang
url http://a.test/gate 302 /gate header "Set-Cookie: seen=1" when no-cookie seen=1
url http://a.test/gate 200
url http://a.test/post 204 when method POST
url http://a.test/busy 503 header "Retry-After: 1" when first 2
url http://a.test/busy 200
url http://a.test/third 302 /x when every 3
url http://a.test/third 200
raw http://a.test/raw "HTTP/1.1 2oo \xff\x00\\\"\r\n\r\n" close
raw http://a.test/drip "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab" drip 1ms
raw http://a.test/stuck "HTTP/1.1 200 OK\r\nContent-Le" hang
prefix http://a.test/p/ 301 {scheme}://www.{host}:{port}/{rest}
prefix http://a.test/p/deep/ 307 {path}/{query} when no-slash
prefix http://a.test/o/ 301 http://www.{authority}/{rest}
prefix http://a.test/page/ 200 text "{words}|{target}|{no}{"
prefix http://*/any/ 301 https://{host}{path}
prefix https://a.test/ 200 text "secure"
"""
REASONS_NOT_TRUSTED = {"expired.test": 10, "early.test": 9, "wrong.test": 62, "self.test": 18, "unknown.test": 20}
RCODES = {"gone.test": 3, "unheard-of.test": 3, "empty.test": 0, "fail.test": 2, "no.test": 5, "a.test": 0}


def query(name, kind=1):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">6H", 77, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", kind, 1)


class OriginItself(OriginTest):
    TABLE = TABLE

    @classmethod
    def tearDownClass(cls):
        """With connections open, answers waiting and one that drips."""
        cls.origin.server.stop()
        if cls.origin.server.process.returncode != 0:
            raise AssertionError(f"the origin ended with {cls.origin.server.process.returncode}")
        super().tearDownClass()

    def connect(self, address="127.0.0.1"):
        client = socket.create_connection((address, self.origin.http), timeout=5)
        self.addCleanup(client.close)
        return client

    def ask(self, target, host="a.test", method="GET", more="", client=None, body=b""):
        """The bytes of one answer, until the connection ends."""
        client = client or self.connect()
        client.sendall(f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n".encode() + body)
        return b"".join(iter(lambda: client.recv(65536), b""))

    def head_and_body(self, *args, **kwargs):
        head, _, body = self.ask(*args, **kwargs).partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        return lines[0], [tuple(line.split(": ", 1)) for line in lines[1:]], body

    def dns(self, name, kind=1, tcp=False):
        """Flags and counts of the answer, its length, its last bytes."""
        message = query(name, kind)
        with socket.socket(type=socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.connect(("127.0.0.1", self.origin.dns))
            client.sendall(struct.pack(">H", len(message)) * tcp + message)
            answer = client.recv(4096)[2 * tcp:]
        self.assertEqual(answer[:2], message[:2])
        return struct.unpack(">5H", answer[2:12]), answer

    def test_redirects(self):
        cases = (("/moved", "HTTP/1.1 301 Moved Permanently", ["https://a.test/new?x=1"]),
                 ("/blank", "HTTP/1.1 302 Found", [""]), ("/none", "HTTP/1.1 302 Found", []),
                 ("/two", "HTTP/1.1 301 Moved Permanently", ["/one", "/two"]),
                 ("/p/x/y?z", "HTTP/1.1 301 Moved Permanently", [f"http://www.a.test:{self.origin.http}/x/y?z"]),
                 ("/p/deep/x?q", "HTTP/1.1 307 Temporary Redirect", ["/p/deep/x/?q"]),
                 ("/p/deep/x/", "HTTP/1.1 301 Moved Permanently", [f"http://www.a.test:{self.origin.http}/deep/x/"]),
                 ("/unknown", "HTTP/1.1 404 Not Found", []))
        for target, status, locations in cases:
            with self.subTest(target):
                got, fields, _ = self.head_and_body(target)
                self.assertEqual(got, status)
                self.assertEqual([value for name, value in fields if name == "Location"], locations)
        for host in ("a.test", f"A.test:{self.origin.http}"):
            location = dict(self.head_and_body("/o/x", host=host)[1])["Location"]
            self.assertEqual(location, f"http://www.{host}/x")
        self.assertEqual(self.head_and_body("/any/x", host="Whoever.TEST")[1][0], ("Location", "https://whoever.test/any/x"))
        self.assertEqual(self.head_and_body("/text", host=f"a.test:{self.origin.http}")[0], "HTTP/1.1 200 OK")
        self.assertEqual([field for field in self.head_and_body("/two")[1] if field[0] == "Content-Length"],
                         [("Content-Length", "3")])

    def test_bodies(self):
        self.assertEqual(self.head_and_body("/text")[2], b"hello")
        self.assertEqual(len(self.head_and_body("/body")[2]), 70000)
        self.assertEqual(self.head_and_body("/chunked")[2], b"5\r\nhello\r\n0\r\n\r\n")
        _, fields, body = self.head_and_body("/nolength")
        self.assertEqual((body, "Content-Length" in dict(fields)), (b"hello", False))
        _, fields, body = self.head_and_body("/text", method="HEAD")
        self.assertEqual((body, dict(fields)["Content-Length"]), (b"", "5"))
        self.assertEqual(self.head_and_body("/page/red-shoe?x")[2], b"Red shoe|/page/red-shoe?x|{no}{")

    def test_conditions(self):
        self.assertEqual(self.head_and_body("/gate")[0], "HTTP/1.1 302 Found")
        self.assertEqual(self.head_and_body("/gate", more="Cookie: a=2; seen=1\r\n")[0], "HTTP/1.1 200 OK")
        self.assertEqual(self.head_and_body("/post", method="POST")[0], "HTTP/1.1 204 No Content")
        self.assertEqual(self.head_and_body("/post")[0], "HTTP/1.1 404 Not Found")
        self.assertEqual([self.head_and_body("/busy")[0].split()[1] for _ in range(4)], ["503", "503", "200", "200"])
        self.assertEqual([self.head_and_body("/third")[0].split()[1] for _ in range(4)], ["200", "200", "302", "200"])

    def test_raw_and_endings(self):
        self.assertEqual(self.ask("/raw"), b"HTTP/1.1 2oo \xff\0\\\"\r\n\r\n")
        self.assertEqual(self.ask("/drip"), b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab")
        self.assertEqual(self.ask("/nothing"), b"")
        with self.assertRaises(ConnectionResetError):
            self.ask("/reset")
        for target, sent in (("/hang", b""), ("/stuck", b"HTTP/1.1 200 OK\r\nContent-Le")):
            with self.subTest(target):
                client = self.connect()
                client.sendall(f"GET {target} HTTP/1.1\r\nHost: a.test\r\n\r\n".encode())
                got = client.recv(100) if sent else b""
                self.assertEqual(got, sent)
                self.assertEqual(select.select([client], [], [], 0.05)[0], [])

    def test_delay(self):
        start = time.monotonic()
        self.assertEqual(self.head_and_body("/slow")[0], "HTTP/1.1 200 OK")
        self.assertGreaterEqual(time.monotonic() - start, 0.08)

    def test_keep_alive_and_split_requests(self):
        client = self.connect()
        for byte in b"GET /text HTTP/1.1\r\nHost: a.test\r\n\r\n":
            client.sendall(bytes([byte]))
        self.assertTrue(client.recv(4096).endswith(b"\r\n\r\nhello"))
        client.sendall(b"POST /text HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nbo")
        client.sendall(b"dyGET /moved HTTP/1.1\r\nHost: a.test\r\n\r\n")
        got = b""
        while got.count(b"HTTP/1.1 ") < 2:
            got += client.recv(4096)
        lines = [line for line in self.origin.requests() if line["peer"].endswith(f"#{client.getsockname()[1]}")]
        self.assertEqual([(line["method"], line["target"], line["body"]) for line in lines],
                         [("GET", "/text", ""), ("POST", "/text", "body"), ("GET", "/moved", "")])
        self.assertTrue(all(line["arrived_us"] <= line["done_us"] and line["complete"] for line in lines))

    def test_refused_requests(self):
        for request, status in ((b"GET / HTTP/1.1\r\n\r\n", b"400"), (b"GARBAGE\r\n\r\n", b"400"),
                                (b"GET / HTTP/3.0\r\nHost: a.test\r\n\r\n", b"400"),
                                (b"GET / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n", b"501"),
                                (b"GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9999999\r\n\r\n", b"413")):
            with self.subTest(request):
                client = self.connect()
                client.sendall(request)
                self.assertEqual(client.recv(4096)[:12], b"HTTP/1.1 " + status)

    def handshake(self, host):
        context = ssl.create_default_context(cafile=self.origin.ca)
        client = context.wrap_socket(self.connect(), server_hostname=host)
        self.addCleanup(client.close)
        return client

    def test_tls(self):
        self.assertTrue(self.ask("/x", client=self.handshake("a.test")).endswith(b"secure"))
        self.assertTrue(self.handshake("127.0.0.1"))
        for host, code in REASONS_NOT_TRUSTED.items():
            with self.subTest(host), self.assertRaises(ssl.SSLCertVerificationError) as raised:
                self.handshake(host)
            self.assertEqual(raised.exception.verify_code, code, host)
        with self.assertRaisesRegex(ssl.SSLError, "HANDSHAKE_FAILURE"):
            self.handshake("broken.test")
        with self.assertRaisesRegex(ssl.SSLError, "WRONG_VERSION_NUMBER"):
            self.handshake("notls.test")
        with self.assertRaises(ConnectionResetError):
            self.handshake("rst.test")
        client = self.connect()
        client.settimeout(0.1)
        with self.assertRaises(TimeoutError):
            ssl.create_default_context().wrap_socket(client, server_hostname="silenttls.test")

    def test_addresses(self):
        self.assertTrue(self.connect("127.0.0.7"))
        self.assertTrue(self.connect("::1"))
        with self.assertRaises(ConnectionRefusedError):
            self.connect("127.0.0.8")
        with socket.socket() as client:
            client.setblocking(False)
            self.assertEqual(client.connect_ex(("127.0.0.10", self.origin.http)), errno.EINPROGRESS)
            self.assertEqual(select.select([], [client], [], 0.1)[1], [])

    def test_dns(self):
        for name, rcode in RCODES.items():
            for tcp in False, True:
                with self.subTest(name, tcp=tcp):
                    (flags, questions, answers, authority, _), _ = self.dns(name, tcp=tcp)
                    self.assertEqual((flags & 0x820f, questions, answers), (0x8000 | rcode, 1, name == "a.test"))
                    self.assertEqual(authority, int(name in ("gone.test", "unheard-of.test", "empty.test")))
        _, answer = self.dns("A.Test")
        self.assertTrue(answer.endswith(b"\0\0\0\x07\0\x04\x7f\0\0\x01"))
        self.assertTrue(self.dns("a.test", 28)[1].endswith(b"\0\x10" + b"\0" * 15 + b"\x01"))
        self.assertTrue(self.dns("private.test")[1].endswith(bytes([10, 0, 0, 5])))
        self.assertEqual(self.dns("x.wild.test")[0][2], 2)
        self.assertEqual([self.dns("heals.test")[0][0] & 15 for _ in range(3)], [2, 2, 0])
        self.assertEqual([self.dns(f"{n}.third.test")[0][0] & 15 for n in range(7)], [0, 0, 2, 0, 0, 2, 0])
        self.assertEqual(self.dns("big.test")[0][0] & 0x200, 0x200)
        self.assertEqual(self.dns("big.test", tcp=True)[0][2], 2)
        self.assertGreater(self.dns("junk.test")[0][2], 100)
        start = time.monotonic()
        self.dns("late.test")
        self.assertGreaterEqual(time.monotonic() - start, 0.06)
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.sendto(query("lost.test"), ("127.0.0.1", self.origin.dns))
            self.assertEqual(select.select([client], [], [], 0.1)[0], [])
        self.assertIn(("lost.test", "timeout", "udp"),
                      [(line["name"], line["answer"], line["transport"]) for line in self.origin.log("dns")])

    def test_survives_vanishing_clients(self):
        for target in "/hang", "/slow", "/body", "/drip":
            for abrupt in False, True:
                client = self.connect()
                client.sendall(f"GET {target} HTTP/1.1\r\nHost: a.test\r\n\r\n".encode())
                if abrupt:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.close()
        self.connect().sendall(b"\x16\x03")
        self.assertEqual(self.ask("/text")[-5:], b"hello")


class ManyConnections(unittest.TestCase):
    """More of them than the limit of descriptors, over threads that have a table each."""

    LIMIT, THREADS, CONNECTIONS = 96, 8, 150

    def served(self, server):
        server.process.send_signal(signal.SIGUSR2)
        while not server.said.endswith("\n"):
            select.select([server.pipe], [], [])
            server.said += server.pipe.read().decode()
        line, server.said = server.said.split(), ""
        return {name: int(value) for name, value in (pair.split("=") for pair in line[1:])}

    def test_served(self):
        with tempfile.NamedTemporaryFile("w") as table, contextlib.ExitStack() as stack:
            table.write("url http://a.test/ 204\n")
            table.flush()
            server = Server([ORIGIN, "--table", table.name, "--threads", str(self.THREADS), "--die-with-parent"],
                            r"ready http=(\d+) .*\n",
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (self.LIMIT, self.LIMIT)))
            stack.callback(server.stop)
            server.said = ""
            for _ in range(self.CONNECTIONS):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", int(server.match[1])), timeout=5))
                client.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
                self.assertEqual(client.recv(4096)[:12], b"HTTP/1.1 204")
            counts = {"requests": self.CONNECTIONS, "connections": self.CONNECTIONS,
                      "connections_most": self.CONNECTIONS}
            self.assertEqual(self.served(server), counts)
            client.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
            self.assertEqual(client.recv(4096)[:12], b"HTTP/1.1 204")
            self.assertEqual(self.served(server), {**counts, "requests": self.CONNECTIONS + 1})


class BadTables(unittest.TestCase):
    CASES = (("nonsense x", "1: a line begins with"), ("\nhost", "2: host needs a name"), ("host a A 1.2.3", "A needs"),
             ("host a tls maybe", "unknown tls mode"), ("url a.test 200", "http:// or https://"),
             ("url http://a/ 200 text", "text needs a text"), ('url http://a/ 200 text "a', "a quote is missing"),
             (r'raw http://a/ "\q"', "unknown escape"), ("url http://a/ 200 delay soon", "delay needs a time"),
             ("prefix http://a/b 200", "a prefix ends in"), ("url http://a/ 200 when every 0", "a number from 1"),
             ("url http://a/ 301 /x /y", "unknown word"), ("url http://a/ 12345", "a status"),
             ('raw http://a/ ""', "needs hang, close or reset"))

    def test_message_names_file_and_line(self):
        for table, message in self.CASES:
            with self.subTest(table), tempfile.NamedTemporaryFile("w", suffix=".table") as file:
                file.write(table + "\n")
                file.flush()
                done = subprocess.run([ORIGIN, "--table", file.name, "--check"], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 65, done)
                self.assertTrue(done.stderr.startswith(file.name + ":"), done.stderr)
                self.assertIn(message, done.stderr)

    def test_large_table_loads_fast(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.writelines(f"url http://h{i % 999}.test/page/{i} 301 https://www.h{i % 999}.test/{i}\n" for i in range(100000))
            file.flush()
            start = time.monotonic()
            done = subprocess.run([ORIGIN, "--table", file.name, "--check"], capture_output=True, text=True, check=True)
            self.assertLess(time.monotonic() - start, 10)
        self.assertEqual(done.stdout, "0 hosts, 100000 rules\n")


if __name__ == "__main__":
    unittest.main()
