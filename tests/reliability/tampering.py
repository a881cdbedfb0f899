"""R16: whoever owns the database edits it, triggers off, a thousand times; what is seen by views and chains alone, and with the anchor.

Each tampering is made in a transaction and undone. Some are clumsy (a field), some careful: a tail cut off with its counters, a chain
written again whole, a certificate sealed anew.
"""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from levier.commands import anchor, verify
from levier.foundation.objections import Refusal

N = 1000
CHANGES = {
    "text": "left(md5({0} || 'x'), char_length({0}))", "character varying": "left(md5({0} || 'x'), char_length({0}))",
    "numeric": "{0} + 1", "integer": "{0} + 1", "bigint": "{0} + 1", "smallint": "{0} + 1", "boolean": "NOT {0}",
    "date": "{0} + 1", "timestamp with time zone": "{0} + interval '1 second'", "bytea": "sha256({0})", "jsonb": "'{{\"x\": 1}}'",
    "ARRAY": "array_cat({0}, {0})",
}  # fmt: skip
CHAIN_AGAIN = """DO $$ DECLARE e hours_ledgerentry; p bytea := ''; n int := 0; BEGIN
  FOR e IN SELECT * FROM hours_ledgerentry WHERE commitment_id = {0} ORDER BY sequence LOOP
    n := n + 1; e.sequence := n; UPDATE hours_ledgerentry SET sequence = n, prev_hash = p, hash = hours_entry_hash(p, e) WHERE id = e.id;
    p := hours_entry_hash(p, e);
  END LOOP; END $$"""
COUNT_AGAIN = (
    (
        "UPDATE commitments_commitment c SET credited_hours = (SELECT COALESCE(sum(x.hours), 0) FROM hours_ledgerentry x"
        " WHERE x.commitment_id = c.id)"
    ),
    (
        "UPDATE hours_workedmonth w SET allocated_hours = (SELECT COALESCE(sum(x.hours), 0) FROM hours_ledgerentry x"
        " WHERE x.placement_id = w.placement_id AND x.worked_month = w.month)"
    ),
    (
        "UPDATE hours_statementline l SET state = 'refused', reason = 'x' WHERE state = 'accepted' AND hours <> 0"
        " AND NOT EXISTS (SELECT 1 FROM hours_ledgerentry x WHERE x.line_id = l.id)"
    ),
)


def run(count: int, seed: int, _copy: object = None) -> dict[str, Any]:
    said = populate()
    dice = random.Random(seed)
    made, alone, anchored = Counter[str](), Counter[str](), Counter[str]()
    while made.total() < count:
        (how,) = dice.choices(list(TAMPERINGS), [weight for _, weight in TAMPERINGS.values()])
        seen = _try(TAMPERINGS[how][0], dice, said)
        if seen is None:
            continue  # a check of the database refused it, or it changed nothing
        made[how] += 1
        alone[how] += seen[0]
        anchored[how] += seen[1]
    sound = not _wrong() and not anchor.differences(said)
    return {
        "n": count, "seen_with_anchor": anchored.total(), "seen_without_anchor": alone.total(),
        "by_kind": {how: {"made": made[how], "without": alone[how], "with": anchored[how]} for how in made},
        "planted": made.total(), "caught": anchored.total(), "sound_base_is_clean": sound,
        "holds": sound and anchored.total() == count and alone.total() < count,
    }  # fmt: skip


def populate() -> dict[str, Any]:
    """A small ledger with something in each of its tables, and its anchor, taken an hour later."""
    from levier.hours.actions import accept_line, reverse_line
    from tests.attack import operations
    from tests.attack.battlefield import build, read
    from tests.world import NOW

    build()
    (cell,) = read()
    dice = random.Random(5)
    actor = operations._facilitator(cell)
    lines = [line for line in cell.lines if line.commitment in cell.commitments[:4] and line.month.month in {5, 6, 7}]
    for rank, line in enumerate(dice.sample(lines, 40)):
        with suppress(Refusal, DatabaseError):  # some lines of the battlefield are made to be refused
            accept_line(actor=actor, line_public_id=line.public_id, now=NOW)
            if rank % 5 == 0:
                reverse_line(actor=actor, line_public_id=line.public_id, reason="Erreur de mois.", now=NOW)
    for honest in (
        operations.waive_an_hour, operations.penalise_an_hour, operations.enter_an_invoice, operations.amend_by_an_hour,
        operations.agree_on_a_transfer,
    ):  # fmt: skip
        for _ in range(6):
            with suppress(DatabaseError):  # not every commitment drawn has an hour left
                honest(dice, cell)
    return anchor.take(timezone.now() + timedelta(hours=1))


