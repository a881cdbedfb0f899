"""Which facilitator answers for a place of execution: decided from facts, never guessed.

Assigned only when every reading of the place leads to one territory that a text gives. Otherwise a person chooses among
proposals. About 72 % of the published contracts of the Département say no more than "13".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from levier.foundation.objections import Objection
from levier.reference.rules import LONGEST_SOURCE
from levier.territories.search import words
from levier.territories.values import (
    Belonging,
    ContactObjection,
    Home,
    Location,
    Outcome,
    PlaceKind,
    Proposal,
    Reason,
)

_KINDS = {
    "code postal": PlaceKind.POSTCODE,
    "code commune": PlaceKind.COMMUNE,
    "code canton": PlaceKind.CANTON,
    "code arrondissement": PlaceKind.ARRONDISSEMENT,
    "code departement": PlaceKind.DEPARTEMENT,
    "code region": PlaceKind.REGION,
    "code pays": PlaceKind.COUNTRY,
}

_WIDE_KINDS = {PlaceKind.CANTON, PlaceKind.ARRONDISSEMENT, PlaceKind.DEPARTEMENT, PlaceKind.REGION, PlaceKind.COUNTRY}
_LONGEST = {"structure": 160, "person": 120, "phone": 40, "email": 254}
_SHAPE = re.compile(r"\d[\dAB]\d{3}")


def place_kind(text: str | None) -> PlaceKind:
    """The kind named by the open data (`Code postal`, `CODE DEPARTEMENT`…) or by our own word; UNKNOWN for anything else."""
    plain = " ".join(words(text or ""))
    known = _KINDS.get(plain) or _KINDS.get("code " + plain)
    if known is not None:
        return known
    return PlaceKind(plain) if plain in PlaceKind else PlaceKind.UNKNOWN


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of the Département on the day asked about: every commune and district with its territory, all territories."""

    belongings: Sequence[Belonging]
    territories: Sequence[int]
    home: Home

    @property
    def everything(self) -> tuple[Proposal, ...]:
        return tuple(Proposal(number) for number in sorted(self.territories))


def locate(code: str, kind: PlaceKind, name: str, ground: Ground) -> Location:
    """What may be said of a place of execution: a territory, proposals, or that it lies elsewhere.

    `name` is what the publisher wrote beside the code; it only brings proposals nearer, it never assigns.
    """
    code = _tidy(code)
    if _holds_the_departement(code, kind, ground.home):
        return Location(
            Outcome.PROPOSED, Reason.WIDER_THAN_A_TERRITORY, proposals=_near(name, ground), facts={"code": code}
        )
    if _SHAPE.fullmatch(code):
        return _locate_commune_or_postcode(code, kind, name, ground)
    if code.isdigit() or (code and kind in _WIDE_KINDS):
        return Location(Outcome.OUTSIDE, Reason.ELSEWHERE, facts={"code": code})
    reason = Reason.UNREADABLE if code else Reason.NO_PLACE
    return Location(Outcome.PROPOSED, reason, proposals=_near(name or code, ground), facts={"code": code})


def _locate_commune_or_postcode(code: str, kind: PlaceKind, name: str, ground: Ground) -> Location:
    """Five digits: a commune's code, a postcode, one taken for the other, a CEDEX, or a place elsewhere.

    A postcode that La Poste does not know is never read as INSEE's code: 13098 is a CEDEX of Aix, not Saint-Mitre-les-Remparts.
    """
    as_commune = [found for found in ground.belongings if found.commune.code == code]
    as_postcode = _served_by(code, ground.belongings)
    if kind is PlaceKind.COMMUNE and as_commune:
        return _decide(code, as_commune, ground, shared_with=())
    if kind is PlaceKind.POSTCODE and as_postcode:
        return _decide(code, as_postcode, ground, shared_with=ground.home.shared_postcodes.get(code, ()))
    if as_postcode and kind is PlaceKind.COMMUNE:
        return _propose(code, as_postcode, ground, Reason.MISTAKEN_KIND)
    if (as_commune or as_postcode) and kind is not PlaceKind.POSTCODE:
        return _propose(code, as_postcode + as_commune, ground, Reason.KIND_NOT_GIVEN)
    if not code.startswith(ground.home.code):
        return Location(Outcome.OUTSIDE, Reason.ELSEWHERE, facts={"code": code})
    reason = Reason.UNKNOWN_COMMUNE if kind is PlaceKind.COMMUNE else Reason.UNKNOWN_POSTCODE
    city = [found for found in ground.belongings if found.commune.code == ground.home.city]
    proposals = _proposals(city) if code == ground.home.city_postcode else _near(name, ground)
    return Location(Outcome.PROPOSED, reason, proposals=proposals, facts={"code": code})


def _tidy(code: str) -> str:
    """The code without spaces, and without a name written after it: `13 - Bouches-du-Rhône` -> `13`."""
    compact = "".join(code.split()).upper()
    leading = re.match(r"\d{2,5}(?!\d)", compact)
    return leading[0] if leading and not _SHAPE.fullmatch(compact) else compact


