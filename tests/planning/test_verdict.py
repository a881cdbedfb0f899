"""The verdict beyond its worked table: what never depends on what, and what is said."""

import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from levier.commands.plan import plan
from levier.planning.labels import INSTRUMENTS, PROBLEMS, verdict_label
from levier.planning.needs import sizing_of
from levier.planning.rules import verdict
from levier.planning.values import Basis, Instrument, LocalSupply, PlanVerdict, VerdictFacts
from levier.procurement.rules import obligations
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts
from levier.reference.published import published_catalogue
from levier.sizing.calculation import SizingChoice, size
from levier.sizing.purchase_sectors import by_cpv, by_words, sector_of, sectors
from levier.spreadsheets.amounts import Tax

CATALOGUE = published_catalogue()
DAY = date(2027, 3, 1)


def judged(**facts: object) -> PlanVerdict:
    usual = {
        "amount": Decimal(150_000),
        "consultation": DAY,
        "object": ContractObject.SERVICES,
        "text": "Blanchisserie",
        "cpv": "98310000",
    }
    return verdict(VerdictFacts(**(usual | facts)), CATALOGUE).result


facts_drawn = st.builds(
    VerdictFacts,
    amount=st.one_of(st.none(), st.decimals(min_value=0, max_value=20_000_000, places=2)),
    consultation=st.dates(min_value=date(2024, 1, 1), max_value=date(2029, 12, 31)),
    object=st.one_of(st.none(), st.sampled_from(ContractObject)),
    text=st.sampled_from(
        ["", "Nettoyage des vitres", "Enrobés RD 1", "Étude vélo", "Tonte", "Marché d’insertion", "Divers", "Mobilier"]
    ),
    cpv=st.sampled_from(["", "45233220", "90911300", "71241000", "77310000", "45000000", "99999999", "39130000"]),
    duration_months=st.one_of(st.none(), st.integers(1, 96)),
    lots=st.one_of(st.none(), st.integers(1, 12)),
    tax=st.sampled_from(Tax),
    buyer=st.sampled_from(BuyerLevel),
    supply=st.builds(
        LocalSupply,
        st.one_of(st.none(), st.integers(0, 60)),
        st.one_of(st.none(), st.decimals(min_value=0, max_value=200, places=1)),
    ),
)


@settings(max_examples=300, deadline=None)
@given(facts_drawn)
def test_a_verdict_is_always_given_with_reasons_and_articles_in_force(facts: VerdictFacts):
    found = verdict(facts, CATALOGUE).result
    assert found.reasons
    assert all(reason.endswith(".") and reason[0] == reason[0].upper() for reason in found.reasons)
    assert verdict_label(found)
    assert (found.basis is Basis.UNDECIDED) == (not facts.amount or found.nature is None)
    if found.hours:
        assert found.hours.low <= found.hours.hours <= found.hours.high
    if facts.consultation < date(2026, 8, 21):
        assert "CCP L2112-2-1" not in {article.code for article in found.articles}
    if found.basis in {Basis.OBLIGATION, Basis.POLICY}:
        assert found.instrument not in {Instrument.NONE, Instrument.SOCIAL_CRITERION}
        assert found.articles
    if found.basis is Basis.NONE:
        assert found.instrument is Instrument.NONE


@settings(max_examples=150, deadline=None)
@given(facts_drawn)
def test_the_law_decides_before_anything_else(facts: VerdictFacts):
    """Whatever the supply, the words or the duration: where the screening rule says statutory, the verdict is an obligation."""
    found = verdict(facts, CATALOGUE).result
    if (
        found.basis is Basis.UNDECIDED
        or facts.tax is Tax.INCLUDED
        or facts.consultation.year > 2027
        or facts.amount is None
    ):
        return
    assert found.nature is not None
    screening = ScreeningFacts(found.nature, facts.amount, facts.consultation, facts.duration_months or 12, facts.buyer)
    statutory = obligations(screening, CATALOGUE).result.statutory
    assert (found.basis is Basis.OBLIGATION) == statutory


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([key for key, sector in sectors().items() if sector.share and not sector.intellectual]),
    st.decimals(min_value=1, max_value=10_000_000, places=2),
)
def test_the_hours_are_those_of_the_sizing_of_a_lot(key: str, amount: Decimal):
    sector = sectors()[key]
    told = by_words(sector.label) or sector_of("", sector.label, sector.nature)
    assert told is not None
    chosen = told.sector
    sized, lot = (
        sizing_of(told, amount, CATALOGUE, DAY),
        size(SizingChoice(amount, chosen.share, chosen.rate, chosen.cost), CATALOGUE, DAY),
    )
    if chosen.intellectual:
        return
    assert sized is not None
    assert (sized.hours, sized.weeks, sized.people) == (lot.hours, lot.weeks, lot.people)


