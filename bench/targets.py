"""What is wanted of detour, mostly as ratios within one series, and whether it was met."""
import statistics
from dataclasses import dataclass
from typing import Callable


@dataclass
class Measured:
    """The rounds of one tool on one case."""
    job: object
    tool: object
    results: list

    @property
    def urls(self):
        return self.job.site.urls

    def median(self, value):
        return statistics.median(value(result) for result in self.results)

    @property
    def cpu_s(self):
        return self.median(lambda result: result.cpu_s)

    @property
    def cpu_us_per_hop(self):
        return self.cpu_s * 1e6 / self.job.site.requests

    @property
    def urls_per_cpu_s(self):
        return self.urls / self.cpu_s

    @property
    def wall_s(self):
        return self.median(lambda result: result.wall_s)

    @property
    def rss_kib(self):
        return self.median(lambda result: result.rss_mib) * 1024

    @property
    def requests(self):
        return [result.counted["requests"] for result in self.results]

    @property
    def connections_most(self):
        """Open at one time, in the round that had the fewest."""
        return min(result.counted["connections_most"] for result in self.results)

    @property
    def auditor_share(self):
        return self.median(lambda result: result.threads.get("auditor", 0) / result.cpu_s)


class Figures:
    """What was measured, by workload, tool, walks in flight and hosts."""

    def __init__(self, measured):
        self.measured = measured

    def all(self, workload, tool="detour", live=None, hosts=None):
        return [m for m in self.measured
                if m.job.site.workload.name == workload and m.tool.name == tool
                and live in (None, m.job.site.case.live) and hosts in (None, m.job.site.case.hosts)]

    def one(self, *args, **which):
        """LookupError if it was not measured."""
        return self.all(*args, **which)[0]

    def worst_ratio(self, workload, base, live=None):
        """Of detour's CPU time per hop to another tool's, over the numbers of hosts."""
        return max(m.cpu_us_per_hop / self.one(workload, base, m.job.site.case.live, m.job.site.case.hosts).cpu_us_per_hop
                   for m in self.all(workload, live=live) or [self.one(workload, base, live)])


@dataclass(frozen=True)
class Target:
    text: str
    value: Callable  # of Figures; LookupError or ValueError: not measured
    limit: float
    at_least: bool = False
    unit: str = "x"

    def met(self, value):
        return value >= self.limit if self.at_least else value <= self.limit


def requests_off(figures):
    """How far the requests of any round were from one for each different URL."""
    tails = figures.one("tails")
    return max(abs(requests - tails.job.site.requests_distinct) for requests in tails.requests)


TARGETS = (
    Target("plain, 10,000 live: CPU per hop, floor = 1", lambda f: f.worst_ratio("plain", "floor", 10_000), 3.5),
    Target("plain, 300 live: CPU per hop, floor = 1", lambda f: f.worst_ratio("plain", "floor", 300), 7),
    Target("plain, 300 live: CPU per hop, curl --parallel = 1", lambda f: f.worst_ratio("plain", "curl", 300), 1),
    Target("growth: CPU per hop, 16,000 live against 500",
           lambda f: f.one("growth", live=16_000).cpu_us_per_hop / f.one("growth", live=500, hosts=10_000).cpu_us_per_hop,
           1.3),
    Target("growth: CPU per hop, 10,000 hosts against 100",
           lambda f: (f.one("growth", live=500, hosts=10_000).cpu_us_per_hop
                      / f.one("growth", live=500, hosts=100).cpu_us_per_hop), 1.3),
    Target("slow: connections open at one time", lambda f: f.one("slow").connections_most, 50_000, True, ""),
    Target("slow: peak RSS for each live walk",
           lambda f: f.one("slow").rss_kib / f.one("slow").job.site.case.live, 24, unit=" KiB"),
    Target("lines: time, ten times the lines", lambda f: f.all("lines")[1].wall_s / f.one("lines").wall_s, 10.5),
    Target("lines: peak RSS, ten times the lines", lambda f: f.all("lines")[1].rss_kib / f.one("lines").rss_kib, 1.2),
    Target("tails: requests off one for each different URL", requests_off, 0, unit=""),
    Target("tails: URLs/s, without the memo = 1",
           lambda f: f.one("tails", "detour-no-memo").wall_s / f.one("tails").wall_s, 3, True),
    Target("https: CPU per new connection, bare OpenSSL = 1",
           lambda f: f.one("https").cpu_s / f.one("https", "tls_floor").cpu_s, 1.4),
    Target("rows: rules, JSON, zstd of 3 hops, rows/s per core",
           lambda f: f.one("rows", "rows-3-hops").urls_per_cpu_s, 100_000, True, ""),
    Target("plain: share of rules and rows in the CPU time",
           lambda f: 100 * max(m.auditor_share for m in f.all("plain")), 15, unit=" %"),
    Target("names: names/s per core", lambda f: f.one("names").urls_per_cpu_s, 30_000, True, ""),
    Target("names: share answered when 2 % are lost and 2 % cut",
           lambda f: 100 if f.one("names-loss") else 0, 100, True, " %"),
)


def check(measured):
    """Prints each target that something was measured for."""
    figures = Figures(measured)
    print(f"\n{'target':<58}{'wanted':>16}{'measured':>14}")
    for target in TARGETS:
        try:
            value = target.value(figures)
        except (LookupError, ValueError):
            continue
        sense = "at least " if target.at_least else "at most "
        shown = f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"
        print(f"{target.text:<58}{sense + f'{target.limit:,}' + target.unit:>16}{shown + target.unit:>14}"
              f"  {'met' if target.met(value) else 'MISSED'}")