def _try(tamper: Callable[[Any, random.Random, Any], bool], dice: random.Random, said: Any) -> tuple[bool, bool] | None:
    """(seen without the anchor, seen with it); None where nothing was changed."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            changed = tamper(cursor, dice, said)
            found = (_wrong(), bool(anchor.differences(said)) or _wrong()) if changed else None
            transaction.set_rollback(True)
    except DatabaseError:
        return None
    return found


def _wrong() -> bool:
    checks = [*verify.views(), verify.ledger_chain(), verify.certificate_chain(), verify.pinned_heads()]
    return any(check.wrong for check in checks)


def _table(dice: random.Random, said: Any) -> str:
    return dice.choice([name for name, table in said["tables"].items() if table["rows"]])


def _row(cursor: Any, dice: random.Random, table: str) -> int:
    cursor.execute(f"SELECT id FROM {table} ORDER BY id")
    return int(dice.choice(cursor.fetchall())[0])


def field(cursor: Any, dice: random.Random, said: Any) -> bool:
    table = _table(dice, said)
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'"
        " AND is_generated = 'NEVER'",
        [table],
    )
    column, kind = dice.choice(cursor.fetchall())
    change = CHANGES[kind].format(f'"{column}"')
    key = _row(cursor, dice, table)
    cursor.execute(
        f'UPDATE {table} SET "{column}" = {change} WHERE id = {key} AND "{column}" IS DISTINCT FROM ({change})'
    )
    return cursor.rowcount == 1


def delete(cursor: Any, dice: random.Random, said: Any) -> bool:
    table = _table(dice, said)
    cursor.execute(f"DELETE FROM {table} WHERE id = {_row(cursor, dice, table)}")
    return True


def swap(cursor: Any, dice: random.Random, said: Any) -> bool:
    """The hours of two rows change places, so that no total moves."""
    table = dice.choice(["hours_ledgerentry", "commitments_duemovement"])
    one, other = _row(cursor, dice, table), _row(cursor, dice, table)
    cursor.execute(
        f"UPDATE {table} a SET hours = b.hours FROM {table} b WHERE a.id IN ({one}, {other}) AND b.id IN ({one}, {other})"
        " AND a.id <> b.id AND a.hours <> b.hours"
    )
    return cursor.rowcount == 2


def insert(cursor: Any, dice: random.Random, _said: Any) -> bool:
    """A waiver or a line of the journal that says it is old, counters moved accordingly."""
    if dice.random() < 0.5:
        cursor.execute(
            "INSERT INTO audit_journalentry (at, actor_label, actor_role, action, object_kind, object_id, thread, facts, digest)"
            " SELECT at, actor_label, actor_role, action, object_kind, object_id, thread, facts, digest FROM audit_journalentry"
            " ORDER BY id LIMIT 1"
        )
        return True
    cursor.execute(
        "INSERT INTO commitments_hourswaiver (commitment_id, hours, reason, decided_by_label, at)"
        " SELECT commitment_id, 1, 'x', 'x', at FROM commitments_hourswaiver ORDER BY id LIMIT 1 RETURNING commitment_id"
    )
    (commitment,) = cursor.fetchone()
    cursor.execute("UPDATE commitments_commitment SET waived_hours = waived_hours + 1 WHERE id = %s", [commitment])
    return True


def truncate(cursor: Any, dice: random.Random, said: Any) -> bool:
    cursor.execute(f"DELETE FROM {_table(dice, said)}")
    return True


def tail(cursor: Any, dice: random.Random, _said: Any) -> bool:
    """The last entries of a commitment vanish, and every counter and line with them."""
    commitment = _busy(cursor, dice)
    cursor.execute(
        "DELETE FROM hours_ledgerentry WHERE commitment_id = %s AND sequence > (SELECT max(sequence) - %s FROM hours_ledgerentry"
        " WHERE commitment_id = %s)",
        [commitment, dice.randint(1, 3), commitment],
    )
    for again in COUNT_AGAIN:
        cursor.execute(again)
    return True


def rewrite(cursor: Any, dice: random.Random, _said: Any) -> bool:
    """Another reason or another instant throughout a chain, which is then computed again whole."""
    commitment = _busy(cursor, dice)
    change = dice.choice(
        ["at = at - interval '1 day'", "reason = reason || '.'", "idempotency_key = idempotency_key || 'x'"]
    )
    cursor.execute(f"UPDATE hours_ledgerentry SET {change} WHERE commitment_id = {commitment}")
    cursor.execute(CHAIN_AGAIN.format(commitment))
    return True


def seal_anew(cursor: Any, dice: random.Random, _said: Any) -> bool:
    """A certificate says more accepted hours, with a fingerprint that fits."""
    cursor.execute("SELECT id, content::text FROM compliance_certificate ORDER BY id DESC LIMIT 1")
    key, text = cursor.fetchone()
    content = json.loads(text)
    content["balance"]["accepted"] = str(Decimal(content["balance"]["accepted"]) + dice.randint(1, 500))
    fitting = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    cursor.execute(
        "UPDATE compliance_certificate SET content = %s, content_hash = %s WHERE id = %s",
        [json.dumps(content), hashlib.sha256(fitting).digest(), key],
    )
    return True


def _busy(cursor: Any, dice: random.Random) -> int:
    cursor.execute("SELECT commitment_id FROM hours_ledgerentry GROUP BY 1 HAVING count(*) > 2 ORDER BY 1")
    return int(dice.choice(cursor.fetchall())[0])


TAMPERINGS: dict[str, tuple[Callable[[Any, random.Random, Any], bool], int]] = {
    "field": (field, 40), "delete": (delete, 12), "swap": (swap, 8), "insert": (insert, 10), "truncate": (truncate, 5),
    "tail": (tail, 10), "rewrite": (rewrite, 10), "seal_anew": (seal_anew, 5),
}  # fmt: skip
