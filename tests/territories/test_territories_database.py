"""Loading, reading and changing territories, on PostgreSQL; and each wall with a planted violation."""

from dataclasses import asdict
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from levier.foundation.objections import NotForYou, Refusal
from levier.territories import published, queries
from levier.territories.actions import change_contact, confirm_perimeter, load_published
from levier.territories.models import Commune, FacilitatorContact, Perimeter, Territory
from levier.territories.values import Outcome, PerimeterConfidence, Reason

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
AUTHOR = "Fabienne MEIRINHO, Département"
pytestmark = pytest.mark.django_db


def change(**changes):
    facts = {
        "author_label": AUTHOR,
        "territory_number": 4,
        "structure": "Métropole Aix-Marseille-Provence – Pays d’Aix",
        "person": "Camille EXEMPLE",
        "phone": "04 99 99 99 99",
        "email": "camille.exemple@exemple.fr",
        "valid_from": date(2026, 12, 1),
        "source": "Courriel de la Métropole, 20/11/2026",
        "now": NOW,
    }
    return change_contact(**(facts | changes))


def confirm(**changes):
    facts = {
        "author_label": AUTHOR,
        "commune_code": "13100",
        "territory_number": 5,
        "valid_from": date(2026, 12, 1),
        "source": "Note du Département, 24/11/2026",
        "now": NOW,
    }
    return confirm_perimeter(**(facts | changes))


def test_loading_twice_changes_nothing(loaded):
    assert (loaded.territories, loaded.communes, loaded.contacts, loaded.perimeters) == (9, 137, 9, 137)
    again = load_published(datetime(2027, 1, 1, tzinfo=UTC))
    assert asdict(again) == {"territories": 0, "communes": 0, "contacts": 0, "perimeters": 0, "kept": ()}
    assert Perimeter.objects.count() == 137


def test_the_nine_are_the_leaflet_s(loaded):
    calls = queries.contacts(TODAY)
    assert {n: c.person for n, c in calls.items()} == {
        1: "Johan TILMANT",
        2: "Corinne REBOUL",
        3: "Anne Charlotte JOURDAN",
        4: "Cécilia REVEL",
        5: "Anne GOVEDARICA",
        6: "Alice PEIX",
        7: "Rafik BOUDJELOUDE",
        8: "Laure FERAUD",
        9: "Catherine THIERY",
    }
    assert calls[8].phone == "04.42.49.45.98"
    assert calls[8].phone_to_read == "04\u00a042\u00a049\u00a045\u00a098"
    assert calls[8].phone_to_dial == "+33442494598"
    assert calls[4].email == "cecilia.revel@ampmetropole.fr"


@pytest.mark.real_files
def test_the_leaflet_itself_prints_every_fact(shared_data):
    leaflet = (shared_data.parent / "leaflet.txt").read_text(encoding="utf-8")
    for row in published.facilitators():
        assert row.phone in leaflet
        assert row.email in leaflet
        assert row.person in leaflet
        assert row.structure.replace("’", "'") in leaflet


def test_each_commune_finds_its_facilitator(loaded):
    assert len(published.perimeters()) == 137
    for row in published.perimeters():
        answer = queries.facilitator_for_commune(row.commune, TODAY)
        assert answer.territory.number == row.territory
        assert answer.contact.phone
        assert answer.contact.territory == row.territory
        assert answer.confidence is row.confidence
        assert answer.to_confirm is (row.confidence is PerimeterConfidence.LOW)


def test_known_questions(loaded):
    def first(text):
        commune = queries.find_communes(text).communes[0]
        answer = queries.facilitator_for_commune(commune.code, TODAY)
        return commune.name, answer.territory.number, answer.to_confirm

    assert first("13090") == ("Aix-en-Provence", 4, False)
    assert first("Marseille 13e") == ("Marseille 13e Arrondissement", 1, False)
    assert first("Pertuis") == ("Pertuis", 4, False)
    assert first("Saint-Zacharie") == ("Saint-Zacharie", 6, False)
    assert first("Saint-Rémy-de-Provence") == ("Saint-Rémy-de-Provence", 9, True)


