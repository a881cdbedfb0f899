"""The French words of a reading: faults, what is missing, what contradicts."""

from levier.foundation.french import typeset
from levier.tender_files.values import Fault, Scope, Status

_FAULTS = {
    Fault.MISSING: "Ce fichier n’existe pas. Vérifiez son nom.",
    Fault.DENIED: "Vous n’avez pas le droit de lire ce fichier.",
    Fault.EMPTY: "Ce fichier est vide. Joignez-le à nouveau.",
    Fault.TOO_LARGE: "Ce fichier est trop volumineux. Ne joignez que les pièces administratives (avis, RC, CCAP, acte d’engagement).",
    Fault.UNKNOWN_KIND: "Ce format n’est pas lu. Joignez un PDF, un DOCX, un ODT, un DOC, ou le ZIP de la consultation.",
    Fault.PROTECTED: "Ce fichier est protégé par un mot de passe. Enregistrez-le sans protection, puis recommencez.",
    Fault.BROKEN: "Ce fichier est abîmé ou incomplet. Téléchargez-le à nouveau, puis recommencez.",
    Fault.SCAN: "Ce fichier est une image (numérisation) : aucun texte à lire, donc aucune conclusion. Demandez le fichier d’origine, ou tapez le passage.",
    Fault.NO_TEXT: "Ce fichier ne contient aucun texte : aucune conclusion possible.",
    Fault.TOO_COSTLY: "Ce fichier demande trop de temps ou de mémoire pour être lu. Enregistrez-le à nouveau depuis votre traitement de texte.",
    Fault.BOMB: "Ce fichier se déplie démesurément : il n’a pas été lu.",
    Fault.NO_PIECE: "Cette archive ne contient aucun fichier à lire (PDF, DOCX, ODT, DOC).",
    Fault.ARCHIVE: "Cette archive est dans une archive : sortez-la, puis recommencez.",
    Fault.TOO_MANY: "Cette archive contient trop de fichiers. Ne gardez que les pièces administratives.",
}
FAULTS = {fault: typeset(sentence) for fault, sentence in _FAULTS.items()}
_MISSING = {
    "hours": "nombre d’heures d’insertion",
    "hours_blank": "nombre d’heures laissé en blanc",
    "lots": "répartition des heures par lot",
    "publics": "publics éligibles",
    "modalities": "modalités (embauche, mise à disposition, sous-traitance)",
    "facilitator": "facilitateur",
    "facilitator_contact": "adresse ou téléphone du facilitateur",
    "control": "contrôle de l’exécution",
    "proofs": "pièces justificatives",
    "penalties": "pénalités propres à l’insertion",
    "pooling": "globalisation (mutualisation) des heures",
    "legal": "base légale (article L. 2112-2 du code de la commande publique)",
    "nature": "nature de la condition sociale",
    "decision": "décision : la clause est-elle retenue ?",
    "boxes": "état des cases à cocher (relecture humaine)",
    "reservation_article": "article de la réservation (L. 2113-12, L. 2113-13, L. 2113-14 ou L. 2113-15)",
    "reservation_share": "part minimale de travailleurs concernés (50 %)",
    "subcriteria": "sous-critères du critère social",
    "weight": "pondération du critère social",
    "minimum": "minimum d’heures auquel renvoie le sous-critère",
    "criterion_alone": "clause elle-même (heures, publics, base légale) : seul le critère la suppose",
}
MISSING = {code: typeset(words) for code, words in _MISSING.items()}
_ADVICE = {
    "hours": "Fixez un volume par lot (calibrage), ou un mode de calcul, et inscrivez-le au CCAP et à l’acte d’engagement.",
    "hours_blank": "Complétez le volume avant la publication.",
    "lots": "Répartissez le total par lot : chaque titulaire doit savoir ce qu’il doit.",
    "publics": "Énumérez les publics, ou renvoyez à l’article du CCAG 2021 applicable.",
    "modalities": "Rappelez les trois voies : embauche, mise à disposition, sous-traitance à une structure inclusive.",
    "facilitator": "Nommez le facilitateur du territoire, avec son adresse et son téléphone.",
    "facilitator_contact": "Ajoutez une adresse électronique ou un téléphone.",
    "control": "Dites à quelles dates le titulaire rend compte, et à qui.",
    "proofs": "Listez les pièces : justificatif d’éligibilité, contrat de travail, relevé d’heures.",
    "penalties": "Prévoyez une pénalité par heure non réalisée et une pour les pièces non remises, avec ou sans mise en demeure.",
    "pooling": "Dites si le titulaire peut demander la globalisation, et auprès de qui.",
    "legal": "Citez l’article L. 2112-2 du code de la commande publique.",
    "nature": "Dites s’il s’agit d’une clause d’insertion, et renvoyez à l’article du CCAP ; ou joignez le CCAP à cette lecture.",
    "decision": "Tranchez : la clause est retenue, ou elle ne l’est pas. Joignez l’annexe si elle existe.",
    "boxes": "Ouvrez le fichier et vérifiez quelles cases sont cochées.",
    "reservation_article": "Citez l’article qui fonde la réservation, dans l’avis aussi.",
    "reservation_share": "Indiquez la part minimale de travailleurs concernés (R. 2113-7 : au moins 50 %).",
    "subcriteria": "Décrivez ce qui sera noté (accueil et tutorat, formation, accompagnement, perspectives) et ses points.",
    "weight": "Indiquez la pondération dans l’avis ou le règlement de la consultation.",
    "minimum": "Donnez le minimum d’heures, ou retirez le sous-critère qui y renvoie.",
    "criterion_alone": "Joignez le CCAP : un critère seul est permis, mais la promesse du titulaire doit devenir un engagement.",
}
ADVICE = {MISSING[code]: typeset(words) for code, words in _ADVICE.items()}
"""What to do about each thing that is missing, by its words."""
_CONTRADICTIONS = {
    "opposed": "Le fichier annonce une clause d’insertion et dit aussi qu’il n’y en a pas.",
    "sum": "Total annoncé {total} h ; somme des lots {sum} h.",
    "notice": "Les pénalités sont dites « sans mise en demeure », mais l’une d’elles court après mise en demeure.",
    "notice_after": "Les pénalités sont dites « après mise en demeure », mais l’une d’elles s’applique sans.",
    "rhythm": "Rythmes différents dans une même phrase : {rhythms}.",
    "rhythms": "Rythmes différents pour rendre compte : {rhythms}.",
    "repealed": "Texte abrogé : {text}, remplacé par le code de la commande publique depuis le 1er avril 2019.",
    "basis": "Base légale inattendue : R. 2111-10 au lieu de L. 2112-2 (à signaler, pas à corriger d’office).",
    "weights": "Pondérations : {sum} = {total} ≠ 100.",
    "mixed": "Une réservation ne peut mêler la production pénitentiaire aux autres bénéficiaires (L. 2113-14).",
    "hours": "Heures différentes : {first} h dans {one}, {second} h dans {other}{lot}.",
    "penalties": "Pénalités différentes ({what}) : {first} dans {one}, {second} dans {other}.",
    "clause": "{one} comporte une clause d’insertion, {other} dit qu’il n’y en a pas.",
    "reservation": "{one} dit le marché réservé, {other} dit qu’il ne l’est pas.",
    "weight": "Pondération du critère social différente : {first} dans {one}, {second} dans {other}.",
    "facilitator": "Facilitateurs différents : {first} dans {one}, {second} dans {other}.",
}
CONTRADICTIONS = {code: typeset(words) for code, words in _CONTRADICTIONS.items()}
SCOPES = {
    Scope.FULL: "clause complète ou rédigée dans ce fichier",
    Scope.COMMITMENT: "engagement du titulaire",
    Scope.ANNOUNCED: "clause annoncée, détaillée dans une autre pièce",
    Scope.GENERIC: "condition sociale annoncée, sans dire laquelle",
    Scope.CRITERION: "critère social seul",
    Scope.CONDITIONAL: "clause conditionnelle (« le cas échéant »)",
    Scope.UNDECIDED: "indécidable d’après ce fichier",
    Scope.OBJECT: "l’insertion est l’objet même de l’achat",
    Scope.NONE: "aucune clause d’insertion",
}
STATUSES = {
    Status.YES: "réservé",
    Status.NO: "non réservé",
    Status.UNDETERMINED: "indécidable (cases ou phrases contraires)",
}
ANSWERS = {True: "présente", False: "absente", None: "ne peut être décidé d’après ce fichier"}
FIELDS = {
    "has_insertion_clause": "Clause d’insertion", "hours": "Heures", "articles": "Articles cités", "penalties": "Pénalités",
    "reservation": "Réservation", "social_criterion": "Critère social", "publics": "Publics", "facilitator": "Facilitateur",
    "modalities": "Modalités", "control_dates": "Contrôle", "proofs": "Justificatifs", "pooling": "Globalisation",
    "contradictions": "Contradictions",
}  # fmt: skip
