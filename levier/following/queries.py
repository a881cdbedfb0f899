"""Reading where commitments stand: the Monday list, the weather of each territory, one commitment. Everything starts from the actor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from levier.accounts.models import Membership, User
from levier.accounts.queries import in_force
from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment
from levier.compliance.turns import TaskKind, Turn
from levier.following.models import HandledLine, Standing
from levier.following.policies import may_follow
from levier.following.rules import weather
from levier.following.values import Thresholds, Weather

ZERO = Decimal("0.00")


def standings_visible_to(actor: Actor) -> QuerySet[Standing]:
    """The mission: all. A buyer: its contracts. A facilitator: the territory. A company: none, it reads its own steps in À faire."""
    if not may_follow(actor):
        return Standing.objects.none()
    match actor.role:
        case Role.MISSION:
            return Standing.objects.all()
        case Role.BUYER:
            return Standing.objects.filter(commitment__lot__contract__buyer_id=actor.organisation_id)
        case _:
            return Standing.objects.filter(territory_id__in=actor.territory_ids)


def steps_visible_to(actor: Actor) -> QuerySet[Standing]:
    """Commitments where a step waits: the same, and for a company its own steps on what it holds."""
    if actor.role is Role.COMPANY:
        return Standing.objects.filter(stepped=True, commitment__holder_id=actor.organisation_id, turn=Turn.COMPANY)
    return standings_visible_to(actor).filter(stepped=True)


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many commitments wait for that act of that turn, and the hours that hang on them."""

    act: TaskKind
    turn: Turn
    count: int
    at_stake: Decimal


def step_counts(actor: Actor) -> list[StepCount]:
    rows = (
        steps_visible_to(actor).values_list("act", "turn").annotate(count=Count("pk"), stake=Sum("at_stake")).order_by()
    )
    return [StepCount(TaskKind(act), Turn(turn), count, stake) for act, turn, count, stake in rows]


def steps(actor: Actor, *, turn: str = "", act: str = "") -> QuerySet[Standing]:
    """Most hours at stake first, then the oldest."""
    found = steps_visible_to(actor)
    if turn:
        found = found.filter(turn=turn)
    if act:
        found = found.filter(act=act)
    return found.select_related("commitment__lot__contract", "commitment__holder", "commitment__territory").order_by(
        "-at_stake", F("since").asc(nulls_last=True), "commitment"
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; empty text or None: no filter."""

    territory: int | None = None
    weather: Weather | None = None
    turn: str = ""
    mine: bool = False
    postponed: bool = False


def monday_list(actor: Actor, asked: Asked, today: date) -> QuerySet[Standing]:
    """Lines where somebody must act, those that lose most hours first; what was put off is left out unless it is asked for."""
    found = standings_visible_to(actor).exclude(act="")
    later = Q(postponed_until__gt=today)
    found = found.filter(later) if asked.postponed else found.exclude(later)
    if asked.territory is not None:
        found = found.filter(territory__number=asked.territory)
    if asked.weather is not None:
        found = found.filter(weather=asked.weather)
    if asked.turn:
        found = found.filter(turn=asked.turn)
    if asked.mine:
        found = found.filter(assigned_to=actor.user_id)
    return found.select_related(
        "commitment__lot__contract", "commitment__holder", "commitment__territory", "assigned_to"
    ).order_by("-lost", "-at_stake", "commitment")


@dataclass(frozen=True, slots=True)
class Group:
    """Commitments of one territory that share a sky, a turn, and whether they were put off or given to the reader."""

    territory: int
    name: str
    weather: Weather
    turn: str
    postponed: bool
    mine: bool
    count: int
    lost: Decimal
    owed: Decimal


@dataclass(frozen=True, slots=True)
class MondayLines:
    """The list as a page reads it: already counted, cut where it is shown."""

    lines: QuerySet[Standing]
    counted: int

    def __len__(self) -> int:
        return self.counted

    def __getitem__(self, wanted: slice) -> list[Standing]:
        return list(self.lines[wanted])


def answering(found: Iterable[Group], asked: Asked) -> int:
    """How many lines of the Monday list answer, from the groups of the whole."""
    return sum(
        one.count
        for one in found
        if one.turn
        and one.postponed is asked.postponed
        and asked.territory in {None, one.territory}
        and asked.weather in {None, one.weather}
        and asked.turn in {"", one.turn}
        and (one.mine or not asked.mine)
    )


def groups(actor: Actor, today: date) -> list[Group]:
    """All that the counts of the page are made of; one query, at most a few hundred rows."""
    rows = (
        standings_visible_to(actor)
        .annotate(later=Q(postponed_until__gt=today), own=Q(assigned_to__isnull=False, assigned_to=actor.user_id))
        .values_list("territory__number", "territory__short_name", "weather", "turn", "later", "own")
        .annotate(
            count=Count("pk"),
            hours=Sum("lost"),
            due=Sum("owed"),
        )
        .order_by("territory__number")
    )
    return [
        Group(number, name, Weather(sky), turn, bool(later), bool(own), count, hours, owed)
        for number, name, sky, turn, later, own, count, hours, owed in rows
    ]


@dataclass(frozen=True, slots=True)
class TerritoryWeather:
    number: int
    name: str
    weather: Weather
    commitments: int
    worst: int
    lost: Decimal


def weather_of_territories(found: Iterable[Group], limits: Thresholds) -> list[TerritoryWeather]:
    """The sky of each territory from its hours in all; `worst` counts its commitments under rain or storm."""
    by_number: dict[int, list[Group]] = {}
    for group in found:
        by_number.setdefault(group.territory, []).append(group)
    return [
        TerritoryWeather(
            number,
            parts[0].name,
            weather(
                lost := sum((one.lost for one in parts), ZERO),
                sum((one.owed for one in parts), ZERO),
                0,
                limits,
                ended=False,
            ),
            sum(one.count for one in parts),
            sum(one.count for one in parts if one.weather >= Weather.RAIN),
            lost,
        )
        for number, parts in sorted(by_number.items())
    ]


def standing_of(actor: Actor, commitment: Commitment) -> Standing | None:
    """None when it owes nothing more, or is not for the actor."""
    return standings_visible_to(actor).select_related("assigned_to").filter(pk=commitment.pk).first()


def handled_lines(commitment: Commitment) -> QuerySet[HandledLine]:
    return HandledLine.objects.filter(commitment=commitment).select_related("assigned_to").order_by("-id")


def may_be_given(commitment: Commitment, today: date) -> list[User]:
    """People of the mission and facilitators of the territory whose access is in force."""
    who = Q(role=Role.MISSION.value) | Q(role=Role.FACILITATOR.value, territory=commitment.territory_id)
    found = Membership.objects.filter(who, in_force(today), user__is_active=True)
    return list(dict.fromkeys(one.user for one in found.select_related("user").order_by("user__full_name", "user_id")))
