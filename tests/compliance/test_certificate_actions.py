import dataclasses
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.commitments.actions import waive_hours
from levier.commitments.models import Commitment, Period
from levier.compliance.actions import seal_certificate
from levier.compliance.books import books_of
from levier.compliance.models import Certificate
from levier.compliance.queries import (
    Verdict,
    certificate_for,
    certificates_visible_to,
    snapshot_of,
    verify_code,
    verify_number,
)
from levier.compliance.snapshot import as_content, fingerprint, read_content, shown_people
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_line
from tests.world import NOW, SECRET_CRITERION, World

pytestmark = pytest.mark.django_db


def worked(
    world: World, commitment: Commitment, people: int, hours: str = "120.00", month: date = date(2026, 10, 1)
) -> None:
    """So many people with so many accepted hours each."""
    for number in range(people):
        placement = world.placement(world.person(f"Nom{number}"), commitment)
        line = world.sent_line(commitment, placement, month=month, hours=hours)
        accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)


def seal(
    world: World, commitment: Commitment, who: str = "mission", now: datetime = NOW, place: str = ""
) -> Certificate:
    return seal_certificate(actor=world.actors[who], commitment_id=commitment.public_id, now=now, place=place)


@pytest.fixture
def commitment(world: World) -> Commitment:
    return world.commitment(world.contract(), due="600.00")


def test_a_certificate_seals_balance_months_and_number(world: World, commitment: Commitment):
    worked(world, commitment, 5)
    certificate = seal(world, commitment)
    snapshot = snapshot_of(certificate)
    assert (certificate.label, certificate.supersedes) == ("2026-0001", None)
    assert snapshot.fulfilled
    assert snapshot.balance.accepted == Decimal("600.00")
    assert (snapshot.people, snapshot.modalities) == (5, ("direct_hire",))
    assert (snapshot.first_month, snapshot.sealed_through) == (date(2026, 10, 1), date(2026, 10, 1))
    assert (snapshot.ledger_entries, len(snapshot.ledger_head)) == (5, 64)
    assert Period.objects.filter(commitment=commitment, sealed_at__isnull=False).count() == 10
    assert fingerprint(certificate.content) == bytes(certificate.content_hash)
    entry = JournalEntry.objects.get(action="certificate.sealed")
    assert entry.thread == commitment.lot.contract.public_id
    assert (entry.facts["number"], entry.facts["accepted"]) == ("2026-0001", "600.00")


def test_nothing_sealed_names_a_person_or_a_criterion(world: World, commitment: Commitment):
    worked(world, commitment, 5)
    content = json.dumps(seal(world, commitment).content, ensure_ascii=False)
    for word in ("Samira", "Nom0", "1998", SECRET_CRITERION, "P-TEST"):
        assert word not in content


def test_fewer_than_five_people_are_never_counted(world: World, commitment: Commitment):
    worked(world, commitment, 4)
    certificate = seal(world, commitment)
    assert snapshot_of(certificate).people is None
    assert not snapshot_of(certificate).fulfilled
    assert [shown_people(count) for count in (0, 1, 4, 5, 12)] == [0, None, None, 5, 12]


def test_waived_hours_complete_the_balance_and_a_surplus_is_shown(world: World, commitment: Commitment):
    worked(world, commitment, 4)
    waive_hours(
        actor=world.actors["mission"],
        commitment_id=commitment.public_id,
        hours=Decimal("120.00"),
        reason="Chantier réduit",
        now=NOW,
    )
    assert snapshot_of(seal(world, commitment)).fulfilled
    other = world.commitment(world.contract("2026-0200"), due="100.00")
    worked(world, other, 1)
    balance = snapshot_of(seal(world, other)).balance
    assert (balance.outstanding, balance.surplus) == (Decimal("0.00"), Decimal("20.00"))


def test_lines_that_wait_block_the_seal_with_a_sentence(world: World, commitment: Commitment):
    placement = world.placement(world.person(), commitment)
    world.sent_line(commitment, placement)
    with pytest.raises(Refusal) as caught:
        seal(world, commitment)
    assert "1\u00a0ligne d’heures attendent" in caught.value.sentences[0]
    assert "octobre" in caught.value.sentences[0]
    assert not Certificate.objects.exists()
    assert not Period.objects.filter(sealed_at__isnull=False).exists()


