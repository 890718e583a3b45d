#include "crawler/tls_context.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>

static bool gives_the_same(const SSL_METHOD *method)
{
	SSL_CTX *first = SSL_CTX_new(method), *second = SSL_CTX_new(method);
	bool same = first == second;

	assert_non_null(first);
	assert_non_null(second);
	SSL_CTX_free(first);
	SSL_CTX_free(second);
	return same;
}

static void *look_from_another_thread(void *same)
{
	*(bool *)same = gives_the_same(TLS_client_method());
	return NULL;
}

static void client_contexts_of_a_thread_are_one(void **state)
{
	X509_STORE *store = X509_STORE_new();
	SSL_CTX *context;
	pthread_t thread;
	bool same = true;

	(void)state;
	assert_false(gives_the_same(TLS_client_method()));
	tls_context_begin(store);
	assert_true(gives_the_same(TLS_client_method()));
	assert_false(gives_the_same(TLS_server_method()));
	assert_int_equal(pthread_create(&thread, NULL, look_from_another_thread, &same), 0);
	pthread_join(thread, NULL);
	assert_false(same);
	context = SSL_CTX_new(TLS_client_method());
	tls_context_end();
	assert_false(gives_the_same(TLS_client_method()));
	/* A connection that is left still has it. */
	assert_ptr_equal(SSL_CTX_get_cert_store(context), store);
	SSL_CTX_free(context);
	X509_STORE_free(store);
}

static void any_context_gets_the_store(void **state)
{
	X509_STORE *store = X509_STORE_new();
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	(void)state;
	tls_context_set_up(context, store);
	assert_ptr_equal(SSL_CTX_get_cert_store(context), store);
	tls_context_set_up(context, store);
	X509_STORE_free(store);
	/* The reference is the context's own. */
	assert_ptr_equal(SSL_CTX_get_cert_store(context), store);
	SSL_CTX_free(context);
}

static CURLcode take_context(CURL *easy, void *context, void *data)
{
	(void)easy;
	*(void **)data = context;
	return CURLE_ABORTED_BY_CALLBACK;
}

/* The context that libcurl makes for a connection; it gets as far as a connection to `port`. */
static void *context_of_curl(uint16_t port)
{
	CURL *easy = curl_easy_init();
	void *context = NULL;

	curl_easy_setopt(easy, CURLOPT_URL, "https://127.0.0.1/");
	curl_easy_setopt(easy, CURLOPT_PORT, (long)port);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, take_context);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &context);
	assert_int_equal(curl_easy_perform(easy), CURLE_ABORTED_BY_CALLBACK);
	curl_easy_cleanup(easy);
	return context;
}

static void libcurl_asks_here(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	X509_STORE *store = X509_STORE_new();
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	SSL_CTX *context;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &len), 0);
	tls_context_begin(store);
	context = SSL_CTX_new(TLS_client_method());
	assert_ptr_equal(context_of_curl(ntohs(address.sin_port)), context);
	SSL_CTX_free(context);
	tls_context_end();
	close(listener);
	X509_STORE_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(client_contexts_of_a_thread_are_one),
		cmocka_unit_test(any_context_gets_the_store),
		cmocka_unit_test(libcurl_asks_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
