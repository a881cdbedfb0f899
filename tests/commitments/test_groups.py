"""Groups of companies: members with their share, transfers by agreement of both, a carry-over of surplus by agreement of holder and buyer."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.audit.models import JournalEntry
from levier.commitments.due_actions import enter_amendment
from levier.commitments.group_actions import answer_transfer, propose_transfer, take_member
from levier.commitments.models import Commitment, DueMovement
from levier.commitments.queries import group_rows, transfers_visible_to
from levier.commitments.values import Liability, MemberRole
from levier.following.rules import expected_hours
from levier.following.standing import late_among, owed_of
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_line
from levier.hours.declarations import save_draft
from levier.hours.verification import violations
from levier.reference.published import published_catalogue
from tests.world import NOW, World, siret, small_world


@pytest.fixture
def world(db) -> World:
    return small_world()


@pytest.fixture
def head(world) -> Commitment:
    return world.commitment(world.contract(), due="300.00")


def member(world, parent, company="Rival Essai", by="company", role=MemberRole.SUBCONTRACTOR, **more):
    return take_member(
        actor=world.actors[by], parent_public_id=parent.public_id, siret=world.organisation(company).siret, name=company,
        role=role, now=NOW, **more,
    )  # fmt: skip


def propose(world, source, target, hours, by="company", reason="Équipe de carrelage"):
    return propose_transfer(
        actor=world.actors[by], source_id=source.public_id, target_id=target.public_id, hours=Decimal(hours), reason=reason,
        now=NOW,
    )  # fmt: skip


def answer(world, transfer, by="rival", accepted=True, reason=""):
    return answer_transfer(
        actor=world.actors[by], transfer_public_id=transfer.public_id, accepted=accepted, reason=reason, now=NOW
    )


def dues(*commitments):
    return [Commitment.objects.get(pk=one.pk).due_hours for one in commitments]


def test_shares_move_by_agreement_of_both_and_always_add_up(world, head):
    sub = member(world, head, liability=Liability.SOLIDARY)
    assert dues(head, sub) == [300, 0]
    asked = propose(world, head, sub, 80)
    assert dues(head, sub) == [300, 0], "a proposal does nothing"
    answer(world, asked)
    answer(world, asked)
    assert dues(head, sub) == [220, 80]
    assert list(DueMovement.objects.filter(transfer=asked).values_list("hours", flat=True)) == [-80, 80]
    head.refresh_from_db()
    assert head.liability == "solidary"
    assert [row.pk for row in group_rows(head.pk)] == [head.pk, sub.pk]
    assert violations() == ()


def test_a_subcontractor_declares_for_its_own_people_and_the_group_counts_them(world, head):
    sub = member(world, head)
    answer(world, propose(world, head, sub, 80))
    line = world.sent_line(sub, world.placement(world.person(), sub, employer="Rival Essai"), hours="60.00", by="rival")
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    rows = group_rows(head.pk)
    assert sum(row.due_hours for row in rows) == 300
    assert sum(row.credited_hours for row in rows) == 60
    assert sum(row.balance_hours for row in rows) == 240


def test_the_tree_goes_down_to_the_subcontractor_of_a_co_contractor(world, head):
    co = member(world, head, role=MemberRole.CO_CONTRACTOR)
    below = take_member(
        actor=world.actors["rival"], parent_public_id=co.public_id, siret=siret(777), name="Petit Essai",
        role=MemberRole.SUBCONTRACTOR, now=NOW,
    )  # fmt: skip
    other = member(world, head, "Second Essai", by="mission")
    assert [row.pk for row in group_rows(head.pk)] == [head.pk, co.pk, below.pk, other.pk]
    assert member(world, head, role=MemberRole.CO_CONTRACTOR) == co, "taken twice, taken once"
    with pytest.raises(Refusal, match="déjà un engagement"):
        take_member(
            actor=world.actors["rival"], parent_public_id=co.public_id, siret=world.organisation("Second Essai").siret,
            name="", role=MemberRole.SUBCONTRACTOR, now=NOW,
        )  # fmt: skip


def test_who_may_take_propose_and_answer(world, head):
    sub = member(world, head)
    for stranger in ("near", "buyer", "far", "rival"):
        with pytest.raises(NotForYou):
            member(world, head, "Autre Essai", by=stranger)
    for stranger in ("mission", "near", "buyer", "far"):
        with pytest.raises(NotForYou):
            propose(world, head, sub, 10, by=stranger)
    asked = propose(world, head, sub, 10)
    assert propose(world, head, sub, 10) == asked
    with pytest.raises(Refusal, match="autre partie"):
        answer(world, asked, by="company")
    for stranger in ("mission", "near", "far", "stranger_buyer"):
        with pytest.raises(NotForYou):
            answer(world, asked, by=stranger)
    assert not transfers_visible_to(world.actors["far"]).exists()
    with pytest.raises(Refusal, match="motif"):
        answer(world, asked, accepted=False)
    answer(world, asked, accepted=False, reason="Pas d’équipe disponible")
    with pytest.raises(Refusal, match="déjà reçu une réponse"):
        answer(world, asked)
    assert dues(head, sub) == [300, 0]


def test_no_more_than_the_share_still_borne(world, head):
    sub = member(world, head)
    for hours in ("0", "-1", "300.01"):
        with pytest.raises(Refusal):
            propose(world, head, sub, hours)
    first, second = propose(world, head, sub, 200), propose(world, head, sub, 150)
    answer(world, first)
    with pytest.raises(Refusal, match="100"):
        answer(world, second)
    answer(world, propose(world, sub, head, 50, by="rival", reason="Retour"), by="company")
    assert dues(head, sub) == [150, 150]


def test_an_amendment_is_entered_on_the_leader(world, head):
    sub = member(world, head)
    with pytest.raises(Refusal, match="mandataire"):
        enter_amendment(
            actor=world.actors["mission"], commitment_public_id=sub.public_id, reference="Avenant 1", due_hours=Decimal(10),
            effective_on=sub.starts_on, now=NOW,
        )  # fmt: skip


def surplus(world, hours="60.00"):
    rich = world.commitment(world.contract("RICHE"), due="40.00")
    line = world.sent_line(rich, world.placement(world.person("Riche"), rich), hours=hours)
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    return rich


def test_a_surplus_is_carried_over_only_by_agreement_of_holder_and_buyer(world, head):
    rich = surplus(world)
    with pytest.raises(Refusal, match="20"):
        propose(world, head, rich, 21)
    asked = propose(world, head, rich, 20, reason="Report du surplus")
    with pytest.raises(Refusal, match="autre partie"):
        answer(world, asked, by="company")
    with pytest.raises(NotForYou):
        answer(world, asked, by="rival")
    answer(world, asked, by="buyer")
    assert dues(head, rich) == [280, 60]
    assert Commitment.objects.get(pk=rich.pk).balance_hours == 0
    assert violations() == ()


def test_nothing_is_carried_over_to_another_holder(world):
    rich = surplus(world)
    poor = world.commitment(world.contract("AUTRE", holder="Rival Essai"), holder="Rival Essai")
    for by in ("company", "rival", "buyer", "mission"):
        with pytest.raises(NotForYou):
            propose(world, poor, rich, 5, by=by)


SIDES = "(SELECT holder_id FROM commitments_commitment WHERE id = {})"
PROPOSE = (
    "INSERT INTO commitments_duetransfer (public_id, source_id, target_id, hours, carry_over, reason, proposed_by_org_id, proposed_by_label, at)"
    " VALUES ('x', {source}, {target}, {hours}, {carry}, 'x', (SELECT holder_id FROM commitments_commitment WHERE id = {source}), 'x', now());"
    " INSERT INTO commitments_duetransferanswer (transfer_id, accepted, reason, answered_by_org_id, answered_by_label, at)"
    " SELECT id, true, '', {by}, 'x', now() FROM commitments_duetransfer WHERE public_id = 'x'"
)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"by": "(SELECT holder_id FROM commitments_commitment WHERE id = {head})"}, "BOTH_SIDES_AGREE"),
        ({"by": "(SELECT min(id) FROM organisations_organisation)"}, "BOTH_SIDES_AGREE"),
        ({"target": "{rich}"}, "NOT_OF_THE_GROUP"),
        ({"hours": "301"}, "commitment_due_not_negative"),
        ({"target": "{rich}", "carry": "true", "hours": "21", "by": "{buyer}"}, "NO_SURPLUS"),
    ],
)
def test_the_walls_refuse_raw_sql(world, head, change, code):
    sub, rich = member(world, head), surplus(world)
    names = {"head": head.pk, "rich": rich.pk, "buyer": head.lot.contract.buyer_id}
    asked = {
        "source": head.pk, "target": sub.pk, "hours": 10, "carry": "false",
        "by": f"(SELECT holder_id FROM commitments_commitment WHERE id = {sub.pk})",
    } | {key: value.format(**names) for key, value in change.items()}  # fmt: skip
    with pytest.raises(DatabaseError, match=code), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PROPOSE.format(**asked))


def test_a_member_is_of_the_lot_of_its_group(world, head):
    other = world.commitment(world.contract("AUTRE", holder="Rival Essai"), holder="Rival Essai")
    with pytest.raises(DatabaseError, match="NOT_OF_THE_GROUP"), transaction.atomic():
        Commitment.objects.create(
            lot=other.lot, holder=other.holder, territory=other.territory, instrument="criterion", due_hours=0,
            starts_on=other.starts_on, ends_on=other.ends_on, head=head, parent=head, created_at=NOW, created_by_label="x",
        )  # fmt: skip


def test_a_member_owes_from_its_own_first_day_and_is_not_late_the_day_it_is_taken(world, head):
    since = date(2026, 11, 20)
    early, late = member(world, head, "Second Essai"), member(world, head, starts_on=since)
    for target, who in ((early, "second"), (late, "rival")):
        if who not in world.actors:
            world.user(who, "company", world.organisation("Second Essai"))
        answer(world, propose(world, head, target, 80), by=who)
    catalogue, members = published_catalogue(), Commitment.objects.filter(pk__in=[early.pk, late.pk])
    assert late_among(members, today=date(2026, 11, 25), catalogue=catalogue) == {early.pk}
    assert late_among(members, today=date(2027, 2, 1), catalogue=catalogue) == {early.pk, late.pk}, "but it is in time"
    owed = owed_of(list(members))
    assert expected_hours(owed[late.pk], since) < 1 < expected_hours(owed[early.pk], since)
    with pytest.raises(Refusal, match="engagement commence le 20"):
        save_draft(
            actor=world.actors["rival"], commitment_public_id=late.public_id, month=date(2026, 10, 1), typed={}, now=NOW
        )
    assert violations() == ()


def test_a_wrong_first_day_is_corrected_until_somebody_is_assigned(world, head):
    sub = member(world, head, starts_on=date(2026, 11, 20))
    assert member(world, head) == sub
    assert Commitment.objects.get(pk=sub.pk).starts_on == date(2026, 11, 20), "taken again without a date: as it was"
    member(world, head, starts_on=date(2026, 10, 5))
    assert Commitment.objects.get(pk=sub.pk).starts_on == date(2026, 10, 5)
    assert "group.first_day_corrected" in JournalEntry.objects.values_list("action", flat=True)
    world.placement(world.person(), sub, employer="Rival Essai")
    with pytest.raises(Refusal, match="déjà du groupement depuis le 5"):
        member(world, head, starts_on=date(2026, 11, 20))
    assert member(world, head, starts_on=date(2026, 10, 5)) == sub, "said again, it is no change"
    with pytest.raises(NotForYou):
        member(world, head, by="near", starts_on=date(2026, 9, 1))


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 3, 1)])
def test_a_first_day_outside_the_contract_is_refused(world, head, day):
    with pytest.raises(Refusal, match=r"entre le 1er.janvier.2026 et le 28.février.2027"):
        member(world, head, starts_on=day)
    assert Commitment.objects.filter(parent=head).count() == 0
