"""Reading and importing a million records, beside DuckDB and a pure parse, in one run (`python -m benchmarks --only decp`).

The file is made from real records (generate.py) in a temporary folder. Each line is a process of its own. Memory is the sum of the
resident memory of all its processes; that of PostgreSQL is told apart, shared memory counted once.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.decp import generate

PROJECT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")

PARSE = """
import sys, msgspec
decode, count = msgspec.json.Decoder().decode, 0
with open(sys.argv[1], "rb") as stream:
    next(stream)
    for line in stream:
        if line.startswith(b"{"):
            decode(line.rstrip(b",\\n"))
            count += 1
print(count)
"""
LISTED, DIRECT = "DuckDB to Parquet, list taken out of the file", "DuckDB to Parquet, the file as it is"
COLUMNS = (
    "{id: 'VARCHAR', acheteur: 'STRUCT(id VARCHAR, nom VARCHAR)', nature: 'VARCHAR', objet: 'VARCHAR', montant: 'DOUBLE', "
    "codeCPV: 'VARCHAR', procedure: 'VARCHAR', dureeMois: 'INTEGER', dateNotification: 'VARCHAR', datePublicationDonnees: 'VARCHAR', "
    "formePrix: 'VARCHAR', ccag: 'VARCHAR', offresRecues: 'INTEGER', titulaires: 'JSON', modifications: 'JSON', "
    "considerationsSociales: 'JSON', lieuExecution: 'STRUCT(code VARCHAR, typeCode VARCHAR, nom VARCHAR)'}"
)
DUCKDB = f"""
import sys, duckdb
con = duckdb.connect()
con.execute("SET preserve_insertion_order = false")
kind, source, target = sys.argv[1:]
if kind == "wrapped":
    shape = "{{marches: 'STRUCT(marche STRUCT" + "{COLUMNS}"[1:-1].replace(": '", " ").replace("',", ",").rstrip("'").join("()") + "[])'}}"
    query = f"SELECT unnest(marches.marche) FROM read_json('{{source}}', columns={{shape}}, maximum_object_size=4000000000)"
else:
    query = f"SELECT * FROM read_json('{{source}}', format='{{kind}}', columns={COLUMNS.replace("{", "{{").replace("}", "}}")})"
con.execute(f"COPY ({{query}}) TO '{{target}}' (FORMAT parquet)")
print(con.execute(f"SELECT count(*) FROM '{{target}}'").fetchall()[0][0])
"""


@dataclass
class Measure:
    name: str
    seconds: float
    cpu_seconds: float
    peak_megabytes: float
    server_megabytes: float
    output: str
    failed: bool = False


def children(pid: int) -> list[int]:
    """The process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # a process that ended meanwhile is nobody's parent
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(one := waiting.pop())
        waiting += parents.get(one, [])
    return found


def resident(pid: int, *, shared_once: bool) -> float:
    """Megabytes; proportional where memory is shared between the processes of a server."""
    with contextlib.suppress(OSError, ValueError, IndexError):  # it ended between two looks: it holds nothing
        if shared_once:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    return int(line.split()[1]) / 1024
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return 0.0


def processor(pid: int) -> float:
    """CPU seconds of a server and its processes, those that ended included."""
    total = 0
    for one in children(pid):
        with contextlib.suppress(OSError):  # it ended: its parent counts what it used
            told = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, told[11:15] if one == pid else told[11:13]))
    return total / TICKS


def measure(
    name: str, command: list[str], *, server: int = 0, environment: dict[str, str] | None = None, limit: int = 1800
) -> Measure:
    peak = server_peak = 0.0
    before = processor(server) if server else 0.0
    usage = os.times()
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PROJECT,
        env=os.environ | (environment or {}),
    )
    done = threading.Event()

    def watch() -> None:
        nonlocal peak, server_peak
        turn = 0
        while not done.wait(0.1):
            peak = max(peak, sum(resident(pid, shared_once=False) for pid in children(process.pid)))
            # Asking a server for its proportional memory costs it time: once in two seconds.
            if server and turn % 20 == 0:
                server_peak = max(server_peak, sum(resident(pid, shared_once=True) for pid in children(server)))
            turn += 1

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        output = f"stopped after {limit} s"
    seconds = time.perf_counter() - began
    done.set()
    watcher.join()
    after = os.times()
    spent = after.children_user + after.children_system - usage.children_user - usage.children_system
    if server:
        spent += processor(server) - before
    result = Measure(name, seconds, spent, peak, server_peak, output.strip()[-400:], process.returncode != 0)
    print(
        f"{name:34} {seconds:8.1f} s {spent:8.1f} CPU s {peak:8.0f} MB{f' + {server_peak:.0f} MB of PostgreSQL' if server else ''}{'  FAILED: ' + result.output if result.failed else ''}",
        flush=True,
    )
    return result


