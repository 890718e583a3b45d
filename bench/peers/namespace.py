"""A network of our own: nothing but loopback, and a name server on it."""
import os
import subprocess
import sys

MARK = "DETOUR_BENCH_NAMESPACE"  # set for the program that runs inside


def enter(arguments):
    """Starts this program anew with a network and mounts of its own, unless that is where it runs. Root is not needed
    where the kernel lets users make namespaces."""
    if MARK in os.environ:
        return
    who = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", *who, "--net", "--mount", sys.executable, "-m", "peers", *arguments]
    os.execvpe(command[0], command, {**os.environ, MARK: "1"})


def set_up(folder):
    """Brings loopback up and makes 127.0.0.1 the name server. `folder` takes the file that stands for resolv.conf."""
    resolv = f"{folder}/resolv.conf"
    with open(resolv, "w", encoding="ascii") as file:
        file.write("nameserver 127.0.0.1\n")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "--bind", resolv, "/etc/resolv.conf"], check=True)
