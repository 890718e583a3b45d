"""Redirect chains with aiohttp, as one would write it: LIST CONCURRENCY, a JSON line a URL to standard output."""
import asyncio
import json
import sys

import aiohttp


async def walk(session, urls):
    for url in urls:
        try:
            async with session.get(url, max_redirects=20) as response:
                await response.read()
                hops = [{"url": str(r.url), "status": r.status, "location": r.headers.get("Location", "")}
                        for r in (*response.history, response)]
            row = {"url": url, "hops": hops}
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            row = {"url": url, "hops": [], "error": repr(error)}
        print(json.dumps(row))


async def main(path, concurrency):
    timeout = aiohttp.ClientTimeout(total=120)
    with open(path, encoding="utf-8") as file:
        urls = (line.strip() for line in file)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency), timeout=timeout) as session:
            await asyncio.gather(*(walk(session, urls) for _ in range(concurrency)))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
