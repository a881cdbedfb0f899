"""The project's own Python environment, made by uv from hashed locks.

uv itself comes from the machine's usual package index, through pip, into `.levier/tools`. No address of any index is known
here: pip's configuration is read and handed to uv, so that both ask the same places.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tools.setup.steps import PROJECT, STATE, Refusal, fingerprint, put_stamp, run, stamped, step, writable_folder

TOOLS = STATE / "tools"
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".levier-stamp"
UV_LOCK = PROJECT / "requirements" / "uv.txt"
LOCKS = {name: PROJECT / "requirements" / f"{name}.txt" for name in ("app", "dev")}
WANTED = "3.13"
OLDEST = (3, 12)


def uv() -> Path:
    """The pinned uv, installed on first need."""
    program = TOOLS / "bin" / "uv"
    stamp = TOOLS / "stamp"
    wanted = fingerprint(UV_LOCK)
    if program.exists() and stamped(stamp, wanted):
        return program
    with step("Outil d’installation (uv)"):
        shutil.rmtree(TOOLS, ignore_errors=True)
        if not _tools_environment():
            found = shutil.which("uv")
            if found:
                return Path(found)
            raise Refusal(
                "Ce Python n’a pas de quoi créer un environnement : installez le paquet python3-venv (ou pip), puis relancez."
            )
        pip = [TOOLS / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir"]
        run([*pip, "install", "--quiet", "--require-hashes", "-r", UV_LOCK], failure="uv n’a pas pu être installé.")
        put_stamp(stamp, wanted)
    return program


def _tools_environment() -> bool:
    """Make an environment with pip in it. Debian ships Python without the module that does: then ask its packages for it."""
    make = [sys.executable, "-m", "venv", TOOLS]
    try:
        run(make, failure="")
    except Refusal as refusal:
        if "disque" in str(refusal) or "lecture seule" in str(refusal):
            raise
        shutil.rmtree(TOOLS, ignore_errors=True)
    else:
        return True
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if install_debian(f"{version}-venv") or install_debian("python3-venv"):
        run(make, failure="L’environnement des outils n’a pas pu être créé.")
        return True
    return False


def install_debian(package: str) -> bool:
    """Install a Debian package where the machine is a Debian and lets us without asking; False otherwise."""
    if not shutil.which("apt-get"):
        return False
    prefix: list[str] = []
    if os.geteuid() != 0:
        if (
            not shutil.which("sudo")
            or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
        ):
            return False
        prefix = ["sudo", "-n"]
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    try:
        try:
            run([*apt, "install", "--no-install-recommends", package], failure="apt-get", timeout=900)
        except Refusal:
            run([*apt, "update"], failure="apt-get", timeout=300)
            run([*apt, "install", "--no-install-recommends", package], failure="apt-get", timeout=900)
    except Refusal:
        return False
    return True


def environment() -> dict[str, str]:
    """What uv is told: the machine's certificates and package index, a cache it can write."""
    told = {"UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1", "UV_NO_CONFIG": "1", "UV_PYTHON_PREFERENCE": "only-system"}
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path(os.environ.get("HOME") or "/nonexistent") / ".cache") / "uv"
    if "UV_CACHE_DIR" not in os.environ:
        told["UV_CACHE_DIR"] = str(writable_folder(cache, "uv"))
    told.update({name: value for name, value in _index_of_pip().items() if name not in os.environ})
    if "UV_EXTRA_INDEX_URL" in told:
        # Several indexes may hold a package: the hash in the lock, not the order of the indexes, says which file is ours.
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return told


