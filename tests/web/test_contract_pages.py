from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from levier.audit.models import JournalEntry
from levier.commitments.models import Commitment, HoursWaiver, PoolingAgreement
from levier.hours.models import LedgerEntry
from levier.procurement.models import Lot, LotHolder, LotTerritory, Screening
from levier.sizing.models import Study
from levier.web import clock
from levier.web.spreadsheet import cell
from tests.reading import words
from tests.world import NOW, SECRET_CRITERION, World


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def lot(world: World) -> Lot:
    return world.contract()


@pytest.fixture
def owed(world: World, lot: Lot) -> Commitment:
    return world.commitment(lot)


def count_queries(act) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def get(world: World, who: str, name: str, *args: str, **query: str):
    return world.client(who).get(reverse(name, args=args), query)


def post(world: World, who: str, name: str, *args: str, **data: object):
    return world.client(who).post(reverse(name, args=args), data)


PEOPLE = [
    ("mission", 200),
    ("buyer", 200),
    ("near", 200),
    ("company", 200),
    ("stranger_buyer", 404),
    ("far", 404),
    ("rival", 404),
]


@pytest.mark.parametrize(("who", "status"), PEOPLE)
@pytest.mark.parametrize("tab", ["", "lots", "engagements", "personnes", "heures", "documents"])
def test_the_page_of_a_contract_is_for_its_own_people(world: World, owed: Commitment, who: str, status: int, tab: str):
    contract = owed.lot.contract
    response = get(world, who, "contract", contract.public_id, rubrique=tab)
    assert response.status_code == status
    assert (contract.title in words(response)) is (status == 200)


def test_the_page_tells_whose_turn_it_is_and_what_to_do_next(world: World, lot: Lot):
    contract = lot.contract
    text = words(get(world, "mission", "contract", contract.public_id))
    assert "À vous d’agir" in text
    assert "Examiner le marché" in text
    assert words(get(world, "buyer", "contract", contract.public_id)).count("btn-primary") == 0
    world.commitment(lot)
    text = words(get(world, "mission", "contract", contract.public_id))
    assert "À l’entreprise d’agir (Bâti Essai)" in text
    assert "Facilitatrice 4" in text
    assert "tel:+33400000000" in text
    assert "En retard" in text


def test_the_hours_bar_and_the_rhythm_needed_are_said(world: World, owed: Commitment):
    world.sent_line(owed, world.placement(world.person(), owed), hours="120.00")
    text = words(get(world, "mission", "contract", owed.lot.contract.public_id))
    assert "Promis 1 000 h, dû à ce jour 775,94 h, déclaré 120 h, accepté 0 h" in text
    assert "Il manque 655,94 h à ce jour" in text
    assert "2 personnes à temps plein" in text


def test_a_company_reads_neither_another_company_nor_the_screening(world: World, owed: Commitment):
    world.commitment(owed.lot, holder="Rival Essai", due="333.00")
    JournalEntry.objects.create(
        at=NOW, actor_label="Mission Essai", actor_role="mission", action="commitment.made", object_kind="commitment",
        object_id="x" * 26, thread=owed.lot.contract.public_id, facts={"holder": "Rival Essai", "hours": "333"}, digest=b"0" * 32,
    )  # fmt: skip
    for tab in ("engagements", "lots", "heures", "documents"):
        text = words(get(world, "company", "contract", owed.lot.contract.public_id, rubrique=tab))
        assert "333" not in text
        assert "Examen</a>" not in text
    assert "Rival Essai s’engage pour 333 h" in words(get(world, "mission", "contract", owed.lot.contract.public_id))


def test_nobody_reads_a_name_or_a_criterion_there_and_the_buyer_reads_no_reference(world: World, owed: Commitment):
    person = world.person("Belkacem", "Samira")
    world.placement(person, owed)
    for who in ("mission", "near", "company", "buyer"):
        text = words(get(world, who, "contract", owed.lot.contract.public_id, rubrique="personnes"))
        assert "Belkacem" not in text
        assert SECRET_CRITERION not in text
        assert (person.reference in text) is (who != "buyer")


