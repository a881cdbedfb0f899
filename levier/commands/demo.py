"""`levier demo`: the demonstration, from nothing to a page that answers; what it starts stops with it."""

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from types import FrameType

import click

from levier import embedded
from levier.installation import (
    NAME,
    PACKAGE,
    SERVER,
    InstallationError,
    Marks,
    bring_up_to_date,
    fingerprint,
    read_marks,
    source_files,
    wanted_world,
    write_marks,
)

HOST = "127.0.0.1"
UNFINISHED = "unfinished"
"""The mark of a demonstration world that is being built: found at a start, it tells that the last build was cut."""
PATIENCE = 60
"""Seconds the pages may take to answer."""
ON_PARENTS_DEATH = 1
"""PR_SET_PDEATHSIG of Linux: the signal that a process asks for when its parent dies, however it dies."""


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Le port d’écoute, sur cette machine seulement.",
)
@click.option("--fresh", is_flag=True, help="Effacer la base de la démonstration et repartir de zéro.")
def demo(port: int, *, fresh: bool) -> int:
    """Ouvrir la démonstration : sa base, son monde fictif, ses pages."""
    began = time.monotonic()
    if os.environ.pop("DATABASE_URL", None):
        click.echo("DATABASE_URL est laissée de côté : la démonstration a sa propre base.")
    os.environ["LEVIER_DEMO"] = "1"
    os.environ["LEVIER_ADDRESS"] = f"http://{HOST}:{port}"
    os.environ["LEVIER_STATIC"] = "collected"
    os.environ.setdefault("LEVIER_CLAMD", "none")  # said on every piece
    _refuse_busy(port)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a shell may have had the first one ignored
        signal.signal(number, _leave)
    try:
        address = os.environ["DATABASE_URL"] = _database(fresh=fresh)
        _collect_static()
        _world(address)
        with _serving(port) as server:
            _welcome(port, time.monotonic() - began)
            code = server.wait()
        raise InstallationError(f"Le serveur des pages s’est arrêté de lui-même (code {code}).")
    except KeyboardInterrupt:
        click.echo("\nArrêt de la démonstration…")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if embedded.is_held(SERVER):
            embedded.start(SERVER).cleanup()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Show what is being done, and how long it took."""
    began = time.monotonic()
    terminal = sys.stdout.isatty()
    click.echo(f"  … {title}", nl=not terminal)
    try:
        yield
    except BaseException:
        click.echo("" if terminal else None)
        raise
    seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
    click.echo(f"{'\r' if terminal else ''}  ✓ {title} ({seconds} s)")


def _refuse_busy(port: int) -> None:
    """Refuse a port where something listens, or one that this account may not open."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise InstallationError(
                f"Ce compte n’a pas le droit d’ouvrir le port {port} : essayez « make demo PORT=8001 »."
            ) from error
        except OSError as error:
            other = port + 1 if port < 65535 else 8001
            raise InstallationError(
                f"Le port {port} est déjà pris par un autre programme : essayez « make demo PORT={other} »."
            ) from error


def _database(*, fresh: bool) -> str:
    with step("Base de données (PostgreSQL)"):
        server = embedded.start(SERVER)
        if fresh:
            embedded.drop_database(server, NAME)
        address = embedded.ensure_database(server, NAME)
        if read_marks(address).world == UNFINISHED:
            embedded.drop_database(server, NAME)
            address = embedded.ensure_database(server, NAME)
    bring_up_to_date(address, step)
    return address


def _collect_static() -> None:
    """Gather the pages' files under hashed names, where one of them changed."""
    from levier.settings import PROJECT, STATIC_ROOT

    assert STATIC_ROOT is not None
    sources = [path for folder in PACKAGE.glob("*/static") for path in source_files(folder)]
    lock = PROJECT / "package-lock.json"
    wanted = fingerprint(sources) + (str(lock.stat().st_mtime_ns) if lock.exists() else "")
    stamp = STATIC_ROOT / ".fingerprint"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    with step("Feuilles de style, scripts et images"):
        _django()
        from django.core.management import call_command

        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(wanted, encoding="utf-8")


def _django() -> None:
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def _world(address: str) -> None:
    """Build the fictitious world in an empty base; leave one that people have already worked in."""
    marks, wanted = read_marks(address), wanted_world()
    if marks.world == wanted:
        return
    if marks.world:
        click.echo(
            "  Le monde de démonstration livré a changé ; le vôtre est gardé. « make demo FRESH=1 » repart du nouveau."
        )
        return
    with step("Monde de démonstration : personnes, entreprises et contrats fictifs"):
        _django()
        from django.utils import timezone

        from levier.demonstration.world import build

        write_marks(address, Marks(marks.migrations, marks.reference, UNFINISHED))
        build(now=timezone.now(), say=lambda line: click.echo(f"      {line}"))
        write_marks(address, Marks(marks.migrations, marks.reference, wanted))


@contextlib.contextmanager
def _serving(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The HTTP server and its workers, in a group of their own, stopped on leaving."""
    with step("Serveur des pages"):
        server = subprocess.Popen(  # noqa: S603 - our own words
            [
                *(sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
                *(
                    "--workers",
                    "2",
                    "--blocking-threads",
                    "1",
                    "--no-ws",
                    "--respawn-failed-workers",
                    "--log-level",
                    "warning",
                ),
                *("--workers-kill-timeout", "5", "levier.wsgi:application"),
            ],
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread runs yet
        )
        try:
            _await_answer(port, server)
        except BaseException:
            _stop(server)
            raise
    try:
        yield server
    finally:
        _stop(server)


def _die_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):  # Linux alone has it; elsewhere _stop ends the server
        ctypes.CDLL(None).prctl(ON_PARENTS_DEATH, signal.SIGTERM)


def _await_answer(port: int, server: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if server.poll() is not None:
            raise InstallationError("Le serveur des pages n’a pas démarré ; ce qu’il en dit est ci-dessus.")
        connection = http.client.HTTPConnection(HOST, port, timeout=20)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise InstallationError(f"Les pages n’ont pas répondu en {PATIENCE} secondes.")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to end, then make it."""
    for number, patience in ((signal.SIGTERM, 8), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):  # it ended by itself: that is what is asked
            os.killpg(server.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):  # then the stronger signal follows
            server.wait(patience)
            return


def _welcome(port: int, seconds: float) -> None:
    from levier.demonstration.accounts import sign_ins

    click.echo(f"\nLevier est ouvert : http://{HOST}:{port}   (prêt en {f'{seconds:.1f}'.replace('.', ',')} s)\n")
    for person in sign_ins():
        click.echo(f"  {person.role:<20} {person.email:<26} {person.password:<26} {person.what}")
    click.echo("\nCtrl-C arrête tout.\n")
