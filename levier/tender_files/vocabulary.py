"""The words of the trade as patterns over folded text (small letters, no accents): what each sentence is about and how it says it."""

import re

from levier.tender_files.sentences import Stated
from levier.tender_files.values import LineKind


def _any(*patterns: str) -> re.Pattern[str]:
    """Any of the patterns. An apostrophe may have been lost or become a space on the way."""
    return re.compile(
        "|".join(f"(?:{pattern})" for pattern in patterns).replace("d'", "d[' ]?").replace("l'", "l[' ]?")
    )


CLAUSE = _any(
    r"clauses? (?:[a-z]+ ){0,3}(?:d'|pour l'|de l'|en faveur de l'|relatives? a l'|l')?insertion\b(?! d(?:e|es|u) (?:clauses?|publicite|textes?|plans?|encarts?))",
    r"clauses? sociales? (?:d'emploi|de formation|et d'insertion|pour l'emploi)",
    r"clauses? (?:\w+ ){0,2}(?:visant|destinees?|tendant|de nature) a (?:promouvoir|favoriser)[^.]{0,30}(?:emploi|insertion|personnes)",
    r"clauses? (?:de promotion|promotion) de l'emploi", r"\binsertion clause",
)  # fmt: skip
"""An insertion clause is named."""
ACTION = _any(
    r"(?:action|demarche|engagement|obligation|objectif|plan|volume|volet|heure|taux|effort|quota|mesure|minimum|prestation|temps)s?"
    r"(?: [a-z]+){0,3} d'insertion",
    r"action de formation (?:[a-z']+ ){0,8}decrochage", r"action de formation sous statut scolaire",
    r"chartes? (?:[a-z]+ ){0,2}d'insertion", r"insertion (?:sociale et )?professionnelle d(?:e|es) (?:personnes?|publics?|demandeurs?)",
)  # fmt: skip
"""An insertion action is named: the wording of the CCAG 2021."""
PEOPLE = _any(
    r"(?:personnes?|publics?|habitants?|allocataires?|salaries?|demandeurs?|jeunes|travailleurs?|chomeurs?|populations?)[^.;]{0,70}"
    r"(?:eloigne\w* (?:durablement )?(?:de l'|du marche de l'|du marche du )(?:emploi|travail)|en (?:parcours d')?insertion\b"
    r"|(?:rencontr|eprouv|connaiss)\w+ (?:des |de )?(?:[a-z]+ ){0,3}difficultes?|en difficultes?|difficultes? (?:sociales|d'acces a l'emploi)"
    r"|sans (?:aucune )?qualification|peu qualifies?|prives? d'emploi|exclus du marche|en situation d'exclusion)",
    r"beneficiaires? (?:du rsa|des minima sociaux|du revenu de solidarite)", r"demandeurs? d'emploi de longue duree",
    r"(?:publics?|profils?) (?:prioritaires?|eligibles?|cibles?)",
)  # fmt: skip
"""Those for whom the clause is."""
SOCIAL = _any(
    r"clauses? (?:[a-z]+ ){0,2}sociales?(?: et (?:environnementale|solidaire|ecologique)s?)?\b(?! (?:d'insertion|de formation))",
    r"(?:condition|consideration|stipulation|element|clause|exigence|prescription|obligation|disposition|mesure|objectif)s?"
    r"(?: [a-z']+){0,4} (?:a caractere|de caractere|d'ordre|de nature|relati\w+ au domaine) social",
    r"considerations? (?:[a-z]+ ){0,4}sociales?\b", r"conditions? d'execution (?:[a-z]+ ){0,3}sociales?\b",
    r"clauses? environnementales? et sociales?",
)  # fmt: skip
"""A social condition is named, its nature is not."""
STATES = _any(
    r"\b(?:comport|compren|prevoi|prevu|inclu|integr|contien|impose|impos|assorti|soumi|applicab|appliqu|s'applique|decide|exig|oblig)\w*",
    r"\b(?:doit|doivent|devra|devront|est tenu|sera tenu|sont tenus|s'engage\w*|s'oblige|m'engage|nous engageons|engageant|reserve\w*|realis\w+"
    r"|consacr\w+|recrut\w+|embauch\w+|mettr\w+ en (?:oeuvre|uvre)|affect\w+|fait l'objet|fera l'objet|fixe\w*|propos\w+|promouvoir|contribu\w+"
    r"|participe\w*|confie\w*|emploi\w*|propose\w*|est inscrite?|figure|contains?|includes?|mise en (?:oeuvre|uvre)|a mettre en)\b",
)  # fmt: skip
"""The sentence binds somebody or something."""
PARTIES = _any(
    r"\b(?:marche|accord-cadre|accord cadre|consultation|contrat|execution|lots?|titulaire|attributaire|entreprise|prestataire|cahier|acheteur"
    r"|pouvoir adjudicateur|candidat|soumissionnaire|mandataire|groupement|concession\w*|nous|je|signataire|soussigne|operation|contractant|cocontractant"
    r"|adjudicataire|maitre d'ouvrage|contract|travaux|prestations)s?\b"
)
NEGATED = _any(
    r"\b(?:ne|n') ?(?:[a-z']+ ){0,3}?(?:comport|compren|prevoi|contien|inclu|integr|fait|font|fera|est|sont|sera|s'applique|met|impose|exige|retien|a|prevu)\w*"
    r"(?: [a-z']+){0,6}? (?:pas|aucune?|point|ni|nulle?)\b",
    r"\bn'est (?:pas|ni|point|aucun)", r"\baucune? (?:[a-z]+ ){0,3}(?:clause|action|condition|consideration|obligation|disposition|heure|stipulation|critere)",
    r"\b(?:sans|absence de|pas de|hors|exempt\w* de|dispens\w* de) (?:toute )?(?:clause|action|condition|consideration|obligation)",
    r"\bn'(?:y a|existe) (?:pas|aucun)", r"\bil n'est (?:pas )?(?:prevu|fixe|impose)", r"\bn'entend pas", r"\bsupprim\w+", r"\babandonn\w+",
    r"\bnon (?:concern|applicab|soumis|retenu|prevu)\w*", r"\bne s'appliqu\w+ pas",
)  # fmt: skip
_LABEL = r"\s*(?:\([^)]{0,60}\)\s*)?"
ANSWERED_NO = re.compile(
    _LABEL
    + r"(?:[:|–—=?-][\s:|?]*(?:non\b(?! [a-z]{3,}(?<!concerne)(?<!prevue)(?<!applicable))|neant|sans objet|aucune?\b|s\.?\s?o\.?\b|n\.?/?a\.?\b)|sans objet|neant)"
)
ANSWERED_YES = re.compile(_LABEL + r"[:|–—=?-][\s:|?]*oui\b(?!\s*[/|,]?\s*(?:ou )?non\b)")
ANSWERED_OPEN = re.compile(
    _LABEL + r"[:|–—=?-][\s:|?]*(?:a completer|a preciser|\[[^\]]*\]|☐|oui\s*[/|,]?\s*(?:ou )?non\b)"
)
"""What stands after a label: « Clause d'insertion : non », « … | sans objet », « … : oui / non »."""
CONDITIONAL = _any(
    r"le cas echeant", r"eventuel\w*", r"\bpourr(?:a|ait|ont) (?:[a-z]+ ){0,2}(?:comporter|prevoir|inclure|imposer|integrer|etre (?:assorti|soumis|impose|prevu|demande))",
    r"\b(?:peut|peuvent) (?:comporter|prevoir|inclure|imposer|integrer|etre (?:assorti|soumis|impose|prevu))", r"\bsi (?:le|la|une|un|l'|les|cette|celui)",
    r"\blorsqu(?:e|')", r"\bs'il y a lieu", r"susceptibles? de", r"\bdans l'hypothese", r"\bsi (?:prevu|applicable|demande)", r"\bselon les (?:lots|cas)\b",
    r"\bpour les (?:marches|lots|bons|consultations) (?:comportant|qui comportent|concernes)", r"\ben cas de (?:clause|mise en place)",
)  # fmt: skip
CANDIDATE = _any(
    r"l\.? ?5212", r"obligations? d'emploi", r"declarations? sur l'honneur", r"criteres? de selection des candidat", r"situation juridique",
    r"aptitude a exercer", r"\bdc ?[124]\b", r"liste des travailleurs handicapes", r"obligations? (?:fiscales et )?sociales", r"cotisations? sociales?",
    r"redressement judiciaire", r"interdiction de soumissionner", r"organismes? (?:sociaux|de protection sociale)",
)  # fmt: skip
"""What a candidate declares of itself; it says nothing of the contract."""
OBJECT = _any(
    r"(?:a|ont|ayant|aura|avoir) (?:notamment )?pour objet(?: [a-z',()-]+){0,18}? (?:l'|d')insertion", r"services? (?:sociaux )?d'insertion", r"marches? d'insertion et de qualification",
    r"(?:services?|prestations?) (?:de )?(?:qualification|service)s? (?:et )?d'insertion", r"prestations? (?:de services? )?d'insertion (?:sociale|professionnelle)",
    r"marches? (?:de services? )?(?:de qualification|d'insertion)", r"^(?:objet|intitule|titre)[^.:]{0,30}:[^.]{0,80}insertion",
    r"chantiers? d'insertion (?:pour|dont|portant)", r"accompagnement (?:vers l'emploi|socioprofessionnel|socio-professionnel|a l'emploi)",
)  # fmt: skip
"""Insertion is what is bought."""
DESCRIBES = _any(
    r"\bpermet(?:tent)?\b",
    r"\bvous\b",
    r"\bpeut constituer\b",
    r"% d(?:e|es) (?:ses |nos |leurs )?marches",
    r"\bexiste depuis\b",
    r"\bdispositif des clauses",
)
"""Talk about clauses in general."""
PENAL = _any(
    r"penalit\w*",
    r"\bsanction\w*",
    r"\bastreinte\w*",
    r"\bretenues? (?:de \d|sur (?:la |les )?factures?)",
    r"\brefaction\b",
    r"indemnite forfaitaire",
)
GREEN = _any(
    r"environnement",
    r"\bdechets?\b",
    r"carbone",
    r"pollu",
    r"ecologi",
    r"recycl",
    r"\bvegeta",
    r"espaces? verts?",
    r"biodiversite",
    r"nuisance",
)
NEAR = 60


