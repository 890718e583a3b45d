#include "crawler/tls_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/crawler/tls_ends.h"

struct ends {
	SSL_CTX *server, *client;
};

static struct ends new_ends(int version, struct tls_sessions *sessions)
{
	struct identity identity = identity_new("server", NULL);
	struct ends ends = { .server = server_new(&identity), .client = SSL_CTX_new(TLS_client_method()) };

	assert_int_equal(SSL_CTX_set_max_proto_version(ends.client, version), 1);
	/* As libcurl leaves it. */
	SSL_CTX_set_options(ends.client, SSL_OP_NO_TICKET);
	tls_sessions_attach(sessions, ends.client);
	identity_release(&identity);
	return ends;
}

static void free_ends(struct ends ends)
{
	SSL_CTX_free(ends.client);
	SSL_CTX_free(ends.server);
}

/* Whether it resumed a session. */
static bool connect_to(struct ends ends, const char *name)
{
	struct connected connected = connect_ends(ends.client, ends.server, name);

	assert_true(connected.ok);
	return connected.resumed;
}

/* Hosts in the order of the connections to them; those in upper case resume. */
static const struct {
	const char *test, *hosts;
	size_t hosts_max;
} cases[] = {
	{ "the third connection and later ones", "aaAAA", 10 },
	{ "each host has its own", "abcabcABCA", 10 },
	{ "one host only", "aaAAA", 1 },
	{ "the oldest host is forgotten", "aabaabaa", 1 },
	{ "and no other", "aabbABccaCb", 2 },
};

static void sessions_are_resumed(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct tls_sessions *sessions = tls_sessions_new(cases[i / 2].hosts_max);
		struct ends ends = new_ends(versions[i % 2], sessions);

		for (const char *host = cases[i / 2].hosts; *host; host++) {
			bool upper = *host < 'a';
			char name[] = { *host, '\0' };

			name[0] = (char)(upper ? *host - 'A' + 'a' : *host);
			if (connect_to(ends, name) != upper)
				fail_msg("%s: connection %td to %s", cases[i / 2].test, host - cases[i / 2].hosts,
					 name);
		}
		free_ends(ends);
		tls_sessions_free(sessions);
	}
}

static void addresses_have_no_session(void **state)
{
	struct tls_sessions *sessions = tls_sessions_new(10);
	struct ends ends = new_ends(TLS1_3_VERSION, sessions);

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_false(connect_to(ends, NULL));
	free_ends(ends);
	tls_sessions_free(sessions);
	tls_sessions_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_are_resumed),
		cmocka_unit_test(addresses_have_no_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
