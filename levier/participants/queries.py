"""Reading people. Everything starts from what the actor may see; opening an identity is journaled by whoever shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from levier.accounts.values import Actor, Role
from levier.foundation.encryption import normalised
from levier.foundation.objections import NotForYou
from levier.participants import policies
from levier.participants.identity import Ground, Identity, open_ground, open_identity, read_reference
from levier.participants.models import EligibilityDecision, EligibilityGround, Person, Placement
from levier.participants.name_keys import answers, keys_typed, words_typed
from levier.participants.rules import SOON, standing
from levier.participants.values import Standing

OPENED = 1_000
"""Names opened in memory to answer a search, at most: the files that moved last. Beyond, more letters are asked for."""


def placements_visible_to(actor: Actor) -> QuerySet[Placement]:
    """The mission: all. A facilitator: of people of the own territory, or assigned to a commitment there. A company: those it
    employs, and those assigned to a commitment it holds (people supplied by another structure). A structure: those it employs. A prescriber:
    those of the people whose file it opened. A buyer: none.
    """
    match actor.role:
        case Role.MISSION:
            return Placement.objects.all()
        case Role.FACILITATOR:
            return Placement.objects.filter(
                Q(person__territory_id__in=actor.territory_ids)
                | Q(pk__in=_assigned(assignments__commitment__territory_id__in=actor.territory_ids))
            )
        case Role.STRUCTURE:
            return Placement.objects.filter(employer_id=actor.organisation_id)
        case Role.PRESCRIBER:
            return Placement.objects.filter(person__opened_for_id=actor.organisation_id)
        case Role.COMPANY:
            return Placement.objects.filter(
                Q(employer_id=actor.organisation_id)
                | Q(pk__in=_assigned(assignments__commitment__holder_id=actor.organisation_id))
            )
        case Role.BUYER | Role.PRESCRIBER:
            return Placement.objects.none()


def _assigned(**condition: object) -> QuerySet[Placement, int]:
    return Placement.objects.filter(**condition).values_list("pk", flat=True)


def persons_visible_to(actor: Actor) -> QuerySet[Person]:
    """The mission: all. A facilitator: own territory, or placed on a commitment there. A prescriber: files it opened. A company, a
    structure or a buyer: nobody as such. A merged file is seen through the one that stands for it, a limited one by the mission alone.
    """
    everyone = Person.objects.filter(merged_into__isnull=True)
    if not policies.may_read_identities(actor):
        return everyone.none()
    if actor.role is Role.MISSION:
        return everyone
    everyone = everyone.filter(limited_at__isnull=True)
    if actor.role is Role.PRESCRIBER:
        return everyone.filter(opened_for_id=actor.organisation_id)
    return everyone.filter(Q(territory_id__in=actor.territory_ids) | Q(placed_in__overlap=list(actor.territory_ids)))


def decisions_visible_to(actor: Actor) -> QuerySet[EligibilityDecision]:
    """Decisions with their ground: the mission all, a facilitator those on people of the own territory, a prescriber those on
    people whose file it opened, nobody else any.
    """
    if actor.role is Role.MISSION:
        return EligibilityDecision.objects.all()
    if actor.role is Role.FACILITATOR:
        return EligibilityDecision.objects.filter(person__territory_id__in=actor.territory_ids)
    if actor.role is Role.PRESCRIBER:
        return EligibilityDecision.objects.filter(person__opened_for_id=actor.organisation_id)
    return EligibilityDecision.objects.none()


def ready_people(actor: Actor, territories: Iterable[int], on: date) -> int | None:
    """How many people of these territories (their numbers; none: everywhere) are eligible that day and without a post; None for who may
    not count them.
    """
    if not policies.may_read_identities(actor):
        return None
    found = persons_visible_to(actor).filter(
        decisions__granted=True, decisions__valid_from__lte=on, decisions__valid_until__gte=on
    )
    if numbers := list(territories):
        found = found.filter(territory__number__in=numbers)
    placed = Placement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), person=OuterRef("pk"), starts_on__lte=on
    )
    return found.exclude(Exists(placed)).distinct().count()


def family_of(person: Person) -> list[int]:
    """The person's file and those merged into it: decisions, placements and readings of all of them are the person's."""
    return [person.pk, *Person.objects.filter(merged_into=person).order_by("pk").values_list("pk", flat=True)]


def person_for(actor: Actor, public_id: str) -> Person:
    """Raise NotForYou when unknown or foreign."""
    found = persons_visible_to(actor).select_related("territory", "commune").filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def placement_for(actor: Actor, public_id: str) -> Placement:
    """Raise NotForYou when unknown or foreign."""
    found = (
        placements_visible_to(actor)
        .select_related("person", "employer", "decision")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotForYou
    return found


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list. `until`: last day of the latest window."""

    public_id: str
    reference: str
    identity: Identity | None
    territory: str
    standing: Standing
    until: date | None
    job: str
    employer: str


