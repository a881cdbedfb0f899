"""Sizing a lot by every method, a study's note, and two studies side by side."""

import io
from decimal import Decimal

import pypdfium2
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation.quantities import half_up
from levier.organisations.values import StructureKind
from levier.procurement.models import Lot, LotTerritory
from levier.reference.published import published_catalogue
from levier.sizing.actions import keep_study
from levier.sizing.calculation import SizingChoice
from levier.sizing.comparing import FACTORS, standard_differences
from levier.sizing.labels import METHODS
from levier.sizing.models import Study
from levier.supply.actions import save_structure
from levier.supply.values import StructureFacts, Trade
from levier.territories.actions import load_published as load_territories
from levier.territories.queries import belongings
from levier.web import clock
from levier.web.studies import lines_of
from tests.reading import words
from tests.supply.test_directory import SHELL
from tests.world import NOW, World, siret

CASES = {
    "labour_share": {"amount": "1 000 000", "labour_share": "50 %", "labour_share_low": "30 %", "insertion_rate": "5 %", "hourly_cost": "30"},
    "cleaning": {"turnover": "300 000", "months": "12", "transferable_hours": "700", "transferable_hours_high": "875", "insertion_rate": "10 %"},
    "invoiced_tranche": {"invoiced": "3 000 000", "invoiced_low": "2 500 000", "trigger": "2 700 000", "tranche": "2 000", "mode": "excess"},
    "worked_share": {"insertion_rate": "5 %", "margin": "10 %", "orders-0-worked_hours": "10 000", "orders-0-period": "2026"},
    "stepped_rate": {"margin": "10 %", "years-0-worked_hours": "10 000", "years-0-insertion_rate": "5 %"},
    "training_clause": {"amount": "150 000"},
}  # fmt: skip
HOURS = {
    "labour_share": 833,
    "cleaning": 360,
    "invoiced_tranche": 150,
    "worked_share": 500,
    "stepped_rate": 500,
    "training_clause": 300,
}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def lot(world: World) -> Lot:
    return world.contract()


def study(
    world: World, lot: Lot, *, amount: str = "1200000", share: str = "labour_share.masonry", own_rate: str | None = None
) -> Study:
    choice = SizingChoice(
        Decimal(amount), share, "insertion_rate.general", "hourly_cost.works", own_rate=Decimal(own_rate) if own_rate else None
    )  # fmt: skip
    return keep_study(
        actor=world.actors["mission"], lot_id=lot.public_id, choice=choice, catalogue=published_catalogue(), now=NOW
    )


def pdf_text(content: bytes) -> tuple[str, int]:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split()), len(document)


def test_every_method_is_offered_for_a_lot(world: World, lot: Lot):
    first = words(world.client("buyer").get(reverse("lot-size", args=[lot.public_id])))
    for label in METHODS.values():
        assert label in first
    for method, label in METHODS.items():
        if method != "labour_share":
            page = world.client("buyer").get(reverse("lot-methods", args=[lot.public_id]), {"methode": method})
            assert page.status_code == 200
            assert label in words(page)


@pytest.mark.parametrize("method", CASES)
def test_a_method_calculates_keeps_and_prints(world: World, lot: Lot, method: str):
    url = reverse("lot-methods", args=[lot.public_id])
    shown = words(world.client("buyer").get(url, {"methode": method, **CASES[method]}))
    assert f'answer-n">{HOURS[method]} <small>' in shown
    kept = world.client("buyer").post(url, {"methode": method, **CASES[method]})
    found = Study.objects.get()
    assert kept["Location"] == reverse("study", args=[found.public_id])
    assert (found.hours, found.rule) == (HOURS[method], f"sizing.range.{method}")
    assert found.hours_low <= found.hours <= found.hours_high
    page = words(world.client("near").get(kept["Location"]))
    assert METHODS[method] in page
    assert "voir le feu de faisabilité" in page
    text, pages = pdf_text(world.client("near").get(reverse("study-note", args=[found.public_id])).content)
    assert pages == 1
    assert f"{HOURS[method]} heures d’insertion" in text
    assert "semaines d’une personne" in text
    world.client("buyer").post(url, {"methode": method, **CASES[method]})
    assert Study.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "change", "said"),
    [
        ("invoiced_tranche", {"invoiced": "beaucoup"}, "beaucoup"),
        ("invoiced_tranche", {"tranche": "0"}, "supérieur à 0"),
        ("labour_share", {"labour_share_low": "90 %"}, "La valeur basse dépasse"),
        ("training_clause", {"amount": "99 500"}, "tombe entre deux paliers"),
        ("worked_share", {"orders-0-worked_hours": ""}, "Remplissez"),
    ],
)
def test_what_cannot_be_calculated_is_said_and_nothing_typed_is_lost(world: World, lot: Lot, method, change, said):
    typed = {"methode": method, **CASES[method], **change}
    answer = world.client("buyer").post(reverse("lot-methods", args=[lot.public_id]), typed)
    assert answer.status_code == 422
    page = words(answer)
    assert said in page
    for value in typed.values():
        assert value.replace("\u202f", " ") in page
    assert not Study.objects.exists()


