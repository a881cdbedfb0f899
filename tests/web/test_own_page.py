"""The person's own page: what opens it, what closes it, what it shows, and what a person may say there."""

import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from levier.accounts.models import SignInAttempt
from levier.audit.models import JournalEntry, PersonRead
from levier.foundation.objections import Refusal
from levier.hours.actions import accept_line, refuse_line
from levier.hours.confirmations import Said, confirmations_of
from levier.hours.contests import Matter, answer_contest
from levier.hours.models import Contest, LineConfirmation
from levier.participants.letters import make_letter, token_digest
from levier.participants.models import AccessLetter, Person, WorkNote
from levier.reference.actions import load_published
from levier.reference.published import published_catalogue
from levier.web import clock, made_files, own_data
from tests.reading import words
from tests.world import NOW, SECRET_CRITERION, World

pytestmark = pytest.mark.django_db
CATALOGUE = published_catalogue()


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def samira(world: World) -> Person:
    """Samira Belkacem, born in 1998, 120 hours declared in October by a company of territory 4."""
    load_published(NOW)
    person = world.person()
    commitment = world.commitment(world.contract())
    world.line = world.sent_line(commitment, world.placement(person, commitment))
    return person


def letter(world: World, person: Person) -> str:
    return make_letter(actor=world.actors["near"], person_id=person.public_id, catalogue=CATALOGUE, now=NOW).token


def visit(world: World, person: Person) -> Client:
    client = Client()
    response = client.post(reverse("own-enter", args=[letter(world, person)]), {"year": "1998"})
    assert response.status_code == 303
    return client


def test_the_facilitator_makes_a_letter_and_nobody_else_can(world: World, samira: Person):
    address = reverse("person-letter", args=[samira.public_id])
    client = world.client("near")
    assert "Aucune lettre" in words(client.get(address))
    response = client.post(address)
    assert (response.status_code, response["Location"]) == (303, f"{address}?fait=1")
    page = client.get(response["Location"])
    assert "La lettre est prête" in words(page)
    assert page["Refresh"] == f"0; url={address}lettre.pdf"
    assert "no-store" in page["Cache-Control"]
    paper = client.get(f"{address}lettre.pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert "no-store" in paper["Cache-Control"]
    assert client.get(f"{address}lettre.pdf").content == paper.content, "the same paper, as long as it is within reach"
    for who in ("far", "company", "rival", "buyer", "mission"):
        assert world.client(who).post(address).status_code == 404, who
        assert world.client(who).get(f"{address}lettre.pdf").status_code == 404, who
    assert AccessLetter.objects.count() == 1
    assert JournalEntry.objects.filter(action="person.letter_made").count() == 1


def test_the_page_says_the_letter_is_there_and_later_what_became_of_it(world: World, samira: Person, monkeypatch):
    address = reverse("person-letter", args=[samira.public_id])
    client = world.client("near")
    made = client.post(address)
    assert "Refresh" not in client.get(address), "only the answer to the form starts the download"
    assert "La lettre est prête" in words(client.get(address))
    assert "Pas encore ouverte" in words(client.get(address))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=15))
    later = words(client.get(made["Location"]))
    assert "La lettre est prête" not in later
    assert "n’a pas encore ouvert sa page" in later
    gone = client.get(f"{address}lettre.pdf", follow=True)
    assert gone.redirect_chain == [(address, 303)]
    assert "n’est plus à portée" in words(gone)


