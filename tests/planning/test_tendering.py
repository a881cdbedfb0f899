"""What holds a publication, waivers, and awards reserved to the social economy."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.objections import NotForYou, Refusal
from levier.foundation.periods import add_months
from levier.planning import tender_actions
from levier.planning.models import EssAward, ObligationWaiver, TenderPublication
from levier.planning.tender_queries import tender_state, waivers_by_ground
from levier.planning.tendering import (
    CONDITIONS,
    TenderFacts,
    TenderRefusal,
    WaiverScope,
    holds_publication,
    months_apart,
    nearest_award,
)
from levier.planning.values import Instrument
from levier.procurement.actions import screen_contract
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts, WaiverGround
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.web import clock
from tests.web.test_contract_pages import get, words
from tests.world import NOW, World, siret

CATALOGUE = published_catalogue()
ABOVE, BELOW = 6_000_000, 300_000


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def screened(
    world: World, estimate: int, *, months: int = 14, on: date = date(2026, 11, 1), reference: str = "2026-0900"
):
    from decimal import Decimal

    contract = world.contract(reference).contract
    facts = ScreeningFacts(ContractObject.WORKS, Decimal(estimate), on, months, BuyerLevel.LOCAL)
    screen_contract(
        actor=world.actors["mission"],
        contract_id=contract.public_id,
        facts=facts,
        confirmed=True,
        catalogue=CATALOGUE,
        now=NOW,
    )
    return contract


def publish(world: World, contract, who: str = "buyer", on: date = date(2026, 11, 20)):
    return tender_actions.publish_tender(
        actor=world.actors[who], contract_id=contract.public_id, on=on, catalogue=CATALOGUE, now=NOW
    )


def waive(world: World, contract, who: str = "buyer", ground=WaiverGround.NO_SUFFICIENT_LINK, reason="Simple location de matériel sans personnel",
          scope=WaiverScope.LAW):  # fmt: skip
    return tender_actions.waive_obligation(
        actor=world.actors[who], contract_id=contract.public_id, scope=scope, ground=ground, reason=reason, now=NOW
    )


def choose(world: World, contract, instrument: Instrument, who: str = "buyer"):
    return tender_actions.choose_condition(
        actor=world.actors[who], contract_id=contract.public_id, instrument=instrument, note="", now=NOW
    )


def test_a_tender_passes_exactly_when_the_law_is_met_or_set_aside():
    some = [frozenset(), frozenset({WaiverScope.LAW}), frozenset({WaiverScope.POLICY}), frozenset(WaiverScope)]
    for known, statutory, instrument, waived in product([True, False], [True, False], [None, *Instrument], some):
        held = holds_publication(TenderFacts(known, statutory, True, instrument, waived))
        assert (held is None) == (known and (not statutory or instrument in CONDITIONS or WaiverScope.LAW in waived))


def test_publication_is_held_with_the_article_until_a_condition_is_chosen(world: World):
    contract = screened(world, ABOVE)
    with pytest.raises(Refusal, match=r"L\. 2112-2-1"):
        publish(world, contract)
    choose(world, contract, Instrument.SOCIAL_CRITERION)
    with pytest.raises(Refusal, match="critère seul"):
        publish(world, contract)
    choose(world, contract, Instrument.EXECUTION_CLAUSE)
    assert publish(world, contract).published_on == date(2026, 11, 20)
    with pytest.raises(Refusal, match="déjà publiée"):
        publish(world, contract)
    with pytest.raises(Refusal, match="déjà publiée"):
        choose(world, contract, Instrument.CLAUSE_AND_CRITERION)


def test_a_waiver_opens_the_publication_and_stays_in_the_register(world: World):
    contract = screened(world, ABOVE)
    made = waive(world, contract)
    assert (made.decided_by_label, made.at, made.ground) == ("Buyer Essai", NOW, "no_sufficient_link")
    assert "obligation.statutory@2026-08-21" in made.versions
    publish(world, contract)
    assert waivers_by_ground(world.actors["mission"]) == {("law", "no_sufficient_link"): 1}
    assert waivers_by_ground(world.actors["stranger_buyer"]) == {}
    with pytest.raises(DatabaseError), transaction.atomic():
        ObligationWaiver.objects.update(reason="autre")


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"reason": "non"}, TenderRefusal.NO_REASON), ({"ground": None}, TenderRefusal.GROUND),
        ({"ground": WaiverGround.SHORT_WORKS}, TenderRefusal.GROUND_NOT_OPEN),
    ],
)  # fmt: skip
def test_a_waiver_needs_an_open_ground_and_a_reason(world: World, given_, code):
    contract = screened(world, ABOVE)
    with pytest.raises(Refusal) as refused:
        waive(world, contract, **given_)
    assert refused.value.objections[0].code == code
    assert not ObligationWaiver.objects.exists()


def test_short_works_may_be_waived_for_that_ground(world: World):
    assert waive(world, screened(world, ABOVE, months=5), ground=WaiverGround.SHORT_WORKS)


def test_nothing_is_waived_where_nothing_is_asked_and_the_policy_holds_nothing(world: World):
    contract = screened(world, BELOW)
    with pytest.raises(Refusal, match="rien à écarter"):
        waive(world, contract)
    assert waive(world, contract, scope=WaiverScope.POLICY).scope == "policy"
    other = screened(world, BELOW, reference="2026-0901")
    assert publish(world, other)


def test_an_unscreened_tender_is_held(world: World):
    contract = world.contract().contract
    with pytest.raises(Refusal, match="pas encore examiné"):
        publish(world, contract)
    with pytest.raises(Refusal, match="pas encore examiné"):
        waive(world, contract)


def test_the_duty_is_that_of_the_day_of_publication(world: World):
    before = screened(world, ABOVE, on=date(2026, 8, 1))
    assert not tender_state(before).facts.statutory
    with pytest.raises(Refusal, match="Refaites l’examen"):
        publish(world, before, on=date(2026, 9, 1))
    assert publish(world, before, on=date(2026, 8, 10))


@pytest.mark.parametrize("who", ["stranger_buyer", "near", "far", "company", "rival"])
def test_others_prepare_nothing(world: World, who: str):
    contract = screened(world, ABOVE)
    for act in (
        lambda: publish(world, contract, who), lambda: waive(world, contract, who), lambda: choose(world, contract, Instrument.EXECUTION_CLAUSE, who),
        lambda: ess(world, contract, who=who),
    ):  # fmt: skip
        with pytest.raises(NotForYou):
            act()
    assert not TenderPublication.objects.exists()


def ess(world: World, contract, *, who: str = "buyer", firm: str = "", on: date = date(2026, 11, 20), months: int = 36):
    return tender_actions.record_ess_award(
        actor=world.actors[who], contract_id=contract.public_id, siret=firm or siret(500), name="Coopérative d’essai", awarded_on=on,
        duration_months=months, catalogue=CATALOGUE, now=NOW,
    )  # fmt: skip


def test_a_reserved_contract_lasts_three_years_at_most(world: World):
    with pytest.raises(Refusal, match=r"L\. 2113-16"):
        ess(world, world.contract().contract, months=37)
    assert ess(world, world.contract("2026-2").contract, months=36)


def test_no_second_award_to_the_firm_within_three_years_before_or_after(world: World):
    first = date(2026, 11, 20)
    ess(world, world.contract("A").contract, on=first)
    for day in (add_months(first, 36) - timedelta(days=1), first, add_months(first, -36) + timedelta(days=1)):
        with pytest.raises(Refusal, match=r"L\. 2113-16"):
            ess(world, world.contract(f"B-{day}").contract, on=day)
    other_establishment = f"{siret(500)[:9]}00029"
    from levier.foundation.identifiers import luhn

    twin = next(f"{other_establishment[:13]}{key}" for key in range(10) if luhn(f"{other_establishment[:13]}{key}"))
    with pytest.raises(Refusal, match=r"L\. 2113-16"):
        ess(world, world.contract("twin").contract, firm=twin, on=add_months(first, 12))
    assert ess(world, world.contract("C").contract, on=add_months(first, 36))
    assert ess(world, world.contract("D").contract, firm=siret(501), on=first), "another firm"
    elsewhere = world.contract("E").contract
    elsewhere.buyer = world.organisation("Commune d’ailleurs", "buyer")
    elsewhere.save()
    assert ess(world, elsewhere, who="stranger_buyer", on=first), "another buyer"
    assert EssAward.objects.count() == 4


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 240), st.integers(1, 27))
def test_months_apart_are_whole_and_symmetric(day: date, months: int, days: int):
    later = add_months(day, months)
    assert months_apart(day, later) == months_apart(later, day) == months
    if day.day <= 28:
        assert months_apart(day, later - timedelta(days=days)) == (months - 1 if months else 0)


def test_the_nearest_award_counts():
    assert nearest_award(date(2026, 1, 1), []) is None
    assert nearest_award(date(2026, 1, 1), [date(2020, 1, 1), date(2027, 1, 1)]) == 12


def test_the_pages_show_the_state_refuse_and_publish(world: World):
    load_published(NOW)
    contract = screened(world, ABOVE)
    page = words(get(world, "buyer", "tender", contract.public_id))
    assert "Publication retenue" in page
    assert "L. 2112-2-1" in page
    buyer, address = world.client("buyer"), reverse("tender", args=[contract.public_id])
    held = buyer.post(address, {"do": "publish", "on": "2026-11-20"})
    assert held.status_code == 422
    assert "motif de dispense" in words(held)
    wrong = buyer.post(address, {"do": "waiver", "scope": "law", "ground": "", "reason": "Ma raison tapée reste là"})
    assert wrong.status_code == 422
    assert "Ma raison tapée reste là" in words(wrong)
    assert (
        buyer.post(
            address,
            {"do": "waiver", "scope": "law", "ground": "no_sufficient_link", "reason": "Location sèche de matériel"},
        ).status_code
        == 303
    )
    assert "Rien ne retient la publication" in words(get(world, "mission", "tender", contract.public_id))
    assert buyer.post(address, {"do": "publish", "on": "20/11/2026"}).status_code == 303
    assert "Publiée" in words(get(world, "buyer", "tender", contract.public_id))
    register = words(get(world, "mission", "waivers"))
    assert "Location sèche de matériel" in register
    assert "Buyer Essai" in register
    assert "Location sèche" in get(world, "buyer", "waivers-csv").content.decode()
    assert "Location" not in words(get(world, "stranger_buyer", "waivers"))
    assert get(world, "near", "waivers").status_code == 404


def test_the_page_of_a_reserved_award_refuses_with_the_article(world: World):
    load_published(NOW)
    contract = world.contract().contract
    buyer, address = world.client("buyer"), reverse("tender-ess", args=[contract.public_id])
    sent = {"siret": siret(500), "holder": "Coopérative", "awarded_on": "2026-11-20", "duration_months": "48"}
    refused = buyer.post(address, sent)
    assert refused.status_code == 422
    assert "L. 2113-16" in words(refused)
    assert 'value="48"' in refused.content.decode()
    assert buyer.post(address, sent | {"duration_months": "36"}).status_code == 303
    assert "Coopérative" in words(get(world, "buyer", "tender", contract.public_id))
