/* The hosts of the shop and its partners, and the rules that most of the list needs. */
#include "tests/demo/inventory.h"

#define PAGE(language)                                                                                           \
	"200 header \"Cache-Control: max-age=300\" text \"<!doctype html><html lang=\\\"" language "\\\"><head>" \
	"<title>{words} | Lumen</title><link rel=\\\"canonical\\\" href=\\\"{scheme}://{host}{path}\\\"></head>" \
	"<body><h1>{words}</h1><p>Light for every room.</p></body></html>\""

/* A partner: its own site over HTTPS, and plain HTTP that leads there. */
#define PARTNER(name, address)                                                            \
	"host " name " A " address, "host www." name " A " address,                       \
		"prefix http://" name "/ 301 https://" name "/{rest}",                    \
		"prefix http://www." name "/ 301 https://" name "/{rest}",                \
		"prefix https://www." name "/ 301 https://" name "/{rest}",               \
		"prefix https://" name "/out/ 302 https://www.lumen.example/shop/{rest}", \
		"prefix https://" name "/ " PAGE("en")

/* A shop of another country, which lives below www. */
#define COUNTRY(host, address, language)                                                   \
	"host " host " A " address, "prefix http://" host "/ 301 https://" host "/{rest}", \
		"prefix https://" host "/ 301 https://www.lumen.example/" language "/{rest}"

