"""The table of labour shares: annotated by the facilitators, changed by the mission alone, with what was asked and done."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from levier.audit.models import JournalEntry
from levier.foundation.objections import NotForYou, Refusal
from levier.reference.published import published_catalogue
from levier.sizing.annotating import annotate_share
from levier.sizing.models import ShareAnnotation
from levier.web import clock
from tests.reading import words
from tests.world import NOW, World

KEY = "labour_share.masonry"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def say(world: World, who: str, **changes: object) -> ShareAnnotation:
    facts = {"key": KEY, "text": "Plutôt 45 % sur nos chantiers", "proposed": Decimal("0.45"), **changes}
    return annotate_share(actor=world.actors[who], catalogue=published_catalogue(), now=NOW, **facts)


def test_a_facilitator_annotates_and_everybody_who_sizes_reads(world: World):
    url = reverse("labour-share-annotate", args=["masonry"])
    sent = world.client("near").post(url, {"text": "Plutôt 45 % sur nos chantiers", "proposed": "45"})
    assert sent["Location"] == reverse("labour-shares") + "#masonry"
    found = ShareAnnotation.objects.get()
    assert (found.proposed, found.author_label, found.author_place) == (
        Decimal("0.45"),
        "Near Essai",
        "Essai 4",
    )
    for who in ("mission", "buyer", "far"):
        page = words(world.client(who).get(reverse("labour-shares")))
        assert "45 %</strong> : Plutôt 45 % sur nos chantiers" in page
        assert "Near Essai, Essai 4, 25 nov. 2026" in page
    assert JournalEntry.objects.get(action="share.annotated").object_id == KEY


def test_who_may(world: World):
    assert world.client("company").get(reverse("labour-shares")).status_code in {403, 404}
    for who in ("buyer", "company"):
        assert world.client(who).post(
            reverse("labour-share-annotate", args=["masonry"]), {"text": "x"}
        ).status_code in {
            403,
            404,
        }
        with pytest.raises(NotForYou):
            say(world, who)
    with pytest.raises(NotForYou):
        say(world, "near", key="hourly_cost.works")
    assert reverse("reference-change", args=[KEY]) not in words(world.client("near").get(reverse("labour-shares")))
    assert (
        reverse("reference-change", args=[KEY])
        in world.client("mission").get(reverse("labour-shares")).content.decode()
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": "", "proposed": ""}, "Écrivez ce que vous observez"),
        ({"text": "Trop", "proposed": "145"}, "entre 0 et 100 %"),
        ({"text": "Trop", "proposed": "0"}, "entre 0 et 100 %"),
        ({"text": "Trop", "proposed": "beaucoup"}, "n’est pas un nombre"),
        ({"text": "x" * 1001, "proposed": ""}, "1000 caractères au plus"),
    ],
)
def test_refusals_keep_what_was_typed(world: World, typed, said):
    answer = world.client("near").post(reverse("labour-share-annotate", args=["masonry"]), {**typed})
    assert answer.status_code == 422
    page = words(answer)
    assert said in page
    assert typed["text"] in page
    assert not ShareAnnotation.objects.exists()


def test_the_same_words_are_kept_once_and_nothing_is_rewritten(world: World):
    first = say(world, "near")
    assert say(world, "near") == first
    say(world, "near", proposed=Decimal("0.333333"))
    assert ShareAnnotation.objects.count() == 2
    with pytest.raises(Refusal):
        say(world, "near", text=" ", proposed=None)
    with pytest.raises(DatabaseError):
        ShareAnnotation.objects.update(text="Autre chose")


def test_asked_and_done_by_trade_in_ones_own_perimeter(world: World):
    world.commitment(world.contract(territory=4))
    far = world.contract("2026-0999", territory=5)
    world.commitment(far, territory=5)
    assert "2 engagements" in words(world.client("mission").get(reverse("labour-shares")))
    page = words(world.client("near").get(reverse("labour-shares")))
    assert "1 engagement<" in page
    csv = world.client("near").get(reverse("labour-shares-export")).content.decode()
    assert "Gros œuvre;0,35;0,40;" in csv.replace("\u00a0", " ")


def test_queries_do_not_grow(world: World):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            world.client("mission").get(reverse("labour-shares"))
        return len(captured)

    world.commitment(world.contract("2026-0001"))
    say(world, "near")
    few = count()
    for number in range(2, 6):
        world.commitment(world.contract(f"2026-{number:04d}"))
        say(world, "near", text=f"Autre avis {number}")
    assert count() == few
