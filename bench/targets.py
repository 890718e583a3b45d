"""What is wanted of detour, as ratios within one series, and whether it was met."""
from dataclasses import dataclass


@dataclass
class Measured:
    job: object
    tool: object
    results: list


def check(measured):
    del measured
