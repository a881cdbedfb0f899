"""Finding a person by a part of a name without opening every name (index des noms).

Beside the sealed identity stand a few numbers from 0 to 4095: keyed fingerprints of how each word of the name begins, cut to twelve bits
on purpose. Many names share a number: the numbers say which few files to open, and the names opened decide (decision 173).
"""

import re
from functools import lru_cache
from typing import Final

from django.conf import settings

from levier.foundation.encryption import blind_index, normalised
from levier.participants.identity import Identity

LENGTHS: Final = (3, 6)
"""Letters of a word that make a key. A shorter word is its own key; nothing is kept of the letters after the sixth."""
BUCKETS: Final = 4096
MOST_WORDS: Final = 6
_BETWEEN_WORDS: Final = re.compile(r"[\s'’\-‐‑.]+")


def words_of(identity: Identity) -> set[str]:
    """Words of a name as they are typed: each by itself, and last and first name in one piece (`benali`, `jeanpierre`)."""
    whole = {normalised(identity.last_name), normalised(identity.first_name)}
    return whole.union(_words(f"{identity.last_name} {identity.first_name}")) - {""}


def keys_of_name(identity: Identity) -> list[int]:
    """What is kept of a name, in no order that would tell which word is which."""
    return sorted({_key(word[:length]) for word in words_of(identity) for length in LENGTHS})


def words_typed(text: str) -> list[str]:
    """What to look for: the first words typed, without accents nor case."""
    return _words(text)[:MOST_WORDS]


def keys_typed(words: list[str]) -> list[int]:
    """Keys that a name answering all these words must have. Words of one or two letters count as whole words, where nothing longer is typed."""
    long = [word for word in words if len(word) >= LENGTHS[0]]
    return sorted(
        {_key(word[:length]) for word in long or words for length in LENGTHS if len(word) >= length or not long}
    )


def answers(identity: Identity, words: list[str]) -> bool:
    """Whether each word typed begins a word of the name."""
    names = words_of(identity)
    return all(any(name.startswith(word) for name in names) for word in words)


def _words(text: str) -> list[str]:
    return [word for word in map(normalised, _BETWEEN_WORDS.split(text)) if word]


def _key(beginning: str) -> int:
    return _cut(settings.MASTER_KEY, beginning)


@lru_cache(maxsize=20_000)
def _cut(master_key: bytes, beginning: str) -> int:
    return int.from_bytes(blind_index(master_key, "name", beginning)[:2]) % BUCKETS
