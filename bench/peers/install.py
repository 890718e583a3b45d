"""Installs the peers into a folder, each with the ordinary client of its registry; what cannot be had is left out.

A recipe is a Recipe in RECIPES. Versions are pinned so that figures can be repeated. What is there in the wanted
version is left as it is; what failed is tried again the next time.
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Callable

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT_S = 3600
HTTPX = "1.8.1"
LYCHEE = "0.24.2"


class Failed(Exception):
    """Why a peer cannot be had."""


@dataclass(frozen=True)
class Recipe:
    name: str
    version: str
    steps: Callable  # of the folder; raises Failed


def run(*command, **environment):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=LIMIT_S, env={**os.environ, **environment},
                              check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(str(error)) from error
    if done.returncode:
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        raise Failed(f"{command[0]}: {' '.join(lines[-2:])[-400:]}")
    return done.stdout


def need(program, package, advice):
    """Has apt install a program that is not there."""
    if shutil.which(program):
        return
    try:
        run(*([] if os.geteuid() == 0 else ["sudo", "-n"]), "apt-get", "-qq", "install", "-y",
            "--no-install-recommends", package, DEBIAN_FRONTEND="noninteractive")
    except Failed as error:
        raise Failed(f"no {program}: {advice}") from error


def install_httpx(folder):
    # The go command fetches a newer toolchain by itself, from version 1.21 on. Built in its folder and not by "go
    # install", which asks for the list of all versions besides: not every mirror has that.
    need("go", "golang-go", "Go 1.24 or later, or 1.21 with GOTOOLCHAIN=auto, builds it")
    told = run("go", "mod", "download", "-json", f"github.com/projectdiscovery/httpx@v{HTTPX}")
    module = json.loads(told[told.index("{"):])  # behind what it says of its progress
    run("go", "-C", module["Dir"], "build", "-mod=readonly", "-o", f"{folder}/bin/httpx", "./cmd/httpx", GOTOOLCHAIN="auto")


def install_lychee(folder):
    # Without the feature it refuses names in .example, which the bench's are.
    need("cargo", "cargo", "Rust 1.88 or later builds it")
    run("cargo", "install", "--quiet", "--locked", "--root", folder, "--features", "check_example_domains",
        f"lychee@{LYCHEE}", CARGO_TARGET_DIR=f"{folder}/cargo")
    shutil.rmtree(f"{folder}/cargo", ignore_errors=True)


def install_go_script(folder):
    need("go", "golang-go", "any Go builds it")
    run("go", "build", "-o", f"{folder}/bin/go_script", f"{HERE}/scripts/go_script.go")


def install_python(folder):
    venv = f"{folder}/venv"
    shutil.rmtree(venv, ignore_errors=True)
    run(sys.executable, "-m", "venv", venv)
    run(f"{venv}/bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", f"{HERE}/requirements.txt")


def requirements():
    with open(f"{HERE}/requirements.txt", encoding="ascii") as file:
        return " ".join(file.read().split())


def stamp_of_script():
    """The script's own text is its version: a change builds it again."""
    with open(f"{HERE}/scripts/go_script.go", encoding="ascii") as file:
        return hashlib.sha256(file.read().encode()).hexdigest()[:12]


def recipes():
    return (Recipe("python", requirements(), install_python),
            Recipe("go-script", stamp_of_script(), install_go_script),
            Recipe("httpx", HTTPX, install_httpx),
            Recipe("lychee", LYCHEE, install_lychee))


def install_all(folder):
    """Installs what is missing, and says what could not be had and why."""
    folder = os.path.abspath(folder)
    os.makedirs(f"{folder}/bin", exist_ok=True)
    for recipe in recipes():
        stamp = f"{folder}/{recipe.name}.installed"
        if os.path.exists(stamp):
            with open(stamp, encoding="ascii") as file:
                if file.read() == recipe.version:
                    continue
            os.unlink(stamp)
        print(f"bench-peers: installing {recipe.name} {recipe.version}", flush=True)
        try:
            recipe.steps(folder)
        except Failed as error:
            print(f"bench-peers: skipped: {recipe.name}: {error}", flush=True)
            continue
        with open(stamp, "w", encoding="ascii") as file:
            file.write(recipe.version)
