"""Penalties for the insertion clause, apart from those for delay, the environment or undeclared work."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from levier.tender_files import vocabulary as words
from levier.tender_files.figures import figure
from levier.tender_files.sentences import Stated
from levier.tender_files.values import LineKind, Penalty

_NUMBER = r"\d{1,3}(?:[ .]\d{3})+|\d+"
_AMOUNT = re.compile(
    rf"(?<![\d,])({_NUMBER})(?:,(\d{{1,2}}))?\s*(?:\((?:[a-z -]+)\)\s*)?(k ?)?(?:€|euros?\b|eur\b)(?:\s*(?:h\.?t\.?|t\.?t\.?c\.?|hors taxes?))?"
)
_TIMES = re.compile(
    r"(?:(\d+(?:,\d+)?)\s*(?:\([a-z]+\)\s*)?fois (?:le |la |les )?|(\d+(?:,\d+)?)\s*[x×] ?|multipli\w* par (\d+(?:,\d+)?)\b[^.;]{0,40}?)"
    r"(?:et |multipli\w* |par |au |du |le |la |l'|montant |taux |salaire |horaire |valeur )*(smic|plafond horaire|salaire minimum)"
)
_PERCENT = re.compile(
    r"(\d+(?:,\d+)?)\s*%\s*(?:du|de la|de l'|des)\s*(montant|smic|valeur|facture|prix|marche|decompte)[^.;]{0,30}"
)
_UNIT_AFTER = re.compile(
    r"^\s*(?:\([^)]*\)\s*)?(?:(?:ht|ttc)\s*)?(?:de penalite |d'amende )?(?:par|pour chaque|pour toute|/|de l'|l')\s*(heures?|h\b|jours?|semaines?|mois|absences?|manquements?|infractions?|constats?|"
    r"documents?|pieces?|personnes?|reunions?|postes?|salaries?|candidats?|trimestres?|tranche de \w+ heures)(\s+(?:ouvre|ouvrable|calendaire)s?)?"
)
_UNIT_BEFORE = re.compile(
    r"\b(?:chaque|toute|par|pour) (heure|jour|semaine|mois|absence|manquement|infraction|document|reunion)(\s+(?:ouvre|ouvrable|calendaire))?"
)
_CAP = re.compile(
    r"(?:plafon\w*|limite\w*|dans la limite|maximum|sans (?:pouvoir )?(?:exceder|depasser)|superieur\w* a|inferieur\w* a|tranche|seuil|montant du marche)[^.;]{0,30}$"
)
_SURELY = re.compile(
    r"heures?[^.;]{0,40}(?:insertion|non (?:realis|effectu|execut)|manquant|restant|due)|insertion|clauses? sociales?|facilitat|decrochage|publics? eligible"
)
_PROOF = re.compile(
    r"justificat|attestation|bilan|etats? (?:des|d'|mensuel|trimestriel)|releves?|eligib|facilitat|reunion|tuteur|interlocuteur|referent|correspondant|tableau de suivi|heures?"
)
_OTHER_SUBJECT = re.compile(
    r"travail dissimule|assurance|decennale|securite|chantier|nettoyage du|plans?\b|doe\b|intervention|livraison|planning|sous-traitan|confidential|visite|carte|badge|epi\b|compte rendu de chantier|retard dans l'execution|execution des travaux"
)
_AFTER_NOTICE = re.compile(
    r"(?:apres|a compter de|suite a|suivant|a l'issue d|au terme d|precede\w* d|sur)[^.;]{0,25}mises? en demeure|mises? en demeure (?:prealable|restee|demeuree|infructueuse|non suivie|est adressee)|apres (?:un )?avertissement"
)
_WITHOUT_NOTICE = re.compile(
    r"sans (?:qu'il soit besoin d(?:'une|e) |qu'une |necessite d(?:'une|e) |aucune |autre )?mises? en demeure|sans [^.;]{0,20}mise en demeure|de plein droit|dispens\w* de mise en demeure"
)


def penalties_of(sentences: Sequence[Stated]) -> list[tuple[Penalty, Stated]]:
    """Each penalty once. Where one requires a formal notice and its neighbour is silent, the neighbour needs none."""
    found: list[tuple[Penalty, Stated]] = []
    last = -10
    for number, stated in enumerate(sentences):
        if stated.kind is LineKind.CONTENTS or stated.empty_box:
            continue
        if _concerns(stated) or (number - last <= 2 and _goes_on(stated, sentences[last] if last >= 0 else None)):
            told = list(_told(stated))
            found += [(one, stated) for one in told]
            last = number if told or _SURELY.search(stated.folded) else last
    found = _once(found)
    return [(_with_notice(one, stated, found, sentences), stated) for one, stated in found]


def _is_penal(stated: Stated) -> bool:
    return bool(words.PENAL.search(stated.folded) or words.PENAL.search(stated.above))


def _concerns(stated: Stated) -> bool:
    folded = stated.folded
    if not _is_penal(stated):
        return False
    if _SURELY.search(folded):
        return True
    if words.GREEN.search(folded) or _OTHER_SUBJECT.search(folded):
        return False
    return words.within_clause(stated)


def _goes_on(stated: Stated, before: Stated | None) -> bool:
    """The sentence after a penalty of the clause, in the same article, about the same proofs."""
    return (
        before is not None
        and before.titles == stated.titles
        and _is_penal(stated)
        and bool(_PROOF.search(stated.folded))
        and not words.GREEN.search(stated.folded)
        and not _OTHER_SUBJECT.search(stated.folded)
    )


def _told(stated: Stated) -> Iterator[Penalty]:
    folded = stated.folded
    if words.NEGATED.search(folded) and re.search(r"aucune penalite|pas de penalite|ne (?:donne|fait|encourt)", folded):
        return
    for match in _TIMES.finditer(folded):
        amount = figure(next(group for group in match.groups()[:3] if group))
        base = {"smic": "SMIC horaire", "plafond horaire": "plafond horaire de la sécurité sociale"}.get(
            match[4], "SMIC horaire"
        )
        if amount is not None:
            yield Penalty(_what(stated), amount, f"× {base} par heure", _own_notice(stated))
    for match in _AMOUNT.finditer(folded):
        if _CAP.search(folded[max(0, match.start() - 45) : match.start()]):
            continue
        amount = figure(match[1] + (f",{match[2]}" if match[2] else ""))
        if amount is not None:
            yield Penalty(_what(stated), amount * (1000 if match[3] else 1), _unit(folded, match), _own_notice(stated))
    for match in _PERCENT.finditer(folded):
        amount = figure(match[1])
        if amount is not None and not _CAP.search(folded[max(0, match.start() - 45) : match.start()]):
            per = _UNIT_AFTER.match(folded[match.end() :]) or re.search(r"par (heure|jour)", match.group())
            unit = f"% du {match[2]}" if match[2] != "smic" else "% du SMIC"
            yield Penalty(
                _what(stated),
                amount,
                unit + (f" par {per[1].strip()}" if per and "par" not in unit else ""),
                _own_notice(stated),
            )


def _unit(folded: str, match: re.Match[str]) -> str:
    after = _UNIT_AFTER.match(folded[match.end() :])
    if after:
        return f"EUR/{_singular(after[1])}{_kind_of_day(after[2])}"
    if re.match(r"^[^.;]{0,12}\bhoraire", folded[match.end() :]):
        return "EUR/heure"
    if re.search(r"\babsen[tc]", folded[match.end() :]) or re.search(r"\babsence", folded[: match.start()]):
        return "EUR/absence"
    befores = list(_UNIT_BEFORE.finditer(folded, 0, match.start()))
    if befores:
        return f"EUR/{_singular(befores[-1][1])}{_kind_of_day(befores[-1][2])}"
    later = _UNIT_BEFORE.search(folded, match.end(), match.end() + 60)
    if later:
        return f"EUR/{_singular(later[1])}{_kind_of_day(later[2])}"
    if re.search(r"journali", folded):
        return "EUR/jour"
    return "EUR/manquement" if re.search(r"manquement|chaque fois", folded) else "EUR (forfait)"


def _singular(word: str) -> str:
    word = word.strip()
    return {
        "h": "heure",
        "mois": "mois",
        "pieces": "pièce",
        "piece": "pièce",
        "reunion": "réunion",
        "reunions": "réunion",
    }.get(word, word.rstrip("s"))


def _kind_of_day(word: str | None) -> str:
    return " ouvré" if word and word.strip().startswith("ouvr") else ""


def _what(stated: Stated) -> str:
    folded = stated.folded
    if re.search(
        r"absen[ct][^.;]{0,60}(?:reunion|rendez-vous)|(?:reunion|interlocuteur|referent)[^.;]{0,60}absen", folded
    ):
        return "absence à une réunion"
    if re.search(
        r"justificat|attestation|documents?\b|bilan|pieces?\b|renseignements|etats? (?:des|d'|mensuel)|releves?|transmission|transmettre|remise",
        folded,
    ) and not re.search(r"heures?[^.;]{0,30}non (?:realis|effectu|execut)", folded):
        return "justificatifs non transmis ou en retard"
    if re.search(r"heure", folded):
        return "heure d’insertion non réalisée"
    return "manquement à la clause d’insertion"


def _own_notice(stated: Stated) -> bool | None:
    for where in (stated.folded, stated.opening):
        if _WITHOUT_NOTICE.search(where):
            return False
        if _AFTER_NOTICE.search(where):
            return True
    return None


def general_notice(sentences: Sequence[Stated]) -> list[tuple[bool, Stated]]:
    """What the file says of all penalties, in its article on penalties."""
    found = []
    for stated in sentences:
        if re.search(r"(?:les|ces|des|toutes?) (?:les )?penalites", stated.folded) and not _AMOUNT.search(
            stated.folded
        ):
            told = _own_notice(stated)
            if told is not None:
                found.append((told, stated))
    return found


def _with_notice(
    one: Penalty, stated: Stated, found: list[tuple[Penalty, Stated]], sentences: Sequence[Stated]
) -> Penalty:
    if one.formal_notice is not None:
        return one
    general = general_notice(sentences)
    if general:
        return replace(one, formal_notice=general[0][0])
    neighbours = [other.formal_notice for other, where in found if where.titles == stated.titles]
    return replace(one, formal_notice=False) if True in neighbours else one


def _once(found: list[tuple[Penalty, Stated]]) -> list[tuple[Penalty, Stated]]:
    kept: dict[tuple[Decimal, str, str], tuple[Penalty, Stated]] = {}
    for one, stated in found:
        kept.setdefault((one.amount, one.unit, one.what), (one, stated))
    return list(kept.values())
