#!/usr/bin/env python3
"""Measures detour against the floor, and curl as a peer, on loopback.

A synthetic site is served by the bundled origin: HOSTS hosts on addresses of their own, each URL a
chain of three hops, of which the first two are on one host and the third on another. The same
list is walked by build/floor (a bare epoll client: the least that this work costs), by detour with
name server, politeness, rules and output as in real life, and by `curl -Z --location` if it is
installed. The tools take turns; of each the round with the median wall time counts and is appended
to results.csv as one line:

  date, commit, cpus, tool, urls, hops, concurrency, wall_s, urls_per_s, hops_per_s,
  cpu_us_per_hop   user and system time of the tool, from wait4
  rss_mib          its largest resident set
  wall_ratio       wall time, as a multiple of the floor's in the same run
  cpu_ratio        CPU time per hop, likewise

Times of different machines or days say little; the ratios are what to compare. curl gets one
--connect-to for all hosts instead of a name server and at most 300 transfers, its own limit.
"""
import argparse
import csv
import datetime
import glob
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ["date", "commit", "cpus", "tool", "urls", "hops", "concurrency", "wall_s", "urls_per_s", "hops_per_s",
           "cpu_us_per_hop", "rss_mib", "wall_ratio", "cpu_ratio"]
HOPS_PER_URL = 3
CURL_PARALLEL_MAX = 300


def write_site(directory, hosts, urls):
    """Table for the origin, names for the floor, list for all."""
    with open(f"{directory}/table", "w") as table, open(f"{directory}/hosts", "w") as names:
        for i in range(hosts):
            for net, prefix in (1, ""), (2, "www."):
                name, address = f"{prefix}h{i}.bench.example", f"127.{net}.{i // 250}.{i % 250 + 1}"
                table.write(f"host {name} A {address} ttl 3600\n")
                names.write(f"{name} {address}\n")
        table.write("prefix http://*/a/ 301 /b/{rest}\n"
                    "prefix http://*/b/ 301 http://www.{host}/c/{rest}\n"
                    'prefix http://*/c/ 200 text "<!doctype html><title>{words}</title>"\n')
    with open(f"{directory}/list", "w") as out, open(f"{directory}/curl", "w") as config:
        for i in range(urls):
            url = f"http://h{i % hosts}.bench.example/a/page-{i}"
            out.write(url + "\n")
            config.write(f'url="{url}"\noutput=/dev/null\n')


def start_origin(build, directory, threads):
    process = subprocess.Popen([f"{build}/origin", "--table", f"{directory}/table", "--bind", "127.0.0.0/8",
                                "--threads", str(threads), "--die-with-parent"], stdout=subprocess.PIPE, text=True)
    ready = dict(word.split("=", 1) for word in process.stdout.readline().split()[1:])
    return process, ready["http"], ready["dns"]


def measure(command, limit_s, log):
    """Runs a command; its wall time, CPU time and peak memory. Ends it after limit_s."""
    with open(log, "wb") as out:
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE,
                                   start_new_session=True)
        old = signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.setitimer(signal.ITIMER_REAL, limit_s)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - start
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
        process.returncode = os.waitstatus_to_exitcode(status)
    return {"wall_s": wall_s, "cpu_s": usage.ru_utime + usage.ru_stime, "rss_mib": usage.ru_maxrss / 1024,
            "code": process.returncode, "errors": errors.decode(errors="replace").strip()[-400:]}


def finished_by_floor(directory):
    with open(f"{directory}/floor.log") as log:
        result = json.load(log)
    return result["urls"] - result["failures"]


def finished_by_curl(directory):
    with open(f"{directory}/curl.log") as log:
        return sum(line == "200 2\n" for line in log)


def finished_by_detour(directory):
    parts = sorted(glob.glob(f"{directory}/detour.out/part-*.zst"))
    rows = subprocess.run(["zstd", "-dcq", *parts], stdout=subprocess.PIPE, check=True).stdout
    return rows.count(b'"outcome":"ok"')


