"""A committed world to attack: commitments of two companies, people with windows, declared months, sealed ones, one certificate."""

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from levier.commitments.models import (
    Commitment,
    CommitmentPlacement,
    DueTerms,
    Period,
    PoolingAgreement,
    PoolingMember,
)
from levier.compliance.actions import seal_certificate
from levier.hours.actions import accept_line
from levier.hours.models import Contest, StatementLine, TrainingCap
from levier.participants.models import EligibilityDecision, PairDecision, Person, Placement
from levier.procurement.models import LotHolder
from tests.world import NOW, World, small_world

MONTHS = tuple(date(2026, month, 1) for month in range(2, 11))
SEALED = date(2026, 2, 1)
FUTURE = date(2027, 1, 1)
PEOPLE = 12
"""In each cell."""
FILES = ("GARDE", "ABSORBE", "TIERS", "AILLEURS")
"""Files of people that no hours are counted for: the one that stands, the one it stands for, another, one of another territory."""
CONTESTED = date(2026, 7, 1)
KINDS = ("POOL1", "POOL2", "SEUL", "AUTRE", "CHEF", "MEMBRE", "TRANCHE", "LOIN", "FINI")
TRAINED = ("FORME", "NU")
"""Commitments whose people are in training: one whose cap is written, one that has none. Nobody works on them honestly."""
CAP = Decimal("0.25")
"""Of the hours due of FORME, what training may count for: 100 h, where each line declares 70."""


def build(cells: int = 1) -> None:
    """So many cells that share nothing but their people's facilitator: the clients then do not all want the same rows."""
    world = small_world()
    world.organisation("Commune d’ailleurs", "buyer")
    for cell in range(cells):
        _cell(world, f"{cell:02d}")


def _cell(world: World, cell: str) -> None:
    """Three commitments of one company (two of them pooled), one of another, a group of the two, one by invoiced tranche, one for another
    buyer under an agreement that this buyer has not consented to, two whose people are in training, one of them with its cap written; every
    month declared, nothing decided. One is certified.
    """
    owes = {
        kind: _owes(world, kind, cell, due="400.00" if kind == "FORME" else "4000.00")
        for kind in (*KINDS, *TRAINED)
        if kind not in {"MEMBRE", "FINI"}
    }
    pooled, alone, other = [owes["POOL1"], owes["POOL2"]], owes["SEUL"], owes["AUTRE"]
    _pool("GLOB", *pooled)
    _pool("LOIN", alone, owes["LOIN"])
    for rank in range(PEOPLE):
        person = world.person(f"Nom{rank}-{cell}")
        world.decision(person, until=date(2026, 5, 31) if rank % 6 == 5 else date(2027, 12, 31))
        rival = rank % 4 == 3
        placement = world.placement(
            person, other if rival else pooled[0], employer="Rival Essai" if rival else "Bâti Essai"
        )
        drawn = [other] if rival else [*pooled, *([alone, owes["LOIN"]] if rank % 2 else [])]
        for commitment in drawn:
            CommitmentPlacement.objects.get_or_create(
                commitment=commitment, placement=placement, defaults={"since": placement.starts_on}
            )
        if rank % 4 == 0:  # the same person works for a second employer
            second = world.placement(person, other, employer="Rival Essai")
            _declare(world, other, second, "60.00")
        for commitment in drawn:
            _declare(world, commitment, placement, "70.00", future=rank == 0)
    _declare(world, alone, world.placement(world.person(f"Sans affectation {cell}")), "70.00")
    for commitment in (*pooled, alone, other):
        Period.objects.create(commitment=commitment, month=SEALED, sealed_at=NOW, sealed_by_label="essai")
    DueTerms.objects.create(
        commitment=owes["TRANCHE"], method="tranche", euros_per_hour=Decimal(100), trigger_amount=Decimal(1000),
        trigger_mode="excess", source="essai", created_at=NOW, created_by_label="essai",
    )  # fmt: skip
    chief = owes["CHEF"]
    LotHolder.objects.create(lot=chief.lot, organisation=other.holder, role="subcontractor")
    Commitment.objects.create(
        lot=chief.lot, holder=other.holder, territory=chief.territory, instrument=chief.instrument, due_hours=0,
        starts_on=chief.starts_on, ends_on=chief.ends_on, head=chief, parent=chief, created_at=NOW, created_by_label="essai",
    )  # fmt: skip
    finished = _owes(world, "FINI", cell, due="1.00")
    line = world.sent_line(finished, world.placement(world.person(f"Fini {cell}"), finished))
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    seal_certificate(actor=world.actors["mission"], commitment_id=finished.public_id, now=NOW)
    for kind in TRAINED:
        for rank in range(3):
            placement = world.placement(world.person(f"{kind}{rank}-{cell}"), owes[kind])
            Placement.objects.filter(pk=placement.pk).update(modality="training")
            _declare(world, owes[kind], placement, "70.00")
    TrainingCap.objects.create(commitment=owes["FORME"], share=CAP, version="essai", at=NOW)
    _twins(world, cell)
    _contests(world, owes["POOL1"])


