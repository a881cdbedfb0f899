"""Matches decided by a person, forgotten contracts, amendments that were published: on PostgreSQL, by everybody."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from levier.audit.models import JournalEntry
from levier.compliance.tasks import tasks_for
from levier.compliance.turns import TaskKind, Turn
from levier.foundation.objections import NotForYou, Refusal
from levier.open_data import forgotten as forgotten_module
from levier.open_data.actions import import_file
from levier.open_data.forgotten import forgotten, our_buyers
from levier.open_data.match_actions import accept_match, reject_match, undo_match
from levier.open_data.matching import proposals
from levier.open_data.models import MatchDecision, PublishedContract
from levier.open_data.take_up import take_up
from levier.open_data.watch_values import Ground, Situation
from levier.procurement import amending
from levier.procurement.amending import AmendmentTerms, record_amendment
from levier.procurement.models import AmendmentNotice, Contract, Lot
from levier.reference.published import published_catalogue
from tests.world import NOW, TODAY, World, siret

pytestmark = pytest.mark.django_db


def record(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "id": "2026-0147",
        "acheteur": {"id": world.organisation("Département d’essai").siret},
        "nature": "Marché",
        "objet": "Réhabilitation du collège, gros œuvre",
        "codeCPV": "45223220",
        "procedure": "Procédure adaptée",
        "lieuExecution": {"code": "13", "typeCode": "Code département"},
        "dureeMois": 12,
        "dateNotification": "2026-03-01",
        "datePublicationDonnees": "2026-03-20",
        "montant": 1180000,
        "typeGroupementOperateurs": "Pas de groupement",
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": siret(801)}}],
        **changes,
    }


def change(amount: int, number: int = 1) -> dict[str, Any]:
    return {
        "modification": {
            "id": number,
            "dateNotificationModification": f"2026-06-0{number}",
            "montant": amount,
            "datePublicationDonneesModification": f"2026-06-1{number}",
        }
    }


def publish(folder: Path, *records: dict[str, Any], name: str = "marches.json") -> None:
    path = folder / name
    path.write_text(json.dumps({"marches": {"marche": records}}), encoding="utf-8")
    assert import_file(path=path, now=NOW, processes=1).counts.rejected == 0


def planned(world: World, reference: str = "2026-0147") -> Lot:
    """A file prepared before the award: no record, no holder, no amount, no notification."""
    lot = world.contract(reference)
    lot.holders.all().delete()
    lot.cpv, lot.amount, lot.initial_amount = "", None, None
    lot.save()
    Contract.objects.filter(pk=lot.contract_id).update(
        notified_on=None, duration_months=None, starts_on=None, ends_on=None, nature="Marché de travaux"
    )
    lot.refresh_from_db()
    return lot


@pytest.fixture
def pair(world: World, tmp_path: Path) -> dict[str, Any]:
    """What the two buttons say: a published contract and the file that it looks like."""
    lot = planned(world)
    publish(tmp_path, record(world))
    return {"published_id": PublishedContract.objects.get().public_id, "lot_id": lot.public_id, "now": NOW}


def test_an_award_is_proposed_to_the_mission_and_its_buyer_and_to_nobody_else(world: World, pair):
    for who, number in {"mission": 1, "buyer": 1, "stranger_buyer": 0, "company": 0}.items():
        assert len(proposals(world.actors[who]).rows) == number, who
    (row,) = proposals(world.actors["mission"]).rows
    assert row.match.score == 15 + 35 + 15 * 2 * 4 // 10 + 3
    assert (row.lot.public_id, row.published.public_id) == (pair["lot_id"], pair["published_id"])


def test_the_number_of_queries_does_not_grow(world: World, tmp_path: Path, django_assert_num_queries):
    planned(world)
    publish(tmp_path, record(world))
    with django_assert_num_queries(4):
        assert len(proposals(world.actors["mission"]).rows) == 1
    for number in range(8):
        planned(world, f"MARCHE-{number}")
    publish(
        tmp_path,
        *(record(world, id=f"MARCHE-{number}", objet=f"Collège {number}") for number in range(8)),
        name="more.json",
    )
    with django_assert_num_queries(4):
        assert len(proposals(world.actors["mission"]).rows) >= 9


def test_accepted_it_fills_what_lacks_and_writes_nothing_over(world: World, pair):
    decision = accept_match(actor=world.actors["buyer"], **pair)
    lot = Lot.objects.select_related("contract").get(public_id=pair["lot_id"])
    assert bytes(lot.published_key) == bytes(PublishedContract.objects.get().identity_key)
    assert (lot.amount, lot.initial_amount, lot.cpv) == (Decimal(1180000), Decimal(1180000), "45223220")
    assert (lot.contract.notified_on, lot.contract.duration_months) == (date(2026, 3, 1), 12)
    assert (lot.contract.ends_on, lot.contract.nature) == (date(2027, 2, 28), "Marché de travaux")
    assert (lot.contract.place_code, lot.title) == ("13127", "Gros œuvre")
    assert [one.organisation.siret for one in lot.holders.all()] == [siret(801)]
    assert "nature" not in decision.filled["contract"]
    assert accept_match(actor=world.actors["buyer"], **pair) == decision
    assert JournalEntry.objects.filter(action="match.accepted", thread=lot.contract.public_id).count() == 1
    assert proposals(world.actors["mission"]).rows == []
    assert take_up(actor=world.actors["mission"], published_id=pair["published_id"], now=NOW) == lot.contract


def test_an_award_at_another_amount_than_the_estimate_waits_for_the_mission(world: World, pair, tmp_path: Path):
    Lot.objects.update(amount=Decimal(1000000), initial_amount=Decimal(1000000))
    accept_match(actor=world.actors["buyer"], **pair)
    assert Lot.objects.get().amount == Decimal(1000000), "nothing is written over"
    publish(tmp_path, record(world, id="AUTRE"), name="later.json")
    notice = AmendmentNotice.objects.get()
    assert (notice.state, notice.new_amount, notice.signed_on) == ("pending", Decimal(1180000), date(2026, 3, 1))
    undo_match(actor=world.actors["mission"], **pair)
    assert AmendmentNotice.objects.get().state == "withdrawn"


def test_undone_everything_is_as_before_and_proposed_again(world: World, pair):
    before = Lot.objects.values().get(), Contract.objects.values().get()
    accept_match(actor=world.actors["mission"], **pair)
    assert (Lot.objects.values().get(), Contract.objects.values().get()) != before
    undo_match(actor=world.actors["mission"], **pair)
    assert (Lot.objects.values().get(), Contract.objects.values().get()) == before
    assert not Lot.objects.get().holders.exists()
    assert len(proposals(world.actors["mission"]).rows) == 1
    with pytest.raises(NotForYou):
        undo_match(actor=world.actors["mission"], **pair)


def test_what_a_person_changed_since_is_kept_when_it_is_undone(world: World, pair):
    accept_match(actor=world.actors["mission"], **pair)
    Lot.objects.update(cpv="45000000")
    undo_match(actor=world.actors["mission"], **pair)
    assert (Lot.objects.get().cpv, Lot.objects.get().amount) == ("45000000", None)


def test_a_tie_on_which_hours_are_owed_is_not_undone(world: World, pair):
    accept_match(actor=world.actors["mission"], **pair)
    world.commitment(Lot.objects.get())
    with pytest.raises(Refusal, match="heures sont déjà dues"):
        undo_match(actor=world.actors["mission"], **pair)
    assert Lot.objects.get().published_key is not None


def test_rejected_it_is_never_proposed_again_until_it_is_undone(world: World, pair, tmp_path: Path, monkeypatch):
    reject_match(actor=world.actors["mission"], **pair)
    publish(tmp_path, record(world, datePublicationDonnees="2026-04-20", montant=1190000), name="again.json")
    assert proposals(world.actors["mission"]).rows == []
    assert reject_match(actor=world.actors["buyer"], **pair).decided_by_label == "Mission Essai"
    undo_match(actor=world.actors["mission"], **pair)
    assert len(proposals(world.actors["mission"]).rows) == 1
    reject_match(actor=world.actors["mission"], **pair)
    monkeypatch.setattr("levier.open_data.matching.decisions_visible_to", lambda _: MatchDecision.objects.none())
    assert len(proposals(world.actors["mission"]).rows) == 1, "a watch that forgot what was decided would be noticed"


def test_the_less_likely_waits_until_the_better_one_is_rejected(world: World, pair, tmp_path: Path):
    lot = Lot.objects.get()
    Lot.objects.update(cpv="45223220", amount=Decimal(1180000))
    lot.contract.title = "Réhabilitation du collège, gros œuvre"
    lot.contract.save()
    Lot.objects.update(title="Gros œuvre")
    publish(tmp_path, record(world, id="AUTRE-9", montant=1170000), name="less.json")
    assert [row.published.published_id for row in proposals(world.actors["mission"]).rows] == ["2026-0147"]
    reject_match(actor=world.actors["mission"], **pair)
    assert [row.published.published_id for row in proposals(world.actors["mission"]).rows] == ["AUTRE-9"]


@pytest.mark.parametrize("who", ["stranger_buyer", "near", "far", "company", "rival"])
@pytest.mark.parametrize("act", [accept_match, reject_match, undo_match])
def test_nobody_else_decides(world: World, pair, who: str, act):
    with pytest.raises(NotForYou):
        act(actor=world.actors[who], **pair)
    assert not MatchDecision.objects.exists()
    assert not JournalEntry.objects.filter(action__startswith="match.").exists()


def test_the_contract_of_another_buyer_is_tied_by_nobody(world: World, pair, tmp_path: Path):
    theirs = record(world, id="AUTRE", acheteur={"id": world.organisation("Commune d’ailleurs").siret})
    publish(tmp_path, theirs, name="theirs.json")
    other = PublishedContract.objects.get(published_id="AUTRE").public_id
    for who in ("mission", "buyer", "stranger_buyer"):
        with pytest.raises(NotForYou):
            accept_match(actor=world.actors[who], **(pair | {"published_id": other}))


def scope(world: World, who: str):
    actor = world.actors[who]
    return forgotten(actor, our_buyers(actor), published_catalogue())


def socially(*said: str) -> dict[str, Any]:
    return {"considerationsSociales": {"considerationSociale": list(said)}}


def test_forgotten_contracts_are_those_in_scope_without_a_clause(world: World, tmp_path: Path):
    publish(
        tmp_path,
        record(world, id="RIEN"),
        record(world, id="AUCUNE", **socially("Pas de considération sociale")),
        record(world, id="CLAUSE", **socially("Clause sociale")),
        record(world, id="PETIT", montant=150000),
        record(world, id="MENAGE", codeCPV="90911200", objet="Nettoyage des locaux", montant=60000),
        record(world, id="PAPIER", codeCPV="30197000", objet="Papier", montant=90000),
        record(world, id="DEUX", objet="Lot 1 : toiture", montant=110000),
        record(world, id="DEUX", objet="Lot 2 : peinture", montant=120000),
        record(world, id="TARD", objet="Gymnase", montant=7000000, dateNotification="2026-11-20", dureeMois=4),
        record(world, id="AILLEURS", acheteur={"id": siret(777)}),
    )
    found = {(one.reference, one.title): one for one in scope(world, "mission")}
    assert sorted({reference for reference, _ in found}) == ["AUCUNE", "DEUX", "MENAGE", "RIEN", "TARD"]
    assert len(found) == 6
    by_reference = {one.reference: one for one in found.values()}
    assert by_reference["AUCUNE"].situation is Situation.NONE_SAID
    assert by_reference["RIEN"].situation is Situation.NOTHING_SAID
    assert by_reference["RIEN"].ground is Ground.POLICY
    assert by_reference["DEUX"].operation == Decimal(230000)
    assert by_reference["TARD"].consultation_on == date(2026, 7, 20)
    assert scope(world, "stranger_buyer") == []
    assert len(scope(world, "buyer")) == 6
    assert scope(world, "company") == []


def test_once_followed_it_is_forgotten_only_where_it_says_that_there_is_none(world: World, tmp_path: Path, monkeypatch):
    publish(tmp_path, record(world, id="RIEN"), record(world, id="AUCUNE", **socially("Pas de considération sociale")))
    for one in PublishedContract.objects.all():
        take_up(actor=world.actors["mission"], published_id=one.public_id, now=NOW)
    (one,) = scope(world, "mission")
    assert (one.reference, bool(one.followed), one.situation) == ("AUCUNE", True, Situation.CONTRADICTED)
    monkeypatch.setattr(forgotten_module, "_situation", lambda row: Situation.NOTHING_SAID)
    assert len(scope(world, "mission")) == 2, "a list that forgot to leave the followed ones out would be noticed"


def test_forgotten_contracts_are_read_in_one_query(world: World, tmp_path: Path, django_assert_num_queries):
    publish(tmp_path, *(record(world, id=f"R{number}") for number in range(12)))
    buyers = our_buyers(world.actors["mission"])
    with django_assert_num_queries(1):
        assert len(forgotten(world.actors["mission"], buyers, published_catalogue())) == 12


@pytest.fixture
def amended(world: World, tmp_path: Path) -> Lot:
    """A followed lot of which an amendment was published since."""
    publish(tmp_path, record(world))
    take_up(actor=world.actors["mission"], published_id=PublishedContract.objects.get().public_id, now=NOW)
    publish(
        tmp_path, record(world, modifications=[change(1416000)], datePublicationDonnees="2026-06-20"), name="b.json"
    )
    return Lot.objects.get()


def amendment_tasks(world: World, who: str):
    tasks = tasks_for(world.actors[who], today=TODAY, catalogue=published_catalogue())
    return [task for task in tasks if task.kind is TaskKind.AMENDMENT]


def test_a_published_amendment_waits_for_the_mission(world: World, amended: Lot):
    assert amended.amount == Decimal(1180000), "nothing is changed without a person"
    notice = AmendmentNotice.objects.get()
    assert (notice.state, notice.old_amount, notice.new_amount) == ("pending", Decimal(1180000), Decimal(1416000))
    assert notice.signed_on == date(2026, 6, 1)
    (task,) = amendment_tasks(world, "mission")
    assert (task.turn, task.at_stake, task.lot_id) == (Turn.MISSION, Decimal(0), amended.public_id)
    assert len(amendment_tasks(world, "buyer")) == 1
    for who in ("stranger_buyer", "near", "far", "company", "rival"):
        assert amendment_tasks(world, who) == []


def test_what_hangs_on_it_grows_as_the_hours_owed(world: World, amended: Lot):
    world.commitment(amended, due="1000.00")
    (task,) = amendment_tasks(world, "mission")
    assert task.at_stake == Decimal("200.00")


def test_the_same_publication_waits_once_and_a_withdrawn_one_no_more(world: World, amended: Lot, tmp_path: Path):
    more = record(world, modifications=[change(1416000), change(1500000, 2)], datePublicationDonnees="2026-06-25")
    publish(tmp_path, more, name="c.json")
    publish(tmp_path, more, name="c.json")
    assert AmendmentNotice.objects.get(state="pending").new_amount == Decimal(1500000)
    back = record(world, modifications=[change(1180000, 3)], datePublicationDonnees="2026-06-30")
    publish(tmp_path, back, name="d.json")
    assert not AmendmentNotice.objects.filter(state="pending").exists()
    assert amendment_tasks(world, "mission") == []


TERMS = AmendmentTerms(Decimal(1400000), date(2026, 6, 1), "Avenant n° 1")


def test_the_mission_records_it_and_it_does_not_come_back(world: World, amended: Lot, tmp_path: Path, monkeypatch):
    commitment = world.commitment(amended, due="1000.00")
    kept = record_amendment(actor=world.actors["mission"], lot_id=amended.public_id, terms=TERMS, now=NOW)
    amended.refresh_from_db()
    commitment.refresh_from_db()
    assert (amended.amount, amended.initial_amount) == (Decimal(1400000), Decimal(1180000))
    assert (kept.old_amount, kept.recorded_amount, kept.source) == (Decimal(1180000), Decimal(1400000), "Avenant n° 1")
    assert amended.amendments.get().new_amount == Decimal(1400000)
    assert commitment.due_hours == Decimal(1000), "what is owed does not change with the amount"
    assert record_amendment(actor=world.actors["mission"], lot_id=amended.public_id, terms=TERMS, now=NOW) == kept
    assert JournalEntry.objects.filter(action="lot.amended").count() == 1
    publish(tmp_path, record(world, id="AUTRE"), name="e.json")
    assert amendment_tasks(world, "mission") == []
    monkeypatch.setattr(amending, "seen_by_the_mission", lambda lots: set())
    publish(tmp_path, record(world, id="AUTRE2"), name="f.json")
    assert len(amendment_tasks(world, "mission")) == 1, "a watch that forgot what was seen would be noticed"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (AmendmentTerms(Decimal(0), date(2026, 6, 1), "x"), "au-dessus de zéro"),
        (AmendmentTerms(Decimal(1180000), date(2026, 6, 1), "x"), "a déjà ce montant"),
        (AmendmentTerms(Decimal(1400000), date(2026, 2, 1), "x"), "avant la notification"),
    ],
)
def test_an_amendment_that_cannot_be_is_refused(world: World, amended: Lot, terms, said):
    with pytest.raises(Refusal, match=said):
        record_amendment(actor=world.actors["mission"], lot_id=amended.public_id, terms=terms, now=NOW)
    amended.refresh_from_db()
    assert amended.amount == Decimal(1180000)


@pytest.mark.parametrize("who", ["buyer", "stranger_buyer", "near", "company"])
def test_nobody_else_records_an_amendment(world: World, amended: Lot, who: str):
    with pytest.raises(NotForYou):
        record_amendment(actor=world.actors[who], lot_id=amended.public_id, terms=TERMS, now=NOW)
    assert AmendmentNotice.objects.get().state == "pending"
