"""Two universes that share nothing but the Département's mission, with a canary in every name that must not travel."""

import json
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from levier.accounts.models import Membership
from levier.accounts.values import System
from levier.bids.actions import close_grid, receive_bid, save_grid
from levier.bids.rules import default_grid
from levier.commitments.models import Commitment
from levier.commitments.site_actions import write_site_period
from levier.commitments.site_days import SiteKind
from levier.compliance.actions import seal_certificate
from levier.controls.actions import answer, open_case
from levier.controls.letter_actions import record_dispatch
from levier.controls.models import Draw
from levier.controls.values import CaseKind, Means
from levier.drafting.actions import DOCX
from levier.drafting.models import Kit, ModelVersion
from levier.erasure.actions import ask_erasure
from levier.files.actions import receive
from levier.files.values import Received
from levier.following.links import make_link
from levier.hours.contests import Matter, open_contest
from levier.hours.file_actions import receive_file
from levier.hours.models import Evidence, StatementLine
from levier.notifications.actions import queue
from levier.notifications.models import Message
from levier.onboarding.actions import invite_from_award, keep_plan
from levier.onboarding.values import Part, Way
from levier.open_data.actions import import_file
from levier.open_data.match_actions import reject_match
from levier.open_data.models import PublishedContract
from levier.organisations.values import StructureKind
from levier.participants.models import EligibilityDecision, MergeProposal, OutcomeQuestion, Placement
from levier.planning.need_actions import type_need
from levier.planning.tender_files import keep_tender_files
from levier.planning.upload_actions import receive_plan
from levier.procurement.models import AmendmentNotice, Lot
from levier.reference.queries import catalogue
from levier.sizing.actions import keep_study
from levier.sizing.calculation import SizingChoice
from levier.sizing.sectors import usual_choice
from levier.supply.actions import save_structure
from levier.supply.values import StructureFacts
from levier.territories.models import Commune, Perimeter
from tests.world import NOW, SECRET_CRITERION, TODAY, World, siret, small_world

NAMES = (
    "anonymous", "mission", "buyer", "stranger_buyer", "near", "far", "company", "rival", "prescriber", "far_prescriber", "siae", "far_siae",
)  # fmt: skip
ROLE_OF = {
    "anonymous": "anonymous", "mission": "mission", "buyer": "buyer", "stranger_buyer": "buyer", "near": "facilitator",
    "far": "facilitator", "company": "company", "rival": "company", "prescriber": "prescriber",
    "far_prescriber": "prescriber", "siae": "structure", "far_siae": "structure",
}  # fmt: skip

