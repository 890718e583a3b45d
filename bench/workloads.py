"""The workloads: what is walked, over how many hosts, with how many walks in flight.

A workload is one entry of WORKLOADS. Its full size is scale 1; each has a smaller scale that fits into minutes, and
any other can be asked for. write_site() makes what a run needs in a folder:

  table    for the bundled origin (tests/origin), which answers HTTP, TLS and DNS
  hosts    "name address" lines, for clients without a name server
  list     the URLs, one a line

Chains have 3 redirects and so 4 requests unless the workload says something else, and cross from a host to its www
host in the middle, as real ones do: the connection serves two requests, then another one is opened.
"""
from dataclasses import dataclass, field

# {path} is without the query, so chains that differ in it only meet after their first request.
CHAIN_RULES = ("prefix {scheme}://*/a/ 301 /b{{path}}\n"
               "prefix {scheme}://*/b/ 301 {scheme}://www.{{authority}}/c{{path}}\n"
               "prefix {scheme}://*/c/ 301 /d{{path}}\n"
               'prefix {scheme}://*/d/ 200 text "<!doctype html><title>{{words}}</title>"{delay}\n')
# No redirect, and no other host.
PAGE_RULES = 'prefix {scheme}://*/a/ 200 text "<!doctype html><title>{{words}}</title>"{delay}\n'


@dataclass(frozen=True)
class Case:
    """One measurement: walks in flight, and hosts (each with a www host beside)."""
    live: int
    hosts: int  # 0: one for each URL
    times: int = 1  # as many URLs as the workload says


@dataclass(frozen=True)
class Workload:
    name: str
    text: str
    urls: int  # at scale 1
    scale: float  # of `make bench`
    cases: tuple
    rules: str = CHAIN_RULES
    scheme: str = "http"
    requests: int = 4  # for one URL, by a client that does not remember answers
    connections: int = 2  # for one URL, by a client that keeps one for the next request to the host
    host: str = "h{i}.bench.example"  # {i} is its number, {half} is even or odd
    host_lines: str = ""  # of the origin's table; "": one for each host, with an address of its own
    inputs_per_page: int = 1  # URLs that differ in their query only: all requests but the first are the same
    delay: str = ""  # before the last answer
    network: bool = True  # False: loopback is not allowed to detour
    address: str = "127.{net}.{a}.{b}"
    outcome: str = "ok"  # of each row
    detour: tuple = ()  # options
    tools: tuple = ("floor", "detour")
    origin: tuple = ()  # options


# Addresses that detour does not contact, so nothing but names is asked for.
REFUSED = {"network": False, "requests": 0, "address": "10.{net}.{a}.{b}", "outcome": "blocked_address"}

WORKLOADS = {w.name: w for w in (
    Workload("plain", "HTTP, 3 redirects a URL", 100_000, 0.2,
             (Case(300, 1000), Case(10_000, 1000), Case(10_000, 10_000)), tools=("floor", "detour", "curl")),
    Workload("growth", "plain, with more walks and with more hosts", 300_000, 0.07,
             (Case(500, 100), Case(500, 10_000), Case(16_000, 10_000)), tools=("detour",)),
    Workload("tails", "HTTP, 20 URLs that differ in their query for each page: 3 of 4 requests are shared",
             1_000_000, 0.03, (Case(2000, 1000),), inputs_per_page=20, tools=("detour", "detour-no-memo")),
    Workload("https", "HTTPS, one URL a host: each pays a whole handshake", 5000, 0.5, (Case(1000, 5000),),
             rules=PAGE_RULES, scheme="https", requests=1, connections=1, tools=("tls_floor", "detour")),
    Workload("slow", "HTTP, answers after 15 s, so that all walks are in flight at one time", 50_000, 1,
             (Case(50_000, 12_500),), rules=PAGE_RULES, requests=1, connections=1,
             delay=" delay 15s", origin=("--threads", "4"), tools=("detour",),
             detour=("--hop-timeout", "60s", "--walk-timeout", "10m")),
    Workload("lines", "a long list, its addresses refused, and one ten times as long", 1_000_000, 0.05,
             (Case(2000, 1000), Case(2000, 1000, 10)), tools=("detour",), **REFUSED),
    Workload("onehost", "one host with a big allowance", 50_000, 0.4, (Case(256, 1),), tools=("floor", "detour")),
    Workload("rows", "rows of chains in memory", 200_000, 0.25, (Case(1, 1),),
             tools=("rows-thread", "rows-3-hops")),
    Workload("names", "a name for each URL, its address refused", 200_000, 0.25, (Case(2000, 0),),
             tools=("detour",), **REFUSED),
    Workload("names-loss", "the same; 2 % of the answers are dropped and 2 % are cut and come over TCP", 200_000, 0.1,
             (Case(2000, 0),), host="h{i}.{half}.bench.example", tools=("detour",),
             host_lines="host *.even.bench.example A 10.1.2.3 ttl 3600 dns timeout every 25\n"
                        "host *.odd.bench.example A 10.1.2.4 ttl 3600 dns truncate every 25\n", **REFUSED),
)}


