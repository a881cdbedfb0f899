"""Ten years of clauses, made in the database itself from the demonstration's year: contracts, people, months and ledger lines.

Rows are copied with new keys and earlier dates, walls and foreign keys off while they are (the embedded server's account may). What a
page reads is all there; hash chains are not made again, so `levier verify` is not for this base.
"""

from typing import Any

CONTRACTS, LINES = 7_000, 1_000_000
TIMES = 4
"""A commitment of the demonstration lives some months: so many times its months are lived again, each time earlier."""
PEOPLE = 12
"""Further people beside each one, so that a company declares a dozen a month."""
LIVED = (
    "commitments_period",
    "hours_statement",
    "hours_statementline",
    "hours_ledgerentry",
    "hours_personmonth",
    "hours_workedmonth",
)
PERSONAL = (
    "participants_person", "participants_eligibilitydecision", "participants_eligibilityground", "participants_placement",
    "commitments_commitmentplacement", "hours_statementline", "hours_ledgerentry", "hours_personmonth", "hours_workedmonth",
)  # fmt: skip
EVERYTHING = (
    "procurement_contract", "procurement_lot", "procurement_lotholder", "procurement_amendment", "procurement_lotterritory",
    "procurement_screening", "sizing_study", "commitments_commitment", "commitments_period", "commitments_hourswaiver",
    "participants_person", "participants_eligibilitydecision", "participants_eligibilityground", "participants_placement",
    "commitments_commitmentplacement", "hours_statement", "hours_statementline", "hours_ledgerentry", "hours_personmonth",
    "hours_workedmonth", "compliance_certificate",
)  # fmt: skip
ORGANISATIONS = "organisations_organisation"
_NEW = {
    "public_id": "substr(md5(random()::text || {id}), 1, 26)",
    "verification_code": "substr(md5(random()::text || {id}), 1, 26)",
    "idempotency_key": "'copy-' || ({id} + {offset})",
    "published_key": "NULL",
    "identity_index": "sha256((random()::text || {id})::bytea)",
}
_NEW_IN = {
    ("procurement_contract", "reference"): "substr({column} || '-{copy}', 1, 40)",
    ("participants_person", "reference"): "'P' || substr(md5(random()::text || {id}), 1, 11)",
    ("compliance_certificate", "number"): "{column} + {offset} % 1000000",
    ("hours_ledgerentry", "sequence"): "{column} + {offset}",
    (ORGANISATIONS, "siret"): "lpad(({id} + {offset})::text, 14, '9')",
}