def _holds_the_departement(code: str, kind: PlaceKind, home: Home) -> bool:
    """Whether the code is that of the Département, of something that holds it, or of a district or canton in it."""
    if kind is PlaceKind.REGION:
        return code.removeprefix("R") == home.region or code in home.wider
    if kind is PlaceKind.COUNTRY or code in home.wider:
        return code in home.wider
    if kind is PlaceKind.ARRONDISSEMENT:
        return code in home.arrondissements or code == home.code
    return code in {home.code, "0" + home.code} or (
        code.startswith(home.code) and code.isdigit() and len(code) in {3, 4}
    )


def _served_by(code: str, belongings: Sequence[Belonging]) -> list[Belonging]:
    """The communes a postcode serves; a postcode of Marseille names its district rather than the city."""
    served = [found for found in belongings if code in found.commune.postcodes]
    return [found for found in served if found.commune.parent] or served


def _decide(code: str, found: list[Belonging], ground: Ground, *, shared_with: tuple[str, ...]) -> Location:
    """The answer when the place is read as its kind says: assigned if there is one territory, known from a text."""
    proposals = _proposals(found)
    if not proposals or any(one.territory is None for one in found):
        return _propose(code, found, ground, Reason.NO_PERIMETER_THEN)
    if len(proposals) > 1:
        return _propose(code, found, ground, Reason.SEVERAL_TERRITORIES)
    if proposals[0].to_confirm:
        return _propose(code, found, ground, Reason.TO_CONFIRM)
    if shared_with:
        return _propose(code, found, ground, Reason.PARTLY_OUTSIDE, shared_with=shared_with)
    names = tuple(one.commune.name for one in found)
    return Location(
        Outcome.ASSIGNED, Reason.ONE_TERRITORY, proposals[0].territory, proposals, {"code": code, "communes": names}
    )


def _propose(
    code: str, found: list[Belonging], ground: Ground, reason: Reason, shared_with: tuple[str, ...] = ()
) -> Location:
    names = tuple(one.commune.name for one in found)
    facts = {"code": code, "communes": names, "shared_with": shared_with}
    return Location(Outcome.PROPOSED, reason, proposals=_proposals(found) or ground.everything, facts=facts)


def _near(name: str, ground: Ground) -> tuple[Proposal, ...]:
    """Territories of the communes named in the text, else all of them."""
    return _proposals(_named(name, ground.belongings)) or ground.everything


def _proposals(found: Iterable[Belonging]) -> tuple[Proposal, ...]:
    """One proposal a territory, in order of number. To be confirmed as soon as one of its communes is."""
    by_number: dict[int, list[Belonging]] = {}
    for one in found:
        if one.territory is not None:
            by_number.setdefault(one.territory, []).append(one)
    return tuple(
        Proposal(number, any(one.to_confirm for one in those), tuple(one.commune.name for one in those))
        for number, those in sorted(by_number.items())
    )


def _named(name: str, belongings: Sequence[Belonging]) -> list[Belonging]:
    """Communes whose whole name is written in the publisher's text ("VILLE DE MARTIGUES 13692 Martigues")."""
    text = f" {' '.join(words(name))} "
    return [
        found for found in belongings if not found.commune.parent and f" {' '.join(words(found.commune.name))} " in text
    ]


def check_contact(
    *, structure: str, person: str, phone: str, email: str, source: str, author_label: str
) -> tuple[Objection, ...]:
    """What is wrong with a contact somebody typed; nothing when it may be kept."""
    objections = []
    if not structure.strip():
        objections.append(Objection(ContactObjection.NO_STRUCTURE, "structure"))
    if not person.strip():
        objections.append(Objection(ContactObjection.NO_PERSON, "person"))
    if not phone.strip() and not email.strip():
        objections.append(Objection(ContactObjection.UNREACHABLE, "phone"))
    if phone.strip() and not 10 <= sum(character.isdigit() for character in phone) <= 15:
        objections.append(Objection(ContactObjection.PHONE, "phone"))
    if email.strip() and not _looks_like_an_address(email.strip()):
        objections.append(Objection(ContactObjection.EMAIL, "email"))
    texts = {"structure": structure, "person": person, "phone": phone, "email": email}
    for name, longest in _LONGEST.items():
        if len(texts[name].strip()) > longest:
            objections.append(Objection(ContactObjection.TOO_LONG, name, {"longest": longest}))
    return (*objections, *check_perimeter(source=source, author_label=author_label))


def check_perimeter(*, source: str, author_label: str) -> tuple[Objection, ...]:
    """Whether somebody stands behind a change and says where it comes from."""
    objections = []
    if not 0 < len(source.strip()) <= LONGEST_SOURCE:
        objections.append(Objection(ContactObjection.NO_SOURCE, "source", {"longest": LONGEST_SOURCE}))
    if not author_label.strip():
        objections.append(Objection(ContactObjection.NO_AUTHOR, "author_label"))
    return tuple(objections)


def _looks_like_an_address(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(at and name) and "." in domain.strip(".") and not any(character.isspace() for character in text)
