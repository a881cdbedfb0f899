"""Which facilitator answers for a place: the rule, on the shipped files, without a database."""

import pytest

from levier.territories import published
from levier.territories.labels import location_sentence
from levier.territories.rules import Ground, locate, place_kind
from levier.territories.values import Belonging, Outcome, PerimeterConfidence, PlaceKind, Reason

PERIMETERS = {row.commune: row for row in published.perimeters()}
GROUND = Ground(
    tuple(
        Belonging(one.facts, PERIMETERS[one.facts.code].territory, PERIMETERS[one.facts.code].confidence)
        for one in published.communes()
    ),
    tuple(row.number for row in published.facilitators()),
    published.home(),
)
LOW = [code for code, row in PERIMETERS.items() if row.confidence is PerimeterConfidence.LOW]
ALL_NINE = tuple(range(1, 10))


def ask(code: str, kind: str, name: str = ""):
    return locate(code, place_kind(kind), name, GROUND)


def numbers(location):
    return tuple(proposal.territory for proposal in location.proposals)


@pytest.mark.parametrize(
    ("code", "kind", "territory"),
    [
        ("13090", "Code postal", 4),
        ("13001", "Code commune", 4),
        ("13001", "Code postal", 1),
        ("13013", "Code postal", 1),
        ("13213", "Code commune", 1),
        ("13055", "Code commune", 1),
        ("13800", "Code postal", 7),
        ("13500", "Code postal", 8),
        ("13300", "CODE POSTAL", 5),
        ("13200", "Code postal", 9),
        ("13100", "Code postal", 4),
        ("84089", "Code commune", 4),
        ("83120", "Code commune", 6),
        (" 13 090 ", "code postal", 4),
        ("13090 Aix-en-Provence", "Code postal", 4),
        ("13600", PlaceKind.POSTCODE, 3),
        ("13700", "Code postal", 2),
    ],
)
def test_a_commune_or_its_postcode_is_assigned(code, kind, territory):
    location = ask(code, kind)
    assert (location.outcome, location.territory) == (Outcome.ASSIGNED, territory)
    assert location.reason is Reason.ONE_TERRITORY


@pytest.mark.parametrize("row", published.perimeters(), ids=lambda row: row.commune)
def test_every_commune_of_the_file_has_its_answer(row):
    location = ask(row.commune, "Code commune")
    if row.confidence is PerimeterConfidence.LOW:
        assert (location.outcome, location.territory, location.reason) == (Outcome.PROPOSED, None, Reason.TO_CONFIRM)
        assert [(p.territory, p.to_confirm) for p in location.proposals] == [(row.territory, True)]
        assert "à confirmer" in location_sentence(location)
    else:
        assert (location.outcome, location.territory) == (Outcome.ASSIGNED, row.territory)


def test_the_file_is_the_one_we_know():
    assert len(PERIMETERS) == 137
    assert len(LOW) == 23
    districts = [one for one in published.communes() if one.facts.parent]
    assert len(districts) == 16
    inhabitants = {one.facts.code: one.facts.population for one in published.communes()}
    assert sum(inhabitants[code] for code in LOW) == 88_451


@pytest.mark.parametrize(
    "code",
    sorted({code for row in LOW for b in GROUND.belongings if b.commune.code == row for code in b.commune.postcodes}),
)
def test_no_postcode_of_a_commune_to_confirm_is_assigned(code):
    location = ask(code, "Code postal")
    assert location.territory is None
    assert location.outcome is Outcome.PROPOSED
    assert any(proposal.to_confirm for proposal in location.proposals)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("13", "Code département"),
        ("13", "CODE DEPARTEMENT"),
        ("013", "Code département"),
        ("13", "Code postal"),
        ("13 - Bouches-du-Rhône", "Code département"),
        ("131", "Code arrondissement"),
        ("1304", "Code canton"),
        ("93", "Code région"),
        ("FR", "Code pays"),
        ("FRL04", "NUTS"),
        ("13", None),
    ],
)
def test_a_place_as_wide_as_the_departement_waits_for_a_person(code, kind):
    location = ask(code, kind)
    assert (location.outcome, location.reason) == (Outcome.PROPOSED, Reason.WIDER_THAN_A_TERRITORY)
    assert location.territory is None
    assert numbers(location) == ALL_NINE


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("75056", "Code commune"),
        ("84000", "Code postal"),
        ("93", "Code département"),
        ("13", "Code région"),
        ("84", "Code département"),
        ("2A004", "Code commune"),
        ("974", "Code département"),
        ("US", "Code pays"),
    ],
)
def test_elsewhere_is_said_and_nobody_proposed(code, kind):
    location = ask(code, kind)
    assert (location.outcome, location.proposals) == (Outcome.OUTSIDE, ())
    assert "hors des Bouches-du-Rhône" in location_sentence(location)


