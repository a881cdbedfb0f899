"""Tables: every line is accounted for, whichever of the layouts it is in."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import BUYER, COMPANIES

from levier.open_data import table_files
from levier.open_data.actions import import_file
from levier.open_data.checking import check_files
from levier.open_data.models import PublishedContract, RejectedRecord
from levier.open_data.table_files import record_of
from levier.open_data.values import FileFault, FileReport

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
BY_HOLDER = [
    "uid",
    "id",
    "acheteur_id",
    "acheteur_nom",
    "objet",
    "codeCPV",
    "montant",
    "dateNotification",
    "titulaire_id",
    "titulaire_nom",
]


def line(number: int, holder: int = 0, **changes: Any) -> dict[str, Any]:
    told = {
        "uid": f"{BUYER}2024{number:03d}", "id": f"2024{number:03d}", "acheteur_id": BUYER, "acheteur_nom": "Valmorière", "objet": f"Lot {number}",
        "codeCPV": "45210000", "montant": "120000.5", "dateNotification": "2024-09-01", "titulaire_id": COMPANIES[holder], "titulaire_nom": f"Société {holder}",
    }  # fmt: skip
    return {**told, **changes}


def table(lines: list[dict[str, Any]], separator: str = ",", names: list[str] = BY_HOLDER) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=separator)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def checked(text: str | bytes, path: Path) -> FileReport:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (report,) = check_files([path], today=TODAY)
    return report


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_lines_that_differ_by_their_holder_are_one_contract(separator: str, tmp_path: Path) -> None:
    lines = [line(1, 0), line(1, 1), line(2, 0), line(1, 2), line(3, 0, montant="7"), line(3, 0, montant="9")]
    counts = checked("\ufeff" + table(lines, separator), tmp_path / "t.csv").counts
    assert (counts.read, counts.accepted, counts.further_rows, counts.updated) == (6, 6, 2, 1)


@pytest.mark.django_db
def test_what_is_kept_of_a_contract_on_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(table([line(1, 0), line(1, 1), line(2)]))
    import_file(path=path, now=NOW)
    one = PublishedContract.objects.get(published_id="2024001")
    assert [(holder["id"], holder["name"]) for holder in one.holders] == [
        (COMPANIES[0], "Société 0"),
        (COMPANIES[1], "Société 1"),
    ]
    assert (one.current_amount, one.raw.count("\n"), one.buyer_name) == (Decimal("120000.50"), 1, "Valmorière")
    again = import_file(path=path, now=NOW).counts
    assert (again.read, again.duplicates, again.accepted) == (3, 3, 0)


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3)), min_size=1, max_size=60))
def test_no_line_is_lost(drawn: list[tuple[int, int]]) -> None:
    text = table([line(number, holder) for number, holder in drawn]).encode()
    found = list(table_files.Table(io.BytesIO(text)).records())
    assert sum(one.rows for one in found) == len(drawn)
    assert sorted((one.value["id"], holder["id"]) for one in found for holder in one.value["titulaires"]) == sorted(
        (f"2024{number:03d}", COMPANIES[holder]) for number, holder in drawn
    )


@pytest.mark.django_db
def test_a_bad_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    good = table([line(1), line(2, acheteur_id="x"), line(3)])
    path.write_text(good + "a,b\n")
    report = import_file(path=path, now=NOW)
    assert (report.counts.read, report.counts.accepted, report.counts.rejected) == (4, 2, 2)
    assert {one.reason: one.number for one in report.rejections} == {"buyer_invalid": 2, "row_shape": 4}
    assert {one.raw for one in RejectedRecord.objects.all()} == {"a,b", good.splitlines()[2]}


def test_dotted_columns_and_lists_as_text() -> None:
    record, _ = record_of({
        "id": "1", "acheteur.id": BUYER, "montant": "95280.0", "dureeMois": "18.0", "lieuExecution.code": "13", "lieuExecution.typeCode": "CODE DEPARTEMENT",
        "titulaires.1.id": f"['{COMPANIES[0]}']", "titulaires.2.id": COMPANIES[1], "titulaires.2.typeIdentifiant": "SIRET", "modifications": "[]",
        "titulaires": "", "considerationsSociales": "['Clause sociale', 'Critère social']", "source": "x",
    })  # fmt: skip
    assert record["acheteur"] == {"id": BUYER}
    assert (record["montant"], record["dureeMois"]) == (95280, 18)
    assert record["titulaires"] == [{"id": COMPANIES[0]}, {"id": COMPANIES[1], "typeIdentifiant": "SIRET"}]
    assert record["considerationsSociales"] == {"considerationSociale": ["Clause sociale", "Critère social"]}
    assert "modifications" not in record


def test_the_ministrys_columns() -> None:
    record, mask = record_of({
        "id": "INX 20 24", "acheteur.id": BUYER, "titulaire_id_1": COMPANIES[0], "titulaire_typeIdentifiant_1": "SIRET", "titulaire_id_2": "CDL",
        "attributionAvance": "MQ", "objetModification": "AVENANT 1", "montantModification": "45579.37", "booleanModification": "1",
        "idActeSousTraitance": "1", "montantActeSousTraitance": "1000", "idSousTraitant": COMPANIES[1],
        "idModificationActeSousTraitance": "1", "montantModificationActeSousTraitance": "1500",
    })  # fmt: skip
    assert (record["id"], mask > 0) == ("20 24", True)
    assert record["titulaires"] == [{"id": COMPANIES[0], "typeIdentifiant": "SIRET"}]
    assert record["modifications"] == [
        {"modification": {"objetModification": "AVENANT 1", "montant": Decimal("45579.37")}}
    ]
    assert record["actesSousTraitance"] == [
        {"acteSousTraitance": {"id": "1", "montant": 1000, "sousTraitant": {"id": COMPANIES[1]}}}
    ]
    assert record["modificationsActesSousTraitance"] == [
        {"modificationActeSousTraitance": {"id": "1", "montant": 1500}}
    ]
    assert "attributionAvance" not in record


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"nom,prenom\na,b\n", FileFault.NOT_JSON),
        (b"id,acheteur_id\n", FileFault.NO_RECORD),
        ("id,acheteur_id,objet\n1,2,été\n".encode("cp1252"), FileFault.ENCODING),
        (b"id,acheteur_id,objet\n1,2,'" + b"x" * (2 << 20), FileFault.TABLE_BROKEN),
    ],
)
def test_what_is_no_table(text: bytes, fault: FileFault, tmp_path: Path) -> None:
    report = checked(text, tmp_path / "t.csv")
    assert (report.fault, report.counts.read) == (fault, 0)


@given(st.text(max_size=60))
def test_a_cell_never_breaks_a_line(text: str) -> None:
    record, _ = record_of(
        dict.fromkeys(
            ("id", "montant", "titulaires", "modifications", "titulaires.1.id", "considerationsSociales", "dureeMois"),
            text,
        )
    )
    assert isinstance(record, dict)
