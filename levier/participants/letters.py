"""The person's own page (page personnelle): a paper letter with a link, opened with the birth year. No account, no password.

The token is on the paper alone; the base keeps its SHA-256. A wrong link, a wrong year, a link that is over and one that was tried
too often get the same answer.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation.encryption import blind_index
from levier.foundation.identifiers import random_public_id
from levier.foundation.objections import NotForYou
from levier.foundation.periods import civil_date
from levier.participants import policies
from levier.participants.models import AccessLetter, Person
from levier.participants.queries import persons_visible_to
from levier.reference.values import Catalogue


@dataclass(frozen=True, slots=True)
class Oneself:
    """The person, on their own page: an author of journal lines without an account."""

    reference: str
    role: str = "person"
    user_id: None = None
    organisation_id: None = None

    @property
    def label(self) -> str:
        return f"La personne elle-même ({self.reference})"


@dataclass(frozen=True, slots=True)
class NewLetter:
    """The token is known here once; it is printed and forgotten."""

    letter: AccessLetter
    token: str


def make_letter(*, actor: Actor, person_id: str, catalogue: Catalogue, now: datetime, token: str = "") -> NewLetter:
    """A new paper for a person of the facilitator's territory. The paper made before no longer opens anything. The `token` of a form that
    is sent again is that of the paper in use: it is given again.
    """
    with transaction.atomic():
        person = persons_visible_to(actor).select_for_update(of=("self",)).filter(public_id=person_id).first()
        if person is None or person.anonymised_at or not policies.may_follow(actor, territory_id=person.territory_id):
            raise NotForYou
        assert actor.user_id is not None
        token = token or random_public_id()
        in_use = AccessLetter.objects.filter(person=person, revoked_at__isnull=True)
        known = in_use.filter(token_hash=token_digest(token)).first()
        if known is not None:
            return NewLetter(known, token)
        in_use.update(revoked_at=now)
        days = int(catalogue.at("own_page.letter_days", civil_date(now)).value)
        letter = AccessLetter.objects.create(
            person=person,
            token_hash=token_digest(token),
            made_at=now,
            made_by_id=actor.user_id,
            made_by_label=actor.label,
            expires_at=now + timedelta(days=days),
        )
        record(
            actor=actor, action="person.letter_made", object_kind="person", object_id=person.public_id, now=now,
            facts={"letter": letter.public_id, "until": civil_date(letter.expires_at)},
        )  # fmt: skip
        return NewLetter(letter, token)


def revoke_letter(*, actor: Actor, person_id: str, now: datetime) -> None:
    """The paper was lost: from now on it opens nothing."""
    with transaction.atomic():
        person = persons_visible_to(actor).filter(public_id=person_id).first()
        if person is None or not policies.may_follow(actor, territory_id=person.territory_id):
            raise NotForYou
        if AccessLetter.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=now):
            record(
                actor=actor, action="person.letter_revoked", object_kind="person", object_id=person.public_id, now=now
            )


def open_letter(*, token: str, birth_year: str, catalogue: Catalogue, now: datetime) -> AccessLetter | None:
    """The letter, when the paper is in use and the year is right; None otherwise, without saying which of the two was wrong.

    Each wrong year counts; after the tries allowed the letter stays shut even to the right year.
    """
    most = int(catalogue.at("own_page.tries", civil_date(now)).value)
    with transaction.atomic():
        letter = (
            AccessLetter.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(token_hash=token_digest(token))
            .first()
        )
        if letter is None or not _in_use(letter, most, now):
            return None
        if birth_year.strip() != str(letter.person.birth_year):
            letter.tries += 1
            letter.save(update_fields=["tries"])
            return None
        letter.tries, letter.opened_at = 0, now
        letter.save(update_fields=["tries", "opened_at"])
        record(
            actor=Oneself(letter.person.reference), action="person.own_page_opened", object_kind="person",
            object_id=letter.person.public_id, facts={"letter": letter.public_id}, now=now,
        )  # fmt: skip
        return letter


def _in_use(letter: AccessLetter, most: int, now: datetime) -> bool:
    return (
        letter.revoked_at is None
        and letter.expires_at > now
        and letter.tries < most
        and letter.person.anonymised_at is None
        and letter.person.birth_year is not None
    )


def letter_still_open(letter_id: str, now: datetime) -> AccessLetter | None:
    """For each page of a visit: a letter that was revoked in between shows nothing more. A merged file answers by the one kept."""
    return (
        AccessLetter.objects.select_related("person__territory", "person__commune", "person__merged_into__territory")
        .filter(public_id=letter_id, revoked_at__isnull=True, expires_at__gt=now, person__anonymised_at__isnull=True)
        .first()
    )


def person_of(letter: AccessLetter) -> Person:
    return letter.person.merged_into or letter.person


def latest_letter(person: Person) -> AccessLetter | None:
    return AccessLetter.objects.filter(person=person).order_by("-made_at", "-pk").first()


def printed_on(letter: AccessLetter, token: str) -> bool:
    """Whether that link is the one of this letter, still in use."""
    return bool(token) and letter.revoked_at is None and bytes(letter.token_hash) == token_digest(token)


def token_digest(token: str) -> bytes:
    """Of 130 random bits: nothing to guess, so a plain digest does."""
    return hashlib.sha256(token.encode()).digest()


def attempt_name(token: str) -> str:
    """What the slowing-down of guesses knows a link by; the same work for one that does not exist."""
    return "lettre:" + blind_index(settings.MASTER_KEY, "letter-attempt", token).hex()
