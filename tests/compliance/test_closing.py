"""The end of a commitment: agreed line by line by both sides, validated, certified, and taken back in the open."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from levier.commitments.models import Period
from levier.compliance.actions import seal_certificate
from levier.compliance.books import books_of
from levier.compliance.certified import certified_on
from levier.compliance.closing import (
    answer_settlement,
    changed_since,
    propose_settlement,
    validate_settlement,
    withdraw_certificate,
)
from levier.compliance.models import Certificate, Settlement
from levier.compliance.queries import Verdict, snapshot_of, verify_code
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_line, reverse_line
from levier.hours.models import StatementLine
from levier.web import clock
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def commitment(world: World):
    commitment = world.commitment(world.contract(), due="120.00")
    line = world.sent_line(commitment, world.placement(world.person(), commitment), hours="120.00")
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    return commitment


def refused(code: str):
    return pytest.raises(Refusal, check=lambda refusal: code in [one.code for one in refusal.objections])


def proposed(world, commitment, who="near") -> Settlement:
    return propose_settlement(actor=world.actors[who], commitment_id=commitment.public_id, now=NOW)


def answered(world, settlement, contested=None, who="company"):
    return answer_settlement(
        actor=world.actors[who], settlement_id=settlement.public_id, contested=contested or {}, now=NOW
    )


def validated(world, settlement, released=True, reason="", who="mission"):
    return validate_settlement(
        actor=world.actors[who], settlement_id=settlement.public_id, released=released, reason=reason, now=NOW
    )


def test_agreed_validated_released_and_said_on_the_certificate(world: World, commitment):
    settlement = proposed(world, commitment)
    assert settlement.lines == {
        "due": "120.00", "accepted": "120.00", "waived": "0.00", "penalised": "0.00", "outstanding": "0.00", "surplus": "0.00",
        "people": "few", "contracts": "few",
    }  # fmt: skip
    with refused("settlement_not_answered"):
        validated(world, settlement)
    with refused("settlement_waits"):
        proposed(world, commitment)
    first = answered(world, settlement)
    assert answered(world, settlement) == first
    with refused("settlement_answered"):
        answered(world, settlement, {"due": "Non"})
    assert validated(world, settlement) == validated(world, settlement)
    certificate = seal_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=NOW)
    agreement = snapshot_of(certificate).agreement.replace("\u00a0", " ")
    assert (
        agreement
        == "Décompte n° 1 accepté par l’entreprise le 25 novembre 2026, validé par le Département le 25 novembre 2026. Mainlevée est donnée."
    )


def test_contested_line_by_line_then_another_or_validated_with_a_reason(world: World, commitment):
    first = proposed(world, commitment)
    with refused("contest_reason"):
        answered(world, first, {"accepted": " "})
    answered(world, first, {"accepted": "Il manque le mois d’août."})
    with refused("despite_reason"):
        validated(world, first)
    second = proposed(world, commitment)
    assert (second.number, second.supersedes) == (2, first)
    with pytest.raises(NotForYou):
        validated(world, first, reason="x")
    answered(world, second, {"accepted": "Toujours."})
    assert validated(world, second, reason="Aucune heure d’août n’a été déclarée.").reason


def test_stale_figures_are_not_validated(world: World, commitment):
    settlement = proposed(world, commitment)
    answered(world, settlement)
    reverse_line(
        actor=world.actors["near"], line_public_id=StatementLine.objects.get().public_id, reason="Faux", now=NOW
    )
    with refused("settlement_stale"):
        validated(world, settlement)
    assert "Heures acceptées" in changed_since(settlement, commitment, books_of(commitment, now=NOW))


def test_no_release_while_hours_are_owed(world: World):
    commitment = world.commitment(world.contract("2026-0200"), due="500.00")
    settlement = proposed(world, commitment)
    answered(world, settlement)
    with refused("still_owed"):
        validated(world, settlement)
    assert not validated(world, settlement, released=False).released


def test_who_may_close(world: World, commitment):
    for who in ("far", "company", "rival", "buyer", "stranger_buyer"):
        with pytest.raises(NotForYou):
            proposed(world, commitment, who)
    settlement = proposed(world, commitment)
    for who in ("near", "mission", "rival", "buyer"):
        with pytest.raises(NotForYou):
            answered(world, settlement, who=who)
    answered(world, settlement)
    for who in ("near", "company", "buyer", "far"):
        with pytest.raises(NotForYou):
            validated(world, settlement, who=who)


def test_withdrawn_says_so_in_public_then_n_plus_one_cites_n(world: World, commitment):
    first = seal_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=NOW)
    for who in ("near", "company", "buyer"):
        with pytest.raises(NotForYou):
            withdraw_certificate(actor=world.actors[who], certificate_id=first.public_id, reason="x", now=NOW)
    with refused("withdrawal_reason"):
        withdraw_certificate(actor=world.actors["mission"], certificate_id=first.public_id, reason=" ", now=NOW)
    for _ in range(2):
        withdraw_certificate(
            actor=world.actors["mission"], certificate_id=first.public_id, reason="SIRET faux.", now=NOW
        )
    assert verify_code(first.verification_code).verdict is Verdict.WITHDRAWN
    page = world.client("mission").get(reverse("verified", args=[first.verification_code])).content.decode()
    assert "Retiré" in page
    assert "SIRET faux." in page
    assert certified_on([commitment.pk]) == {}, "it certifies nothing any more"
    second = seal_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=NOW)
    assert (second.supersedes, second.label) == (first, "2026-0002")
    found = verify_code(first.verification_code)
    assert (found.verdict, found.successor) == (Verdict.WITHDRAWN, second)
    assert verify_code(second.verification_code).verdict is Verdict.GENUINE


def test_month_reopened_after_certificate(world: World, commitment):
    """Named abuse case: a sealed month never opens again; the correction goes into an open month and a second certificate cites the first."""
    first = seal_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=NOW)
    october = Period.objects.get(commitment=commitment, month=date(2026, 10, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Period.objects.filter(pk=october.pk).update(sealed_at=None)
    before = Certificate.objects.filter(pk=first.pk).values().get()
    reverse_line(
        actor=world.actors["near"],
        line_public_id=StatementLine.objects.get().public_id,
        reason="Feuille fausse",
        now=NOW,
    )
    second = seal_certificate(actor=world.actors["mission"], commitment_id=commitment.public_id, now=NOW)
    assert second.supersedes == first
    assert snapshot_of(second).balance.accepted == Decimal("0.00")
    assert Certificate.objects.filter(pk=first.pk).values().get() == before


def wall(sql: str, *values) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    diag = caught.value.__cause__.diag
    return diag.constraint_name or diag.message_primary


def test_walls_of_the_end(world: World, commitment):
    settlement = proposed(world, commitment)
    assert wall("UPDATE compliance_settlement SET lines = '{}'") == "FROZEN"
    insert = "INSERT INTO compliance_settlementanswer (settlement_id, contested, at, by_id, by_org_id, by_label) VALUES (%s, '{}', now(), %s, %s, 'x')"
    near = world.actors["near"]
    assert wall(insert, settlement.pk, near.user_id, near.organisation_id) == "SETTLEMENT_ONE_SIDED"
    company = world.actors["company"]
    assert wall(insert, settlement.pk, company.user_id, near.organisation_id) == "SETTLEMENT_ONE_SIDED"
    valid = "INSERT INTO compliance_settlementvalidation (settlement_id, released, reason, at, by_id, by_label) VALUES (%s, false, '', now(), %s, 'x')"
    assert wall(valid, settlement.pk, world.users["mission"].pk) == "SETTLEMENT_NOT_AGREED"
    answered(world, settlement)
    with connection.cursor() as cursor:
        cursor.execute(valid, (settlement.pk, world.users["mission"].pk))


def test_the_page_lets_each_side_act_in_turn(world: World, commitment):
    address = reverse("settlement", args=[commitment.public_id])
    near, company, mission = (world.client(name) for name in ("near", "company", "mission"))
    assert "Proposer à l’entreprise" in near.get(address).content.decode()
    assert near.post(address, {"do": "propose"}).status_code == 303
    settlement = Settlement.objects.get()
    page = company.get(address).content.decode()
    assert "Envoyer ma réponse" in page
    wrong = company.post(address, {"do": "answer", "settlement": settlement.public_id, "no-due": "1", "why-due": ""})
    assert wrong.status_code == 422
    assert "Dites pourquoi vous contestez" in wrong.content.decode()
    assert company.post(address, {"do": "answer", "settlement": settlement.public_id}).status_code == 303
    assert (
        mission.post(address, {"do": "validate", "settlement": settlement.public_id, "released": "1"}).status_code
        == 303
    )
    assert "Mainlevée est donnée" in company.get(address).content.decode()
    assert world.client("far").get(address).status_code == 404
