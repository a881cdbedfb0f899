"""Corrections: applied where they say, counted, kept beside the result, never silently without effect."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from made_up import BUYER, COMPANIES, contract, contract_2022, lots

from levier.commands.decp import decp
from levier.open_data.actions import import_file
from levier.open_data.corrections import CorrectionsRefused, read_corrections
from levier.open_data.models import PublishedContract, RejectedRecord

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
HEADING = "buyer;id;field;wrong;right;evidence;author;date\n"
AMOUNT = f"{BUYER};2018TX00100;montant;410500.5;41050,50;Acte d’engagement, page 2;C. Serre;2026-11-20\n"


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.django_db
def test_a_correction_is_applied_and_kept_beside_the_result(tmp_path: Path) -> None:
    corrections = read_corrections(written(tmp_path / "c.csv", HEADING + AMOUNT))
    path = written(tmp_path / "m.json", json.dumps([contract(), contract(id="2018TX00200")]))
    assert import_file(path=path, now=NOW).counts.corrected == 0
    report = import_file(path=path, now=NOW, corrections=corrections)
    assert (report.counts.accepted, report.counts.updated, report.counts.duplicates, report.counts.corrected) == (
        1,
        1,
        1,
        1,
    )
    one = PublishedContract.objects.get(published_id="2018TX00100")
    assert (one.initial_amount, one.current_amount) == (Decimal("41050.50"), Decimal("41050.50"))
    assert "410500.5" in one.raw
    assert one.corrections == [{
        "field": "montant", "wrong": "410500.5", "right": "41050,50", "evidence": "Acte d’engagement, page 2", "author": "C. Serre",
        "date": "2026-11-20", "buyer": BUYER, "id": "2018TX00100",
    }]  # fmt: skip
    assert one.versions.count() == 1
    for again in (corrections, None):
        assert import_file(path=path, now=NOW, corrections=again).counts.duplicates == 2
    assert PublishedContract.objects.get(published_id="2018TX00100").current_amount == Decimal("41050.50")


@pytest.mark.django_db
def test_a_record_that_was_refused_can_be_made_readable(tmp_path: Path) -> None:
    corrections = read_corrections(
        written(
            tmp_path / "c.json",
            json.dumps(
                [
                    {
                        "field": "acheteur.id",
                        "wrong": "a_01",
                        "right": BUYER,
                        "evidence": "site",
                        "author": "x",
                        "date": "2026-01-02",
                    }
                ]
            ),
        )
    )
    path = written(tmp_path / "m.json", json.dumps([contract(acheteur={"id": "a_01"})]))
    assert import_file(path=path, now=NOW).counts.rejected == 1
    assert import_file(path=path, now=NOW, corrections=corrections).counts.accepted == 1
    assert (PublishedContract.objects.get().buyer_siret, RejectedRecord.objects.count()) == (BUYER, 1)


@pytest.mark.parametrize(
    ("field", "wrong", "right", "read"),
    [
        ("titulaires.1.id", COMPANIES[0], COMPANIES[3], lambda one: one.holders[0]["id"]),
        ("lieuExecution.code", "13200", "13001", lambda one: one.place_code),
        ("dureeMois", "8", "18", lambda one: str(one.duration_months)),
        (
            "datePublicationDonnees",
            "2018-09-22+02:00",
            "2018-09-23",
            lambda one: "2018-09-23" if str(one.published_on) == "2018-09-23" else "",
        ),
    ],
)
@pytest.mark.django_db
def test_paths(field: str, wrong: str, right: str, read: Any, tmp_path: Path) -> None:
    corrections = read_corrections(
        written(tmp_path / "c.csv", f"champ;faux;juste;preuve;auteur;date\n{field};{wrong};{right};p;a;2026-01-01\n")
    )
    path = written(tmp_path / "m.json", json.dumps([contract()]))
    assert import_file(path=path, now=NOW, corrections=corrections).counts.corrected == 1
    assert read(PublishedContract.objects.get()) == right


@pytest.mark.django_db
def test_only_what_it_says_is_corrected(tmp_path: Path) -> None:
    """Another buyer, another id, another value: nothing happens, and the report says zero."""
    other = HEADING + "".join(
        f"{buyer};{number};montant;{wrong};5000;p;a;2026-01-01\n"
        for buyer, number, wrong in (
            ("21130055300016", "", "410500.5"),
            (BUYER, "AUTRE", "410500.5"),
            (BUYER, "", "410500"),
        )
    )
    path = written(tmp_path / "m.json", json.dumps([contract(), *lots(3)]))
    report = import_file(path=path, now=NOW, corrections=read_corrections(written(tmp_path / "c.csv", other)))
    assert (report.counts.accepted, report.counts.corrected, report.applied) == (4, 0, {})


def test_on_the_command_line(tmp_path: Path) -> None:
    corrections = written(tmp_path / "c.csv", HEADING + AMOUNT + f"{BUYER};ABSENT;montant;1;2;p;a;2026-01-01\n")
    path = written(tmp_path / "m.json", json.dumps([contract(), contract_2022()]))
    told = CliRunner().invoke(decp, ["check", str(path), "--corrections", str(corrections), "--json"])
    report = json.loads(told.stdout)
    assert (told.exit_code, report["total"]["corrected"]) == (0, 1)
    assert [(one["field"], one["applied"]) for one in report["corrections"]] == [("montant", 1), ("montant", 0)]
    text = CliRunner().invoke(decp, ["check", str(path), "--corrections", str(corrections)]).stdout
    assert "Corrections" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "aucune"),
        (HEADING, "aucune"),
        ("field;wrong;right\nmontant;1;2\n", "il manque evidence, author, date"),
        (HEADING + AMOUNT.replace("2026-11-20", "hier"), "la date"),
        (HEADING + AMOUNT.replace("41050,50", "410500.5"), "la même"),
        (HEADING + AMOUNT.replace("Acte d’engagement, page 2", ""), "evidence"),
        ("[1]", "liste d’objets"),
        ("[{", "mal formé"),
    ],
)
def test_a_faulty_file_of_corrections_stops_the_command(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CorrectionsRefused, match=words):
        read_corrections(written(tmp_path / "c.csv", text))
    path = written(tmp_path / "m.json", json.dumps([contract()]))
    told = CliRunner().invoke(decp, ["check", str(path), "--corrections", str(tmp_path / "c.csv")])
    assert (told.exit_code, "Traceback" in told.output, words in told.output) == (2, False, True)


def test_an_absent_file_of_corrections(tmp_path: Path) -> None:
    with pytest.raises(CorrectionsRefused, match="n’existe pas"):
        read_corrections(tmp_path / "absent.csv")
    (tmp_path / "latin.csv").write_bytes((HEADING + AMOUNT).encode("cp1252"))
    with pytest.raises(CorrectionsRefused, match="UTF-8"):
        read_corrections(tmp_path / "latin.csv")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "wrong", "right"),
    [
        ("acheteur.id", BUYER, "21130055300016"),
        ("id", "2018TX00100", "2018TX09900"),
        ("titulaires.1.id", COMPANIES[0], COMPANIES[3]),
    ],
)
def test_correcting_what_identifies_a_contract_makes_no_second_one(
    field: str, wrong: str, right: str, tmp_path: Path
) -> None:
    """The planted fault: without the former identity, the corrected record would be a new contract beside the old one."""
    path = written(tmp_path / "m.json", json.dumps([contract(), contract(id="2018TX00200")]))
    import_file(path=path, now=NOW)
    before = PublishedContract.objects.get(published_id="2018TX00100")
    text = f"champ;faux;juste;preuve;auteur;date;id\n{field};{wrong};{right};p;a;2026-01-01;2018TX00100\n"
    corrections = read_corrections(written(tmp_path / "c.csv", text))
    report = import_file(path=path, now=NOW, corrections=corrections)
    assert (report.counts.accepted, report.counts.updated, report.counts.duplicates, report.counts.corrected) == (
        1,
        1,
        1,
        1,
    )
    assert PublishedContract.objects.count() == 2
    after = PublishedContract.objects.get(pk=before.pk)
    assert bytes(after.identity_key) != bytes(before.identity_key)
    assert right in {after.buyer_siret, after.published_id, after.holders[0]["id"]}
    for again in (corrections, None):
        assert import_file(path=path, now=NOW, corrections=again).counts.duplicates == 2
    assert PublishedContract.objects.count() == 2


@pytest.mark.django_db
def test_the_lot_tied_to_a_corrected_contract_stays_tied(world: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "m.json", json.dumps([contract()]))
    import_file(path=path, now=NOW)
    lot = world.contract()
    lot.published_key = PublishedContract.objects.get().identity_key
    lot.save()
    text = f"champ;faux;juste;preuve;auteur;date\nacheteur.id;{BUYER};21130055300016;p;a;2026-01-01\n"
    import_file(path=path, now=NOW, corrections=read_corrections(written(tmp_path / "c.csv", text)))
    lot.refresh_from_db()
    assert bytes(lot.published_key) == bytes(PublishedContract.objects.get().identity_key)
