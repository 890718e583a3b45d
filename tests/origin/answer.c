#include "tests/origin/answer.h"

static const struct {
	unsigned status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 204, "No Content" },
	{ 300, "Multiple Choices" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 305, "Use Proxy" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 410, "Gone" },
	{ 413, "Content Too Large" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 451, "Unavailable For Legal Reasons" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Supported" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
};

const char *answer_reason(unsigned status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Status";
}

/* {words}: the last segment of the path as a heading: "/shop/red-shoe" gives "Red shoe". */
static void add_words(struct buf *out, struct span path)
{
	size_t from;
	bool first = true;

	while (path.len && path.bytes[path.len - 1] == '/')
		path.len--;
	for (from = path.len; from && path.bytes[from - 1] != '/'; from--)
		;
	for (; from < path.len; from++, first = false) {
		char c = path.bytes[from];

		if (c == '<' || c == '&' || c == '"' || c == '-')
			c = ' ';
		buf_add_char(out, first && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
}

static void put_scheme(struct buf *out, const struct answer_context *context)
{
	buf_add_span(out, context->request->scheme);
}

static void put_host(struct buf *out, const struct answer_context *context)
{
	buf_add_span(out, context->request->host);
}

static void put_authority(struct buf *out, const struct answer_context *context)
{
	buf_add_span(out, context->request->authority);
}

static void put_target(struct buf *out, const struct answer_context *context)
{
	buf_add_span(out, context->request->path);
	buf_add_span(out, context->request->query);
}

static void put_path(struct buf *out, const struct answer_context *context)
{
	buf_add_span(out, context->request->path);
}

static void put_query(struct buf *out, const struct answer_context *context)
{
	buf_add_span(out, context->request->query);
}

static void put_rest(struct buf *out, const struct answer_context *context)
{
	buf_add_span(out, context->rest);
}

static void put_words(struct buf *out, const struct answer_context *context)
{
	add_words(out, context->request->path);
}

static void put_number(struct buf *out, const struct answer_context *context)
{
	buf_add_uint(out, context->number);
}

static void put_port(struct buf *out, const struct answer_context *context)
{
	buf_add_uint(out, context->port);
}

static const struct {
	struct span name;
	void (*put)(struct buf *out, const struct answer_context *context);
} placeholders[] = {
	{ { "{scheme}", 8 }, put_scheme }, { { "{host}", 6 }, put_host },
	{ { "{target}", 8 }, put_target }, { { "{path}", 6 }, put_path },
	{ { "{query}", 7 }, put_query },   { { "{rest}", 6 }, put_rest },
	{ { "{words}", 7 }, put_words },   { { "{n}", 3 }, put_number },
	{ { "{port}", 6 }, put_port },     { { "{authority}", 11 }, put_authority },
};

/* Index of the placeholder that `text` begins with, or -1. */
static int placeholder_at(struct span text)
{
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(*placeholders); i++)
		if (text.len >= placeholders[i].name.len &&
		    memcmp(text.bytes, placeholders[i].name.bytes, placeholders[i].name.len) == 0)
			return (int)i;
	return -1;
}

bool answer_has_placeholder(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.bytes[i] == '{' && placeholder_at((struct span){ text.bytes + i, text.len - i }) >= 0)
			return true;
	return false;
}

static void add_template(struct buf *out, struct span text, bool varies, const struct answer_context *context)
{
	while (varies && text.len) {
		const char *brace = memchr(text.bytes, '{', text.len);
		size_t len = brace ? (size_t)(brace - text.bytes) : text.len;
		int which;

		buf_add(out, text.bytes, len);
		text.bytes += len;
		text.len -= len;
		which = placeholder_at(text);
		if (which >= 0)
			placeholders[which].put(out, context);
		else if (text.len)
			buf_add_char(out, '{');
		len = which >= 0 ? placeholders[which].name.len : text.len != 0;
		text.bytes += len;
		text.len -= len;
	}
	buf_add_span(out, text);
}

