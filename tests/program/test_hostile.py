"""Replies no server should send: a row for each, in time, with an outcome that names the site's fault and never ours.

The replies are the table of hostile_replies.py; those that never end, or come before the request, are here.
"""
import contextlib
import re
import socket
import struct
import threading

import rows
from harness import PATIENCE, OriginTest, ProgramTest, detour
from hostile_replies import (ANSWERED, BROKEN, CASES, CHUNKED, CONTINUE, FOLLOWED, HTTP, MOVED, NOT_FOUND, OK, TOO_LARGE,
                             either)

# For each hop of a case that never ends; an honest answer is a matter of milliseconds.
HOP_TIMEOUT = f"{1500 * PATIENCE}ms"


def quoted(data):
    """Bytes as the origin's table wants them."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in data) + '"'


class Hostile(ProgramTest):
    """How the rows of all cases are held."""

    @classmethod
    def schema(cls):
        return detour("schema", "--dialect=jsonschema").stdout

    def check_any_row(self, row):
        """What holds for each row, whatever its case."""
        self.assertNotEqual(row["outcome"], "internal_error", row)
        self.assertFalse([hop["error"] for hop in row["hops"] if hop["error"].startswith("internal")], row)

    def check_case(self, row, expected):
        outcomes = expected.get("outcome", row["outcome"])
        if isinstance(outcomes, tuple):
            self.assertIn(row["outcome"], outcomes, row)
            expected = {key: value for key, value in expected.items() if key != "outcome"}
        self.check_row(row, expected)
        self.check_any_row(row)


class Replies(Hostile, OriginTest):
    """Each case has a host of its own, so that none is set aside for another's failures."""

    TABLE = "host *.example A 127.0.0.1\nprefix http://*/ 404\n" + "".join(
        f"url http://c{n}.example/end 200 text \"end\"\n"
        f"raw http://c{n}.example/ {quoted(reply)} {ending}\n" if reply else
        f"url http://c{n}.example/end 200 text \"end\"\n"
        f"url http://c{n}.example/ {ending}\n" for n, (_, reply, ending, _) in enumerate(CASES))

    def check_all(self, *options, prefix=""):
        lines = [f"{prefix}http://c{n}.example/" for n in range(len(CASES))]
        run = self.walk(lines, "--hop-timeout", HOP_TIMEOUT, "--per-ip", "1000", *options)
        self.assertEqual(run.code, 0, run)
        self.assertEqual([row["seq"] for row in run.rows], list(range(1, len(CASES) + 1)))
        self.assertEqual(rows.schema_errors(self.schema(), run.rows), [])
        return run.rows

    def test_replies(self):
        for (name, _, _, expected), row in zip(CASES, self.check_all()):
            with self.subTest(name):
                self.check_case(row, expected)

    def test_replies_to_head(self):
        """A body where none can be, and the rest as it comes."""
        for (name, *_), row in zip(CASES, self.check_all(prefix="HEAD ")):
            with self.subTest(name):
                self.check_any_row(row)

    def test_replies_one_by_one(self):
        """With one walk at a time, what one reply leaves behind would meet the next one's connection."""
        shared = [(n, case) for n, case in enumerate(CASES) if case[3] in (FOLLOWED, ANSWERED, NOT_FOUND)]
        run = self.walk([f"http://c{n}.example/" for n, _ in shared], "-c", "1", "--loops", "1",
                        "--hop-timeout", HOP_TIMEOUT)
        self.assertEqual(run.code, 0, run)
        for (_, (name, _, _, expected)), row in zip(shared, run.rows, strict=True):
            with self.subTest(name):
                self.check_case(row, expected)


class Feeder:
    """A server for what the origin's table cannot say: it runs a case's function on each connection."""

    def __init__(self, cases):
        self.cases = cases
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        """The request is looked at, be it TLS, and not read: the function may answer before it."""
        client.settimeout(20 * PATIENCE)
        with client, contextlib.suppress(OSError):
            request = client.recv(4096, socket.MSG_PEEK)
            name = re.search(rb"s\d+(?=\.example)", request)
            self.cases[name[0].decode()](client)

    def stop(self):
        self.listener.close()


def for_ever(head, again):
    """Sends `head`, then `again` without end."""
    def serve(client):
        client.sendall(head)
        while True:
            client.sendall(again)
    return serve


def at_once(reply, ending="close"):
    """Sends `reply` before the request is read."""
    def serve(client):
        client.sendall(reply)
        if ending == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if ending == "hang":
            client.recv(100000)
            client.recv(100000)
    return serve


def record(kind, payload, version=b"\3\3"):
    return bytes([kind]) + version + struct.pack(">H", len(payload)) + payload


