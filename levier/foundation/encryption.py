"""Authenticated encryption of single fields (AES-256-GCM), bound to their place, and blind indexes for exact search.

The master key stays outside the database: LEVIER_KEY (64 hexadecimal digits), from which one key per purpose is derived.
"""

import hashlib
import hmac
import os
import unicodedata
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class FieldCipher:
    """Encrypts texts of one purpose. The `place` (table|column|row) is authenticated: a text moved elsewhere cannot be read."""

    def __init__(self, master_key: bytes, purpose: str) -> None:
        self._cipher = AESGCM(_derive(master_key, purpose))

    def seal(self, text: str, place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raise cryptography.exceptions.InvalidTag when the text was altered, moved, or sealed with another key."""
        return self._cipher.decrypt(bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:]), place.encode()).decode()


def blind_index(master_key: bytes, purpose: str, *parts: str) -> bytes:
    """A keyed fingerprint of normalised parts: equal for equal persons, useless without the key."""
    message = "\x1f".join(normalised(part) for part in parts).encode()
    return hmac.new(_derive(master_key, "index:" + purpose), message, hashlib.sha256).digest()


def normalised(text: str) -> str:
    """Letters and digits only, without accents, in lower case: `Éloïse  d’ARC` -> `eloisedarc`."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in plain if character.isalnum())


@cache
def _derive(master_key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"levier:" + purpose.encode()).derive(master_key)
