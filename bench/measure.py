"""Running tools in turn, and what comes of it: times, memory, medians, lines of results.csv."""
import contextlib
import csv
import datetime
import fcntl
import os
import signal
import statistics
import subprocess
import time
from dataclasses import dataclass, field

COLUMNS = {
    "date": "when the series ended, UTC",
    "commit": "git describe of the tree",
    "cpus": "processors of the client and of the origin, as 1+1, or both together",
    "workload": "name in workloads.py",
    "live": "walks in flight",
    "hosts": "hosts, each with a www host beside",
    "urls": "lines of the list",
    "tool": "name in tools.py",
    "rounds": "runs that the medians are of",
    "requests": "answered by the origin in one run",
    "connections": "accepted by the origin in one run",
    "wall_s": "median of the wall time",
    "urls_per_s": "by wall time",
    "urls_per_cpu_s": "by CPU time",
    "cpu_us_per_hop": "median of user and system time for each hop that a URL takes, asked for or remembered",
    "cpu_us_min": "its smallest value",
    "cpu_us_max": "and its largest",
    "rss_mib": "median of the largest resident set",
    "origin_cpu_pct": "median of the origin's share of its processors while the tool ran",
    "cpu_ratio": "cpu_us_per_hop as a multiple of the first tool's in the same series",
}


@dataclass
class Result:
    """One run of one tool."""
    wall_s: float
    cpu_s: float
    rss_mib: float
    code: int
    errors: str
    threads: dict = field(default_factory=dict)  # CPU seconds by name of thread, up to the last look at them
    counted: dict = field(default_factory=dict)  # what the origin served meanwhile
    origin_cpu_s: float = 0


def half_of_cpus():
    """The processors of clients and those of the origin: halves of what there is, or all for both if it is one."""
    cpus = sorted(os.sched_getaffinity(0))
    half = len(cpus) // 2
    return (set(cpus[:half]), set(cpus[half:])) if half else (set(cpus), set(cpus))


class Turns:
    """A lock that programs share which measure on one machine. Without a path nothing is locked."""

    HOLD_S = 50  # it is given to others once it was held for so long

    def __init__(self, path):
        self.file = open(path, "w", encoding="ascii") if path else None
        self.held_since = None

    def take(self):
        if self.file and self.held_since is None:
            fcntl.flock(self.file, fcntl.LOCK_EX)
            self.held_since = time.monotonic()

    def offer(self):
        if self.held_since is not None and time.monotonic() - self.held_since >= self.HOLD_S:
            self.give()

    def give(self):
        if self.held_since is not None:
            fcntl.flock(self.file, fcntl.LOCK_UN)
            self.held_since = None


@contextlib.contextmanager
def turn(path):
    """One turn, as long as the block takes."""
    turns = Turns(path)
    turns.take()
    try:
        yield
    finally:
        turns.give()


def thread_times(pid):
    """CPU seconds of each thread that lives, by name."""
    times = {}
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/stat", encoding="ascii", errors="replace") as stat:
                head, tail = stat.read().rsplit(")", 1)
            name, fields = head.split("(", 1)[1], tail.split()
            times[name] = times.get(name, 0) + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return times


def run(command, log, cpus=None, limit_s=300, env=None, watch_threads=False):
    """Runs a command to its end, its standard output into the file `log`; kills it after limit_s."""
    threads = {}
    with open(log, "wb") as out, open(f"{log}.errors", "w+b") as errors:
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, env=env,
                                   start_new_session=True,
                                   preexec_fn=(lambda: os.sched_setaffinity(0, cpus)) if cpus else None)
        old = signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, limit_s)
        pid = 0
        while watch_threads and not pid:
            time.sleep(0.05)
            threads = {**threads, **{k: v for k, v in thread_times(process.pid).items() if v >= threads.get(k, 0)}}
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if not pid:
            _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - start
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()[-400:]
    return Result(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode, said, threads)


def run_against(origin, command, log, **options):
    """The same, with what the origin did meanwhile."""
    before, cpu_s = origin.counters(), origin.cpu_s()
    result = run(command, log, **options)
    result.origin_cpu_s = origin.cpu_s() - cpu_s
    after = origin.counters()
    result.counted = {name: after[name] - before[name] for name in ("requests", "connections")}
    result.counted["connections_most"] = after["connections_most"]
    return result


def median(results, value):
    return statistics.median(value(result) for result in results)


def row_of(job, tool, results, first):
    """A line of results.csv for a tool's rounds; `first` are those of the tool that ratios are of."""
    site = job.site
    hops = site.urls * max(site.workload.requests, 1)
    cpu_us = [result.cpu_s * 1e6 / hops for result in results]
    wall_s = median(results, lambda result: result.wall_s)
    cpu_s = median(results, lambda result: result.cpu_s)
    client, server = job.cpus
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "commit": job.commit,
        "cpus": f"{len(client)}+{len(server)}" if client != server else f"{len(client)}",
        "workload": site.workload.name, "live": tool.live(job), "hosts": site.hosts, "urls": site.urls,
        "tool": tool.name, "rounds": len(results),
        "requests": round(median(results, lambda result: result.counted.get("requests", 0))),
        "connections": round(median(results, lambda result: result.counted.get("connections", 0))),
        "wall_s": f"{wall_s:.3f}", "urls_per_s": round(site.urls / wall_s), "urls_per_cpu_s": round(site.urls / cpu_s),
        "cpu_us_per_hop": f"{statistics.median(cpu_us):.2f}", "cpu_us_min": f"{min(cpu_us):.2f}",
        "cpu_us_max": f"{max(cpu_us):.2f}", "rss_mib": f"{median(results, lambda result: result.rss_mib):.1f}",
        "origin_cpu_pct": round(100 * median(results, lambda r: r.origin_cpu_s / r.wall_s / len(server))),
        "cpu_ratio": f"{cpu_s / median(first, lambda result: result.cpu_s):.2f}",
    }


def append(rows, path):
    new = not os.path.exists(path)
    with open(path, "a", newline="", encoding="ascii") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(rows)
