"""Reading cases, letters, proposals and draws. Everything starts from the commitments that the actor may see."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, QuerySet, Sum

from levier.accounts.values import Actor
from levier.bids.models import Bid
from levier.commitments.models import Commitment, HoursWaiver
from levier.commitments.queries import commitments_visible_to
from levier.controls.models import (
    Attachment,
    Case,
    Dispatch,
    Draw,
    Letter,
    Observation,
    PenaltyDecision,
    PenaltyProposal,
    Step,
    Visit,
)
from levier.controls.values import CaseState, HearingFacts, LetterKind, Owner
from levier.files.models import StoredFile
from levier.foundation.objections import NotForYou
from levier.hours.models import LedgerEntry

_ZERO = Decimal("0.00")


def cases_visible_to(actor: Actor) -> QuerySet[Case]:
    """Those of the commitments the actor may see. A company does not see a control before it was made."""
    found = Case.objects.filter(commitment__in=commitments_visible_to(actor))
    if actor.role == "company":
        found = found.exclude(state__in=[CaseState.PLANNED, CaseState.REPORTED, ""]).exclude(
            steps_count__lte=2, state=CaseState.CLOSED, kind__in=["pieces", "visit"]
        )
    return found


def cases_of(actor: Actor) -> QuerySet[Case]:
    """With all that a list shows; those that wait for somebody first, the longest wait before."""
    return (
        cases_visible_to(actor)
        .select_related("commitment__lot__contract", "commitment__holder", "commitment__territory")
        .order_by("since", "id")
    )


def case_for(actor: Actor, public_id: str) -> Case:
    """Raise NotForYou when unknown or foreign."""
    found = (
        cases_visible_to(actor)
        .select_related("commitment__lot__contract__buyer", "commitment__holder", "commitment__territory", "draw")
        .prefetch_related(
            Prefetch("steps", Step.objects.order_by("sequence")),
            Prefetch("visits", Visit.objects.order_by("id")),
            Prefetch("visits__attachments", Attachment.objects.select_related("file").order_by("id")),
            Prefetch("observations", Observation.objects.order_by("id")),
            Prefetch("observations__attachments", Attachment.objects.select_related("file").order_by("id")),
            Prefetch("letters", Letter.objects.select_related("pdf", "word").order_by("id")),
            Prefetch("letters__dispatches", Dispatch.objects.order_by("happened_on", "id")),
            Prefetch(
                "proposals",
                PenaltyProposal.objects.select_related("decision", "notice", "supersedes").order_by("number"),
            ),
        )
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotForYou
    return found


def letters_visible_to(actor: Actor) -> QuerySet[Letter]:
    """Letters of the commitments the actor may see; a company sees one once it was sent."""
    found = Letter.objects.filter(commitment__in=commitments_visible_to(actor))
    return found.filter(dispatches__event="sent").distinct() if actor.role == "company" else found


def attachment_for(actor: Actor, file_id: str) -> StoredFile:
    """The file of an attachment (its public identifier). Raise NotForYou when unknown, foreign or refused."""
    cases = cases_visible_to(actor)
    found = (
        Attachment.objects.filter(file__public_id=file_id)
        .exclude(file__state="refused")
        .select_related("file", "visit", "observation")
        .first()
    )
    joined_to = (found.visit or found.observation) if found else None
    if found is None or joined_to is None or not cases.filter(pk=joined_to.case_id).exists():
        raise NotForYou
    return found.file


def latest_proposal(case: Case) -> PenaltyProposal | None:
    return PenaltyProposal.objects.filter(case=case).order_by("-number").first()


def hearing_of(case: Case) -> HearingFacts:
    """Whether the company was heard since the contradictory phase began."""
    began = Step.objects.filter(case=case, to_state=CaseState.CONTRADICTORY).exclude(from_state=CaseState.CONTRADICTORY)
    start = began.order_by("-sequence").first()
    answered = start is not None and Observation.objects.filter(case=case, at__gte=start.at).exists()
    return HearingFacts(CaseState(case.state), case.due_on, answered)


@dataclass(frozen=True, slots=True)
class Owed:
    """Hours of a commitment, derived from the ledger and the waivers: no counter is trusted."""

    minimum: Decimal
    offered: Decimal | None
    accepted: Decimal
    waived: Decimal
    penalised: Decimal
    entries: int

    @property
    def due(self) -> Decimal:
        return max(self.minimum, self.offered) if self.offered is not None else self.minimum

    @property
    def missing(self) -> Decimal:
        return max(_ZERO, self.due - self.waived - self.penalised - self.accepted)


def owed_by(commitment: Commitment, case: Case | None = None) -> Owed:
    """Hours penalised by other cases than this one are taken off. `minimum` and `offered`: what the tender asked for and what the winner promised, where the bid is known; else what is due."""
    entries = LedgerEntry.objects.filter(commitment=commitment)
    bid = Bid.objects.select_related("grid").filter(commitment=commitment).first()
    minimum, offered = commitment.due_hours, None
    if bid is not None and bid.offered_hours is not None and bid.grid.minimum_hours > 0:
        asked = bid.grid.minimum_hours
        if max(asked, bid.offered_hours) == commitment.due_hours:
            minimum, offered = asked, bid.offered_hours
    return Owed(
        minimum,
        offered,
        entries.aggregate(total=Sum("hours"))["total"] or _ZERO,
        HoursWaiver.objects.filter(commitment=commitment).aggregate(total=Sum("hours"))["total"] or _ZERO,
        _penalised_elsewhere(commitment, case),
        entries.count(),
    )


def _penalised_elsewhere(commitment: Commitment, case: Case | None) -> Decimal:
    decisions = (
        PenaltyDecision.objects.filter(proposal__case__commitment=commitment, proposal__case__kind="outstanding")
        .exclude(proposal__case=case)
        .order_by("proposal__case_id", "-proposal__number")
        .distinct("proposal__case_id")
    )
    return sum((one.units for one in decisions), _ZERO)


@dataclass(frozen=True, slots=True)
class Notice:
    """A formal notice that the company received, and when."""

    letter: Letter
    received_on: date


def received_notice(case: Case) -> Notice | None:
    """The first formal notice of the case that was received."""
    found = (
        Dispatch.objects.filter(letter__case=case, letter__kind="formal_notice", event="received")
        .select_related("letter")
        .order_by("happened_on", "id")
        .first()
    )
    return Notice(found.letter, found.happened_on) if found else None


def waiting_for(actor: Actor) -> int:
    """How many cases wait for the actor."""
    owner = {"mission": Owner.MISSION, "facilitator": Owner.FACILITATOR, "company": Owner.COMPANY}.get(actor.role)
    return cases_visible_to(actor).filter(owner=owner).count() if owner else 0


def letters_to_send(actor: Actor) -> QuerySet[Letter]:
    """Letters that were written and that the actor may send, without a trace of their sending; the oldest first."""
    if actor.role not in {"mission", "facilitator"}:
        return Letter.objects.none()
    found = letters_visible_to(actor).exclude(dispatches__event="sent")
    if actor.role == "facilitator":
        found = found.filter(kind=LetterKind.REMINDER)
    return found.select_related("case", "commitment__lot__contract", "commitment__holder").order_by("at", "id")


def draw_for(public_id: str) -> Draw:
    """Draws are public: codes name nobody. Raise NotForYou when unknown."""
    found = Draw.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found
