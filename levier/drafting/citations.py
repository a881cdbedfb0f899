"""Which articles a kit cites, all in force on the day of its consultation, and how a clause writes them."""

from collections.abc import Iterable, Mapping, Sequence

from levier.drafting.values import Ccag, ContractFacts, Gap, KitChoice, KitInstrument
from levier.foundation import french
from levier.foundation.explanation import Confidence
from levier.foundation.french import typeset
from levier.reference.articles import Article, NotInForce, article_at, article_of

GROUPS: dict[KitInstrument, tuple[str, ...]] = {
    KitInstrument.EXECUTION_CONDITION: ("ccp.conditions",),
    KitInstrument.CONDITION_AND_CRITERION: ("ccp.conditions", "ccp.criteria", "ccp.criteria_list", "ccp.criteria_notice"),
    KitInstrument.CRITERION: ("ccp.criteria", "ccp.criteria_list", "ccp.criteria_notice"),
    KitInstrument.RESERVED_DISABILITY: ("ccp.reserved.disability", "ccp.reserved.share", "labour.adapted", "social.esat"),
    KitInstrument.RESERVED_SIAE: ("ccp.reserved.siae", "ccp.reserved.share", "labour.siae"),
    KitInstrument.RESERVED_BOTH: (
        "ccp.reserved.disability", "ccp.reserved.siae", "ccp.reserved.both", "ccp.reserved.share", "labour.adapted", "social.esat",
        "labour.siae",
    ),
    KitInstrument.RESERVED_ESS: ("ccp.reserved.ess", "ccp.reserved.ess_limits", "ccp.reserved.ess_notice", "ess.definition"),
    KitInstrument.INSERTION_CONTRACT: ("ccp.adapted",),
}  # fmt: skip
"""Provisions without which the instrument has no basis."""
COMMON = ("ccp.termination", "ccp.subcontracting")
CCAGS = {
    Ccag.WORKS: "ccag.works",
    Ccag.SERVICES: "ccag.services",
    Ccag.INTELLECTUAL: "ccag.intellectual",
    Ccag.COMPUTING: "ccag.computing",
}


def articles_cited(choice: KitChoice, contract: ContractFacts) -> tuple[dict[str, Article], list[Gap]]:
    """Provisions in force that day, by group; what has no version in force is a gap, and blocks where the instrument rests on it."""
    found: dict[str, Article] = {}
    gaps = []
    needed = [(group, True) for group in GROUPS[choice.instrument]] + [(group, True) for group in COMMON]
    if choice.instrument.condition and contract.statutory:
        needed.append(("ccp.obligation", False))
    if choice.ccag in CCAGS:
        needed.append((CCAGS[choice.ccag], False))
    for group, basis in needed:
        try:
            found[group] = article_at(group, choice.consultation_on)
        except NotInForce:
            known = article_of(group)
            sentence = f"{_capital(known.label)} n’est pas en vigueur au {french.day(choice.consultation_on)}. " + (
                "Corrigez la date de la consultation, ou choisissez un autre moyen juridique."
                if basis
                else "Il n’est pas cité."
            )
            gaps.append(Gap(typeset(sentence), blocks=basis, field="consultation_on"))
    gaps += [
        Gap(typeset(f"{_capital(one.label)} : à vérifier. {one.note}"), unverified=True)
        for one in found.values()
        if one.confidence is Confidence.UNVERIFIED
    ]
    return found, gaps


def texts(articles: Mapping[str, Article]) -> dict[str, str]:
    def of(*groups: str, bare: bool = False) -> str:
        return cited([articles[group] for group in groups if group in articles], bare=bare)

    return {
        "condition": of("ccp.conditions", "ccp.obligation"),
        "critere": of("ccp.criteria", "ccp.criteria_list"),
        "critere_publicite": of("ccp.criteria_notice"),
        "reservation": of(
            "ccp.reserved.disability",
            "ccp.reserved.siae",
            "ccp.reserved.both",
            "ccp.reserved.ess",
            "ccp.reserved.ess_notice",
        ),
        "proportion": of("ccp.reserved.share", bare=True),
        "structures": of("labour.adapted", "social.esat", "labour.siae", "ess.definition", bare=True),
        "limites_ess": of("ccp.reserved.ess_limits"),
        "procedure": of("ccp.adapted", bare=True),
        "resiliation": of("ccp.termination", bare=True),
        "soustraitance": of("ccp.subcontracting", bare=True),
        "ccag": of(*CCAGS.values()),
    }


def cited(articles: Iterable[Article], *, bare: bool = False) -> str:
    """« de l’article L. 2112-2 du code de la commande publique », « des articles A, B et C du … »: to be read after « en application ».
    `bare`: without the first word, to stand between parentheses.
    """
    by_text: dict[str, list[str]] = {}
    for one in articles:
        words = one.label.removeprefix("article ")
        number, joint, text = words.partition(" du ") if " du " in words else words.partition(" de ")
        by_text.setdefault(f"{joint.strip()} {text}".strip(), []).append(number)
    parts = []
    for text, numbers in by_text.items():
        several = len(numbers) > 1
        first = "" if bare else "des " if several else "de l’"
        parts.append(f"{first}article{'s' if several else ''} {and_list(numbers)} {text}")
    return and_list(parts).replace(". ", f".{french.HARD}")


def and_list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}" if words else ""


def _capital(text: str) -> str:
    return f"L’{text}"
