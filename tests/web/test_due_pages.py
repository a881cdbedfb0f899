"""Pages of what is due, of pieces and amendments, of groups and transfers: status, words, queries, and who sees what."""

from datetime import date
from decimal import Decimal

import pytest

from levier.commitments.actions import consent_to_pooling, make_commitment, record_pooling
from levier.commitments.group_actions import propose_transfer, take_member
from levier.commitments.models import Commitment, DueBasis, DueMovement, DueTransfer, DueTransferAnswer
from levier.commitments.values import CommitmentTerms, DueMethod, DueRule, Instrument, MemberRole
from levier.web import clock
from tests.reading import words
from tests.world import NOW, TODAY, World, small_world

AT = "/marches/engagements/{}/{}/"


@pytest.fixture
def world(db) -> World:
    return small_world()


@pytest.fixture
def tranche(world) -> Commitment:
    rule = DueRule(DueMethod.TRANCHE, "CCAP, art. 1.4", Decimal(2000), Decimal(2_700_000))
    terms = CommitmentTerms(Instrument.EXECUTION_CONDITION, Decimal(0), date(2026, 1, 1), date(2027, 2, 28), rule=rule)
    return make_commitment(
        actor=world.actors["mission"], lot_id=world.contract().public_id,
        holder_id=world.organisation("Bâti Essai").public_id, territory_number=4, terms=terms, now=NOW,
    )  # fmt: skip


def url(commitment, page) -> str:
    return AT.format(commitment.public_id, page)


def test_an_invoice_is_entered_and_what_is_due_is_explained(world, tranche):
    client = world.client("mission")
    assert "Rien n’est encore dû" in words(client.get(url(tranche, "heures-dues")))
    typed = {"kind": "invoice", "reference": "F-1", "on": "2026-03-31", "amount": "3 000 000"}
    for _ in range(2):
        answer = client.post(url(tranche, "pieces"), typed, follow=True)
    assert DueBasis.objects.count() == 1, "a double click enters it once"
    page = words(answer)
    assert "150 h sont dues" in page
    for sentence in ("Dues sur factures", "Facture : F-1", "seuil de 2 700 000 €", "au-delà du seuil", "+150"):
        assert sentence in page
    csv = client.get(url(tranche, "heures-dues") + "export.csv").content.decode()
    assert "F-1" in csv
    assert "150" in csv


def test_several_lines_are_pasted_all_or_none(world, tranche):
    client = world.client("buyer")
    lines = "F-1\t31/03/2026\t2 800 000\nF-2;2026-04-30;-20 000,00\n"
    bad = client.post(url(tranche, "pieces"), {"kind": "invoice", "pasted": lines + "F-3;hier;5"})
    assert bad.status_code == 422
    assert "Ligne 3 : « hier » n’est pas une date" in words(bad)
    assert "F-2;2026-04-30" in words(bad), "what was typed stays"
    assert not DueBasis.objects.exists()
    clash = client.post(url(tranche, "pieces"), {"kind": "invoice", "pasted": lines + "F-1;2026-05-01;5"})
    assert "Ligne 3 (F-1)" in words(clash)
    assert client.post(url(tranche, "pieces"), {"kind": "invoice", "pasted": lines}).status_code == 303
    assert Commitment.objects.get().due_hours == 40


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "worked"}, "kind"),
        ({"reference": ""}, "reference"),
        ({"on": "2027-01-01"}, "on"),
        ({"amount": "beaucoup"}, "amount"),
        ({"kind": "order", "until": "2026-01-01"}, "until"),
    ],
)
def test_what_cannot_be_entered_is_said_beside_its_field(world, tranche, typed, field):
    good = {"kind": "invoice", "reference": "F-1", "on": "2026-03-31", "amount": "5"}
    answer = world.client("mission").post(url(tranche, "pieces"), good | typed)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in words(answer)


def test_an_amendment_lowers_the_due_and_the_surplus_is_shown(world):
    commitment = world.commitment(world.contract(), due="300.00")
    client = world.client("mission")
    page = words(client.get(url(commitment, "avenant")))
    assert "300 h dues aujourd’hui" in page
    typed = {"reference": "Avenant 2", "effective_on": "2026-07-01", "due_hours": "260"}
    for _ in range(2):
        answer = client.post(url(commitment, "avenant"), typed, follow=True)
    assert "Avenant : Avenant 2" in words(answer)
    assert DueMovement.objects.filter(kind="amendment").count() == 1
    wrong = client.post(url(commitment, "avenant"), typed | {"reference": "Avenant 3", "effective_on": "2025-07-01"})
    assert wrong.status_code == 422
    assert "prendre effet entre le" in words(wrong)


