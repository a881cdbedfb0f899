"""Who acts in the demonstration, and when."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from levier.accounts.models import Membership
from levier.accounts.queries import actor_from
from levier.accounts.values import Actor
from levier.demonstration import names
from levier.participants.values import NewPerson
from levier.reference.values import Catalogue


@dataclass
class Cast:
    """Who acts in the demonstration, and the hazard that decides."""

    catalogue: Catalogue
    today: date
    draw: random.Random
    mission: Actor
    facilitators: dict[int, Actor]
    companies: dict[int, Actor]
    prescriber: Actor
    persons: Iterator[NewPerson]
    territories: dict[str, int] = field(default_factory=dict)
    """Number of the territory by postcode, once asked."""
    shown: int = 0
    """Running commitments of the company that signs in, so far."""


def moment(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour, 15), UTC)


def cast(catalogue: Catalogue, today: date, draw: random.Random) -> Cast:
    members = [actor_from(m) for m in Membership.objects.select_related("user", "organisation", "territory")]
    return Cast(
        catalogue=catalogue,
        today=today,
        draw=draw,
        mission=next(actor for actor in members if actor.role == "mission"),
        facilitators={actor.territory_numbers[0]: actor for actor in members if actor.role == "facilitator"},
        companies={actor.organisation_id: actor for actor in members if actor.role == "company"},
        prescriber=next(actor for actor in members if actor.role == "prescriber"),
        persons=persons(0),
    )


def persons(rank: int) -> Iterator[NewPerson]:
    """From that rank on; never the same identity twice."""
    while True:
        last = names.LAST_NAMES[rank % len(names.LAST_NAMES)]
        first = names.FIRST_NAMES[(rank * 5 + rank // len(names.LAST_NAMES)) % len(names.FIRST_NAMES)]
        yield NewPerson(last, first, date(1966, 1, 15) + timedelta(days=rank * 487 % 14000))
        rank += 1
