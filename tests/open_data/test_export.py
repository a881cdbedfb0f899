"""Our contracts out: valid against the official schemas, ready to send, the same twice, read again by ourselves."""

import dataclasses
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from levier.commitments.models import Commitment
from levier.open_data.actions import import_file
from levier.open_data.checking import check_files
from levier.open_data.exporting.assembling import prepare
from levier.open_data.exporting.decp import as_json, as_xml
from levier.open_data.exporting.gathering import Filters, known_lots, published_facts
from levier.open_data.exporting.outcome import Form, export, report_as_json, summary
from levier.open_data.models import PublishedContract
from levier.open_data.take_up import take_up
from levier.procurement.models import Amendment, AwardFacts, Lot
from tests.open_data_facts import FACTS
from tests.world import NOW, TODAY, World, siret


@pytest.fixture
def schemas(shared_data: Path) -> Path:
    return shared_data / "schemas"


def json_errors(schemas: Path, data: bytes) -> list[str]:
    schema = json.loads((schemas / "decp" / "v2.0.3" / "schema_decp_v2.0.3.json").read_text(encoding="utf-8"))
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(json.loads(data))]


def xml_errors(schemas: Path, data: bytes) -> list[str]:
    xsd = etree.XMLSchema(etree.parse(schemas / "decp" / "v2.0.2" / "schema_decp_v2.0.2.xsd"))
    xsd.validate(etree.fromstring(data))
    return [error.message for error in xsd.error_log]


def ocds_report(schemas: Path, data: bytes) -> dict[str, Any]:
    from libcoveocds.api import ocds_json_output
    from libcoveocds.config import LibCoveOCDSConfig

    config = LibCoveOCDSConfig()
    zipped = schemas / "ocds" / "standard-1__1__5.zip"
    assert zipped.is_file(), "the standard's zip is not in ../shared/data/schemas/ocds"
    config.config["standard_zip"] = zipped.resolve().as_uri()
    config.config["context"] = "api"
    return ocds_json_output(json_data=json.loads(data), lib_cove_ocds_config=config)


def exported(form: Form = Form.JSON, filters: Filters | None = None):
    lots = known_lots(Lot.objects.all(), filters or Filters())
    return export(lots, form, published_on=TODAY, address="https://levier.test")


def only_record() -> dict[str, Any]:
    outcome = exported()
    assert [lack.field for one in outcome.kept_back for lack in one.lacks] == []
    [record] = json.loads(outcome.data)["marches"]["marche"]
    return record


def complete(lot: Lot, **changes: Any) -> None:
    AwardFacts.objects.create(lot=lot, facts=FACTS | changes, changed_at=NOW, changed_by_label="essai")


def labels() -> list[str]:
    found: list[str] = only_record()["considerationsSociales"]["considerationSociale"]
    return found


def test_a_contract_never_published_says_what_it_lacks(world: World):
    lot = world.contract()
    outcome = exported()
    assert (outcome.data, outcome.sent) == (b"", ())
    lacking = {lack.field for lack in outcome.kept_back[0].lacks}
    assert lacking == {
        "techniques", "modalitesExecution", "marcheInnovant", "ccag", "offresRecues", "attributionAvance", "sousTraitanceDeclaree",
        "procedure", "typesPrix", "formePrix", "considerationsSociales", "considerationsEnvironnementales",
    }  # fmt: skip
    assert "Écrivez le nombre d’offres reçues" in summary(outcome, "x.json")
    report = report_as_json(outcome, "x.json")
    assert (report["file"], report["written"], report["not_sent"]) == (None, 0, 1)
    assert report["missing"][0]["reference"] == lot.contract.reference