def test_strangers(world: World, lot: Lot):
    kept = study(world, lot)
    for name, key in (
        ("lot-methods", lot.public_id),
        ("study-note", kept.public_id),
        ("study-compare", kept.public_id),
    ):
        for who in ("stranger_buyer", "far", "company"):
            assert world.client(who).get(reverse(name, args=[key])).status_code in {403, 404}


def test_a_line_can_be_added(world: World, lot: Lot):
    url = reverse("lot-methods", args=[lot.public_id])
    moved = world.client("buyer").get(url, {"methode": "worked_share", **CASES["worked_share"], "ajouter": "orders"})
    assert moved.status_code == 302
    assert "ligne 2" in words(world.client("buyer").get(moved["Location"].partition("#")[0]))


def test_two_studies_side_by_side(world: World, lot: Lot):
    left = study(world, lot)
    alone = words(world.client("near").get(reverse("study-compare", args=[left.public_id])))
    assert "n’a qu’un calibrage" in alone
    right = study(world, lot, amount="1300000", share="labour_share.interior_painting", own_rate="0.07")
    page = words(world.client("near").get(reverse("study-compare", args=[left.public_id])))
    assert "Deux références différentes" in page
    assert "une valeur choisie pour ce lot de l’autre" in page
    effects = [one.effect for one in standard_differences(left.inputs, right.inputs)]
    assert sum(effects) == right.hours_exact - left.hours_exact
    other = world.contract("2026-0999", territory=5)
    foreign = study(world, other)
    assert (
        world.client("near")
        .get(reverse("study-compare", args=[left.public_id]), {"avec": foreign.public_id})
        .status_code
        == 404
    )
    mission = words(
        world.client("mission").get(reverse("study-compare", args=[left.public_id]), {"avec": foreign.public_id})
    )
    assert "Ce ne sont pas les mêmes lots" in mission


FIGURES = st.fixed_dictionaries({
    "amount": st.decimals("1", "9999999", places=2), "labour_share": st.decimals("0.01", "1", places=3),
    "insertion_rate": st.decimals("0.01", "1", places=3), "hourly_cost": st.decimals("5", "99", places=2),
})  # fmt: skip


@given(left=FIGURES, right=FIGURES)
def test_effects_add_up_exactly(left, right):
    from levier.sizing.rules import exact_hours

    def inputs(figures):
        return {
            "amount": str(figures["amount"]),
            **{name: {"value": str(figures[name]), "version": ""} for name in FACTORS[1:]},
        }

    effects = [one.effect for one in standard_differences(inputs(left), inputs(right))]
    total = half_up(exact_hours(*(right[name] for name in FACTORS)), 2) - half_up(
        exact_hours(*(left[name] for name in FACTORS)), 2
    )
    assert sum(effects) == total


def test_a_lot_of_several_facilitators_shares_its_hours_exactly(world: World, lot: Lot):
    LotTerritory.objects.create(
        lot=lot, territory=world.territory(5), origin="person", decided_by_label="essai", decided_at=NOW
    )
    kept = study(world, lot)
    page = words(world.client("mission").get(reverse("study", args=[kept.public_id])))
    assert "Plusieurs facilitateurs" in page
    half = kept.hours // 2
    assert f"{int(kept.hours - half)} h" in page
    assert f"{int(half)} h" in page
    thirds = words(world.client("mission").get(reverse("study", args=[kept.public_id]), {"part-4": "2", "part-5": "1"}))
    most = round(kept.hours * 2 / 3)
    assert f"{int(most)} h" in thirds
    assert f"{int(kept.hours - most)} h" in thirds
    wrong = words(
        world.client("mission").get(reverse("study", args=[kept.public_id]), {"part-4": "beaucoup", "part-5": "1"})
    )
    assert 'value="beaucoup"' in wrong
    assert "Écrivez un nombre pour chaque territoire" in wrong


CHANGES = {
    "labour_share": {"insertion_rate": "10 %", "hourly_cost": "40"}, "cleaning": {"months": "24", "insertion_rate": "20 %"},
    "invoiced_tranche": {"tranche": "1 000", "mode": "retroactive"}, "worked_share": {"orders-0-worked_hours": "12 000"},
    "stepped_rate": {"years-0-insertion_rate": "7 %"}, "training_clause": {"amount": "700 000"},
}  # fmt: skip