def more_lots(world: World, lot: Lot, count: int) -> None:
    for number in range(2, 2 + count):
        other = Lot.objects.create(contract=lot.contract, number=number, title=f"Lot {number}", amount=Decimal(1000))
        LotHolder.objects.create(lot=other, organisation=world.organisation("Bâti Essai"), role="contractor")
        LotTerritory.objects.create(
            lot=other, territory=world.territory(4), origin="person", decided_by_label="essai", decided_at=NOW
        )
        world.placement(world.person(), world.commitment(other))


@pytest.mark.parametrize("who", ["mission", "near", "company", "buyer"])
@pytest.mark.parametrize("tab", ["lots", "engagements", "personnes", "heures", "documents"])
def test_the_page_costs_the_same_number_of_queries_at_any_size(
    world: World, lot: Lot, who: str, tab: str, django_assert_num_queries
):
    world.placement(world.person(), world.commitment(lot))
    address = reverse("contract", args=[lot.contract.public_id])
    client = world.client(who)
    client.get(address)
    few = count_queries(lambda: client.get(address, {"rubrique": tab}))
    more_lots(world, lot, 6)
    with django_assert_num_queries(few):
        assert client.get(address, {"rubrique": tab}).status_code == 200


@pytest.mark.parametrize("who", ["mission", "near", "company", "buyer"])
def test_the_list_costs_the_same_number_of_queries_at_any_size(
    world: World, lot: Lot, who: str, django_assert_num_queries
):
    world.commitment(lot)
    client = world.client(who)
    client.get(reverse("contracts"))
    few = count_queries(lambda: client.get(reverse("contracts")))
    for number in range(5):
        world.commitment(world.contract(f"2026-9{number}"))
    client.get(reverse("contracts"))  # what moved is looked at once
    with django_assert_num_queries(few):
        assert client.get(reverse("contracts")).status_code == 200


@pytest.mark.parametrize(("who", "status"), PEOPLE)
def test_the_list_and_its_file_hold_what_the_actor_may_see(world: World, owed: Commitment, who: str, status: int):
    for name in ("contracts", "contracts-export"):
        response = get(world, who, name)
        assert response.status_code == 200
        assert ("2026-0147" in response.content.decode()) is (status == 200)


def test_filters_live_in_the_address(world: World, owed: Commitment):
    world.contract("2026-0500", territory=5)
    for query, seen in (
        ({"q": "0147"}, ["2026-0147"]),
        ({"territoire": "5"}, ["2026-0500"]),
        ({"etape": "execution"}, ["2026-0147"]),
        ({"etape": "examen"}, ["2026-0500"]),
        ({"retard": "1"}, ["2026-0147"]),
        ({"tri": "reference"}, ["2026-0147", "2026-0500"]),
        ({"q": "piscine"}, []),
        ({"territoire": "x", "tri": "; drop", "page": "-3"}, ["2026-0147", "2026-0500"]),
    ):
        text = words(get(world, "mission", "contracts", **query))
        assert [one for one in ("2026-0147", "2026-0500") if f"collège {one}" in text] == seen, query


