"""What an insertion clause should also say: publics, ways, facilitator, control, proofs, pooling; and what the file is."""

import re
from collections.abc import Sequence

from levier.tender_files import vocabulary as words
from levier.tender_files.sentences import Stated
from levier.tender_files.values import Contact, LineKind

_PUBLICS = (
    ("demandeurs d’emploi de longue durée", r"demandeurs? d'emploi de (?:tres )?longue duree|chomeurs? de longue duree|\bd[e]?ld\b|plus d(?:e|'un) (?:12|douze|an)[^.;]{0,20}(?:inscription|chomage|mois)"),
    ("bénéficiaires du RSA", r"\brsa\b|revenu de solidarite active|minima sociaux"),
    ("ASS, AAH, invalidité", r"\baah\b|allocation (?:aux )?adultes? handicape|\bass\b|solidarite specifique|pension d'invalidite|allocation (?:de )?veuvage"),
    ("travailleurs handicapés", r"travailleurs? (?:reconnus )?handicapes?|\brqth\b|obligation d'emploi|reconnus? handicapes?|l\.? ?5212-13"),
    ("jeunes de moins de 26 ans", r"moins de (?:26|25|vingt-six) ans|jeunes [^.;]{0,40}(?:sans|peu|faible|niveau|decrochage|qualification)|decrochage scolaire|mission locale|entre 16 et 25 ans"),
    ("plus de 50 ans", r"plus de (?:50|45|cinquante) ans|seniors?"),
    ("structures de l’IAE", r"(?:salaries?|personnes|publics?)[^.;]{0,90}(?:\biae\b|insertion par l'activite|\bsiae\b|entreprises? d'insertion|chantiers? d'insertion|associations? intermediaires?)"),
    ("GEIQ", r"\bgeiq\b|groupements? d'employeurs pour l'insertion"),
    ("quartiers prioritaires", r"\bqpv\b|quartiers? prioritaires?"),
    ("réfugiés", r"refugies?|protection subsidiaire"),
    ("personnes sous main de justice", r"mains? de justice|penitentiaire|ppsmj"),
)  # fmt: skip
_MODALITIES = (
    ("embauche directe", r"embauches? directes?|recrutement direct|recruter directement|embauche par l'entreprise|contrats? (?:a duree|de professionnalisation|d'apprentissage)|peut recruter"),
    ("mise à disposition (ETTI, AI, GEIQ)", r"mises? a disposition|\betti\b|travail temporaire d'insertion|association intermediaire|\bgeiq\b"),
    ("sous-traitance ou cotraitance", r"(?:sous-traitance|cotraitance|co-traitance|sous-traiter|co-traiter)[^.;]{0,80}(?:insertion|adapt|siae)|(?:insertion|adapt)[^.;]{0,60}(?:sous-traitance|cotraitance)"),
    ("stage ou formation", r"convention de stage|statut scolaire|immersion"),
)  # fmt: skip
_PROOFS = (
    ("pièces d’éligibilité", r"(?:pieces?|justificatifs?|documents?)[^.;]{0,60}eligib|eligib[^.;]{0,50}(?:pieces?|justificat|document)"),
    ("contrats de travail", r"(?:copie des |les )?contrats? de travail|copies? des contrats"),
    ("état des heures", r"(?:etats?|releves?|attestations?|bilans?|tableaux?)[^.;]{0,40}heures"),
    ("bulletins de salaire", r"bulletins? (?:de salaire|de paie)|fiches? de paie"),
    ("attestations et justificatifs", r"attestations?[^.;]{0,30}justificatifs?|tous (?:les )?renseignements"),
    ("convention ou attestation de stage", r"convention de stage|attestation de presence"),
)  # fmt: skip
_PERIODS = (
    ("chaque mois", r"chaque mois|mensuel\w*|tous les mois|par mois|du mois suivant|fin de mois"),
    ("chaque trimestre", r"trimestr\w+|tous les trois mois|31 mars[^.]{0,40}30 juin"),
    ("chaque semestre", r"semestr\w+|tous les six mois"),
    ("chaque année", r"annuel\w*|chaque annee|une fois par an"),
    ("sur demande", r"(?:suivant|a compter de|sur) (?:la |sa )?(?:simple )?demande"),
)  # fmt: skip
_REPORTS = re.compile(
    r"transm|adress|fourni|envoi|communiq|remet|remis|rend compte|comptes? rendus?|bilan|controle|suivi|attestation|renseigne"
)
_FACILITATOR = re.compile(
    r"facilitat\w+|\bplie\b|maison de l'emploi|\bmlds\b|mission locale|charge\w* (?:de mission|de projets?)[^.;]{0,20}clauses?|assistance a maitrise d'ouvrage (?:insertion|clause)"
    r"|cellule (?:clauses?|insertion)|guichet (?:unique )?(?:clause|insertion)|accompagnement[^.;]{0,60}coordonnee? par|interlocuteur privilegie de l'|service[^.;]{0,30}clauses sociales"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\d/])(?:\+33\s?\(?0?\)?\s?[1-9]|0[1-9])(?:[\s.-]?\d{2}){4}(?!\d)")
