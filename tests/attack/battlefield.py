"""A committed world to attack: commitments of two companies, people with windows, declared months, sealed ones, one certificate."""

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from levier.commitments.models import CommitmentPlacement, Period, PoolingAgreement, PoolingMember
from levier.compliance.actions import seal_certificate
from levier.hours.actions import accept_line
from tests.world import NOW, World, small_world

MONTHS = tuple(date(2026, month, 1) for month in range(2, 11))
SEALED = date(2026, 2, 1)
FUTURE = date(2027, 1, 1)
PEOPLE = 24


def build() -> None:
    """Three commitments of one company (two of them pooled), one of another; every month declared, nothing decided."""
    world = small_world()
    pooled = [world.commitment(world.contract(f"POOL-{rank}"), due="4000.00") for rank in (1, 2)]
    alone = world.commitment(world.contract("SEUL"), due="4000.00")
    other = world.commitment(world.contract("AUTRE", holder="Rival Essai"), holder="Rival Essai", due="4000.00")
    agreement = PoolingAgreement.objects.create(reference="GLOB", signed_on=date(2026, 1, 2), created_by_label="essai")
    for commitment in pooled:
        PoolingMember.objects.create(agreement=agreement, commitment=commitment)
    for rank in range(PEOPLE):
        person = world.person(f"Nom{rank}")
        world.decision(person, until=date(2026, 5, 31) if rank % 6 == 5 else date(2027, 12, 31))
        rival = rank % 4 == 3
        placement = world.placement(
            person, other if rival else pooled[0], employer="Rival Essai" if rival else "Bâti Essai"
        )
        drawn = [other] if rival else [*pooled, *([alone] if rank % 2 else [])]
        for commitment in drawn:
            CommitmentPlacement.objects.get_or_create(
                commitment=commitment, placement=placement, defaults={"since": placement.starts_on}
            )
        if rank % 4 == 0:  # the same person works for a second employer
            second = world.placement(person, other, employer="Rival Essai")
            _declare(world, other, second, "60.00")
        for commitment in drawn:
            _declare(world, commitment, placement, "70.00", future=rank == 0)
    _declare(world, alone, world.placement(world.person("Sans affectation")), "70.00")
    for commitment in (*pooled, alone, other):
        Period.objects.create(commitment=commitment, month=SEALED, sealed_at=NOW, sealed_by_label="essai")
    finished = world.commitment(world.contract("FINI"), due="1.00")
    line = world.sent_line(finished, world.placement(world.person("Fini"), finished))
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    seal_certificate(actor=world.actors["mission"], commitment_id=finished.public_id, now=NOW)


def _declare(world: World, commitment: Any, placement: Any, hours: str, *, future: bool = False) -> None:
    by = "rival" if commitment.holder.name == "Rival Essai" else "company"
    for month in (*MONTHS, *([FUTURE] if future else [])):
        world.sent_line(commitment, placement, month=month, hours=hours, by=by)


@dataclass(frozen=True)
class Line:
    """A declared line with all that an entry of the ledger must repeat of it."""

    id: int
    public_id: str
    placement: int
    person: int
    commitment: int
    month: date
    hours: Decimal
    declared_by: int
    holder: int


@dataclass(frozen=True)
class Field:
    """What the attackers aim at."""

    lines: tuple[Line, ...]
    facilitator: int
    facilitator_org: int
    commitments: tuple[int, ...]
    placements: tuple[tuple[int, int, int], ...]
    """Identifier, person and decision."""

    def line(self, dice: random.Random) -> Line:
        return dice.choice(self.lines)


def read() -> Field:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT l.id, l.public_id, l.placement_id, p.person_id, s.commitment_id, s.month, l.hours, s.declared_by_id, c.holder_id
                 FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id
                 JOIN participants_placement p ON p.id = l.placement_id
                 JOIN commitments_commitment c ON c.id = s.commitment_id ORDER BY l.id"""
        )
        lines = tuple(Line(*row) for row in cursor.fetchall())
        cursor.execute(
            "SELECT u.id, m.organisation_id FROM accounts_user u JOIN accounts_membership m ON m.user_id = u.id "
            "WHERE u.email = 'near@exemple.test'"
        )
        facilitator, organisation = cursor.fetchone()
        cursor.execute("SELECT id FROM commitments_commitment ORDER BY id")
        commitments = tuple(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT id, person_id, decision_id FROM participants_placement ORDER BY id")
        placements = tuple(cursor.fetchall())
    return Field(lines, facilitator, organisation, commitments, placements)
