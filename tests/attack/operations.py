"""What the clients do to the database: honest work by the real actions, and everything that must be refused, in raw SQL.

A forbidden operation does everything right but one thing, so that the wall it meets is the one it is meant for.
"""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import connection, transaction

from levier.accounts.models import Membership
from levier.accounts.queries import actor_from
from levier.hours import actions
from levier.reference.values import Catalogue
from tests.attack.battlefield import FUTURE, SEALED, Field, Line
from tests.world import NOW


@dataclass(frozen=True)
class Operation:
    """`run` returns the rows it changed; `forbidden`: any is a breach."""

    name: str
    run: Callable[[random.Random, Field], int]
    forbidden: bool
    weight: float = 1.0
    """How often it is drawn: what stops everybody else (TRUNCATE waits for all, and all wait for it) is drawn less."""


OPERATIONS: list[Operation] = []
values: list[Catalogue] = []
"""The reference values, read once before the clients start."""


def _operation(*, forbidden: bool) -> Callable[[Callable[[random.Random, Field], int]], Callable[..., int]]:
    def keep(run: Callable[[random.Random, Field], int]) -> Callable[..., int]:
        OPERATIONS.append(Operation(run.__name__, run, forbidden))
        return run

    return keep


def _sql(text: str, params: Any = ()) -> int:
    """Rows changed by one statement, which commits by itself where no transaction is open."""
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return max(cursor.rowcount, 0)


def _count(
    line: Line, field: Field, *, accept: bool = True, worked: str = "", made: bool = True, **changed: Any
) -> int:
    """Count a line by hand as the action would, but for what is changed."""
    entry = {
        "idempotency_key": f"hostile-{uuid.uuid4()}", "commitment_id": line.commitment, "placement_id": line.placement,
        "worked_month": line.month, "post_month": line.month if line.month != SEALED else date(2026, 11, 1), "hours": line.hours,
        "line_id": line.id, "reverses_id": None, "reason": "", "declared_by_id": line.declared_by, "declared_org_id": line.holder,
        "actor_id": field.facilitator, "actor_org_id": field.facilitator_org, "at": NOW,
    } | changed  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM commitments_commitment WHERE id = %s FOR UPDATE", [entry["commitment_id"]])
        cursor.execute("SELECT 1 FROM hours_statementline WHERE id = %s AND state = 'pending' FOR UPDATE", [line.id])
        if not cursor.rowcount:
            return 0
        if made:
            _make_month(cursor, line, worked)
        _insert(cursor, entry)
        if accept:
            cursor.execute(
                "UPDATE hours_statementline SET state = 'accepted', decided_by_id = %s WHERE id = %s",
                [field.facilitator, line.id],
            )
    return 1


def _make_month(cursor: Any, line: Line, worked: str) -> None:
    cursor.execute(
        "INSERT INTO hours_personmonth (person_id, month, worked_hours, max_hours, max_version) VALUES (%s, %s, 0, 200, 'essai')"
        " ON CONFLICT DO NOTHING",
        [line.person, line.month],
    )
    cursor.execute(
        "INSERT INTO hours_workedmonth (placement_id, person_id, month, worked_hours, allocated_hours)"
        " VALUES (%s, %s, %s, 0, 0) ON CONFLICT DO NOTHING",
        [line.placement, line.person, line.month],
    )
    cursor.execute(
        f"UPDATE hours_workedmonth SET worked_hours = GREATEST(worked_hours, allocated_hours + %s) {worked}"
        " WHERE placement_id = %s AND month = %s",
        [line.hours, line.placement, line.month],
    )


def _insert(cursor: Any, entry: dict[str, Any]) -> None:
    entry = entry | {"sequence": 0, "prev_hash": b"", "hash": b""}
    cursor.execute(
        f"INSERT INTO hours_ledgerentry ({', '.join(entry)}) VALUES ({', '.join(['%s'] * len(entry))})",
        list(entry.values()),
    )


def _pick(dice: random.Random, field: Field, wanted: Callable[[Line], bool]) -> Line:
    return dice.choice([line for line in field.lines if wanted(line)])


def _open(line: Line) -> bool:
    return line.month not in {SEALED, FUTURE}


def _facilitator(field: Field) -> Any:
    return _actor(field.facilitator)


@cache
def _actor(user: int) -> Any:
    return actor_from(Membership.objects.select_related("user", "organisation", "territory").get(user=user))


@_operation(forbidden=False)
def accept_by_the_action(dice: random.Random, field: Field) -> int:
    line = field.line(dice)
    actions.accept_line(actor=_facilitator(field), line_public_id=line.public_id, now=NOW, values=values[0])
    return 1


@_operation(forbidden=False)
def reverse_by_the_action(dice: random.Random, field: Field) -> int:
    line = field.line(dice)
    actions.reverse_line(actor=_facilitator(field), line_public_id=line.public_id, reason="Erreur de mois.", now=NOW)
    return 1


@_operation(forbidden=False)
def declare_again(dice: random.Random, field: Field) -> int:
    """A line sent back is corrected and sent again, so that work never runs out."""
    line = field.line(dice)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE hours_statementline SET state = 'draft' WHERE id = %s AND state = 'refused'", [line.id])
        cursor.execute("UPDATE hours_statementline SET state = 'pending' WHERE id = %s AND state = 'draft'", [line.id])
        return max(cursor.rowcount, 0)


