"""`levier reference`: what it prints and how it ends."""

import json

import pytest
from click.testing import CliRunner

from levier.commands.reference import reference

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(reference, words)


def test_load_says_what_it_did_and_again_that_nothing_changed():
    first = run("load")
    assert first.exit_code == 0, first.output
    assert "Territoires : 9 ; communes : 137 ; contacts : 9 ; périmètres : 137" in first.output
    again = run("load")
    assert "0 ajoutées" in again.output
    assert "Territoires : 0 ; communes : 0 ; contacts : 0 ; périmètres : 0" in again.output


def test_list_shows_the_values_of_a_day():
    run("load")
    shown = json.loads(run("list", "threshold.works", "--on", "2026-03-01", "--json").output)
    assert [row["value"] for row in shown if row["key"] == "threshold.works"] == ["5404000"]
    assert run("list").exit_code == 0


def test_list_of_nothing_says_what_to_do():
    answer = run("list")
    assert (answer.exit_code, answer.output.count("levier reference load")) == (0, 1)


def test_a_date_that_is_none_is_said_in_french():
    answer = run("list", "--on", "hier")
    assert answer.exit_code == 2
    assert "n’est pas une date" in answer.output
