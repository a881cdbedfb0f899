"""Forms set out by hand, for R14: on things made for them, up to the page where other people have done their part.

Each maker leaves one form ready to be sent, with content that has an effect when it is sent once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from levier.accounts.invitations import invite
from levier.accounts.models import DeclarationLink, Membership
from levier.accounts.tokens import digest
from levier.accounts.values import Duty, Role, System
from levier.bids import actions as bids
from levier.bids import scoring
from levier.bids.models import Bid
from levier.bids.rules import default_grid
from levier.commitments.actions import record_pooling
from levier.commitments.group_actions import propose_transfer, take_member
from levier.commitments.models import Commitment
from levier.commitments.site_actions import write_site_period
from levier.commitments.site_days import SiteKind
from levier.commitments.values import MemberRole
from levier.compliance.actions import seal_certificate
from levier.compliance.closing import answer_settlement, propose_settlement
from levier.controls.actions import open_case
from levier.controls.models import Case
from levier.controls.values import CaseKind
from levier.controls.visit_actions import receive_visit, report_from
from levier.documents.queries import certificate_bytes
from levier.drafting.actions import put_model_back
from levier.drafting.shipped import build
from levier.drafting.values import Piece
from levier.erasure.actions import ask_erasure
from levier.hours.actions import accept_line
from levier.hours.checks import TypedLine
from levier.hours.contests import Matter, answer_contest, open_contest
from levier.hours.declarations import save_draft
from levier.hours.dictations import propose_to_company, type_for_company
from levier.hours.models import StatementLine
from levier.notifications.actions import deliver_due, queue
from levier.notifications.models import Message
from levier.onboarding.actions import invite_from_award
from levier.organisations.models import Organisation
from levier.organisations.values import StructureKind
from levier.participants.actions import register_person
from levier.participants.letters import make_letter, token_digest
from levier.participants.models import OutcomeQuestion, Person, Placement
from levier.participants.outcomes import keep_contact
from levier.participants.values import NewPerson
from levier.procurement.amending import AmendmentTerms, record_amendment
from levier.reference.queries import catalogue
from levier.referrals.actions import take_step
from levier.referrals.values import ReferralState
from levier.sizing.actions import keep_study
from levier.sizing.calculation import SizingChoice
from levier.supply.actions import close_structure, save_structure
from levier.supply.values import StructureFacts
from tests.world import NOW, TODAY, World, links_sent_to, siret

PASSWORD = "une phrase assez longue pour entrer"
REPORT = {"present": "7", "insertion": "2", "item-tutor": "no", "note-tutor": "Absent"}


@dataclass(frozen=True)
class Form:
    """Who sends it (nobody: a browser that is not signed in), the page it is on, the address it goes to where that is another, what is
    typed, what is dropped in it (field → name and content), what is typed on the step before, and what kind of answer is asked for.
    """

    by: str
    page: str
    typed: dict[str, Any] = field(default_factory=dict)
    address: str = ""
    browser: Client | None = None
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    first: dict[str, Any] | None = None
    accept: str = "text/html"


def visitor() -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def _next(world: World) -> int:
    return next(world.serial)


def _owed(world: World, due: str = "300.00") -> Commitment:
    return world.commitment(world.contract(f"REJEU-{_next(world)}"), due=due)


def _at(commitment: Commitment, page: str) -> str:
    return f"/marches/engagements/{commitment.public_id}/{page}/"


def _waive(world: World) -> Form:
    return Form("mission", _at(_owed(world), "dispense"), {"hours": "10", "reason": "Chantier écourté"})


def _pool(world: World) -> Form:
    both = [_owed(world), _owed(world)]
    typed = {"reference": "G", "signed_on": "2026-01-02", "commitments": [one.public_id for one in both]}
    return Form("mission", _at(both[0], "globalisation"), typed)


def _consent(world: World) -> Form:
    ours, theirs = world.contract(f"NOUS-{_next(world)}"), world.contract(f"EUX-{_next(world)}")
    theirs.contract.buyer = world.organisation("Commune d’ailleurs", "buyer")
    theirs.contract.save()
    shared = [world.commitment(ours), world.commitment(theirs)]
    record_pooling(
        actor=world.actors["mission"], reference="GLOB", signed_on=date(2026, 1, 5), commitment_ids=[one.public_id for one in shared], now=NOW
    )  # fmt: skip
    page = f"/marches/{theirs.contract.public_id}/?rubrique=documents"
    return Form("stranger_buyer", page, address=_at(shared[1], "globalisation/accord"))


def _amend(world: World) -> Form:
    typed = {"reference": "Avenant 1", "effective_on": "2026-07-01", "due_hours": "350"}
    return Form("mission", _at(_owed(world), "avenant"), typed)


def _piece(world: World) -> Form:
    from tests.reliability.crash import _framework

    commitment = _framework(world, f"REJEU-{_next(world)}")
    typed = {"kind": "invoice", "reference": "F-1", "on": "2026-03-01", "amount": "9000"}
    return Form("mission", _at(commitment, "pieces"), typed)


def _commit(world: World) -> Form:
    lot = world.contract(f"REJEU-{_next(world)}")
    typed = {"holder": world.organisation("Bâti Essai").public_id, "due_hours": "660", "territory": "4", "study": ""}
    return Form("mission", f"/marches/lots/{lot.public_id}/engagement/", typed)


def _member(world: World) -> Form:
    typed = {"siret": world.organisation("Rival Essai").siret, "role": "subcontractor", "liability": "solidary"}
    return Form("company", _at(_owed(world), "groupement/membre"), typed)


def _group(world: World) -> tuple[Commitment, Commitment]:
    head = _owed(world)
    member = take_member(
        actor=world.actors["company"], parent_public_id=head.public_id, siret=world.organisation("Rival Essai").siret, name="",
        role=MemberRole.SUBCONTRACTOR, now=NOW,
    )  # fmt: skip
    return head, member


def _transfer(world: World) -> Form:
    head, member = _group(world)
    typed = {"source": head.public_id, "target": member.public_id, "hours": "80", "reason": "Carrelage"}
    return Form("company", _at(head, "transfert"), typed)


def _resume(world: World) -> Form:
    """By the company, whose proposal waits for the facilitator."""
    stopped = write_site_period(
        actor=world.actors["near"], commitment_public_id=_owed(world).public_id, kind=SiteKind.ORDER, first_day=date(2026, 11, 2), last_day=None,
        reason="Ordre de service n° 7", now=NOW,
    )  # fmt: skip
    typed = {"day": "2026-11-16", "reason": "Ordre de service n° 9, reprise"}
    return Form("company", reverse("site-resume", args=[stopped.public_id]), typed)


def _answer(world: World) -> Form:
    head, member = _group(world)
    propose_transfer(
        actor=world.actors["company"], source_id=head.public_id, target_id=member.public_id, hours=Decimal(80), reason="x",
        now=NOW,
    )  # fmt: skip
    return Form("rival", _at(member, "groupement"), {"answer": "yes"}, _at(member, "transfert/reponse"))


def _placed(world: World) -> tuple[Commitment, Placement]:
    commitment = _owed(world)
    return commitment, world.placement(world.person(f"Rejeu{_next(world)}"), commitment)


def _month(commitment: Commitment, page: str = "", month: str = "2026-10") -> str:
    return f"/declarations/{commitment.public_id}/{month}/{page}"


def _save(world: World) -> Form:
    commitment, placement = _placed(world)
    return Form("company", _month(commitment), {f"h-{placement.public_id}": "120", "do": "save"})


def _send_month(world: World) -> Form:
    commitment, placement = _placed(world)
    save_draft(
        actor=world.actors["company"], commitment_public_id=commitment.public_id, month=date(2026, 10, 1),
        typed={placement.public_id: TypedLine("120")}, now=NOW,
    )  # fmt: skip
    return Form("company", _month(commitment, "relire/"))


def _tell(world: World) -> Form:
    commitment, placement = _placed(world)
    typed = {f"h-{placement.public_id}": "120", "told_by": "M. Roux, au téléphone", "do": "propose"}
    return Form("near", _month(commitment, "saisir/"), typed)


def _type(world: World) -> Form:
    commitment, placement = _placed(world)
    return Form("near", _month(commitment, "saisir/"), {f"h-{placement.public_id}": "120", "do": "save"})


def _attach(world: World) -> Form:
    commitment, _ = _placed(world)
    return Form("near", _month(commitment, "saisir/"), {"do": "attach"}, files={"file": ("feuille.png", _png())})


def _agree_to_told(world: World) -> Form:
    commitment, placement = _placed(world)
    who: dict[str, Any] = {
        "actor": world.actors["near"],
        "commitment_public_id": commitment.public_id,
        "month": date(2026, 10, 1),
        "now": NOW,
    }
    type_for_company(typed={placement.public_id: TypedLine("120")}, **who)
    propose_to_company(told_by="M. Roux, au téléphone", life=timedelta(hours=72), **who)
    return Form("company", _month(commitment, "accord/"))


def _seal(world: World) -> Form:
    commitment = _owed(world)
    return Form("mission", _month(commitment, month="2026-09"), address=_month(commitment, "clore/", "2026-09"))


def _table_of_hours(world: World) -> Form:
    content = f"Nom;Prénom;Mois;Heures\nRejeu{_next(world)};Ana;10/2026;100\n".encode()
    return Form("company", "/declarations/tableaux/", files={"file": ("heures.csv", content)})


def _line(world: World) -> StatementLine:
    commitment, placement = _placed(world)
    return world.sent_line(commitment, placement)


def _accept(world: World) -> Form:
    here = "/heures/a-valider/"
    return Form("near", here, {"accept": _line(world).public_id}, f"{here}decider/")


def _refuse(world: World) -> Form:
    typed = {"motif": "", "reason": "Envoyez la feuille d’heures signée."}
    return Form("near", f"/heures/{_line(world).public_id}/refuser/", typed)


def _reverse(world: World) -> Form:
    line = _line(world)
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    return Form("near", f"/heures/{line.public_id}/annuler/", {"motif": "", "reason": "Erreur de mois."})


def _done(world: World) -> Commitment:
    """120 hours owed, 120 accepted."""
    commitment = _owed(world, "120.00")
    line = world.sent_line(commitment, world.placement(world.person(f"Rejeu{_next(world)}"), commitment))
    accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    return commitment


def _certificate(world: World) -> Form:
    return Form("mission", f"/engagements/{_done(world).public_id}/attestation/")


def _compare(world: World) -> Form:
    sealed = seal_certificate(actor=world.actors["mission"], commitment_id=_done(world).public_id, now=NOW)
    original = certificate_bytes(sealed, address="https://exemple.test")
    return Form(
        "", f"/verifier/{sealed.verification_code}/", browser=visitor(), files={"file": ("attestation.pdf", original)}
    )


def _settlement(commitment: Commitment) -> str:
    return f"/engagements/{commitment.public_id}/decompte/"


def _propose_settlement(world: World) -> Form:
    return Form("near", _settlement(_done(world)), {"do": "propose"})


def _answer_settlement(world: World) -> Form:
    commitment = _done(world)
    propose_settlement(actor=world.actors["near"], commitment_id=commitment.public_id, now=NOW)
    return Form("company", _settlement(commitment), {"do": "answer"})


def _validate_settlement(world: World) -> Form:
    commitment = _done(world)
    made = propose_settlement(actor=world.actors["near"], commitment_id=commitment.public_id, now=NOW)
    answer_settlement(actor=world.actors["company"], settlement_id=made.public_id, contested={}, now=NOW)
    return Form("mission", _settlement(commitment), {"do": "validate", "released": "1"})


def _register(world: World) -> Form:
    rank = _next(world)
    typed = {
        "last_name": f"Rejeu{rank}",
        "first_name": "Ana",
        "birth_date": f"{1 + rank % 27:02d}/03/1990",
        "commune": "",
    }
    return Form("near", "/personnes/nouvelle/", typed)


def _decide(world: World) -> Form:
    """In two steps: the window is shown, then granted as shown."""
    person = world.person(f"Rejeu{_next(world)}")
    typed = {
        "criterion": "RSA", "proof_date": "2026-11-02", "expires_on": "", "decision_date": "2026-11-25", "kind": "cdd",
        "hire_date": "2026-12-01", "contract_end": "2027-05-31", "buyer": "",
    }  # fmt: skip
    return Form("near", f"/personnes/{person.public_id}/eligibilite/", first=typed)


def _place(world: World) -> Form:
    person, commitment = world.person(f"Rejeu{_next(world)}"), _owed(world)
    world.decision(person)
    typed = {
        "commitment": commitment.public_id, "modality": "direct_hire", "contract_kind": "cdd", "job_title": "Aide-maçon", "job_code": "F1703",
        "starts_on": "2026-12-01", "ends_on": "2027-01-31", "weekly_hours": "35",
    }  # fmt: skip
    return Form("near", f"/personnes/{person.public_id}/mise-a-l-emploi/", typed)


def _end(world: World) -> Form:
    _, placement = _placed(world)
    return Form("near", f"/mises-a-l-emploi/{placement.public_id}/fin/", {"ends_on": "2026-10-31"})


IAE = {"way": "level_2", "count": "2", "checked_on": "2026-11-20", "seen": "on"}


def _in_siae(world: World) -> tuple[str, Placement]:
    """Somebody of a structure for temporary work (ETTI), and a person whom it employs."""
    name, serial = f"Tremplin {_next(world)}", _next(world)
    body = world.organisation(name, "inclusive_structure")
    Organisation.objects.filter(pk=body.pk).update(structure_kind=StructureKind.ETTI.value)
    world.user(f"siae{serial}", "structure", body)
    return f"siae{serial}", world.placement(world.person(f"Rejeu{serial}"), _owed(world), employer=name)


def _check_iae(world: World) -> Form:
    _, placement = _in_siae(world)
    return Form("near", reverse("iae-check", args=[placement.public_id]), IAE)


def _check_own_iae(world: World) -> Form:
    employer, placement = _in_siae(world)
    return Form(employer, reverse("own-iae-check", args=[placement.public_id]), IAE)


def _twins(world: World) -> tuple[Person, Person]:
    """Two files of one name, a month apart: probably one person."""
    last = f"Rejeu{_next(world)}"
    first, second = (
        register_person(
            actor=world.actors["near"], new=NewPerson(last, "Samira", date(1990, month, 4)), catalogue=catalogue(), now=NOW
        )
        for month in (3, 5)
    )  # fmt: skip
    return first, second


def _merge(world: World) -> Form:
    first, second = _twins(world)
    return Form("near", f"/doublons/{first.public_id}/", {"do": "merge", "other": second.public_id})


def _distinct(world: World) -> Form:
    first, second = _twins(world)
    return Form("near", f"/doublons/{first.public_id}/", {"do": "distinct", "other": second.public_id})


def _letter(world: World, person: Person) -> str:
    token = make_letter(actor=world.actors["near"], person_id=person.public_id, catalogue=catalogue(), now=NOW).token
    return f"/moi/lien/{token}/"


def _enter(world: World) -> Form:
    person = world.person(f"Rejeu{_next(world)}")
    return Form("", _letter(world, person), {"year": "1998"}, browser=visitor())


def _visit(world: World, person: Person) -> Client:
    """Somebody who came in by the letter of the facilitator."""
    browser, page = visitor(), _letter(world, person)
    browser.get(page)
    body = {"year": "1998", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert browser.post(page, body).status_code == 303
    return browser


def _answered(world: World) -> Form:
    line = _line(world)
    browser = _visit(world, line.placement.person)
    return Form("", "/moi/", {"answer": "yes", "line": line.public_id}, "/moi/reponse/", browser)


def _contest(world: World) -> Form:
    line = _line(world)
    page = f"/moi/pas-d-accord/?heures={line.public_id}"
    typed = {"about": f"line:{line.public_id}", "matter": "more", "words": "Trop peu."}
    return Form("", page, typed, browser=_visit(world, line.placement.person))


def _note(world: World) -> Form:
    line = _line(world)
    typed = {"placement": line.placement.public_id, "tasks": "Peinture"}
    return Form("", "/moi/carnet/", typed, "/moi/carnet/note/", _visit(world, line.placement.person))


def _quit(world: World) -> Form:
    return Form("", "/moi/", address="/moi/quitter/", browser=_visit(world, world.person(f"Rejeu{_next(world)}")))


def _erased_at_once(world: World) -> Form:
    person = world.person(f"Rejeu{_next(world)}")
    world.decision(person)
    return Form("", "/moi/effacer/", browser=_visit(world, person))


def _left(world: World) -> StatementLine:
    """Hours of somebody whose contract is over."""
    line = _line(world)
    Placement.objects.filter(pk=line.placement_id).update(ends_on=TODAY - timedelta(days=1))
    return line


def _set_aside(world: World) -> Form:
    return Form("", "/moi/effacer/", browser=_visit(world, _left(world).placement.person))


def _kept_after_all(world: World) -> Form:
    person = _left(world).placement.person
    browser = _visit(world, person)
    ask_erasure(person=person, now=NOW)
    return Form("", "/moi/effacer/", {"do": "withdraw"}, browser=browser)


def _look_again(world: World) -> Form:
    line = _left(world)
    case = open_contest(person=line.placement.person, matter=Matter.MORE, words="", now=NOW, line_id=line.public_id)
    asked = ask_erasure(person=line.placement.person, now=NOW)
    answer_contest(
        actor=world.actors["near"], contest_id=case.public_id, upheld=False, answer="Feuille signée.", now=NOW
    )
    return Form("mission", "/personnes/effacements/", address=f"/personnes/effacements/{asked.public_id}/")


def _question(world: World, token: str = "") -> OutcomeQuestion:
    """Due, of somebody who may be asked; already sent with that token."""
    line = _left(world)
    keep_contact(
        actor=world.actors["near"], person_id=line.placement.person.public_id, email="ana@exemple.test", phone="0611223344", now=NOW
    )  # fmt: skip
    return OutcomeQuestion.objects.create(
        placement=line.placement,
        step="end",
        due_on=TODAY - timedelta(days=1),
        token_hash=token_digest(token) if token else None,
    )


def _ask_by(way: str) -> Callable[[World], Form]:
    return lambda world: Form("near", f"/suites/{_question(world).public_id}/", {"do": way})


def _reply(world: World) -> Form:
    token = f"rejeu-{_next(world)}"
    _question(world, token)
    return Form("", f"/reponse/{token}/", {"answer": "cdi"}, browser=visitor())


def _study(world: World) -> Form:
    lot = world.contract(f"REJEU-{_next(world)}")
    return Form("mission", f"/marches/lots/{lot.public_id}/calibrage/")


def _other_method(world: World) -> Form:
    lot = world.contract(f"REJEU-{_next(world)}")
    page = reverse("lot-methods", args=[lot.public_id])
    asked = "methode=invoiced_tranche&invoiced=3000000&invoiced_low=2500000&trigger=2700000&tranche=2000&mode=excess"
    return Form("mission", f"{page}?{asked}", address=page)


def _amended_study(world: World) -> Form:
    lot, mission = world.contract(f"REJEU-{_next(world)}"), world.actors["mission"]
    choice = SizingChoice(Decimal(1_000_000), "labour_share.masonry", "insertion_rate.general", "hourly_cost.works")
    keep_study(actor=mission, lot_id=lot.public_id, choice=choice, catalogue=catalogue(), now=NOW)
    terms = AmendmentTerms(Decimal(1_416_000), date(2026, 6, 1), "Avenant 1")
    record_amendment(actor=mission, lot_id=lot.public_id, terms=terms, now=NOW)
    page = reverse("lot-amendment", args=[lot.public_id])
    return Form("mission", page, address=reverse("lot-amendment-study", args=[lot.public_id]))


def _record(world: World) -> Form:
    lot = world.contract(f"REJEU-{_next(world)}")
    return Form("mission", reverse("lot-record", args=[lot.public_id]), {"ccag": "Travaux", "offresRecues": "3"})


def _kit(world: World) -> Form:
    lot = world.contract(f"REJEU-{_next(world)}")
    typed = {
        "instrument": "execution_condition", "consultation_on": "2026-11-25", "ccag": "works", "rhythm": "month", "observation_days": "15",
        "lot-1": "1", "hours-1": "660", "penalty_hour": "40", "do": "make",
    }  # fmt: skip
    return Form("mission", f"/marches/{lot.contract.public_id}/redaction/", typed)


def _model(world: World) -> Form:
    content = build(f"# Mention {_next(world)}\n{{{{ marche.objet }}}}")
    page = "/redaction/modeles/mention-avis/"
    return Form("mission", page, {"note": "Titre"}, f"{page}deposer/", files={"file": ("mention.docx", content)})


def _model_again(world: World) -> Form:
    content = build(f"# Mention {_next(world)}\n{{{{ marche.objet }}}}")
    put_model_back(
        actor=world.actors["mission"], piece=Piece.NOTICE, content=content, name="mention.docx", note="", now=NOW
    )
    page = "/redaction/modeles/mention-avis/"
    return Form("mission", page, {"version": ""}, f"{page}reprendre/")


def _written_grid(world: World) -> str:
    lot = world.contract(f"REJEU-{_next(world)}").public_id
    terms = replace(default_grid(), link="Le critère porte sur l’accueil des personnes du chantier.")
    bids.save_grid(actor=world.actors["mission"], lot_id=lot, terms=terms, now=NOW)
    return lot


def _grid(world: World) -> Form:
    lot = world.contract(f"REJEU-{_next(world)}")
    page = reverse("criterion", args=[lot.public_id])
    return Form("mission", page, {"link": "Le critère porte sur l’accueil des personnes du chantier."})


def _close_grid(world: World) -> Form:
    lot = _written_grid(world)
    return Form("mission", reverse("criterion", args=[lot]), address=reverse("criterion-close", args=[lot]))


def _judged(world: World, *, scored: bool) -> Bid:
    """A bid that the mission judges alone."""
    lot, mission = _written_grid(world), world.actors["mission"]
    bids.close_grid(actor=mission, lot_id=lot, now=NOW)
    bid = bids.receive_bid(
        actor=mission, lot_id=lot, siret=siret(20_000 + _next(world)), name="Alpha", offered_hours=Decimal(490), answers={1: "Un tuteur"},
        now=NOW,
    )  # fmt: skip
    bids.choose_panel(actor=mission, lot_id=lot, user_ids=[world.users["mission"].pk], now=NOW)
    if scored:
        scoring.save_scores(actor=mission, bid_id=bid.public_id, given=_given(bid), submit=True, now=NOW)
    return bid


def _given(bid: Bid) -> dict[int, scoring.Given]:
    return {line.place: scoring.Given(3, "Tuteur nommé") for line in bid.grid.lines.all()}


def _typed_scores(bid: Bid) -> dict[str, str]:
    places = list(_given(bid))
    return {f"score-{place}": "3" for place in places} | {f"reason-{place}": "Tuteur nommé" for place in places}


def _score(world: World) -> Form:
    bid = _judged(world, scored=False)
    return Form("mission", reverse("bid-scores", args=[bid.public_id]), _typed_scores(bid) | {"do": "submit"})


def _agree_on_scores(world: World) -> Form:
    bid = _judged(world, scored=True)
    return Form("mission", reverse("bid-agree", args=[bid.public_id]), _typed_scores(bid))


def _agreed(world: World) -> Bid:
    bid = _judged(world, scored=True)
    scoring.agree(actor=world.actors["mission"], bid_id=bid.public_id, given=_given(bid), now=NOW)
    return bid


def _close_scores(world: World) -> Form:
    return Form("mission", reverse("bids-together", args=[_agreed(world).grid.lot.public_id]))


def _award(world: World) -> Form:
    bid = _agreed(world)
    scoring.close_agreement(actor=world.actors["mission"], grid_id=bid.grid.public_id, now=NOW)
    typed = {"territory": "4", "penalty_rate": "35", "penalty_source": "CCAP, article 9.3"}
    return Form("mission", reverse("bid-award", args=[bid.public_id]), typed)


def _draw(world: World) -> Form:
    _owed(world)
    typed = {
        "seed": f"2026{_next(world)}",
        "seed_source": "Tirage du jour",
        "method": "uniform",
        "size": "1",
        "kind": "visit",
    }
    return Form("mission", "/controles/tirages/", typed)


def _case(world: World) -> Case:
    return open_case(
        actor=world.actors["near"], commitment_id=_owed(world).public_id, kind=CaseKind.VISIT, ground="Visite.", now=NOW
    )


def _report(world: World) -> Form:
    photo = {"photos": ("photo.png", _png())}
    return Form("near", reverse("control-visit", args=[_case(world).public_id]), REPORT, files=photo)


def _report_of_a_phone(world: World) -> Form:
    """The one address that a program of Levier writes to: the visit kept in the phone, sent when the network is back."""
    return replace(_report(world), accept="application/json")


def _png() -> bytes:
    import random

    from tests.reliability.pieces import honest

    return honest("png", random.Random(1))


def _keep_report(world: World) -> Form:
    case = _case(world)
    kept = [
        receive_visit(
            actor=world.actors[who], case_id=case.public_id, key=who, based_on=1, made_at=NOW, report=report_from(REPORT), photos=(), now=NOW
        ).visit
        for who in ("near", "mission")
    ]  # fmt: skip
    page = reverse("control", args=[case.public_id])
    return Form("mission", page, {"visit": kept[1].public_id}, reverse("control-keep-visit", args=[case.public_id]))


def _line_of_following(world: World) -> Form:
    page = reverse("following-commitment", args=[_owed(world).public_id])
    return Form("near", page, {"until": "2026-11-30", "assignee": "", "reason": "Chantier arrêté"})


def _hired(world: World) -> Form:
    referral = world.referral(world.position(_owed(world)), world.person(f"Rejeu{_next(world)}"))
    take_step(
        actor=world.actors["company"], referral_id=referral.public_id, target=ReferralState.RETAINED, catalogue=catalogue(), now=NOW
    )  # fmt: skip
    return Form("near", reverse("referral-not-placed", args=[referral.public_id]), {"reason": "not_eligible"})


def _structure_closed(world: World) -> Form:
    facts = StructureFacts(siret(30_000 + _next(world)), StructureKind.ACI, "Chantier fermé", city="Aix-en-Provence")
    kept = save_structure(actor=world.actors["mission"], facts=facts, now=NOW).public_id
    close_structure(actor=world.actors["mission"], public_id=kept, reason="Fermée", on=TODAY, now=NOW)
    return Form("mission", reverse("structure", args=[kept]), address=reverse("structure-reopen", args=[kept]))


def _list_of_structures(world: World) -> Form:
    number = 40_000 + _next(world)
    content = (
        f'[{{"siret": "{siret(number)}", "kind": "ACI", "name": "Chantier {number}", "naf": "8130Z", "post_code": "13090",'
        f' "city": "Aix-en-Provence", "department": "13"}}]'
    ).encode()
    return Form("mission", "/structures/importer/", {"write": "1"}, files={"file": ("liste.json", content)})


def _message_again(world: World) -> Form:
    key = f"rejeu-{_next(world)}"
    queue(dedupe_key=key, kind="essai", to="p@exemple.test", subject="Essai", body="Essai.", now=NOW)

    def refuse(_message: Message) -> None:
        raise OSError("550 adresse inconnue")

    deliver_due(refuse, clock=lambda: NOW)
    message = Message.objects.get(dedupe_key=key)
    return Form("mission", "/messages/", address=reverse("outbox-again", args=[message.public_id]))


def _ways(world: World) -> Form:
    owner = Membership.objects.get(user=world.users["company"]).public_id
    typed = {"h_supply": "100", "decided_on": "2026-11-25", "owner": owner, "note": "Deux personnes", "do": "keep"}
    return Form("company", reverse("ways", args=[_owed(world).public_id]), typed)


def _person_with_password(world: World, roles: tuple[str, ...] = ("company",)) -> str:
    """The name of somebody who signs in with PASSWORD and acts under these roles."""
    name = f"rejeu{_next(world)}"
    company = world.organisation("Bâti Essai")
    world.user(name, roles[0], company)
    for role in roles[1:]:
        Membership.objects.create(
            user=world.users[name], organisation=company, role=role, territory=None, valid_from=date(2023, 1, 1)
        )
    world.users[name].set_password(PASSWORD)
    world.users[name].save()
    return name


def _sign_in(world: World) -> Form:
    name = _person_with_password(world)
    return Form("", "/connexion/", {"email": f"{name}@exemple.test", "password": PASSWORD}, browser=visitor())


def _other_role(world: World) -> Form:
    name = _person_with_password(world, ("company", "structure"))
    other = Membership.objects.get(user=world.users[name], role="structure").public_id
    return Form(name, "/compte/", {"membership": other}, "/compte/role/")


def _choose_password(world: World) -> Form:
    made = invite(
        actor=System("essai"), organisation=world.organisation("Département d’essai"), role=Role.BUYER,
        email=f"rejeu{_next(world)}@exemple.test", full_name="Ana Rejeu", now=NOW,
    )  # fmt: skip
    page = reverse("welcome", args=[made.user.public_id, made.token])
    return Form("", page, {"password": PASSWORD, "again": PASSWORD}, browser=visitor())


def _invited(world: World, typed: dict[str, str]) -> Form:
    email = f"rejeu{_next(world)}@exemple.test"
    invite_from_award(
        actor=world.actors["near"], commitment_id=_owed(world).public_id, full_name="Ana Chantier", email=email, phone="", catalogue=catalogue(),
        now=NOW,
    )  # fmt: skip
    return Form("", links_sent_to(email)[-1], typed, browser=visitor())


def _come_in(world: World) -> Form:
    return _invited(world, {"do": "password", "password": PASSWORD, "again": PASSWORD})


def _come_in_without(world: World) -> Form:
    return _invited(world, {"do": "without", "password": "", "again": ""})


def _declarant(world: World) -> Membership:
    """Somebody who declares for their company, and nothing else."""
    name = _person_with_password(world)
    Membership.objects.filter(user=world.users[name]).update(duties=[Duty.DECLARE.value])
    return Membership.objects.get(user=world.users[name])


def _by_link(world: World) -> Form:
    token = f"rejeu-{_next(world)}"
    DeclarationLink.objects.create(
        membership=_declarant(world), token_digest=digest(token), made_at=NOW, expires_at=NOW + timedelta(days=3)
    )
    return Form("", reverse("declare-by-link", args=[token]), browser=visitor())


def _ask_link(world: World) -> Form:
    return Form("", "/lien/", {"email": _declarant(world).user.email}, browser=visitor())


FORMS: dict[str, Callable[[World], Form]] = {
    "dispense": _waive, "globalisation": _pool, "accord de globalisation": _consent, "avenant": _amend, "facture": _piece, "engagement": _commit,
    "membre": _member, "transfert": _transfer, "réponse au transfert": _answer, "reprise": _resume, "brouillon": _save,
    "envoi du mois": _send_month,
    "heures dites au téléphone": _tell, "brouillon d’heures dites": _type, "pièce d’heures dites": _attach,
    "accord sur les heures dites": _agree_to_told, "clôture du mois": _seal, "tableau d’heures": _table_of_hours,
    "acceptation": _accept, "refus": _refuse, "annulation": _reverse, "attestation": _certificate, "comparaison": _compare,
    "décompte proposé": _propose_settlement, "décompte accepté": _answer_settlement, "décompte validé": _validate_settlement, "personne": _register,
    "éligibilité": _decide, "mise à l’emploi": _place, "fin": _end, "entrée IAE": _check_iae,
    "entrée IAE par la structure": _check_own_iae, "fusion": _merge, "fiches distinctes": _distinct, "entrée par la lettre": _enter,
    "réponse de la personne": _answered, "contestation": _contest, "carnet": _note, "fin de visite": _quit, "effacement": _erased_at_once,
    "mise de côté": _set_aside, "effacement retiré": _kept_after_all, "effacement revu": _look_again, "question par SMS": _ask_by("sms"),
    "question par courriel": _ask_by("mail"), "réponse à la question": _reply, "calibrage": _study, "autre méthode": _other_method,
    "calibrage après avenant": _amended_study, "fiche du lot": _record, "dossier de rédaction": _kit, "modèle": _model,
    "modèle repris": _model_again, "grille": _grid, "grille arrêtée": _close_grid, "notes": _score, "notes communes": _agree_on_scores,
    "notes arrêtées": _close_scores, "attribution": _award, "tirage": _draw, "constat": _report, "constat du téléphone": _report_of_a_phone, "constat gardé": _keep_report,
    "ligne de suivi": _line_of_following, "candidature sans suite": _hired, "structure rouverte": _structure_closed,
    "liste de structures": _list_of_structures, "voies": _ways, "connexion": _sign_in,
    "autre rôle": _other_role, "mot de passe": _choose_password, "invitation": _come_in, "invitation sans mot de passe": _come_in_without,
    "lien de déclaration": _by_link, "demande de lien": _ask_link,
    "message à renvoyer": _message_again,  # last: those before deliver what waits
}  # fmt: skip