def tools(build, directory, http, dns, concurrency):
    """Name, command, how to count the URLs it finished, walks in flight, rounds it takes part in."""
    yield ("floor", [f"{build}/floor", "--port", http, "--hosts", f"{directory}/hosts", "-c", str(concurrency),
                     f"{directory}/list"], finished_by_floor, concurrency, None)
    if os.access(f"{build}/detour", os.X_OK):
        yield ("detour", [f"{build}/detour", "audit", f"{directory}/list", "-o", f"{directory}/detour.out", "--force",
                          "--quiet", "--connect-to", f":::{http}", "--dns-server", f"127.0.0.1:{dns}",
                          "--allow-address", "127.0.0.0/8", "-c", str(concurrency)],
               finished_by_detour, concurrency, None)
    if shutil.which("curl"):
        parallel = min(concurrency, CURL_PARALLEL_MAX)
        yield ("curl", ["curl", "-sZ", "--no-progress-meter", "--parallel-max", str(parallel), "--location",
                        "--noproxy", "*", "--connect-to", f"::127.0.0.1:{http}", "-w", "%{http_code} %{num_redirects}\n",
                        "-K", f"{directory}/curl"], finished_by_curl, parallel, 1)


def run_rounds(options, directory, http, dns):
    """Every tool's measurements by name, in the order of the tools."""
    results = {}
    deadline = time.monotonic() + options.seconds
    for number in range(options.rounds):
        for name, command, finished, concurrency, rounds in tools(options.build, directory, http, dns,
                                                                  options.concurrency):
            left_s = deadline - time.monotonic()
            if (rounds is not None and number >= rounds) or (results.get(name) and left_s < results[name][-1]["wall_s"] * 1.5):
                continue
            result = measure(command, max(left_s, 1), f"{directory}/{name}.log")
            result["concurrency"] = concurrency
            done = finished(directory) if result["code"] == 0 else 0
            if done != options.urls:
                sys.exit(f"bench: {name} finished {done} of {options.urls} URLs, exit code {result['code']}\n"
                         f"{result['errors']}")
            results.setdefault(name, []).append(result)
    return results


def row_of(name, result, floor, options, commit):
    hops = options.urls * HOPS_PER_URL
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "commit": commit,
            "cpus": len(os.sched_getaffinity(0)), "tool": name, "urls": options.urls, "hops": hops,
            "concurrency": result["concurrency"], "wall_s": f"{result['wall_s']:.3f}",
            "urls_per_s": round(options.urls / result["wall_s"]), "hops_per_s": round(hops / result["wall_s"]),
            "cpu_us_per_hop": f"{result['cpu_s'] * 1e6 / hops:.1f}", "rss_mib": f"{result['rss_mib']:.1f}",
            "wall_ratio": f"{result['wall_s'] / floor['wall_s']:.2f}",
            "cpu_ratio": f"{result['cpu_s'] / floor['cpu_s']:.2f}"}


def median_of(rounds):
    middle = statistics.median_low(result["wall_s"] for result in rounds)
    return next(result for result in rounds if result["wall_s"] == middle)


def report(rows, results_file):
    new = not os.path.exists(results_file)
    with open(results_file, "a", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(rows)
    shown = COLUMNS[3:]
    for row in [dict(zip(shown, shown)), *rows]:
        print("".join(f"{row[column]:>{9 if column == 'tool' else 15}}" for column in shown))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="directory of detour, origin and floor")
    parser.add_argument("--urls", type=int, default=20000)
    parser.add_argument("--hosts", type=int, default=300)
    parser.add_argument("-c", "--concurrency", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=50, help="begin nothing that would end later")
    parser.add_argument("--origin-threads", type=int, default=1)
    parser.add_argument("--results", default=f"{HERE}/results.csv")
    options = parser.parse_args()
    commit = subprocess.run(["git", "-C", HERE, "describe", "--always", "--dirty"], capture_output=True,
                            text=True).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        write_site(directory, options.hosts, options.urls)
        origin, http, dns = start_origin(options.build, directory, options.origin_threads)
        try:
            results = run_rounds(options, directory, http, dns)
        finally:
            origin.terminate()
            origin.wait()
    floor = median_of(results["floor"])
    report([row_of(name, median_of(rounds), floor, options, commit) for name, rounds in results.items()],
           options.results)


if __name__ == "__main__":
    main()
