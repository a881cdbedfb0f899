"""Links that open something: a random token that only the letter holds; the database knows its digest."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, as an address may carry them."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """SHA-256: enough for a token that nobody can guess."""
    return hashlib.sha256(token.encode()).digest()
