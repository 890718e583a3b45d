"""What rows tell of the page at the end of a chain, and how much of it is read for that."""
from harness import OriginTest

HEAD = ("<!doctype html><html lang=de><head><base href=/dir/><title> Red &amp; round </title>"
        "<meta name=googlebot content=noarchive><meta name=robots content=nofollow>"
        "<link rel=canonical href=page><link rel=alternate hreflang=en href=/en/page></head>")
BODY = ("<body><h1>A <em>lamp</em></h1><p>One\\n two.</p><script>window.location.href='/app'</script>"
        "<form><input type=password></form><noscript><meta http-equiv=refresh content='0; url=/plain'></noscript>")
# The title stands behind so much, and the page is twice as long.
PADDING = 100000


def quoted(text):
    return '"' + text.replace('"', '\\"') + '"'


class Pages(OriginTest):
    TABLE = f"""
host *.example A 127.0.0.1
url http://a.example/old 301 /page
url http://a.example/older 301 /page
url http://a.example/page 200 header "Link: </de>; rel=alternate; hreflang=de, </dir/page>; rel=canonical" text {quoted(HEAD + BODY)}
url http://a.example/file 200 header "Content-Type: application/pdf" header "Link: <http://a.example/f>; rel=canonical" text "%PDF"
url http://a.example/latin1 200 header "Content-Type: text/html" text "<meta charset=latin1><title>Caf\\xe9</title>"
url http://a.example/error 404 text "<title>None</title><link rel=canonical href=/>"
url http://a.example/json 200 header "Content-Type: application/json" text "<title>None</title>"
url http://a.example/long 200 text "<!--{'x' * PADDING}--><title>Late</title><!--{'x' * PADDING}-->"
url http://a.example/moved 301 /refresh
url http://a.example/refresh 200 header "Refresh: 0; url=/page" text "<title>Go on</title>"
"""
    LINKS = [
        {"rel": "canonical", "source": "html", "hreflang": "", "href": "page", "url": "http://a.example/dir/page"},
        {"rel": "alternate", "source": "html", "hreflang": "en", "href": "/en/page", "url": "http://a.example/en/page"},
        {"rel": "alternate", "source": "header", "hreflang": "de", "href": "/de", "url": "http://a.example/de"},
        {"rel": "canonical", "source": "header", "hreflang": "", "href": "/dir/page", "url": "http://a.example/dir/page"}]

    def row(self, path, *options):
        return self.walk([f"http://a.example{path}"], *options).rows[0]

    def test_facts(self):
        """The same in each row, whether the answer came from the network or from the memo."""
        for row in self.walk(["http://a.example/old", "http://a.example/older"], "--loops", "1").rows:
            facts = {name: value for name, value in row.items() if name.startswith("page_")}
            self.assertEqual(facts, {
                "page_read": True, "page_cut": False, "page_title": "Red & round", "page_lang": "de", "page_base": "/dir/",
                "page_canonical": "http://a.example/dir/page", "page_robots": "nofollow, googlebot: noarchive",
                "page_refresh": "0; url=/plain", "page_refresh_noscript": True, "page_script": "/app", "page_password": True,
                "page_h1": "A lamp", "page_text": "A lamp One two.", "page_text_bytes": 15, "page_links": self.LINKS})
            found = {finding["rule"]: finding["severity"] for finding in row["findings"]}
            self.assertEqual({rule: found.get(rule) for rule in ("canonical-mismatch", "meta-refresh-redirect",
                                                                 "js-redirect-suspected", "target-noindex")},
                             {"canonical-mismatch": "warning", "meta-refresh-redirect": "notice",
                              "js-redirect-suspected": "warning", "target-noindex": None})

    def test_what_is_no_page(self):
        row = self.row("/file")
        self.assertEqual((row["page_read"], row["page_canonical"]), (False, ""))
        self.assertEqual([(link["source"], link["url"]) for link in row["page_links"]], [("header", "http://a.example/f")])
        for path in ("/error", "/json"):
            row = self.row(path)
            self.assertEqual((row["page_read"], row["page_title"], row["page_links"]), (False, "", []), path)

    def test_charset(self):
        self.assertEqual(self.row("/latin1")["page_title"], "Caf\u00e9")

    def test_refresh_header(self):
        row = self.row("/moved")
        self.assertEqual([(f["rule"], f["hop"]) for f in row["findings"] if "refresh" in f["rule"]],
                         [("refresh-header-redirect", 1)])
        self.assertEqual((row["outcome"], row["redirects"]), ("ok", 1))

    def test_page_bytes(self):
        """So much is read, and the row says when there was more."""
        whole = 2 * (PADDING + 7) + len("<title>Late</title>")
        for page_bytes, title, cut in ((1, "", True), (65536, "", True), (PADDING + 26, "Late", True), (whole, "Late", False),
                                       (262144, "Late", False)):
            row = self.row("/long", "--page-bytes", str(page_bytes))
            self.assertEqual((row["page_read"], row["page_title"], row["page_cut"]), (True, title, cut), page_bytes)
        row = self.row("/long")
        self.assertEqual((row["page_title"], row["page_cut"]), ("", True))

    def test_no_page_is_read(self):
        """The header still is."""
        row = self.row("/old", "--page-bytes", "0")
        self.assertEqual((row["outcome"], row["page_read"], row["page_title"], row["page_links"]),
                         ("ok", False, "", self.LINKS[2:]))