def _index_of_pip() -> dict[str, str]:
    """The index, extra indexes and folders of files that pip is configured with, under the names that uv reads."""
    listing = subprocess.run(
        [TOOLS / "bin" / "python", "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_EXTRA_INDEX_URL", "find-links": "UV_FIND_LINKS"}
    found: dict[str, str] = {}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        name = names.get(key.rpartition(".")[2])
        if name:
            words = " ".join(shlex.split(value)).split()
            found[name] = ",".join(words) if name == "UV_FIND_LINKS" else " ".join(words)
    return found


def prepare(lock: str) -> None:
    """Make `.venv` hold what the lock names: `app` to run, `dev` to test. `dev` contains `app`, so it also serves for it."""
    digests = {name: fingerprint(path, also=str(VENV)) for name, path in LOCKS.items()}
    enough = (digests["dev"],) if lock == "dev" else (digests["app"], digests["dev"])
    if PYTHON.exists() and stamped(STAMP, *enough):
        return
    program = uv()
    told = environment()
    if not _new_enough(PYTHON):
        with step("Environnement Python"):
            _create(program, told)
    words = "Paquets Python" if lock == "app" else "Paquets Python, avec ceux des tests"
    with step(words):
        STAMP.unlink(missing_ok=True)
        run(
            [program, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, LOCKS[lock]],
            environment=told,
            failure="Les paquets Python n’ont pas pu être installés.",
        )
        _put_command()
        put_stamp(STAMP, digests[lock])


def _new_enough(python: str | Path) -> bool:
    try:
        done = subprocess.run(
            [str(python), "-c", f"import sys; sys.exit(sys.version_info[:2] < {OLDEST})"],
            capture_output=True,
            check=False,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def candidates() -> list[str]:
    """Every Python of this machine that may be new enough, the wanted one first; version managers' own folders included."""
    names = [f"python{WANTED}", "python3.14", "python3.12", "python3"]
    found = [path for name in names if (path := shutil.which(name))]
    found.append(sys.executable)
    for root in (os.environ.get("PYENV_ROOT"), Path.home() / ".pyenv" if os.environ.get("HOME") else None):
        if root and os.access(root, os.R_OK | os.X_OK):
            found += sorted(map(str, Path(root).glob("versions/3.1[2-9]*/bin/python3")), reverse=True)
    return list(dict.fromkeys(found))


def _create(program: Path, told: dict[str, str]) -> None:
    make = [program, "venv", "--quiet", "--clear", VENV, "--python"]
    for python in candidates():
        if _new_enough(python):
            run([*make, python], environment=told, failure="L’environnement Python n’a pas pu être créé.")
            return
    # None on the machine: uv knows how to fetch one, where the network lets it.
    managed = {
        **told,
        "UV_PYTHON_PREFERENCE": "only-managed",
        "UV_PYTHON_DOWNLOADS": "automatic",
        "UV_PYTHON_INSTALL_DIR": str(STATE / "python"),
    }
    try:
        run([*make, WANTED], environment=managed, failure="")
    except Refusal as refusal:
        raise Refusal(
            "Levier demande Python 3.12 ou plus récent ; aucun n’est sur cette machine et le télécharger n’a pas été possible : "
            "installez-en un (paquet python3.13, ou pyenv), puis relancez."
        ) from refusal


def _put_command() -> None:
    """The project itself: its folder on the path of the environment, and the command `levier`. Nothing is built."""
    (site_packages,) = (VENV / "lib").glob("python3.*/site-packages")
    (site_packages / "levier.pth").write_text(f"{PROJECT}\n", encoding="utf-8")
    command = VENV / "bin" / "levier"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -P -m levier "$@"\n', encoding="utf-8")
    command.chmod(0o755)


def lock() -> None:
    """Compute the locks anew from the `.in` files: hashes, no index address, the same for every machine."""
    program = uv()
    told = environment()
    compile_ = [program, "pip", "compile", "--quiet", "--generate-hashes", "--no-emit-index-url", "--no-header"]
    for name in ("uv", "node", "app", "dev"):
        source = PROJECT / "requirements" / f"{name}.in"
        with step(f"requirements/{name}.txt"):
            run(
                [
                    *compile_,
                    "--universal",
                    "--python-version",
                    ".".join(map(str, OLDEST)),
                    source,
                    "-o",
                    source.with_suffix(".txt"),
                ],
                environment=told,
                failure=f"Le verrou {name}.txt n’a pas pu être calculé.",
            )
