"""The tools that are compared: how each is started on a list, and how the chains are read that it tells.

A peer is one entry of peers(). `chains` yields, for each URL in a tool's output, the chain as a list of (URL, status);
expected_chain() is what it must be.
"""
import glob
import json
import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from typing import Callable
from urllib.parse import urljoin, urlsplit

from tools import CURL_PARALLEL_MAX, Tool
from workloads import per_host

from .install import HTTPX, LYCHEE

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass(frozen=True)
class Peer(Tool):
    """`urls_per_s`: about what a slow one walks in a CPU second; its list is shorter than that of the others."""
    urls_per_s: int = 1_000_000
    live_min: int = 1
    workloads: tuple = ()  # all if none is named
    kind: str = ""  # "script" for what one would write oneself, "scanner" for httpx: the targets name them


def expected_chain(url):
    """What the site of workloads.py answers to a URL of the list: each hop puts another folder in front, and the path
    goes on without the query."""
    parts = urlsplit(url)
    own, www = f"{parts.scheme}://{parts.netloc}", f"{parts.scheme}://www.{parts.netloc}"
    return [(url, 301), (f"{own}/b{parts.path}", 301), (f"{www}/c/b{parts.path}", 301),
            (f"{www}/d/c/b{parts.path}", 200)]


def right_chains(chains):
    """Of a Job: how many URLs of its list have their whole chain in the output of a tool."""
    def finished(job):
        site = job.site
        missing = {site.url(number) for number in range(site.urls)}
        for chain in chains(job):
            if chain and chain[0][0] in missing and chain == expected_chain(chain[0][0]):
                missing.remove(chain[0][0])
        return site.urls - len(missing)
    return finished


def json_lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def fresh(path):
    """Removes what an earlier run may have left."""
    shutil.rmtree(path, ignore_errors=True)
    if os.path.exists(path):
        os.unlink(path)
    return path


def detour_command(job):
    site = job.site
    host = per_host(site.case)
    return [f"{job.build}/detour", "audit", site.list, "-o", fresh(f"{job.folder}/detour.out"), "--quiet",
            "--ca-file", job.origin.ca, "--allow-address", "127.0.0.0/8", "--robots", "ignore", "-c", str(site.case.live),
            "--per-host", str(host), "--per-ip", str(max(64, host))]


def detour_chains(job):
    for part in sorted(glob.glob(f"{job.folder}/detour.out/part-*.zst")):
        with subprocess.Popen(["zstd", "-dcq", part], stdout=subprocess.PIPE) as rows:
            for row in rows.stdout:
                yield [(hop["url"], hop["status"]) for hop in json.loads(row)["hops"]]


def curl_command(job, *options, output=lambda number: "/dev/null"):
    config = f"{job.folder}/curl.config"
    with open(job.site.list, encoding="ascii") as urls, open(config, "w", encoding="ascii") as out:
        for number, url in enumerate(urls):
            out.write(f'url="{url.strip()}"\noutput="{output(number)}"\n')
    return ["curl", "-sZ", "--no-progress-meter", "--parallel-max", str(job.site.case.live), "--location",
            "--noproxy", "*", *options, "-K", config]


def curl_lines_command(job):
    return curl_command(job, "-w", "%{http_code} %{num_redirects} %{url_effective}\\n")


def curl_lines_finished(name):
    """Counts lines: they do not name the URL that was asked for."""
    def finished(job):
        wanted = Counter()
        for number in range(job.site.urls):
            chain = expected_chain(job.site.url(number))
            wanted[f"{chain[-1][1]} {len(chain) - 1} {chain[-1][0]}\n"] += 1
        with open(f"{job.folder}/{name}.log", encoding="ascii") as log:
            return (wanted & Counter(log)).total()
    return finished


def curl_headers_command(job):
    # --dump-header takes one file for all, in which the lines of transfers that run side by side would mix.
    folder = fresh(f"{job.folder}/headers")
    os.mkdir(folder)
    return curl_command(job, "--include", output=lambda number: f"{folder}/{number}")


def curl_headers_chains(job):
    for number in range(job.site.urls):
        path = f"{job.folder}/headers/{number}"
        if not os.path.exists(path):
            continue
        url, chain = job.site.url(number), []
        with open(path, encoding="latin-1", newline="") as file:
            for answer in file.read().split("\r\n\r\n"):
                status = re.match(r"HTTP/\S+ (\d+)", answer)
                if status:
                    chain.append((url, int(status[1])))
                    location = re.search(r"(?im)^location: *(.*?)\r?$", answer)
                    url = urljoin(url, location[1]) if location else url
        yield chain