# Written from the access table of the domain reference (section 8), not from the code: who may see which kind of object.
# A kind that is not named is public (reference, territory, commune): only the page's audience narrows it.
FOLLOWING_A, FOLLOWING_B = {"mission", "buyer", "near", "company"}, {"mission", "stranger_buyer", "far", "rival"}
DRAFTING = {"mission", "buyer", "stranger_buyer"}
"""Models of clauses are those of the whole Département: everybody who drafts reads them, the mission alone changes them."""
MAY_SEE = {
    "A": {
        "contract": FOLLOWING_A, "lot": FOLLOWING_A, "commitment": FOLLOWING_A, "study": FOLLOWING_A, "certificate": FOLLOWING_A,
        "statement": {"mission", "near", "company"}, "line": {"mission", "near", "company"}, "file": {"mission", "near", "company"},
        "person": {"mission", "near"}, "decision": {"mission", "near"}, "placement": {"mission", "near"},
        "published": {"mission", "buyer"}, "message": {"mission"}, "buyer": {"mission", "buyer"},
        "bid": {"mission", "buyer"}, "kit": {"mission", "buyer"}, "model": DRAFTING, "tender_file": {"mission", "buyer"},
        "upload": {"mission", "buyer"}, "need": {"mission", "buyer"}, "statement_file": {"company"},
        "position": {"mission", "near", "company", "prescriber"}, "referral": {"mission", "near", "company", "prescriber"},
        "contact": {"company"},
        "case": FOLLOWING_A, "site_period": FOLLOWING_A, "letter": FOLLOWING_A, "attachment": FOLLOWING_A,
        "contest": {"mission", "near"}, "membership": {"near"}, "proposal": {"mission", "near"}, "outcome": {"mission", "near"}, "supplied": {"siae"}, "employed": {"siae"},
        "erasure": {"mission"},
    },
    "B": {
        "contract": FOLLOWING_B, "lot": FOLLOWING_B, "commitment": FOLLOWING_B, "study": FOLLOWING_B, "certificate": FOLLOWING_B,
        "statement": {"mission", "far", "rival"}, "line": {"mission", "far", "rival"}, "file": {"mission", "far", "rival"},
        "person": {"mission", "far"}, "decision": {"mission", "far"}, "placement": {"mission", "far"},
        "published": {"mission", "stranger_buyer"}, "message": {"mission"}, "buyer": {"mission", "stranger_buyer"},
        "bid": {"mission", "stranger_buyer"}, "kit": {"mission", "stranger_buyer"}, "model": DRAFTING, "tender_file": {"mission", "stranger_buyer"},
        "upload": {"mission", "stranger_buyer"}, "need": {"mission", "stranger_buyer"}, "statement_file": {"rival"},
        "position": {"mission", "far", "rival", "far_prescriber"}, "referral": {"mission", "far", "rival", "far_prescriber"},
        "contact": {"rival"},
        "case": FOLLOWING_B, "site_period": FOLLOWING_B, "letter": FOLLOWING_B, "attachment": FOLLOWING_B,
        "contest": {"mission", "far"}, "membership": {"far"}, "proposal": {"mission", "far"}, "outcome": {"mission", "far"}, "supplied": {"far_siae"}, "employed": {"far_siae"},
        "erasure": {"mission"},
    },
}  # fmt: skip


@dataclass
class Universe:
    """Identifiers by kind of object, and the canaries."""

    ids: dict[str, str] = field(default_factory=dict)
    person_canary: str = ""
    contract_canary: str = ""


@dataclass
class Pair:
    world: World
    universes: dict[str, Universe]

    def forbidden_to(self, name: str) -> set[str]:
        """Words that must appear nowhere in what this person receives."""
        found = set()
        for label, universe in self.universes.items():
            if name not in MAY_SEE[label]["person"] | MAY_SEE[label]["referral"] and not (
                name in {"company", "rival"} and name in MAY_SEE[label]["contract"]
            ):
                found.add(universe.person_canary)
            if name not in MAY_SEE[label]["contract"]:
                found.add(universe.contract_canary)
        if ROLE_OF[name] in {"anonymous", "buyer", "company", "structure", "prescriber"}:
            found.add(SECRET_CRITERION)
        return found


def two_universes() -> Pair:
    world = small_world()
    first = _universe(
        world, "A", buyer="Département d’essai", territory=4, holder="Bâti Essai", by="near", declarant="company"
    )
    second = _universe(
        world, "B", buyer="Commune d’ailleurs", territory=5, holder="Rival Essai", by="far", declarant="rival"
    )
    return Pair(world, {"A": first, "B": second})


def _published(reference: str, siret: str) -> PublishedContract:
    """Public by law: only who may take it up is tried, no canary is in it."""
    record = {
        "id": reference, "acheteur": {"id": siret}, "objet": "Travaux publiés", "codeCPV": "45210000", "montant": 250000,
        "dateNotification": "2026-01-10", "datePublicationDonnees": "2026-01-20", "dureeMois": 6, "nature": "Marché",
        "procedure": "Procédure adaptée", "lieuExecution": {"code": "13", "typeCode": "Code département"},
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": siret}}],
    }  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({"marches": {"marche": [record]}}, file)
        file.flush()
        import_file(path=Path(file.name), now=NOW)
    return PublishedContract.objects.get(published_id=reference)


