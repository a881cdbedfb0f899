"""Reading positions and referrals. Everything starts from what the actor may see; whoever shows a name journals it."""

from dataclasses import dataclass
from datetime import date, datetime

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db.models import Count, Q, QuerySet

from levier.accounts.values import Actor, Role
from levier.foundation.encryption import FieldCipher
from levier.foundation.objections import NotForYou
from levier.foundation.periods import civil_date
from levier.participants.models import OutcomeQuestion, Person
from levier.participants.queries import persons_visible_to, shown_identity
from levier.reference.values import Catalogue
from levier.referrals import policies, rules
from levier.referrals.models import Position, Referral
from levier.referrals.policies import Involved
from levier.referrals.values import LIVE, OWNERS, Party, ReferralState

_LIVE = [state.value for state in LIVE]


def positions_visible_to(actor: Actor) -> QuerySet[Position]:
    """The mission: all. A company: its own. A facilitator or a prescriber: those of the territory. A buyer: none."""
    match actor.role:
        case Role.MISSION:
            return Position.objects.all()
        case Role.COMPANY:
            return Position.objects.filter(commitment__holder_id=actor.organisation_id)
        case Role.FACILITATOR | Role.PRESCRIBER:
            return Position.objects.filter(territory_id__in=actor.territory_ids)
        case Role.BUYER | Role.STRUCTURE:
            return Position.objects.none()


def referrals_visible_to(actor: Actor) -> QuerySet[Referral]:
    """The mission: all. A company: people proposed to it. A facilitator: those of the territory. A prescriber: those of the own hand."""
    match actor.role:
        case Role.MISSION:
            return Referral.objects.all()
        case Role.COMPANY:
            return Referral.objects.filter(position__commitment__holder_id=actor.organisation_id)
        case Role.FACILITATOR:
            return Referral.objects.filter(position__territory_id__in=actor.territory_ids)
        case Role.PRESCRIBER:
            return Referral.objects.filter(referrer_id=actor.user_id, position__territory_id__in=actor.territory_ids)
        case Role.BUYER | Role.STRUCTURE:
            return Referral.objects.none()


def position_for(actor: Actor, public_id: str) -> Position:
    """Raise NotForYou when unknown or foreign."""
    found = with_counts(positions_visible_to(actor)).filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def referral_for(actor: Actor, public_id: str) -> Referral:
    """Raise NotForYou when unknown or foreign."""
    found = _told(referrals_visible_to(actor)).filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def with_counts(positions: QuerySet[Position]) -> QuerySet[Position]:
    """With what a list shows, and how many people are hired, live, or wait for the company."""
    return positions.select_related("commitment__holder", "commitment__lot__contract", "territory", "commune").annotate(
        hired=Count("referrals", filter=Q(referrals__state=ReferralState.PLACED.value)),
        live=Count("referrals", filter=Q(referrals__state__in=_LIVE)),
        proposed=Count("referrals", filter=Q(referrals__state=ReferralState.PROPOSED.value)),
    )


def hired_on(position: Position) -> int:
    return position.referrals.filter(state=ReferralState.PLACED.value).count()