def script_command(*program):
    def command(job):
        return [*program, job.site.list, str(job.site.case.live)]
    return command


def script_chains(name):
    def chains(job):
        for row in json_lines(f"{job.folder}/{name}.log"):
            yield [(hop["url"], hop["status"]) for hop in row["hops"]]
    return chains


def advertools_command(program):
    def command(job):
        return [program, f"{HERE}/scripts/advertools_script.py", job.site.list, str(job.site.case.live),
                fresh(f"{job.folder}/advertools.jl")]
    return command


def advertools_chains(job):
    for row in json_lines(f"{job.folder}/advertools.jl"):
        urls = [url for url in row.get("redirect_urls", "").split("@@") if url]
        statuses = [int(status) for status in str(row.get("redirect_reasons", "")).split("@@") if status]
        yield [*zip(urls, statuses), (row["url"], int(row["status"]))]


def httpx_command(program):
    def command(job):
        return [program, "-list", job.site.list, "-json", "-include-chain", "-follow-redirects", "-max-redirects", "20",
                "-threads", str(job.site.case.live), "-rate-limit", "1000000", "-timeout", "60", "-no-fallback-scheme",
                "-disable-update-check", "-silent", "-no-color", "-no-stdin",
                "-output", fresh(f"{job.folder}/httpx.jsonl")]
    return command


def httpx_chains(job):
    for row in json_lines(f"{job.folder}/httpx.jsonl"):
        yield [(hop["request-url"], hop["status_code"]) for hop in row.get("chain") or []]


def lychee_command(program):
    def command(job):
        return [program, "--no-progress", "--format", "json", "-v", "--max-redirects", "20", "--max-concurrency",
                str(job.site.case.live), "--host-concurrency", str(per_host(job.site.case)),
                "--host-request-interval", "0s", "--timeout", "60", "--output", fresh(f"{job.folder}/lychee.json"),
                job.site.list]
    return command


def lychee_chains(job):
    with open(f"{job.folder}/lychee.json", encoding="utf-8") as file:
        report = json.load(file)
    for found in report["success_map"].values():
        for link in found:
            redirects = link["redirects"]["redirects"] if "redirects" in link else []
            urls = [link["url"], *(hop["url"] for hop in redirects)]
            yield list(zip(urls, [*(hop["code"] for hop in redirects), link["status"]["code"]]))


def version_of_curl():
    text = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
    return text.split()[1]


def is_installed(folder, name):
    return os.path.exists(f"{folder}/{name}.installed")


def python_peers(folder):
    """The scripts; a thread for each URL in flight, or a list in one argument, sets an end to their concurrency."""
    with open(f"{HERE}/requirements.txt", encoding="ascii") as file:
        version = dict(line.split("==") for line in file.read().split())
    python = f"{folder}/venv/bin/python"
    for name, live_max, speed in ("aiohttp", 1_000_000, 4000), ("requests", 300, 250):
        yield Peer(f"{name}-{version[name]}", script_command(python, f"{HERE}/scripts/{name}_script.py"),
                   right_chains(script_chains(f"{name}-{version[name]}")), live_max=live_max, urls_per_s=speed,
                   kind="script")
    # Its start alone costs seconds of CPU, so it is given more URLs than it can walk in the time, and one workload.
    yield Peer(f"advertools-{version['advertools']}", advertools_command(python), right_chains(advertools_chains),
               live_min=300, live_max=300, urls_per_s=400, workloads=("plain",), kind="script")


def peers(folder):
    """detour first, then every peer that is installed in `folder`."""
    found = [Peer("detour", detour_command, right_chains(detour_chains))]
    if shutil.which("curl"):
        version = version_of_curl()
        found += [Peer(f"curl-{version}", curl_lines_command, curl_lines_finished(f"curl-{version}"),
                       live_max=CURL_PARALLEL_MAX),
                  Peer(f"curl-headers-{version}", curl_headers_command, right_chains(curl_headers_chains),
                       live_max=CURL_PARALLEL_MAX, workloads=("plain",))]
    if is_installed(folder, "lychee"):
        found.append(Peer(f"lychee-{LYCHEE}", lychee_command(f"{folder}/bin/lychee"), right_chains(lychee_chains)))
    if is_installed(folder, "httpx"):
        found.append(Peer(f"httpx-{HTTPX}", httpx_command(f"{folder}/bin/httpx"), right_chains(httpx_chains),
                          urls_per_s=2000, kind="scanner"))
    if is_installed(folder, "go-script"):
        found.append(Peer("go-script", script_command(f"{folder}/bin/go_script"),
                          right_chains(script_chains("go-script"))))
    return found + (list(python_peers(folder)) if is_installed(folder, "python") else [])