def about_insertion(folded: str) -> bool:
    return bool(CLAUSE.search(folded) or ACTION.search(folded) or PEOPLE.search(folded))


def names_clause(folded: str) -> bool:
    """A title or an opening phrase under which everything is about the clause."""
    return bool(
        CLAUSE.search(folded)
        or ACTION.search(folded)
        or re.search(r"clauses? sociales?|\binsertion (?:professionnelle|sociale|par)", folded)
    )


def within_clause(stated: Stated) -> bool:
    """Whether the sentence stands in an article or a list about the clause."""
    return any(names_clause(title) for title in stated.titles) or names_clause(stated.opening)


def near(pattern: re.Pattern[str], folded: str, start: int, end: int, *, before: int = NEAR, after: int = NEAR) -> bool:
    return bool(pattern.search(folded[max(0, start - before) : end + after]))


def is_candidates(stated: Stated) -> bool:
    return bool(CANDIDATE.search(stated.folded))


def is_award(stated: Stated) -> bool:
    """Whether the sentence is about how offers are judged."""
    return bool(
        re.search(
            r"\b(?:sous-)?criteres?\b(?! d'(?:eligibilite|age))(?! de selection des candidat)|ponderation|jugement des offres|\bnote sur\b|memoire (?:technique|d'insertion)",
            stated.folded,
        )
        or re.search(
            r"criteres? (?:d'attribution|de jugement|de choix)|jugement des offres|classement des offres|notation des offres",
            stated.above,
        )
    )


def is_body(stated: Stated) -> bool:
    return stated.kind is not LineKind.CONTENTS and not stated.empty_box