def test_once_completed_it_is_valid_in_every_form(world: World, schemas: Path):
    lot = world.contract()
    world.commitment(lot)
    complete(lot)
    Amendment.objects.create(lot=lot, sequence=1, signed_on=date(2026, 5, 4), new_amount=Decimal("1300000.50"))
    record = only_record()
    assert record["montant"] == 1200000
    assert record["considerationsSociales"] == {"considerationSociale": ["Clause sociale"]}
    assert record["typeGroupementOperateurs"] == "Pas de groupement"
    assert record["lieuExecution"] == {"code": "13127", "typeCode": "Code commune"}
    assert record["datePublicationDonnees"] == TODAY.isoformat()
    assert record["modifications"][0]["modification"]["montant"] == 1300000.5
    assert json_errors(schemas, exported().data) == []
    assert xml_errors(schemas, exported(Form.XML).data) == []
    package = exported(Form.OCDS).data
    checked = ocds_report(schemas, package)
    assert checked["validation_errors"] == []
    assert checked["additional_fields"] == []
    [release] = json.loads(package)["releases"]
    assert release["ocid"] == f"ocds-78apv2-{lot.contract.buyer.siret}2026-0147"
    assert release["contracts"][0]["value"] == {"amount": 1300000.5, "currency": "EUR"}
    assert release["awards"][0]["value"]["amount"] == 1200000
    assert "contractAmendment" in release["tag"]


@pytest.mark.parametrize(
    ("instrument", "told", "expected"),
    [
        ("execution_condition", None, ["Clause sociale"]),
        ("condition_and_criterion", None, ["Clause sociale", "Critère social"]),
        ("reserved_siae", None, ["Marché réservé"]),
        ("insertion_contract", None, ["Clause sociale"]),
        ("execution_condition", ["Pas de considération sociale"], ["Clause sociale"]),
        ("execution_condition", ["Critère social"], ["Clause sociale", "Critère social"]),
        (None, ["Pas de considération sociale"], ["Pas de considération sociale"]),
        (None, ["Critère social", "Clause sociale"], ["Critère social", "Clause sociale"]),
    ],
)
def test_social_labels_never_contradict_themselves(world: World, instrument, told, expected):
    lot = world.contract()
    complete(lot, considerationsSociales=told)
    if instrument:
        Commitment.objects.create(
            lot=lot, holder=lot.holders.get().organisation, territory=world.territory(4), instrument=instrument, due_hours=Decimal(100),
            starts_on=date(2026, 1, 1), ends_on=date(2027, 2, 28), created_at=NOW, created_by_label="essai",
        )  # fmt: skip
    assert labels() == expected


def test_none_with_another_is_not_sent(world: World):
    complete(world.contract(), considerationsSociales=["Clause sociale", "Pas de considération sociale"])
    [held] = exported().kept_back
    assert [lack.field for lack in held.lacks] == ["considerationsSociales"]


def test_an_absurd_amount_is_not_sent(world: World):
    lot = world.contract()
    world.commitment(lot)
    lot.initial_amount, lot.amount_flag = Decimal(1), "one"
    lot.save()
    complete(lot)
    assert [lack.field for lack in exported().kept_back[0].lacks] == ["montant"]
    AwardFacts.objects.update(facts=FACTS | {"montant": "480000.00"})
    assert only_record()["montant"] == 480000


def test_lots_of_one_reference_need_numbers_of_their_own(world: World):
    first = world.contract()
    world.commitment(first)
    complete(first)
    other = Lot.objects.create(
        contract=first.contract, number=2, title="Peinture", cpv="45442110", initial_amount=90000, amount=90000
    )
    asked = {lack.field for one in exported().kept_back for lack in one.lacks if one.lot.lot_id == first.public_id}
    assert asked == {"id"}
    AwardFacts.objects.filter(lot=first).update(facts=FACTS | {"id": "2026-0147-1"})
    assert only_record_of(first.public_id)["objet"].endswith(" - Lot 1 : Gros œuvre")
    assert {one.lot.lot_id for one in exported().kept_back} == {other.public_id}


def only_record_of(lot_id: str) -> dict[str, Any]:
    return next(one.record for one in exported().sent if one.lot.lot_id == lot_id)


