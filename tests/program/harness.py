"""What the whole-program tests are made of: the built binary, and servers on loopback to run it against.

The binaries are named by DETOUR and ORIGIN (build/detour and build/origin if unset); PATIENCE is a factor for waits, as
sanitized builds are slower. Nothing here sleeps: servers say when they are ready, and the program ends by itself.
"""
import contextlib
import glob
import json
import os
import pwd
import re
import select
import socket
import subprocess
import tempfile
import unittest

DETOUR = os.environ.get("DETOUR", os.path.abspath("build/detour"))
ORIGIN = os.environ.get("ORIGIN", os.path.abspath("build/origin"))
PATIENCE = int(os.environ.get("PATIENCE", "1"))
RUN_SECONDS = 40 * PATIENCE

# ThreadSanitizer takes it for granted that a number is the same file in all threads, and sees races where each loop
# has a descriptor table of its own.
one_table = unittest.skipIf("thread" in os.environ.get("SANITIZE", ""), "ThreadSanitizer knows one descriptor table")

# Sanitizers keep what was freed for a while, and much beside it.
own_allocator = unittest.skipIf(os.environ.get("SANITIZE"), "sanitizers take memory of their own")


def free_port(address="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class Server:
    """A child process that is ready once it has printed a line that matches `ready`."""

    def __init__(self, command, ready, stream="stdout", **popen):
        self.said = ""
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if stream == "stdout" else subprocess.DEVNULL,
            stderr=subprocess.PIPE if stream == "stderr" else None, **popen)
        self.pipe = getattr(self.process, stream)
        os.set_blocking(self.pipe.fileno(), False)
        while not (match := re.search(ready, self.said)):
            if not select.select([self.pipe], [], [], 20 * PATIENCE)[0]:
                self.stop()
                raise RuntimeError(f"{command[0]} is not ready: {self.said}")
            data = self.pipe.read()
            if data == b"":
                raise RuntimeError(f"{command[0]} exited with {self.process.wait()}: {self.said}")
            self.said += (data or b"").decode(errors="replace")
        self.match = match

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(5 * PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.pipe.close()


class Origin:
    """tests/origin with a table of its own: HTTP and TLS on one port, DNS on another."""

    def __init__(self, table, folder):
        path = os.path.join(folder, "origin.table")
        self.log_path = os.path.join(folder, "origin.log")
        self.syncs = 0
        with open(path, "w", encoding="utf-8") as file:
            file.write(table)
        self.server = Server([ORIGIN, "--table", path, "--state", folder, "--log", self.log_path, "--die-with-parent"],
                             r"ready http=(\d+) dns=(\d+) ca=(\S+)")
        self.http, self.dns, self.ca = int(self.server.match[1]), int(self.server.match[2]), self.server.match[3]

    def options(self, robots="ignore"):
        """Every port leads to the origin, at the addresses that its DNS gives. By default no robots.txt is asked for,
        so that each request in the log is a hop's."""
        return ["--robots", robots, "--connect-to", f":::{self.http}", "--dns-server", f"127.0.0.1:{self.dns}", "--ca-file", self.ca,
                "--allow-address", "127.0.0.0/8"]

    def log(self, kind):
        """The log's lines of one kind so far (see log.h); requests have their fields as a dict beside.

        The origin answers one request of ours, and only once that is in the log all before it are."""
        self.syncs += 1
        name = f"sync-{self.syncs}.invalid"
        with socket.create_connection(("127.0.0.1", self.http)) as client:
            client.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            while client.recv(4096):
                pass
        with open(self.log_path, encoding="utf-8") as file:
            text = ""
            while f'"http://{name}/"' not in text or not text.endswith("\n"):
                text += file.read()
        lines = [json.loads(line) for line in text.splitlines()]
        for line in lines:
            line["fields"] = {name.lower(): value for name, value in line.get("headers", [])}
        return [line for line in lines if line["kind"] == kind and ".invalid/" not in line.get("url", "")]

    def requests(self):
        """The requests so far, in the order of their arrival."""
        return sorted(self.log("request"), key=lambda line: line["n"])


class Run:
    """A finished run of the program."""

    def __init__(self, args, code, stdout, stderr, out=None):
        self.args, self.code, self.stdout, self.stderr, self.out = args, code, stdout, stderr, out

    @property
    def parts(self):
        return sorted(glob.glob(os.path.join(glob.escape(self.out), "part-*.ndjson.zst")))

    @property
    def rows(self):
        """All rows, by number of the input line."""
        text = b"".join(unzstd(part) for part in self.parts) if self.out else self.stdout
        return sorted((json.loads(line) for line in text.splitlines()), key=lambda row: row["seq"])

    @property
    def inventory_path(self):
        return os.path.join(self.out, "inventory-00000.ndjson.zst")

    @property
    def inventory(self):
        """The findings on the whole list, in their order; none if there is no such file."""
        if not os.path.exists(self.inventory_path):
            return []
        return [json.loads(line) for line in unzstd(self.inventory_path).splitlines()]

    @property
    def manifest(self):
        with open(os.path.join(self.out, "_manifest.json"), encoding="utf-8") as file:
            return json.load(file)

    def __str__(self):
        return f"{' '.join(map(str, self.args))}\nexit {self.code}\n{self.stderr}"


def unzstd(path):
    return subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout


def detour(*args, stdin=b"", **popen):
    """Runs the program to its end. The run is a pipe's reader as scripts are: no terminal."""
    command = [DETOUR, *map(str, args)]
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=RUN_SECONDS, check=False, **popen)
    return Run(command, done.returncode, done.stdout, done.stderr.decode(errors="replace"))


