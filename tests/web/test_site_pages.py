"""Pages of the calendar of a site: empty, written, proposed, answered, withdrawn; status, words and queries."""

from datetime import date

import pytest

from levier.commitments.models import Commitment, SitePeriod
from levier.commitments.site_actions import write_site_period
from levier.commitments.site_days import SiteKind
from tests.reading import words
from tests.world import NOW, World, small_world


@pytest.fixture
def world(db) -> World:
    return small_world()


@pytest.fixture
def owed(world) -> Commitment:
    return world.commitment(world.contract())


def page(owed, more=""):
    return f"/marches/engagements/{owed.public_id}/chantier/{more}"


TYPED = {"kind": "leave", "first_day": "03/08/2026", "last_day": "2026-08-21", "reason": "Congés d’été"}


def test_from_the_empty_calendar_to_a_closure_agreed_and_withdrawn(world, owed):
    company, near = world.client("company"), world.client("near")
    empty = words(company.get(page(owed)))
    assert "Rien n’est encore écrit" in empty
    assert "Proposer un changement" in empty
    assert "Lundi de Pâques" in empty
    assert "proposé : le facilitateur répondra" in words(company.post(page(owed, "inscrire/"), TYPED, follow=True))
    period = SitePeriod.objects.get()
    line = f"/chantier/lignes/{period.public_id}/"
    assert "Retirer ma proposition" in words(company.get(page(owed)))
    waiting = words(near.get(page(owed)))
    assert "À vous de répondre" in waiting
    assert "Congés d’été" in waiting
    assert "Écrivez le motif" in words(near.post(line + "repondre/", {"answer": "no"}, follow=True))
    done = words(near.post(line + "repondre/", {"answer": "yes"}, follow=True))
    assert "La ligne est au calendrier" in done
    whole = words(near.get(page(owed, "?mois=tous")))
    assert "fermé pour congés du 3 au 21 août 2026 (16 jours)" in whole
    assert near.post(line + "retirer/", {"reason": ""}).status_code == 422
    gone = words(near.post(line + "retirer/", {"reason": "Chantier rouvert"}, follow=True))
    assert "Chantier rouvert" in gone
    assert "Retirées et refusées" in gone
    csv = near.get(page(owed, "export.csv")).content.decode()
    assert "Chantier rouvert" in csv
    life = words(near.get(f"/marches/{owed.lot.contract.public_id}/"))
    assert "Proposé au calendrier du chantier : fermeture pour congés, du 3 août 2026 au 21 août 2026" in life


def test_what_was_typed_stays_beside_what_is_wrong(world, owed):
    bad = world.client("near").post(
        page(owed, "inscrire/"), {"kind": "week", "first_day": "2026-01-01", "reason": "Horaires", "weekdays": []}
    )
    assert bad.status_code == 422
    assert "Cochez au moins un jour" in words(bad)
    assert "Horaires" in words(bad)
    good = {"kind": "week", "first_day": "2026-01-01", "reason": "Horaires", "weekdays": ["1", "2", "3", "4"]}
    assert "du lundi au jeudi" in words(world.client("near").post(page(owed, "inscrire/"), good, follow=True))


def test_the_buyer_reads_and_writes_nothing_strangers_see_nothing(world, owed):
    period = write_site_period(
        actor=world.actors["near"], commitment_public_id=owed.public_id, kind=SiteKind.ORDER, first_day=date(2026, 11, 2),
        last_day=None, reason="OS n° 7", now=NOW,
    )  # fmt: skip
    buyer = world.client("buyer").get(page(owed))
    assert "OS n° 7" in words(buyer)
    assert "Inscrire" not in words(buyer)
    assert world.client("buyer").get(page(owed, "inscrire/")).status_code == 404
    for who in ("far", "rival"):
        assert world.client(who).get(page(owed)).status_code == 404
        assert world.client(who).get(f"/chantier/lignes/{period.public_id}/retirer/").status_code == 404
    assert world.client("company").get(f"/chantier/lignes/{period.public_id}/retirer/").status_code == 404


def test_an_open_ended_stop_is_ended_by_its_resumption(world, owed):
    near = world.client("near")
    stop = {"kind": "order", "first_day": "2026-11-02", "last_day": "", "reason": "OS n° 7"}
    running = words(near.post(page(owed, "inscrire/"), stop, follow=True))
    assert "Travaux arrêtés depuis le 2 novembre 2026" in running
    line = f"/chantier/lignes/{SitePeriod.objects.get().public_id}/reprendre/"
    assert line in running
    bad = near.post(line, {"day": "2026-11-01", "reason": "OS n° 9"})
    assert bad.status_code == 422
    assert "vient après le 2 novembre 2026" in words(bad)
    assert "OS n° 9" in words(bad)
    asked = words(world.client("company").post(line, {"day": "2026-11-16", "reason": "OS n° 9"}, follow=True))
    assert "La reprise est proposée" in asked
    [made] = SitePeriod.objects.filter(kind="resume")
    done = words(near.post(f"/chantier/lignes/{made.public_id}/repondre/", {"answer": "yes"}, follow=True))
    assert "Du 2 au 15 novembre 2026" in done
    assert "Reprise le 16 novembre 2026" in done
    assert line not in done
    life = words(near.get(f"/marches/{owed.lot.contract.public_id}/"))
    assert "Accepté au calendrier du chantier : reprise des travaux le 16 novembre 2026" in life
    for who in ("far", "rival", "buyer"):
        assert world.client(who).get(line).status_code == 404


def test_queries_do_not_grow_with_the_lines(world, owed, django_assert_num_queries):
    client = world.client("near")
    client.get(page(owed))
    for month in range(1, 9):
        write_site_period(
            actor=world.actors["near"], commitment_public_id=owed.public_id, kind=SiteKind.CLOSURE,
            first_day=date(2026, month, 3), last_day=date(2026, month, 4), reason="Essai", now=NOW,
        )  # fmt: skip
    with django_assert_num_queries(11):
        client.get(page(owed))
