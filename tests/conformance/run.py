#!/usr/bin/env python3
"""Scores the program on public case sets: run.py [--detour FILE] [--robots FILE] FOLDER

FOLDER holds, for each set, routes that a server answers with and what is expected of a client; tools that serve a set
in a network namespace of its own; and checkers. This adapter makes the URL list, runs `detour audit` on it there, and
turns the rows into the checkers' lines. Below a set's target it fails. Decisions on a robots.txt need no server: they
are asked of tests/formats/robots_decide.c.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

RUN_SECONDS = 600

# (set, expectations that are scored, checker, lowest score)
SETS = [
    ("location", lambda e: e["tier"] == "both", "check_reported.py", 310),
    ("location", lambda e: e["tier"] != "both", "check_reported.py", 380),
    ("redirect-table", lambda e: e["method"] == "GET", "check_reported.py", 68),
    ("redirect-table", lambda e: e["method"] != "GET", "check_reported.py", 42),
    ("maps/dart_dev", lambda e: True, "check_maps.py", 367),
    ("maps/ubuntu", lambda e: True, "check_maps.py", 1053),
    ("maps/ubuntu_2018_11", lambda e: True, "check_maps.py", 595),
    ("maps/msdocs_intune_2019", lambda e: True, "check_maps.py", 1472),
]
ROBOTS_TARGET = 140
PART = {0: "tier both", 1: "other tiers", 2: "GET", 3: "other methods"}

# What the checkers call the end of a chain. "%" stands for the last status.
ENDS = {
    "ok": "final:%", "client_error": "final:%", "server_error": "final:%",
    "not_followed": "stop:%", "missing_location": "stop:%", "empty_location": "stop:%",
    "redirect_limit": "too_many", "loop": "loop", "cookie_loop": "loop", "growing_url": "loop",
}


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_lines(path, values):
    with open(path, "w", encoding="utf-8") as file:
        for value in values:
            file.write(json.dumps(value) + "\n")


def result_of(row):
    """One row as the checkers want it."""
    start = re.sub(r"^[A-Z]+ +", "", row["input_url"])
    return {
        "start": start, "chain": [hop["url"] for hop in row["hops"]], "redirects": row["redirects"],
        "end": ENDS.get(row["outcome"], "error").replace("%", str(row["final_status"])),
        "status": row["final_status"], "final": row["final_url"], "outcome": row["outcome"],
    }


def audit(shared, folder, detour, cases, max_redirects):
    """Serves the set in `folder` and walks the cases' start URLs. Returns the rows.

    The memo is off and robots.txt is not asked for, so that the requests can be counted against the hops of all
    chains."""
    starts, out = os.path.join(folder, "list.txt"), os.path.join(folder, "out")
    shutil.rmtree(out, ignore_errors=True)
    with open(starts, "w", encoding="utf-8") as file:
        for case in cases:
            method = case.get("method", "GET")
            file.write((f"{method} " if method != "GET" else "") + case["start"] + "\n")
    env = dict(os.environ, HSTATE=os.path.join(folder, "state"))
    command = [os.path.join(shared, "run_case_set.sh"), folder, "--", detour, "audit", starts, "-o", out,
               "--ca-file", os.path.join(env["HSTATE"], "ca.pem"), "--allow-address", "0.0.0.0/0",
               "--allow-address", "::/0", "--max-redirects", str(max_redirects), "--body", "body", "--memo-size", "0",
               "--robots", "ignore", "--quiet"]
    run = subprocess.run(command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                         timeout=RUN_SECONDS, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"detour exited with {run.returncode}: {run.stderr.strip()[-2000:]}")
    rows = []
    for part in sorted(glob.glob(os.path.join(out, "part-*.zst"))):
        text = subprocess.run(["zstd", "-dcq", part], check=True, capture_output=True).stdout
        rows += [json.loads(line) for line in text.splitlines()]
    if len(rows) != len(cases):
        raise RuntimeError(f"{len(rows)} rows for {len(cases)} lines")
    return rows


def walk_set(shared, name, detour, folder):
    """Walks all cases of a set, those with a redirect limit of their own in runs of their own."""
    shutil.copytree(os.path.join(shared, name), folder)
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    cases = read_lines(os.path.join(folder, "expect.jsonl"))
    rows = []
    for limit in sorted({case.get("max_redirs", 20) for case in cases}):
        rows += audit(shared, folder, detour, [c for c in cases if c.get("max_redirs", 20) == limit], limit)
    write_lines(os.path.join(folder, "results.jsonl"), map(result_of, rows))
    return cases


def check(shared, folder, checker, cases):
    """Returns passed, failed, requests too many or too few on the wire, and the checker's list of misses."""
    expect = os.path.join(folder, "scored.jsonl")
    write_lines(expect, cases)
    command = [sys.executable, os.path.join(shared, checker), expect, os.path.join(folder, "results.jsonl")]
    if checker == "check_maps.py":
        command.append(os.path.join(folder, "wire.jsonl"))
    text = subprocess.run(command + ["--list"], check=True, capture_output=True, text=True).stdout
    passed, failed = map(int, re.search(r"^(\d+) passed, (\d+) failed$", text, re.MULTILINE).groups())
    wire = re.search(r"missing (\d+) extra (\d+)", text)
    return passed, failed, sum(map(int, wire.groups())) if wire else 0, text


