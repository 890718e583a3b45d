"""Redirect chains with advertools, as its manual shows: LIST CONCURRENCY OUTPUT."""
import sys

import advertools

with open(sys.argv[1], encoding="utf-8") as file:
    urls = file.read().split()
advertools.crawl_headers(urls, sys.argv[3], custom_settings={
    "CONCURRENT_REQUESTS": int(sys.argv[2]), "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "AUTOTHROTTLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False, "DNS_TIMEOUT": 60, "LOG_LEVEL": "ERROR", "REACTOR_THREADPOOL_MAXSIZE": 20})
