"""How much a published contract looks like a file of ours: points from 0 to 100, each with its reason. Proposed, never decided."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from levier.foundation import french
from levier.open_data.watch_values import MOST, Because, FileFacts, Match, MatchReason, PublishedFacts

SIREN = 9
"""A SIRET begins with the nine digits of the SIREN: the same legal person, maybe another establishment."""
ESTABLISHMENT_POINTS = 10
SHORTEST_REFERENCE = 6
BEGINNING_POINTS = 30
CPV_POINTS = ((8, 15), (5, 10), (4, 8), (3, 5), (2, 2))
"""Digits in common from the left, at least; points."""
AMOUNT_POINTS = ((Decimal("0.05"), 8), (Decimal("0.15"), 5), (Decimal("0.30"), 2))
"""Difference, as a share of the larger one, at most; points."""
NOTIFIED_POINTS = ((31, 5), (92, 3))
"""Days between two notifications, at most; points."""
AFTER_CONSULTATION = timedelta(days=366)
AFTER_CONSULTATION_POINTS = 3
SHORTEST_WORD, LONG_WORD = 3, 5
"""Letters from which a last s or x is taken for a plural."""
EMPTY_WORDS = frozenset(
    "accord aux avec cadre chez commune dans departement departemental departementale departementales departementaux "
    "des divers les lot lots marche marches mise mission operation par pour prestation prestations realisation relatif relative "
    "service services sous sur travaux une".split()
)
"""Words of nearly every title: they tell no contract from another."""


def match(published: PublishedFacts, ours: FileFacts) -> Match:
    """Compare, fact by fact; an unknown fact brings nothing. Another buyer (by SIREN) is no match whatever else agrees."""
    buyer = _buyer(published.buyer, ours.buyer)
    if buyer is None:
        return Match(0, ())
    found = (
        buyer,
        _reference(published.reference, ours.reference),
        _cpv(published.cpv, ours.cpv),
        _title(published.title, ours.title),
        _amount(published.amount, ours.amount),
        _dates(published.notified_on, ours),
        _holder(published.holders, ours.holders),
    )
    because = tuple(one for one in found if one is not None)
    return Match(sum(one.points for one in because), because)


def squeezed_reference(text: str) -> str:
    """Letters and digits alone, in capitals: `2026-0147` and `2026 0147` are one reference."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


@lru_cache(maxsize=20_000)
def telling_words(title: str) -> Mapping[str, str]:
    """The words that tell a title from another, as they are compared (no accent, no plural) and as they are written."""
    written = re.findall(r"[^\W_]+", title.lower().replace("œ", "oe"))
    bare = ((unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode(), word) for word in written)
    return {
        short.rstrip("sx") if len(short) >= LONG_WORD else short: word
        for short, word in bare
        if short not in EMPTY_WORDS and (len(short) >= SHORTEST_WORD or (short.isdigit() and len(short) > 1))
    }


def _buyer(published: str, ours: str) -> Because | None:
    if not ours or published[:SIREN] != ours[:SIREN]:
        return None
    if published == ours:
        return Because(MatchReason.BUYER, MOST[MatchReason.BUYER], "Même acheteur, même SIRET.")
    return Because(MatchReason.BUYER, ESTABLISHMENT_POINTS, "Même acheteur (SIREN), autre établissement.")


def _reference(published: str, ours: str) -> Because | None:
    one, other = squeezed_reference(published), squeezed_reference(ours)
    if not one or not other:
        return None
    if one == other:
        return Because(MatchReason.REFERENCE, MOST[MatchReason.REFERENCE], f"Même référence : {published}.")
    short, long = sorted((one, other), key=len)
    if len(short) >= SHORTEST_REFERENCE and long.startswith(short):
        sentence = f"Les références commencent de même : {published} et {ours}."
        return Because(MatchReason.REFERENCE, BEGINNING_POINTS, sentence)
    return None


def _cpv(published: str, ours: str) -> Because | None:
    common = 0
    for one, other in zip(published[:8], ours[:8], strict=False):
        if one != other:
            break
        common += 1
    points = next((points for least, points in CPV_POINTS if common >= least), 0)
    if not points:
        return None
    digits = "Même code CPV" if common >= 8 else f"Codes CPV proches ({common} premiers chiffres)"
    return Because(MatchReason.CPV, points, f"{digits} : {published[:8]}.")


def _title(published: str, ours: str) -> Because | None:
    one, other = telling_words(published), telling_words(ours)
    common = one.keys() & other.keys()
    points = MOST[MatchReason.TITLE] * 2 * len(common) // (len(one) + len(other)) if common else 0
    if not points:
        return None
    return Because(MatchReason.TITLE, points, f"Mots communs : {', '.join(one[word] for word in sorted(common)[:6])}.")


def _amount(published: Decimal | None, ours: Decimal | None) -> Because | None:
    if published is None or ours is None or published <= 0 or ours <= 0:
        return None
    difference = abs(published - ours) / max(published, ours)
    points = next((points for most, points in AMOUNT_POINTS if difference <= most), 0)
    if not points:
        return None
    sentence = f"Montants proches : {french.euros(published)} publiés, {french.euros(ours)} au dossier."
    return Because(MatchReason.AMOUNT, points, sentence)


def _dates(published: date | None, ours: FileFacts) -> Because | None:
    if published is None:
        return None
    if ours.notified_on is not None:
        days = abs((published - ours.notified_on).days)
        points = next((points for most, points in NOTIFIED_POINTS if days <= most), 0)
        sentence = "Notifié le même jour." if not days else f"Notifiés à {french.plural(days, 'jour')} d’écart."
        return Because(MatchReason.DATES, points, sentence) if points else None
    if ours.consultation_on and timedelta(0) <= published - ours.consultation_on <= AFTER_CONSULTATION:
        days = (published - ours.consultation_on).days
        sentence = f"Notifié {french.plural(days, 'jour')} après la consultation."
        return Because(MatchReason.DATES, AFTER_CONSULTATION_POINTS, sentence)
    return None


def _holder(published: frozenset[str], ours: frozenset[str]) -> Because | None:
    common = sorted(published & ours)
    if not common:
        return None
    return Because(MatchReason.HOLDER, MOST[MatchReason.HOLDER], f"Même titulaire : SIRET {common[0]}.")
