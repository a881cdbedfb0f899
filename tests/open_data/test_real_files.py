"""The real publications of ../shared/data/decp, with exact counts."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from levier.open_data import records
from levier.open_data.actions import import_file
from levier.open_data.checking import check_files
from levier.open_data.identity import identity_key
from levier.open_data.models import PublishedContract, PublishedVersion, RejectedRecord
from levier.open_data.queries import published_visible_to, same_id, sum_of_amounts
from levier.open_data.values import Counts

pytestmark = pytest.mark.real_files
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ALONE = {  # each file read by itself: (read, accepted, rejected, duplicates, updated)
    "2019-format/data.gouv.fr_pes_2019-02-03.json": (110, 110, 0, 0, 1),
    "2019-format/data.gouv.fr_pes_2019-02-11.json": (138, 138, 0, 0, 2),
    "2019-format/data.gouv.fr_pes_2019-03-07.json": (552, 552, 0, 0, 11),
    "2019-format/decp_processing_test_2019.json": (2, 2, 0, 0, 0),
    "2019-format/e-marchespublics_2019-04-03.json": (470, 468, 0, 2, 4),
    "2019-format/eclaireur_reduced_decp_2019_14.json": (14, 14, 0, 0, 0),
    "2019-format/marches-publics.info_2019-03-07.json": (4509, 4509, 0, 0, 6),
    "2022-format/decp_processing_test_2022.json": (5, 5, 0, 0, 0),
    "2022-format/demantis.json": (141, 141, 0, 0, 0),
    "2022-format/dematis13.json": (137, 137, 0, 0, 0),
    "2022-format/dematis16.json": (143, 143, 0, 0, 0),
    "2022-format/dematis18.json": (74, 74, 0, 0, 0),
    "2022-format/dematis20.json": (45, 45, 0, 0, 0),
    "2022-format/dematis24.json": (56, 56, 0, 0, 0),
    "2022-format/dematis26.json": (71, 71, 0, 0, 0),
    "2022-format/dematis27.json": (118, 118, 0, 0, 0),
    "2022-format/rama_bons_marches_sample.json": (136, 136, 0, 0, 0),
    "test-fixtures/anomalie_dureeMois0.json": (1, 1, 0, 0, 0),
    "test-fixtures/anomalie_dureeMois1201.json": (1, 1, 0, 0, 0),
    "test-fixtures/anomalie_montantNegatif.json": (1, 1, 0, 0, 0),
    "test-fixtures/anomalie_test1.json": (1, 1, 0, 0, 0),
    "test-fixtures/eclaireur_ci_raw_marches.json": (3, 3, 0, 0, 0),
    "test-fixtures/eclaireur_marche_direct.json": (2, 0, 2, 0, 0),
    "test-fixtures/eclaireur_marche_nested.json": (2, 0, 2, 0, 0),
    "test-fixtures/rama_test_fix.json": (2, 0, 2, 0, 0),
    "test-fixtures/rama_test_tri_new_dico.json": (1, 1, 0, 0, 0),
}
ALONE_XML = {
    "test-fixtures/rama_doc_concessions_avec_modifications.xml": (2, 2, 0, 0, 0),
    "test-fixtures/rama_doc_marche.xml": (2, 1, 0, 1, 0),
    "test-fixtures/rama_doc_marches_avec_modifications.xml": (2, 2, 0, 0, 0),
    "test-fixtures/rama_doc_test-xml.xml": (1, 1, 0, 0, 0),
    "test-fixtures/rama_test_before2024.xml": (1, 1, 0, 0, 0),
    "test-fixtures/rama_test_tri.xml": (1, 1, 0, 0, 0),
}
ALONE_TABLES = {
    "tabular/decp_2024H2_travaux_cpv4521.csv": (8957, 8957, 0, 0, 51),
    "tabular/decp_augmente_valides_2019_test.csv": (9, 9, 0, 0, 0),
    "tabular/decp_augmente_valides_2022_test.csv": (9, 9, 0, 0, 0),
    "tabular/eclaireur_decp-2019-10000.csv": (10000, 10000, 0, 0, 0),
}
PES = [name for name in ALONE if "_pes_" in name]


def told(counts: Counts) -> tuple[int, int, int, int, int]:
    assert counts.read == counts.accepted + counts.rejected + counts.duplicates
    return counts.read, counts.accepted, counts.rejected, counts.duplicates, counts.updated


def raw_records(path: Path) -> list[Any]:
    found = json.loads(path.read_bytes())["marches"]
    return found if isinstance(found, list) else [record for section in found.values() for record in section]


def test_every_json_file_is_listed(shared_data: Path) -> None:
    present = {str(path.relative_to(shared_data / "decp")) for path in (shared_data / "decp").glob("*[st]/*.json")}
    assert present == set(ALONE)


@pytest.mark.parametrize("name", ALONE)
def test_each_file_alone(name: str, shared_data: Path) -> None:
    path = shared_data / "decp" / name
    (report,) = check_files([path], today=TODAY)
    assert report.fault is None
    assert told(report.counts) == ALONE[name]
    assert report.counts.read == len(raw_records(path))


def test_every_xml_and_every_table_is_listed(shared_data: Path) -> None:
    folder = shared_data / "decp"
    assert {str(path.relative_to(folder)) for path in folder.glob("*/*.xml")} == set(ALONE_XML)
    assert {str(path.relative_to(folder)) for path in folder.glob("tabular/*")} == set(ALONE_TABLES)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ALONE_XML, *ALONE_TABLES])
def test_each_xml_and_each_table_alone(name: str, shared_data: Path) -> None:
    path = shared_data / "decp" / name
    (report,) = check_files([path], today=TODAY)
    assert report.fault is None
    assert told(report.counts) == (ALONE_XML | ALONE_TABLES)[name]
    (again,) = check_files([path], today=TODAY)
    assert again == report
    if name in ALONE_TABLES:
        text = path.read_text("utf-8-sig")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = sum(1 for _ in csv.reader(stream, delimiter=";" if ";" in text.partition("\n")[0] else ",")) - 1
        assert report.counts.read == lines


def test_all_files_in_one_run(shared_data: Path) -> None:
    reports = list(check_files([shared_data / "decp" / name for name in ALONE], today=TODAY))
    total = Counts()
    for report in reports:
        total.add(report.counts)
    assert told(total) == (6735, 6342, 6, 387, 204)
    assert told(next(report.counts for report in reports if "rama_bons" in report.file)) == (136, 0, 0, 136, 0)


def test_no_lot_is_lost_and_without_the_discriminator_they_are(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: (buyer, id) alone would merge 147 records that differ, 46 of them in one group."""
    path = shared_data / "decp" / "2022-format" / "demantis.json"
    (report,) = check_files([path], today=TODAY)
    assert (report.counts.accepted, report.counts.updated) == (141, 0)
    monkeypatch.setattr(
        records,
        "identity_key",
        lambda kind, buyer, base, cpv, holders, text: identity_key(kind, buyer, base, "", [], ""),
    )
    (report,) = check_files([path], today=TODAY)
    assert report.counts.updated == 46 + 4