def _watched(world: World, lot: Lot, finished: Lot, published: PublishedContract) -> None:
    """What the watch shows: an award that looks like the lot, one that was rejected, an amendment that waits."""
    _published(lot.contract.reference, lot.contract.buyer.siret)
    pair = {"published_id": published.public_id, "lot_id": finished.public_id}
    reject_match(actor=world.actors["mission"], now=NOW, **pair)
    AmendmentNotice.objects.create(
        lot=lot, old_amount=lot.amount, new_amount=Decimal(1500000), signed_on=date(2026, 11, 2), source="Essai", noticed_at=NOW
    )  # fmt: skip


def _message(label: str) -> Message:
    """The mission reads all messages; nobody else any."""
    queue(dedupe_key=f"essai-{label}", kind="essai", to="x@exemple.test", subject="Essai", body="Essai.", now=NOW)
    return Message.objects.get(dedupe_key=f"essai-{label}")


def _commune(world: World, *, code: str, territory: int) -> Commune:
    """A commune whose territory nobody has confirmed yet."""
    commune = Commune.objects.create(
        code=code, name=f"Commune {territory}", kind="COM", postcodes=[code], population=1000, departement="13",
        intercommunality="Essai", longitude="5.300000", latitude="43.500000",
    )  # fmt: skip
    Perimeter.objects.create(
        commune=commune, territory=world.territory(territory), confidence="low", source="essai", valid_from=date(2023, 1, 1),
        published=False, created_at=NOW, created_by_label="essai",
    )  # fmt: skip
    return commune


def _tender(world: World, lot: Lot, label: str, canary: str) -> tuple[str, str, str, str]:
    """A closed grid, a bid whose words are a canary, a kit, and a model put back by the mission."""
    mission = world.actors["mission"]
    terms = replace(default_grid(), link=f"Le critère porte sur l’accueil des personnes du chantier {canary}.")
    save_grid(actor=mission, lot_id=lot.public_id, terms=terms, now=NOW)
    close_grid(actor=mission, lot_id=lot.public_id, now=NOW)
    bid = receive_bid(
        actor=mission, lot_id=lot.public_id, siret=siret(900 + ord(label)), name=canary, offered_hours=Decimal(10),
        answers={1: canary}, now=NOW,
    )  # fmt: skip
    bundle = receive(actor=mission, received=Received(canary.encode(), "application/zip", f"{canary}.zip"), now=NOW)
    kit = Kit.objects.create(
        contract=lot.contract, instrument="execution_condition", consultation_on=date(2025, 10, 1), choices={}, file=bundle, at=NOW,
        author_label=mission.label,
    )  # fmt: skip
    document = receive(actor=mission, received=Received(b"PK essai", DOCX, "mention.docx"), now=NOW)
    model = ModelVersion.objects.create(
        piece="mention-avis", number=ord(label), file=document, created_at=NOW, created_by_label=mission.label
    )
    kept = keep_tender_files(
        actor=mission, contract_id=lot.contract.public_id, files=[(f"{canary}.docx", canary.encode())], now=NOW
    )
    return bid.public_id, kit.public_id, model.public_id, kept[0].public_id


def _contact(world: World, label: str, declarant: str, commitment: Commitment) -> str:
    """A contact of the company, invited from the award, whose name is the canary of the contracts; a plan and a kick-off."""
    near = {"A": "near", "B": "far"}[label]
    invited = invite_from_award(
        actor=world.actors[near], commitment_id=commitment.public_id, full_name=f"CANARI-MARCHE-{label}", catalogue=catalogue(),
        email=f"contact-{label.lower()}@exemple.test", phone="", now=NOW,
    ).membership  # fmt: skip
    keep_plan(
        actor=world.actors[declarant], commitment_id=commitment.public_id, parts=[Part(Way.SUPPLY, Decimal(100))],
        decided_on=date(2026, 11, 25), owner_id=invited.public_id, note=f"CANARI-MARCHE-{label}", catalogue=catalogue(), now=NOW,
    )  # fmt: skip
    return invited.public_id


