"""Loading, reading and changing reference values, on PostgreSQL; and each wall with a planted violation."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from levier.foundation.explanation import Confidence
from levier.foundation.objections import Refusal
from levier.reference import queries
from levier.reference.actions import change_value, load_published
from levier.reference.models import StoredValue
from levier.reference.published import published_catalogue
from levier.reference.values import ReferenceValue, UnknownReference

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db

COST = ReferenceValue(
    key="test.cost",
    label="Coût horaire d’essai",
    value=Decimal("38.50"),
    unit="EUR_PER_HOUR",
    valid_from=date(2026, 1, 1),
    source="Barème d’essai 2026",
    confidence=Confidence.SECONDARY,
    low=Decimal(30),
    high=Decimal("45.00"),
)
EARLIER = replace(COST, value=Decimal(37), valid_from=date(2024, 1, 1), valid_until=date(2025, 12, 31))
RATE = replace(COST, key="test.rate", label="Taux d’essai", unit="FRACTION", value=Decimal("0.10"), low=None, high=None)


@pytest.fixture
def loaded():
    return load_published(NOW, [COST, EARLIER, RATE])


def change(**changes):
    facts = {
        "author_label": "Une personne",
        "key": "test.cost",
        "value": Decimal(40),
        "low": None,
        "high": None,
        "valid_from": date(2026, 7, 1),
        "source": "Barème de juillet",
        "confidence": Confidence.CONFIRMED,
        "now": LATER,
    }
    return change_value(**(facts | changes))


def test_the_shipped_files_load_once():
    first = load_published(NOW)
    assert first.added == len(list(published_catalogue()))
    again = load_published(LATER)
    assert (again.added, again.unchanged, again.kept) == (0, first.added, ())
    assert [(v.version, v.value, str(v.value), v.valid_until) for v in queries.catalogue()] == [
        (v.version, v.value, str(v.value), v.valid_until) for v in published_catalogue()
    ]


def test_the_catalogue_is_one_query_and_knows_nothing_before_the_load(django_assert_num_queries):
    with django_assert_num_queries(1), pytest.raises(UnknownReference):
        queries.catalogue().at("threshold.works", date(2026, 3, 1))


def test_figures_come_back_digit_for_digit(loaded):
    found = queries.catalogue().at("test.cost", date(2026, 3, 1))
    assert (str(found.value), str(found.low), str(found.high)) == ("38.50", "30", "45.00")
    assert str(queries.catalogue().at("test.rate", date(2026, 3, 1)).value) == "0.10"


def test_a_change_closes_the_row_of_the_day_before_and_touches_no_past_answer(loaded):
    changed = change()
    assert (changed.before.version, changed.after.version) == ("test.cost@2026-01-01", "test.cost@2026-07-01")
    catalogue = queries.catalogue()
    assert catalogue.at("test.cost", date(2026, 6, 30)).value == Decimal("38.50")
    assert catalogue.at("test.cost", date(2026, 6, 30)).valid_until == date(2026, 6, 30)
    assert catalogue.at("test.cost", date(2026, 7, 1)).value == 40
    assert catalogue.at("test.cost", date(2025, 5, 5)).value == 37
    assert queries.version("test.cost@2026-01-01").value == Decimal("38.50")
    assert load_published(LATER, [COST, EARLIER, RATE]).added == 0


def test_a_correction_is_a_revision_and_the_first_one_can_still_be_read(loaded):
    corrected = change(valid_from=date(2026, 1, 1), value=Decimal("38.05"))
    assert corrected.after.version == "test.cost@2026-01-01#1"
    assert queries.catalogue().at("test.cost", date(2026, 6, 1)).value == Decimal("38.05")
    assert queries.version("test.cost@2026-01-01").value == Decimal("38.50")
    assert queries.version("test.cost@2026-01-01#1").value == Decimal("38.05")
    assert [row.replaced_at for row in queries.history("test.cost")] == [None, LATER, None]


def test_a_change_inside_a_closed_period_takes_over_its_end(loaded):
    assert change(valid_from=date(2025, 1, 1)).after.valid_until == date(2025, 12, 31)
    assert queries.catalogue().at("test.cost", date(2026, 1, 1)).value == Decimal("38.50")


def test_a_value_before_all_others_ends_where_they_begin(loaded):
    changed = change(valid_from=date(2020, 1, 1))
    assert (changed.before, changed.after.valid_until) == (None, date(2023, 12, 31))


def test_a_release_that_ships_another_figure_is_the_next_revision(loaded):
    shipped = [replace(COST, value=Decimal(39)), EARLIER, RATE]
    assert load_published(LATER, shipped).added == 1
    assert queries.catalogue().at("test.cost", date(2026, 6, 1)).version == "test.cost@2026-01-01#1"
    assert load_published(LATER, shipped).added == 0


def test_a_release_that_says_until_when_and_from_when(loaded):
    shipped = [
        replace(COST, valid_until=date(2026, 12, 31)),
        replace(COST, valid_from=date(2027, 1, 1), value=Decimal(41)),
        EARLIER,
        RATE,
    ]
    load_published(LATER, shipped)
    catalogue = queries.catalogue()
    assert catalogue.at("test.cost", date(2026, 12, 31)).value == Decimal("38.50")
    assert catalogue.at("test.cost", date(2027, 1, 1)).value == 41
    assert load_published(LATER, shipped).added == 0


def test_a_release_keeps_what_a_person_changed_and_says_so(loaded):
    change(valid_from=date(2026, 1, 1))
    answer = load_published(LATER, [replace(COST, value=Decimal(39)), EARLIER, RATE])
    assert (answer.added, answer.kept) == (0, ("test.cost@2026-01-01",))
    assert queries.catalogue().at("test.cost", date(2026, 6, 1)).value == 40


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "inconnue"}, "« inconnue »"),
        ({"low": Decimal(50)}, "entre la borne basse et la borne haute"),
        ({"high": Decimal(39)}, "entre la borne basse et la borne haute"),
        ({"value": Decimal(-1)}, "positif"),
        ({"value": Decimal("NaN")}, "positif"),
        ({"value": Decimal("Infinity")}, "positif"),
        ({"key": "test.rate", "value": Decimal(5)}, "entre 0 et 1"),
        ({"source": "  "}, "source"),
        ({"source": "x" * 401}, "400"),
        ({"author_label": ""}, "auteur"),
    ],
)
def test_a_wrong_value_is_refused_in_french(loaded, changes, words):
    with pytest.raises(Refusal) as refused:
        change(**changes)
    assert words in str(refused.value)
    assert StoredValue.objects.count() == 3


def test_the_same_value_again_is_refused(loaded):
    change()
    with pytest.raises(Refusal, match="rien n’a été changé"):
        change()
    assert StoredValue.objects.count() == 4


@pytest.mark.parametrize(
    "name", ["", "x", "test.cost@", "test.cost@2026-01-01#9", "test.cost@2026-01-01#x", "test.cost@hier"]
)
def test_an_unknown_version_is_none(loaded, name):
    assert queries.version(name) is None


# --- the walls, each with a planted violation ---------------------------------------------------------------------


def stored(**changes):
    row = StoredValue.objects.get(key="test.cost", valid_from=date(2026, 1, 1))
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("reference_no_overlap", {"valid_from": date(2026, 6, 1)}),
        ("reference_no_overlap", {"valid_from": date(2025, 6, 1)}),
        ("reference_no_overlap", {"revision": 1}),
        ("reference_version_once", {"replaced_at": NOW}),
        ("reference_range", {"revision": 1, "replaced_at": NOW, "low": Decimal(39)}),
        ("reference_range", {"revision": 1, "replaced_at": NOW, "high": Decimal(38)}),
        ("reference_confidence", {"revision": 1, "replaced_at": NOW, "confidence": "X"}),
        ("reference_sourced", {"revision": 1, "replaced_at": NOW, "source": ""}),
        ("reference_sourced", {"revision": 1, "replaced_at": NOW, "created_by_label": ""}),
        ("range lower bound|reference_dates", {"revision": 1, "replaced_at": NOW, "valid_until": date(2025, 1, 1)}),
    ],
)
def test_walls_of_insertion(loaded, constraint, changes):
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        stored(**changes).save(force_insert=True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reference_storedvalue SET value = 1",
        "UPDATE reference_storedvalue SET low = NULL WHERE key = 'test.cost'",
        "UPDATE reference_storedvalue SET source = 'autre'",
        "UPDATE reference_storedvalue SET valid_from = '2020-01-01' WHERE key = 'test.rate'",
        "UPDATE reference_storedvalue SET revision = 4",
        "UPDATE reference_storedvalue SET created_at = now()",
        "UPDATE reference_storedvalue SET valid_until = NULL WHERE valid_until IS NOT NULL",
        "UPDATE reference_storedvalue SET valid_until = '2026-06-30' WHERE valid_until IS NOT NULL",
        "DELETE FROM reference_storedvalue",
        "TRUNCATE reference_storedvalue",
    ],
)
def test_a_figure_is_never_rewritten(loaded, statement):
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_replaced_row_is_closed_for_good(loaded):
    change(valid_from=date(2026, 1, 1))
    for statement in ("replaced_at = NULL", "valid_until = '2026-02-01'"):
        with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE reference_storedvalue SET {statement} WHERE replaced_at IS NOT NULL")


def test_without_the_wall_the_violation_passes(loaded):
    """Planted fault: with the trigger off, the same statement goes through; so the tests above would see it missing."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reference_storedvalue DISABLE TRIGGER reference_storedvalue_guard")
        cursor.execute("UPDATE reference_storedvalue SET source = 'autre' WHERE key = 'test.rate'")
        assert cursor.rowcount == 1


def test_the_catalogue_is_read_again_only_when_a_row_moved(loaded, django_assert_num_queries):
    """Planted: a correction, then the same rolled back; the process that keeps the catalogue sees both."""
    with django_assert_num_queries(1):
        first = queries.catalogue()
    with django_assert_num_queries(1):
        assert queries.catalogue() is first
    with transaction.atomic():
        change(valid_from=date(2026, 1, 1))
        assert queries.catalogue().at("test.cost", date(2026, 3, 1)).value == Decimal(40)
        transaction.set_rollback(True)
    assert queries.catalogue().at("test.cost", date(2026, 3, 1)).value == Decimal("38.50")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reference_storedvalue SET valid_until = '2026-06-30' WHERE key = 'test.rate'")
    assert queries.catalogue().at("test.rate", date(2026, 6, 30)).value == Decimal("0.10")
    with pytest.raises(UnknownReference):
        queries.catalogue().at("test.rate", date(2026, 7, 1))