def test_places_of_contracts(loaded):
    assert queries.proposals_for_place("13090", "Code postal", TODAY).territory == 4
    assert queries.proposals_for_place("13100", "Code commune", TODAY).reason is Reason.TO_CONFIRM
    assert len(queries.proposals_for_place("13", "Code département", TODAY).proposals) == 9
    assert queries.proposals_for_place("75001", "Code postal", TODAY).outcome is Outcome.OUTSIDE
    assert queries.proposals_for_place("13090", "Code postal", date(2020, 1, 1)).reason is Reason.NO_PERIMETER_THEN


def test_the_directory_says_what_the_map_shows(loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        entries = queries.directory(TODAY)
    assert [entry.territory.number for entry in entries] == list(range(1, 10))
    assert sum(len(entry.communes) for entry in entries) == 121 - 23
    assert len(entries[8].to_confirm) == 23
    assert all(entry.contact for entry in entries)


def test_unknown_commune_is_not_for_you(loaded):
    with pytest.raises(NotForYou):
        queries.facilitator_for_commune("75056", TODAY)
    with pytest.raises(NotForYou):
        queries.facilitator_for_commune("x" * 500, TODAY)
    with pytest.raises(NotForYou):
        queries.facilitator_for_commune("13\x00", TODAY)


def test_before_the_leaflet_nobody_is_known(loaded):
    assert queries.facilitator_for_commune("13001", date(2019, 1, 1)) is None


def test_a_change_of_contact_closes_one_and_opens_another(loaded):
    changed = change()
    assert changed.before.person == "Cécilia REVEL"
    assert queries.contact_of(4, date(2026, 11, 30)).person == "Cécilia REVEL"
    assert queries.contact_of(4, date(2026, 12, 1)).person == "Camille EXEMPLE"
    assert [row.valid_until for row in queries.contact_history(4)] == [None, date(2026, 11, 30)]
    assert load_published(NOW).contacts == 0


def test_a_correction_on_the_first_day_replaces_and_keeps_the_old_row(loaded):
    change(valid_from=date(2023, 1, 1), phone="04 42 00 00 00")
    assert queries.contact_of(4, TODAY).phone == "04 42 00 00 00"
    history = queries.contact_history(4)
    assert [row.replaced_at for row in history] == [None, NOW]
    assert history[1].person == "Cécilia REVEL"
    assert load_published(NOW).contacts == 0


def test_a_change_between_two_ends_where_the_next_begins(loaded):
    change(valid_from=date(2027, 3, 1))
    middle = change(valid_from=date(2027, 1, 1), person="Dominique INTERIM")
    assert middle.after.valid_until == date(2027, 2, 28)
    assert queries.contact_of(4, date(2026, 12, 31)).person == "Cécilia REVEL"
    assert queries.contact_of(4, date(2027, 2, 28)).person == "Dominique INTERIM"
    assert queries.contact_of(4, date(2027, 3, 1)).person == "Camille EXEMPLE"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"person": " "}, "nom de la personne"),
        ({"structure": ""}, "structure"),
        ({"phone": "", "email": ""}, "téléphone ou une adresse"),
        ({"phone": "04 42"}, "pas complet"),
        ({"email": "camille@"}, "pas complète"),
        ({"source": ""}, "d’où vient"),
        ({"source": "x" * 401}, "400 caractères"),
        ({"person": "x" * 121}, "120 caractères"),
        ({"author_label": ""}, "auteur"),
        ({"territory_number": 10}, "numéro 10"),
    ],
)
def test_a_wrong_contact_is_refused_in_french(loaded, changes, words):
    with pytest.raises(Refusal) as refused:
        change(**changes)
    assert words in str(refused.value)
    assert FacilitatorContact.objects.count() == 9


def test_the_same_contact_again_is_refused(loaded):
    change()
    with pytest.raises(Refusal, match="rien n’a été changé"):
        change()
    assert FacilitatorContact.objects.count() == 10


def test_confirming_a_commune_assigns_it_from_that_day_on(loaded):
    assert queries.proposals_for_place("13100", "Code commune", TODAY).territory is None
    changed = confirm()
    assert (changed.before.territory.number, changed.after.territory.number) == (9, 5)
    assert changed.after.confirmed_by_label == AUTHOR
    assert queries.proposals_for_place("13100", "Code commune", date(2026, 11, 30)).territory is None
    assert queries.proposals_for_place("13100", "Code commune", date(2026, 12, 1)).territory == 5
    assert load_published(NOW).perimeters == 0


