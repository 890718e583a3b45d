#include "tests/origin/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

/* A loop that is never idle writes each time it has this much. */
#define LOG_FLUSH_BYTES (1024 * 1024)
#define LOG_BYTES_MAX   (64 * 1024 * 1024)

uint64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

bool log_open(struct log *log, const char *file)
{
	struct timespec wall;

	clock_gettime(CLOCK_REALTIME, &wall);
	*log = (struct log){ .fd = -1 };
	log->wall_offset_us = (uint64_t)wall.tv_sec * 1000000 + (uint64_t)wall.tv_nsec / 1000 - clock_us();
	if (!file)
		return true;
	log->fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	return log->fd >= 0;
}

void log_close(struct log *log)
{
	if (log->fd >= 0)
		close(log->fd);
}

void log_writer_init(struct log_writer *writer, struct log *log)
{
	writer->log = log;
	buf_init(&writer->lines, LOG_BYTES_MAX);
}

void log_writer_release(struct log_writer *writer)
{
	log_flush(writer);
	buf_release(&writer->lines);
}

void log_flush(struct log_writer *writer)
{
	size_t done = 0;

	while (done < writer->lines.len) {
		ssize_t len = write(writer->log->fd, writer->lines.bytes + done, writer->lines.len - done);

		if (len < 0 && errno != EINTR) {
			perror("origin: log");
			exit(EX_IOERR);
		}
		done += len > 0 ? (size_t)len : 0;
	}
	buf_clear(&writer->lines);
}

static void add_string(struct buf *out, struct span text)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.bytes[i];

		if (c < 0x20 || c > 0x7e)
			buf_addf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else
			buf_add_char(out, (char)c);
	}
	buf_add_char(out, '"');
}

static void add_key(struct buf *out, const char *key)
{
	buf_addf(out, ",\"%s\":", key);
}

static void add_text(struct buf *out, const char *key, struct span text)
{
	add_key(out, key);
	add_string(out, text);
}

static void add_uint(struct buf *out, const char *key, uint64_t value)
{
	add_key(out, key);
	buf_add_uint(out, value);
}

static void add_bool(struct buf *out, const char *key, bool value)
{
	add_key(out, key);
	buf_add_text(out, value ? "true" : "false");
}

static void add_headers(struct buf *out, struct span lines)
{
	struct span name, value;
	bool first = true;

	add_key(out, "headers");
	buf_add_char(out, '[');
	while (request_next_header(&lines, &name, &value)) {
		buf_add_text(out, first ? "[" : ",[");
		add_string(out, name);
		buf_add_char(out, ',');
		add_string(out, value);
		buf_add_char(out, ']');
		first = false;
	}
	buf_add_char(out, ']');
}

static void end_line(struct log_writer *writer)
{
	buf_add_text(&writer->lines, "}\n");
	if (writer->lines.len > LOG_FLUSH_BYTES)
		log_flush(writer);
}

void log_request(struct log_writer *writer, const struct log_request *entry)
{
	struct buf *out = &writer->lines;
	const struct request *request = entry->request;

	buf_addf(out, "{\"kind\":\"%s\"", request ? "request" : "refused");
	add_uint(out, "n", entry->number);
	add_uint(out, "connection", entry->connection);
	add_bool(out, "tls", entry->tls);
	add_text(out, "address", span_of(entry->address));
	add_text(out, "peer", span_of(entry->peer));
	if (request) {
		add_text(out, "method", request->method);
		add_text(out, "url", request->url);
		add_text(out, "target", request->target);
		add_text(out, "version", request->version);
		add_headers(out, request->lines);
		add_text(out, "body", request->body);
	}
	add_uint(out, "arrived_us", entry->arrived_us + writer->log->wall_offset_us);
	add_uint(out, "done_us", entry->done_us + writer->log->wall_offset_us);
	add_uint(out, "status", entry->status);
	add_uint(out, "sent_bytes", entry->sent_bytes);
	add_bool(out, "complete", entry->complete);
	end_line(writer);
}

void log_connection(struct log_writer *writer, const struct log_connection *entry)
{
	struct buf *out = &writer->lines;

	buf_add_text(out, "{\"kind\":\"connection\"");
	add_uint(out, "connection", entry->connection);
	add_bool(out, "tls", entry->tls);
	add_bool(out, "resumed", entry->resumed);
	add_text(out, "sni", span_of(entry->sni));
	add_text(out, "address", span_of(entry->address));
	add_text(out, "peer", span_of(entry->peer));
	add_uint(out, "requests", entry->requests);
	add_uint(out, "opened_us", entry->opened_us + writer->log->wall_offset_us);
	add_uint(out, "closed_us", entry->closed_us + writer->log->wall_offset_us);
	end_line(writer);
}

void log_dns(struct log_writer *writer, const char *transport, struct span name, unsigned type, const char *answer)
{
	struct buf *out = &writer->lines;

	if (!log_is_on(writer))
		return;
	buf_add_text(out, "{\"kind\":\"dns\"");
	add_uint(out, "n", 1 + atomic_fetch_add_explicit(&writer->log->numbers, 1, memory_order_relaxed));
	add_text(out, "transport", span_of(transport));
	add_text(out, "name", name);
	add_uint(out, "type", type);
	add_text(out, "answer", span_of(answer));
	add_uint(out, "arrived_us", clock_us() + writer->log->wall_offset_us);
	end_line(writer);
}