def unwrapped(source: Path, target: Path) -> None:
    """The same records without the wrapper, which DuckDB can read as a stream."""
    with source.open("rb") as stream, target.open("wb") as out:
        next(stream)
        out.write(b"[\n")
        shutil.copyfileobj(stream, out, 1 << 22)
        out.truncate(out.tell() - 3)
        out.seek(0, 2)
        out.write(b"\n")


def prepared() -> tuple[str, int, object]:
    """(address, process of the server, the server) of a database of its own, migrated and empty."""
    import psycopg

    from levier import embedded

    server = embedded.start("benchmark")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS benchmark")
        connection.execute("CREATE DATABASE benchmark")
    address = server.get_uri("benchmark")
    manage = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    environment = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "levier.settings"}
    subprocess.run(manage, check=True, cwd=PROJECT, env=environment)
    pid = int((embedded.data_folder("benchmark") / "postmaster.pid").read_text().split()[0])
    return address, pid, server


def all_measures(folder: Path, options: argparse.Namespace) -> tuple[list[Measure], int]:
    skipped = set(options.skip.split(","))
    file, bare = folder / "marches.json", folder / "bare.json"
    began = time.perf_counter()
    size = generate.write(file, options.records, options.seed)
    unwrapped(file, bare)
    print(
        f"{options.records} records, {size / 2**20:.0f} MB, written in {time.perf_counter() - began:.0f} s; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    python = [sys.executable, "-c"]
    levier = [sys.executable, "-m", "levier", "decp"]
    found = [
        measure("pure parse (msgspec)", [*python, PARSE, str(file)]),
        measure(LISTED, [*python, DUCKDB, "array", str(bare), str(folder / "a.parquet")]),
    ]
    if "check" not in skipped:
        found.append(measure("levier decp check", [*levier, "check", str(file), "--json"]))
    if "direct" not in skipped:
        command = [*python, DUCKDB, "wrapped", str(file), str(folder / "b.parquet")]
        found.append(measure(DIRECT, command, limit=900))
    if "import" not in skipped:
        address, pid, server = prepared()
        environment = {"DATABASE_URL": address}
        names = ["levier decp import", *(["levier decp import, again"] if "again" not in skipped else [])]
        command = [*levier, "import", str(file), "--json"]
        found += [measure(name, command, server=pid, environment=environment) for name in names]
        server.cleanup()
    return found, size


def table(found: list[Measure], count: int) -> str:
    by_name = {one.name: one for one in found}
    bases = [by_name.get(LISTED), by_name.get(DIRECT)]
    lines = [
        "| | seconds | records/s | CPU s | peak MB | PostgreSQL MB | × DuckDB, list (CPU) | × DuckDB, file (CPU) |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        if one.failed:
            lines.append(f"| {one.name} | failed: {one.output[-80:]!r} | – | – | – | – | – | – |")
            continue
        ratios = [
            f"{one.seconds / base.seconds:.2f} ({one.cpu_seconds / base.cpu_seconds:.2f})"
            if base and not base.failed
            else "–"
            for base in bases
        ]
        server = f"{one.server_megabytes:.0f}" if one.server_megabytes else "–"
        lines.append(
            f"| {one.name} | {one.seconds:.1f} | {count / one.seconds:,.0f} | {one.cpu_seconds:.1f} | {one.peak_megabytes:.0f} | {server} | {ratios[0]} | {ratios[1]} |"
        )
    return "\n".join(lines)


def report(folder: Path, options: argparse.Namespace) -> str:
    """The section of docs/mesures.md."""
    found, size = all_measures(folder, options)
    return (
        f"## Import of essential data\n\nA file of {options.records:,} records, {size / 2**20:.0f} MB, made by repeating and varying real ones (seed {options.seed}). "
        "DuckDB reads it twice: the list of records taken out of its wrapper, which it can stream and share out, and the file as it is published, one object "
        "that it must hold whole. It writes a dozen columns and looks at nothing; Levier checks every field, tells repeats and updates, keeps the text of each "
        f"record and writes two tables with their indexes.\n\n{table(found, options.records)}"
    )
