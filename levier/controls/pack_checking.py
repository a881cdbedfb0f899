"""Checking an audit pack: every file, the signature, the chain of the ledger, what certificates and penalties say. Plain Python, no database."""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from levier.foundation.archives import NotAnArchive, names_in

MANIFEST, SIGNATURE = "MANIFESTE.sha256", "SIGNATURE.txt"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_SIGNED = re.compile(
    r"Clé : ([0-9a-f ]{19})\nClé publique Ed25519 : ([\w-]{43})\nSignature du manifeste : ([\w-]{86})\n"
)


class NotAPack(ValueError):  # noqa: N818 - read aloud: "not a pack"
    """The file is no audit pack; the message, in French, says why."""


@dataclass(frozen=True, slots=True)
class PackReport:
    """What was read, under which key, and what is wrong, in French; nothing wrong: `faults` is empty."""

    files: int
    entries: int
    certificates: int
    key: str
    faults: tuple[str, ...]


def check_pack(content: bytes, *, key: str = "") -> PackReport:
    """Check everything again. `key`: name of the key expected (as printed), empty to accept the one in the pack. Raise NotAPack."""
    try:
        names = names_in(content)
    except NotAnArchive as error:
        raise NotAPack(f"Ce n’est pas un dossier de preuve : {error}.") from None
    if MANIFEST not in names or SIGNATURE not in names:
        raise NotAPack("Ce n’est pas un dossier de preuve : il n’a pas de manifeste signé.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            files = {name: archive.read(name) for name in names}
        except (zipfile.BadZipFile, OSError, ValueError, EOFError):
            raise NotAPack("Le fichier ZIP est abîmé.") from None
    faults = ["Deux fichiers portent le même nom."] if len(set(names)) != len(names) else []
    told, signature_faults = _signature(files, key)
    faults += signature_faults
    faults += _manifest(files)
    try:
        hashes, ledger_faults = _ledger(json.loads(files["registre.json"]))
        certificates = [
            json.loads(files[name]) for name in sorted(files) if re.fullmatch(r"attestations/[\d-]+\.json", name)
        ]
        letters = {name: json.loads(files[name]) for name in sorted(files) if re.fullmatch(r"lettres/.+\.json", name)}
        faults += ledger_faults
        faults += [fault for one in certificates for fault in _certificate(one, hashes)]
        faults += [
            f"{name} : le texte n’a plus son empreinte"
            for name, one in letters.items()
            if _digest(one["content"]) != one["content_hash"]
        ]
        faults += list(_penalties(json.loads(files["decisions.json"])))
    except (KeyError, ValueError, TypeError, ArithmeticError):
        faults.append("Une partie du dossier manque ou ne peut pas être lue.")
        return PackReport(len(files) - 2, 0, 0, told, tuple(faults))
    return PackReport(len(files) - 2, len(hashes), len(certificates), told, tuple(faults))


def _signature(files: dict[str, bytes], expected: str) -> tuple[str, list[str]]:
    found = _SIGNED.fullmatch(files[SIGNATURE].decode("utf-8", "replace"))
    if found is None:
        return "", ["La signature ne peut pas être lue."]
    raw = base64.urlsafe_b64decode(found[2] + "=")
    digest = hashlib.sha256(raw).hexdigest()[:16]
    name = " ".join(digest[start : start + 4] for start in range(0, 16, 4))
    faults = []
    if found[1] != name:
        faults.append("Le nom de la clé n’est pas celui de la clé.")
    if expected and "".join(expected.split()).lower() != digest:
        faults.append(f"Le dossier est signé par une autre clé ({name}).")
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(base64.urlsafe_b64decode(found[3] + "=="), files[MANIFEST])
    except (InvalidSignature, ValueError):
        faults.append("La signature du manifeste est fausse.")
    return name, faults


def _manifest(files: dict[str, bytes]) -> list[str]:
    faults, listed = [], set()
    for line in files[MANIFEST].decode("utf-8", "replace").splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            faults.append("Une ligne du manifeste ne peut pas être lue.")
            continue
        listed.add(found[2])
        if found[2] not in files:
            faults.append(f"{found[2]} : absent")
        elif hashlib.sha256(files[found[2]]).hexdigest() != found[1]:
            faults.append(f"{found[2]} : modifié")
    return [*faults, *(f"{name} : hors du manifeste" for name in sorted(set(files) - listed - {MANIFEST, SIGNATURE}))]


def _ledger(entries: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    faults, previous, hashes = [], "", []
    for place, entry in enumerate(entries, start=1):
        expected = hashlib.sha256(bytes.fromhex(entry["prev_hash"]) + entry["text"].encode()).hexdigest()
        if (
            entry["sequence"] != place
            or entry["prev_hash"] != previous
            or entry["hash"] != expected
            or not entry["text"].startswith(f"{place}|")
        ):
            faults.append(f"registre, écriture {place} : la chaîne est rompue")
        previous = entry["hash"]
        hashes.append(previous)
    return hashes, faults


def _digest(content: Any) -> str:
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _certificate(one: dict[str, Any], hashes: list[str]) -> list[str]:
    faults, content = [], one["content"]
    if _digest(content) != one["content_hash"]:
        faults.append(f"attestation {one['number']} : contenu modifié")
    counted = content["ledger_entries"]
    if counted and (counted > len(hashes) or hashes[counted - 1] != content["ledger_head"]):
        faults.append(f"attestation {one['number']} : le registre n’est plus celui qu’elle a scellé")
    return faults


def _penalties(decisions: dict[str, Any]) -> Iterable[str]:
    for case in decisions["cases"]:
        for one in case["proposals"]:
            amount = (Decimal(one["rate"]) * Decimal(one["units"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
            if amount != Decimal(one["amount"]):
                yield f"dossier {case['case']}, proposition {one['number']} : le montant n’est pas taux × unités"