def _control(world: World, commitment: Commitment, canary: str, *, by: str, declarant: str) -> dict[str, str]:
    """A case whose ground and whose piece carry the canary, its letter sent, and the company's answer."""
    case = open_case(
        actor=world.actors[by], commitment_id=commitment.public_id, kind=CaseKind.OUTSTANDING, ground=canary, now=NOW
    )
    letter = case.letters.get()
    sent = {"event": "sent", "means": Means.EMAIL, "happened_on": TODAY, "tracking": ""}
    record_dispatch(actor=world.actors["mission"], letter_id=letter.public_id, now=NOW, **sent)
    piece = Received(b"%PDF-1.4 essai", "application/pdf", f"{canary}.pdf")
    said = answer(
        actor=world.actors[declarant], case_id=case.public_id, text=canary, pieces=[piece], key=canary, now=NOW
    )
    return {
        "case": case.public_id,
        "letter": letter.public_id,
        "attachment": said.attachments.get().file.public_id,
    }


def _draw(label: str) -> str:
    """Draws are public: codes name nobody."""
    return Draw.objects.create(
        seed=label, seed_source="essai", weighted=False, population=[["c0de", 1]], population_hash=b"x" * 32, drawn=["c0de"], at=NOW,
        by_label="essai",
    ).public_id  # fmt: skip


def _structure(label: str) -> str:
    """The directory is public to every signed-in reader; only who may change it is tried."""
    facts = StructureFacts(siret(8000 + ord(label)), StructureKind.ACI, f"Chantier {label}", city="Aix-en-Provence")
    return save_structure(actor=System("essai"), facts=facts, now=NOW).public_id


def _plan(world: World, label: str, buyer: str) -> dict[str, str]:
    """A file of a plan that waits, and a line typed by hand, both with the canary of the contracts: a purchase to come is not public."""
    who = {"A": "buyer", "B": "stranger_buyer"}[label]
    content = f"Objet;Montant HT;Nature\nCANARI-MARCHE-{label};120000;Services\n".encode()
    actor, organisation = world.actors[who], world.organisation(buyer)
    upload = receive_plan(
        actor=actor, organisation=organisation, content=content, name=f"CANARI-MARCHE-{label}.csv", now=NOW
    )
    texts = {"reference": f"PLAN-{label}", "object": f"CANARI-MARCHE-{label}", "amount": "300 000", "nature": "Travaux"}
    need = type_need(actor=actor, organisation=organisation, texts=texts, now=NOW)
    return {"upload": upload.public_id, "need": need.public_id}


def _hours_table(world: World, canary: str, declarant: str) -> str:
    """A table of hours that its company has not sent: nobody else reads it, and it names people."""
    content = f"Nom;Prénom;Mois;Heures\n{canary};Prénom;11/2026;100\n".encode()
    return receive_file(actor=world.actors[declarant], content=content, name=f"{canary}.csv", now=NOW).public_id


