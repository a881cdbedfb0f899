"""The seal that anybody can check without network: an Ed25519 signature over what a certificate says, and over the bytes of its PDF.

The private key is derived from LEVIER_KEY and never kept; the public one is printed on papers and in the offline page.
"""

import base64
import hashlib
from datetime import date
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from levier.compliance.snapshot import Snapshot

FORM = "LV1"
BLANK = b"LVP1." + b"A" * 86
"""Where the signature of a PDF goes: bytes are hashed with this in its place."""


def signing_key(master_key: bytes) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"levier:seal:ed25519").derive(master_key)
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(master_key: bytes) -> str:
    """The public key as 43 characters of base64url."""
    raw = signing_key(master_key).public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _text(raw)


def key_name(key: str) -> str:
    """First sixteen hexadecimal digits of the SHA-256 of the key, as printed: 3f2a 91bc 04de 77a0."""
    digest = hashlib.sha256(base64.urlsafe_b64decode(key + "=")).hexdigest()[:16]
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4))


def seal_token(snapshot: Snapshot, *, label: str, sealed_on: date, fingerprint: bytes, master_key: bytes) -> str:
    """What the QR code carries after `#`: number, day, contract, lot, SIRET, due, accepted, waived, penalised, outstanding, half of the
    fingerprint, then the signature of all that; fields are percent-encoded and joined by `~`.
    """
    balance = snapshot.balance
    fields = (
        FORM, label, sealed_on.isoformat(), snapshot.contract_reference, str(snapshot.lot_number), snapshot.holder.siret, str(balance.due),
        str(balance.accepted), str(balance.waived), str(balance.penalised), str(balance.outstanding), _text(fingerprint[:16]),
    )  # fmt: skip
    said = "~".join(quote(field, safe="") for field in fields)
    return f"{said}~{_text(signing_key(master_key).sign(said.encode()))}"


def sign_pdf(pdf: bytes, *, master_key: bytes) -> bytes:
    """Put the signature of the whole file in the blank it holds. The length does not change; the same file gives the same bytes."""
    if BLANK not in pdf:
        raise ValueError("the file has no place for a signature")
    signature = signing_key(master_key).sign(pdf_message(pdf))
    return pdf.replace(BLANK, b"LVP1." + _text(signature).encode())


def pdf_message(blanked: bytes) -> bytes:
    """What is signed of a PDF whose signature is blank."""
    return f"levier-pdf-1\n{hashlib.sha256(blanked).hexdigest()}".encode()


def sign_text(text: bytes, *, master_key: bytes) -> str:
    """The signature of a text, in base64url: the manifest of an audit pack."""
    return _text(signing_key(master_key).sign(text))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
