#include "crawler/version.h"

#include <ares.h>
#include <libpsl.h>
#include <libxml/parser.h>
#include <openssl/crypto.h>
#include <unicode/uvernum.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#include <curl/curl.h>

extern int mallctl(const char *name, void *old, size_t *old_len, void *value, size_t value_len) __attribute__((weak));

/* Releases of libcurl that lose descriptors or spin with an event loop of one's own. */
static const struct {
	unsigned version;
	const char *fault;
} bad_versions[] = {
	{ 0x080900, "may spin after a TLS connection was closed" },
	{ 0x081500, "may keep closed connections open" },
};

static const char *allocator_version(void)
{
	const char *version = NULL;
	size_t len = sizeof(version);

	return mallctl && mallctl("version", &version, &len, NULL, 0) == 0 ? version : "none";
}

const struct library *version_libraries(size_t *count)
{
	static char xxhash[32], icu[U_MAX_VERSION_STRING_LENGTH];
	UVersionInfo icu_version;
	static struct library library[10];
	unsigned hash = XXH_versionNumber();
	const struct library found[] = {
		{ "libcurl", curl_version_info(CURLVERSION_NOW)->version },
		{ "c-ares", ares_version(NULL) },
		{ "OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING) },
		{ "zstd", ZSTD_versionString() },
		{ "zlib", zlibVersion() },
		{ "jemalloc", allocator_version() },
		{ "ICU", icu },
		{ "libpsl", psl_get_version() },
		{ "libxml2", xmlParserVersion },
		{ "xxHash", xxhash },
	};

	u_getVersion(icu_version);
	u_versionToString(icu_version, icu);
	snprintf(xxhash, sizeof(xxhash), "%u.%u.%u", hash / 10000, hash / 100 % 100, hash % 100);
	*count = sizeof(found) / sizeof(found[0]);
	for (size_t i = 0; i < *count; i++)
		library[i] = found[i];
	return library;
}

void version_print(FILE *out)
{
	size_t count;
	const struct library *library = version_libraries(&count);

	fprintf(out, "detour %s\n", DETOUR_VERSION);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%s %s", i ? ", " : "with ", library[i].name, library[i].version);
	fputc('\n', out);
}

void version_check(FILE *errors)
{
	unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;

	for (size_t i = 0; i < sizeof(bad_versions) / sizeof(bad_versions[0]); i++) {
		if (bad_versions[i].version == version)
			fprintf(errors, "detour: warning: libcurl %s %s; take another version\n",
				curl_version_info(CURLVERSION_NOW)->version, bad_versions[i].fault);
	}
}
