import pytest
from django.urls import reverse

from levier.audit.models import JournalEntry, PersonRead
from levier.commitments.models import Commitment, CommitmentPlacement
from levier.participants import queries
from levier.participants.identity import open_identity
from levier.participants.models import EligibilityDecision, Person, Placement
from levier.web import clock, people, wording
from tests.reading import words
from tests.world import NOW, SECRET_CRITERION, World, siret

pytestmark = pytest.mark.django_db
SIGNED_IN = 3
"""Queries of a signed-in page once the session has begun: session, user, memberships."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def populated(world: World, people: int) -> list[Person]:
    commitment = world.commitment(world.contract())
    found = []
    for number in range(people):
        person = world.person(f"Nom{number}")
        world.placement(person, commitment)
        found.append(person)
    return found


LIST = {"mission": 7, "near": 9}
"""Pairs that may be one person (beside the navigation too), how many stand where, the people, their placements, files merged into them,
the journal of names shown; a scope of one’s own is no query more. By name: the pairs are not counted, the name is looked for.
"""


@pytest.mark.parametrize("who", sorted(LIST))
def test_the_list_takes_the_same_queries_whatever_its_length(world: World, who: str, django_assert_num_queries):
    populated(world, 2)
    client = world.client(who)
    client.get(reverse("people"))
    for told in ({}, {"etat": "eligible"}):
        with django_assert_num_queries(SIGNED_IN + LIST[who]):
            client.get(reverse("people"), told)
    with django_assert_num_queries(SIGNED_IN + LIST[who]):
        client.get(reverse("people"), {"nom": "sam"})
    for number in range(10):
        world.placement(world.person(f"Autre{number}"), Commitment.objects.get())
    before = PersonRead.objects.count()
    with django_assert_num_queries(SIGNED_IN + LIST[who]):
        response = client.get(reverse("people"))
    assert words(response).count('<th scope="row">') == 12
    assert PersonRead.objects.count() == before + 12
    with django_assert_num_queries(SIGNED_IN + LIST[who]):
        response = client.get(reverse("people"), {"nom": "autre"})
    assert words(response).count('<th scope="row">') == 10


def test_only_the_names_of_the_page_shown_are_opened_and_journaled(world: World, monkeypatch):
    populated(world, 3)
    monkeypatch.setattr(people, "PAGE_LENGTH", 2)
    opened = []
    monkeypatch.setattr(queries, "open_identity", lambda sealed, of: opened.append(of) or open_identity(sealed, of))
    page = words(world.client("near").get(reverse("people")))
    assert len(opened) == PersonRead.objects.count() == 2
    assert ("Samira Nom2" in page, "Samira Nom1" in page, "Samira Nom0" in page) == (True, True, False)
    opened.clear()
    assert "Samira Nom0" in words(world.client("near").get(reverse("people"), {"page": "2"}))
    assert len(opened) == 1
    assert "Samira" not in words(world.client("far").get(reverse("people"), {"nom": "sam"}))
    assert PersonRead.objects.filter(actor_user_id=world.users["far"].pk).count() == 0


def test_too_many_names_say_so_and_keep_what_was_typed(world: World, monkeypatch):
    populated(world, 3)
    monkeypatch.setattr(queries, "OPENED", 2)
    page = words(world.client("near").get(reverse("people"), {"nom": "nom<", "etat": "eligible"}))
    assert "Beaucoup de noms commencent ainsi" in page
    assert 'value="nom&lt;"' in page
    assert "nom=nom%3C" in page, "each filter keeps what was typed"


def test_the_list_is_searched_by_name_and_filtered_by_state(world: World):
    populated(world, 3)
    world.person("Zouari", "Karim")
    client = world.client("near")
    assert "Samira Nom1" in words(client.get(reverse("people"), {"nom": "nom1"}))
    assert "Samira Nom2" not in words(client.get(reverse("people"), {"nom": "nom1"}))
    undecided = words(client.get(reverse("people"), {"etat": "undecided"}))
    assert "Karim Zouari" in undecided
    assert "Samira" not in undecided
    assert "Personne ne correspond" in words(client.get(reverse("people"), {"nom": "inconnue"}))


def test_the_empty_list_says_what_to_do(world: World):
    assert "Ouvrez la fiche d’une personne" in words(world.client("near").get(reverse("people")))
    assert "Les facilitateurs ouvrent les fiches" in words(world.client("mission").get(reverse("people")))


def test_who_reaches_the_pages_of_people(world: World):
    (person,) = populated(world, 1)
    for who, status in {"mission": 200, "near": 200, "far": 404, "company": 404, "rival": 404, "buyer": 404}.items():
        assert world.client(who).get(reverse("person", args=[person.public_id])).status_code == status, who
    for name in ("eligibility-new", "eligibility-refuse", "placement-new"):
        for who in ("mission", "far", "company", "buyer"):
            assert world.client(who).get(reverse(name, args=[person.public_id])).status_code == 404, (name, who)
            assert world.client(who).post(reverse(name, args=[person.public_id])).status_code == 404, (name, who)
    placement = Placement.objects.get()
    for who in ("mission", "far", "company"):
        assert world.client(who).get(reverse("placement-end", args=[placement.public_id])).status_code == 404


def test_a_file_shows_identity_decisions_work_and_who_read_it(world: World):
    (person,) = populated(world, 1)
    world.client("mission").get(reverse("person", args=[person.public_id]))
    page = words(world.client("near").get(reverse("person", args=[person.public_id])))
    for expected in (
        "Samira Nom0",
        person.reference,
        "Aide-maçon",
        "2026-0147, lot 1",
        "Mission Essai, chargée de mission : identité et critère",
        SECRET_CRITERION,
    ):
        assert expected in page


def test_a_facilitator_who_only_hosts_the_work_reads_no_criterion(world: World):
    visitor = world.person("Zouari", "Karim", territory=5)
    world.placement(visitor, world.commitment(world.contract()))
    page = words(world.client("near").get(reverse("person", args=[visitor.public_id])))
    assert "Karim Zouari" in page
    assert SECRET_CRITERION not in page
    assert "Nouvelle décision" not in page
    assert SECRET_CRITERION in words(world.client("far").get(reverse("person", args=[visitor.public_id])))


def test_a_company_reads_its_people_without_criterion_proof_or_birth_date(world: World):
    populated(world, 2)
    other = world.placement(
        world.person("Ailleurs"),
        world.commitment(world.contract("2026-0200"), holder="Rival Essai"),
        employer="Rival Essai",
    )
    page = words(world.client("company").get(reverse("own-people")))
    assert "Samira Nom0" in page
    assert wording.long_day(other.decision.valid_until, weekday=False).replace("\u00a0", " ") in page
    for secret in ("Ailleurs", SECRET_CRITERION, "RSA", "1998", "mars"):
        assert secret not in page
    assert PersonRead.objects.filter(actor_role="company").count() == 2
    assert world.client("near").get(reverse("own-people")).status_code == 404


def test_opening_a_file_then_finding_it_again(world: World):
    client = world.client("near")
    form = {"last_name": "Benali", "first_name": "Inès", "birth_date": "1999-05-06", "commune": ""}
    response = client.post(reverse("person-new"), form)
    person = Person.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("person", args=[person.public_id])
    again = client.post(reverse("person-new"), form | {"last_name": "BENALI"})
    assert again.status_code == 422
    assert person.reference in words(again)
    assert reverse("person", args=[person.public_id]) in words(again)
    elsewhere = world.client("far").post(reverse("person-new"), form)
    assert elsewhere.status_code == 422
    assert "Facilitatrice 4" in words(elsewhere)
    for secret in (person.reference, person.public_id):
        assert secret not in words(elsewhere)
    assert Person.objects.count() == 1


def test_what_is_typed_stays_and_a_social_security_number_is_refused(world: World):
    response = world.client("near").post(
        reverse("person-new"), {"last_name": "1 98 03 13 055 123 45", "first_name": "Inès", "birth_date": "1999-05-06"}
    )
    page = words(response)
    assert response.status_code == 422
    assert "sécurité sociale" in page
    assert 'href="#f-last_name"' in page
    assert 'id="f-last_name-error"' in page
    assert 'value="Inès"' in page
    assert not JournalEntry.objects.exists()


DECISION = {
    "criterion": "RSA", "proof_date": "2026-11-02", "expires_on": "", "decision_date": "2026-11-25",
    "kind": "cdd", "hire_date": "2026-12-01", "contract_end": "2027-05-31",
}  # fmt: skip


def test_the_window_is_shown_then_granted_and_never_another_than_shown(world: World):
    person = world.person()
    client = world.client("near")
    address = reverse("eligibility-new", args=[person.public_id])
    assert 'value="2026-11-25"' in words(client.get(address))
    shown = client.post(address, DECISION)
    assert shown.status_code == 200
    assert "Accorder cette période" in words(shown)
    assert 'value="2026-12-01/2027-05-31"' in words(shown)
    changed = client.post(address, DECISION | {"contract_end": "2027-06-30", "shown": "2026-12-01/2027-05-31"})
    assert "2026-12-01/2027-06-30" in words(changed)
    assert not EligibilityDecision.objects.exists()
    done = client.post(address, DECISION | {"shown": "2026-12-01/2027-05-31"})
    assert done.status_code == 302
    assert EligibilityDecision.objects.get().granted
    twice = client.post(address, DECISION | {"shown": "2026-12-01/2027-05-31"})
    assert twice.status_code == 422
    assert EligibilityDecision.objects.count() == 1


def test_a_proof_that_is_too_old_is_refused_beside_its_field(world: World):
    person = world.person()
    response = world.client("near").post(
        reverse("eligibility-new", args=[person.public_id]),
        DECISION | {"proof_date": "2026-08-01", "kind": "n’importe"},
    )
    assert response.status_code == 422
    assert "f-kind-error" in words(response)
    response = world.client("near").post(
        reverse("eligibility-new", args=[person.public_id]), DECISION | {"proof_date": "2026-08-01"}
    )
    assert "f-proof_date-error" in words(response)
    assert "Accorder" not in words(response)


def test_a_refusal_takes_a_reason_from_the_list(world: World):
    person = world.person()
    address = reverse("eligibility-refuse", args=[person.public_id])
    client = world.client("near")
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "withdrawn", "criterion": ""}).status_code == 302
    assert "A renoncé" in words(client.get(reverse("person", args=[person.public_id])))


PLACEMENT = {
    "modality": "direct_hire", "employer_siret": "", "employer_name": "", "structure_kind": "", "contract_kind": "cdd",
    "job_title": "Aide-maçon", "job_code": "F1703", "starts_on": "2026-12-01", "ends_on": "2027-05-31", "weekly_hours": "35",
}  # fmt: skip


def test_a_placement_goes_onto_its_commitment_in_one_step_or_not_at_all(world: World):
    person = world.person()
    world.decision(person)
    commitment = world.commitment(world.contract())
    client = world.client("near")
    address = reverse("placement-new", args=[person.public_id])
    assert "Réhabilitation" not in words(client.get(address))
    assert "2026-0147, lot 1, Bâti Essai" in words(client.get(address))
    late = client.post(address, PLACEMENT | {"commitment": commitment.public_id, "starts_on": "2027-04-01"})
    assert late.status_code == 422
    assert not Placement.objects.exists()
    done = client.post(address, PLACEMENT | {"commitment": commitment.public_id})
    assert done.status_code == 302
    placement = Placement.objects.get()
    assert placement.employer.name == "Bâti Essai", "the holder, where no other employer is named"
    assert CommitmentPlacement.objects.get().commitment == commitment
    assert client.post(address, PLACEMENT | {"commitment": commitment.public_id}).status_code == 422
    assert Placement.objects.count() == 1


def test_a_placement_without_decision_or_with_a_foreign_commitment_is_refused(world: World):
    person = world.person()
    client = world.client("near")
    address = reverse("placement-new", args=[person.public_id])
    assert "Aucune décision d’éligibilité" in words(client.get(address))
    missing = client.post(address, PLACEMENT | {"employer_siret": siret(88), "employer_name": "Bâti Neuf"})
    assert "n’a pas de décision" in words(missing)
    foreign = world.commitment(world.contract("2026-0500", territory=5), territory=5)
    response = client.post(address, PLACEMENT | {"commitment": foreign.public_id})
    assert response.status_code == 422
    assert "f-commitment-error" in words(response)


def test_the_end_of_a_contract(world: World):
    populated(world, 1)
    placement = Placement.objects.get()
    client = world.client("near")
    address = reverse("placement-end", args=[placement.public_id])
    assert client.get(address).status_code == 200
    assert client.post(address, {"ends_on": "2020-01-01"}).status_code == 422
    assert client.post(address, {"ends_on": "30/11/2026"}).status_code == 302
    placement.refresh_from_db()
    assert placement.ends_on.isoformat() == "2026-11-30"
