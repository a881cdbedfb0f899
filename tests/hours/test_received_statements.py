"""Statements of hours received as tables: the three samples field by field, and what companies also write."""

import copy
import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner

from levier.commands.statements import statements
from levier.foundation.objections import Refusal
from levier.hours.received import ReceivedStatement, read_statement
from levier.hours.received_summary import statement_as_json
from levier.spreadsheets.opening import open_table

STATEMENTS = ("releve_octobre.xlsx", "releve_interim.csv", "releve_trimestre.xlsx")


def differences(got: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    found = [
        f"{key}: expected {wanted}, got {got.get(key)}"
        for key, wanted in expected.items()
        if key not in {"note", "expected_lines"} and got.get(key) != wanted
    ]
    for wanted, line in zip(expected["expected_lines"], got["expected_lines"], strict=True):
        found += [
            f"row {wanted['row']} {key}: expected {value!r}, got {line.get(key)!r}"
            for key, value in wanted.items()
            if line.get(key) != value
        ]
    return found


def sample(shared_data: Path, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what the command answers, what a careful reader finds)"""
    ended = CliRunner().invoke(statements, ["check", str(shared_data / "samples" / "hour_statements" / name), "--json"])
    assert ended.exit_code == 0, ended.output
    expected = json.loads((shared_data / "samples" / "expected.json").read_text(encoding="utf-8"))
    return json.loads(ended.stdout), expected[f"hour_statements/{name}"]


@pytest.mark.real_files
@pytest.mark.parametrize("name", STATEMENTS)
def test_a_sample_statement_reads_as_a_careful_reader_does(shared_data: Path, name: str):
    got, expected = sample(shared_data, name)
    assert differences(got, expected) == []


@pytest.mark.real_files
@pytest.mark.parametrize("name", STATEMENTS)
def test_an_altered_value_is_noticed(shared_data: Path, name: str):
    got, expected = sample(shared_data, name)
    for place, line in enumerate(expected["expected_lines"]):
        for key in line:
            lie = copy.deepcopy(expected)
            lie["expected_lines"][place][key] = "altered"
            assert differences(got, lie), (place, key)


def read_csv(*rows: list[str]) -> ReceivedStatement:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(rows)
    return read_statement(open_table(stream.getvalue().encode("cp1252"), "relevé.csv"), "relevé.csv")


def told(statement: ReceivedStatement) -> list[tuple[Any, ...]]:
    return [
        (line["last_name"], line["first_name"], line["month"], line["hours"])
        for line in statement_as_json(statement, "")["expected_lines"]
    ]


def test_several_employers_each_in_a_section():
    read = read_csv(
        ["Relevé d'insertion", "Octobre 2026"],
        ["NOM", "Prénom", "Heures"],
        ["Employeur : ETTI Exemple - SIRET 999 919 830 00078", "", ""],
        ["Petit", "Anne", "151:40"],
        ["Total ETTI", "", "151:40"],
        ["Employeur : GEIQ Modèle - SIRET 99991900400054", "", ""],
        ["Petit", "Anne", "12h30"],
    )
    assert [(line.said.employer, line.said.employer_siret) for line in read.lines] == [
        ("ETTI Exemple", "99991983000078"),
        ("GEIQ Modèle", "99991900400054"),
    ]
    assert told(read) == [("Petit", "Anne", "2026-10", "151.67"), ("Petit", "Anne", "2026-10", "12.50")]


def test_homonyms_are_not_duplicates_and_a_repeated_line_is():
    heading = ["Nom", "Prénom", "Date de naissance", "Mois", "Heures"]
    one, homonym = ["Petit", "Anne", "01/02/1990", "10/2026", "70"], ["Petit", "Anne", "03/04/1975", "10/2026", "70"]
    assert [line.errors for line in read_csv(heading, one, homonym).lines] == [(), ()]
    assert [line.errors for line in read_csv(heading, one, ["PETIT", *one[1:]]).lines] == [(), ("duplicate_line",)]


def test_months_without_a_year_take_that_of_the_heading():
    read = read_csv(
        ["Suivi insertion - Année 2026"],
        ["Nom et prénom", "Janvier", "Février", "Total"],
        ["DOS SANTOS Clémence", "10", "20,5", "30,5"],
        ["Paul LEROY", "", "7", "7"],
    )
    assert told(read) == [
        ("DOS SANTOS", "Clémence", "2026-01", "10.00"),
        ("DOS SANTOS", "Clémence", "2026-02", "20.50"),
        ("LEROY", "Paul", "2026-02", "7.00"),
    ]


def test_months_headed_by_dates_and_durations_of_a_spreadsheet():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, month, clock = (
        book.add_worksheet("Suivi"),
        book.add_format({"num_format": "mmm-yy"}),
        book.add_format({"num_format": "[h]:mm"}),
    )
    sheet.write_row(0, 0, ["Salarié", "Marché"])
    sheet.write_datetime(0, 2, date(2026, 9, 1), month)
    sheet.write_datetime(0, 3, date(2026, 10, 1), month)
    sheet.write_row(1, 0, ["Petit, Anne", "2026-9001"])
    sheet.write_number(1, 2, 151 / 24 + 40 / 1440, clock)
    sheet.write_number(1, 3, 0.5, clock)
    book.close()
    read = read_statement(open_table(stream.getvalue(), "suivi.xlsx"), "suivi.xlsx")
    assert told(read) == [("Petit", "Anne", "2026-09", "151.67"), ("Petit", "Anne", "2026-10", "12.00")]


@pytest.mark.parametrize(
    ("written", "code", "suggestion"),
    [
        ("35h/sem", "hours_weekly_rate", "151.67"),
        ("24 h hebdo", "hours_weekly_rate", "104.00"),
        ("7h/j", "hours_unreadable", ""),
        ("20 jours", "hours_unreadable", ""),
        ("0,8 ETP", "hours_unreadable", ""),
        ("100 %", "hours_unreadable", ""),
        ("151:75", "hours_unreadable", ""),
        ("-7", "hours_unreadable", ""),
        ("900", "hours_unreadable", ""),
        ("", "hours_missing", ""),
    ],
)  # fmt: skip
def test_what_is_not_a_number_of_hours_is_asked(written: str, code: str, suggestion: str):
    read = read_csv(
        ["Nom", "Prénom", "Mois", "Heures"], ["Petit", "Anne", "10/2026", written], ["Grand", "Luc", "10/2026", "7"]
    )
    problem = next(problem for problem in read.lines[0].problems if problem.error)
    assert (problem.code, problem.suggestion, problem.raw) == (code, suggestion, written)
    assert problem.why.endswith(".")
    assert problem.accepted.endswith(".")
    assert read.lines[0].hours is None


def test_a_table_without_people_is_refused_with_what_is_needed():
    with pytest.raises(Refusal, match="Nom et prénom"):
        read_csv(["Objet", "Montant"], ["Toiture", "1000"])


def test_a_wrong_siret_is_an_error_and_an_empty_one_takes_that_of_the_heading():
    rows = (
        ["Nom", "Prénom", "SIRET", "Mois", "Heures"],
        ["Petit", "Anne", "99991983000079", "10/2026", "7"],
        ["Grand", "Luc", "", "10/2026", "8"],
    )
    read = read_csv(["Employeur : Exemple", "SIRET 999 919 830 00078"], *rows)
    assert [(line.said.employer_siret, line.errors) for line in read.lines] == [
        (None, ("employer_siret_invalid",)),
        ("99991983000078", ()),
    ]


def test_a_file_without_real_names_is_read():
    assert (
        told(read_csv(["Nom", "Prénom", "Mois", "Heures"], ["Personne 12", "P3", "10/2026", "7"]))[0][0]
        == "Personne 12"
    )