@_operation(forbidden=False)
def accept_by_hand(dice: random.Random, field: Field) -> int:
    return _count(_pick(dice, field, _open), field)


@_operation(forbidden=False)
def waive_an_hour(dice: random.Random, field: Field) -> int:
    return _sql(
        "INSERT INTO commitments_hourswaiver (commitment_id, hours, reason, decided_by_label, at) VALUES (%s, 1, 'essai', 'essai', %s)",
        [dice.choice(field.commitments), NOW],
    )


@_operation(forbidden=True)
def count_where_not_assigned(dice: random.Random, field: Field) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT commitment_id, placement_id FROM commitments_commitmentplacement")
        assigned = set(cursor.fetchall())
    return _count(_pick(dice, field, lambda o: (o.commitment, o.placement) not in assigned and _open(o)), field)


@_operation(forbidden=True)
def draw_more_than_worked(dice: random.Random, field: Field) -> int:
    return _count(_pick(dice, field, _open), field, worked="- 0.01 - worked_hours + allocated_hours")


@_operation(forbidden=True)
def count_a_month_that_nobody_worked(dice: random.Random, field: Field) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT placement_id, month FROM hours_workedmonth")
        worked = set(cursor.fetchall())
    left = [line for line in field.lines if _open(line) and (line.placement, line.month) not in worked]
    if not left:
        return 0
    line = dice.choice(left)
    with transaction.atomic():
        counted = _count(line, field, made=False)
        made_since = "SELECT 1 FROM hours_workedmonth WHERE placement_id = %s AND month = %s"
        if _sql(made_since, [line.placement, line.month]):  # by another client: then it is fair
            transaction.set_rollback(True)
            return 0
        return counted


@_operation(forbidden=True)
def work_beyond_the_legal_maximum(dice: random.Random, field: Field) -> int:
    return _count(_pick(dice, field, _open), field, worked="+ 400")


@_operation(forbidden=True)
def accept_ones_own_hours(dice: random.Random, field: Field) -> int:
    line = _pick(dice, field, _open)
    return _count(line, field, actor_id=line.declared_by)


@_operation(forbidden=True)
def accept_for_ones_own_company(dice: random.Random, field: Field) -> int:
    line = _pick(dice, field, _open)
    return _count(line, field, actor_org_id=line.holder)


@_operation(forbidden=True)
def hide_behind_another_declarant(dice: random.Random, field: Field) -> int:
    line = _pick(dice, field, _open)
    return _count(line, field, actor_id=line.declared_by, declared_by_id=field.facilitator)


@_operation(forbidden=True)
def count_in_a_sealed_month(dice: random.Random, field: Field) -> int:
    closed = field.commitments[:4]
    line = _pick(dice, field, lambda one: one.month == SEALED and one.commitment in closed)
    return _count(line, field, post_month=SEALED)


@_operation(forbidden=True)
def count_the_future(dice: random.Random, field: Field) -> int:
    return _count(_pick(dice, field, lambda line: line.month == FUTURE), field)


@_operation(forbidden=True)
def count_outside_the_window(dice: random.Random, field: Field) -> int:
    over = date(2026, 6, 1)
    people = {line.person for line in field.lines}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM participants_eligibilitydecision WHERE granted AND valid_until < %s", [over]
        )
        ended = {row[0] for row in cursor.fetchall()} & people
    return _count(_pick(dice, field, lambda line: line.person in ended and line.month >= over and _open(line)), field)


@_operation(forbidden=True)
def count_on_two_without_agreement(dice: random.Random, field: Field) -> int:
    """The commitment outside the agreement draws on a month that the others draw on."""
    first, _, alone = field.commitments[:3]
    twins = {(one.placement, one.month): one for one in field.lines if one.commitment == first}
    line = _pick(
        dice, field, lambda one: one.commitment == alone and _open(one) and (one.placement, one.month) in twins
    )
    twin = twins[line.placement, line.month]
    with transaction.atomic():
        return min(_count(twin, field), _count(line, field))


@_operation(forbidden=True)
def train_above_the_cap(dice: random.Random, field: Field) -> int:
    """Two months of training at once, of which one has room."""
    mine = [one for one in field.trained if one.commitment == field.kinds["FORME"] and _open(one)]
    with transaction.atomic():
        return min(_count(line, field) for line in dice.sample(mine, 2))


@_operation(forbidden=True)
def train_where_no_cap_is_written(dice: random.Random, field: Field) -> int:
    mine = [one for one in field.trained if one.commitment == field.kinds["NU"] and _open(one)]
    return _count(dice.choice(mine), field)


@_operation(forbidden=True)
def count_without_accepting(dice: random.Random, field: Field) -> int:
    return _count(_pick(dice, field, _open), field, accept=False)


@_operation(forbidden=True)
def count_more_than_the_line(dice: random.Random, field: Field) -> int:
    line = _pick(dice, field, _open)
    return _count(line, field, hours=line.hours + 1, worked="+ 1")


@_operation(forbidden=True)
def count_for_another_placement(dice: random.Random, field: Field) -> int:
    line, other = dice.sample(field.lines, 2)
    if (other.commitment, other.month) != (line.commitment, line.month) or not _open(line):
        return 0
    with transaction.atomic():
        return min(_count(other, field), _count(line, field, placement_id=other.placement))


