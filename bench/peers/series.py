"""The comparison: the tools take turns on lists of one shape, and what comes of it as lines of results.csv."""
import os
import tempfile
from dataclasses import dataclass, replace

import measure
from server import Origin
from tools import Job
from workloads import CHAIN_RULES, WORKLOADS, Case, Site, write_site

# What a slow tool's list is cut to. A run of less has too much of the start of Python in it; one of much more makes
# the whole take too long.
SLOW_RUN_S = 1.5


@dataclass(frozen=True)
class Size:
    """A list, and how much of it is in flight at once."""
    live: int
    urls: int
    hosts: int


@dataclass(frozen=True)
class Comparison:
    """A workload of workloads.py as the peers get it."""
    workload: object
    sizes: tuple
    port: int


COMPARISONS = (
    Comparison(WORKLOADS["plain"], (Size(50, 5000, 1000), Size(300, 5000, 1000), Size(1000, 5000, 1000),
                                    Size(10_000, 20_000, 1000)), 80),
    Comparison(WORKLOADS["tails"], (Size(300, 20_000, 1000), Size(1000, 20_000, 1000)), 80),
    # One URL a host, so that each connection costs a handshake, and redirects as in a list to be audited.
    Comparison(replace(WORKLOADS["https"], name="https-chain", rules=CHAIN_RULES, requests=4, connections=2),
               (Size(300, 1000, 1000), Size(1000, 2000, 2000)), 443),
)


@dataclass
class Measured:
    """What a tool did at one concurrency: `right` is its smallest number of URLs told rightly."""
    job: Job
    tool: object
    results: list
    right: int

    @property
    def row(self):
        """As a line of results.csv, its rates by URLs told rightly."""
        row = measure.row_of(self.job, self.tool, self.results, self.results)
        urls = self.job.site.urls
        if self.right != urls:
            share = self.right / urls
            row["urls"] = self.right
            for name in "urls_per_s", "urls_per_cpu_s":
                row[name] = round(row[name] * share)
            for name in "cpu_us_per_hop", "cpu_us_min", "cpu_us_max":
                row[name] = f"{float(row[name]) / share:.2f}"
        return row

    @property
    def urls_per_cpu_s(self):
        return self.right / measure.median(self.results, lambda result: result.cpu_s)


def job_for(comparison, size, tool, origin, options, commit, folder):
    """The list of a tool in a folder of its own. A slow one's is shorter, with as many URLs a host, and is still long
    enough to have `live` URLs in flight."""
    urls = min(size.urls, max(round(tool.urls_per_s * options.seconds), size.live))
    folder = f"{folder}/{tool.name}-{size.live}"
    os.makedirs(folder)
    site = Site(comparison.workload, Case(size.live, -(-urls * size.hosts // size.urls)), urls, folder)
    site.write_list()
    return Job(site, origin, options.build, measure.half_of_cpus(), commit)


def measure_size(jobs, tools, options):
    """What each of the tools did with its job, by rounds of a run each."""
    measured = {tool.name: Measured(jobs[tool.name], tool, [], jobs[tool.name].site.urls) for tool in tools}
    for _ in range(options.rounds):
        measure_round(measured, options)
    options.turns.give()
    return list(measured.values())


def measure_round(measured, options):
    """A run of each tool. One that tells no URL rightly is out."""
    for name, mine in list(measured.items()):
        command = mine.tool.command(mine.job)
        options.turns.take()
        result = measure.run_against(mine.job.origin, command, mine.tool.log(mine.job), cpus=mine.job.cpus[0],
                                     limit_s=options.limit)
        options.turns.offer()
        mine.results.append(result)
        mine.right = min(mine.right, count_right(mine.tool, mine.job))
        if not mine.right:
            print(f"bench-peers: {name} told no chain rightly at {mine.job.site.case.live} in flight, "
                  f"exit code {result.code}: {result.errors}", flush=True)
            del measured[name]


def count_right(tool, job):
    try:
        return tool.finished(job)
    except (OSError, ValueError, LookupError):
        return 0  # The output of a tool that did not come to its end may be missing, or stop anywhere.


def compare(comparison, tools, options, commit):
    """Yields what the tools did, a list for each size."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.temp_dir) as folder:
        hosts = max(size.hosts for size in comparison.sizes)
        site = write_site(comparison.workload, Case(0, hosts), 0, folder)
        origin = Origin(options.build, site.table, folder, measure.half_of_cpus()[1], ("--dns-port", "53"),
                        comparison.port)
        os.environ.update({name: origin.ca for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")})
        try:
            for size in comparison.sizes:
                able = [tool for tool in tools if tool.live_min <= size.live <= tool.live_max
                        and (not tool.workloads or comparison.workload.name in tool.workloads)]
                jobs = {tool.name: job_for(comparison, size, tool, origin, options, commit, folder) for tool in able}
                warm_up(able[0], jobs[able[0].name], options)
                yield measure_size(jobs, able, options)
        finally:
            origin.stop()


def warm_up(tool, job, options):
    """Has the origin sign its certificates, which it does when a client names a host."""
    command = tool.command(job)
    options.turns.take()
    measure.run(command, tool.log(job), cpus=job.cpus[0], limit_s=options.limit)