def test_what_the_letter_is_made_of_is_nowhere_in_clear(world: World, samira: Person):
    """The link is in the paper alone: neither in the pages, nor in the cookie, nor in the sessions; the cookie serves this session only."""
    address = reverse("person-letter", args=[samira.public_id])
    client = world.client("near")
    response = client.post(address)
    cookie = response.cookies["fichier"]
    assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"])) == (address, "Strict", True)
    request = RequestFactory().get(address)
    request.COOKIES, request.session = {"fichier": cookie.value}, client.session
    token = made_files.kept(request, address)
    assert token_digest(token) == bytes(AccessLetter.objects.get().token_hash), (
        "with the key it is found: the look below is a true one"
    )
    shown = client.get(response["Location"]).content.decode() + str(response.headers) + cookie.value
    assert token not in shown
    assert token not in str(client.session.items())
    other = world.client("near")
    other.cookies["fichier"] = cookie.value
    assert other.get(f"{address}lettre.pdf").status_code == 303, "another session of the same person"
    altered = world.client("near")
    altered.cookies = client.cookies
    altered.cookies["fichier"] = cookie.value[:-6] + "AAAAAA"
    assert altered.get(f"{address}lettre.pdf").status_code == 303


def test_a_letter_that_was_closed_is_handed_out_no_more(world: World, samira: Person):
    address = reverse("person-letter", args=[samira.public_id])
    client = world.client("near")
    client.post(address)
    client.post(address, {"do": "revoke"})
    assert client.get(f"{address}lettre.pdf").status_code == 303
    assert "La lettre est prête" not in words(client.get(address))


def test_a_new_letter_ends_the_one_before(world: World, samira: Person):
    old, new = letter(world, samira), letter(world, samira)
    assert Client().post(reverse("own-enter", args=[old]), {"year": "1998"}).status_code == 422
    assert Client().post(reverse("own-enter", args=[new]), {"year": "1998"}).status_code == 303


def test_a_wrong_link_and_a_wrong_year_get_the_same_answer(world: World, samira: Person):
    token = letter(world, samira)
    answers = {
        words(Client().post(reverse("own-enter", args=[one]), {"year": year}))
        for one, year in ((token, "1997"), ("x" * 26, "1998"), (token, ""), ("x" * 26, "abc"))
    }
    tidied = {one.split('name="csrfmiddlewaretoken"')[0] + one.split('name="year"')[1] for one in answers}
    assert len(tidied) == 1
    assert "Le lien ou l’année ne va pas" in tidied.pop()
    shown = {words(Client().get(reverse("own-enter", args=[one]))).split("csrf")[0] for one in (token, "x" * 26)}
    assert len(shown) == 1


def test_five_wrong_years_close_the_letter_even_to_the_right_one(world: World, samira: Person):
    token = letter(world, samira)
    for _ in range(5):
        assert Client().post(reverse("own-enter", args=[token]), {"year": "1990"}).status_code == 422
        SignInAttempt.objects.all().delete()  # as if each came from elsewhere
    response = Client().post(reverse("own-enter", args=[token]), {"year": "1998"})
    assert response.status_code == 422
    assert "Le lien ou l’année ne va pas" in words(response)


def test_guessing_from_one_address_is_slowed_down(world: World, samira: Person):
    token = letter(world, samira)
    AccessLetter.objects.update(tries=0)
    for _ in range(6):
        Client().post(reverse("own-enter", args=["y" * 26]), {"year": "1990"})
    assert "Trop d’essais" in words(Client().post(reverse("own-enter", args=["y" * 26]), {"year": "1990"}))
    assert Client().post(reverse("own-enter", args=[token]), {"year": "1998"}).status_code == 303, "another link is not"


def test_a_letter_expires(world: World, samira: Person, monkeypatch):
    token = letter(world, samira)
    later = NOW + timedelta(days=181)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert Client().post(reverse("own-enter", args=[token]), {"year": "1998"}).status_code == 422


def test_a_visit_ends_after_fifteen_minutes_without_action(world: World, samira: Person, monkeypatch):
    client = visit(world, samira)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=14))
    assert "Bonjour Samira" in words(client.get(reverse("own")))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=29, seconds=30))
    page = words(client.get(reverse("own")))
    assert "La page est fermée" in page
    assert "Samira" not in page