static void add_filler(struct buf *out, size_t len)
{
	static const char line[] = "The quick brown fox jumps over the lazy dog, again and again. \n";

	for (size_t left = len; left;) {
		size_t piece = left < sizeof(line) - 1 ? left : sizeof(line) - 1;

		buf_add(out, line, piece);
		left -= piece;
	}
}

static void add_length(struct buf *out, size_t len)
{
	buf_add_text(out, "Content-Length: ");
	buf_add_uint(out, len);
	buf_add_text(out, "\r\n");
}

static void add_connection(struct buf *out, const struct request *request, bool keep_alive)
{
	if (!keep_alive)
		buf_add_text(out, "Connection: close\r\n");
	else if (request->http_1_0)
		buf_add_text(out, "Connection: keep-alive\r\n");
}

static void add_date(struct buf *out, struct span date)
{
	buf_add_text(out, "Date: ");
	buf_add_span(out, date);
	buf_add_text(out, "\r\n");
}

/* A body whose length is known before it is written, so that nothing has to be moved. */
static void add_body(struct buf *out, const struct rule *rule, struct span body, bool send)
{
	size_t len = rule->body_bytes ? rule->body_bytes : body.len;

	if (rule->chunked)
		buf_add_text(out, "Transfer-Encoding: chunked\r\n");
	else if (!rule->no_length && !(rule->own & OWN_LENGTH))
		add_length(out, len);
	buf_add_text(out, "\r\n");
	if (!send)
		return;
	if (rule->chunked && len)
		buf_addf(out, "%zx\r\n", len);
	if (rule->body_bytes)
		add_filler(out, len);
	else
		buf_add_span(out, body);
	if (rule->chunked)
		buf_add_text(out, len ? "\r\n0\r\n\r\n" : "0\r\n\r\n");
}

enum ending answer_build(struct buf *out, const struct rule *rule, const struct answer_context *context)
{
	const struct request *request = context->request;
	/* RFC 9110 section 6.4.1: these never have a body. */
	bool bodiless = rule->status < 200 || rule->status == 204 || rule->status == 304;
	enum ending ending = rule->ending != ENDING_KEEP || request->keep_alive ? rule->ending : ENDING_CLOSE;
	struct buf body = { .size_max = ANSWER_BYTES_MAX };

	add_template(out, rule->head, rule->head_varies, context);
	if (rule->raw)
		return ending;
	if (!(rule->own & OWN_DATE))
		add_date(out, context->date);
	if (!(rule->own & OWN_CONNECTION))
		add_connection(out, request, ending != ENDING_CLOSE);
	if (!(rule->own & OWN_TYPE) && (rule->body.len || rule->body_bytes))
		buf_add_text(out, "Content-Type: text/html; charset=utf-8\r\n");
	if (bodiless) {
		buf_add_text(out, "\r\n");
		return ending;
	}
	if (rule->body_varies)
		add_template(&body, rule->body, true, context);
	add_body(out, rule, rule->body_varies ? buf_span(&body) : rule->body,
		 !span_equal(request->method, SPAN("HEAD")));
	buf_release(&body);
	return ending;
}

enum ending answer_plain(struct buf *out, unsigned status, const struct answer_context *context, bool keep_alive)
{
	const char *reason = answer_reason(status);

	buf_addf(out, "HTTP/1.1 %u %s\r\n", status, reason);
	add_date(out, context->date);
	add_connection(out, context->request, keep_alive);
	buf_add_text(out, "Content-Type: text/plain\r\n");
	add_length(out, strlen(reason) + 1);
	buf_add_text(out, "\r\n");
	if (!span_equal(context->request->method, SPAN("HEAD")))
		buf_addf(out, "%s\n", reason);
	return keep_alive ? ENDING_KEEP : ENDING_CLOSE;
}
