from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from levier.bids import rules
from levier.bids.refusals import BidRefusal, refuse
from levier.bids.values import GridTerms, OfferScores, OfferTotal, SubCriterionTerms
from levier.foundation.explanation import NoAnswer

LINK = "Le critère porte sur l’accueil et la formation des personnes qui exécuteront les travaux."
GRID = replace(rules.default_grid(), link=LINK)


def with_first(label: str = "", evidence: str = "", weight: str = "3") -> GridTerms:
    first = SubCriterionTerms(label or GRID.lines[0].label, Decimal(weight), evidence)
    return replace(GRID, lines=(first, *GRID.lines[1:]))


def codes(terms: GridTerms) -> set[str]:
    return {one.code for one in rules.objections_to(terms)}


def test_the_shipped_grid_is_accepted_once_its_link_is_written():
    assert codes(rules.default_grid()) == {BidRefusal.NO_LINK}
    assert codes(GRID) == set()


@pytest.mark.parametrize(
    ("terms", "code", "words"),
    [
        (with_first(weight="2"), BidRefusal.WEIGHTS, "font 9 points : ils doivent faire 10, le poids du critère. Corrigez-les. Ajoutez 1 point."),
        (with_first(weight="4.5"), BidRefusal.WEIGHTS, "font 11,5 points : ils doivent faire 10, le poids du critère. Corrigez-les. Retirez 1,5 point."),
        (with_first(weight="0"), BidRefusal.LINE_WEIGHT, "plus grand que zéro"),
        (with_first(weight="3.001"), BidRefusal.LINE_WEIGHT, "deux décimales"),
        (replace(GRID, lines=()), BidRefusal.NO_LINE, "au moins deux sous-critères"),
        (replace(GRID, points=Decimal(80)), BidRefusal.POINTS, "entre 1 et 60"),
        (replace(GRID, link="RAS"), BidRefusal.NO_LINK, "L. 2152-7"),
        (with_first(GRID.lines[1].label), BidRefusal.LINE_TWICE, "deux fois"),
        (replace(GRID, anchors=(" ", *GRID.anchors[1:])), BidRefusal.ANCHOR, "la note 0"),
        (replace(GRID, minimum_hours=Decimal(-1)), BidRefusal.MINIMUM_HOURS, "zéro"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(terms: GridTerms, code: BidRefusal, words: str):
    found = [one for one in rules.objections_to(terms) if one.code is code]
    assert found
    assert words in refuse(*found).sentences[0].replace("\u00a0", " ")


@pytest.mark.parametrize(
    "label",
    [
        "Emploi de main-d’œuvre locale",
        "Recrutement de salariés locaux",
        "Ancrage territorial de l’entreprise",
        "Part d’habitants du département recrutés",
        "Proximité géographique du siège",
        "Entreprise implantée dans les Bouches-du-Rhône",
        "Personnes résidant à Marseille",
        "Embauche de riverains du chantier",
        "Préférence locale",
    ],
)
def test_local_preference_is_seen(label: str):
    assert codes(with_first(label)) == {BidRefusal.LOCAL_PREFERENCE}


@pytest.mark.parametrize(
    "label",
    [
        "Politique sociale de l’entreprise",
        "Politique RSE du groupe",
        "Label RSE",
        "Performance en matière de RSE",
        "Responsabilité sociétale",
        "Politique générale de l’entreprise",
        "Mécénat",
        "Part des salariés handicapés de l’entreprise",
    ],
)
def test_a_judgement_on_the_whole_firm_is_seen(label: str):
    assert codes(with_first(label)) == {BidRefusal.GENERAL_POLICY}


@pytest.mark.parametrize(
    "label",
    [
        "Nombre d’heures de formation par personne recrutée pour ce marché",
        "Partenariats avec les structures d’insertion",
        "Temps réservé par le tuteur, son expérience, sa formation",
        "Suites proposées : embauche en CDI sur les postes du marché",
        "Accompagnement vers le logement et la mobilité",
        "Adaptation des postes aux personnes éloignées de l’emploi",
        "Lettres des missions locales et des SIAE",
        "Organisation de l’accueil dans l’équipe de l’entreprise",
    ],
)
def test_honest_words_pass(label: str):
    assert codes(with_first(label)) == set()


def test_every_text_of_the_grid_is_read():
    assert codes(with_first(evidence="Liste des salariés locaux")) == {BidRefusal.LOCAL_PREFERENCE}
    assert BidRefusal.GENERAL_POLICY in codes(
        replace(GRID, link="Le critère juge la politique RSE du candidat en général.")
    )
    assert BidRefusal.LOCAL_PREFERENCE in codes(replace(GRID, anchors=(*GRID.anchors[:4], "Emplois locaux garantis")))


points = st.integers(0, 1_000).map(lambda cents: Decimal(cents) / 100)
others = st.integers(0, 9_000).map(lambda cents: Decimal(cents) / 100)
hours = st.integers(0, 1_000_000).map(lambda cents: Decimal(cents) / 100)
calmly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the rule."""


@calmly
@given(st.lists(st.tuples(others, points), min_size=1, max_size=6))
def test_the_same_weight_changes_nothing(pairs):
    offers = tuple(OfferTotal(f"E{n}", other, social) for n, (other, social) in enumerate(pairs))
    answer = rules.with_another_weight(Decimal(10), Decimal(10), offers).result
    assert not answer.ranking_changes
    assert all(one.total == one.new_total and one.rank == one.new_rank for one in answer.offers)


@calmly
@given(st.lists(st.tuples(others, points), min_size=1, max_size=6), st.integers(1, 99).map(Decimal))
def test_an_offer_at_least_as_good_everywhere_is_never_behind(pairs, weight):
    best = (max(p[0] for p in pairs), max(p[1] for p in pairs))
    offers = tuple(OfferTotal(f"E{n}", other, social) for n, (other, social) in enumerate([*pairs, best]))
    assert rules.with_another_weight(Decimal(10), weight, offers).result.offers[-1].new_rank == 1


@calmly
@given(st.lists(st.tuples(others, st.lists(st.integers(0, 4), min_size=4, max_size=4)), min_size=1, max_size=4))
def test_one_point_tries_every_neighbour_of_the_scale(offers):
    weights = [Decimal(3), Decimal(3), Decimal(2), Decimal(2)]
    given_ = [OfferScores(f"E{n}", other, tuple(map(Decimal, scores))) for n, (other, scores) in enumerate(offers)]
    answer = rules.with_one_point(weights, given_).result
    assert answer.tried == sum(1 if score in {0, 4} else 2 for _, scores in offers for score in scores)
    assert all(abs(one.new_score - one.score) == 1 and 0 <= one.new_score <= 4 for one in answer.changes)


def test_impossible_scores_have_no_answer():
    with pytest.raises(NoAnswer, match="4 notes"):
        rules.with_one_point([Decimal(1)] * 4, [OfferScores("A", Decimal(0), (Decimal(5),) * 4)])


@calmly
@given(hours, st.none() | hours)
def test_due_is_never_below_the_minimum_nor_the_offer(minimum, offered):
    due = rules.due_hours(minimum, offered).result.hours
    assert due == max(minimum, offered or Decimal(0))
