import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from levier.drafting import citations, rules
from levier.drafting.samples import CONTACTS, CONTRACT, PUBLICS
from levier.drafting.values import Ccag, CriterionFacts, KitChoice, KitInstrument, LotChoice, Prepared, Rhythm
from levier.reference.articles import article_at, published_articles
from levier.reference.published import published_catalogue

DAY = date(2026, 11, 25)
CRITERION = CriterionFacts(
    Decimal(10), "Lien.", (("Accueil", Decimal(6), "CV"), ("Formation", Decimal(4), "")), ("a", "b", "c", "d", "e"), closed=True,
    minimum_hours=Decimal(420),
)  # fmt: skip


def prepared(
    instrument: KitInstrument, *, contract=CONTRACT, criterion=CRITERION, contacts=CONTACTS, **changes
) -> Prepared:
    choice = KitChoice(
        instrument,
        DAY,
        (LotChoice(1, "Premier lot", Decimal(420), (1,)),),
        Ccag.WORKS,
        Rhythm.MONTH,
        Decimal(50),
        Decimal(75),
    )
    return rules.prepare(
        replace(choice, **changes),
        contract,
        contacts=contacts,
        criterion=criterion,
        publics=PUBLICS,
        catalogue=published_catalogue(),
    )


def blocking(found: Prepared) -> list[str]:
    return [gap.sentence.replace("\u00a0", " ") for gap in found.gaps if gap.blocks]


CITED = {
    KitInstrument.EXECUTION_CONDITION: {"L2112-2"},
    KitInstrument.CONDITION_AND_CRITERION: {"L2112-2", "L2152-7", "R2152-7", "R2152-11"},
    KitInstrument.CRITERION: {"L2152-7", "R2152-7", "R2152-11"},
    KitInstrument.RESERVED_DISABILITY: {"L2113-12", "R2113-7", "L5213-13", "L344-2"},
    KitInstrument.RESERVED_SIAE: {"L2113-13", "R2113-7", "L5132-4"},
    KitInstrument.RESERVED_BOTH: {"L2113-12", "L2113-13", "L2113-14", "R2113-7", "L5213-13", "L344-2", "L5132-4"},
    KitInstrument.RESERVED_ESS: {"L2113-15", "L2113-16", "R2113-8", "ESS-1"},
    KitInstrument.INSERTION_CONTRACT: {"R2123-1"},
}


@pytest.mark.parametrize(("instrument", "codes"), CITED.items())
def test_each_instrument_cites_its_own_articles(instrument: KitInstrument, codes: set[str]):
    found = {version.partition("@")[0] for version in prepared(instrument).versions if "." not in version}
    assert found == codes | {"L2195-3", "L2193-3", "CCAG-TRAVAUX-20"}


@pytest.mark.parametrize("instrument", list(KitInstrument))
@pytest.mark.parametrize("day", [date(2018, 3, 1), date(2020, 3, 1), date(2026, 8, 20), date(2026, 8, 21), DAY])
def test_only_articles_in_force_that_day_are_cited(instrument: KitInstrument, day: date):
    found = prepared(instrument, consultation_on=day, contract=replace(CONTRACT, statutory=True))
    for version in found.versions:
        article = next((one for one in published_articles() if one.version == version), None)
        assert article is None or article.covers(day), version
    written = str(found.context["textes"])
    assert ("2112-2-1" in written) is (day >= date(2026, 8, 21) and instrument.condition)
    assert ("CCAG" in written) is (day >= date(2021, 4, 1))


def test_an_instrument_without_basis_that_day_is_refused_with_the_article():
    (first, *_) = blocking(prepared(KitInstrument.RESERVED_SIAE, consultation_on=date(2018, 3, 1)))
    assert first == (
        "L’article L. 2113-13 du code de la commande publique n’est pas en vigueur au 1er mars 2018. "
        "Corrigez la date de la consultation, ou choisissez un autre moyen juridique."
    )


