"""A large territory's clauses at any size, made set by set in the database: contracts, people, ten years of months, ledger and journal.

Every key is computed from the rank of its commitment, so that no table is read to write another. Triggers and foreign keys are off
while rows go in, secondary indexes are made afterwards, counters are written with the rows that they count; hash chains are real.
The views `violation_…` then say whether all of it holds together.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from levier.participants.identity import Identity

BASE = 10_000_000
"""Keys start above whatever the demonstration made."""
PEOPLE, MONTHS, YEARS = 10, 29, 10
"""People a commitment and months each works: 290 lines a commitment once it is lived through."""
BLOCK = 48
"""Commitments that follow one another in one territory, whatever the size: the heaviest screens then hold as much at every size."""
WAITING = 9 * BLOCK
"""Two people of each of the latest commitments, one block a territory, wait for a decision on their last month: 96 lines a facilitator."""
LOADED = (
    "organisations_organisation", "procurement_contract", "procurement_lot", "procurement_lotholder", "procurement_lotterritory",
    "procurement_screening", "commitments_commitment", "commitments_commitmentplacement", "commitments_period", "commitments_duemovement",
    "participants_person", "participants_personkey",
    "participants_eligibilitydecision", "participants_eligibilityground", "participants_placement", "hours_statement",
    "hours_statementline", "hours_ledgerentry", "hours_personmonth", "hours_workedmonth",
    "hours_monthcredit", "hours_creditedperson", "compliance_certificate", "audit_journalentry",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """Commitments of the whole; 20,000 make 200,000 people and five million lines."""

    commitments: int

    @property
    def people(self) -> int:
        return self.commitments * PEOPLE

    @property
    def companies(self) -> int:
        return max(1, self.commitments // 10)


def make(cursor: Any, size: Size, today: date, say: Any = print) -> None:
    """Add the rows. The demonstration's accounts, territories and buyers must be there."""
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SET maintenance_work_mem = '512MB'")
    cursor.execute("SET work_mem = '256MB'")
    told = _told(cursor, size, today)
    with _without_indexes(cursor, say):
        _people(cursor, size)
        for name, sql in _STATEMENTS.items():
            began = time.perf_counter()
            cursor.execute(sql % told)
            say(f"  {name}: {cursor.rowcount:,} rows in {time.perf_counter() - began:.1f} s", flush=True)
        cursor.execute("DROP FUNCTION bench_chain_step CASCADE")
    for table in LOADED:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table})) WHERE pg_get_serial_sequence('{table}', 'id') IS NOT NULL"
        )
    cursor.execute("SET session_replication_role = DEFAULT")
    cursor.execute("RESET work_mem")
    _company_user(size)
    cursor.execute("INSERT INTO following_change (commitment_id) SELECT id FROM commitments_commitment")
    began = time.perf_counter()
    cursor.execute("VACUUM (ANALYZE)")
    say(f"  vacuum and statistics in {time.perf_counter() - began:.1f} s", flush=True)


COMPANY_USER = "entreprise@mesure.test"


def ripe(size: Size) -> int:
    """Key of a commitment that was lived for 28 months: the contract page is never heavier."""
    return BASE + size.commitments * (YEARS * 12 - 28) // (YEARS * 12)


def young(size: Size) -> int:
    """Key of a commitment in its tenth month, whose holder has somebody who signs in."""
    return BASE + size.commitments * (YEARS * 12 - 10) // (YEARS * 12)


def _company_user(size: Size) -> None:
    from django.utils import timezone

    from levier.accounts.models import Membership, User
    from levier.commitments.models import Commitment

    user = User(email=COMPANY_USER, full_name="Entreprise mesurée", created_at=timezone.now())
    user.set_unusable_password()
    user.save()
    holder = Commitment.objects.get(pk=young(size)).holder_id
    Membership.objects.create(user=user, organisation_id=holder, role="company", valid_from=date(2016, 1, 1))


def violations(cursor: Any) -> dict[str, int]:
    """Rows of each view that must stay empty."""
    from levier.commands.verify import VIEWS

    found = {}
    for view in VIEWS:
        cursor.execute(f"SELECT count(*) FROM {view}")
        found[view] = int(cursor.fetchone()[0])
    return found