def _told(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    return referrals.select_related(
        "position__commitment__holder", "position__territory", "position__commune", "person__territory", "referrer",
        "placement", "referrer_organisation",
    )  # fmt: skip


def referrals_of(actor: Actor, *, position: Position | None = None) -> list[Referral]:
    """Referrals the actor may see, those that wait first, the oldest step first. Steps, decisions prefetched: four queries in all."""
    found = _told(referrals_visible_to(actor)).prefetch_related("steps", "person__decisions")
    if position is not None:
        found = found.filter(position=position)
    rows = list(found.order_by("-state_since", "-id"))
    waiting = [one for one in reversed(rows) if one.state in _LIVE]
    return [*waiting, *(one for one in rows if one.state not in _LIVE)]


def involved_of(referral: Referral) -> Involved:
    position = referral.position
    return Involved(position.commitment.holder_id, position.territory_id, referral.referrer_id)


def waiting_referrals() -> QuerySet[Referral]:
    """Those whose next step is owed by somebody, whoever it is."""
    return _told(Referral.objects.filter(state__in=_LIVE)).order_by("id")


def due_of(referral: Referral, catalogue: Catalogue) -> date | None:
    """Last day promised for the next step."""
    return rules.due_on(
        ReferralState(referral.state), civil_date(referral.state_since), catalogue, meets_on=referral.meets_on
    )


def news_of(referral: Referral, today: date) -> list[OutcomeQuestion]:
    """What became of the person at the end of the placement and after it, as far as it was to be asked by today, in order. Whoever
    proposed the person reads it; a company does not.
    """
    if referral.placement_id is None:
        return []
    return list(
        OutcomeQuestion.objects.filter(placement_id=referral.placement_id, due_on__lte=today).order_by("due_on")
    )


def answered_since(instant: datetime) -> list[tuple[Referral, str]]:
    """Referrals whose person told, or had told, what became of them since then, each with the step that was answered."""
    answered = (
        OutcomeQuestion.objects.filter(answered_at__gte=instant, placement__referral__isnull=False)
        .select_related("placement__referral__referrer", "placement__referral__position")
        .order_by("answered_at", "id")
    )
    return [(one.placement.referral, one.step) for one in answered]


@dataclass(frozen=True, slots=True)
class WaitingStep:
    """A step somebody owes. `late`: days since the promised one; `mine`: the actor owes it."""

    referral: Referral
    owner: Party
    due: date
    late: int
    mine: bool


def steps_for(actor: Actor, *, today: date, catalogue: Catalogue) -> list[WaitingStep]:
    """What waits in the actor's scope, the latest first. One query."""
    if actor.role is Role.BUYER:
        return []
    found = []
    for referral in _told(referrals_visible_to(actor).filter(state__in=_LIVE)):
        due = due_of(referral, catalogue)
        state = ReferralState(referral.state)
        if due is None:
            continue
        mine = OWNERS[state] in policies.parties(actor, involved_of(referral))
        found.append(WaitingStep(referral, OWNERS[state], due, rules.days_late(due, today), mine))
    return sorted(found, key=lambda one: (not one.mine, one.due, one.referral.pk))


def own_people(actor: Actor) -> QuerySet[Person]:
    """People the actor may propose: for a facilitator those of the territory, for a prescriber those followed or proposed before."""
    everyone = Person.objects.filter(
        merged_into__isnull=True,
        anonymised_at__isnull=True,
        limited_at__isnull=True,
        territory_id__in=actor.territory_ids,
    )
    if actor.role is Role.FACILITATOR:
        return everyone.filter(pk__in=persons_visible_to(actor).values("pk"))
    if actor.role is Role.PRESCRIBER:
        return everyone.filter(Q(referents__user_id=actor.user_id) | Q(referrals__referrer_id=actor.user_id)).distinct()
    return Person.objects.none()


def spoken_name(person: Person, *, whole: bool) -> str:
    """The whole name for those who follow the person; first name and initial for a company that has not hired."""
    identity = shown_identity(person)
    if identity is None:
        return person.reference
    return identity.name if whole else f"{identity.first_name} {identity.last_name[:1]}."


def seal_phone(phone: str, public_id: str) -> bytes:
    return FieldCipher(settings.MASTER_KEY, "referral").seal(phone, f"referrals_referral|phone|{public_id}")


def open_phone(referral: Referral) -> str:
    """Empty when none was given, when it was erased at the end, or when the seal does not open."""
    if referral.phone is None:
        return ""
    try:
        return FieldCipher(settings.MASTER_KEY, "referral").open(
            bytes(referral.phone), f"referrals_referral|phone|{referral.public_id}"
        )
    except InvalidTag:
        return ""


def open_positions(positions: QuerySet[Position], today: date) -> QuerySet[Position]:
    """Not closed, and not over."""
    return positions.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), closed_at__isnull=True)


def eligible_until(person: Person, today: date) -> date | None:
    """Last day of the window that holds today or comes; None where none was granted. Reads the prefetched decisions."""
    days = [one.valid_until for one in person.decisions.all() if one.granted and one.valid_until >= today]
    return max(days, default=None)