def test_an_article_that_nobody_read_is_said_to_be_unverified():
    (gap,) = [gap for gap in prepared(KitInstrument.EXECUTION_CONDITION).gaps if gap.unverified]
    assert "article 20.1 du CCAG-Travaux" in gap.sentence
    assert not [gap for gap in prepared(KitInstrument.EXECUTION_CONDITION, ccag=Ccag.COMPUTING).gaps if gap.unverified]


def test_articles_are_listed_as_one_writes_them():
    one, two = article_at("ccp.conditions", DAY), article_at("ccp.obligation", DAY)
    plain = lambda text: text.replace("\u00a0", " ")  # noqa: E731 - a word for the lines below
    assert plain(citations.cited([one])) == "de l’article L. 2112-2 du code de la commande publique"
    assert plain(citations.cited([one, two])) == "des articles L. 2112-2 et L. 2112-2-1 du code de la commande publique"
    assert plain(citations.cited([one], bare=True)) == "article L. 2112-2 du code de la commande publique"
    assert citations.cited([]) == ""


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([1], "le marché"), ([3], "le lot n° 3"), ([1, 3], "les lots n° 1 et 3"), ([1, 2, 5], "les lots n° 1, 2 et 5")],
)
def test_lots_in_words(numbers, words):
    assert rules.lots_in_words(numbers).replace("\u00a0", " ") == words


def test_what_blocks_and_what_is_only_left_to_complete():
    assert blocking(prepared(KitInstrument.EXECUTION_CONDITION)) == []
    assert (
        "écrivez les heures demandées"
        in blocking(prepared(KitInstrument.EXECUTION_CONDITION, lots=(LotChoice(1, "L", None, (1,)),)))[0]
    )
    assert blocking(prepared(KitInstrument.EXECUTION_CONDITION, lots=())) == ["Cochez au moins un lot."]
    two = (LotChoice(1, "A", Decimal(1), (1,)), LotChoice(2, "B", Decimal(1), (1,)))
    assert "un seul lot" in blocking(prepared(KitInstrument.CONDITION_AND_CRITERION, lots=two))[0]
    assert (
        "pas encore écrite"
        in blocking(prepared(KitInstrument.CRITERION, criterion=None, lots=(LotChoice(1, "L", None, (1,)),)))[0]
    )
    assert "même nombre" in blocking(prepared(KitInstrument.CRITERION))[0]
    nobody = prepared(KitInstrument.EXECUTION_CONDITION, contacts={}, penalty_hour=None, penalty_late_day=None)
    assert blocking(nobody) == []
    assert len(nobody.gaps) == 4
    assert nobody.context["facilitateurs"][0]["nom"] == "[à compléter\u00a0: le facilitateur]"


def test_a_mandatory_condition_is_not_replaced_by_a_criterion():
    statutory = replace(CONTRACT, statutory=True)
    zero = replace(CRITERION, minimum_hours=Decimal(0))
    assert "obligatoire" in blocking(prepared(KitInstrument.CRITERION, contract=statutory, criterion=zero))[0]
    assert blocking(prepared(KitInstrument.CRITERION, criterion=zero)) == []


def test_a_reservation_to_the_social_economy_lasts_three_years_at_most():
    assert blocking(prepared(KitInstrument.RESERVED_ESS, contract=replace(CONTRACT, duration_months=36))) == []
    (sentence,) = blocking(prepared(KitInstrument.RESERVED_ESS, contract=replace(CONTRACT, duration_months=37)))
    assert "L. 2113-16" in sentence
    assert "36 mois" in sentence


def test_the_shipped_articles_are_coherent():
    spans: dict[str, list] = {}
    for one in published_articles():
        assert one.label.startswith("article ")
        assert one.source
        assert re.fullmatch(r"[\w.]+", one.group)
        spans.setdefault(one.group, []).append((one.valid_from, one.valid_until or date.max))
    for group, periods in spans.items():
        ordered = sorted(periods)
        assert all(end < start for (_, end), (start, _) in pairwise(ordered)), group
