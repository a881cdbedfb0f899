"""What a grid may be (domain.md section 7), what another weight or score would change, and what the winner owes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from levier.bids.refusals import BidRefusal
from levier.bids.values import (
    SCALE_TOP,
    WHOLE_MARK,
    DueHours,
    GridTerms,
    OfferScores,
    OfferTotal,
    OnePointAnswer,
    OnePointChange,
    Standing,
    SubCriterionTerms,
    WeightAnswer,
)
from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.foundation.objections import Objection
from levier.foundation.quantities import LARGEST, half_up, hundredths

MOST_POINTS = Decimal(60)
MOST_LINES = 8
SHORTEST_LINK = 25
LONGEST_LINK = 1_000
LONGEST_LABEL = 200
LONGEST_EVIDENCE = 500
LONGEST_ANCHOR = 300

LINK = Source(
    "Le critère est non discriminatoire et lié à l’objet du marché ou à ses conditions d’exécution",
    "Code de la commande publique, L2152-7 et R2152-7 ; CE 25 mai 2018, n° 417580, Nantes Métropole",
    Confidence.CONFIRMED,
    "criterion.grid/1",
)
SENSITIVITY = Source(
    "Les autres critères se partagent ce que le critère social ne prend pas, dans les mêmes proportions",
    "Convention de Levier pour comparer deux poids",
    Confidence.DESIGN,
    "criterion.sensitivity/1",
)
OFFER_BINDS = Source(
    "Ce que l’offre promet au-delà du minimum est dû",
    "TA Rennes, jugement rapporté le 4 février 2026 (rennesbusinessmag.fr) ; non relu",
    Confidence.SECONDARY,
    "criterion.due/1",
)

# Words that give an advantage to firms or people from here, or judge the firm as a whole. A grid is short: these are enough to see the
# usual faults, and a sentence that says what to write instead costs less than an annulled procedure.
_LOCAL = re.compile(
    r"\b(?:"
    r"(?:ancrage|implantation|embauches?|emplois?|recrutements?|main[- ]d[’']œuvre|main[- ]d[’']oeuvre|salariés?|personnels?|"
    r"entreprises?|sous-traitants?|fournisseurs?|circuits?|économie|tissu|préférence|origine)\s+"
    r"(?:\w+\s+)?(?:locale?s?|locaux|territoriale?s?|territoriaux|géographique|départementale?s?|départementaux)\b"
    r"|(?:proximité|origine)\s+(?:géographique|du siège|de l[’']entreprise)"
    r"|(?:siège(?:\s+social)?|établissement|entreprise|agence|salariés?|personnes?|habitants?|recrutée?s?)\s+"
    r"(?:\w+\s+){0,3}(?:situé|installé|implanté|domicilié|résidant|habitant)e?s?\s+(?:dans|à|sur|en|au)\b"
    r"|(?:implanté|domicilié|résidant|habitant)e?s?\s+(?:dans|à|sur|en|au)\b"
    r"|(?:emplois?|embauches?|recrutements?|salariés?|personnes?|entreprises?|habitants?|riverains?)\s+(?:\w+\s+){0,2}"
    r"(?:du|de la|de l[’']|des)\s*(?:territoire|département|commune|canton|région|métropole|bouches-du-rhône|pays d)"
    r"|(?:riverain|provenance locale|préférence locale|local(?:e|es)? d[’']abord)\w*"
    r")",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:"
    r"politiques?\s+(?:\w+\s+){0,2}(?:sociales?|rse|d[’']insertion|d[’']entreprise|générales?|des ressources humaines)"
    r"(?:\s+(?:générale\s+)?de\s+l[’'](?:entreprise|opérateur|soumissionnaire)|\s+du\s+(?:candidat|groupe|soumissionnaire))?"
    r"|(?:démarche|performance|engagements?|charte|label|certification|rapport|notation)\s+(?:en matière de\s+)?"
    r"(?:rse|rso|développement durable|sociétale?s?|iso 26000|éthique)"
    r"|responsabilité\s+(?:sociale|sociétale)"
    r"|(?:mécénat|ecovadis|b[ -]corp|lucie 26000)"
    r"|(?:ensemble|totalité|proportion|part|taux|nombre)\s+(?:de|des|du)\s+(?:[\w’'-]+\s+){0,4}?"
    r"(?:de l[’']entreprise|du groupe|de la société|de ses effectifs|de l[’']effectif)"
    r"|\brse\b"
    r")",
    re.IGNORECASE,
)


def objections_to(terms: GridTerms) -> tuple[Objection, ...]:
    """Everything that keeps a grid from being written into a tender file; empty when it may be."""
    found = [*_objections_to_weights(terms), *_objections_to_words(terms)]
    if not 0 <= terms.minimum_hours <= LARGEST or terms.minimum_hours != hundredths(terms.minimum_hours):
        found.append(Objection(BidRefusal.MINIMUM_HOURS, "minimum_hours"))
    return tuple(found)


def _objections_to_weights(terms: GridTerms) -> Iterator[Objection]:
    if not 1 <= terms.points <= MOST_POINTS:
        yield Objection(BidRefusal.POINTS, "points")
    if len(terms.lines) < 2:
        yield Objection(BidRefusal.NO_LINE, "label-1")
    elif len(terms.lines) > MOST_LINES:
        yield Objection(BidRefusal.TOO_MANY_LINES, f"label-{MOST_LINES + 1}")
    known: set[str] = set()
    for number, line in enumerate(terms.lines, start=1):
        label = line.label.strip()
        if not 0 < len(label) <= LONGEST_LABEL or len(line.evidence) > LONGEST_EVIDENCE:
            yield Objection(BidRefusal.LINE_LABEL, f"label-{number}")
        elif label.casefold() in known:
            yield Objection(BidRefusal.LINE_TWICE, f"label-{number}", {"label": label})
        known.add(label.casefold())
        if not 0 < line.weight <= WHOLE_MARK or line.weight != hundredths(line.weight):
            yield Objection(BidRefusal.LINE_WEIGHT, f"weight-{number}", {"label": label or f"n° {number}"})
    total = sum((line.weight for line in terms.lines), Decimal(0))
    if terms.lines and total != terms.points:
        gap = terms.points - total
        what = f"Ajoutez {_points(gap)}." if gap > 0 else f"Retirez {_points(-gap)}."
        facts = {"sum": _points(total), "points": french.number(terms.points), "what": what}
        yield Objection(BidRefusal.WEIGHTS, "weight-1", facts)


def _points(value: Decimal) -> str:
    shown = french.number(value.normalize() if value != value.to_integral_value() else value)
    return f"{shown}{french.HARD}point{'s' if value >= 2 else ''}"


def _objections_to_words(terms: GridTerms) -> Iterator[Objection]:
    if not SHORTEST_LINK <= len(terms.link.strip()) <= LONGEST_LINK:
        yield Objection(BidRefusal.NO_LINK, "link")
    for step, anchor in enumerate(terms.anchors):
        if not 0 < len(anchor.strip()) <= LONGEST_ANCHOR:
            yield Objection(BidRefusal.ANCHOR, f"anchor-{step}", {"step": step})
    written = [("link", terms.link), *((f"anchor-{step}", words) for step, words in enumerate(terms.anchors))]
    for number, line in enumerate(terms.lines, start=1):
        written += [(f"label-{number}", line.label), (f"evidence-{number}", line.evidence)]
    for field, words in written:
        for code, pattern in ((BidRefusal.LOCAL_PREFERENCE, _LOCAL), (BidRefusal.GENERAL_POLICY, _GENERAL)):
            if match := pattern.search(words):
                yield Objection(code, field, {"words": " ".join(match[0].split())})


def default_grid() -> GridTerms:
    """The example of domain.md section 7, to start from."""
    lines = (
        ("Accueil et tutorat : référent désigné, formé, disponible", "3", "CV du référent, plan de tutorat, temps réservé"),
        ("Formation : heures, caractère certifiant, calendrier", "3", "Programme, organisme, dates, certification visée"),
        ("Accompagnement social et professionnel, partenaires", "2", "Lettres des partenaires, fréquence des points d’étape"),
        ("Suites pour les postes du marché : CDI, CDD de six mois ou plus, qualification", "2", "Engagements datés et chiffrés"),
    )  # fmt: skip
    anchors = (
        "Absent : rien n’est dit",
        "Général : des intentions, rien de propre à ce marché",
        "Suffisant : des moyens pour ce marché, décrits sans détail",
        "Détaillé et propre à ce marché : qui, quand, combien",
        "Détaillé, avec des garanties : engagements vérifiables et preuves jointes",
    )
    return GridTerms(
        points=Decimal(10),
        link="",
        anchors=anchors,
        lines=tuple(SubCriterionTerms(label, Decimal(weight), evidence) for label, weight, evidence in lines),
    )


def due_hours(minimum: Decimal, offered: Decimal | None) -> Explained[DueHours]:
    """What the winner owes: the greater of what everybody was asked and what its offer promised."""
    offer = Decimal(0) if offered is None else offered
    due = max(minimum, offer)
    more = f"l’offre en promet {french.hours(offer)}" if offered is not None else "l’offre n’en promet pas d’autres"
    step = Step(f"Demandées à tous : {french.hours(minimum)} ; {more}. Dues : {french.hours(due)}.", str(due))
    return Explained(DueHours(hundredths(due)), (step,), (OFFER_BINDS,))


def with_another_weight(
    weight: Decimal, other_weight: Decimal, offers: Sequence[OfferTotal]
) -> Explained[WeightAnswer]:
    """Ranking with the criterion at `weight` points out of 100, and at `other_weight`. `other` is out of 100 − weight, `social` out of
    weight. Raise NoAnswer where they are above, or where two offers have one name.
    """
    _check(weight, offers)
    if not 0 < other_weight < WHOLE_MARK:
        raise NoAnswer("other_weight", "L’autre poids se trouve entre 0 et 100 points, sans les atteindre.")
    now = [Fraction(one.other) + Fraction(one.social) for one in offers]
    scale_other = Fraction(WHOLE_MARK - other_weight) / Fraction(WHOLE_MARK - weight)
    scale_social = Fraction(other_weight) / Fraction(weight)
    then = [Fraction(one.other) * scale_other + Fraction(one.social) * scale_social for one in offers]
    ranks, new_ranks = _ranks(now), _ranks(then)
    standings = tuple(
        Standing(one.name, half_up(total, 2), rank, half_up(new, 2), new_rank)
        for one, total, rank, new, new_rank in zip(offers, now, ranks, then, new_ranks, strict=True)
    )
    first, new_first = _firsts(offers, ranks), _firsts(offers, new_ranks)
    answer = WeightAnswer(ranks != new_ranks, first != new_first, first, new_first, standings)
    said = "ne change pas" if ranks == new_ranks else "change"
    steps = (
        Step(f"Critère à {_points(weight)} : {first} en tête.", first),
        Step(f"Critère à {_points(other_weight)} : {new_first} en tête ; le classement {said}.", new_first),
    )
    return Explained(answer, steps, (SENSITIVITY,))


def with_one_point(weights: Sequence[Decimal], offers: Sequence[OfferScores]) -> Explained[OnePointAnswer]:
    """Every score moved by one point, up and down, one at a time: which of these changes the ranking."""
    weight = sum(weights, Decimal(0))
    for number, one in enumerate(offers):
        if len(one.scores) != len(weights) or not all(0 <= score <= SCALE_TOP for score in one.scores):
            raise NoAnswer(
                f"offers[{number}].scores", f"Donnez {len(weights)} notes de 0 à {SCALE_TOP}, séparées par des espaces."
            )
    socials = [_social(weights, one.scores) for one in offers]
    _check(
        weight,
        [OfferTotal(one.name, one.other, half_up(social, 2)) for one, social in zip(offers, socials, strict=True)],
    )
    totals = [Fraction(one.other) + social for one, social in zip(offers, socials, strict=True)]
    ranks = _ranks(totals)
    first = _firsts(offers, ranks)
    tried, changes = 0, []
    for place, one in enumerate(offers):
        for index, score in enumerate(one.scores):
            for new in (score - 1, score + 1):
                if not 0 <= new <= SCALE_TOP:
                    continue
                tried += 1
                moved = totals.copy()
                moved[place] += Fraction(weights[index]) * Fraction(new - score) / SCALE_TOP
                new_ranks = _ranks(moved)
                if new_ranks != ranks:
                    changes.append(OnePointChange(one.name, index + 1, score, new, _firsts(offers, new_ranks)))
    answer = OnePointAnswer(bool(changes), any(one.new_first != first for one in changes), first, tried, tuple(changes))
    step = Step(f"{tried} notes déplacées d’un point : {len(changes)} changent le classement.", str(len(changes)))
    return Explained(answer, (step,), (SENSITIVITY,))


def _check(weight: Decimal, offers: Sequence[OfferTotal]) -> None:
    if not 0 < weight < WHOLE_MARK:
        raise NoAnswer("weight", "Le poids du critère se trouve entre 0 et 100 points, sans les atteindre.")
    if len({one.name.casefold() for one in offers}) != len(offers):
        raise NoAnswer("offers", "Donnez un nom différent à chaque offre.")
    for number, one in enumerate(offers):
        if one.other > WHOLE_MARK - weight:
            raise NoAnswer(
                f"offers[{number}].other", f"Les autres critères valent {_points(WHOLE_MARK - weight)} au plus."
            )
        if one.social > weight:
            raise NoAnswer(f"offers[{number}].social", f"Le critère social vaut {_points(weight)} au plus.")


def _social(weights: Sequence[Decimal], scores: Sequence[Decimal]) -> Fraction:
    return sum(
        (Fraction(weight) * Fraction(score) / SCALE_TOP for weight, score in zip(weights, scores, strict=True)),
        Fraction(0),
    )


def _ranks(totals: Sequence[Fraction]) -> list[int]:
    """1 for the greatest; equal totals share their rank."""
    return [1 + sum(other > total for other in totals) for total in totals]


def _firsts(offers: Iterable[OfferTotal | OfferScores], ranks: Sequence[int]) -> str:
    return ", ".join(one.name for one, rank in zip(offers, ranks, strict=True) if rank == 1)