def people_in(actor: Actor) -> QuerySet[Person]:
    """Everybody in the actor's scope who was not erased."""
    return persons_visible_to(actor).filter(anonymised_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Named:
    """Files whose name, or the name of a file merged into them, answers what was typed. `more`: too many begin like that, some were not
    looked at.
    """

    ids: tuple[int, ...]
    more: bool


def named(actor: Actor, text: str, *, most: int = OPENED) -> Named:
    """Who has that reference, or has a word of the name beginning with each word typed; the latest moved first, `most` of them.

    Two queries at most. Only names whose keys answer are opened, in memory; a file set aside is found by its reference alone.
    """
    if reference := read_reference(text):
        return Named(tuple(people_in(actor).filter(reference=reference).values_list("pk", flat=True)), more=False)
    words = words_typed(text)
    if not words:
        return Named((), more=False)
    heads = people_in(actor).filter(limited_at__isnull=True).order_by().values("pk")
    files = (
        Person.objects.filter(name_keys__contains=keys_typed(words))
        .annotate(head=Coalesce("merged_into_id", "pk"))
        .filter(head__in=heads)
        .order_by(F("moved_at").desc(nulls_last=True), "-pk")
        .values_list("head", "identity", "public_id")
    )[: OPENED + 1]
    found: dict[int, None] = {}
    for looked, (head, sealed, public_id) in enumerate(files):
        if looked == OPENED or len(found) == most:
            return Named(tuple(found), more=True)
        identity = open_identity(sealed, public_id)
        if identity is not None and answers(identity, words):
            found[head] = None
    return Named(tuple(found), more=False)


def counted(people: QuerySet[Person], today: date) -> dict[Standing, int]:
    """How many of these people stand where. One query."""
    rows = people.order_by().annotate(at=_standing(today)).values_list("at").annotate(Count("pk"))
    found = {Standing(at): count for at, count in rows}
    return {one: found.get(one, 0) for one in Standing}


@dataclass(frozen=True, slots=True)
class PeopleRows:
    """People of one standing, or of any, read a page at a time: four queries at most, and only the names of that page are opened."""

    people: QuerySet[Person]
    count: int
    today: date

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, wanted: slice) -> list[PersonLine]:
        placements = Placement.objects.select_related("employer")
        people = self.people.select_related("territory").prefetch_related(
            Prefetch("placements", placements),
            Prefetch("absorbed", Person.objects.prefetch_related(Prefetch("placements", placements))),
        )
        return [_line(person, self.today) for person in people[wanted]]


def rows_of(people: QuerySet[Person], *, asked: str, counts: dict[Standing, int], today: date) -> PeopleRows:
    """Those who wait for something, the longest first; windows that end, the soonest first; else the latest moved first."""
    if asked not in set(Standing):
        return PeopleRows(people.order_by("-moved_at", "-pk"), sum(counts.values()), today)
    match Standing(asked):
        case Standing.UNDECIDED | Standing.UNPLACED:
            order = ["moved_at", "pk"]
        case Standing.EXPIRING:
            order = ["granted_until", "pk"]
        case _:
            order = ["-moved_at", "-pk"]
    chosen = people.annotate(at=_standing(today)).filter(at=asked).order_by(*order)
    return PeopleRows(chosen, counts[Standing(asked)], today)


