import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from levier.audit.models import JournalEntry
from levier.foundation.objections import NotForYou, Refusal
from levier.open_data.actions import import_file
from levier.open_data.models import PublishedContract
from levier.open_data.take_up import take_up
from levier.organisations.models import Organisation
from levier.procurement.models import Contract, Lot
from tests.world import NOW, World, siret


def record(title: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": "2026-300",
        "acheteur": {"id": siret(777)},
        "nature": "Marché",
        "objet": title,
        "codeCPV": "45212222",
        "procedure": "Procédure adaptée",
        "lieuExecution": {"code": "13", "typeCode": "Code département"},
        "dureeMois": 12,
        "dateNotification": "2026-03-01",
        "datePublicationDonnees": "2026-03-20",
        "montant": 250000,
        "formePrix": "Forfaitaire",
        "typeGroupementOperateurs": "Pas de groupement",
        "considerationsSociales": {"considerationSociale": ["Clause sociale"]},
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": siret(801)}}],
        **changes,
    }


def publish(folder: Path, *records: dict[str, Any], name: str = "marches.json") -> None:
    path = folder / name
    path.write_text(json.dumps({"marches": {"marche": records}}), encoding="utf-8")
    assert import_file(path=path, now=NOW, processes=1).counts.rejected == 0


def test_every_record_of_one_id_becomes_a_lot_with_its_holder(world: World, tmp_path: Path):
    publish(
        tmp_path,
        record(
            "Collège de Vitrolles - Lot n° 2 : peinture",
            titulaires=[{"titulaire": {"typeIdentifiant": "SIRET", "id": siret(802)}}],
        ),
        record("Collège de Vitrolles - Lot n° 1 : maçonnerie", dureeMois=14, dateNotification="2026-02-15"),
        record("Autre marché", id="2026-301"),
    )
    one = PublishedContract.objects.filter(published_id="2026-300").first()
    contract = take_up(actor=world.actors["mission"], published_id=one.public_id, now=NOW)
    assert (contract.reference, contract.title, contract.buyer.siret) == (
        "2026-300",
        "Collège de Vitrolles",
        siret(777),
    )
    assert (contract.notified_on, contract.duration_months) == (date(2026, 2, 15), 14)
    assert list(
        contract.lots.order_by("number").values_list("number", "holders__organisation__siret", "holders__role")
    ) == [
        (1, siret(801), "contractor"),
        (2, siret(802), "contractor"),
    ]
    for published in PublishedContract.objects.filter(published_id="2026-300"):
        assert take_up(actor=world.actors["mission"], published_id=published.public_id, now=NOW) == contract
    assert (Contract.objects.count(), Lot.objects.count()) == (1, 2)
    assert JournalEntry.objects.filter(action__startswith="contract.").count() == 1


def test_amendments_give_the_new_total_and_absurd_amounts_keep_their_flag(world: World, tmp_path: Path):
    change = {
        "modification": {
            "id": 1,
            "dateNotificationModification": "2026-06-01",
            "montant": 300000,
            "datePublicationDonneesModification": "2026-06-10",
        }
    }
    publish(tmp_path, record("Lot 1 : a", modifications=[change]), record("Lot 2 : b", montant=999999999))
    contract = take_up(actor=world.actors["mission"], published_id=PublishedContract.objects.first().public_id, now=NOW)
    first, second = contract.lots.order_by("number")
    assert (first.initial_amount, first.amount, first.amount_flag) == (Decimal(250000), Decimal(300000), "")
    assert first.amendments.get().new_amount == Decimal(300000)
    assert (second.amount, second.amount_flag) == (Decimal(999999999), "placeholder")


def test_published_again_with_an_amendment_the_same_lot_is_brought_up_to_date(world: World, tmp_path: Path):
    publish(tmp_path, record("Gymnase"))
    mission = world.actors["mission"]
    contract = take_up(actor=mission, published_id=PublishedContract.objects.get().public_id, now=NOW)
    change = {
        "modification": {
            "id": 1,
            "dateNotificationModification": "2026-06-01",
            "montant": 310000,
            "datePublicationDonneesModification": "2026-06-10",
        }
    }
    publish(tmp_path, record("Gymnase", modifications=[change], datePublicationDonnees="2026-06-20"), name="suite.json")
    assert take_up(actor=mission, published_id=PublishedContract.objects.get().public_id, now=NOW) == contract
    assert contract.lots.get().amount == Decimal(310000)
    assert JournalEntry.objects.filter(action="contract.updated").count() == 1


def test_holders_without_siret_stay_in_the_publication_and_groups_have_no_guessed_leader(world: World, tmp_path: Path):
    holders = [
        {"typeIdentifiant": "SIRET", "id": siret(801)},
        {"typeIdentifiant": "SIRET", "id": siret(802)},
        {"typeIdentifiant": "TVA", "id": "BE0999"},
    ]
    publish(
        tmp_path,
        record("Pont", typeGroupementOperateurs="Conjoint", titulaires=[{"titulaire": one} for one in holders]),
    )
    contract = take_up(actor=world.actors["mission"], published_id=PublishedContract.objects.get().public_id, now=NOW)
    assert sorted(contract.lots.get().holders.values_list("organisation__siret", "role")) == [
        (siret(801), "co_contractor"),
        (siret(802), "co_contractor"),
    ]
    assert Organisation.objects.get(siret=siret(801)).name.startswith("Établissement")


@pytest.mark.parametrize("who", ["buyer", "near", "company", "stranger_buyer"])
def test_only_the_mission_takes_up_and_unknown_answers_the_same(world: World, tmp_path: Path, who: str):
    publish(tmp_path, record("Gymnase"))
    with pytest.raises(NotForYou):
        take_up(actor=world.actors[who], published_id=PublishedContract.objects.get().public_id, now=NOW)
    with pytest.raises(NotForYou):
        take_up(actor=world.actors["mission"], published_id="x" * 26, now=NOW)
    assert not Contract.objects.exists()


def test_a_buyer_without_siret_is_said(world: World, tmp_path: Path):
    publish(tmp_path, record("Gymnase", acheteur={"id": "221300015"}))
    with pytest.raises(Refusal, match="quatorze chiffres"):
        take_up(actor=world.actors["mission"], published_id=PublishedContract.objects.get().public_id, now=NOW)


@pytest.mark.real_files
def test_real_published_contracts_can_be_taken_up(world: World, shared_data: Path):
    for path in sorted((shared_data / "decp" / "2022-format").glob("dematis1[368].json")):
        import_file(path=path, now=NOW, processes=1)
    taken = refused = 0
    for published in PublishedContract.objects.filter(kind="marche").order_by("id")[:150]:
        try:
            contract = take_up(actor=world.actors["mission"], published_id=published.public_id, now=NOW)
        except Refusal:
            refused += 1
        else:
            taken += 1
            assert contract.lots.filter(published_key=bytes(published.identity_key)).exists()
    assert taken > 100
    assert refused <= taken // 10
