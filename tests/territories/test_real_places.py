"""Places of execution as really published: each has an answer, and none is assigned by a supposition."""

import json
from collections import Counter

import pytest

from levier.territories import published
from levier.territories.labels import location_sentence
from levier.territories.rules import Ground, locate, place_kind
from levier.territories.values import Belonging, Outcome, PerimeterConfidence

pytestmark = pytest.mark.real_files
PERIMETERS = {row.commune: row for row in published.perimeters()}
GROUND = Ground(
    tuple(
        Belonging(one.facts, PERIMETERS[one.facts.code].territory, PERIMETERS[one.facts.code].confidence)
        for one in published.communes()
    ),
    tuple(row.number for row in published.facilitators()),
    published.home(),
)


def places(folder):
    for path in sorted(folder.glob("20*-format/*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        marches = content.get("marches", content)
        records = (
            marches
            if isinstance(marches, list)
            else [*(marches.get("marche") or []), *(marches.get("contrat-concession") or [])]
        )
        for record in records:
            place = record.get("lieuExecution") if isinstance(record, dict) else None
            if isinstance(place, dict):
                yield str(place.get("code") or ""), str(place.get("typeCode") or ""), str(place.get("nom") or "")


def test_every_published_place_has_an_answer(shared_data):
    low = {code for code, row in PERIMETERS.items() if row.confidence is PerimeterConfidence.LOW}
    low_names = {one.commune.name for one in GROUND.belongings if one.commune.code in low}
    outcomes = Counter()
    for code, kind, name in places(shared_data / "decp"):
        location = locate(code, place_kind(kind), name, GROUND)
        outcomes[location.outcome] += 1
        assert location_sentence(location)
        assert (location.territory is not None) == (location.outcome is Outcome.ASSIGNED)
        assert bool(location.proposals) == (location.outcome is not Outcome.OUTSIDE)
        if location.outcome is Outcome.ASSIGNED:
            assert not low_names & set(location.proposals[0].communes)
        if code.startswith("13") and len(code) in {2, 5}:
            assert location.outcome is not Outcome.OUTSIDE
    assert outcomes.total() > 6_000
    assert outcomes[Outcome.ASSIGNED] > 90
