"""Against a real web server: nginx with its own redirect rules, over HTTP/1.1, TLS and HTTP/2."""
import os

from harness import ProgramTest, certificate, free_port, nginx

NAMES = ["www.shop.example", "shop.example", "blog.example"]

SITES = """
port_in_redirect off;
server {{
    listen 127.0.0.1:{http};
    server_name shop.example www.shop.example;
    return 301 https://www.shop.example$request_uri;
}}
server {{
    listen 127.0.0.1:{https} ssl http2;
    server_name shop.example;
    ssl_certificate {cert}; ssl_certificate_key {key};
    return 308 https://www.shop.example$request_uri;
}}
server {{
    listen 127.0.0.1:{https} ssl http2;
    server_name www.shop.example;
    ssl_certificate {cert}; ssl_certificate_key {key};
    root {folder}/www;
    location = / {{ return 200 "home"; }}
    location = /old {{ return 301 /new?from=old; }}
    location = /new {{ return 200 "new"; }}
    location = /gone {{ return 410; }}
    location = /teapot {{ return 418; }}
    location = /see {{ return 303 /new; }}
    location = /temporary {{ return 307 /new; }}
    location = /absolute {{ absolute_redirect on; return 302 /new; }}
    location = /relative {{ absolute_redirect off; return 302 /new; }}
    location = /loop {{ return 302 /loop; }}
    location = /ping {{ return 302 /pong; }}
    location = /pong {{ return 302 /ping; }}
    location = /broken {{ return 500; }}
    location = /closed {{ return 444; }}
    location /article/ {{ rewrite ^/article/(\\d+)$ /post/$1 permanent; rewrite ^/article/(.*)$ /post/$1/ redirect; }}
    location /post/ {{ return 200 "post"; }}
}}
server {{
    listen 127.0.0.1:{http};
    server_name blog.example;
    root {folder}/www;
    absolute_redirect off;
    index index.html;
}}
server {{
    listen 127.0.0.1:{http} default_server;
    return 444;
}}
"""


class Nginx(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.makedirs(cls.path("www/folder"))
        with open(cls.path("www/folder/index.html"), "w", encoding="utf-8") as file:
            file.write("<!doctype html><html lang=en><title>A folder</title>"
                       "<link rel=canonical href=/folder/><meta name=robots content=noindex><p>Hello")
        ca, cert, key = certificate(cls.folder, NAMES)
        http, https = free_port(), free_port()
        cls.enterClassContext(nginx(cls.folder, SITES.format(
            http=http, https=https, cert=cert, key=key, folder=cls.folder)))
        cls.options = ["--connect-to", f":80:127.0.0.1:{http}", "--connect-to", f":443:127.0.0.1:{https}",
                       "--ca-file", ca, "--allow-address", "127.0.0.0/8"]

    def check(self, cases, *options):
        run = self.audit([line for line, _ in cases], *options, *self.options)
        self.assertEqual(run.code, 0, run)
        self.assertEqual(len(run.rows), len(cases))
        for (line, expected), row in zip(cases, run.rows):
            with self.subTest(line):
                self.check_row(row, expected)
        return run

    WALKS = [
        ("http://shop.example/", {
            "outcome": "ok", "statuses": [301, 200], "urls": ["http://shop.example/", "https://www.shop.example/"]}),
        ("https://shop.example/old", {
            "outcome": "ok", "statuses": [308, 301, 200], "redirects": 2,
            "final_url": "https://www.shop.example/new?from=old"}),
        ("http://www.shop.example/old?x=1#part", {
            "outcome": "ok", "statuses": [301, 301, 200], "final_url": "https://www.shop.example/new?from=old#part"}),
        ("https://www.shop.example/gone", {"outcome": "client_error", "final_status": 410}),
        ("https://www.shop.example/teapot", {"outcome": "client_error", "final_status": 418}),
        ("https://www.shop.example/see", {"outcome": "ok", "statuses": [303, 200]}),
        ("https://www.shop.example/temporary", {"outcome": "ok", "statuses": [307, 200]}),
        ("https://www.shop.example/relative", {"outcome": "ok", "statuses": [302, 200]}),
        ("https://www.shop.example/loop", {"outcome": "loop", "loop_entry": 0, "loop_length": 1}),
        ("https://www.shop.example/ping", {"outcome": "loop", "loop_entry": 0, "loop_length": 2}),
        ("https://www.shop.example/broken", {"outcome": "server_error", "final_status": 500}),
        ("https://www.shop.example/article/42", {
            "outcome": "ok", "statuses": [301, 200], "final_url": "https://www.shop.example/post/42"}),
        ("https://www.shop.example/article/caf%C3%A9", {
            "outcome": "ok", "statuses": [302, 200], "final_url": "https://www.shop.example/post/caf%C3%A9/"}),
        ("https://www.shop.example/nothing-here", {"outcome": "client_error", "final_status": 404}),
        ("http://blog.example/folder", {
            "outcome": "ok", "statuses": [301, 200], "final_url": "http://blog.example/folder/", "page_read": True,
            "page_title": "A folder", "page_lang": "en", "page_robots": "noindex",
            "page_canonical": "http://blog.example/folder/"}),
        ("POST https://www.shop.example/see", {"outcome": "ok", "methods": ["POST", "GET"]}),
        ("HEAD https://www.shop.example/temporary", {"outcome": "ok", "methods": ["HEAD", "HEAD"]}),
    ]

    def test_http_1_1(self):
        run = self.check(self.WALKS, "--http", "1.1")
        self.assertEqual({hop["http_version"] for row in run.rows for hop in row["hops"]}, {"1.1"})

    def test_http_2(self):
        """The same rows; over TLS the version is 2."""
        run = self.check(self.WALKS, "--http", "2")
        for row in run.rows:
            for hop in row["hops"]:
                self.assertEqual(hop["http_version"], "2" if hop["url"].startswith("https:") else "1.1", hop["url"])

    def test_closed_without_an_answer(self):
        """444 in nginx: the connection ends and nothing is said."""
        self.check([("http://nobody.example/", {"outcome": "protocol_error", "error": "empty-reply"}),
                    ("https://www.shop.example/closed", {"outcome": "protocol_error"})], "--http", "1.1")

    def test_wrong_name(self):
        """nginx serves its first certificate to a name that it does not know."""
        self.check([("https://nobody.example/", {"outcome": "tls_error", "error": "tls-wrong-host"})])

    def test_many(self):
        """Connections are used again: far fewer handshakes than requests."""
        for version in ("1.1", "2"):
            with self.subTest(version):
                run = self.audit([f"https://www.shop.example/article/{n}" for n in range(200)], "--http", version,
                                 *self.options)
                self.assertEqual({row["outcome"] for row in run.rows}, {"ok"})
                hops = [hop for row in run.rows for hop in row["hops"]]
                self.assertEqual(len(hops), 400)
                self.assertLess(sum(1 for hop in hops if hop["tls_us"]), 100)
