"""What a phone sends is kept once, beside what others sent; a draw can be done again by the command, and names nobody."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.urls import reverse

from levier.audit.models import JournalEntry
from levier.commands.control import control
from levier.controls import actions
from levier.controls.draw_actions import candidates, make_draw
from levier.controls.models import Case, Draw, Visit
from levier.controls.queries import cases_visible_to
from levier.controls.rules import anonymous_code
from levier.controls.values import CaseKind
from levier.controls.visit_actions import keep_visit, receive_visit, report_from
from levier.files.values import Received
from levier.foundation.objections import NotForYou, Refusal
from levier.reference.actions import load_published
from levier.web import clock
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db
REPORT = {"present": "7", "insertion": "2", "item-tutor": "no", "note-tutor": "Absent"}
PHOTO = Received(b"\xff\xd8\xff essai", "image/jpeg", "photo.jpg")


@pytest.fixture(autouse=True)
def _house(db, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)


@pytest.fixture
def case(world: World) -> Case:
    commitment = world.commitment(world.contract())
    return actions.open_case(
        actor=world.actors["near"], commitment_id=commitment.public_id, kind=CaseKind.VISIT, ground="Visite.", now=NOW
    )


def received(world: World, case: Case, key="k1", who="near", photos=(), now=NOW, made_at=NOW):
    return receive_visit(
        actor=world.actors[who], case_id=case.public_id, key=key, based_on=1, made_at=made_at, report=report_from(REPORT), photos=photos,
        now=now,
    )  # fmt: skip


def test_the_same_key_is_one_report_whatever_the_network_did(world: World, case: Case):
    first = received(world, case, photos=[("", PHOTO)])
    assert (first.again, first.conflict) == (False, False)
    for _ in range(3):
        again = received(world, case, photos=[("", PHOTO)])
        assert (again.visit, again.again) == (first.visit, True)
    assert first.visit.attachments.get().file.state == "quarantine"
    case.refresh_from_db()
    assert (case.state, case.owner, Visit.objects.count()) == ("reported", "mission", 1)


def test_two_reports_are_both_kept_and_somebody_chooses(world: World, case: Case):
    received(world, case)
    second = received(world, case, key="k2", who="mission")
    assert second.conflict
    page = world.client("mission").get(reverse("control", args=[case.public_id])).content.decode()
    assert "Plusieurs constats" in page
    keep_visit(actor=world.actors["mission"], case_id=case.public_id, visit_id=second.visit.public_id, now=NOW)
    case.refresh_from_db()
    assert case.steps.order_by("-sequence").first().visit == second.visit
    assert Visit.objects.count() == 2


def test_a_phone_with_a_wrong_clock_is_bounded(world: World, case: Case):
    assert received(world, case, made_at=NOW + timedelta(days=400)).visit.made_at == NOW


def test_a_closed_control_takes_no_report_and_says_it_is_not_lost(world: World, case: Case):
    actions.close_case(actor=world.actors["mission"], case_id=case.public_id, reason="Chantier fini.", now=NOW)
    with pytest.raises(Refusal, match="n’est pas perdu"):
        received(world, case)


@pytest.mark.parametrize(
    "wrong",
    [
        {"present": ""},
        {"present": "-1"},
        {"insertion": "8"},
        {"present": "1000"},
        {"item-tutor": "peut-être"},
        {"remarks": "x" * 4001},
    ],
)
def test_a_report_that_cannot_be_read(wrong):
    with pytest.raises(Refusal):
        report_from(REPORT | wrong)


def test_who_may_report(world: World, case: Case):
    for who in ("far", "company", "rival", "buyer", "stranger_buyer"):
        with pytest.raises(NotForYou):
            received(world, case, who=who)


def test_a_company_knows_nothing_of_a_control_before_it_is_made(world: World, case: Case):
    """Planted: the journal of the contract, which every company reads, does not tell either."""
    company = world.client("company")
    contract = case.commitment.lot.contract
    assert not cases_visible_to(world.actors["company"]).exists()
    assert company.get(reverse("control", args=[case.public_id])).status_code == 404
    received(world, case)
    assert not cases_visible_to(world.actors["company"]).exists()
    assert not JournalEntry.objects.filter(thread=contract.public_id, action__startswith="control").exists()
    assert case.label not in company.get(reverse("contract", args=[contract.public_id])).content.decode()
    actions.begin_amicable(
        actor=world.actors["mission"], case_id=case.public_id, reason="Tuteur absent.", due_on=None, now=NOW
    )
    assert company.get(reverse("control", args=[case.public_id])).status_code == 200


def test_the_phone_is_told_in_json_what_is_wrong_and_what_became_of_it(world: World, case: Case):
    client, address = world.client("near"), reverse("control-visit", args=[case.public_id])
    wrong = client.post(address, REPORT | {"key": "p", "present": ""}, headers={"accept": "application/json"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["present"])
    report = REPORT | {"key": "p", "made_at": NOW.isoformat()}
    kept, again = (client.post(address, report, headers={"accept": "application/json"}) for _ in range(2))
    assert (kept.status_code, kept.json()["address"]) == (200, reverse("control", args=[case.public_id]))
    assert kept.json() == again.json(), "the answer was lost on the way: the phone asks again"
    assert Visit.objects.count() == 1
    bare = client.post(address, REPORT | {"key": "q"})
    assert bare.status_code == 303, "without JavaScript"
    worker = client.get(reverse("visit-worker"))
    assert (worker.status_code, worker["Content-Type"]) == (200, "text/javascript; charset=utf-8")


def hat(world: World, size: int) -> None:
    for number in range(size):
        world.commitment(
            world.contract(f"2026-1{number:03d}", holder=f"Entreprise {number}"), holder=f"Entreprise {number}"
        )


def drawn(world: World, **more) -> Draw:
    asked = {
        "seed": "7 12 23",
        "seed_source": "Tirage officiel",
        "weighted": True,
        "size": 2,
        "kind": CaseKind.PIECES,
        "now": NOW,
    }
    return make_draw(actor=world.actors["mission"], **asked | more)


def test_a_draw_opens_controls_and_the_command_finds_the_same(world: World, tmp_path):
    hat(world, 6)
    draw = drawn(world)
    assert drawn(world) == draw, "the same seed over the same hat is the same draw"
    assert Case.objects.filter(draw=draw, kind="pieces", state="planned").count() == 2
    file = tmp_path / "tirage.json"
    file.write_bytes(world.client("buyer").get(reverse("draw-json", args=[draw.public_id])).content)
    same = CliRunner().invoke(control, ["draw", str(file), "--json"])
    assert (same.exit_code, json.loads(same.output)["drawn"]) == (0, draw.drawn)
    assert CliRunner().invoke(control, ["draw", str(file), "--seed", "autre chose"]).exit_code == 1
    file.write_text("{}")
    assert CliRunner().invoke(control, ["draw", str(file)]).exit_code == 2


def test_the_public_page_of_a_draw_names_nobody(world: World, client):
    hat(world, 5)
    draw = drawn(world)
    page = client.get(reverse("draw", args=[draw.public_id])).content.decode()
    assert "7 12 23" in page
    assert all(code in page for code, _ in draw.population)
    for word in ("Entreprise", "2026-1", *Case.objects.values_list("commitment__public_id", flat=True)):
        assert word not in page
    assert "Entreprise" in world.client("mission").get(reverse("draw", args=[draw.public_id])).content.decode()
    assert anonymous_code(Case.objects.first().commitment.public_id) in draw.drawn


def test_a_draw_that_cannot_be(world: World):
    with pytest.raises(Refusal, match="Aucun engagement"):
        drawn(world)
    hat(world, 2)
    for more in ({"seed": ""}, {"seed": "a|b"}, {"seed_source": ""}, {"size": 3}, {"size": 0}):
        with pytest.raises(Refusal):
            drawn(world, **more)
    with pytest.raises(NotForYou):
        make_draw(
            actor=world.actors["near"], seed="s", seed_source="x", weighted=False, size=1, kind=CaseKind.VISIT, now=NOW
        )


def test_the_hat_costs_the_same_whatever_its_size(world: World, django_assert_num_queries):
    """Once what moved is computed again, as it is by any reading before."""
    hat(world, 2)
    candidates(world.actors["mission"], TODAY)
    with django_assert_num_queries(QUERIES_OF_THE_HAT):
        candidates(world.actors["mission"], TODAY)
    hat_more = [world.commitment(world.contract(f"2026-2{n:03d}")) for n in range(6)]
    candidates(world.actors["mission"], TODAY)
    with django_assert_num_queries(QUERIES_OF_THE_HAT):
        assert len(candidates(world.actors["mission"], TODAY)) == 2 + len(hat_more)


QUERIES_OF_THE_HAT = 11


def test_the_list_costs_the_same_whatever_its_length(world: World, django_assert_num_queries):
    client = world.client("mission")
    client.get(reverse("controls"))
    counts = []
    for size in (1, 4):
        for number in range(size):
            commitment = world.commitment(world.contract(f"2026-{size}{number:03d}"))
            actions.open_case(
                actor=world.actors["near"], commitment_id=commitment.public_id, kind=CaseKind.VISIT, ground="x", now=NOW
            )
        with django_assert_num_queries(QUERIES_OF_THE_LIST):
            page = client.get(reverse("controls"))
        counts.append(page.content.decode().count("Visite de chantier"))
    assert counts == [1, 5]
    rows = client.get(reverse("controls-export")).content.decode().splitlines()
    assert len(rows) == 6


QUERIES_OF_THE_LIST = 5