const char *const site_rules[] = {
	"# Lumen Lighting: table for the origin, written with the demo's list of URLs",
	"host lumen.example A 127.0.1.1 AAAA ::1 ttl 300",
	"host www.lumen.example A 127.0.1.1 AAAA ::1 ttl 300",
	"prefix http://lumen.example/ 301 https://lumen.example/{rest}",
	"prefix https://lumen.example/ 301 https://www.lumen.example/{rest} header \"Strict-Transport-Security: "
	"max-age=31536000\"",
	"prefix http://www.lumen.example/ 301 https://www.lumen.example/{rest}",
	"prefix https://www.lumen.example/ " PAGE("en"),
	"url https://www.lumen.example/ 200 text \"<!doctype html><html lang=\\\"en\\\"><title>Lumen "
	"Lighting</title>\"",
	"prefix https://www.lumen.example/rooms/ 301 {path}/{query} when no-slash",
	"prefix https://www.lumen.example/catalogue/ 301 /shop/{rest}",
	"prefix https://www.lumen.example/sale/ 302 /shop/clearance/{rest} header \"Cache-Control: no-store\"",
	"prefix https://www.lumen.example/ab/ 302 /variant-b/{rest} header \"Cache-Control: private, no-store\" "
	"header \"Set-Cookie: variant=b; Path=/\" when every 2",
	"prefix https://www.lumen.example/product.php? 301 /shop/archive/{rest}",

	"host m.lumen.example A 127.0.1.2",
	"prefix http://m.lumen.example/ 302 https://m.lumen.example/{rest}",
	"prefix https://m.lumen.example/ 301 https://www.lumen.example/{rest}",

	"host shop.lumen.example A 127.0.1.3",
	"prefix http://shop.lumen.example/ 302 https://shop.lumen.example/{rest}",
	"prefix https://shop.lumen.example/ 302 https://www.lumen.example/shop/{rest} header \"X-Powered-By: Express\" "
	"header \"Vary: Accept\" text \"<p>Found. Redirecting to https://www.lumen.example/shop/{rest}</p>\"",

	"host blog.lumen.example A 127.0.1.4",
	"prefix http://blog.lumen.example/ 301 https://blog.lumen.example/{rest}",
	"prefix https://blog.lumen.example/ 308 {path}/{query} header \"Refresh: 0;url={path}/\" when no-slash",
	"prefix https://blog.lumen.example/ " PAGE("en"),
	"prefix https://blog.lumen.example/archives/ 301 /{rest}/ when no-slash",
	"prefix https://blog.lumen.example/amp/ 302 /{rest}",

	"host docs.lumen.example A 127.0.1.5",
	"prefix http://docs.lumen.example/ 301 https://docs.lumen.example/{rest}",
	"prefix https://docs.lumen.example/ 307 https://docs.lumen.example{path}/{query} header \"Server: uvicorn\" "
	"when no-slash",
	"prefix https://docs.lumen.example/ " PAGE("en"),
	"prefix https://docs.lumen.example/v1/ 302 /latest/{rest}",

	"host help.lumen.example A 127.0.1.6",
	"prefix http://help.lumen.example/ 301 https://help.lumen.example/{rest}",
	"prefix https://help.lumen.example/ 302 /en/{rest} header \"Vary: Accept-Language\" header \"Cache-Control: "
	"private\"",
	"prefix https://help.lumen.example/en/ " PAGE("en"),
	"prefix https://help.lumen.example/de/ " PAGE("de"),

	"host account.lumen.example A 127.0.1.7",
	"prefix http://account.lumen.example/ 301 https://account.lumen.example/{rest}",
	"prefix https://account.lumen.example/ 302 /login?next={path} header \"Cache-Control: no-store\"",
	"prefix https://account.lumen.example/login? " PAGE("en"),

	"host search.lumen.example A 127.0.1.8",
	"prefix https://search.lumen.example/ " PAGE("en"),
	"host media.lumen.example A 127.0.1.9",
	"prefix http://media.lumen.example/ 301 https://media.lumen.example/{rest}",
	"prefix https://media.lumen.example/ 200 body 2000 header \"Content-Type: image/webp\" "
	"header \"Cache-Control: public, max-age=31536000, immutable\"",
	"host press.lumen.example A 127.0.1.10",
	"prefix http://press.lumen.example/ 302 https://www.lumen.example/press/{rest}",
	"host careers.lumen.example A 127.0.1.10",
	"prefix https://careers.lumen.example/ 303 https://jobs.talentgarden.example/lumen/{rest}",

	"host lmn.example A 127.0.1.11",
	"prefix http://lmn.example/ 301 https://lmn.example/{rest} header \"Cache-Control: private, max-age=90\"",
	"prefix https://lmn.example/ 301 http://lumen.example/shop/{rest}?utm_source=short header \"Cache-Control: "
	"private, max-age=90\"",
	"host go.lumen.example A 127.0.1.12",
	"prefix https://go.lumen.example/ 302 https://www.lumen.example/{rest}",

	"host lumen-lamps.example A 127.0.1.13",
	"host www.lumen-lamps.example A 127.0.1.13",
	"prefix http://lumen-lamps.example/ 302 http://www.lumen-lamps.example/{rest}",
	"prefix http://www.lumen-lamps.example/ 301 https://lumen.example/{rest}",

	COUNTRY("de.lumen.example", "127.0.1.14", "de"),
	COUNTRY("fr.lumen.example", "127.0.1.14", "fr"),
	COUNTRY("nl.lumen.example", "127.0.1.14", "nl"),
	COUNTRY("es.lumen.example", "127.0.1.14", "es"),

	PARTNER("northwind-homes.example", "127.0.2.1"),
	PARTNER("haus-und-licht.example", "127.0.2.2"),
	PARTNER("the-slow-interior.example", "127.0.2.3"),
	PARTNER("oakandiron.example", "127.0.2.4"),
	PARTNER("cityloft.example", "127.0.2.5"),
	PARTNER("maison-claire.example", "127.0.2.6"),
	PARTNER("fjordmobler.example", "127.0.2.7"),
	PARTNER("rentwell.example", "127.0.2.8"),
	PARTNER("green-electric.example", "127.0.2.9"),
	PARTNER("bauhaus-weekly.example", "127.0.2.10"),
	PARTNER("diy-forum.example", "127.0.2.11"),
	PARTNER("couponraven.example", "127.0.2.12"),
	"host jobs.talentgarden.example A 127.0.2.13",
	"prefix https://jobs.talentgarden.example/ " PAGE("en"),
	/* leuchten-mueller with an umlaut */
	"host xn--leuchten-mller-psb.example A 127.0.2.14",
	"prefix http://xn--leuchten-mller-psb.example/ 301 https://xn--leuchten-mller-psb.example/{rest}",
	"prefix https://xn--leuchten-mller-psb.example/ " PAGE("de"),
	/* A forum that threw its threads together, and moved the heap. */
	"url https://diy-forum.example/archive 301 /threads/",
	"prefix https://diy-forum.example/thread/ 301 /archive",
	NULL,
};