def test_filters(world: World):
    for reference in ("2026-0001", "2026-0002"):
        lot = world.contract(reference)
        world.commitment(lot)
        complete(lot)
    Amendment.objects.create(lot=lot, sequence=1, signed_on=date(2026, 6, 1), new_amount=Decimal(1250000))
    assert len(exported(filters=Filters(buyer=lot.contract.buyer.siret)).sent) == 2
    assert exported(filters=Filters(buyer=siret(777))).sent == ()
    recent = exported(filters=Filters(since=date(2026, 1, 1))).sent
    assert [one.lot.reference for one in recent] == ["2026-0002"]
    assert len(exported(filters=Filters(since=date(2025, 12, 15))).sent) == 2


def test_characters_that_xml_cannot_hold_are_left_out(world: World, schemas: Path):
    lot = world.contract()
    world.commitment(lot)
    complete(lot, objet="Collège\x0b & <gymnase> " + "x" * 990)
    assert only_record()["objet"].startswith("Collège & <gymnase>")
    assert len(only_record()["objet"]) == 1000
    assert xml_errors(schemas, exported(Form.XML).data) == []


def test_constant_number_of_queries(world: World, django_assert_num_queries):
    for number in range(4):
        world.commitment(world.contract(f"2026-{number:04d}"))
    with django_assert_num_queries(6):
        exported()


def test_a_planted_fault_is_seen_by_each_schema(world: World, schemas: Path):
    """The checks above can fail: a record spoilt on purpose is refused by the three of them."""
    lot = world.contract()
    world.commitment(lot)
    complete(lot)
    assert json_errors(schemas, exported().data.replace(b'"Travaux"', b'"Traveaux"'))
    assert xml_errors(schemas, exported(Form.XML).data.replace(b"<dureeMois>14", b"<dureeMois>0"))
    spoilt = exported(Form.OCDS).data.replace(b'"ocid"', b'"oocid"')
    assert ocds_report(schemas, spoilt)["validation_errors"]


@pytest.mark.real_files
@pytest.mark.slow
def test_real_contracts_go_out_valid_and_come_back_whole(
    world: World, shared_data: Path, schemas: Path, tmp_path: Path
):
    """Three real feeds taken up: every record but the absurd ones goes out, and importing it changes nothing of what is followed."""
    for name in ("dematis16", "dematis20", "dematis24"):
        import_file(path=shared_data / "decp" / "2022-format" / f"{name}.json", now=NOW, processes=1)
    for key in PublishedContract.objects.filter(kind="marche").values_list("public_id", flat=True):
        take_up(actor=world.actors["mission"], published_id=key, now=NOW)
    outcome = exported()
    assert len(outcome.sent) > 170
    assert {lack.field for one in outcome.kept_back for lack in one.lacks} <= {"montant"}
    assert json_errors(schemas, outcome.data) == []
    assert xml_errors(schemas, exported(Form.XML).data) == []
    assert ocds_report(schemas, exported(Form.OCDS).data)["validation_errors"] == []
    path = tmp_path / "marches.json"
    path.write_bytes(outcome.data)
    [checked] = check_files([path], today=TODAY, processes=1)
    assert (checked.counts.accepted, checked.counts.rejected) == (len(outcome.sent), 0)
    before = list(Lot.objects.order_by("id").values())
    again = import_file(path=path, now=NOW, processes=1).counts
    assert (again.rejected, again.accepted) == (0, again.updated)
    assert again.duplicates > 0.9 * len(outcome.sent)
    assert list(Lot.objects.order_by("id").values()) == before
    assert exported().data == outcome.data
    assert import_file(path=path, now=NOW, processes=1).counts.duplicates == len(outcome.sent)


