"""Who a person is, kept sealed: identity and ground of a decision, each bound to its row; the index that finds a person again;
and the reference that two people can read to each other over the telephone.
"""

import json
import re
import secrets
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from django.conf import settings

from levier.foundation.encryption import FieldCipher, blind_index
from levier.participants.values import IaeSeen, IaeWay

_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_NIR: Final = re.compile(r"(?<![0-9A-Z])[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}(?:[0-9]{2})?(?![0-9A-Z])")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=[0-9AB])[\s.\-_/\u00a0\u202f]+(?=[0-9AB])")
KEY_NAME: Final = "1"
"""Name of the key that seals new grounds; kept beside each, so that keys can be changed one day."""


@dataclass(frozen=True, slots=True)
class Identity:
    last_name: str
    first_name: str
    birth_date: date

    @property
    def name(self) -> str:
        """BELKACEM Samira reads badly aloud: first name first, as one speaks to a person."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a decision was taken. `reason` is the code of a refusal, empty when the decision was granted."""

    criterion: str
    proof_kind: str = ""
    proof_date: date | None = None
    expires_on: date | None = None
    reason: str = ""


UNREADABLE: Final = Identity("(illisible)", "Identité", date(1900, 1, 1))
"""Stands for an identity that was altered, moved, or sealed with another key: the page stays up and says so."""


def seal_identity(identity: Identity, public_id: str) -> bytes:
    text = json.dumps(
        {
            "last_name": identity.last_name,
            "first_name": identity.first_name,
            "birth_date": identity.birth_date.isoformat(),
        },
        ensure_ascii=False,
    )
    return _cipher(settings.MASTER_KEY, "person").seal(text, _identity_place(public_id))


def open_identity(sealed: bytes | memoryview | None, public_id: str) -> Identity | None:
    """None for an anonymised person; UNREADABLE when the seal does not open."""
    if sealed is None:
        return None
    try:
        read = json.loads(_cipher(settings.MASTER_KEY, "person").open(bytes(sealed), _identity_place(public_id)))
    except InvalidTag:
        return UNREADABLE
    return Identity(read["last_name"], read["first_name"], date.fromisoformat(read["birth_date"]))


def index_of(identity: Identity) -> bytes:
    """The same for the same person however the name is typed: accents, case, spaces and hyphens do not count."""
    return blind_index(
        settings.MASTER_KEY, "person", identity.last_name, identity.first_name, identity.birth_date.isoformat()
    )


def seal_ground(ground: Ground, decision_public_id: str) -> bytes:
    text = json.dumps(
        {
            "criterion": ground.criterion,
            "proof_kind": ground.proof_kind,
            "proof_date": ground.proof_date.isoformat() if ground.proof_date else None,
            "expires_on": ground.expires_on.isoformat() if ground.expires_on else None,
            "reason": ground.reason,
        },
        ensure_ascii=False,
    )
    return _cipher(settings.MASTER_KEY, "criterion").seal(text, _ground_place(decision_public_id))


def open_ground(sealed: bytes | memoryview, decision_public_id: str) -> Ground | None:
    """None when the seal does not open."""
    try:
        read = json.loads(
            _cipher(settings.MASTER_KEY, "criterion").open(bytes(sealed), _ground_place(decision_public_id))
        )
    except InvalidTag:
        return None
    days = {name: date.fromisoformat(read[name]) if read.get(name) else None for name in ("proof_date", "expires_on")}
    return Ground(
        read["criterion"], read.get("proof_kind", ""), days["proof_date"], days["expires_on"], read.get("reason", "")
    )


@dataclass(frozen=True, slots=True)
class Contact:
    """How the person agreed to be asked what became of them; empty where they gave nothing."""

    email: str = ""
    phone: str = ""


def seal_contact(contact: Contact, public_id: str) -> bytes:
    text = json.dumps({"email": contact.email, "phone": contact.phone}, ensure_ascii=False)
    return _cipher(settings.MASTER_KEY, "person").seal(text, _contact_place(public_id))


def open_contact(sealed: bytes | memoryview | None, public_id: str) -> Contact:
    """Nothing where there is none, or where the seal does not open."""
    if sealed is None:
        return Contact()
    try:
        read = json.loads(_cipher(settings.MASTER_KEY, "person").open(bytes(sealed), _contact_place(public_id)))
    except InvalidTag:
        return Contact()
    return Contact(read["email"], read["phone"])


def seal_iae(seen: IaeSeen, check_public_id: str) -> bytes:
    text = json.dumps({"way": seen.way.value, "count": seen.count})
    return _cipher(settings.MASTER_KEY, "criterion").seal(text, _iae_place(check_public_id))


def open_iae(sealed: bytes | memoryview, check_public_id: str) -> IaeSeen | None:
    """None when the seal does not open."""
    try:
        read = json.loads(_cipher(settings.MASTER_KEY, "criterion").open(bytes(sealed), _iae_place(check_public_id)))
    except InvalidTag:
        return None
    return IaeSeen(IaeWay(read["way"]), read["count"])


def seal_words(text: str, place: str) -> bytes:
    """What a person wrote about themselves or their work. `place` binds it to its row."""
    return _cipher(settings.MASTER_KEY, "words").seal(text, place)


def open_words(sealed: bytes | memoryview, place: str) -> str:
    """Empty when the seal does not open."""
    try:
        return _cipher(settings.MASTER_KEY, "words").open(bytes(sealed), place)
    except InvalidTag:
        return ""


def new_reference() -> str:
    """P-7K3F-92QX: seven random letters and one that checks them."""
    letters = [secrets.randbelow(32) for _ in range(7)]
    text = "".join(_ALPHABET[value] for value in (*letters, _check(letters)))
    return f"P-{text[:4]}-{text[4:]}"


def read_reference(text: str) -> str | None:
    """The reference as it is kept, from what was typed (`p 7k3f92qx`); None when a letter is wrong or two were swapped."""
    compact = re.sub(r"[^0-9A-Z]", "", text.upper()).removeprefix("P") if len(text) <= 20 else ""
    if len(compact) == 7:  # the reference itself may begin with P
        compact = "P" + compact
    if len(compact) != 8 or any(letter not in _ALPHABET for letter in compact):
        return None
    *letters, check = (_ALPHABET.index(letter) for letter in compact)
    return f"P-{compact[:4]}-{compact[4:]}" if check == _check(letters) else None


def looks_like_nir(text: str) -> bool:
    """Thirteen or fifteen digits in a row (2A and 2B allowed), however they are spaced: a social security number."""
    return _NIR.search(_BETWEEN_DIGITS.sub("", text.upper())) is not None


def _check(letters: list[int]) -> int:
    """Remainder in the field of 32 elements: every single wrong letter and every swap of neighbours changes it."""
    total = 0
    for value in letters:
        total = _times_x(total) ^ value
    return _times_x(total)


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def _identity_place(public_id: str) -> str:
    return f"participants_person|identity|{public_id}"


def _contact_place(public_id: str) -> str:
    return f"participants_person|contact|{public_id}"


def _ground_place(public_id: str) -> str:
    return f"participants_eligibilityground|sealed|{public_id}"


def _iae_place(public_id: str) -> str:
    return f"participants_iaecheck|sealed|{public_id}"


@cache
def _cipher(master_key: bytes, purpose: str) -> FieldCipher:
    return FieldCipher(master_key, purpose)
