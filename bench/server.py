"""The bundled origin as the bench uses it: on a core of its own, with its CPU time and its counters."""
import os
import signal
import subprocess

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Origin:
    """Serves a table on all of 127.0.0.0/8 until stop(). `http` and `dns` are its ports, `ca` the file of its CA."""

    def __init__(self, build, table, folder, cpus=None, options=(), port=0):
        self.process = subprocess.Popen(
            [f"{build}/origin", "--table", table, "--state", folder, "--bind", "127.0.0.0/8", "--port", str(port),
             "--die-with-parent", *options], stdout=subprocess.PIPE, text=True,
            preexec_fn=(lambda: os.sched_setaffinity(0, cpus)) if cpus else None)
        self.counted = self._read("ready")
        self.http, self.dns, self.ca = int(self.counted["http"]), int(self.counted["dns"]), self.counted["ca"]

    def _read(self, word):
        line = self.process.stdout.readline().split()
        if line[:1] != [word]:
            raise RuntimeError(f"the origin said {line}, not {word}")
        return dict(pair.split("=", 1) for pair in line[1:])

    def counters(self):
        """What it has served so far: requests, connections, and the most connections at one time since it was asked
        last."""
        self.process.send_signal(signal.SIGUSR2)
        return {name: int(value) for name, value in self._read("served").items()}

    def cpu_s(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