def test_a_closed_letter_ends_the_visit_at_once(world: World, samira: Person):
    client = visit(world, samira)
    world.client("near").post(reverse("person-letter", args=[samira.public_id]), {"do": "revoke"})
    for name in ("own", "own-data", "own-data-json", "own-book", "own-book-pdf", "own-reads", "own-contest"):
        assert "La page est fermée" in words(client.get(reverse(name))), name


def test_nothing_of_the_visit_is_kept_by_a_browser_nor_told_to_another_house(world: World, samira: Person):
    client = visit(world, samira)
    for name in ("own", "own-data", "own-data-json", "own-book", "own-book-pdf", "own-reads", "own-contest"):
        response = client.get(reverse(name))
        assert response["Cache-Control"] == "no-store, private", name
        assert response["Referrer-Policy"] == "same-origin", name
        if not name.endswith("pdf"):
            assert "http://" not in words(response).replace("http://www.w3.org", ""), name


def test_the_person_says_yes_and_it_is_known_to_who_accepts(world: World, samira: Person):
    client = visit(world, samira)
    page = words(client.get(reverse("own")))
    assert "Octobre 2026" in page
    assert "120 <small>heures" in page
    assert "Bâti Essai" in page
    assert confirmations_of([world.line.pk])[world.line.pk].by_person is None
    client.post(reverse("own-answer"), {"line": world.line.public_id, "answer": "yes"})
    known = confirmations_of([world.line.pk])[world.line.pk]
    assert known.confirmed_by_person
    assert not known.confirmed_by_structure
    assert not known.awaits_structure
    client.post(reverse("own-answer"), {"line": world.line.public_id, "answer": "unknown"})
    assert confirmations_of([world.line.pk])[world.line.pk].by_person is Said.UNKNOWN, "the last answer counts"
    assert LineConfirmation.objects.count() == 2, "and the first one stays"


def test_a_person_answers_for_nobody_else(world: World, samira: Person):
    other = world.sent_line(
        world.commitment(world.contract("2026-0200")), world.placement(world.person("Autre", "Inès"))
    )
    client = visit(world, samira)
    assert client.post(reverse("own-answer"), {"line": other.public_id, "answer": "yes"}).status_code == 404
    response = client.post(reverse("own-contest"), {"about": f"line:{other.public_id}", "matter": "fewer", "words": ""})
    assert response.status_code == 422
    assert not LineConfirmation.objects.exists()
    assert not Contest.objects.exists()
    for name in ("own", "own-data", "own-data-json", "own-book"):
        assert "Inès" not in words(client.get(reverse(name)))


