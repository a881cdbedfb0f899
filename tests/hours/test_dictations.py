"""Hours typed for a company: somebody else agrees, somebody else accepts; the walls hold when the code does not."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from levier.accounts.models import Membership
from levier.accounts.values import Duty
from levier.audit.models import JournalEntry
from levier.files.values import read_piece
from levier.foundation.objections import NotForYou, Refusal
from levier.hours import declarations
from levier.hours.actions import accept_line, refuse_line, reverse_line
from levier.hours.checks import TypedLine
from levier.hours.codes import Doubt, StatementRefusal
from levier.hours.dictations import (
    agree_to_dictation,
    attach_for_company,
    dictations_for_company,
    propose_to_company,
    type_for_company,
)
from levier.hours.models import Dictation, Evidence, LedgerEntry, StatementLine
from levier.hours.queries import reference_values
from levier.hours.reviewing import lines_with_doubts
from levier.hours.verification import verify_chains, violations
from levier.notifications.models import Message
from tests.world import NOW, World

OCTOBER = date(2026, 10, 1)
LIFE = timedelta(hours=72)


@pytest.fixture
def owed(world: World):
    world.user("second", "facilitator", world.organisation("Structure 4"), world.territory(4))
    return world.commitment(world.contract())


@pytest.fixture
def placement(world, owed):
    return world.placement(world.person(), owed)


def who(world, owed, by):
    return {"actor": world.actors[by], "commitment_public_id": owed.public_id, "month": OCTOBER, "now": NOW}


def dictate(world, owed, placement, hours="120", by="near"):
    type_for_company(typed={placement.public_id: TypedLine(hours)}, **who(world, owed, by))
    return propose_to_company(told_by="M. Roux, au téléphone", life=LIFE, **who(world, owed, by))


def accept(world, by):
    return accept_line(actor=world.actors[by], line_public_id=StatementLine.objects.get().public_id, now=NOW)


def code(refusal):
    return [one.code for one in refusal.value.objections]


def all_true():
    assert violations() == ()
    assert verify_chains().broken == ()


def test_the_company_agrees_and_a_colleague_accepts_never_the_typist(world, owed, placement):
    dictate(world, owed, placement)
    dictate(world, owed, placement)
    assert Dictation.objects.filter(answer="").count() == 1
    line = StatementLine.objects.get()
    assert (line.state, line.typed_by_id) == ("draft", world.users["near"].pk), "nothing left"
    sent = agree_to_dictation(**who(world, owed, "company"))
    assert (sent.lines, agree_to_dictation(**who(world, owed, "company")).again) == (1, True)
    assert sent.statement.declared_by_id == world.users["company"].pk
    with pytest.raises(Refusal) as refusal:
        accept(world, "near")
    assert code(refusal) == [StatementRefusal.OWN_HOURS]
    accept(world, "second")
    entry = LedgerEntry.objects.get()
    assert entry.declared_by_id == world.users["near"].pk, "the ledger names who typed"
    with pytest.raises(Refusal):
        reverse_line(actor=world.actors["near"], line_public_id=line.public_id, reason="Erreur", now=NOW)
    told = JournalEntry.objects.filter(action__startswith="hours.").order_by("id").values_list("action", flat=True)
    assert "hours.typed_for_company" in told
    assert "hours.dictation_agreed" in told
    all_true()


def piece(name="releve.csv", content=b"Nom;Heures\nUn;120\n"):
    return read_piece(content, name, largest=10_000)


def test_the_typist_attaches_what_the_company_handed_over_in_the_same_quarantine(world, owed, placement):
    dictate(world, owed, placement)
    for _ in range(2):
        made = attach_for_company(received=piece(), **who(world, owed, "near"))
    assert Evidence.objects.get() == made
    assert (made.file.state, made.file.uploaded_by_id) == ("quarantine", world.users["near"].pk)
    assert Dictation.objects.get().answer == "", "what waits for an agreement goes on waiting"
    assert JournalEntry.objects.filter(action="hours.evidence_attached").count() == 1
    agree_to_dictation(**who(world, owed, "company"))
    attach_for_company(received=piece("suite.csv", b"Nom;Heures\n"), **who(world, owed, "near"))
    [row] = lines_with_doubts(world.actors["second"], OCTOBER, values=reference_values())
    assert Doubt.NO_EVIDENCE not in {one.code for one in row.doubts}


def test_near_misses_strangers_and_the_companys_own_month_take_no_piece_from_a_facilitator(world, owed, placement):
    for by in ("far", "rival", "mission", "buyer", "company"):
        with pytest.raises(NotForYou):
            attach_for_company(received=piece(), **who(world, owed, by))
    typed = {placement.public_id: TypedLine("120")}
    declarations.save_draft(typed=typed, **who(world, owed, "company"))
    for sent in (False, True):
        if sent:
            declarations.send(**who(world, owed, "company"))
        with pytest.raises(Refusal) as refusal:
            attach_for_company(received=piece(), **who(world, owed, "near"))
        assert code(refusal) == [StatementRefusal.COMPANY_STARTED]
    assert not Evidence.objects.exists()


def test_another_facilitator_agrees_and_the_doubt_says_the_company_did_not(world, owed, placement):
    dictate(world, owed, placement)
    with pytest.raises(Refusal) as refusal:
        agree_to_dictation(**who(world, owed, "near"))
    assert code(refusal) == [StatementRefusal.OWN_HOURS]
    sent = agree_to_dictation(**who(world, owed, "second"))
    assert sent.statement.declared_by_id == world.users["near"].pk
    values = reference_values()
    [row] = lines_with_doubts(world.actors["second"], OCTOBER, values=values)
    assert Doubt.TYPED_FOR_COMPANY in [one.code for one in row.doubts]
    [own] = lines_with_doubts(world.actors["near"], OCTOBER, values=values)
    assert Doubt.OWN_HOURS in [one.code for one in own.doubts]
    accept(world, "second")
    all_true()


def test_a_company_that_corrects_makes_the_statement_its_own(world, owed, placement):
    dictate(world, owed, placement)
    declarations.save_draft(typed={placement.public_id: TypedLine("96")}, **who(world, owed, "company"))
    assert Dictation.objects.get().answer == "corrected"
    with pytest.raises(Refusal) as refusal:
        agree_to_dictation(**who(world, owed, "second"))
    assert code(refusal) == [StatementRefusal.NOTHING_WAITS]
    with pytest.raises(Refusal) as refusal:
        type_for_company(typed={placement.public_id: TypedLine("120")}, **who(world, owed, "near"))
    assert code(refusal) == [StatementRefusal.COMPANY_STARTED], "what the company prepares stays with it"
    declarations.send(**who(world, owed, "company"))
    accept(world, "near")
    assert LedgerEntry.objects.get().declared_by_id == world.users["company"].pk
    all_true()


def test_sending_as_it_stands_is_agreeing(world, owed, placement):
    dictate(world, owed, placement)
    declarations.send(**who(world, owed, "company"))
    assert Dictation.objects.get().answer == "agreed"
    with pytest.raises(Refusal):
        accept(world, "near")
    accept(world, "second")
    all_true()


def test_where_nobody_else_accepts_the_typist_sends_it_back_and_the_company_sends_it_itself(world, owed, placement):
    dictate(world, owed, placement)
    agree_to_dictation(**who(world, owed, "company"))
    line = StatementLine.objects.get()
    refuse_line(actor=world.actors["near"], line_public_id=line.public_id, reason="Envoyez-le vous-même", now=NOW)
    declarations.save_draft(typed={placement.public_id: TypedLine("120")}, **who(world, owed, "company"))
    declarations.send(**who(world, owed, "company"))
    accept(world, "near")
    assert LedgerEntry.objects.get().declared_by_id == world.users["company"].pk
    all_true()


def test_no_hours_told_on_the_telephone(world, owed, placement):
    made = propose_to_company(told_by="Mme Bel, au téléphone", life=LIFE, no_hours=True, **who(world, owed, "near"))
    assert made.statement.no_hours
    sent = agree_to_dictation(**who(world, owed, "company"))
    assert (sent.statement.state, sent.lines) == ("sent", 0)
    all_true()


def test_the_link_goes_to_who_declares_for_the_company(world, owed, placement):
    told = Membership.objects.get(user=world.users["company"])
    told.duties = [Duty.DECLARE.value]
    told.save()
    dictate(world, owed, placement)
    letter = Message.objects.get(kind="link")
    assert letter.recipient == world.users["company"].email
    assert "M. Roux, au téléphone" in letter.body
    assert letter.secret is not None
    assert [one.pk for one in dictations_for_company(world.actors["company"])] == [Dictation.objects.get().pk]
    assert dictations_for_company(world.actors["rival"]) == []


def test_near_misses_and_strangers_type_and_agree_to_nothing(world, owed, placement):
    for by in ("far", "rival", "buyer", "mission", "company"):
        with pytest.raises(NotForYou):
            type_for_company(typed={}, **who(world, owed, by))
    dictate(world, owed, placement)
    for by in ("far", "rival", "buyer", "mission"):
        with pytest.raises(NotForYou):
            agree_to_dictation(**who(world, owed, by))


def test_who_told_it_must_be_said(world, owed, placement):
    type_for_company(typed={placement.public_id: TypedLine("120")}, **who(world, owed, "near"))
    with pytest.raises(Refusal) as refusal:
        propose_to_company(told_by="  ", life=LIFE, **who(world, owed, "near"))
    assert code(refusal) == [StatementRefusal.NOT_TOLD]


def test_planted_faults_the_walls_hold_without_the_code(world, owed, placement):
    dictate(world, owed, placement)
    line, near = StatementLine.objects.get(), world.users["near"].pk
    with pytest.raises(DatabaseError, match="DICTATION_NOT_AGREED"), transaction.atomic():
        StatementLine.objects.filter(pk=line.pk).update(state="pending")
    with pytest.raises(IntegrityError, match="dictation_four_eyes"), transaction.atomic():
        Dictation.objects.update(answer="agreed", answered_at=NOW, answered_by_id=near)
    agree_to_dictation(**who(world, owed, "company"))
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        StatementLine.objects.filter(pk=line.pk).update(typed_by=None)
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        Dictation.objects.update(told_by="Autre")
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        Dictation.objects.all().delete()
    accept(world, "second")
    all_true()


def test_planted_fault_the_typist_who_hides_behind_the_company_is_refused(world, owed, placement, monkeypatch):
    """The code names the company as declarant and lets the typist accept: the trigger ties the entry to its typist all the same."""
    dictate(world, owed, placement)
    agree_to_dictation(**who(world, owed, "company"))
    monkeypatch.setattr("levier.hours.actions.sees_with_other_eyes", lambda *_: True)
    monkeypatch.setattr("levier.hours.posting.objections_to_acceptance", lambda *_: ())
    with pytest.raises(Refusal) as refusal:
        accept(world, "near")
    assert code(refusal) == [StatementRefusal.OWN_HOURS], "four_eyes"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('hours_entry_of_its_line'::regproc)")
        assert "COALESCE(l.typed_by_id, s.declared_by_id)" in cursor.fetchone()[0]


def test_planted_fault_an_agreement_of_the_typist_is_seen_by_verify(world, owed, placement):
    dictate(world, owed, placement)
    agree_to_dictation(**who(world, owed, "company"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE hours_dictation DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE hours_dictation DROP CONSTRAINT dictation_four_eyes")
        cursor.execute("UPDATE hours_dictation SET answered_by_id = typed_by_id")
    assert [one.view for one in violations()] == ["violation_dictation", "violation_wall_missing"]
