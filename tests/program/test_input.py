"""What the list may be made of: forms, compression, lines that are no URL, the same URL twice."""
import gzip
import os
import subprocess

from harness import OriginTest, detour

URLS = [f"http://a.example/{n}" for n in range(300)]


def zstd(data):
    return subprocess.run(["zstd", "-cq"], input=data, check=True, capture_output=True).stdout


class Forms(OriginTest):
    TABLE = "host *.example A 127.0.0.1\nhost xn--bcher-kva.example A 127.0.0.1\n" \
            "prefix http://*/ 200 text \"x\"\n"

    def audit_bytes(self, data, *options, stdin=b"", files=None):
        out = self.new_path("out")
        run = detour("audit", *(files or [self.write(data)]), "-o", out, *options, *self.origin.options(), stdin=stdin)
        run.out = out
        return run

    def test_compression_is_seen_by_content(self):
        data = "".join(url + "\n" for url in URLS).encode()
        half = len(data) // 2
        for name, content in [
                ("plain", data), ("gzip", gzip.compress(data)), ("zstd", zstd(data)),
                ("gzip in two members", gzip.compress(data[:half]) + gzip.compress(data[half:])),
                ("zstd in two frames", zstd(data[:half]) + zstd(data[half:]))]:
            with self.subTest(name):
                run = self.audit_bytes(content)
                self.assertEqual(run.code, 0, run)
                self.assertEqual([row["input_url"] for row in run.rows], URLS)
                self.assertEqual([row["seq"] for row in run.rows], list(range(1, 301)))

    def test_lines(self):
        data = b"\xef\xbb\xbfhttp://a.example/bom\r\n\r\n  \t http://a.example/blanks \t\r\n# a comment\n\n" \
               b"http://a.example/last-without-end"
        run = self.audit_bytes(data)
        self.assertEqual(run.code, 0, run)
        self.assertEqual([(row["seq"], row["input_url"]) for row in run.rows], [
            (1, "http://a.example/bom"), (3, "http://a.example/blanks"), (6, "http://a.example/last-without-end")])

    def test_several_files_and_standard_input(self):
        first, second = self.write(["http://a.example/1"]), self.write(["http://a.example/3"])
        run = self.audit_bytes(None, files=[first, "-", second], stdin=gzip.compress(b"http://a.example/2\n"))
        self.assertEqual(run.code, 0, run)
        self.assertEqual([row["url"] for row in run.rows], [f"http://a.example/{n}" for n in (1, 2, 3)])

    def test_empty_list(self):
        for name, data in [("no byte", b""), ("comments only", b"# nothing\n\n"), ("gzip", gzip.compress(b""))]:
            with self.subTest(name):
                run = self.audit_bytes(data)
                self.assertEqual((run.code, run.rows, run.manifest["rows"]), (0, [], 0), run)

    def test_urls_as_people_write_them(self):
        longest = "http://a.example/?" + "x" * (8192 - len("http://a.example/?"))
        # The origin's table has no such long keys: it answers that one with 404.
        self.check_walks([(name, line, {"error": "", "requests": 1, "url": url, "input_url": line}) for name, line, url in [
            ("raw blanks", "http://a.example/a b c", "http://a.example/a%20b%20c"),
            ("UTF-8", "http://a.example/\u00e9?\u00fc", "http://a.example/%C3%A9?%C3%BC"),
            ("IDN", "http://b\u00fccher.example/", "http://xn--bcher-kva.example/"),
            ("upper case", "HTTP://A.Example/X", "http://a.example/X"),
            ("no path", "http://a.example", "http://a.example/"),
            ("default port", "http://a.example:80/", "http://a.example/"),
            ("dots", "http://a.example/a/../b", "http://a.example/b"),
            ("8,192 bytes", longest, longest)]])

    def test_no_urls(self):
        """A row for each, with the reason; the others are walked."""
        self.check_walks([(name, line, {
            "outcome": outcome, "error": error, "url": "" if error else line, "requests": 0 if error else 1,
            "final_status": 0 if error else 200}) for name, line, outcome, error in [
                ("no scheme", "a.example/path", "invalid_input", "url-no-scheme"),
                ("words", "this is no URL", "invalid_input", "url-no-scheme"),
                ("good one between", "http://a.example/ok", "ok", ""),
                ("port", "http://a.example:99999/", "invalid_input", "url-port"),
                ("empty host", "http://", "invalid_input", "url-empty-host"),
                ("IPv6", "http://[::1", "invalid_input", "url-ipv6"),
                ("IPv4", "http://1.2.3.400/", "invalid_input", "url-ipv4"),
                ("host", "http://a%00b.example/", "invalid_input", "url-host-code-point"),
                ("scheme", "ftp://a.example/", "invalid_input", "input-scheme"),
                ("mail", "mailto:someone@a.example", "invalid_input", "input-scheme"),
                ("method", "BREW http://a.example/", "invalid_input", "input-method"),
                ("too long", "http://a.example/" + "x" * 8192, "invalid_input", "input-too-long"),
                ("another good one", "http://a.example/", "ok", "")]])

    def test_bytes_that_are_no_text(self):
        run = self.audit_bytes(b"http://a.example/\xff\xfe\nhttp://a.example/\x00nul\n\x80\x81\n")
        self.assertEqual(run.code, 0, run)
        self.assertEqual(len(run.rows), 3)

    def test_same_url_twice(self):
        """Two rows, one walk."""
        before = len(self.origin.requests())
        run = self.walk(["http://a.example/twice", "http://a.example/other", "http://A.example:80/twice"])
        self.assertEqual(run.code, 0, run)
        self.assertEqual([row["final_status"] for row in run.rows], [200] * 3)
        self.assertEqual([row["input_url"] for row in run.rows],
                         ["http://a.example/twice", "http://a.example/other", "http://A.example:80/twice"])
        self.assertEqual(sorted(hop["memo"] for row in run.rows for hop in row["hops"]), [False, False, True])
        urls = [request["url"] for request in self.origin.requests()[before:]]
        self.assertEqual(sorted(urls), ["http://a.example/other", "http://a.example/twice"])

    def test_unusable_files(self):
        data = gzip.compress("".join(url + "\n" for url in URLS).encode())
        missing = self.path("missing.txt")
        flipped = data[:-8] + bytes([data[-8] ^ 1]) + data[-7:]
        for name, path, code, words in [
                ("not there", missing, 66, missing), ("a folder", self.folder, 66, self.folder),
                ("gzip cut", self.write(data[:-20]), 65, "offset"), ("gzip checksum", self.write(flipped), 65, "offset"),
                ("zstd cut", self.write(zstd(b"http://a.example/\n" * 9)[:-4]), 65, "offset")]:
            with self.subTest(name):
                run = self.audit_bytes(None, files=[path])
                self.assertEqual(run.code, code, run)
                self.assertIn(words, run.stderr)
                self.assertIn(os.path.basename(path), run.stderr)
                self.assertFalse(os.path.exists(os.path.join(run.out, "_SUCCESS")))
