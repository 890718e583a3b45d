#!/usr/bin/env python3
"""Measures detour on loopback: workloads.py says on what, tools.py beside what, targets.py what is wanted.

Each workload is served by the bundled origin. The origin has half of the processors and the client the other half, so
neither slows the other down; origin_cpu_pct shows that the client was not kept waiting. The tools take turns, a run
each, for a number of rounds. All runs must finish all URLs as they should; one that does not ends the measurement.
What comes out is printed, and appended to results.csv, whose columns are explained in measure.py.

Times of different machines or days say little; ratios within one series are what to compare.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import measure
import targets
from server import Origin
from tools import TOOLS, Job
from workloads import WORKLOADS, Case, write_site

HERE = os.path.dirname(os.path.abspath(__file__))
SHOWN = {"workload": 9, "live": 7, "hosts": 7, "urls": 9, "tool": 15, "urls_per_s": 11, "cpu_us_per_hop": 15,
         "cpu_us_min": 11, "cpu_us_max": 11, "rss_mib": 9, "origin_cpu_pct": 15, "cpu_ratio": 10}


def measure_rounds(job, tools, options):
    """The rounds' results of each tool, by name. A tool that does not do its work ends the program."""
    results = {tool.name: [] for tool in tools}
    commands = {tool.name: tool.command(job) for tool in tools}
    for _ in range(options.rounds):
        options.turns.take()
        for tool in tools:
            results[tool.name].append(run_once(job, tool, commands[tool.name], options))
        options.turns.offer()
    options.turns.give()
    return results


def run_once(job, tool, command, options):
    result = measure.run_against(job.origin, command, tool.log(job), cpus=job.cpus[0], limit_s=options.limit,
                                 watch_threads=tool.watch_threads)
    done = tool.finished(job) if result.code == 0 else 0
    if done != job.site.urls:
        sys.exit(f"bench: {tool.name} finished {done} of {job.site.urls} URLs, exit code {result.code}\n"
                 f"{result.errors}")
    tool.refine(job, result)
    return result


def measure_case(workload, case, options, commit):
    """Lines of results.csv for one case, and the results they are made of."""
    cpus = (None, None) if options.no_pin else measure.half_of_cpus()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.temp_dir) as folder:
        site = write_site(workload, case, workload.scale if options.scale is None else options.scale, folder)
        origin = Origin(options.build, site.table, folder, cpus[1], workload.origin)
        everywhere = os.sched_getaffinity(0)
        job = Job(site, origin, options.build, (cpus[0] or everywhere, cpus[1] or everywhere), commit)
        try:
            tools = [TOOLS[name] for name in options.tool or workload.tools if TOOLS[name].there(job)]
            if workload.scheme == "https":
                warm_up(job, options)
            results = measure_rounds(job, tools, options)
        finally:
            origin.stop()
    first = next(iter(results.values()), None)
    rows = [measure.row_of(job, tool, results[tool.name], first) for tool in tools]
    return rows, [targets.Measured(job, tool, results[tool.name]) for tool in tools]


def warm_up(job, options):
    """Has the origin sign its certificates, which it does when a client names a host."""
    tool = TOOLS["tls_floor"]
    options.turns.take()
    measure.run(tool.command(job), tool.log(job), cpus=job.cpus[0], limit_s=options.limit)


def show(row):
    print("".join(f"{row[name]:>{width}}" for name, width in SHOWN.items()), flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workload", nargs="*", help=f"all if none is named: {', '.join(WORKLOADS)}")
    parser.add_argument("--scale", type=float, help="of the workloads' full size; the default is of each its own")
    parser.add_argument("--live", type=int, help="this many walks in flight, instead of the workload's cases")
    parser.add_argument("--hosts", type=int, help="over this many hosts; with --live")
    parser.add_argument("--tool", action="append", choices=TOOLS, help="only this one; repeatable")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=300, help="end a run after so many seconds")
    parser.add_argument("--build", default="build", help="folder of detour, origin and the floors")
    parser.add_argument("--no-pin", action="store_true", help="let client and origin share all processors")
    parser.add_argument("--lock", help="file to lock while measuring, on a machine where others measure too")
    parser.add_argument("--temp-dir", help="for lists and rows")
    parser.add_argument("--results", default=f"{HERE}/results.csv")
    options = parser.parse_args()
    unknown = set(options.workload) - set(WORKLOADS)
    if unknown:
        parser.error(f"there is no workload {', '.join(sorted(unknown))}")
    options.turns = measure.Turns(options.lock)
    return options


def main():
    options = parse_arguments()
    commit = subprocess.run(["git", "-C", HERE, "describe", "--always", "--dirty"], capture_output=True, text=True,
                            check=False).stdout.strip()
    measured = []
    show({name: name for name in SHOWN})
    for name in options.workload or WORKLOADS:
        workload = WORKLOADS[name]
        cases = [Case(options.live, options.hosts or 1000)] if options.live else workload.cases
        for case in cases:
            rows, results = measure_case(workload, case, options, commit)
            measure.append(rows, options.results)
            measured += results
            for row in rows:
                show(row)
    targets.check(measured)


if __name__ == "__main__":
    main()
