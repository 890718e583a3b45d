"""See the package's own text in __init__.py."""
import argparse
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace

import measure

from . import __doc__ as ABOUT
from . import namespace
from .install import install_all
from .series import COMPARISONS, SLOW_RUN_S, compare
from .tools import peers
from .verdict import verdicts

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHOWN = {"workload": 12, "live": 7, "tool": 22, "lines": 8, "urls": 8, "urls_per_cpu_s": 15, "cpu_us_per_hop": 15,
         "cpu_us_min": 11, "cpu_us_max": 11, "urls_per_s": 11, "rss_mib": 9, "origin_cpu_pct": 15, "ratio": 10}


def parse_arguments():
    parser = argparse.ArgumentParser(prog="peers", description=ABOUT,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [comparison.workload.name for comparison in COMPARISONS]
    parser.add_argument("workload", nargs="*", help=f"all if none is named: {', '.join(names)}")
    parser.add_argument("--build", default="build", help="folder of detour and origin")
    parser.add_argument("--peers", default="build/peers", help="folder of the peers, installed if they are not there")
    parser.add_argument("--tool", action="append", help="only the tools whose names begin so; repeatable")
    parser.add_argument("--live", type=int, action="append", help="only with so many URLs in flight; repeatable")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=SLOW_RUN_S, help="of CPU time for a run of a slow tool, about")
    parser.add_argument("--limit", type=float, default=120, help="end a run after so many seconds")
    parser.add_argument("--lock", help="file to lock while tools run, for a machine on which others measure too")
    parser.add_argument("--temp-dir", help="for lists and rows")
    parser.add_argument("--results", default=f"{BENCH}/results.csv")
    options = parser.parse_args()
    unknown = set(options.workload) - set(names)
    if unknown:
        parser.error(f"there is no workload {', '.join(sorted(unknown))}")
    options.turns = measure.Turns(options.lock)
    return options


def show(row):
    print("".join(f"{row[name]:>{width}}" for name, width in SHOWN.items()), flush=True)


def run_comparison(comparison, tools, options, commit):
    """Runs, prints and saves the series of one workload."""
    everything = []
    if options.live:
        comparison = replace(comparison, sizes=tuple(size for size in comparison.sizes if size.live in options.live))
    for measured in compare(comparison, tools, options, commit):
        rows = [one.row for one in measured]
        for one, row in zip(measured, rows):
            row["cpu_ratio"] = f"{measured[0].urls_per_cpu_s / one.urls_per_cpu_s:.2f}"
            show({**row, "lines": one.job.site.urls, "ratio": row["cpu_ratio"]})
        measure.append(rows, options.results)
        everything += measured
    return everything


def main():
    options = parse_arguments()
    if namespace.MARK not in os.environ:
        install_all(options.peers)
    namespace.enter(sys.argv[1:])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.environ["PATH"] = f"{os.path.abspath(options.peers)}/venv/bin:{os.environ['PATH']}"
    commit = subprocess.run(["git", "-C", BENCH, "describe", "--always", "--dirty"], capture_output=True, text=True,
                            check=False).stdout.strip()
    tools = [tool for tool in peers(options.peers)
             if not options.tool or tool.name == "detour" or tool.name.startswith(tuple(options.tool))]
    measured = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        namespace.set_up(folder)
        show({**{name: name for name in SHOWN}, "ratio": "detour x"})
        for comparison in COMPARISONS:
            if not options.workload or comparison.workload.name in options.workload:
                measured += run_comparison(comparison, tools, options, commit)
    print("\nURLs per CPU second, detour's as a multiple of the peer's:")
    print("\n".join(verdicts(measured)))


main()