def _told(cursor: Any, size: Size, today: date) -> dict[str, Any]:
    def first(sql: str) -> int:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])

    return {
        "base": BASE, "n": size.commitments, "people": PEOPLE, "months": MONTHS, "block": BLOCK, "waiting": WAITING, "span": YEARS * 12,
        "companies": size.companies, "month": f"DATE '{today.replace(day=1)}'", "today": f"DATE '{today}'",
        "buyer": first("SELECT m.organisation_id FROM accounts_membership m WHERE m.role = 'buyer' ORDER BY m.id LIMIT 1"),
        "decider": first("SELECT user_id FROM accounts_membership WHERE role = 'facilitator' ORDER BY id LIMIT 1"),
        "decider_org": first("SELECT organisation_id FROM accounts_membership WHERE role = 'facilitator' ORDER BY id LIMIT 1"),
        "declarant": first("SELECT user_id FROM accounts_membership WHERE role = 'company' ORDER BY id LIMIT 1"),
        "mission": first("SELECT user_id FROM accounts_membership WHERE role = 'mission' ORDER BY id LIMIT 1"),
        "id": "substr(md5(random()::text || i), 1, 26)",
        # First month of a commitment, its territory, and whether its last month waits for a decision.
        "start": f"(DATE '{today.replace(day=1)}' - make_interval(months => {YEARS * 12} - (i::bigint * {YEARS * 12} / {size.commitments})::int))::date",
        "territory": f"(SELECT id FROM territories_territory ORDER BY number OFFSET (({size.commitments} - 1 - i) / {BLOCK}) % 9 LIMIT 1)",
    }  # fmt: skip


_SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "ou")]


def somebody(rank: int) -> Identity:
    """A made-up person of that rank: a few names are common and most are rare, as they are (the commonest: 6 in a thousand); born within 45 years. No two of the
    first 200,000 are the same person.
    """
    drawn = hashlib.md5(f"name{rank}".encode(), usedforsecurity=False).digest()
    last, first, day = (int.from_bytes(drawn[at : at + 4]) / 2**32 for at in (0, 4, 8))
    born = date(1965, 1, 1) + timedelta(days=int(day * 365 * 45))
    return Identity(_word(int(30_000 * last**2), 3), _word(int(800 * first**2), 2), born)


def _word(rank: int, syllables: int) -> str:
    """The same for the same rank; neighbours in rank begin unlike one another."""
    number, told = (rank * 7919 + 1) % len(_SYLLABLES) ** syllables, ""
    for _ in range(syllables):
        number, at = divmod(number, len(_SYLLABLES))
        told += _SYLLABLES[at]
    return told.capitalize()