def score_robots(shared, decide):
    """Returns how many decisions are as wanted and how many are missing to the target."""
    good, wrong = 0, []
    cases = read_lines(os.path.join(shared, "robots", "google_robots_cases.jsonl"))
    for case in cases:
        run = subprocess.run([decide, case["agent"], case["url"]], input=case["robots"].encode(), check=True,
                             capture_output=True)
        if (run.stdout == b"allowed\n") == case["allowed"]:
            good += 1
        else:
            wrong.append(f"     {case['test']}: {case['agent']} {case['url']}: {run.stdout.decode().strip()}")
    short = max(0, ROBOTS_TARGET - good)
    print(f"{'FAIL' if short else 'ok  '} {'robots':<30} {good:>5} of {len(cases):<5} target {ROBOTS_TARGET}", flush=True)
    print("".join(f"{line[:300]}\n" for line in wrong[:40]), end="", flush=True)
    return good, short


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--detour", default="build/detour")
    parser.add_argument("--robots", default="build/tests/formats/robots_decide")
    parser.add_argument("folder")
    args = parser.parse_args()
    shared, detour = os.path.abspath(args.folder), os.path.abspath(args.detour)
    if not os.path.isdir(shared):
        print(f"skipped: there is no {args.folder}; set SHARED to the folder with the case sets")
        return 0
    if os.geteuid() != 0:
        print("skipped: the case sets need root, for a network namespace")
        return 0

    passed, failed = score_robots(shared, os.path.abspath(args.robots))
    with tempfile.TemporaryDirectory(prefix="detour-conformance-") as top:
        walked = {}
        for index, (name, scored, checker, target) in enumerate(SETS):
            folder = os.path.join(top, name.replace("/", "-"))
            if name not in walked:
                try:
                    walked[name] = walk_set(shared, name, detour, folder)
                except (RuntimeError, subprocess.TimeoutExpired) as error:
                    print(f"FAIL {name}: {error}", flush=True)
                    walked[name] = None
            if walked[name] is None:
                failed += target
                continue
            good, bad, wire, text = check(shared, folder, checker, list(filter(scored, walked[name])))
            short = max(0, target - good) + wire
            passed, failed = passed + good, failed + short
            on_wire = f", {wire} requests too many or too few" if checker == "check_maps.py" else ""
            title = f"{name} {PART.get(index, '')}".strip()
            print(f"{'FAIL' if short else 'ok  '} {title:<30} {good:>5} of {good + bad:<5} target {target}{on_wire}",
                  flush=True)
            if bad or wire:
                print("".join(f"     {line[:300]}\n" for line in text.splitlines()[:40]), end="", flush=True)
    # A case missed within a target's allowance counts as neither.
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