class Copies:
    """Copying rows of a set of tables, references within the set following."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        self.copy = 0
        self.limits: dict[str, int] = {}
        cursor.execute("SET session_replication_role = replica")

    def settle(self) -> None:
        """What is there now is what the next copies are made of."""
        for table in (ORGANISATIONS, *EVERYTHING):
            self.cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            self.limits[table] = self.cursor.fetchone()[0]

    def make(self, tables: tuple[str, ...], *, years: int = 0, months: int = 0, decided_only: bool = False) -> int:
        """Copy once; the number that was added to the keys. `decided_only`: what still waited, years ago, does not wait any more."""
        self.copy += 1
        self.cursor.execute(
            "SELECT max(id) FROM (" + " UNION ALL ".join(f"SELECT max(id) AS id FROM {t}" for t in tables) + ") m"
        )
        offset = self.cursor.fetchone()[0] + 1
        for table in tables:
            names, values = self._columns(table, tables, offset, f"{years} years {months} months")
            only = " AND state = 'accepted'" if decided_only and table == "hours_statementline" else ""
            self.cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} t WHERE id <= {self.limits[table]}{only}"
            )
        return offset

    def _columns(self, table: str, tables: tuple[str, ...], offset: int, earlier: str) -> tuple[list[str], list[str]]:
        self.cursor.execute(
            """SELECT a.attname, format_type(a.atttypid, a.atttypmod), r.relname, r2.relname
               FROM pg_attribute a LEFT JOIN pg_constraint c ON c.conrelid = a.attrelid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum]
               LEFT JOIN pg_class r ON r.oid = c.confrelid LEFT JOIN pg_class r2 ON r2.oid = a.attrelid
               WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum""",
            [table],
        )
        names, values = [], []
        for name, kind, target, _ in self.cursor.fetchall():
            column = f't."{name}"'
            told = {"column": column, "copy": self.copy, "offset": offset, "id": "t.id"}
            if name == "id" or target in tables:
                value = f"{column} + {offset}"
            elif (table, name) in _NEW_IN:
                value = _NEW_IN[table, name].format(**told)
            elif name in _NEW:
                value = _NEW[name].format(**told)
            elif kind == "date":
                value = f"({column} - interval '{earlier}')::date"
            elif kind.startswith("timestamp"):
                value = f"{column} - interval '{earlier}'"
            else:
                value = column
            names.append(f'"{name}"')
            values.append(value)
        return names, values


def lengthen(cursor: Any, people: int = PEOPLE, say: Any = print) -> dict[str, int]:
    """Make the base ten years long; how many rows the main tables then hold."""
    copies = Copies(cursor)
    copies.settle()
    cursor.execute(
        """SELECT max(span) FROM (SELECT 1 + max(extract(year FROM age(month, least)) * 12 + extract(month FROM age(month, least))) AS span
           FROM (SELECT month, min(month) OVER (PARTITION BY commitment_id) AS least FROM commitments_period) p) s"""
    )
    span = int(cursor.fetchone()[0])
    for time in range(1, TIMES + 1):
        copies.make(LIVED, months=time * span)
    copies.settle()
    for _ in range(people):
        copies.make(PERSONAL)
    copies.settle()
    contracts = _count(cursor, "procurement_contract")
    for number in range(1, CONTRACTS // contracts):
        years = number % 10
        if number < 10:
            copies.make(EVERYTHING, years=years, decided_only=years > 0)
        else:  # companies of its own, the same buyers
            offset = copies.make((ORGANISATIONS, *EVERYTHING), years=years, decided_only=years > 0)
            cursor.execute(
                f"UPDATE procurement_contract SET buyer_id = buyer_id - {offset} WHERE id > {offset} AND buyer_id > {offset}"
            )
        say(
            f"{_count(cursor, 'procurement_contract')} contracts, {_count(cursor, 'hours_ledgerentry')} ledger lines",
            flush=True,
        )
    cursor.execute(
        """UPDATE commitments_commitment c SET credited_hours = GREATEST(0, s.hours)
           FROM (SELECT commitment_id, sum(hours) AS hours FROM hours_ledgerentry GROUP BY 1) s WHERE s.commitment_id = c.id"""
    )
    _close(cursor)
    cursor.execute("SET session_replication_role = DEFAULT")
    cursor.execute("ANALYZE")
    return {
        table: _count(cursor, table)
        for table in (
            "procurement_contract",
            "commitments_commitment",
            "participants_person",
            "hours_statement",
            "hours_statementline",
            "hours_ledgerentry",
        )
    }


def _close(cursor: Any) -> None:
    """What ended long ago is certified, what was never engaged is without clause: nobody is asked for it today."""
    old = "now() - interval '1 year'"
    cursor.execute(
        f"""INSERT INTO compliance_certificate (public_id, verification_code, year, number, commitment_id, sealed_at, sealed_by_id, content, content_hash, prev_hash, sealed_by_label)
            SELECT substr(md5(random()::text || o.id), 1, 26), substr(md5(random()::text || o.id || 'v'), 1, 26), 2100, o.id, o.id, o.ends_on, c.sealed_by_id, c.content, sha256(random()::text::bytea), c.prev_hash, c.sealed_by_label
            FROM commitments_commitment o CROSS JOIN (SELECT * FROM compliance_certificate ORDER BY id LIMIT 1) c
            WHERE o.ends_on < {old} AND NOT EXISTS (SELECT FROM compliance_certificate x WHERE x.commitment_id = o.id)"""
    )
    cursor.execute(
        f"""UPDATE procurement_screening s SET statutory = false, policy = false FROM procurement_contract k
            WHERE k.id = s.contract_id AND k.created_at < {old}"""
    )
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'procurement_screening'::regclass AND attnum > 0 AND attname NOT IN ('id', 'contract_id')"
    )
    names = ", ".join(row[0] for row in cursor.fetchall())
    cursor.execute(
        f"""INSERT INTO procurement_screening (contract_id, {names}) SELECT k.id, {", ".join("s." + name for name in names.split(", "))}
            FROM procurement_contract k CROSS JOIN (SELECT * FROM procurement_screening WHERE NOT statutory AND NOT policy LIMIT 1) s
            WHERE k.created_at < {old} AND NOT EXISTS (SELECT FROM procurement_screening x WHERE x.contract_id = k.id)"""
    )


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    return int(cursor.fetchone()[0])