def _standing(today: date) -> Case:
    """`rules.standing`, as the database counts it."""
    return Case(
        When(granted_until__isnull=True, then=Value(Standing.UNDECIDED)),
        When(granted_until__lt=today, then=Value(Standing.EXPIRED)),
        When(Q(placed_until__isnull=True) | Q(placed_until__lt=today), then=Value(Standing.UNPLACED)),
        When(granted_until__lte=today + SOON, then=Value(Standing.EXPIRING)),
        default=Value(Standing.ELIGIBLE),
    )


def standing_of(person: Person, today: date) -> tuple[Standing, date | None]:
    """Where a person stands today, and until when; merged files count with theirs."""
    return standing(person.granted_until, person.placed_until, today), person.granted_until


def decisions_of(person: Person, *, with_ground: bool) -> list[tuple[EligibilityDecision, Ground | None]]:
    """The person's decisions, latest first, with what they rest on where the reader may know it."""
    family = family_of(person)
    decisions = list(EligibilityDecision.objects.filter(person_id__in=family).order_by("-decided_on", "-id"))
    if not with_ground:
        return [(decision, None) for decision in decisions]
    sealed = {
        ground.decision_id: ground.sealed for ground in EligibilityGround.objects.filter(decision__person_id__in=family)
    }
    return [
        (decision, open_ground(sealed[decision.pk], decision.public_id) if decision.pk in sealed else None)
        for decision in decisions
    ]


@dataclass(frozen=True, slots=True)
class EmployeeLine:
    """What a company reads of a person: name, job, contract, until when eligible. No criterion, no proof, no birth date."""

    public_id: str
    person_public_id: str
    name: str
    job: str
    modality: str
    contract_kind: str
    employer: str
    own: bool
    starts_on: date
    ends_on: date | None
    until: date
    over: bool


def employees_of(actor: Actor, *, today: date) -> list[EmployeeLine]:
    """Placements a company may see, those that run first. Two queries whatever their number."""
    placements = (
        placements_visible_to(actor)
        .select_related("person", "employer")
        .prefetch_related(Prefetch("person__decisions", EligibilityDecision.objects.filter(granted=True)))
    )
    lines = [_employee(actor, placement, today) for placement in placements]
    return sorted(lines, key=lambda line: (line.over, normalised(line.name), line.starts_on))


def names_of(persons: Iterable[Person]) -> dict[int, str]:
    """Names by primary key, for a page that journals its readings. A person limited or anonymised keeps the reference."""
    return {person.pk: name_of(person) for person in persons}


def name_of(person: Person) -> str:
    identity = shown_identity(person)
    return identity.name if identity else person.reference


def shown_identity(person: Person) -> Identity | None:
    """Who a person is, for a page of work; None once anonymised, or while the file is limited: only its own page at the mission
    (`web.people.person`) and the person's own visit open it then.
    """
    return None if person.limited_at else open_identity(person.identity, person.public_id)


def _line(person: Person, today: date) -> PersonLine:
    standing, until = standing_of(person, today)
    files = [person, *person.absorbed.all()]
    placements = sorted((one for file in files for one in file.placements.all()), key=lambda one: one.starts_on)
    last = placements[-1] if placements else None
    return PersonLine(
        public_id=person.public_id,
        reference=person.reference,
        identity=shown_identity(person),
        territory=person.territory.short_name,
        standing=standing,
        until=until,
        job=last.job_title if last else "",
        employer=last.employer.name if last else "",
    )


def _employee(actor: Actor, placement: Placement, today: date) -> EmployeeLine:
    until = max(decision.valid_until for decision in placement.person.decisions.all())
    return EmployeeLine(
        public_id=placement.public_id,
        person_public_id=placement.person.public_id,
        name=name_of(placement.person),
        job=placement.job_title,
        modality=placement.modality,
        contract_kind=placement.contract_kind,
        employer=placement.employer.name,
        own=placement.employer_id == actor.organisation_id,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        until=until,
        over=until < today or (placement.ends_on is not None and placement.ends_on < today),
    )
