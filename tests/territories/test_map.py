"""The map follows the perimeters, and says in words all that it says in shapes."""

import json
import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from levier.territories import published, queries
from levier.territories.actions import confirm_perimeter
from levier.territories.geojson import features
from levier.territories.map import TO_CONFIRM, choropleth, territory_map
from levier.territories.outlines import roomiest_point, sheet, turning
from levier.territories.values import Belonging, PerimeterConfidence, TerritoryFacts

PERIMETERS = {row.commune: row for row in published.perimeters()}
BELONGINGS = tuple(
    Belonging(one.facts, PERIMETERS[one.facts.code].territory, PERIMETERS[one.facts.code].confidence)
    for one in published.communes()
)
TERRITORIES = tuple(
    TerritoryFacts(one.number, one.territory, one.short, one.number) for one in published.facilitators()
)


def moved(code, territory, confidence=PerimeterConfidence.HIGH):
    return tuple(Belonging(b.commune, territory, confidence) if b.commune.code == code else b for b in BELONGINGS)


def shapes(svg):
    """Path data by territory, as the links carry them."""
    root = ET.fromstring(svg)
    return {link.get("data-t"): link.find("path").get("d") for link in root.iter("a")}


def groups():
    found = {}
    for one in BELONGINGS:
        if one.commune.code in sheet().plan.faces:
            found.setdefault(one.territory, []).append(one.commune.code)
    return found


def test_every_commune_has_an_outline_and_marseille_its_districts():
    codes = {one.commune.code for one in BELONGINGS} - {"13055"}
    assert set(sheet().plan.faces) == set(sheet().detail.faces) == codes
    assert all(sheet().plan.faces.values())


@pytest.mark.parametrize("scale", ["plan", "detail"])
def test_a_dissolved_territory_covers_its_communes_exactly(scale):
    outlines = getattr(sheet(), scale)
    for codes in groups().values():
        whole = sum(turning(ring) for ring in outlines.dissolved(codes))
        parts = sum(turning(ring) for code in codes for ring in outlines.rings(code))
        assert whole == pytest.approx(parts, abs=1)
        assert whole > 0


def test_no_two_territories_overlap_and_together_they_fill_the_whole():
    outlines = sheet().plan
    everything = sum(turning(ring) for ring in outlines.dissolved(outlines.faces))
    assert everything == pytest.approx(
        sum(turning(r) for codes in groups().values() for r in outlines.dissolved(codes)), abs=1
    )


def test_an_arc_left_inside_would_be_seen():
    """Planted fault: rings of communes put side by side instead of dissolved have more points than the outline."""
    outlines = sheet().plan
    codes = groups()[4]
    assert (
        sum(map(len, outlines.dissolved(codes))) < sum(len(ring) for code in codes for ring in outlines.rings(code)) / 2
    )


def test_numbers_stand_inside_their_territory():
    square = ((0, 0), (100, 0), (100, 40), (0, 40))
    assert roomiest_point([square], 1)[1] == pytest.approx(20, abs=1)
    hole = ((30, 10), (30, 30), (70, 30), (70, 10))
    x, _ = roomiest_point([square, hole], 1)
    assert x < 30 or x > 70


def test_the_map_has_nine_links_and_one_for_those_to_confirm():
    root = ET.fromstring(territory_map(BELONGINGS, TERRITORIES))
    links = list(root.iter("a"))
    assert [link.get("data-t") for link in links] == [*map(str, range(1, 10)), TO_CONFIRM]
    assert links[3].get("aria-label") == "Territoire 4, Pays d’Aix"
    assert links[-1].get("aria-label") == "23 communes dont le facilitateur est à confirmer"
    assert [link.find("path").get("class") for link in links] == [*(f"terr t{n}" for n in range(1, 10)), "terr tc"]
    assert links[0].get("href") == "?territoire=1"
    assert root.get("aria-labelledby") == root.find("title").get("id") == "carte-t"
    assert [text.text for text in root.iter("text") if text.get("class") == "no"] == [str(n) for n in range(1, 10)]


def test_the_map_obeys_the_content_policy_and_stays_light():
    for svg in (territory_map(BELONGINGS, TERRITORIES, communes=True), choropleth(BELONGINGS, {}, {}, title="x")):
        assert not re.search(r"\sstyle=|<script|<style|\son\w+=|http", svg)
    assert len(territory_map(BELONGINGS, TERRITORIES)) < 30_000


def test_the_map_follows_the_perimeters():
    before, after = (
        shapes(territory_map(BELONGINGS, TERRITORIES)),
        shapes(territory_map(moved("13001", 5), TERRITORIES)),
    )
    assert {key for key in before if before[key] != after[key]} == {"4", "5"}
    confirmed = territory_map(moved("13100", 5), TERRITORIES)
    assert {key for key in before if before[key] != shapes(confirmed)[key]} == {"5", TO_CONFIRM}
    assert "22 communes dont le facilitateur est à confirmer" in confirmed


