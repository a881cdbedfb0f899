"""Probable duplicates (doublons probables): the keys that two files of one person would share, kept as keyed fingerprints.

A key is a part of an identity that survives one usual accident: names in another order, accents, a married name, a birth date
typed wrong. The base holds only HMAC fingerprints of keys; names are compared by nobody but the person who looks at two files.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection

from levier.accounts.values import Actor, Role
from levier.foundation.encryption import blind_index, normalised
from levier.participants.identity import Identity
from levier.participants.models import Person, PersonKey


class Likeness(StrEnum):
    """Why two files look like one person, the strongest first."""

    NAMES = "names"
    SOUND = "sound"
    DAY_MONTH = "day_month"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    FIRST_NAME = "first_name"


def keys_of(identity: Identity) -> Iterator[tuple[Likeness, tuple[str, ...]]]:
    """Each key with the parts it is made of. Names: words of first and last name together, in the order of the alphabet."""
    words = sorted(filter(None, map(normalised, re.split(r"[\s'’\-]+", f"{identity.last_name} {identity.first_name}"))))
    born = identity.birth_date
    year, month, day = f"{born:%Y}", f"{born:%m}", f"{born:%d}"
    yield Likeness.NAMES, (*words, year, month, day)
    yield Likeness.SOUND, (*sorted(map(skeleton, words)), year, month, day)
    yield Likeness.DAY_MONTH, (*words, year, *sorted((month, day)))
    yield Likeness.DAY, (*words, year, month)
    yield Likeness.MONTH, (*words, year, day)
    yield Likeness.YEAR, (*words, month, day)
    yield Likeness.FIRST_NAME, (normalised(identity.first_name), year, month, day)


def skeleton(word: str) -> str:
    """A word as it sounds to a French ear, roughly: `Philippe`, `Filipe` and `Phillip` are `flp`. Its first letter stays."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isascii() and c.isalpha())
    for written, heard in (
        ("ph", "f"),
        ("qu", "k"),
        ("ch", "x"),
        ("ck", "k"),
        ("c", "k"),
        ("q", "k"),
        ("z", "s"),
        ("w", "v"),
    ):
        plain = plain.replace(written, heard)
    kept = plain[:1] + re.sub("[aeiouyh]", "", plain[1:])
    return re.sub(r"(.)\1+", r"\1", kept)


def write_keys(person: Person, identity: Identity) -> None:
    """Called inside the transaction that opens the file. One file at a time: two of one person, opened at the same instant, see each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('participants_personkey'))")
        PersonKey.objects.bulk_create(
            PersonKey(person=person, kind=kind, digest=blind_index(settings.MASTER_KEY, f"pair:{kind}", *parts))
            for kind, parts in keys_of(identity)
        )
        cursor.execute(_SHARED, [person.pk])


@dataclass(frozen=True, slots=True)
class Pair:
    """Two live files that share at least one key; nobody has said yet that they are two different people."""

    first_id: int
    second_id: int
    likenesses: tuple[Likeness, ...]

    @property
    def strength(self) -> int:
        """The rank of its strongest likeness: 0 for the same names and birth date."""
        return min(list(Likeness).index(one) for one in self.likenesses)


_PAIRS = """
SELECT LEAST(a.person_id, b.person_id) AS one, GREATEST(a.person_id, b.person_id) AS other, array_agg(DISTINCT a.kind)
  FROM participants_person p
  JOIN participants_personkey a ON a.person_id = p.id AND a.shared
  JOIN participants_personkey b ON b.digest = a.digest AND b.kind = a.kind AND b.person_id <> a.person_id AND b.shared
  JOIN participants_person q ON q.id = b.person_id AND q.merged_into_id IS NULL AND q.anonymised_at IS NULL
 WHERE p.merged_into_id IS NULL AND p.anonymised_at IS NULL
   AND (%(everywhere)s OR p.territory_id = ANY(%(territories)s))
   AND (%(person)s::bigint IS NULL OR p.id = %(person)s)
   AND (NOT %(everywhere)s OR %(person)s::bigint IS NOT NULL OR a.person_id < b.person_id)
   AND NOT EXISTS (SELECT FROM participants_pairdecision d WHERE LEAST(d.kept_id, d.absorbed_id) = LEAST(a.person_id, b.person_id)
                      AND GREATEST(d.kept_id, d.absorbed_id) = GREATEST(a.person_id, b.person_id))
 GROUP BY 1, 2
"""
"""Each pair is met from both of its files; the mission, for whom both count, looks from one of them."""


def pair_count(actor: Actor) -> int:
    """How many pairs `pairs_for` would give."""
    if actor.role not in _COMPARERS:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _scope(actor, None))
        return int(cursor.fetchone()[0])


def _scope(actor: Actor, person: Person | None) -> dict[str, Any]:
    return {
        "everywhere": actor.role is Role.MISSION,
        "territories": list(actor.territory_ids),
        "person": person.pk if person else None,
    }


_COUNT = f"SELECT count(*) FROM ({_PAIRS}) AS pairs"  # noqa: S608 - a constant
_COMPARERS = {Role.MISSION, Role.FACILITATOR}
_SHARED = """
UPDATE participants_personkey k SET shared = true
  FROM participants_personkey a JOIN participants_personkey b ON b.digest = a.digest AND b.kind = a.kind AND b.person_id <> a.person_id
 WHERE a.person_id = %s AND k.id IN (a.id, b.id) AND NOT k.shared
"""


def pairs_for(actor: Actor, person: Person | None = None) -> list[Pair]:
    """Probable duplicates with at least one file in the actor's territories (the mission: anywhere), the surest first. One query."""
    if actor.role not in _COMPARERS:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, _scope(actor, person))
        rows = cursor.fetchall()
    pairs = [Pair(a, b, tuple(sorted(map(Likeness, kinds), key=list(Likeness).index))) for a, b, kinds in rows]
    return sorted(pairs, key=lambda pair: (pair.strength, -len(pair.likenesses), pair.first_id, pair.second_id))
