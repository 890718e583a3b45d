"""Replies no server should send, and what each may come to: the table behind test_hostile.py.

What a case wants is what RFC 9110 and 9112 say or, where those leave it open, what browsers agree on. Where neither is
clear several outcomes are right.
"""
HTTP = b"HTTP/1.1 "
OK = HTTP + b"200 OK\r\nContent-Length: 2\r\n\r\nok"
MOVED = HTTP + b"301 Moved Permanently\r\n"
TO_END = b"Location: /end\r\n"
EMPTY = b"Content-Length: 0\r\n\r\n"
REDIRECT = MOVED + TO_END + EMPTY
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
CONTINUE = HTTP + b"100 Continue\r\n\r\n"

# What a row must hold. A tuple gives outcomes of which any is right.
ANSWERED = {"outcome": "ok", "redirects": 0, "final_status": 200}
FOLLOWED = {"outcome": "ok", "redirects": 1, "final_status": 200}
NOT_FOUND = {"outcome": "client_error", "redirects": 1, "final_status": 404}
NOT_FOLLOWED = {"outcome": "not_followed", "redirects": 0}
BAD = {"outcome": "protocol_error", "error": "bad-response", "redirects": 0, "final_status": 0}
EMPTY_REPLY = dict(BAD, error="empty-reply")
RESET = dict(BAD, error="reset")
TOO_LARGE = dict(BAD, error="header-too-large")
BROKEN = {"outcome": "protocol_error", "redirects": 0}
LATE = {"outcome": "timeout", "error": "response-timeout", "redirects": 0, "final_status": 0}
INVALID = {"outcome": "invalid_location", "redirects": 0, "final_status": 301}
BLOCKED = {"outcome": "blocked_address", "redirects": 1, "final_status": 0}
ANY = {}


def either(*outcomes):
    return {"outcome": outcomes}


def located(value, status=b"301 Moved"):
    return HTTP + status + b"\r\nLocation: " + value + b"\r\n" + EMPTY


