#include "crawler/tls_verified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "tests/crawler/tls_ends.h"

/* Seconds that the clock is ahead: OpenSSL asks this program's time(). */
static time_t ahead_s;

time_t time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += ahead_s;
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}

struct world {
	struct identity ca, leaf[2];
	SSL_CTX *server[2];
	SSL_CTX *trusting; /* trusts the CA */
	SSL_CTX *doubting; /* trusts nobody, so that what it takes was remembered */
	struct tls_verified *verified;
};

static struct world world_new(size_t chains_max)
{
	struct world world = { .ca = identity_new("CA", NULL),
			       .trusting = SSL_CTX_new(TLS_client_method()),
			       .doubting = SSL_CTX_new(TLS_client_method()),
			       .verified = tls_verified_new(chains_max) };

	for (int i = 0; i < 2; i++) {
		world.leaf[i] = identity_new("leaf", &world.ca);
		world.server[i] = server_new(&world.leaf[i]);
	}
	X509_STORE_add_cert(SSL_CTX_get_cert_store(world.trusting), world.ca.certificate);
	SSL_CTX_set_verify(world.trusting, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_verify(world.doubting, SSL_VERIFY_PEER, NULL);
	tls_verified_attach(world.verified, world.trusting);
	tls_verified_attach(world.verified, world.doubting);
	return world;
}

static void world_release(struct world *world)
{
	for (int i = 0; i < 2; i++) {
		SSL_CTX_free(world->server[i]);
		identity_release(&world->leaf[i]);
	}
	SSL_CTX_free(world->trusting);
	SSL_CTX_free(world->doubting);
	identity_release(&world->ca);
	tls_verified_free(world->verified);
}

static void check(SSL_CTX *client, SSL_CTX *server, long result)
{
	struct connected connected = connect_ends(client, server, "leaf");

	assert_int_equal(connected.verify_result, result);
	assert_int_equal(connected.ok, result == X509_V_OK);
}

static void good_chains_are_remembered(void **state)
{
	struct world world = world_new(10);

	(void)state;
	check(world.trusting, world.server[0], X509_V_OK);
	check(world.doubting, world.server[0], X509_V_OK);
	/* Another certificate of the same authority was not seen yet. */
	check(world.doubting, world.server[1], X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	world_release(&world);
	tls_verified_free(NULL);
}

static void bad_chains_are_not(void **state)
{
	struct world world = world_new(10);

	(void)state;
	check(world.doubting, world.server[0], X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	check(world.trusting, world.server[0], X509_V_OK);
	world_release(&world);
}

static void dates_count_each_time(void **state)
{
	struct world world = world_new(10);

	(void)state;
	check(world.trusting, world.server[0], X509_V_OK);
	ahead_s = 2 * 3600;
	check(world.trusting, world.server[0], X509_V_ERR_CERT_HAS_EXPIRED);
	ahead_s = -3600;
	check(world.trusting, world.server[0], X509_V_ERR_CERT_NOT_YET_VALID);
	ahead_s = 0;
	check(world.trusting, world.server[0], X509_V_OK);
	world_release(&world);
}

static void the_oldest_is_forgotten(void **state)
{
	struct world world = world_new(1);

	(void)state;
	check(world.trusting, world.server[0], X509_V_OK);
	check(world.trusting, world.server[1], X509_V_OK);
	check(world.doubting, world.server[1], X509_V_OK);
	check(world.doubting, world.server[0], X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_chains_are_remembered),
		cmocka_unit_test(bad_chains_are_not),
		cmocka_unit_test(dates_count_each_time),
		cmocka_unit_test(the_oldest_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