class ProgramTest(unittest.TestCase):
    """Gives each class a folder, and each audit an output directory of its own."""

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="detour-"))
        cls.runs = 0

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def new_path(cls, name):
        """A path in the class's folder that was not given before."""
        cls.runs += 1
        return cls.path(f"{name}-{cls.runs}")

    @classmethod
    def write(cls, lines, name="list"):
        """An input file of these lines (a list of str or bytes) or of these bytes."""
        path = cls.new_path(name)
        with open(path, "wb") as file:
            file.write(lines if isinstance(lines, bytes) else
                       b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines))
        return path

    @classmethod
    def audit(cls, lines, *options, **popen):
        """Audits these lines into a directory."""
        out = cls.new_path("out")
        run = detour("audit", cls.write(lines), "-o", out, *options, **popen)
        run.out = out
        return run

    def check_row(self, row, expected):
        """Compares what `expected` names: keys of the row, or lists over its hops (urls, statuses ...)."""
        lists = {"urls": "url", "statuses": "status", "methods": "method", "errors": "error", "versions": "http_version"}
        got = {}
        for key in expected:
            if key in lists:
                got[key] = [hop[lists[key]] for hop in row["hops"]]
            elif key == "rules":  # those named are among the findings
                got[key] = sorted({f["rule"] for f in row["findings"]} & set(expected[key]))
            elif key == "requests":
                got[key] = len(row["hops"])
            else:
                got[key] = row[key]
        wanted = dict(expected, **({"rules": sorted(expected["rules"])} if "rules" in expected else {}))
        self.assertEqual(got, wanted, f"row: {json.dumps({k: v for k, v in row.items() if k != 'findings'})[:2000]}")


class OriginTest(ProgramTest):
    """A class whose TABLE the origin serves."""

    TABLE = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.origin = Origin(cls.TABLE, cls.folder)
        cls.addClassCleanup(cls.origin.server.stop)

    @classmethod
    def walk(cls, lines, *options, **popen):
        """Audits these lines against the origin; options given here come first and so win."""
        return cls.audit(lines, *options, *cls.origin.options(), **popen)

    def check_walks(self, cases, *options):
        """cases: (name, input line, what its row must hold). All are walked in one run."""
        run = self.walk([line for _, line, _ in cases], *options)
        self.assertEqual(run.code, 0, run)
        rows = run.rows
        self.assertEqual(len(rows), len(cases), run)
        for (name, _, expected), row in zip(cases, rows):
            with self.subTest(name):
                self.check_row(row, expected)
        return run


# ---- Real servers

def certificate(folder, names):
    """A throw-away CA and a certificate of it for these names. Returns the paths of ca, certificate, key."""
    ca, ca_key, cert, key = (os.path.join(folder, name) for name in ("ca.pem", "ca.key", "cert.pem", "cert.key"))
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, capture_output=True)

    openssl("req", "-x509", *new_key, "-keyout", ca_key, "-out", ca, "-days", "30", "-subj", "/CN=test CA")
    openssl("req", "-x509", *new_key, "-keyout", key, "-out", cert, "-days", "30", "-subj", f"/CN={names[0]}",
            "-CA", ca, "-CAkey", ca_key, "-addext", "basicConstraints=critical,CA:FALSE",
            "-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names))
    return ca, cert, key


@contextlib.contextmanager
def nginx(folder, servers):
    """Runs nginx as a child with these server blocks."""
    temps = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = f"user {pwd.getpwuid(os.getuid()).pw_name};\n" if os.geteuid() == 0 else ""
    config = os.path.join(folder, "nginx.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f"{user}daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log stderr notice;\n"
                   f"events {{ worker_connections 512; }}\n"
                   f"http {{\naccess_log {folder}/access.log;\n{temps}{servers}\n}}\n")
    server = Server(["nginx", "-p", folder, "-e", "stderr", "-c", config], r"start worker process \d+", stream="stderr")
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def unbound(folder, port, zones):
    """Runs unbound as a child that answers from these local-zone and local-data lines only."""
    config = os.path.join(folder, "unbound.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f'server:\n  interface: 127.0.0.1@{port}\n  do-daemonize: no\n  use-syslog: no\n  logfile: ""\n'
                   f'  verbosity: 1\n  num-threads: 1\n  username: ""\n  chroot: ""\n  directory: "{folder}"\n'
                   f'  pidfile: ""\n  access-control: 127.0.0.0/8 allow\n  do-not-query-localhost: no\n'
                   f'  module-config: "iterator"\n  local-zone: "." static\n{zones}\n'
                   f'remote-control:\n  control-enable: no\n')
    server = Server(["unbound", "-d", "-c", config], r"start of service", stream="stderr")
    try:
        yield server
    finally:
        server.stop()
