#include "formats/url_compare.h"

/* Parameters of advertising networks, newsletters and web statistics; "utm_*" stands for every name that begins so. */
static const struct span tracking_names[] = {
	SPAN("utm_*"),         SPAN("_hs*"),
	SPAN("hsa_*"),         SPAN("hsctatracking"),
	SPAN("gclid"),         SPAN("gclsrc"),
	SPAN("gad_source"),    SPAN("gad_campaignid"),
	SPAN("dclid"),         SPAN("gbraid"),
	SPAN("wbraid"),        SPAN("fbclid"),
	SPAN("fb_action_ids"), SPAN("fb_action_types"),
	SPAN("fb_source"),     SPAN("msclkid"),
	SPAN("mc_cid"),        SPAN("mc_eid"),
	SPAN("yclid"),         SPAN("ysclid"),
	SPAN("_openstat"),     SPAN("igshid"),
	SPAN("igsh"),          SPAN("srsltid"),
	SPAN("twclid"),        SPAN("ttclid"),
	SPAN("li_fat_id"),     SPAN("rdt_cid"),
	SPAN("sccid"),         SPAN("epik"),
	SPAN("mkt_tok"),       SPAN("_ga"),
	SPAN("_gl"),           SPAN("_gac"),
	SPAN("_ke"),           SPAN("_kx"),
	SPAN("vero_id"),       SPAN("vero_conv"),
	SPAN("oly_enc_id"),    SPAN("oly_anon_id"),
	SPAN("s_kwcid"),       SPAN("ef_id"),
	SPAN("pk_campaign"),   SPAN("pk_kwd"),
	SPAN("pk_source"),     SPAN("pk_medium"),
	SPAN("pk_content"),    SPAN("pk_cid"),
	SPAN("piwik_*"),       SPAN("mtm_*"),
	SPAN("matomo_*"),      SPAN("wt.mc_id"),
	SPAN("wt.mc_ev"),      SPAN("wt_mc"),
	SPAN("wt_zmc"),        SPAN("xtor"),
	SPAN("at_medium"),     SPAN("at_campaign"),
	SPAN("elqtrack"),      SPAN("elqtrackid"),
};

bool url_is_tracking(struct span parameter)
{
	const char *equals = parameter.len ? memchr(parameter.bytes, '=', parameter.len) : NULL;
	struct span name = { .bytes = parameter.bytes,
			     .len = equals ? (size_t)(equals - parameter.bytes) : parameter.len };

	for (size_t i = 0; i < sizeof(tracking_names) / sizeof(tracking_names[0]); i++) {
		struct span known = tracking_names[i];
		size_t prefix = known.len - 1;

		if (span_equal_nocase(name, known))
			return true;
		if (known.bytes[prefix] == '*' && name.len >= prefix &&
		    strncasecmp(name.bytes, known.bytes, prefix) == 0)
			return true;
	}
	return false;
}