def test_who_sees_and_who_enters(world, tranche):
    for name, shown, entered in (
        ("mission", 200, 200), ("buyer", 200, 200), ("near", 200, 404), ("company", 200, 404),
        ("far", 404, 404), ("rival", 404, 404), ("stranger_buyer", 404, 404),
    ):  # fmt: skip
        client = world.client(name)
        assert client.get(url(tranche, "heures-dues")).status_code == shown, name
        assert client.get(url(tranche, "pieces")).status_code == entered, name
        assert client.get(url(tranche, "avenant")).status_code == entered, name


def test_the_due_is_read_in_a_constant_number_of_queries(world, tranche, django_assert_max_num_queries):
    client = world.client("mission")
    lines = "\n".join(f"F-{rank};2026-03-{rank:02d};300 000" for rank in range(1, 29))
    client.post(url(tranche, "pieces"), {"kind": "invoice", "pasted": lines})
    with django_assert_max_num_queries(18):
        assert client.get(url(tranche, "heures-dues")).status_code == 200


def test_the_form_of_a_commitment_takes_every_method(world):
    client = world.client("mission")
    base = {
        "holder": "", "instrument": "execution_condition", "territory": "4", "starts_on": "2026-01-01", "ends_on": "2027-12-31",
        "rule_source": "CCAP, art. 9",
    }  # fmt: skip
    for rank, (typed, due) in enumerate(
        (
            ({"method": "stepped", "steps": "200 ; 300"}, 500),
            ({"method": "percentage", "rates": "5 ; 7,5 %"}, 0),
            ({"method": "tranche", "euros_per_hour": "2 000", "trigger_mode": "retroactive"}, 0),
        )
    ):
        lot = world.contract(f"R-{rank}")
        base["holder"] = world.organisation("Bâti Essai").public_id
        answer = client.post(f"/marches/lots/{lot.public_id}/engagement/", base | typed)
        assert answer.status_code == 303, words(answer)
        made = Commitment.objects.get(lot=lot)
        assert (made.due_hours, made.due_terms.method) == (due, typed["method"])
    answer = client.post(
        f"/marches/lots/{world.contract('R-9').public_id}/engagement/", base | {"method": "tranche", "rule_source": ""}
    )
    assert answer.status_code == 422
    assert 'id="f-euros_per_hour-error"' in words(answer)
    assert 'id="f-rule_source-error"' in words(answer)


@pytest.fixture
def group(world) -> tuple[Commitment, Commitment]:
    head = world.commitment(world.contract(), due="300.00")
    member = take_member(
        actor=world.actors["company"], parent_public_id=head.public_id, siret=world.organisation("Rival Essai").siret, name="",
        role=MemberRole.SUBCONTRACTOR, now=NOW,
    )  # fmt: skip
    return head, member


def test_the_leader_takes_a_member_and_they_agree_on_a_share(world):
    head = world.commitment(world.contract(), due="300.00")
    leader, other = world.client("company"), world.client("rival")
    assert "ne doit rien tant" in words(leader.get(url(head, "groupement")))
    assert leader.post(url(head, "groupement/membre"), {"siret": "123"}).status_code == 422
    typed = {"siret": world.organisation("Rival Essai").siret, "role": "co_contractor", "liability": "solidary"}
    page = words(leader.post(url(head, "groupement/membre"), typed, follow=True))
    assert "Groupement solidaire : chaque membre répond de tous" in page
    member = Commitment.objects.get(head=head)
    proposal = {"source": head.public_id, "target": member.public_id, "hours": "80", "reason": "Carrelage"}
    for _ in range(2):
        page = words(leader.post(url(head, "transfert"), proposal, follow=True))
    assert DueTransfer.objects.count() == 1
    assert "En attente de l’autre partie" in page
    page = words(other.get(url(member, "groupement")))
    assert "À vous de répondre" in page
    reply = {"transfer": DueTransfer.objects.get().public_id, "answer": "yes"}
    for _ in range(2):
        page = words(other.post(url(member, "transfert/reponse"), reply, follow=True))
    assert DueTransferAnswer.objects.count() == 1
    assert "Transfert accepté" in page
    assert (Commitment.objects.get(pk=head.pk).due_hours, Commitment.objects.get(pk=member.pk).due_hours) == (220, 80)