def _universe(
    world: World, label: str, *, buyer: str, territory: int, holder: str, by: str, declarant: str
) -> Universe:
    canary = f"CANARI-MARCHE-{label}"
    lot = world.contract(f"2026-01{label}", territory=territory, holder=holder)
    lot.contract.buyer = world.organisation(buyer, "buyer")
    lot.contract.title = canary
    lot.contract.save()
    commitment = world.commitment(lot, holder=holder, territory=territory)
    finished = world.contract(f"2025-09{label}", territory=territory, holder=holder)
    finished.contract.buyer = world.organisation(buyer, "buyer")
    finished.contract.title = canary
    finished.contract.save()
    closed = world.commitment(finished, holder=holder, territory=territory, due="1.00")
    person = world.person(f"CANARI-NOM-{label}", "Prénom", territory=territory)
    world.decision(person, by=by)
    placement = world.placement(person, commitment, employer=holder)
    line = world.sent_line(commitment, placement, month=date(2026, 10, 1), by=declarant)
    received = Received(b"%PDF-1.4 essai", "application/pdf", f"{canary}.pdf")
    piece = receive(actor=world.actors[declarant], received=received, now=NOW)
    Evidence.objects.create(statement=line.statement, file=piece)
    usual = usual_choice("building")
    choice = SizingChoice(amount=Decimal(1200000), share=usual.share, rate=usual.rate, cost=usual.cost)
    study = keep_study(
        actor=world.actors["mission"], lot_id=lot.public_id, choice=choice, catalogue=catalogue(), now=NOW
    )
    commune = _commune(world, code=f"1390{territory}", territory=territory)
    sender = {"A": "prescriber", "B": "far_prescriber"}[label]
    position = world.position(commitment)
    referral = world.referral(position, person, by=sender)
    certificate = seal_certificate(actor=world.actors["mission"], commitment_id=closed.public_id, now=NOW)
    published = _published(f"PUB{label}", world.organisation(buyer, "buyer").siret)
    _watched(world, lot, finished, published)
    bid, kit, model, tender_file = _tender(world, lot, label, canary)
    ids = {
        "contract": lot.contract.public_id, "lot": lot.public_id, "commitment": commitment.public_id, "person": person.public_id,
        "placement": placement.public_id, "decision": EligibilityDecision.objects.get(person=person).public_id,
        "statement": line.statement.public_id, "line": line.public_id, "file": piece.public_id, "study": study.public_id,
        "certificate": certificate.public_id, "published": published.public_id, "message": _message(label).public_id,
        "reference": "hours.maximum.month.adult", "territory": str(territory), "commune": commune.code,
        "position": position.public_id, "referral": referral.public_id,
        "bid": bid, "kit": kit, "model": model, "tender_file": tender_file,
        "buyer": world.organisation(buyer, "buyer").public_id, "calendar_secret": make_link(actor=world.actors[by], now=NOW),
        "structure": _structure(label), **_plan(world, label, buyer), "contact": _contact(world, label, declarant, commitment),
        **_control(world, commitment, canary, by=by, declarant=declarant), "draw": _draw(label),
        "statement_file": _hours_table(world, f"CANARI-NOM-{label}", declarant),
        **_people(world, label, line, commitment, by), "site_period": _site(world, commitment, canary, declarant),
    }  # fmt: skip
    return Universe(ids, person_canary=f"CANARI-NOM-{label}", contract_canary=canary)


def _site(world: World, commitment: Commitment, canary: str, declarant: str) -> str:
    """A closure that the company proposes, whose reason is the canary of the contracts."""
    return write_site_period(
        actor=world.actors[declarant], commitment_public_id=commitment.public_id, kind=SiteKind.LEAVE, first_day=date(2026, 8, 3),
        last_day=date(2026, 8, 21), reason=canary, now=NOW,
    ).public_id  # fmt: skip


def _people(world: World, label: str, line: StatementLine, commitment: Commitment, by: str) -> dict[str, str]:
    """A contested line, a merge to agree on, a question after a contract, and a person whom a structure supplies."""
    person = line.placement.person
    contest = open_contest(person=person, matter=Matter.MORE, words="", now=NOW, line_id=line.public_id)
    twin = world.person(f"CANARI-NOM-{label}", "Jumelle", territory=person.territory.number)
    merged = MergeProposal.objects.create(
        kind="merge", kept=person, absorbed=twin, asked_at=NOW, asked_by=world.users[by], asked_by_label="essai"
    )
    question = OutcomeQuestion.objects.create(placement=line.placement, step="end", due_on=date(2026, 10, 31))
    siae = "siae" if label == "A" else "far_siae"
    world.user(siae, "structure", world.organisation(f"Insertion {label}", "inclusive_structure"))
    supplied = world.placement(
        world.person("Prêtée", label, territory=person.territory.number), commitment, employer=f"Insertion {label}"
    )
    lent = world.sent_line(commitment, supplied, month=line.statement.month)
    left = world.placement(
        world.person("Partie", label, territory=person.territory.number), commitment, employer="Ailleurs"
    )
    world.sent_line(commitment, left, month=line.statement.month)
    Placement.objects.filter(pk=left.pk).update(ends_on=TODAY - timedelta(days=1))
    asked = ask_erasure(person=left.person, now=NOW)
    given = Membership.objects.get(user=world.users[siae])
    given.granted_by = world.users[by]
    given.save()
    return {
        "membership": given.public_id, "contest": contest.public_id, "proposal": merged.public_id, "outcome": question.public_id, "supplied": lent.public_id,
        "erasure": asked.public_id, "employed": supplied.public_id,
    }  # fmt: skip