def test_every_sector_has_its_figures_and_every_code_its_sector():
    for sector in sectors().values():
        for key in filter(None, (sector.share, sector.rate, sector.cost)):
            assert CATALOGUE.at(key, DAY).value > 0
        if sector.service:
            assert CATALOGUE.at(f"policy.services.{sector.service}", DAY) is not None
        assert sector.nature in set(ContractObject)
    assert by_cpv("45261000").sector.key == "roofing"
    assert by_cpv("45233221").sector.key == "road_equipment"
    assert by_cpv("99999999") is None


def test_words_tell_the_sector_where_the_code_says_little():
    assert sector_of("45000000", "Réfection de la toiture").sector.key == "roofing"
    assert sector_of("45261000", "Peinture").sector.key == "roofing"
    assert sector_of("", "Ponctuel") is None
    assert sector_of("", "Achat divers", "works").how == "nature"


def test_unknown_supply_is_not_an_empty_one():
    small = {"amount": Decimal(60_000)}
    assert judged(**small).instrument is Instrument.FULL_RESERVATION
    assert judged(**small, supply=LocalSupply(0)).instrument is not Instrument.FULL_RESERVATION
    assert judged(supply=LocalSupply(31, Decimal(29))).potential == "reservation"
    assert judged().potential is None


def test_an_amount_with_tax_is_brought_back_before_the_threshold():
    at_threshold = {"text": "Conseil", "cpv": "79410000", "amount": Decimal(216_000)}
    assert judged(**at_threshold).basis is Basis.OBLIGATION
    with_tax = judged(**at_threshold, tax=Tax.INCLUDED)
    assert with_tax.basis is not Basis.OBLIGATION
    assert any("À confirmer" in one and "taxes" in one for one in with_tax.assumed)


def test_intellectual_services_get_hours_by_tranche_and_ideas_of_tasks():
    found = judged(text="Maîtrise d’œuvre du collège", cpv="71200000", amount=Decimal(400_000), duration_months=24)
    assert found.hours is not None
    assert found.hours.hours == 200
    assert found.tasks
    assert any("tranche" in reason for reason in found.reasons)


def test_every_code_has_its_words():
    assert set(INSTRUMENTS) == set(Instrument)
    assert all(word[0].isupper() for word in PROBLEMS.values())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--mapping", "montant=D"], "montant"),
        (["--mapping", "amount"], "amount=D"),
        (["--sheet", "Rien"], "Rien"),
        (["--mapping", "amount=ZZ"], "ZZ"),
    ],
)
def test_a_wrong_designation_is_said(tmp_path, options: list[str], said: str):
    path = tmp_path / "plan.csv"
    path.write_text("Objet;Montant HT\nToiture;1000\n", encoding="utf-8")
    ended = CliRunner().invoke(plan, ["check", str(path), *options])
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_a_plan_in_words(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text(
        "Référence;Objet;Nature;Montant HT\nA1;Toiture;Travaux;250 000\nA2;Sols;Travaux;à définir\n", encoding="utf-8"
    )
    ended = CliRunner().invoke(plan, ["check", str(path)])
    assert ended.exit_code == 0
    assert "2\u00a0lignes lues, 1 à corriger" in ended.output
    assert "Politique du Département" in ended.output
    assert "Montant illisible" in ended.output


def test_each_line_of_the_json_has_its_verdict(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("Objet;Montant HT;CPV\nGardiennage du siège;300 000;79713000\n", encoding="utf-8")
    line = json.loads(CliRunner().invoke(plan, ["check", str(path), "--json"]).stdout)["expected_lines"][0]
    assert line["verdict"] == "obligation"
    assert set(line["hours"]) == {"low", "central", "high"}
    assert "CCP L2112-2-1" in line["articles"]
    assert line["nature"] is None
    assert line["nature_proposed"] == "services"