def test_a_confirmation_is_never_rewritten(world: World, samira: Person):
    visit(world, samira).post(reverse("own-answer"), {"line": world.line.public_id, "answer": "yes"})
    for change in (
        lambda: LineConfirmation.objects.update(answer="no"),
        lambda: LineConfirmation.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
            change()


def test_saying_no_opens_a_case_that_freezes_the_line_until_the_facilitator_answers(world: World, samira: Person):
    client, line = visit(world, samira), world.line
    response = client.post(reverse("own-answer"), {"line": line.public_id, "answer": "no"})
    assert response.url == f"{reverse('own-contest')}?heures={line.public_id}"
    assert "Je ne suis pas d’accord" in words(client.get(response.url))
    client.post(
        reverse("own-contest"), {"about": f"line:{line.public_id}", "matter": "more", "words": "J’ai fait 140 heures."}
    )
    contest = Contest.objects.get()
    assert b"140" not in bytes(contest.words)
    near = world.actors["near"]
    for act in (
        lambda: accept_line(actor=near, line_public_id=line.public_id, now=NOW, values=CATALOGUE),
        lambda: refuse_line(actor=near, line_public_id=line.public_id, reason="trop", now=NOW),
    ):
        with pytest.raises(Refusal, match="conteste ces heures"):
            act()
    todo = words(world.client("near").get(reverse("todo")))
    assert "1 personne conteste des heures" in todo
    assert "conteste" not in words(world.client("company").get(reverse("todo")))
    page = words(world.client("near").get(reverse("contest", args=[contest.public_id])))
    assert "J’ai fait 140 heures." in page
    answered = world.client("near").post(
        reverse("contest", args=[contest.public_id]), {"upheld": "no", "answer": "J’ai vu le bulletin : 120 heures."}
    )
    assert answered.status_code == 303
    assert "J’ai vu le bulletin : 120 heures." in words(client.get(reverse("own")))
    accept_line(actor=near, line_public_id=line.public_id, now=NOW, values=CATALOGUE)


def test_only_the_facilitator_of_the_person_answers(world: World, samira: Person):
    client = visit(world, samira)
    client.post(reverse("own-contest"), {"about": f"line:{world.line.public_id}", "matter": "more", "words": ""})
    contest = Contest.objects.get()
    for who in ("far", "company", "rival", "buyer"):
        assert world.client(who).get(reverse("contest", args=[contest.public_id])).status_code == 404, who
    assert world.client("mission").get(reverse("contest", args=[contest.public_id])).status_code == 200
    for who in ("mission", "far", "company"):
        response = world.client(who).post(
            reverse("contest", args=[contest.public_id]), {"upheld": "yes", "answer": "Oui"}
        )
        assert response.status_code == 404, who
    empty = world.client("near").post(reverse("contest", args=[contest.public_id]), {"upheld": "yes", "answer": " "})
    assert empty.status_code == 422
    assert Contest.objects.get().answered_at is None


def test_an_answered_case_is_final_and_none_is_erased(world: World, samira: Person):
    client = visit(world, samira)
    client.post(reverse("own-contest"), {"about": f"line:{world.line.public_id}", "matter": "fewer", "words": ""})
    contest = Contest.objects.get()
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        Contest.objects.update(matter="more")
    answer_contest(actor=world.actors["near"], contest_id=contest.public_id, upheld=True, answer="D’accord.", now=NOW)
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        Contest.objects.update(upheld=False)
    with pytest.raises(DatabaseError, match="FROZEN"), transaction.atomic():
        Contest.objects.all().delete()


def test_a_decision_is_contested_too(world: World, samira: Person):
    client = visit(world, samira)
    decision = samira.decisions.get()
    client.post(reverse("own-contest"), {"about": f"decision:{decision.public_id}", "words": "Il manque un mois."})
    assert Contest.objects.get().decision == decision
    again = client.post(reverse("own-contest"), {"about": f"decision:{decision.public_id}", "words": ""})
    assert again.status_code == 422
    assert "attend déjà une réponse" in words(again)
    assert "Décision d’éligibilité" in words(world.client("near").get(reverse("contests")))


def test_who_looked_is_said_by_organisation_and_purpose_without_agents_names(world: World, samira: Person):
    world.client("mission").get(reverse("person", args=[samira.public_id]))
    page = words(visit(world, samira).get(reverse("own-reads")))
    assert "Département d’essai" in page
    assert "Suivre votre parcours" in page
    assert "25 novembre 2026" in page
    assert "Mission Essai" not in page


def test_the_criterion_is_shown_to_the_person_and_stays_off_addresses_and_journals(world: World, samira: Person):
    client = visit(world, samira)
    assert SECRET_CRITERION in words(client.get(reverse("own-data")))
    for name in ("own", "own-book", "own-reads", "own-contest"):
        assert SECRET_CRITERION not in words(client.get(reverse(name))), name
    said = " ".join(str(row) for row in (*JournalEntry.objects.values_list(), *PersonRead.objects.values_list()))
    assert SECRET_CRITERION not in said


def test_the_export_is_complete_by_construction(world: World, samira: Person):
    client = visit(world, samira)
    client.post(reverse("own-answer"), {"line": world.line.public_id, "answer": "yes"})
    client.post(
        reverse("own-note"),
        {"placement": samira.placements.get().public_id, "tasks": "Coffrage", "skill": ["Arriver à l’heure"]},
    )
    found = json.loads(client.get(reverse("own-data-json")).content)
    tables = found["tables"]
    assert tables["participants_person"]["rows"][0]["identity"]["last_name"] == "Belkacem"
    assert tables["participants_eligibilityground"]["rows"][0]["sealed"]["criterion"] == SECRET_CRITERION
    assert tables["hours_statementline"]["rows"][0]["hours"] == "120.00"
    assert tables["participants_worknote"]["rows"][0]["sealed"]["tasks"] == "Coffrage"
    assert tables["hours_lineconfirmation"]["rows"][0]["answer"] == "yes"
    text = json.dumps(found)
    assert "identity_index" not in text
    assert "token_hash" not in text
    assert "Near Essai" not in text, "agents are not named"


def test_every_table_that_leads_to_a_person_is_exported_or_said_why_not():
    listed = {table.model for table in own_data.TABLES} | set(own_data.NOT_TOLD)
    assert own_data.tables_that_lead_to_a_person() - listed == set()


def test_a_forgotten_table_is_noticed(monkeypatch):
    kept = tuple(table for table in own_data.TABLES if table.model is not WorkNote)
    monkeypatch.setattr(own_data, "TABLES", kept)
    listed = {table.model for table in own_data.TABLES} | set(own_data.NOT_TOLD)
    assert own_data.tables_that_lead_to_a_person() - listed == {WorkNote}


def test_the_book_keeps_what_the_person_wrote_and_prints(world: World, samira: Person):
    client = visit(world, samira)
    placement = samira.placements.get()
    note = {
        "placement": placement.public_id,
        "tasks": "Coffrage et béton",
        "skill": ["Travailler en équipe", "inventé"],
        "own_skill": "Lire un plan",
    }
    assert client.post(reverse("own-note"), note).status_code == 303
    page = words(client.get(reverse("own-book")))
    for expected in ("Coffrage et béton", "Travailler en équipe", "Lire un plan", "Aide-maçon", "120 h"):
        assert expected in page
    assert "<li>inventé" not in page
    assert b"Coffrage" not in bytes(WorkNote.objects.get().sealed)
    assert client.get(reverse("own-book-pdf")).content.startswith(b"%PDF")
    too_long = client.post(reverse("own-note"), note | {"tasks": "é" * 1001})
    assert too_long.status_code == 422
    assert "é" * 1001 in words(too_long), "what was typed stays"
    other = world.placement(world.person("Autre", "Inès"))
    assert client.post(reverse("own-note"), note | {"placement": other.public_id}).status_code == 404


def test_the_page_takes_the_same_queries_whatever_the_months(
    world: World, samira: Person, django_assert_max_num_queries
):
    placement, commitment = samira.placements.get(), world.line.statement.commitment
    for month in range(1, 10):
        world.sent_line(commitment, placement, month=date(2026, month, 1))
    client = visit(world, samira)
    client.get(reverse("own"))
    with django_assert_max_num_queries(17):
        client.get(reverse("own"))


def test_what_became_of_a_case_is_said_first_a_month_later(world: World, samira: Person, monkeypatch):
    client = visit(world, samira)
    sent = {"about": f"line:{world.line.public_id}", "matter": next(iter(Matter)).value, "words": ""}
    assert client.post(reverse("own-contest"), sent).status_code == 303
    assert "Votre facilitateur doit vous répondre" in words(client.get(reverse("own")))
    answer_contest(
        actor=world.actors["near"],
        contest_id=Contest.objects.get().public_id,
        upheld=True,
        answer="C’est corrigé.",
        now=NOW,
    )
    assert "Votre facilitateur vous a répondu" in words(client.get(reverse("own")))
    for days, said in ((31, True), (32, False)):
        monkeypatch.setattr(clock, "now", lambda days=days: NOW + timedelta(days=days))
        later = visit(world, samira)
        assert ("Votre facilitateur vous a répondu" in words(later.get(reverse("own")))) is said, days