_POOLING = re.compile(r"globalis\w+|mutualis\w+|report (?:des|d')heures")
_NAME = re.compile(
    r"((?:PLIE|Plie|Maison de l'[Ee]mploi|MLDS|Mission locale|Mission de [A-Z]\w+|Cellule|Service|[A-Z]{3,}|Ensemble|Association|Direction)[^,;:.()]{0,70})"
)
_NAME_ENDS = re.compile(r"\s(?:pour|qui|est|sera|afin|et|ou|à|a|avec|dans|peut|doit|accompagn\w+|assur\w+|avant)\s")
_REFERENCE = re.compile(
    r"(?:consultation|marche|affaire|reference|dossier|operation)\s*(?:publics? )?(?:n ?[°o]\s*:?|numero\s*:?|:)\s*([a-z0-9][a-z0-9/_.-]*\d[a-z0-9/_.-]*)"
)
_KINDS = (
    ("notice", r"avis de marche|avis d'appel public|\bboamp\b|avis (?:n ?°|de publicite)|departement de publication|section i\s*:|contract notice|avis au bulletin|type d'avis|adresse(?:s)? officiel|reference avis|avis initial"),
    ("CCAP", r"cahier des clauses administratives particulieres|cahier des clauses particulieres|\bccap\b|\bccatp\b|cahier des charges"),
    ("RC", r"reglement de (?:la )?consultation"),
    ("AE", r"acte d'engagement"),
    ("CCTP", r"cahier des clauses techniques"),
    ("guide", r"\bguide\b"),
    ("rapport", r"rapport de presentation|rapport d'analyse"),
)  # fmt: skip
_CONTROLS = re.compile(r"control|verifi|suivi|bilan|comptes? rendus?|justifi|attest|transm|rend compte")


def in_clause(sentences: Sequence[Stated]) -> list[Stated]:
    """The sentences of the clause: in its article, or saying insertion themselves."""
    return [
        stated for stated in sentences
        if stated.kind is not LineKind.CONTENTS and not stated.empty_box and not words.is_award(stated)
        and (words.within_clause(stated) or words.names_clause(stated.folded) or words.PEOPLE.search(stated.folded))
        and not (words.is_candidates(stated) and not words.within_clause(stated))
    ]  # fmt: skip


def _named(table: tuple[tuple[str, str], ...], sentences: Sequence[Stated]) -> tuple[tuple[str, ...], list[Stated]]:
    names: list[str] = []
    support: list[Stated] = []
    for name, pattern in table:
        first = next((stated for stated in sentences if re.search(pattern, stated.folded)), None)
        if first is not None:
            names.append(name)
            support.append(first)
    return tuple(names), list(dict.fromkeys(support))


def _may_name_publics(stated: Stated) -> bool:
    """Neither a penalty nor the ways to hire, which name structures too."""
    ways = re.search(r"mises? a disposition|sous-trait|embauches? directes?", stated.folded)
    told = re.search(
        r"eligib|publics?\b|categories|beneficiaires?|relevent|personnes (?:prises|employees|mises|recrutees)",
        stated.folded + stated.above,
    )
    return not words.PENAL.search(stated.folded) and (ways is None or told is not None)


def publics_of(clause: Sequence[Stated]) -> tuple[tuple[str, ...], list[Stated]]:
    names, support = _named(_PUBLICS, [stated for stated in clause if _may_name_publics(stated)])
    if not names:
        referred = [
            stated
            for stated in clause
            if re.search(r"publics?[^.;]{0,60}article|article[^.;]{0,60}publics?", stated.folded)
        ]
        if referred:
            return ("renvoi à un autre document",), referred[:1]
    return names, support


def modalities_of(clause: Sequence[Stated]) -> tuple[tuple[str, ...], list[Stated]]:
    return _named(_MODALITIES, clause)


def proofs_of(clause: Sequence[Stated]) -> tuple[tuple[str, ...], list[Stated]]:
    return _named(_PROOFS, clause)


def control_of(clause: Sequence[Stated]) -> tuple[tuple[str, ...], list[Stated]]:
    return _named(
        _PERIODS,
        [stated for stated in clause if _REPORTS.search(stated.folded) and not words.PENAL.search(stated.folded)],
    )


def is_controlled(clause: Sequence[Stated]) -> bool:
    return any(_CONTROLS.search(stated.folded) for stated in clause if not words.PENAL.search(stated.folded))


def pooling_of(clause: Sequence[Stated]) -> list[Stated]:
    return [stated for stated in clause if _POOLING.search(stated.folded) and stated.kind is not LineKind.HEADING][:2]


def facilitator_of(clause: Sequence[Stated], sentences: Sequence[Stated]) -> tuple[Contact | None, list[Stated]]:
    told = [stated for stated in clause if _FACILITATOR.search(stated.folded) and stated.kind is not LineKind.HEADING]
    if not told:
        return None, []
    nearby = [
        stated for stated in sentences
        if any(0 <= stated.paragraph - one.paragraph <= 6 for one in told) and not words.PENAL.search(stated.folded)
    ]  # fmt: skip
    around = " | ".join(stated.text for stated in nearby)
    mail, phone = _MAIL.search(around), _PHONE.search(around)
    names = [match[1] for stated in told if (match := _NAME.search(stated.text))]
    name = _NAME_ENDS.split(names[0], maxsplit=1)[0].strip() if names else None
    return Contact(name, mail.group() if mail else None, phone.group() if phone else None), told[:3]


def kind_of(sentences: Sequence[Stated]) -> str | None:
    """What the file is, from its first lines; a notice also from the labels of its form."""
    head = [stated.folded for stated in sentences[:40]]
    for line in head[:12]:
        for kind, pattern in _KINDS:
            if re.search(pattern, line) and len(line) < 160:
                return kind
    return next((kind for kind, pattern in _KINDS for line in head if re.search(pattern, line)), None)


def reference_of(sentences: Sequence[Stated]) -> str | None:
    """The consultation's number, where the first page gives one."""
    for stated in sentences[:40]:
        match = _REFERENCE.search(stated.folded)
        if match:
            return match[1].rstrip(".-/").upper()
    return None