def test_a_cell_is_never_a_formula():
    assert cell("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert cell("90000001700012") == "'90000001700012"
    assert cell(Decimal("1480.5")) == "1480,50"
    assert cell(date(2026, 11, 25)) == "25/11/2026"
    assert cell("deux\nlignes") == "deux lignes"


SCREENING = {
    "object": "works", "service": "", "estimate": "1 200 000", "confirmed": "1", "consultation_date": "2026-09-01",
    "duration_months": "14", "buyer": "local",
}  # fmt: skip


@pytest.mark.parametrize("who", ["mission", "buyer"])
def test_screening_answers_two_questions_with_their_basis(world: World, lot: Lot, who: str):
    page = words(get(world, who, "contract-screen", lot.contract.public_id))
    assert "1 200 000" in page
    response = post(world, who, "contract-screen", lot.contract.public_id, **SCREENING)
    assert response.status_code == 303
    text = words(get(world, who, "contract", lot.contract.public_id, rubrique="examen"))
    assert "Obligatoire (loi)" in text
    assert "L2112-2-1" in text
    assert "threshold.works@2026-01-01" in text
    assert "Politique du Département : oui" in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"estimate": "beaucoup"}, "estimate"),
        ({"estimate": ""}, "estimate"),
        ({"confirmed": ""}, "confirmed"),
        ({"consultation_date": "31/02/2026"}, "consultation_date"),
        ({"consultation_date": "1999-01-01"}, "consultation_date"),
        ({"consultation_date": "0001-01-01"}, "consultation_date"),
        ({"duration_months": "-3"}, "duration_months"),
        ({"object": "rien"}, "object"),
    ],
)
def test_a_screening_that_cannot_be_read_says_where_and_keeps_what_was_typed(
    world: World, lot: Lot, change: dict[str, str], field: str
):
    response = post(world, "mission", "contract-screen", lot.contract.public_id, **(SCREENING | change))
    assert response.status_code == 422
    text = response.content.decode()
    assert f'id="f-{field}-error"' in text
    assert f'href="#f-{field}"' in text
    assert 'value="14"' in text or field == "duration_months"
    assert not Screening.objects.exists()


@pytest.mark.parametrize("who", ["near", "company", "stranger_buyer", "far", "rival"])
def test_others_get_no_screening_page(world: World, lot: Lot, who: str):
    assert get(world, who, "contract-screen", lot.contract.public_id).status_code == 404
    assert post(world, who, "contract-screen", lot.contract.public_id, **SCREENING).status_code == 404


def test_a_place_that_says_only_13_waits_for_a_person(world: World, lot: Lot):
    type(lot.contract).objects.filter(pk=lot.contract_id).update(place_code="13", place_kind="Code département")
    lot.territories.all().delete()
    for number in (1, 2, 3, 6, 7, 8, 9):
        world.territory(number)
    response = get(world, "mission", "contract-locate", lot.contract.public_id)
    text = response.content.decode()
    assert text.count('name="territories"') == 9
    assert 'name="territories" value="4" checked' not in text
    assert "plus large qu’un territoire" in words(response)
    empty = post(world, "mission", "contract-locate", lot.contract.public_id, lots=[lot.public_id])
    assert empty.status_code == 422
    assert "Cochez au moins un territoire" in words(empty)
    done = post(
        world, "mission", "contract-locate", lot.contract.public_id, lots=[lot.public_id], territories=["2", "5"]
    )
    assert done.status_code == 303
    chosen = lot.territories.order_by("territory__number").values_list(
        "territory__number", "origin", "decided_by_label"
    )
    assert list(chosen) == [(2, "person", "Mission Essai"), (5, "person", "Mission Essai")]


def test_a_territory_in_use_is_kept_and_said(world: World, owed: Commitment):
    response = post(
        world, "mission", "contract-locate", owed.lot.contract.public_id, lots=[owed.lot.public_id], territories=["5"]
    )
    assert response.status_code == 422
    assert "engagement est déjà suivi" in words(response)


@pytest.mark.parametrize("who", ["buyer", "near", "company", "far", "stranger_buyer"])
def test_others_do_not_choose_places(world: World, lot: Lot, who: str):
    assert get(world, who, "contract-locate", lot.contract.public_id).status_code == 404


SIZING = {
    "amount": "1 000 000", "share": "labour_share.masonry", "rate": "insertion_rate.general", "cost": "hourly_cost.works",
    "own_share": "", "own_rate": "", "own_cost": "",
}  # fmt: skip


