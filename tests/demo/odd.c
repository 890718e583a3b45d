/* What real inventories hold a handful of each. */
#include "tests/demo/inventory.h"

#define TEN(text)  text text text text text text text text text text
#define LONG_QUERY TEN(TEN("filter=warm-white+e27&"))

#define OK "200 text \"<!doctype html><html lang=\\\"en\\\"><title>{words} | Lumen</title>\""

/* A page whose head is to be gone on with. */
#define HEAD "200 text \"<!doctype html><html lang=en><title>{words} | Lumen</title>"

const struct oddity oddities[] = {
	/* Loops. */
	{ "https://www.lumen.example/brands/loop-lights\nhttps://www.lumen.example/brands/looplights/",
	  "url https://www.lumen.example/brands/loop-lights 301 /brands/loop-lights/\n"
	  "url https://www.lumen.example/brands/loop-lights/ 301 /brands/looplights/\n"
	  "url https://www.lumen.example/brands/looplights/ 301 /brands/loop-lights" },
	{ "http://fixtures.lumen.example/outlet",
	  "host fixtures.lumen.example A 127.0.3.1\n"
	  "url http://fixtures.lumen.example/outlet 301 https://fixtures.lumen.example/outlet\n"
	  "url https://fixtures.lumen.example/outlet 302 http://fixtures.lumen.example/outlet" },
	{ "https://www.lumen.example/stores",
	  "url https://www.lumen.example/stores 301 https://www.lumen.example/stores" },
	{ "https://www.lumen.example/Stores/Berlin",
	  "url https://www.lumen.example/Stores/Berlin 302 /Stores/Berlin header \"Cache-Control: no-cache\"" },
	{ "https://account.lumen.example/welcome\nhttps://account.lumen.example/consent?region=eu",
	  "url https://account.lumen.example/welcome 302 /welcome header \"Set-Cookie: seen=1; Path=/\" when no-cookie "
	  "seen\n"
	  "url https://account.lumen.example/welcome " OK "\n"
	  "url https://account.lumen.example/consent?region=eu 302 /consent/check?region=eu header \"Set-Cookie: "
	  "consent=ask; Path=/\" when no-cookie consent\n"
	  "url https://account.lumen.example/consent?region=eu " OK "\n"
	  "url https://account.lumen.example/consent/check?region=eu 302 /consent?region=eu" },
	{ "https://help.lumen.example/en/faq/",
	  "url https://help.lumen.example/en/faq/ 302 /en/faq/ header \"Set-Cookie: session={n}; HttpOnly\"" },
	{ "https://www.lumen.example/lookbook/\nhttps://blog.lumen.example/tag/light/",
	  "prefix https://www.lumen.example/lookbook/ 301 {path}lookbook/\n"
	  "prefix https://blog.lumen.example/tag/light/ 302 {path}?page=1{query}" },

	/* Locations that lead nowhere. */
	{ "https://www.lumen.example/wishlist\nhttps://www.lumen.example/gift-card",
	  "url https://www.lumen.example/wishlist 302\nurl https://www.lumen.example/gift-card 302 \"\"" },
	{ "https://www.lumen.example/size-guide",
	  "url https://www.lumen.example/size-guide 301 /guides/size header \"Location: /guides/sizes\"" },
	{ "https://www.lumen.example/trade",
	  "url https://www.lumen.example/trade 301 /business/ header \"Location: /business/\"" },
	{ "https://www.lumen.example/partner-login",
	  "url https://www.lumen.example/partner-login 302 \"http://[partner-portal/login\"" },
	{ "https://www.lumen.example/contact\nhttps://www.lumen.example/app\nhttps://www.lumen.example/qr",
	  "url https://www.lumen.example/contact 302 mailto:hello@lumen.example\n"
	  "url https://www.lumen.example/app 302 lumen-app://open/home\n"
	  "url https://www.lumen.example/qr 302 data:text/html,lamp" },
	{ "https://www.lumen.example/legacy/terms",
	  "url https://www.lumen.example/legacy/terms 301 \"https:\\\\\\\\www.lumen.example\\\\legal\\\\terms\"" },
	{ "https://www.lumen.example/store locator/berlin",
	  "url \"https://www.lumen.example/store%20locator/berlin\" 301 \"/stores/Berlin Mitte\"\nurl "
	  "https://www.lumen.example/stores/Berlin%20Mitte " OK },
	{ "https://www.lumen.example/collections/caf\xc3\xa9-lumi\xc3\xa8re\nhttps://www.lumen.example/collections/"
	  "gl\xc3\xbchbirnen?farbe=wei\xc3\x9f",
	  "url https://www.lumen.example/collections/caf%C3%A9-lumi%C3%A8re 301 \"/rooms/caf\\xc3\\xa9/\"" },
	{ "https://www.lumen.example/bridal", "url https://www.lumen.example/bridal 301 \"  /shop/gifts#wedding  \"" },

	{ "https://www.lumen.example/designers/%7Eanna",
	  "url https://www.lumen.example/designers/%7Eanna 301 /designers/~anna" },
	{ "https://www.lumen.example/search-gifts?for=kids%09",
	  "url https://www.lumen.example/search-gifts?for=kids%09 302 \"/shop/gifts?for=kids\\t&sort=new\"" },
	{ "https://www.lumen.example/press-kit",
	  "url https://www.lumen.example/press-kit 302 https://press:lumen2019@media.lumen.example/press-kit.zip" },
	{ "http://www.lumen.example/outlet-preview",
	  "url http://www.lumen.example/outlet-preview 301 http://www.lumen.example:8080/outlet\n"
	  "url http://www.lumen.example:8080/outlet " OK },
	{ "https://www.lumen.example/admin/orders",
	  "url https://www.lumen.example/admin/orders 302 http://shop-backend-01/admin/orders/" },
	{ "https://www.lumen.example/bulb-finder",
	  "url https://www.lumen.example/bulb-finder 302 \"/shop/bulbs?" LONG_QUERY "\"" },

	/* Statuses that are no redirects, or redirects that are not what they say. */
	{ "https://media.lumen.example/manuals/bridge",
	  "url https://media.lumen.example/manuals/bridge 300 /manuals/bridge.en.pdf" },
	{ "https://media.lumen.example/logo.svg", "url https://media.lumen.example/logo.svg 304" },
	{ "https://www.lumen.example/proxy.pac",
	  "url https://www.lumen.example/proxy.pac 305 http://proxy.lumen.example/" },
	{ "https://www.lumen.example/preview/2026", "url https://www.lumen.example/preview/2026 399 /preview" },
	{ "https://www.lumen.example/members/plans",
	  "url https://www.lumen.example/members/plans 302 https://account.lumen.example/login?next=/members/plans body "
	  "20000" },
	{ "https://www.lumen.example/advent", "url https://www.lumen.example/advent 302 /shop/advent-2025 header "
					      "\"Cache-Control: public, max-age=31536000\"" },
	{ "https://www.lumen.example/moving",
	  "url https://www.lumen.example/moving 301 /shop/moving-house header \"Cache-Control: no-store\"" },
	{ "https://www.lumen.example/newsletter", "url https://www.lumen.example/newsletter 303 /newsletter/thanks" },
	{ "https://www.lumen.example/imprint",
	  "url https://www.lumen.example/imprint 301 /de/imprint text \"<a href=/de/imprint>Moved</a>\"\n"
	  "url https://www.lumen.example/de/imprint 302 /de/impressum" },

	{ "https://www.lumen.example/downloads/latest",
	  "url https://www.lumen.example/downloads/latest 301 /downloads/app-4.2 header \"Retry-After: 3600\"" },

	/* Redirects to what is no more. */
	{ "https://www.lumen.example/summer-sale\nhttps://www.lumen.example/configurator",
	  "url https://www.lumen.example/summer-sale 301 /sale/summer-2019\n"
	  "url https://www.lumen.example/sale/summer-2019 404\n"
	  "url https://www.lumen.example/configurator 302 /configurator/start\n"
	  "url https://www.lumen.example/configurator/start 500" },

	/* Redirects that lose the page, or put another one before it. */
	{ "https://www.lumen.example/lookbook-2016/kitchen-lights\nhttps://www.lumen.example/studio",
	  "url https://www.lumen.example/lookbook-2016/kitchen-lights 301 /\n"
	  "url https://www.lumen.example/studio 302 /" },
	{ "http://www.lumen.example/guides/led-or-halogen",
	  "url http://www.lumen.example/guides/led-or-halogen 301 https://www.lumen.example/" },
	{ "http://www.lumen.example/finder?room=kitchen&page=2",
	  "url http://www.lumen.example/finder?room=kitchen&page=2 301 https://www.lumen.example/finder" },
	{ "https://www.lumen.example/bar/absinthe-lamp",
	  "url https://www.lumen.example/bar/absinthe-lamp 302 /age-check?return_to=%2Fbar%2Fabsinthe-lamp" },
	{ "https://dealers-only.lumen.example/prices",
	  "host dealers-only.lumen.example A 127.0.3.13\n"
	  "url https://dealers-only.lumen.example/prices 302 /auth/form\n"
	  "url https://dealers-only.lumen.example/auth/form 200 header \"Content-Type: text/html\" text "
	  "\"<!doctype html><title>Dealers</title><form><input type=password name=word></form>\"" },

	/* What the last page says. */
	{ "https://www.lumen.example/collections/terrazzo-2023\nhttps://www.lumen.example/collections/bamboo",
	  "url https://www.lumen.example/collections/terrazzo-2023 301 /collections/terrazzo\n"
	  "url https://www.lumen.example/collections/terrazzo " HEAD "<link rel=canonical href=/rooms/terrazzo>\"\n"
	  "url https://www.lumen.example/collections/bamboo 301 /collections/bamboo-rattan\n"
	  "url https://www.lumen.example/collections/bamboo-rattan " HEAD
	  "<link rel=canonical href=/collections/bamboo>\"" },
	{ "https://www.lumen.example/guides/led-strips",
	  "url https://www.lumen.example/guides/led-strips 302 /magazine/led-strips\n"
	  "url https://www.lumen.example/magazine/led-strips 301 /magazine/led-strips-explained\n"
	  "url https://www.lumen.example/magazine/led-strips-explained " HEAD
	  "<link rel=canonical href=/magazine/led-strips>\"" },
	{ "https://www.lumen.example/guides/sockets",
	  "url https://www.lumen.example/guides/sockets 301 /magazine/sockets\n"
	  "url https://www.lumen.example/magazine/sockets 200 header \"Link: </en/magazine/sockets>; rel=canonical\" text "
	  "\"<!doctype html><title>{words}</title><link rel=canonical href=/magazine/sockets>\"" },
	{ "https://www.lumen.example/showroom-tour\nhttps://www.lumen.example/catalogue-2022",
	  "url https://www.lumen.example/showroom-tour 301 /showroom\n"
	  "url https://www.lumen.example/showroom " HEAD "<meta name=robots content=noindex>\"\n"
	  "url https://www.lumen.example/catalogue-2022 302 /404\n"
	  "url https://www.lumen.example/404 200 text \"<!doctype html><title>Page not found | Lumen</title>\"" },
	{ "https://www.lumen.example/light-planner\nhttps://media.lumen.example/press\nhttps://blog.lumen.example/home",
	  "url https://www.lumen.example/light-planner " HEAD
	  "<meta http-equiv=refresh content='0; url=/configurator-2'>\"\n"
	  "url https://media.lumen.example/press 200 header \"Refresh: 3; url=https://www.lumen.example/press\" text "
	  "\"<!doctype html><title>Press</title>\"\n"
	  "url https://blog.lumen.example/home " HEAD "<script>window.location.href = '/';</script>\"" },
	{ "https://go.lumen.example/partners/glowworm",
	  "url https://go.lumen.example/partners/glowworm 301 https://www.glowworm-lamps.example/\n"
	  "host www.glowworm-lamps.example A 127.0.3.41\n"
	  "url https://www.glowworm-lamps.example/ 200 text \"<!doctype html><title>glowworm-lamps.example is for "
	  "sale</title>\"" },

	/* What robots.txt keeps search engines from. */
	{ "https://r.lumen.example/spring\nhttps://r.lumen.example/poster-2024",
	  "host r.lumen.example A 127.0.3.31\n"
	  "url https://r.lumen.example/robots.txt 200 header \"Content-Type: text/plain\" text \"User-agent: *\\n"
	  "Disallow: /count/\\n\"\n"
	  "url https://r.lumen.example/spring 301 /count/spring\n"
	  "url https://r.lumen.example/count/spring 302 https://www.lumen.example/shop/bulbs/e27\n"
	  "url https://r.lumen.example/poster-2024 301 /count/poster-2024\n"
	  "url https://r.lumen.example/count/poster-2024 " OK },

	/* Security. */
	{ "http://status.lumen.example/",
	  "host status.lumen.example A 127.0.3.30\nurl http://status.lumen.example/ " OK },
	{ "https://www.lumen.example/track/parcel?id=88213",
	  "url https://www.lumen.example/track/parcel?id=88213 302 http://parcels.lumen.example/88213\n"
	  "host parcels.lumen.example A 127.0.3.2\nurl http://parcels.lumen.example/88213 302 "
	  "https://parcels.lumen.example/88213\n"
	  "url https://parcels.lumen.example/88213 " OK },
	{ "https://www.lumen.example/intranet\nhttps://go.lumen.example/metrics",
	  "url https://www.lumen.example/intranet 302 http://10.0.0.5/wiki\nurl https://go.lumen.example/metrics 302 "
	  "http://169.254.169.254/latest/" },
	{ "https://stock.lumen.example/levels", "host stock.lumen.example A 10.0.0.7" },
	{ "https://erp.lumen.example/login\nhttps://erp.lumen.example/",
	  "host erp.lumen.example A 127.0.3.3 tls expired" },
	{ "https://events.lumen.example/2024/\nhttps://events.lumen.example/2025/",
	  "host events.lumen.example A 127.0.3.4 tls wrong-host" },
	{ "https://staging.lumen.example/", "host staging.lumen.example A 127.0.3.5 tls self-signed" },
	{ "https://dealers.lumen.example/map", "host dealers.lumen.example A 127.0.3.6 tls unknown-issuer" },
	{ "https://ftp.lumen.example/", "host ftp.lumen.example A 127.0.3.7 tls broken-handshake" },
	{ "https://printer.lumen.example/", "host printer.lumen.example A 127.0.3.8 tls none" },
	{ "https://editor:s3cret@www.lumen.example/drafts/spring", "" },

	{ "http://gifts.lumen.example/",
	  "host gifts.lumen.example A 127.0.3.14\n"
	  "url http://gifts.lumen.example/ 301 https://lumen.example/shop/gifts header \"Strict-Transport-Security: "
	  "max-age=31536000\"" },

	/* The network. */
	{ "http://lumen-outlet.example/\nhttps://lumen-outlet.example/sale\nhttps://blog.oakandiron.example/lamps",
	  "host lumen-outlet.example dns nxdomain" },
	{ "https://www.lumen.example/out/lightweek",
	  "url https://www.lumen.example/out/lightweek 301 https://lightweek-2019.example/lumen" },
	{ "https://ads.couponraven.example/click?to=lumen", "host ads.couponraven.example dns servfail" },
	{ "https://cdn.cityloft.example/lookbook.pdf", "host cdn.cityloft.example dns refused" },
	{ "https://ipv6.lumen.example/", "host ipv6.lumen.example AAAA ::1\nurl https://ipv6.lumen.example/ " OK },
	{ "https://mail.lumen.example/", "host mail.lumen.example dns nodata" },
	{ "https://legacy.northwind-homes.example/brands/lumen",
	  "host legacy.northwind-homes.example A 127.0.3.20 closed" },
	{ "https://old.fjordmobler.example/lamper\nhttps://old.fjordmobler.example/kontakt",
	  "host old.fjordmobler.example A 127.0.3.21 closed" },
	{ "https://counter.lumen.example/hit",
	  "host counter.lumen.example A 127.0.3.9\nurl https://counter.lumen.example/hit close" },
	{ "https://counter.lumen.example/reset", "url https://counter.lumen.example/reset reset" },
	{ "https://counter.lumen.example/v0",
	  "raw https://counter.lumen.example/v0 \"HTTQ/1.1 OK\\r\\n\\r\\n\" close" },
	{ "https://counter.lumen.example/cut",
	  "raw https://counter.lumen.example/cut \"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\nContent-Length: "
	  "900\\r\\n\\r\\n<title>Cut\" close" },

	{ "https://www.lumen.example/warranty",
	  "url https://www.lumen.example/warranty 302 /service/warranty delay 1050ms\n"
	  "url https://www.lumen.example/service/warranty 302 /guides/warranty delay 1050ms" },

	/* Busy, under maintenance, limited. */
	{ "https://checkout.lumen.example/cart\nhttps://checkout.lumen.example/shipping",
	  "host checkout.lumen.example A 127.0.3.10\n"
	  "prefix https://checkout.lumen.example/ 503 header \"Retry-After: 1\" text \"<h1>Back in a moment</h1>\" "
	  "when first 2\n"
	  "prefix https://checkout.lumen.example/ " OK },
	{ "https://status.lumen.example/history\nhttps://status.lumen.example/",
	  "host status.lumen.example A 127.0.3.11\n"
	  "prefix https://status.lumen.example/ 503 header \"Retry-After: 1\" text \"<h1>Maintenance</h1>\"" },
	{ "https://api.lumen.example/v1/products\nPOST https://api.lumen.example/v1/orders",
	  "host api.lumen.example A 127.0.3.12\n"
	  "url https://api.lumen.example/v1/products 429 header \"Retry-After: 1\" when first 1\n"
	  "url https://api.lumen.example/v1/products 200 header \"Content-Type: application/json\" text \"[]\"\n"
	  "url https://api.lumen.example/v1/orders 307 /v2/orders\n"
	  "url https://api.lumen.example/v2/orders 200 text \"{}\" when method POST\n"
	  "url https://api.lumen.example/v2/orders 405" },
	{ "https://jobs.talentgarden.example/lumen/team",
	  "url https://jobs.talentgarden.example/lumen/team 502 text \"<h1>Bad Gateway</h1>\"" },

	/* As people write lists. */
	{ "  https://www.lumen.example/shop/bulbs/e27  "
	  "\nHTTPS://WWW.Lumen.Example:443/shop/bulbs/e27\nhttps://www.lumen.example/shop/../shop/./bulbs/e27",
	  "" },
	{ "https://www.lumen.example/shop/bulbs/e27\nhttps://www.lumen.example/shop/bulbs/e27", "" },
	{ "http://lumen.example/\nhttp://lumen.example/\nhttp://lumen.example\nhttps://www.lumen.example/"
	  "#newsletter\nhttp://lumen.example/shop/bulbs/e27#reviews",
	  "" },
	{ "www.lumen.example/shop/gifts\nlumen\nhttps://\nftp://files.lumen.example/"
	  "catalogue.pdf\nmailto:hello@lumen.example\nhttp://lumen.example:99999/\nhttps://lum en.example/",
	  "" },
	{ 0 },
};

/* A chain of `redirects` steps on the link host, left behind by one campaign tool after the other. */
static void add_long_chain(struct inventory *inventory, unsigned redirects, unsigned number)
{
	static const unsigned statuses[] = { 301, 302, 301, 301, 307, 308 };

	fprintf(inventory->list, "https://go.lumen.example/campaign-%u/step-0\n", number);
	for (unsigned i = 0; i < redirects; i++)
		fprintf(inventory->table, "url https://go.lumen.example/campaign-%u/step-%u %u /campaign-%u/step-%u\n",
			number, i, statuses[i % 6], number, i + 1);
	fprintf(inventory->table, "url https://go.lumen.example/campaign-%u/step-%u " OK "\n", number, redirects);
}

void inventory_add_long_chains(struct inventory *inventory)
{
	static const unsigned chains[] = { 6, 6, 6, 7, 8, 6, 11, 11, 12, 20, 21, 22, 25 };

	fprintf(inventory->list, "\n# Campaign links\n");
	for (unsigned i = 0; i < sizeof(chains) / sizeof(*chains); i++)
		add_long_chain(inventory, chains[i], 101 + i);
}