@_operation(forbidden=True)
def count_negative_hours(dice: random.Random, field: Field) -> int:
    line = _pick(dice, field, _open)
    return _count(line, field, accept=False, hours=-line.hours, worked="+ 0")


@_operation(forbidden=True)
def count_a_key_twice(dice: random.Random, field: Field) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idempotency_key FROM hours_ledgerentry WHERE commitment_id = %s ORDER BY sequence DESC LIMIT 1",
            [dice.choice(field.commitments)],
        )
        known = cursor.fetchone()
    return _count(_pick(dice, field, _open), field, idempotency_key=known[0]) if known else 0


def _reversal(
    dice: random.Random,
    field: Field,
    *,
    of: str,
    hours: str,
    reason: str = "essai",
    place: tuple[int, int] | None = None,
) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO hours_ledgerentry (idempotency_key, commitment_id, placement_id, worked_month, post_month, hours, line_id,
                  reverses_id, reason, declared_by_id, declared_org_id, actor_id, actor_org_id, at, sequence, prev_hash, hash)
                SELECT %s, x.commitment_id, x.placement_id, x.worked_month, DATE '2026-11-01', {hours}, x.line_id, x.id, %s,
                  x.declared_by_id, x.declared_org_id, %s, %s, %s, 0, '', ''
                FROM hours_ledgerentry x WHERE x.commitment_id = %s AND x.sequence > %s AND {of} ORDER BY x.sequence LIMIT 1
                RETURNING line_id""",
            [
                f"hostile-{uuid.uuid4()}", reason, field.facilitator, field.facilitator_org, NOW, *(place or _somewhere(dice, field))
            ],
        )  # fmt: skip
        found = cursor.fetchall()
        for (line,) in found:
            cursor.execute(
                "UPDATE hours_statementline l SET state = 'refused', reason = 'essai' WHERE l.id = %s AND l.state = 'accepted'"
                " AND 0 = (SELECT COALESCE(sum(x.hours), 0) FROM hours_ledgerentry x WHERE x.line_id = l.id) AND l.hours > 0",
                [line],
            )
        return len(found)


def _somewhere(dice: random.Random, field: Field) -> tuple[int, int]:
    """A commitment and a place in its ledger."""
    commitment = dice.choice(field.commitments[:4])
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(sequence) FROM hours_ledgerentry WHERE commitment_id = %s", [commitment])
        (last,) = cursor.fetchone()
    return commitment, dice.randrange(last) if last else 0


@_operation(forbidden=True)
def reverse_part(dice: random.Random, field: Field) -> int:
    return _reversal(dice, field, of="x.reverses_id IS NULL", hours="-x.hours + 1")


@_operation(forbidden=True)
def reverse_a_reversal(dice: random.Random, field: Field) -> int:
    return _reversal(dice, field, of="x.reverses_id IS NOT NULL", hours="-x.hours")


@_operation(forbidden=True)
def reverse_twice(dice: random.Random, field: Field) -> int:
    """An entry that was reversed, once more; where there is none yet, one that is then reversed by this one."""
    place = (dice.choice(field.commitments[:4]), 0)
    done = "EXISTS (SELECT 1 FROM hours_ledgerentry y WHERE y.reverses_id = x.id)"
    with transaction.atomic():
        _reversal(dice, field, of=f"x.reverses_id IS NULL AND NOT {done}", hours="-x.hours", place=place)
        if not (again := _reversal(dice, field, of=done, hours="-x.hours", place=place)):
            transaction.set_rollback(True)
        return again


@_operation(forbidden=True)
def reverse_without_reason(dice: random.Random, field: Field) -> int:
    return _reversal(dice, field, of="x.reverses_id IS NULL", hours="-x.hours", reason="")


@_operation(forbidden=True)
def place_before_the_decision(dice: random.Random, field: Field) -> int:
    return _place(dice, field, "d.decided_on - 1")


@_operation(forbidden=True)
def place_after_the_window(dice: random.Random, field: Field) -> int:
    return _place(dice, field, "d.valid_until + 1")


def _place(dice: random.Random, field: Field, day: str) -> int:
    placement, _, _ = dice.choice(field.placements)
    return _sql(
        f"""INSERT INTO participants_placement (public_id, person_id, employer_id, decision_id, modality, contract_kind, job_code,
              job_title, starts_on, weekly_hours, created_at, created_by_label)
            SELECT %s, p.person_id, p.employer_id, p.decision_id, p.modality, p.contract_kind, '', 'essai', {day}, 35, now(), 'essai'
            FROM participants_placement p JOIN participants_eligibilitydecision d ON d.id = p.decision_id WHERE p.id = %s""",
        [uuid.uuid4().hex[:26], placement],
    )


@_operation(forbidden=True)
def place_on_anothers_decision(dice: random.Random, field: Field) -> int:
    (placement, person, _), (_, stranger, decision) = dice.sample(field.placements, 2)
    if person == stranger:
        return 0
    return _sql(
        """INSERT INTO participants_placement (public_id, person_id, employer_id, decision_id, modality, contract_kind, job_code,
             job_title, starts_on, weekly_hours, created_at, created_by_label)
           SELECT %s, p.person_id, p.employer_id, %s, p.modality, p.contract_kind, '', 'essai', p.starts_on, 35, now(), 'essai'
           FROM participants_placement p WHERE p.id = %s""",
        [uuid.uuid4().hex[:26], decision, placement],
    )


@_operation(forbidden=True)
def grant_an_overlapping_window(dice: random.Random, field: Field) -> int:
    _, _, decision = dice.choice(field.placements)
    return _sql(
        """INSERT INTO participants_eligibilitydecision (public_id, person_id, granted, decided_on, decided_at, decided_by_id,
             decided_by_label, territory_id, valid_from, valid_until, rule_version)
           SELECT %s, person_id, true, decided_on, now(), decided_by_id, 'essai', territory_id, valid_from, valid_until, ''
           FROM participants_eligibilitydecision WHERE id = %s""",
        [uuid.uuid4().hex[:26], decision],
    )


@_operation(forbidden=True)
def register_somebody_twice(dice: random.Random, field: Field) -> int:
    _, person, _ = dice.choice(field.placements)
    return _sql(
        """INSERT INTO participants_person (public_id, reference, identity, identity_index, territory_id, created_at, created_by_label,
             retention_until) SELECT %s, %s, identity, identity_index, territory_id, now(), 'essai', retention_until
           FROM participants_person WHERE id = %s""",
        [uuid.uuid4().hex[:26], uuid.uuid4().hex[:12], person],
    )


_THEIRS = "WHERE person_id = (SELECT person_id FROM participants_placement WHERE id = {placement})"
"""Of one person of the cell: clients that all wanted the same first row would only wait for one another."""


def _plain(name: str, text: str, weight: float = 1.0) -> None:
    """One statement that must change nothing; `{commitment}`, `{line}` and `{placement}` are drawn, a kind of commitment is of the cell."""

    def run(dice: random.Random, field: Field) -> int:
        drawn = {
            "commitment": dice.choice(field.commitments),
            "line": field.line(dice).id,
            "placement": dice.choice(field.placements)[0],
            "once": uuid.uuid4().hex[:26],
        }
        return _sql(text.format(**drawn, **field.kinds, **field.files, contested=field.contested.id))

    OPERATIONS.append(Operation(name, run, forbidden=True, weight=weight))


_plain("rewrite_the_ledger", "UPDATE hours_ledgerentry SET hours = hours + 1 WHERE commitment_id = {commitment}")
_plain("erase_the_ledger", "DELETE FROM hours_ledgerentry WHERE commitment_id = {commitment}")
_plain("empty_the_ledger", "TRUNCATE hours_ledgerentry", 0.02)
_plain(
    "raise_the_credit", "UPDATE commitments_commitment SET credited_hours = credited_hours + 1 WHERE id = {commitment}"
)
_plain("raise_the_waiver", "UPDATE commitments_commitment SET waived_hours = waived_hours + 1 WHERE id = {commitment}")
_plain("lower_what_is_due", "UPDATE commitments_commitment SET due_hours = due_hours - 1 WHERE id = {commitment}")
_plain(
    "waive_more_than_due",
    "INSERT INTO commitments_hourswaiver (commitment_id, hours, reason, decided_by_label, at)"
    " SELECT id, due_hours + 100000, 'essai', 'essai', now() FROM commitments_commitment WHERE id = {commitment}",
)
_plain(
    "waive_less_than_nothing",
    "INSERT INTO commitments_hourswaiver (commitment_id, hours, reason, decided_by_label, at) VALUES ({commitment}, -1, 'x', 'x', now())",
)
_plain("free_a_persons_month", f"UPDATE hours_personmonth SET worked_hours = 0 {_THEIRS} AND worked_hours > 0")
_plain("raise_a_persons_maximum", f"UPDATE hours_personmonth SET max_hours = 744 {_THEIRS}")
_plain(
    "free_a_worked_month",
    "UPDATE hours_workedmonth SET allocated_hours = 0 WHERE placement_id = {placement} AND allocated_hours > 0",
)
_plain(
    "move_a_worked_month",
    "UPDATE hours_workedmonth SET month = month + interval '1 month' WHERE placement_id = {placement}",
)
_plain(
    "invent_a_credited_month",
    "WITH p AS (SELECT id, person_id FROM participants_placement WHERE id = {placement}), m AS (INSERT INTO hours_personmonth"
    " (person_id, month, worked_hours, max_hours, max_version) SELECT person_id, DATE '2025-01-01', 0, 200, '' FROM p ON CONFLICT DO NOTHING)"
    " INSERT INTO hours_workedmonth (placement_id, person_id, month, worked_hours, allocated_hours)"
    " SELECT id, person_id, DATE '2025-01-01', 10, 10 FROM p",
)
_plain(
    "invent_a_credited_commitment",
    "INSERT INTO commitments_commitment (public_id, lot_id, holder_id, territory_id, instrument, due_hours, starts_on, ends_on,"
    " versions, credited_hours, waived_hours, created_at, created_by_label) SELECT md5(random()::text)::varchar(26), lot_id, holder_id,"
    " territory_id, 'criterion', 100, starts_on, ends_on, versions, 10, 0, now(), 'essai' FROM commitments_commitment"
    " WHERE id = {commitment} AND instrument = 'execution_condition'",
)
_plain(
    "invent_a_charged_person",
    "INSERT INTO hours_personmonth (person_id, month, worked_hours, max_hours, max_version)"
    " SELECT person_id, DATE '2025-02-01', 10, 200, '' FROM participants_placement WHERE id = {placement}",
)
_plain(
    "work_in_anothers_name",
    "WITH other AS (SELECT max(id) AS id FROM participants_person), m AS (INSERT INTO hours_personmonth"
    " (person_id, month, worked_hours, max_hours, max_version) SELECT id, DATE '2025-03-01', 0, 200, '' FROM other ON CONFLICT DO NOTHING)"
    " INSERT INTO hours_workedmonth (placement_id, person_id, month, worked_hours, allocated_hours)"
    " SELECT p.id, o.id, DATE '2025-03-01', 0, 0 FROM participants_placement p, other o WHERE p.id = {placement} AND p.person_id <> o.id",
)
_plain(
    "open_a_sealed_month",
    f"UPDATE commitments_period SET sealed_at = NULL WHERE month = '{SEALED}' AND sealed_at IS NOT NULL AND commitment_id = {{commitment}}",
)
_plain(
    "erase_a_sealed_month",
    f"DELETE FROM commitments_period WHERE month = '{SEALED}' AND sealed_at IS NOT NULL AND commitment_id = {{commitment}}",
)
_plain("empty_the_months", "TRUNCATE commitments_period", 0.02)
_plain(
    "accept_without_counting",
    "UPDATE hours_statementline SET state = 'accepted', decided_by_id = (SELECT min(id) FROM accounts_user)"
    " WHERE id = {line} AND state = 'pending'",
)
_plain("skip_a_step", "UPDATE hours_statementline SET state = 'draft' WHERE id = {line} AND state = 'accepted'")
_plain(
    "take_back_what_was_sent", "UPDATE hours_statementline SET state = 'draft' WHERE id = {line} AND state = 'pending'"
)
_plain(
    "change_what_was_sent", "UPDATE hours_statementline SET hours = hours - 1 WHERE id = {line} AND state = 'pending'"
)
_plain(
    "change_an_accepted_line",
    "UPDATE hours_statementline SET hours = hours + 1 WHERE id = {line} AND state = 'accepted'",
)
_plain("rewrite_a_decision", f"UPDATE participants_eligibilitydecision SET valid_until = valid_until + 365 {_THEIRS}")
_plain("erase_a_decision", f"DELETE FROM participants_eligibilitydecision {_THEIRS}")
_plain("move_a_placement", "UPDATE participants_placement SET starts_on = starts_on + 1 WHERE id = {placement}")
_plain(
    "end_before_counted_hours",
    "UPDATE participants_placement p SET ends_on = p.starts_on WHERE EXISTS (SELECT 1 FROM hours_workedmonth w"
    " WHERE w.placement_id = p.id AND w.allocated_hours > 0 AND w.month > p.starts_on)",
)
_plain("rewrite_a_certificate", "UPDATE compliance_certificate SET content = '{{}}' WHERE commitment_id = {FINI}")
_plain("raise_the_training_cap", "UPDATE hours_trainingcap SET share = 1 WHERE commitment_id = {FORME}", 0.3)
_plain("erase_the_training_cap", "DELETE FROM hours_trainingcap WHERE commitment_id = {FORME}", 0.3)
_plain(
    "train_for_more_than_is_due",
    "INSERT INTO hours_trainingcap (commitment_id, share, version, at) VALUES ({FORME}, 2, 'essai', now())",
    0.5,
)
_plain("erase_a_certificate", "DELETE FROM compliance_certificate WHERE commitment_id = {FINI}")
_plain(
    "rewrite_the_journal",
    "UPDATE audit_journalentry SET actor_label = 'personne' WHERE id = (SELECT min(id) FROM audit_journalentry)",
)
_plain("erase_the_journal", "DELETE FROM audit_journalentry WHERE id = (SELECT min(id) FROM audit_journalentry)")

# A hostile quantity is far beyond what honest clients may move between its reading and the lock: else it would be a fair one by then.
_MOVE = (
    "INSERT INTO commitments_duemovement (commitment_id, kind, hours, effective_on, until, reference, at, by_label)"
    " SELECT id, {kind}, {hours}, starts_on, ends_on, 'essai', now(), 'essai' FROM commitments_commitment WHERE id = {{commitment}}"
)
_BILL = (
    'INSERT INTO commitments_duebasis (commitment_id, kind, reference, "on", amount, at, by_label)'
    " VALUES ({commitment}, '{kind}', {reference}, '2026-03-01', {amount}, now(), 'essai')"
)
_PENALISE = (
    "INSERT INTO commitments_hourspenalty (commitment_id, hours, decision_reference, reason, decided_by_label, at)"
    " SELECT id, {hours}, {decision}, '', 'essai', now() FROM commitments_commitment WHERE id = {commitment} AND {when}"
)
_UNPENALISE = (
    "INSERT INTO commitments_hourspenalty (commitment_id, hours, decision_reference, reverses_id, reason, decided_by_label, at)"
    " SELECT p.commitment_id, {hours}, p.decision_reference, p.id, {reason}, 'essai', now() FROM commitments_hourspenalty p"
    " WHERE p.commitment_id = {commitment} AND {when} ORDER BY p.id DESC LIMIT 1"
)
_TRANSFER = (
    "WITH asked AS (INSERT INTO commitments_duetransfer (public_id, source_id, target_id, hours, carry_over, reason, proposed_by_org_id,"
    " proposed_by_label, at) SELECT '{once}', {source}, {target}, {hours}, {carry}, 'essai', s.holder_id, 'essai', now()"
    " FROM commitments_commitment s, commitments_commitment t WHERE s.id = {source} AND t.id = {target} RETURNING id) SELECT id FROM asked"
)
_ANSWER = (
    "INSERT INTO commitments_duetransferanswer (transfer_id, accepted, reason, answered_by_org_id, answered_by_label, at)"
    " SELECT t.id, {accepted}, '', {by}, 'essai', now() FROM commitments_duetransfer t WHERE t.public_id = '{once}'"
)
_TARGETS_HOLDER = "(SELECT holder_id FROM commitments_commitment WHERE id = t.target_id)"
_SOURCES_HOLDER = "(SELECT holder_id FROM commitments_commitment WHERE id = t.source_id)"


def _transfer(
    field: Field, source: str, target: str, *, hours: str = "1", carry: str = "false", by: str, accepted: str = "true"
) -> int:
    once = uuid.uuid4().hex[:26]
    with transaction.atomic():
        _sql(
            _TRANSFER.format(
                once=once, source=field.kinds[source], target=field.kinds[target], hours=hours, carry=carry
            )
        )
        return _sql(_ANSWER.format(once=once, by=by, accepted=accepted))


@_operation(forbidden=False)
def enter_an_invoice(dice: random.Random, field: Field) -> int:
    amount = dice.choice((-150, 250, 400))
    return _sql(
        _BILL.format(
            commitment=field.kinds["TRANCHE"], kind="invoice", reference=f"'{uuid.uuid4().hex}'", amount=amount
        )
    )


@_operation(forbidden=False)
def amend_by_an_hour(dice: random.Random, field: Field) -> int:
    return _sql(_MOVE.format(kind="'amendment'", hours="1").format(commitment=dice.choice(field.commitments)))


def _penalised(dice: random.Random, field: Field) -> int:
    """One commitment more often than the others, so that penalties meet there."""
    return dice.choice((field.kinds["CHEF"], dice.choice(field.commitments)))


@_operation(forbidden=False)
def penalise_an_hour(dice: random.Random, field: Field) -> int:
    return _sql(
        _PENALISE.format(hours="1", decision=f"'{uuid.uuid4().hex}'", commitment=_penalised(dice, field), when="true")
    )


@_operation(forbidden=False)
def undo_a_penalty(dice: random.Random, field: Field) -> int:
    free = "p.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM commitments_hourspenalty r WHERE r.reverses_id = p.id)"
    return _sql(_UNPENALISE.format(hours="-p.hours", reason="'essai'", commitment=_penalised(dice, field), when=free))


@_operation(forbidden=False)
def agree_on_a_transfer(dice: random.Random, field: Field) -> int:
    pair = dice.sample(("CHEF", "MEMBRE"), 2)
    return _transfer(field, *pair, by=_TARGETS_HOLDER)


@_operation(forbidden=True)
def agree_with_oneself(dice: random.Random, field: Field) -> int:
    return _transfer(field, "CHEF", "MEMBRE", by=_SOURCES_HOLDER)


@_operation(forbidden=True)
def agree_for_others(dice: random.Random, field: Field) -> int:
    return _transfer(field, "CHEF", "MEMBRE", by=str(field.facilitator_org))


@_operation(forbidden=True)
def transfer_out_of_the_group(dice: random.Random, field: Field) -> int:
    return _transfer(field, "CHEF", "AUTRE", by=_TARGETS_HOLDER)


@_operation(forbidden=True)
def carry_over_to_another_holder(dice: random.Random, field: Field) -> int:
    buyer = "(SELECT k.buyer_id FROM commitments_commitment c JOIN procurement_lot l ON l.id = c.lot_id JOIN procurement_contract k ON k.id = l.contract_id WHERE c.id = t.source_id)"
    return _transfer(field, "AUTRE", "FINI", carry="true", by=buyer)


@_operation(forbidden=True)
def carry_over_no_surplus(dice: random.Random, field: Field) -> int:
    buyer = "(SELECT k.buyer_id FROM commitments_commitment c JOIN procurement_lot l ON l.id = c.lot_id JOIN procurement_contract k ON k.id = l.contract_id WHERE c.id = t.source_id)"
    return _transfer(field, "CHEF", "FINI", carry="true", hours="3000", by=buyer)


@_operation(forbidden=True)
def transfer_less_than_nothing(dice: random.Random, field: Field) -> int:
    return _transfer(field, "CHEF", "MEMBRE", hours="-1", by=_TARGETS_HOLDER)


@_operation(forbidden=True)
def refuse_without_a_word(dice: random.Random, field: Field) -> int:
    return _transfer(field, "CHEF", "MEMBRE", by=_TARGETS_HOLDER, accepted="false")


@_operation(forbidden=True)
def answer_twice(dice: random.Random, field: Field) -> int:
    return _sql(
        "INSERT INTO commitments_duetransferanswer (transfer_id, accepted, reason, answered_by_org_id, answered_by_label, at)"
        " SELECT a.transfer_id, true, '', a.answered_by_org_id, 'essai', now() FROM commitments_duetransferanswer a"
        " JOIN commitments_duetransfer t ON t.id = a.transfer_id WHERE t.source_id = %s ORDER BY a.id DESC LIMIT 1",
        [field.kinds["CHEF"]],
    )


@_operation(forbidden=True)
def share_without_the_other_buyer(dice: random.Random, field: Field) -> int:
    """The commitment of the other buyer draws on a month that the commitment alone draws on: that buyer has not agreed."""
    alone, away = field.kinds["SEUL"], field.kinds["LOIN"]
    twins = {(one.placement, one.month): one for one in field.lines if one.commitment == alone}
    line = _pick(dice, field, lambda one: one.commitment == away and _open(one) and (one.placement, one.month) in twins)
    with transaction.atomic():
        return min(_count(twins[line.placement, line.month], field), _count(line, field))


@_operation(forbidden=True)
def invoice_twice(dice: random.Random, field: Field) -> int:
    return _sql(
        'INSERT INTO commitments_duebasis (commitment_id, kind, reference, "on", amount, at, by_label)'
        " SELECT commitment_id, kind, reference, \"on\", 5000, now(), 'essai' FROM commitments_duebasis"
        " WHERE commitment_id = %s ORDER BY id DESC LIMIT 1",
        [field.kinds["TRANCHE"]],
    )


_plain("sign_again", _MOVE.format(kind="'signed'", hours="10"))
_plain("invent_a_basis", _MOVE.format(kind="'basis'", hours="10"))
_plain("owe_less_than_nothing", _MOVE.format(kind="'amendment'", hours="-due_hours - 100000"))
_plain(
    "owe_less_than_settled",
    _MOVE.format(kind="'amendment'", hours="-due_hours + waived_hours + penalised_hours - 100"),
)
_plain("move_nothing", _MOVE.format(kind="'amendment'", hours="0"))
_plain("rewrite_the_due", "UPDATE commitments_duemovement SET hours = hours + 1 WHERE commitment_id = {commitment}")
_plain("erase_the_due", "DELETE FROM commitments_duemovement WHERE commitment_id = {commitment}")
_plain("forget_that_it_moved", "UPDATE commitments_commitment SET due_moved = NOT due_moved WHERE id = {commitment}")
_plain(
    "raise_the_penalties",
    "UPDATE commitments_commitment SET penalised_hours = penalised_hours + 1 WHERE id = {commitment}",
)
_plain("change_the_terms", "UPDATE commitments_dueterms SET euros_per_hour = 1 WHERE commitment_id = {TRANCHE}")
_plain("order_without_terms", _BILL.format(commitment="{CHEF}", kind="order", reference="'{once}'", amount="5000"))
_plain(
    "invoice_the_wrong_thing", _BILL.format(commitment="{TRANCHE}", kind="worked", reference="'{once}'", amount="5000")
)
_plain("erase_an_invoice", "DELETE FROM commitments_duebasis WHERE commitment_id = {TRANCHE}")
_plain(
    "penalise_too_much",
    _PENALISE.format(
        hours="due_hours - waived_hours - penalised_hours",
        decision="'{once}'",
        commitment="{commitment}",
        when="credited_hours > 8",
    ),
)
_plain("penalise_twice", (
    "INSERT INTO commitments_hourspenalty (commitment_id, hours, decision_reference, reason, decided_by_label, at)"
    " SELECT commitment_id, 0.01, decision_reference, '', 'essai', now() FROM commitments_hourspenalty"
    " WHERE commitment_id = {commitment} AND reverses_id IS NULL ORDER BY id DESC LIMIT 1"
))  # fmt: skip
_plain(
    "penalise_less_than_nothing",
    _PENALISE.format(hours="-1", decision="'{once}'", commitment="{commitment}", when="true"),
)
_FREE = "p.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM commitments_hourspenalty r WHERE r.reverses_id = p.id)"
_plain(
    "undo_part_of_a_penalty",
    _UNPENALISE.format(hours="-p.hours / 2", reason="'essai'", commitment="{commitment}", when=_FREE),
)
_plain("undo_without_reason", _UNPENALISE.format(hours="-p.hours", reason="''", commitment="{commitment}", when=_FREE))
_plain(
    "undo_an_undoing",
    _UNPENALISE.format(hours="-p.hours", reason="'essai'", commitment="{commitment}", when="p.reverses_id IS NOT NULL"),
)


@_operation(forbidden=True)
def undo_twice(_dice: random.Random, field: Field) -> int:
    """Of two penalties of an hour, the first undone twice: the other keeps the sum from going below zero."""
    first, second, chef = uuid.uuid4().hex, uuid.uuid4().hex, field.kinds["CHEF"]
    undone = _UNPENALISE.format(
        hours="-p.hours",
        reason="'essai'",
        commitment=chef,
        when=f"p.decision_reference = '{first}' AND p.reverses_id IS NULL",
    )
    with transaction.atomic():
        for decision in (first, second):
            _sql(_PENALISE.format(hours="1", decision=f"'{decision}'", commitment=chef, when="true"))
        _sql(undone)
        return _sql(undone)


_plain("erase_a_penalty", "DELETE FROM commitments_hourspenalty WHERE commitment_id = {commitment}")
_plain(
    "rewrite_an_agreement", "UPDATE commitments_poolingmember SET commitment_id = {AUTRE} WHERE commitment_id = {POOL1}"
)
_plain(
    "unsay_a_transfer",
    "DELETE FROM commitments_duetransferanswer WHERE transfer_id IN (SELECT id FROM commitments_duetransfer WHERE source_id = {CHEF})",
)
_JOIN = (
    "INSERT INTO commitments_commitment (public_id, lot_id, holder_id, territory_id, instrument, due_hours, starts_on, ends_on, versions,"
    " credited_hours, waived_hours, head_id, parent_id, created_at, created_by_label) SELECT '{{once}}', {lot}, holder_id, territory_id,"
    " '{instrument}', {due}, starts_on, ends_on, versions, 0, 0, {head}, {{CHEF}}, now(), 'essai' FROM commitments_commitment WHERE id = {of}"
)
_plain(
    "join_another_lots_group", _JOIN.format(lot="lot_id", instrument="criterion", due="0", head="{CHEF}", of="{AUTRE}")
)
_plain("join_with_a_debt", _JOIN.format(lot="lot_id", instrument="criterion", due="10", head="{CHEF}", of="{MEMBRE}"))
_plain("join_without_a_head", _JOIN.format(lot="lot_id", instrument="criterion", due="0", head="NULL", of="{CHEF}"))
_plain("leave_the_group", "UPDATE commitments_commitment SET head_id = NULL, parent_id = NULL WHERE id = {MEMBRE}")

# Two files said to be one person: each operation writes the row that says so and moves the pointer, all right but for one thing.
_SAY = (
    "INSERT INTO participants_pairdecision (kind, kept_id, absorbed_id, at, decided_by_id, decided_by_label, second_id, second_label)"
    " VALUES (%s, %s, %s, now(), %s, 'essai', %s, '')"
)


def _merge(
    field: Field, kept: str, absorbed: str, *, kind: str = "merge", second: int | None = None, point: bool = True
) -> int:
    with transaction.atomic():
        said = _sql(_SAY, [kind, field.files[kept], field.files[absorbed], field.facilitator, second])
        if not point:
            return said
        return _sql(
            "UPDATE participants_person SET merged_into_id = %s WHERE id = %s AND merged_into_id IS DISTINCT FROM %s",
            [field.files[kept] if kind == "merge" else None, field.files[absorbed], field.files[kept] if kind == "merge" else None],
        )  # fmt: skip


@_operation(forbidden=True)
def merge_into_an_absorbed_file(_dice: random.Random, field: Field) -> int:
    return _merge(field, "ABSORBE", "TIERS")


@_operation(forbidden=True)
def merge_a_file_that_stands_for_another(_dice: random.Random, field: Field) -> int:
    return _merge(field, "TIERS", "GARDE")


@_operation(forbidden=True)
def merge_across_territories_alone(_dice: random.Random, field: Field) -> int:
    return _merge(field, "TIERS", "AILLEURS")


@_operation(forbidden=True)
def take_a_merge_back_alone(_dice: random.Random, field: Field) -> int:
    return _merge(field, "GARDE", "ABSORBE", kind="unmerge")


@_operation(forbidden=True)
def agree_to_ones_own_demand(_dice: random.Random, field: Field) -> int:
    return _merge(field, "GARDE", "ABSORBE", kind="unmerge", second=field.facilitator)


@_operation(forbidden=True)
def say_a_merge_and_do_nothing(_dice: random.Random, field: Field) -> int:
    return _merge(field, "GARDE", "TIERS", point=False)


_plain(
    "merge_in_silence",
    "UPDATE participants_person SET merged_into_id = {GARDE} WHERE id = {TIERS} AND merged_into_id IS NULL",
)
_plain(
    "part_in_silence",
    "UPDATE participants_person SET merged_into_id = NULL WHERE id = {ABSORBE} AND merged_into_id IS NOT NULL",
)
_plain("rewrite_a_merge", "UPDATE participants_pairdecision SET kept_id = {TIERS} WHERE absorbed_id = {ABSORBE}")
_plain("erase_a_merge", "DELETE FROM participants_pairdecision WHERE absorbed_id = {ABSORBE}")


@_operation(forbidden=True)
def count_a_contested_line(_dice: random.Random, field: Field) -> int:
    return _count(field.contested, field)


_plain(
    "refuse_a_contested_line",
    "UPDATE hours_statementline SET state = 'refused', reason = 'essai' WHERE id = {contested} AND state = 'pending'",
)
_plain(
    "rewrite_a_contest", "UPDATE hours_contest SET matter = 'other' WHERE line_id = {contested} AND matter <> 'other'"
)
_plain(
    "answer_a_contest_again",
    "UPDATE hours_contest c SET upheld = true FROM hours_statementline l JOIN participants_placement p ON p.id = l.placement_id"
    " WHERE l.id = {contested} AND c.person_id = p.person_id AND c.answered_at IS NOT NULL AND NOT c.upheld",
)
_plain(
    "answer_without_an_answer",
    "UPDATE hours_contest SET answered_at = now() WHERE line_id = {contested} AND answered_at IS NULL",
)
_plain(
    "open_the_same_contest_twice",
    "INSERT INTO hours_contest (public_id, person_id, line_id, matter, opened_at, answered_by_label)"
    " SELECT '{once}', person_id, line_id, 'more', now(), '' FROM hours_contest WHERE line_id = {contested} AND answered_at IS NULL LIMIT 1",
)
_plain("erase_a_contest", "DELETE FROM hours_contest WHERE line_id = {contested}")
_plain("empty_the_contests", "TRUNCATE hours_contest", 0.02)
