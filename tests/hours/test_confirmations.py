"""The supplying structure confirms what companies declared of its people: who may, what it counts for, and what changes it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from levier.foundation.objections import NotForYou, Refusal
from levier.hours.confirmations import (
    Said,
    confirm_lines,
    confirmations_of,
    contest_as_structure,
    contested_by_structures,
    lines_of_structure,
    lines_to_confirm,
)
from levier.hours.contests import Matter, open_contest
from levier.hours.models import LineConfirmation, StatementLine
from levier.hours.verification import violations
from levier.reference.actions import load_published
from levier.web import clock
from tests.reading import words
from tests.world import NOW, SECRET_CRITERION, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def lent(world: World) -> StatementLine:
    """Two people whom an ETTI employs, on hours declared by Bâti Essai; and another structure."""
    load_published(NOW)
    world.commitment_ = world.commitment(world.contract())
    world.user("etti", "structure", world.organisation("ETTI Essai", "inclusive_structure"))
    world.user("geiq", "structure", world.organisation("GEIQ Essai", "inclusive_structure"))
    lines = [
        world.sent_line(
            world.commitment_, world.placement(world.person(name), world.commitment_, employer="ETTI Essai")
        )
        for name in ("Prêtée", "Seconde")
    ]
    world.own_line = world.sent_line(world.commitment_, world.placement(world.person("Directe"), world.commitment_))
    return lines[0]


def test_a_structure_reads_what_was_declared_of_its_own_people_only(world: World, lent: StatementLine):
    etti, geiq = world.actors["etti"], world.actors["geiq"]
    assert lines_to_confirm(etti).count() == 2
    assert lines_to_confirm(geiq).count() == 0
    for who in ("near", "company", "mission", "buyer"):
        assert not lines_of_structure(world.actors[who]).exists()
    StatementLine.objects.filter(pk=lent.pk).update(
        state="refused", reason="x", decided_by=world.users["near"], decided_at=NOW
    )
    assert lines_to_confirm(etti).count() == 1, "a refused line waits for the company"


def test_all_is_confirmed_in_one_click(world: World, lent: StatementLine):
    client = world.client("etti")
    assert client.get(reverse("todo")).url == reverse("confirm")
    page = words(client.get(reverse("confirm")))
    for expected in (
        "Bâti Essai, octobre 2026",
        "Samira Prêtée",
        "Samira Seconde",
        "Tout confirmer",
        "2 lignes attendent votre réponse, 240 h en tout",
        "À vous de confirmer, depuis le",
    ):
        assert expected in page
    for secret in ("Directe", SECRET_CRITERION, "1998"):
        assert secret not in page
    ids = list(lines_to_confirm(world.actors["etti"]).values_list("public_id", flat=True))
    assert client.post(reverse("confirm"), {"line": ids}).status_code == 303
    known = confirmations_of(StatementLine.objects.values_list("pk", flat=True))
    assert known[lent.pk].awaits_structure
    assert known[lent.pk].confirmed_by_structure
    assert not known[world.own_line.pk].awaits_structure
    assert not known[world.own_line.pk].confirmed_by_structure
    client.post(reverse("confirm"), {"line": ids})
    assert LineConfirmation.objects.count() == 2, "a double click confirms once"
    assert "Rien ne vous attend" in words(client.get(reverse("confirm")))


def test_what_came_since_the_last_answer_is_said_first(world: World, lent: StatementLine, monkeypatch):
    client = world.client("etti")
    first = lines_to_confirm(world.actors["etti"]).first()
    assert "Nouveau" not in words(client.get(reverse("confirm"))), "nothing was answered yet"
    monkeypatch.setattr(clock, "now", lambda: NOW - timedelta(days=400))
    client.post(reverse("confirm"), {"line": [first.public_id]})
    page = words(client.get(reverse("confirm")))
    assert "Nouveau" in page
    assert "1 relevé de plus</strong> depuis votre dernière réponse" in page


def test_nobody_confirms_for_another_structure(world: World, lent: StatementLine):
    for who in ("geiq", "near", "company", "mission"):
        with pytest.raises(NotForYou):
            confirm_lines(actor=world.actors[who], line_ids=[lent.public_id], now=NOW)
        with pytest.raises(NotForYou):
            contest_as_structure(actor=world.actors[who], line_id=lent.public_id, reason="non", now=NOW)
    with pytest.raises(NotForYou):
        confirm_lines(actor=world.actors["etti"], line_ids=[lent.public_id, world.own_line.public_id], now=NOW)
    assert not LineConfirmation.objects.exists()
    assert world.client("geiq").get(reverse("confirm-contest", args=[lent.public_id])).status_code == 404
    assert world.client("company").get(reverse("confirm")).status_code == 404


def test_contesting_needs_a_reason_that_the_facilitator_reads(world: World, lent: StatementLine):
    client, address = world.client("etti"), reverse("confirm-contest", args=[lent.public_id])
    assert client.post(address, {"reason": "  "}).status_code == 422
    assert client.post(address, {"reason": "98 h sur nos relevés"}).status_code == 303
    (found,) = contested_by_structures(world.actors["near"])
    assert found.reason == "98 h sur nos relevés"
    assert not contested_by_structures(world.actors["far"])
    assert not contested_by_structures(world.actors["company"])
    assert "98 h sur nos relevés" in words(world.client("near").get(reverse("contests")))
    assert confirmations_of([lent.pk])[lent.pk].by_structure is Said.NO


def test_a_confirmation_is_of_these_hours_and_no_others(world: World, lent: StatementLine):
    confirm_lines(actor=world.actors["etti"], line_ids=[lent.public_id], now=NOW)
    for state in ("refused", "draft"):
        StatementLine.objects.filter(pk=lent.pk).update(
            state=state, reason="x", decided_by=world.users["near"], decided_at=NOW
        )
    StatementLine.objects.filter(pk=lent.pk).update(hours="98.00")
    StatementLine.objects.filter(pk=lent.pk).update(state="pending")
    assert confirmations_of([lent.pk])[lent.pk].by_structure is None
    assert lent.public_id in lines_to_confirm(world.actors["etti"]).values_list("public_id", flat=True)


def test_facts_take_four_queries_whatever_the_lines(world: World, lent: StatementLine, django_assert_num_queries):
    ids = list(StatementLine.objects.values_list("pk", flat=True))
    with django_assert_num_queries(4):
        assert len(confirmations_of(ids)) == 3


def test_a_structure_reads_its_people_without_the_reason(world: World, lent: StatementLine):
    page = words(world.client("etti").get(reverse("own-people")))
    assert "Samira Prêtée" in page
    assert SECRET_CRITERION not in page
    assert "Directe" not in page


def test_a_structure_has_no_part_in_contracts(world: World, lent: StatementLine):
    client = world.client("etti")
    for name in (
        "contracts",
        "people",
        "review",
        "certificates",
        "search",
        "dashboard",
        "contests",
        "duplicates",
        "outcomes",
    ):
        assert client.get(reverse(name)).status_code == 404, name


def test_a_reason_of_spaces_is_refused(world: World, lent: StatementLine):
    with pytest.raises(Refusal):
        contest_as_structure(actor=world.actors["etti"], line_id=lent.public_id, reason=" \t", now=NOW)


@pytest.mark.parametrize(
    ("down", "fault", "view"),
    [
        (
            "DROP TRIGGER hours_statementline_contested ON hours_statementline",
            "UPDATE hours_statementline SET state = 'refused', reason = 'x', decided_by_id = {near}, decided_at = '2026-11-26' WHERE id = {line}",
            "violation_contested_line",
        ),
        (
            "SELECT 1",
            (
                "INSERT INTO hours_lineconfirmation (line_id, side, answer, hours, reason, at, said_by_id, said_by_label, organisation_id)"
                " VALUES ({line}, 'structure', 'yes', 120, '', now(), {near}, 'essai', {other})"
            ),
            "violation_confirmation",
        ),
    ],
)
def test_verify_sees_the_planted_fault(world: World, lent: StatementLine, down: str, fault: str, view: str):
    open_contest(person=lent.placement.person, matter=Matter.MORE, words="", now=NOW, line_id=lent.public_id)
    assert violations() == ()
    other = world.organisation("GEIQ Essai").pk
    with connection.cursor() as cursor:
        cursor.execute(down)
        cursor.execute(fault.format(near=world.users["near"].pk, line=lent.pk, other=other))
    assert view in {one.view for one in violations()}
