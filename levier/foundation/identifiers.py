"""Identifiers that may leave the house: random public ones, and checked ones given by the State."""

import os
from collections.abc import Iterator
from typing import Final

_LA_POSTE: Final = "356000000"
_LENGTH: Final = 26
_ALPHABET: Final = b"23456789abcdefghjklmnpqrstuvwxyz"
_LETTER_OF_BYTE: Final = bytes(_ALPHABET[byte % 32] for byte in range(256))


def random_public_id() -> str:
    """130 random bits for an address: 26 characters, lower case, no ambiguous letter."""
    return public_id_of(os.urandom(_LENGTH))


def public_id_of(random: bytes) -> str:
    """The same letters for the same bytes, of which the first 26 serve."""
    return random[:_LENGTH].translate(_LETTER_OF_BYTE).decode()


def random_public_ids(count: int) -> Iterator[str]:
    """So many of them, drawn at once."""
    letters = os.urandom(_LENGTH * count).translate(_LETTER_OF_BYTE).decode()
    return (letters[start : start + _LENGTH] for start in range(0, len(letters), _LENGTH))


def luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def siret_is_valid(siret: str) -> bool:
    """Fourteen digits with a Luhn key; the establishments of La Poste are checked by the sum of digits (a multiple of 5)."""
    if len(siret) != 14 or not (siret.isascii() and siret.isdigit()):
        return False
    if siret.startswith(_LA_POSTE) and siret != _LA_POSTE + "00048":
        return sum(map(int, siret)) % 5 == 0
    return luhn(siret)