def test_a_refusal_needs_its_reason_and_a_proposal_too_large_is_said(world, group):
    head, member = group
    leader, other = world.client("company"), world.client("rival")
    large = leader.post(
        url(head, "transfert"), {"source": head.public_id, "target": member.public_id, "hours": "301", "reason": "x"}
    )
    assert large.status_code == 422
    assert "Au plus 300 h" in words(large)
    asked = propose_transfer(
        actor=world.actors["company"], source_id=head.public_id, target_id=member.public_id, hours=Decimal(80), reason="x",
        now=NOW,
    )  # fmt: skip
    reply = {"transfer": asked.public_id, "answer": "no"}
    assert "Écrivez le motif" in words(other.post(url(member, "transfert/reponse"), reply, follow=True))
    assert "Transfert refusé" in words(
        other.post(url(member, "transfert/reponse"), reply | {"reason": "Non"}, follow=True)
    )


def test_the_first_day_of_a_member_is_proposed_kept_and_shown(world, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    head = world.commitment(world.contract(), due="300.00")
    leader, address = world.client("company"), url(head, "groupement/membre")
    assert f'value="{TODAY.isoformat()}"' in leader.get(address).content.decode()
    typed = {"siret": world.organisation("Rival Essai").siret, "role": "subcontractor", "starts_on": "03/02/2029"}
    answer = leader.post(address, typed)
    assert answer.status_code == 422
    assert "Son premier jour doit être entre le 1er janvier 2026 et le 28 février 2027" in words(answer)
    assert 'value="03/02/2029"' in answer.content.decode(), "what was typed stays"
    page = words(leader.post(address, typed | {"starts_on": "2026-11-02"}, follow=True))
    assert "depuis le 2 nov. 2026" in page
    assert leader.post(address, typed | {"starts_on": "hier"}).status_code == 422
    page = words(leader.post(address, typed | {"starts_on": ""}, follow=True))
    assert "depuis le 2 nov. 2026" in page, "without a date, what is known stays"


def test_a_member_sees_the_shares_and_nobody_elses_people(world, group):
    head, member = group
    world.sent_line(head, world.placement(world.person("Secrète"), head))
    page = words(world.client("rival").get(url(member, "groupement")))
    assert "Bâti Essai" in page
    assert "Secrète" not in page
    assert world.client("rival").get(url(head, "groupement")).status_code == 404, "its own commitment is its door"
    for stranger in ("far", "stranger_buyer"):
        assert world.client(stranger).get(url(head, "groupement")).status_code == 404


def test_a_member_that_is_late_is_shown_as_failing(world, group):
    head, member = group
    member.__class__.objects.filter(pk__in=[head.pk, member.pk]).update(ends_on=date(2026, 6, 30))
    assert "Défaillante" in words(world.client("mission").get(url(head, "groupement")))


def test_each_buyer_agrees_to_share_hours(world):
    ours, theirs = world.contract("NOUS"), world.contract("EUX")
    theirs.contract.buyer = world.organisation("Commune d’ailleurs", "buyer")
    theirs.contract.save()
    commitments = [world.commitment(ours), world.commitment(theirs)]
    agreement = record_pooling(
        actor=world.actors["mission"], reference="G-1", signed_on=date(2026, 1, 5),
        commitment_ids=[one.public_id for one in commitments], now=NOW,
    )  # fmt: skip
    there = f"/marches/{theirs.contract.public_id}/?rubrique=documents"
    client = world.client("stranger_buyer")
    assert "Donner l’accord de Commune d’ailleurs" in words(client.get(there))
    client.post(url(commitments[1], "globalisation/accord"), {"agreement": agreement.public_id})
    page = words(client.get(there))
    assert "Donner l’accord" not in page
    assert "Accord attendu" in page
    consent_to_pooling(actor=world.actors["mission"], agreement_public_id=agreement.public_id, now=NOW)
    assert "Accord attendu" not in words(client.get(there))