def test_a_district_of_marseille_can_go_elsewhere():
    before, after = (
        shapes(territory_map(BELONGINGS, TERRITORIES)),
        shapes(territory_map(moved("13216", 2), TERRITORIES)),
    )
    assert {key for key in before if before[key] != after[key]} == {"1", "2"}


def test_when_all_is_confirmed_nothing_is_hatched():
    sure = tuple(Belonging(b.commune, b.territory, PerimeterConfidence.HIGH) for b in BELONGINGS)
    assert TO_CONFIRM not in shapes(territory_map(sure, TERRITORIES))
    one = tuple(
        Belonging(
            b.commune, b.territory, PerimeterConfidence.LOW if b.commune.code == "13100" else PerimeterConfidence.HIGH
        )
        for b in BELONGINGS
    )
    assert "Saint-Rémy-de-Provence, commune dont le facilitateur est à confirmer" in territory_map(one, TERRITORIES)


def test_a_day_without_perimeters_draws_everything_hatched():
    bare = tuple(Belonging(b.commune, None, None) for b in BELONGINGS)
    assert list(shapes(territory_map(bare, TERRITORIES))) == [TO_CONFIRM]


def test_the_chosen_territory_is_said_and_outlined_on_top():
    root = ET.fromstring(territory_map(BELONGINGS, TERRITORIES, chosen=4, address="/carte/%s/?a=1&b=2"))
    on = [link for link in root.iter("a") if link.get("class") == "is-on"]
    assert [(link.get("data-t"), link.get("aria-current"), link.get("href")) for link in on] == [
        ("4", "true", "/carte/4/?a=1&b=2")
    ]
    assert [path.get("d") for path in root.iter("path") if path.get("class") == "on-top"] == [
        on[0].find("path").get("d")
    ]


def test_communes_answer_to_a_click():
    root = ET.fromstring(territory_map(BELONGINGS, TERRITORIES, communes=True))
    hits = {path.get("data-code"): path for path in root.iter("path") if path.get("class") == "hit"}
    assert set(hits) == set(sheet().plan.faces)
    assert hits["13014"].find("title").text == "Berre-l’Étang"


def test_hostile_names_are_escaped():
    hostile = (TerritoryFacts(1, '<script>"&', "x", 1), *TERRITORIES[1:])
    root = ET.fromstring(territory_map(BELONGINGS, hostile, ident='a"><b', address='/"><x>%s'))
    assert next(root.iter("a")).get("aria-label") == 'Territoire 1, <script>"&'
    ET.fromstring(choropleth(BELONGINGS, {1: '"><x'}, {1: "<&>"}, title="<&>"))


def test_a_choropleth_has_a_class_and_a_value_a_territory():
    root = ET.fromstring(choropleth(BELONGINGS, {4: "q3"}, {4: "42 %"}, title="Heures acceptées par territoire"))
    assert root.get("role") == "img"
    assert root.find("title").text == "Heures acceptées par territoire"
    assert [path.get("class") for path in root.iter("path") if path.get("class") == "terr q3"] == ["terr q3"]
    assert [text.text for text in root.iter("text")] == ["42 %"]


def test_geojson_is_what_a_map_library_expects():
    collection = json.loads(json.dumps(features(BELONGINGS, TERRITORIES)))
    assert len(collection["features"]) == 136
    for feature in collection["features"]:
        assert feature["geometry"]["type"] == "MultiPolygon"
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                assert all(4 < x < 6.2 and 43 < y < 44 for x, y in ring)
    by_code = {feature["id"]: feature["properties"] for feature in collection["features"]}
    assert by_code["84089"] == {
        "code": "84089",
        "name": "Pertuis",
        "territory": 4,
        "territory_name": "Pays d’Aix",
        "colour": 4,
        "confidence": "high",
        "to_confirm": False,
    }
    assert sum(facts["to_confirm"] for facts in by_code.values()) == 23


def test_points_of_communes_lie_in_or_near_their_outline():
    outlines = sheet().detail
    for one in BELONGINGS:
        if one.commune.code in outlines.faces:
            xs = [x / outlines.precision for ring in outlines.rings(one.commune.code) for x, _ in ring]
            ys = [y / outlines.precision for ring in outlines.rings(one.commune.code) for _, y in ring]
            assert min(xs) < one.commune.longitude < max(xs)
            assert min(ys) < one.commune.latitude < max(ys)


@pytest.mark.django_db
def test_a_confirmation_in_the_database_changes_the_map(loaded):
    day = date(2026, 12, 1)
    before = territory_map(queries.belongings(day), queries.territories())
    confirm_perimeter(
        author_label="Département",
        commune_code="13100",
        territory_number=9,
        valid_from=day,
        source="Note du 24/11/2026",
        now=datetime(2026, 11, 25, tzinfo=UTC),
    )
    after = territory_map(queries.belongings(day), queries.territories())
    assert "23 communes" in before
    assert "22 communes" in after
    assert territory_map(queries.belongings(date(2026, 11, 30)), queries.territories()) == before