#define GONE "410 text \"<title>Gone | Lumen</title><h1>This lamp has left the range.</h1>\""
#define LOST "404 text \"<title>Not found | Lumen</title><h1>There is nothing here.</h1>\""

const struct section sections[] = {
	{ "Product pages, from the sitemap of the shop", 7600, "https://www.lumen.example/shop/%c/%p-%u", "\n", NULL },
	{ "Product pages that have ended", 420, "https://www.lumen.example/shop/%c/%p-%u", "\n", LOST },
	{ "Product pages that have ended and say so", 90, "https://www.lumen.example/shop/%c/%p-%u", "\n", GONE },
	{ "Newsletters since 2019", 1500, "http://lumen.example/shop/%c/%p-%u?utm_source=newsletter&utm_campaign=%m",
	  "\n", NULL },
	{ "Printed catalogues (export from the spreadsheet)", 140, "http://lumen.example/catalogue/%y/%p-%u", "\r\n",
	  NULL },
	{ "Flyers that became a catalogue", 4, "https://www.lumen.example/flyer/%m-%u", "\n", "301 /catalogue/spring" },
	{ "The catalogue that became a page of the shop", 1, "https://www.lumen.example/catalogue/spring", "\n", NULL },
	{ "Old internal links", 1200, "http://www.lumen.example/shop/%c/%p-%u", "\n", NULL },
	{ "Old internal links without www", 700, "https://lumen.example/shop/%c/%p-%u", "\n", NULL },
	{ "Links from before the shop moved", 500, "https://www.lumen.example/product.php?id=%u&name=%p", "\n", NULL },
	{ "Room guides", 350, "https://www.lumen.example/rooms/%r-%u/", "\n", NULL },
	{ "Room guides as editors write them", 390, "https://www.lumen.example/rooms/%r-%u", "\n", NULL },
	{ "Room guides of the season, answered by the CDN", 30, "https://www.lumen.example/rooms/%r-%u", "\n",
	  "302 {path}/" },
	{ "Campaign pages", 160, "https://www.lumen.example/sale/%m-%u", "\n", NULL },
	{ "Pages under test", 60, "https://www.lumen.example/ab/%p-%u", "\n", NULL },
	{ "Mobile links, from search consoles", 260, "http://m.lumen.example/shop/%c/%p-%u", "\n", NULL },
	{ "Links to the old shop host", 450, "http://shop.lumen.example/%c/%p-%u", "\n", NULL },
	{ "Blog posts, from the feed", 1900, "https://blog.lumen.example/%a-%u/", "\n", NULL },
	{ "Blog posts, from social media", 480, "https://blog.lumen.example/%a-%u", "\n", NULL },
	{ "Blog posts by date, from before 2024", 420, "http://blog.lumen.example/archives/%y-%a-%u", "\n", NULL },
	{ "Accelerated pages", 90, "https://blog.lumen.example/amp/%a-%u/", "\n", NULL },
	{ "Documentation", 900, "https://docs.lumen.example/latest/%d/%u/", "\n", NULL },
	{ "Documentation, as linked from the app", 460, "https://docs.lumen.example/latest/%d/%u", "\n", NULL },
	{ "Documentation of the first version", 280, "https://docs.lumen.example/v1/%d/%u/", "\n", NULL },
	{ "Help centre", 260, "https://help.lumen.example/articles/%a-%u", "\n", NULL },
	{ "Help centre, by language", 120, "https://help.lumen.example/de/artikel/%a-%u", "\n", NULL },
	{ "Order mails", 240, "https://account.lumen.example/orders/%u/invoice", "\n", NULL },
	{ "Images", 700, "https://media.lumen.example/products/%p-%u.webp", "\n", NULL },
	{ "Press", 60, "http://press.lumen.example/%y/%a-%u", "\n", NULL },
	{ "Jobs", 24, "https://careers.lumen.example/positions/%u", "\n", NULL },
	{ "Short links", 420, "http://lmn.example/%c/%p-%u", "\n", NULL },
	{ "The old brand", 380, "http://lumen-lamps.example/shop/%c/%p-%u", "\n", NULL },
	{ "The shop in Germany", 130, "http://de.lumen.example/shop/%c/%p-%u", "\n", NULL },
	{ "The shop in France", 110, "http://fr.lumen.example/shop/%c/%p-%u", "\n", NULL },
	{ "The shop in the Netherlands", 70, "https://nl.lumen.example/shop/%c/%p-%u", "\n", NULL },
	{ "The shop in Spain", 60, "https://es.lumen.example/shop/%c/%p-%u", "\n", NULL },
	{ "Partners", 60, "https://northwind-homes.example/brands/lumen/%p-%u", "\n", NULL },
	{ "Partners: haus-und-licht", 60, "http://haus-und-licht.example/marken/lumen/%p-%u", "\n", NULL },
	{ "Partners: the slow interior", 40, "https://the-slow-interior.example/%a-%u", "\n", NULL },
	{ "Partners: oak and iron", 60, "http://www.oakandiron.example/suppliers/lumen/%p-%u", "\n", NULL },
	{ "Partners: cityloft", 40, "https://www.cityloft.example/living/%a-%u", "\n", NULL },
	{ "Partners: maison claire", 40, "https://maison-claire.example/lumen/%p-%u", "\n", NULL },
	{ "Partners: fjordmobler", 40, "http://fjordmobler.example/lamper/%p-%u", "\n", NULL },
	{ "Partners: rentwell, as their printer has it", 1, "http://rentwell.example/lumen", "\n",
	  "200 text \"<title>Lumen at Rentwell</title>\"" },
	{ "Partners: rentwell, as their web team has it", 1, "https://rentwell.example/lumen", "\n", NULL },
	{ "Partners: rentwell", 40, "https://rentwell.example/tips/%a-%u", "\n", NULL },
	{ "Partners: green electric", 40, "https://green-electric.example/reviews/%p-%u", "\n", NULL },
	{ "Partners: bauhaus weekly, of which only the home page is left", 60,
	  "https://bauhaus-weekly.example/%y/%a-%u", "\n", "301 /" },
	{ "Partners: forum", 60, "http://www.diy-forum.example/thread/%u-%a", "\n", NULL },
	{ "Partners: affiliate links", 60, "https://couponraven.example/out/%c/%p-%u", "\n", NULL },
	{ "Partners: leuchten-m\xc3\xbcller", 30, "http://leuchten-m\xc3\xbcller.example/lumen/%p-%u", "\n", NULL },
	{ "Site search, slow", 24, "https://search.lumen.example/?q=%p&page=%u", "\n",
	  "200 delay 200ms text \"<title>Search | Lumen</title>\"" },
	{ "Site search, slower", 12, "https://search.lumen.example/?q=%r&facets=all&page=%u", "\n",
	  "200 delay 800ms text \"<title>Search | Lumen</title>\"" },
	{ "Blog posts with broken includes", 14, "https://blog.lumen.example/%y/%a-%u/", "\n",
	  "500 text \"<h1>Internal Server Error</h1>\"" },
	{ 0 },
};