# (name, reply, what comes behind it, what the row must hold)
STATUS_LINES = [
    ("no version", b"301 Moved\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("HTTP without a version", b"HTTP 301 Moved\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("HTTP/ without a version", b"HTTP/ 301 Moved\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("HTTP/0.9 body", b"<html>moved</html>\n", "close", BROKEN),
    ("HTTP/0.9 named", b"HTTP/0.9 301 Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("HTTP/1.0", b"HTTP/1.0 301 Moved\r\n" + TO_END + b"\r\n", "close", FOLLOWED),
    ("HTTP/1.2", b"HTTP/1.2 301 Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("HTTP/2 in text", b"HTTP/2 301\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("HTTP/2.0 in text", b"HTTP/2.0 301 Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("HTTP/3 in text", b"HTTP/3 301 Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("HTTP/9.9", b"HTTP/9.9 301 Moved\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("HTTP/1.10", b"HTTP/1.10 301 Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("HTTP/-1.1", b"HTTP/-1.1 301 Moved\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("another protocol", b"ICY 301 Moved\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("lower-case http", b"http/1.1 301 Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("no space behind the version", b"HTTP/1.1301 Moved\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("tab behind the version", b"HTTP/1.1\t301 Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("three spaces", b"HTTP/1.1   301   Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("space before it", b" HTTP/1.1 301 Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("empty line before it", b"\r\n" + REDIRECT, "close", either("ok", "protocol_error")),
    ("byte order mark before it", b"\xef\xbb\xbf" + REDIRECT, "close", BROKEN),
    ("no reason", HTTP + b"301\r\n" + TO_END + EMPTY, "close", FOLLOWED),
    ("no reason, but its space", HTTP + b"301 \r\n" + TO_END + EMPTY, "close", FOLLOWED),
    ("8-bit reason", HTTP + b"301 D\xe9plac\xe9\r\n" + TO_END + EMPTY, "close", FOLLOWED),
    ("reason of 20 KB", HTTP + b"301 " + b"M" * 20000 + b"\r\n" + TO_END + EMPTY, "close", FOLLOWED),
    ("reason of 200 KB", HTTP + b"301 " + b"M" * 200000 + b"\r\n" + TO_END + EMPTY, "close", TOO_LARGE),
    ("NUL in the reason", HTTP + b"301 Mo\0ved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("NULs only", b"\0" * 100, "close", BROKEN),
    ("status without digits", HTTP + b"abc OK\r\n" + EMPTY, "close", BAD),
    ("status of one digit", HTTP + b"3 Moved\r\n" + TO_END + EMPTY, "close", BAD),
    ("status of two digits", HTTP + b"30 Moved\r\n" + TO_END + EMPTY, "close", BAD),
    ("status of four digits", HTTP + b"3010 Moved\r\n" + TO_END + EMPTY, "close", BAD),
    ("status of twenty digits", HTTP + b"3" * 20 + b" Moved\r\n" + TO_END + EMPTY, "close", BAD),
    ("negative status", HTTP + b"-301 Moved\r\n" + TO_END + EMPTY, "close", BAD),
    ("status with a sign", HTTP + b"+301 Moved\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("status in hexadecimal", HTTP + b"0x12 Moved\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("status with a letter behind", HTTP + b"301x Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("status with a decimal", HTTP + b"301.5 Moved\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("no status", HTTP + b"\r\n" + TO_END + EMPTY, "close", BROKEN),
    ("status 000", HTTP + b"000 Nothing\r\n" + EMPTY, "", BROKEN),
    ("status 001", HTTP + b"001 Low\r\n" + EMPTY, "", BROKEN),
    ("status 099", HTTP + b"099 Low\r\n" + EMPTY, "", BROKEN),
    # RFC 9110 section 15: an invalid status is treated as 5xx.
    ("status 600", HTTP + b"600 High\r\n" + EMPTY, "", {"outcome": "server_error", "final_status": 600}),
    ("status 999", HTTP + b"999 Request denied\r\n" + EMPTY, "", {"outcome": "server_error", "final_status": 999}),
    ("status 999 with Location", HTTP + b"999 No\r\n" + TO_END + EMPTY, "",
     {"outcome": "server_error", "final_status": 999, "redirects": 0}),
    # Section 15: an unknown status is its class's x00.
    ("status 299", HTTP + b"299 Odd\r\n" + EMPTY, "", {"outcome": "ok", "final_status": 299}),
    ("status 399", HTTP + b"399 Odd\r\n" + TO_END + EMPTY, "", NOT_FOLLOWED),
    ("status 418", HTTP + b"418 Teapot\r\n" + EMPTY, "", {"outcome": "client_error", "final_status": 418}),
    ("status 499", HTTP + b"499 Odd\r\n" + EMPTY, "", {"outcome": "client_error", "final_status": 499}),
    ("status 599", HTTP + b"599 Odd\r\n" + EMPTY, "", {"outcome": "server_error", "final_status": 599}),
] + [(f"status {status} with Location", HTTP + b"%d X\r\n" % status + TO_END + EMPTY, "", NOT_FOLLOWED)
     for status in (300, 304, 305, 306, 309)]

HEADERS = [
    ("no colon", MOVED + b"Nonsense\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("Location without its colon", MOVED + b"Location /end\r\n" + EMPTY, "close",
     either("missing_location", "protocol_error")),
    ("empty name", MOVED + b": value\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("colon only", MOVED + b":\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("space before the colon", MOVED + b"Location : /end\r\n" + EMPTY, "close",
     either("ok", "missing_location", "protocol_error")),
    ("tab before the colon", MOVED + b"Location\t: /end\r\n" + EMPTY, "close",
     either("ok", "missing_location", "protocol_error")),
    ("space in a name", MOVED + b"X Y: z\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("8-bit name", MOVED + b"X-\xe9\xff: z\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("8-bit value", MOVED + b"Server: \xe9\xff\x80\r\n" + TO_END + EMPTY, "close", FOLLOWED),
    ("NUL in a name", MOVED + b"X\0Y: z\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("NUL in a value", MOVED + b"X: y\0z\r\n" + TO_END + EMPTY, "close", BAD),
    ("bare LF", REDIRECT.replace(b"\r\n", b"\n"), "close", FOLLOWED),
    ("bare LF and CRLF mixed", MOVED + b"Location: /end\nX: y\r\n" + EMPTY, "close", FOLLOWED),
    ("bare CR", REDIRECT.replace(b"\r\n", b"\r"), "close", BROKEN),
    ("CR CR LF", REDIRECT.replace(b"\r\n", b"\r\r\n"), "close", ANY),
    ("CR inside a value", MOVED + b"X: y\rz\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("LF CR", REDIRECT.replace(b"\r\n", b"\n\r"), "close", ANY),
    ("folded value", MOVED + b"X: y\r\n z\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("folded Location", MOVED + b"Location:\r\n /end\r\n" + EMPTY, "close", either("ok", "protocol_error")),
    ("Location folded in two", MOVED + b"Location: /e\r\n nd\r\n" + EMPTY, "close",
     either("client_error", "protocol_error")),
    ("folded with a tab", MOVED + b"Location:\r\n\t/end\r\n" + EMPTY, "close", either("ok", "protocol_error")),
    ("first line folded", MOVED + b" folded\r\n" + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("folded 5,000 times", MOVED + b"X: y\r\n" + b" z\r\n" * 5000 + TO_END + EMPTY, "close", ANY),
    ("3,000 lines", MOVED + b"X: y\r\n" * 3000 + TO_END + EMPTY, "close", either("ok", "protocol_error")),
    ("30,000 lines", MOVED + b"X: y\r\n" * 30000 + TO_END + EMPTY, "close", TOO_LARGE),
    ("line of 90 KB", MOVED + b"X: " + b"y" * 90000 + b"\r\n" + TO_END + EMPTY, "close", FOLLOWED),
    ("line of 200 KB", MOVED + b"X: " + b"y" * 200000 + b"\r\n" + TO_END + EMPTY, "close", TOO_LARGE),
    ("name of 50 KB", MOVED + b"X" * 50000 + b": y\r\n" + TO_END + EMPTY, "close", FOLLOWED),
    ("header of 1 MB", MOVED + (b"X: " + b"y" * 1000 + b"\r\n") * 1000 + TO_END + EMPTY, "close", TOO_LARGE),
    ("Location behind 1 MB", MOVED + b"Y: " + b"y" * 1000000, "close", TOO_LARGE),
    ("no header at all", MOVED + b"\r\n", "close", {"outcome": "missing_location", "redirects": 0}),
    ("blank line only", b"\r\n\r\n", "close", BROKEN),
    ("lower-case names", MOVED + b"location:/end\r\ncontent-length:0\r\n\r\n", "", FOLLOWED),
    ("upper-case names", MOVED + b"LOCATION:/end\r\nCONTENT-LENGTH:0\r\n\r\n", "", FOLLOWED),
    ("blanks around a value", MOVED + b"Location: \t /end \t \r\n" + EMPTY, "", FOLLOWED),
    ("Location twice, the same", MOVED + TO_END * 2 + EMPTY, "", FOLLOWED),
    ("Location 500 times, the same", MOVED + TO_END * 500 + EMPTY, "", FOLLOWED),
    ("Location twice, different", MOVED + TO_END + b"Location: /other\r\n" + EMPTY, "",
     {"outcome": "conflicting_location", "redirects": 0}),
    ("Location blank and not", MOVED + b"Location:\r\n" + TO_END + EMPTY, "",
     {"outcome": "conflicting_location", "redirects": 0}),
    ("Location as a trailer", MOVED + CHUNKED + b"0\r\n" + TO_END + b"\r\n", "", {"outcome": "missing_location"}),
    ("Location on 200", HTTP + b"200 OK\r\n" + TO_END + EMPTY, "", ANSWERED),
    ("Content-Location only", MOVED + b"Content-Location: /end\r\n" + EMPTY, "", {"outcome": "missing_location"}),
    ("Refresh on a redirect", MOVED + b"Refresh: 0;url=/other\r\n" + TO_END + EMPTY, "", FOLLOWED),
    ("control bytes in Set-Cookie", MOVED + b"Set-Cookie: a=\x01\x02\x1f\x7f; \x08\r\n" + TO_END + EMPTY, "", FOLLOWED),
    ("Set-Cookie without a name", MOVED + b"Set-Cookie: =; ;;=\r\nSet-Cookie:\r\n" + TO_END + EMPTY, "", FOLLOWED),
    ("cookie of 60 KB", MOVED + b"Set-Cookie: a=" + b"b" * 60000 + b"\r\n" + TO_END + EMPTY, "", FOLLOWED),
    ("1,000 cookies", MOVED + b"".join(b"Set-Cookie: c%d=1\r\n" % n for n in range(1000)) + TO_END + EMPTY, "",
     FOLLOWED),
    ("8-bit in every known header", MOVED + b"".join(
        name + b": \xff\xfe\xc3\xa9\x01\r\n" for name in (
            b"Cache-Control", b"Content-Type", b"Retry-After", b"Set-Cookie", b"Strict-Transport-Security", b"Vary",
            b"Link", b"Server", b"Age", b"Expires", b"Date", b"X-Robots-Tag")) + TO_END + EMPTY, "", FOLLOWED),
    ("Upgrade to h2c", MOVED + b"Connection: Upgrade\r\nUpgrade: h2c\r\n" + TO_END + EMPTY, "", FOLLOWED),
    ("Alt-Svc to another port", MOVED + b"Alt-Svc: h2=\":1\"; persist=1\r\n" + TO_END + EMPTY, "", FOLLOWED),
    ("odd Connection", MOVED + b"Connection: \xff, close, , keep-alive\r\n" + TO_END + EMPTY, "", FOLLOWED),
]

BODIES = [
    ("shorter than said", MOVED + TO_END + b"Content-Length: 100\r\n\r\nshort", "close", FOLLOWED),
    ("shorter than said, then reset", MOVED + TO_END + b"Content-Length: 100\r\n\r\nshort", "reset", FOLLOWED),
    ("shorter than said, then silence", MOVED + TO_END + b"Content-Length: 100\r\n\r\nshort", "hang", FOLLOWED),
    ("longer than said", MOVED + TO_END + b"Content-Length: 2\r\n\r\n" + b"longer" * 50, "", FOLLOWED),
    ("longer than said by an answer", REDIRECT + HTTP + b"200 OK\r\n" + EMPTY, "", FOLLOWED),
    ("two answers at once", REDIRECT + MOVED + b"Location: /other\r\n" + EMPTY, "", FOLLOWED),
    ("final page cut off", HTTP + b"200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<title>x", "close",
     ANSWERED),
    ("final page reset", HTTP + b"200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<title>x", "reset",
     ANSWERED),
    ("final page stalls", HTTP + b"200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<title>x", "hang",
     ANSWERED),
    ("final page of NULs", HTTP + b"200 OK\r\nContent-Type: text/html\r\n\r\n" + b"\0" * 5000, "close", ANSWERED),
    ("final page of tags", HTTP + b"200 OK\r\nContent-Type: text/html\r\n\r\n" + b"<a><b>" * 10000, "close", ANSWERED),
    ("final page in UTF-16", HTTP + b"200 OK\r\nContent-Type: text/html; charset=utf-16\r\n\r\n" +
     "\ufeff<title>\ud7ff</title>".encode("utf-16-le") + b"\x00\xd8", "close", ANSWERED),
    ("unknown charset", HTTP + b"200 OK\r\nContent-Type: text/html; charset=\xff\"'\r\n\r\n<title>\xff\xfe", "close",
     ANSWERED),
    ("HTML said to be gzip", HTTP + b"200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n<title>x",
     "close", ANSWERED),
    ("bytes that are no gzip", HTTP + b"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n\x1f\x8b\x08garbag",
     "", ANSWERED),
    ("negative length", MOVED + TO_END + b"Content-Length: -1\r\n\r\n", "close", either("ok", "protocol_error")),
    ("length that is no number", MOVED + TO_END + b"Content-Length: many\r\n\r\n", "close",
     either("ok", "protocol_error")),
    ("length with a sign", MOVED + TO_END + b"Content-Length: +0\r\n\r\n", "close", either("ok", "protocol_error")),
    ("length in hexadecimal", MOVED + TO_END + b"Content-Length: 0x10\r\n\r\n", "close", either("ok", "protocol_error")),
    ("blank length", MOVED + TO_END + b"Content-Length:\r\n\r\n", "close", either("ok", "protocol_error")),
    ("length of 2^63", MOVED + TO_END + b"Content-Length: 9223372036854775808\r\n\r\n", "close",
     either("ok", "protocol_error")),
    ("length of 2^64", MOVED + TO_END + b"Content-Length: 18446744073709551616\r\n\r\n", "close",
     either("ok", "protocol_error")),
    ("length of 100 digits", MOVED + TO_END + b"Content-Length: " + b"9" * 100 + b"\r\n\r\n", "close",
     either("ok", "protocol_error")),
    ("two lengths, the same", MOVED + TO_END + b"Content-Length: 0\r\n" + EMPTY, "", FOLLOWED),
    ("two lengths, different", MOVED + TO_END + b"Content-Length: 5\r\n" + EMPTY, "close",
     either("ok", "protocol_error")),
    ("list of lengths", MOVED + TO_END + b"Content-Length: 0, 0\r\n\r\n", "close", either("ok", "protocol_error")),
    ("length and chunks", MOVED + TO_END + b"Content-Length: 5\r\n" + CHUNKED + b"0\r\n\r\n", "close", FOLLOWED),
    ("chunk of no size", MOVED + TO_END + CHUNKED + b"\r\nbody\r\n0\r\n\r\n", "close", FOLLOWED),
    ("chunk of a bad size", MOVED + TO_END + CHUNKED + b"xyz\r\nbody\r\n0\r\n\r\n", "close", FOLLOWED),
    ("chunk of a negative size", MOVED + TO_END + CHUNKED + b"-4\r\nbody\r\n0\r\n\r\n", "close", FOLLOWED),
    ("chunk of 2^64", MOVED + TO_END + CHUNKED + b"FFFFFFFFFFFFFFFF\r\nbody\r\n0\r\n\r\n", "close", FOLLOWED),
    ("chunk of 100 digits", MOVED + TO_END + CHUNKED + b"F" * 100 + b"\r\nbody\r\n0\r\n\r\n", "close", FOLLOWED),
    ("chunks without an end", MOVED + TO_END + CHUNKED + b"4\r\nbody\r\n", "close", FOLLOWED),
    ("chunks, then silence", MOVED + TO_END + CHUNKED + b"4\r\nbody\r\n", "hang", FOLLOWED),
    ("chunk longer than its size", MOVED + TO_END + CHUNKED + b"1\r\nbody\r\n0\r\n\r\n", "close", FOLLOWED),
    ("chunk extension of 100 KB", MOVED + TO_END + CHUNKED + b"4;" + b"x" * 100000 + b"\r\nbody\r\n0\r\n\r\n", "close",
     FOLLOWED),
    ("trailers", MOVED + TO_END + CHUNKED + b"0\r\nX: y\r\nLocation: /other\r\n\r\n", "", FOLLOWED),
    ("trailers of 200 KB", MOVED + TO_END + CHUNKED + b"0\r\n" + b"X: 0123456789012345678901234567890\r\n" * 6000 +
     b"\r\n", "close", FOLLOWED),
    ("chunked twice", MOVED + TO_END + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "close", FOLLOWED),
    ("unknown transfer coding", MOVED + TO_END + b"Transfer-Encoding: rot13\r\n\r\nobql", "close", FOLLOWED),
    ("transfer coding said ten times", MOVED + TO_END + b"Transfer-Encoding: gzip\r\n" * 10 + b"\r\nobql", "close",
     either("ok", "protocol_error")),
    ("204 with a body", HTTP + b"204 No Content\r\nContent-Length: 4\r\n\r\nbody", "",
     {"outcome": "ok", "final_status": 204}),
    ("205 with a body", HTTP + b"205 Reset Content\r\nContent-Length: 4\r\n\r\nbody", "",
     {"outcome": "ok", "final_status": 205}),
    ("304 with a body", HTTP + b"304 Not Modified\r\nContent-Length: 4\r\n\r\nbody", "", NOT_FOLLOWED),
    ("endless body dripped", MOVED + TO_END + b"\r\n" + b"x" * 5000, "drip 1ms", FOLLOWED),
    ("HTTP/1.0 without a length", b"HTTP/1.0 200 OK\r\n\r\nbody", "close", ANSWERED),
]

INTERIM = [
    ("100 first", CONTINUE + REDIRECT, "", FOLLOWED),
    ("100 a thousand times", CONTINUE * 1000 + REDIRECT, "", FOLLOWED),
    ("100 ten thousand times", CONTINUE * 10000 + REDIRECT, "close", TOO_LARGE),
    ("100, then the end", CONTINUE, "close", BROKEN),
    ("100, then reset", CONTINUE, "reset", BROKEN),
    ("100, then silence", CONTINUE, "hang", LATE),
    ("100 with a length", HTTP + b"100 Continue\r\nContent-Length: 5\r\n\r\n" + REDIRECT, "", FOLLOWED),
    ("100 with chunks", HTTP + b"100 Continue\r\n" + CHUNKED + REDIRECT, "", ANY),
    ("100 with Location", HTTP + b"100 Continue\r\nLocation: /other\r\n\r\n" + REDIRECT, "", FOLLOWED),
    ("102", HTTP + b"102 Processing\r\n\r\n" + REDIRECT, "", FOLLOWED),
    ("103 with Location, then 301", HTTP + b"103 Early Hints\r\nLocation: /other\r\n\r\n" + REDIRECT, "", FOLLOWED),
    ("103 with Location, then 301 without", HTTP + b"103 Early Hints\r\nLocation: /other\r\n\r\n" + MOVED + EMPTY, "",
     {"outcome": "missing_location"}),
    ("103 with Location, then 200", HTTP + b"103 Early Hints\r\nLocation: /other\r\n\r\n" + OK, "", ANSWERED),
    ("101 without leave", HTTP + b"101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "hang",
     BROKEN),
    ("101, then an answer", HTTP + b"101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + REDIRECT, "", BROKEN),
    ("199", HTTP + b"199 Odd\r\n\r\n" + REDIRECT, "", FOLLOWED),
    ("all of 1xx but 101", b"".join(HTTP + b"%d X\r\n\r\n" % n for n in range(100, 200) if n != 101) + REDIRECT, "",
     FOLLOWED),
]

LOCATIONS = [
    ("blank", b"   ", {"outcome": "empty_location", "redirects": 0}),
    ("fragment only", b"#top", {"outcome": "loop", "redirects": 1, "loop_length": 1}),
    ("dot", b"/./././end", FOLLOWED),
    ("dots above the root", b"/../../../../end", FOLLOWED),
    ("encoded dots", b"/x/%2e%2E/end", FOLLOWED),
    ("backslashes", b"\\end", FOLLOWED),
    ("protocol-relative", b"//{host}/end", FOLLOWED),
    ("protocol-relative with backslashes", b"\\\\{host}\\end", FOLLOWED),
    ("scheme in upper case", b"HTTP://{host}/end", FOLLOWED),
    ("scheme without slashes", b"http:/end", FOLLOWED),
    ("scheme with five slashes", b"http://///{host}/end", FOLLOWED),
    ("credentials", b"http://user:secret@{host}/end", FOLLOWED),
    ("credentials with odd bytes", b"http://a%00b:%ff%0d%0a@{host}/end", FOLLOWED),
    ("several at signs", b"http://a@b@c@{host}/end", FOLLOWED),
    ("port 0", b"http://{host}:0/end", either("ok", "client_error", "connect_error", "invalid_location")),
    ("port 1", b"http://{host}:1/end", NOT_FOUND),
    ("port 65535", b"http://{host}:65535/end", NOT_FOUND),
    ("port 65536", b"http://{host}:65536/end", INVALID),
    ("port of 20 digits", b"http://{host}:00000000000000000080/end", FOLLOWED),
    ("port 2^32 + 80", b"http://{host}:4294967376/end", INVALID),
    ("negative port", b"http://{host}:-80/end", INVALID),
    ("port with a letter", b"http://{host}:80x/end", INVALID),
    ("empty port", b"http://{host}:/end", FOLLOWED),
    ("no host", b"http:///", either("invalid_location", "dns_error")),
    ("space in the host", b"http://a b.example/end", INVALID),
    ("escaped NUL in the host", b"http://%00.example/", INVALID),
    ("escaped slash in the host", b"http://a%2fb.example/", INVALID),
    ("angle bracket in the host", b"http://a<b.example/", INVALID),
    ("8-bit host", b"http://\xff\xfe.example/", INVALID),
    ("punycode that is none", b"http://xn--\x80.example/", INVALID),
    ("host of one dot", b"http://./", either("dns_error", "invalid_location")),
    ("host with an empty label", b"http://a..example/", either("dns_error", "invalid_location")),
    ("label of 64 bytes", b"http://" + b"a" * 64 + b".example/", either("dns_error", "invalid_location")),
    ("host of 300 bytes", b"http://" + b"a." * 150 + b"example/", either("dns_error", "invalid_location")),
    ("host of 5,000 bytes", b"http://" + b"a" * 5000 + b".example/", either("dns_error", "invalid_location")),
    ("dot behind the host", b"http://{host}./end", either("client_error", "dns_error")),
    ("IPv6", b"http://[::1]/end", BLOCKED),
    ("IPv6 with a zone", b"http://[fe80::1%25eth0]/end", INVALID),
    ("IPv6 without its end", b"http://[::1/end", INVALID),
    ("IPv6 of nine pieces", b"http://[1:2:3:4:5:6:7:8:9]/end", INVALID),
    ("IPvFuture", b"http://[v1.a]/end", INVALID),
    ("IPv4 in octal", b"http://0300.0250.1.1/end", BLOCKED),
    ("IPv4 as one number", b"http://3232235777/end", BLOCKED),
    ("IPv4 too large", b"http://192.168.1.256/end", INVALID),
    ("IPv4 too long", b"http://1.2.3.4.5/end", INVALID),
    ("NAT64 to 10.0.0.1", b"http://[64:ff9b::a00:1]/", BLOCKED),
    ("javascript:", b"javascript:alert(1)", {"outcome": "unsupported_scheme", "redirects": 0}),
    ("data:", b"data:text/html,x", {"outcome": "unsupported_scheme", "redirects": 0}),
    ("file:", b"file:///etc/passwd", {"outcome": "unsupported_scheme", "redirects": 0}),
    ("ftp:", b"ftp://{host}/end", {"outcome": "unsupported_scheme", "redirects": 0}),
    ("gopher:", b"gopher://{host}:25/_MAIL", {"outcome": "unsupported_scheme", "redirects": 0}),
    ("ws:", b"ws://{host}/end", {"outcome": "unsupported_scheme", "redirects": 0}),
    ("blob:", b"blob:http://{host}/end", {"outcome": "unsupported_scheme", "redirects": 0}),
    ("a scheme of 5,000 bytes", b"x" * 5000 + b":y", {"outcome": "unsupported_scheme", "redirects": 0}),
    ("two URLs", b"/end, /other", NOT_FOUND),
    ("quoted", b'"/end"', NOT_FOUND),
    ("in angle brackets", b"</end>", NOT_FOUND),
    ("invalid UTF-8", b"/\xff\xfe\xc3\x28\xed\xa0\x80", NOT_FOUND),
    ("raw UTF-8", "/ünïcödé/\U0001f600".encode(), NOT_FOUND),
    ("raw Latin-1", "/é".encode("latin-1"), NOT_FOUND),
    ("broken escapes", b"/%zz%1%", NOT_FOUND),
    ("spaces inside", b"/a b  c", NOT_FOUND),
    ("every printable byte", b"/" + bytes(b for b in range(33, 127) if b not in b"#{}"), NOT_FOUND),
    ("every 8-bit byte", b"/" + bytes(range(128, 256)), NOT_FOUND),
    ("8 KB", b"/" + b"x" * 8000, NOT_FOUND),
    ("8 KB of dots", b"/" + b"../" * 2700 + b"end", FOLLOWED),
    ("16 KB", b"/" + b"x" * 16000, dict(INVALID, error="url-too-long")),
    ("20 KB", b"/" + b"x" * 20000, dict(INVALID, error="location-too-long")),
    ("90 KB", b"/" + b"x" * 90000, dict(INVALID, error="location-too-long")),
    ("200 KB", b"/" + b"x" * 200000, TOO_LARGE),
    ("64 KB of escapes", b"/" + b"%41" * 21000, dict(INVALID, error="location-too-long")),
    ("4 KB that escaping makes 12", b"/" + b"\xff" * 4000, dict(INVALID, error="url-too-long")),
    ("itself in another case", b"HTTP://{host}{path}", {"outcome": "loop", "redirects": 1, "loop_length": 1}),
] + [(f"byte {byte:#04x} in the path", b"/e%cnd" % byte, FOLLOWED if byte == 9 else NOT_FOUND)
     for byte in (*range(1, 10), 11, 12, *range(14, 32), 127)] \
  + [(f"byte {byte:#04x} in the host", b"http://a%cb.example/" % byte, INVALID)
     for byte in (*range(1, 9), 11, 12, *range(14, 32), 127)] \
  + [(f"{chr(byte)} in the host", b"http://a%cb.example/" % byte, either("client_error", "dns_error"))
     for byte in b"!\"$&'()*+,;=_`{}~"]

PHASES = [b"", b"H", b"HTTP/", b"HTTP/1.1", b"HTTP/1.1 3", b"HTTP/1.1 301", b"HTTP/1.1 301 Moved", b"HTTP/1.1 301 Moved\r",
          MOVED, MOVED + b"Loc", MOVED + b"Location:", MOVED + b"Location: /e", MOVED + b"Location: /end\r",
          MOVED + TO_END, MOVED + TO_END + b"\r"]
BREAKS = [(f"{ending} behind {len(head)} bytes", head, ending, expected)
          for head in PHASES for ending, expected in (("close", BROKEN), ("reset", BROKEN), ("hang", LATE))] + [
    ("close behind the header", MOVED + TO_END + b"\r\n", "close", FOLLOWED),
    ("reset behind the header", MOVED + TO_END + b"\r\n", "reset", FOLLOWED),
    ("silence behind the header", MOVED + TO_END + b"\r\n", "hang", FOLLOWED),
    ("a byte each 200 ms", REDIRECT, "drip 200ms", LATE),
    ("a header that drips on", MOVED + b"X: y\r\n" * 500 + TO_END + EMPTY, "drip 10ms", LATE),
]

CASES = [case for table in (STATUS_LINES, HEADERS, BODIES, INTERIM, BREAKS) for case in table] + \
    [(f"Location: {name}", located(value), "", expected) for name, value, expected in LOCATIONS]
