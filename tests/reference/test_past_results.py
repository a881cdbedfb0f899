"""Editing a value never changes a past result: every result keeps the figures it used and the names of their versions."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.compliance.actions import seal_certificate
from levier.compliance.models import Certificate
from levier.foundation.explanation import Confidence
from levier.hours.actions import accept_line
from levier.hours.models import LedgerEntry, PersonMonth
from levier.hours.verification import verify_chains, violations
from levier.participants.actions import decide_eligibility, register_person
from levier.participants.models import EligibilityDecision, Person
from levier.participants.values import ContractKind, DecisionProposal, NewPerson
from levier.procurement.actions import screen_contract
from levier.procurement.models import Screening
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts
from levier.reference.actions import change_value, load_published
from levier.reference.models import StoredValue
from levier.reference.queries import catalogue, version
from levier.sizing.actions import keep_study
from levier.sizing.calculation import SizingChoice
from levier.sizing.models import Study
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
RESULTS = (Screening, Study, Person, EligibilityDecision, PersonMonth, LedgerEntry, Certificate)
OF_THE_SMALL_WORLD = {"eligibility.window@2023-01-01"}
"""What tests.world writes beside the decisions that it invents."""
NAMED = re.compile(r"[a-z_0-9.]+@\d{4}-\d{2}-\d{2}(?:#\d+)?")
CHOICE = SizingChoice(Decimal(1_000_000), "labour_share.masonry", "insertion_rate.general", "hourly_cost.works")
FACTS = ScreeningFacts(
    object=ContractObject.WORKS, estimate=Decimal("1200000.00"), consultation_date=date(2026, 9, 1), duration_months=12,
    buyer=BuyerLevel.LOCAL,
)  # fmt: skip
PROPOSAL = DecisionProposal(
    criterion="RSA", proof_date=date(2026, 11, 2), expires_on=None, decision_date=TODAY, kind=ContractKind.CDD,
    hire_date=date(2026, 12, 1), contract_end=date(2027, 5, 31),
)  # fmt: skip


def rows(*models: type) -> dict[str, list[dict[str, object]]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def versions() -> set[str]:
    """Every version that a result names, in whatever column."""
    return set(NAMED.findall(repr(rows(*RESULTS)))) - OF_THE_SMALL_WORLD


def a_result_of_each_kind(world: World, now: datetime) -> None:
    known = catalogue()
    lot = world.contract()
    screen_contract(
        actor=world.actors["mission"], contract_id=lot.contract.public_id, facts=FACTS, confirmed=True, catalogue=known,
        now=now,
    )  # fmt: skip
    keep_study(actor=world.actors["mission"], lot_id=lot.public_id, choice=CHOICE, catalogue=known, now=now)
    person = register_person(
        actor=world.actors["near"], new=NewPerson("Belkacem", "Samira", date(1998, 3, 4)), catalogue=known, now=now
    )
    decide_eligibility(
        actor=world.actors["near"], person_id=person.public_id, proposal=PROPOSAL, catalogue=known, now=now
    )
    commitment = world.commitment(lot)
    line = world.sent_line(commitment, world.placement(world.person("Autre"), commitment))
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=now)
    seal_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=now)


def another(value: Decimal, unit: str) -> Decimal:
    return {"FRACTION": value / 2, "FLAG": 1 - value}.get(unit, value + 1)


def correct(key: str, *, valid_from: date, value: Decimal, unit: str) -> None:
    change_value(
        author_label="Une personne", key=key, value=another(value, unit), low=None, high=None,
        valid_from=valid_from, source="Texte d’essai", confidence=Confidence.CONFIRMED, now=LATER,
    )  # fmt: skip


def correct_everything() -> int:
    """Give every figure in use another value, from the very day on which it began."""
    used = list(StoredValue.objects.filter(replaced_at__isnull=True))
    for row in used:
        correct(row.key, valid_from=row.valid_from, value=row.value, unit=row.unit)
    return len(used)


def test_every_figure_corrected_and_not_one_result_moves(world: World):
    load_published(NOW)
    a_result_of_each_kind(world, NOW)
    before, named = rows(*RESULTS), versions()
    figures = {name: version(name) for name in named}
    assert all(found for found in before.values()), "a result of each kind"
    assert None not in figures.values()
    for key in ("threshold.works", "labour_share.masonry", "hourly_cost.works", "eligibility.", "hours.maximum.month"):
        assert any(name.startswith(key) for name in named), key

    assert correct_everything() > 100

    assert rows(*RESULTS) == before
    assert versions() == named
    assert {name: version(name) for name in named} == figures, "a version is read again digit for digit"
    assert (violations(), verify_chains().broken) == ((), ())


def test_what_is_computed_next_uses_the_new_figures_and_says_so(world: World):
    """Without it the test above would pass on figures that nobody reads."""
    load_published(NOW)
    lot = world.contract()
    old = keep_study(actor=world.actors["mission"], lot_id=lot.public_id, choice=CHOICE, catalogue=catalogue(), now=NOW)
    correct_everything()
    new = keep_study(
        actor=world.actors["mission"], lot_id=lot.public_id, choice=CHOICE, catalogue=catalogue(), now=LATER
    )
    assert new.pk != old.pk
    assert new.hours != old.hours
    assert "labour_share.masonry@2010-01-01#1" in new.versions
    assert "labour_share.masonry@2010-01-01" in old.versions


def test_a_legal_maximum_lowered_later_is_not_held_against_a_month_already_counted(world: World):
    load_published(NOW)
    commitment = world.commitment(world.contract())
    placement = world.placement(world.person(), commitment)
    first = world.sent_line(commitment, placement)
    accept_line(actor=world.actors["near"], line_public_id=first.public_id, now=NOW)
    row = StoredValue.objects.get(key="hours.maximum.month.adult")
    change_value(
        author_label="Une personne", key=row.key, value=Decimal(100), low=None, high=None, valid_from=row.valid_from,
        source="Texte d’essai", confidence=Confidence.CONFIRMED, now=LATER,
    )  # fmt: skip
    kept = PersonMonth.objects.get()
    assert (kept.worked_hours, kept.max_hours, kept.max_version) == (120, row.value, f"{row.key}@{row.valid_from}")
    assert violations() == ()


REWRITES = (
    "UPDATE procurement_screening SET policy = NOT policy",
    "UPDATE sizing_study SET hours = hours_high",
    "UPDATE participants_eligibilitydecision SET valid_until = valid_until + 1",
    "UPDATE hours_personmonth SET max_hours = max_hours - 1",
    "UPDATE hours_ledgerentry SET hours = hours - 1",
    "UPDATE compliance_certificate SET content_hash = prev_hash",
    "UPDATE reference_storedvalue SET value = value + 1",
)


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", REWRITES)
def test_no_result_and_no_figure_can_be_rewritten(world: World, sql: str):
    load_published(NOW)
    a_result_of_each_kind(world, NOW)
    with pytest.raises(DatabaseError, match=r"FROZEN|COUNTER_GUARDED"):
        run(sql)


def test_planted_fault_a_result_that_is_recomputed_is_seen(world: World):
    """Without its wall a study takes the new figure, and the comparison of the first test sees it."""
    load_published(NOW)
    a_result_of_each_kind(world, NOW)
    before = rows(*RESULTS)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE sizing_study DISABLE TRIGGER sizing_study_frozen")
    run("UPDATE sizing_study SET hours = hours_high")
    assert rows(*RESULTS) != before
