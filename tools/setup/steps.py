"""How the set-up speaks, remembers and fails: one line a step, one stamp a step done, one plain sentence a failure."""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
STATE = Path(os.environ.get("LEVIER_STATE", PROJECT / ".levier"))
LOG = STATE / "setup.log"
"""Everything the tools print while setting up."""
SILENT_DAYS_KEPT = 10_000_000
"""Bytes above which the log starts again."""


class Refusal(Exception):  # noqa: N818 - a refusal is a sentence for a person, not an error of the program
    """What stops the set-up, said in one plain French sentence that tells what to do."""


def log_name() -> str:
    """The log's path as a person in the project's folder would type it."""
    return os.path.relpath(LOG, PROJECT) if LOG.is_relative_to(PROJECT) else str(LOG)


def open_state() -> None:
    """Make the folder of what this checkout writes."""
    STATE.mkdir(parents=True, exist_ok=True)
    if LOG.exists() and LOG.stat().st_size > SILENT_DAYS_KEPT:
        LOG.unlink()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time in a checkout; the second waits for the first and says so."""
    with (STATE / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Une autre préparation est en cours dans ce dossier : j’attends qu’elle finisse.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    print(line, flush=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Show what is being done, and how long it took once done."""
    began = time.monotonic()
    terminal = sys.stdout.isatty()
    print(f"  … {title}", end="" if terminal else "\n", flush=True)
    try:
        yield
    except BaseException:
        print(flush=True) if terminal else None
        raise
    seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
    print(f"\r  ✓ {title} ({seconds} s)" if terminal else f"  ✓ {title} ({seconds} s)", flush=True)


def fingerprint(*paths: Path, also: str = "") -> str:
    """A hash of those files' contents, and of what else decides the result."""
    digest = hashlib.sha256(also.encode())
    for path in paths:
        digest.update(path.read_bytes() if path.exists() else b"absent")
    return digest.hexdigest()[:24]


def stamped(stamp: Path, *wanted: str) -> bool:
    """Whether that step was done with one of those fingerprints."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() in wanted


def put_stamp(stamp: Path, value: str) -> None:
    stamp.write_text(value + "\n", encoding="utf-8")


FULL = "Le disque est plein : libérez de la place, puis relancez."
NO_ROOM = 5_000_000
"""Free bytes below which a failure that says nothing else is the disk's: some tools keep its words to themselves."""
SIGNS = (
    ("No space left on device", FULL),
    ("ENOSPC", FULL),
    ("Disk quota exceeded", "Votre quota de disque est atteint : libérez de la place, puis relancez."),
    ("Read-only file system", "Le dossier du projet est en lecture seule : rendez-le modifiable, puis relancez."),
    ("EROFS", "Le dossier du projet est en lecture seule : rendez-le modifiable, puis relancez."),
    (
        "Permission denied",
        "Un fichier du projet ne peut pas être écrit par ce compte : vérifiez son propriétaire, puis relancez.",
    ),
    ("EACCES", "Un fichier du projet ne peut pas être écrit par ce compte : vérifiez son propriétaire, puis relancez."),
    *(
        (sign, "Le registre des paquets ne répond pas : vérifiez la connexion au réseau, puis relancez.")
        for sign in (
            "Could not connect",
            "Failed to fetch",
            "error sending request",
            "dns error",
            "Temporary failure in name resolution",
            "Name or service not known",
            "Network is unreachable",
            "Connection refused",
            "NewConnectionError",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ENETUNREACH",
            "ETIMEDOUT",
            "timed out",
            "No matching distribution found",
        )
    ),
    ("HASH", "Un paquet reçu n’est pas celui que le verrou attend : rien n’a été installé."),
    ("Hash mismatch", "Un paquet reçu n’est pas celui que le verrou attend : rien n’a été installé."),
    ("EINTEGRITY", "Un paquet reçu n’est pas celui que le verrou attend : rien n’a été installé."),
)
"""What a tool prints when it fails, and what it means to a person. The first that is found is said."""


def meaning(output: str) -> str | None:
    """The plain sentence for a tool's output, where the cause is one of the known ones."""
    return next((sentence for sign, sentence in SIGNS if sign in output), None)


def _no_room() -> str | None:
    with contextlib.suppress(OSError):  # no folder to ask about: the failure has another cause
        return FULL if shutil.disk_usage(STATE).free < NO_ROOM else None
    return None


def run(
    command: Sequence[str | Path], *, failure: str, environment: Mapping[str, str] | None = None, timeout: int = 1800
) -> str:
    """Run a tool quietly, its words in the log; return what it printed.

    Raises Refusal, with the cause where it is a known one and `failure` where it is not.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=PROJECT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise Refusal(f"{failure} (« {words[0]} » est introuvable)") from error
    except subprocess.TimeoutExpired as error:
        raise Refusal(f"{failure} (sans réponse après {timeout // 60} minutes)") from error
    # The log is a convenience: a full disk is said by the step that failed on it.
    with contextlib.suppress(OSError), LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(words)}\n{done.stdout}\n")
    if done.returncode:
        raise Refusal(f"{meaning(done.stdout) or _no_room() or failure} Le détail est dans {log_name()}.")
    return done.stdout


def writable_folder(usual: Path, ours: str) -> Path:
    """The usual folder of a tool's cache where it can be written, else one of ours."""
    folder = usual
    while not folder.exists():
        folder = folder.parent
    return usual if os.access(folder, os.W_OK) else STATE / "cache" / ours


def refuse_full_disk(folder: Path, needed: int) -> None:
    """Refuse before starting when fewer than `needed` bytes are free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refusal(
            f"Il reste {free // 10**6} Mo sur le disque de {folder} et il en faut {needed // 10**6} : libérez de la place, puis relancez."
        )


def sentence_of(error: OSError) -> str:
    """The plain sentence for a failure of the file system."""
    where = f" ({error.filename})" if error.filename else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"Le disque est plein{where} : libérez de la place, puis relancez."
        case errno.EROFS:
            return f"Le dossier est en lecture seule{where} : rendez-le modifiable, puis relancez."
        case errno.EACCES | errno.EPERM:
            return (
                f"Ce compte n’a pas le droit d’écrire ici{where} : vérifiez le propriétaire du dossier, puis relancez."
            )
        case errno.ENOENT | errno.ENOTDIR | errno.EEXIST | errno.EISDIR:
            return f"Un dossier manque, ou autre chose est à sa place{where} : vérifiez ce chemin, puis relancez."
        case _:
            return f"Le système a refusé une opération{where}, avec le code {error.errno} : vérifiez le disque, puis relancez."
