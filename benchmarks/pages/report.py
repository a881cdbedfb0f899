"""Pages on one year and on ten, in a database of its own on the embedded server."""

from benchmarks.pages import run, ten_years

DATABASE = "bench_pages"


def report(people: int) -> str:
    """The section of docs/mesures.md."""
    from levier import embedded

    server = embedded.start("benchmark")
    embedded.drop_database(server, DATABASE)
    address = embedded.ensure_database(server, DATABASE)
    pid = int((embedded.data_folder("benchmark") / "postmaster.pid").read_text().split()[0])
    try:
        found = run.all_measures(address, people, pid)
    finally:
        from django.db import connections

        connections.close_all()
        embedded.drop_database(server, DATABASE)
        server.cleanup()
    rows = found["rows"]
    told = ", ".join(f"{rows[table]:,} {words}" for table, words in WORDS.items())
    return (
        f"## Pages at ten years of data\n\nThe demonstration's year, and then ten years of it made by copying in the database ({told}). Each page is the "
        f"heaviest of its kind for its person, asked {run.REPEATS} times through the real WSGI application in one process; “× one year” is its ratio to the "
        f"same page on the demonstration's year, in this run. The limit is {run.LIMIT} ms. Contracts wanted: {ten_years.CONTRACTS:,}.\n\n{run.table(found)}"
    )


WORDS = {
    "procurement_contract": "contracts",
    "commitments_commitment": "commitments",
    "participants_person": "people",
    "hours_statement": "statements",
    "hours_ledgerentry": "ledger lines",
}