def test_sizing_answers_from_the_address_and_is_kept_on_demand(world: World, lot: Lot):
    first = words(get(world, "mission", "lot-size", lot.public_id))
    assert "heures" in first
    text = words(get(world, "mission", "lot-size", lot.public_id, **SIZING))
    assert "649" in text
    assert "536 h" in text
    assert "786 h" in text
    assert "18,5 semaines" in text
    assert "1 607 h" in text
    assert not Study.objects.exists()
    response = post(world, "mission", "lot-size", lot.public_id, **SIZING)
    assert response.status_code == 303
    again = post(world, "mission", "lot-size", lot.public_id, **SIZING)
    assert again.url == response.url
    kept = words(get(world, "buyer", "study", Study.objects.get().public_id))
    assert "649 h pour le lot 1" in kept
    assert "labour_share.masonry@2010-01-01" in kept


def test_another_trade_brings_its_usual_rate_and_cost(world: World, lot: Lot):
    asked = SIZING | {"was": "labour_share.masonry", "share": "labour_share.cleaning"}
    text = get(world, "mission", "lot-size", lot.public_id, **asked).content.decode()
    assert '<option value="insertion_rate.cleaning" selected>' in text
    assert '<option value="hourly_cost.cleaning" selected>' in text


@pytest.mark.parametrize(
    ("change", "field"), [({"amount": "abc"}, "amount"), ({"share": ""}, "share"), ({"own_cost": "0"}, "own_cost")]
)
def test_a_sizing_that_cannot_be_is_said_beside_the_field(world: World, lot: Lot, change: dict[str, str], field: str):
    for response in (
        get(world, "mission", "lot-size", lot.public_id, **(SIZING | change)),
        post(world, "mission", "lot-size", lot.public_id, **(SIZING | change)),
    ):
        assert f'id="f-{field}-error"' in response.content.decode()
    assert response.status_code == 422


@pytest.mark.parametrize("who", ["near", "company", "stranger_buyer", "far"])
def test_others_do_not_size(world: World, lot: Lot, who: str):
    assert get(world, who, "lot-size", lot.public_id).status_code == 404
    assert post(world, who, "lot-size", lot.public_id, **SIZING).status_code == 404


def test_a_study_is_read_by_those_who_follow_the_lot_alone(world: World, lot: Lot):
    post(world, "mission", "lot-size", lot.public_id, **SIZING)
    study = Study.objects.get().public_id
    for who, status in {
        "mission": 200,
        "buyer": 200,
        "near": 200,
        "far": 404,
        "stranger_buyer": 404,
        "company": 404,
    }.items():
        assert get(world, who, "study", study).status_code == status, who


def terms(world: World, **changes: str) -> dict[str, str]:
    return {
        "holder": world.organisation("Bâti Essai").public_id, "instrument": "execution_condition", "study": "", "due_hours": "660",
        "territory": "4", "starts_on": "2026-01-01", "ends_on": "28/02/2027", "penalty_rate": "", "penalty_source": "", **changes,
    }  # fmt: skip