# (name, scheme, what the server does, what the row must hold)
STREAMS = [
    ("endless 100", "http", for_ever(b"", CONTINUE * 100), TOO_LARGE),
    ("endless 103", "http", for_ever(b"", HTTP + b"103 Hints\r\nLink: </x>\r\n\r\n"), TOO_LARGE),
    ("endless status line", "http", for_ever(HTTP + b"301 ", b"M" * 1000), TOO_LARGE),
    ("endless line", "http", for_ever(MOVED + b"X: ", b"y" * 1000), TOO_LARGE),
    ("endless header", "http", for_ever(MOVED, b"X: y\r\n" * 100), TOO_LARGE),
    ("endless Location", "http", for_ever(MOVED + b"Location: /", b"y" * 1000), TOO_LARGE),
    ("endless folding", "http", for_ever(MOVED + b"X: y\r\n", b" z\r\n" * 100), TOO_LARGE),
    ("endless blank lines", "http", for_ever(b"", b"\r\n" * 100), BROKEN),
    ("endless spaces", "http", for_ever(b"", b" " * 1000), BROKEN),
    ("endless NULs", "http", for_ever(b"", b"\0" * 1000), BROKEN),
    ("endless body", "http", for_ever(HTTP + b"200 OK\r\n\r\n", b"x" * 1000), ANSWERED),
    ("endless page", "http", for_ever(HTTP + b"200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>x" * 250), ANSWERED),
    ("endless chunks", "http", for_ever(HTTP + b"200 OK\r\n" + CHUNKED, b"1\r\nx\r\n" * 100), ANSWERED),
    ("endless chunk size", "http", for_ever(HTTP + b"200 OK\r\nContent-Type: text/html\r\n" + CHUNKED, b"0" * 1000),
     ANSWERED),
    ("endless trailers", "http", for_ever(
        HTTP + b"200 OK\r\nContent-Type: text/html\r\n" + CHUNKED + b"0\r\n", b"X: y\r\n" * 100), ANSWERED),
    ("endless answers", "http", for_ever(b"", OK), ANSWERED),
    ("answer before the request", "http", at_once(OK, "hang"), ANSWERED),
    ("answer before the request, then reset", "http", at_once(OK, "reset"), either("ok", "protocol_error")),
    ("bad answer before the request", "http", at_once(b"\xff" * 100), BROKEN),
    ("closed at once", "http", at_once(b""), BROKEN),
    ("reset at once", "http", at_once(b"", "reset"), BROKEN),
    ("TLS on port 80", "http", at_once(record(21, b"\2\50")), BROKEN),
    ("plain text on TLS", "https", at_once(OK, "hang"), {"outcome": "tls_error", "error": "tls-handshake"}),
    ("zeros on TLS", "https", at_once(b"\0" * 1000, "hang"), {"outcome": "tls_error", "error": "tls-handshake"}),
    ("alert on TLS", "https", at_once(record(21, b"\2\50"), "hang"), {"outcome": "tls_error", "error": "tls-handshake"}),
    ("record too long", "https", at_once(record(22, b"\2" * 65535), "hang"), {"outcome": "tls_error"}),
    ("empty records", "https", for_ever(b"", record(22, b"") * 100), {"outcome": "tls_error"}),
    ("half a record", "https", at_once(record(22, b"\2" * 100)[:50]), {"outcome": "tls_error"}),
    ("SSL 3.0", "https", at_once(record(22, b"\2\0\0\46\3\0" + b"\0" * 36, b"\3\0"), "hang"), {"outcome": "tls_error"}),
    ("garbage for a ServerHello", "https", at_once(record(22, b"\2\0\0\46\3\3" + b"\xff" * 36), "hang"),
     {"outcome": "tls_error"}),
    ("endless warnings", "https", for_ever(b"", record(21, b"\1\132")), either("tls_error", "timeout")),
    ("close before TLS", "https", at_once(b""), {"outcome": "tls_error"}),
    ("reset before TLS", "https", at_once(b"", "reset"), {"outcome": ("tls_error", "connect_error")}),
    ("silence before TLS", "https", at_once(b"", "hang"), {"outcome": "timeout", "error": "tls-timeout"}),
]


class Streams(Hostile):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.feeder = Feeder({f"s{n}": serve for n, (_, _, serve, _) in enumerate(STREAMS)})
        cls.addClassCleanup(cls.feeder.stop)

    def test_streams(self):
        lines = [f"{scheme}://s{n}.example/" for n, (_, scheme, _, _) in enumerate(STREAMS)]
        run = self.audit(lines, "--connect-to", f"::127.0.0.1:{self.feeder.port}", "--allow-address", "127.0.0.0/8",
                         "--hop-timeout", HOP_TIMEOUT)
        self.assertEqual(run.code, 0, run)
        self.assertEqual(rows.schema_errors(self.schema(), run.rows), [])
        for (name, _, _, expected), row in zip(STREAMS, run.rows, strict=True):
            with self.subTest(name):
                self.check_case(row, expected)