def test_a_postcode_over_two_territories_is_proposed():
    location = ask("13250", "Code postal")
    assert (location.outcome, location.reason, location.territory) == (
        Outcome.PROPOSED,
        Reason.SEVERAL_TERRITORIES,
        None,
    )
    assert numbers(location) == (5, 7)
    assert "Saint-Chamas" in location_sentence(location)


@pytest.mark.parametrize(
    ("code", "neighbour", "territory"), [("84120", "Mirabeau", 4), ("83640", "Plan-d’Aups", 6), ("13780", "Riboux", 6)]
)
def test_a_postcode_shared_with_other_departements_is_proposed(code, neighbour, territory):
    location = ask(code, "Code postal")
    assert (location.outcome, location.reason) == (Outcome.PROPOSED, Reason.PARTLY_OUTSIDE)
    assert numbers(location) == (territory,)
    assert neighbour in location_sentence(location)


def test_a_postcode_published_as_a_commune_is_proposed_not_assigned():
    location = ask("13140", "Code commune", "MIRAMAS")
    assert (location.outcome, location.reason) == (Outcome.PROPOSED, Reason.MISTAKEN_KIND)
    assert numbers(location) == (7,)


def test_a_code_of_no_said_kind_proposes_both_readings():
    location = ask("13001", "")
    assert (location.outcome, location.reason) == (Outcome.PROPOSED, Reason.KIND_NOT_GIVEN)
    assert numbers(location) == (1, 4)


def test_a_cedex_is_never_read_as_a_commune_code():
    assert numbers(ask("13098", "Code postal")) == ALL_NINE
    assert numbers(ask("13098", "Code commune")) == (8,)
    cedex = ask("13692", "Code postal", "VILLE DE MARTIGUES 13692 Martigues")
    assert (cedex.outcome, cedex.reason, numbers(cedex)) == (Outcome.PROPOSED, Reason.UNKNOWN_POSTCODE, (8,))
    assert numbers(ask("13637", "Code postal", "Territoire communautaire")) == ALL_NINE


def test_the_postcode_typed_for_all_marseille_narrows_and_waits():
    location = ask("13000", "Code postal")
    assert (location.outcome, numbers(location)) == (Outcome.PROPOSED, (1,))


def test_no_place_and_unreadable_places_wait():
    assert ask("", "").reason is Reason.NO_PLACE
    assert ask("None", None).reason is Reason.UNREADABLE
    assert numbers(ask("Marseille", "Code commune")) == (1,)
    assert numbers(ask("", "", "Ville d'Aubagne")) == (6,)


def test_before_any_perimeter_nothing_is_assigned():
    bare = Ground(tuple(Belonging(b.commune, None, None) for b in GROUND.belongings), GROUND.territories, GROUND.home)
    location = locate("13001", PlaceKind.COMMUNE, "", bare)
    assert (location.outcome, location.reason) == (Outcome.PROPOSED, Reason.NO_PERIMETER_THEN)
    assert numbers(location) == ALL_NINE


def test_a_rule_that_trusted_suppositions_would_be_caught():
    """Planted fault: the 23 suppositions taken as known."""
    trusting = Ground(
        tuple(Belonging(b.commune, b.territory, PerimeterConfidence.HIGH) for b in GROUND.belongings),
        GROUND.territories,
        GROUND.home,
    )
    assert sum(locate(code, PlaceKind.COMMUNE, "", trusting).outcome is Outcome.ASSIGNED for code in LOW) == 23


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence(reason):
    from levier.territories.values import Location

    sentence = location_sentence(Location(Outcome.PROPOSED, reason, facts={"code": "13090", "communes": ("Aix",)}))
    assert sentence.endswith(".")
    assert "{" not in sentence