def _people(cursor: Any, size: Size) -> None:
    """Identities are sealed and their keys written as the application does: names are looked for and opened on the pages measured."""
    from django.conf import settings

    from levier.foundation.encryption import blind_index
    from levier.participants.duplicates import keys_of
    from levier.participants.identity import index_of, seal_identity
    from levier.participants.name_keys import keys_of_name

    keys = []
    cursor.execute("SELECT id FROM territories_territory ORDER BY number")
    places = [row[0] for row in cursor.fetchall()]
    with cursor.copy(
        "COPY participants_person (id, public_id, reference, identity, identity_index, name_keys, birth_year, territory_id, created_at, created_by_label, retention_until) FROM STDIN"
    ) as copy:
        for rank in range(size.people):
            public_id = hashlib.md5(f"person{rank}".encode(), usedforsecurity=False).hexdigest()[:26]
            identity = somebody(rank)
            place = places[((size.commitments - 1 - rank // PEOPLE) // BLOCK) % 9 % len(places)]
            copy.write_row(
                (BASE + rank, public_id, f"B{rank:010d}", seal_identity(identity, public_id), index_of(identity), keys_of_name(identity),
                 identity.birth_date.year, place, "2016-01-01", "mesure", "2040-01-01")
            )  # fmt: skip
            keys += [
                (BASE + rank, kind, blind_index(settings.MASTER_KEY, f"pair:{kind}", *parts))
                for kind, parts in keys_of(identity)
            ]
    with cursor.copy("COPY participants_personkey (person_id, kind, digest) FROM STDIN") as copy:
        for row in keys:
            copy.write_row(row)


_ROWS = "generate_series(0, %(n)s - 1) AS i"
_HOURS = "(30 + ((i::bigint * 7919 + j * 104729 + m * 1299709) %% 3000) / 100.0)::numeric(12,2)"
_LIVED = "CROSS JOIN generate_series(0, %(months)s - 1) AS m CROSS JOIN LATERAL (SELECT (%(start)s + make_interval(months => m))::date AS month) d"
_WAITS = "(j >= %(people)s - 2 AND i >= %(n)s - %(waiting)s AND d.month = (%(month)s - interval '1 month')::date)"
_STATEMENT = "%(base)s + i::bigint * %(months)s + m"
_LINE = "%(base)s + (i::bigint * %(months)s + m) * %(people)s + j"
_PERSON = "%(base)s + i::bigint * %(people)s + j"
_CHAIN = """
CREATE FUNCTION bench_chain_step(state bytea, payload text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
  $$ SELECT sha256(state || convert_to(payload, 'UTF8')) $$;
CREATE AGGREGATE bench_chain(text) (SFUNC = bench_chain_step, STYPE = bytea, INITCOND = '');
"""
_STATEMENTS: dict[str, str] = {
    "chain": _CHAIN.replace("%", "%%"),
    "companies": """INSERT INTO organisations_organisation (id, public_id, siret, name, kinds, structure_kind, created_at)
        SELECT %(base)s + i, %(id)s, lpad((80000000000000 + i)::text, 14, '8'), 'Entreprise ' || i, ARRAY['company'], '', now()
          FROM generate_series(0, %(companies)s - 1) AS i""",
    "contracts": f"""INSERT INTO procurement_contract (id, public_id, buyer_id, reference, title, nature, procedure, category, consultation_on, notified_on,
            duration_months, starts_on, ends_on, place_code, place_kind, created_at, created_by_label)
        SELECT %(base)s + i, %(id)s, %(buyer)s, 'B' || lpad(i::text, 7, '0'), (ARRAY['Travaux de voirie', 'Nettoyage des collèges', 'Réhabilitation du bâtiment',
               'Entretien des espaces verts', 'Restauration collective'])[1 + i %% 5] || ' n° ' || i, 'Marché', '', 'works', %(start)s - 200, %(start)s - 30,
               %(months)s, %(start)s, (%(start)s + make_interval(months => %(months)s))::date - 1, '13055', 'Code commune', %(start)s - 30, 'mesure' FROM {_ROWS}""",
    "contracts without a clause": """INSERT INTO procurement_contract (id, public_id, buyer_id, reference, title, nature, procedure, category, notified_on,
            place_code, place_kind, created_at, created_by_label)
        SELECT 2 * %(base)s + i, %(id)s, %(buyer)s, 'S' || lpad(i::text, 7, '0'), 'Fournitures n° ' || i, 'Marché', '', 'supplies', %(today)s - (i %% 3650),
               '13055', 'Code commune', now() - make_interval(days => i %% 3650), 'mesure' FROM generate_series(0, %(n)s / 4 - 1) AS i""",
    "lots": f"""INSERT INTO procurement_lot (id, public_id, contract_id, number, title, cpv, initial_amount, amount, amount_flag)
        SELECT %(base)s + i, %(id)s, %(base)s + i, 1, 'Lot unique', '45233141', 800000 + i, 800000 + i, '' FROM {_ROWS}""",
    "lots without a clause": """INSERT INTO procurement_lot (id, public_id, contract_id, number, title, cpv, initial_amount, amount, amount_flag)
        SELECT 2 * %(base)s + i, %(id)s, 2 * %(base)s + i, 1, 'Lot unique', '30192000', 50000, 50000, '' FROM generate_series(0, %(n)s / 4 - 1) AS i""",
    "holders": f"""INSERT INTO procurement_lotholder (id, lot_id, organisation_id, role)
        SELECT %(base)s + i, %(base)s + i, %(base)s + i %% %(companies)s, 'contractor' FROM {_ROWS}""",
    "territories": f"""INSERT INTO procurement_lotterritory (id, lot_id, territory_id, origin, decided_by_label, decided_at)
        SELECT %(base)s + i, %(base)s + i, %(territory)s, 'person', 'mesure', %(start)s - 30 FROM {_ROWS}""",
    "screenings": f"""INSERT INTO procurement_screening (id, contract_id, at, decided_by_label, inputs, statutory, policy, answer, versions)
        SELECT %(base)s + i, %(base)s + i, %(start)s - 29, 'mesure', '{{}}'::jsonb, true, true, '{{}}'::jsonb, ARRAY[]::varchar[] FROM {_ROWS}
        UNION ALL SELECT 2 * %(base)s + i, 2 * %(base)s + i, now(), 'mesure', '{{}}'::jsonb, false, false, '{{}}'::jsonb, ARRAY[]::varchar[]
          FROM generate_series(0, %(n)s / 4 - 1) AS i""",
    "closed months": f"""INSERT INTO commitments_period (id, commitment_id, month, sealed_at, sealed_by_label)
        SELECT {_STATEMENT}, %(base)s + i, d.month, d.month + 40, 'mesure' FROM {_ROWS} {_LIVED} WHERE d.month < (%(month)s - interval '1 month')""",
    "commitments": f"""INSERT INTO commitments_commitment (id, public_id, lot_id, holder_id, territory_id, instrument, due_hours, starts_on, ends_on, versions,
            credited_hours, waived_hours, created_at, created_by_label)
        SELECT %(base)s + i, %(id)s, %(base)s + i, %(base)s + i %% %(companies)s, %(territory)s, 'execution_condition',
               10000 + (i::bigint * 7919) %% 7000, %(start)s, (%(start)s + make_interval(months => %(months)s))::date - 1, ARRAY[]::varchar[],
               COALESCE((SELECT sum({_HOURS}) FROM generate_series(0, %(months)s - 1) AS m CROSS JOIN generate_series(0, %(people)s - 1) AS j
                  CROSS JOIN LATERAL (SELECT (%(start)s + make_interval(months => m))::date AS month) d WHERE d.month < %(month)s AND NOT {_WAITS}), 0),
               0, %(start)s - 20, 'mesure' FROM {_ROWS}""",
    "movements": f"""INSERT INTO commitments_duemovement (commitment_id, kind, hours, effective_on, until, reference, at, by_label)
        SELECT %(base)s + i, 'signed', 10000 + (i::bigint * 7919) %% 7000, %(start)s, (%(start)s + make_interval(months => %(months)s))::date - 1,
               'Engagement signé', %(start)s - 20, 'mesure' FROM {_ROWS}""",
    "decisions": f"""INSERT INTO participants_eligibilitydecision (id, public_id, person_id, granted, decided_on, decided_at, decided_by_id, decided_by_label,
            territory_id, valid_from, valid_until, rule_version)
        SELECT {_PERSON}, %(id)s, {_PERSON}, true, %(start)s - 5, %(start)s - 5, %(decider)s, 'mesure', %(territory)s, %(start)s - 5,
               (%(start)s + make_interval(months => %(months)s))::date + 30, 'eligibility.window@2023-01-01'
          FROM {_ROWS} CROSS JOIN generate_series(0, %(people)s - 1) AS j""",
    "grounds": f"""INSERT INTO participants_eligibilityground (id, decision_id, sealed, key_name)
        SELECT {_PERSON}, {_PERSON}, decode(repeat('00', 96), 'hex'), '1' FROM {_ROWS} CROSS JOIN generate_series(0, %(people)s - 1) AS j""",
    "placements": f"""INSERT INTO participants_placement (id, public_id, person_id, employer_id, decision_id, modality, contract_kind, job_code, job_title,
            starts_on, weekly_hours, created_at, created_by_label)
        SELECT {_PERSON}, %(id)s, {_PERSON}, %(base)s + i %% %(companies)s, {_PERSON}, 'direct_hire', 'cdd', 'F1703', 'Aide-maçon', %(start)s, 12,
               %(start)s, 'mesure' FROM {_ROWS} CROSS JOIN generate_series(0, %(people)s - 1) AS j""",
    "assignments": f"""INSERT INTO commitments_commitmentplacement (id, commitment_id, placement_id, since)
        SELECT {_PERSON}, %(base)s + i, {_PERSON}, %(start)s FROM {_ROWS} CROSS JOIN generate_series(0, %(people)s - 1) AS j""",
    "statements": f"""INSERT INTO hours_statement (id, public_id, commitment_id, month, state, no_hours, version, started_at, declared_by_id, declared_by_label, sent_at)
        SELECT {_STATEMENT}, %(id)s, %(base)s + i, d.month, 'sent', false, 1, d.month + 32, %(declarant)s, 'mesure', d.month + 34
          FROM {_ROWS} {_LIVED} WHERE d.month < %(month)s""",
    "lines": f"""INSERT INTO hours_statementline (id, public_id, statement_id, placement_id, hours, typed, state, reason, decided_by_id, decided_by_label, decided_at)
        SELECT {_LINE}, substr(md5(random()::text || j || i), 1, 26), {_STATEMENT}, {_PERSON}, {_HOURS}, '',
               CASE WHEN {_WAITS} THEN 'pending' ELSE 'accepted' END, '', CASE WHEN NOT {_WAITS} THEN %(decider)s END,
               CASE WHEN {_WAITS} THEN '' ELSE 'mesure' END, CASE WHEN NOT {_WAITS} THEN d.month + 36 END
          FROM {_ROWS} {_LIVED} CROSS JOIN generate_series(0, %(people)s - 1) AS j WHERE d.month < %(month)s""",
    "months of people": f"""INSERT INTO hours_personmonth (id, person_id, month, worked_hours, max_hours, max_version)
        SELECT {_LINE}, {_PERSON}, d.month, {_HOURS}, 220.00, 'hours.maximum.month.adult@2002-01-01'
          FROM {_ROWS} CROSS JOIN generate_series(0, %(people)s - 1) AS j {_LIVED} WHERE d.month < %(month)s AND NOT {_WAITS}""",
    "worked months": f"""INSERT INTO hours_workedmonth (id, placement_id, person_id, month, worked_hours, allocated_hours)
        SELECT {_LINE}, {_PERSON}, {_PERSON}, d.month, {_HOURS}, {_HOURS}
          FROM {_ROWS} CROSS JOIN generate_series(0, %(people)s - 1) AS j {_LIVED} WHERE d.month < %(month)s AND NOT {_WAITS}""",
    "ledger": f"""INSERT INTO hours_ledgerentry (id, idempotency_key, commitment_id, placement_id, worked_month, post_month, hours, line_id, reason, declared_by_id,
            declared_org_id, actor_id, actor_org_id, at, sequence, prev_hash, hash)
        SELECT line, key, commitment, placement, month, month, hours, line, '', %(declarant)s, org, %(decider)s, %(decider_org)s, at, sequence,
               COALESCE(lag(hash) OVER (PARTITION BY commitment ORDER BY sequence), ''::bytea), hash
          FROM (SELECT *, bench_chain(concat_ws('|', sequence, key, commitment, placement, to_char(month, 'YYYY-MM-DD'), to_char(month, 'YYYY-MM-DD'), hours::text,
                       line, '-', '', %(declarant)s, org, %(decider)s, %(decider_org)s, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')))
                       OVER (PARTITION BY commitment ORDER BY sequence) AS hash
                  FROM (SELECT {_LINE} AS line, 'line-' || ({_LINE}) AS key, %(base)s + i AS commitment, {_PERSON} AS placement, d.month, {_HOURS} AS hours,
                               %(base)s + i %% %(companies)s AS org, (d.month + 36)::timestamptz AS at, m * %(people)s + j + 1 AS sequence
                          FROM {_ROWS} {_LIVED} CROSS JOIN generate_series(0, %(people)s - 1) AS j WHERE d.month < %(month)s AND NOT {_WAITS}) e) c""",
    "months of commitments": f"""INSERT INTO hours_monthcredit (commitment_id, month, hours)
        SELECT %(base)s + i, d.month, sum({_HOURS}) FROM {_ROWS} {_LIVED} CROSS JOIN generate_series(0, %(people)s - 1) AS j
         WHERE d.month < %(month)s AND NOT {_WAITS} GROUP BY i, d.month""",
    "people of commitments": f"""INSERT INTO hours_creditedperson (commitment_id, person_id)
        SELECT %(base)s + i, {_PERSON} FROM {_ROWS} {_LIVED} CROSS JOIN generate_series(0, %(people)s - 1) AS j
         WHERE d.month < %(month)s AND NOT {_WAITS} GROUP BY i, j""",
    "certificates": """INSERT INTO compliance_certificate (id, public_id, verification_code, year, number, commitment_id, content, content_hash, prev_hash,
            sealed_at, sealed_by_id, sealed_by_label)
        SELECT id, substr(md5(random()::text || id), 1, 26), substr(md5(random()::text || id || 'v'), 1, 26), year, number, id, content, content_hash,
               COALESCE(lag(chained) OVER (ORDER BY id), first_prev), ends_on + 40, %(mission)s, 'mesure'
          FROM (SELECT *, bench_chain_certificate(content_hash, year || '-' || number, first_prev) OVER (ORDER BY id) AS chained
                  FROM (SELECT o.id, o.ends_on, 2200 - 1 AS year, row_number() OVER (ORDER BY o.id) AS number, k.content, k.content_hash,
                               sha256(k.prev_hash || k.content_hash || convert_to(k.year || '-' || k.number, 'UTF8')) AS first_prev
                          FROM commitments_commitment o
                          CROSS JOIN (SELECT * FROM compliance_certificate ORDER BY id DESC LIMIT 1) k
                         WHERE o.id >= %(base)s AND o.ends_on < %(month)s - 90) x) y""",
    "kept of people": """UPDATE participants_person p SET granted_until = r.granted_until, placed_until = r.placed_until, moved_at = r.moved_at
          FROM participants_person_read r WHERE r.person_id = p.id""",
    "people elsewhere": "UPDATE participants_person p SET placed_in = v.places FROM violation_person_placed v WHERE v.id = p.id",
    "shared keys of people": """UPDATE participants_personkey k SET shared = true FROM (SELECT digest, kind FROM participants_personkey GROUP BY 1, 2
         HAVING count(*) > 1) s WHERE k.digest = s.digest AND k.kind = s.kind""",
    "journal": f"""INSERT INTO audit_journalentry (at, actor_user_id, actor_label, actor_role, organisation_id, action, object_kind, object_id, thread, facts, digest)
        SELECT d.month + 36, %(decider)s, 'mesure', 'facilitator', %(decider_org)s, 'lines.accepted', 'statement', '', c.public_id,
               jsonb_build_object('lines', %(people)s), sha256(c.public_id::bytea)
          FROM {_ROWS} JOIN procurement_contract c ON c.id = %(base)s + i {_LIVED} WHERE d.month < %(month)s""",
}  # fmt: skip
_STATEMENTS["chain"] += """
CREATE FUNCTION bench_certificate_step(state bytea, content bytea, label text, first bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
  $$ SELECT sha256(COALESCE(state, first) || content || convert_to(label, 'UTF8')) $$;
CREATE AGGREGATE bench_chain_certificate(bytea, text, bytea) (SFUNC = bench_certificate_step, STYPE = bytea);
"""


@contextmanager
def _without_indexes(cursor: Any, say: Any) -> Iterator[None]:
    """Take away what is quicker to make at the end: indexes and unique constraints that no foreign key leans on."""
    cursor.execute(
        """SELECT c.relname, i.relname, k.conname, pg_get_constraintdef(k.oid), pg_get_indexdef(i.oid)
             FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
             LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.contype IN ('u', 'x', 'p')
            WHERE c.relname = ANY(%s) AND NOT x.indisprimary AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.oid)""",
        [list(LOADED)],
    )
    found = cursor.fetchall()
    for table, index, constraint, _, _ in found:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"' if constraint else f'DROP INDEX "{index}"')
    yield
    began = time.perf_counter()
    for table, _, constraint, definition, index in found:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{constraint}" {definition}' if constraint else index)
    say(f"  {len(found)} indexes in {time.perf_counter() - began:.1f} s", flush=True)


def count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    return int(cursor.fetchone()[0])
