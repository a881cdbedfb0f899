"""`levier anchor`: the digest of everything that only grows, to be kept outside the database; `levier verify --anchor FILE` compares.

A hash chain without an outside anchor proves little: whoever owns the database can cut its tail off or write it all again. The anchor says,
for each append-only table, how many rows it had, up to which one, and their SHA-256 over the columns it names. The ledger's rows are taken by
their chained hash, which `ledger_chain` recomputes from the rows.

Where `openssl` is there, FILE.tsq is a time-stamp query (RFC 3161) to send to an authority, whose answer is kept as FILE.tsr.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

FORM = 1
GRACE = timedelta(minutes=10)
"""An action keeps the instant at which it began: rows that late are not yet suspicious."""
INSTANTS = ("at", "sealed_at", "decided_at", "created_at")
BY_HASH = {"hours_ledgerentry": ["id", "commitment_id", "hash"]}


@click.command()
@click.option("--out", "path", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Fichier à écrire.")
@click.option(
    "--tsa-config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Horodater par une autorité locale.",
)
def anchor(path: Path, tsa_config: Path | None) -> None:
    """Écrire l’empreinte de tout ce qui ne fait que croître, à garder hors de la base.

    Avec openssl, écrit aussi la demande d’horodatage FICHIER.tsq (RFC 3161), à envoyer à une autorité.
    """
    from django.utils import timezone

    taken = take(timezone.now())
    path.write_bytes(canonical(taken))
    rows = sum(table["rows"] for table in taken["tables"].values())
    click.echo(f"{len(taken['tables'])} tables, {rows} lignes. Racine {taken['root']}")
    if query(path):
        click.echo(f"Demande d’horodatage : {path}.tsq")
        if tsa_config:
            reply(path, tsa_config)
            click.echo(f"Horodatage : {path}.tsr")
    else:
        click.echo(
            "openssl n’est pas là : gardez ce fichier dans un lieu que l’hébergeur de la base ne peut pas écrire."
        )


def take(now: datetime) -> dict[str, Any]:
    """The anchor of this moment. Writers wait while it is read, so that no row below the last is still on its way."""
    with _still():
        tables = {name: _digest(name, BY_HASH.get(name) or _columns(name), None) for name in grown_tables()}
    said = {"form": FORM, "made_at": now.astimezone(UTC).isoformat(), "tables": tables}
    return said | {"root": root_of(said)}


def grown_tables() -> list[str]:
    """Tables whose trigger `…_frozen` refuses both UPDATE and DELETE, in the order of their names."""
    from django.db import connection

    with connection.cursor() as cursor:
        # in tgtype, 8 is DELETE and 16 UPDATE
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE t.tgname = c.relname || '_frozen' AND t.tgtype & 24 = 24 AND n.nspname = current_schema() ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def root_of(said: dict[str, Any]) -> str:
    return hashlib.sha256(canonical({key: said[key] for key in ("form", "made_at", "tables")})).hexdigest()


def canonical(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, ensure_ascii=False, indent=1).encode() + b"\n"


def differences(said: dict[str, Any]) -> list[str]:
    """What the database no longer says as the anchor does; empty when all is well."""
    if said.get("form") != FORM or said.get("root") != root_of(said):
        return ["l’ancre elle-même a été modifiée"]
    here = set(_tables())
    found = []
    for name, table in said["tables"].items():
        if name not in here:
            found.append(f"{name} : table absente")
            continue
        now = _digest(name, table["columns"], table["last"])
        if now["rows"] != table["rows"]:
            found.append(f"{name} : {now['rows']} lignes au lieu de {table['rows']}")
        elif now["sha256"] != table["sha256"]:
            found.append(f"{name} : contenu modifié")
        found += _backdated(name, table["last"], datetime.fromisoformat(said["made_at"]) - GRACE)
    return found


def _digest(table: str, columns: list[str], last: int | None) -> dict[str, Any]:
    from django.db import connection

    names = ", ".join(f"t.{connection.ops.quote_name(column)}::text" for column in columns)
    where = "" if last is None else f" WHERE t.id <= {int(last)}"
    digest, rows, highest = hashlib.sha256(), 0, 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t.id, {names} FROM {connection.ops.quote_name(table)} t{where} ORDER BY t.id")  # noqa: S608 - names the base gave
        while found := cursor.fetchmany(10_000):
            for key, *values in found:
                digest.update(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
                rows, highest = rows + 1, key
    return {"columns": columns, "rows": rows, "last": highest if last is None else last, "sha256": digest.hexdigest()}


def _backdated(table: str, last: int, before: datetime) -> list[str]:
    """Rows written after the anchor that say they are older."""
    from django.db import connection

    instant = next((name for name in INSTANTS if name in _columns(table)), None)
    if instant is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {connection.ops.quote_name(table)} WHERE id > %s AND {instant} < %s",  # noqa: S608 - idem
            [last, before],
        )
        (rows,) = cursor.fetchone()
    return [f"{table} : {rows} lignes antidatées"] if rows else []


def _columns(table: str) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _tables() -> list[str]:
    from django.db import connection

    return connection.introspection.table_names()


@contextmanager
def _still() -> Iterator[None]:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for name in grown_tables():
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(name)} IN SHARE MODE")
        yield


def query(path: Path) -> bool:
    """Write the time-stamp query; False where there is no openssl."""
    if shutil.which("openssl") is None:
        return False
    _openssl("ts", "-query", "-data", str(path), "-sha256", "-cert", "-out", f"{path}.tsq")
    return True


def reply(path: Path, config: Path) -> None:
    """The answer of a local authority, whose certificate and key the configuration names."""
    _openssl("ts", "-reply", "-queryfile", f"{path}.tsq", "-config", str(config), "-out", f"{path}.tsr")


def stamped(path: Path, authority: Path) -> bool:
    """Whether FILE.tsr is that authority's stamp on FILE as it is now; `openssl` says."""
    return (
        _openssl("ts", "-verify", "-data", str(path), "-in", f"{path}.tsr", "-CAfile", str(authority), check=False) == 0
    )


def _openssl(*words: str, check: bool = True) -> int:
    program = shutil.which("openssl") or "openssl"
    return subprocess.run([program, *words], check=check, capture_output=True).returncode  # noqa: S603 - our own words