@pytest.mark.django_db
def test_three_snapshots_of_one_feed(shared_data: Path) -> None:
    paths = [shared_data / "decp" / name for name in PES]
    counts = [told(import_file(path=path, now=NOW).counts) for path in paths]
    assert counts == [(110, 110, 0, 0, 1), (138, 28, 0, 110, 1), (552, 414, 0, 138, 9)]
    assert [told(report.counts) for report in check_files(paths, today=TODAY)] == counts
    assert PublishedContract.objects.count() == 110 + 28 + 414 - 11
    assert PublishedVersion.objects.count() == 11
    before = list(PublishedContract.objects.order_by("pk").values())
    assert [told(import_file(path=path, now=NOW).counts)[1] for path in reversed(paths)] == [0, 0, 0]
    assert list(PublishedContract.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_everything_imported(shared_data: Path) -> None:
    paths = [shared_data / "decp" / name for name in ALONE]
    reports = [import_file(path=path, now=NOW) for path in paths]
    assert [report.counts for report in reports] == [report.counts for report in check_files(paths, today=TODAY)]
    assert PublishedContract.objects.count() == 6342 - 204
    assert PublishedVersion.objects.count() == 204
    assert RejectedRecord.objects.count() == 6
    assert PublishedContract.objects.filter(kind="concession").count() == 12

    formation = PublishedContract.objects.filter(published_id="2024-OCC010-00")
    assert (formation.count(), same_id(formation[0]).count()) == (47, 46)

    of_the_department = PublishedContract.objects.get(buyer_siret="22130001500247")
    assert (of_the_department.initial_amount, of_the_department.initial_amount_flag) == (10**17, "enormous")
    assert (of_the_department.current_amount, of_the_department.amount_flag) == (22540, "")
    assert of_the_department.amendments.count() == 4

    amounts = sum_of_amounts(published_visible_to(None))
    assert amounts.counted + amounts.left_out_count == 6342 - 204
    assert {"zero", "one", "placeholder", "unit_price"} <= set(amounts.left_out)
    assert amounts.total < 10**10

    republished = PublishedContract.objects.get(published_id="23-239")
    assert republished.versions.count() == 3
    assert str(republished.published_on) == "2024-07-23"


def test_what_the_official_schema_accepts_is_accepted(shared_data: Path) -> None:
    """No record that the State's schema of 2022 finds valid is rejected, or accepted with more than a doubt about content."""
    schema = json.loads((shared_data / "schemas/decp/v2.0.3/schema_decp_v2.0.3.json").read_bytes())
    validator = jsonschema.Draft7Validator(schema)
    valid = 0
    for path in sorted((shared_data / "decp" / "2022-format").glob("*.json")):
        for record in raw_records(path):
            section = "contrat-concession" if "concessionnaires" in record and "titulaires" not in record else "marche"
            if validator.is_valid({"marches": {section: [record]}}):
                valid += 1
                records.read_record(json.dumps(record).encode(), section, TODAY.isoformat())
    assert valid > 0
