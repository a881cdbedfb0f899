"""The public calculators: every rule has a page, whose address holds its inputs."""

import re

import pytest
from django.test import Client

from levier.rulebook.registry import all_rules, rule
from levier.web import answers, calculators

NAMES = [one.name for one in all_rules()]
LOT = {"amount": "1 200 000", "labour_share": "50 %", "insertion_rate": "5 %", "hourly_cost": "30"}


@pytest.fixture(autouse=True)
def _database(db):
    """Reference values may come from the database."""


def lot(index, **changed):
    return {f"lots-{index}-{name}": value for name, value in (LOT | changed).items()}


def body(address, params=None):
    return Client().get(address, params or {}).content.decode()


def test_every_rule_is_listed():
    page = body("/outils/")
    assert all(f'href="/outils/{name}/"' in page for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_opens_on_its_example_with_steps_and_sources(name):
    page = body(f"/outils/{name}/")
    assert "Exemple" in page
    assert 'class="answer-n"' in page
    assert "Comment c’est calculé" in page
    assert "D’où viennent les règles" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_every_answer_are_known(name):
    one = rule(name)
    result = one.run(one.example())["result"]
    keys = [key for key in result if key not in answers.TABLES]
    for table in answers.TABLES:
        keys += [key for line in result.get(table, ()) for key in line]
    assert [key for key in keys if key not in answers.WORDS] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_example_typed_again_gives_the_same(name):
    one = rule(name)
    filled = calculators.read(one, calculators.example(one))
    assert filled.faults == {}
    assert body(f"/outils/{name}/", filled.typed).count('class="answer-n"') == 1


def test_inputs_are_in_the_address_as_french_people_type_them():
    page = body("/outils/sizing.labour_share/", {**LOT, "amount": "1 000 000,00"})
    assert "833\u00a0h" in page
    assert 'value="1 000 000,00"' in page
    assert "Exemple" not in page


def test_all_faults_are_said_at_once_beside_their_fields():
    answer = Client().get(
        "/outils/sizing.labour_share/", {"amount": "douze", "labour_share": "120 %", "hourly_cost": "0"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'class="answer-n"' not in page
    for name in ("amount", "labour_share", "insertion_rate", "hourly_cost"):
        assert f'id="f-{name}-error"' in page
        assert f'href="#f-{name}"' in page
    assert "Taux d’insertion\u00a0: remplissez ce champ." in page
    assert "au plus égal à 100\u00a0%" in page
    assert 'value="douze"' in page
    assert "JSON" not in page


def test_a_line_is_added_without_javascript_and_keeps_what_is_typed():
    client = Client()
    answer = client.get("/outils/sizing.lots/", {**lot(0), "ajouter": "lots"}, follow=True)
    page = answer.content.decode()
    assert 'name="lots-1-amount"' in page
    assert 'value="1 200 000"' in page
    assert answer.status_code == 200
    assert "error" not in re.sub(r"error_|f-\S+-error", "", page)


def test_a_line_is_removed_and_the_next_ones_move_up():
    answer = Client().get(
        "/outils/sizing.lots/", {**lot(0), **lot(1, amount="7"), **lot(2, amount="9"), "retirer": "lots-1"}
    )
    assert answer.status_code == 302
    assert "lots-1-amount=9" in answer.headers["Location"]
    assert "lots-2" not in answer.headers["Location"]


@pytest.mark.parametrize("odd", ["lots", "lots-", "lots-x", "autre-1", "-1", "lots-99999"])
def test_an_odd_removal_changes_nothing(odd):
    assert Client().get("/outils/sizing.lots/", {**lot(0), "retirer": odd}).status_code in {200, 302}


def test_the_fault_of_a_line_stands_on_that_line():
    page = body("/outils/sizing.lots/", {**lot(0), **lot(1), **lot(2, amount="x")})
    assert 'id="f-lots-2-amount-error"' in page
    assert 'id="f-lots-0-amount-error"' not in page


def test_a_line_left_empty_is_no_fault_and_faults_keep_their_line():
    page = body("/outils/sizing.lots/", {**lot(0), "lots-1-amount": "", **lot(2, amount="x")})
    assert 'id="f-lots-2-amount-error"' in page
    assert 'id="f-lots-1-amount-error"' not in page


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "9" * 5000, "\x00", "1e999", "-1", "NaN"])
def test_hostile_inputs_are_answered_in_words(hostile):
    answer = Client().get("/outils/sizing.labour_share/", {**LOT, "amount": hostile})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()


def test_an_unknown_rule_is_an_unknown_page():
    assert Client().get("/outils/inconnue/").status_code == 404


def test_a_huge_list_is_drawn_within_bounds():
    params = {f"lots-{index}-amount": "1" for index in range(300)}
    page = body("/outils/sizing.lots/", params)
    assert page.count('class="calc-row"') <= calculators.MOST_LINES