XML = """<marche><id>2026-77</id><acheteur><id>21130001200010</id></acheteur><nature>Marché</nature><objet>Voirie</objet>
<codeCPV>45233141-9</codeCPV><techniques><technique>Accord-cadre</technique></techniques>
<modalitesExecution><modaliteExecution>Tranches</modaliteExecution><modaliteExecution>Bons de commande</modaliteExecution></modalitesExecution>
<marcheInnovant>non</marcheInnovant><ccag>Travaux</ccag><offresRecues>3</offresRecues><attributionAvance>oui</attributionAvance>
<tauxAvance>0.05</tauxAvance><typeGroupementOperateurs>Conjoint</typeGroupementOperateurs><sousTraitanceDeclaree>oui</sousTraitanceDeclaree>
<procedure>Procédure adaptée</procedure><lieuExecution><code>13</code><typeCode>Code département</typeCode></lieuExecution><dureeMois>12</dureeMois>
<dateNotification>2026-03-01</dateNotification><datePublicationDonnees>2026-03-20</datePublicationDonnees><montant>250000.50</montant>
<typesPrix><typePrix>Définitif ferme</typePrix></typesPrix><formePrix>Mixte</formePrix>
<titulaires><titulaire><id>38024392300089</id><typeIdentifiant>SIRET</typeIdentifiant></titulaire><titulaire><id>55204599900869</id>
<typeIdentifiant>SIRET</typeIdentifiant></titulaire></titulaires>
<considerationsSociales><considerationSociale>Clause sociale</considerationSociale></considerationsSociales>
<considerationsEnvironnementales><considerationEnvironnementale>Pas de considération environnementale</considerationEnvironnementale>
</considerationsEnvironnementales><modifications><modification><id>1</id><dateNotificationModification>2026-05-01</dateNotificationModification>
<datePublicationDonneesModification>2026-05-20</datePublicationDonneesModification><montant>260000</montant></modification></modifications></marche>"""


def published_as(raw: str, **columns: Any) -> PublishedContract:
    return PublishedContract(
        published_id="2026-77", object="Voirie", initial_amount=Decimal("250000.50"), raw=raw, holders=[], **columns
    )


def prepared(world: World, record: PublishedContract):
    lot = Lot.objects.first() or world.contract()
    [known] = known_lots(Lot.objects.filter(pk=lot.pk), Filters())
    return prepare(dataclasses.replace(known, published=published_facts(record)), published_on="2026-11-25")


def test_a_record_published_in_xml_goes_out_whole(world: World, schemas: Path):
    one = prepared(world, published_as(XML, cpv="45233141"))
    assert one.lacks == ()
    assert one.record["modalitesExecution"] == {"modaliteExecution": ["Tranches", "Bons de commande"]}
    assert (one.record["montant"], one.record["tauxAvance"], one.record["codeCPV"]) == (
        Decimal("250000.5"),
        Decimal("0.05"),
        "45233141-9",
    )
    assert len(one.record["titulaires"]) == 2
    assert one.record["modifications"][0]["modification"]["montant"] == 260000
    assert json_errors(schemas, as_json([one.record])) == []
    assert xml_errors(schemas, as_xml([one.record])) == []


def test_what_was_corrected_since_goes_out_corrected(world: World):
    record = published_as(XML, cpv="45233141")
    record.initial_amount = Decimal("255000.50")
    record.object = "Voirie du canton"
    sent = prepared(world, record).record
    assert (sent["montant"], sent["objet"], sent["id"]) == (Decimal("255000.5"), "Voirie du canton", "2026-77")


def test_text_that_is_neither_json_nor_xml_leaves_what_was_read(world: World):
    for raw in ("<marche><id>", "a;b;c", ""):
        sent = prepared(world, published_as(raw)).record
        assert (sent["id"], sent["objet"], sent["montant"]) == ("2026-77", "Voirie", Decimal("250000.5"))


def test_the_lists_are_those_of_the_official_schema(schemas: Path):
    from levier.open_data.exporting.vocabulary import FIELDS, ORDER, Shape

    schema = json.loads((schemas / "decp" / "v2.0.3" / "schema_decp_v2.0.3.json").read_text(encoding="utf-8"))
    official = schema["definitions"]["marche"]
    assert set(ORDER) == set(official["properties"])
    assert {field.name for field in FIELDS if field.required} == set(official["required"])
    for field in FIELDS:
        given = official["properties"][field.name]
        if field.shape is Shape.ONE:
            assert list(field.choices) == given["enum"]
        elif field.shape is Shape.SEVERAL:
            reference = (
                given["properties"][field.inner]["$ref"].rsplit("/", 1)[1]
                if "$ref" in given["properties"][field.inner]
                else ""
            )
            assert list(field.choices) == official["definitions"][reference]["items"]["enum"]
