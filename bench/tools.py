"""The tools that are measured: how each is started on a site, and how it is known that it did the work.

A tool is one entry of TOOLS; a peer adds its own with the same fields.
"""
import glob
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Callable

from workloads import Site, per_host

CURL_PARALLEL_MAX = 300


@dataclass
class Job:
    """A site and its origin, ready to be walked."""
    site: Site
    origin: object  # server.Origin
    build: str
    cpus: tuple  # of the client, of the origin
    commit: str

    @property
    def folder(self):
        return self.site.folder


@dataclass(frozen=True)
class Tool:
    name: str
    command: Callable  # of a Job: the command line
    finished: Callable  # of a Job, after a run: URLs that were walked to their end as they should be
    there: Callable = lambda job: True  # of a Job: whether it can be measured here
    refine: Callable = lambda job, result: None  # of a Job and a measure.Result: what the tool knows better
    live_max: int = 1_000_000
    watch_threads: bool = False

    def live(self, job):
        return min(job.site.case.live, self.live_max)

    def log(self, job):
        return f"{job.folder}/{self.name}.log"


def floor_command(name, *more):
    def command(job):
        trust = ["--ca-file", job.origin.ca] if name == "tls_floor" else []
        return [f"{job.build}/{name}", "--port", str(job.origin.http), "--hosts", job.site.hosts_file, *trust,
                "-c", str(job.site.case.live), *more, job.site.list]
    return command


def floor(name, program=None, more=()):
    """A bare client; `name` if it is the program's as well."""
    def finished(job):
        with open(f"{job.folder}/{name}.log", encoding="ascii") as log:
            result = json.load(log)
        return result["urls"] - result["failures"]

    return Tool(name, floor_command(program or name, *more), finished,
                there=lambda job: os.access(f"{job.build}/{program or name}", os.X_OK))


def detour_command(*more):
    """Without robots.txt, which the others do not ask for either."""
    def command(job):
        site, origin = job.site, job.origin
        allow = ["--allow-address", "127.0.0.0/8"] if site.workload.network else []
        host = per_host(site.case)
        return [f"{job.build}/detour", "audit", site.list, "-o", f"{job.folder}/detour.out", "--force", "--quiet",
                "--connect-to", f":::{origin.http}", "--dns-server", f"127.0.0.1:{origin.dns}", "--ca-file", origin.ca,
                *allow, "--robots", "ignore", "-c", str(site.case.live), "--per-host", str(host), "--per-ip", str(max(64, host)),
                *site.workload.detour, *more]
    return command


def detour_manifest(job):
    with open(f"{job.folder}/detour.out/_manifest.json", encoding="utf-8") as file:
        return json.load(file)


def detour_finished(job):
    """Rows with the outcome that each must have."""
    return detour_manifest(job)["outcomes"].get(job.site.workload.outcome, 0)


def detour_knows(option):
    """Whether the detour of this build has the option."""
    def there(job):
        text = subprocess.run([f"{job.build}/detour", "help", "audit"], capture_output=True, text=True, check=False)
        return option in text.stdout + text.stderr
    return there


def rows(name, stages, *options):
    """Rows without a network; what counts is the time of these stages, without that of making the chains."""
    def command(job):
        return [f"{job.build}/bench_rows", "--rows", str(job.site.urls), "--rounds", "1", "--output", job.folder, *options]

    def refine(job, result):
        with open(TOOLS[name].log(job), encoding="ascii") as log:
            told = json.loads(log.read().splitlines()[-1])
        result.cpu_s = sum(told[f"{stage}_ns"] for stage in stages) * job.site.urls / 1e9

    return Tool(name, command, lambda job: job.site.urls, refine=refine)


def curl_command(job):
    with open(f"{job.folder}/curl.config", "w", encoding="ascii") as out:
        for number in range(job.site.urls):
            out.write(f'url="{job.site.url(number, f":{job.origin.http}")}"\noutput=/dev/null\n')
    return ["curl", "-sZ", "--no-progress-meter", "--parallel-max", str(min(job.site.case.live, CURL_PARALLEL_MAX)),
            "--location", "--noproxy", "*", "--resolve", f"*:{job.origin.http}:127.0.0.1",
            "-w", "%{http_code} %{num_redirects}\n", "-K", f"{job.folder}/curl.config"]


def curl_finished(job):
    wanted = f"200 {job.site.workload.requests - 1}\n"
    with open(f"{job.folder}/curl.log", encoding="ascii") as log:
        return sum(line == wanted for line in log)


TOOLS = {tool.name: tool for tool in (
    floor("floor"),
    # Without connections that wait for a later walk to the same host.
    floor("floor-close", "floor", ("--idle", "0")),
    floor("tls_floor"),
    floor("multi_floor"),
    # An auditor's thread with all that it does, and rules, JSON and zstd of shorter chains alone.
    rows("rows-thread", ("auditor",)),
    rows("rows-3-hops", ("rules", "json", "zstd"), "--hops", "3"),
    Tool("detour", detour_command(), detour_finished, watch_threads=True),
    Tool("detour-no-memo", detour_command("--memo-size", "0"), detour_finished, there=detour_knows("--memo-size")),
    # One address for all hosts spares curl the name server and is cheaper for it than --connect-to or many
    # addresses. It is measured only where its limit of transfers allows it.
    Tool("curl", curl_command, curl_finished, live_max=CURL_PARALLEL_MAX,
         there=lambda job: shutil.which("curl") and job.site.case.live <= CURL_PARALLEL_MAX),
)}