def test_no_month_is_over_yet(world: World, commitment: Commitment):
    with pytest.raises(Refusal) as caught:
        seal(world, commitment, now=datetime(2026, 1, 20, 9, tzinfo=UTC))
    assert "1er\u00a0février" in caught.value.sentences[0]


def test_sealing_twice_is_one_certificate_and_a_change_makes_a_second_that_replaces_it(
    world: World, commitment: Commitment
):
    worked(world, commitment, 4)
    first = seal(world, commitment)
    assert seal(world, commitment) == first
    waive_hours(
        actor=world.actors["mission"],
        commitment_id=commitment.public_id,
        hours=Decimal("120.00"),
        reason="Chantier réduit",
        now=NOW,
    )
    second = seal(world, commitment)
    assert (second.label, second.supersedes) == ("2026-0002", first)
    found = verify_code(first.verification_code)
    assert found is not None
    assert (found.verdict, found.successor) == (Verdict.REPLACED, second)


def test_who_certifies_and_who_reads(world: World, commitment: Commitment):
    worked(world, commitment, 1)
    for who in ("buyer", "near", "far", "company", "rival", "stranger_buyer"):
        with pytest.raises(NotForYou):
            seal(world, commitment, who)
    certificate = seal(world, commitment)
    readers = {who for who in world.actors if certificates_visible_to(world.actors[who]).exists()}
    assert readers == {"mission", "buyer", "near", "company"}
    with pytest.raises(NotForYou):
        certificate_for(world.actors["rival"], certificate.public_id)


def test_a_commune_that_does_not_exist_is_refused(world: World, commitment: Commitment):
    with pytest.raises(Refusal):
        seal(world, commitment, place="Trifouillis")


def test_anybody_can_verify_by_code_or_by_number(world: World, commitment: Commitment):
    certificate = seal(world, commitment)
    code = certificate.verification_code
    assert verify_code(code.upper()).verdict is Verdict.GENUINE
    assert verify_number("2026-0001", f"{code[:4]}-{code[4:8]}".upper()).certificate == certificate
    assert verify_number(" 2026 / 1 ", code[:8]).certificate == certificate
    for number, short in (
        ("2026-0002", code[:8]),
        ("2026-0001", "22222222"),
        ("2026-0001", code[:7]),
        ("n’importe", code[:8]),
        ("2026-0001", ""),
    ):
        assert verify_number(number, short) is None
    assert verify_code("z" * 26) is None


def test_what_was_tampered_with_is_no_longer_genuine(world: World, commitment: Commitment):
    """The walls refuse an update; were they taken down, the fingerprint still tells."""
    certificate = seal(world, commitment)
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(year=2025)
    forged = as_content(dataclasses.replace(read_content(certificate.content), people=12))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE compliance_certificate DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE compliance_certificate SET content = %s WHERE id = %s", [json.dumps(forged), certificate.pk]
        )
        cursor.execute("ALTER TABLE compliance_certificate ENABLE TRIGGER USER")
    assert verify_code(certificate.verification_code).verdict is Verdict.ALTERED


def test_the_database_gives_numbers_without_a_hole_and_chains_them(world: World, commitment: Commitment):
    first = seal(world, commitment)
    second = seal(world, world.commitment(world.contract("2026-0300")))
    assert (first.number, second.number) == (1, 2)
    assert bytes(second.prev_hash) != bytes(first.prev_hash)
    with pytest.raises(DatabaseError, match="CERTIFICATE_EXISTS"), transaction.atomic():
        Certificate.objects.create(
            year=2026, commitment=commitment, content={}, content_hash=b"x" * 32, sealed_at=NOW,
            sealed_by_id=world.users["mission"].pk, sealed_by_label="essai",
        )  # fmt: skip
    with connection.cursor() as cursor:
        for view in ("violation_certificate_numbers", "violation_certificate_chain"):
            cursor.execute(f"SELECT count(*) FROM {view}")
            assert cursor.fetchone() == (0,)


def test_the_books_show_what_would_be_sealed_without_sealing(world: World, commitment: Commitment):
    books = books_of(commitment, now=NOW)
    assert books.snapshot is not None
    assert books.snapshot.people == 0
    assert len(books.months) == 10
    assert not Period.objects.filter(sealed_at__isnull=False).exists()