@pytest.mark.parametrize("method", CASES)
def test_two_studies_of_any_method_compare_factor_by_factor(world: World, lot: Lot, method: str):
    url = reverse("lot-methods", args=[lot.public_id])
    for typed in (CASES[method], CASES[method] | CHANGES[method]):
        assert world.client("buyer").post(url, {"methode": method, **typed}).status_code == 303
    left, right = Study.objects.order_by("id")
    lines = lines_of(left, right)
    moved = [one for one in lines if not one.same]
    assert len(moved) == len(CHANGES[method])
    assert all(one.effect for one in moved), "each difference says its hours"
    effects = [
        Decimal(one.effect.rstrip("h\xa0").replace("\u202f", "").replace(",", ".").replace("−", "-")) for one in moved
    ]
    assert sum(effects) == half_up(right.hours_exact - left.hours_exact, 2)
    page = words(world.client("buyer").get(reverse("study-compare", args=[left.public_id]), {"avec": right.public_id}))
    for one in moved:
        assert one.effect.replace("\u202f", " ").replace("\xa0", " ") in page


def test_the_catalogue_and_figures_of_ones_own_compare_too(world: World, lot: Lot):
    left = study(world, lot)
    world.client("buyer").post(
        reverse("lot-methods", args=[lot.public_id]), {"methode": "labour_share", **CASES["labour_share"]}
    )
    right = Study.objects.order_by("-id")[0]
    lines = {one.label: one for one in lines_of(left, right)}
    assert lines["Montant hors taxes"].effect
    assert "Valeurs de référence et arrondis" not in lines


def test_feasibility_reads_the_directory_and_the_people_and_a_person_may_say_otherwise(world: World):
    load_territories(NOW)
    number = next(one.territory for one in belongings(NOW.date()) if one.commune.name == "Aix-en-Provence")
    kept = study(world, world.contract(territory=number))
    here = reverse("study-feasibility", args=[kept.public_id])
    assert reverse("study-feasibility", args=[kept.public_id]) in words(
        world.client("buyer").get(reverse("study", args=[kept.public_id]))
    )
    empty = words(world.client("mission").get(here))
    assert "L’annuaire ne dit rien de ce métier" in empty
    assert "0 personne éligible sans poste" in empty
    world.decision(world.person(territory=number))
    placed = world.person(first="Nadia", territory=number)
    world.decision(placed)
    world.placement(placed)
    world.decision(world.person(first="Ailleurs", territory=number % 9 + 1))
    for number in range(700, 709):
        facts = StructureFacts(siret(number), StructureKind.EI, f"Bâtir {number}", postcode="13090", city="Aix-en-Provence", trades=(Trade.BUILDING,), capacity=Decimal(10))  # fmt: skip
        save_structure(actor=SHELL, facts=facts, now=NOW)
    known = words(world.client("mission").get(here))
    assert "1 personne éligible sans poste" in known
    assert "9 structures" in known
    said = words(world.client("mission").get(here, {"structures": "0", "candidates": "40", "lead_weeks": "20"}))
    assert "Offre locale : 0 structure," in said
    assert "Candidats : 40 candidats" in said
    assert "À demander au facilitateur" in words(world.client("buyer").get(here)), "a buyer does not count people"
    wrong = world.client("mission").get(here, {"candidates": "beaucoup"})
    assert wrong.status_code == 422
    assert 'value="beaucoup"' in words(wrong)
    for who in ("stranger_buyer", "company"):
        assert world.client(who).get(here).status_code in {403, 404}


def test_the_note_explains_each_factor_and_is_tagged(world: World, lot: Lot):
    kept = study(world, lot)
    answer = world.client("buyer").get(reverse("study-note", args=[kept.public_id]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == world.client("buyer").get(reverse("study-note", args=[kept.public_id])).content
    assert b"pdfuaid" in answer.content
    assert b"/StructTreeRoot" in answer.content
    text, pages = pdf_text(answer.content)
    assert pages == 1
    for factor in (
        "Part de main-d’œuvre, maçonnerie",
        "Coût horaire chargé",
        "labour_share.masonry@2010-01-01",
        "personne pendant un an",
    ):
        assert factor in text
    lot.title, lot.contract.title = "Très long intitulé de lot " * 30, "Très long intitulé de marché " * 30
    lot.save()
    lot.contract.save()
    assert pdf_text(world.client("buyer").get(reverse("study-note", args=[kept.public_id])).content)[1] == 1