def test_a_commitment_is_prefilled_recorded_once_and_seen(world: World, lot: Lot):
    post(world, "mission", "lot-size", lot.public_id, **SIZING)
    text = get(world, "mission", "lot-commit", lot.public_id).content.decode()
    assert 'value="649"' in text
    assert 'value="2027-02-28"' in text
    study = Study.objects.get()
    for _ in range(2):
        sent = terms(
            world, study=study.public_id, due_hours="649", penalty_rate="35", penalty_source="CCAP, article 9.3"
        )
        assert post(world, "mission", "lot-commit", lot.public_id, **sent).status_code == 303
    made = Commitment.objects.get()
    assert (made.due_hours, made.study, made.penalty_rate) == (Decimal("649.00"), study, Decimal("35.00"))
    assert "CCAP, article 9.3" in made.versions
    text = words(get(world, "mission", "contract", lot.contract.public_id, rubrique="engagements"))
    assert "Bâti Essai s’engage pour 649 h" in text
    assert "pénalité 35 € par heure" in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_hours": "beaucoup"}, "due_hours"),
        ({"due_hours": "0"}, "due_hours"),
        ({"holder": ""}, "holder"),
        ({"holder": "x" * 26}, "holder"),
        ({"territory": "5"}, "territory"),
        ({"territory": ""}, "territory"),
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"starts_on": "2026-02-31"}, "starts_on"),
        ({"starts_on": "2025-12-01"}, "starts_on"),
        ({"penalty_rate": "35"}, "penalty_source"),
        ({"instrument": "?"}, "instrument"),
        ({"study": "x" * 26}, "study"),
    ],
)
def test_terms_that_cannot_be_are_said_beside_their_field(world: World, lot: Lot, change: dict[str, str], field: str):
    world.territory(5)
    response = post(world, "mission", "lot-commit", lot.public_id, **terms(world, **change))
    text = response.content.decode()
    assert response.status_code == 422
    assert f'id="f-{field}-error"' in text
    assert field == "due_hours" or 'value="660"' in text
    assert not Commitment.objects.exists()


def test_a_lot_without_place_or_holder_says_what_to_do_first(world: World, lot: Lot):
    lot.territories.all().delete()
    assert "n’a pas encore de territoire" in words(get(world, "mission", "lot-commit", lot.public_id))


@pytest.mark.parametrize("who", ["buyer", "near", "company", "far", "rival", "stranger_buyer"])
def test_others_neither_commit_nor_waive(world: World, owed: Commitment, who: str):
    assert get(world, who, "lot-commit", owed.lot.public_id).status_code == 404
    assert post(world, who, "lot-commit", owed.lot.public_id, **terms(world)).status_code == 404
    assert post(world, who, "commitment-waive", owed.public_id, hours="1", reason="x").status_code == 404
    assert not HoursWaiver.objects.exists()


def test_hours_are_waived_once_with_a_reason(world: World, owed: Commitment):
    assert "1 000 h restent dues" in words(get(world, "mission", "commitment-waive", owed.public_id))
    wrong = post(world, "mission", "commitment-waive", owed.public_id, hours="2000", reason="", once="a")
    assert wrong.status_code == 422
    assert 'value="2000"' in wrong.content.decode()
    for _ in range(2):
        sent = {"hours": "100,5", "reason": "Chantier écourté", "once": "b"}
        assert post(world, "mission", "commitment-waive", owed.public_id, **sent).status_code == 303
    assert HoursWaiver.objects.get().hours == Decimal("100.50")
    assert "Chantier écourté" in words(
        get(world, "mission", "contract", owed.lot.contract.public_id, rubrique="documents")
    )


def test_commitments_of_one_holder_are_pooled(world: World, owed: Commitment):
    other = world.commitment(world.contract("2026-0148"))
    page = words(get(world, "near", "commitment-pool", owed.public_id))
    assert "2026-0148" in page
    alone = post(world, "near", "commitment-pool", owed.public_id, reference="CG-1", signed_on="2026-11-01")
    assert alone.status_code == 422
    assert "au moins deux" in words(alone)
    sent = {"reference": "CG-1", "signed_on": "2026-11-01", "commitments": [owed.public_id, other.public_id]}
    assert post(world, "near", "commitment-pool", owed.public_id, **sent).status_code == 303
    assert PoolingAgreement.objects.get().members.count() == 2
    for who in ("far", "buyer", "company", "rival"):
        assert post(world, who, "commitment-pool", owed.public_id, **sent).status_code == 404


def test_sealed_and_unknown_addresses_answer_404(world: World):
    for name in (
        "contract",
        "contract-screen",
        "contract-locate",
        "lot-size",
        "lot-commit",
        "study",
        "commitment-waive",
        "commitment-pool",
        "published-contract",
    ):
        assert get(world, "mission", name, "a" * 26).status_code == 404, name
    assert not LedgerEntry.objects.exists()