def per_host(case):
    """What --per-host must be for `live` walks to be in flight over the hosts, each with its www host; 8 by default."""
    return max(8, -(-case.live // max(case.hosts, 1)))


@dataclass
class Site:
    """A workload at a size, as files in a folder."""
    workload: Workload
    case: Case
    urls: int
    folder: str
    hosts: int = field(init=False)
    pages: int = field(init=False)

    def __post_init__(self):
        self.hosts = self.case.hosts or self.urls
        self.pages = -(-self.urls // self.workload.inputs_per_page)

    @property
    def table(self):
        return f"{self.folder}/table"

    @property
    def hosts_file(self):
        return f"{self.folder}/hosts"

    @property
    def list(self):
        return f"{self.folder}/list"

    @property
    def requests(self):
        """Of a client that asks for each URL of each chain."""
        return self.urls * self.workload.requests

    @property
    def requests_distinct(self):
        """Different URLs on all chains: what a client asks for that remembers answers."""
        if not self.workload.requests:
            return 0
        return self.urls + self.pages * (self.workload.requests - 1)

    def names(self):
        """Name and address of each host that has a line."""
        sides = ((1, ""), (2, "www.")) if self.workload.requests > 1 else ((1, ""),)
        for i in range(0 if self.workload.host_lines else self.hosts):
            for net, prefix in sides:
                address = self.workload.address.format(net=net + i // 62500 * 2, a=i // 250 % 250, b=i % 250 + 1)
                yield prefix + self.host(i), address

    def host(self, number):
        return self.workload.host.format(i=number, half=("even", "odd")[number % 2])

    def url(self, number, port=""):
        """`port` is ":8080" for clients that cannot be told to connect to another one than the URL's."""
        page = number % self.pages
        query = f"?ref={number // self.pages}" if self.workload.inputs_per_page > 1 else ""
        return f"{self.workload.scheme}://{self.host(page % self.hosts)}{port}/a/page-{page}{query}"

    def write_list(self, path=None, port=""):
        """Redirects name the port that the request named, so a list with ports is walked with ports to its end."""
        with open(path or self.list, "w", encoding="utf-8") as out:
            for number in range(self.urls):
                out.write(self.url(number, port) + "\n")


def write_site(workload, case, scale, folder):
    site = Site(workload, case, max(round(workload.urls * scale), 1) * case.times, folder)
    with open(site.table, "w", encoding="utf-8") as table, open(site.hosts_file, "w", encoding="utf-8") as names:
        for name, address in site.names():
            table.write(f"host {name} A {address} ttl 3600\n")
            names.write(f"{name} {address}\n")
        table.write(workload.host_lines)
        table.write(workload.rules.format(scheme=workload.scheme, delay=workload.delay))
    site.write_list()
    return site