def test_confirming_since_the_beginning_replaces_the_supposition(loaded):
    confirm(valid_from=date(2023, 1, 1), territory_number=9)
    assert queries.proposals_for_place("13100", "Code commune", TODAY).territory == 9
    assert len(queries.perimeter_history("13100")) == 2
    assert load_published(NOW).perimeters == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"commune_code": "75056"}, "Aucune commune ne porte le code"),
        ({"territory_number": 12}, "numéro 12"),
        ({"source": " "}, "d’où vient"),
    ],
)
def test_a_wrong_confirmation_is_refused_in_french(loaded, changes, words):
    with pytest.raises(Refusal, match=words):
        confirm(**changes)
    assert Perimeter.objects.count() == 137


# --- the walls, each with a planted violation ---------------------------------------------------------------------


def stored(model, **changes):
    row = model.objects.order_by("pk").first()
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize(
    ("model", "constraint", "changes"),
    [
        (FacilitatorContact, "contact_no_overlap", {"valid_from": date(2026, 6, 1)}),
        (
            FacilitatorContact,
            "contact_dates",
            {"valid_from": date(2022, 6, 1), "valid_until": date(2022, 5, 1), "replaced_at": NOW},
        ),
        (FacilitatorContact, "contact_reachable", {"replaced_at": NOW, "phone": "", "email": ""}),
        (FacilitatorContact, "contact_named", {"replaced_at": NOW, "source": ""}),
        (FacilitatorContact, "contact_confidence", {"replaced_at": NOW, "confidence": "Z"}),
        (Perimeter, "perimeter_no_overlap", {"valid_from": date(2026, 6, 1)}),
        (
            Perimeter,
            "perimeter_dates",
            {"valid_from": date(2022, 6, 1), "valid_until": date(2022, 5, 1), "replaced_at": NOW},
        ),
        (Perimeter, "perimeter_confidence", {"replaced_at": NOW, "confidence": "sure"}),
        (Perimeter, "perimeter_sourced", {"replaced_at": NOW, "source": ""}),
        (Territory, "territory_numbered", {"number": 10, "colour": 10, "name": "X"}),
        (Territory, "territory_named", {"number": 10, "name": ""}),
    ],
)
def test_walls_of_insertion(loaded, model, constraint, changes):
    # A reversed period is refused by the range type itself before the check is reached.
    expected = "range lower bound|contact_dates|perimeter_dates" if constraint.endswith("_dates") else constraint
    with pytest.raises(DatabaseError, match=expected), transaction.atomic():
        stored(model, **changes).save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("commune_code", {"code": "1300X"}),
        ("commune_named", {"code": "13999", "name": ""}),
        ("commune_served", {"code": "13999", "postcodes": []}),
        ("commune_kind", {"code": "13999", "kind": "ARM"}),
    ],
)
def test_walls_of_communes(loaded, constraint, changes):
    row = Commune.objects.get(code="13001")
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("table", ["territories_facilitatorcontact", "territories_perimeter"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET source = 'autre'",
        "UPDATE {} SET valid_from = '2020-01-01'",
        "UPDATE {} SET created_by_label = 'un autre'",
        "UPDATE {} SET territory_id = (SELECT max(id) FROM territories_territory) WHERE id = (SELECT min(id) FROM {})",
        "DELETE FROM {}",
        "TRUNCATE {}",
    ],
)
def test_dated_rows_are_never_rewritten(loaded, table, statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
            cursor.execute(statement.format(table, table))


def test_an_end_may_only_come_nearer_and_a_replaced_row_is_closed_for_good(loaded):
    row = FacilitatorContact.objects.get(territory__number=4)
    rows = FacilitatorContact.objects.filter(pk=row.pk)
    rows.update(valid_until=date(2027, 12, 31))
    rows.update(valid_until=date(2026, 12, 31))
    for end in (date(2027, 1, 1), None):
        with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
            rows.update(valid_until=end)
    rows.update(replaced_at=NOW)
    for after in ({"replaced_at": None}, {"valid_until": date(2024, 1, 1)}):
        with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
            rows.update(**after)


def test_a_commune_or_territory_in_use_cannot_be_deleted(loaded):
    for model in (Commune, Territory):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.order_by("pk").first().delete()
