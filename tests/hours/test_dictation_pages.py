"""Pages of hours typed for a company: the form of the facilitator, the one-time link, « d’accord » or « corriger », who typed said everywhere."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from levier.accounts.models import Membership
from levier.accounts.values import Duty
from levier.hours.models import Dictation, StatementLine
from levier.reference.actions import load_published
from tests.reading import words
from tests.world import NOW, World, links_sent_to

OCTOBER = "2026-10"


@pytest.fixture
def owed(world: World):
    world.user("second", "facilitator", world.organisation("Structure 4"), world.territory(4))
    contact = Membership.objects.get(user=world.users["company"])
    contact.duties = [Duty.DECLARE.value]
    contact.save()
    load_published(NOW)
    return world.commitment(world.contract())


@pytest.fixture
def placement(world, owed):
    return world.placement(world.person(), owed)


def page(owed, name="", month=OCTOBER):
    return f"/declarations/{owed.public_id}/{month}/{name}"


def dictate(client, owed, placement, **more):
    typed = {f"h-{placement.public_id}": "120", "told_by": "M. Roux, au téléphone", "do": "propose", "version": "0"}
    return client.post(page(owed, "saisir/"), typed | more, follow=True)


def test_from_the_telephone_to_the_link_and_the_agreement(world, owed, placement):
    near = world.client("near")
    assert "Saisir pour l’entreprise" in words(near.get(page(owed)))
    form = words(near.get(page(owed, "saisir/")))
    assert "Trois personnes, un relevé" in form
    assert "company@exemple.test" in form
    bad = near.post(page(owed, "saisir/"), {f"h-{placement.public_id}": "douze", "told_by": "M. Roux", "do": "propose"})
    assert bad.status_code == 422
    assert "M. Roux" in words(bad)
    untold = dictate(near, owed, placement, told_by="", version="1")
    assert "Écrivez qui vous a donné ces heures" in words(untold)
    done = words(dictate(near, owed, placement, version="2"))
    assert "reçoit un lien" in done
    assert "elles attendent un accord" in done
    assert "Vous avez saisi ces heures" in words(near.get(page(owed, "accord/")))
    [link] = links_sent_to("company@exemple.test")
    visitor = Client()
    assert visitor.get(link).status_code == 200
    arrived = visitor.post(link, follow=True)
    assert arrived.redirect_chain[-1][0] == page(owed, "accord/")
    said = words(arrived)
    assert "Voici ce que Near Essai" in said
    assert "M. Roux, au téléphone" in said
    assert "Corriger" in said
    assert "A saisi ces heures".lower() in words(visitor.get(page(owed))).lower()
    assert "À vous de dire si c’est juste" in words(visitor.get("/declarations/"))
    agreed = words(visitor.post(page(owed, "accord/"), follow=True))
    assert "les heures d’octobre 2026 sont parties" in agreed
    assert Dictation.objects.get().answer == "agreed"
    review = words(world.client("second").get("/heures/a-valider/?mois=2026-10"))
    assert "Saisi pour l’entreprise par Near Essai" in review
    assert "M. Roux, au téléphone" in review
    assert "Rien n’attend d’accord" in words(visitor.get(page(owed, "accord/")))


def test_a_piece_is_attached_with_what_is_typed_and_nothing_typed_is_lost(world, owed, placement):
    near = world.client("near")

    def told(name="releve.csv", content=b"Nom;Heures\nUn;120\n", **more):
        return dictate(near, owed, placement, file=SimpleUploadedFile(name, content), **more)

    shown = words(told(do="attach"))
    assert "« releve.csv » est jointe" in shown
    assert "jointe par le facilitateur" in shown
    assert 'value="120' in shown
    assert "M. Roux, au téléphone" in shown
    bad = told("programme.exe", b"MZ\x00\x01", do="attach", version="1")
    assert bad.status_code == 422
    assert "M. Roux, au téléphone" in words(bad)
    done = words(told("paie.csv", b"Nom;Paie\n", version="1"))
    assert "« paie.csv » est jointe" in done
    assert Dictation.objects.get().answer == ""
    assert "paie.csv" in words(world.client("company").get(page(owed, "accord/")))


def test_a_colleague_agrees_and_the_typist_cannot(world, owed, placement):
    near, second = world.client("near"), world.client("second")
    dictate(near, owed, placement)
    assert near.post(page(owed, "accord/")).status_code == 422
    assert "Les relire" in words(second.get(page(owed)))
    assert "Donner mon accord" in words(second.get(page(owed, "accord/")))
    second.post(page(owed, "accord/"))
    assert StatementLine.objects.get().state == "pending"
    assert "saisies sans accord de l’entreprise" in words(second.get("/heures/a-valider/?mois=2026-10"))


def test_what_the_company_prepares_is_not_shown_nor_typed_over(world, owed, placement):
    world.client("company").post(page(owed), {f"h-{placement.public_id}": "93,41", "do": "save"})
    near = world.client("near")
    assert "Saisir pour l’entreprise" not in words(near.get(page(owed)))
    form = words(near.get(page(owed, "saisir/")))
    assert "L’entreprise a commencé ce relevé" in form
    assert "93,41" not in form
    assert dictate(near, owed, placement).status_code == 422
    assert StatementLine.objects.get().hours == Decimal("93.41")


def test_strangers_and_other_roles_find_nothing(world, owed, placement):
    dictate(world.client("near"), owed, placement)
    for who in ("far", "rival"):
        assert world.client(who).get(page(owed, "accord/")).status_code == 404
        assert world.client(who).post(page(owed, "accord/")).status_code == 404
    for who in ("company", "mission", "buyer", "far"):
        assert world.client(who).get(page(owed, "saisir/")).status_code == 404
    assert Dictation.objects.get().answer == ""


def test_queries_do_not_grow_with_the_people(world, owed, placement, django_assert_num_queries):
    near = world.client("near")
    near.get(page(owed, "saisir/"))
    with django_assert_num_queries(23):
        near.get(page(owed, "saisir/"))
    for name in ("Alpha", "Beta", "Gamma"):
        world.placement(world.person(name, "Prénom"), owed, start=date(2026, 3, 2))
    with django_assert_num_queries(23):
        near.get(page(owed, "saisir/"))
