"""A small world for tests: two territories, a buyer, the mission, facilitators, companies, a contract that owes hours.

Rows are written as the actions would write them, so that a test starts where its story starts. Nothing is random but
public identifiers; the clock is `NOW`.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from django.conf import settings
from django.test import Client

from levier.accounts.models import Membership, User
from levier.accounts.queries import actor_from
from levier.accounts.values import Actor
from levier.commitments.models import Commitment, CommitmentPlacement
from levier.foundation.encryption import FieldCipher
from levier.foundation.identifiers import luhn
from levier.hours.models import Statement, StatementLine
from levier.notifications.actions import deliver_due, whole_body
from levier.notifications.models import Message
from levier.organisations.models import Organisation
from levier.participants.identity import Identity
from levier.participants.models import EligibilityDecision, EligibilityGround, Person, Placement
from levier.participants.name_keys import keys_of_name
from levier.procurement.models import Contract, Lot, LotHolder, LotTerritory
from levier.referrals.models import Position, Referent, Referral, ReferralStep
from levier.territories.models import Commune, FacilitatorContact, Territory
from levier.web import clock

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
SECRET_CRITERION = "CANARI-CRITERE-RSA"


def siret(number: int) -> str:
    """A fictitious SIRET (SIREN 9xx xxx xxx) with a right key."""
    stem = f"9{number:08d}0001"
    return next(f"{stem}{key}" for key in range(10) if luhn(f"{stem}{key}"))


@dataclass
class World:
    """What a test may name. `actors` and `users` by role name: mission, buyer, near, far, company, rival."""

    serial: count = field(default_factory=lambda: count(1))
    territories: dict[int, Territory] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def organisation(self, name: str, *kinds: str) -> Organisation:
        if name not in self.organisations:
            self.organisations[name] = Organisation.objects.create(
                siret=siret(next(self.serial)), name=name, kinds=list(kinds), created_at=NOW
            )
        return self.organisations[name]

    def territory(self, number: int) -> Territory:
        if number not in self.territories:
            self.territories[number], _ = Territory.objects.get_or_create(
                number=number,
                defaults={"name": f"Territoire d’essai {number}", "short_name": f"Essai {number}", "colour": number},
            )
            if not FacilitatorContact.objects.filter(territory=self.territories[number]).exists():
                FacilitatorContact.objects.create(
                    territory=self.territories[number],
                    structure=f"Structure {number}",
                    person=f"Facilitatrice {number}",
                    phone="04 00 00 00 00",
                    email=f"t{number}@exemple.test",
                    valid_from=date(2023, 1, 1),
                    source="essai",
                    confidence="C",
                    published=False,
                    created_at=NOW,
                    created_by_label="essai",
                )
        return self.territories[number]

    def user(self, name: str, role: str, organisation: Organisation, territory: Territory | None = None) -> Actor:
        user = User(email=f"{name}@exemple.test", full_name=f"{name.title()} Essai", created_at=NOW)
        user.set_unusable_password()
        user.save()
        membership = Membership.objects.create(
            user=user, organisation=organisation, role=role, territory=territory, valid_from=date(2023, 1, 1)
        )
        self.users[name] = user
        self.actors[name] = actor_from(membership)
        return self.actors[name]

    def client(self, name: str) -> Client:
        """A browser where that person is signed in."""
        client = Client()
        client.force_login(self.users[name])
        return client

    def contract(self, reference: str = "2026-0147", *, territory: int = 4, holder: str = "Bâti Essai") -> Lot:
        contract = Contract.objects.create(
            buyer=self.organisation("Département d’essai", "buyer"),
            reference=reference,
            title=f"Réhabilitation du collège {reference}",
            nature="Marché",
            category="works",
            consultation_on=date(2025, 10, 1),
            notified_on=date(2025, 12, 15),
            duration_months=14,
            starts_on=date(2026, 1, 1),
            ends_on=date(2027, 2, 28),
            place_code="13127",
            place_kind="Code commune",
            created_at=NOW,
            created_by_label="essai",
        )
        lot = Lot.objects.create(
            contract=contract,
            number=1,
            title="Gros œuvre",
            cpv="45223220",
            initial_amount=Decimal("1200000.00"),
            amount=Decimal("1200000.00"),
        )
        LotHolder.objects.create(lot=lot, organisation=self.organisation(holder, "company"), role="contractor")
        LotTerritory.objects.create(
            lot=lot, territory=self.territory(territory), origin="person", decided_by_label="essai", decided_at=NOW
        )
        return lot

    def commitment(
        self, lot: Lot, *, holder: str = "Bâti Essai", territory: int = 4, due: str = "1000.00"
    ) -> Commitment:
        company, place = self.organisation(holder, "company"), self.territory(territory)
        LotHolder.objects.get_or_create(lot=lot, organisation=company, defaults={"role": "co_contractor"})
        LotTerritory.objects.get_or_create(
            lot=lot, territory=place, defaults={"origin": "person", "decided_by_label": "essai", "decided_at": NOW}
        )
        return Commitment.objects.create(
            lot=lot,
            holder=company,
            territory=place,
            instrument="execution_condition",
            due_hours=Decimal(due),
            starts_on=date(2026, 1, 1),
            ends_on=date(2027, 2, 28),
            created_at=NOW,
            created_by_label="essai",
        )

    def person(self, last: str = "Belkacem", first: str = "Samira", *, territory: int = 4) -> Person:
        number = next(self.serial)
        person = Person(
            reference=f"P-TEST-{number:04d}",
            birth_year=1998,
            territory=self.territory(territory),
            created_at=NOW,
            created_by_label="essai",
            retention_until=date(2029, 12, 31),
        )
        sealed = f'{{"last_name": "{last}", "first_name": "{first}", "birth_date": "1998-03-0{number % 9 + 1}"}}'
        person.identity = FieldCipher(settings.MASTER_KEY, "person").seal(
            sealed, f"participants_person|identity|{person.public_id}"
        )
        person.name_keys = keys_of_name(Identity(last, first, date(1998, 3, 1)))
        person.identity_index = hashlib.sha256(f"{last}{first}{number}".encode()).digest()
        person.save()
        return person

    def decision(
        self, person: Person, *, start: date = date(2026, 1, 5), until: date = date(2027, 12, 31), by: str = "near"
    ) -> EligibilityDecision:
        decision = EligibilityDecision.objects.create(
            person=person,
            granted=True,
            decided_on=start,
            decided_at=NOW,
            decided_by=self.users[by],
            decided_by_label=self.users[by].full_name,
            territory=person.territory,
            valid_from=start,
            valid_until=until,
            rule_version="eligibility.window@2023-01-01",
        )
        EligibilityGround.objects.create(
            decision=decision,
            sealed=FieldCipher(settings.MASTER_KEY, "criterion").seal(
                f'{{"criterion": "{SECRET_CRITERION}"}}', f"participants_eligibilityground|sealed|{decision.public_id}"
            ),
            key_name="1",
        )
        return decision

    def placement(
        self,
        person: Person,
        commitment: Commitment | None = None,
        *,
        employer: str = "Bâti Essai",
        start: date = date(2026, 1, 12),
    ) -> Placement:
        decision = EligibilityDecision.objects.filter(person=person, granted=True).first() or self.decision(person)
        placement = Placement.objects.create(
            person=person,
            employer=self.organisation(employer, "company"),
            decision=decision,
            modality="direct_hire",
            contract_kind="cdd",
            job_code="F1703",
            job_title="Aide-maçon",
            starts_on=start,
            weekly_hours=Decimal("35.00"),
            created_at=NOW,
            created_by_label="essai",
        )
        if commitment is not None:
            CommitmentPlacement.objects.create(commitment=commitment, placement=placement, since=start)
        return placement

    def commune(self, code: str = "13001", name: str = "Aix-en-Provence") -> Commune:
        found, _ = Commune.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "kind": "COM",
                "postcodes": [code],
                "population": 1000,
                "departement": "13",
                "intercommunality": "Essai",
                "longitude": "5.300000",
                "latitude": "43.500000",
            },
        )
        return found

    def position(self, commitment: Commitment, *, places: int = 2, start: date = date(2026, 12, 7)) -> Position:
        return Position.objects.create(
            commitment=commitment,
            territory=commitment.territory,
            commune=self.commune(),
            job_code="F1703",
            job_title="Aide-maçon",
            starts_on=start,
            weekly_hours=Decimal("35.00"),
            places=places,
            link="Maçonnerie des cloisons du collège",
            opened_at=NOW,
            opened_by_label="essai",
            changed_at=NOW,
        )

    def referral(self, position: Position, person: Person, *, by: str = "prescriber") -> Referral:
        """Proposed by that person, who has become the referent."""
        user, actor = self.users[by], self.actors[by]
        Referent.objects.get_or_create(person=person, user=user, defaults={"since": TODAY})
        referral = Referral.objects.create(
            position=position,
            person=person,
            referrer=user,
            referrer_label=user.full_name,
            referrer_organisation_id=actor.organisation_id,
            state_since=NOW,
            created_at=NOW,
        )
        ReferralStep.objects.create(
            referral=referral,
            target="proposed",
            at=NOW,
            actor_user=user,
            actor_label=user.full_name,
            actor_role=actor.role.value,
        )
        return referral

    def sent_line(
        self,
        commitment: Commitment,
        placement: Placement,
        *,
        month: date = date(2026, 10, 1),
        hours: str = "120.00",
        by: str = "company",
    ) -> StatementLine:
        statement, _ = Statement.objects.get_or_create(
            commitment=commitment,
            month=month,
            defaults={
                "state": "sent",
                "started_at": NOW,
                "declared_by": self.users[by],
                "declared_by_label": self.users[by].full_name,
                "sent_at": NOW,
            },
        )
        return StatementLine.objects.create(
            statement=statement, placement=placement, hours=Decimal(hours), state="pending"
        )


def small_world() -> World:
    """One person a role: `near` is the facilitator of territory 4, `far` of territory 5; `rival` is another company. `prescriber` and
    `colleague` send people in territory 4, `far_prescriber` in territory 5.
    """
    world = World()
    world.user("mission", "mission", world.organisation("Département d’essai", "buyer"))
    world.user("buyer", "buyer", world.organisation("Département d’essai", "buyer"))
    world.user("stranger_buyer", "buyer", world.organisation("Commune d’ailleurs", "buyer"))
    body = world.organisation("Structure des facilitateurs", "facilitator_body")
    world.user("near", "facilitator", body, world.territory(4))
    world.user("far", "facilitator", body, world.territory(5))
    world.user("company", "company", world.organisation("Bâti Essai", "company"))
    world.user("rival", "company", world.organisation("Rival Essai", "company"))
    local = world.organisation("Mission locale d’essai", "prescriber")
    world.user("prescriber", "prescriber", local, world.territory(4))
    world.user("colleague", "prescriber", local, world.territory(4))
    world.user("far_prescriber", "prescriber", local, world.territory(5))
    return world


def links_sent_to(email: str) -> list[str]:
    """Deliver what waits, and give the addresses (without the host) of the links that this person received, in order."""
    letters: list[str] = []

    def keep(message: Message) -> None:
        if message.recipient == email:
            letters.append(whole_body(message))

    deliver_due(keep, clock=clock.now)
    return [
        found for letter in letters for found in re.findall(r"https?://[^/\s]+(/(?:declarer|invitation)/\S+)", letter)
    ]
