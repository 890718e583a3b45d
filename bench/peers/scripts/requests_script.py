"""Redirect chains with requests and threads, as one would write it: LIST CONCURRENCY, a JSON line a URL to standard
output."""
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import requests

local = threading.local()


def walk(url):
    if not hasattr(local, "session"):
        local.session = requests.Session()
    try:
        response = local.session.get(url, timeout=60)
        hops = [{"url": r.url, "status": r.status_code, "location": r.headers.get("Location", "")}
                for r in (*response.history, response)]
        return {"url": url, "hops": hops}
    except requests.RequestException as error:
        return {"url": url, "hops": [], "error": repr(error)}


with open(sys.argv[1], encoding="utf-8") as file, ThreadPoolExecutor(int(sys.argv[2])) as pool:
    for row in pool.map(walk, (line.strip() for line in file)):
        print(json.dumps(row))