def _twins(world: World, cell: str) -> None:
    """Two files said to be one person; a third that is not; one of another territory."""
    files = {name: world.person(f"{name} {cell}", territory=5 if name == "AILLEURS" else 4) for name in FILES}
    for name, file in files.items():
        Person.objects.filter(pk=file.pk).update(reference=f"{name}-{cell}")
    with transaction.atomic():
        PairDecision.objects.create(
            kind="merge", kept=files["GARDE"], absorbed=files["ABSORBE"], at=NOW, decided_by=world.users["near"],
            decided_by_label="essai", second_label="",
        )  # fmt: skip
        Person.objects.filter(pk=files["ABSORBE"].pk).update(merged_into=files["GARDE"])


def _contests(world: World, commitment: Commitment) -> None:
    """A person contests a declared line; another case, on a decision, has its answer."""
    line = StatementLine.objects.filter(statement__commitment=commitment, statement__month=CONTESTED).order_by("pk")[0]
    person = line.placement.person
    Contest.objects.create(person=person, line=line, matter="more", opened_at=NOW)
    Contest.objects.create(
        person=person, decision=EligibilityDecision.objects.get(person=person), matter="decision", opened_at=NOW, answered_at=NOW,
        answer=b"x", upheld=False, answered_by=world.users["near"], answered_by_label="essai",
    )  # fmt: skip


def _owes(world: World, kind: str, cell: str, due: str = "4000.00") -> Commitment:
    holder = "Rival Essai" if kind == "AUTRE" else "Bâti Essai"
    lot = world.contract(f"{kind}-{cell}", holder=holder)
    if kind == "LOIN":
        lot.contract.buyer = world.organisation("Commune d’ailleurs")
        lot.contract.save()
    return world.commitment(lot, holder=holder, due=due)


def _pool(reference: str, *commitments: Commitment) -> None:
    agreement = PoolingAgreement.objects.create(
        reference=reference, signed_on=date(2026, 1, 2), created_by_label="essai"
    )
    for commitment in commitments:
        PoolingMember.objects.create(agreement=agreement, commitment=commitment)


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
    """What the attackers aim at: one cell."""

    lines: tuple[Line, ...]
    facilitator: int
    facilitator_org: int
    commitments: tuple[int, ...]
    """The two pooled ones, the one alone, the other company's, then the rest."""
    kinds: dict[str, int]
    """Commitments by kind; see KINDS."""
    placements: tuple[tuple[int, int, int], ...]
    """Identifier, person and decision."""
    files: dict[str, int]
    """People by kind; see FILES."""
    contested: Line
    trained: tuple[Line, ...]
    """Lines of training, which no honest client decides."""

    def line(self, dice: random.Random) -> Line:
        return dice.choice(self.lines)


def read() -> tuple[Field, ...]:
    """The cells, in order."""
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
        cursor.execute(
            """SELECT CASE WHEN c.head_id IS NULL THEN split_part(k.reference, '-', 1) ELSE 'MEMBRE' END, split_part(k.reference, '-', 2), c.id
                 FROM commitments_commitment c JOIN procurement_lot l ON l.id = c.lot_id JOIN procurement_contract k ON k.id = l.contract_id
                ORDER BY c.id"""
        )
        cells: dict[str, dict[str, int]] = {}
        for kind, cell, commitment in cursor.fetchall():
            cells.setdefault(cell, {})[kind] = commitment
        cursor.execute("SELECT id, person_id, decision_id FROM participants_placement ORDER BY id")
        placements = {row[0]: row for row in cursor.fetchall()}
        cursor.execute(
            "SELECT id, split_part(reference, '-', 1), split_part(reference, '-', 2) FROM participants_person"
        )
        files: dict[str, dict[str, int]] = {}
        for person, kind, cell in cursor.fetchall():
            if kind in FILES:
                files.setdefault(cell, {})[kind] = person
        cursor.execute("SELECT line_id FROM hours_contest WHERE answered_at IS NULL")
        contested = {line for (line,) in cursor.fetchall()}
    found = []
    for cell, kinds in cells.items():
        ids = tuple(kinds[kind] for kind in KINDS)
        mine = tuple(line for line in lines if line.commitment in ids)
        people = dict.fromkeys(line.placement for line in mine)
        (case,) = (line for line in mine if line.id in contested)
        drawn = tuple(placements[one] for one in people)
        trained = tuple(line for line in lines if line.commitment in {kinds[kind] for kind in TRAINED})
        found.append(Field(mine, facilitator, organisation, ids, kinds, drawn, files[cell], case, trained))
    return tuple(found)
