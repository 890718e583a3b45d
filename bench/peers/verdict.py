"""What is wanted of detour beside its peers, and whether it was met."""

# URLs per CPU second as a multiple of a peer's.
AHEAD = 1
AHEAD_OF_SCRIPTS = 5
AHEAD_OF_SCANNER = 5
AHEAD_ON_SHARED_TAILS = 4


def wanted(workload, tool):
    if workload == "tails":
        return AHEAD_ON_SHARED_TAILS
    return {"script": AHEAD_OF_SCRIPTS, "scanner": AHEAD_OF_SCANNER}.get(tool.kind, AHEAD)


def verdicts(measured):
    """Lines that say, for each workload, concurrency and peer, the ratio, what it should be, and whether it is."""
    own = {(one.job.site.workload.name, one.job.site.case.live): one for one in measured if one.tool.name == "detour"}
    for one in measured:
        key = one.job.site.workload.name, one.job.site.case.live
        if one.tool.name == "detour" or key not in own:
            continue
        ratio, least = own[key].urls_per_cpu_s / one.urls_per_cpu_s, wanted(key[0], one.tool)
        yield (f"{'met' if ratio >= least else 'MISSED':7}{key[0]:12}{key[1]:>6} live  {ratio:6.1f} x {one.tool.name}, "
               f"wanted {least} x")
